package history

import (
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
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

// thing is a session as a line of the list.
func thing(it *Session, now time.Time, chosen bool) look.Thing {
	var what []string
	if it.File != "" {
		what = append(what, filepath.Base(it.File))
	}
	if l := length(it, now); l != "" {
		what = append(what, l)
	}
	what = append(what, it.Platform.Label())
	if it.File == "" { // what its name leaves room for is at the head of its events
		switch {
		case it.By != "":
			what = append(what, it.By)
		case it.Kick != "":
			what = append(what, string(it.Kick))
		}
		what = append(what, serverWord(it))
	}
	when := look.ClockSeconds(it.Start)
	if it.File != "" { // under no day
		when, _, _ = strings.Cut(look.DateTime(it.Start), " ")
	}
	return look.Thing{Name: title(it), What: strings.Join(what, " · "), Figure: when, Badge: endVisual(it), Chosen: chosen}
}

// sessionHead says which session's events show, with what can be done to it.
type sessionHead struct {
	content *fyne.Container
	badge   *look.Badge
	title   *look.Text
	facts   *look.Text
	kick    *look.Surface // what is known of its kick
	story   *look.Prose
	copy    *look.Button
	report  string
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
	h.story = look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{})
	h.copy = look.NewButton(lang.L("Copy report"), look.IconCopy, look.Plain, func() {
		fyne.CurrentApp().Clipboard().SetContent(h.report)
		h.copy.Flash(lang.L("Copied"), look.IconCheck, func(d time.Duration, back func()) {
			time.AfterFunc(d, func() { s.dispatch(back) })
		})
	})
	h.copy.Compact = true
	h.kick = look.NewToned(look.ToneBad, look.Line(look.Space3, look.Wide(h.story), h.copy))
	h.kick.Hide()
	return h
}

func (h *sessionHead) show(it *Session, now time.Time) {
	on := it != nil
	look.SetVisible(h.badge, on)
	if !on {
		h.kick.Hide()
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
	h.report = it.Report
	h.story.SetMarked(it.Story)
	look.SetVisible(h.kick, it.Story != "")
	h.export.Enable()
	look.SetVisible(h.export, it.File == "")
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
