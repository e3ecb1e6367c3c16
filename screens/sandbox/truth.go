package sandbox

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// defectsPart are the switches of the bugs a vendor's server really had.
type defectsPart struct {
	s       *Screen
	content fyne.CanvasObject
	tally   *look.Text
	body    *fyne.Container
	rows    []*defectRow
	filling bool
}

type defectRow struct {
	name string
	box  *look.Check
}

func newDefectsPart(s *Screen) *defectsPart {
	p := &defectsPart{s: s, tally: look.NewMuted(""), body: look.Column(look.Space3)}
	p.content = look.NewCard(look.Column(
		look.Space3, look.Line(look.Space3, cardWide(lang.L("Bugs a chat server really had")), p.tally),
		look.NewProse(lang.L("Turn one on to see whether your app lives with it. All are off at the start; each says where it was reported."), look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
		p.body,
	))
	return p
}

func (p *defectsPart) show(m Model) {
	if len(p.rows) != len(m.Defects) {
		p.build(m)
	}
	on := 0
	p.filling = true
	for i, d := range m.Defects {
		p.rows[i].box.SetChecked(d.On)
		if d.On {
			on++
		}
	}
	p.filling = false
	p.tally.Set(lang.L("{{.On}} of {{.All}} on", map[string]any{"On": on, "All": len(m.Defects)}))
	label := lang.L("Known defects")
	if on > 0 {
		label = fmt.Sprintf("%s · %d", label, on)
	}
	p.s.tabs.Label(partDefects, label)
}

func (p *defectsPart) build(m Model) {
	p.rows, p.body.Objects = nil, nil
	for _, d := range m.Defects {
		r := &defectRow{name: d.Name}
		r.box = look.NewCheck("", func(on bool) {
			if p.filling {
				return
			}
			p.s.run(lang.L("Switch a defect"), "", func(reply func(error)) { p.s.control.SetDefect(r.name, on, reply) })
		})
		p.rows = append(p.rows, r)
		head := look.Side(look.Space3, look.NewMono(d.Name), look.NewMuted(d.Scenario).Elided())
		words := look.Column(2, head, look.NewProse(d.Says, look.ColorText, look.SizeText, fyne.TextStyle{}), look.NewLink(d.Source))
		p.body.Add(look.Side(look.Space1, look.Column(0, r.box), words))
		p.body.Add(look.Rule())
	}
	p.body.Refresh()
}

// fidelityPart says how well each behaviour is known to be the vendor's.
type fidelityPart struct {
	s       *Screen
	content fyne.CanvasObject
	chips   []*look.Chip
	row     *fyne.Container
	body    *fyne.Container
	all     []Fidelity
	rows    []fyne.CanvasObject
	only    Grade // "" shows all
}

var grades = []Grade{"", Documented, Observed, Guessed, Own}

func newFidelityPart(s *Screen) *fidelityPart {
	p := &fidelityPart{s: s, row: look.Flow(look.Space2), body: look.Column(look.Space2)}
	for _, g := range grades {
		c := look.NewChip("", func() { p.choose(g) })
		p.chips = append(p.chips, c)
		p.row.Add(c)
	}
	p.content = look.NewCard(look.Column(
		look.Space3, cardTitle(lang.L("How sure it is that the vendor's server does the same")),
		p.row, p.body,
	))
	return p
}

// fill builds the rows the first time the table is wanted: there are some seventy.
func (p *fidelityPart) fill(all []Fidelity) {
	if p.all != nil {
		return
	}
	p.all = all
	for _, f := range all {
		where := f.Area
		if f.Key != "" && f.Key != f.Area {
			where += " · " + f.Key
		}
		grade := look.NewBadge(gradeVisual(f.Grade))
		text := look.Column(
			1, look.NewMono(where).Toned(look.ColorMuted).Elided(),
			look.NewProse(f.Behaviour, look.ColorText, look.SizeText, fyne.TextStyle{}), look.NewLink(f.Source),
		)
		cell := &fyne.Container{Layout: gradeLayout{}, Objects: []fyne.CanvasObject{grade, text}}
		row := look.Column(look.Space2, cell, look.Rule())
		p.rows = append(p.rows, row)
		p.body.Add(row)
	}
	p.choose("")
}

func (p *fidelityPart) choose(g Grade) {
	p.only = g
	count := map[Grade]int{"": len(p.all)}
	for i, f := range p.all {
		count[f.Grade]++
		look.SetVisible(p.rows[i], g == "" || f.Grade == g)
	}
	for i, c := range p.chips {
		word := lang.X("chip.all", "All")
		if grades[i] != "" {
			word = gradeVisual(grades[i]).Word
		}
		c.Set(fmt.Sprintf("%s %d", word, count[grades[i]]), false)
		c.Choose(grades[i] == g)
	}
	p.row.Refresh()
	p.body.Refresh()
	p.s.relayout()
}

func gradeVisual(g Grade) look.Visual {
	switch g {
	case Documented:
		return look.Visual{Tone: look.ToneGood, Icon: look.IconCheck, Word: lang.L("documented")}
	case Observed:
		return look.Visual{Tone: look.ToneBusy, Icon: look.IconInfo, Word: lang.L("observed")}
	case Guessed:
		return look.Visual{Tone: look.ToneWait, Icon: look.IconWarn, Word: lang.L("guessed")}
	default:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconSandbox, Word: lang.L("our own")}
	}
}

// gradeLayout gives the grade one width in all rows, and the words the rest.
type gradeLayout struct{}

const gradeWidth float32 = 124

func (gradeLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(gradeWidth+200, fyne.Max(26, o[1].MinSize().Height))
}

func (gradeLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(gradeWidth, 24))
	o[1].Move(fyne.NewPos(gradeWidth+look.Space3, 0))
	o[1].Resize(fyne.NewSize(fyne.Max(0, s.Width-gradeWidth-look.Space3), s.Height))
}
