//go:build !headless

package workbench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"kickbench/client"
	"kickbench/screens/events"
	"kickbench/screens/history"
	store "kickbench/storage"
)

// Overview counts the sessions.
func (p *past) Overview(reply func(history.Overview, error)) {
	p.with(func(err error) { reply(history.Overview{}, err) }, func(h *store.History) {
		p.settle(h)
		o, err := h.Overview(time.Local)
		reply(overview(o), err)
	})
}

func overview(o store.Overview) history.Overview {
	out := history.Overview{Sessions: o.Sessions, Bytes: o.Bytes, Days: make(map[string]int, len(o.Days))}
	for _, d := range o.Days {
		out.Days[d.Date.Format("2006-01-02")] += d.Sessions // twice where the clock was set back
	}
	for e, n := range o.Endings {
		out.Ends = append(out.Ends, history.EndCount{Key: string(e), End: endOf(store.Session{Ending: e}), Count: n})
	}
	slices.SortFunc(out.Ends, func(a, b history.EndCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Key, b.Key)
	})
	return out
}

// Sessions gives a page of them.
func (p *past) Sessions(q history.Query, reply func([]history.Session, error)) {
	p.with(func(err error) { reply(nil, err) }, func(h *store.History) {
		sq := store.Query{Text: q.Text, Ending: store.Ending(q.End), Since: q.Since, Until: q.Until, Limit: q.Limit}
		if q.Before != "" {
			var err error
			if sq.Before, err = parseNumber(q.Before); err != nil {
				reply(nil, err)
				return
			}
		}
		p.settle(h)
		ss, err := h.Sessions(sq)
		out := make([]history.Session, len(ss))
		for i, s := range ss {
			out[i] = sessionRow(s)
		}
		reply(out, err)
	})
}

// undoPatience is how long a session that was deleted can be brought back.
const undoPatience = 10 * time.Second

// Delete forgets a session once nobody can want it back any more.
func (p *past) Delete(id string, reply func(error)) (undo func()) {
	keep := make(chan struct{})
	p.with(reply, func(h *store.History) {
		n, err := parseNumber(id)
		if err != nil {
			reply(err)
			return
		}
		if !outlasts(p.w.ctx, keep) {
			return
		}
		if err = h.Delete(n); err == nil {
			p.settle(h)
		}
		reply(err)
	})
	return sync.OnceFunc(func() { close(keep) })
}

// outlasts waits until undoPatience is over or the window is gone; false where keep was
// closed before.
func outlasts(ctx context.Context, keep <-chan struct{}) bool {
	t := time.NewTimer(undoPatience)
	defer t.Stop()
	select {
	case <-keep:
		return false
	case <-t.C:
	case <-ctx.Done():
	}
	select {
	case <-keep:
		return false
	default:
		return true
	}
}

// Export writes a session where the person chooses.
func (p *past) Export(id string, form events.Form, progress func(int), reply func(string, error)) (stop func()) {
	return p.w.save("kickbench-session-"+id+form.Ext(), form, reply, func(ctx context.Context, out io.Writer) error {
		h := p.w.b.past()
		if h == nil {
			return errNoHistory()
		}
		n, err := parseNumber(id)
		if err != nil {
			return err
		}
		p.settle(h)
		x := p.w.exporting(form)
		x.Progress = func(n uint64) { progress(int(n)) }
		return h.ExportAs(ctx, out, n, x)
	})
}

// ExportEvents writes rows of the live log where the person chooses.
func (w *window) ExportEvents(rows *events.Selection, form events.Form, progress func(int), reply func(string, error)) (stop func()) {
	return w.save("kickbench-events"+form.Ext(), form, reply, func(ctx context.Context, out io.Writer) error {
		var s store.Session
		s.Start, s.End = rows.Span()
		if in := w.instance(); in != nil {
			s.UserID, s.SDKAppID, s.Platform = in.form.UserID, in.form.SDKAppID, in.form.Platform.String()
			s.Server, s.InstID = w.b.address(in.form), in.number()
		}
		s.Events = uint64(rows.Len())
		to := store.NewEventWriter(out, s, w.exporting(form))
		err := rows.Each(ctx, func(i int, r events.Row) error {
			e := eventOf(r)
			e.Seq = uint64(i + 1)
			progress(i + 1)
			return to.Write(&e)
		})
		if err != nil {
			return err
		}
		return to.Close()
	})
}

// eventOf is what a row is kept as.
func eventOf(r events.Row) store.Event {
	e := store.Event{Time: r.Time, Layer: store.LayerSDK, Name: r.Name, Summary: r.Summary, Detail: json.RawMessage(r.JSON)}
	_, _ = fmt.Sscan(r.Instance, &e.InstID)
	switch r.Layer {
	case events.LayerFrameIn, events.LayerFrameOut:
		e.Layer = store.LayerFrame
	case events.LayerApp:
		e.Layer = store.LayerApp
	}
	return e
}

func (w *window) exporting(form events.Form) store.Exporting {
	x := store.Exporting{
		Format: map[events.Form]store.Format{events.JSONL: store.JSONL, events.CSV: store.CSV, events.HAR: store.HAR}[form],
		Cut:    cutsConnection, Creator: "Kickbench",
	}
	if w.b.version != "" {
		x.Creator += " " + w.b.version
	}
	return x
}

// cutsConnection tells that an event ends a connection.
func cutsConnection(e *store.Event) bool {
	return e.Layer == store.LayerSDK && e.Name == client.NetStateChange{}.EventConst() && e.Summary == string(client.NetDisconnected)
}
