package wire_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kickbench/client/wire"
)

const hello = `{"head":{"ver":"v4","servcmd":"im_open_status.wshello","seq":7},"body":{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}`

func TestUnknownFieldsSurviveAtEveryLevel(t *testing.T) {
	const odd = `,"x-text":"a\u0000b","x-list":[1,2.50,{"deep":null}],"x-big":12345678901234567890`
	up := `{"head":{"ver":"v4","platform":7,"websdkappid":1,"websdkversion":"1","status_instid":0,"sdkappid":1,` +
		`"contenttype":"json","reqtime":1,"sdkability":0,"sdkability_ext":"","cappid":0,"servcmd":"c","seq":1` + odd + `},"body":{"b":1` + odd + `}` + odd + `}`
	down := `{"head":{"ver":"v4","servcmd":"im_open_push.msg_push","seq":1` + odd + `},"body":{"EventArray":[` +
		`{"Event":9,"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":1,"NewInstInfo":{"InstPlatform":7}}` + odd + `}]` + odd + `},{"Event":1,"NobodyKnowsArray":[{"MsgKey":"k"}]}]` + odd + `}` + odd + `}`
	for dir, frame := range map[string]string{"up": up, "down": down} {
		got, err := recode(dir, []byte(frame))
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		// Members and numbers as they were, to the letter: canonical would round them.
		if want, got := sorted(t, []byte(frame)), sorted(t, got); want != got {
			t.Errorf("%s:\n was %s\nis now %s", dir, want, got)
		}
	}
	f, err := wire.DecodeDown([]byte(down), wire.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var push wire.PushBody
	if err := wire.DecodeBody(f.Body, &push); err != nil {
		t.Fatal(err)
	}
	again, err := wire.Body(push)
	if err != nil {
		t.Fatal(err)
	}
	if want, got := sorted(t, f.Body), sorted(t, again); want != got {
		t.Errorf("push:\n was %s\nis now %s", want, got)
	}
	if d := cmp.Diff([]wire.Kick{{KickType: 1, NewInstInfo: wire.InstInfo{InstPlatform: wire.PlatformWeb}}}, push.Kicks()); d != "" {
		t.Errorf("Kicks (-want +got):\n%s", d)
	}
}

// sorted is a JSON value with its members sorted and its numbers as written.
func sorted(t *testing.T, v []byte) string {
	t.Helper()
	c := jsontext.Value(bytes.Clone(v))
	if err := c.Format(jsontext.ReorderRawObjects(true)); err != nil {
		t.Fatal(err)
	}
	return string(c)
}

func TestAFrameWithoutABodyStaysWithoutOne(t *testing.T) {
	got, err := recode("down", []byte(`{"head":{"ver":"v4","servcmd":"c","seq":1}}`))
	if err != nil || strings.Contains(string(got), "body") {
		t.Errorf("%s, %v", got, err)
	}
	var s wire.Status
	for _, body := range []string{"", "null"} {
		if err := wire.DecodeBody(jsontext.Value(body), &s); err != nil || s != (wire.Status{}) {
			t.Errorf("body %q: %+v, %v", body, s, err)
		}
	}
}

func TestCompressedFramesAreReadAsGzipAndAsZlib(t *testing.T) {
	want, err := wire.DecodeDown([]byte(hello), wire.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	own, err := wire.Compress([]byte(hello))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // a pooled reader must not remember the frame before
		for name, frame := range map[string][]byte{
			"Compress": own, "gzip": comp(t, gzipped, hello), "zlib": comp(t, zlibbed, hello),
		} {
			got, err := wire.DecodeDown(frame, wire.Limits{})
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%s: %v\n%s", name, err, d)
			}
			if _, err := wire.DecodeDown(frame[:len(frame)-3], wire.Limits{}); !errors.Is(err, wire.ErrFormat) {
				t.Errorf("%s cut short: %v", name, err)
			}
		}
	}
	if _, err := wire.DecodeUp(own, wire.Limits{}); !errors.Is(err, wire.ErrFormat) {
		t.Errorf("an instance sent a COMP frame: %v", err)
	}
}

func TestDamagedCompressedFramesAreRefused(t *testing.T) {
	z, g := comp(t, zlibbed, hello), comp(t, gzipped, hello)
	for name, frame := range map[string][]byte{
		"nothing":          []byte("COMP"),
		"not compressed":   []byte("COMP" + hello),
		"one byte":         []byte("COMPx"),
		"half a gzip head": g[:9],
		"zlib and more":    append(bytes.Clone(z), "more"...),
		"gzip and more":    append(bytes.Clone(g), "more"...),
		"zlib checksum":    append(bytes.Clone(z[:len(z)-1]), z[len(z)-1]^1),
		"gzip checksum":    append(bytes.Clone(g[:len(g)-5]), append([]byte{g[len(g)-5] ^ 1}, g[len(g)-4:]...)...),
		"COMP in COMP":     comp(t, gzipped, string(g)),
	} {
		if _, err := wire.DecodeDown(frame, wire.Limits{}); !errors.Is(err, wire.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
		if f, err := wire.DecodeDown(z, wire.Limits{}); err != nil || f.Head.Seq != 7 {
			t.Errorf("a good frame after %q: %v", name, err)
		}
	}
}

func TestLimitsHoldToTheByte(t *testing.T) {
	pad := func(n int) string { return hello + strings.Repeat(" ", n-len(hello)) }
	deep := func(n int) string {
		return `{"head":{"servcmd":"c"},"body":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}`
	}
	lim := wire.Limits{Frame: 1000, Inflated: 2000, Depth: 10}
	for _, c := range []struct {
		name  string
		frame []byte
		want  error
	}{
		{"frame at the limit", []byte(pad(1000)), nil},
		{"frame over it", []byte(pad(1001)), wire.ErrTooLarge},
		{"inflated at the limit", comp(t, gzipped, pad(2000)), nil},
		{"inflated over it", comp(t, gzipped, pad(2001)), wire.ErrTooLarge},
		{"zlib over it", comp(t, zlibbed, pad(2001)), wire.ErrTooLarge},
		{"a bomb", comp(t, zlibbed, pad(100_000)), wire.ErrTooLarge},
		{"a compressed frame over the frame limit", append([]byte("COMP"), make([]byte, 1000)...), wire.ErrTooLarge},
		{"depth at the limit", []byte(deep(10)), nil},
		{"depth over it", []byte(deep(11)), wire.ErrTooDeep},
		{"inflated depth over it", comp(t, gzipped, deep(11)), wire.ErrTooDeep},
		{"brackets in text are no depth", []byte(`{"head":{"servcmd":"` + strings.Repeat(`[{\"`, 50) + `"}}`), nil},
	} {
		_, err := wire.DecodeDown(c.frame, lim)
		if !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if !bytes.HasPrefix(c.frame, []byte("COMP")) {
			if _, err := wire.DecodeUp(c.frame, lim); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
				t.Errorf("%s, up: %v, want %v", c.name, err, c.want)
			}
		}
	}
}

func TestErrorsSayWhereAndQuoteNoValue(t *testing.T) {
	for frame, where := range map[string]string{
		`{"head":{"servcmd":"c","seq":"SECRET"}}`:                 "/head/seq",
		`{"head":{"servcmd":"c","seq":-1}}`:                       "/head/seq",
		`{"head":{"servcmd":"c","seq":4294967296}}`:               "/head/seq",
		`{"head":{"servcmd":7}}`:                                  "/head/servcmd",
		`{"head":{"servcmd":"c","platform":"SECRET"}}`:            "/head/platform",
		`{"head":"SECRET"}`:                                       "/head",
		`{"head":{"servcmd":"c"},"body":{"a":"SECRET","b":tru}}`:  "at /body/…, byte 52: not JSON",
		`{"head":{"servcmd":"c","usersig":"SECRET","usersig":1}}`: "usersig",
		`{"head":{"usersig":"SECRET"}}`:                           "servcmd",
		`{"head":{"servcmd":"c","usersig":"SECRET`:                "/head/usersig",
		`["SECRET"]`: "the top",
		`"SECRET"`:   "the top",
		``:           "at the top: it ends too early",
		`{"head":{"servcmd":"c","sdkappid":"SECRET"}}`:        "at /head/sdkappid: a string where a whole number is wanted",
		`{"head":{"servcmd":"c","seq":4294967297}}`:           "a number where a whole number from 0 to 4294967295 is wanted",
		`{"head":{"servcmd":"c","usersig":\SECRET}}`:          "at /head/usersig, byte 33: not JSON",
		`{"head":{"servcmd":"c","usersig":"\uSECRET"}}`:       "at /head/usersig, byte 34: not JSON",
		`{"head":{"servcmd":"c","usersig":{"SECRET":SECRET}}`: "at /head/usersig/…, byte 43: not JSON",
	} {
		_, err := wire.DecodeUp([]byte(frame), wire.Limits{})
		if !errors.Is(err, wire.ErrFormat) || !strings.Contains(err.Error(), where) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v, want it to say %q", frame, err, where)
		}
	}
	var s wire.Status
	err := wire.DecodeBody(jsontext.Value(`{"ErrorCode":"SECRET"}`), &s)
	if !errors.Is(err, wire.ErrFormat) || !strings.Contains(err.Error(), "/ErrorCode") || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("body: %v", err)
	}
}

func TestWhatIsEncodedDecodesToTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		var cs *uint32
		if rapid.Bool().Draw(t, "with cs") {
			n := rapid.Uint32().Draw(t, "cs")
			cs = &n
		}
		body, err := wire.Body(map[string]string{text.Draw(t, "name"): text.Draw(t, "value")})
		if err != nil {
			t.Fatal(err)
		}
		up := wire.Up{Head: wire.UpHead{
			Ver: text.Draw(t, "ver"), Platform: wire.Platform(rapid.Int().Draw(t, "platform")),
			WebSDKAppID: rapid.Uint64().Draw(t, "websdkappid"), A2: text.Draw(t, "a2"), TinyID: text.Draw(t, "tinyid"),
			StatusInstID: rapid.Uint64().Draw(t, "status_instid"), SDKAppID: rapid.Uint64().Draw(t, "sdkappid"),
			ReqTime: rapid.Int64().Draw(t, "reqtime"), Identifier: text.Draw(t, "identifier"), UserSig: text.Draw(t, "usersig"),
			CS: cs, ServCmd: rapid.StringN(1, -1, -1).Draw(t, "servcmd"), Seq: rapid.Uint32().Draw(t, "seq"),
		}, Body: body}
		data, err := wire.Encode(up)
		if err != nil {
			t.Fatal(err)
		}
		got, err := wire.DecodeUp(data, wire.Limits{})
		if d := cmp.Diff(up, got); d != "" || err != nil {
			t.Fatalf("%v\n%s", err, d)
		}
	})
}

func TestBothFramingsAreKnownByTheirPath(t *testing.T) {
	for path, want := range map[string]struct {
		name   string
		number wire.Framing
	}{"/binfo": {"binary", 2}, "/info": {"text", 1}} {
		f, ok := wire.FramingOf(path)
		if !ok || f != want.number || f.String() != want.name || f.Path() != path {
			t.Errorf("%s: %d %s %s %v", path, f, f, f.Path(), ok)
		}
	}
	if _, ok := wire.FramingOf("/"); ok {
		t.Error("/ has a framing")
	}
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func zlibbed(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

// comp makes a COMP frame by the standard library alone.
func comp(t testing.TB, by func(io.Writer) io.WriteCloser, frame string) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("COMP")
	w := by(&b)
	if _, err := io.WriteString(w, frame); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCleanHidesWhatRedactHidesAndLeavesTheRestAsItIs(t *testing.T) {
	for _, in := range []string{`{"a":1}`, ` {"usersigs":"x"} `, `"usersig"`, `[{"head":{"a2":"s"}}]`, `{"\u0075serSig":"s"}`, `{"SecretKey" :"s","b":{"consoleToken":["s"]}}`, `{"usersig":""}`} {
		got, want := string(wire.Clean([]byte(in))), string(wire.Redact([]byte(in)))
		if got != want && got != in || strings.Contains(want, wire.Hidden) != strings.Contains(got, wire.Hidden) {
			t.Errorf("%s becomes %s, Redact makes it %s", in, got, want)
		}
	}
}
