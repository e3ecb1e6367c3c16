package status

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
)

const cutFor = 10 * time.Second

// tools is the row of things to try: each breaks the session in one of its ways.
type tools struct {
	card    *look.Surface
	flow    *fyne.Container
	again   *look.Button
	other   *look.Button
	rest    *look.Button
	expire  *look.Button
	cut     *look.Button
	logOut  *look.Button
	destroy *look.Button
	own     wire.Platform
}

func newTools(s *Screen) *tools {
	t := &tools{own: wire.PlatformWeb}
	b := func(label string, f func()) *look.Button { return look.NewButton(label, "", look.Plain, f) }
	t.again = b("", func() { s.newInstance(t.own) })
	t.other = b("", func() { s.newInstance(others(t.own)[0]) })
	t.rest = b(lang.L("Kick by REST API"), func() {
		s.run(lang.L("Kick by REST API"), lang.L("The REST API ended all sessions of this account."), s.actions.KickByREST)
	})
	t.expire = b(lang.L("Expire UserSig"), s.expire)
	seconds := map[string]any{"Seconds": int(cutFor / time.Second)}
	t.cut = b(lang.L("Cut the network for {{.Seconds}} s", seconds), func() {
		s.run(lang.L("Cut the network"), lang.L("The network is cut for {{.Seconds}} s.", seconds),
			func(r func(error)) { s.actions.CutNetwork(cutFor, r) })
	})
	t.logOut = b(lang.L("Log out"), func() { s.run(lang.L("Log out"), "", s.actions.LogOut) })
	t.destroy = look.NewButton(lang.L("Destroy"), "", look.Danger, func() { s.run(lang.L("Destroy"), "", s.actions.Destroy) })
	t.flow = look.Flow(look.Space2, t.again, t.other, t.rest, t.expire, t.cut, t.logOut, t.destroy)
	t.card = look.NewCard(look.Column(look.Space3, cardTitle(lang.L("Try it")), t.flow))
	return t
}

func (t *tools) show(m Model) {
	if m.Platform != wire.PlatformUnknown {
		t.own = m.Platform
	}
	t.again.SetLabel(lang.L("Log in once more on {{.Platform}}", map[string]any{"Platform": t.own.Label()}), "")
	t.other.SetLabel(lang.L("Log in on {{.Platform}}", map[string]any{"Platform": others(t.own)[0].Label()}), "")
	for _, b := range []*look.Button{t.rest, t.expire, t.cut} {
		look.SetVisible(b, m.Sandbox)
	}
	enable := func(b *look.Button, on bool) {
		if on {
			b.Enable()
		} else {
			b.Disable()
		}
	}
	for _, b := range []*look.Button{t.rest, t.expire, t.cut, t.logOut} {
		enable(b, m.State.LoggedIn())
	}
	enable(t.destroy, m.State != client.Destroyed)
	t.flow.Refresh()
}
