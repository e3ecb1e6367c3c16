package timeline

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"kickbench/client/timeline/timelinetest"
	"kickbench/screens/internal/uitest"
)

// TestPicturesOfThePage draws the page for eyes; it compares nothing.
func TestPicturesOfThePage(t *testing.T) {
	for name, hover := range map[string]bool{"timeline": false, "timeline-hover": true} {
		t.Run(name, func(t *testing.T) {
			uitest.Shoot(t, name, func() fyne.CanvasObject {
				day := timelinetest.Afternoon()
				s := New(Config{Dispatch: func(f func()) { f() }, Exporter: nobody{}, OnShow: func(Moment) {}, Now: func() time.Time { return day.Now }, Say: func(s string) string { return uitest.Say(t, s) }})
				s.Append(day.Records...)
				s.Flush()
				s.Object().Resize(fyne.NewSize(1096, 744))
				s.chart.fitAll()
				s.chart.jump(false)
				s.show()
				if !hover {
					return s.Object()
				}
				return &fyne.Container{Layout: pointed{s}, Objects: []fyne.CanvasObject{s.Object()}}
			})
		})
	}
}

// pointed has the pointer rest on the selected record: a new size takes the card away.
type pointed struct{ s *Screen }

func (pointed) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (p pointed) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(size)
	c := p.s.chart
	c.hover.show(c, c.view.SelectedID)
	c.hover.place(fyne.NewPos(300, 120), c.Size())
}
