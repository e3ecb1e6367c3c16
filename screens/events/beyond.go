package events

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// beyond is a line at an end of the list that says what lies beyond it, and leads there.
type beyond struct {
	line fyne.CanvasObject
	text *look.Text
}

func newBeyond(label string, icon look.IconName, open func()) *beyond {
	b := &beyond{text: look.NewMuted("").Elided()}
	button := look.NewButton(label, icon, look.Plain, open)
	button.Compact = true
	b.line = look.Inset(4, 4, 14, 10, look.Line(look.Space3, look.Wide(b.text), button))
	b.line.Hide()
	return b
}

// beyondLines are the lines at both ends: what fell out of a log is in the history, what
// a session has beside the part listed is fetched from where the part came from.
func (s *Screen) beyondLines() (older, newer *beyond) {
	if s.config.Past {
		older = newBeyond(lang.L("Show them"), look.IconArrowDown, func() { s.config.Earlier() })
	} else {
		older = newBeyond(lang.L("Open in the history"), look.IconHistory, func() { s.config.Older(s.oldest()) })
	}
	return older, newBeyond(lang.L("Show them"), look.IconArrowUp, func() { s.config.Later() })
}

// oldest is the time of the oldest row held.
func (s *Screen) oldest() time.Time {
	if s.view.log.len() == 0 {
		return time.Time{}
	}
	return s.view.log.head(s.view.log.first()).Time
}

// showBeyond brings both lines up to date.
func (s *Screen) showBeyond() {
	count := func(n int) map[string]any { return map[string]any{"N": look.Count(n)} }
	changed := false
	if s.config.Past {
		changed = s.older.show(s.config.Earlier != nil && s.earlier > 0, lang.L("{{.N}} earlier events of this session", count(s.earlier)))
	} else {
		fell := s.fallen + int(s.view.log.first())
		changed = s.older.show(s.config.Older != nil && fell > 0, lang.L("{{.N}} earlier events are no longer listed here.", count(fell)))
	}
	changed = s.newer.show(s.config.Later != nil && s.later > 0, lang.L("{{.N}} later events of this session", count(s.later))) || changed
	if changed {
		s.list.frame.Refresh() // the list leaves room for them
	}
}

// show reports whether the line came or went.
func (b *beyond) show(on bool, words string) bool {
	b.text.Set(words)
	if on == b.line.Visible() {
		return false
	}
	look.SetVisible(b.line, on)
	return true
}
