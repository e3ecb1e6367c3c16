package timeline

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

// TestPicturesOfThePage writes the page into $KICKBENCH_TIMELINE_SHOTS, for eyes: in
// both variants, three languages and two sizes. It compares nothing.
func TestPicturesOfThePage(t *testing.T) {
	dir := os.Getenv("KICKBENCH_TIMELINE_SHOTS")
	if dir == "" {
		t.Skip("KICKBENCH_TIMELINE_SHOTS names no folder for the pictures")
	}
	for _, locale := range []string{"en", "zh_Hans", "ko"} {
		for name, a := range map[string]look.Appearance{"light": look.Light, "dark": look.Dark} {
			for _, size := range []fyne.Size{fyne.NewSize(716, 544), fyne.NewSize(1096, 744)} {
				file := fmt.Sprintf("%s-%s-%.0f", locale, name, size.Width)
				t.Run(file, func(t *testing.T) {
					uitest.App(t, a)
					speak(t, locale, a)
					s := New(Config{Dispatch: func(f func()) { f() }, Exporter: nobody{}, OnShow: func(Moment) {}, Now: func() time.Time { return afternoon().now }})
					s.Append(recordsOf(afternoon())...)
					s.Flush()
					w := uitest.Window(t, s.Object(), size.Width, size.Height)
					s.chart.fitAll()
					s.chart.jump(false)
					s.show()
					shot(t, w, filepath.Join(dir, file+".png"))
					s.chart.hover.show(s.chart, s.chart.view.SelectedID)
					s.chart.hover.place(fyne.NewPos(300, 120), s.chart.Size())
					shot(t, w, filepath.Join(dir, file+"-hover.png"))
				})
			}
		}
	}
}

func speak(t *testing.T, locale string, a look.Appearance) {
	t.Helper()
	words, err := os.ReadFile("../../assets/translations/" + locale + ".json")
	if err == nil {
		err = lang.AddTranslationsForLocale(words, lang.SystemLocale())
	}
	if err != nil {
		t.Fatal(err)
	}
	font := func(name string) fyne.Resource {
		data, err := os.ReadFile("../../assets/fonts/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return fyne.NewStaticResource(name, data)
	}
	fyne.CurrentApp().Settings().SetTheme(look.NewTheme(look.Options{
		Appearance: a, CJK: font("KickbenchCJK-Regular.otf"), CJKBold: font("KickbenchCJK-Bold.otf"),
	}))
}

func shot(t *testing.T, w fyne.Window, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err == nil {
		err = png.Encode(f, w.Canvas().Capture())
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
}
