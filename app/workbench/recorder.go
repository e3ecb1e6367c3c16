//go:build !headless

package workbench

import (
	"cmp"
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/client/scenario/record"
	"kickbench/client/scenario/run"
	"kickbench/screens/login"
)

// recording follows the sandbox's ledger until it is ended.
type recording struct {
	b    *Bench
	app  uint64
	stop context.CancelFunc
	done chan struct{}

	// The goroutine's that follows, until done.
	rec  *record.Recorder
	last uint64 // the ledger's number up to which it has followed
}

// RecordScenario begins to write down what is done by hand, in whatever window, or ends
// it.
func (t *theatre) RecordScenario(on bool, reply func(own, note string, err error)) {
	t.w.background(func() {
		if on {
			reply("", "", t.beginRecording())
			return
		}
		reply(t.endRecording())
	})
}

func (t *theatre) beginRecording() error {
	b := t.w.b
	app := uint64(sandbox.DefaultSDKAppID)
	if in := t.w.instance(); in != nil && in.form.Server == login.Sandbox {
		app = in.form.SDKAppID
	}
	settings, err := b.srv.LoginSettings(app)
	if err != nil {
		return err
	}
	r := &recording{b: b, app: app, done: make(chan struct{})}
	if all := b.srv.Ledger(0, ""); len(all) > 0 {
		r.last = all[len(all)-1].Seq
	}
	r.rec = record.New(record.Start{
		SDKAppID: app, Settings: settings, Defects: b.srv.Defects(),
		Instances: b.srv.Instances(sandbox.Filter{SDKAppID: app}), Now: b.srv.Now(),
	})
	ctx, cancel := context.WithCancel(t.w.ctx)
	r.stop = cancel
	t.mu.Lock()
	busy := t.recording != nil
	if !busy {
		t.recording = r
	}
	t.mu.Unlock()
	if busy {
		cancel()
		return nil
	}
	b.tasks.Go(func() {
		defer close(r.done)
		for rec := range b.srv.Watch(ctx, r.last) {
			r.add(rec)
		}
	})
	return nil
}

func (r *recording) add(rec sandbox.Record) {
	if rec.Kind == sandbox.KindSettings && rec.SDKAppID == r.app {
		if s, err := r.b.srv.LoginSettings(r.app); err == nil {
			r.rec.Settings(s)
		}
	}
	r.last = rec.Seq
	r.rec.Add(rec)
}

// endRecording makes a file of the person's own of what was done, and runs it once: a
// recording that does not replay is told at once, not in CI.
func (t *theatre) endRecording() (own, note string, err error) {
	t.mu.Lock()
	r := t.recording
	t.recording = nil
	t.mu.Unlock()
	if r == nil {
		return "", "", nil
	}
	r.stop()
	<-r.done
	for _, rec := range t.w.b.srv.Ledger(r.last, "") { // what had not come yet
		r.add(rec)
	}
	if r.rec.Moves() == 0 {
		return "", "", nil
	}
	now := time.Now()
	name := "recorded-" + now.Format("20060102-150405")
	file, err := r.rec.File("Recorded on "+now.Format("2006-01-02 at 15:04"),
		"What was done by hand. Whoever logged in is an actor of Kickbench's own here.\n"+
			"Edit it as you like: it is read again by itself.", t.w.b.srv.Now())
	if err != nil {
		return "", "", err
	}
	why := t.replays(name, file)
	if own, err = t.w.b.shelf.add(name, file); err == nil && why != "" {
		note = lang.L("Recorded, but run again it does not go the same way: {{.Why}}", map[string]any{"Why": why})
	}
	return own, note, err
}

// replays runs a recording; it gives what goes otherwise, "" for nothing.
func (t *theatre) replays(name string, file []byte) string {
	all, err := scenario.Parse(name, file)
	if err != nil {
		return sentence(err.Error())
	}
	res, err := scenario.Run(t.w.ctx, all[0], scenario.Options{})
	if err != nil {
		return sentence(err.Error())
	}
	for _, s := range res.Steps {
		if s.Status == run.Failed {
			return sentence(cmp.Or(s.Message, s.Text))
		}
	}
	for _, e := range res.Expectations {
		if e.Status == run.Failed {
			return sentence(e.Text) + ": " + sentence(e.Got)
		}
	}
	if res.Verdict != run.Passed {
		return sentence(cmp.Or(res.Error, string(res.Verdict)))
	}
	return ""
}
