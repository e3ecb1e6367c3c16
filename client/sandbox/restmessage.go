package sandbox

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// maxMessage bounds a message's MsgBody in bytes (server-facts 3.5: 93000).
const maxMessage = 12 << 10

// dedupeFor is how long the same message sent again is not another one, and
// dedupeKept how many messages are remembered for it at most (server-facts 4.5).
const (
	dedupeFor  = 2 * time.Minute
	dedupeKept = 10_000
)

type sendMsgRequest struct {
	SyncOtherMachine int            `json:"SyncOtherMachine"`
	From             string         `json:"From_Account"`
	To               string         `json:"To_Account"`
	MsgSeq           uint32         `json:"MsgSeq"`
	MsgRandom        *uint32        `json:"MsgRandom"`
	MsgBody          jsontext.Value `json:"MsgBody"`
	MsgLifeTime      *int64         `json:"MsgLifeTime"` // seconds it is kept; 0 is not at all
	CloudCustomData  string         `json:"CloudCustomData"`
}

// check is what is wrong with the request, if anything.
func (m sendMsgRequest) check() (wire.Status, bool) {
	switch {
	case m.To == "":
		return wire.Fail(codeIMBadJSON, "To_Account is missing"), false
	case m.MsgRandom == nil:
		return wire.Fail(codeIMBadJSON, "MsgRandom is missing"), false
	case m.MsgBody.Kind() != '[' || string(m.MsgBody) == "[]":
		return wire.Fail(codeIMBadJSON, "MsgBody is no array of elements"), false
	case len(m.MsgBody)+len(m.CloudCustomData) > maxMessage:
		return wire.Fail(codeIMTooLong, "the message has more than 12 KB"), false
	}
	return wire.OK(), true
}

type sendMsgReply struct {
	wire.Status
	MsgTime int64  `json:"MsgTime"`
	MsgKey  string `json:"MsgKey"`
}

// restSendMsg is sendmsg. Without From_Account the admin who calls is the sender.
// Neither blacklist nor mute keep it back (server-facts 4.5).
func (s *Server) restSendMsg(r restRequest) any {
	var in sendMsgRequest
	if st, ok := r.decode(&in); !ok {
		return st
	}
	// With space or without it is the same message, and it may be a large one.
	if err := in.MsgBody.Compact(); err != nil && len(in.MsgBody) > 0 {
		return wire.Fail(codeIMBadJSON, "MsgBody is not valid")
	}
	if st, ok := in.check(); !ok {
		return st
	}
	from := cmp.Or(in.From, r.admin)
	if in.From != "" && in.From != r.admin && !s.exists(r.app, in.From) {
		return wire.Fail(codeIMNoAccount, "From_Account does not exist")
	}
	if !s.exists(r.app, in.To) {
		return wire.Fail(codeIMNoAccount, "To_Account does not exist")
	}
	var body []wire.MsgElem
	if err := wire.DecodeBody(in.MsgBody, &body); err != nil {
		return wire.Fail(codeIMBadJSON, "MsgBody is no array of elements")
	}
	if slices.ContainsFunc(body, func(e wire.MsgElem) bool { return e.MsgType == "" }) {
		return wire.Fail(codeIMBadJSON, "an element of MsgBody has no MsgType")
	}
	if in.MsgLifeTime != nil && *in.MsgLifeTime < 0 {
		return wire.Fail(codeIMBadJSON, "MsgLifeTime is negative")
	}
	now := s.clock.Now()
	m := wire.C2CMessage{
		FromAccount: from, ToAccount: in.To, MsgSeq: uint64(in.MsgSeq), MsgRandom: uint64(*in.MsgRandom), MsgTimeStamp: now.Unix(),
		MsgBody: body, CloudCustomData: in.CloudCustomData, MsgClientTime: now.Unix(),
	}
	if m.MsgSeq == 0 {
		m.MsgSeq = uint64(rand.Uint32()) // the server's choice, so that no other message is like it
	}
	m.MsgKey = fmt.Sprintf("%d_%d_%d", m.MsgSeq, m.MsgRandom, m.MsgTimeStamp)
	key := dedupeKey{r.app.id, from, in.To, m.MsgSeq, m.MsgRandom, crc32.ChecksumIEEE(in.MsgBody)}
	if before, again := s.sent.first(key, sentMessage{m.MsgTimeStamp, m.MsgKey, now}); again {
		return sendMsgReply{wire.OK(), before.Time, before.Key}
	}
	sync, keep := in.SyncOtherMachine == 1, in.MsgLifeTime == nil || *in.MsgLifeTime != 0
	s.note(Record{
		Kind: KindRESTMessage, Time: now, SDKAppID: r.app.id, UserID: in.To,
		Why: fmt.Sprintf("A message of %d bytes from %s.", len(in.MsgBody), clip(from, 32)), Live: s.postC2C(r.app, m, sync, keep),
	})
	if in.MsgLifeTime != nil && keep {
		s.mortal(r.app, m, *in.MsgLifeTime)
	}
	return sendMsgReply{wire.OK(), m.MsgTimeStamp, m.MsgKey}
}

// longestLife is how long a message is kept for who is away at most, in seconds: what
// is asked beyond that is no longer life (docSendMsg).
const longestLife = 7 * 24 * 60 * 60

// mostMortal is how many messages may be waiting for their end. One more stays, as one
// without MsgLifeTime does.
const mostMortal = 10_000

// mortal has a message that was not read by then leave the conversation after so many
// seconds: who comes later finds it no more.
func (s *Server) mortal(a *app, m wire.C2CMessage, seconds int64) {
	if s.mortals.Add(1) > mostMortal {
		s.mortals.Add(-1)
		return
	}
	end := s.clock.Now().Add(time.Duration(min(seconds, longestLife)) * time.Second)
	s.clock.At(end, func() {
		s.mortals.Add(-1)
		a.chat.mu.Lock()
		defer a.chat.mu.Unlock()
		if t := a.chat.talks[talkKey(m.FromAccount, m.ToAccount)]; t != nil {
			t.messages = slices.DeleteFunc(t.messages, func(x *message) bool { return x.MsgKey == m.MsgKey && !x.read })
		}
	})
}

// postC2C sends a message nobody's instance asked for, and returns how many instances
// were online to get it. Who is not gets it at the next login.
func (s *Server) postC2C(a *app, m wire.C2CMessage, sync, keep bool) (live int) {
	r, done := s.chatAs(a, m.FromAccount)
	defer done()
	m.FromNick, m.FromAvatar = r.me.text(wire.TagNick), r.me.text(wire.TagAvatar)
	live = s.online(a, m.ToAccount)
	if sync && m.FromAccount != m.ToAccount {
		live += s.online(a, m.FromAccount)
	}
	r.post(&message{C2CMessage: m, no: r.ch.next()}, sync, keep)
	return live
}

// online counts the connections of an account.
func (s *Server) online(a *app, userID string) int {
	u := s.findUser(a, userID)
	if u == nil {
		return 0
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	n := 0
	for _, in := range u.instances {
		if in.state == StateOnline && in.sock != nil {
			n++
		}
	}
	return n
}

// dedupeKey is what makes two messages the same (server-facts 4.5), to the same account.
type dedupeKey struct {
	sdkAppID    uint64
	from, to    string
	seq, random uint64
	crc         uint32
}

// sentMessages remembers what was sent lately.
type sentMessages struct {
	mu    sync.Mutex
	by    map[dedupeKey]sentMessage // guarded by mu
	order []dedupeKey               // guarded by mu; as they came
}

type sentMessage struct {
	Time int64
	Key  string
	at   time.Time
}

// first remembers a message, or returns the one it repeats.
func (l *sentMessages) first(k dedupeKey, m sentMessage) (before sentMessage, again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.order) > 0 && (len(l.order) >= dedupeKept || m.at.Sub(l.by[l.order[0]].at) >= dedupeFor) {
		delete(l.by, l.order[0])
		l.order = l.order[1:]
	}
	if before, again = l.by[k]; again {
		return before, true
	}
	if l.by == nil {
		l.by = map[dedupeKey]sentMessage{}
	}
	l.by[k] = m
	l.order = append(l.order, k)
	return sentMessage{}, false
}

func (l *sentMessages) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by, l.order = nil, nil
}
