package look_test

import (
	"bytes"
	"image"
	"image/color"
	"os"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"kickbench/screens/look"
)

// cjkApp starts an application whose CJK font is a cut of Noto Sans CJK SC with the
// few glyphs used here and a space (licence: assets/fonts/OFL.txt).
func cjkApp(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile("testdata/cjk-sample.otf")
	if err != nil {
		t.Fatal(err)
	}
	test.NewTempApp(t).Settings().SetTheme(look.NewTheme(look.Options{CJK: fyne.NewStaticResource("cjk-sample.otf", data)}))
}

var styles = map[string]fyne.TextStyle{
	"regular": {}, "bold": {Bold: true}, "monospace": {Monospace: true}, "italic": {Italic: true},
}

// draw renders s black on white at 40.
func draw(t *testing.T, s string, style fyne.TextStyle) *image.NRGBA {
	t.Helper()
	line := canvas.NewText(s, color.Black)
	line.TextSize, line.TextStyle = 40, style
	w := test.NewTempWindow(t, line)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 80))
	return w.Canvas().Capture().(*image.NRGBA)
}

// ink gives the rows in which something is drawn, first and last; ok is false for none.
func ink(img *image.NRGBA, from, to int) (top, bottom int, ok bool) {
	ground := img.NRGBAAt(399, 79)
	for y := range img.Rect.Dy() {
		for x := from; x < to; x++ {
			if img.NRGBAAt(x, y) != ground {
				if !ok {
					top = y
				}
				bottom, ok = y, true
				break
			}
		}
	}
	return top, bottom, ok
}

func TestLatinChineseAndKoreanShowInEveryStyle(t *testing.T) {
	cjkApp(t)
	for name, style := range styles {
		tofu := draw(t, "\ufffd", style).Pix
		for _, s := range []string{"a", "0", "{", "·", "…", "你", "踢", "한", "그"} {
			img := draw(t, s, style)
			if _, _, ok := ink(img, 0, 400); !ok {
				t.Errorf("%s: nothing is drawn for %q", name, s)
			}
			if bytes.Equal(img.Pix, tofu) {
				t.Errorf("%s: %q is drawn as the replacement character", name, s)
			}
		}
	}
}

func TestASpaceBesideChineseIsASpace(t *testing.T) {
	cjkApp(t)
	for name, style := range styles {
		with, without := draw(t, "你 你", style), draw(t, "你你", style)
		from := int(fyne.MeasureText("你", 40, style).Width) + 1
		to := from + int(fyne.MeasureText(" ", 40, style).Width) - 2
		if _, _, ok := ink(with, from, to); ok {
			t.Errorf("%s: something is drawn in the gap", name)
		}
		if bytes.Equal(with.Pix, without.Pix) {
			t.Errorf("%s: the space takes no room", name)
		}
	}
}

func TestChineseDoesNotMoveTheLatinBesideIt(t *testing.T) {
	cjkApp(t)
	for name, style := range styles {
		alone, _, _ := ink(draw(t, "H", style), 0, 20)
		beside, _, _ := ink(draw(t, "H 한", style), 0, 20)
		if alone != beside {
			t.Errorf("%s: H begins in row %d alone and in row %d beside Hangul", name, alone, beside)
		}
	}
}

func TestMonospaceLinesKeepTheirHeightWithChinese(t *testing.T) {
	cjkApp(t)
	mono := fyne.TextStyle{Monospace: true}
	height := int(fyne.MeasureText("x", 40, mono).Height)
	first := (80 - height) / 2 // a text is drawn in the middle of its place
	if top, bottom, _ := ink(draw(t, "x 踢한", mono), 0, 399); top < first || bottom >= first+height {
		t.Errorf("ink in rows %d to %d of a line from %d to %d: it would be cut off", top, bottom, first, first+height)
	}
}

func TestMonospaceSpacesAreAsWideAsLetters(t *testing.T) {
	cjkApp(t)
	mono := fyne.TextStyle{Monospace: true}
	one := fyne.MeasureText("x", 12, mono).Width
	for s, n := range map[string]float32{"  x": 3, "x x": 3, "    ": 4} {
		if got := fyne.MeasureText(s, 12, mono).Width; got < one*n-0.5 || got > one*n+0.5 {
			t.Errorf("%q is %.2f wide, want %.2f", s, got, one*n)
		}
	}
}

func TestAFontThatCannotBeReadIsUsedAsItIs(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("no font"), []byte("OTTO\x00\xff\x00\x00\x00\x00\x00\x00hhea")} {
		bad := fyne.NewStaticResource("bad.otf", data)
		th := look.NewTheme(look.Options{CJK: bad})
		if got := th.Font(fyne.TextStyle{}); got != bad {
			t.Errorf("the theme's font is %v", got.Name())
		}
	}
}
