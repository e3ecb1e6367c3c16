//go:build !headless

package workbench

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	fstorage "fyne.io/fyne/v2/storage"
)

// maxDropped bounds a scenario that is dragged onto the window: they are far smaller.
const maxDropped = 1 << 20

// What files are by their names.
var (
	scenarioFiles = []string{".yaml", ".yml"}
	sessionFiles  = []string{".jsonl", ".ndjson"}
)

// dropped takes files that were dragged onto the window. UI goroutine only.
func (w *window) dropped(_ fyne.Position, files []fyne.URI) {
	w.background(func() { w.openFiles(files) })
}

// chooseFile asks for a file to open. UI goroutine only.
func (w *window) chooseFile() {
	d := dialog.NewFileOpen(func(in fyne.URIReadCloser, err error) {
		if err != nil {
			w.notice.Fail(lang.L("The file cannot be opened"), err)
			return
		}
		if in == nil {
			return
		}
		file := in.URI()
		w.background(func() {
			_ = in.Close() // whoever reads it opens it again, from its begin
			w.openFiles([]fyne.URI{file})
		})
	}, w.win)
	d.SetFilter(fstorage.NewExtensionFileFilter(slices.Concat(sessionFiles, scenarioFiles)))
	d.Show()
}

// openFiles opens files as what they are: scenarios become the person's own, and the last
// one is shown; exported sessions show on the history's page and stay where they are. Not
// on the UI goroutine.
func (w *window) openFiles(files []fyne.URI) {
	var sessions []string
	for _, f := range files {
		is := func(exts []string) bool { return slices.Contains(exts, strings.ToLower(f.Extension())) }
		switch {
		case is(scenarioFiles):
			w.openScenario(f)
		case is(sessionFiles) && f.Scheme() == "file":
			sessions = append(sessions, f.Path())
		default:
			why := lang.L("Drop scenarios (.yaml) or exported sessions (.jsonl) here.")
			if ext := strings.ToLower(f.Extension()); ext == ".csv" || ext == ".har" {
				why = lang.L("CSV and HAR cannot be opened again; export the session as JSONL.")
			}
			w.b.dispatch(func() {
				w.notice.Fail(lang.L("{{.File}} cannot be taken", map[string]any{"File": f.Name()}), errors.New(why))
			})
		}
	}
	if len(sessions) > 0 {
		w.shell.ShowWorkspace()
		w.shell.ShowPage(pageHistory)
		w.history.OpenFiles(sessions...)
	}
}

func (w *window) openScenario(f fyne.URI) {
	w.shell.ShowWorkspace()
	w.shell.ShowPage(pageScenarios)
	id, err := w.takeScenario(f)
	if err != nil {
		w.scenarios.Fail(lang.L("{{.File}} cannot be taken", map[string]any{"File": f.Name()}), err)
		return
	}
	w.scenarios.Choose(id)
}

// takeScenario copies a scenario file, with or without mistakes: those are told where
// it is shown.
func (w *window) takeScenario(f fyne.URI) (id string, err error) {
	in, err := fstorage.Reader(f)
	if err != nil {
		return "", err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxDropped+1))
	switch {
	case err != nil:
		return "", err
	case len(data) > maxDropped:
		return "", errors.New(lang.L("It is larger than 1 MB."))
	}
	return w.b.shelf.add(fileName(strings.TrimSuffix(f.Name(), filepath.Ext(f.Name()))), data)
}
