// Package run holds what one run of a scenario was, as plain data: who took part,
// what was done, what was expected, what came, and what the sandbox wrote down. The
// runner makes it; judges add their findings; reports, the window and `kickbench
// diff` read it. Its JSON is stable: a member keeps its name and meaning, and new
// ones may be added.
//
// Nothing in it is a secret: frames and event data are redacted where they are
// recorded (wire.Redact), and the ledger holds none.
package run

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/sandbox"
)

// Format is the version of Result's JSON, in its member "kickbenchResult".
const Format = 1

// Result is one run of one scenario, or of one variant of it where the scenario has
// a matrix.
type Result struct {
	Format int `json:"kickbenchResult"`
	// Name is the scenario's, such as "mutual-kick-war"; Variant which row of its
	// matrix this is, by variable; empty where it has none.
	Name    string            `json:"name"`
	Variant map[string]string `json:"variant,omitzero"`
	Title   string            `json:"title,omitzero"`
	// Proves is the sentence on what the scenario proves.
	Proves string `json:"proves,omitzero"`
	// Source is where the failure was reported or the rule is documented; Grade how well
	// it is known: V, VC or P (scenario-library).
	Source []string `json:"source,omitzero"`
	Grade  string   `json:"grade,omitzero"`
	Tags   []string `json:"tags,omitzero"`
	// File is where it was read: a path, or "builtin:NAME".
	File string `json:"file,omitzero"`

	Seed     uint64   `json:"seed"`
	Versions Versions `json:"versions"`
	// Clock says whose time the times below are, except Started and Ended.
	Clock Clock `json:"clock"`
	// Started and Ended are this computer's time; Wall is between them.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	Wall    Duration  `json:"wall"`
	// From and To are the same moments by the scenario's clock, which is virtual where
	// Clock says so; Covered is between them, with what the sandbox's clock was advanced.
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Covered Duration  `json:"covered"`

	Settings Settings `json:"settings"`
	Actors   []Actor  `json:"actors"`
	// Steps are those of the file, in its order, each with its expectations; a repeated
	// one is there once for each round.
	Steps []Step `json:"steps"`
	// Expectations are all of them, those at the end and those of the steps.
	Expectations []Expectation `json:"expectations"`
	// Events are those of our own actors, in order of time; see EventsOf.
	Events []Event `json:"events"`
	// Calls are what steps asked of our own actors, in the order in which they ended.
	Calls []Call `json:"calls,omitzero"`
	// Frames are those of our own actors, in order of time; see FramesOf.
	Frames []Frame `json:"frames"`
	// FramesDropped is how many frames came after the most that are kept, most of them
	// heartbeats.
	FramesDropped int `json:"framesDropped,omitzero"`
	// Ledger is the sandbox's. Its times are the sandbox's clock, which advance moves.
	Ledger []sandbox.Record `json:"ledger"`
	// LedgerDropped is how many records the ledger forgot before it was read.
	LedgerDropped uint64 `json:"ledgerDropped,omitzero"`
	// Deliveries are what the webhook's receiver got, where the scenario turns it on.
	Deliveries []Delivery `json:"deliveries,omitzero"`
	// Findings are the judges'.
	Findings []Finding `json:"findings,omitzero"`

	Verdict Verdict `json:"verdict"`
	// Error is why there is no verdict on the scenario itself: it could not be started,
	// or was cancelled.
	Error string `json:"error,omitzero"`
}

// Versions are of what took part.
type Versions struct {
	Kickbench string `json:"kickbench,omitzero"`
	Go        string `json:"go,omitzero"`
	OS        string `json:"os,omitzero"`
	// SDK are the versions that actors stated in their URL, each once, sorted.
	SDK []string `json:"sdk,omitzero"`
}

// Clock says whether time was virtual.
type Clock string

// The clocks.
const (
	// ClockVirtual: nobody waited; every run has the same times.
	ClockVirtual Clock = "virtual"
	// ClockReal: a foreign actor took part, or somebody asked for it.
	ClockReal Clock = "real"
)

// Verdict is how a run, a step or an expectation ended.
type Verdict string

// The verdicts.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed"
	Skipped Verdict = "skipped" // not reached, after a failure or a cancel
	// Cancelled is a run's that was told to stop before it was over.
	Cancelled Verdict = "cancelled"
	// Broken is a run's that could not be carried out, and so says nothing about kicks.
	Broken Verdict = "broken"
)

// Settings are the sandbox's as they were in force when the first step began.
type Settings struct {
	SDKAppID   uint64         `json:"sdkAppID"`
	Policy     string         `json:"policy"`
	Instances  map[string]int `json:"instances"`
	ApplyAfter Duration       `json:"applyAfter"`
	// Victim, KickedOffline, Reconnect and the ghost times are sandbox.LoginRules.
	Victim        string   `json:"victim"`
	KickedOffline string   `json:"kickedOffline"`
	Reconnect     string   `json:"reconnect"`
	GhostWeb      Duration `json:"ghostWeb"`
	GhostNative   Duration `json:"ghostNative"`
	GhostMini     Duration `json:"ghostMini"`
	// GhostClosed and WebIncludes are not in runs that were written before there were any.
	GhostClosed Duration `json:"ghostClosed,omitzero"`
	WebIncludes string   `json:"webIncludes,omitzero"`
	// Hello is the interval the sandbox asks its clients for.
	Hello   Duration        `json:"hello"`
	Defects []string        `json:"defects,omitzero"`
	Faults  []sandbox.Fault `json:"faults,omitzero"`
	// Webhook is the variant of the webhook, "" where it is off.
	Webhook string `json:"webhook,omitzero"`
}

// Actor is one that takes part: an instance of our client, or the app under test.
type Actor struct {
	Name string `json:"name"`
	User string `json:"user"`
	// Platform is wire.Platform's name; "" for a foreign actor of any platform.
	Platform string `json:"platform,omitzero"`
	Foreign  bool   `json:"foreign,omitzero"`
	// InstanceID is the own id of its last page, InstanceIDs those of all, and InstIDs
	// the numbers the sandbox gave it, in order; all empty for a foreign actor that never
	// came.
	InstanceID  string   `json:"instanceID,omitzero"`
	InstanceIDs []string `json:"instanceIDs,omitzero"`
	InstIDs     []uint64 `json:"instIDs,omitzero"`
	SDKVersion  string   `json:"sdkVersion,omitzero"`
}

// Step is one step as it was carried out.
type Step struct {
	// Index counts the steps of a run from 0, as they stand in Result.Steps.
	Index int `json:"index"`
	// Line is where it stands in the file, from 1; Round counts repeats from 1, 0
	// outside of one; Branch is which branch of a parallel block, from 1.
	Line   int `json:"line"`
	Round  int `json:"round,omitzero"`
	Branch int `json:"branch,omitzero"`
	// Kind is the step's word: "login", "cut", "expect"; Text says it in one line.
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Actor string `json:"actor,omitzero"`
	// Began and Ended are by the scenario's clock; zero for one that was skipped.
	Began  time.Time `json:"began,omitzero"`
	Ended  time.Time `json:"ended,omitzero"`
	Status Verdict   `json:"status"`
	// Message says of a failed step what was expected and what came instead; of a step
	// that passed it may say what came of it.
	Message string `json:"message,omitzero"`
	// Before are the last events and ledger records before a failure, oldest first, one
	// line each.
	Before []string `json:"before,omitzero"`
}

// Expectation is something the file expects, with what came of it.
type Expectation struct {
	// Step is the Index of the step it stands in; -1 for one at the end.
	Step int `json:"step"`
	Line int `json:"line"`
	// Text is the expectation in one line.
	Text     string  `json:"text"`
	Expected string  `json:"expected"`
	Got      string  `json:"got"`
	Status   Verdict `json:"status"`
	// Before is as Step.Before.
	Before []string `json:"before,omitzero"`
}

// Event is one event of one of our actors.
type Event struct {
	Actor string `json:"actor"`
	// Page counts the actor's pages from 1: each is an instance of the SDK of its own,
	// and what follows an end on one page may begin again on the next.
	Page int `json:"page"`
	// Seq counts the actor's events from 1, without gaps and over all its pages.
	Seq  uint64    `json:"seq"`
	Time time.Time `json:"time"`
	// Name is the vendor's name ("kickedOut") and Const its constant ("KICKED_OUT");
	// "stateChange" is ours.
	Name  string `json:"name"`
	Const string `json:"const"`
	// Data is the event's own JSON, secrets hidden; {} where it carries nothing.
	Data jsontext.Value `json:"data"`
}

// OpClose is the Op of a Call that is none of the SDK's: the page was closed, and
// nothing it does is heard any more.
const OpClose = "close"

// Call is one call that a step made on one of our actors, and its answer. The linter
// reads them: no call may succeed after a kick.
type Call struct {
	Actor string    `json:"actor"`
	Page  int       `json:"page"`
	Op    string    `json:"op"`
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended"`
	// Code and Error are of one that failed; both zero for one that succeeded.
	Code  int    `json:"code,omitzero"`
	Error string `json:"error,omitzero"`
	// AfterSeq is the Seq of the actor's last event when the call was made.
	AfterSeq uint64 `json:"afterSeq"`
}

// Frame is one frame of one of our actors.
type Frame struct {
	Actor string    `json:"actor"`
	Page  int       `json:"page"`
	Time  time.Time `json:"time"`
	// Up is true for one the actor sent.
	Up      bool   `json:"up,omitzero"`
	Command string `json:"command"`
	Seq     uint32 `json:"seq"`
	// JSON is the whole frame, secrets hidden.
	JSON jsontext.Value `json:"json"`
}

// Delivery is one webhook request as the receiver got it.
type Delivery struct {
	Time time.Time `json:"time"`
	// Query is the request's, a list for each name; Body its JSON.
	Query map[string][]string `json:"query"`
	Body  jsontext.Value      `json:"body"`
}

// Severity is how much a finding weighs.
type Severity string

// The severities. An error fails the run; the others do not.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
)

// Finding is what a judge found.
type Finding struct {
	// Judge is its name: "linter", "oracle", "war", "accounts".
	Judge    string   `json:"judge"`
	Severity Severity `json:"severity"`
	// Actor is whom it concerns, "" for none or several.
	Actor   string    `json:"actor,omitzero"`
	Message string    `json:"message"`
	At      time.Time `json:"at,omitzero"`
	// Seq is of the event it concerns where there is an Actor, else of the ledger record;
	// zero for none.
	Seq uint64 `json:"seq,omitzero"`
}

// EventsOf are one actor's events, in order.
func (r *Result) EventsOf(actor string) []Event {
	return slices.DeleteFunc(slices.Clone(r.Events), func(e Event) bool { return e.Actor != actor })
}

// FramesOf are one actor's frames, in order.
func (r *Result) FramesOf(actor string) []Frame {
	return slices.DeleteFunc(slices.Clone(r.Frames), func(f Frame) bool { return f.Actor != actor })
}

// ActorOf is the actor that an instance number of the sandbox belongs to; ok is
// false for one that was none of the scenario's.
func (r *Result) ActorOf(instID uint64) (a Actor, ok bool) {
	i := slices.IndexFunc(r.Actors, func(a Actor) bool { return slices.Contains(a.InstIDs, instID) })
	if i < 0 {
		return Actor{}, false
	}
	return r.Actors[i], true
}

// FullName is the name with its variant: "limits [platform=web limit=2]".
func (r *Result) FullName() string {
	if len(r.Variant) == 0 {
		return r.Name
	}
	text := r.Name + " ["
	for i, k := range sortedKeys(r.Variant) {
		if i > 0 {
			text += " "
		}
		text += k + "=" + r.Variant[k]
	}
	return text + "]"
}
