package look_test

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		x := float64(v) / 0xffff
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

func TestTextStandsOutFromWhatItIsOn(t *testing.T) {
	th := look.NewTheme(look.Options{})
	grounds := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		look.ColorText:     {look.ColorCard, look.ColorField, look.ColorRail, look.ToneBad.Ground(), look.ColorAccentSoft},
		look.ColorMuted:    {look.ColorCard, look.ColorField, look.ColorRail, look.ToneBad.Ground(), look.ColorAccentSoft},
		look.ColorAccent:   {look.ColorCard, look.ColorAccentSoft},
		look.ColorOnAccent: {look.ColorAccent},
	}
	for tone := look.ToneQuiet; tone <= look.ToneBad; tone++ {
		grounds[tone.Ink()] = []fyne.ThemeColorName{tone.Ground(), look.ColorCard}
	}
	for _, v := range []fyne.ThemeVariant{theme.VariantLight, theme.VariantDark} {
		for ink, on := range grounds {
			for _, ground := range on {
				if c := contrast(th.Color(ink, v), th.Color(ground, v)); c < 4.5 {
					t.Errorf("variant %d: %s on %s has a contrast of %.2f to 1, want 4.5", v, ink, ground, c)
				}
			}
		}
	}
}

func TestThemeColoursAreTheMockups(t *testing.T) {
	th := look.NewTheme(look.Options{})
	for name, want := range map[fyne.ThemeColorName][2]color.NRGBA{
		theme.ColorNameBackground: {{0xF6, 0xF7, 0xF9, 255}, {0x14, 0x16, 0x1A, 255}},
		look.ColorCard:            {{0xFF, 0xFF, 0xFF, 255}, {0x1C, 0x1F, 0x25, 255}},
		look.ColorAccent:          {{0x4F, 0x5B, 0xD5, 255}, {0x8B, 0x95, 0xFF, 255}},
		look.ToneGood.Mark():      {{0x1B, 0x8A, 0x4B, 255}, {0x4C, 0xC3, 0x8A, 255}},
		look.ToneBad.Ground():     {{0xFC, 0xEB, 0xEA, 255}, {0x3A, 0x1C, 0x1B, 255}},
	} {
		if got := th.Color(name, theme.VariantLight); got != want[0] {
			t.Errorf("%s light: %v, want %v", name, got, want[0])
		}
		if got := th.Color(name, theme.VariantDark); got != want[1] {
			t.Errorf("%s dark: %v, want %v", name, got, want[1])
		}
	}
}

func TestForcedAppearanceIgnoresTheSystem(t *testing.T) {
	follow := look.NewTheme(look.Options{})
	light, dark := look.NewTheme(look.Options{Appearance: look.Light}), look.NewTheme(look.Options{Appearance: look.Dark})
	n := theme.ColorNameBackground
	if follow.Color(n, theme.VariantLight) == follow.Color(n, theme.VariantDark) {
		t.Error("the theme that follows the system shows both variants alike")
	}
	if light.Color(n, theme.VariantDark) != follow.Color(n, theme.VariantLight) || dark.Color(n, theme.VariantLight) != follow.Color(n, theme.VariantDark) {
		t.Error("a forced appearance follows the system")
	}
}

func TestWidgetsFollowAChangeOfTheme(t *testing.T) {
	uitest.App(t, look.Light)
	w := uitest.Window(t, look.NewSurface(look.ColorCard, look.NewBadge(look.Visual{Tone: look.ToneGood, Icon: look.IconStateReady, Word: "Ready"})), 120, 60)
	pixel := func(x, y int) color.Color { return w.Canvas().Capture().At(x, y) }
	test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: look.Dark}))
	if got := pixel(2, 58); got != theme.Color(look.ColorCard) {
		t.Errorf("after the change to dark the card is %v", got)
	}
	if got := pixel(14, 30); got != theme.Color(look.ToneGood.Mark()) {
		t.Errorf("after the change to dark the glyph is %v, want %v", got, theme.Color(look.ToneGood.Mark()))
	}
}
