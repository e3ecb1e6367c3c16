package look

import (
	"fyne.io/fyne/v2/lang"

	"kickbench/client"
)

// Visual is how a state shows itself: always colour, glyph and word together, so that
// colour is never the only sign.
type Visual struct {
	Tone Tone
	Icon IconName
	Word string // translated
}

// StateVisual is the one table of how a client's state looks.
func StateVisual(s client.State) Visual {
	switch s {
	case client.Connecting:
		return Visual{ToneWait, IconStateWaiting, lang.L("Connecting")}
	case client.LoggingIn:
		return Visual{ToneBusy, IconStateBusy, lang.L("Logging in")}
	case client.Ready:
		return Visual{ToneGood, IconStateReady, lang.L("Ready")}
	case client.Reconnecting:
		return Visual{ToneWait, IconStateWaiting, lang.L("Network lost")}
	case client.Kicked:
		return Visual{ToneBad, IconStateKicked, lang.L("Kicked")}
	case client.LoggedOut:
		return Visual{ToneQuiet, IconStateOut, lang.L("Logged out")}
	case client.Destroyed:
		return Visual{ToneQuiet, IconStateEnded, lang.L("Destroyed")}
	default:
		return Visual{ToneQuiet, IconStateOut, lang.L("Not logged in")}
	}
}

// NetVisual is how the connection looks; "" is a connection that was never there.
func NetVisual(n client.NetState) Visual {
	switch n {
	case client.NetConnected:
		return Visual{ToneGood, IconStateReady, lang.L("Connected")}
	case client.NetConnecting:
		return Visual{ToneWait, IconStateWaiting, lang.L("Connecting")}
	case client.NetDisconnected:
		return Visual{ToneWait, IconStateWaiting, lang.L("Network lost")}
	default:
		return Visual{ToneQuiet, IconStateOut, lang.L("Not connected")}
	}
}
