package sandbox

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
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

// c2cMessage is a message between two accounts, as a push carries it: field by field
// what was recorded.
type c2cMessage struct {
	From            string         `json:"From_Account"`
	To              string         `json:"To_Account"`
	Seq             uint32         `json:"MsgSeq"`
	Random          uint32         `json:"MsgRandom"`
	Time            int64          `json:"MsgTimeStamp"` // unix seconds, the sandbox's clock
	FlagBits        int            `json:"MsgFlagBits"`
	IsPlaceMsg      int            `json:"IsPlaceMsg"`
	Body            jsontext.Value `json:"MsgBody"`
	Key             string         `json:"MsgKey"`
	FromNick        string         `json:"From_AccountNick"`
	FromFaceURL     string         `json:"From_AccountHeadurl"`
	CloudCustomData string         `json:"CloudCustomData"`
	ClientTime      int64          `json:"MsgClientTime"`
}

type c2cMessageEvent struct {
	Event       int          `json:"Event"`
	C2CMsgArray []c2cMessage `json:"C2cMsgArray"`
}

type c2cMessagePush struct {
	EventArray []c2cMessageEvent `json:"EventArray"`
}

// deliverC2C pushes a message to the online instances of the account that gets it, and
// with sync also to the sender's, and returns to how many connections. It keeps
// nothing: who is offline does not get it from here.
func (s *Server) deliverC2C(a *app, m c2cMessage, sync bool) int {
	frame := pushFrame(c2cMessagePush{EventArray: []c2cMessageEvent{{Event: wire.EventC2CMessage, C2CMsgArray: []c2cMessage{m}}}})
	n := s.pushTo(a, m.To, frame)
	if sync && m.From != m.To {
		n += s.pushTo(a, m.From, frame)
	}
	return n
}

// pushTo queues a frame on every connection of an account.
func (s *Server) pushTo(a *app, userID string, frame []byte) int {
	u := s.findUser(a, userID)
	if u == nil {
		return 0
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	n := 0
	for _, in := range u.instances {
		if in.state == StateOnline && in.sock != nil {
			in.sock.send(frame)
			n++
		}
	}
	return n
}

type sendMsgRequest struct {
	SyncOtherMachine int            `json:"SyncOtherMachine"`
	From             string         `json:"From_Account"`
	To               string         `json:"To_Account"`
	MsgSeq           uint32         `json:"MsgSeq"`
	MsgRandom        *uint32        `json:"MsgRandom"`
	MsgBody          jsontext.Value `json:"MsgBody"`
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
	now := s.clock.Now()
	m := c2cMessage{
		From: from, To: in.To, Seq: in.MsgSeq, Random: *in.MsgRandom, Time: now.Unix(),
		Body: in.MsgBody, CloudCustomData: in.CloudCustomData, ClientTime: now.Unix(),
	}
	if u := s.findUser(r.app, from); u != nil {
		u.mu.Lock()
		m.FromNick, m.FromFaceURL = u.profile.nick, u.profile.faceURL
		u.mu.Unlock()
	}
	if m.Seq == 0 {
		m.Seq = rand.Uint32() // the server's choice, so that no other message is like it
	}
	m.Key = fmt.Sprintf("%d_%d_%d", m.Seq, m.Random, m.Time)
	if before, again := s.sent.first(r.app.id, m, now); again {
		return sendMsgReply{wire.OK(), before.Time, before.Key}
	}
	rec := Record{Kind: KindRESTMessage, Time: now, SDKAppID: r.app.id, UserID: m.To, Why: fmt.Sprintf("A message of %d bytes from %s.", len(m.Body), clip(from, 32))}
	rec.Live = s.deliverC2C(r.app, m, in.SyncOtherMachine == 1)
	s.note(rec)
	return sendMsgReply{wire.OK(), m.Time, m.Key}
}

// dedupeKey is what makes two messages the same (server-facts 4.5), to the same account.
type dedupeKey struct {
	sdkAppID    uint64
	from, to    string
	seq, random uint32
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
func (l *sentMessages) first(sdkAppID uint64, m c2cMessage, now time.Time) (before sentMessage, again bool) {
	k := dedupeKey{sdkAppID, m.From, m.To, m.Seq, m.Random, crc32.ChecksumIEEE(m.Body)}
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.order) > 0 && (len(l.order) >= dedupeKept || now.Sub(l.by[l.order[0]].at) >= dedupeFor) {
		delete(l.by, l.order[0])
		l.order = l.order[1:]
	}
	if before, again = l.by[k]; again {
		return before, true
	}
	if l.by == nil {
		l.by = map[dedupeKey]sentMessage{}
	}
	l.by[k] = sentMessage{m.Time, m.Key, now}
	l.order = append(l.order, k)
	return sentMessage{}, false
}

func (l *sentMessages) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by, l.order = nil, nil
}
