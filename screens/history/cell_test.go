package history

import (
	"testing"

	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func TestEveryEndHasItsOwnWord(t *testing.T) {
	uitest.App(t, look.Light)
	want := map[End]string{
		Running: "Running", LoggedOut: "Logged out", Destroyed: "Destroyed", WindowClosed: "Window closed", Refused: "Not let in",
		Kicked: "Kicked", Interrupted: "Interrupted", Cancelled: "Cancelled", Lost: "Not taken back",
	}
	for e := Running; e <= Lost; e++ {
		if got := endVisual(&Session{End: e}).Word; got != want[e] {
			t.Errorf("end %d is called %q, want %q", e, got, want[e])
		}
	}
}
