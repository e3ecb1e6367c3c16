package judge_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"kickbench/client"
	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// kicked is a clean run in which a is kicked by b, comes back and logs out.
func kicked(t *testing.T) run.Result {
	return scene(t, web(1), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Pass(time.Second)
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
		_ = a.Say("bob", "too late")
		s.Pass(time.Second)
		_ = a.Login()
		s.Pass(time.Second)
		_ = a.Logout()
	})
}

// index is where actor's n-th event of a name is, from 1.
func index(t *testing.T, r run.Result, actor, name string, n int) int {
	t.Helper()
	for i, e := range r.Events {
		if e.Actor == actor && e.Name == name {
			if n--; n == 0 {
				return i
			}
		}
	}
	t.Fatalf("%s has no such %s", actor, name)
	return 0
}

// renumber gives an actor's events the numbers a client would.
func renumber(r *run.Result, actor string) {
	n := uint64(0)
	for i := range r.Events {
		if r.Events[i].Actor == actor {
			n++
			r.Events[i].Seq = n
		}
	}
}

func TestTheLinterFindsEachPlantedFault(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(*testing.T, *run.Result)
		says  string
	}{
		"SDK_NOT_READY before KICKED_OUT": {func(t *testing.T, r *run.Result) {
			i, j := index(t, *r, "a", client.NameKickedOut, 1), index(t, *r, "a", client.NameSDKNotReady, 1)
			r.Events[i], r.Events[j] = r.Events[j], r.Events[i]
			renumber(r, "a")
		}, "KICKED_OUT came after SDK_NOT_READY"},
		"KICKED_OUT twice": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameKickedOut, 1)
			r.Events = slices.Insert(r.Events, i, r.Events[i])
			renumber(r, "a")
		}, "KICKED_OUT came twice"},
		"SDK_NOT_READY twice": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameSDKNotReady, 1)
			r.Events = slices.Insert(r.Events, i, r.Events[i])
			renumber(r, "a")
		}, "SDK_NOT_READY came twice"},
		"SDK_READY twice": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameSDKReady, 1)
			r.Events = slices.Insert(r.Events, i, r.Events[i])
			renumber(r, "a")
		}, "SDK_READY came twice"},
		"no SDK_NOT_READY after the kick": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameSDKNotReady, 1)
			r.Events = slices.Delete(r.Events, i, i+1)
			renumber(r, "a")
		}, "no SDK_NOT_READY between them"},
		"and none at all": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameKickedOut, 1)
			r.Events = slices.DeleteFunc(r.Events[:i+1], func(e run.Event) bool { return e.Actor != "a" })
			renumber(r, "a")
		}, "was not followed by SDK_NOT_READY"},
		"a kick told as nothing": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameKickedOut, 1)
			r.Events = slices.Delete(r.Events, i, i+1)
			renumber(r, "a")
		}, "nobody can say why"},
		"a logout told as a kick": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameSDKNotReady, 2)
			e := r.Events[index(t, *r, "a", client.NameKickedOut, 1)]
			e.Time = r.Events[i].Time
			r.Events = slices.Insert(r.Events, i+1, e)
			renumber(r, "a")
		}, "although the instance had logged out by itself"},
		"a kick before any login": {func(t *testing.T, r *run.Result) {
			e := r.Events[index(t, *r, "a", client.NameKickedOut, 1)]
			e.Time = r.From
			r.Events = slices.Insert(r.Events, 0, e)
			renumber(r, "a")
		}, "without a session"},
		"an event is missing": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameSDKReady, 1)
			r.Events = slices.Delete(r.Events, i, i+1)
		}, "one is missing"},
		"a chat event after the end": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameSDKNotReady, 2)
			e := r.Events[i]
			e.Name, e.Const, e.Data = client.NameMessageReceived, "MESSAGE_RECEIVED", jsontext.Value("{}")
			r.Events = slices.Insert(r.Events, i+1, e)
			renumber(r, "a")
		}, "MESSAGE_RECEIVED came after the session had ended"},
		"an event after SDK_DESTROY": {func(t *testing.T, r *run.Result) {
			e := r.Events[index(t, *r, "a", client.NameSDKReady, 1)]
			e.Name, e.Const = client.NameSDKDestroy, "SDK_DESTROY"
			r.Events = slices.Insert(r.Events, index(t, *r, "a", client.NameSDKReady, 1), e)
			renumber(r, "a")
		}, "SDK_READY came after SDK_DESTROY"},
		"the clock goes back": {func(t *testing.T, r *run.Result) {
			r.Events[index(t, *r, "a", client.NameKickedOut, 1)].Time = r.From.Add(-time.Second)
		}, "is older than the event before it"},
		"states do not join": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", "stateChange", 2)
			r.Events[i].Data = jsontext.Value(`{"from":7,"to":3}`)
		}, "STATE_CHANGE begins at state 7"},
		"a call works after the kick": {func(t *testing.T, r *run.Result) {
			for i := range r.Calls {
				if r.Calls[i].Op == "send" {
					r.Calls[i].Code, r.Calls[i].Error = 0, ""
					return
				}
			}
			t.Fatal("nobody sent anything")
		}, "send succeeded after the kick"},
		"the next page begins with the end of the last": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameSDKNotReady, 1)
			for j := range r.Events {
				if j >= i && r.Events[j].Actor == "a" {
					r.Events[j].Page = 2
				}
			}
		}, "SDK_NOT_READY came before any SDK_READY"},
		"the session is taken up again": {func(t *testing.T, r *run.Result) {
			at := r.Events[index(t, *r, "a", client.NameSDKNotReady, 1)].Time.Add(300 * time.Millisecond)
			r.Frames = append(r.Frames, run.Frame{Actor: "a", Page: 1, Time: at, Up: true, Command: wire.CmdLogin, JSON: jsontext.Value(`{"head":{"a2":"•••","servcmd":"im_open_status.wslogin"}}`)})
		}, "300ms after SDK_NOT_READY the instance tried to take its old session up again"},
	} {
		t.Run(name, func(t *testing.T) {
			r := kicked(t)
			mustBeClean(t, r)
			c.plant(t, &r)
			mustFind(t, r, judge.Linter, c.says)
		})
	}
}

func TestTheLinterFindsAKickPushedTwice(t *testing.T) {
	mustFind(t, scene(t, web(1), func(s *sample.Stage) {
		s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
	}, "double-kick-push"), judge.Linter, "The kick was pushed twice.")
}

// A session event that is lost, comes twice or changes places with its neighbour is
// always found, wherever it stands and although the numbers are in order.
func TestTheLinterFindsAnyLostDoubledOrSwappedSessionEvent(t *testing.T) {
	whole := kicked(t)
	session := func(e run.Event) bool {
		return e.Name == client.NameSDKReady || e.Name == client.NameSDKNotReady || e.Name == client.NameKickedOut
	}
	rapid.Check(t, func(t *rapid.T) {
		r := whole
		r.Events = slices.Clone(whole.EventsOf("a"))
		if fs := judge.Lint(r); fs != nil {
			t.Fatalf("not clean: %+v", fs)
		}
		var at []int
		for i, e := range r.Events {
			if session(e) {
				at = append(at, i)
			}
		}
		n := rapid.IntRange(0, len(at)-2).Draw(t, "where") // the last one, lost, is only not there yet
		i, j := at[n], at[n+1]
		switch rapid.SampledFrom([]string{"lost", "doubled", "swapped"}).Draw(t, "how") {
		case "lost":
			r.Events = slices.Delete(r.Events, i, i+1)
		case "doubled":
			r.Events = slices.Insert(r.Events, i, r.Events[i])
		case "swapped":
			r.Events[i], r.Events[j] = r.Events[j], r.Events[i]
			r.Events[i].Time, r.Events[j].Time = r.Events[j].Time, r.Events[i].Time
		}
		renumber(&r, "a")
		if !judge.Failed(judge.Lint(r)) {
			t.Fatalf("nothing was found: %+v", r.Events)
		}
	})
}
