package sandbox

import "sync/atomic"

// Stats are the server's counters since it was made.
type Stats struct {
	// Connections are the sockets open now, logged in or not.
	Connections int `json:"connections"`
	// Instances are those that count now, ghosts among them.
	Instances int `json:"instances"`
	// Users are the accounts known: whoever ever logged in.
	Users           int    `json:"users"`
	FramesIn        uint64 `json:"framesIn"`
	FramesOut       uint64 `json:"framesOut"`
	Logins          uint64 `json:"logins"`
	LoginsRefused   uint64 `json:"loginsRefused"`
	Resumes         uint64 `json:"resumes"`
	Kicks           uint64 `json:"kicks"`
	KicksAcked      uint64 `json:"kicksAcked"`
	Expiries        uint64 `json:"expiries"`
	MalformedFrames uint64 `json:"malformedFrames"`
	SlowReaders     uint64 `json:"slowReaders"`
	// RefusedConnections are sockets not opened: over the limit, or cut.
	RefusedConnections uint64 `json:"refusedConnections"`
	// UnknownCommands are requests answered "OK" without being understood.
	UnknownCommands uint64 `json:"unknownCommands"`
	// KickWars are how many kick wars began, Clones how often a second page had the
	// instance ID of one that was online.
	KickWars uint64 `json:"kickWars"`
	Clones   uint64 `json:"clones"`
	// Faults are how often a fault was written to the ledger.
	Faults uint64 `json:"faults"`
	// Defects are how often a defect was.
	Defects uint64 `json:"defects"`
	// Webhooks are events delivered, WebhooksFailed attempts that were not the last and
	// failed, WebhooksLost events given up or not taken.
	Webhooks       uint64 `json:"webhooks"`
	WebhooksFailed uint64 `json:"webhooksFailed"`
	WebhooksLost   uint64 `json:"webhooksLost"`
	// LedgerLast is the Seq of the newest record, LedgerDropped how many are forgotten,
	// in memory and in Config.LedgerFile.
	LedgerLast    uint64 `json:"ledgerLast"`
	LedgerDropped uint64 `json:"ledgerDropped"`
}

type counters struct {
	instances, users                       atomic.Int64
	framesIn, framesOut                    atomic.Uint64
	logins, loginsRefused, resumes         atomic.Uint64
	kicks, kicksAcked, expiries, malformed atomic.Uint64
	slow, refusedConns, unknownCommands    atomic.Uint64
	faults, defects, wars, clones          atomic.Uint64
	webhooks, webhooksFailed, webhooksLost atomic.Uint64
}

// Stats returns the counters; they are read one by one, not as one moment's.
func (s *Server) Stats() Stats {
	last, dropped := s.ledger.stats()
	s.mu.Lock()
	conns := len(s.sockets)
	s.mu.Unlock()
	c := &s.count
	return Stats{
		Connections: conns, Instances: int(c.instances.Load()), Users: int(c.users.Load()),
		FramesIn: c.framesIn.Load(), FramesOut: c.framesOut.Load(),
		Logins: c.logins.Load(), LoginsRefused: c.loginsRefused.Load(), Resumes: c.resumes.Load(),
		Kicks: c.kicks.Load(), KicksAcked: c.kicksAcked.Load(), Expiries: c.expiries.Load(),
		MalformedFrames: c.malformed.Load(), SlowReaders: c.slow.Load(),
		RefusedConnections: c.refusedConns.Load(), UnknownCommands: c.unknownCommands.Load(),
		KickWars: c.wars.Load(), Clones: c.clones.Load(),
		Faults: c.faults.Load(), Defects: c.defects.Load(),
		Webhooks: c.webhooks.Load(), WebhooksFailed: c.webhooksFailed.Load(), WebhooksLost: c.webhooksLost.Load(),
		LedgerLast: last, LedgerDropped: s.archive.gone(dropped),
	}
}
