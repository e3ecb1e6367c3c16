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
	if _, ok := v.nearest(at, "1009", true, true); ok {
		t.Error("an instance without rows has one")
	}
}
