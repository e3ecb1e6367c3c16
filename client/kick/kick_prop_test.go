package kick_test

import (
	"math/bits"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// The naive model: the table of server-facts 1.1 written out as sets that may be
// online together, and a search through every choice of victims.

const (
	mobile  = "android iphone ipad"
	desktop = "windows mac linux"
)

// as is the platform that p is for the model.
func as(s kick.Settings, p wire.Platform) wire.Platform {
	if s.WebIncludes == kick.WebMini && (p == wire.PlatformUniApp || p == wire.PlatformReactNative) {
		return wire.PlatformAndroid
	}
	return p.Group()
}

// mayMeet reports whether instances on platforms a and b may be online together.
func mayMeet(p kick.Policy, a, b wire.Platform) bool {
	if a.Group() == b.Group() || p == kick.PolicyMulti {
		return true
	}
	column := func(p wire.Platform) string {
		switch p.Group() {
		case wire.PlatformAndroid, wire.PlatformIPhone, wire.PlatformIPad:
			return mobile
		case wire.PlatformWindows, wire.PlatformMac, wire.PlatformLinux:
			return desktop
		}
		return "web"
	}
	switch x, y := column(a), column(b); p {
	case kick.PolicyTriple:
		return x != y
	case kick.PolicyDual:
		return x != y && (x == "web" || y == "web")
	default:
		return false
	}
}

// stands reports whether the newcomer may stand beside rest.
func stands(s kick.Settings, rest []kick.Instance, newcomer kick.Instance) bool {
	same := 1
	for _, in := range rest {
		if !mayMeet(s.Policy, as(s, in.Platform), as(s, newcomer.Platform)) {
			return false
		}
		if as(s, in.Platform) == as(s, newcomer.Platform) {
			same++
		}
	}
	return same <= limit(s, newcomer.Platform)
}

// keeps reports whether all of live keep to the settings, among themselves too.
func keeps(s kick.Settings, live []kick.Instance) bool {
	for i, in := range live {
		if !stands(s, slices.Delete(slices.Clone(live), i, i+1), in) {
			return false
		}
	}
	return true
}

func limit(s kick.Settings, p wire.Platform) int {
	if n, ok := s.Instances[as(s, p)]; ok {
		return n
	}
	return 1
}

// fewest is the least number of victims with which the newcomer may stand, found by
// trying every choice.
func fewest(s kick.Settings, live []kick.Instance, newcomer kick.Instance) int {
	best := len(live)
	for choice := range 1 << len(live) {
		var rest []kick.Instance
		for i, in := range live {
			if choice&(1<<i) == 0 {
				rest = append(rest, in)
			}
		}
		if n := bits.OnesCount(uint(choice)); n < best && stands(s, rest, newcomer) {
			best = n
		}
	}
	return best
}

var platforms = []wire.Platform{
	wire.PlatformWeb, wire.PlatformWeb, wire.PlatformAndroid, wire.PlatformIPhone, wire.PlatformIPad,
	wire.PlatformWindows, wire.PlatformMac, wire.PlatformLinux, wire.PlatformUniApp,
	wire.PlatformWeChatMini, wire.PlatformReactNative, wire.PlatformUnknown, 77,
}

func settings() *rapid.Generator[kick.Settings] {
	return rapid.Custom(func(t *rapid.T) kick.Settings {
		s := kick.Settings{Policy: rapid.SampledFrom(kick.Policies()).Draw(t, "policy"), Instances: map[wire.Platform]int{}}
		s.Victim = rapid.SampledFrom(append(kick.Victims(), "")).Draw(t, "victim")
		s.Seed = rapid.Uint64().Draw(t, "seed")
		s.WebIncludes = rapid.SampledFrom(append(kick.AllWebIncludes(), "")).Draw(t, "webIncludes")
		for _, p := range wire.LoginPlatforms() {
			if n := rapid.IntRange(0, kick.MaxInstances(p)).Draw(t, p.String()); n > 0 {
				s.Instances[p] = n
			}
		}
		return s
	})
}

// crowd draws up to n instances in any order, with pages that may repeat.
func crowd(n int) *rapid.Generator[[]kick.Instance] {
	return rapid.Custom(func(t *rapid.T) []kick.Instance {
		ages := rapid.Permutation([]uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}[:n]).Draw(t, "ages")
		live := make([]kick.Instance, rapid.IntRange(0, n).Draw(t, "number"))
		for i := range live {
			live[i] = kick.Instance{InstID: 1000 + ages[i], Order: ages[i]}
			live[i].InstanceID, live[i].Platform = pageAndPlatform(t)
		}
		return live
	})
}

func pageAndPlatform(t *rapid.T) (string, wire.Platform) {
	return rapid.SampledFrom([]string{"", "", "aaaa", "bbbb"}).Draw(t, "page"),
		rapid.SampledFrom(platforms).Draw(t, "platform")
}

func TestEveryDecisionAgreesWithTheNaiveModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := settings().Draw(t, "settings")
		live := crowd(8).Draw(t, "live")
		newcomer := kick.Instance{InstID: 2000, Order: 2000}
		newcomer.InstanceID, newcomer.Platform = pageAndPlatform(t)

		before := slices.Clone(live)
		d := kick.Decide(s, live, newcomer)
		if diff := cmp.Diff(before, live); diff != "" {
			t.Fatalf("Decide changed its input:\n%s", diff)
		}

		rest := live
		own := func(in kick.Instance) bool {
			return newcomer.InstanceID != "" && in.InstanceID == newcomer.InstanceID &&
				as(s, in.Platform) == as(s, newcomer.Platform)
		}
		if slices.ContainsFunc(live, own) != (d.Replaces != nil) {
			t.Fatalf("Replaces = %v", d.Replaces)
		}
		if d.Replaces != nil {
			if !own(*d.Replaces) {
				t.Fatalf("replaces a stranger: %v", *d.Replaces)
			}
			rest = slices.DeleteFunc(slices.Clone(live), func(in kick.Instance) bool { return in == *d.Replaces })
			if len(rest) != len(live)-1 {
				t.Fatalf("replaces one who is not there: %v", *d.Replaces)
			}
		}

		after := survivors(live, d)
		if !stands(s, after, newcomer) {
			t.Fatalf("after %v the newcomer may not stand beside %v", d.Evict, after)
		}
		if want := fewest(s, rest, newcomer); len(d.Evict) != want {
			t.Fatalf("%d evicted, %d are needed", len(d.Evict), want)
		}
		if len(after)+len(d.Evict) != len(rest) {
			t.Fatal("somebody is evicted twice, or was not there")
		}
		for i, e := range d.Evict {
			if i > 0 && d.Evict[i-1].Instance.Order >= e.Instance.Order {
				t.Fatalf("not the earliest first: %v", d.Evict)
			}
			for _, in := range after {
				if as(s, in.Platform) != as(s, e.Instance.Platform) {
					continue
				}
				if younger := in.Order > e.Instance.Order; s.Victim != kick.VictimRandom && younger == (s.Victim == kick.VictimNewest) {
					t.Fatalf("%v goes and %v stays, though %q goes first", e.Instance, in, s.Victim)
				}
			}
			checkTold(t, s, e, newcomer)
		}
		if diff := cmp.Diff(d, kick.Decide(s, live, newcomer)); diff != "" {
			t.Fatalf("the same question has two answers:\n%s", diff)
		}
		if (d.Words == "") != (d.Replaces == nil && len(d.Evict) == 0) {
			t.Fatalf("Words = %q", d.Words)
		}

		if again := kick.Decide(s, after, newcomer); len(again.Evict) > 0 {
			t.Fatalf("decided again, evicts more: %v", again.Evict)
		}
	})
}

// checkTold checks type and rule against server-facts 1.4.
func checkTold(t *rapid.T, s kick.Settings, e kick.Eviction, newcomer kick.Instance) {
	sameGroup := as(s, e.Instance.Platform) == as(s, newcomer.Platform)
	wantType, wantRule := wire.KickMultipleDevice, kick.RulePlatformPolicy
	if sameGroup {
		wantRule = kick.RuleInstanceLimit
	}
	if sameGroup && as(s, newcomer.Platform) == wire.PlatformWeb {
		wantType = wire.KickMultipleAccount
	}
	if e.Type != wantType || e.Rule != wantRule || e.Why == "" {
		t.Fatalf("%v is told %s by %s (%q), want %s by %s", e.Instance, e.Type, e.Rule, e.Why, wantType, wantRule)
	}
}

func TestAUserNeverHasMoreThanTheSettingsAllow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := settings().Draw(t, "settings")
		var live []kick.Instance
		last := uint64(1000)
		t.Repeat(map[string]func(*rapid.T){
			"login": func(t *rapid.T) {
				last++
				in := kick.Instance{InstID: last, Order: last}
				in.InstanceID, in.Platform = pageAndPlatform(t)
				live = append(survivors(live, kick.Decide(s, live, in)), in)
			},
			"logout": func(t *rapid.T) {
				if len(live) == 0 {
					t.Skip("nobody is online")
				}
				i := rapid.IntRange(0, len(live)-1).Draw(t, "who")
				live = slices.Delete(live, i, i+1)
			},
			"": func(t *rapid.T) {
				if !keeps(s, live) {
					t.Fatalf("online together: %v", live)
				}
			},
		})
	})
}

func TestPolicyTogetherIsSymmetricAndAgreesWithTheTable(t *testing.T) {
	for _, p := range kick.Policies() {
		for _, a := range platforms {
			for _, b := range platforms {
				if got := p.Together(a, b); got != mayMeet(p, a, b) || got != p.Together(b, a) {
					t.Errorf("%s: Together(%s, %s) = %v", p, a, b, got)
				}
			}
		}
	}
}
