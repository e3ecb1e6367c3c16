//go:build !headless

package workbench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/screens/look"
)

// another asks for a window as a second start does, with the test as UI goroutine.
func (b *bench) another(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- b.OpenAnother(ctx) }()
	var err error
	b.until("the second start has its answer", func() bool {
		select {
		case err = <-done:
			return true
		default:
			return false
		}
	})
	return err
}

func TestASecondStartOpensAWindowFilledInForTheSameUser(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	first := b.window(1)
	first.LogIn(b.form())
	b.reaches(first, client.Ready)

	if err := b.another(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.until("the window is there", func() bool { return b.window(2) != nil })
	b.shows(b.window(2), "alice")
	if first.instance().c.State() != client.Ready {
		t.Error("opening a window has logged the first out")
	}
}

func TestASecondStartIsRefusedWhenTheWindowsAreClosing(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	w := b.window(1)
	b.close()
	if err := b.another(t.Context()); !errors.Is(err, errClosing) {
		t.Errorf("%v", err)
	}
	w.end()
}

func TestAWindowThatHangsIsToldToTheSecondStart(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // its patience is over, and nobody drains the queue
	if err := b.OpenAnother(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsKnownBeforeTheStartIsSaidInTheFirstWindow(t *testing.T) {
	keyring.MockInit()
	q := &queue{more: make(chan struct{}, 1)}
	a := test.NewTempApp(t)
	test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: look.Light}))
	inner, err := New(a, Options{Dir: t.TempDir(), Dispatch: q.put, Listen: "127.0.0.1:0", Notes: []string{"The folder is on fire."}})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Bench: inner, t: t, q: q}
	b.Open()
	defer b.close()
	w := b.window(1)
	b.until("the note shows", func() bool {
		for _, o := range w.win.Canvas().Overlays().List() {
			for _, part := range test.LaidOutObjects(o) {
				if l, ok := part.(*widget.Label); ok && l.Text == "The folder is on fire." {
					return true
				}
			}
		}
		return false
	})
}

func TestASecondStartWithAFileShowsItInTheFirstWindow(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	path := filepath.Join(t.TempDir(), "ticket.jsonl")
	text := `{"session":{"userID":"erin","platform":"web","ending":"kicked"}}` + "\n" + `{"seq":1,"layer":"sdk","name":"SDK_READY"}` + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := b.OpenFor(t.Context(), []string{path}); err != nil {
		t.Fatal(err)
	}
	b.tells(b.window(1), "erin", "SDK_READY")
	if n := len(b.all()); n != 1 {
		t.Errorf("%d windows", n)
	}
}
