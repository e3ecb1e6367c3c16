//go:build !headless

package workbench

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"

	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	store "kickbench/storage"
)

// past gives the history page its sessions.
type past struct{ w *window }

// shownSessions is how many sessions the page lists.
const shownSessions = 2000

// reload has the page look again.
func (p *past) reload() {
	if p.w.history != nil {
		p.w.b.dispatch(func() { p.w.history.Reload(time.Now()) })
	}
}

func (p *past) with(fail func(error), f func(h *store.History)) {
	p.w.background(func() {
		h := p.w.b.past()
		if h == nil {
			fail(errors.New(lang.L("The history is not open.")))
			return
		}
		f(h)
	})
}

// Sessions lists the newest ones.
func (p *past) Sessions(reply func([]history.Session, error)) {
	p.with(func(err error) { reply(nil, err) }, func(h *store.History) {
		p.settle(h)
		ss, err := h.Sessions(store.Query{Limit: shownSessions})
		out := make([]history.Session, len(ss))
		for i, s := range ss {
			out[i] = sessionRow(s)
		}
		reply(out, err)
	})
}

// syncPatience is how long the page waits for what is still on its way to the disk.
const syncPatience = 3 * time.Second

// settle waits until what happened so far can be read. Where the disk fails or does not
// keep up, the page shows what has reached it: better than a page that waits for ever.
func (p *past) settle(h interface{ Sync(context.Context) error }) {
	ctx, cancel := context.WithTimeout(p.w.ctx, syncPatience)
	defer cancel()
	if err := h.Sync(ctx); err != nil {
		p.w.b.log.Warn("history", "err", err)
	}
}

func sessionRow(s store.Session) history.Session {
	pl, _ := wire.ParsePlatform(s.Platform)
	return history.Session{
		ID: strconv.FormatUint(s.ID, 10), UserID: s.UserID, Platform: pl, Instance: number(s.InstID),
		Server: s.Server, Sandbox: s.Server == sandboxName, SDKAppID: s.SDKAppID,
		Start: s.Start, Stop: s.End, End: endOf(s), Kick: kickOf(s), Events: int(s.Events),
	}
}

func endOf(s store.Session) history.End {
	switch s.Ending {
	case store.Running:
		return history.Running
	case store.Kicked:
		return history.Kicked
	case store.Interrupted:
		return history.Interrupted
	case store.Destroyed:
		return history.Destroyed
	case store.AppClosed:
		return history.WindowClosed
	case store.Cancelled:
		return history.Cancelled
	case store.Failed:
		if s.InstID != 0 { // it had been let in
			return history.Lost
		}
		return history.Refused
	default:
		return history.LoggedOut
	}
}

func kickOf(s store.Session) wire.KickType {
	if s.Ending == store.Kicked {
		return wire.KickType(s.EndDetail)
	}
	return ""
}

// Events gives a session's events, the newest DefaultCapacity of them at most.
func (p *past) Events(id string, reply func([]events.Row, error)) {
	p.with(func(err error) { reply(nil, err) }, func(h *store.History) {
		n, err := parseNumber(id)
		if err != nil {
			reply(nil, err)
			return
		}
		es, err := newest(h, n, events.DefaultCapacity)
		if err != nil {
			reply(nil, err)
			return
		}
		rows := make([]events.Row, len(es))
		for i, e := range es {
			rows[i] = eventRow(e)
		}
		reply(rows, nil)
	})
}

// newest are a session's last events, oldest first, limit of them at most: its end is
// what people look for.
func newest(h *store.History, id uint64, limit int) ([]store.Event, error) {
	s, err := h.Session(id)
	if err != nil {
		return nil, err
	}
	// Numbers are missing only where events were dropped, so this is at or before the
	// first of the last ones; what comes too early is cut off.
	after := uint64(0)
	if last := s.Events + s.Dropped; last > uint64(limit) {
		after = last - uint64(limit)
	}
	var out []store.Event
	for {
		es, err := h.Events(id, after, readPage)
		if err != nil {
			return nil, err
		}
		out = append(out, es...)
		out = out[max(0, len(out)-limit):]
		if len(es) < readPage {
			return out, nil
		}
		after = es[len(es)-1].Seq
	}
}

// readPage is how many events are read at a time.
const readPage = 5000

func eventRow(e store.Event) events.Row {
	row := events.Row{
		Time: e.Time, Instance: number(e.InstID), Layer: events.LayerSDK, Name: e.Name, Summary: e.Summary, JSON: string(e.Detail),
	}
	if e.Layer == store.LayerApp {
		row.Layer = events.LayerApp
	}
	return events.Stored(row, e.Layer == store.LayerFrame)
}

// Export writes a session where the person chooses.
func (p *past) Export(id string, reply func(string, error)) {
	n, err := parseNumber(id)
	if err != nil {
		reply("", err)
		return
	}
	p.w.save("kickbench-session-"+id+".jsonl", reply, func(out io.Writer) error {
		h := p.w.b.past()
		if h == nil {
			return errors.New(lang.L("The history is not open."))
		}
		return h.Export(out, n)
	})
}

// Delete forgets a session.
func (p *past) Delete(id string, reply func(error)) {
	p.with(reply, func(h *store.History) {
		n, err := parseNumber(id)
		if err == nil {
			err = h.Delete(n)
		}
		if err == nil {
			p.settle(h)
		}
		reply(err)
	})
}

// ExportEvents writes rows of the live log where the person chooses.
func (w *window) ExportEvents(rows []events.Row, reply func(string, error)) {
	w.save("kickbench-events.jsonl", reply, func(out io.Writer) error {
		for _, r := range rows {
			if _, err := io.WriteString(out, r.JSON+"\n"); err != nil {
				return err
			}
		}
		return nil
	})
}

// save asks for a file and has f write it, beside the UI goroutine.
func (w *window) save(name string, reply func(string, error), f func(io.Writer) error) {
	w.b.dispatch(func() {
		d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
			if err != nil || out == nil {
				reply("", err)
				return
			}
			w.background(func() {
				err := f(out)
				reply(out.URI().Path(), errors.Join(err, out.Close()))
			})
		}, w.win)
		d.SetFileName(name)
		d.SetFilter(storage.NewExtensionFileFilter([]string{".jsonl"}))
		d.Show()
	})
}

func parseNumber(id string) (uint64, error) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0, errors.New(lang.L("There is no such instance."))
	}
	return n, nil
}
