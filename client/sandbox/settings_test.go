package sandbox_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAChangeOfSettingsIsInForceAfterItsDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		after := 5 * time.Minute
		w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 2}, ApplyAfter: &after})
		s, err := w.srv.LoginSettings(app)
		if err != nil || s.Instances[wire.PlatformWeb] != 2 || s.EffectiveAt.Sub(w.srv.Now()) != after {
			t.Errorf("%+v, %v", s, err)
		}
		a1 := w.web("alice")
		a2 := w.web("alice")
		synctest.Wait()
		if len(a1.kicks()) != 1 {
			t.Error("the new limit was in force at once")
		}
		if err := w.srv.Advance(after); err != nil {
			t.Fatal(err)
		}
		w.web("alice")
		synctest.Wait()
		if len(a2.kicks()) != 0 {
			t.Error("the new limit is not in force")
		}
		if s, _ := w.srv.LoginSettings(app); !s.EffectiveAt.IsZero() {
			t.Errorf("still waiting: %+v", s)
		}
	})
}

func TestALaterChangeTakesAWaitingOneAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		slow, quick := 50*time.Minute, time.Minute
		w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 2}, ApplyAfter: &slow})
		single := kick.PolicySingle
		w.settings(sandbox.LoginSettingsPatch{Policy: &single, ApplyAfter: &quick})
		if n := w.srv.Waiting(); n != 1 {
			t.Errorf("%d changes wait, want one", n)
		}
		if err := w.srv.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		if r := w.records(sandbox.KindSettingsApplied); len(r) != 1 || !strings.Contains(r[0].Why, "policy single, web 2") {
			t.Errorf("%+v", r)
		}
	})
}

func TestALowerLimitEvictsNobodyUntilALogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(3)
		for range 3 {
			w.web("alice")
		}
		w.limit(1)
		synctest.Wait()
		if len(w.live("alice")) != 3 {
			t.Error("evicted by the setting itself")
		}
		w.web("alice")
		if len(w.live("alice")) != 1 || len(w.records(sandbox.KindKick)) != 3 {
			t.Errorf("live %v", w.live("alice"))
		}
	})
}

func TestSettingsSurviveJSON(t *testing.T) {
	in := sandbox.LoginSettings{Policy: kick.PolicyTriple, Instances: map[wire.Platform]int{wire.PlatformWeb: 10, wire.PlatformIPhone: 3}, ApplyAfter: 50 * time.Minute}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"policy":"triple","instances":{"iphone":3,"web":10},"applyAfter":"50m0s"}`; string(b) != want {
		t.Errorf("%s\nwant %s", b, want)
	}
	var out sandbox.LoginSettings
	if err := json.Unmarshal(b, &out); err != nil || out.Policy != in.Policy || out.ApplyAfter != in.ApplyAfter || out.Instances[wire.PlatformIPhone] != 3 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestDurationsKnowDays(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"180d": 180 * 24 * time.Hour, "1d12h": 36 * time.Hour, "90s": 90 * time.Second, "0s": 0, "-1d2h": -26 * time.Hour, "0": 0,
	} {
		got, err := sandbox.ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
		if again, err := sandbox.ParseDuration(sandbox.FormatDuration(want)); err != nil || again != want {
			t.Errorf("%s: written as %s", want, sandbox.FormatDuration(want))
		}
	}
	for _, text := range []string{"", "d", "x", "1", "999999999d", "NaNd", "1.5d", "1d-2h", "1dd", "9223372036854775807d", "106751d100h", "-106751d100h", "99999999h"} {
		if d, err := sandbox.ParseDuration(text); err == nil {
			t.Errorf("%q taken as %v", text, d)
		}
	}
}

func TestABadConfigurationIsRefused(t *testing.T) {
	for name, cfg := range map[string]sandbox.Config{
		"an app twice":   {Apps: []sandbox.App{{SDKAppID: 1}, {SDKAppID: 1}}},
		"web limit 11":   {Apps: []sandbox.App{{Settings: sandbox.LoginSettings{Instances: map[wire.Platform]int{wire.PlatformWeb: 11}}}}},
		"unknown policy": {Apps: []sandbox.App{{Settings: sandbox.LoginSettings{Policy: "x"}}}},
		"negative delay": {Apps: []sandbox.App{{Settings: sandbox.LoginSettings{ApplyAfter: -1}}}},
	} {
		if _, err := sandbox.New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
