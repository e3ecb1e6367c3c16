package login

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// manual is the vendor's page on logins, kicks among them.
const manual = "https://trtc.io/document/47970"

// banner says why the session ended. Folded, it is one line that brings the rest back.
type banner struct {
	s     *Screen
	card  *look.Surface
	kick  Kick
	title *look.Prose
	story *look.Prose
	tech  *look.Text
	what  *look.Prose // an app should do
	again *look.Button
	copy  *look.Button
	lanes *look.Button
	whole fyne.CanvasObject
	short fyne.CanvasObject
	brief *look.Text
	more  *look.Button
}

func newBanner(s *Screen) *banner {
	b := &banner{
		s:     s,
		title: look.NewProse("", look.ToneBad.Ink(), look.SizeText, fyne.TextStyle{Bold: true}),
		story: look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{}),
		tech:  look.NewMono("").Toned(look.ColorMuted).Elided(),
		what:  look.NewProse("", look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
		brief: look.NewBold("").Toned(look.ToneBad.Ink()).Elided(),
	}
	b.again = look.NewButton(lang.L("Log in again"), "", look.Filled, func() { s.again(b.kick) })
	b.copy = look.NewButton(lang.L("Copy report"), look.IconCopy, look.Plain, b.copyReport)
	b.lanes = look.NewButton(lang.L("Show in timeline"), look.IconTimeline, look.Plain, func() {
		s.actions.(TimelineActions).ShowInTimeline(b.kick)
	})
	if _, ok := s.actions.(TimelineActions); !ok {
		b.lanes.Hide()
	}
	b.more = look.NewButton(lang.L("Show"), "", look.Plain, b.unfold)
	b.more.Compact = true
	link := look.NewLink(manual)
	for _, o := range []interface{ OnEscape(func()) }{b.lanes, b.again, b.copy, b.more, link} {
		o.OnEscape(s.Escape)
	}
	glyph := func() fyne.CanvasObject { return look.NewGlyph(look.IconStateKicked, look.ToneBad.Mark(), 18) }
	text := look.Column(
		look.Space2, b.title, b.story, b.tech, look.Column(0, b.what, link),
		look.Inset(4, 0, 0, 0, look.Line(look.Space3, b.again, b.lanes, b.copy)),
	)
	b.whole = look.Side(look.Space3, look.Column(0, look.Inset(2, 0, 0, 0, glyph())), text)
	b.short = look.Line(look.Space3, glyph(), look.Wide(b.brief), b.more)
	b.card = look.NewToned(look.ToneBad, look.Column(0, b.whole, b.short))
	b.card.Hide()
	return b
}

func (b *banner) show(k Kick) {
	b.kick = k
	b.title.Set(Title(k))
	b.story.SetMarked(Story(k))
	b.tech.Set(Technical(k))
	b.what.Set(advice(k.Type))
	at := k.At
	if at.IsZero() {
		at = k.Told
	}
	b.brief.Set(lang.L("Kicked {{.At}}", map[string]any{"At": look.ClockSeconds(at)}))
	look.SetVisible(b.again, k.Type != wire.KickType("")) // the zero Kick is no kick
	b.unfold()
}

// unfold shows all of it.
func (b *banner) unfold() { b.set(true, false) }

// fold leaves one line: what was told is still wanted for a report once somebody has
// turned to the form.
func (b *banner) fold() { b.set(true, true) }

func (b *banner) hide() { b.set(false, false) }

func (b *banner) set(on, folded bool) {
	was := b.open()
	wasOn := b.card.Visible()
	look.SetVisible(b.whole, !folded)
	look.SetVisible(b.short, folded)
	look.SetVisible(b.card, on)
	b.s.form.logIn.Style = look.Filled // one filled button at a time
	if b.open() {
		b.s.form.logIn.Style = look.Plain
	}
	b.s.form.logIn.Refresh()
	if !on && !wasOn {
		return
	}
	b.card.Refresh()
	b.s.relayout()
	if was || b.open() {
		b.s.focusPrimary()
	}
}

// open reports whether all of it shows.
func (b *banner) open() bool { return b.card.Visible() && b.whole.Visible() }

// failed brings the line back after a login that did not work; nothing where there was
// no kick since the last one that did.
func (b *banner) failed() {
	if b.kick != (Kick{}) && !b.card.Visible() {
		b.fold()
	}
}

// forget is for when the kick is old news.
func (b *banner) forget() {
	b.kick = Kick{}
	b.hide()
}

func (b *banner) copyReport() {
	fyne.CurrentApp().Clipboard().SetContent(Report(b.kick))
	b.copy.Flash(lang.L("Copied"), look.IconCheck, func(d time.Duration, f func()) {
		b.s.after(d, func() { b.s.dispatch(f) })
	})
}

// advice is what the vendor's manual would have an app do, in a sentence.
func advice(t wire.KickType) string {
	switch t {
	case wire.KickMultipleAccount, wire.KickMultipleDevice:
		return lang.L("An app should say so and lead to its login page. If it logged in again by itself, the two would kick each other in turn.")
	case wire.KickUserSigExpired:
		return lang.L("An app should get a new UserSig from its own server and log in again with it; the person need not notice.")
	case wire.KickRESTAPI:
		return lang.L("An app should lead to its login page. Before the next login its server makes a new UserSig.")
	default:
		return lang.L("An app should say so and lead to its login page.")
	}
}
