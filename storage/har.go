package storage

import (
	"bufio"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// harWriter writes HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), one
// entry a connection. The frames are in _webSocketMessages, which Chrome's
// developer tools write since version 76 and read again: type "send" or
// "receive", time in seconds since 1970, opcode and data.
//
// It writes as it goes, so that a long session needs no memory. What is known of
// an entry only at its end (its duration) follows its messages: the order of
// members means nothing in JSON.
type harWriter struct {
	w       *bufio.Writer
	s       *Session
	creator string
	entries int
	open    bool
	cut     bool
	frames  int
	from    time.Time // of the entry's first frame
	last    time.Time
}

type harName struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harNV struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harRequest struct {
	Method      string  `json:"method"`
	URL         string  `json:"url"`
	HTTPVersion string  `json:"httpVersion"`
	Headers     []harNV `json:"headers"`
	QueryString []harNV `json:"queryString"`
	Cookies     []harNV `json:"cookies"`
	HeadersSize int     `json:"headersSize"`
	BodySize    int     `json:"bodySize"`
}

type harContent struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Headers     []harNV    `json:"headers"`
	Cookies     []harNV    `json:"cookies"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int        `json:"bodySize"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type harMessage struct {
	Type   string         `json:"type"`
	Time   jsontext.Value `json:"time"`
	Opcode int            `json:"opcode"`
	Data   string         `json:"data"`
}

// frameDetail is the Detail of an event of LayerFrame.
type frameDetail struct {
	Dir   string         `json:"dir"` // "up" or "down"
	Frame jsontext.Value `json:"frame"`
}

// verbatim is text that is JSON already.
type verbatim string

// put writes text and values in turn.
func (h *harWriter) put(parts ...any) error {
	for _, p := range parts {
		if s, ok := p.(verbatim); ok {
			if _, err := h.w.WriteString(string(s)); err != nil {
				return err
			}
			continue
		}
		if err := json.MarshalWrite(h.w, p, lenient()); err != nil {
			return err
		}
	}
	return nil
}

func (h *harWriter) begin() error {
	name := harName{h.creator, "1"}
	if name.Name == "" {
		name.Name = "Kickbench"
	}
	return h.put(verbatim(`{"log":{"version":"1.2","creator":`), name,
		verbatim(`,"comment":"Credentials are hidden. Each frame is shown as its JSON, whatever its form on the wire.","pages":[],"entries":[`))
}

func (h *harWriter) event(e *Event, cut bool) error {
	h.cut = h.cut || cut
	if e.Layer != LayerFrame {
		return nil
	}
	var f frameDetail
	if err := json.Unmarshal(e.Detail, &f, lenient()); err != nil || len(f.Frame) == 0 {
		f.Frame = jsontext.Value(e.Detail) // of another making: shown as it is
	}
	if h.cut && h.open {
		if err := h.endEntry(); err != nil {
			return err
		}
	}
	h.cut = false
	if !h.open {
		if err := h.beginEntry(e.Time); err != nil {
			return err
		}
	}
	m := harMessage{Type: "receive", Time: seconds(e.Time), Opcode: 1, Data: string(f.Frame)}
	if f.Dir == "up" {
		m.Type = "send"
	}
	comma := ""
	if h.frames > 0 {
		comma = ",\n"
	}
	h.frames++
	h.last = e.Time
	return h.put(verbatim(comma), m)
}

func (h *harWriter) beginEntry(at time.Time) error {
	h.open, h.frames, h.from, h.last = true, 0, at, at
	comma := ""
	if h.entries > 0 {
		comma = ","
	}
	h.entries++
	return h.put(verbatim(comma+"\n"+`{"_resourceType":"websocket","startedDateTime":`), at.UTC().Format("2006-01-02T15:04:05.000Z"),
		verbatim(`,"request":`), harRequest{
			Method: "GET", URL: h.url(), HTTPVersion: "HTTP/1.1",
			Headers: []harNV{}, QueryString: []harNV{}, Cookies: []harNV{}, HeadersSize: -1, BodySize: 0,
		}, verbatim(`,"response":`), harResponse{
			Status: 101, StatusText: "Switching Protocols", HTTPVersion: "HTTP/1.1", Headers: []harNV{}, Cookies: []harNV{},
			Content: harContent{MimeType: "x-unknown"}, HeadersSize: -1, BodySize: -1,
		}, verbatim(`,"cache":{},"timings":`), harTimings{}, verbatim(`,"_webSocketMessages":[`+"\n"))
}

func (h *harWriter) endEntry() error {
	h.open = false
	took := float64(h.last.Sub(h.from)) / float64(time.Millisecond)
	return h.put(verbatim("\n"+`],"time":`), took, verbatim(`}`))
}

func (h *harWriter) end() error {
	if h.open {
		if err := h.endEntry(); err != nil {
			return err
		}
	}
	return h.put(verbatim("\n]}}\n"))
}

// url is the session's server; one that is only a name, as the sandbox of the
// program, becomes the host of an address, for a HAR wants one.
func (h *harWriter) url() string {
	if u, err := url.Parse(h.s.Server); err == nil && u.Host != "" {
		u.User = nil
		return u.String()
	}
	return (&url.URL{Scheme: "ws", Host: "sandbox.invalid", Path: "/"}).String()
}

// seconds is how Chrome writes a message's time.
func seconds(t time.Time) jsontext.Value {
	if t.IsZero() {
		return jsontext.Value("0")
	}
	us := t.UnixMicro()
	return strconv.AppendFloat(nil, float64(us)/1e6, 'f', 6, 64)
}
