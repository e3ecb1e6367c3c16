package timeline

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/timeline"
	"kickbench/screens/look"
)

// detail is the card below the chart: the chosen record in words.
type detail struct {
	s      *Screen
	card   *look.Surface
	id     timeline.ID
	badge  *look.Badge
	title  *look.Text
	when   *look.Text
	text   *look.Text
	hint   *look.Text
	events *look.Button
	copy   *look.Button
	chosen *fyne.Container
}

func newDetail(s *Screen) *detail {
	d := &detail{
		s: s, badge: look.NewBadge(look.Visual{}), title: look.NewBold("").Elided(), when: look.NewMono("").Toned(look.ColorMuted),
		text: look.NewText("").Elided(), hint: look.NewMuted("").Elided(),
	}
	d.events = look.NewButton(lang.L("Show in events"), look.IconEvents, look.Plain, d.elsewhere)
	d.copy = look.NewButton(lang.L("Copy"), look.IconCopy, look.Plain, d.toClipboard)
	d.events.Compact, d.copy.Compact = true, true
	if s.config.OnShow == nil {
		d.events.Hide()
	}
	d.text.Color = look.ColorMuted
	head := look.Line(10, d.badge, look.Wide(d.title), d.when, d.copy, d.events)
	d.chosen = look.Column(look.Space1, head, d.text)
	d.hint.Set(lang.L("Wheel or + and − zoom, drag or arrows move, J and K go from kick to kick, 0 shows all."))
	d.card = look.NewTightCard(look.Inset(10, 10, 14, 12, container.NewStack(look.Strut(1, 56), d.hint, d.chosen)))
	d.show(0)
	return d
}

func (d *detail) show(id timeline.ID) {
	d.id = id
	d.renew()
}

// renew shows the record again: what came of a kick is known only after it.
func (d *detail) renew() {
	r, ok := d.s.chart.model.Record(d.id)
	look.SetVisible(d.chosen, ok)
	look.SetVisible(d.hint, !ok)
	if !ok {
		return
	}
	t := d.s.chart.tell(d.id)
	d.badge.Set(look.Visual{Tone: t.tone, Icon: t.icon, Word: kindWord(r)})
	d.title.Set(t.title)
	d.when.Set(look.Clock(r.Time))
	d.text.Set(t.text)
	d.copy.SetLabel(lang.L("Copy"), look.IconCopy)
	d.chosen.Refresh()
}

// kindWord is the badge's word: the state a record moved to, or what it is.
func kindWord(r *timeline.Record) string {
	if w := timeline.MarkWord(r, words()); w != "" {
		return w
	}
	return string(r.Kind)
}

func (d *detail) elsewhere() {
	if m, ok := d.s.moment(d.id); ok && d.s.config.OnShow != nil {
		d.s.config.OnShow(m)
	}
}

// toClipboard copies the record, in words and as the ledger has it.
func (d *detail) toClipboard() {
	r, ok := d.s.chart.model.Record(d.id)
	if !ok {
		return
	}
	t := d.s.chart.tell(d.id)
	var b strings.Builder
	b.WriteString(t.title + "\n")
	if t.text != "" {
		b.WriteString(t.text + "\n")
	}
	for _, f := range r.Fields() {
		b.WriteString(f.Name + ": " + f.Value + "\n")
	}
	fyne.CurrentApp().Clipboard().SetContent(b.String())
	d.copy.SetLabel(lang.L("Copied"), look.IconCheck)
}
