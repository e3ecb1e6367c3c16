package sandbox

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// The lengths of time that are offered: the vendor's, and none. What is set otherwise,
// by the console API, is offered too while it holds.
var (
	applyChoices  = []time.Duration{0, 5 * time.Minute, 50 * time.Minute}
	webChoices    = []time.Duration{0, 60 * time.Second, 400 * time.Second}
	nativeChoices = []time.Duration{0, 60 * time.Second, 400 * time.Second}
	miniChoices   = []time.Duration{0, 5 * time.Second, 30 * time.Second, 60 * time.Second}
)

// loginsPart is who may be online beside whom, and what happens to the others.
type loginsPart struct {
	s        *Screen
	content  fyne.CanvasObject
	policies []*look.Chip
	names    []string
	chips    *fyne.Container
	words    *look.Prose
	matrix   *matrix
	apply    *choice
	pending  *look.Text
	victim   *choice
	offline  *choice
	back     *choice
	web      *choice
	native   *choice
	mini     *choice
	disabled *look.Check
	filling  bool
}

func newLoginsPart(s *Screen) *loginsPart {
	p := &loginsPart{s: s, chips: look.Flow(look.Space2), words: look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{}), matrix: newMatrix(s), pending: look.NewText("").Toned(look.ToneWait.Ink()).Elided()}
	p.apply = newChoice(func(v string) { s.change(Patch{ApplyAfter: length(v)}) })
	p.victim = newChoice(func(v string) { s.change(Patch{Victim: v}) })
	p.offline = newChoice(func(v string) { s.change(Patch{Offline: v}) })
	p.back = newChoice(func(v string) { s.change(Patch{Reconnect: v}) })
	p.web = newChoice(func(v string) { s.change(Patch{GhostWeb: length(v)}) })
	p.native = newChoice(func(v string) { s.change(Patch{GhostNative: length(v)}) })
	p.mini = newChoice(func(v string) { s.change(Patch{GhostMini: length(v)}) })
	p.disabled = look.NewCheck(lang.L("The app's package has run out: logins are answered 60020"), func(on bool) {
		if !p.filling {
			s.change(Patch{Disabled: &on})
		}
	})

	together := look.NewCard(look.Column(
		look.Space3,
		cardTitle(lang.L("Who may be online together")), p.chips, p.words,
		look.Column(0, p.matrix.content),
		look.Side(look.Space3, look.Inset(9, 0, 0, 0, look.NewMuted(lang.L("Changes apply"))), look.AtMost(240, p.apply.content)),
		p.pending,
	))
	const least = 300
	rules := look.NewCard(look.Column(
		look.Space3,
		cardTitle(lang.L("What the vendor leaves open")),
		look.Grid(
			look.Space3, least,
			look.Field(lang.L("One too many on a platform: who goes"), p.victim.content),
			look.Field(lang.L("A kick that was missed while offline"), p.offline.content),
			look.Field(lang.L("Coming back to a place that is taken"), p.back.content),
			look.Field(lang.L("A lost Web connection counts for"), p.web.content),
			look.Field(lang.L("A lost connection of another platform counts for"), p.native.content),
			look.Field(lang.L("A closed mini program counts for"), p.mini.content),
		),
		look.Inset(0, 0, -7, 0, p.disabled),
	))
	p.content = look.Column(look.Space4, together, rules)
	return p
}

func (p *loginsPart) show(m Model) {
	a, ok := p.s.current()
	if !ok {
		return
	}
	s := a.Settings
	p.filling = true
	defer func() { p.filling = false }()
	p.showPolicies(s)
	p.words.Set(policyWords(s.Policy))
	p.matrix.show(s)
	p.apply.lengths(applyChoices, s.ApplyAfter, lang.L("at once"))
	pending := ""
	if !a.ApplyAt.IsZero() {
		pending = lang.L("These settings are in force from {{.Time}}, by the sandbox's clock; until then the old ones hold.", map[string]any{"Time": look.DateTime(a.ApplyAt)})
	}
	p.pending.Set(pending)
	look.SetVisible(p.pending, pending != "")
	p.victim.set(s.Victim, [][2]string{
		{"oldest", lang.L("the earliest login")}, {"newest", lang.L("the latest login")}, {"random", lang.L("one drawn by lot")},
	})
	p.offline.set(s.Offline, [][2]string{
		{"told", lang.L("is told on return")}, {"silent", lang.L("is never told: the next login succeeds")}, {"6208", lang.L("is answered 6208 at the next login, Web is told")},
	})
	p.back.set(s.Reconnect, [][2]string{
		{"kicks", lang.L("kicks whoever has it")}, {"yields", lang.L("is refused as kicked")},
	})
	none := lang.L("not at all")
	p.web.lengths(webChoices, s.GhostWeb, none)
	p.native.lengths(nativeChoices, s.GhostNative, none)
	p.mini.lengths(miniChoices, s.GhostMini, none)
	p.disabled.SetChecked(s.Disabled)
}

func (p *loginsPart) showPolicies(s Settings) {
	if !slices.Equal(p.names, s.Policies) {
		p.names, p.policies, p.chips.Objects = slices.Clone(s.Policies), nil, nil
		for _, name := range p.names {
			c := look.NewChip(policyName(name), func() { p.s.change(Patch{Policy: name}) })
			c.Radio = true
			p.policies = append(p.policies, c)
			p.chips.Add(c)
		}
	}
	for i, c := range p.policies {
		c.Choose(p.names[i] == s.Policy)
	}
}

// policyName is the policy in words, with the vendor's name beside it.
func policyName(p string) string {
	switch p {
	case "single":
		return lang.L("one platform (single)")
	case "dual":
		return lang.L("Web and one more (dual)")
	case "triple":
		return lang.L("Web, mobile and desktop (triple)")
	case "multi":
		return lang.L("all platforms (multi)")
	default:
		return p
	}
}

// policyWords says who excludes whom.
func policyWords(p string) string {
	switch p {
	case "single":
		return lang.L("One platform at a time: a login on any other platform ends the session.")
	case "dual":
		return lang.L("Web stays beside any other platform; Android, iPhone, iPad, Windows, Mac and Linux exclude each other.")
	case "triple":
		return lang.L("Web stays beside all; Android, iPhone and iPad exclude each other, and so do Windows, Mac and Linux.")
	case "multi":
		return lang.L("Every platform stays beside every other; only the number of places on each one counts.")
	default:
		return p
	}
}

// choice is a select of named values.
type choice struct {
	content *fyne.Container
	pick    *look.Select
	keys    []string
	labels  []string
	chosen  func(string)
	filling bool
}

func newChoice(chosen func(key string)) *choice {
	return &choice{content: look.Column(0), chosen: chosen}
}

// set offers options, each a key and its words, and shows the one that holds.
func (c *choice) set(value string, options [][2]string) {
	keys, labels, index := []string{}, []string{}, 0
	for i, o := range options {
		keys, labels = append(keys, o[0]), append(labels, o[1])
		if o[0] == value {
			index = i
		}
	}
	c.filling = true
	defer func() { c.filling = false }()
	if c.pick == nil || !slices.Equal(keys, c.keys) || !slices.Equal(labels, c.labels) {
		c.keys, c.labels = keys, labels
		c.pick = look.NewSelect(labels, index, func(i int) {
			if !c.filling {
				c.chosen(c.keys[i])
			}
		})
		c.content.Objects = []fyne.CanvasObject{c.pick}
		c.content.Refresh()
		return
	}
	c.pick.SetIndex(index)
}

// lengths offers lengths of time, value among them; zero is called none.
func (c *choice) lengths(offered []time.Duration, value time.Duration, none string) {
	all := slices.Clone(offered)
	if !slices.Contains(all, value) {
		all = append(all, value)
		slices.Sort(all)
	}
	options := make([][2]string, len(all))
	for i, d := range all {
		words := none
		if d > 0 {
			words = spell(d)
		}
		options[i] = [2]string{d.String(), words}
	}
	c.set(value.String(), options)
}

// spell gives a length of time in its largest unit that is whole: "400 s", "5 min".
func spell(d time.Duration) string {
	switch {
	case d%time.Minute == 0 && d < time.Hour:
		return lang.X("span.minutes", "{{.N}} min", map[string]any{"N": int(d / time.Minute)})
	case d%time.Second == 0 && d < time.Hour:
		return lang.X("span.seconds", "{{.N}} s", map[string]any{"N": int(d / time.Second)})
	default:
		return look.Duration(d)
	}
}

func length(key string) *time.Duration {
	d, _ := time.ParseDuration(key) // written by time.Duration.String
	return &d
}

// matrix shows each platform with its places, and what a login on every other does to it.
type matrix struct {
	s       *Screen
	content *fyne.Container
	rows    []*matrixRow
	shape   []wire.Platform
}

type matrixRow struct {
	places *look.Button
	n, max int
	cells  []*verdict
}

func newMatrix(s *Screen) *matrix { return &matrix{s: s, content: look.Column(0)} }

func (m *matrix) show(s Settings) {
	var shape []wire.Platform
	for _, p := range s.Places {
		shape = append(shape, p.Platform)
	}
	if !slices.Equal(shape, m.shape) {
		m.shape = shape
		m.build()
	}
	for i, r := range m.rows {
		r.n, r.max = s.Places[i].N, s.Places[i].Max
		r.places.SetLabel(strconv.Itoa(r.n), "")
		for j, c := range r.cells {
			c.set(i == j, s.Together[i][j])
		}
	}
}

func (m *matrix) build() {
	m.rows, m.content.Objects = nil, nil
	n := len(m.shape)
	head := &fyne.Container{Layout: matrixLayout{height: 26}}
	head.Add(look.NewMuted(lang.L("Online on")).Elided())
	head.Add(look.NewMuted(lang.L("Places")).Elided())
	for _, p := range m.shape {
		head.Add(look.NewMuted("+ " + p.Label()).Elided())
	}
	m.content.Add(head)
	m.content.Add(look.Rule())
	for i, p := range m.shape {
		r := &matrixRow{}
		r.places = look.NewMenuButton("1", "", look.Plain, func() []*fyne.MenuItem {
			items := make([]*fyne.MenuItem, r.max)
			for k := range items {
				items[k] = fyne.NewMenuItem(strconv.Itoa(k+1), func() { m.s.change(Patch{Places: map[wire.Platform]int{p: k + 1}}) })
				items[k].Checked = k+1 == r.n
			}
			return items
		})
		r.places.Compact = true
		line := &fyne.Container{Layout: matrixLayout{height: 36}}
		line.Add(look.NewPlatform(p))
		line.Add(r.places)
		for range n {
			c := newVerdict()
			r.cells = append(r.cells, c)
			line.Add(c.object)
		}
		m.rows = append(m.rows, r)
		m.content.Add(line)
		if i < n-1 {
			m.content.Add(look.Rule())
		}
	}
	m.content.Refresh()
}

// verdict is a cell: whether who is online stays when the column's platform logs in.
type verdict struct {
	object *fyne.Container
	glyph  *look.Glyph
	word   *look.Text
}

func newVerdict() *verdict {
	v := &verdict{glyph: look.NewGlyph(look.IconCheck, look.ColorMuted, 14), word: look.NewMuted("").Elided()}
	v.object = look.Side(4, v.glyph, v.word)
	return v
}

func (v *verdict) set(same, together bool) {
	switch {
	case same:
		v.glyph.Set("", look.ColorMuted)
		v.word.SetColored("–", look.ColorMuted)
	case together:
		v.glyph.Set(look.IconCheck, look.ToneGood.Mark())
		v.word.SetColored(lang.L("stays"), look.ToneGood.Ink())
	default:
		v.glyph.Set(look.IconStateKicked, look.ToneBad.Mark())
		v.word.SetColored(lang.L("kicked"), look.ToneBad.Ink())
	}
}

// matrixLayout gives the platform and its places their room, and the verdicts the rest
// in equal parts.
type matrixLayout struct{ height float32 }

func (l matrixLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(500, l.height) }

func (l matrixLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	const gap, places float32 = 6, 58
	name := fyne.Max(86, fyne.Min(s.Width*0.14, 150))
	cell := (s.Width - name - places - gap*2) / float32(max(1, len(o)-2))
	x := float32(0)
	for i, c := range o {
		w, pad := cell-gap, gap
		switch i {
		case 0:
			w = name
		case 1:
			w, pad = places, gap*2
		}
		h := fyne.Min(c.MinSize().Height, l.height)
		c.Move(fyne.NewPos(x, (l.height-h)/2))
		c.Resize(fyne.NewSize(w, h))
		x += w + pad
	}
}
