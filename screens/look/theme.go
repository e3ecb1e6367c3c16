package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Type sizes beside Fyne's: SizeNameText is 14, SizeNameCaptionText 12.
const (
	SizeTitle fyne.ThemeSizeName = theme.SizeNameHeadingText    // 22
	SizeName  fyne.ThemeSizeName = theme.SizeNameSubHeadingText // 16
	SizeText  fyne.ThemeSizeName = theme.SizeNameText           // 14
	SizeSmall fyne.ThemeSizeName = theme.SizeNameCaptionText    // 12
)

// The spacing steps and corner radii, in Fyne's device-independent pixels.
const (
	Space1 float32 = 4
	Space2 float32 = 8
	Space3 float32 = 12
	Space4 float32 = 16
	Space5 float32 = 20

	RadiusCard  float32 = 8
	RadiusField float32 = 6
)

// Appearance says which variant a Theme shows.
type Appearance int

// The appearances.
const (
	FollowSystem Appearance = iota
	Light
	Dark
)

// Options make a Theme; the zero value follows the system and has no CJK font.
type Options struct {
	Appearance Appearance
	// CJK is a font with Han, Hangul and kana glyphs and U+0020, and without Latin
	// letters, digits or general punctuation (those would come from it too). Without
	// it those scripts show only where the system has a font for them.
	CJK fyne.Resource
	// CJKBold is its bold; nil shows CJK where bold is asked for.
	CJKBold fyne.Resource
}

// Theme is the window's theme. Immutable.
type Theme struct {
	base    fyne.Theme
	options Options
	colors  map[fyne.ThemeColorName]pair
	fonts   fonts
}

// NewTheme gives the theme for o.
func NewTheme(o Options) *Theme {
	return &Theme{base: theme.DefaultTheme(), options: o, colors: palette(), fonts: newFonts(o.CJK, o.CJKBold)}
}

// Color implements fyne.Theme.
func (t *Theme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch t.options.Appearance {
	case Light:
		v = theme.VariantLight
	case Dark:
		v = theme.VariantDark
	}
	if p, ok := t.colors[n]; ok {
		return p.of(v)
	}
	return t.base.Color(n, v)
}

// Font implements fyne.Theme: the CJK subset goes in front of Fyne's own fonts in every
// style but symbols.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case t.fonts.regular == nil || s.Symbol:
		return t.base.Font(s)
	case s.Monospace:
		return t.fonts.mono
	case s.Bold:
		return t.fonts.bold
	default:
		return t.fonts.regular
	}
}

// Icon implements fyne.Theme.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return t.base.Icon(n) }

// Size implements fyne.Theme.
func (t *Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case SizeTitle:
		return 22
	case SizeName:
		return 16
	case SizeText:
		return 14
	case SizeSmall:
		return 12
	case theme.SizeNamePadding:
		return Space1
	case theme.SizeNameInnerPadding:
		return Space2
	case theme.SizeNameInlineIcon:
		return 18
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius, theme.SizeNameMenuRadius,
		theme.SizeNameSelectionRadius:
		return RadiusField
	case theme.SizeNameCardRadius, theme.SizeNameDialogRadius, theme.SizeNamePopupRadius:
		return RadiusCard
	case theme.SizeNameScrollBar:
		return 10
	default:
		return t.base.Size(n)
	}
}

// Dense shows a list with its rows touching each other, for lists that draw their own
// lines. Its rows embed Row.
func Dense(list fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(list, unpadded{})
}

// Row is embedded in the rows of a Dense list: they keep the application's theme. In the
// list's own, which says nothing of text, Fyne would read all fonts once more for them,
// 11 MB for each style. Fyne passes over whatever has this method when it gives a
// theme to what is within.
type Row struct{}

// SetDeviceIsMobile does nothing; see Row.
func (Row) SetDeviceIsMobile(bool) {}

// passing is the application's theme of the moment, for overrides to build on. It asks
// the settings each time: theme.Current would give the override itself while it draws.
type passing struct{}

func (passing) theme() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

func (p passing) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	return p.theme().Color(n, v)
}
func (p passing) Font(s fyne.TextStyle) fyne.Resource     { return p.theme().Font(s) }
func (p passing) Icon(n fyne.ThemeIconName) fyne.Resource { return p.theme().Icon(n) }
func (p passing) Size(n fyne.ThemeSizeName) float32       { return p.theme().Size(n) }

type unpadded struct{ passing }

func (u unpadded) Size(n fyne.ThemeSizeName) float32 {
	if n == theme.SizeNamePadding {
		return 0
	}
	return u.passing.Size(n)
}
