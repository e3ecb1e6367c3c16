//go:build !headless

package workbench

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/login"
	"kickbench/screens/timeline"
	store "kickbench/storage"
)

// past gives the history page its sessions.
type past struct{ w *window }

// reload has the page look again.
func (p *past) reload() {
	if p.w.history != nil {
		p.w.b.dispatch(func() { p.w.history.Reload(time.Now()) })
	}
}

// historyChanged has the history pages that show look again, in whatever window it
// changed. The others look when they come up. Any goroutine.
func (b *Bench) historyChanged() {
	for _, w := range b.all() {
		b.dispatch(func() {
			if w.shows(pageHistory) {
				w.history.Reload(time.Now())
			}
		})
	}
}

func (p *past) with(fail func(error), f func(h *store.History)) {
	p.w.background(func() {
		h := p.w.b.past()
		if h == nil {
			fail(errNoHistory())
			return
		}
		f(h)
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
	row := history.Session{
		ID: strconv.FormatUint(s.ID, 10), UserID: s.UserID, Platform: pl, Instance: number(s.InstID),
		Server: s.Server, Sandbox: s.Server == sandboxName, SDKAppID: s.SDKAppID,
		Start: s.Start, Stop: s.End, End: endOf(s), Kick: kickOf(s), Events: int(s.Events),
	}
	if k, ok := pastKick(&s); ok {
		row.Story, row.Report = login.Story(k), login.Report(k)
		row.Facts = timeline.KickFacts{By: k.By, ByInstID: s.Kick.ByInstID, Rule: s.Kick.Rule, Why: s.Kick.Why}
		switch {
		case k.Cause == login.CauseByHand:
			row.By = lang.L("by hand")
		case k.By != wire.PlatformUnknown:
			row.By = lang.L("by {{.Who}}", map[string]any{"Who": strings.TrimSpace(k.By.Label() + " " + k.ByInstance)})
		}
	}
	return row
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
	case store.LoggedOut:
		return history.LoggedOut
	default: // of events that were exported while they happened, or by a later version
		return history.Unknown
	}
}

func kickOf(s store.Session) wire.KickType {
	if s.Ending == store.Kicked {
		return wire.KickType(s.EndDetail)
	}
	return ""
}

func eventRow(s *store.Session, e store.Event) events.Row {
	pl, _ := wire.ParsePlatform(s.Platform)
	row := events.Row{
		User: s.UserID, Platform: pl,
		Time: e.Time, Instance: number(e.InstID), Layer: events.LayerSDK, Name: e.Name, Summary: e.Summary, JSON: string(e.Detail),
	}
	if e.Layer == store.LayerApp {
		row.Layer = events.LayerApp
	}
	return events.Stored(row, e.Layer == store.LayerFrame)
}

func parseNumber(id string) (uint64, error) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0, errors.New(lang.L("There is no such instance."))
	}
	return n, nil
}
