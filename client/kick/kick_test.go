package kick_test

import (
	"fmt"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ExampleDecide() {
	settings := kick.DefaultSettings()
	settings.Instances[wire.PlatformWeb] = 2

	live := []kick.Instance{
		{InstID: 1001, Platform: wire.PlatformWeb, Order: 1},
		{InstID: 1002, Platform: wire.PlatformWeb, Order: 2},
	}
	d := kick.Decide(settings, live, kick.Instance{InstID: 1003, Platform: wire.PlatformWeb, Order: 3})
	for _, e := range d.Evict {
		fmt.Println(e.Instance.InstID, e.Type, e.Rule)
		fmt.Println(e.Why)
	}
	// Output:
	// 1001 multipleAccount instance-limit
	// Web limit is 2; the login of 1003 was the third, so the earliest, 1001, had to go.
}

func TestThirdWebLoginEvictsTheOldestWhateverTheOrderOfTheList(t *testing.T) {
	s := kick.Settings{Instances: map[wire.Platform]int{wire.PlatformWeb: 2}}
	old := kick.Instance{InstID: 1001, Platform: wire.PlatformWeb, Order: 1}
	young := kick.Instance{InstID: 1002, Platform: wire.PlatformWeb, Order: 2}
	newcomer := kick.Instance{InstID: 1003, Platform: wire.PlatformWeb, Order: 3}
	for _, live := range [][]kick.Instance{{old, young}, {young, old}} {
		d := kick.Decide(s, live, newcomer)
		if len(d.Evict) != 1 || d.Evict[0].Instance != old {
			t.Errorf("live %v: evicts %v, want 1001", live, d.Evict)
		}
	}
}

func TestOfTwoRegistrationsOfOnePageTheYoungerIsReplaced(t *testing.T) {
	page := func(id, order uint64) kick.Instance {
		return kick.Instance{InstID: id, InstanceID: "aaaa", Platform: wire.PlatformWeb, Order: order}
	}
	d := kick.Decide(kick.Settings{}, []kick.Instance{page(1002, 2), page(1001, 1)}, page(1003, 3))
	if d.Replaces == nil || d.Replaces.InstID != 1002 {
		t.Errorf("Replaces = %v, want 1002", d.Replaces)
	}
	if len(d.Evict) != 1 || d.Evict[0].Instance.InstID != 1001 {
		t.Errorf("Evict = %v, want 1001", d.Evict)
	}
}

func TestInstancesWithoutAPageIDNeverReplaceEachOther(t *testing.T) {
	android := kick.Instance{InstID: 1001, Platform: wire.PlatformAndroid, Order: 1}
	d := kick.Decide(kick.Settings{}, []kick.Instance{android}, kick.Instance{InstID: 1002, Platform: wire.PlatformAndroid, Order: 2})
	if d.Replaces != nil || len(d.Evict) != 1 {
		t.Errorf("Replaces = %v, Evict = %v", d.Replaces, d.Evict)
	}
}

func TestZeroSettingsAreTheDefault(t *testing.T) {
	var zero kick.Settings
	def := kick.DefaultSettings()
	if zero.Policy.String() != "dual" || def.Policy != kick.PolicyDual {
		t.Errorf("policies %q and %q", zero.Policy, def.Policy)
	}
	for _, p := range platforms {
		if zero.Limit(p) != 1 || def.Limit(p) != 1 {
			t.Errorf("%s: limits %d and %d", p, zero.Limit(p), def.Limit(p))
		}
		for _, q := range platforms {
			if zero.Policy.Together(p, q) != def.Policy.Together(p, q) {
				t.Errorf("%s beside %s differs", p, q)
			}
		}
	}
	if err := zero.Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidateNamesKeyAndValue(t *testing.T) {
	for _, c := range []struct {
		s    kick.Settings
		want string // in the error; empty for none
	}{
		{kick.Settings{Instances: map[wire.Platform]int{wire.PlatformWeb: 10, wire.PlatformLinux: 3}}, ""},
		{kick.Settings{Instances: map[wire.Platform]int{wire.PlatformWeb: 11}}, "web = 11, want 1 to 10"},
		{kick.Settings{Instances: map[wire.Platform]int{wire.PlatformIPad: 4}}, "ipad = 4, want 1 to 3"},
		{kick.Settings{Instances: map[wire.Platform]int{wire.PlatformMac: 0}}, "mac = 0, want 1 to 3"},
		{kick.Settings{Instances: map[wire.Platform]int{wire.PlatformUniApp: 2}}, "uni-app = 2: no limit of its own, it counts as web"},
		{kick.Settings{Policy: "quadruple"}, `"quadruple"`},
	} {
		err := c.s.Validate()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.s, err, c.want)
		}
	}
}

func TestParsePolicyReadsWhatStringWrites(t *testing.T) {
	for _, p := range kick.Policies() {
		for _, s := range []string{p.String(), strings.ToUpper(p.String())} {
			if got, err := kick.ParsePolicy(s); got != p || err != nil {
				t.Errorf("ParsePolicy(%q) = %q, %v", s, got, err)
			}
		}
	}
	if _, err := kick.ParsePolicy(""); err == nil {
		t.Error("an empty policy was read")
	}
}

func BenchmarkDecide(b *testing.B) {
	live := make([]kick.Instance, 10)
	for i := range live {
		live[i] = kick.Instance{InstID: 1001 + uint64(i), Platform: wire.PlatformWeb, Order: uint64(i)}
	}
	newcomer := kick.Instance{InstID: 2000, InstanceID: "aaaa", Platform: wire.PlatformWeb, Order: 2000}
	for name, limit := range map[string]int{"nobody-goes": 11, "the-oldest-of-ten-goes": 10} {
		s := kick.Settings{Instances: map[wire.Platform]int{wire.PlatformWeb: limit}}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d := kick.Decide(s, live, newcomer); len(d.Evict) != 11-limit {
					b.Fatal(d)
				}
			}
		})
	}
}
