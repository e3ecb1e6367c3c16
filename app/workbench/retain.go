//go:build !headless

package workbench

import (
	"time"

	"kickbench/storage"
)

// boundsOf are the age and the size within which the history is kept; 0 is no bound.
func boundsOf(p storage.Preferences) storage.Retention {
	v := valuesOf(p)
	return storage.Retention{MaxAge: time.Duration(v.KeepDays) * 24 * time.Hour, MaxBytes: uint64(v.KeepMB) << 20}
}
