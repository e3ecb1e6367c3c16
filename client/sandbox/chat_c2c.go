package sandbox

import (
	"fmt"
	"slices"
	"strconv"

	"kickbench/client/wire"
)

// revokeSeconds is how long a message can be revoked: the documented default, 2 min.
const revokeSeconds = 120

// historyPage is the most messages one history answer has.
const historyPage = 100

// sendC2C takes a message: history, push to the receiver, sync to the sender's others.
// A message that came before gets the answer of then and is not sent again.
func (r *chatRequest) sendC2C(q *wire.SendC2CRequest) any {
	key := keyOf(q.ToAccount, false, q.MsgSeq, q.MsgRandom, q.MsgBody, q.CloudCustomData)
	if before, ok := r.again(key); ok {
		return wire.SendC2CAnswer{Status: wire.OK(), MsgTime: before.time, MsgKey: before.key, MsgSeq: before.seq}
	}
	switch {
	case len(q.MsgBody) == 0:
		return wire.Fail(codeInvalidParameter, "MsgBody is empty")
	case bodyTooLong(q.MsgBody, q.CloudCustomData):
		return wire.Fail(wire.CodeMessageTooLong, "message body too long, at most 12 KB")
	case !r.exists(q.ToAccount):
		return wire.Fail(wire.CodeUnknownReceiver, "To_Account has no account: the first login makes one")
	case r.ch.person(q.ToAccount).blocks(r.u.id):
		return wire.Fail(wire.CodeBlacklisted, "the receiver has the sender on the blacklist")
	}
	m := &message{no: r.ch.next(), C2CMessage: wire.C2CMessage{
		FromAccount: r.u.id, ToAccount: q.ToAccount, MsgSeq: q.MsgSeq, MsgRandom: q.MsgRandom,
		MsgTimeStamp: r.now, MsgBody: q.MsgBody, CloudCustomData: q.CloudCustomData, MsgClientTime: q.MsgClientTime,
		MsgKey:   fmt.Sprintf("%d_%d_%d", r.ch.lastNo, q.MsgRandom, r.now),
		FromNick: r.me.text(wire.TagNick), FromAvatar: r.me.text(wire.TagAvatar),
	}}
	r.post(m, true, q.MsgLifeTime == nil || *q.MsgLifeTime != 0)
	r.remember(key, sentAnswer{key: m.MsgKey, seq: m.MsgSeq})
	return wire.SendC2CAnswer{Status: wire.OK(), MsgTime: m.MsgTimeStamp, MsgKey: m.MsgKey, MsgSeq: m.MsgSeq}
}

// post sends the asking account's message on its way: to the receiver, with sync to
// the sender's other instances, with keep into the history.
func (r *chatRequest) post(m *message, sync, keep bool) {
	if m.ToAccount != r.u.id {
		m.at = r.push(m.ToAccount, wire.PushEvent{Event: wire.EventC2CMessage, C2CMsgArray: []wire.C2CMessage{m.C2CMessage}})
	}
	if sync {
		back := m.C2CMessage
		back.FromAccount, back.ToAccount, back.IsSyncMsg = m.ToAccount, m.FromAccount, 1
		r.push(r.u.id, wire.PushEvent{Event: wire.EventC2CMessage, C2CMsgArray: []wire.C2CMessage{back}})
	}
	if keep {
		r.keep(r.begin(m.ToAccount), m)
	}
}

func (r *chatRequest) keep(t *talk, m *message) {
	if len(t.messages) >= r.s.limits.ConversationMessages {
		r.ch.grow(-t.messages[0].size())
		t.messages = slices.Delete(t.messages, 0, 1)
		if !t.full {
			t.full = true
			r.s.noteDropped(r.u.app.id, r.u.id, "More than "+strconv.Itoa(r.s.limits.ConversationMessages)+" messages in a conversation; its oldest are dropped.")
		}
	}
	t.messages = append(t.messages, m)
	r.kept(m.size())
}

// revokeC2C takes a message back, within two minutes and by its sender alone.
func (r *chatRequest) revokeC2C(q *wire.RevokeC2CRequest) any {
	i := q.MsgInfo
	t := r.with(i.ToAccount)
	if i.FromAccount != r.u.id || t == nil {
		return wire.Fail(wire.CodeRevokeUnknown, "no such message of this sender")
	}
	at := slices.IndexFunc(t.messages, func(m *message) bool {
		return m.FromAccount == r.u.id && m.MsgSeq == i.MsgSeq && m.MsgRandom == i.MsgRandom
	})
	if at < 0 {
		return wire.Fail(wire.CodeRevokeUnknown, "no such message of this sender")
	}
	m := t.messages[at]
	if m.revoker != "" {
		return wire.OK()
	}
	if r.now-m.MsgTimeStamp > revokeSeconds {
		return wire.Fail(wire.CodeRevokeTooLate, "a message can be revoked for 120 s")
	}
	m.revoker, m.MsgFlagBits = r.u.id, wire.LastC2CRevoked
	e := notify(wire.C2CNotify{WithdrawC2CMsgNotify: &wire.WithdrawC2CNotify{C2CWithdrawInfoArray: []wire.C2CRevoked{{
		FromAccount: m.FromAccount, ToAccount: m.ToAccount, MsgSeq: m.MsgSeq, MsgRandom: m.MsgRandom,
		MsgTime: m.MsgTimeStamp, RevokerInfo: wire.RevokerInfo{Revoker: r.u.id},
	}}}})
	for _, id := range slices.Compact([]string{m.ToAccount, r.u.id}) {
		r.push(id, e)
	}
	return wire.OK()
}

// readC2C marks messages read up to a time; the other side gets the receipt, and the
// reader's other instances learn it too.
func (r *chatRequest) readC2C(q *wire.ReadC2CRequest) any {
	for _, item := range clipList(q.C2CMsgReaded.C2CMsgReadedItem) {
		t := r.with(item.ToAccount)
		if t == nil {
			continue
		}
		until := min(item.LastedMsgTime, r.now)
		for _, m := range t.messages {
			if m.ToAccount == r.u.id && m.MsgTimeStamp <= until {
				m.read = true
			}
		}
		if mine := &t.readBy[t.side(r.u.id)]; until > *mine {
			*mine = until
		}
		r.push(item.ToAccount, notify(wire.C2CNotify{C2CReadedReceipt: &wire.C2CReadedReceipt{
			ToAccount: r.u.id, UinPairReadArray: []wire.C2CReadPair{{LastReadTime: until}},
		}}))
		r.push(r.u.id, notify(wire.C2CNotify{ReadC2CMsgNotify: &wire.ReadC2CNotify{
			UinPairReadArray: []wire.C2CReadPair{{FromAccount: item.ToAccount, LastReadTime: until}},
		}}))
	}
	return wire.OK()
}

// peerReadTime says how far others have read.
func (r *chatRequest) peerReadTime(q *wire.PeerReadTimeRequest) any {
	out := wire.PeerReadTimeAnswer{Status: wire.OK(), ReadTime: []int64{}}
	for _, id := range clipList(q.ToAccount) {
		var at int64
		if t := r.with(id); t != nil {
			at = t.readBy[t.side(id)]
		}
		out.ReadTime = append(out.ReadTime, at)
	}
	return out
}

// history answers a page of a conversation, the oldest message first.
func (r *chatRequest) history(q *wire.HistoryRequest) any {
	out := wire.HistoryAnswer{Status: wire.OK(), MaxCnt: q.MaxCnt, Complete: 1, MsgList: []wire.C2CMessage{}}
	t := r.with(q.PeerAccount)
	if t == nil {
		return out
	}
	count := historyPage
	if q.MaxCnt > 0 {
		count = min(q.MaxCnt, historyPage)
	}
	end := len(t.messages)
	if i := slices.IndexFunc(t.messages, func(m *message) bool { return m.MsgKey == q.MsgKey }); q.MsgKey != "" && i >= 0 {
		end = i
		if q.GetDirection == 1 {
			end = min(i+1+count, len(t.messages))
		}
	}
	begin, size := end, 0
	for begin > max(0, end-count) {
		if size += t.messages[begin-1].size(); size > pageBytes && begin < end {
			break
		}
		begin--
	}
	for _, m := range t.messages[begin:end] {
		out.MsgList = append(out.MsgList, m.C2CMessage)
	}
	if begin > 0 {
		out.Complete = 0
	}
	if len(out.MsgList) > 0 {
		out.LastMsgTime, out.MsgKey = out.MsgList[0].MsgTimeStamp, out.MsgList[0].MsgKey
	}
	return out
}

// clipList bounds a list in a request.
func clipList[T any](list []T) []T { return list[:min(len(list), maxAsked)] }
