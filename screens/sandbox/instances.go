package sandbox

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// shownInstances bounds the table: each row is a dozen widgets, and nobody reads more.
const shownInstances = 100

// instances is the table of who is connected.
type instances struct {
	s     *Screen
	card  *look.Surface
	tally *look.Text
	body  *fyne.Container
	rows  []*row // as many as were ever needed; the rest are hidden
	head  *fyne.Container
	empty fyne.CanvasObject
	more  *look.Text
}

func newInstances(s *Screen) *instances {
	t := &instances{s: s, tally: look.NewMuted(""), body: look.Column(0), more: look.NewMuted("").Elided()}
	t.head = &fyne.Container{Layout: columns{height: 26, last: newKick(noMenu).MinSize().Width}}
	for _, w := range []string{lang.L("Instance"), lang.L("User ID"), lang.L("Platform"), lang.L("State"), lang.L("Age"), ""} {
		t.head.Add(look.NewMuted(w).Elided())
	}
	t.empty = look.Inset(4, 4, 8, 8, look.NewProse(
		lang.L("Nobody is connected. Log in from this window, or point your web app here: it appears with its platform and its SDK."),
		look.ColorMuted, look.SizeText, fyne.TextStyle{},
	))
	t.card = look.NewCard(look.Column(
		0, look.Line(look.Space3, cardWide(lang.L("Connected now")), t.tally),
		look.Inset(6, 0, 0, 0, t.head), look.Rule(), t.body, t.more, t.empty,
	))
	return t
}

func (t *instances) show(m Model) {
	n := min(len(m.Instances), shownInstances)
	for len(t.rows) < n {
		r := newRow(t.s)
		t.rows = append(t.rows, r)
		t.body.Add(r.object)
	}
	for i, r := range t.rows {
		look.SetVisible(r.object, i < n)
		if i < n {
			r.show(m.Instances[i], m)
		}
	}
	look.SetVisible(t.head, n > 0)
	look.SetVisible(t.empty, n == 0)
	look.SetVisible(t.more, len(m.Instances) > n)
	t.more.Set(lang.L("… and {{.N}} more", map[string]any{"N": look.Count(len(m.Instances) - n)}))
	tally := ""
	if len(m.Instances) > 0 {
		tally = lang.XN("instances", "{{.N}} instances", len(m.Instances), map[string]any{"N": look.Count(len(m.Instances))})
	}
	t.tally.Set(tally)
}

// row is one instance.
type row struct {
	object   fyne.CanvasObject
	shown    Instance
	number   *look.Text
	user     *look.Text
	platform *look.Platform
	badge    *look.Badge
	age      *look.Text
	who      *look.Text
	kick     *look.Button
	line     *fyne.Container
}

func newRow(s *Screen) *row {
	r := &row{
		number: look.NewMono("").Elided(), user: look.NewText("").Elided(), platform: look.NewPlatform(wire.PlatformWeb),
		badge: look.NewBadge(look.Visual{}), age: look.NewMono("").Elided(), who: look.NewMuted("").Elided(),
	}
	r.kick = newKick(func() []*fyne.MenuItem {
		id := r.shown.ID
		d := map[string]any{"Instance": strconv.FormatUint(id, 10)}
		return kinds(func(t wire.KickType) {
			d["Type"] = string(t)
			s.run(lang.L("Kick {{.Instance}}", d), lang.L("Kicked {{.Instance}}: {{.Type}}", d), func(reply func(error)) { s.control.Kick(id, t, reply) })
		})
	})
	r.line = &fyne.Container{Layout: columns{height: 44, last: r.kick.MinSize().Width}, Objects: []fyne.CanvasObject{r.number, look.Column(0, r.user, r.who), r.platform, r.badge, r.age, r.kick}}
	r.object = look.Column(0, r.line, look.Rule())
	return r
}

// noMenu is for measuring: a button without a menu has no arrow and is narrower.
func noMenu() []*fyne.MenuItem { return nil }

func newKick(kinds func() []*fyne.MenuItem) *look.Button {
	b := look.NewMenuButton(lang.L("Kick"), "", look.Danger, kinds)
	b.Compact = true
	return b
}

func (r *row) show(i Instance, m Model) {
	r.shown = i
	r.number.Set(strconv.FormatUint(i.ID, 10))
	r.user.Set(i.UserID)
	r.platform.Set(i.Platform)
	r.badge.Set(look.StateVisual(i.State))
	r.age.Set(look.Duration(m.Now.Sub(i.Since)))
	who := lang.L("another client")
	switch {
	case i.Window > 0:
		who = lang.L("window {{.N}}", map[string]any{"N": i.Window})
	case i.Foreign != "":
		who = lang.L("your app · {{.App}}", map[string]any{"App": i.Foreign})
	}
	r.who.Set(who)
	r.line.Refresh()
}

// columns lines the cells of head and rows up; the user, with who it is below, gets what
// the others leave.
type columns struct{ height, last float32 }

func (l columns) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, l.height) }

func (l columns) Layout(o []fyne.CanvasObject, s fyne.Size) {
	const gap float32 = 10
	w := []float32{50, 0, 92, 118, 84, l.last}
	if s.Width > 800 {
		w = []float32{64, 0, 150, 130, 110, l.last}
	}
	rest := s.Width - 16 - gap*5
	for _, x := range w {
		rest -= x
	}
	w[1] = fyne.Max(40, rest)
	x := float32(8)
	for i, c := range o {
		h := fyne.Min(c.MinSize().Height, l.height)
		c.Move(fyne.NewPos(x, (l.height-h)/2))
		c.Resize(fyne.NewSize(w[i], h))
		x += w[i] + gap
	}
}
