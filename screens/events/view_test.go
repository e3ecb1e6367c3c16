package events

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The view is held against a list that keeps everything and filters it each time.
func TestTheViewShowsWhatANaiveListWould(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		capacity := rapid.IntRange(1, 20).Draw(rt, "capacity")
		v := newView(capacity)
		var all []Row
		terms := rapid.SampledFrom([]string{"", "a", "b", "ab"})
		rt.Repeat(map[string]func(*rapid.T){
			"add": func(rt *rapid.T) {
				var rows []Row
				for range rapid.IntRange(0, 30).Draw(rt, "n") {
					rows = append(rows, Row{
						Name: rapid.SampledFrom([]string{"A", "ab", "c"}).Draw(rt, "name"),
						Kind: Kind(rapid.IntRange(0, int(kindCount)-1).Draw(rt, "kind")), Instance: fmt.Sprint(len(all) + len(rows)),
					})
				}
				v.add(rows)
				all = append(all, rows...)
			},
			"text": func(rt *rapid.T) { v.filter.setText(terms.Draw(rt, "text")); v.refilter() },
			"kind": func(rt *rapid.T) {
				v.filter.toggle(Kind(rapid.IntRange(0, int(kindCount)-1).Draw(rt, "kind")))
				v.refilter()
			},
			"": func(rt *rapid.T) {
				kept := all[max(0, len(all)-capacity):]
				var want []Row
				var counts [kindCount]int
				for _, r := range kept {
					if v.filter.text(&r) {
						counts[r.Kind]++
						if v.filter.kind(&r) {
							want = append(want, r)
						}
					}
				}
				if counts != v.counts {
					rt.Fatalf("counts %v, want %v", v.counts, counts)
				}
				if fmt.Sprint(v.rows()) != fmt.Sprint(want) {
					rt.Fatalf("shows %v, want %v", v.rows(), want)
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

// What a person waits for between two key strokes in a full log.
func BenchmarkFilterAFullLog(b *testing.B) {
	v := newView(DefaultCapacity)
	rows := make([]Row, DefaultCapacity)
	for i := range rows {
		rows[i] = session(i)
	}
	v.add(rows)
	for b.Loop() {
		v.filter.setText("event_99999")
		v.refilter()
	}
}
