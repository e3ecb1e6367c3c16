package scenarios

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
	"kickbench/screens/timeline"
)

// detail is the chosen scenario: what it says, what its run does, what came of it, and
// the picture of that.
type detail struct {
	s       *Screen
	variant int

	root     *fyne.Container
	head     *fyne.Container
	run      *look.Button
	copy     *look.Button
	edit     *look.Button
	remove   *look.Button
	report   *look.Button
	command  *look.Button
	variants *look.Button
	tabs     []*look.Chip // words or picture, where there is room for one of them
	tabRow   fyne.CanvasObject
	content  *fyne.Container
	page     *fyne.Container
	picture  *timeline.Screen
	empty    fyne.CanvasObject // in place of the picture
	nothing  fyne.CanvasObject // while no scenario is chosen
	split    *fyne.Container
	body     *fyne.Container
	pictured bool // the picture was asked for where both do not fit
	narrow   bool

	badge   *look.Badge
	verdict *look.Prose
	facts   *look.Prose
	steps   []*line
	running *line    // the last that was brought into sight
	drawn   *Outcome // what came of the run that is drawn; nil for none
	painted *Outcome // the one whose picture is there
	growing *live    // the one whose picture grows; nil for none
	taken   int      // of its records
	host    *host
	foreign *look.Prose // how the app under test comes in
	file    *look.Prose // where the report stands
}

func newDetail(s *Screen, c Config) *detail {
	d := &detail{
		s: s, badge: look.NewBadge(look.Visual{}), facts: look.NewProse("", look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
		verdict: look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{}),
		file:    look.NewProse("", look.ColorMuted, look.SizeSmall, fyne.TextStyle{}), host: newHost(s),
	}
	d.foreign = look.NewProse(lang.L("Your own app takes part. Press Run: the page says where it connects, as whom it logs in, and what you do."), look.ToneWait.Ink(), look.SizeSmall, fyne.TextStyle{})
	d.run = look.NewButton("", "", look.Filled, s.runChosen)
	d.copy = look.NewButton(lang.L("Copy as my own"), look.IconCopy, look.Plain, s.copyOwn)
	d.edit = look.NewButton(lang.L("Edit"), look.IconOutside, look.Plain, s.edit)
	d.remove = look.NewButton(lang.L("Delete"), look.IconTrash, look.Ghost, s.remove)
	d.report = look.NewButton(lang.L("Open report"), look.IconReport, look.Plain, s.openReport)
	d.command = look.NewButton(lang.L("Copy command"), look.IconCopy, look.Ghost, s.copyCommand)
	d.variants = look.NewMenuButton("", "", look.Plain, s.variantMenu)
	for i, word := range []string{lang.L("Steps"), lang.L("Timeline")} {
		chip := look.NewChip(word, func() { d.turn(i == 1) })
		d.tabs = append(d.tabs, chip)
	}
	d.tabRow = look.Line(look.Space1, look.Strut(0, 36), d.tabs[0], d.tabs[1])
	d.head = look.Flow(look.Space2, d.run, d.variants, d.edit, d.copy, d.report, d.command, d.remove, d.tabRow)

	d.content = look.Column(look.Space2)
	d.page = look.Page(look.Inset(0, look.Space2, 0, look.Space3, d.content))
	d.picture = timeline.New(timeline.Config{Dispatch: c.Dispatch, Exporter: c.Exporter, Title: "Kickbench", Say: c.Say})
	d.empty = look.NewTightCard(look.NewEmpty(look.IconTimeline, lang.L("No picture yet"), lang.L("Run the scenario: a lane for each instance, and an arrow for each kick.")))
	box := container.NewStack(d.picture.Object(), d.empty)
	d.split = &fyne.Container{Layout: splitLayout{d}, Objects: []fyne.CanvasObject{look.NewCard(d.page), box}}
	d.body = &fyne.Container{Layout: detailLayout{d}, Objects: []fyne.CanvasObject{d.head, d.split, d.host.card}}
	d.nothing = look.NewTightCard(look.NewEmpty(look.IconPlay, lang.L("A kick, written down"),
		lang.L("Choose a scenario to see what it proves and to run it. Or record what you do by hand, and have it as a file that anyone can run.")))
	d.root = container.NewStack(d.body, d.nothing)
	d.turn(false)
	d.rebuild()
	return d
}

// turn shows the words or the picture, where both do not fit.
func (d *detail) turn(picture bool) {
	d.pictured = picture
	d.tabs[0].Choose(!picture)
	d.tabs[1].Choose(picture)
	if d.root != nil {
		d.root.Objects[0].Refresh()
	}
}

func (d *detail) row() *row {
	st := d.s.states[d.s.chosen]
	if st == nil || d.variant >= len(st.rows) {
		return nil
	}
	return &st.rows[d.variant]
}

// rebuild shows the chosen scenario from the beginning.
func (d *detail) rebuild() {
	it := d.s.item(d.s.chosen)
	look.SetVisible(d.nothing, it == nil)
	look.SetVisible(d.root.Objects[0], it != nil)
	d.content.Objects, d.steps, d.drawn = nil, nil, nil
	d.settle()
	if it == nil {
		return
	}
	if d.variant >= len(it.Variants) {
		d.variant = 0
	}
	look.SetVisible(d.edit, it.Own)
	look.SetVisible(d.remove, it.Own)
	if it.Own {
		d.copy.SetLabel(lang.L("Duplicate"), look.IconCopy)
	} else {
		d.copy.SetLabel(lang.L("Copy as my own"), look.IconCopy)
	}
	title := it.Title
	if title == "" {
		title = it.Name
	}
	d.content.Add(look.NewProse(title, look.ColorText, look.SizeName, fyne.TextStyle{Bold: true}))
	d.content.Add(look.NewMono(it.Name).Toned(look.ColorMuted).Elided())
	if len(it.Problems) > 0 {
		d.problems(it)
		d.host.show(nil)
		d.label()
		return
	}
	d.content.Add(look.Line(0, d.badge, look.Spring()))
	d.content.Add(d.verdict)
	d.content.Add(d.facts)
	d.content.Add(d.file)
	d.content.Add(d.foreign)
	d.deeds()
	if it.Proves != "" {
		d.section(lang.L("What it proves"))
		d.content.Add(look.NewProse(it.Proves, look.ColorText, look.SizeText, fyne.TextStyle{}))
	}
	about := strings.Join(it.tagWords(), ", ")
	if g := gradeWord(it.Grade); g != "" {
		about = strings.TrimSuffix(fmt.Sprintf("%s · %s · %s", it.Grade, g, about), " · ")
	}
	if about != "" {
		d.content.Add(look.NewProse(about, look.ColorMuted, look.SizeSmall, fyne.TextStyle{}))
	}
	d.results(it)
	if len(it.Source) > 0 {
		d.section(lang.L("Where it comes from"))
		for _, a := range it.Source {
			d.content.Add(look.NewLink(a))
		}
	}
	d.update()
}

// top scrolls to the beginning.
func (d *detail) top() {
	if s, ok := d.page.Objects[0].(*container.Scroll); ok {
		s.ScrollToTop()
	}
}

func (d *detail) section(title string) {
	d.content.Add(look.Inset(look.Space2, 0, 0, 0, look.NewMuted(title)))
}

// mostLines bounds the steps that are drawn: a war of a thousand rounds has more than
// anyone reads.
const mostLines = 100

// results adds steps, expectations and findings.
func (d *detail) results(it *Item) {
	v := it.Variants[d.variant]
	steps, expectations := v.Steps, v.Expectations
	var findings []Finding
	if r := d.row(); r != nil {
		steps = r.steps
		if d.drawn = r.out; r.out != nil {
			steps, findings = r.out.Steps, r.out.Findings
			if len(r.out.Expectations) > 0 {
				expectations = r.out.Expectations
			}
		}
	}
	d.section(lang.L("Steps"))
	for i, s := range steps {
		if i >= mostLines && s.Status != Failed {
			continue
		}
		l := stepLine(s)
		if i < mostLines {
			d.steps = append(d.steps, l)
		}
		d.content.Add(l.box)
	}
	if more := len(steps) - mostLines; more > 0 {
		d.content.Add(look.NewMuted(lang.XN("more steps", "and {{.N}} more steps", more, map[string]any{"N": more})))
	}
	if len(expectations) > 0 {
		d.section(lang.L("What is expected"))
	}
	for _, e := range expectations {
		d.content.Add(expectationLine(e).box)
	}
	if len(findings) > 0 {
		d.section(lang.L("What the judges say"))
	}
	for _, f := range findings {
		d.content.Add(findingLine(f).box)
	}
}

// problems shows the mistakes of a file, as an editor would.
func (d *detail) problems(it *Item) {
	d.badge.Set(mistakes(len(it.Problems)))
	d.content.Add(look.Line(0, d.badge, look.Spring()))
	d.content.Add(look.NewProse(lang.L("This file cannot be run yet. It is read again as soon as it is saved."), look.ColorText, look.SizeText, fyne.TextStyle{}))
	for _, p := range it.Problems {
		at := lang.L("Line {{.Line}}, column {{.Column}}", map[string]any{"Line": p.Line, "Column": p.Column})
		d.section(at)
		d.content.Add(look.NewProse(p.Message, look.ToneBad.Ink(), look.SizeText, fyne.TextStyle{}))
		if p.Suggestion != "" {
			text := lang.L("Did you mean “{{.Word}}”?", map[string]any{"Word": p.Suggestion})
			d.content.Add(look.NewProse(text, look.ColorText, look.SizeText, fyne.TextStyle{}))
		}
		if p.Source != "" {
			for source := range strings.SplitSeq(caret(p), "\n") {
				d.content.Add(look.NewMono(source).Elided())
			}
		}
	}
	d.empties(true)
}

// update shows what a run has done since; the lines are there already.
func (d *detail) update() {
	it := d.s.item(d.s.chosen)
	if it == nil || len(it.Problems) > 0 {
		d.host.show(nil)
		d.label()
		return
	}
	r := d.row()
	if r != nil && r.out != d.drawn {
		d.rebuild()
		if d.running != nil { // the verdict stands at the top
			d.running = nil
			d.top()
		}
		return
	}
	status := NotRun
	var out *Outcome
	if r != nil {
		status, out = r.status, r.out
		d.showSteps()
	}
	d.host.show(r)
	look.SetVisible(d.foreign, it.Foreign && status == NotRun)
	d.badge.Set(visual(status))
	text, numbers := "", ""
	if out != nil {
		text, numbers = verdict(out), facts(out)
	}
	look.SetVisible(d.verdict, text != "")
	d.verdict.Set(text)
	look.SetVisible(d.facts, text != "")
	d.facts.Set(numbers)
	file := ""
	if st := d.s.states[it.ID]; st != nil && st.report != "" && out != nil {
		file = lang.L("The report stands in {{.File}}", map[string]any{"File": st.report})
	}
	look.SetVisible(d.file, file != "")
	d.file.Set(file)
	d.empties(!d.paint(r))
	d.label()
	d.page.Refresh()
	d.follow()
}

// empties shows that there is no picture, or the picture.
func (d *detail) empties(none bool) {
	look.SetVisible(d.empty, none)
	look.SetVisible(d.picture.Object(), !none)
}

// label names the buttons by what they do now.
func (d *detail) label() {
	it := d.s.item(d.s.chosen)
	if it == nil {
		return
	}
	runs := len(it.Variants) > 0
	switch {
	case d.s.running:
		d.run.SetLabel(lang.L("Stop"), look.IconStop)
	default:
		d.run.SetLabel(lang.L("Run"), look.IconPlay)
	}
	enable(d.run, runs && !d.s.stopping || d.s.running && !d.s.stopping)
	look.SetVisible(d.variants, len(it.Variants) > 1)
	if len(it.Variants) > 1 {
		d.variants.SetLabel(look.Elide(it.Variants[d.variant].Name, 180, 14, fyne.TextStyle{}), "")
	}
	look.SetVisible(d.report, d.s.states[it.ID].reported())
	d.head.Refresh()
	d.root.Objects[0].Refresh()
}

// halved reports whether words and picture take turns.
func (d *detail) halved() bool {
	it := d.s.item(d.s.chosen)
	return d.narrow && it != nil && len(it.Variants) > 0
}

// reported reports whether some run of it has come to an end.
func (s *state) reported() bool {
	if s == nil {
		return false
	}
	for _, r := range s.rows {
		if r.out != nil {
			return true
		}
	}
	return false
}

func enable(b *look.Button, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}

// splitLayout puts the picture beside the words, or shows one of both where they do not
// fit.
type splitLayout struct{ d *detail }

func (splitLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(320, 200) }

func (l splitLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		c.Move(fyne.NewPos(0, 0))
		c.Resize(s)
	}
	if l.d.narrow {
		look.SetVisible(o[0], !l.d.pictured || !l.d.halved())
		look.SetVisible(o[1], l.d.pictured && l.d.halved())
		return
	}
	w := fyne.Max(wordsWidth, fyne.Min(s.Width*0.43, s.Width-look.Space3-pictureWidth))
	o[0].Resize(fyne.NewSize(w, s.Height))
	o[1].Move(fyne.NewPos(w+look.Space3, 0))
	o[1].Resize(fyne.NewSize(s.Width-w-look.Space3, s.Height))
	look.SetVisible(o[0], true)
	look.SetVisible(o[1], true)
}
