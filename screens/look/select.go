package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

const fieldHeight float32 = 36

// Select is a field that offers a few choices, in the look of an entry.
type Select struct {
	press
	options []string
	index   int
	changed func(int)
	// OnSubmitted takes Enter, which opens the choices where it is nil.
	OnSubmitted func()
}

// NewSelect gives a field that shows options[index].
func NewSelect(options []string, index int, changed func(int)) *Select {
	s := &Select{options: options, index: index, changed: changed}
	s.act = s.open
	s.ExtendBaseWidget(s)
	return s
}

// Index is the choice shown.
func (s *Select) Index() int { return s.index }

// SetIndex shows options[i]; it calls changed where that is news.
func (s *Select) SetIndex(i int) {
	if i == s.index || i < 0 || i >= len(s.options) {
		return
	}
	s.index = i
	s.Refresh()
	if s.changed != nil {
		s.changed(i)
	}
}

// TypedKey adds the arrows to what a button knows.
func (s *Select) TypedKey(e *fyne.KeyEvent) {
	switch {
	case s.Disabled():
	case e.Name == fyne.KeyUp || e.Name == fyne.KeyLeft:
		s.SetIndex(s.index - 1)
	case e.Name == fyne.KeyDown || e.Name == fyne.KeyRight:
		s.SetIndex(s.index + 1)
	case e.Name == fyne.KeySpace:
		s.open()
	case e.Name == fyne.KeyEscape, e.Name == fyne.KeyReturn, e.Name == fyne.KeyEnter:
		if e.Name != fyne.KeyEscape && s.OnSubmitted != nil {
			s.OnSubmitted()
			return
		}
		s.press.TypedKey(e)
	}
}

func (s *Select) open() {
	items := make([]*fyne.MenuItem, len(s.options))
	for i, o := range s.options {
		items[i] = fyne.NewMenuItem(o, func() { s.SetIndex(i) })
		items[i].Checked = i == s.index
	}
	openMenu(s, items, s.Size().Width)
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	r := &selectRenderer{
		s: s, frame: newPressFrame(), text: canvas.NewText("", theme.Color(ColorText)),
		arrow: NewIconImage(),
	}
	r.apply()
	return r
}

type selectRenderer struct {
	s     *Select
	frame pressFrame
	text  *canvas.Text
	arrow *IconImage
}

func (r *selectRenderer) shown() string {
	if r.s.index < 0 || r.s.index >= len(r.s.options) {
		return ""
	}
	return r.s.options[r.s.index]
}

func (r *selectRenderer) apply() {
	r.frame.apply(&r.s.press, ColorField, ColorLine, RadiusField)
	ink := fyne.ThemeColorName(ColorText)
	if r.s.Disabled() {
		ink = theme.ColorNameDisabled
	}
	r.text.Text, r.text.Color, r.text.TextSize = r.shown(), theme.Color(ink), theme.Size(SizeText)
	r.arrow.Set(IconDown, ColorMuted)
}

func (r *selectRenderer) MinSize() fyne.Size { return fyne.NewSize(120, fieldHeight) }

func (r *selectRenderer) Layout(s fyne.Size) {
	r.frame.layout(s)
	r.arrow.Move(fyne.NewPos(s.Width-16-9, (s.Height-16)/2))
	r.arrow.Resize(fyne.NewSquareSize(16))
	r.text.Text = Elide(r.shown(), s.Width-40, r.text.TextSize, r.text.TextStyle)
	m := r.text.MinSize()
	r.text.Move(fyne.NewPos(10, (s.Height-m.Height)/2))
	r.text.Resize(m)
}

func (r *selectRenderer) Refresh() {
	r.apply()
	r.Layout(r.s.Size())
	r.frame.refresh()
	r.text.Refresh()
}

func (r *selectRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.frame.ground, r.frame.veil, r.text, r.arrow.Image}
}
func (r *selectRenderer) Destroy() {}
