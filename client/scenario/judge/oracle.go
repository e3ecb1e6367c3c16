package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// Row is one line of the oracle's table: something that decides who has to go, who
// that is by the settings, and who went.
type Row struct {
	// Seq is the ledger record that decided; At its time, by the sandbox's clock.
	Seq uint64    `json:"seq"`
	At  time.Time `json:"at"`
	// What is said in one line: "b (1002) logged in on Web".
	What string `json:"what"`
	User string `json:"user"`
	// Rules are the policy and the limit it was decided by.
	Rules string `json:"rules"`
	// Online are those who counted before, the earliest login first.
	Online []string `json:"online,omitzero"`
	// Predicted and Seen are who has to go, and who went.
	Predicted []Fall      `json:"predicted,omitzero"`
	Seen      []Fall      `json:"seen,omitzero"`
	Verdict   run.Verdict `json:"verdict"`
	// Faults say in words what differs.
	Faults []string `json:"faults,omitzero"`

	account account
	by      uint64 // the newcomer
}

// Fall is one eviction.
type Fall struct {
	InstID uint64        `json:"instID"`
	Name   string        `json:"name"`
	Type   wire.KickType `json:"type"`
	Rule   string        `json:"rule"`
	Why    string        `json:"why,omitzero"`
	// Late is true where it has no connection, and is told when it returns.
	Late bool `json:"late,omitzero"`
}

// The rules of evictions that no login causes, as the ledger names them.
const (
	ruleConsole = "console"
	ruleREST    = "rest"
	ruleYields  = "reconnect-yields"
)

// Consult is the oracle's findings: what its table (Predict) has as failed.
func Consult(r run.Result) []run.Finding {
	if r.LedgerDropped > 0 {
		return []run.Finding{{
			Judge: Oracle, Severity: run.SeverityInfo,
			Message: fmt.Sprintf("The ledger forgot %d records: who has to go cannot be predicted.", r.LedgerDropped),
		}}
	}
	var out []run.Finding
	for _, row := range Predict(r) {
		for _, f := range row.Faults {
			out = append(out, run.Finding{
				Judge: Oracle, Severity: run.SeverityError, Actor: "", Message: row.What + ": " + f, At: row.At, Seq: row.Seq,
			})
		}
	}
	return out
}

// Predict goes through the ledger and says at each login, at each return of one that
// had stopped counting and at each REST kick who has to go, by the settings in force,
// the order of the logins and package kick alone; then it compares. Kicks from the
// console have no cause it could predict: they are followed, and are in no row. nil
// where the ledger is not whole.
func Predict(r run.Result) []Row {
	if r.LedgerDropped > 0 {
		return nil
	}
	o := &oracle{r: &r, g: newRegistry(&r), open: map[account]int{}, replaced: map[uint64]int{}}
	for i := range r.Ledger {
		o.record(&r.Ledger[i])
	}
	for inst, i := range o.replaced {
		o.rows[i].Faults = append(o.rows[i].Faults, fmt.Sprintf("%s is the same page, and should have made room for it.", name(&r, inst)))
	}
	for i := range o.rows {
		o.compare(&o.rows[i])
	}
	return o.rows
}

type oracle struct {
	r    *run.Result
	g    *registry
	rows []Row
	open map[account]int // the row that an account's next kicks belong to
	// replaced are instances whose own page came back as another one, by number.
	replaced map[uint64]int
}

func (o *oracle) record(rec *sandbox.Record) {
	a := account{rec.SDKAppID, rec.UserID}
	switch rec.Kind {
	case sandbox.KindSettings, sandbox.KindSettingsApplied:
		if rec.Settings != nil && rec.Until.IsZero() && rec.SDKAppID == o.r.Settings.SDKAppID {
			o.g.set(*rec.Settings, o.r)
		}
	case sandbox.KindState:
		o.g.users = map[account][]*place{}
	case sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume:
		o.login(a, rec)
	case sandbox.KindRESTKick, sandbox.KindAccountDeleted:
		o.restKick(a, rec)
	case sandbox.KindKick:
		o.kick(a, rec)
		o.g.follow(rec)
	default:
		if rec.Kind == sandbox.KindLogout {
			delete(o.replaced, rec.InstID)
		}
		o.g.follow(rec)
	}
}

func (o *oracle) row(a account, row Row) {
	row.account, row.User = a, a.user
	o.open[a] = len(o.rows)
	o.rows = append(o.rows, row)
}

func (o *oracle) login(a account, rec *sandbox.Record) {
	row := Row{Seq: rec.Seq, At: rec.Time, by: rec.InstID, Rules: o.rules(rec.Platform)}
	for _, p := range o.g.users[a] {
		if p.counts && p.InstID != rec.InstID {
			row.Online = append(row.Online, name(o.r, p.InstID))
		}
	}
	connected := map[uint64]bool{}
	for _, p := range o.g.users[a] {
		connected[p.InstID] = p.online
	}
	d, decided := o.g.enter(rec)
	if !decided {
		return
	}
	how := "logged in"
	switch rec.Kind {
	case sandbox.KindReturn:
		how = "logged in again"
	case sandbox.KindResume:
		how = "came back"
	}
	row.What = fmt.Sprintf("%s %s on %s", name(o.r, rec.InstID), how, rec.Platform.Label())
	for _, e := range d.Evict {
		row.Predicted = append(row.Predicted, Fall{
			InstID: e.Instance.InstID, Name: name(o.r, e.Instance.InstID), Type: e.Type, Rule: string(e.Rule), Why: e.Why,
			Late: !connected[e.Instance.InstID],
		})
	}
	o.row(a, row)
	if d.Replaces != nil && d.Replaces.InstID != rec.InstID {
		o.replaced[d.Replaces.InstID] = len(o.rows) - 1
	}
}

func (o *oracle) rules(p wire.Platform) string {
	return fmt.Sprintf("policy %s, %s limit %d, victim %s", o.g.settings.Policy, o.g.settings.Group(p).Label(), o.g.settings.Limit(p), o.g.settings.Victim)
}

func (o *oracle) restKick(a account, rec *sandbox.Record) {
	row := Row{Seq: rec.Seq, At: rec.Time, What: "REST kick of " + rec.UserID, Rules: "the whole account"}
	if rec.Kind == sandbox.KindAccountDeleted {
		row.What = "account " + rec.UserID + " deleted"
	}
	for _, p := range o.g.users[a] {
		if p.counts || p.gone || p.missed {
			row.Online = append(row.Online, name(o.r, p.InstID))
			row.Predicted = append(row.Predicted, Fall{
				InstID: p.InstID, Name: name(o.r, p.InstID), Type: wire.KickRESTAPI, Rule: ruleREST, Late: !p.online,
			})
		}
	}
	o.row(a, row)
}

// kick takes an eviction of the ledger to the row it belongs to.
func (o *oracle) kick(a account, rec *sandbox.Record) {
	fall := Fall{
		InstID: rec.InstID, Name: name(o.r, rec.InstID), Type: rec.KickType, Rule: rec.Rule, Why: rec.Why, Late: rec.Late,
	}
	switch i, ok := o.open[a]; {
	case rec.Rule == ruleConsole:
	case rec.Rule == ruleYields:
		row := Row{Seq: rec.Seq, At: rec.Time, What: fmt.Sprintf("%s came back on %s", fall.Name, rec.Platform.Label()), Rules: "a reconnect yields; " + o.rules(rec.Platform)}
		row.Predicted = o.yield(a, rec)
		row.Seen = []Fall{fall}
		last, had := o.open[a]
		o.row(a, row)
		if had { // the kicks of the login before may not be over
			o.open[a] = last
		}
	case ok:
		o.rows[i].Seen = append(o.rows[i].Seen, fall)
	default:
		o.row(a, Row{Seq: rec.Seq, At: rec.Time, What: "nothing that evicts", Seen: []Fall{fall}})
	}
}

// yield says whether one that returns has to yield its place, and as what.
func (o *oracle) yield(a account, rec *sandbox.Record) []Fall {
	p := o.g.find(a, rec.InstID)
	if p == nil || p.counts || !o.g.yields {
		return nil
	}
	now := p.Instance
	now.Order = o.g.logins[a] + 1
	d := kick.Decide(o.g.settings.Of(a.user), o.g.live(a), now)
	if len(d.Evict) == 0 {
		return nil
	}
	return []Fall{{InstID: rec.InstID, Name: name(o.r, rec.InstID), Type: d.Evict[len(d.Evict)-1].Type, Rule: ruleYields, Late: true}}
}

func (o *oracle) compare(row *Row) {
	fault := func(format string, args ...any) { row.Faults = append(row.Faults, fmt.Sprintf(format, args...)) }
	for _, want := range row.Predicted {
		i := slices.IndexFunc(row.Seen, func(f Fall) bool { return f.InstID == want.InstID })
		if i < 0 {
			why := want.Why
			if why != "" {
				why = " " + why
			}
			fault("%s should have been kicked (%s) and was not.%s", want.Name, want.Type, why)
			continue
		}
		got := row.Seen[i]
		if got.Type != want.Type {
			fault("%s should have been told %s and was told %s.", want.Name, want.Type, got.Type)
		}
		if got.Rule != want.Rule || want.Why != "" && got.Why != want.Why {
			fault("%s should have been kicked by rule %s and was by %s: %s", want.Name, want.Rule, got.Rule, got.Why)
		}
		switch {
		case got.Late && !want.Late:
			fault("%s was connected when it was kicked, and was not told.", want.Name)
		case want.Late && !got.Late:
			fault("%s had no connection when it was kicked, and yet was told.", want.Name)
		}
	}
	seen := map[uint64]bool{}
	for _, got := range row.Seen {
		if !slices.ContainsFunc(row.Predicted, func(f Fall) bool { return f.InstID == got.InstID }) {
			fault("%s was kicked (%s) and did not have to go. %s", got.Name, got.Type, strings.TrimSpace(got.Why))
		} else if seen[got.InstID] {
			fault("%s was kicked twice.", got.Name)
		}
		seen[got.InstID] = true
	}
	row.Verdict = run.Passed
	if len(row.Faults) > 0 {
		row.Verdict = run.Failed
	}
}
