package wire_test

import (
	"bufio"
	"bytes"
	"os"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.uber.org/goleak"

	"kickbench/client/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// line is one line of testdata/transcript.jsonl that holds a frame: our own recording
// of the vendor's SDK talking to a throw-away server.
type line struct {
	Dir   string         `json:"dir"` // "up" or "down"
	Frame jsontext.Value `json:"frame"`
}

// transcript are all recorded frames. The numbers hold the recording itself still.
func transcript(t testing.TB) []line {
	t.Helper()
	f, err := os.Open("testdata/transcript.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var lines []line
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var l line
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if l.Frame != nil {
			lines = append(lines, line{Dir: l.Dir, Frame: l.Frame.Clone()})
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestEveryRecordedFrameSurvivesDecodingAndEncoding(t *testing.T) {
	seen := map[string]int{}
	for i, l := range transcript(t) {
		seen[l.Dir]++
		again, err := recode(l.Dir, l.Frame)
		if err != nil {
			t.Fatalf("frame %d: %v\n%s", i, err, l.Frame)
		}
		if want, got := canonical(t, l.Frame), canonical(t, again); want != got {
			t.Errorf("frame %d:\n was %s\nis now %s", i, want, got)
		}
	}
	if seen["up"] < 100 || seen["down"] < 100 || len(seen) != 2 {
		t.Errorf("frames seen: %v", seen)
	}
}

func TestChecksumIsWhatTheSDKSent(t *testing.T) {
	compared := 0
	for _, l := range transcript(t) {
		if l.Dir != "up" {
			continue
		}
		f, err := wire.DecodeUp(l.Frame, wire.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Head.CS == nil {
			t.Errorf("%s: no cs", f.Head.ServCmd)
			continue
		}
		if got := wire.Checksum(f.Head.ServCmd, f.Body); got != *f.Head.CS {
			t.Errorf("%s: Checksum %d, the SDK sent %d: %s", f.Head.ServCmd, got, *f.Head.CS, f.Body)
		}
		if *f.Head.CS != 0 {
			compared++
		}
	}
	if compared < 50 {
		t.Errorf("only %d checksums that are not 0", compared)
	}
}

func TestTheRecordedKicksAreReadAsSuch(t *testing.T) {
	pushed, late, logouts := map[int]int{}, 0, 0
	for _, l := range transcript(t) {
		if l.Dir == "up" {
			f, err := wire.DecodeUp(l.Frame, wire.Limits{})
			var body wire.LogoutRequest
			if err == nil && f.Head.ServCmd == wire.CmdLogout && wire.DecodeBody(f.Body, &body) == nil && body.Type == wire.LogoutKicked {
				logouts++
			}
			continue
		}
		f, err := wire.DecodeDown(l.Frame, wire.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Head.ServCmd == wire.CmdPush {
			var body wire.PushBody
			if err := wire.DecodeBody(f.Body, &body); err != nil {
				t.Fatal(err)
			}
			for _, k := range body.Kicks() {
				pushed[k.KickType]++
			}
			again, err := wire.Body(body)
			if err != nil {
				t.Fatal(err)
			}
			if want, got := canonical(t, f.Body), canonical(t, again); want != got {
				t.Errorf("push:\n was %s\nis now %s", want, got)
			}
			continue
		}
		var body wire.HelloAnswer
		if err := wire.DecodeBody(f.Body, &body); err != nil {
			t.Fatal(err)
		}
		if body.ErrorCode == wire.CodeKicked {
			late++
		}
	}
	if pushed[1] == 0 || pushed[2] == 0 || pushed[3] == 0 || len(pushed) != 3 || logouts == 0 {
		t.Errorf("kicks pushed by type: %v; told late: %d; acknowledged: %d", pushed, late, logouts)
	}
}

// recode decodes and encodes a frame.
func recode(dir string, frame []byte) ([]byte, error) {
	if dir == "up" {
		f, err := wire.DecodeUp(frame, wire.Limits{})
		if err != nil {
			return nil, err
		}
		return wire.Encode(f)
	}
	f, err := wire.DecodeDown(frame, wire.Limits{})
	if err != nil {
		return nil, err
	}
	return wire.Encode(f)
}

// canonical is a JSON value with its members sorted (RFC 8785), for comparing.
func canonical(t testing.TB, v []byte) string {
	t.Helper()
	c := jsontext.Value(bytes.Clone(v))
	if err := c.Canonicalize(); err != nil {
		t.Fatal(err)
	}
	return string(c)
}
