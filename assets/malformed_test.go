//go:build !headless

package assets_test

import (
	"strings"
	"testing"

	"kickbench/client/wire"
)

func TestWhatIsWrongWithAFrameIsTranslatedWhole(t *testing.T) {
	for _, frame := range []string{
		"", "hello", `[]`, `{}`, `{"head":{}}`, `{"head":{"servcmd":"c","usersig":"x`, `{"head":{"usersig":x}}`,
		`{"head":{"servcmd":7}}`, `{"head":{"servcmd":true}}`, `{"head":{"servcmd":{}}}`, `{"head":{"servcmd":[]}}`,
		`{"head":{"sdkappid":"1"}}`, `{"head":{"seq":-1}}`, `{"head":{"reqtime":1.5}}`, `{"head":{"seq":1,"seq":1}}`,
		strings.Repeat("[", 100), strings.Repeat(" ", 2000),
	} {
		_, err := wire.DecodeUp([]byte(frame), wire.Limits{Frame: 1000})
		if err == nil {
			t.Fatalf("%s is no malformed frame", frame)
		}
		reason, detail, _ := strings.Cut(err.Error(), ": ")
		reason = strings.Replace(reason, wire.ErrFormat.Error(), "frame is not valid", 1) // as the sandbox says it
		for locale, tongue := range tongues(t) {
			text, known := tongue.Knows(reason + ": " + detail + ".")
			for _, english := range []string{"frame", " is ", "at ", " a ", "not ", "byte"} {
				known = known && !strings.Contains(text, english)
			}
			if !known {
				t.Errorf("%s: %q: %q", locale, err, text)
			}
		}
	}
}
