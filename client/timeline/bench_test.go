package timeline_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"kickbench/client/timeline"
	"kickbench/client/timeline/timelinetest"
)

// busy is a model of so many records: users whose three pages kick each other in turn.
func busy(records int) *timeline.Model {
	s := timelinetest.New()
	s.Model = timeline.New(timeline.Limits{Records: records + 16})
	for i := 0; s.Seq < uint64(records); i++ {
		s.User = fmt.Sprint("user", i%8)
		page, other := fmt.Sprint(s.User, "p", i/8%3), fmt.Sprint(s.User, "p", (i/8+2)%3)
		s.Login(page, web)
		if s.Last[other] != 0 {
			s.Evict(other, page, web, web, 1)
		}
		s.Wait(20 * time.Millisecond)
	}
	return s.Model
}

// BenchmarkTimelineFrame is one frame of the window: laid out, not yet painted.
func BenchmarkTimelineFrame(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		m := busy(n)
		style := timeline.Style{Width: 1080, Height: 640}
		l := new(timeline.Layouter)
		all := l.Layout(m, timeline.View{}, style)
		_, end := m.Span()
		axis := m.Axis(end, all.Axis.PerMicrosecond()*float64(n)/200, all.Plot.W, end)
		near := m.Follow(timeline.View{Until: end}, axis)
		for name, v := range map[string]timeline.View{"all": {}, "zoomed": near} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					l.Layout(m, v, style)
				}
				b.ReportMetric(float64(len(l.Layout(m, v, style).Items)), "items")
			})
		}
	}
}

// BenchmarkTimelineAppend is what a record costs, live, with room for the last 100,000.
func BenchmarkTimelineAppend(b *testing.B) {
	s := timelinetest.New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		page := fmt.Sprint("p", i%500)
		if s.Last[page] != 0 {
			s.Add(s.Of(page, web, timeline.KindLogout))
		}
		s.Login(page, web)
		s.Wait(20 * time.Millisecond)
	}
}

func BenchmarkTimelineSVG(b *testing.B) {
	m := busy(10_000)
	for b.Loop() {
		if err := m.SVG(io.Discard, timeline.Picture{}); err != nil {
			b.Fatal(err)
		}
	}
}
