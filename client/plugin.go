package client

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// pluginNames are the keys the vendor's manuals register plugins under (server-facts 6.7).
var pluginNames = map[string]bool{
	"tim-upload-plugin":           true,
	"cos-js-sdk":                  true,
	"cos-wx-sdk":                  true,
	"tim-profanity-filter-plugin": true,
}

type plugins struct {
	mu    sync.Mutex
	byKey map[string]any
}

// RegisterPlugin registers plugins by the vendor's names: "tim-upload-plugin",
// "cos-js-sdk", "cos-wx-sdk", "tim-profanity-filter-plugin". They are kept and shown by Plugins;
// logging in uses none of them. An unknown name is an error (2905), and then none
// is registered.
func (c *Client) RegisterPlugin(byName map[string]any) error {
	for name := range byName {
		if !pluginNames[name] {
			known := slices.Sorted(maps.Keys(pluginNames))
			return failure("registerPlugin", ErrInvalidOperation,
				"no plugin is called "+name+": known are "+strings.Join(known, ", "), nil)
		}
	}
	c.plugins.mu.Lock()
	defer c.plugins.mu.Unlock()
	if c.plugins.byKey == nil {
		c.plugins.byKey = map[string]any{}
	}
	maps.Copy(c.plugins.byKey, byName)
	return nil
}

// Plugins are the names of the registered plugins, sorted.
func (c *Client) Plugins() []string {
	c.plugins.mu.Lock()
	defer c.plugins.mu.Unlock()
	return slices.Sorted(maps.Keys(c.plugins.byKey))
}
