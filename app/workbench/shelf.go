//go:build !headless

package workbench

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"kickbench/assets"
	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
	"kickbench/screens/scenarios"
)

// shelf holds the scenarios there are: the built-in ones and the files of the person's
// own folder, which it reads again whenever they change. All windows show the same.
type shelf struct {
	dir  string                 // of own files
	tell func([]scenarios.Item) // called with what there is, after each change; any goroutine

	reading sync.Mutex // one reading at a time, so that the last told is the last read

	mu    sync.Mutex
	built []volume // guarded by mu; nil before the first reading
	own   []volume // guarded by mu
}

// volume is one file: what runs, and what the page shows of it.
type volume struct {
	item scenarios.Item
	rows []*scenario.Scenario
	text []byte
}

// items are all, own ones first.
func (s *shelf) items() []scenarios.Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []scenarios.Item
	for _, v := range slices.Concat(s.own, s.built) {
		out = append(out, v.item)
	}
	return out
}

func (s *shelf) find(id string) (volume, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range slices.Concat(s.own, s.built) {
		if v.item.ID == id {
			return v, true
		}
	}
	return volume{}, false
}

// read reads all files and tells what there is.
func (s *shelf) read() error {
	s.reading.Lock()
	defer s.reading.Unlock()
	s.mu.Lock()
	built := s.built
	s.mu.Unlock()
	if built == nil {
		built = readBuiltIn()
	}
	own, err := readFolder(s.dir)
	s.mu.Lock()
	s.built, s.own = built, own
	s.mu.Unlock()
	s.tell(s.items())
	return err
}

func readBuiltIn() []volume {
	files, err := fs.Sub(assets.Scenarios, "scenarios")
	if err != nil {
		return nil
	}
	names, _ := fs.Glob(files, "*.yaml")
	out := make([]volume, 0, len(names))
	for _, n := range names {
		data, err := fs.ReadFile(files, n)
		name := strings.TrimSuffix(n, ".yaml")
		out = append(out, volumeOf(scenario.BuiltIn+name, name, false, data, err))
	}
	return out
}

// maxOwn bounds how many files of the folder are read, and maxOwnFile how large one may
// be: somebody may have pointed it at something else.
const (
	maxOwn     = 1000
	maxOwnFile = 1 << 20
)

func readFolder(dir string) ([]volume, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []volume
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if e.IsDir() || ext != ".yaml" && ext != ".yml" || strings.HasPrefix(e.Name(), ".") || len(out) == maxOwn {
			continue
		}
		path := filepath.Join(dir, e.Name())
		var data []byte
		info, err := os.Stat(path)
		switch {
		case err == nil && info.Size() > maxOwnFile:
			err = errors.New("the file is larger than 1 MiB")
		case err == nil:
			data, err = os.ReadFile(path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since the folder was read
		}
		out = append(out, volumeOf(path, strings.TrimSuffix(e.Name(), ext), true, data, err))
	}
	slices.SortStableFunc(out, func(a, b volume) int { return strings.Compare(a.item.Name, b.item.Name) })
	return out, err
}

// volumeOf reads one file; its mistakes are the page's to show.
func volumeOf(id, name string, own bool, data []byte, err error) volume {
	v := volume{text: data, item: scenarios.Item{ID: id, Name: name, Own: own, Command: "kickbench run " + quoted(id)}}
	if err == nil {
		v.rows, err = scenario.Parse(id, data)
	}
	var mistakes *scenario.Problems
	switch {
	case errors.As(err, &mistakes):
		for _, p := range mistakes.List {
			p.Message = sentence(p.Message)
			v.item.Problems = append(v.item.Problems, scenarios.Problem(p))
		}
	case err != nil:
		v.item.Problems = []scenarios.Problem{{Line: 1, Column: 1, Message: sentence(err.Error())}}
	}
	if len(v.item.Problems) > 0 || len(v.rows) == 0 {
		v.rows = nil
		return v
	}
	s := v.rows[0]
	if s.Name != "" && s.Name != id {
		v.item.Name = s.Name
	}
	v.item.Title, v.item.Proves, v.item.Source, v.item.Grade = sentence(s.Title), sentence(s.Proves), s.Source, string(s.Grade)
	v.item.Tags, v.item.Foreign = s.Tags, s.Foreign()
	for _, tag := range s.Tags {
		v.item.TagWords = append(v.item.TagWords, strings.TrimPrefix(sentence("tag:"+tag), "tag:"))
	}
	for _, r := range v.rows {
		v.item.Variants = append(v.item.Variants, variantOf(r))
	}
	return v
}

func variantOf(s *scenario.Scenario) scenarios.Variant {
	var v scenarios.Variant
	for i, k := range slices.Sorted(maps.Keys(s.Variant)) {
		if i > 0 {
			v.Name += " "
		}
		v.Name += k + "=" + s.Variant[k]
	}
	turns := s.Turns()
	for i, st := range s.Plan() {
		step := stepOf(st, scenarios.NotRun)
		step.Say, step.Guests, step.Watch = st.Kind == "say", guests(turns[i].LogIn), turns[i].Watch
		v.Steps = append(v.Steps, step)
	}
	for _, e := range s.Expect {
		v.Expectations = append(v.Expectations, scenarios.Expectation{Text: sentence(e.String())})
	}
	return v
}

func stepOf(st run.Step, s scenarios.Status) scenarios.Step {
	return scenarios.Step{
		Round: st.Round, Branch: st.Branch, Text: sentence(st.Text), Status: s, Took: st.Ended.Sub(st.Began),
		Message: sentence(st.Message), Before: sentences(st.Before),
	}
}

// quoted is an argument as a shell takes it.
func quoted(arg string) string {
	if !strings.ContainsFunc(arg, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,", r)
	}) {
		return arg
	}
	if runtime.GOOS == "windows" { // cmd and PowerShell both take it so; a path has no quotes
		return `"` + arg + `"`
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// add writes a new file of the person's own and gives its ID. No file is overwritten.
func (s *shelf) add(name string, data []byte) (id string, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		file := name + ".yaml"
		if n > 1 {
			file = name + "-" + strconv.Itoa(n) + ".yaml"
		}
		path := filepath.Join(s.dir, file)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) && n < maxOwn {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(data)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(path) // half of it is none
			return "", err
		}
		return path, s.read()
	}
}

// How long after a change of the folder it is read again, since editors write in
// several goes, and how often it is looked at where nothing tells of changes.
const (
	settleFolder = 150 * time.Millisecond
	pollFolder   = 3 * time.Second
)

// watch reads the folder again whenever something in it changes, until ctx ends.
func (s *shelf) watch(ctx context.Context, failed func(error)) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		failed(err)
	}
	again := func() {
		if err := s.read(); err != nil {
			failed(err)
		}
	}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		defer func() { _ = w.Close() }()
		err = w.Add(s.dir)
	}
	again() // after the watch began: no change falls between
	if err != nil {
		s.poll(ctx, again)
		return
	}
	later := time.NewTimer(0)
	later.Stop()
	defer later.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.Events:
			if !ok {
				return
			}
			if e.Op != fsnotify.Chmod {
				later.Reset(settleFolder)
			}
		case <-w.Errors: // some were lost: what is there counts
			later.Reset(settleFolder)
		case <-later.C:
			again()
		}
	}
}

// poll is for where the system tells of no changes: a network drive, or too many watches.
func (s *shelf) poll(ctx context.Context, again func()) {
	t := time.NewTicker(pollFolder)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			again()
		}
	}
}
