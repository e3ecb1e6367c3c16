package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Our colours beside Fyne's. Look one up with theme.Color.
const (
	ColorCard        fyne.ThemeColorName = "kickbenchCard"
	ColorLine        fyne.ThemeColorName = "kickbenchLine"
	ColorMuted       fyne.ThemeColorName = "kickbenchMuted"
	ColorRail        fyne.ThemeColorName = "kickbenchRail"
	ColorField       fyne.ThemeColorName = "kickbenchField"
	ColorAccent                          = theme.ColorNamePrimary
	ColorAccentSoft  fyne.ThemeColorName = "kickbenchAccentSoft"
	ColorText                            = theme.ColorNameForeground
	ColorOnAccent                        = theme.ColorNameForegroundOnPrimary
	ColorFaint       fyne.ThemeColorName = "kickbenchFaint" // text that cannot be used now
	ColorTransparent fyne.ThemeColorName = "kickbenchTransparent"
)

// Tone is what a colour means, the same on every screen.
type Tone int

// The tones. Each has a mark (glyphs, lines, bars), a soft ground, and ink: text that
// keeps a contrast of 4.5 to 1 on that ground, which the mark's colour alone does not
// reach on the light grounds.
const (
	ToneQuiet Tone = iota // logged out, destroyed, nothing special
	ToneWait              // connecting, network lost
	ToneBusy              // logging in
	ToneGood              // ready, connected
	ToneBad               // kicked, failed
)

var toneNames = [...]string{"Quiet", "Wait", "Busy", "Good", "Bad"}

// Mark is the colour of the tone's glyph, line or bar.
func (t Tone) Mark() fyne.ThemeColorName {
	return fyne.ThemeColorName("kickbench" + toneNames[t] + "Mark")
}

// Ground is the soft background of the tone.
func (t Tone) Ground() fyne.ThemeColorName {
	return fyne.ThemeColorName("kickbench" + toneNames[t] + "Ground")
}

// Ink is the colour of text on Ground and on a card.
func (t Tone) Ink() fyne.ThemeColorName {
	return fyne.ThemeColorName("kickbench" + toneNames[t] + "Ink")
}

type pair struct{ light, dark color.NRGBA }

func hex(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func both(light, dark uint32) pair { return pair{hex(light), hex(dark)} }

func (p pair) of(v fyne.ThemeVariant) color.NRGBA {
	if v == theme.VariantLight {
		return p.light
	}
	return p.dark
}

func (p pair) alpha(a uint8) pair {
	p.light.A, p.dark.A = a, a
	return p
}

// palette is the table of the mockups, and the Fyne names that follow from it.
func palette() map[fyne.ThemeColorName]pair {
	var (
		background = both(0xF6F7F9, 0x14161A)
		card       = both(0xFFFFFF, 0x1C1F25)
		line       = both(0xE3E6EB, 0x2C313A)
		text       = both(0x1A1D23, 0xE8EAED)
		muted      = both(0x5F6875, 0x9AA3AF)
		accent     = both(0x4F5BD5, 0x8B95FF)
		soft       = both(0xECEEFC, 0x262A45)
		rail       = both(0xEFF1F4, 0x181B20)
		onFilled   = both(0xFFFFFF, 0x14161A)
		good       = both(0x1B8A4B, 0x4CC38A)
		wait       = both(0xB26A00, 0xF2B34C)
		bad        = both(0xC8322B, 0xFF7A70)
		none       = pair{}
	)
	return map[fyne.ThemeColorName]pair{
		ColorCard: card, ColorLine: line, ColorMuted: muted, ColorRail: rail,
		ColorField: background, ColorAccentSoft: soft, ColorTransparent: none,
		ColorFaint: both(0xB4BAC4, 0x4A515C),

		ToneQuiet.Mark(): both(0x6B7280, 0x9AA3AF), ToneQuiet.Ground(): both(0xEEF0F3, 0x262A31), ToneQuiet.Ink(): both(0x666D7A, 0x9AA3AF),
		ToneWait.Mark(): wait, ToneWait.Ground(): both(0xFDF1DE, 0x35280F), ToneWait.Ink(): both(0x9E5E00, 0xF2B34C),
		ToneBusy.Mark(): both(0x1E73D8, 0x6AB0FF), ToneBusy.Ground(): both(0xE4EFFC, 0x14283F), ToneBusy.Ink(): both(0x1B69C6, 0x6AB0FF),
		ToneGood.Mark(): good, ToneGood.Ground(): both(0xE5F4EB, 0x17301F), ToneGood.Ink(): both(0x177B43, 0x4CC38A),
		ToneBad.Mark(): bad, ToneBad.Ground(): both(0xFCEBEA, 0x3A1C1B), ToneBad.Ink(): bad,

		theme.ColorNameBackground:          background,
		theme.ColorNameForeground:          text,
		theme.ColorNamePrimary:             accent,
		theme.ColorNameHyperlink:           accent,
		theme.ColorNameForegroundOnPrimary: onFilled,
		theme.ColorNameForegroundOnError:   onFilled,
		theme.ColorNameForegroundOnSuccess: onFilled,
		theme.ColorNameForegroundOnWarning: onFilled,
		theme.ColorNameError:               bad,
		theme.ColorNameSuccess:             good,
		theme.ColorNameWarning:             wait,
		theme.ColorNameButton:              card,
		theme.ColorNameDisabledButton:      background,
		theme.ColorNameDisabled:            both(0x9AA1AC, 0x636B77),
		theme.ColorNamePlaceHolder:         muted,
		theme.ColorNameInputBackground:     background,
		theme.ColorNameInputBorder:         muted, // of check boxes; fields have a frame of their own
		theme.ColorNameHeaderBackground:    card,
		theme.ColorNameMenuBackground:      card,
		theme.ColorNameOverlayBackground:   card,
		theme.ColorNameSeparator:           line,
		theme.ColorNameScrollBar:           both(0x8A93A0, 0x6B7482),
		theme.ColorNameScrollBarBackground: none,
		theme.ColorNameHover:               text.alpha(0x0f),
		theme.ColorNamePressed:             text.alpha(0x1f),
		theme.ColorNameFocus:               accent.alpha(0x5a),
		theme.ColorNameSelection:           accent.alpha(0x38),
		theme.ColorNameShadow:              {color.NRGBA{A: 0x18}, color.NRGBA{A: 0x50}},
	}
}
