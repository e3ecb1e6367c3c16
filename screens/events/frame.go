package events

import (
	"encoding/json"
	"fmt"
	"strings"

	"kickbench/client"
	"kickbench/client/wire"
)

// The two directions of a frame, as its JSON names them.
const (
	dirUp   = "up"
	dirDown = "down"
)

// timeJSON is how a row's JSON gives its time: to the microsecond, which is what the
// pane beside the list has room for.
const timeJSON = "2006-01-02T15:04:05.000000Z07:00"

// FromFrame makes a row of a frame, whose secrets are hidden already. Safe from any
// goroutine.
func FromFrame(instance string, f client.FrameRecord) Row {
	row := Row{Time: f.Time, Instance: instance, Layer: LayerFrameIn, Kind: KindFrame, Name: f.Cmd}
	dir := dirDown
	if f.Up {
		row.Layer, dir = LayerFrameOut, dirUp
	}
	row.Summary = frameSummary(f)
	b, err := json.Marshal(struct {
		Time  string          `json:"time"`
		Dir   string          `json:"dir"`
		Frame json.RawMessage `json:"frame"`
	}{f.Time.Format(timeJSON), dir, f.JSON})
	if err != nil {
		b = fmt.Appendf(nil, "{%q:%q}", "error", err.Error())
	}
	row.JSON = string(b)
	return row
}

// frameSummary tells what a person looks for in a frame.
func frameSummary(f client.FrameRecord) string {
	var frame struct {
		Head struct {
			Identifier string `json:"identifier"`
			A2         string `json:"a2"`
		} `json:"head"`
		Body json.RawMessage `json:"body"`
	}
	if json.Unmarshal(f.JSON, &frame) != nil {
		return ""
	}
	body := []byte(frame.Body)
	if f.Up {
		return upSummary(f.Cmd, frame.Head.Identifier, frame.Head.A2 != "", body)
	}
	if f.Cmd == wire.CmdPush {
		var p wire.PushBody
		_ = wire.DecodeBody(body, &p)
		for _, k := range p.Kicks() {
			return fmt.Sprintf("KickoutMsgNotify · KickType %d", k.KickType)
		}
		return ""
	}
	var a wire.LoginAnswer
	_ = wire.DecodeBody(body, &a)
	switch {
	case a.ErrorCode != wire.CodeOK:
		return fmt.Sprintf("%d · %s", a.ErrorCode, a.ErrorInfo)
	case f.Cmd == wire.CmdLogin:
		return fmt.Sprintf("InstId %d · HelloInterval %d", a.InstID, a.HelloInterval)
	default:
		return "OK"
	}
}

func upSummary(cmd, user string, session bool, body []byte) string {
	switch {
	case cmd == wire.CmdLogin && session:
		return "a2"
	case cmd == wire.CmdLogin:
		return "identifier " + user
	case cmd == wire.CmdLogout:
		var b wire.LogoutRequest
		_ = wire.DecodeBody(body, &b)
		return fmt.Sprintf("wslogout_type %d", b.Type)
	default:
		return ""
	}
}

// Stored completes a row that was kept without its kind: name, summary and JSON say
// what it is. frame tells that it is a frame.
func Stored(row Row, frame bool) Row {
	if frame {
		row.Kind, row.Layer = KindFrame, LayerFrameIn
		var f struct {
			Dir string `json:"dir"`
		}
		if json.Unmarshal([]byte(row.JSON), &f) == nil && f.Dir == dirUp {
			row.Layer = LayerFrameOut
		}
		return row
	}
	switch row.Name {
	case client.KickedOut{}.EventConst():
		row.Kind = KindKick
	case client.NetStateChange{}.EventConst():
		row.Kind = KindNetwork
	case client.ErrorEvent{}.EventConst():
		row.Kind = KindError
	case client.SDKReady{}.EventConst():
		row.Good = true
	}
	if strings.HasPrefix(row.Name, "history") {
		row.Layer = LayerApp
	}
	return row
}
