package sandbox

import (
	"hash/crc32"
	"io"
	"time"

	"kickbench/client/wire"
)

// sentKey makes two messages of one sender the same: as documented of the REST call, by
// receiver, MsgSeq, MsgRandom and the content's CRC-32, for dedupeFor (server-facts 4.5).
type sentKey struct {
	to          string // an account or a group
	group       bool
	seq, random uint64
	crc         uint32
}

func keyOf(to string, group bool, seq, random uint64, body []wire.MsgElem, custom string) sentKey {
	sum := crc32.NewIEEE()
	for _, e := range body {
		_, _ = io.WriteString(sum, e.MsgType)
		_, _ = sum.Write(e.MsgContent)
	}
	_, _ = io.WriteString(sum, custom)
	return sentKey{to, group, seq, random, sum.Sum32()}
}

// sentAnswer is what a message was answered.
type sentAnswer struct {
	time int64 // unix seconds: when it was sent
	key  string
	seq  uint64
}

// again returns what the same message of the asking account was answered, when it came
// lately. It forgets the others that did not.
func (r *chatRequest) again(k sentKey) (sentAnswer, bool) {
	p := r.me
	old := r.now - int64(dedupeFor/time.Second)
	for len(p.sentLog) > 0 && (p.sent[p.sentLog[0]].time <= old || len(p.sentLog) >= r.s.limits.ConversationMessages) {
		delete(p.sent, p.sentLog[0])
		p.sentLog = p.sentLog[1:]
	}
	if len(p.sentLog) == 0 {
		p.sent, p.sentLog = nil, nil // most write seldom
	}
	a, ok := p.sent[k]
	return a, ok
}

// remember has the asking account's message answered the same when it comes again.
func (r *chatRequest) remember(k sentKey, a sentAnswer) {
	p := r.me
	if p.sent == nil {
		p.sent = map[sentKey]sentAnswer{}
	}
	a.time = r.now
	p.sent[k] = a
	p.sentLog = append(p.sentLog, k)
}
