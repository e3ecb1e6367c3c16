package events

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

const million = 1_000_000

// likely is the i-th of a log as one is: mostly frames, a kick now and then, one summary
// in fifty like no other.
func likely(i int) Row {
	r := Row{
		Time: noon.Add(time.Duration(i) * 13 * time.Millisecond), Instance: strconv.Itoa(1001 + i%40), User: "user-" + strconv.Itoa(i%20),
		Platform: wire.LoginPlatforms()[i%7],
	}
	switch {
	case i%1000 == 7:
		k := kicked(i)
		r.Name, r.Kind, r.Summary, r.JSON = k.Name, k.Kind, k.Summary, k.JSON
	case i%5 == 0:
		r.Name, r.Kind, r.Summary = "MESSAGE_RECEIVED", KindSession, "1 from bob"
		if i%50 == 0 {
			r.Summary = fmt.Sprintf("1 from bob: hello number %d", i)
		}
		r.JSON = fmt.Sprintf(`{"seq":%d,"time":"2026-11-21T12:00:%02d.%06dZ","name":"onMessageReceived","data":[{"ID":"144115198371610486-%d-%d","type":"TIMTextElem","from":"bob","to":"alice","flow":"in","conversationID":"C2Cbob","payload":{"text":"hello number %d"}}]}`,
			i, i%60, i, 1700000000+i, i*7919%100000000, i)
	default:
		r.Name, r.Kind, r.Layer, r.Summary = "im_open_status.wshello", KindFrame, LayerFrameIn+Layer(i%2), "OK"
		r.JSON = fmt.Sprintf(`{"time":"2026-11-21T12:00:%02d.%06dZ","dir":"down","frame":{"head":{"ver":"v4","platform":10,"websdkappid":537048168,"websdkversion":"3.5.6","a2":"hidden","tinyid":"144115198371610486","status_instid":%d,"sdkappid":1400000001,"contenttype":"json","reqtime":%d,"identifier":"user-%d","sdkability":35,"seq":%d},"body":{"ErrorCode":0,"ErrorInfo":"","ActionStatus":"OK","HelloInterval":120}}}`,
			i%60, i, 1001+i%40, 1700000000+i/77, i%20, i)
	}
	return r
}

func aMillion(tb testing.TB) *view {
	tb.Helper()
	v := newView(million)
	rows := make([]Row, 1000)
	for i := 0; i < million; i += len(rows) {
		for j := range rows {
			rows[j] = likely(i + j)
		}
		v.add(rows)
	}
	return v
}

func mustParse(tb testing.TB, line string) query {
	tb.Helper()
	q, err := parseQuery(line)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// What a person waits for between two key strokes in a log of a million events. The
// floor is one pass over as many plain structs that looks at one byte of each.
func BenchmarkFilterOneMillion(b *testing.B) {
	uitest.App(b, look.Dark)
	v := aMillion(b)
	for _, line := range []string{"type:kick", "platform:web", "-type:frame", "kicked_out", "hello number 77", "type:kick platform:web \"by web\" -user:user-3"} {
		b.Run(line, func(b *testing.B) {
			q := mustParse(b, line)
			for b.Loop() {
				v.ask(q)
			}
			b.ReportMetric(float64(v.lines()), "rows")
		})
	}
	b.Run("floor", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for i := range v.log.slots {
				if v.log.slots[i].kind == uint8(KindKick) {
					n++
				}
			}
		}
	})
	b.Run("contents, beside the UI goroutine", func(b *testing.B) {
		q := mustParse(b, "number 777777")
		for b.Loop() {
			s := v.ask(q)
			s.run(b.Context(), func(f found) { v.take(f) })
			v.refilter()
			if v.lines() != 0 && v.gaps != 0 {
				b.Fatal(v.lines(), v.gaps)
			}
		}
	})
}

// One turn of the wheel in a log of a million, somewhere in it.
func BenchmarkScrollOneMillion(b *testing.B) {
	uitest.App(b, look.Dark)
	s := New(Config{Dispatch: func(f func()) { f() }})
	*s.view = *aMillion(b)
	s.show()
	uitest.Window(b, s.Object(), 1096, 744)
	step := &fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -90)}
	for b.Loop() {
		s.list.Scrolled(step)
	}
}

// What arrives while a million are held, ten times a second at most.
func BenchmarkFlushOfAHundredEventsIntoOneMillion(b *testing.B) {
	uitest.App(b, look.Dark)
	s := New(Config{Dispatch: func(f func()) { f() }})
	*s.view = *aMillion(b)
	s.search.SetText("type:kick by web")
	uitest.Window(b, s.Object(), 1096, 744)
	rows := make([]Row, 100)
	for i := range rows {
		rows[i] = likely(i)
	}
	for b.Loop() {
		s.Append(rows...)
		s.Flush()
	}
}

// resident is what this process holds of the machine's memory, in bytes; 0 where the
// system does not say.
func resident() float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if v, ok := strings.CutPrefix(s.Text(), "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 64)
			return kb * 1024
		}
	}
	return 0
}

// What a million events take, while they come in and are filtered: the heap in use and
// the process's resident memory, which must stay below 350 MB.
func BenchmarkMemoryOfOneMillion(b *testing.B) {
	uitest.App(b, look.Dark)
	debug.FreeOSMemory()
	before := resident()
	for b.Loop() {
		v := aMillion(b)
		for _, line := range []string{"type:kick", "hello", "-type:frame"} {
			if s := v.ask(mustParse(b, line)); s != nil {
				s.run(b.Context(), func(f found) { v.take(f) })
				v.refilter()
			}
		}
		rss := resident()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap-MB")
		b.ReportMetric(rss/1e6, "rss-MB")
		b.ReportMetric(before/1e6, "rss-before-MB")
		b.ReportMetric(float64(v.log.raw)/1e6, "contents-MB")
		runtime.KeepAlive(v)
	}
}
