package status

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// table lists the instances of the account, own and foreign.
type table struct {
	s      *Screen
	card   *look.Surface
	title  *look.Text
	limits *look.Text
	more   *look.Button
	body   *fyne.Container
	rows   []*row // as many as were ever needed; the rest are hidden
	empty  fyne.CanvasObject
}

func newTable(s *Screen) *table {
	t := &table{s: s, title: look.NewBold("").Toned(look.ColorMuted), limits: look.NewMuted("").Elided()}
	t.title.MaxWidth = 300
	t.more = look.NewMenuButton(lang.L("Another instance"), look.IconPlus, look.Plain, func() []*fyne.MenuItem {
		return platformItems(s.newInstance)
	})
	t.empty = look.Inset(8, 8, 8, 8, look.NewText(lang.L("No instance is logged in.")).Toned(look.ColorMuted))
	t.body = look.Column(0)
	head := &fyne.Container{Layout: columnsLayout{height: 28, last: newKickButton(nil).MinSize().Width}}
	for _, w := range []string{lang.L("Instance"), lang.L("Platform"), lang.L("State"), lang.L("Logged in"), lang.L("Who"), ""} {
		head.Objects = append(head.Objects, look.NewMuted(w).Elided())
	}
	t.card = look.NewCard(look.Column(
		0, look.Line(look.Space3, t.title, look.Wide(t.limits), t.more),
		look.Inset(8, 0, 0, 0, head), look.Rule(), t.body, t.empty,
	))
	return t
}

func platformItems(pick func(wire.Platform)) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, p := range wire.LoginPlatforms() {
		items = append(items, fyne.NewMenuItemWithIcon(p.Label(), look.Icon(look.PlatformIcon(p), look.ColorText), func() { pick(p) }))
	}
	return items
}

func (t *table) show(m Model) {
	title := lang.L("Instances of this account")
	if m.UserID != "" {
		title = lang.L("Instances of {{.User}}", map[string]any{"User": m.UserID})
	}
	t.title.Set(title)
	t.limits.Set(limitLine(m))
	for len(t.rows) < len(m.Instances) {
		r := newRow(t.s)
		t.rows = append(t.rows, r)
		t.body.Objects = append(t.body.Objects, r.object)
	}
	for i, r := range t.rows {
		look.SetVisible(r.object, i < len(m.Instances))
		if i < len(m.Instances) {
			r.show(m.Instances[i], m.Sandbox)
		}
	}
	look.SetVisible(t.empty, len(m.Instances) == 0)
}

// limitLine says the rule that holds: "limit: 2 Web, 1 Android · policy dual".
func limitLine(m Model) string {
	var limits []string
	for _, l := range m.Limits {
		limits = append(limits, fmt.Sprintf("%d %s", l.Places, l.Platform.Label()))
	}
	var parts []string
	if len(limits) > 0 {
		parts = append(parts, lang.L("limit: {{.Limits}}", map[string]any{"Limits": strings.Join(limits, ", ")}))
	}
	if m.Policy != "" {
		parts = append(parts, lang.L("policy {{.Policy}}", map[string]any{"Policy": m.Policy}))
	}
	return strings.Join(parts, " · ")
}

// row is one instance.
type row struct {
	s        *Screen
	object   fyne.CanvasObject
	shown    Instance
	number   *look.Text
	platform *look.Platform
	badge    *look.Badge
	time     *look.Text
	who      *look.Text
	kick     *look.Button
	end      *look.Text
	line     *fyne.Container
}

func newRow(s *Screen) *row {
	r := &row{
		s: s, number: look.NewMono("").Elided(), platform: look.NewPlatform(wire.PlatformWeb),
		badge: look.NewBadge(look.Visual{}), time: look.NewMono("").Elided(), who: look.NewText("").Elided(),
		end: look.NewMuted("").Elided(),
	}
	r.end.Align = fyne.TextAlignTrailing
	r.kick = newKickButton(r.kinds)
	last := &fyne.Container{Layout: trailingLayout{}, Objects: []fyne.CanvasObject{r.kick, r.end}}
	r.line = &fyne.Container{
		Layout:  columnsLayout{height: 40, last: r.kick.MinSize().Width},
		Objects: []fyne.CanvasObject{r.number, r.platform, r.badge, r.time, r.who, last},
	}
	r.object = look.Column(0, r.line, look.Rule())
	return r
}

func newKickButton(kinds func() []*fyne.MenuItem) *look.Button {
	b := look.NewMenuButton(lang.L("Kick"), "", look.Danger, kinds)
	b.Compact = true
	return b
}

// kinds offers the ways in which the server can throw it out.
func (r *row) kinds() []*fyne.MenuItem {
	id := r.shown.ID
	item := func(words string, t wire.KickType) *fyne.MenuItem {
		return fyne.NewMenuItem(fmt.Sprintf("%s (%s)", words, t), func() { r.s.kick(id, t) })
	}
	return []*fyne.MenuItem{
		item(lang.L("as another page would"), wire.KickMultipleAccount),
		item(lang.L("as another device would"), wire.KickMultipleDevice),
		item(lang.L("as the REST API would"), wire.KickRESTAPI),
	}
}

func (r *row) show(i Instance, sandbox bool) {
	r.shown = i
	r.number.Set(i.ID)
	r.platform.Set(i.Platform)
	badge := look.StateVisual(i.State)
	if i.Gone {
		badge = look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateEnded, Word: lang.L("Counts no more")}
	}
	r.badge.Set(badge)
	r.time.Set(look.Clock(i.LoggedIn))
	r.who.Set(who(i))
	end := string(i.EndType)
	if i.EndBy != "" {
		end = lang.L("by {{.Instance}}, {{.Type}}", map[string]any{"Instance": i.EndBy, "Type": string(i.EndType)})
	}
	r.end.Set(end)
	look.SetVisible(r.kick, sandbox && i.Live())
	look.SetVisible(r.end, !i.Live())
	r.line.Refresh()
}

func who(i Instance) string {
	switch {
	case i.Own:
		return lang.L("this window")
	case i.Window > 0:
		return lang.L("window {{.N}}", map[string]any{"N": i.Window})
	case i.Foreign != "":
		return lang.L("your app · {{.App}}", map[string]any{"App": i.Foreign})
	default:
		return lang.L("another client")
	}
}

// columnsLayout lines the cells of head and rows up. A narrow window gives up the
// spare room first, then part of the platform and of the state.
type columnsLayout struct{ height, last float32 }

func (l columnsLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(420, l.height) }

func (l columnsLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := []float32{70, 110, 130, 104, 0, 0}
	const gap float32 = 10
	rest := s.Width - 16 - gap*5
	for _, x := range w {
		rest -= x
	}
	if rest < 180 {
		w[1], w[2] = 84, 118
		rest += 38
	}
	w[5] = fyne.Max(l.last, rest*0.4)
	w[4] = fyne.Max(0, rest-w[5])
	x := float32(8)
	for i, c := range o {
		m := c.MinSize()
		h := fyne.Min(m.Height, l.height)
		if i == 5 {
			h = l.height
		}
		c.Move(fyne.NewPos(x, (l.height-h)/2))
		c.Resize(fyne.NewSize(w[i], h))
		x += w[i] + gap
	}
}

// trailingLayout puts the button, or the words that stand in its place, at the right.
type trailingLayout struct{}

func (trailingLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(70, 30) }

func (trailingLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	m := o[0].MinSize()
	o[0].Move(fyne.NewPos(s.Width-m.Width, (s.Height-m.Height)/2))
	o[0].Resize(m)
	m = o[1].MinSize()
	o[1].Move(fyne.NewPos(0, (s.Height-m.Height)/2))
	o[1].Resize(fyne.NewSize(s.Width, m.Height))
}

// others are the platforms offered by name in "Try it", besides the window's own.
func others(own wire.Platform) []wire.Platform {
	return slices.DeleteFunc([]wire.Platform{wire.PlatformAndroid, wire.PlatformWeb}, func(p wire.Platform) bool { return p == own.Group() })
}
