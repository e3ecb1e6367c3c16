package client

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// request1 sends one request and gives what done makes of its answer. build, done
// and failed run in the owner's goroutine, where the chat may be touched; failed,
// which may be nil, hears of an error.
func request1[A, R any](
	ctx context.Context, c *Client, op, cmd string,
	build func(*chat) any, done func(*chat, A) (R, error), failed func(*chat, error),
) (R, error) {
	var none R
	r := c.call(ctx, op, func(ch *chat, body jsontext.Value, err error) (any, error) {
		var a A
		if err == nil {
			if derr := wire.DecodeBody(body, &a); derr != nil {
				err = unreadableAnswer(op, derr)
			}
		}
		if err != nil {
			if failed != nil {
				failed(ch, err)
			}
			return nil, err
		}
		return done(ch, a)
	}, func(id uint64) input {
		return inRequest{call: id, op: op, cmd: cmd, build: build}
	})
	if r.err != nil {
		return none, r.err
	}
	v, _ := r.value.(R)
	return v, nil
}
