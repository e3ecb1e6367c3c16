package sandbox

import (
	"time"

	"kickbench/client/wire"
)

// Heirs guesses who a reloaded page was.
type Heirs struct{ h heirs }

// Leaves is a kicked page's connection that ended.
func (h *Heirs) Leaves(page string, p wire.Platform, remote string, at time.Time) {
	h.h.leaves(page, p, remote, at)
}

// Enters is a login; it returns the first page of the line.
func (h *Heirs) Enters(page string, p wire.Platform, remote string, at time.Time) string {
	h.h.enters(page, p, remote, at)
	return h.h.line(page)
}

// Size is how much is remembered.
func (h *Heirs) Size() int { return len(h.h.away) + len(h.h.seen) + len(h.h.lines) }
