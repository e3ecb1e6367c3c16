package timeline

import (
	"strings"

	"fyne.io/fyne/v2"

	"kickbench/client/timeline"
	"kickbench/screens/look"
)

const (
	hoverWidth  = float32(340)
	hoverFields = 14
)

// hoverCard tells of the record under the pointer: in words, and as the ledger has it.
type hoverCard struct {
	card   *look.Surface
	title  *look.Prose
	when   *look.Text
	text   *look.Prose
	names  [hoverFields]*look.Text
	values [hoverFields]*look.Text
	lines  [hoverFields]*fyne.Container
}

func newHoverCard() *hoverCard {
	h := &hoverCard{
		title: look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{Bold: true}),
		when:  look.NewMono("").Toned(look.ColorMuted),
		text:  look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{}),
	}
	fields := make([]fyne.CanvasObject, 0, hoverFields)
	for i := range hoverFields {
		h.names[i] = look.NewMono("").Toned(look.ColorMuted)
		h.names[i].MinWidth = 84
		h.values[i] = look.NewMono("").Elided()
		h.lines[i] = look.Side(look.Space2, h.names[i], h.values[i])
		fields = append(fields, h.lines[i])
	}
	body := look.Column(look.Space2, look.Column(2, h.title, h.when), h.text, look.Rule(), look.Column(0, fields...))
	h.card = look.NewTightCard(look.Pad(look.Space3, body))
	h.card.Hide()
	return h
}

func (h *hoverCard) hide() {
	if h.card.Visible() {
		h.card.Hide()
	}
}

func (h *hoverCard) show(c *chart, id timeline.ID) {
	r, ok := c.model.Record(id)
	if !ok {
		h.hide()
		return
	}
	t := c.tell(id)
	h.title.SetColored(t.title, t.tone.Ink())
	h.when.Set(look.DateTime(r.Time) + r.Time.Local().Format(".000"))
	h.text.Set(t.text)
	look.SetVisible(h.text, t.text != "")
	fields := r.Fields()
	n := 0
	for _, f := range fields {
		// What the words say already, and what is long.
		if f.Name == "time" || f.Name == "why" && strings.Contains(t.text, c.why(f.Value)) || n == hoverFields {
			continue
		}
		h.names[n].Set(f.Name)
		value := f.Value
		if f.Name == "why" {
			value = c.why(value)
		}
		h.values[n].Set(value)
		h.lines[n].Show()
		n++
	}
	for ; n < hoverFields; n++ {
		h.lines[n].Hide()
	}
	h.card.Show()
	// Wrapped text knows its height by its width.
	h.card.Resize(fyne.NewSize(hoverWidth, h.card.Size().Height))
	h.card.Resize(fyne.NewSize(hoverWidth, h.card.MinSize().Height))
	h.card.Refresh()
}

// place puts the card beside the pointer, within the chart as far as it fits.
func (h *hoverCard) place(at fyne.Position, room fyne.Size) {
	s := h.card.Size()
	x, y := at.X+16, at.Y+18
	if x+s.Width > room.Width-4 {
		x = at.X - 16 - s.Width
	}
	if y+s.Height > room.Height-4 {
		y = at.Y - 14 - s.Height
	}
	x = fyne.Max(4, fyne.Min(x, room.Width-4-s.Width))
	y = fyne.Max(4, fyne.Min(y, fyne.Max(4, room.Height-4-s.Height)))
	h.card.Move(fyne.NewPos(x, y))
}
