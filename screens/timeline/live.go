package timeline

import (
	"time"

	"kickbench/client/timeline"
	"kickbench/screens/look"
)

// Live shows these records instead, in a picture that grows with what is appended and
// with the time that now tells, all of it in sight. A nil now says that nothing goes on
// any more. UI goroutine only.
func (s *Screen) Live(now func() time.Time, records ...timeline.Record) {
	s.takeAll() // of what was shown before
	s.chart.now, s.chart.follow = now, now != nil
	s.chart.model = timeline.New(timeline.Limits{})
	for i := range records {
		s.chart.model.Add(records[i])
	}
	s.chart.view = timeline.View{}
	s.chart.fit, s.chart.asked = true, true
	s.wanted = nil
	s.detail.show(0)
	look.SetVisible(s.hold, now != nil)
	s.show()
}
