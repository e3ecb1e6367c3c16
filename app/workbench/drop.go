//go:build !headless

package workbench

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	fstorage "fyne.io/fyne/v2/storage"
)

// maxDropped bounds a file that is dragged onto the window: scenarios are far smaller.
const maxDropped = 1 << 20

// dropped takes files that were dragged onto the window: scenarios become the person's
// own, and the last one is shown. UI goroutine only.
func (w *window) dropped(_ fyne.Position, files []fyne.URI) {
	w.background(func() {
		w.shell.ShowWorkspace()
		w.shell.ShowPage(pageScenarios)
		for _, f := range files {
			id, err := w.takeScenario(f)
			if err != nil {
				w.scenarios.Fail(lang.L("{{.File}} cannot be taken", map[string]any{"File": f.Name()}), err)
				continue
			}
			w.scenarios.Choose(id)
		}
	})
}

// takeScenario copies a scenario file, with or without mistakes: those are told where
// it is shown.
func (w *window) takeScenario(f fyne.URI) (id string, err error) {
	if !slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(f.Extension())) {
		return "", errors.New(lang.L("Drop scenarios here, as files that end with .yaml."))
	}
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
