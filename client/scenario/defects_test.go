package scenario_test

import (
	"slices"
	"testing"

	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

// found says which built-in scenario finds which defect of a server.
var found = map[sandbox.Defect]string{
	sandbox.DefectBothSidesKicked:        "newcomer-survives",
	sandbox.DefectKickLostOverReconnect:  "kicked-while-offline",
	sandbox.DefectKickSwallowed:          "no-silent-death",
	sandbox.DefectDoubleKickPush:         "one-kick-one-event",
	sandbox.DefectWrongKickType:          "logout-is-no-kick",
	sandbox.DefectKickSkippedForClonedID: "cloned-instance-id",
	sandbox.DefectMissedKickUnanswered:   "kicked-while-offline-silent",
	sandbox.DefectMissedKickRefused:      "kicked-while-offline-6208",
	sandbox.DefectExpiredOnlyOnSend:      "usersig-expires-while-idle",
	sandbox.DefectExpiredWhenLoggedOut:   "logged-out-page-is-told-nothing",
	sandbox.DefectFreshSigAfterExpiry:    "fresh-usersig-after-expiry",
	sandbox.DefectFreshSigAfterKick:      "fresh-usersig-after-rest-kick",
	sandbox.DefectOldSigSurvivesKick:     "rest-kick-ends-the-account",
	sandbox.DefectLoginAfterLogout:       "login-after-logout",
	sandbox.DefectLogoutLogsOutAll:       "logout-ends-only-itself",
	sandbox.DefectCommandsAfterKick:      "requests-of-a-kicked-instance-are-refused",
}

func TestEachDefectIsFoundByAScenarioThatPassesWithoutIt(t *testing.T) {
	all := library(t)
	for _, info := range sandbox.DefectTable() {
		t.Run(string(info.Name), func(t *testing.T) {
			t.Parallel()
			rows := all[found[info.Name]]
			if rows == nil {
				t.Fatal("no scenario finds it")
			}
			for _, on := range []bool{false, true} {
				failed := 0
				for _, row := range rows {
					s := *row
					s.Sandbox.Defects = slices.Clone(s.Sandbox.Defects)
					if on {
						s.Sandbox.Defects = append(s.Sandbox.Defects, scenario.Defect(info.Name))
					}
					res, err := scenario.Run(t.Context(), &s, scenario.Options{})
					if err != nil {
						t.Fatal(err)
					}
					if res.Verdict == run.Failed {
						failed++
					}
					if !on && res.Verdict != run.Passed || on && failed == 0 {
						t.Errorf("with the defect %v:\n%s", on, story(res))
					}
				}
			}
		})
	}
	if len(found) != len(sandbox.DefectTable()) {
		t.Errorf("%d scenarios for %d defects", len(found), len(sandbox.DefectTable()))
	}
}
