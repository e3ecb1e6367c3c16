package run_test

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func full() run.Result {
	at := time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)
	cut := time.Second
	return run.Result{
		Format: run.Format, Name: "n", Variant: map[string]string{"p": "web", "limit": "2"}, Title: "t", Proves: "p",
		Source: []string{"s"}, Grade: "V", Tags: []string{"x"}, File: "f", Seed: 7,
		Versions: run.Versions{Kickbench: "1", Go: "go", OS: "linux", SDK: []string{"3"}},
		Clock:    run.ClockVirtual, Started: at, Ended: at, Wall: run.Duration(time.Second),
		From: at, To: at, Covered: run.Duration(180 * 24 * time.Hour),
		Settings: run.Settings{
			SDKAppID: 1, Policy: "dual", Instances: map[string]int{"web": 1}, GhostWeb: run.Duration(time.Minute),
			Faults:  []sandbox.Fault{{Match: sandbox.FaultMatch{Platform: wire.PlatformWeb}, Do: sandbox.FaultDo{Cut: &cut}}},
			Defects: []string{"d"},
		},
		Actors:       []run.Actor{{Name: "a", User: "u", Platform: "web", InstanceID: "i", InstanceIDs: []string{"i"}, InstIDs: []uint64{1001}}},
		Steps:        []run.Step{{Line: 3, Kind: "login", Text: "a logs in", Actor: "a", Began: at, Ended: at, Status: run.Passed, Before: []string{"x"}}},
		Expectations: []run.Expectation{{Step: -1, Line: 9, Text: "t", Expected: "e", Got: "g", Status: run.Failed}},
		Events:       []run.Event{{Actor: "a", Page: 1, Seq: 1, Time: at, Name: "kickedOut", Const: "KICKED_OUT", Data: jsontext.Value(`{"type":"multipleAccount"}`)}},
		Calls:        []run.Call{{Actor: "a", Page: 1, Op: "login", Began: at, Ended: at, Code: 70001, Error: "e", AfterSeq: 1}},
		Frames:       []run.Frame{{Actor: "a", Page: 1, Time: at, Up: true, Command: "c", Seq: 1, JSON: jsontext.Value(`{}`)}},
		Ledger:       []sandbox.Record{{Seq: 1, Time: at, Kind: sandbox.KindKick, Platform: wire.PlatformWeb, Delay: time.Second}},
		Deliveries:   []run.Delivery{{Time: at, Query: map[string][]string{"q": {"v"}}, Body: jsontext.Value(`{}`)}},
		Findings:     []run.Finding{{Judge: "linter", Severity: run.SeverityError, Actor: "a", Message: "m", At: at, Seq: 1}},
		Verdict:      run.Failed, Error: "e",
	}
}

func TestAResultReadsBackAsItWasWritten(t *testing.T) {
	want := full()
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got run.Result
	if err := json.Unmarshal(data, &got, json.RejectUnknownMembers(true)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAnInstanceNumberLeadsToItsActor(t *testing.T) {
	r := full()
	if a, ok := r.ActorOf(1001); !ok || a.Name != "a" {
		t.Error(a, ok)
	}
	if _, ok := r.ActorOf(1); ok {
		t.Error("nobody has number 1")
	}
	if got, want := r.FullName(), "n [limit=2 p=web]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(r.EventsOf("a")) != 1 || len(r.EventsOf("b")) != 0 || len(r.FramesOf("b")) != 0 {
		t.Error("events and frames go by actor")
	}
}
