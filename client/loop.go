package client

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// snapshot is what other goroutines see of the state.
type snapshot struct {
	phase      State
	ready      bool
	user       string
	tinyID     string
	instID     uint64
	since      time.Time
	skew       time.Duration
	rtt        time.Duration
	reconnects int
	net        NetState
}

// loop is a client's owner: the one goroutine that runs the machine and carries
// out its effects. It starts with the first call that needs it, and ends, with
// everything it started, after Destroy.
type loop struct {
	c      *Client
	state  state
	links  map[uint64]*link
	opened map[uint64]bool
	timers [timerCount]*time.Timer
	armed  [timerCount]uint64 // generation of the timer; a fired one of another is stale
	retry  *backoff.ExponentialBackOff
	chat   *chat          // nil before the first session
	wg     sync.WaitGroup // links
	over   bool
}

// firedTimer wraps inTimer on its way through the inbox, so that a timer that was
// cleared or set anew after it fired stays without effect.
type firedTimer struct {
	inTimer
	gen uint64
}

func (c *Client) run() {
	l := &loop{
		c:      c,
		state:  state{sdkAppID: c.opts.SDKAppID},
		links:  map[uint64]*link{},
		opened: map[uint64]bool{},
		retry:  newBackoff(c.opts.Chance),
	}
	var events sync.WaitGroup
	events.Go(c.events.run)
	for !l.over {
		inputs, _ := c.inbox.next()
		for _, in := range inputs {
			l.take(in)
		}
	}
	c.inbox.close()
	for {
		rest, ok := c.inbox.next()
		if !ok {
			break
		}
		for _, in := range rest {
			l.take(in)
		}
	}
	l.wg.Wait()
	c.events.queue.close()
	events.Wait()
	close(c.done)
}

// newBackoff spaces tries to connect: the first repeats come quickly, later ones
// half a minute apart, each with jitter so that a thousand instances do not come
// back as one. Where chance is given, the jitter is its: see nextRetry.
func newBackoff(chance func() float64) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = 200 * time.Millisecond
	b.Multiplier = 2
	b.RandomizationFactor = 0.5
	b.MaxInterval = 30 * time.Second
	if chance != nil {
		b.RandomizationFactor = 0
	}
	return b
}

func (l *loop) nextRetry() time.Duration {
	d := l.retry.NextBackOff()
	if chance := l.c.opts.Chance; chance != nil {
		d = time.Duration(float64(d) * (0.5 + chance()))
	}
	return d
}

func (l *loop) take(in input) {
	switch t := in.(type) {
	case firedTimer:
		if t.gen != l.armed[t.timer] {
			return
		}
		in = t.inTimer
	case inOpened:
		l.opened[t.gen] = true
	case inClosed:
		l.forget(t.gen)
	case inDialFailed:
		l.forget(t.gen)
		l.c.log.Warn("could not connect", "err", t.err)
	}
	if r, ok := in.(inRequest); ok && r.build != nil && l.chat != nil {
		r.body, r.build = r.build(l.chat), nil
		in = r
	}
	before := l.state.phase
	next, effects := step(l.state, time.Now(), in)
	l.state = next
	l.publish()
	if before != next.phase && l.c.log.Enabled(context.Background(), slog.LevelInfo) {
		l.c.log.Info("state", "from", before.String(), "to", next.phase.String(), "user", next.user)
	}
	for _, e := range effects {
		l.apply(e)
	}
	if next.phase == Ready && before != Ready {
		l.begin(before == Reconnecting)
	}
	l.flush()
	if c, ok := in.(inOpened); ok && (c.gen != l.state.gen || l.state.link != linkOpen) {
		// It opened after it was no longer wanted.
		if k := l.links[c.gen]; k != nil {
			k.close(wire.CloseReconnect, true)
		}
	}
}

func (l *loop) forget(gen uint64) {
	delete(l.links, gen)
	delete(l.opened, gen)
}

func (l *loop) apply(e effect) {
	switch e := e.(type) {
	case effDial:
		k := newLink(l.c, e.gen)
		l.links[e.gen] = k
		l.wg.Go(k.run)
	case effClose:
		if k := l.links[e.gen]; k != nil {
			k.close(e.code, l.opened[e.gen])
		}
	case effSend:
		l.send(e)
	case effEmit:
		if l.c.log.Enabled(context.Background(), slog.LevelDebug) { // boxing its arguments costs more than it does
			l.c.log.Debug("event", "name", e.event.EventConst())
		}
		l.c.events.emit(e.event, e.inst)
	case effSetTimer:
		l.set(e.timer, e.after)
	case effRetry:
		if e.fails == 1 {
			l.retry.Reset()
		}
		l.set(timerRetry, l.nextRetry())
	case effClearTimer:
		l.clear(e.timer)
	case effReply:
		l.reply(e)
	case effAnswer:
		if l.chat != nil {
			l.chat.answered(e)
		}
	case effPush:
		if l.chat != nil {
			l.chat.pushed(e.body)
		}
	case effFinish:
		for t := range timerCount {
			l.clear(t)
		}
		l.c.created.forget(l.c)
		l.over = true
	}
}

// begin has the chat of a session, new or resumed, catch up with the server.
func (l *loop) begin(resumed bool) {
	if l.chat == nil || l.chat.user != l.state.user {
		l.chat = newChat(l.state.user)
	}
	if !resumed {
		// The lists are told after each login, changed or not.
		l.chat.complete, l.chat.groupsKnown, l.chat.blacklistKnown = false, false, false
	}
	l.chat.sync()
}

// flush emits what the chat has to tell, and asks what it wants to know.
func (l *loop) flush() {
	if l.chat == nil {
		return
	}
	l.emitChat()
	asks := l.chat.asks
	l.chat.asks = nil
	for _, a := range asks {
		l.take(a)
	}
}

func (l *loop) emitChat() {
	for _, e := range l.chat.news {
		l.apply(effEmit{e, l.state.instID})
	}
	l.chat.news = nil
}

// reply ends a call, after the events its answer caused.
func (l *loop) reply(e effReply) {
	w, ok := l.c.calls.take(e.call)
	if !ok {
		return
	}
	r := reply{result: e.result, err: e.err}
	if w.done != nil && l.chat != nil {
		r.value, r.err = w.done(l.chat, e.body, e.err)
		l.emitChat()
	}
	w.ch <- r
}

func (l *loop) set(t timer, after time.Duration) {
	l.clear(t)
	gen := l.armed[t]
	l.timers[t] = time.AfterFunc(after, func() {
		l.c.inbox.put(firedTimer{inTimer{t}, gen})
	})
}

func (l *loop) clear(t timer) {
	l.armed[t]++
	if l.timers[t] != nil {
		l.timers[t].Stop()
	}
}

// Numbers the vendor's SDK puts into every frame, as observed (transcript.jsonl).
const (
	protocolVersion = "v4"
	webSDKAppID     = 537048168
	webSDKVersion   = "1.7.3"
	sdkAbility      = 75689843
)

func (l *loop) send(e effSend) {
	k := l.links[e.gen]
	if k == nil {
		return
	}
	body, err := wire.Body(e.body)
	if err != nil {
		l.c.log.Error("could not encode", "cmd", e.head.ServCmd, "err", err)
		return
	}
	h := e.head
	h.Ver, h.Platform = protocolVersion, l.c.opts.platform()
	h.WebSDKAppID, h.WebSDKVersion, h.SDKAbility = webSDKAppID, webSDKVersion, sdkAbility
	h.SDKAppID, h.ContentType, h.ReqTime = l.c.opts.SDKAppID, "json", time.Now().Unix()
	cs := wire.Checksum(h.ServCmd, body)
	h.CS = &cs
	frame, err := wire.Encode(wire.Up{Head: h, Body: jsontext.Value(body)})
	if err != nil {
		l.c.log.Error("could not encode", "cmd", h.ServCmd, "err", err)
		return
	}
	l.c.trace(true, h.ServCmd, h.Seq, frame)
	k.out.put(outgoing{frame: frame})
}

func (l *loop) publish() {
	s := l.state
	l.c.snap.Store(&snapshot{
		phase: s.phase, ready: s.phase == Ready && s.end == endNone,
		user: s.user, tinyID: s.tinyID, instID: s.instID, since: s.since,
		skew: s.skew, rtt: s.rtt, reconnects: s.reconnects, net: s.net,
	})
}
