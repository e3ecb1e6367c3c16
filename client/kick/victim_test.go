package kick_test

import (
	"strings"
	"testing"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

func webPages(n int) []kick.Instance {
	live := make([]kick.Instance, n)
	for i := range live {
		live[i] = kick.Instance{InstID: 1001 + uint64(i), Platform: wire.PlatformWeb, Order: uint64(i + 1)}
	}
	return live
}

func TestTheVictimIsTheOneTheSettingsChoose(t *testing.T) {
	newcomer := kick.Instance{InstID: 1004, Platform: wire.PlatformWeb, Order: 4}
	for victim, want := range map[kick.Victim]struct {
		id  uint64
		why string
	}{
		"":                {1001, "so the earliest, 1001, had to go."},
		kick.VictimOldest: {1001, "so the earliest, 1001, had to go."},
		kick.VictimNewest: {1003, "so the latest, 1003, had to go."},
	} {
		s := kick.Settings{Victim: victim, Instances: map[wire.Platform]int{wire.PlatformWeb: 3}}
		d := kick.Decide(s, webPages(3), newcomer)
		if len(d.Evict) != 1 || d.Evict[0].Instance.InstID != want.id || !strings.HasSuffix(d.Evict[0].Why, want.why) {
			t.Errorf("%q: %+v", victim, d.Evict)
		}
	}
}

func TestTheLotFallsOnEverybodyAndTheSameWayForOneSeed(t *testing.T) {
	s := kick.Settings{Victim: kick.VictimRandom, Seed: 7, Instances: map[wire.Platform]int{wire.PlatformWeb: 3}}
	other := s
	other.Seed = 8
	fell, differs := map[uint64]int{}, false
	for order := uint64(4); order < 304; order++ {
		newcomer := kick.Instance{InstID: 1000 + order, Platform: wire.PlatformWeb, Order: order}
		victim := func(s kick.Settings) uint64 {
			d := kick.Decide(s, webPages(3), newcomer)
			if len(d.Evict) != 1 || !strings.Contains(d.Evict[0].Why, "one drawn by lot") {
				t.Fatalf("%+v", d.Evict)
			}
			return d.Evict[0].Instance.InstID
		}
		fell[victim(s)]++
		if a, b := victim(s), victim(s); a != b {
			t.Fatal("one seed, two victims")
		}
		differs = differs || victim(s) != victim(other)
	}
	for _, in := range webPages(3) {
		if n := fell[in.InstID]; n < 60 || n > 140 {
			t.Errorf("%d had to go %d times of 300, want about 100", in.InstID, n)
		}
	}
	if !differs {
		t.Error("another seed changes nothing")
	}
}

func TestParseVictimReadsWhatStringWrites(t *testing.T) {
	for _, v := range kick.Victims() {
		if got, err := kick.ParseVictim(strings.ToUpper(v.String())); got != v || err != nil {
			t.Errorf("%q: %q, %v", v, got, err)
		}
	}
	if _, err := kick.ParseVictim("youngest"); err == nil {
		t.Error("a victim nobody knows was read")
	}
	if err := (kick.Settings{Victim: "youngest"}).Validate(); err == nil || !strings.Contains(err.Error(), `"youngest"`) {
		t.Errorf("%v", err)
	}
}
