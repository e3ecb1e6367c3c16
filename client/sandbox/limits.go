package sandbox

import (
	"cmp"
	"time"

	"kickbench/client/wire"
)

// Limits bound what clients may take from the server, and how long a dead
// connection counts. A field left zero has its default, named beside it.
type Limits struct {
	// Connections is the most sockets open at once: 10,000. One more is answered 503.
	Connections int
	// Frame bounds a frame from a client: wire.DefaultLimits.
	Frame wire.Limits
	// QueueBytes is the most bytes waiting to be written to one socket: 256 KiB. A
	// client that reads so slowly is disconnected.
	QueueBytes int
	// HeaderBytes bounds the head of an HTTP request: 16 KiB.
	HeaderBytes int
	// BodyBytes bounds the body of a REST or console request: 1 MiB. StateBytes bounds
	// that of PUT /state, which holds messages: 64 MiB.
	BodyBytes, StateBytes int64
	// LoginsPerSecond is how many logins one connection may try: 20, in bursts of as
	// many. What is more is answered 60018.
	LoginsPerSecond int
	// RESTPerSecond is how often each REST command may be called in an app, per second of
	// the sandbox's clock and in bursts of as many: as documented, 100 or 200 by command
	// (server-facts 4). A negative number lifts the limit. What is more is answered 60007.
	RESTPerSecond int
	// WebhookQueue is the most webhook events of an app that wait to be delivered: 10,000.
	// What is more is dropped, and the ledger says so.
	WebhookQueue int
	// WriteTimeout bounds every write: 10 s.
	WriteTimeout time.Duration
	// HeaderTimeout bounds the reading of a request's head, and of its body: 10 s.
	HeaderTimeout time.Duration
	// SilenceWeb and SilenceNative are how long a connection may say nothing before
	// it counts as lost: 60 s and 400 s (server-facts 1.6). The SDK sends a heartbeat
	// every 10 s. By this computer's clock: Advance loses no connection.
	SilenceWeb, SilenceNative time.Duration
	// GhostWeb and GhostNative are how long an instance counts on after its
	// connection was lost: 60 s and 400 s (server-facts 1.6), by the sandbox's clock. With
	// no end to be seen they begin with the last frame, and silence is part of them.
	// They are what LoginRules begin with.
	GhostWeb, GhostNative time.Duration
	// Resting is the most sessions of one user that are away from the registry but
	// may come back, told what happened to them or not: 32. The eldest is forgotten.
	Resting int
	// InboxEvents is how many pushes of one account wait for its instances that are
	// away or slow: 1,000. Conversations is how many an account has: 500;
	// ConversationMessages how many messages each of them, and each group, keeps:
	// 1,000. Groups is how many an app has: 1,000; GroupMembers how many are in one:
	// 200, as recorded. The oldest make room, or no more are let in; the ledger says
	// so once (KindChatDropped).
	InboxEvents, Conversations, ConversationMessages, Groups, GroupMembers int
	// InboxBytes is how many bytes of pushes one account has waiting: 4 MiB; of all
	// accounts InboxBytesInAll: 128 MiB. ChatBytes is how many bytes of messages an app
	// keeps: 64 MiB; all apps together ChatBytesInAll: 256 MiB. The oldest make room, as
	// above; for all together only where an account or app has more than a little.
	InboxBytes                                 int
	InboxBytesInAll, ChatBytes, ChatBytesInAll int64
	// LedgerRecords is how many records the ledger keeps in memory: 50,000.
	LedgerRecords int
	// LedgerFileBytes is how large Config.LedgerFile may become: 1 GiB. Records that come
	// then are in memory alone.
	LedgerFileBytes int64
}

func (l Limits) orDefault() Limits {
	d := wire.DefaultLimits()
	l.Frame.Frame = cmp.Or(l.Frame.Frame, d.Frame)
	l.Frame.Inflated = cmp.Or(l.Frame.Inflated, d.Inflated)
	l.Frame.Depth = cmp.Or(l.Frame.Depth, d.Depth)
	l.Connections = cmp.Or(l.Connections, 10_000)
	l.QueueBytes = cmp.Or(l.QueueBytes, 256<<10)
	l.HeaderBytes = cmp.Or(l.HeaderBytes, 16<<10)
	l.BodyBytes = cmp.Or(l.BodyBytes, 1<<20)
	l.StateBytes = cmp.Or(l.StateBytes, 64<<20)
	l.LoginsPerSecond = cmp.Or(l.LoginsPerSecond, 20)
	l.WebhookQueue = cmp.Or(l.WebhookQueue, 10_000)
	l.WriteTimeout = cmp.Or(l.WriteTimeout, 10*time.Second)
	l.HeaderTimeout = cmp.Or(l.HeaderTimeout, 10*time.Second)
	l.SilenceWeb = cmp.Or(l.SilenceWeb, time.Minute)
	l.SilenceNative = cmp.Or(l.SilenceNative, 400*time.Second)
	l.GhostWeb = cmp.Or(l.GhostWeb, time.Minute)
	l.GhostNative = cmp.Or(l.GhostNative, 400*time.Second)
	l.Resting = cmp.Or(l.Resting, 32)
	l.InboxEvents = cmp.Or(l.InboxEvents, 1000)
	l.InboxBytes = cmp.Or(l.InboxBytes, 4<<20)
	l.InboxBytesInAll = cmp.Or(l.InboxBytesInAll, 128<<20)
	l.ChatBytes = cmp.Or(l.ChatBytes, 64<<20)
	l.ChatBytesInAll = cmp.Or(l.ChatBytesInAll, 256<<20)
	l.Conversations = cmp.Or(l.Conversations, 500)
	l.ConversationMessages = cmp.Or(l.ConversationMessages, 1000)
	l.Groups = cmp.Or(l.Groups, 1000)
	l.GroupMembers = cmp.Or(l.GroupMembers, 200)
	l.LedgerRecords = cmp.Or(l.LedgerRecords, 50_000)
	l.LedgerFileBytes = cmp.Or(l.LedgerFileBytes, 1<<30)
	return l
}

func (l Limits) silence(p wire.Platform) time.Duration {
	if p.IsWeb() {
		return l.SilenceWeb
	}
	return l.SilenceNative
}
