package sandbox

import (
	"fmt"
	"strconv"

	"kickbench/client/wire"
)

// inbox is what an account is to be told by pushes: one numbered list, and for each
// of its instances how far that one has it. An entry is sent once; what a lost
// connection may have swallowed is sent again when its instance returns.
//
// How far an instance has it is known by WebSocket pings: one is queued behind what
// was pushed, its payload the number of the last entry, and the peer's pong, which
// any WebSocket answers in order and by itself, says that all before it arrived. Both
// go where the faults send the pushes, so that what a fault has confirms nothing. The
// wire knows no other acknowledgement. What arrived while its pong was lost is the
// one thing sent twice: receivers know it by sender, MsgSeq and MsgRandom.
//
// Guarded by the user's mu, like all of this file.
type inbox struct {
	entries []inboxEntry // numbered without gaps
	last    uint64       // number of the last one ever
	bytes   int          // of the entries' frames
	noted   bool         // that something was dropped
}

type inboxEntry struct {
	seq    uint64
	frame  []byte
	except uint64 // the instance that caused it and knows
}

// position is how far an instance has its account's inbox.
type position struct {
	login     uint64 // counts all logins: what it fetches is this one's
	start     uint64 // the inbox's last entry when it logged in: what was before is history
	sent      uint64
	confirmed uint64
	flying    int // bytes sent and not confirmed
}

// inFlight is how much is sent to an instance before its pong is waited for: what a
// slow page lags behind stays in the inbox and never fills its socket's queue.
const inFlight = 64 << 10

// deliver puts a push into the inbox and sends it to whoever of the account is
// online, but for the instance except. It returns the entry's number. With mu held.
func (s *Server) deliver(u *user, except uint64, e wire.PushEvent) uint64 {
	b := &u.inbox
	if len(u.instances) == 0 { // nobody who could get it: a new login asks for what it missed
		return b.last
	}
	b.last++
	frame := pushFrame(wire.PushBody{EventArray: []wire.PushEvent{e}})
	b.entries = append(b.entries, inboxEntry{seq: b.last, except: except, frame: frame})
	b.bytes += len(frame)
	s.inboxBytes.Add(int64(len(frame)))
	for _, in := range u.instances {
		s.pump(in)
	}
	s.trim(u)
	return b.last
}

// pump sends an online instance what it has not been sent. With mu held.
func (s *Server) pump(in *instance) {
	if in.sock == nil || in.state != StateOnline {
		return
	}
	b, at := &in.user.inbox, &in.at
	pushed := false
	for i := range b.entries {
		e := &b.entries[i]
		if e.seq <= at.sent {
			continue
		}
		if at.flying >= inFlight {
			break
		}
		at.sent = e.seq
		if e.except == in.id {
			continue
		}
		in.sock.send(e.frame)
		at.flying += len(e.frame)
		pushed = true
	}
	switch {
	case pushed:
		in.sock.ping(strconv.AppendUint(nil, at.sent, 10))
	case at.flying == 0:
		at.confirmed = at.sent // there was nothing but what it knew
	}
}

// pong takes a pong that came, by way of the faults. It is called on the socket's own
// goroutine.
func (c *socket) pong(payload string) error {
	c.follow(DirectionUp, []byte(payload), false, c.confirm)
	return nil
}

// confirm takes a peer's word that it has everything up to the number in a ping.
func (c *socket) confirm(payload []byte) {
	seq, err := strconv.ParseUint(string(payload), 10, 64)
	c.turn.Lock()
	in := c.bound
	c.turn.Unlock()
	if err != nil || in == nil {
		return // no ping of ours: nothing follows from it
	}
	in.user.mu.Lock()
	defer in.user.mu.Unlock()
	if in.sock != c || seq > in.at.sent || seq <= in.at.confirmed {
		return
	}
	in.at.confirmed = seq
	if seq == in.at.sent {
		in.at.flying = 0
	}
	c.srv.pump(in)
	c.srv.trim(in.user)
}

// rejoin sets where an instance that was just admitted stands: a new login begins
// behind what there is, one that returned gets what it may have missed. With mu held.
func (s *Server) rejoin(in *instance, kind Kind) {
	if kind != KindResume {
		in.at = position{login: s.lastLogin.Add(1), start: in.user.inbox.last}
		in.at.sent, in.at.confirmed = in.at.start, in.at.start
		return
	}
	in.at.sent, in.at.flying = in.at.confirmed, 0
	s.pump(in)
}

// trim forgets what everyone has, and the eldest of more than the limits. With mu held.
func (s *Server) trim(u *user) {
	b := &u.inbox
	need := b.last // the lowest number nobody needs
	for _, in := range u.instances {
		// One that is to know nothing of its kick comes back as if it had only been away.
		if in.state.Counts() || in.state == StateGone || in.offline() == OfflineSilent {
			need = min(need, in.at.confirmed)
		}
	}
	n, bytes := 0, b.bytes
	for n < len(b.entries) && b.entries[n].seq <= need {
		bytes -= len(b.entries[n].frame)
		n++
	}
	others, l := s.inboxBytes.Load()-int64(b.bytes), s.limits
	for n < len(b.entries) {
		var why string
		switch {
		case len(b.entries)-n > l.InboxEvents:
			why = fmt.Sprintf("More than %d events waited for an instance that is away or slow; the oldest are dropped.", l.InboxEvents)
		case bytes > l.InboxBytes:
			why = fmt.Sprintf("More than %d bytes of events waited for an instance that is away or slow; the oldest are dropped.", l.InboxBytes)
		case bytes > inFlight && others+int64(bytes) > l.InboxBytesInAll:
			why = fmt.Sprintf("More than %d bytes of events waited for everybody's instances that are away or slow; this account's oldest are dropped.", l.InboxBytesInAll)
		}
		if why == "" {
			break
		}
		if !b.noted {
			b.noted = true
			s.noteDropped(u.app.id, u.id, why)
		}
		bytes -= len(b.entries[n].frame)
		n++
	}
	if n > 0 {
		s.inboxBytes.Add(int64(bytes - b.bytes))
		b.bytes = bytes
		b.entries = append([]inboxEntry(nil), b.entries[n:]...)
	}
}

// noteDropped writes down that a bound of the chat's stores was reached. Callers say
// so once for each store: the record means "from here on".
func (s *Server) noteDropped(sdkAppID uint64, userID, why string) {
	s.note(Record{Kind: KindChatDropped, SDKAppID: sdkAppID, UserID: userID, Why: why})
	s.log.Warn("chat: " + why)
}
