package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// Lint looks at the events, calls and frames of each of our own actors by itself. What
// the vendor promises of them is in scenario-library S18, S19, S21 and S32; that
// KICKED_OUT comes before SDK_NOT_READY was measured on two versions of the Web SDK.
// A foreign actor tells no events.
func Lint(r run.Result) []run.Finding {
	var out []run.Finding
	for _, a := range r.Actors {
		if a.Foreign {
			continue
		}
		events := r.EventsOf(a.Name)
		l := linter{r: &r, actor: a.Name, events: events}
		l.numbers()
		out = append(out, l.found...)
		// Each page is an instance of its own: what ended on one may begin on the next.
		for _, page := range pages(events) {
			l := linter{r: &r, actor: a.Name, page: page}
			for _, e := range events {
				if e.Page == page {
					l.events = append(l.events, e)
				}
			}
			out = append(out, l.run()...)
		}
	}
	return out
}

func pages(events []run.Event) []int {
	var out []int
	for _, e := range events {
		if !slices.Contains(out, e.Page) {
			out = append(out, e.Page)
		}
	}
	return out
}

// linter reads the events of one page of an actor from the first to the last.
type linter struct {
	r      *run.Result
	actor  string
	page   int
	events []run.Event
	found  []run.Finding

	at        int // the event looked at
	ready     bool
	everReady bool
	kicked    *run.Event // KICKED_OUT of this session, until the next SDK_READY
	ended     *run.Event // SDK_NOT_READY that ended it, until the next SDK_READY
	destroyed bool
	state     string // what the last STATE_CHANGE led to
}

func (l *linter) run() []run.Finding {
	for i := range l.events {
		l.at = i
		l.event(&l.events[i])
	}
	if l.kicked != nil && l.ready {
		l.faultAt(l.kicked, "KICKED_OUT was not followed by SDK_NOT_READY.")
	}
	l.calls()
	l.pushes()
	l.frames()
	return l.found
}

func (l *linter) faultAt(e *run.Event, format string, args ...any) {
	l.found = append(l.found, run.Finding{
		Judge: Linter, Severity: run.SeverityError, Actor: l.actor,
		Message: fmt.Sprintf(format, args...), At: e.Time, Seq: e.Seq,
	})
}

// numbers looks at the order of all of an actor's events.
func (l *linter) numbers() {
	for i := range l.events {
		e := &l.events[i]
		switch {
		case i == 0 && e.Seq != 1 || i > 0 && e.Seq != l.events[i-1].Seq+1:
			l.faultAt(e, "%s is event %d, and should be %d: one is missing, or came twice.", e.Const, e.Seq, i+1)
		case i > 0 && e.Time.Before(l.events[i-1].Time):
			l.faultAt(e, "%s is older than the event before it.", e.Const)
		}
	}
}

func (l *linter) event(e *run.Event) {
	if l.destroyed {
		l.faultAt(e, "%s came after SDK_DESTROY, which is the last event.", e.Const)
	}
	switch e.Name {
	case client.NameSDKReady:
		l.sdkReady(e)
	case client.NameKickedOut:
		l.kickedOut(e)
	case client.NameSDKNotReady:
		l.sdkNotReady(e)
	case client.NameSDKDestroy:
		l.destroyed = true
	case client.StateChange{}.EventName():
		l.stateChange(e)
	case client.NameNetStateChange, client.NameError:
	default: // chat
		if l.ended != nil && !l.loginSince(l.ended) {
			l.faultAt(e, "%s came after the session had ended.", e.Const)
		}
	}
}

func (l *linter) sdkReady(e *run.Event) {
	switch {
	case l.kicked != nil && l.ready:
		l.faultAt(e, "SDK_READY came after KICKED_OUT, with no SDK_NOT_READY between them.")
	case l.ready:
		l.faultAt(e, "SDK_READY came twice for one login.")
	}
	l.ready, l.everReady, l.kicked, l.ended = true, true, nil, nil
}

func (l *linter) kickedOut(e *run.Event) {
	switch {
	case l.kicked != nil:
		l.faultAt(e, "KICKED_OUT came twice for one session.")
	case l.ended != nil && l.byItself(l.ended):
		l.faultAt(e, "KICKED_OUT came although the instance had logged out by itself.")
	case l.ended != nil:
		l.faultAt(e, "KICKED_OUT came after SDK_NOT_READY; it has to come before it.")
	case !l.everReady:
		l.faultAt(e, "KICKED_OUT came without a session that it could end.")
	}
	l.kicked = e
}

func (l *linter) sdkNotReady(e *run.Event) {
	switch {
	case l.ended != nil:
		l.faultAt(e, "SDK_NOT_READY came twice for one session.")
	case !l.ready:
		l.faultAt(e, "SDK_NOT_READY came before any SDK_READY.")
	case l.kicked == nil && !l.byError() && !l.byItself(e) && !l.kickNext():
		l.faultAt(e, "SDK_NOT_READY came with no KICKED_OUT before it and no logout asked for: nobody can say why.")
	}
	l.ready, l.ended = false, e
}

// kickNext reports whether KICKED_OUT is still to come for this session, which is
// then found by itself.
func (l *linter) kickNext() bool {
	for _, e := range l.events[l.at+1:] {
		switch e.Name {
		case client.NameKickedOut:
			return true
		case client.NameSDKReady:
			return false
		}
	}
	return false
}

// byError reports whether the event looked at follows an ERROR: a re-login that was
// refused ends a session too, and ERROR says with which code.
func (l *linter) byError() bool {
	for i := l.at - 1; i >= 0; i-- {
		if l.events[i].Name != (client.StateChange{}).EventName() {
			return l.events[i].Name == client.NameError
		}
	}
	return false
}

// byItself reports whether an SDK_NOT_READY was caused by the instance: a logout or a
// destroy was asked for when it came. A destroy that nobody recorded, as at the end of
// a run, shows as SDK_DESTROY right after it.
func (l *linter) byItself(e *run.Event) bool {
	ends := func(word string) bool { return word == "logout" || word == "destroy" }
	for _, c := range l.r.Calls {
		if l.mine(c) && ends(c.Op) && c.AfterSeq < e.Seq && !c.Ended.Before(e.Time) && !l.readyBetween(c.AfterSeq, e.Seq) {
			return true
		}
	}
	for _, s := range l.r.Steps {
		if s.Actor == l.actor && ends(s.Kind) && !s.Began.IsZero() && !s.Began.After(e.Time) && (s.Ended.IsZero() || !s.Ended.Before(e.Time)) {
			return true
		}
	}
	for _, n := range l.events {
		if n.Seq > e.Seq && n.Name != (client.StateChange{}).EventName() {
			return n.Name == client.NameSDKDestroy
		}
	}
	return false
}

func (l *linter) mine(c run.Call) bool { return c.Actor == l.actor && c.Page == l.page }

func (l *linter) readyBetween(after, before uint64) bool {
	return slices.ContainsFunc(l.events, func(e run.Event) bool {
		return e.Name == client.NameSDKReady && e.Seq > after && e.Seq < before
	})
}

// loginSince reports whether a login was asked for after an event.
func (l *linter) loginSince(e *run.Event) bool {
	return slices.ContainsFunc(l.r.Calls, func(c run.Call) bool {
		return l.mine(c) && c.Op == "login" && c.AfterSeq >= e.Seq
	})
}

func (l *linter) stateChange(e *run.Event) {
	var d struct {
		From jsontext.Value `json:"from"`
		To   jsontext.Value `json:"to"`
	}
	if json.Unmarshal(e.Data, &d) != nil {
		return
	}
	if l.state != "" && string(d.From) != l.state {
		l.faultAt(e, "STATE_CHANGE begins at state %s, and the last one led to %s.", d.From, l.state)
	}
	l.state = string(d.To)
}

// calls finds calls that worked without a session.
func (l *linter) calls() {
	for _, c := range l.r.Calls {
		// Both may be called at any time, and succeed.
		if !l.mine(c) || c.Code != 0 || c.Error != "" || c.Op == "login" || c.Op == "destroy" || c.Op == run.OpClose {
			continue
		}
		var end, kick *run.Event
		readyAgain := false
		for i := range l.events {
			switch e := &l.events[i]; {
			case e.Name == client.NameSDKReady && e.Seq <= c.AfterSeq:
				end, kick = nil, nil
			case e.Name == client.NameSDKReady && !e.Time.After(c.Ended):
				readyAgain = true
			case e.Name == client.NameKickedOut && e.Seq <= c.AfterSeq:
				kick = e
			case e.Name == client.NameSDKNotReady && e.Seq <= c.AfterSeq:
				end = e
			}
		}
		switch {
		case readyAgain:
		case kick != nil:
			l.faultAt(kick, "%s succeeded after the kick; it has to fail.", c.Op)
		case end != nil:
			l.faultAt(end, "%s succeeded after the end of the session; it has to fail.", c.Op)
		}
	}
}

// pushes finds a kick that was pushed twice (scenario-library S18): the client tells it
// once, and another might not.
func (l *linter) pushes() {
	pushed := false
	for _, f := range l.r.Frames {
		switch {
		case f.Actor != l.actor || f.Page != l.page:
		case f.Up && f.Command == wire.CmdLogin:
			pushed = false
		case !f.Up && f.Command == wire.CmdPush && strings.Contains(string(f.JSON), `"KickoutMsgNotify"`):
			if pushed {
				l.found = append(l.found, run.Finding{
					Judge: Linter, Severity: run.SeverityError, Actor: l.actor, Message: "The kick was pushed twice.", At: f.Time,
				})
			}
			pushed = true
		}
	}
}

// frames finds a session that ended and was taken up again with its old key: the
// instance goes on by itself (scenario-library S21).
func (l *linter) frames() {
	for _, f := range l.r.Frames {
		if f.Actor != l.actor || f.Page != l.page || !f.Up || f.Command != wire.CmdLogin {
			continue
		}
		var up wire.Up
		if json.Unmarshal(f.JSON, &up) != nil || up.Head.A2 == "" {
			continue
		}
		var end *run.Event
		for i := range l.events {
			switch e := &l.events[i]; {
			case e.Time.After(f.Time):
			case e.Name == client.NameSDKReady:
				end = nil
			case e.Name == client.NameKickedOut, e.Name == client.NameSDKNotReady:
				end = e
			}
		}
		if end != nil && end.Time.Before(f.Time) {
			l.faultAt(end, "%s after %s the instance tried to take its old session up again.", short(f.Time.Sub(end.Time)), end.Const)
		}
	}
}
