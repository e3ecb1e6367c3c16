//go:build !headless

package assets_test

import (
	"testing"

	"golang.org/x/image/font/sfnt"

	"kickbench/assets"
)

func fonts(t *testing.T) map[string]*sfnt.Font {
	t.Helper()
	parsed := make(map[string]*sfnt.Font)
	for name, data := range map[string][]byte{"regular": assets.CJKRegular, "bold": assets.CJKBold} {
		font, err := sfnt.Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		parsed[name] = font
	}
	return parsed
}

func hasGlyph(t *testing.T, font *sfnt.Font, r rune) bool {
	t.Helper()
	glyph, err := font.GlyphIndex(nil, r)
	if err != nil {
		t.Fatalf("U+%04X: %v", r, err)
	}
	return glyph != 0
}

// firstCJK is where the scripts begin that the bundled fonts are for.
const firstCJK = '\u2E80'

func TestFontsShowEveryCharacterOfTheTranslations(t *testing.T) {
	for name, font := range fonts(t) {
		for locale, keys := range languages(t) {
			for key, forms := range keys {
				for _, text := range forms {
					for _, r := range text {
						if r >= firstCJK && !hasGlyph(t, font, r) {
							t.Errorf("%s: %s: %q: no glyph for %c (U+%04X)", name, locale, key, r, r)
						}
					}
				}
			}
		}
	}
}

func TestFontsShowCommonNames(t *testing.T) {
	for name, font := range fonts(t) {
		for _, r := range "张伟王芳李娜欧阳靖，。「」（）김철수이영희ㄱㅎ힣かなカナ" {
			if !hasGlyph(t, font, r) {
				t.Errorf("%s: no glyph for %c (U+%04X)", name, r, r)
			}
		}
	}
}

// Fyne shows U+FFFD for a space beside a Han or Hangul run whose font has none.
func TestFontsHaveSpaces(t *testing.T) {
	for name, font := range fonts(t) {
		for _, r := range " \u00A0" {
			if !hasGlyph(t, font, r) {
				t.Errorf("%s: no glyph for U+%04X", name, r)
			}
		}
	}
}

// They come before Fyne's own font, so Latin text would change its look.
func TestFontsLeaveLatinTextToFyne(t *testing.T) {
	for name, font := range fonts(t) {
		for _, r := range "Az09.,:;!?()…–—“”·→" {
			if hasGlyph(t, font, r) {
				t.Errorf("%s: has a glyph for %c (U+%04X)", name, r, r)
			}
		}
	}
}
