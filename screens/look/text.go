package look

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var _ fyne.Widget = (*Text)(nil)

// Text is one line in a theme colour and size, without the padding of Fyne's label.
// Make one with a constructor.
type Text struct {
	widget.BaseWidget
	Text     string
	Color    fyne.ThemeColorName // ColorText where empty
	SizeName fyne.ThemeSizeName  // SizeText where empty
	Style    fyne.TextStyle
	Align    fyne.TextAlign
	// Elide lets the line be narrower than its text, which then ends in "…".
	Elide bool
	// MinWidth is the least width it asks for; MaxWidth the most, and a longer text
	// then ends in "…". 0 is no bound.
	MinWidth, MaxWidth float32
}

// NewText gives a line of plain text.
func NewText(s string) *Text { return newText(&Text{Text: s}) }

// NewTitle gives a line in the largest size.
func NewTitle(s string) *Text {
	return newText(&Text{Text: s, SizeName: SizeTitle, Style: fyne.TextStyle{Bold: true}})
}

// NewName gives a line in the size of names.
func NewName(s string) *Text {
	return newText(&Text{Text: s, SizeName: SizeName, Style: fyne.TextStyle{Bold: true}})
}

// NewMuted gives a line of small, muted text.
func NewMuted(s string) *Text { return newText(&Text{Text: s, Color: ColorMuted, SizeName: SizeSmall}) }

// NewBold gives a bold line.
func NewBold(s string) *Text { return newText(&Text{Text: s, Style: fyne.TextStyle{Bold: true}}) }

// NewMono gives a monospace line at 12, for IDs, times and codes.
func NewMono(s string) *Text {
	return newText(&Text{Text: s, SizeName: SizeSmall, Style: fyne.TextStyle{Monospace: true}})
}

func newText(t *Text) *Text {
	t.ExtendBaseWidget(t)
	return t
}

// Elided sets Elide and returns t.
func (t *Text) Elided() *Text {
	t.Elide = true
	return t
}

// Toned sets the colour and returns t.
func (t *Text) Toned(c fyne.ThemeColorName) *Text {
	t.Color = c
	return t
}

// Set shows s; it does nothing where s is shown already.
func (t *Text) Set(s string) {
	if t.Text == s {
		return
	}
	t.Text = s
	t.Refresh()
}

// SetColored shows s in c.
func (t *Text) SetColored(s string, c fyne.ThemeColorName) {
	if t.Text == s && t.Color == c {
		return
	}
	t.Text, t.Color = s, c
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	r := &textRenderer{t: t, line: canvas.NewText(t.Text, theme.Color(ColorText))}
	r.apply()
	return r
}

type textRenderer struct {
	t    *Text
	line *canvas.Text
}

func (r *textRenderer) apply() {
	name, size := r.t.Color, r.t.SizeName
	if name == "" {
		name = ColorText
	}
	if size == "" {
		size = SizeText
	}
	r.line.Color = theme.Color(name)
	r.line.TextSize = theme.Size(size)
	r.line.TextStyle = r.t.Style
	r.line.Alignment = r.t.Align
	r.line.Text = r.t.Text
}

func (r *textRenderer) elide() {
	if r.t.Elide || r.t.MaxWidth > 0 {
		r.line.Text = Elide(r.t.Text, r.t.Size().Width, r.line.TextSize, r.t.Style)
	}
}

func (r *textRenderer) MinSize() fyne.Size {
	full := fyne.MeasureText(r.t.Text, r.line.TextSize, r.line.TextStyle)
	if r.t.Elide {
		return fyne.NewSize(r.t.MinWidth, full.Height)
	}
	if r.t.MaxWidth > 0 {
		full.Width = fyne.Min(full.Width, r.t.MaxWidth)
	}
	return fyne.NewSize(fyne.Max(full.Width, r.t.MinWidth), full.Height)
}

func (r *textRenderer) Layout(s fyne.Size) {
	r.line.Text = r.t.Text
	r.elide()
	h := r.line.MinSize().Height
	r.line.Move(fyne.NewPos(0, (s.Height-h)/2))
	r.line.Resize(fyne.NewSize(s.Width, h))
}

func (r *textRenderer) Refresh() {
	r.apply()
	r.Layout(r.t.Size())
	r.line.Refresh()
}

func (r *textRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.line} }
func (r *textRenderer) Destroy()                     {}

// Elide cuts s so that it and a closing "…" fit into width. It measures seldom, since
// Fyne keeps the metrics of every string it measured for a minute.
func Elide(s string, width, size float32, style fyne.TextStyle) string {
	if s == "" || width <= 0 {
		return s
	}
	full := fyne.MeasureText(s, size, style).Width
	if full <= width+0.5 {
		return s
	}
	runes := utf8.RuneCountInString(s)
	keep := int(float32(runes) * width / full)
	for keep > 0 {
		cut := prefix(s, keep) + "…"
		w := fyne.MeasureText(cut, size, style).Width
		if w <= width {
			return cut
		}
		keep -= max(1, int(float32(keep)*(w-width)/w))
	}
	return "…"
}

func prefix(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i]
		}
		runes--
	}
	return s
}
