package look

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Prose is text that wraps, in one size and colour.
type Prose struct {
	widget.BaseWidget
	rich *widget.RichText
	seg  *widget.TextSegment
}

// NewProse gives wrapped text without the padding Fyne puts around it.
func NewProse(s string, c fyne.ThemeColorName, size fyne.ThemeSizeName, style fyne.TextStyle) *Prose {
	seg := &widget.TextSegment{Text: s, Style: widget.RichTextStyle{ColorName: c, SizeName: size, TextStyle: style}}
	rich := widget.NewRichText(seg)
	rich.Wrapping = fyne.TextWrapWord
	p := &Prose{rich: rich, seg: seg}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements fyne.Widget.
func (p *Prose) CreateRenderer() fyne.WidgetRenderer {
	p.ExtendBaseWidget(p)
	return widget.NewSimpleRenderer(&fyne.Container{Layout: bareLayout{}, Objects: []fyne.CanvasObject{p.rich}})
}

// Set shows s.
func (p *Prose) Set(s string) { p.SetColored(s, p.seg.Style.ColorName) }

// SetColored shows s in c.
func (p *Prose) SetColored(s string, c fyne.ThemeColorName) {
	if p.seg.Text == s && p.seg.Style.ColorName == c {
		return
	}
	p.seg.Text, p.seg.Style.ColorName = s, c
	p.rich.Refresh()
}

// Centre centres the lines.
func (p *Prose) Centre() { p.seg.Style.Alignment = fyne.TextAlignCenter }

// Bold and Mono mark a word for Prose.SetMarked. The marks are control characters put
// around values, so that no translation has to carry markup and no value can forge it.
func Bold(s string) string { return markBold + clean(s) + markEnd }

// Mono marks an ID, a time or a code; see Bold.
func Mono(s string) string { return markMono + clean(s) + markEnd }

const (
	markBold = "\x01"
	markMono = "\x02"
	markEnd  = "\x03"
)

func clean(s string) string {
	return strings.NewReplacer(markBold, "", markMono, "", markEnd, "").Replace(s)
}

// Unmarked is s without the marks of Bold and Mono.
func Unmarked(s string) string { return clean(s) }

// SetMarked shows s with the words marked by Bold and Mono set off.
func (p *Prose) SetMarked(s string) {
	style := p.seg.Style
	style.Inline = true
	p.seg.Text = clean(s)
	p.rich.Segments = nil
	add := func(text string, ts fyne.TextStyle) {
		if text != "" { // runs are wrapped each for itself
			st := style
			st.TextStyle = ts
			if ts.Monospace { // monospace looks larger than the text around it
				st.SizeName = SizeSmall
			}
			p.rich.Segments = append(p.rich.Segments, &widget.TextSegment{Text: text, Style: st})
		}
	}
	for s != "" {
		i := strings.IndexAny(s, markBold+markMono)
		if i < 0 {
			break
		}
		before, opening := cutOpening(s[:i])
		add(before, fyne.TextStyle{})
		mark, rest := s[i:i+1], s[i+1:]
		word, after, _ := strings.Cut(rest, markEnd)
		closing, after := cutClosing(after)
		word = opening + word + closing
		add(word, fyne.TextStyle{Bold: mark == markBold, Monospace: mark == markMono})
		s = after
	}
	add(s, fyne.TextStyle{})
	p.rich.Refresh()
}

// A bracket before or behind a marked word goes with it: a line may break where a run
// ends, and must not between the two.
func cutOpening(s string) (rest, opening string) {
	rest = strings.TrimRight(s, "([{（「『《“‘【")
	return rest, s[len(rest):]
}

func cutClosing(s string) (closing, rest string) {
	rest = strings.TrimLeft(s, ")]}）」』》”’】.,:;!?。，、：；！？")
	return s[:len(s)-len(rest)], rest
}

// Text is what it shows.
func (p *Prose) Text() string { return p.seg.Text }

// bareLayout takes the padding away that Fyne's rich text keeps around itself.
type bareLayout struct{}

func (bareLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	pad := 2 * theme.Size(theme.SizeNameInnerPadding)
	return o[0].MinSize().Subtract(fyne.NewSize(pad, pad))
}

func (bareLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	pad := theme.Size(theme.SizeNameInnerPadding)
	o[0].Move(fyne.NewPos(-pad, -pad))
	o[0].Resize(s.AddWidthHeight(2*pad, 2*pad))
}
