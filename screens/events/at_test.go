package events

import (
	"testing"
	"time"
)

func TestTheMomentOfAKickIsTheKickAndNotTheFrameBesideIt(t *testing.T) {
	v := newView(100)
	at := time.Date(2026, 11, 21, 14, 2, 11, 0, time.UTC)
	v.add([]Row{
		{Time: at.Add(-time.Hour), Instance: "1001", Layer: LayerSDK, Kind: KindKick, Name: "KICKED_OUT"},
		{Time: at, Instance: "1001", Layer: LayerFrameIn, Kind: KindKick, Name: "wslogout"},
		{Time: at.Add(time.Millisecond), Instance: "1001", Layer: LayerSDK, Kind: KindKick, Name: "KICKED_OUT"},
		{Time: at, Instance: "1002", Layer: LayerSDK, Kind: KindSession, Name: "SDK_READY"},
	})
	for _, c := range []struct {
		instance string
		kick     bool
		want     uint64
	}{{"1001", true, 2}, {"1001", false, 1}, {"1002", true, 3}, {"", true, 2}} {
		if n, ok := v.nearest(at, c.instance, c.kick, true); !ok || n != c.want {
			t.Errorf("instance %q, kick %v: row %d (%v), want %d", c.instance, c.kick, n, ok, c.want)
		}
	}
	// Another window's: what happened here at that time, and no kick of somebody else's.
	if n, ok := v.nearest(at, "1009", true, true); !ok || n != 3 {
		t.Errorf("an instance without rows leads to row %d (%v), want 3", n, ok)
	}
}

func TestAMomentStandsInTheMiddleOfWhatIsInSight(t *testing.T) {
	f := newFixture(t, 1000)
	at := time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)
	for i := range 500 {
		f.Append(Row{Time: at.Add(time.Duration(i) * time.Second), Instance: "1001", Layer: LayerSDK, Kind: KindSession, Name: "SDK_READY"})
	}
	f.tick()
	f.SelectAt(at.Add(250*time.Second), "1001", false, true)
	f.q.Drain()
	y := 249.5*float64(lineHeight) - f.list.offset // newest first
	if h := float64(f.list.Size().Height); y < h/2-float64(lineHeight) || y > h/2+float64(lineHeight) {
		t.Errorf("it is at %v of %v", y, h)
	}
}
