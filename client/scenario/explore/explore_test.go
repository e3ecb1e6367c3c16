package explore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/explore"
	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var moments = []explore.Moment{"login b", "answer b", "kick a", "ready b", "cut a", "expiry a"}

var before = [][2]explore.Moment{{"login b", "answer b"}, {"login b", "kick a"}, {"answer b", "ready b"}}

func options() explore.Options { return explore.Options{Moments: moments, Before: before} }

// within reports whether these moments are in an order, in this order.
func within(order []explore.Moment, want ...explore.Moment) bool {
	for _, m := range order {
		if len(want) > 0 && m == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}

// racing fails wherever these moments come in this order.
func racing(want ...explore.Moment) explore.Trial {
	return func(_ context.Context, order []explore.Moment) (string, error) {
		if within(order, want...) {
			return "nobody is left", nil
		}
		return "", nil
	}
}

func TestTheSmallestFailingOrderHasOnlyWhatMatters(t *testing.T) {
	r, err := explore.Explore(t.Context(), options(), racing("cut a", "kick a", "answer b"))
	if err != nil {
		t.Fatal(err)
	}
	// answer b needs its login; the cut before the kick is no natural order, and stays.
	want := []explore.Moment{"login b", "cut a", "kick a", "answer b"}
	if r.Smallest == nil || !slices.Equal(r.Smallest.Order, want) || !r.All || r.Failed == 0 || r.Failed == r.Tried {
		t.Fatalf("%+v %+v", r, r.Smallest)
	}
	if got, want := r.String(), "The smallest: login b, cut a, kick a, answer b. nobody is left"; !strings.HasSuffix(got, want) || !strings.Contains(got, fmt.Sprintf("of all %d orders", r.Tried)) {
		t.Errorf("%s", got)
	}
	if !slices.Equal(explore.Parse(explore.Text(r.Smallest.Order)), r.Smallest.Order) {
		t.Error("an order does not read back")
	}
}

func TestARaceThatNoOrderLosesHolds(t *testing.T) {
	r, err := explore.Explore(t.Context(), options(), racing("answer b", "login b"))
	if err != nil || r.Smallest != nil || r.Failed != 0 || !r.All || !strings.HasPrefix(r.String(), "It holds in all ") {
		t.Errorf("%s, %v", r, err)
	}
}

func TestTooManyOrdersAreDrawnByASeedThatRepeatsThem(t *testing.T) {
	o := explore.Options{Most: 50}
	for i := range 10 {
		o.Moments = append(o.Moments, explore.Moment(fmt.Sprint("m", i)))
	}
	tried := func(seed uint64) (all []string) {
		o.Seed = seed
		r, err := explore.Explore(t.Context(), o, func(_ context.Context, order []explore.Moment) (string, error) {
			all = append(all, explore.Text(order))
			return "", nil
		})
		if err != nil || r.All || r.Tried != 50 || r.Seed != seed {
			t.Errorf("%+v %v", r, err)
		}
		return all
	}
	a, b, c := tried(1), tried(1), tried(2)
	if !slices.Equal(a, b) || slices.Equal(a, c) || a[0] != explore.Text(o.Moments) {
		t.Errorf("first %s; the same seed the same orders: %v; another seed others: %v", a[0], slices.Equal(a, b), !slices.Equal(a, c))
	}
	slices.Sort(a)
	if len(slices.Compact(a)) != 50 {
		t.Error("an order was tried twice")
	}
}

func TestWhatHasToStayStandsAsNearToTheNaturalOrderAsItCan(t *testing.T) {
	o := explore.Options{Most: 20, Seed: 3}
	for i := range 8 {
		o.Moments = append(o.Moments, explore.Moment(fmt.Sprint("m", i)))
	}
	r, err := explore.Explore(t.Context(), o, func(_ context.Context, order []explore.Moment) (string, error) {
		if len(order) == 8 && within(order, "m7", "m0") { // all are needed
			return "lost", nil
		}
		return "", nil
	})
	if err != nil || r.Smallest == nil {
		t.Fatal(r, err)
	}
	falls := 0
	for i, m := range r.Smallest.Order[1:] {
		if m < r.Smallest.Order[i] {
			falls++
		}
	}
	if falls != 1 || len(r.Smallest.Order) != 8 || slices.Equal(r.Smallest.Order, r.Smallest.Found) {
		t.Errorf("%v, found as %v", r.Smallest.Order, r.Smallest.Found)
	}
}

func TestALotThatFallsTwiceIsTriedOnce(t *testing.T) {
	o := explore.Options{Moments: []explore.Moment{"a", "b", "c", "d", "e"}, Most: 100} // of 120
	seen := map[string]bool{}
	r, err := explore.Explore(t.Context(), o, func(_ context.Context, order []explore.Moment) (string, error) {
		if seen[explore.Text(order)] {
			t.Errorf("%v was tried twice", order)
		}
		seen[explore.Text(order)] = true
		return "", nil
	})
	if err != nil || r.All || r.Tried != 100 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestEachOrderThatTheRulesAllowIsTriedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "moments")
		var o explore.Options
		for i := range n {
			o.Moments = append(o.Moments, explore.Moment(fmt.Sprint(i)))
		}
		for i := range n {
			for j := i + 1; j < n; j++ {
				if rapid.Bool().Draw(t, "rule") {
					o.Before = append(o.Before, [2]explore.Moment{o.Moments[i], o.Moments[j]})
				}
			}
		}
		want := map[string]bool{}
		permute(o.Moments, func(p []explore.Moment) {
			for _, b := range o.Before {
				if !within(p, b[0], b[1]) {
					return
				}
			}
			want[explore.Text(p)] = true
		})
		got := map[string]bool{}
		r, err := explore.Explore(context.Background(), o, func(_ context.Context, order []explore.Moment) (string, error) {
			if got[explore.Text(order)] {
				t.Fatalf("%v was tried twice", order)
			}
			got[explore.Text(order)] = true
			return "", nil
		})
		if err != nil || !r.All || len(got) != len(want) {
			t.Fatalf("%d orders, want %d (%v)", len(got), len(want), err)
		}
		for k := range got {
			if !want[k] {
				t.Fatalf("%s is not allowed", k)
			}
		}
	})
}

func permute(all []explore.Moment, f func([]explore.Moment)) {
	var walk func(k int)
	p := slices.Clone(all)
	walk = func(k int) {
		if k == len(p) {
			f(p)
			return
		}
		for i := k; i < len(p); i++ {
			p[k], p[i] = p[i], p[k]
			walk(k + 1)
			p[k], p[i] = p[i], p[k]
		}
	}
	walk(0)
}

func TestBadRulesAndUnsteadyTrialsAreNamed(t *testing.T) {
	holds := racing("no such moment")
	for says, o := range map[string]explore.Options{
		"is there twice":      {Moments: []explore.Moment{"a", "a"}},
		"no name of a moment": {Moments: []explore.Moment{"a, b"}},
		"is no moment":        {Moments: []explore.Moment{"a"}, Before: [][2]explore.Moment{{"a", "x"}}},
		"other way round":     {Moments: []explore.Moment{"a", "b"}, Before: [][2]explore.Moment{{"b", "a"}}},
	} {
		if _, err := explore.Explore(t.Context(), o, holds); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	n := 0
	_, err := explore.Explore(t.Context(), options(), func(context.Context, []explore.Moment) (string, error) {
		if n++; n == 3 {
			return "only now", nil
		}
		return "", nil
	})
	if !errors.Is(err, explore.ErrUnsteady) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, err := explore.Explore(ctx, options(), func(context.Context, []explore.Moment) (string, error) {
		cancel()
		return "", nil
	})
	if !errors.Is(err, context.Canceled) || r.Tried != 1 {
		t.Errorf("%+v %v", r, err)
	}
}

// onStage carries an order out on a real sandbox with real clients: the n-th moment has
// the n-th second. It fails where nobody is left online, or a judge finds a fault.
func onStage(t *testing.T, defects ...sandbox.Defect) explore.Trial {
	return func(_ context.Context, order []explore.Moment) (fault string, err error) {
		synctest.Test(t, func(t *testing.T) {
			s := sample.New(t, sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 1}}, defects...)
			a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
			b := s.Actor("b", "alice", wire.PlatformWeb)
			for _, m := range order {
				s.Pass(time.Second)
				switch m {
				case "a is cut":
					_ = s.Cut(a.Inst(), 3*time.Second)
				case "a's UserSig runs out":
					_ = s.Expire(a.Inst())
				case "b logs in":
					_ = b.Login()
				case "b says hello":
					_ = b.Say("alice", "hello")
				}
			}
			s.Pass(10 * time.Minute)
			if slices.Contains(order, "b logs in") && len(s.Instances(sandbox.Filter{UserID: "alice"})) != 1 {
				fault = "nobody is left online"
			}
			for _, f := range judge.Findings(s.Result("race")) {
				if f.Severity == run.SeverityError && fault == "" {
					fault = f.Judge + ": " + f.Message
				}
			}
		})
		return fault, nil
	}
}

func TestARealRaceHoldsInAllOrdersAndADefectIsShownByItsSmallest(t *testing.T) {
	o := explore.Options{
		Moments: []explore.Moment{"b logs in", "a is cut", "a's UserSig runs out", "b says hello"},
		Before:  [][2]explore.Moment{{"b logs in", "b says hello"}},
	}
	r, err := explore.Explore(t.Context(), o, onStage(t))
	if err != nil || r.Smallest != nil || !r.All || r.Tried != 12 {
		t.Errorf("%s, %v", r, err)
	}
	for defect, want := range map[sandbox.Defect]string{
		sandbox.DefectBothSidesKicked:       "b logs in",
		sandbox.DefectKickLostOverReconnect: "a is cut, b logs in",
	} {
		r, err := explore.Explore(t.Context(), o, onStage(t, defect))
		if err != nil || r.Smallest == nil || explore.Text(r.Smallest.Order) != want {
			t.Errorf("%s: %s, %v; want %s", defect, r, err, want)
		}
	}
}
