package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// logRow is one line of "what happened": of the ledger, of a client's events, of a
// call, a frame or a webhook's request.
type logRow struct {
	at         time.Time // by the scenario's clock
	order      int       // of what has the same time
	Layer      string
	LayerWord  string
	Time       string
	Full       string
	Since      string
	Who        string
	What       string
	Tone       string
	Detail     string
	JSON       string
	jsonSource jsontext.Value
}

// layer is a filter of the log.
type layer struct {
	Key, Word string
	Count     int
}

// How many rows the logs of a page have in all, and one run's at least: a page of a
// hundred thousand rows opens in no browser. Frames go first, and those of runs that
// passed; the other reports have them all.
const (
	maxRows   = 20_000
	leastRows = 300
)

// rowsOf shares out the rows among the runs: those that did not pass are read.
func rowsOf(runs []run.Result) map[*run.Result]int {
	failed := 0
	for i := range runs {
		if runs[i].Verdict != run.Passed {
			failed++
		}
	}
	out := map[*run.Result]int{}
	for i := range runs {
		switch {
		case failed == 0 || failed == len(runs):
			out[&runs[i]] = max(leastRows, maxRows/len(runs))
		case runs[i].Verdict == run.Passed:
			out[&runs[i]] = max(leastRows, maxRows/4/(len(runs)-failed))
		default:
			out[&runs[i]] = max(leastRows, maxRows*3/4/failed)
		}
	}
	return out
}

func logOf(r *run.Result, most int) (rows []logRow, layers []layer, leftOut string) {
	rows = slices.Concat(ledgerRows(r), eventRows(r), callRows(r), deliveryRows(r))
	frames := frameRows(r)
	if room := max(0, most-len(rows)); len(frames) > room {
		leftOut = fmt.Sprintf("%d more frames are in the JSON lines and the HAR.", len(frames)-room)
		frames = frames[:room]
	}
	rows = append(rows, frames...)
	slices.SortStableFunc(rows, func(a, b logRow) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order)) })
	if over := len(rows) - most; over > 0 {
		// How it began and how it ended is what is looked for.
		rows = slices.Delete(rows, most/2, most/2+over)
		leftOut = strings.TrimSpace(fmt.Sprintf("%d rows in the middle are left out: they are in the JSON lines. %s", over, leftOut))
	}
	count := map[string]int{}
	for i := range rows {
		row := &rows[i]
		count[row.Layer]++
		row.Time, row.Full = row.at.UTC().Format("15:04:05.000"), row.at.UTC().Format(time.RFC3339Nano)
		if i > 0 {
			row.Since = since(row.at.Sub(rows[i-1].at))
		}
		if row.jsonSource != nil {
			row.JSON = pretty(row.jsonSource)
		}
	}
	for _, l := range []layer{{"ledger", "Ledger", 0}, {"event", "Events", 0}, {"call", "Calls", 0}, {"webhook", "Webhook", 0}, {"frame", "Frames", 0}} {
		if l.Count = count[l.Key]; l.Count > 0 {
			layers = append(layers, l)
		}
	}
	return rows, layers, leftOut
}

func since(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return "+" + brief(d)
}

func pretty(v jsontext.Value) string {
	v = slices.Clone(v)
	if v.Indent(jsontext.WithIndent("  ")) != nil {
		return string(v)
	}
	return string(v)
}

// The order of what has the same time: who asked, what the sandbox decided, what it
// answered, what the client made of it.
const (
	orderUp = iota
	orderLedger
	orderDown
	orderEvent
	orderCall
)

func ledgerRows(r *run.Result) []logRow {
	var out []logRow
	// The sandbox's clock runs ahead of the scenario's by what it was advanced.
	var ahead time.Duration
	for _, rec := range r.Ledger {
		if rec.Kind == sandbox.KindClock {
			ahead += rec.Delay
		}
		data, err := json.Marshal(rec)
		if err != nil {
			data = nil
		}
		who := rec.UserID
		if rec.InstID != 0 {
			who = actorOr(r, rec.InstID)
		}
		what, tone := recordWords(&rec)
		out = append(out, logRow{
			at: rec.Time.Add(-ahead), order: orderLedger, Layer: "ledger", LayerWord: fmt.Sprintf("ledger %d", rec.Seq),
			Who: who, What: what, Tone: tone, Detail: recordDetail(r, &rec), jsonSource: data,
		})
	}
	return out
}

func actorOr(r *run.Result, inst uint64) string {
	if a, ok := r.ActorOf(inst); ok {
		return a.Name
	}
	return fmt.Sprint(inst)
}

var recordTones = map[sandbox.Kind]string{
	sandbox.KindLogin: "good", sandbox.KindReturn: "good", sandbox.KindResume: "good",
	sandbox.KindKick: "bad", sandbox.KindRESTKick: "bad", sandbox.KindExpiry: "bad", sandbox.KindExpiryTold: "bad",
	sandbox.KindKickWar: "bad", sandbox.KindClone: "bad", sandbox.KindLoginRefused: "bad", sandbox.KindAccountDeleted: "bad",
	sandbox.KindDisconnect: "wait", sandbox.KindCut: "wait", sandbox.KindGone: "wait", sandbox.KindFault: "wait", sandbox.KindDefect: "wait",
	sandbox.KindSettings: "quiet", sandbox.KindDefects: "quiet", sandbox.KindFaultSet: "quiet", sandbox.KindState: "quiet",
}

// recordWords say what a record's kind means to a tester.
func recordWords(rec *sandbox.Record) (what, tone string) {
	tone = recordTones[rec.Kind]
	switch rec.Kind {
	case sandbox.KindLogin:
		what = "logged in"
	case sandbox.KindReturn:
		what = "logged in again"
	case sandbox.KindResume:
		what = "came back with its session"
	case sandbox.KindLoginRefused:
		what = fmt.Sprintf("login refused, %d", rec.Code)
	case sandbox.KindKick:
		what = "kicked: " + string(rec.KickType)
	case sandbox.KindKickTold:
		what = "told of its kick"
	case sandbox.KindKickAck:
		what = "acknowledged the kick"
	case sandbox.KindKickAfter:
		what = "after the kick: " + rec.Rule
	case sandbox.KindKickWar:
		what = fmt.Sprintf("kick war, %d rounds", rec.Rounds)
	case sandbox.KindLogout:
		what = "logged out"
	case sandbox.KindClosed:
		what = "page closed"
	case sandbox.KindDisconnect:
		what = "connection lost"
	case sandbox.KindGone:
		what = "counts no more"
	case sandbox.KindCut:
		what = "cut off"
	case sandbox.KindExpiry:
		what = "UserSig ran out"
	case sandbox.KindExpiryTold:
		what = "told that its UserSig ran out"
	case sandbox.KindRESTKick:
		what = "REST kick"
	case sandbox.KindSettings, sandbox.KindSettingsApplied:
		what = "login settings"
	case sandbox.KindClock:
		what = "clock advanced by " + brief(rec.Delay)
	case sandbox.KindFault:
		what = "fault: " + rec.Rule
	case sandbox.KindDefect:
		what = "defect: " + rec.Rule
	default:
		what = string(rec.Kind)
	}
	return what, tone
}

func recordDetail(r *run.Result, rec *sandbox.Record) string {
	var parts []string
	if rec.ByInstID != 0 {
		parts = append(parts, "by "+actorOr(r, rec.ByInstID))
	}
	if rec.Late {
		parts = append(parts, "no connection: told when it returns")
	}
	if rec.Delay > 0 && rec.Kind != sandbox.KindClock {
		parts = append(parts, brief(rec.Delay))
	}
	if rec.Why != "" {
		parts = append(parts, rec.Why)
	}
	if rec.Kind == sandbox.KindLogin || rec.Kind == sandbox.KindReturn || rec.Kind == sandbox.KindResume {
		parts = append(parts, fmt.Sprintf("%s, %d online", rec.Platform.Label(), rec.Live))
	}
	if rec.Ref != 0 {
		parts = append(parts, fmt.Sprintf("of record %d", rec.Ref))
	}
	return cmp.Or(strings.Join(parts, " · "), "the record")
}

func eventRows(r *run.Result) []logRow {
	var out []logRow
	for _, e := range r.Events {
		row := logRow{
			at: e.Time, order: orderEvent, Layer: "event", LayerWord: "event", Who: e.Actor, What: e.Const, Detail: eventWords(e),
		}
		switch e.Name {
		case client.NameKickedOut, client.NameError:
			row.Tone = "bad"
		case client.NameSDKReady:
			row.Tone = "good"
		case client.NameNetStateChange:
			row.Tone = "wait"
		case (client.StateChange{}).EventName():
			row.Tone = "quiet"
		}
		if len(e.Data) > 2 {
			row.jsonSource = e.Data
		}
		out = append(out, row)
	}
	return out
}

// eventWords say what matters of an event in a line. States and platforms may stand
// in a run as numbers or by their names.
func eventWords(e run.Event) string {
	var d struct {
		Type    wire.KickType
		By      any `json:"byPlatform"`
		Late    bool
		From    any
		To      any
		State   string
		Code    int
		Message string
	}
	if json.Unmarshal(e.Data, &d, json.MatchCaseInsensitiveNames(true)) != nil {
		return clipped(string(e.Data))
	}
	switch e.Name {
	case client.NameKickedOut:
		s := string(d.Type)
		if by := named(d.By, platformName); by != "" {
			s += ", by " + by
		}
		if d.Late {
			s += ", learnt late"
		}
		return s
	case (client.StateChange{}).EventName():
		state := func(n int) string { return client.State(n).String() }
		return named(d.From, state) + " → " + named(d.To, state)
	case client.NameNetStateChange:
		return d.State
	case client.NameError:
		return fmt.Sprintf("%d %s", d.Code, d.Message)
	}
	return clipped(string(e.Data))
}

func platformName(n int) string { return wire.Platform(n).String() }

// named is a value that is a name, or the number of one; "" where there is none.
func named(v any, name func(int) string) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return name(int(v))
	default:
		return ""
	}
}

func clipped(s string) string {
	const most = 120
	if s == "{}" {
		return ""
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func callRows(r *run.Result) []logRow {
	var out []logRow
	for _, c := range r.Calls {
		row := logRow{
			at: c.Ended, order: orderCall, Layer: "call", LayerWord: "call", Who: c.Actor, What: c.Op + "()",
			Detail: "succeeded after " + brief(c.Ended.Sub(c.Began)),
		}
		if c.Code != 0 || c.Error != "" {
			row.Detail, row.Tone = fmt.Sprintf("failed after %s: %s", brief(c.Ended.Sub(c.Began)), c.Error), "wait"
		}
		out = append(out, row)
	}
	return out
}

func deliveryRows(r *run.Result) []logRow {
	var out []logRow
	for _, d := range r.Deliveries {
		var b struct {
			Info struct {
				Action, Reason string
				User           string `json:"To_Account"`
			}
		}
		_ = json.Unmarshal(d.Body, &b)
		out = append(out, logRow{
			at: d.Time, order: orderDown, Layer: "webhook", LayerWord: "webhook", Who: b.Info.User,
			What: fmt.Sprintf("%s(%s)", b.Info.Action, b.Info.Reason), Detail: "State.StateChange", jsonSource: d.Body,
		})
	}
	return out
}

func frameRows(r *run.Result) []logRow {
	var out []logRow
	for _, f := range r.Frames {
		row := logRow{at: f.Time, order: orderDown, Layer: "frame", LayerWord: "frame ↓", Who: f.Actor, What: f.Command, Detail: frameWords(f), jsonSource: f.JSON}
		if f.Up {
			row.order, row.LayerWord = orderUp, "frame ↑"
		}
		if f.Command == wire.CmdAlive {
			row.Tone = "quiet"
		}
		if !f.Up && strings.HasPrefix(row.Detail, "kick, ") {
			row.Tone = "bad"
		}
		out = append(out, row)
	}
	return out
}

// frameWords say what matters of a frame in a line.
func frameWords(f run.Frame) string {
	var x struct {
		Head struct {
			UserSig    string `json:"usersig"`
			A2         string `json:"a2"`
			Identifier string `json:"identifier"`
		} `json:"head"`
		Body struct {
			ErrorCode  int
			ErrorInfo  string
			InstId     uint64 //nolint:revive // the wire's name
			EventArray []struct {
				C2cNotifyMsgArray []struct {
					KickoutMsgNotify *struct{ KickType int }
				}
			}
		} `json:"body"`
	}
	if json.Unmarshal(f.JSON, &x) != nil {
		return fmt.Sprintf("seq %d", f.Seq)
	}
	for _, e := range x.Body.EventArray {
		for _, c := range e.C2cNotifyMsgArray {
			if c.KickoutMsgNotify != nil {
				return "kick, " + string(wire.KickTypeOf(c.KickoutMsgNotify.KickType))
			}
		}
	}
	switch {
	case x.Body.ErrorCode != 0:
		return fmt.Sprintf("%d %s", x.Body.ErrorCode, x.Body.ErrorInfo)
	case x.Body.InstId != 0:
		return fmt.Sprintf("InstId %d", x.Body.InstId)
	case f.Command == wire.CmdLogin && x.Head.Identifier != "":
		return x.Head.Identifier + ", by UserSig"
	case f.Command == wire.CmdLogin && x.Head.A2 != "":
		return "by A2 key"
	}
	return fmt.Sprintf("seq %d", f.Seq)
}
