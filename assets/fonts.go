//go:build !headless

package assets

import _ "embed"

// CJKRegular and CJKBold hold the Chinese and Korean glyphs that Fyne's own font
// lacks, and U+0020, but no Latin letters: OpenType, 3.6 MB each. They cover
// GB 2312, KS X 1001 and every Hangul syllable; a rarer character comes from the
// system's fonts, if they have it. Not in the headless binary. Read-only. Made by
// .make/font.sh from Noto Sans CJK SC, whose licence is in fonts/OFL.txt.
var (
	//go:embed fonts/KickbenchCJK-Regular.otf
	CJKRegular []byte
	//go:embed fonts/KickbenchCJK-Bold.otf
	CJKBold []byte
)
