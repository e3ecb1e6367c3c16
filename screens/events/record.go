package events

import (
	"encoding/json"
	"fmt"

	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
)

// FromRecord makes a row of an event of the client; instance is its number, as far as
// it is known. Safe from any goroutine.
func FromRecord(instance string, r client.Record) Row {
	row := Row{Time: r.Time, Instance: instance, Layer: LayerSDK, Name: r.Event.EventConst()}
	switch e := r.Event.(type) {
	case client.KickedOut:
		row.Kind, row.Summary = KindKick, kickSummary(e)
	case client.NetStateChange:
		row.Kind, row.Summary = KindNetwork, string(e.State)
	case client.ErrorEvent:
		row.Kind, row.Summary = KindError, fmt.Sprintf("%d · %s", e.Code, e.Message)
	case client.StateChange:
		row.Summary = look.StateVisual(e.From).Word + " › " + look.StateVisual(e.To).Word
	case client.SDKReady:
		row.Good = true
	}
	row.JSON = recordJSON(r)
	return row
}

func kickSummary(e client.KickedOut) string {
	d := map[string]any{"Type": string(e.Type), "By": e.By.Label()}
	switch {
	case e.By != wire.PlatformUnknown && e.Late:
		return lang.L("{{.Type}}, by {{.By}}, learnt late", d)
	case e.By != wire.PlatformUnknown:
		return lang.L("{{.Type}}, by {{.By}}", d)
	case e.Late:
		return lang.L("{{.Type}}, learnt late", d)
	default:
		return string(e.Type)
	}
}

// recordJSON writes an event as the vendor's SDK hands it to a listener, with our
// sequence number and time in front.
func recordJSON(r client.Record) string {
	b, err := json.Marshal(struct {
		Seq  uint64       `json:"seq"`
		Time string       `json:"time"`
		Name string       `json:"name"`
		Data client.Event `json:"data"`
	}{r.Seq, r.Time.Format(timeJSON), r.Event.EventName(), r.Event})
	if err != nil {
		return fmt.Sprintf("{%q:%q}", "error", err.Error())
	}
	return string(b)
}
