package client

import (
	"context"
	"slices"

	"kickbench/client/wire"
)

// GetBlacklist asks the server whom this user blocks, in the order of their names.
// Errors as of SendMessage.
func (c *Client) GetBlacklist(ctx context.Context) ([]string, error) {
	return request1(ctx, c, "getBlacklist", wire.CmdGetBlacklist,
		func(ch *chat) any { return blacklistRequest(ch.user) },
		func(ch *chat, a wire.BlacklistAnswer) ([]string, error) {
			ch.takeBlacklist(a, false)
			return slices.Clone(ch.blacklist), nil
		}, nil)
}

// AddToBlacklist blocks accounts: what they send this user is refused with 20007. It
// gives those that are blocked now of the ones asked for. Emits BLACKLIST_UPDATED, on
// the user's other instances too. Errors as of SendMessage.
func (c *Client) AddToBlacklist(ctx context.Context, userIDs ...string) ([]string, error) {
	return c.changeBlacklist(ctx, "addToBlacklist", wire.CmdAddBlacklist, userIDs, (*chat).block)
}

// RemoveFromBlacklist ends what AddToBlacklist began. See there.
func (c *Client) RemoveFromBlacklist(ctx context.Context, userIDs ...string) ([]string, error) {
	return c.changeBlacklist(ctx, "removeFromBlacklist", wire.CmdRemoveBlacklist, userIDs, (*chat).unblock)
}

func (c *Client) changeBlacklist(ctx context.Context, op, cmd string, userIDs []string, take func(*chat, []string)) ([]string, error) {
	return request1(ctx, c, op, cmd, func(ch *chat) any {
		return wire.BlacklistChange{FromAccount: ch.user, ToAccount: slices.Clone(userIDs)}
	}, func(ch *chat, a wire.BlacklistChangeAnswer) ([]string, error) {
		var done []string
		for _, r := range a.ResultItem {
			if r.ResultCode == wire.CodeOK {
				done = append(done, r.ToAccount)
			}
		}
		take(ch, done)
		if len(done) == 0 && len(a.ResultItem) > 0 {
			r := a.ResultItem[0]
			return nil, &Error{Code: r.ResultCode, Op: op, Message: r.ResultInfo}
		}
		return done, nil
	}, nil)
}

// blacklistBody is the body of wire.CmdGetBlacklist as recorded.
type blacklistBody struct {
	FromAccount string `json:"From_Account"`
	StartIndex  int    `json:"StartIndex"`
	MaxLimited  int    `json:"MaxLimited"`
}

// maxBlacklist is the vendor's bound (recorded as MaxLimited).
const maxBlacklist = 1000

func blacklistRequest(user string) any {
	return blacklistBody{FromAccount: user, MaxLimited: maxBlacklist}
}
