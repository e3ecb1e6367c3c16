package look_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func TestALongLineMovesInItsFieldWithoutBarsAndShadows(t *testing.T) {
	for _, mono := range []bool{false, true} {
		uitest.App(t, look.Light)
		e := look.NewEntry("")
		e.TextStyle.Monospace = mono
		w := test.NewTempWindow(t, look.Input(e))
		w.Resize(fyne.NewSize(160, 60))
		w.Canvas().Focus(e)
		test.Type(e, strings.Repeat("ab", 60))
		moved := false
		uitest.Walk(w.Content(), func(o fyne.CanvasObject, _ fyne.Position) {
			switch name := fmt.Sprintf("%T", o); {
			case !o.Visible():
			case strings.HasSuffix(name, "scrollBarArea"), strings.HasSuffix(name, "Shadow"):
				t.Errorf("mono %v: %s is drawn over the text", mono, name)
			case strings.HasSuffix(name, "entryContent"):
				moved = moved || o.Position().X < -500
			}
		})
		if !moved {
			t.Errorf("mono %v: the end of the line is not in sight", mono)
		}
	}
}

func TestAFieldShowsTheFocusAndNoSecondBorder(t *testing.T) {
	uitest.App(t, look.Light)
	e := look.NewEntry("")
	w := test.NewTempWindow(t, look.Input(e))
	w.Resize(fyne.NewSize(160, 60))
	borders := func() (cs []color.Color) {
		uitest.Walk(e, func(o fyne.CanvasObject, _ fyne.Position) {
			if r, ok := o.(*canvas.Rectangle); ok && r.StrokeWidth > 0 && r.StrokeColor != nil && r.StrokeColor != color.Transparent {
				cs = append(cs, r.StrokeColor)
			}
		})
		return cs
	}
	none := func(when string) {
		t.Helper()
		if cs := borders(); len(cs) != 0 {
			t.Errorf("%s it has a border of %v within its frame", when, cs)
		}
	}
	none("at first")
	w.Canvas().Focus(e)
	if cs := borders(); len(cs) != 1 || cs[0] != theme.Color(theme.ColorNamePrimary) {
		t.Errorf("with the focus its borders are %v", cs)
	}
	w.Canvas().Unfocus()
	none("without the focus")
	e.Disable()
	none("disabled")
}
