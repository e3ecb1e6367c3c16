package timeline

// Tone is what a colour means, as in the window.
type Tone uint8

// The tones.
const (
	Quiet Tone = iota
	Wait
	Busy
	Good
	Bad
	toneCount
)

// Ink is the role of a colour in a Drawing.
type Ink uint8

// The roles. Those of a tone follow, four each: see Tone's methods.
const (
	InkNone Ink = iota
	InkCard
	InkField // behind the plot's groups
	InkLine
	InkText
	InkMuted
	InkAccent
	InkOnBar // text on a bar
	inkTones
)

// Bar is the fill of a lane.
func (t Tone) Bar() Ink { return inkTones + Ink(t)*4 }

// Mark is the colour of lines and glyphs.
func (t Tone) Mark() Ink { return t.Bar() + 1 }

// Ground is a soft background.
func (t Tone) Ground() Ink { return t.Bar() + 2 }

// Ink is text on Ground and on the card.
func (t Tone) Ink() Ink { return t.Bar() + 3 }

// Colours are a tone's, in hexadecimal as CSS writes them: "#1b8a4b".
type Colours struct{ Bar, Mark, Ground, Ink string }

// Theme gives every role its colour.
type Theme struct {
	Card, Field, Line, Text, Muted, Accent, OnBar string
	Tones                                         [toneCount]Colours
}

// Hex is the colour of a role; "none" of InkNone.
func (t *Theme) Hex(i Ink) string {
	switch i {
	case InkNone:
		return "none"
	case InkCard:
		return t.Card
	case InkField:
		return t.Field
	case InkLine:
		return t.Line
	case InkText:
		return t.Text
	case InkMuted:
		return t.Muted
	case InkAccent:
		return t.Accent
	case InkOnBar:
		return t.OnBar
	}
	c := &t.Tones[(i-inkTones)/4]
	switch (i - inkTones) % 4 {
	case 0:
		return c.Bar
	case 1:
		return c.Mark
	case 2:
		return c.Ground
	default:
		return c.Ink
	}
}

// Inks are all roles.
func Inks() int { return int(inkTones) + int(toneCount)*4 }

// LightTheme is the window's palette on white.
func LightTheme() *Theme {
	return &Theme{
		Card: "#ffffff", Field: "#f6f7f9", Line: "#e3e6eb", Text: "#1a1d23", Muted: "#5f6875", Accent: "#4f5bd5", OnBar: "#ffffff",
		Tones: [toneCount]Colours{
			Quiet: {"#666d7a", "#6b7280", "#eef0f3", "#666d7a"},
			Wait:  {"#9e5e00", "#b26a00", "#fdf1de", "#9e5e00"},
			Busy:  {"#1b69c6", "#1e73d8", "#e4effc", "#1b69c6"},
			Good:  {"#177b43", "#1b8a4b", "#e5f4eb", "#177b43"},
			Bad:   {"#c8322b", "#c8322b", "#fcebea", "#c8322b"},
		},
	}
}

// DarkTheme is the window's palette on near black.
func DarkTheme() *Theme {
	return &Theme{
		Card: "#1c1f25", Field: "#14161a", Line: "#2c313a", Text: "#e8eaed", Muted: "#9aa3af", Accent: "#8b95ff", OnBar: "#14161a",
		Tones: [toneCount]Colours{
			Quiet: {"#9aa3af", "#9aa3af", "#262a31", "#9aa3af"},
			Wait:  {"#f2b34c", "#f2b34c", "#35280f", "#f2b34c"},
			Busy:  {"#6ab0ff", "#6ab0ff", "#14283f", "#6ab0ff"},
			Good:  {"#4cc38a", "#4cc38a", "#17301f", "#4cc38a"},
			Bad:   {"#ff7a70", "#ff7a70", "#3a1c1b", "#ff7a70"},
		},
	}
}
