package scenario_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
)

// withApps runs a file, and has these of its actors be apps under test.
func withApps(t *testing.T, file string, apps ...string) run.Result {
	t.Helper()
	res, err := scenario.Run(t.Context(), parse(t, file), scenario.Options{})
	if err != nil || res.Verdict != run.Passed {
		t.Fatalf("%v %s\n%s", err, res.Verdict, story(res))
	}
	for i := range res.Actors {
		res.Actors[i].Foreign = slices.Contains(apps, res.Actors[i].Name)
	}
	return res
}

func says(t *testing.T, fs []run.Finding, severity run.Severity, message string) {
	t.Helper()
	for _, f := range fs {
		if f.Severity == severity && strings.Contains(f.Message, message) {
			return
		}
	}
	t.Errorf("no %s says %q: %+v", severity, message, fs)
}

// A page that is loaded anew is another instance with another ID each time.
func TestAWarOfAppsThatReloadTheirPagesIsFoundAndMeasured(t *testing.T) {
	r := withApps(t, `
kickbench: 1
actors: {office: {user: alice}, home: {user: alice}, carol: {user: carol}}
steps:
  - repeat: {times: 10, steps: [{refresh: office}, {wait: 1s}, {refresh: home}, {wait: 1s}]}
  - login: carol
`, "office", "home")
	wars := judge.FindWars(r)
	if len(wars) != 1 {
		t.Fatalf("%d wars: %+v", len(wars), wars)
	}
	second := func(d run.Duration) bool { return time.Duration(d).Round(time.Second) == time.Second }
	if w := wars[0]; w.Rounds != 19 || w.Between != [2]string{"office", "home"} || !w.Foreign || !second(w.Period) || !second(w.Answers[0]) || !second(w.Answers[1]) {
		t.Errorf("%+v", w)
	}
	says(t, judge.Wars(r), run.SeverityError, "office and home evicted each other 19 times in turn")
}

func TestTwoPagesOfOneAppAreAtWarByTheirOwnIDs(t *testing.T) {
	r := withApps(t, `
kickbench: 1
actors: {first: {user: alice}, second: {user: alice}}
steps:
  - repeat: {times: 4, steps: [{login: first}, {wait: 1s}, {login: second}, {wait: 1s}]}
`, "first")
	app := &r.Actors[0]
	app.InstIDs = append(slices.Clone(app.InstIDs), r.Actors[1].InstIDs...)
	app.InstanceIDs = append(slices.Clone(app.InstanceIDs), r.Actors[1].InstanceIDs...)
	r.Actors = r.Actors[:1]
	says(t, judge.Wars(r), run.SeverityError, "first and first evicted each other 7 times in turn")
}

func TestPagesThatAreReloadedInPeaceAreNoWar(t *testing.T) {
	r := withApps(t, `
kickbench: 1
sandbox: {instances: {web: 2}}
actors: {office: {user: alice}, home: {user: alice}}
steps:
  - repeat: {times: 10, steps: [{refresh: office}, {wait: 1s}, {refresh: home}, {wait: 1s}]}
`, "office", "home")
	if w := judge.FindWars(r); w != nil {
		t.Errorf("%+v", w)
	}
}

func TestAnAppThatReloadsItsPageOnAKickIsFoundOut(t *testing.T) {
	at := func(pause string) []run.Finding {
		return judge.Observe(withApps(t, `
kickbench: 1
actors: {app: {user: alice}, other: {user: bob}}
steps:
  - login: app
  - kick: {actor: app, type: multipleAccount}
  - wait: `+pause+`
  - refresh: app
  - wait: 30s
  - login: other
`, "app"))
	}
	says(t, at("500ms"), run.SeverityError, "logged in again by itself")
	says(t, at("3s"), run.SeverityWarning, "hardly somebody's decision")
	says(t, at("1m"), run.SeverityInfo, "and logged in again 1m0s later")
}

func TestAReloadedPageThatTriesItsOldUserSigAgainIsFoundOut(t *testing.T) {
	r := withApps(t, `
kickbench: 1
actors: {app: {user: alice}}
steps:
  - login: app
  - wait: 2s
  - restKick: alice
  - wait: 1s
  - refresh: {actor: app, userSig: previous, fails: 70052}
  - wait: 1s
  - refresh: {actor: app, userSig: previous, fails: 70052}
  - wait: 20s
  - refresh: app
`, "app")
	says(t, judge.Observe(r), run.SeverityError, "and had 2 logins refused (70052) first")
	if d := judge.Deeds(r); len(d) != 1 || d[0].Back != "returned" || len(d[0].Refused) != 2 {
		t.Errorf("%+v", d)
	}
}

// What another page of the app does is no answer to a kick of this one.
func TestAnotherPageOfTheAppThatIsReloadedIsNoReturnOfTheKickedOne(t *testing.T) {
	r := withApps(t, `
kickbench: 1
sandbox: {instances: {web: 3}}
actors: {app: {user: alice}, tab: {user: alice}}
steps:
  - login: [app, tab]
  - kick: {actor: app, type: multipleAccount}
  - wait: 300ms
  - refresh: tab
  - wait: 30s
  - refresh: tab
`, "app")
	app := &r.Actors[0]
	app.InstIDs = append(slices.Clone(app.InstIDs), r.Actors[1].InstIDs...)
	app.InstanceIDs = append(slices.Clone(app.InstanceIDs), r.Actors[1].InstanceIDs...)
	r.Actors = r.Actors[:1]
	says(t, judge.Observe(r), run.SeverityInfo, "acknowledged it and stayed away for the 30")
}
