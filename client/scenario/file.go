package scenario

import (
	"errors"
	"strings"
	"time"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// Version is the version of the language, in a file's first member: kickbench: 1.
const Version = 1

// Scenario is one scenario as its file says it, for one row of its matrix. Make it
// with Parse.
type Scenario struct {
	Kickbench int `yaml:"kickbench" doc:"The version of the language: 1."`
	// Name is what testers call it; a file's own name where it says none.
	Name   string   `yaml:"name" doc:"What testers call it, such as mutual-kick-war. The file's own name where left out."`
	Title  string   `yaml:"title" doc:"One line for lists."`
	Proves string   `yaml:"proves" doc:"One sentence on what it proves."`
	Source []string `yaml:"source" doc:"Where the rule is documented or the failure was reported."`
	Grade  Grade    `yaml:"grade" doc:"V: documented by the vendor. VC: a bug in the vendor's change log or tracker. P: seen in another product."`
	Tags   []string `yaml:"tags" doc:"Words to find it by."`

	Explore int `yaml:"explore" range:"0..100000" doc:"Runs it in every order of its parallel steps, and under so many seeds, which decide how they overlap: 0."`

	Sandbox   Sandbox   `yaml:"sandbox" doc:"What the server is set to before the first step."`
	Variables Variables `yaml:"variables" doc:"Texts that ${name} stands for anywhere below."`
	Matrix    Matrix    `yaml:"matrix" doc:"Variables with several values: the scenario runs once for each combination."`

	Actors Actors       `yaml:"actors" some:"yes" doc:"Who takes part, by name."`
	Steps  []Step       `yaml:"steps" some:"yes" doc:"What is done, in this order."`
	Expect Expectations `yaml:"expect" some:"yes" doc:"What has to be so when all steps are done."`

	// File is where it was read; Variant which row of the matrix it is.
	File    string            `yaml:"-"`
	Variant map[string]string `yaml:"-"`
}

// Foreign reports whether the app under test takes part.
func (s *Scenario) Foreign() bool {
	for _, a := range s.Actors {
		if a.Foreign {
			return true
		}
	}
	return false
}

// Virtual reports whether it runs in virtual time.
func (s *Scenario) Virtual() bool { return s.Sandbox.Clock != "real" && !s.Foreign() }

// Sandbox is what the server is set to.
type Sandbox struct {
	Settings `yaml:",inline"`
	Hello    *Duration      `yaml:"hello" range:">0" doc:"How often clients are asked to say hello: 120s."`
	Clock    Clock          `yaml:"clock" doc:"real makes even a scenario without a foreign actor wait for its time."`
	Seed     *uint64        `yaml:"seed" doc:"Decides all that is left to chance. The same seed gives the same ledger."`
	Faults   []Fault        `yaml:"faults" doc:"Faults from the start."`
	Defects  []Defect       `yaml:"defects" doc:"Bugs of servers, turned on by name."`
	Webhook  WebhookVariant `yaml:"webhook" doc:"Turns State.StateChange on; its receiver is the scenario's own."`
}

// Settings are an app's login settings; what is left out stays as it was.
type Settings struct {
	Policy        Policy           `yaml:"policy" doc:"Which platforms may be online together: dual."`
	Instances     map[Platform]int `yaml:"instances" doc:"How many instances of each platform: 1."`
	ApplyAfter    *Duration        `yaml:"applyAfter" doc:"How long a change of these takes to be in force: 0s."`
	Victim        Victim           `yaml:"victim" doc:"Who goes when there is one too many: oldest."`
	KickedOffline OfflineKick      `yaml:"kickedOffline" doc:"How an instance learns of a kick that it missed: told."`
	Reconnect     Reconnect        `yaml:"reconnect" doc:"Whether an instance that returns to a taken place kicks or yields: kicks."`
	GhostWeb      *Duration        `yaml:"ghostWeb" doc:"How long a Web instance counts after its connection was lost: 60s."`
	GhostNative   *Duration        `yaml:"ghostNative" doc:"The same of the other platforms: 400s."`
	GhostMini     *Duration        `yaml:"ghostMini" doc:"How long a closed mini program counts: 5s."`
	GhostClosed   *Duration        `yaml:"ghostClosed" doc:"How long an instance counts after its page was closed: 0s; older pages of the vendor say 400s."`
	WebIncludes   WebIncludes      `yaml:"webIncludes" doc:"What counts as Web: all, or with the pages of 2020 only mini-programs beside it."`
	Disabled      *bool            `yaml:"disabled" doc:"An app whose package ran out."`
}

// patch is what the sandbox is told to change.
func (s Settings) patch() sandbox.LoginSettingsPatch {
	p := sandbox.LoginSettingsPatch{
		ApplyAfter: s.ApplyAfter.std(),
		LoginRules: sandbox.LoginRules{
			Victim: kick.Victim(s.Victim), KickedOffline: sandbox.OfflineKick(s.KickedOffline),
			Reconnect: sandbox.Reconnect(s.Reconnect), Disabled: s.Disabled,
			GhostWeb: s.GhostWeb.std(), GhostNative: s.GhostNative.std(), GhostMini: s.GhostMini.std(),
			GhostClosed: s.GhostClosed.std(), WebIncludes: kick.WebIncludes(s.WebIncludes),
		},
	}
	if s.Policy != "" {
		policy := kick.Policy(s.Policy)
		p.Policy = &policy
	}
	for platform, n := range s.Instances {
		if p.Instances == nil {
			p.Instances = map[wire.Platform]int{}
		}
		p.Instances[wire.Platform(platform)] = n
	}
	return p
}

// settings are the patch as an app begins with it.
func (s Settings) settings() sandbox.LoginSettings {
	p := s.patch()
	out := sandbox.LoginSettings{Instances: p.Instances, LoginRules: p.LoginRules}
	if p.Policy != nil {
		out.Policy = *p.Policy
	}
	if p.ApplyAfter != nil {
		out.ApplyAfter = *p.ApplyAfter
	}
	return out
}

// check is what no single member can tell: the limits' ranges.
func (s *Settings) check() error {
	k := kick.Settings{Instances: map[wire.Platform]int{}}
	for platform, n := range s.Instances {
		if platform != 0 {
			k.Instances[wire.Platform(platform)] = n
		}
	}
	if err := k.Validate(); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return nil
}

// std is the duration as the standard library has it; nil stays nil.
func (d *Duration) std() *time.Duration {
	if d == nil {
		return nil
	}
	v := time.Duration(*d)
	return &v
}

// Actors are the actors in the file's order.
type Actors []Actor

// Actor is one that takes part.
type Actor struct {
	Name string `yaml:"-"`
	Line int    `yaml:"-"`

	User     string    `yaml:"user" doc:"Its user ID; the actor's own name where left out."`
	Platform Platform  `yaml:"platform" doc:"What it runs on: web. Of a foreign actor: any, where left out."`
	Foreign  bool      `yaml:"foreign" doc:"The app under test: nothing is done for it, the sandbox watches what it does."`
	Arrival  int       `yaml:"arrival" range:"1.." doc:"Which of several foreign actors of one user and platform it is, by the order in which their pages come: from 1."`
	SameIDAs ActorRef  `yaml:"sameIDAs" own:"yes" doc:"Has the instance ID of another actor, as a duplicated tab or a restored backup has."`
	Text     bool      `yaml:"text" doc:"Sends text frames in place of binary ones."`
	OnKick   *Reflexes `yaml:"onKick" doc:"What it does by itself when it is kicked."`
}

// Reflexes are what an actor does by itself when it is kicked.
type Reflexes struct {
	Do     Reaction   `yaml:"do" short:"yes" doc:"login, logout or destroy."`
	After  Duration   `yaml:"after" doc:"How long it waits first: 0s."`
	Factor float64    `yaml:"factor" range:"1..1000" doc:"By how much each wait is longer than the last: 1."`
	Most   Duration   `yaml:"most" range:">0" doc:"The longest wait: none."`
	Times  *int       `yaml:"times" range:"0..10000" doc:"How often it does it: 100."`
	Types  []KickType `yaml:"types" doc:"After which kicks: all."`
}

// Fault is one fault: what it strikes, and what it does.
type Fault struct {
	Name  string     `yaml:"name" doc:"A name, for clearFault."`
	Match FaultMatch `yaml:"match" doc:"Which frames it strikes: all."`
	Do    FaultDo    `yaml:"do" doc:"What it does: exactly one of these."`
}

// FaultMatch picks frames; what is left out picks all.
type FaultMatch struct {
	Command     Command   `yaml:"command" doc:"login, logout, hello, alive, push, or a whole servcmd."`
	Actor       ActorRef  `yaml:"actor" doc:"Whose frames: those of the page that the actor has when the fault is set."`
	User        string    `yaml:"user" doc:"Whose frames, by user ID."`
	Platform    Platform  `yaml:"platform" doc:"On which platform."`
	Direction   Direction `yaml:"direction" doc:"up, from the client, or down."`
	Nth         int       `yaml:"nth" range:"1.." doc:"The n-th frame that matches, and no other."`
	Times       int       `yaml:"times" range:"1.." doc:"Ends after it has struck so often."`
	Probability float64   `yaml:"probability" range:">0..1" doc:"Strikes by lot, with more than 0 and at most 1: always."`
}

// FaultDo is what a fault does: exactly one of these.
type FaultDo struct {
	Drop       bool      `yaml:"drop" doc:"Loses the frame."`
	Delay      *Duration `yaml:"delay" doc:"Holds this frame back, and lets later ones overtake it."`
	Duplicate  bool      `yaml:"duplicate" doc:"Has the frame twice."`
	Refuse     int       `yaml:"refuse" doc:"Answers a request with this code."`
	Disconnect bool      `yaml:"disconnect" doc:"Ends the connection with a close frame."`
	Cut        *Duration `yaml:"cut" doc:"Ends the connection without one, and refuses reconnects for so long."`
	Reset      bool      `yaml:"reset" doc:"Resets the connection."`
	Blackhole  bool      `yaml:"blackhole" doc:"Leaves the connection open and lets nothing through."`
	Latency    *Duration `yaml:"latency" doc:"Holds every frame back, in order."`
	Jitter     *Duration `yaml:"jitter" doc:"Adds up to so much to latency, by lot."`
}

// check counts: exactly one, and jitter may go with latency.
func (f *FaultDo) check() error {
	n := 0
	for _, on := range []bool{
		f.Drop, f.Delay != nil, f.Duplicate, f.Refuse != 0, f.Disconnect, f.Cut != nil,
		f.Reset, f.Blackhole, f.Latency != nil || f.Jitter != nil,
	} {
		if on {
			n++
		}
	}
	if n != 1 {
		return errors.New("do: want exactly one of drop, delay, duplicate, refuse, disconnect, cut, reset, blackhole, latency")
	}
	return nil
}

// defaultReflexes is how often an actor does by itself what it does on a kick: a war
// ends at some time.
const defaultReflexes = 100

func (r *Reflexes) check() error {
	if r.Do == "" {
		return errors.New("onKick says not what it does (do: login, logout or destroy)")
	}
	return nil
}

// check of an actor: what its being foreign rules out.
func (a *Actor) check() error {
	switch {
	case a.Foreign && (a.OnKick != nil || a.SameIDAs != "" || a.Text):
		return errors.New("a foreign actor does what it does: onKick, sameIDAs and text are for our own")
	case !a.Foreign && a.Arrival != 0:
		return errors.New("arrival is for foreign actors")
	}
	return nil
}
