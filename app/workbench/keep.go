//go:build !headless

package workbench

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
	"kickbench/storage"
)

// DefaultRetention holds where nobody chose another: no session is too old, and a
// gigabyte of them is enough.
var DefaultRetention = storage.Retention{MaxBytes: 1 << 30}

const (
	// pruneEvery is how often a program that runs on looks for what is overdue.
	pruneEvery = 24 * time.Hour
	// retryEvery is how often a history that another program holds is asked for.
	retryEvery = 5 * time.Second
	// retryWait is how long each asking waits: not long, for another comes.
	retryWait = 50 * time.Millisecond
)

// keeper applies the retention: at the start, once a day, and when it changes.
type keeper struct {
	changed chan struct{}

	mu   sync.Mutex
	what storage.Retention // guarded by mu
}

func newKeeper() *keeper { return &keeper{changed: make(chan struct{}, 1), what: DefaultRetention} }

func (k *keeper) set(r storage.Retention) {
	k.mu.Lock()
	k.what = r
	k.mu.Unlock()
	select {
	case k.changed <- struct{}{}:
	default:
	}
}

func (k *keeper) retention() storage.Retention {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.what
}

// run prunes until ctx ends; pruned is told what was removed, if anything was.
func (k *keeper) run(ctx context.Context, prune func(context.Context, storage.Retention, time.Time) (storage.Pruned, error), pruned func(storage.Pruned, error)) {
	daily := time.NewTicker(pruneEvery)
	defer daily.Stop()
	for {
		if p, err := prune(ctx, k.retention(), time.Now()); p.Sessions > 0 || err != nil && ctx.Err() == nil {
			pruned(p, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-daily.C:
		case <-k.changed:
		}
	}
}

// SetRetention says from now on what the history keeps, and applies it at once. Any
// goroutine; it returns without waiting.
func (b *Bench) SetRetention(r storage.Retention) { b.keeper.set(r) }

// Retention is what the history keeps.
func (b *Bench) Retention() storage.Retention { return b.keeper.retention() }

// openHistory opens the history, or says why there is none and goes on without it. One
// that another program holds is asked for again and again.
func (b *Bench) openHistory() {
	err := b.tryHistory()
	if err == nil {
		return
	}
	b.note(historyProblem(err))
	if !errors.Is(err, storage.ErrLocked) {
		return
	}
	b.tasks.Go(func() {
		t := time.NewTicker(retryEvery)
		defer t.Stop()
		for {
			select {
			case <-b.ctx.Done():
				return
			case <-t.C:
			}
			switch err := b.tryHistory(storage.WithLockTimeout(retryWait)); {
			case err == nil:
				b.announce(func(n *look.Notice) { n.Say(lang.L("The history is free again: sessions are recorded from now on.")) })
				return
			case !errors.Is(err, storage.ErrLocked):
				b.announce(func(n *look.Notice) { n.Fail(lang.L("The history cannot be used"), err) })
				return
			}
		}
	})
}

func (b *Bench) tryHistory(more ...storage.HistoryOption) error {
	teller := &historyTeller{b: b}
	h, err := storage.OpenHistory(filepath.Join(b.dir, historyFile), append(more, storage.WithOnStatus(teller.changed))...)
	if err != nil {
		return err
	}
	if o := h.Opened(); o.SetAside != "" {
		b.note(setAsideWords(o.SetAside))
		teller.begun(o.SetAside)
	}
	b.mu.Lock()
	b.history = h
	b.mu.Unlock()
	b.tasks.Go(func() { b.keeper.run(b.ctx, h.Prune, b.pruned) })
	return nil
}

func (b *Bench) pruned(p storage.Pruned, err error) {
	if err != nil {
		b.log.Warn("history retention", "err", err)
	}
	if p.Sessions > 0 {
		b.log.Info("history retention", "sessions", p.Sessions, "bytes", p.Bytes)
		b.reloadHistories()
	}
}

// all are the windows that are open.
func (b *Bench) all() []*window {
	b.mu.Lock()
	defer b.mu.Unlock()
	ws := make([]*window, 0, len(b.windows))
	for _, w := range b.windows {
		ws = append(ws, w)
	}
	return ws
}

// reloadHistories has every window's history page look again.
func (b *Bench) reloadHistories() {
	for _, w := range b.all() {
		w.past.reload()
	}
}

// announce shows a sentence in every window.
func (b *Bench) announce(say func(*look.Notice)) {
	for _, w := range b.all() {
		b.dispatch(func() { say(w.notice) })
	}
}

func setAsideWords(file string) string {
	return lang.L("The history was damaged and has been begun afresh. The old file is kept as {{.File}}.", map[string]any{"File": file})
}

// historyProblem says why the history could not be opened.
func historyProblem(err error) string {
	var locked *storage.LockedError
	var newer *storage.NewerSchemaError
	switch {
	case errors.As(err, &locked) && locked.PID != 0:
		return lang.L("The history {{.File}} is in use by another program, process {{.PID}}. Kickbench goes on without it, and takes it up when it is free.",
			map[string]any{"File": locked.Path, "PID": locked.PID})
	case errors.As(err, &locked):
		return lang.L("The history {{.File}} is in use by another program. Kickbench goes on without it, and takes it up when it is free.",
			map[string]any{"File": locked.Path})
	case errors.As(err, &newer):
		return lang.L("The history {{.File}} was written by a newer Kickbench and stays as it is. Update Kickbench, or move the file away; until then nothing is recorded.",
			map[string]any{"File": newer.Path})
	case storage.IsDiskFull(err):
		return lang.L("The history cannot be used: {{.Why}}", map[string]any{"Why": lang.L("the disk is full")})
	default:
		return lang.L("The history cannot be used: {{.Why}}", map[string]any{"Why": err.Error()})
	}
}

// historyTeller tells the windows how the recording goes. Its methods run one at a
// time: on the history's own goroutine, and begun before that can matter.
type historyTeller struct {
	b *Bench

	mu    sync.Mutex
	aside string // guarded by mu; the file last told of
	said  bool   // guarded by mu; a problem is told and not yet taken back
}

// begun notes what was told at the start already.
func (t *historyTeller) begun(aside string) {
	t.mu.Lock()
	t.aside = aside
	t.mu.Unlock()
}

func (t *historyTeller) changed(s storage.Status) {
	if say := t.words(s); say != nil {
		t.b.announce(say)
	}
}

// words is what a change is worth, nil for nothing.
func (t *historyTeller) words(s storage.Status) func(*look.Notice) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case s.SetAside != t.aside && s.SetAside != "":
		t.aside, t.said = s.SetAside, false
		return func(n *look.Notice) { n.Warn(setAsideWords(s.SetAside)) }
	case s.State == storage.Failing:
		t.said = true
		err := s.Err
		if storage.IsDiskFull(err) {
			err = errors.New(lang.L("the disk is full"))
		}
		return func(n *look.Notice) {
			n.Fail(lang.L("The history cannot be written. Kickbench goes on and tries again"), err)
		}
	case s.State == storage.Behind && s.Dropped > 0:
		t.said = true
		return func(n *look.Notice) {
			n.Warn(lang.L("The disk does not keep up: {{.Count}} events are missing in the history.", map[string]any{"Count": look.Count(int(s.Dropped))}))
		}
	case s.State == storage.Recording && t.said:
		t.said = false
		if s.Dropped > 0 {
			return func(n *look.Notice) {
				n.Say(lang.L("The history is recorded again; {{.Count}} events are missing in it, and it says where.", map[string]any{"Count": look.Count(int(s.Dropped))}))
			}
		}
		return func(n *look.Notice) { n.Say(lang.L("The history is recorded again; nothing was lost.")) }
	}
	return nil
}
