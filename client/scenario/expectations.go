package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// answer is what an expectation finds at one moment.
type answer struct {
	ok bool
	// hopeless says that waiting makes it no better.
	hopeless      bool
	expected, got string
}

// How long an expectation may take to come true where the file does not say.
const (
	usualWithin     = time.Second
	usualWithinReal = 3 * time.Second
	usualWaitFor    = 30 * time.Second
)

// expectAll looks at several expectations, and fails with those that are not so.
func (p *player) expectAll(step int, all Expectations) error {
	var errs []error
	for _, e := range all {
		if err := p.expect(step, e, 0); err != nil {
			errs = append(errs, err)
		}
		if p.cancelled() {
			break
		}
	}
	return errors.Join(errs...)
}

// atTheEnd looks at what the file expects after all steps. Where a step failed they
// are not looked at: what it would have caused is missing.
func (p *player) atTheEnd() {
	if p.over() {
		for _, e := range p.s.Expect {
			p.met = append(p.met, run.Expectation{Step: -1, Line: e.Line, Text: e.String(), Expected: e.what(), Status: run.Skipped})
		}
		return
	}
	_ = p.expectAll(-1, p.s.Expect)
}

// expect waits until something is so, and whether it stays so, and writes down what
// it found.
func (p *player) expect(step int, e Expectation, usual time.Duration) error {
	within := cmp.Or(usual, usualWithin)
	if usual == 0 && !p.virtual {
		within = usualWithinReal
	}
	a := p.await(e, e.patience(within), e.watched(usual != 0))
	if a.ok {
		// What comes at once after the last one, as the second of "exactly one", counts.
		p.settle()
		a = p.find(e)
		if a.ok && e.For != nil {
			a = p.remains(e, time.Duration(*e.For))
		}
	}
	met := run.Expectation{Step: step, Line: e.Line, Text: e.String(), Expected: a.expected, Got: a.got, Status: run.Passed}
	switch {
	case p.cancelled():
		met.Status, met.Got = run.Skipped, "told to stop"
	case !a.ok:
		met.Status, met.Before = run.Failed, p.before()
	}
	p.mu.Lock()
	p.met = append(p.met, met)
	p.failed = p.failed || met.Status == run.Failed && !e.GoOn
	p.mu.Unlock()
	if met.Status != run.Failed {
		return nil
	}
	return fmt.Errorf("expected %s, got %s", a.expected, a.got)
}

// await looks again and again until it is so, and for the time that is watched in any
// case, or until time is up, ever less often: an expectation may wait a day.
func (p *player) await(e Expectation, within, watched time.Duration) answer {
	begun := time.Now()
	for {
		a := p.find(e)
		waited := time.Since(begun)
		if a.ok && waited >= watched || a.hopeless || waited >= within {
			return a
		}
		pause := min(max(waited/100, 5*time.Millisecond), time.Minute, within-waited)
		if !p.sleep(pause) {
			return a
		}
	}
}

// remains looks whether it stays so.
func (p *player) remains(e Expectation, d time.Duration) answer {
	begun := time.Now()
	for {
		a := p.find(e)
		left := d - time.Since(begun)
		if !a.ok || left <= 0 || !p.sleep(min(max(d/1000, 10*time.Millisecond), left)) {
			return a
		}
	}
}

// find looks once.
func (p *player) find(e Expectation) answer {
	p.readLedger()
	online := []string(nil)
	if e.Online != nil {
		online = p.online()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	since := p.marks[string(e.Since)]
	switch {
	case e.Event != nil:
		return p.findEvent(*e.Event, e.Event.Times.orOnce(), since)
	case e.Never != nil:
		return p.findEvent(*e.Never, Count{Set: true}, since)
	case e.Order != nil:
		return p.findOrder(*e.Order, since)
	case e.Online != nil:
		want := []string{}
		for _, a := range *e.Online {
			want = append(want, string(a))
		}
		slices.Sort(want)
		return answer{ok: slices.Equal(want, online), expected: "online: " + list(want), got: "online: " + list(online)}
	case e.State != nil:
		state := "no instance yet"
		if pg := p.actors[string(e.State.On)].page; pg != nil {
			state = pg.client.State().String()
		}
		return answer{ok: state == string(e.State.Is), expected: fmt.Sprintf("%s to be %s", e.State.On, e.State.Is), got: state}
	case e.Ledger != nil:
		n := 0
		for _, r := range p.ledger {
			if r.Seq > since.ledger && p.matches(*e.Ledger, r) {
				n++
			}
		}
		return counted("the ledger's "+e.Ledger.text(), e.Ledger.Times.orOnce(), n)
	case e.AfterKick != nil:
		return p.findAfterKick(*e.AfterKick, since.ledger)
	case e.War != nil:
		return p.findWar(*e.War, since.ledger)
	case e.Frame != nil:
		return p.findFrame(*e.Frame, since.frames)
	case e.Webhook != nil:
		return p.findHook(*e.Webhook, since.deliveries)
	}
	return answer{ok: true}
}

func list(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}

func counted(what string, want Count, n int) answer {
	return answer{
		ok: want.holds(n), hopeless: want.Max >= 0 && n > want.Max,
		expected: fmt.Sprintf("%s %s", what, want), got: timesOrNever(n),
	}
}

func timesOrNever(n int) string {
	if n == 0 {
		return "it never"
	}
	return "it " + times(n)
}

func (p *player) findEvent(e EventIs, want Count, since mark) answer {
	n := 0
	var others []string
	for _, r := range p.events[min(since.events, len(p.events)):] {
		if r.Actor != string(e.On) || r.Name != e.Name.name() {
			continue
		}
		if holds(e.Where, r.Data, true) {
			n++
		} else if len(others) < 3 {
			others = append(others, string(r.Data))
		}
	}
	a := counted(fmt.Sprintf("%s on %s", e.text(), e.On), want, n)
	if !a.ok && len(others) > 0 {
		a.got += ", but with " + strings.Join(others, " and ")
	}
	return a
}

// holds reports whether a JSON value has what where says. Of an event what is false may
// be left out; of a frame nobody knows what a member that is not there would be.
func holds(where map[string]string, value jsontext.Value, omitted bool) bool {
	if len(where) == 0 {
		return true
	}
	var data any
	if json.Unmarshal(value, &data) != nil {
		return false
	}
	for path, want := range where {
		if got, ok := lookUp(data, path); got != want && (ok || !omitted || want != "false") {
			return false
		}
	}
	return true
}

// lookUp is a member of a JSON value by its path: messages.0.text.
func lookUp(v any, path string) (text string, ok bool) {
	for part := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			if v, ok = x[part]; !ok {
				return "", false
			}
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(x) {
				return "", false
			}
			v = x[i]
		default:
			return "", false
		}
	}
	switch x := v.(type) {
	case nil:
		return "", false
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64), true
	}
	return fmt.Sprint(v), true
}

func (p *player) findFrame(f FrameIs, since int) answer {
	n := 0
	for _, r := range p.frames[min(since, len(p.frames)):] {
		if r.Actor == string(f.On) && (f.Command == "" || r.Command == string(f.Command)) &&
			(f.Direction == "" || r.Up == (f.Direction == "up")) && holds(f.Where, r.JSON, false) {
			n++
		}
	}
	a := counted(fmt.Sprintf("%s on %s", f.text(), f.On), f.Times.orOnce(), n)
	if lost := p.lostFrames(f); lost > 0 && (!a.ok || f.Times.orOnce().Max >= 0) { // at least so often, and there were: whatever else came
		a.ok, a.hopeless = false, true
		a.got += fmt.Sprintf(", and %d more frames were not kept: this cannot be known", lost)
	}
	return a
}

func (p *player) findOrder(o OrderIs, since mark) answer {
	var want, got []string
	of := map[string]string{}
	for _, n := range o.Names {
		want = append(want, string(n))
		of[n.name()] = string(n)
	}
	for _, r := range p.events[min(since.events, len(p.events)):] {
		if name, asked := of[r.Name]; asked && r.Actor == string(o.On) {
			got = append(got, name)
		}
	}
	return answer{
		ok: slices.Equal(want, got), hopeless: len(got) > len(want),
		expected: fmt.Sprintf("on %s %s", o.On, strings.Join(want, ", ")), got: cmp.Or(strings.Join(got, ", "), "none of them"),
	}
}

// findAfterKick looks at what came after the last kick, by the sandbox's clock: it is
// the one the kick has its time from.
func (p *player) findAfterKick(k AfterKick, since uint64) answer {
	a := answer{ok: true, expected: string(k.On) + " " + k.text() + " after its kick"}
	var last sandbox.Record
	returns, away, acked, out := 0, true, false, false
	var back time.Duration
	for _, r := range p.ledger {
		if r.Seq <= since || p.nameOf(r.InstID, r.InstanceID) != string(k.On) {
			continue
		}
		switch {
		case kicked(r.Kind):
			last, away, acked, out = r, true, false, true
		case last.Seq == 0:
		case r.Kind == sandbox.KindKickAck && r.Ref == last.Seq:
			acked = true
		case entry(r.Kind) && out: // one kick, one return; a reconnect later on is none
			returns++
			out = false
			if d := r.Time.Sub(last.Time); away && (k.AwayFor == nil || d < time.Duration(*k.AwayFor)) {
				away, back = false, d
			}
		}
	}
	if last.Seq == 0 {
		a.ok, a.got = false, string(k.On)+" was never kicked"
		return a
	}
	var got []string
	if k.Acknowledged != nil {
		a.ok = a.ok && acked == *k.Acknowledged
		got = append(got, map[bool]string{true: "it was acknowledged", false: "it was not acknowledged"}[acked])
	}
	if k.AwayFor != nil {
		passed := p.srv.Now().Sub(last.Time)
		switch {
		case !away:
			a.ok, a.hopeless = false, true
			got = append(got, "it was back after "+back.Round(time.Millisecond).String())
		case passed < time.Duration(*k.AwayFor):
			a.ok = false
			got = append(got, "only "+passed.Round(time.Millisecond).String()+" have passed")
		default:
			got = append(got, "it stayed away")
		}
	}
	if k.Returns.Set {
		a.ok = a.ok && k.Returns.holds(returns)
		a.hopeless = a.hopeless || k.Returns.Max >= 0 && returns > k.Returns.Max
		got = append(got, "it came back "+strings.TrimPrefix(timesOrNever(returns), "it "))
	}
	a.got = strings.Join(got, ", ")
	return a
}

func (p *player) findWar(w WarIs, since uint64) answer {
	rounds, gaps := p.war(w, since)
	want := w.Rounds.orOnce()
	a := answer{ok: want.holds(rounds), hopeless: want.Max >= 0 && rounds > want.Max, expected: w.text(), got: fmt.Sprintf("%d evictions in turn", rounds)}
	if w.Grows != nil {
		g := grows(gaps)
		a.ok = a.ok && g == *w.Grows
		a.got += map[bool]string{true: ", the waits grow", false: ", the waits do not grow"}[g]
	}
	if len(gaps) > 0 {
		var sum time.Duration
		for _, g := range gaps {
			sum += g
		}
		a.got += ", every " + (sum / time.Duration(len(gaps))).Round(time.Millisecond).String()
	}
	return a
}

func (p *player) findHook(w WebhookIs, since int) answer {
	n := 0
	all := p.hooks.deliveries()
	for _, d := range all[min(since, len(all)):] {
		var body struct {
			Info struct {
				Action string `json:"Action"`
				User   string `json:"To_Account"`
				Reason string `json:"Reason"`
			} `json:"Info"`
			Kicked []struct {
				Platform string `json:"Platform"`
			} `json:"KickedDevice"`
		}
		if json.Unmarshal(d.Body, &body) != nil {
			continue
		}
		kicks := w.Kicked == 0
		for _, k := range body.Kicked {
			kicks = kicks || strings.EqualFold(k.Platform, hookPlatform(w.Kicked))
		}
		if kicks && (w.Action == "" || body.Info.Action == w.Action) && (w.Reason == "" || body.Info.Reason == w.Reason) &&
			(w.User == "" || body.Info.User == w.User) {
			n++
		}
	}
	return counted("the webhook "+w.text(), w.Times.orOnce(), n)
}

// hookPlatform is a platform as KickedDevice spells it: iOS for iPhone (server-facts 5).
func hookPlatform(p Platform) string {
	if g := wire.Platform(p).Group(); g != wire.PlatformIPhone {
		return g.Label()
	}
	return "iOS"
}
