package judge

import (
	"slices"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// loses reports whether a fault that struck may make accounts differ: it took a frame
// away that a session begins, lives or ends with, or had it twice, or ended the
// connection. What only takes its time tells the same story later.
func loses(rec *sandbox.Record) bool {
	switch rec.Rule {
	case "disconnect", "cut", "reset", "blackhole": // whatever frame it was
		return true
	case "drop", "duplicate", "refuse":
	case "delay": // others overtake it, if it is longer than an answer takes
		if rec.Delay <= overtaking {
			return false
		}
	default: // latency keeps the order
		return false
	}
	switch rec.Command {
	case wire.CmdLogin, wire.CmdLogout, wire.CmdHello, wire.CmdAlive, wire.CmdPush, wire.CmdKickOther:
		return true
	}
	return false
}

const overtaking = 50 * time.Millisecond

// struck reports whether a record is of an actor's page, also of one before its login.
func struck(rec *sandbox.Record, a *run.Actor) bool {
	return slices.Contains(a.InstIDs, rec.InstID) ||
		rec.InstanceID != "" && (rec.InstanceID == a.InstanceID || slices.Contains(a.InstanceIDs, rec.InstanceID))
}

// excused reports whether a fault that the scenario set struck an actor in the session
// that a moment is in: from its login to the next one. The moment is by the sandbox's
// clock. Another session's faults excuse nothing.
func excused(r *run.Result, a *run.Actor, at time.Time) bool {
	slack := inFlight(r, a)
	var from, to time.Time
	for i := range r.Ledger {
		rec := &r.Ledger[i]
		if !enters(rec.Kind) || !struck(rec, a) {
			continue
		}
		if rec.Time.After(at) {
			to = rec.Time.Add(slack)
			break
		}
		from = rec.Time.Add(-slack)
	}
	return slices.ContainsFunc(r.Ledger, func(rec sandbox.Record) bool {
		return rec.Kind == sandbox.KindFault && struck(&rec, a) && loses(&rec) &&
			!rec.Time.Before(from) && (to.IsZero() || !rec.Time.After(to))
	})
}

// How long what the sandbox wrote down may be on its way to a client. In virtual time a
// frame takes two milliseconds at the most, an answer that way twice.
const (
	inFlightReal    = time.Second
	inFlightVirtual = 10 * time.Millisecond
)

// inFlight is that time for an actor's frames, with what the scenario's own faults hold
// them.
func inFlight(r *run.Result, a *run.Actor) time.Duration {
	d := inFlightVirtual
	if r.Clock == run.ClockReal {
		d = inFlightReal
	}
	var held time.Duration
	for i := range r.Ledger {
		if rec := &r.Ledger[i]; rec.Kind == sandbox.KindFault && struck(rec, a) && (rec.Rule == "latency" || rec.Rule == "delay") {
			held = max(held, rec.Delay)
			for _, f := range r.Settings.Faults { // the next frame's lot may be another
				if f.ID == rec.Fault {
					held = max(held, f.Do.Delay, f.Do.Latency+f.Do.Jitter)
				}
			}
		}
	}
	return d + 4*held // our client tells of a kick when its own goodbye was answered
}

// settled reports whether a moment of the run is so long before its end, and before the
// actor's page was closed, that its app has heard of it.
func (w *witness) settled(at time.Time) bool {
	for _, c := range w.closed {
		if !c.Before(at) && c.Sub(at) <= w.flight {
			return false
		}
	}
	return w.r.To.IsZero() || w.r.To.Sub(at) > w.flight
}

// runTime is when in the run a record was written: advance moves the sandbox's clock
// alone.
func (w *witness) runTime(rec *sandbox.Record) time.Time {
	at := rec.Time
	for _, c := range w.clocks {
		if c.Seq < rec.Seq {
			at = at.Add(-c.Delay)
		}
	}
	return at
}

// SandboxTime is what the sandbox's clock showed at a moment of the run's.
func SandboxTime(r *run.Result, at time.Time) time.Time {
	var ahead time.Duration
	for i := range r.Ledger {
		rec := &r.Ledger[i]
		if rec.Kind != sandbox.KindClock {
			continue
		}
		if rec.Time.Add(-ahead - rec.Delay).After(at) {
			break
		}
		ahead += rec.Delay
	}
	return at.Add(ahead)
}
