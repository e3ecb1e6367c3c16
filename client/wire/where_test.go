package wire_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kickbench/client/wire"
)

// aValue is a string of a frame that is no name.
var aValue = regexp.MustCompile(`:"([^"\\]+)"`)

// Recorded frames are damaged in all sorts of ways; what they say is one word, which
// no error holds, nor a piece of it that says something.
func TestNoErrorOfADamagedFrameHoldsAValueOfIt(t *testing.T) {
	frames := transcript(t)
	pieces := []string{"", `"`, `:`, `,`, `{`, `}`, `[`, `]`, `\`, `0`, `,"`, `":`, `{"`, "\xff", "\n"}
	rapid.Check(t, func(t *rapid.T) {
		frame := string(rapid.SampledFrom(frames).Draw(t, "frame").Frame)
		// servcmd and all: a frame may be refused for any.
		frame = aValue.ReplaceAllString(frame, `:"QZSECRETQZ"`)
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			at := rapid.IntRange(0, len(frame)).Draw(t, "at")
			gone := rapid.IntRange(0, min(3, len(frame)-at)).Draw(t, "gone")
			frame = frame[:at] + rapid.SampledFrom(pieces).Draw(t, "piece") + frame[at+gone:]
		}
		_, up := wire.DecodeUp([]byte(frame), wire.Limits{})
		_, down := wire.DecodeDown([]byte(frame), wire.Limits{})
		for _, err := range []error{up, down} {
			if err != nil && strings.ContainsAny(err.Error(), "QZ") {
				t.Errorf("%s: %v", frame, err)
			}
		}
	})
}
