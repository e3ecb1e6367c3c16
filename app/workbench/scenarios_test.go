//go:build !headless

package workbench

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// stage is a window with its scenarios read.
func stage(t *testing.T) (*bench, *window) {
	t.Helper()
	keyring.MockInit()
	b := open(t, t.TempDir())
	t.Cleanup(b.close)
	w := b.window(1)
	w.shell.ShowWorkspace()
	w.shell.ShowPage(pageScenarios)
	b.until("the library is read", func() bool { return len(b.shelf.items()) > 30 })
	return b, w
}

// tells waits until the window shows all of these; text that wraps is on several lines.
func (b *bench) tells(w *window, words ...string) {
	b.t.Helper()
	for _, word := range words {
		b.until("it shows "+word, func() bool { return strings.Contains(strings.Join(strings.Fields(b.text(w)), " "), word) },
			func() any { return b.text(w) })
	}
}

// whole are the IDs of all that can run by themselves.
func whole(s *shelf) (ids []string) {
	for _, it := range s.items() {
		if !it.Foreign && len(it.Variants) > 0 {
			ids = append(ids, it.ID)
		}
	}
	return ids
}

func (t *theatre) resting() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stop == nil
}

func TestAllBuiltInScenariosPassInTheWindow(t *testing.T) {
	b, w := stage(t)
	ids := whole(b.shelf)
	w.theatre.RunScenarios(ids)
	w.theatre.RunScenarios(ids[:1]) // while others run: ignored
	// All of them keep a busy machine, or the race detector, longer than one wait lasts.
	for deadline := time.Now().Add(5 * time.Minute); !w.theatre.resting() && time.Now().Before(deadline); {
		select {
		case <-b.q.more:
		case <-time.After(5 * time.Millisecond):
		}
		b.q.drain()
	}
	b.until("all have run", w.theatre.resting)
	w.theatre.mu.Lock()
	defer w.theatre.mu.Unlock()
	for _, id := range ids {
		for _, r := range w.theatre.results[id] {
			if r.Verdict != run.Passed {
				t.Errorf("%s: %s %s", r.FullName(), r.Verdict, r.Error)
			}
		}
	}
}

func TestARunShowsItsVerdictStepsAndPicture(t *testing.T) {
	b, w := stage(t)
	w.scenarios.Choose("builtin:mutual-kick-war")
	b.tells(w, "What it proves", "Not run yet", "No picture yet")
	w.theatre.RunScenarios([]string{"builtin:mutual-kick-war"})
	b.tells(w, "It went as expected", "seed", "What the judges say", "All users")
}

func TestStoppedScenariosSayThatTheyWere(t *testing.T) {
	b, w := stage(t)
	w.theatre.StopScenarios() // nothing runs: nothing happens
	file := b.own(w, "long.yaml", "kickbench: 1\nsandbox: {clock: real}\nactors:\n  a: {user: alice}\nsteps:\n  - login: a\n  - wait: 1h\n")
	w.theatre.RunScenarios([]string{file})
	b.tells(w, "a logs in", "Running", "59:", "All users") // and the picture grows
	w.theatre.StopScenarios()
	b.until("it has stopped", w.theatre.resting)
	b.tells(w, "It was told to stop before it was over.")
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestACopyIsMineAndIsReadAgainWhenItIsEdited(t *testing.T) {
	b, w := stage(t)
	copied := func() string {
		got := make(chan string, 1)
		b.must(func(reply func(error)) {
			w.theatre.CopyScenario("builtin:mutual-kick-war", func(id string, err error) { got <- id; reply(err) })
		})
		return <-got
	}
	first, second := copied(), copied()
	if filepath.Base(first) != "mutual-kick-war.yaml" || filepath.Base(second) != "mutual-kick-war-2.yaml" {
		t.Errorf("the copies are %s and %s", first, second)
	}
	w.scenarios.Choose(second)
	b.tells(w, "Your own", "What it proves")
	data, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	write(t, second, strings.Replace(string(data), "steps:", "stpes:", 1))
	b.tells(w, "Did you mean “steps”?", "This file cannot be run yet.")
	write(t, second, strings.Replace(string(data), "wait: 1m", "wait: 2m", 1))
	b.tells(w, "2m0s pass")
	if err := os.Remove(second); err != nil {
		t.Fatal(err)
	}
	b.until("the file that is gone is gone here", func() bool { return !slices.Contains(whole(b.shelf), second) })
}

func TestTheReportIsWrittenAsAPage(t *testing.T) {
	b, w := stage(t)
	if err := b.ask(func(r func(error)) { w.theatre.OpenScenarioReport("builtin:one-kick-one-event", r) }); err == nil {
		t.Error("there is a report of what was never run")
	}
	w.theatre.RunScenarios([]string{"builtin:one-kick-one-event"})
	b.until("it has run", w.theatre.resting)
	told := make(chan error, 1) // no browser here
	w.theatre.OpenScenarioReport("builtin:one-kick-one-event", func(err error) { told <- err })
	b.until("it is opened", func() bool { return len(told) > 0 })
	page, err := os.ReadFile(filepath.Join(b.dir, reportFolder, "one-kick-one-event.html"))
	if err != nil || !strings.Contains(string(page), "one-kick-one-event") {
		t.Errorf("%v: %.80s", err, page)
	}
}

func TestAWindowThatClosesEndsItsScenarios(t *testing.T) {
	b, w := stage(t)
	file := filepath.Join(b.shelf.dir, "long.yaml")
	write(t, file, "kickbench: 1\nsandbox: {clock: real}\nactors:\n  a: {user: alice}\nsteps:\n  - login: a\n  - wait: 1h\n")
	b.until("the new file is read", func() bool { return slices.Contains(whole(b.shelf), file) })
	w.theatre.RunScenarios([]string{file})
	w.cancel()
	b.until("it has stopped", w.theatre.resting)
}

func TestAFilesNameIsOneThatEveryFileSystemTakes(t *testing.T) {
	for name, want := range map[string]string{
		"two-tabs": "two-tabs", "a/../b": "b", `x:y*z`: "x-y-z", "": "scenario", "..": "scenario", "双开.yaml": "双开",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
	if got := quoted("/home/a b/it's.yaml"); got != `'/home/a b/it'\''s.yaml'` {
		t.Errorf("quoted: %s", got)
	}
}

// record asks for a recording to begin or end.
func (b *bench) record(w *window, on bool) (own, note string) {
	b.t.Helper()
	b.must(func(reply func(error)) {
		w.theatre.RecordScenario(on, func(o, n string, err error) {
			own, note = o, n
			reply(err)
		})
	})
	return own, note
}

func TestWhatIsDoneByHandBecomesAScenarioThatPasses(t *testing.T) {
	b, w, c := ready(t)
	b.until("the library is read", func() bool { return len(b.shelf.items()) > 30 })
	b.record(w, true)
	if own, _ := b.record(w, false); own != "" {
		t.Errorf("nothing was done, and there is a file %s", own)
	}
	b.record(w, true)
	b.must(func(r func(error)) { c.Advance("1h", r) })
	w.NewInstance(wire.PlatformWeb, func(error) {})
	b.until("there is another window", func() bool { return b.window(2) != nil })
	b.reaches(b.window(2), client.Ready)
	b.reaches(w, client.Kicked)
	b.must(b.window(2).KickByREST)
	b.reaches(b.window(2), client.Kicked)
	own, note := b.record(w, false)
	v, ok := b.shelf.find(own)
	if !ok || len(v.rows) != 1 || note != "" {
		t.Fatalf("%q, %q: %+v", own, note, v.item.Problems)
	}
	for _, want := range []string{
		"- login: alice-web\n", "- advance: 1h", "- login: alice-web-2\n", "- restKick: alice\n", "by: alice-web-2", "type: REST_API_Kick", "online: []",
	} {
		if !strings.Contains(string(v.text), want) {
			t.Errorf("%q is not in\n%s", want, v.text)
		}
	}
	w.shell.ShowWorkspace()
	w.shell.ShowPage(pageScenarios)
	w.scenarios.Choose(own)
	w.theatre.RunScenarios([]string{own})
	b.tells(w, "It went as expected")
}
