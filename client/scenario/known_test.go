package scenario_test

import (
	"strings"
	"testing"

	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

func expecting(e string) string {
	return "kickbench: 1\nsandbox: {webhook: current}\nactors: {a: {user: alice}, b: {user: alice}, app: {foreign: true, user: tester}}\nsteps: [{login: [a, b]}]\nexpect:\n- " + e + "\n"
}

func TestAMisspeltWordIsNoExpectationThatAlwaysHolds(t *testing.T) {
	for _, c := range []struct{ expect, want string }{
		{"never: {on: a, name: KICKED_OUT, where: {type: multipleAcount}}", `6:44: where: no type is called "multipleAcount", there are multipleAccount, multipleDevice, userSigExpired, REST_API_Kick; did you mean "multipleAccount"?`},
		{"never: {on: a, name: kickedOut, where: {tpye: multipleAccount}}", `where: no member of kickedOut is called "tpye", there are byPlatform, late, type; did you mean "type"?`},
		{"never: {on: a, name: KICKED_OUT, where: {late: yes}}", `where: no late is called "yes", there are true, false`},
		{"never: {on: a, name: KICKED_OUT, where: {byPlatform: wep}}", `where: no byPlatform is called "wep"; did you mean "web"?`},
		{"never: {on: a, name: STATE_CHANGE, where: {to: Kiked}}", `where: no to is called "Kiked", there are Idle`},
		{"never: {on: a, name: NET_STATE_CHANGE, where: {state: lost}}", `where: no state is called "lost", there are connected, connecting, disconnected`},
		{"never: {on: a, name: MESSAGE_RECEIVED, where: {messages.0.txt: hi}}", `where: no member of MESSAGE_RECEIVED is called "txt"; did you mean "text"?`},
		{"never: {on: a, name: MESSAGE_RECEIVED, where: {messages.text: hi}}", `where: "text" in messages.text is no number: a list's items count from 0`},
		{"never: {on: a, name: SDK_READY, where: {x: hi}}", `where: no member of SDK_READY is called "x", there is none`},
		{"ledger: {kind: kick, rule: instance-limits, times: 0}", `6:30: no rule of kick is called "instance-limits", there are instance-limit, platform-policy, console, rest, defect; did you mean "instance-limit"?`},
		{"ledger: {kind: kickAfter, rule: return, times: 0}", `no rule of kickAfter is called "return", there are returned, resumed, left; did you mean "returned"?`},
		{"ledger: {kind: defect, rule: kick-swalowed, times: 0}", `no rule of defect is called "kick-swalowed"; did you mean "kick-swallowed"?`},
		{"ledger: {kind: login, rule: rest, times: 0}", `no rule of login is called "rest", there is none`},
		{"ledger: {kind: kick, user: alcie, times: 0}", `6:30: no user is called "alcie", there are alice, tester; did you mean "alice"?`},
		{"webhook: {user: alcie, times: 0}", `no user is called "alcie", there are alice, tester; did you mean "alice"?`},
	} {
		if got := firstMistake(t, expecting(c.expect)); !strings.Contains(got, c.want) {
			t.Errorf("%s\ngot  %s\nwant %s", c.expect, got, c.want)
		}
	}
	if got := firstMistake(t, "kickbench: 1\nactors: {a: {user: alice}}\nsteps: [{login: a}, {fault: {match: {user: alcie}, do: {drop: true}}}]\n"); !strings.Contains(got, `no user is called "alcie"`) {
		t.Error(got)
	}
}

func TestEveryRightWordOfAnExpectationIsTaken(t *testing.T) {
	for _, e := range []string{
		"never: {on: a, name: KICKED_OUT, where: {type: kickType-9, late: false, byPlatform: ipad}}",
		"never: {on: a, name: MESSAGE_RECEIVED, where: {messages.0.text: hi, messages.0.time: x, messages.0.elements.0.MsgContent.Text: hi, messages.0.elements.0.New: 1}}",
		"never: {on: a, name: CONVERSATION_LIST_UPDATED, where: {conversations.0.lastMessage.text: hi}}",
		"ledger: {kind: fault, rule: latency, times: 0}", "ledger: {kind: kick, rule: REST, user: tester, times: 0}",
		"ledger: {kind: expiry, rule: console, times: 0}",
	} {
		if _, err := scenario.Parse("x.yaml", []byte(expecting(e))); err != nil {
			t.Errorf("%s: %v", e, err)
		}
	}
}

func TestWhatAnEventLeavesOutIsFalse(t *testing.T) {
	for late, want := range map[string]run.Verdict{"false": run.Failed, "true": run.Passed} {
		res, got := outcome(t, "kickbench: 1\nactors: {a: {user: alice}, b: {user: alice}}\nsteps: [{login: [a, b]}]\nexpect: [{never: {on: a, name: KICKED_OUT, where: {late: "+late+"}}}]\n")
		if got[0] != want {
			t.Errorf("late: %s\n%s", late, story(res))
		}
	}
}
