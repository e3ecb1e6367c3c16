package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// NavItem is an entry of the rail.
type NavItem struct {
	press
	label  string
	icon   IconName
	chosen bool
}

// NewNavItem gives an entry.
func NewNavItem(label string, icon IconName, tapped func()) *NavItem {
	n := &NavItem{label: label, icon: icon}
	n.act = tapped
	n.ExtendBaseWidget(n)
	return n
}

// Choose marks it as the page shown.
func (n *NavItem) Choose(on bool) {
	if n.chosen == on {
		return
	}
	n.chosen = on
	n.Refresh()
}

// Chosen reports whether it is the page shown.
func (n *NavItem) Chosen() bool { return n.chosen }

// CreateRenderer implements fyne.Widget.
func (n *NavItem) CreateRenderer() fyne.WidgetRenderer {
	n.ExtendBaseWidget(n)
	r := &navRenderer{
		n: n, frame: newPressFrame(),
		label: canvas.NewText(n.label, theme.Color(ColorMuted)), icon: NewIconImage(),
	}
	r.apply()
	return r
}

type navRenderer struct {
	n     *NavItem
	frame pressFrame
	label *canvas.Text
	icon  *IconImage
}

func (r *navRenderer) apply() {
	fill, ink := ColorTransparent, ColorMuted
	if r.n.chosen {
		fill, ink = ColorAccentSoft, ColorAccent
	}
	r.frame.apply(&r.n.press, fill, fill, RadiusField)
	r.label.Color, r.label.TextSize = theme.Color(ink), theme.Size(SizeText)
	r.label.TextStyle = fyne.TextStyle{Bold: r.n.chosen}
	r.icon.Set(r.n.icon, ink)
}

func (r *navRenderer) MinSize() fyne.Size {
	w := fyne.MeasureText(r.n.label, theme.Size(SizeText), fyne.TextStyle{Bold: true}).Width
	return fyne.NewSize(w+50, 38)
}

func (r *navRenderer) Layout(s fyne.Size) {
	r.frame.layout(s)
	r.icon.Move(fyne.NewPos(11, (s.Height-17)/2))
	r.icon.Resize(fyne.NewSquareSize(17))
	r.label.Text = Elide(r.n.label, s.Width-44, r.label.TextSize, r.label.TextStyle)
	m := r.label.MinSize()
	r.label.Move(fyne.NewPos(38, (s.Height-m.Height)/2))
	r.label.Resize(m)
}

func (r *navRenderer) Refresh() {
	r.apply()
	r.Layout(r.n.Size())
	r.frame.refresh()
	r.label.Refresh()
}

func (r *navRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.frame.ground, r.frame.veil, r.icon.Image, r.label}
}
func (r *navRenderer) Destroy() {}
