//go:build !headless

package workbench

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	fstorage "fyne.io/fyne/v2/storage"
)

func TestAScenarioDraggedOntoTheWindowIsOnesOwn(t *testing.T) {
	b, w := stage(t)
	dir := t.TempDir()
	drop := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w.dropped(fyne.Position{}, []fyne.URI{fstorage.NewFileURI(path)})
	}
	drop("from-a-ticket.yml", "kickbench: 1\ntitle: \"Seen on Friday\"\nactors: {a: {user: alice}}\nsteps: [{login: a}]\n")
	b.tells(w, "from-a-ticket", "Seen on Friday")
	if kept, err := os.ReadFile(filepath.Join(b.shelf.dir, "from-a-ticket.yaml")); err != nil || len(kept) == 0 {
		t.Errorf("%q, %v", kept, err)
	}
	drop("holiday.png", "no scenario")
	b.tells(w, "holiday.png cannot be taken", "Drop scenarios (.yaml) or exported sessions (.jsonl) here.")
}
