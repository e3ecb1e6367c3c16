//go:build !headless

package workbench

import (
	"cmp"
	"io"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	fstorage "fyne.io/fyne/v2/storage"

	"kickbench/client"
	"kickbench/client/sandbox"
	lanes "kickbench/client/timeline"
	"kickbench/screens/login"
	"kickbench/screens/shell"
	"kickbench/screens/timeline"
)

const pageTimeline shell.PageID = "timeline"

func (w *window) newTimeline() *timeline.Screen {
	return timeline.New(timeline.Config{
		Dispatch: w.b.dispatch, Exporter: pictures{w}, OnSelect: w.selectInEvents, OnShow: w.showInEvents, Now: w.b.srv.Now, Title: "Kickbench", Say: sentence,
	})
}

// watchLedger feeds the timeline with all that the sandbox writes down, from its first
// record on.
func (w *window) watchLedger() {
	last := uint64(0)
	for r := range w.b.srv.Watch(w.ctx, 0) {
		if lost := r.Seq - last - 1; lost > 0 {
			w.timeline.Forgot(int(lost))
		}
		last = r.Seq
		w.timeline.Append(w.laneRecord(&r))
	}
}

// laneRecord is a record of the ledger as the timeline takes it, with a note on logins
// of whose instance it is.
func (w *window) laneRecord(r *sandbox.Record) lanes.Record {
	out := plainRecord(r)
	switch r.Kind {
	case sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume:
		out.Note = w.whose(r.InstanceID, r.Remote)
	}
	return out
}

// plainRecord is a record of a ledger as a timeline takes it.
func plainRecord(r *sandbox.Record) lanes.Record {
	return lanes.Record{
		Seq: r.Seq, Time: r.Time, Kind: lanes.Kind(r.Kind), SDKAppID: r.SDKAppID, UserID: r.UserID,
		InstID: r.InstID, InstanceID: r.InstanceID, Platform: r.Platform, ByInstID: r.ByInstID, ByPlatform: r.ByPlatform,
		KickType: r.KickType, Rule: r.Rule, Why: r.Why, Code: r.Code, Live: r.Live, Ref: r.Ref, Late: r.Late, Until: r.Until,
		Delay: r.Delay, Rounds: r.Rounds, Remote: r.Remote,
	}
}

// whose says whose page it is: this window's, another's, or a foreign app's.
func (w *window) whose(page, remote string) string {
	switch n := w.b.windowOf(page); {
	case n == w.number:
		return lang.L("this window")
	case n != 0:
		return lang.L("window {{.N}}", map[string]any{"N": n})
	default:
		return lang.L("your app · {{.App}}", map[string]any{"App": remote})
	}
}

// tellTimelines has every window's timeline know what a client of ours sees of itself:
// what a server does not write down, and all there is of one that is no sandbox of ours.
func (w *window) tellTimelines(f login.Form, c *client.Client, inst uint64, r client.Record) {
	out := lanes.Record{
		Time: r.Time, Kind: lanes.KindClient, SDKAppID: f.SDKAppID, UserID: f.UserID, InstID: inst,
		InstanceID: c.Info().InstanceID, Platform: f.Platform,
	}
	switch e := r.Event.(type) {
	case client.StateChange:
		if e.To == client.Kicked { // KICKED_OUT says more
			return
		}
		out.State = timeline.StateOf(e.To)
	case client.KickedOut:
		out.State, out.KickType, out.ByPlatform, out.Late = lanes.Kicked, e.Type, e.By, e.Late
	default:
		return
	}
	b := w.b
	if f.Server == login.Sandbox {
		// The lanes are in the sandbox's time, which may be far ahead of this computer's.
		out.Time = out.Time.Add(time.Until(b.srv.Now()))
	}
	b.mu.Lock()
	ws := make([]*window, 0, len(b.windows))
	for _, o := range b.windows {
		ws = append(ws, o)
	}
	b.mu.Unlock()
	for _, o := range ws {
		out.Note = lang.L("this window")
		if o != w {
			out.Note = lang.L("window {{.N}}", map[string]any{"N": w.number})
		}
		o.timeline.Append(out)
	}
}

// ShowInTimeline shows the kick that the banner tells of.
func (w *window) ShowInTimeline(k login.Kick) {
	inst, _ := strconv.ParseUint(k.Instance, 10, 64) // 0 where its number is not known
	at := cmp.Or(k.At, k.Told)                       // a late kick's own time is not always known
	if in := w.instance(); in != nil && in.form.Server == login.Sandbox {
		at = at.Add(time.Until(w.b.srv.Now()))
	}
	w.shell.ShowWorkspace()
	w.shell.ShowPage(pageTimeline)
	w.timeline.SelectKick(inst, at)
}

// showInEvents shows a moment of the timeline in the log, which is in this computer's
// time: what the sandbox's clock was advanced by until then is taken off again.
func (w *window) showInEvents(m timeline.Moment) {
	w.shell.ShowPage(pageEvents)
	w.inEvents(m, true)
}

// selectInEvents has the log stand at the same moment when somebody turns to it, as far
// as it is one of this window's instance and no filter hides it.
func (w *window) selectInEvents(m timeline.Moment) {
	if in := w.instance(); in != nil && in.number() == m.InstID {
		w.inEvents(m, false)
	}
}

func (w *window) inEvents(m timeline.Moment, insist bool) {
	w.background(func() {
		at := m.Time
		if m.Seq != 0 {
			for _, r := range w.b.srv.Ledger(0, "") {
				if r.Kind == sandbox.KindClock && r.Seq <= m.Seq {
					at = at.Add(-r.Delay)
				}
			}
		}
		// Of a session that this window has had before as well: the log has it still.
		w.events.SelectAt(at, number(m.InstID), m.Kick && m.InstID != 0, insist)
	})
}

// pictures saves the timeline's where the person chooses.
type pictures struct{ w *window }

func (p pictures) ExportPicture(name string, write func(io.Writer) error, reply func(string, error)) {
	w := p.w
	w.b.dispatch(func() {
		d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
			if err != nil || out == nil {
				reply("", err)
				return
			}
			w.background(func() {
				err := write(out)
				if closed := out.Close(); err == nil {
					err = closed
				}
				reply(out.URI().Path(), err)
			})
		}, w.win)
		d.SetFileName(name)
		d.SetFilter(fstorage.NewExtensionFileFilter([]string{".svg", ".png"}))
		d.Show()
	})
}

var _ login.TimelineActions = (*window)(nil)
