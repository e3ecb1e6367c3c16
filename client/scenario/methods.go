package scenario

import (
	"context"

	"kickbench/client"
)

// methods are the calls of the SDK that a step may make: those that need a login,
// ask the server and change nothing.
var methods = map[string]func(context.Context, *client.Client) error{
	"getConversationList": func(ctx context.Context, c *client.Client) error {
		_, err := c.GetConversationList(ctx)
		return err
	},
	"getGroupList": func(ctx context.Context, c *client.Client) error {
		_, err := c.GetGroupList(ctx)
		return err
	},
	"getMyProfile": func(ctx context.Context, c *client.Client) error {
		_, err := c.GetMyProfile(ctx)
		return err
	},
	"getBlacklist": func(ctx context.Context, c *client.Client) error {
		_, err := c.GetBlacklist(ctx)
		return err
	},
}
