package scenarios

import (
	"time"

	"kickbench/client/timeline"
)

// Item is one scenario file.
type Item struct {
	// ID is its own among all: "builtin:NAME", or a path.
	ID                  string
	Name, Title, Proves string
	// Source are addresses where the rule is documented or the failure was reported.
	Source []string
	// Grade says how well it is known: "V", "VC", "P"; "" where the file says nothing.
	Grade string
	Tags  []string
	// TagWords are the tags in the window's language, in the same order; nil where they
	// are the same.
	TagWords []string
	Own      bool
	// Foreign says that an app under test has to take part.
	Foreign bool
	// Variants are the rows of its matrix; one without a name where it has none; none at
	// all where the file has mistakes.
	Variants []Variant
	Problems []Problem
	// Command is the line that runs it without the window.
	Command string
}

// Variant is one row of a scenario's matrix.
type Variant struct {
	Name         string // "limit=2 platform=web"
	Steps        []Step
	Expectations []Expectation
}

// Problem is a mistake in a file. Line and Column count from 1; Source is the line.
type Problem struct {
	Line, Column                int
	Message, Suggestion, Source string
}

// Status is how far a run, a step or an expectation has come.
type Status int

// The statuses.
const (
	// NotRun: nobody has run it since the window is open.
	NotRun Status = iota
	Waiting
	Running
	Passed
	Failed
	// Skipped was not reached.
	Skipped
	// Stopped was told to.
	Stopped
	// Broken could not be carried out, and so says nothing about kicks.
	Broken
)

// Over reports whether nothing more will come.
func (s Status) Over() bool { return s >= Passed }

// Step is one step of a run.
type Step struct {
	// Round counts repeats from 1, Branch those of a parallel block; 0 outside of one.
	Round, Branch int
	Text          string
	Status        Status
	// Took is by the scenario's clock.
	Took time.Duration
	// Message says of a failed step what was expected and what came instead; Before are
	// the last moments before that.
	Message string
	Before  []string

	// Say says that its text is a line for whoever sits there.
	Say bool
	// Guests are who has to log in with the app under test before it is over.
	Guests []Guest
	// Watch says that it looks at what the app under test does by itself: hands off.
	Watch bool
	// Until is when it is over at the latest, of a running one; zero where nobody waits.
	Until time.Time
}

// Expectation is something that has to be so, and what came of it.
type Expectation struct {
	Text          string
	Expected, Got string
	Status        Status
	Before        []string
}

// Finding is what a judge found that no expectation asks for.
type Finding struct {
	Judge, Message string
	// Bad ones fail the run.
	Bad bool
}

// Outcome is what came of a run.
type Outcome struct {
	Status Status
	// Error is why there is no verdict.
	Error string
	Seed  uint64
	// Covered is the time by the scenario's clock, Wall that by this computer's.
	Covered, Wall time.Duration
	Virtual       bool
	Ended         time.Time
	Steps         []Step
	Expectations  []Expectation
	Findings      []Finding
	// Deeds are what apps under test did after each of their kicks.
	Deeds []Deed
	// Records are the picture's.
	Records []timeline.Record
}

// Progress is one step that began or ended.
type Progress struct {
	Item    string
	Variant int
	Step    int
	Status  Status
	Took    time.Duration
	// Until is Step.Until.
	Until time.Time
}

// Actions is what the page asks of the program. Each method returns at once; reply may
// be called from any goroutine, once.
type Actions interface {
	// RunScenarios runs these, of a matrix every row; what becomes of it comes through
	// Begin, Step, End and Rest.
	RunScenarios(ids []string)
	// StopScenarios ends what runs.
	StopScenarios()
	// MakeScenarioUserSig signs for a user of the app under test, with the key of the run
	// that waits for it. The reply is a secret.
	MakeScenarioUserSig(user string, reply func(sig string, err error))
	// CopyScenario makes a file of the person's own of it and replies with its ID.
	CopyScenario(id string, reply func(own string, err error))
	// EditScenario opens a file of the person's own in the system's editor.
	EditScenario(id string, reply func(error))
	// DeleteScenario removes a file of the person's own; what undo gives brings it back.
	DeleteScenario(id string, reply func(undo func(reply func(own string, err error)), err error))
	// OpenScenarioFolder shows the folder of own files.
	OpenScenarioFolder(reply func(error))
	// OpenScenarioReport shows the report of the last run.
	OpenScenarioReport(id string, reply func(error))
	// RecordScenario begins to write down what is done by hand, or ends it and replies
	// with the ID of the file it became, "" where nothing was done, and with what has to
	// be said of it.
	RecordScenario(on bool, reply func(own, note string, err error))
}
