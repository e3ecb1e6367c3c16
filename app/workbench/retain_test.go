//go:build !headless

package workbench

import (
	"testing"
	"time"

	"kickbench/storage"
)

func TestTheBoundsOfTheHistoryAreThoseChosen(t *testing.T) {
	for _, c := range []struct {
		p    storage.Preferences
		want storage.Retention
	}{
		{storage.Preferences{}, DefaultRetention},
		{storage.Preferences{KeepDays: 7, KeepMB: 100}, storage.Retention{MaxAge: 7 * 24 * time.Hour, MaxBytes: 100 << 20}},
		{storage.Preferences{KeepDays: -1, KeepMB: -1}, storage.Retention{}},
	} {
		if got := boundsOf(c.p); got != c.want {
			t.Errorf("%+v: %+v, want %+v", c.p, got, c.want)
		}
	}
}
