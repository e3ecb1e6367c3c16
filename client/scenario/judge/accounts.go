package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// Agree holds the three accounts of a run against each other (scenario-library S19 and
// S28): what the ledger says was done, what the webhook told the app's server, and what
// our own clients told their app. The ledger's clock is not the clients', so that order
// and number count, not times. Where a fault of the scenario's struck an instance, its
// own account may differ: that is told as information (excused).
func Agree(r run.Result) []run.Finding {
	var out []run.Finding
	for _, a := range r.Actors {
		if !a.Foreign && len(a.InstIDs) > 0 {
			w := newWitness(&r, a)
			out = append(out, w.run()...)
		}
	}
	return append(out, webhooks(&r)...)
}

// witness holds one actor's events against the ledger.
type witness struct {
	r     *run.Result
	a     run.Actor
	found []run.Finding
	// flight is inFlight, closed when its pages were closed, clocks are when the sandbox's
	// clock was advanced.
	flight time.Duration
	closed []time.Time
	clocks []sandbox.Record
}

func newWitness(r *run.Result, a run.Actor) *witness {
	w := &witness{r: r, a: a, flight: inFlight(r, &a)}
	for _, c := range r.Calls {
		if c.Actor == a.Name && c.Op == run.OpClose {
			w.closed = append(w.closed, c.Ended)
		}
	}
	for _, rec := range r.Ledger {
		if rec.Kind == sandbox.KindClock {
			w.clocks = append(w.clocks, rec)
		}
	}
	return w
}

// told is an end of a session that the ledger says the instance learnt of.
type told struct {
	rec  sandbox.Record
	typ  wire.KickType
	sure bool // pushed to a connection that stayed, answered, or acknowledged
}

// tell tells of a difference at a moment by the sandbox's clock; seq is of the event it
// concerns, 0 for none.
func (w *witness) tell(seq uint64, at time.Time, format string, args ...any) {
	f := run.Finding{
		Judge: Accounts, Severity: run.SeverityError, Actor: w.a.Name, Message: fmt.Sprintf(format, args...), Seq: seq,
	}
	if excused(w.r, &w.a, at) {
		f.Severity = run.SeverityInfo
		f.Message += " The scenario's own faults struck this instance."
	}
	for _, e := range w.r.Events {
		if e.Actor == w.a.Name && e.Seq == seq {
			f.At = e.Time
		}
	}
	w.found = append(w.found, f)
}

func (w *witness) run() []run.Finding {
	w.kicks()
	w.logins()
	w.end()
	return w.found
}

func (w *witness) mine(rec *sandbox.Record) bool { return slices.Contains(w.a.InstIDs, rec.InstID) }

// ends are the kicks and expiries of the actor's instances, in the ledger's order.
func (w *witness) ends() []told {
	var out []told
	at := map[uint64]int{} // by KindKick's Seq
	for _, rec := range w.r.Ledger {
		if !w.mine(&rec) {
			continue
		}
		switch rec.Kind {
		case sandbox.KindKick:
			at[rec.Seq] = len(out)
			out = append(out, told{rec: rec, typ: rec.KickType})
		case sandbox.KindKickTold, sandbox.KindKickAck:
			// A login answered 6208 is refused; its session had ended before, untold.
			if i, ok := at[rec.Ref]; ok && rec.Code != 6208 {
				out[i].sure = true
			}
		case sandbox.KindExpiryTold:
			out = append(out, told{rec: rec, typ: wire.KickUserSigExpired, sure: true})
		}
	}
	return out
}

func kickType(e run.Event) wire.KickType {
	var d struct {
		Type wire.KickType `json:"type"`
	}
	_ = json.Unmarshal(e.Data, &d)
	return d.Type
}

func (w *witness) kicks() {
	ends := w.ends()
	var events []run.Event
	for _, e := range w.r.EventsOf(w.a.Name) {
		if e.Name == client.NameKickedOut {
			events = append(events, e)
		}
	}
	used := make([]bool, len(ends))
	var loose []run.Event
	for j, i := range align(len(ends), len(events), func(i, j int) bool {
		return ends[i].typ == kickType(events[j]) && w.onPage(events[j], &ends[i].rec)
	}, func(i int) bool { return ends[i].sure && w.settled(w.runTime(&ends[i].rec)) }) {
		if i < 0 {
			loose = append(loose, events[j])
			continue
		}
		used[i] = true
	}
	for _, e := range loose {
		i := slices.Index(used, false)
		at := SandboxTime(w.r, e.Time)
		switch {
		case i >= 0:
			used[i] = true
			w.tell(e.Seq, at, "The client told KICKED_OUT %s, and by the ledger it was %s (record %d).", kickType(e), ends[i].typ, ends[i].rec.Seq)
		case w.loggedOut():
			w.tell(e.Seq, at, "The client told its own logout as KICKED_OUT %s: the ledger knows no such kick.", kickType(e))
		default:
			w.tell(e.Seq, at, "The client told KICKED_OUT %s, and the ledger knows no such kick.", kickType(e))
		}
	}
	crossed := w.crossed()
	for i, t := range ends {
		switch {
		case used[i] || !t.sure || !w.settled(w.runTime(&t.rec)):
		case crossed > 0:
			crossed--
			w.found = append(w.found, run.Finding{
				Judge: Accounts, Severity: run.SeverityInfo, Actor: w.a.Name,
				Message: fmt.Sprintf("A kick (record %d) crossed the instance's own logout, which it told its app of instead.", t.rec.Seq),
			})
		default:
			w.tell(0, t.rec.Time, "The ledger says that %s was told of its end (%s, record %d), and the client never told KICKED_OUT.", name(w.r, t.rec.InstID), t.typ, t.rec.Seq)
		}
	}
}

// onPage reports whether a record is of the page that the event is of, as far as that is
// known: the ghost of a page that was closed may be kicked, and nobody is there to hear.
func (w *witness) onPage(e run.Event, rec *sandbox.Record) bool {
	if e.Page < 1 || e.Page > len(w.a.InstanceIDs) || rec.InstanceID == "" {
		return true // a device has one ID for all its pages
	}
	return rec.InstanceID == w.a.InstanceIDs[e.Page-1]
}

// crossed is how many of the instance's own goodbyes the ledger has no logout for:
// a kick was there first, and both are true.
func (w *witness) crossed() int {
	n := 0
	for _, c := range w.r.Calls {
		if c.Actor == w.a.Name && (c.Op == "logout" || c.Op == "destroy") && c.Code == 0 && c.Error == "" {
			n++
		}
	}
	for _, rec := range w.r.Ledger {
		if rec.Kind == sandbox.KindLogout && w.mine(&rec) {
			n--
		}
	}
	return n
}

func (w *witness) loggedOut() bool {
	return slices.ContainsFunc(w.r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindLogout && w.mine(&rec) })
}

// logins holds SDK_READY against the logins that were let in.
func (w *witness) logins() {
	in, ready := 0, 0
	for _, rec := range w.r.Ledger {
		if w.mine(&rec) && (rec.Kind == sandbox.KindLogin || rec.Kind == sandbox.KindReturn) {
			in++
		}
	}
	var last run.Event
	for _, e := range w.r.EventsOf(w.a.Name) {
		if e.Name == client.NameSDKReady {
			ready++
			last = e
		}
	}
	if ready > in {
		w.tell(last.Seq, SandboxTime(w.r, last.Time), "The client told SDK_READY %d times, and the ledger let it in %d times.", ready, in)
	}
}

// end holds what the client believes at the end against what the ledger says.
func (w *witness) end() {
	ready, net := false, client.NetConnected
	var last run.Event
	page := 0
	for _, e := range w.r.EventsOf(w.a.Name) {
		if e.Page != page { // the page before was closed
			ready, net, page = false, client.NetConnected, e.Page
		}
		switch e.Name {
		case client.NameSDKReady:
			ready, net, last = true, client.NetConnected, e
		case client.NameSDKNotReady, client.NameKickedOut, client.NameSDKDestroy:
			ready, last = false, e
		case client.NameNetStateChange:
			var d client.NetStateChange
			if json.Unmarshal(e.Data, &d) == nil {
				net = d.State
			}
		}
	}
	if slices.ContainsFunc(w.r.Calls, func(c run.Call) bool { return c.Actor == w.a.Name && c.Op == run.OpClose && c.Page >= page }) {
		return // its last page was closed: nobody is there who could believe anything
	}
	var out *sandbox.Record // the last word on the instance, where it is out
	in := false
	for i := range w.r.Ledger {
		rec := &w.r.Ledger[i]
		if !w.mine(rec) || rec.InstanceID != "" && w.a.InstanceID != "" && rec.InstanceID != w.a.InstanceID {
			continue // another's, or of a page that was closed: its ghost may be kicked later
		}
		switch rec.Kind {
		case sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume:
			out, in = nil, true
		case sandbox.KindKick, sandbox.KindLogout, sandbox.KindExpiryTold:
			out, in = rec, false
		case sandbox.KindClosed, sandbox.KindDisconnect, sandbox.KindGone:
			in = false
		}
	}
	switch {
	case out != nil && !w.settled(w.runTime(out)):
	case ready && net == client.NetConnected && out != nil:
		w.tell(last.Seq, out.Time, "The client believes that it is logged in, and by the ledger it is not since record %d (%s): it was never told.", out.Seq, out.Kind)
	case !ready && in && last.Seq > 0 && w.settled(last.Time):
		w.tell(last.Seq, SandboxTime(w.r, last.Time), "The client told its session's end, and the ledger still has it online.")
	}
}
