package uitest

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"

	"kickbench/screens/look"
)

// Shoot draws a page of the workspace into KICKBENCH_LOOK, in each language, light and
// dark, as it stands in windows of 900×600 and 1280×800, for a person to look at; without that folder it skips. The
// names of the files are name-language-appearance-width.png.
func Shoot(t *testing.T, name string, build func() fyne.CanvasObject) {
	t.Helper()
	dir := os.Getenv("KICKBENCH_LOOK")
	if dir == "" {
		t.Skip("KICKBENCH_LOOK names no folder for pictures")
	}
	App(t, look.Light)
	t.Setenv("LC_ALL", "en_US.UTF-8")
	font := func(file string) fyne.Resource {
		data, err := os.ReadFile("../../assets/fonts/" + file)
		if err != nil {
			t.Fatal(err)
		}
		return fyne.NewStaticResource(file, data)
	}
	cjk, bold := font("KickbenchCJK-Regular.otf"), font("KickbenchCJK-Bold.otf")
	for _, language := range []string{"zh_Hans", "ko", "en"} {
		words, err := os.ReadFile("../../assets/translations/" + language + ".json")
		if err == nil {
			err = lang.AddTranslationsForLocale(words, lang.SystemLocale())
		}
		if err != nil {
			t.Fatal(err)
		}
		for a, appearance := range map[string]look.Appearance{"light": look.Light, "dark": look.Dark} {
			test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: appearance, CJK: cjk, CJKBold: bold}))
			for width, size := range map[int]fyne.Size{900: {Width: 716, Height: 544}, 1280: {Width: 1096, Height: 744}} {
				w := Window(t, look.NewSurface(look.ColorField, build()), size.Width, size.Height)
				w.Resize(size.AddWidthHeight(1, 0)) // what wraps knows its height the second time
				w.Resize(size)
				file := filepath.Join(dir, fmt.Sprintf("%s-%s-%s-%d.png", name, language, a, width))
				out, err := os.Create(file)
				if err == nil {
					err = png.Encode(out, w.Canvas().Capture())
				}
				if err == nil {
					err = out.Close()
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
