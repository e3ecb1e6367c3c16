package client

import (
	"time"

	"kickbench/client/wire"
)

// trace puts a frame into the event queue, secrets hidden, if anyone listens.
func (c *Client) trace(up bool, cmd string, seq uint32, frame []byte) {
	if c.events.frames.Load() == 0 {
		return
	}
	c.events.queue.put(happening{frame: &FrameRecord{
		Time: time.Now(), Up: up, Cmd: cmd, Seq: seq, JSON: wire.Redact(frame),
	}})
}

func (c *Client) traceDown(f wire.Down) {
	if c.events.frames.Load() == 0 {
		return
	}
	frame, err := wire.Encode(f)
	if err != nil {
		return
	}
	c.trace(false, f.Head.ServCmd, f.Head.Seq, frame)
}
