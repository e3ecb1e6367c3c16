package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// host says what whoever sits before the app under test has to do now: where it
// connects, as whom it logs in, for how long it is waited for, or that it is left alone.
type host struct {
	s     *Screen
	card  *look.Surface
	glyph *look.Glyph
	title *look.Prose
	left  *look.Text // until the wait is over
	said  *look.Prose
	under *fyne.Container // what was said, and again
	odd   *look.Prose
	way   *fyne.Container // how the app comes here
	again *look.Button    // shows it once more

	script       *look.Prose // whole, on as many lines as it takes
	address, app *look.Code
	rows         *fyne.Container // of guests
	sigs         map[string]*sigRow

	shown    *live
	call     int
	unfolded bool
}

// sigRow is a guest's user ID and UserSig.
type sigRow struct {
	entry *look.Entry
	copy  *look.Button
	sig   string // a secret
	asked int
}

func newHost(s *Screen) *host {
	h := &host{
		s: s, glyph: look.NewGlyph(look.IconStateWaiting, look.ToneWait.Mark(), 18),
		title:  look.NewProse("", look.ColorText, look.SizeName, fyne.TextStyle{Bold: true}),
		left:   look.NewTitle(""),
		said:   look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{}),
		odd:    look.NewProse("", look.ToneBad.Ink(), look.SizeText, fyne.TextStyle{}),
		script: look.NewProse("", look.ColorText, look.SizeSmall, fyne.TextStyle{Monospace: true}), address: look.CodeBlock(""), app: look.CodeBlock(""),
		rows: look.Column(look.Space2),
	}
	h.left.Align = fyne.TextAlignTrailing
	h.again = look.NewButton(lang.L("Show the address"), "", look.Ghost, func() { h.unfolded = true; h.fold() })
	h.again.Compact = true
	of := func(what string, c *look.Code) fyne.CanvasObject {
		return look.Line(look.Space2, look.NewMuted(what), look.Wide(c.Content), h.copyButton(what, c.Text))
	}
	ground := look.NewSurface(look.ColorField, look.Inset(look.Space3, look.Space3, look.Space2, look.Space2, h.script))
	ground.Line, ground.Radius = look.ColorLine, look.RadiusField
	h.way = look.Column(
		look.Space2, look.Line(look.Space2, look.Wide(ground), h.copyButton("JavaScript", h.script.Text)),
		look.Grid(look.Space3, 260, of(lang.L("Address"), h.address), of("SDKAppID", h.app)),
	)
	head := look.Line(look.Space3, h.glyph, look.Wide(h.title), h.left)
	h.under = look.Line(look.Space3, look.Wide(h.said), h.again)
	h.card = look.NewToned(look.ToneWait, look.Column(look.Space2, head, h.under, h.odd, h.way, h.rows))
	h.card.Hide()
	return h
}

func (h *host) copyButton(what string, text func() string) *look.Button {
	return look.NewButton(lang.L("Copy"), look.IconCopy, look.Plain, func() {
		fyne.CurrentApp().Clipboard().SetContent(text())
		h.s.notice.Say(lang.L("{{.What}} is on the clipboard.", map[string]any{"What": what}))
	})
}

// show brings the card up to a run; nil for none that asks anybody in.
func (h *host) show(r *row) {
	var l *live
	if r != nil && r.out == nil && r.live != nil && r.live.invitation.Address != "" {
		l = r.live
	}
	if l != h.shown {
		h.shown, h.unfolded = l, false
		h.fill(l)
	}
	look.SetVisible(h.card, l != nil)
	if l == nil {
		return
	}
	if l.call != h.call {
		h.call = l.call
		h.sign()
	}
	h.tell(r)
	h.fold()
}

// fill shows where to come and as whom. What was there before is forgotten: secrets too.
func (h *host) fill(l *live) {
	h.rows.Objects, h.sigs, h.call = nil, map[string]*sigRow{}, 0
	h.title.Set("")
	if l == nil {
		h.script.Set("")
		h.address.Set("")
		h.app.Set("")
		return
	}
	h.script.Set(l.invitation.Script)
	h.address.Set(l.invitation.Address)
	h.app.Set(strconv.FormatUint(l.invitation.SDKAppID, 10))
	for _, g := range l.guests {
		h.rows.Add(h.newRow(g))
	}
	h.sign()
}

func (h *host) newRow(g Guest) fyne.CanvasObject {
	user := look.CodeBlock(g.User)
	row := &sigRow{entry: look.NewSecretEntry("")}
	h.sigs[g.User] = row
	row.entry.OnChanged = func(text string) { // it is for reading
		if text != row.sig {
			row.entry.SetText(row.sig)
		}
	}
	row.copy = h.copyButton("UserSig", func() string { return row.sig })
	row.copy.Disable()
	return look.Grid(
		look.Space3, 260,
		look.Line(look.Space2, look.NewMuted(lang.L("User ID")), look.Wide(user.Content), h.copyButton(lang.L("User ID"), user.Text)),
		look.Line(look.Space2, look.NewMuted("UserSig"), look.Wide(look.Input(row.entry)), row.copy),
	)
}

// sign has the UserSigs made anew: a kick by the REST API ends those made before it.
func (h *host) sign() {
	for user, row := range h.sigs {
		row.asked++
		asked := row.asked
		h.s.actions.MakeScenarioUserSig(user, func(sig string, err error) {
			h.s.dispatch(func() {
				switch {
				case h.sigs[user] != row || row.asked != asked: // of a run that is over
				case err != nil:
					h.s.notice.Fail(lang.L("Make a UserSig"), err)
				default:
					row.sig = sig
					row.entry.SetText(sig)
					row.copy.Enable()
				}
			})
		})
	}
}

// fold hides how the app comes here once it has come, unless somebody asks for it.
func (h *host) fold() {
	folded := h.shown != nil && h.shown.met && !h.unfolded
	if h.way.Visible() == folded || h.again.Visible() != folded {
		look.SetVisible(h.way, !folded)
		look.SetVisible(h.again, folded)
		look.SetVisible(h.under, folded || h.said.Visible())
		h.s.detail.relayout()
	}
}

// tell says what is to be done now.
func (h *host) tell(r *row) {
	l := r.live
	tone, icon, title := look.ToneBusy, look.IconStateBusy, h.title.Text()
	until := time.Time{}
	i := len(r.steps) - 1
	for ; i >= 0; i-- {
		if r.steps[i].Status == Running {
			break
		}
	}
	if i >= 0 {
		st := r.steps[i]
		until = st.Until
		switch {
		case len(st.Guests) > 0:
			tone, icon, title = look.ToneWait, look.IconStateWaiting, comeWords(st.Guests, l.again)
		case st.Watch:
			title = lang.L("Hands off: what does your app do by itself?")
		case !until.IsZero():
			title = lang.L("It waits: {{.What}}", map[string]any{"What": st.Text})
		}
	}
	if title == "" {
		title = lang.L("The sandbox for your app is ready.")
	}
	h.glyph.Set(icon, tone.Mark())
	if h.card.Fill != tone.Ground() {
		h.card.Fill, h.card.Line = tone.Ground(), tone.Mark()
		h.card.Refresh()
	}
	before := h.title.Text() + h.said.Text() + h.odd.Text()
	h.title.Set(title)
	said := l.said
	if strings.TrimRight(said, ". 。") == title { // once is enough
		said = ""
	}
	look.SetVisible(h.said, said != "")
	look.SetVisible(h.under, said != "" || h.again.Visible())
	h.said.Set(said)
	look.SetVisible(h.odd, l.problem != "")
	h.odd.Set(l.problem)
	h.left.Set(leftUntil(until, h.s.now()))
	if before != title+said+l.problem {
		h.s.detail.relayout()
	}
}

// leftUntil is a countdown's face: "4:32"; "" where nobody waits.
func leftUntil(until, now time.Time) string {
	if until.IsZero() {
		return ""
	}
	s := int64(max(0, until.Sub(now)+time.Second-1) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// counts reports whether a running step is waiting for an end that is known.
func (r *row) counts() bool {
	return r != nil && r.out == nil && slices.ContainsFunc(r.steps, func(s Step) bool { return s.Status == Running && !s.Until.IsZero() })
}
