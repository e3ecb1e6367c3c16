package events

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kickbench/client/wire"
)

// The view is held against a list that keeps everything and filters it each time. Its
// blocks are as small as the log, and its contents are looked into at once or later.
func TestTheViewShowsWhatANaiveListWould(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		capacity := rapid.IntRange(1, 3*blockRows).Draw(rt, "capacity")
		v := newView(capacity)
		var all []Row
		var q query
		var pending *scan
		lines := rapid.SampledFrom([]string{"", "a", "b", "ab", "-a", "k7", "-k7 a", "type:kick", "type:kick,error -b", "k1 k2", "platform:web", "platform:a -k3", "event:c", "instance:7", "layer:in", `"a k"`})
		rt.Repeat(map[string]func(*rapid.T){
			"add": func(rt *rapid.T) {
				var rows []Row
				for range rapid.IntRange(0, blockRows).Draw(rt, "n") {
					n := len(all) + len(rows)
					rows = append(rows, Row{
						Name: []string{"A", "ab", "c"}[n*7%3], JSON: fmt.Sprintf(`{"v":"x%d K%d a k"}`, n, n%9), Layer: Layer(n % 4),
						Platform: []wire.Platform{0, wire.PlatformWeb, wire.PlatformAndroid, wire.PlatformWeChatMini}[n%4],
						Kind:     Kind(n * 11 % int(kindCount)), Instance: fmt.Sprint(n),
					})
				}
				v.add(rows)
				all = append(all, rows...)
			},
			"ask": func(rt *rapid.T) {
				var err error
				if q, err = parseQuery(lines.Draw(rt, "line")); err != nil {
					rt.Fatal(err)
				}
				pending = v.ask(q)
			},
			"ask much": func(rt *rapid.T) { // as where the contents are too many to look into at once
				raw := v.log.raw
				v.log.raw = soonBytes + 1
				pending = v.ask(q)
				v.log.raw = raw
			},
			"kind": func(rt *rapid.T) {
				v.filter.toggle(Kind(rapid.IntRange(0, int(kindCount)-1).Draw(rt, "kind")))
				v.refilter()
			},
			"": func(rt *rapid.T) {
				if pending != nil {
					pending.run(context.Background(), func(f found) { v.take(f) })
					pending = nil
					v.refilter()
				}
				if v.gaps != 0 {
					rt.Fatalf("%d blocks are left to look into", v.gaps)
				}
				kept := all[max(0, len(all)-capacity):]
				var want, exported []Row
				var counts [kindCount]int
				for _, r := range kept {
					if q.row(&r, inContent(q.wordy(), r.JSON)) {
						counts[r.Kind]++
						if v.filter.kind(r.Kind) {
							want = append(want, r)
						}
						if v.filter.kind(r.Kind) || r.Kind == KindFrame && !v.filter.some {
							exported = append(exported, r)
						}
					}
				}
				if counts != v.counts {
					rt.Fatalf("counts %v, want %v", v.counts, counts)
				}
				if got := everything(rt, v.selection()); !slices.Equal(got, exported) {
					rt.Fatalf("exports %d rows, want %d: %s", len(got), len(exported), cmp.Diff(exported, got))
				}
				if v.lines() != len(want) {
					rt.Fatalf("shows %d rows, want %d", v.lines(), len(want))
				}
				for i := range v.lines() {
					if line, ok := v.line(v.number(i)); !ok || line != i {
						rt.Fatalf("the row on line %d is found on %d", i, line)
					}
				}
			},
		})
	})
}

func everything(t *rapid.T, s *Selection) (rows []Row) {
	err := s.Each(context.Background(), func(_ int, r Row) error { rows = append(rows, r); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func FuzzContainsAgreesWithTheStandardLibrary(f *testing.F) {
	f.Add("KICKED_OUT", "kick")
	f.Add("登录 Ä", "ä")
	f.Fuzz(func(t *testing.T, s, term string) {
		lower := strings.ToLower(term)
		if lower == "" {
			return
		}
		got := contains(s, lower)
		if ascii(s) && ascii(lower) && got != strings.Contains(strings.ToLower(s), lower) {
			t.Errorf("contains(%q, %q) = %v", s, lower, got)
		}
	})
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
