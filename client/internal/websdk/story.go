package websdk

import (
	"fmt"
	"strings"

	"kickbench/client/wire"
)

// Story is a page's Log told in short lines, for comparing: what moves a session,
// and nothing that depends on speed. It needs Options.Trace.
//
//	login()
//	> wslogin usersig        a frame sent: command, who it speaks as, its type
//	< wslogin                a frame received, with its code where that is not 0
//	login() resolved         or "resolved repeatLogin", "rejected 2025"
//	SDK_READY                an event; with its type or state
//	socket 1 closed 4000     the page ended its first socket with that code
//	socket 2                 and made its second
//
// Left out are heartbeats, what the SDK asks for at login, and events about data.
func (p *Page) Story() []string {
	entries, _, _ := p.log.read()
	var out []string
	for _, e := range entries {
		if line := tell(e); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func tell(e Entry) string {
	switch e.Kind {
	case KindEvent:
		return tellEvent(e)
	case KindCall:
		return e.Name + "()"
	case KindReturn:
		return e.Name + "() " + tellEnd(e)
	case KindUp, KindDown:
		return tellFrame(e)
	case KindSocket:
		n := int(Number(e.Value, "n"))
		switch e.Name {
		case "new":
			return fmt.Sprintf("socket %d", n)
		case "stop":
			return fmt.Sprintf("socket %d closed %d", n, int(Number(e.Value, "code")))
		}
	case KindMark:
		return e.Name
	}
	return ""
}

func tellEvent(e Entry) string {
	data := Path(e.Value, "data")
	switch e.Name {
	case "SDK_READY", "SDK_NOT_READY", "SDK_DESTROY":
		return e.Name
	case "KICKED_OUT":
		return e.Name + " " + Text(data, "type")
	case "NET_STATE_CHANGE":
		return e.Name + " " + Text(data, "state")
	case "ERROR":
		return fmt.Sprintf("%s %d", e.Name, int(Number(data, "code")))
	default:
		return ""
	}
}

func tellEnd(e Entry) string {
	if string(Path(e.Value, "ok")) != "true" {
		return fmt.Sprintf("rejected %d", int(Number(e.Value, "code")))
	}
	if string(Path(e.Value, "value", "data", "repeatLogin")) == "true" {
		return "resolved repeatLogin"
	}
	return "resolved"
}

func tellFrame(e Entry) string {
	switch e.Name {
	case wire.CmdLogin, wire.CmdLogout, wire.CmdHello, wire.CmdPush:
	default:
		return ""
	}
	_, short, _ := strings.Cut(e.Name, ".")
	if e.Kind == KindDown {
		if code := int(Number(e.Value, "body", "ErrorCode")); code != 0 {
			return fmt.Sprintf("< %s %d", short, code)
		}
		return "< " + short
	}
	line := "> " + short + " " + speaksAs(e)
	if t := Path(e.Value, "body", "wslogout_type"); len(t) > 0 {
		line += " type " + string(t)
	}
	return line
}

// speaksAs says by what an up frame names its user.
func speaksAs(e Entry) string {
	head := Path(e.Value, "head")
	switch {
	case Text(head, "a2") != "":
		return "a2"
	case Text(head, "identifier") != "":
		return "usersig"
	default:
		return "nobody"
	}
}
