//go:build !headless

package workbench

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/zalando/go-keyring"

	"kickbench/assets"
	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
	panel "kickbench/screens/sandbox"
)

// TestPicturesOfWhatTheSandboxAndTheScenariosSay draws, into KICKBENCH_LOOK and for
// eyes, the pages whose sentences come from elsewhere: in each language, with what the
// program really says.
func TestPicturesOfWhatTheSandboxAndTheScenariosSay(t *testing.T) {
	dir := os.Getenv("KICKBENCH_LOOK")
	if dir == "" {
		t.Skip("KICKBENCH_LOOK names no folder for pictures")
	}
	speakAgain(t)
	for _, language := range []string{"zh_Hans", "ko", "en"} {
		if err := Speak(language); err != nil {
			t.Fatal(err)
		}
		keyring.MockInit()
		font := func(name string, data []byte) fyne.Resource { return fyne.NewStaticResource(name, data) }
		b := openWith(t, t.TempDir(), look.Options{
			Appearance: look.Light, CJK: font("cjk", assets.CJKRegular), CJKBold: font("bold", assets.CJKBold),
		})
		w := b.window(1)
		w.shell.ShowWorkspace()
		w.shell.ShowPage(pageScenarios)
		b.until("the library is read", func() bool { return len(b.shelf.items()) > 30 })
		keep := func(name string, width, height float32) {
			w.win.Resize(fyne.NewSize(width, height))
			b.q.drain()
			w.win.Resize(fyne.NewSize(width+1, height)) // what wraps knows its height the second time
			b.q.drain()
			f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%s-%.0f.png", name, language, width)))
			if err == nil {
				err = png.Encode(f, w.win.Canvas().Capture())
			}
			if err == nil {
				err = f.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		c := control{w}
		keep("scenarios", 1280, 800)
		const fails = "kickbench: 1\ntitle: A kick is pushed twice.\nsandbox: {defects: [wrong-kick-type]}\nactors:\n  office: {user: alice}\n  home: {user: alice}\n" +
			"steps:\n  - login: office\n  - login: home\n  - waitFor: {event: {on: office, name: KICKED_OUT, where: {type: multipleAccount}}}\n  - login: {actor: home, fails: 70001}\n" +
			"expect:\n  - online: home\n"
		file := filepath.Join(b.shelf.dir, "fails.yaml")
		write(t, file, fails)
		b.until("the new file is read", func() bool { return len(b.shelf.items()) > 0 && b.shelf.items()[0].ID == file })
		for _, id := range []string{"builtin:mutual-kick-war", "builtin:third-login-evicts-the-oldest", "builtin:kick-races-login-reply", file} {
			w.scenarios.Choose(id)
			w.theatre.RunScenarios([]string{id})
			b.tells(w, map[string]string{"zh_Hans": "种子", "ko": "시드", "en": "seed"}[language])
			keep("run-"+fileName(filepath.Base(id)), 1280, 1200)
		}
		w.scenarios.Choose("builtin:handler-self-test")
		keep("foreign", 900, 600)
		w.theatre.RunScenarios([]string{"builtin:handler-self-test"})
		b.until("it waits", func() bool { return b.secret(w) != "" })
		b.tells(w, "TencentCloudChat.create(", "4:5")
		keep("foreign-waits", 1280, 800)
		keep("foreign-waits", 900, 600)
		w.theatre.StopScenarios()
		b.until("it has stopped", w.theatre.resting)

		w.shell.ShowPage(pageSandbox)
		b.must(func(r func(error)) { c.AddFault(panel.NewFault{Preset: panel.PushLost, UserID: "alice"}, r) })
		b.must(func(r func(error)) { c.AddFault(panel.NewFault{Preset: panel.NetworkCut}, r) })
		b.must(func(r func(error)) { c.SetDefect("kick-swallowed", true, r) })
		for part, name := range []string{"connect", "logins", "trouble", "defects", "fidelity"} {
			w.sandbox.Show(part)
			keep("sandbox-"+name, 1280, 900)
			keep("sandbox-"+name, 900, 600)
		}
		b.must(func(r func(error)) { c.SetDefect("kick-swallowed", false, r) })
		b.must(c.ClearFaults)

		w.LogIn(b.form())
		b.reaches(w, client.Ready)
		b.must(func(r func(error)) { c.Kick(w.instance().number(), wire.KickMultipleDevice, r) })
		b.until("it was kicked", func() bool { return w.instance() == nil || w.instance().c.State() != client.Ready })
		keep("banner", 1280, 800)
		b.close()
	}
}
