package history

import (
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
)

const (
	cellHeight    float32 = 54
	headingHeight float32 = 32
)

// endVisual is how the end of a session shows.
func endVisual(it *Session) look.Visual {
	switch it.End {
	case Kicked:
		return look.Visual{Tone: look.ToneBad, Icon: look.IconStateKicked, Word: lang.L("Kicked")}
	case LoggedOut:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateOut, Word: lang.L("Logged out")}
	case Destroyed:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateEnded, Word: lang.L("Destroyed")}
	case WindowClosed:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateOut, Word: lang.L("Window closed")}
	case Refused:
		return look.Visual{Tone: look.ToneBad, Icon: look.IconWarn, Word: lang.L("Not let in")}
	case Interrupted:
		return look.Visual{Tone: look.ToneWait, Icon: look.IconWarn, Word: lang.L("Interrupted")}
	case Cancelled:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateOut, Word: lang.L("Cancelled")}
	case Unknown:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconInfo, Word: lang.L("End not known")}
	case Lost:
		return look.Visual{Tone: look.ToneBad, Icon: look.IconWarn, Word: lang.L("Not taken back")}
	default:
		return look.Visual{Tone: look.ToneGood, Icon: look.IconStateReady, Word: lang.L("Running")}
	}
}

func serverWord(it *Session) string {
	if it.Sandbox {
		return lang.L("sandbox")
	}
	return it.Server
}

// title is whose session it is.
func title(it *Session) string {
	if it.UserID == "" && it.File != "" {
		return filepath.Base(it.File)
	}
	return it.UserID
}

func length(it *Session, now time.Time) string {
	end := it.Stop
	if it.End == Running && it.File == "" {
		end = now
	}
	if end.Before(it.Start) {
		return ""
	}
	return look.Duration(end.Sub(it.Start))
}

// dayWord names the day of t as seen from now.
func dayWord(t, now time.Time) string {
	day := func(t time.Time) time.Time {
		y, m, d := t.Local().Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	switch day(now).Sub(day(t)) {
	case 0:
		return lang.L("Today")
	case 24 * time.Hour:
		return lang.L("Yesterday")
	default:
		return look.Date(t)
	}
}

// cell is a line of the list: a heading, or a session on two lines.
type cell struct {
	look.Row
	widget.BaseWidget
	day    *look.Text
	user   *look.Text
	badge  *look.Badge
	where  *look.Text
	when   *look.Text
	chosen bool
	isDay  bool
}

func newCell() *cell {
	c := &cell{
		day: look.NewMuted(""), user: look.NewBold("").Elided(), badge: look.NewBadge(look.Visual{}),
		where: look.NewMuted("").Elided(), when: look.NewMono("").Toned(look.ColorMuted),
	}
	c.when.Align = fyne.TextAlignTrailing
	c.ExtendBaseWidget(c)
	return c
}

func (c *cell) set(e entry, now time.Time, chosen bool) {
	c.isDay, c.chosen = e.session == nil, chosen
	c.day.Set(e.day)
	if it := e.session; it != nil {
		c.user.Set(title(it))
		c.badge.Set(endVisual(it))
		var where []string
		if it.File != "" {
			where = append(where, filepath.Base(it.File))
		}
		if l := length(it, now); l != "" {
			where = append(where, l)
		}
		where = append(where, it.Platform.Label())
		if it.File == "" { // what its name leaves room for is at the head of its events
			if it.Kick != "" {
				where = append(where, string(it.Kick))
			}
			where = append(where, serverWord(it))
		}
		c.where.Set(strings.Join(where, " · "))
		c.when.Set(look.ClockSeconds(it.Start))
		if it.File != "" { // under no day
			day, _, _ := strings.Cut(look.DateTime(it.Start), " ")
			c.when.Set(day)
		}
	}
	c.Refresh()
}

func (c *cell) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	r := &cellRenderer{c: c, ground: &canvas.Rectangle{}, mark: &canvas.Rectangle{}, rule: &canvas.Rectangle{}}
	r.Refresh()
	return r
}

type cellRenderer struct {
	c                  *cell
	ground, mark, rule *canvas.Rectangle
}

func (r *cellRenderer) MinSize() fyne.Size { return fyne.NewSize(240, cellHeight) }

func (r *cellRenderer) Refresh() {
	fill := look.ColorTransparent
	if r.c.chosen {
		fill = look.ColorAccentSoft
	}
	r.ground.FillColor, r.mark.FillColor, r.rule.FillColor = theme.Color(fill), theme.Color(look.ColorAccent), theme.Color(look.ColorLine)
	r.mark.Hidden = !r.c.chosen
	for _, o := range []fyne.CanvasObject{r.c.user, r.c.badge, r.c.where, r.c.when} {
		setVisible(o, !r.c.isDay)
	}
	setVisible(r.c.day, r.c.isDay)
	r.Layout(r.c.Size())
	r.ground.Refresh()
	r.mark.Refresh()
	r.rule.Refresh()
}

func (r *cellRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	r.mark.Resize(fyne.NewSize(3, s.Height))
	r.rule.Move(fyne.NewPos(0, s.Height-1))
	r.rule.Resize(fyne.NewSize(s.Width, 1))
	put := func(o fyne.CanvasObject, x, y, w float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, o.MinSize().Height))
	}
	left, right := float32(14), s.Width-14
	put(r.c.day, left, s.Height-22, s.Width-28)
	when := r.c.when.MinSize().Width
	badge := r.c.badge.MinSize().Width
	put(r.c.user, left, 7, fyne.Max(0, right-left-badge-10))
	put(r.c.badge, right-badge, 5, badge)
	put(r.c.where, left, 31, fyne.Max(0, right-left-when-10))
	put(r.c.when, right-when, 31, when)
}

func (r *cellRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.rule, r.mark, r.c.day, r.c.user, r.c.badge, r.c.where, r.c.when}
}
func (r *cellRenderer) Destroy() {}

// sessionHead says which session's events show, with what can be done to it.
type sessionHead struct {
	content *fyne.Container
	badge   *look.Badge
	title   *look.Text
	facts   *look.Text
	export  *look.Button
	remove  *look.Button
	back    *look.Button // to the sessions, where both have no room
}

func newSessionHead(s *Screen) *sessionHead {
	h := &sessionHead{badge: look.NewBadge(look.Visual{}), title: look.NewBold(""), facts: look.NewMono("").Toned(look.ColorMuted).Elided()}
	h.title.MaxWidth = 160
	h.export = look.NewMenuButton(lang.L("Export"), look.IconExport, look.Plain, s.exports)
	h.remove = look.NewButton(lang.L("Delete"), look.IconTrash, look.Danger, s.remove)
	h.back = look.NewButton("", look.IconBack, look.Ghost, func() { s.let(); s.panes.Refresh() })
	h.back.Hide()
	h.content = look.Line(look.Space3, h.back, h.title, h.badge, look.Wide(h.facts), h.export, h.remove)
	return h
}

func (h *sessionHead) show(it *Session, now time.Time) {
	on := it != nil
	setVisible(h.badge, on)
	if !on {
		h.title.SetColored(lang.L("No session chosen"), look.ColorMuted)
		h.facts.Set("")
		h.export.Show()
		h.remove.Style = look.Danger
		h.remove.SetLabel(lang.L("Delete"), look.IconTrash)
		h.export.Disable()
		h.remove.Disable()
		h.content.Refresh()
		return
	}
	h.title.SetColored(title(it), look.ColorText)
	h.badge.Set(endVisual(it))
	facts := look.ClockSeconds(it.Start)
	if it.File != "" { // under no day
		facts = look.DateTime(it.Start)
	}
	if l := length(it, now); l != "" {
		facts += " · " + l
	}
	if it.Kick != "" {
		facts = string(it.Kick) + " · " + facts
	}
	h.facts.Set(facts)
	h.export.Enable()
	setVisible(h.export, it.File == "")
	if it.File != "" {
		h.remove.Style = look.Plain
		h.remove.SetLabel(lang.L("Close file"), look.IconClose)
	} else {
		h.remove.Style = look.Danger
		h.remove.SetLabel(lang.L("Delete"), look.IconTrash)
	}
	if it.End == Running && it.File == "" { // its events are still being written
		h.remove.Disable()
	} else {
		h.remove.Enable()
	}
	h.content.Refresh()
}
