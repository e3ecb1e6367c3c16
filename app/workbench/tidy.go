//go:build !headless

package workbench

import (
	"runtime/debug"
	"time"
)

// What reading so many events leaves behind is given back to the system at once, which
// Go does in minutes where nothing else happens: a window that shows a million events is
// not to stand there as large as it was while it read them.
const (
	tidyFrom  = 50_000
	tidyAfter = 500 * time.Millisecond // what showed before is let go by then
)

// tidy is for after n events were read or searched. Not on the UI goroutine: it takes a while.
func (b *Bench) tidy(n int) {
	if n < tidyFrom {
		return
	}
	t := time.NewTimer(tidyAfter)
	defer t.Stop()
	select {
	case <-t.C:
		debug.FreeOSMemory()
	case <-b.ctx.Done():
	}
}
