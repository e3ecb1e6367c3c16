//go:build !headless

package workbench

import (
	"time"

	"kickbench/storage"
)

// retain puts the bounds of the history in force.
func (b *Bench) retain(p storage.Preferences) {
	if b.keepWithin != nil {
		b.keepWithin(boundsOf(p))
	}
}

// boundsOf are the age and the size within which the history is kept; 0 is no bound.
func boundsOf(p storage.Preferences) (age time.Duration, bytes uint64) {
	v := valuesOf(p)
	return time.Duration(v.KeepDays) * 24 * time.Hour, uint64(v.KeepMB) << 20
}
