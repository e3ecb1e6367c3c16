package shell

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/screens/look"
)

// bar is the top bar: who, in what state, where, and the server's clock.
type bar struct {
	content fyne.CanvasObject
	header  Header

	user   *look.Text
	badge  *look.Badge
	where  *look.Text
	rtt    *look.Text
	clock  *look.Text
	logOut *look.Button
}

func newBar(a Actions) *bar {
	b := &bar{
		user:   look.NewName(""),
		badge:  look.NewBadge(look.StateVisual(client.Idle)),
		where:  look.NewMono("").Toned(look.ColorMuted).Elided(),
		rtt:    look.NewMono("").Toned(look.ColorMuted),
		clock:  look.NewMono("").Toned(look.ColorMuted),
		logOut: look.NewButton(lang.L("Log in"), "", look.Plain, a.LogOut), // until somebody is
	}
	b.user.MaxWidth = 220
	line := look.Line(look.Space3, b.user, b.badge, look.Wide(b.where), b.rtt, b.clock, b.logOut)
	body := container.NewStack(look.Strut(1, barHeight-1), look.Inset(0, 0, look.Space5, look.Space5, line))
	b.content = look.Frame(nil, look.NewSurface(look.ColorCard, body), look.Rule())
	return b
}

func (b *bar) set(h Header) {
	b.header = h
	b.user.Set(h.UserID)
	b.badge.Set(look.StateVisual(h.State))
	where := fmt.Sprintf("%s · %s %d", h.Platform.Label(), lang.L("app"), h.SDKAppID)
	if h.Instance != "" {
		where = fmt.Sprintf("%s · %s %s · %s %d", h.Platform.Label(), lang.L("instance"), h.Instance, lang.L("app"), h.SDKAppID)
	}
	b.where.Set(where)
	rtt := ""
	if h.RTT > 0 {
		rtt = "RTT " + look.Span(h.RTT)
	}
	b.rtt.Set(rtt)
	// What happened can be looked at after the end; the button leads back from there.
	if h.State.LoggedIn() {
		b.logOut.SetLabel(lang.L("Log out"), "")
	} else {
		b.logOut.SetLabel(lang.L("Log in"), "")
	}
	b.tick(h.At)
	b.content.Refresh()
}

func (b *bar) tick(now time.Time) {
	if b.header.ServerTime.IsZero() {
		b.clock.Set("")
		return
	}
	b.clock.Set(look.ClockSeconds(b.header.ServerTime.Add(now.Sub(b.header.At))))
}
