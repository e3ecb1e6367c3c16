package timeline

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/timeline"
	"kickbench/screens/look"
)

// pngScale is how many pixels a PNG has for one of the drawing: sharp on any screen.
const pngScale = 2

func (s *Screen) saveMenu() []*fyne.MenuItem {
	item := func(label string, f func()) *fyne.MenuItem { return fyne.NewMenuItem(label, f) }
	return []*fyne.MenuItem{
		item(lang.L("PNG, light"), func() { s.save("png", false) }),
		item(lang.L("PNG, dark"), func() { s.save("png", true) }),
		item(lang.L("SVG, light"), func() { s.save("svg", false) }),
		item(lang.L("SVG, dark"), func() { s.save("svg", true) }),
		item(lang.L("Copy as SVG"), s.copySVG),
	}
}

// picture is what an export shows: what is seen, or everything where all of it fits.
func (s *Screen) picture(dark bool) timeline.Picture {
	p := timeline.Picture{Title: s.config.Title, Dark: dark, View: s.chart.view, Words: s.chart.words, Zone: time.Local}
	if p.Title == "" {
		p.Title = "Kickbench"
	}
	p.View.Top = 0
	if d := s.chart.drawing; d != nil && p.View.PerMicrosecond > 0 { // the same stretch, in another width
		p.View.PerMicrosecond *= timeline.PlotWidth(timeline.DefaultWidth) / d.Plot.W
	}
	return p
}

func (s *Screen) save(kind string, dark bool) {
	if s.chart.model.Empty() {
		s.notice.Busy(lang.L("There is nothing to export."))
		return
	}
	// Laid out here, where the model is; a drawing stands by itself then.
	p := s.picture(dark)
	write := s.svg(p)
	if kind == "png" {
		write = s.png(p)
	}
	s.config.Exporter.ExportPicture("kickbench-timeline-"+s.stamp()+"."+kind, write, func(file string, err error) {
		s.config.Dispatch(func() {
			switch {
			case err != nil:
				s.notice.Fail(lang.L("The export failed"), err)
			case file == "":
				s.notice.Hide()
			default:
				s.notice.Say(lang.L("Picture written to {{.File}}", map[string]any{"File": file}))
			}
		})
	})
}

func (s *Screen) stamp() string {
	_, to := s.chart.model.Span()
	return to.Local().Format("20060102-150405")
}

func (s *Screen) svg(p timeline.Picture) func(io.Writer) error {
	d, t := s.chart.model.Picture(p, timeline.Roughly)
	return func(w io.Writer) error { return d.SVG(w, t, p.ID) }
}

// png paints with a painter of its own: it runs beside the window.
func (s *Screen) png(p timeline.Picture) func(io.Writer) error {
	painter := newPainter()
	d, t := s.chart.model.Picture(p, painter.pen.measure)
	return func(w io.Writer) error {
		img := image.NewRGBA(image.Rect(0, 0, int(d.Width*pngScale), int(d.Height*pngScale)))
		painter.paint(img, d, colours(t), pngScale)
		return png.Encode(w, img)
	}
}

func (s *Screen) copySVG() {
	if s.chart.model.Empty() {
		s.notice.Busy(lang.L("There is nothing to export."))
		return
	}
	var b bytes.Buffer
	if err := s.svg(s.picture(false))(&b); err != nil {
		s.notice.Fail(lang.L("The export failed"), err)
		return
	}
	fyne.CurrentApp().Clipboard().SetContent(b.String())
	s.notice.Say(lang.L("The picture is on the clipboard, as SVG."))
}

// menuUsers is how many users the filter lists.
const menuUsers = 25

func (s *Screen) userMenu() []*fyne.MenuItem {
	of := func(u *timeline.UserRef) func() {
		return func() {
			s.chart.view.Of, s.chart.view.Top = u, 0
			s.show()
		}
	}
	items := []*fyne.MenuItem{fyne.NewMenuItem(lang.L("All users"), of(nil))}
	users := s.chart.model.Users()
	for _, u := range users[max(0, len(users)-menuUsers):] {
		items = append(items, fyne.NewMenuItem(u.UserID, of(&u)))
	}
	each := lang.L("A lane for each instance")
	if s.chart.view.Each {
		each = lang.L("Share lanes where there are many")
	}
	return append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(each, func() {
		s.chart.view.Each = !s.chart.view.Each
		s.show()
	}))
}

// showUsers names on its button whom the filter shows.
func (s *Screen) showUsers() {
	name := lang.L("All users")
	if u := s.chart.view.Of; u != nil {
		name = u.UserID
	}
	s.users.SetLabel(look.Elide(name, 140, 14, fyne.TextStyle{}), "")
	s.users.Refresh()
}
