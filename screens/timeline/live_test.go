package timeline

import (
	"testing"
	"time"

	"kickbench/client/timeline"
	"kickbench/client/timeline/timelinetest"
)

func TestAPictureOfWhatIsOverBecomesOneThatGrowsAndBack(t *testing.T) {
	a := timelinetest.Afternoon()
	p := newPage(t, nil)
	p.Replace(a.Records)
	p.Live(func() time.Time { return p.now })
	if !p.chart.model.Empty() || !p.hold.Visible() {
		t.Error("the picture before is still there, or it cannot be held")
	}
	first := a.Records[0]
	p.now = first.Time.Add(time.Second)
	p.Append(first)
	p.Flush()
	if p.chart.model.Empty() || !p.chart.view.Until.Equal(p.now) {
		t.Errorf("it reaches to %v, not to %v", p.chart.view.Until, p.now)
	}
	p.now = p.now.Add(time.Hour)
	p.Flush()
	if !p.chart.view.Until.Equal(p.now) {
		t.Errorf("an hour later it reaches to %v", p.chart.view.Until)
	}
	p.Append(timeline.Record{Seq: 9, Time: p.now, Kind: timeline.KindLogin, UserID: "left over"})
	p.Live(func() time.Time { return p.now }, first)
	if p.chart.model.Empty() {
		t.Error("what it began with is not there")
	}
	p.Live(nil)
	if !p.chart.model.Empty() || p.hold.Visible() || p.chart.grown() {
		t.Error("it goes on")
	}
}
