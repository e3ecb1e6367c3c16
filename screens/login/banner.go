package login

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// banner says why the session ended.
type banner struct {
	s     *Screen
	card  *look.Surface
	kick  Kick
	title *look.Prose
	story *look.Prose
	tech  *look.Text
	again *look.Button
	copy  *look.Button
	lanes *look.Button
}

func newBanner(s *Screen) *banner {
	b := &banner{
		s:     s,
		title: look.NewProse("", look.ToneBad.Ink(), look.SizeText, fyne.TextStyle{Bold: true}),
		story: look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{}),
		tech:  look.NewMono("").Toned(look.ColorMuted).Elided(),
	}
	b.again = look.NewButton(lang.L("Log in again"), "", look.Filled, func() { s.again(b.kick.Type) })
	b.copy = look.NewButton(lang.L("Copy report"), look.IconCopy, look.Plain, b.copyReport)
	b.lanes = look.NewButton(lang.L("Show in timeline"), look.IconTimeline, look.Plain, func() {
		s.actions.(TimelineActions).ShowInTimeline(b.kick)
	})
	if _, ok := s.actions.(TimelineActions); !ok {
		b.lanes.Hide()
	}
	b.lanes.OnEscape(s.Escape)
	b.again.OnEscape(s.Escape)
	b.copy.OnEscape(s.Escape)
	glyph := look.Column(0, look.Inset(2, 0, 0, 0, look.NewGlyph(look.IconStateKicked, look.ToneBad.Mark(), 18)))
	text := look.Column(look.Space2, b.title, b.story, b.tech, look.Inset(4, 0, 0, 0, look.Line(look.Space3, b.again, b.lanes, b.copy)))
	b.card = look.NewToned(look.ToneBad, look.Side(look.Space3, glyph, text))
	b.card.Hide()
	return b
}

func (b *banner) show(k Kick) {
	b.kick = k
	b.title.Set(Title(k))
	b.story.SetMarked(Story(k))
	b.tech.Set(Technical(k))
	b.copy.SetLabel(lang.L("Copy report"), look.IconCopy)
	look.SetVisible(b.again, k.Type != wire.KickType("")) // the zero Kick is no kick
	b.s.form.logIn.Style = look.Plain                     // one filled button at a time
	b.s.form.logIn.Refresh()
	b.card.Show()
	b.card.Refresh()
	b.s.focusPrimary()
}

func (b *banner) hide() {
	if !b.card.Visible() {
		return
	}
	b.card.Hide()
	b.s.form.logIn.Style = look.Filled
	b.s.form.logIn.Refresh()
	b.s.focusPrimary()
}

func (b *banner) copyReport() {
	fyne.CurrentApp().Clipboard().SetContent(Report(b.kick))
	b.copy.SetLabel(lang.L("Copied"), look.IconCheck)
}
