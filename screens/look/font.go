package look

import (
	"bytes"
	"encoding/binary"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype/tables"
)

// fonts are the CJK subset dressed up for each style.
//
// Fyne asks the theme's font for every glyph first and its own Latin one for those it
// has not; but line height, baseline and the width of a space it takes from the theme's
// font alone. With the subset's own measures Latin text without a space sits three
// pixels above text with one, and indented monospace text loses its columns. So each
// copy of the subset is given the measures of the Latin font it stands in front of.
type fonts struct{ regular, bold, mono fyne.Resource }

func newFonts(regular, bold fyne.Resource) fonts {
	if regular == nil {
		return fonts{}
	}
	if bold == nil {
		bold = regular
	}
	return fonts{
		regular: fitted(regular, theme.DefaultTextFont()),
		bold:    fitted(bold, theme.DefaultTextBoldFont()),
		mono:    fitted(regular, theme.DefaultTextMonospaceFont()),
	}
}

// fitted is f with line height, baseline and spaces of latin; f itself where it is not
// a font that can be read.
func fitted(f, latin fyne.Resource) fyne.Resource {
	data := slices.Clone(f.Content())
	own, upem, ok := characters(data)
	if !ok {
		return f
	}
	other, err := font.ParseTTF(bytes.NewReader(latin.Content()))
	if err != nil {
		return f
	}
	lines, ok := other.FontHExtents()
	space, has := other.NominalGlyph(' ')
	if !ok || !has {
		return f
	}
	scale := float32(upem) / float32(other.Upem())
	unit := func(v float32) uint16 { return uint16(int16(v * scale)) }

	if t := table(data, "hhea"); len(t) >= 10 {
		put(t, 4, unit(lines.Ascender), unit(lines.Descender), unit(lines.LineGap))
	}
	if t := table(data, "OS/2"); len(t) >= 78 {
		put(t, 68, unit(lines.Ascender), unit(lines.Descender), unit(lines.LineGap), unit(lines.Ascender), unit(-lines.Descender))
	}
	hmtx := table(data, "hmtx")
	for _, r := range []rune{' ', '\u00a0'} {
		if g, ok := own.Lookup(r); ok && len(hmtx) >= int(g)*4+2 {
			put(hmtx, int(g)*4, unit(other.HorizontalAdvance(space)))
		}
	}
	return fyne.NewStaticResource(f.Name()+"@"+latin.Name(), data)
}

// characters are what glyph stands for which character in a font, and its units per em.
// Of thousands of glyphs nothing else is read: the window waits for it.
func characters(data []byte) (font.Cmap, uint16, bool) {
	head := table(data, "head")
	if len(head) < 20 {
		return nil, 0, false
	}
	all, _, err := tables.ParseCmap(table(data, "cmap"))
	if err != nil {
		return nil, 0, false
	}
	c, _, err := font.ProcessCmap(all, tables.FPNone)
	return c, binary.BigEndian.Uint16(head[18:]), err == nil
}

func put(t []byte, at int, values ...uint16) {
	for i, v := range values {
		binary.BigEndian.PutUint16(t[at+2*i:], v)
	}
}

// table gives a table of an OpenType file, nil where it has none of that name.
func table(data []byte, name string) []byte {
	if len(data) < 12 {
		return nil
	}
	n := int(binary.BigEndian.Uint16(data[4:]))
	for i := range n {
		e := 12 + 16*i
		if e+16 > len(data) {
			return nil
		}
		from, size := binary.BigEndian.Uint32(data[e+8:]), binary.BigEndian.Uint32(data[e+12:])
		if string(data[e:e+4]) == name && uint64(from)+uint64(size) <= uint64(len(data)) {
			return data[from : from+size]
		}
	}
	return nil
}
