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
				s := New(Config{Dispatch: func(f func()) { f() }, Exporter: nobody{}, OnShow: func(Moment) {}, Now: func() time.Time { return day.Now }})
				s.Append(day.Records...)
				s.Flush()
				s.Object().Resize(fyne.NewSize(1096, 744))
				s.chart.fitAll()
				s.chart.jump(false)
				s.show()
				if hover {
					s.chart.hover.show(s.chart, s.chart.view.SelectedID)
					s.chart.hover.place(fyne.NewPos(300, 120), s.chart.Size())
				}
				return s.Object()
			})
		})
	}
}
