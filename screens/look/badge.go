package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"kickbench/client/wire"
)

const badgeHeight float32 = 24

// Badge shows a Visual: ground, glyph and word.
type Badge struct {
	widget.BaseWidget
	v Visual
}

// NewBadge gives a badge.
func NewBadge(v Visual) *Badge {
	b := &Badge{v: v}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows v.
func (b *Badge) Set(v Visual) {
	if b.v == v {
		return
	}
	b.v = v
	b.Refresh()
}

// Visual is what it shows.
func (b *Badge) Visual() Visual { return b.v }

// CreateRenderer implements fyne.Widget.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &badgeRenderer{
		b: b, ground: &canvas.Rectangle{},
		icon: NewIconImage(), word: canvas.NewText("", theme.Color(ColorText)),
	}
	r.apply()
	return r
}

type badgeRenderer struct {
	b      *Badge
	ground *canvas.Rectangle
	icon   *IconImage
	word   *canvas.Text
}

func (r *badgeRenderer) apply() {
	v := r.b.v
	r.ground.FillColor, r.ground.CornerRadius = theme.Color(v.Tone.Ground()), badgeHeight/2
	r.icon.Set(v.Icon, v.Tone.Mark())
	r.word.Text, r.word.Color = v.Word, theme.Color(v.Tone.Ink())
	r.word.TextSize, r.word.TextStyle = theme.Size(SizeSmall), fyne.TextStyle{Bold: true}
}

func (r *badgeRenderer) MinSize() fyne.Size {
	w := fyne.MeasureText(r.b.v.Word, r.word.TextSize, r.word.TextStyle).Width // word may be cut short
	return fyne.NewSize(w+34, badgeHeight)
}

func (r *badgeRenderer) Layout(s fyne.Size) {
	w := fyne.Min(s.Width, r.MinSize().Width)
	y := (s.Height - badgeHeight) / 2
	r.ground.Move(fyne.NewPos(0, y))
	r.ground.Resize(fyne.NewSize(w, badgeHeight))
	r.icon.Move(fyne.NewPos(8, y+(badgeHeight-13)/2))
	r.icon.Resize(fyne.NewSquareSize(13))
	r.word.Text = Elide(r.b.v.Word, w-34, r.word.TextSize, r.word.TextStyle)
	m := r.word.MinSize()
	r.word.Move(fyne.NewPos(24, y+(badgeHeight-m.Height)/2))
	r.word.Resize(m)
}

func (r *badgeRenderer) Refresh() {
	r.apply()
	r.Layout(r.b.Size())
	r.ground.Refresh()
	r.word.Refresh()
}

func (r *badgeRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.icon.Image, r.word}
}
func (r *badgeRenderer) Destroy() {}

// Platform shows a platform's glyph and name.
type Platform struct {
	widget.BaseWidget
	p    wire.Platform
	icon *Glyph
	name *Text
}

// NewPlatform gives the glyph and name of p.
func NewPlatform(p wire.Platform) *Platform {
	t := &Platform{p: p, icon: NewGlyph(PlatformIcon(p), ColorMuted, 16), name: NewText(p.Label()).Elided()}
	t.ExtendBaseWidget(t)
	return t
}

// Set shows p.
func (t *Platform) Set(p wire.Platform) {
	if t.p == p {
		return
	}
	t.p = p
	t.icon.Set(PlatformIcon(p), ColorMuted)
	t.name.Set(p.Label())
}

// CreateRenderer implements fyne.Widget.
func (t *Platform) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	return widget.NewSimpleRenderer(&fyne.Container{Layout: sideLayout{gap: 6}, Objects: []fyne.CanvasObject{t.icon, t.name}})
}
