package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/screens/look"
)

var errNoAddress = errors.New("no server address")

// failure is the line under the form that says why a login did not work.
type failure struct {
	content fyne.CanvasObject
	words   *look.Prose
	code    *look.Prose
	copy    *look.Button
	tech    fyne.CanvasObject
}

func newFailure(s *Screen) *failure {
	f := &failure{
		words: look.NewProse("", look.ToneBad.Ink(), look.SizeText, fyne.TextStyle{}),
		code:  look.NewProse("", look.ColorMuted, look.SizeSmall, fyne.TextStyle{Monospace: true}),
	}
	f.copy = look.NewButton("", look.IconCopy, look.Ghost, func() {
		fyne.CurrentApp().Clipboard().SetContent(f.words.Text() + "\n" + f.code.Text())
		f.copy.Flash("", look.IconCheck, func(d time.Duration, back func()) { s.after(d, func() { s.dispatch(back) }) })
	})
	f.copy.Compact = true
	f.copy.OnEscape(s.Escape)
	f.tech = look.Line(look.Space2, look.Wide(f.code), f.copy)
	f.content = look.NewToned(look.ToneBad, look.Column(look.Space1, f.words, f.tech))
	f.content.Hide()
	return f
}

func (f *failure) show(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		f.content.Hide()
		return
	}
	f.words.Set(Words(err))
	f.code.Set(code(err))
	look.SetVisible(f.tech, f.code.Text() != "")
	f.content.Show()
	f.content.Refresh()
}

// code is the technical line: number and the client's own words.
func code(err error) string {
	var e *client.Error
	if errors.As(err, &e) {
		return fmt.Sprintf("%d · %s", e.Code, e.Message)
	}
	return ""
}

// Words says an error so that a person knows what to do, in the window's language.
func Words(err error) string {
	var e *client.Error
	if !errors.As(err, &e) {
		if errors.Is(err, errNoAddress) {
			return lang.L("Type the server's address: ws:// or wss:// and its name.")
		}
		return err.Error()
	}
	switch e.Code {
	case 2000:
		return lang.L("Type the SDKAppID: the number of the app.")
	case 2002:
		return lang.L("Type the User ID.")
	case 2003:
		return lang.L("A UserSig is missing: paste one, or have one made.")
	case 2025:
		return lang.L("A login is under way already.")
	case 2022, 2023:
		return lang.L("The server's answer is incomplete: is this a chat server?")
	case 2800, 2805:
		return lang.L("The server cannot be reached. Is the address right, and is it running?")
	case 2801:
		return lang.L("The server did not answer in time.")
	case 2802:
		return lang.L("This server address cannot be used. It is ws:// or wss:// and a name, without a user name, a query (?) or a fragment (#).")
	case 2905:
		return lang.L("This instance has been destroyed; log in once more to begin with a new one.")
	case 3001:
		return lang.L("The login was cancelled.")
	case 60020:
		return lang.L("The app's service is not available: its package is not bought, has run out or is not yet in effect.")
	case 70001:
		return lang.L("The UserSig has expired: a new one is needed.")
	case 70003:
		return lang.L("The server does not accept the UserSig: it is damaged or cut off.")
	case 70009:
		return lang.L("The UserSig was signed with the SecretKey of another app.")
	case 70013:
		return lang.L("The UserSig was made for another user.")
	case 70014:
		return lang.L("The UserSig was made for another SDKAppID.")
	case 70052:
		return lang.L("The UserSig was made invalid by a kick: a new one is needed.")
	}
	if e.Op == "reconnect" {
		return lang.L("The server did not take the session back after the connection was lost.")
	}
	return lang.L("The server refused the login.")
}
