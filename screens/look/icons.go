package look

import (
	"embed"
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

//go:embed icons/*.svg
var iconFiles embed.FS

// IconName names one of the drawn icons. They are drawings and not characters because
// Fyne's fonts lack most of the mockups' glyphs.
type IconName string

// The icons.
const (
	IconStatus    IconName = "status"
	IconEvents    IconName = "events"
	IconHistory   IconName = "history"
	IconTimeline  IconName = "timeline"
	IconPlus      IconName = "plus"
	IconMinus     IconName = "minus"
	IconSearch    IconName = "search"
	IconPause     IconName = "pause"
	IconPlay      IconName = "play"
	IconCheck     IconName = "check"
	IconWarn      IconName = "warn"
	IconFail      IconName = "fail"
	IconInfo      IconName = "info"
	IconDown      IconName = "down"
	IconCopy      IconName = "copy"
	IconExport    IconName = "export"
	IconTrash     IconName = "trash"
	IconClose     IconName = "close"
	IconRadioOn   IconName = "radio-on"
	IconRadioOff  IconName = "radio-off"
	IconArrowUp   IconName = "arrow-up"
	IconArrowDown IconName = "arrow-down"
	IconBack      IconName = "back"
	IconLogout    IconName = "logout"

	IconStateWaiting IconName = "state-waiting"
	IconStateBusy    IconName = "state-busy"
	IconStateReady   IconName = "state-ready"
	IconStateKicked  IconName = "state-kicked"
	IconStateOut     IconName = "state-out"
	IconStateEnded   IconName = "state-ended"
)

// Icon gives the icon in a theme colour. It follows the theme by itself.
func Icon(n IconName, c fyne.ThemeColorName) fyne.Resource { return &icon{name: n, color: c} }

// icon colours strokes as well as fills, which Fyne's own themed resource does not.
type icon struct {
	name  IconName
	color fyne.ThemeColorName
}

var _ fyne.ThemedResource = (*icon)(nil)

func (i *icon) Name() string                        { return string(i.color) + "_" + string(i.name) + ".svg" }
func (i *icon) ThemeColorName() fyne.ThemeColorName { return i.color }

func (i *icon) Content() []byte {
	raw, err := iconFiles.ReadFile("icons/" + string(i.name) + ".svg")
	if err != nil {
		return nil // a name that is no constant above; the icon test reads them all
	}
	r, g, b, _ := theme.Color(i.color).RGBA()
	return []byte(strings.ReplaceAll(string(raw), "currentColor", fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)))
}

// IconImage is an icon as a canvas object, for renderers. It draws its picture anew only
// when that changes, which costs far more than any other refresh.
type IconImage struct {
	*canvas.Image
	name  IconName
	color color.Color
}

// NewIconImage gives an empty one.
func NewIconImage() *IconImage {
	i := &IconImage{Image: canvas.NewImageFromResource(nil)}
	i.FillMode = canvas.ImageFillContain
	i.Hide()
	return i
}

// Set shows an icon in a theme colour; "" hides it.
func (i *IconImage) Set(n IconName, c fyne.ThemeColorName) {
	i.Hidden = n == ""
	now := theme.Color(c)
	if n == "" || i.name == n && i.color == now {
		return
	}
	i.name, i.color = n, now
	i.Resource = Icon(n, c)
	i.Image.Refresh()
}

// Glyph is an icon of a fixed size.
type Glyph struct {
	widget.BaseWidget
	name  IconName
	color fyne.ThemeColorName
	side  float32
}

// NewGlyph gives the icon, side by side large.
func NewGlyph(n IconName, c fyne.ThemeColorName, side float32) *Glyph {
	g := &Glyph{name: n, color: c, side: side}
	g.ExtendBaseWidget(g)
	return g
}

// Set changes icon and colour.
func (g *Glyph) Set(n IconName, c fyne.ThemeColorName) {
	if g.name == n && g.color == c {
		return
	}
	g.name, g.color = n, c
	g.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (g *Glyph) CreateRenderer() fyne.WidgetRenderer {
	g.ExtendBaseWidget(g)
	r := &glyphRenderer{g: g, image: NewIconImage()}
	r.Refresh()
	return r
}

type glyphRenderer struct {
	g     *Glyph
	image *IconImage
}

func (r *glyphRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(r.g.side) }
func (r *glyphRenderer) Layout(s fyne.Size)           { placeSquare(r.image.Image, s, r.g.side) }
func (r *glyphRenderer) Refresh()                     { r.image.Set(r.g.name, r.g.color) }
func (r *glyphRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image.Image} }
func (r *glyphRenderer) Destroy()                     {}

// placeSquare centres o in s.
func placeSquare(o fyne.CanvasObject, s fyne.Size, side float32) {
	o.Move(fyne.NewPos((s.Width-side)/2, (s.Height-side)/2))
	o.Resize(fyne.NewSquareSize(side))
}

// NewLogo is the product's mark, 34 by 34.
func NewLogo() fyne.CanvasObject {
	return &fyne.Container{Layout: centreLayout{}, Objects: []fyne.CanvasObject{
		NewGlyph("logo-bench", ColorAccent, 34), NewGlyph("logo-ball", ToneBad.Mark(), 34),
	}}
}
