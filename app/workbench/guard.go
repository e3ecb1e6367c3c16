//go:build !headless

package workbench

import "time"

// endPatience is how long the driver has to end once it is told to.
const endPatience = 5 * time.Second

// Guard calls hung if the driver is told to end and ended is not closed soon after.
// Fyne 2.8.1 then waits, now and then, for its own queue: what a window that loses the
// keyboard hands to the main loop in its last moment is never run (driver/glfw/loop.go,
// runGL), and lifecycle.WaitForEvents waits for it. A program must end all the same, with
// its history written.
func (b *Bench) Guard(ended <-chan struct{}, hung func()) {
	go guard(b.ending, ended, hung)
}

func guard(ending, ended <-chan struct{}, hung func()) {
	select {
	case <-ended:
		return
	case <-ending:
	}
	t := time.NewTimer(endPatience)
	defer t.Stop()
	select {
	case <-ended:
	case <-t.C:
		hung()
	}
}
