package uitest

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
	"kickbench/screens/say"
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
	for _, language := range []string{"zh_Hans", "ko", "en"} {
		for a, appearance := range map[string]look.Appearance{"light": look.Light, "dark": look.Dark} {
			Speak(t, language, appearance)
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

// Say says what is English in the record in the language that is spoken, as the program
// does.
func Say(t testing.TB, english string) string {
	t.Helper()
	names, err := filepath.Glob("../../assets/sentences/*." + lang.X("language.file", "en") + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var files [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data)
	}
	tongue, err := say.New(func(first, next string) string {
		return lang.X("sentences", "{{.First}} {{.Next}}", map[string]any{"First": first, "Next": next})
	}, files...)
	if err != nil {
		t.Fatal(err)
	}
	return tongue.Say(english)
}

// Speak has what is built from now on speak a language, with the program's own fonts.
func Speak(t testing.TB, language string, a look.Appearance) {
	t.Helper()
	read := func(file string) []byte {
		data, err := os.ReadFile("../../assets/" + file)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if err := lang.AddTranslationsForLocale(read("translations/"+language+".json"), lang.SystemLocale()); err != nil {
		t.Fatal(err)
	}
	font := func(file string) fyne.Resource { return fyne.NewStaticResource(file, read("fonts/"+file)) }
	fyne.CurrentApp().Settings().SetTheme(look.NewTheme(look.Options{
		Appearance: a, CJK: font("KickbenchCJK-Regular.otf"), CJKBold: font("KickbenchCJK-Bold.otf"),
	}))
}
