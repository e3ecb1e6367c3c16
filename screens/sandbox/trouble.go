package sandbox

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// troublePart is the clock, and the faults that are set.
type troublePart struct {
	s       *Screen
	content fyne.CanvasObject
	time    *look.Text
	ahead   *look.Text
	by      *look.Entry
	tally   *look.Text
	clear   *look.Button
	body    *fyne.Container
	rows    []*faultRow
	empty   fyne.CanvasObject
}

func newTroublePart(s *Screen) *troublePart {
	p := &troublePart{s: s, ahead: look.NewMuted("").Elided(), tally: look.NewMuted(""), body: look.Column(0)}
	p.time = look.NewMono("")
	p.time.SizeName = look.SizeTitle
	step := func(label, by string) *look.Button {
		return look.NewButton(label, "", look.Plain, func() { p.advance(by) })
	}
	p.by = look.NewEntry("90s, 45m, 12h, 30d")
	p.by.TextStyle.Monospace = true
	p.by.OnSubmitted = func(string) { p.own() }
	clock := look.NewCard(look.Column(
		look.Space3,
		cardTitle(lang.L("The sandbox's clock")),
		look.Column(2, p.time, p.ahead),
		look.Flow(
			look.Space2,
			step(lang.L("+1 min"), "1m"), step(lang.L("+1 h"), "1h"), step(lang.L("+1 d"), "1d"), step(lang.L("+180 d"), "180d"),
		),
		look.Line(look.Space2, look.Wide(look.Input(p.by)), look.NewButton(lang.L("Move on"), "", look.Plain, p.own)),
		look.NewProse(lang.L("UserSigs, ghosts and changes of settings follow this clock, so 180 days pass in a click. It only goes forward; connections live by this computer's clock and are not lost by it."),
			look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
	))
	p.clear = look.NewButton(lang.L("Clear all"), look.IconTrash, look.Plain, func() {
		s.run(lang.L("Clear the faults"), lang.L("No fault is set any more."), s.control.ClearFaults)
	})
	add := look.NewButton(lang.L("Add a fault…"), look.IconPlus, look.Plain, p.ask)
	p.empty = look.Inset(4, 4, 0, 0, look.NewProse(
		lang.L("No fault is set: every frame passes. Add one to lose a kick, to slow the network down, or to have a login refused."),
		look.ColorMuted, look.SizeText, fyne.TextStyle{},
	))
	faults := look.NewCard(look.Column(
		look.Space2,
		look.Line(look.Space3, cardWide(lang.L("Faults")), p.tally), p.body, p.empty,
		look.Line(look.Space2, add, p.clear),
	))
	p.content = look.Grid(look.Space4, 380, clock, faults)
	return p
}

func (p *troublePart) advance(by string) {
	p.s.run(lang.L("Move the clock"), "", func(r func(error)) { p.s.control.Advance(by, r) })
}

func (p *troublePart) own() {
	if by := strings.TrimSpace(p.by.Text); by != "" {
		p.advance(by)
	}
}

func (p *troublePart) show(m Model) {
	p.time.Set(look.DateTime(m.Now))
	ahead := lang.L("as this computer's")
	if m.Ahead > 0 {
		ahead = lang.L("{{.Time}} ahead of this computer's", map[string]any{"Time": look.Duration(m.Ahead)})
	}
	p.ahead.Set(ahead)
	for len(p.rows) < len(m.Faults) {
		r := newFaultRow(p.s)
		p.rows = append(p.rows, r)
		p.body.Add(r.object)
	}
	for i, r := range p.rows {
		look.SetVisible(r.object, i < len(m.Faults))
		if i < len(m.Faults) {
			r.show(m.Faults[i])
		}
	}
	look.SetVisible(p.empty, len(m.Faults) == 0)
	look.SetVisible(p.clear, len(m.Faults) > 1)
	tally := ""
	if n := len(m.Faults); n > 0 {
		tally = lang.XN("faults", "{{.N}} faults set", n, map[string]any{"N": n})
	}
	p.tally.Set(tally)
}

// faultRow is one fault that is set.
type faultRow struct {
	object fyne.CanvasObject
	id     uint64
	title  *look.Text
	detail *look.Text
	count  *look.Text
}

func newFaultRow(s *Screen) *faultRow {
	r := &faultRow{title: look.NewText("").Elided(), detail: look.NewMono("").Toned(look.ColorMuted).Elided(), count: look.NewMuted("")}
	remove := look.NewButton("", look.IconTrash, look.Ghost, func() {
		s.run(lang.L("Remove the fault"), "", func(reply func(error)) { s.control.RemoveFault(r.id, reply) })
	})
	remove.Compact = true
	words := look.Column(1, r.title, r.detail)
	r.object = look.Column(4, look.Line(look.Space3, look.Wide(words), r.count, remove), look.Rule())
	return r
}

func (r *faultRow) show(f Fault) {
	r.id = f.ID
	r.title.Set(actionWords(f.Action))
	r.detail.Set(f.Detail)
	r.count.Set(lang.L("struck {{.Fired}} of {{.Seen}}", map[string]any{"Fired": f.Fired, "Seen": f.Seen}))
}

// actionWords says what a fault does.
func actionWords(action string) string {
	switch action {
	case "drop":
		return lang.L("Frames are lost")
	case "delay":
		return lang.L("Frames come late, and others overtake them")
	case "duplicate":
		return lang.L("Frames come twice")
	case "refuse":
		return lang.L("Requests are refused")
	case "disconnect":
		return lang.L("The server closes the connection")
	case "cut":
		return lang.L("The network is cut")
	case "reset":
		return lang.L("The connection is reset")
	case "blackhole":
		return lang.L("Nothing comes through")
	case "latency":
		return lang.L("The network is slow")
	default:
		return action
	}
}

// presetWords says what a preset does.
func presetWords(p Preset) string {
	switch p {
	case PushLost:
		return lang.L("Pushes are lost, kicks among them")
	case PushLostHalf:
		return lang.L("Every second push is lost, by lot")
	case PushTwice:
		return lang.L("Every push comes twice")
	case PushLate:
		return lang.L("Every push comes 5 s late")
	case SlowNetwork:
		return lang.L("A slow network: 120 ms, and up to 80 ms more")
	case LoginRefused:
		return lang.L("The next login is refused (60018)")
	case LoginUnanswered:
		return lang.L("The next login is never answered")
	case NetworkCut:
		return lang.L("The network is cut once, for 10 s")
	case ConnectionReset:
		return lang.L("The connection is reset once")
	case ServerRestart:
		return lang.L("The server closes the connection once, as at a restart")
	default:
		return lang.L("A black hole: connected, and nothing comes through")
	}
}

// ask lets a person choose a preset, and for whom.
func (p *troublePart) ask() {
	c := fyne.CurrentApp().Driver().CanvasForObject(p.s.root)
	if c == nil {
		return
	}
	var labels []string
	for i := range presets {
		labels = append(labels, presetWords(i))
	}
	what := look.NewSelect(labels, 0, nil)
	user := look.NewEntry(lang.L("everybody"))
	platforms := wire.LoginPlatforms()
	names := []string{lang.L("every platform")}
	for _, pl := range platforms {
		names = append(names, pl.Label())
	}
	where := look.NewSelect(names, 0, nil)
	body := look.Column(
		look.Space3, look.Field(lang.L("Fault"), what),
		look.Field(lang.L("User ID"), look.Input(user)), look.Field(lang.L("Platform"), where),
		look.NewProse(lang.L("It holds from the next frame on. What it strikes is written to the ledger."), look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
	)
	add := func() {
		f := NewFault{Preset: Preset(what.Index()), UserID: strings.TrimSpace(user.Text)}
		if i := where.Index(); i > 0 {
			f.Platform = platforms[i-1]
		}
		p.s.run(lang.L("Add a fault"), "", func(r func(error)) { p.s.control.AddFault(f, r) })
	}
	d := look.ShowDialog(c, 460, lang.L("Add a fault"), body, lang.L("Add"), look.Filled, add)
	user.OnSubmitted = func(string) { add(); d.Close() }
	user.OnEscape = d.Close
	what.OnEscape(d.Close)
	where.OnEscape(d.Close)
	c.Focus(what)
}
