// Package record writes down what somebody does by hand with a sandbox as a scenario
// file, which does it again: who logged in where, was kicked, cut off, brought back.
//
// It reads the sandbox's ledger, the truth about all of that, whoever did it: windows,
// the console, the REST API, or an app under test. Whoever logs in becomes an actor of our
// own: the file runs in virtual time, without that app. What each of them did is a step,
// with the time between; who was kicked by whom, and who is online at the end, is what
// the file expects.
package record

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// Start is how the sandbox stood when the recording began.
type Start struct {
	SDKAppID uint64
	Settings sandbox.LoginSettings
	Defects  []sandbox.Defect
	// Instances are those that counted: they log in first.
	Instances []sandbox.InstanceInfo
	Now       time.Time
}

// Recorder follows a ledger. Make one with New; it is for one goroutine.
type Recorder struct {
	start    Start
	settings sandbox.LoginSettings
	last     time.Time // of the last move, by the sandbox's clock
	steps    []step
	moves    int

	order    []*actor
	pages    map[string]*actor
	holders  map[uint64]*actor
	kicks    []sandbox.Record     // evictions, and kicks on demand
	told     map[uint64]bool      // of kicks, by their Seq: the victim learnt it
	expired  map[*actor]int       // who was told that its UserSig ran out
	restKick map[string]time.Time // when a user was kicked by REST last
}

// actor is a page, or a device.
type actor struct {
	name     string
	user     string
	platform wire.Platform
	counts   bool // the sandbox counts it as online
	cut      bool // it has no network, by a step of ours
}

// New begins a recording.
func New(s Start) *Recorder {
	s.Settings.Instances = maps.Clone(s.Settings.Instances)
	r := &Recorder{
		start: s, settings: s.Settings, last: s.Now, pages: map[string]*actor{}, holders: map[uint64]*actor{},
		told: map[uint64]bool{}, expired: map[*actor]int{}, restKick: map[string]time.Time{},
	}
	there := slices.Clone(s.Instances)
	slices.SortStableFunc(there, func(a, b sandbox.InstanceInfo) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.InstID, b.InstID))
	})
	for _, in := range there {
		if in.SDKAppID != s.SDKAppID || in.State != sandbox.StateOnline && in.State != sandbox.StateLost {
			continue
		}
		a := r.actor(in.InstanceID, in.InstID, in.UserID, in.Platform)
		a.counts = true
		r.do("login", a.name)
		if in.State == sandbox.StateLost {
			r.cut(a)
		}
	}
	r.moves = 0
	return r
}

// Moves is how many things have been done since New.
func (r *Recorder) Moves() int { return r.moves }

var noName = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// actor is whoever has this page; one not seen before gets a name.
func (r *Recorder) actor(page string, inst uint64, user string, p wire.Platform) *actor {
	a := r.pages[page]
	if a == nil {
		name := strings.Trim(noName.ReplaceAllString(user, "-"), "-_")
		if name == "" || name[0] >= '0' && name[0] <= '9' {
			name = "user" + name
		}
		name = strings.ToLower(name + "-" + noName.ReplaceAllString(p.String(), "-"))
		free := name
		for n := 2; slices.ContainsFunc(r.order, func(o *actor) bool { return o.name == free }); n++ {
			free = fmt.Sprintf("%s-%d", name, n)
		}
		a = &actor{name: free, user: user, platform: p}
		r.pages[page] = a
		r.order = append(r.order, a)
	}
	if inst != 0 {
		r.holders[inst] = a
	}
	return a
}

// Settings tells what the login settings are now; call it before Add of the record that
// says they changed.
func (r *Recorder) Settings(s sandbox.LoginSettings) { r.settings = s }

// Add takes the ledger's next record in.
func (r *Recorder) Add(rec sandbox.Record) {
	if rec.SDKAppID != 0 && rec.SDKAppID != r.start.SDKAppID {
		return
	}
	if rec.Kind == sandbox.KindClock {
		r.move(rec.Time.Add(-rec.Delay), "advance", sandbox.FormatDuration(rec.Delay))
		r.last = rec.Time
		return
	}
	if r.ofAll(rec) {
		return
	}
	a := r.pages[rec.InstanceID]
	if came(rec.Kind) {
		a = r.actor(rec.InstanceID, rec.InstID, rec.UserID, rec.Platform)
	}
	if a != nil {
		r.of(a, rec)
	}
}

func came(k sandbox.Kind) bool {
	return k == sandbox.KindLogin || k == sandbox.KindReturn || k == sandbox.KindResume
}

// ofAll takes records that concern the sandbox or an account as a whole.
func (r *Recorder) ofAll(rec sandbox.Record) bool {
	switch rec.Kind {
	case sandbox.KindRESTKick:
		r.move(rec.Time, "restKick", rec.UserID)
		r.restKick[rec.UserID] = rec.Time
	case sandbox.KindSettings:
		r.move(rec.Time, "set", settingsOf(r.settings))
	case sandbox.KindDefects:
		on := []string{}
		if rec.Why != "none" {
			on = strings.Split(rec.Why, ", ")
		}
		r.move(rec.Time, "defect", on)
	case sandbox.KindAccountDeleted:
		r.say(rec.Time, "The account "+rec.UserID+" was deleted here, which a file cannot do.")
	case sandbox.KindState:
		r.say(rec.Time, "The sandbox was set up anew here, which a file cannot do.")
	case sandbox.KindFaultSet, sandbox.KindFaultCleared:
		r.say(rec.Time, "A fault was set or taken back here; write it down as a fault step.")
	case sandbox.KindLoginRefused:
		r.say(rec.Time, fmt.Sprintf("A login of %s was refused with %d here; it is not done again.", rec.UserID, rec.Code))
	default:
		return false
	}
	return true
}

// of takes a record of an actor.
func (r *Recorder) of(a *actor, rec sandbox.Record) {
	switch rec.Kind {
	case sandbox.KindLogin:
		r.logIn(a, rec)
	case sandbox.KindReturn:
		if a.cut {
			r.restore(a, rec.Time, "Ready")
		} else {
			r.logIn(a, rec)
		}
		a.counts = true
	case sandbox.KindResume:
		r.restore(a, rec.Time, "Ready")
		a.counts = true
	case sandbox.KindLogout:
		r.move(rec.Time, "logout", a.name)
		a.counts = false
	case sandbox.KindClosed:
		r.move(rec.Time, "close", a.name)
		a.counts = !rec.Until.IsZero() // a mini program, until it is gone
		a.cut = false
	case sandbox.KindCut:
		r.wait(rec.Time)
		r.cut(a)
	case sandbox.KindDisconnect, sandbox.KindSlow:
		if a.counts && !a.cut {
			r.wait(rec.Time)
			r.cut(a)
		}
	case sandbox.KindGone:
		a.counts = false
	case sandbox.KindKick:
		r.kick(a, rec)
	case sandbox.KindKickTold:
		r.told[rec.Ref] = true
		r.restore(a, rec.Time, "Kicked")
	case sandbox.KindExpiry:
		if rec.Rule == sandbox.RuleConsole {
			r.move(rec.Time, "expire", a.name)
		}
	case sandbox.KindExpiryTold:
		a.counts = false
		r.expired[a]++
		r.restore(a, rec.Time, "Kicked")
	}
}

func (r *Recorder) kick(a *actor, rec sandbox.Record) {
	if rec.Rule == sandbox.RuleConsole {
		r.move(rec.Time, "kick", mapping{{"actor", a.name}, {"type", string(rec.KickType)}})
	}
	a.counts = false
	r.kicks = append(r.kicks, rec)
	r.told[rec.Seq] = !rec.Late
}

// afterREST is how long after a REST kick a login has a UserSig of a later second than
// the kick, which makes invalid all of its own (server-facts 4.2).
const afterREST = 1100 * time.Millisecond

func (r *Recorder) logIn(a *actor, rec sandbox.Record) {
	at := rec.Time
	if kicked, ok := r.restKick[a.user]; ok && at.Sub(kicked) < afterREST {
		at = kicked.Add(afterREST)
	}
	if a.cut { // a login has a network, whatever the ledger saw of its return
		r.wait(at)
		r.do("restore", a.name)
		a.cut = false
	}
	r.move(at, "login", a.name)
	a.counts = true
}

func (r *Recorder) cut(a *actor) {
	r.do("cut", a.name)
	r.moves++
	a.cut = true
}

// restore gives the network back to one that was seen to return, and waits until it has:
// when it tries again is by lot.
func (r *Recorder) restore(a *actor, at time.Time, state string) {
	if !a.cut {
		return
	}
	a.cut = false
	r.wait(at)
	r.do("restore", a.name)
	r.moves++
	r.do("waitFor", mapping{{"state", mapping{{"on", a.name}, {"is", state}}}, {"within", "5m"}})
}

// move is one thing done.
func (r *Recorder) move(at time.Time, word string, what any) {
	r.wait(at)
	r.do(word, what)
	r.moves++
}

func (r *Recorder) say(at time.Time, text string) { r.move(at, "say", text) }

// leastWait is the shortest pause that is kept: the runner has shorter ones of its own.
const leastWait = 50 * time.Millisecond

// wait lets the time pass that passed since the last move.
func (r *Recorder) wait(until time.Time) {
	d := until.Sub(r.last).Round(10 * time.Millisecond)
	if d >= leastWait {
		r.do("wait", sandbox.FormatDuration(d))
	}
	if until.After(r.last) {
		r.last = until
	}
}

func (r *Recorder) do(word string, what any) { r.steps = append(r.steps, step{word, what}) }

// settingsOf are login settings as a file has them.
func settingsOf(s sandbox.LoginSettings) mapping {
	m := mapping{{"policy", s.Policy.String()}}
	places := mapping{}
	for _, p := range wire.LoginPlatforms() {
		if n, ok := s.Instances[p]; ok {
			places = append(places, member{p.String(), n})
		}
	}
	if len(places) > 0 {
		m = append(m, member{"instances", places})
	}
	if s.ApplyAfter > 0 {
		m = append(m, member{"applyAfter", sandbox.FormatDuration(s.ApplyAfter)})
	}
	text := func(name, value string) {
		if value != "" {
			m = append(m, member{name, value})
		}
	}
	text("victim", string(s.Victim))
	text("kickedOffline", string(s.KickedOffline))
	text("reconnect", string(s.Reconnect))
	for _, g := range []struct {
		name string
		d    *time.Duration
	}{{"ghostWeb", s.GhostWeb}, {"ghostNative", s.GhostNative}, {"ghostMini", s.GhostMini}, {"ghostClosed", s.GhostClosed}} {
		if g.d != nil {
			text(g.name, sandbox.FormatDuration(*g.d))
		}
	}
	text("webIncludes", string(s.WebIncludes))
	if s.Disabled != nil {
		m = append(m, member{"disabled", *s.Disabled})
	}
	return m
}
