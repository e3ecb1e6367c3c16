package e2e

import (
	"context"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

var (
	runChosen   = image.Pt(540, 205)
	copyUserSig = image.Pt(1208, 400)
	// askingIn is the ground of the card that asks the app under test in.
	askingIn = map[string]color.RGBA{"light": {0xFD, 0xF1, 0xDE, 255}, "dark": {0x35, 0x28, 0x0F, 255}}
)

// TestAScenarioForAnAppUnderTestWaitsForItAndCanBeStopped runs one in the window, where
// nobody comes, and stops it: the report is there.
func TestAScenarioForAnAppUnderTestWaitsForItAndCanBeStopped(t *testing.T) {
	themes := []string{"light"}
	if os.Getenv("KICKBENCH_SHOTS") != "" {
		themes = []string{"light", "dark"}
	}
	for _, theme := range themes {
		t.Run(theme, func(t *testing.T) {
			d, first := scenariosOf(t, theme)
			d.runSelfTest(first)
			d.keep(first, "scenarios-app")
			d.stopSelfTest(first, "handler-self-test")
			d.stop()
		})
	}
}

// TestAnAppThatComesBackByItselfIsFoundOutInTheWindow has an app that is badly made come
// to the scenario with what its person copies in the window.
func TestAnAppThatComesBackByItselfIsFoundOutInTheWindow(t *testing.T) {
	d, first := scenariosOf(t, "light")
	d.runSelfTest(first)
	d.click(first, copyUserSig)
	var sig string
	d.until("the UserSig is on the clipboard", func() bool {
		sig, _ = d.run("xclip", "-selection", "clipboard", "-out")
		return len(sig) > 100
	})

	app := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: "ws://127.0.0.1:7480"})
	t.Cleanup(func() { _ = app.Destroy(context.WithoutCancel(t.Context())) })
	kicks := make(chan wire.KickType, 16)
	client.On(app, func(e client.KickedOut) {
		kicks <- e.Type
		go func() { _, _ = app.Login(t.Context(), "tester", sig) }() // asks nobody
	})
	if _, err := app.Login(t.Context(), "tester", sig); err != nil {
		t.Fatal(err)
	}
	for i, want := range []wire.KickType{wire.KickMultipleAccount, wire.KickMultipleDevice} {
		select {
		case got := <-kicks:
			if got != want {
				t.Fatalf("kick %d is %s, want %s", i+1, got, want)
			}
		case <-time.After(patience):
			t.Fatalf("kick %d has not come", i+1)
		}
		if i == 0 {
			_, before := d.spot(first, everywhere, kicked["light"])
			d.until("the window says what is wrong", func() bool {
				_, red := d.spot(first, everywhere, kicked["light"])
				return red > before
			})
			d.keep(first, "scenarios-bad-app")
		}
	}
	d.stopSelfTest(first, "it was back after")
	d.stop()
}

// runSelfTest finds the scenario and runs it, until it asks the app in.
func (d *desk) runSelfTest(id string) {
	d.t.Helper()
	d.key(id, "ctrl+f")
	d.typeText("handler")
	d.settle(id)
	d.click(id, firstFound)
	d.settle(id)
	d.click(id, runChosen)
	d.until("it asks the app in", func() bool { return d.asksIn(id) > 20_000 })
}

// stopSelfTest stops it, and looks for the words in its report.
func (d *desk) stopSelfTest(id, words string) {
	d.t.Helper()
	d.click(id, runChosen.Add(image.Pt(9, 1))) // now it stops; the pointer has to move
	d.until("it asks nobody in any more", func() bool { return d.asksIn(id) < 5_000 })
	report := filepath.Join(d.home, "kickbench", "reports", "handler-self-test.html")
	d.until("the report says "+words, func() bool {
		page, err := os.ReadFile(report)
		return err == nil && strings.Contains(string(page), words)
	})
}

// asksIn is how much of the window is a card that asks an app in.
func (d *desk) asksIn(id string) int {
	_, n := d.spot(id, everywhere, askingIn[d.theme])
	return n
}
