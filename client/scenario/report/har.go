package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// The members of HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/) that are
// needed, and those of Chrome's own, which begin with an underscore, by which its
// network panel shows a WebSocket's frames when the file is dropped on it.
type (
	harFile struct {
		Log harLog `json:"log"`
	}
	harLog struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Pages   []harPage  `json:"pages"`
		Entries []harEntry `json:"entries"`
		Comment string     `json:"comment,omitzero"`
	}
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harPage struct {
		Started time.Time  `json:"startedDateTime"`
		ID      string     `json:"id"`
		Title   string     `json:"title"`
		Timings harLoading `json:"pageTimings"`
	}
	harLoading struct{}
	harEntry   struct {
		Page     string       `json:"pageref"`
		Started  time.Time    `json:"startedDateTime"`
		Time     float64      `json:"time"` // milliseconds
		Request  harRequest   `json:"request"`
		Response harResponse  `json:"response"`
		Cache    harLoading   `json:"cache"`
		Timings  harTimings   `json:"timings"`
		Comment  string       `json:"comment,omitzero"`
		Resource string       `json:"_resourceType"`
		Messages []harMessage `json:"_webSocketMessages,omitzero"`
	}
	harRequest struct {
		Method      string    `json:"method"`
		URL         string    `json:"url"`
		HTTPVersion string    `json:"httpVersion"`
		Cookies     []harPair `json:"cookies"`
		Headers     []harPair `json:"headers"`
		Query       []harPair `json:"queryString"`
		Post        *harPost  `json:"postData,omitzero"`
		HeadersSize int       `json:"headersSize"`
		BodySize    int       `json:"bodySize"`
	}
	harPost struct {
		MimeType string    `json:"mimeType"`
		Params   []harPair `json:"params"`
		Text     string    `json:"text"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	harContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
	harMessage struct {
		Type   string  `json:"type"` // send, receive
		Time   float64 `json:"time"` // seconds since 1970
		Opcode int     `json:"opcode"`
		Data   string  `json:"data"`
	}
)

// harServer is the address in a HAR: a run does not keep the sandbox's, which is
// another one each time.
const harServer = "127.0.0.1:7460"

// opcodeText is a text frame's. What is written is a frame's JSON, unpacked and with
// its secrets hidden, and no longer the bytes that went over the wire: as text, so that
// the network panel shows it to be read.
const opcodeText = 1

func writeHAR(w io.Writer, runs []run.Result) error {
	f := harFile{harLog{
		Version: "1.2", Creator: harCreator{Name: "Kickbench"}, Pages: []harPage{}, Entries: []harEntry{},
		Comment: "Secrets are hidden. Of a foreign actor there are no frames: its connection is its own.",
	}}
	for i := range runs {
		r := &runs[i]
		if f.Log.Creator.Version == "" {
			f.Log.Creator.Version = r.Versions.Kickbench
		}
		page := fmt.Sprintf("run_%d", i+1)
		f.Log.Pages = append(f.Log.Pages, harPage{Started: r.From, ID: page, Title: r.FullName()})
		for _, a := range r.Actors {
			f.Log.Entries = append(f.Log.Entries, sockets(r, a, page)...)
		}
		for _, d := range r.Deliveries {
			f.Log.Entries = append(f.Log.Entries, callbackEntry(d, page))
		}
	}
	slices.SortStableFunc(f.Log.Entries, func(a, b harEntry) int { return a.Started.Compare(b.Started) })
	return json.MarshalWrite(w, f, json.Deterministic(true), jsontext.WithIndent("  "))
}

// sockets are an actor's entries, one for each of its pages: what a page sends and
// receives is one conversation, also over a reconnect.
func sockets(r *run.Result, a run.Actor, page string) []harEntry {
	var out []harEntry
	at := map[int]int{} // by the actor's page
	for _, f := range r.FramesOf(a.Name) {
		i, ok := at[f.Page]
		if !ok {
			i = len(out)
			at[f.Page] = i
			out = append(out, socket(r, a, f, page))
		}
		e := &out[i]
		m := harMessage{Type: "receive", Time: float64(f.Time.UnixMicro()) / 1e6, Opcode: opcodeText, Data: string(f.JSON)}
		if f.Up {
			m.Type = "send"
		}
		e.Messages = append(e.Messages, m)
		e.Time = ms(f.Time.Sub(e.Started))
		e.Timings.Receive = e.Time
	}
	return out
}

func socket(r *run.Result, a run.Actor, first run.Frame, page string) harEntry {
	id := a.InstanceID
	if n := first.Page - 1; n >= 0 && n < len(a.InstanceIDs) {
		id = a.InstanceIDs[n]
	}
	// The actor's name is no parameter of the vendor's: it stands first in what the network
	// panel shows of an address, and tells the sockets apart.
	q := url.Values{"actor": {a.Name}, "sdkappid": {fmt.Sprint(r.Settings.SDKAppID)}, "instanceid": {id}}
	if p, err := wire.ParsePlatform(a.Platform); err == nil {
		q.Set("platform", fmt.Sprint(int(p)))
	}
	u := url.URL{Scheme: "ws", Host: harServer, Path: wire.PathBinary, RawQuery: q.Encode()}
	e := harEntry{
		Page: page, Started: first.Time, Resource: "websocket",
		Comment: fmt.Sprintf("%s, page %d: %s on %s", a.Name, max(first.Page, 1), a.User, a.Platform),
		Request: request("GET", u.String(), q),
		Response: harResponse{
			Status: 101, StatusText: "Switching Protocols", HTTPVersion: "HTTP/1.1", Cookies: []harPair{},
			Headers: []harPair{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}},
			Content: harContent{MimeType: "x-unknown"}, HeadersSize: -1, BodySize: -1,
		},
		Messages: []harMessage{},
	}
	e.Request.Headers = []harPair{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}}
	return e
}

func request(method, address string, q url.Values) harRequest {
	out := harRequest{
		Method: method, URL: address, HTTPVersion: "HTTP/1.1", Cookies: []harPair{}, Headers: []harPair{}, Query: []harPair{}, HeadersSize: -1,
	}
	for name, values := range q {
		for _, v := range values {
			out.Query = append(out.Query, harPair{name, v})
		}
	}
	slices.SortFunc(out.Query, func(a, b harPair) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	return out
}

// callbackEntry is a webhook's request, as its receiver got it.
func callbackEntry(d run.Delivery, page string) harEntry {
	q := url.Values(d.Query)
	u := url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/webhook", RawQuery: q.Encode()}
	e := harEntry{
		Page: page, Started: d.Time, Resource: "fetch", Comment: "webhook State.StateChange",
		Request: request("POST", u.String(), q),
		Response: harResponse{
			Status: 200, StatusText: "OK", HTTPVersion: "HTTP/1.1", Cookies: []harPair{}, Headers: []harPair{},
			Content: harContent{MimeType: "application/json"}, HeadersSize: -1, BodySize: -1,
		},
	}
	e.Request.Headers = []harPair{{"Content-Type", "application/json"}}
	e.Request.BodySize = len(d.Body)
	e.Request.Post = &harPost{MimeType: "application/json", Params: []harPair{}, Text: string(d.Body)}
	return e
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
