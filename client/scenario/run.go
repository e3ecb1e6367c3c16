package scenario

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// Options are how a scenario is run. The zero value is valid for scenarios without a
// foreign actor.
type Options struct {
	// Seed replaces the file's; nil keeps it.
	Seed *uint64
	// Version is this program's, for the report.
	Version string
	// Progress is told of each step when it begins and when it ends. It is called from
	// one goroutine, in order, and may take its time: the run does not wait for it,
	// but Run returns only after the last call.
	Progress func(Progress)
	// Judges look at the run when it is over; an error of theirs fails it, unless it was
	// told to stop.
	Judges []func(*run.Result) []run.Finding
	// Record is told of what the sandbox writes down, as it does, with the name of the
	// actor whose it is, "" for a stranger's or nobody's. It is called from one goroutine,
	// in order, and only in a run in real time: another is over before anyone has looked.
	Record func(r sandbox.Record, actor string)

	// Listen is where the app under test finds the sandbox; 127.0.0.1:0 where empty. Used
	// only with a foreign actor, as are SecretKey, with which its UserSigs are signed,
	// and Ready, which is called before the first step with the sandbox's address.
	Listen    string
	SDKAppID  uint64 // sandbox.DefaultSDKAppID where zero
	SecretKey string
	Ready     func(Endpoint)
}

// Endpoint is where the app under test finds the sandbox.
type Endpoint struct {
	URL      string // its proxyServer option
	SDKAppID uint64
	// Server is the sandbox itself, for a caller that signs UserSigs or serves pages.
	Server *sandbox.Server
}

func (o Options) listen() string { return cmp.Or(o.Listen, "127.0.0.1:0") }

// Progress is one moment of a run.
type Progress struct {
	// Scenario is the run's full name, Name the scenario's.
	Scenario, Name string
	// Step is as far as it is known: a step that begins has no Status.
	Step run.Step
	// Done counts the steps that are over, of Total.
	Done, Total int
}

// Run runs one scenario to its end, or until ctx is done, and returns what it was.
// The Result is complete in any case; the error says that it could not be carried
// out (run.Broken), not that it failed.
//
// Without a foreign actor it takes place in virtual time and on no real network, in
// a few milliseconds, and must not be called within a testing/synctest bubble. Many
// may run at once.
//
// Where the file says explore and no seed is given, it is run in many orders and under
// many seeds (explore.go); the result is that of the first, or of the smallest that
// failed.
func Run(ctx context.Context, s *Scenario, o Options) (run.Result, error) {
	switch {
	case s.Explore == 0 || !s.Virtual():
	case o.Seed == nil:
		return exploreAll(ctx, s, o)
	default:
		if order, ok := replayed(s, *o.Seed); ok {
			return runOrder(ctx, order, o)
		}
	}
	return runOnce(ctx, s, o)
}

func runOnce(ctx context.Context, s *Scenario, o Options) (run.Result, error) {
	p := &player{s: s, o: o, outer: ctx, virtual: s.Virtual(), app: cmp.Or(o.SDKAppID, sandbox.DefaultSDKAppID)}
	switch {
	case o.Seed != nil:
		p.seed = *o.Seed
	case s.Sandbox.Seed != nil:
		p.seed = *s.Sandbox.Seed
	default:
		p.seed = 1
	}
	p.chance = rand.New(rand.NewPCG(p.seed, 0))
	p.plan = planOf(s)
	p.steps = make([]run.Step, 0, len(p.plan))
	for _, n := range flat(p.plan) {
		p.steps = append(p.steps, n.step)
	}
	told := p.tell()
	res := p.result()
	var err error
	if p.virtual {
		err = virtually(func() { p.play(&res) })
	} else {
		p.play(&res)
	}
	res.Ended = time.Now().UTC()
	res.Wall = run.Duration(res.Ended.Sub(res.Started))
	err = cmp.Or(p.broken, err)
	told()
	p.conclude(&res, err)
	if res.Verdict == run.Broken {
		return res, fmt.Errorf("%s: %s", res.FullName(), res.Error)
	}
	return res, nil
}

// result is a result before anything has happened.
func (p *player) result() run.Result {
	r := run.Result{
		Format: run.Format, Name: p.s.Name, Variant: p.s.Variant, Title: p.s.Title, Proves: p.s.Proves,
		Source: p.s.Source, Grade: string(p.s.Grade), Tags: p.s.Tags, File: p.s.File, Seed: p.seed,
		Versions: run.Versions{Kickbench: p.o.Version, Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH},
		Clock:    run.ClockReal, Started: time.Now().UTC(),
	}
	if p.virtual {
		r.Clock = run.ClockVirtual
	}
	return r
}

// play is the run itself: in virtual time all of it is inside.
func (p *player) play(res *run.Result) {
	p.from = p.now()
	if err := p.start(); err != nil {
		p.broken = err
		p.end()
		return
	}
	res.Settings = p.settings()
	followed := p.follow()
	if p.o.Ready != nil {
		p.o.Ready(Endpoint{URL: p.url, SDKAppID: p.app, Server: p.srv})
	}
	p.branch(p.plan)
	p.atTheEnd()
	p.settle() // what is on its way is part of the story
	p.gather(res)
	followed()
	p.end()
}

// settings are the sandbox's as they are in force.
func (p *player) settings() run.Settings {
	s, err := p.srv.LoginSettings(p.app)
	if err != nil {
		return run.Settings{}
	}
	out := run.Settings{
		SDKAppID: p.app, Policy: s.Policy.String(), Instances: map[string]int{}, ApplyAfter: run.Duration(s.ApplyAfter),
		Victim: s.Victim.String(), KickedOffline: string(s.KickedOffline), Reconnect: string(s.Reconnect), WebIncludes: s.WebIncludes.String(),
		Hello: run.Duration(sandbox.DefaultHelloInterval), Faults: p.srv.Faults(), Webhook: string(p.s.Sandbox.Webhook),
	}
	for platform, n := range s.Instances {
		out.Instances[platform.String()] = n
	}
	for _, g := range []struct {
		from *time.Duration
		to   *run.Duration
	}{{s.GhostWeb, &out.GhostWeb}, {s.GhostNative, &out.GhostNative}, {s.GhostMini, &out.GhostMini}, {s.GhostClosed, &out.GhostClosed}} {
		if g.from != nil {
			*g.to = run.Duration(*g.from)
		}
	}
	if h := p.s.Sandbox.Hello; h != nil {
		out.Hello = run.Duration(*h)
	}
	for _, d := range p.srv.Defects() {
		out.Defects = append(out.Defects, string(d))
	}
	return out
}

// gather takes what the run has left, before the actors are taken down.
func (p *player) gather(res *run.Result) {
	p.readLedger()
	instances := p.srv.Instances(sandbox.Filter{})
	for _, e := range p.srv.RecentlyEnded(sandbox.Filter{}) {
		instances = append(instances, e.Instance)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopping = true
	res.From, res.To = p.from, p.now()
	res.Covered = run.Duration(res.To.Sub(res.From) + p.advanced)
	res.Events, res.Calls = slices.Clone(p.events), slices.Clone(p.calls)
	res.Frames, res.FramesDropped = slices.Clone(p.frames), p.framesDropped
	slices.SortStableFunc(res.Events, func(a, b run.Event) int { return a.Time.Compare(b.Time) })
	// Frames of one moment come from goroutines of several pages, in whatever order these
	// were run; those of one page are in theirs.
	index := map[string]int{}
	for _, a := range p.order {
		index[a.Name] = a.index
	}
	slices.SortStableFunc(res.Frames, func(a, b run.Frame) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(index[a.Actor], index[b.Actor]), cmp.Compare(a.Page, b.Page))
	})
	res.Ledger = slices.Clone(p.ledger)
	if len(p.ledger) > 0 {
		res.LedgerDropped = p.ledger[len(p.ledger)-1].Seq - uint64(len(p.ledger))
	}
	if p.hooks != nil {
		res.Deliveries = p.hooks.deliveries()
	}
	for _, a := range p.order {
		out := run.Actor{Name: a.Name, User: a.User, Foreign: a.Foreign, InstanceIDs: a.ids, InstIDs: a.instIDs}
		if a.Platform != 0 {
			out.Platform = a.Platform.String()
		}
		if len(a.ids) > 0 {
			out.InstanceID = a.ids[len(a.ids)-1]
		}
		for _, in := range instances {
			if slices.Contains(a.ids, in.InstanceID) && in.SDKVersion != "" {
				out.SDKVersion = in.SDKVersion
			}
		}
		if v := out.SDKVersion; v != "" && !slices.Contains(res.Versions.SDK, v) {
			res.Versions.SDK = append(res.Versions.SDK, v)
		}
		res.Actors = append(res.Actors, out)
	}
	slices.Sort(res.Versions.SDK)
}

// conclude says how it all ended.
func (p *player) conclude(res *run.Result, err error) {
	res.Steps, res.Expectations = p.steps, p.met
	if res.Actors == nil { // it never began
		for _, a := range p.s.Actors {
			res.Actors = append(res.Actors, run.Actor{Name: a.Name, User: a.User, Foreign: a.Foreign})
		}
	}
	switch {
	case p.cancelled():
		res.Verdict, res.Error = run.Cancelled, "it was told to stop"
		for _, judge := range p.o.Judges { // whatever they find, nobody saw the end
			res.Findings = append(res.Findings, judge(res)...)
		}
		return
	case err != nil:
		res.Verdict, res.Error = run.Broken, err.Error()
		return
	}
	res.Verdict = run.Passed
	for _, s := range res.Steps {
		if s.Status == run.Failed {
			res.Verdict = run.Failed
		}
	}
	for _, e := range res.Expectations {
		if e.Status == run.Failed {
			res.Verdict = run.Failed
		}
	}
	for _, judge := range p.o.Judges {
		res.Findings = append(res.Findings, judge(res)...)
	}
	for _, f := range res.Findings {
		if f.Severity == run.SeverityError {
			res.Verdict = run.Failed
		}
	}
}

// tell starts the goroutine that tells of progress; the function it returns ends it.
// It lives outside of virtual time: what a listener makes there, such as a channel,
// would belong to the bubble.
func (p *player) tell() (done func()) {
	if p.o.Progress == nil {
		p.progress = func(run.Step, bool) {}
		return func() {}
	}
	news := make(chan Progress, 2*len(p.steps)+1) // room for all: nobody waits
	over := make(chan struct{})
	go func() {
		defer close(over)
		for n := range news {
			p.o.Progress(n)
		}
	}()
	name := (&run.Result{Name: p.s.Name, Variant: p.s.Variant}).FullName()
	done0, total := 0, len(p.steps)
	p.progress = func(s run.Step, ended bool) { // with mu held
		if ended {
			done0++
		}
		news <- Progress{Scenario: name, Name: p.s.Name, Step: s, Done: done0, Total: total}
	}
	return func() { close(news); <-over }
}

// readAll reads a JSON body whole; what is none becomes null.
func readAll(r io.Reader) jsontext.Value {
	b, err := io.ReadAll(r)
	if v := jsontext.Value(b); err == nil && v.IsValid() {
		return wire.Redact(v)
	}
	return jsontext.Value("null")
}
