//go:build !headless

package workbench

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/screens/look"
)

// button presses the shown button of that label.
func (b *bench) button(w *window, label string) {
	b.t.Helper()
	var found *look.Button
	b.until("there is a button "+label, func() bool {
		b.q.drain()
		found = nil
		var walk func(o fyne.CanvasObject)
		walk = func(o fyne.CanvasObject) {
			if o == nil || !o.Visible() || found != nil {
				return
			}
			if k, ok := o.(*look.Button); ok && k.Label == label {
				found = k
				return
			}
			switch o := o.(type) {
			case *fyne.Container:
				for _, child := range o.Objects {
					walk(child)
				}
			case fyne.Widget:
				for _, child := range test.WidgetRenderer(o).Objects() {
					walk(child)
				}
			}
		}
		walk(w.win.Content())
		return found != nil
	})
	found.Press()
}

func TestTheBannerLeadsToItsKickAndTheKickToTheEvents(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	first := b.window(1)
	first.LogIn(b.form())
	b.reaches(first, client.Ready)
	// The sandbox is in another year than this computer, and both pages find the kick.
	if err := b.srv.Advance(30 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	first.NewInstance(wire.PlatformWeb, func(error) {})
	b.reaches(first, client.Kicked)
	b.button(first, "Show in timeline")
	b.shows(first, "took the place of Web 1001")
	b.button(first, "Show in events")
	b.shows(first, "KICKED_OUT")
	b.until("the event is chosen", func() bool { return !strings.Contains(b.text(first), "No event chosen") })
	b.button(first, "Log in")
	b.shows(first, "Log in again")
}

func TestAForeignServersKickIsOnTheTimelineAsFarAsTheClientKnowsIt(t *testing.T) {
	keyring.MockInit()
	other := sandbox.Run(t, sandbox.Config{})
	sig, err := other.MakeUserSig(sandbox.DefaultSDKAppID, "dave", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(login.Form{Server: login.Address, Address: other.URL(), SDKAppID: sandbox.DefaultSDKAppID, Platform: wire.PlatformWeb, UserID: "dave", UserSig: sig})
	b.reaches(w, client.Ready)
	c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: other.URL(), Platform: wire.PlatformWeb})
	defer func() {
		_ = c.Destroy(t.Context())
		<-c.Done()
	}()
	if _, err := c.Login(t.Context(), "dave", sig); err != nil {
		t.Fatal(err)
	}
	b.reaches(w, client.Kicked)
	b.button(w, "Show in timeline")
	b.shows(w, "Web 1001 was kicked by Web")
}
