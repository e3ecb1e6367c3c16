package events

import (
	"bytes"
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
)

// shownJSON bounds what the pane lays out; Copy takes the whole.
const shownJSON = 16 << 10

// detail is the pane that shows one event whole.
type detail struct {
	content fyne.CanvasObject
	row     *Row
	title   *look.Text
	where   *look.Text
	text    *widget.Label
	scroll  *container.Scroll
	copy    *look.Button
	chosen  *fyne.Container
	hint    fyne.CanvasObject
}

func newDetail() *detail {
	d := &detail{title: look.NewBold("").Elided(), where: look.NewMono("").Toned(look.ColorMuted).Elided()}
	d.text = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	d.text.SizeName = look.SizeSmall
	d.text.Wrapping = fyne.TextWrapBreak
	d.text.Selectable = true
	d.scroll = container.NewVScroll(d.text)
	d.copy = look.NewButton(lang.L("Copy"), look.IconCopy, look.Plain, d.toClipboard)
	d.copy.Compact = true
	head := look.Inset(12, 4, 16, 12, look.Line(look.Space2, look.Wide(look.Column(2, d.title, d.where)), d.copy))
	d.chosen = look.Frame(head, look.Inset(0, 8, 8, 6, d.scroll), nil)
	d.hint = look.NewEmpty(look.IconInfo, lang.L("No event chosen"), lang.L("Choose a line to see the whole event."))
	d.content = look.NewTightCard(container.NewStack(d.hint, d.chosen))
	d.show(nil)
	return d
}

func (d *detail) show(r *Row) {
	if r == nil {
		d.row = nil
		d.chosen.Hide()
		d.hint.Show()
		return
	}
	d.row = r
	d.title.SetColored(r.Name, look.ColorText)
	where := []string{look.Clock(r.Time)}
	if r.Instance != "" {
		where = append(where, r.Instance)
	}
	d.where.Set(strings.Join(append(where, layerWord(r.Layer)), " · "))
	d.text.SetText(cut(pretty(r.JSON)))
	d.scroll.ScrollToTop()
	d.copy.SetLabel(lang.L("Copy"), look.IconCopy)
	d.hint.Hide()
	d.chosen.Show()
}

func (d *detail) toClipboard() {
	if d.row == nil {
		return
	}
	fyne.CurrentApp().Clipboard().SetContent(pretty(d.row.JSON))
	d.copy.SetLabel(lang.L("Copied"), look.IconCheck)
}

func pretty(s string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(s), "", "  ") != nil {
		return s // not JSON: shown as it is
	}
	return b.String()
}

func cut(s string) string {
	if len(s) <= shownJSON {
		return s
	}
	return strings.ToValidUTF8(s[:shownJSON], "") + "\n" + lang.L("… {{.Count}} bytes in all; Copy takes the whole.", map[string]any{"Count": look.Count(len(s))})
}
