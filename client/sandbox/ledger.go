package sandbox

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// Kind says what a Record tells.
type Kind string

// The kinds of records. Each says when it is written.
const (
	// KindLogin: an instance was let in by UserSig.
	KindLogin Kind = "login"
	// KindReturn: as KindLogin, of a page that still counted: it took its own place.
	KindReturn Kind = "return"
	// KindResume: an instance came back with its A2 key.
	KindResume Kind = "resume"
	// KindLoginRefused: a login was refused with Code.
	KindLoginRefused Kind = "loginRefused"
	// KindKick: an instance was evicted. Sent is when the push is handed to its
	// connection: after Time where a fault, which Fault names, holds it for as long as the
	// connection lasts, and unset where one loses it. Late says that there is no
	// connection, and it will be told when it returns.
	KindKick Kind = "kick"
	// KindKickTold: an instance kicked late learnt it; Ref is its KindKick.
	KindKickTold Kind = "kickTold"
	// KindKickAck: the instance acknowledged; Ref is its KindKick, Delay the time
	// since it was sent, or told later. The vendor's SDK acknowledges no REST kick.
	KindKickAck Kind = "kickAck"
	// KindKickAfter: what a kicked page did next, as Rule says: it "returned" with a
	// UserSig, "resumed" with its A2 key, or "left", its connection ended. Ref is its
	// KindKick, Delay the time since, Rounds how often it has come back after kicks.
	KindKickAfter Kind = "kickAfter"
	// KindKickWar: two pages evict each other in turn: Rounds so far, Delay between
	// them, Grows whether that grows. Written at the third, and when it has doubled.
	KindKickWar Kind = "kickWar"
	// KindClone: a page logged in with the instance ID of one that is online, ByInstID's.
	KindClone Kind = "clone"
	// KindLogout: the instance logged out.
	KindLogout Kind = "logout"
	// KindClosed: the page was closed, which ends its instance at once; a mini
	// program's counts until Until.
	KindClosed Kind = "closed"
	// KindDisconnect: the connection was lost; the instance counts until Until.
	KindDisconnect Kind = "disconnect"
	// KindGone: the ghost time of a lost instance is over; it counts no more.
	KindGone Kind = "gone"
	// KindCut: the console cut the connection; reconnects are refused until Until.
	KindCut Kind = "cut"
	// KindExpiry: the clock passed the end of the instance's UserSig.
	KindExpiry Kind = "expiry"
	// KindExpiryTold: the instance was answered 70001, which ended it; Ref is its
	// KindExpiry.
	KindExpiryTold Kind = "expiryTold"
	// KindRESTKick: the REST API, or KickUser, ended an account's sessions.
	KindRESTKick Kind = "restKick"
	// KindAccountImported: the REST API, or a file, made an account before its first login.
	KindAccountImported Kind = "accountImported"
	// KindAccountDeleted: an account was deleted, and its sessions ended.
	KindAccountDeleted Kind = "accountDeleted"
	// KindRESTMessage: openim/sendmsg sent a message. Live is how many connections it was
	// pushed to; what it says is not written down.
	KindRESTMessage Kind = "restMessage"
	// KindWebhook: a webhook event was delivered at Attempt, which took Delay; Status is
	// HTTP's and Code the answer's ErrorCode. Ref is the record it reports.
	KindWebhook Kind = "webhook"
	// KindWebhookFailed: as KindWebhook, of an attempt that failed; the next is at Until.
	KindWebhookFailed Kind = "webhookFailed"
	// KindWebhookLost: a webhook event was given up after Attempt, or not taken at all.
	KindWebhookLost Kind = "webhookLost"
	// KindSettings: login settings were changed, in force from Until where that is set.
	// Settings are the whole, here and in KindSettingsApplied.
	KindSettings Kind = "settings"
	// KindSettingsApplied: a change that waited came into force.
	KindSettingsApplied Kind = "settingsApplied"
	// KindState: the configuration was replaced, or reset.
	KindState Kind = "state"
	// KindClock: the clock was advanced by Delay.
	KindClock Kind = "clock"
	// KindMalformed: a frame could not be read and ended its connection.
	KindMalformed Kind = "malformed"
	// KindSlow: a connection that read too slowly was ended.
	KindSlow Kind = "slow"
	// KindFaultSet and KindFaultCleared: a fault was set, or taken back.
	KindFaultSet     Kind = "faultSet"
	KindFaultCleared Kind = "faultCleared"
	// KindFault: a fault struck a frame of Command; Rule says what it did, Delay for
	// how long. One of the network is told once for each connection.
	KindFault Kind = "fault"
	// KindDefects: defects were turned on or off; Why names those that are on.
	KindDefects Kind = "defects"
	// KindDefect: a defect, which Rule names, changed what happened to the instance.
	KindDefect Kind = "defect"
	// KindChatDropped: a bound of the chat's stores was reached; from here on the
	// oldest make room, as Why says. Once for each store.
	KindChatDropped Kind = "chatDropped"
)

// Record is one line of the ledger. Only what its kind has is set. No field ever
// holds a secret.
type Record struct {
	// Seq counts all records from 1; a jump says that the ledger forgot some.
	Seq uint64 `json:"seq"`
	// Time is the sandbox's.
	Time       time.Time     `json:"time"`
	Kind       Kind          `json:"kind"`
	SDKAppID   uint64        `json:"sdkAppID,omitzero"`
	UserID     string        `json:"userID,omitzero"`
	InstID     uint64        `json:"instID,omitzero"`
	InstanceID string        `json:"instanceID,omitzero"`
	Platform   wire.Platform `json:"platform,omitzero"`
	// ByInstID and ByPlatform are the instance whose login evicted this one.
	ByInstID   uint64        `json:"byInstID,omitzero"`
	ByPlatform wire.Platform `json:"byPlatform,omitzero"`
	KickType   wire.KickType `json:"kickType,omitzero"`
	// Rule is kick.Rule's for an eviction, "console" or "rest" for a kick on demand.
	Rule string `json:"rule,omitzero"`
	// Limit and Policy are what was in force when a login evicted this instance: the
	// places of its platform, and the login policy.
	Limit  int         `json:"limit,omitzero"`
	Policy kick.Policy `json:"policy,omitzero"`
	// Why is one English sentence with the numbers.
	Why string `json:"why,omitzero"`
	// Code is what the instance was answered, where that was no OK.
	Code int `json:"code,omitzero"`
	// Live is how many of the user's instances count, after this.
	Live int `json:"live,omitzero"`
	// Ref is the Seq of the record this one belongs to.
	Ref   uint64    `json:"ref,omitzero"`
	Late  bool      `json:"late,omitzero"`
	Sent  time.Time `json:"sent,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Delay is in JSON a string, as Go writes durations.
	Delay time.Duration `json:"delay,omitzero"`
	// Rounds and Grows are a kick war's; Rounds also how often a kicked page returned.
	Rounds int  `json:"rounds,omitzero"`
	Grows  bool `json:"grows,omitzero"`
	// Fault is the fault's number, Command the frame's and Direction its way.
	Fault     uint64    `json:"fault,omitzero"`
	Command   string    `json:"command,omitzero"`
	Direction Direction `json:"direction,omitzero"`
	// Attempt counts a webhook event's attempts from 1; Status is the HTTP status it got.
	Attempt int `json:"attempt,omitzero"`
	Status  int `json:"status,omitzero"`
	// Remote is the peer's address, where a connection began or ended.
	Remote string `json:"remote,omitzero"`
	// Settings are an app's login settings, so that who reads the ledger alone can say
	// who had to go.
	Settings *LoginSettings `json:"settings,omitzero"`
}

// MarshalJSON writes platforms by name, as the console API does.
func (r Record) MarshalJSON() ([]byte, error) {
	type plain Record
	return json.Marshal(plain(r), readable)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Record) UnmarshalJSON(data []byte) error {
	type plain Record
	return json.Unmarshal(data, (*plain)(r), readBack)
}

// blockRecords is how many records the ledger makes room for at once: one slice that
// grew would be copied, and would keep room for a quarter more than there are.
const blockRecords = 256

// ledger is a ring of records. It never blocks who writes.
type ledger struct {
	mu     sync.Mutex
	blocks [][]Record    // guarded by mu; together a ring of size, once it is full
	size   int           // immutable
	last   uint64        // guarded by mu; Seq of the newest
	more   chan struct{} // guarded by mu; closed by the next record, nil if nobody waits
	closed bool          // guarded by mu
}

func newLedger(size int) *ledger { return &ledger{size: size} }

// add numbers a record, keeps it and returns its Seq.
func (l *ledger) add(r Record) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	r.Seq = l.last
	if i := l.place(r.Seq); i == len(l.blocks)*blockRecords {
		l.blocks = append(l.blocks, make([]Record, min(blockRecords, l.size-i)))
	}
	*l.record(r.Seq) = r
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
	return r.Seq
}

// place is where in the ring a record is, kept how many there are; record is one of
// those. With mu held.
func (l *ledger) place(seq uint64) int { return int((seq - 1) % uint64(l.size)) }

func (l *ledger) kept() uint64 { return min(l.last, uint64(l.size)) }

func (l *ledger) record(seq uint64) *Record {
	i := l.place(seq)
	return &l.blocks[i/blockRecords][i%blockRecords]
}

// after returns up to limit kept records with a Seq above seq, oldest first, and a
// channel that is closed when there are more; nil once the ledger is closed.
func (l *ledger) after(seq uint64, limit int) ([]Record, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.more == nil && !l.closed {
		l.more = make(chan struct{})
	}
	first := max(seq, l.last-l.kept()) + 1
	if first > l.last {
		return nil, l.more
	}
	out := make([]Record, 0, min(limit, int(l.last-first+1)))
	for s := first; s <= l.last && len(out) < limit; s++ {
		out = append(out, *l.record(s))
	}
	return out, l.more
}

func (l *ledger) stats() (last, dropped uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last, l.last - l.kept()
}

func (l *ledger) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
}

// note writes a record, with the sandbox's time, and returns its Seq. It may be
// called with a user's mutex held: that is what makes the ledger's order the
// registry's.
func (s *Server) note(r Record) uint64 {
	if r.Time.IsZero() {
		r.Time = s.clock.Now()
	}
	return s.ledger.add(r)
}

// Ledger returns the records after a Seq, oldest first; with a userID only that
// user's, in whatever app. It has what is in memory, at most Limits.LedgerRecords;
// Watch and the console also have what is in Config.LedgerFile.
func (s *Server) Ledger(after uint64, userID string) []Record {
	all, _ := s.ledger.after(after, s.limits.LedgerRecords)
	if userID == "" {
		return all
	}
	var out []Record
	for _, r := range all {
		if r.UserID == userID {
			out = append(out, r)
		}
	}
	return out
}

// watchBatch bounds what one step of Watch copies.
const watchBatch = 256

// Watch yields the records after a Seq and then each new one, until ctx is done or
// the server is closed. A reader slower than the ring sees a jump in Seq, unless there
// is a Config.LedgerFile.
func (s *Server) Watch(ctx context.Context, after uint64) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for {
			batch, more, err := s.page(after, watchBatch)
			if err != nil {
				s.log.Warn("what the ledger has in its file is left out", "err", err)
			}
			for _, r := range batch {
				if ctx.Err() != nil || !yield(r) {
					return
				}
				after = r.Seq
			}
			if len(batch) > 0 {
				continue
			}
			if more == nil {
				return
			}
			select {
			case <-more:
			case <-ctx.Done():
				return
			}
		}
	}
}
