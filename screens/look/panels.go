package look

import (
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// The icons of the sandbox and the settings.
const (
	IconSandbox  IconName = "sandbox"
	IconSettings IconName = "settings"
	IconStop     IconName = "stop"
	IconOutside  IconName = "outside"
	IconKeys     IconName = "keys"
)

// Tabs is a row of chips of which one is chosen, each with a part of a page below it.
type Tabs struct {
	chips []*Chip
	parts []fyne.CanvasObject
	flow  *fyne.Container
	// OnChange is called with the part's number when another one comes up; may be nil.
	OnChange func(int)
	shown    int
}

// NewTabs shows the first part.
func NewTabs(labels []string, parts []fyne.CanvasObject) *Tabs {
	t := &Tabs{parts: parts, flow: Flow(Space2)}
	for i, l := range labels {
		t.chips = append(t.chips, NewChip(l, func() { t.Show(i) }))
		t.flow.Add(t.chips[i])
		parts[i].Hide()
	}
	t.chips[0].Choose(true)
	parts[0].Show()
	return t
}

// Object is the row of chips; the parts are the page's to place.
func (t *Tabs) Object() fyne.CanvasObject { return t.flow }

// Label changes a chip's words, for one that counts.
func (t *Tabs) Label(i int, words string) { t.chips[i].Set(words, false); t.flow.Refresh() }

// Shown is the number of the part that shows.
func (t *Tabs) Shown() int { return t.shown }

// Show brings a part up.
func (t *Tabs) Show(i int) {
	if i == t.shown || i < 0 || i >= len(t.parts) {
		return
	}
	t.chips[t.shown].Choose(false)
	t.parts[t.shown].Hide()
	t.shown = i
	t.chips[i].Choose(true)
	t.parts[i].Show()
	if t.OnChange != nil {
		t.OnChange(i)
	}
}

// Link is a small line that opens an address in the browser, and shows where it goes.
// What is no address is shown as it is.
type Link struct {
	press
	address string
}

// NewLink gives a link to an address.
func NewLink(address string) *Link {
	l := &Link{address: address}
	if !strings.HasPrefix(address, "http") {
		l.Disable()
	}
	l.act = func() {
		if u, err := url.Parse(l.address); err == nil {
			_ = fyne.CurrentApp().OpenURL(u)
		}
	}
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *Link) CreateRenderer() fyne.WidgetRenderer {
	l.ExtendBaseWidget(l)
	r := &linkRenderer{l: l, frame: newPressFrame(), text: canvas.NewText("", theme.Color(ColorAccent)), icon: NewIconImage()}
	r.apply()
	return r
}

type linkRenderer struct {
	l     *Link
	frame pressFrame
	text  *canvas.Text
	icon  *IconImage
}

func (r *linkRenderer) apply() {
	r.frame.apply(&r.l.press, ColorTransparent, ColorTransparent, 4)
	ink, icon := ColorAccent, IconOutside
	if r.l.Disabled() {
		ink, icon = ColorMuted, ""
	}
	r.text.Color, r.text.TextSize = theme.Color(ink), theme.Size(SizeSmall)
	r.icon.Set(icon, ink)
}

func (r *linkRenderer) MinSize() fyne.Size {
	return fyne.NewSize(60, fyne.MeasureText("x", theme.Size(SizeSmall), fyne.TextStyle{}).Height+4)
}

func (r *linkRenderer) Layout(s fyne.Size) {
	words := strings.TrimPrefix(strings.TrimPrefix(r.l.address, "https://"), "http://")
	room := s.Width - 6
	if !r.icon.Hidden {
		room -= 18
	}
	r.text.Text = Elide(words, room, r.text.TextSize, r.text.TextStyle)
	m := r.text.MinSize()
	r.text.Move(fyne.NewPos(3, (s.Height-m.Height)/2))
	r.text.Resize(m)
	r.icon.Move(fyne.NewPos(m.Width+7, (s.Height-13)/2))
	r.icon.Resize(fyne.NewSquareSize(13))
	r.frame.layout(fyne.NewSize(fyne.Min(s.Width, m.Width+26), s.Height))
}

func (r *linkRenderer) Refresh() {
	r.apply()
	r.Layout(r.l.Size())
	r.frame.refresh()
	r.text.Refresh()
}

func (r *linkRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.frame.ground, r.frame.veil, r.text, r.icon.Image}
}
func (r *linkRenderer) Destroy() {}

// CodeBlock shows lines of code as they are, on the ground of a field.
func CodeBlock(lines ...string) *Code {
	c := &Code{box: Column(2)}
	ground := NewSurface(ColorField, Pad(Space3, c.box))
	ground.Line, ground.Radius = ColorLine, RadiusField
	c.Content = ground
	c.Set(lines...)
	return c
}

// Code is a block of lines that can be changed.
type Code struct {
	// Content is what a page shows.
	Content fyne.CanvasObject
	box     *fyne.Container
	lines   []string
}

// Set shows other lines.
func (c *Code) Set(lines ...string) {
	if strings.Join(lines, "\n") == c.Text() && len(c.box.Objects) > 0 {
		return
	}
	c.lines = lines
	c.box.Objects = nil
	for _, l := range lines {
		c.box.Add(NewMono(l).Elided())
	}
	c.box.Refresh()
}

// Text are all lines, whole, for the clipboard.
func (c *Code) Text() string { return strings.Join(c.lines, "\n") }
