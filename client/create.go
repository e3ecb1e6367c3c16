package client

import "sync"

// registry remembers which instance Create gave for which app.
type registry struct {
	mu    sync.Mutex
	byApp map[uint64]*Client
}

// created is the one piece of state shared by a whole program: the vendor's
// `create` promises the same instance for the same SDKAppID wherever it is called.
var created registry

// Create gives the instance of an app: the same one for the same SDKAppID until it
// is destroyed, as the vendor's TIM.create does; the options of later calls are
// not looked at. Use New for another page of the same app.
func Create(o Options) *Client { return created.get(o) }

func (r *registry) get(o Options) *Client {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, ok := r.byApp[o.SDKAppID]; ok {
		return c
	}
	c := New(o)
	if r.byApp == nil {
		r.byApp = map[uint64]*Client{}
	}
	r.byApp[o.SDKAppID] = c
	return c
}

func (r *registry) forget(c *Client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byApp[c.opts.SDKAppID] == c {
		delete(r.byApp, c.opts.SDKAppID)
	}
}
