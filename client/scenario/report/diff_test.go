package report

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func said(t *testing.T, d Difference) string {
	t.Helper()
	var b strings.Builder
	if err := d.WriteWords(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// platforms is a run of a web page and two native clients under a policy.
func platforms(t *testing.T, p kick.Policy, pause time.Duration) (r run.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := sample.New(t, sandbox.LoginSettingsPatch{Policy: &p})
		s.Actor("tab", "alice", wire.PlatformWeb).Enter()
		s.Pass(pause)
		s.Actor("phone", "alice", wire.PlatformAndroid).Enter()
		s.Pass(time.Second)
		s.Actor("desk", "alice", wire.PlatformMac).Enter()
		r = s.Result("platforms")
	})
	return r
}

func TestTheSameScenarioRunTwiceIsTheSame(t *testing.T) {
	a, b := platforms(t, kick.PolicyDual, time.Second), platforms(t, kick.PolicyDual, time.Second)
	d := Diff(one(a), one(b), nil)
	if !d.Same || said(t, d) != "The runs came out alike.\n" {
		t.Errorf("%s", said(t, d))
	}
}

func TestTwoPoliciesDifferInWhoIsKicked(t *testing.T) {
	a, b := platforms(t, kick.PolicyDual, time.Second), platforms(t, kick.PolicySingle, time.Second)
	b.Verdict = run.Failed
	b.Expectations = []run.Expectation{{Text: "tab stays", Status: run.Failed}}
	a.Expectations = []run.Expectation{{Text: "tab stays", Status: run.Passed}}
	d := Diff(one(a), one(b), nil)
	text := said(t, d)
	for _, want := range []string{
		"platforms: differs\n",
		"  given    settings: policy dual, web 1 in A, policy single, web 1 in B\n",
		"  verdict  the run: passed in A, failed in B\n",
		"  verdict  expectation tab stays: passed in A, failed in B\n",
		"  only B   events of tab: KICKED_OUT multipleDevice, by android at 1s, after STATE_CHANGE Ready → Kicked\n",
		"  only B   ledger of alice: tab kicked: multipleDevice by phone at 1s, after phone logged in\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if d.Same || strings.Contains(text, "  time ") || strings.Contains(text, "only A") {
		t.Errorf("%s", text)
	}
}

func TestAStateIsTheSameByNumberAndByName(t *testing.T) {
	for name, want := range map[string]string{
		`{"from":3,"to":5}`:                                "Ready → Kicked",
		`{"from":"Ready","to":"Kicked"}`:                   "Ready → Kicked",
		`{"type":"multipleDevice","byPlatform":2}`:         "multipleDevice, by android",
		`{"type":"multipleDevice","byPlatform":"android"}`: "multipleDevice, by android",
		`{"type":"REST_API_Kick","late":true}`:             "REST_API_Kick, learnt late",
	} {
		e := run.Event{Name: "stateChange", Data: jsontext.Value(name)}
		if strings.Contains(name, "type") {
			e.Name = "kickedOut"
		}
		if got := eventWords(e); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAnotherOrderIsToldAsOne(t *testing.T) {
	a := platforms(t, kick.PolicySingle, time.Second)
	b := platforms(t, kick.PolicySingle, time.Second)
	var at []int
	for i, e := range b.Events {
		if e.Actor == "tab" && (e.Const == "KICKED_OUT" || e.Const == "SDK_NOT_READY") {
			at = append(at, i)
		}
	}
	b.Events[at[0]], b.Events[at[1]] = b.Events[at[1]], b.Events[at[0]]
	text := said(t, Diff(one(a), one(b), nil))
	if !strings.Contains(text, "  order    events of tab: ") || strings.Contains(text, "only ") {
		t.Errorf("%s", text)
	}
}

func TestTimesDifferBeyondNoiseAlone(t *testing.T) {
	a := platforms(t, kick.PolicyDual, time.Second)
	for _, c := range []struct {
		pause time.Duration
		same  bool
	}{{1015 * time.Millisecond, true}, {1090 * time.Millisecond, true}, {1300 * time.Millisecond, false}, {3 * time.Second, false}} {
		d := Diff(one(a), one(platforms(t, kick.PolicyDual, c.pause)), nil)
		if d.Same != c.same {
			t.Errorf("%s: same %v, want %v: %s", c.pause, d.Same, c.same, said(t, d))
		}
	}
	d := Diff(one(a), one(platforms(t, kick.PolicyDual, 3*time.Second)), nil)
	if text := said(t, d); !strings.Contains(text, "  time     ledger of alice: phone logged in came 1s after tab logged in in A, 3s in B\n") {
		t.Errorf("%s", text)
	}
	if d := Diff(one(a), one(platforms(t, kick.PolicyDual, 3*time.Second)), &Noise{Least: time.Minute}); !d.Same {
		t.Errorf("%s", said(t, d))
	}
}

func TestRunsArePairedByName(t *testing.T) {
	x := platforms(t, kick.PolicyDual, time.Second)
	y := x
	y.Name = "other"
	z := x
	z.Name, z.Variant = "third", map[string]string{"limit": "2"}
	d := Diff([]run.Result{x, y}, []run.Result{z, x}, nil)
	if d.Same || !slices.Equal(d.OnlyA, []string{"other"}) || !slices.Equal(d.OnlyB, []string{"third [limit=2]"}) || len(d.Runs) != 1 {
		t.Errorf("%+v", d)
	}
	if d := Diff([]run.Result{x, x, y}, []run.Result{y, x, x}, nil); !d.Same || len(d.Runs) != 3 {
		t.Errorf("%+v", d)
	}
	if text := said(t, Diff([]run.Result{x, y}, []run.Result{x, y}, nil)); text != "All 2 runs came out alike.\n" {
		t.Errorf("%s", text)
	}
}

func TestADifferenceReadsBackFromJSON(t *testing.T) {
	d := Diff(one(platforms(t, kick.PolicyDual, time.Second)), one(platforms(t, kick.PolicySingle, 3*time.Second)), nil)
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var got Difference
	if err := json.Unmarshal(data, &got, json.RejectUnknownMembers(true)); err != nil {
		t.Fatal(err)
	}
	if said(t, got) != said(t, d) || len(got.Runs[0].Happenings) == 0 {
		t.Errorf("%s", data)
	}
}

// Whatever is taken out of a run or changes in it, the two are told apart; and no run
// differs from itself.
func TestAnyEventThatGoesIsFound(t *testing.T) {
	whole := platforms(t, kick.PolicySingle, time.Second)
	rapid.Check(t, func(t *rapid.T) {
		r := whole
		r.Events = slices.Clone(whole.Events)
		if !Diff(one(whole), one(r), nil).Same {
			t.Fatal("a run differs from itself")
		}
		i := rapid.IntRange(0, len(r.Events)-1).Draw(t, "event")
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			r.Events = slices.Delete(r.Events, i, i+1)
		case 1:
			r.Events = slices.Insert(r.Events, i, r.Events[i])
		case 2:
			e := &r.Events[i]
			e.Const, e.Data = "ANOTHER", jsontext.Value("{}")
		}
		d := Diff(one(whole), one(r), nil)
		if d.Same || len(d.Runs[0].Happenings) == 0 {
			t.Fatalf("%+v", d)
		}
	})
}
