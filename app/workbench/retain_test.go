//go:build !headless

package workbench

import (
	"testing"
	"time"

	"kickbench/storage"
)

func TestTheBoundsOfTheHistoryAreThoseChosen(t *testing.T) {
	for _, c := range []struct {
		p     storage.Preferences
		age   time.Duration
		bytes uint64
	}{
		{storage.Preferences{}, 0, 1 << 30},
		{storage.Preferences{KeepDays: 7, KeepMB: 100}, 7 * 24 * time.Hour, 100 << 20},
		{storage.Preferences{KeepDays: -1, KeepMB: -1}, 0, 0},
	} {
		b := &Bench{}
		b.retain(c.p) // without a keeper nothing happens
		var age time.Duration
		var bytes uint64
		b.keepWithin = func(a time.Duration, n uint64) { age, bytes = a, n }
		b.retain(c.p)
		if age != c.age || bytes != c.bytes {
			t.Errorf("%+v: %s and %d bytes", c.p, age, bytes)
		}
	}
}
