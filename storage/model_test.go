package storage

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// model is the history as a slice.
type model struct {
	sessions []Session // by ID
	events   map[uint64][]Event
}

func (m *model) at(id uint64) *Session {
	i := slices.IndexFunc(m.sessions, func(s Session) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &m.sessions[i]
}

func (m *model) query(q Query) (out []Session) {
	for _, s := range slices.Backward(m.sessions) {
		fields := []string{s.UserID, s.Server, s.Platform, s.Window, s.EndDetail, string(s.Ending), strconv.FormatUint(s.SDKAppID, 10)}
		if s.InstID != 0 {
			fields = append(fields, strconv.FormatUint(s.InstID, 10))
		}
		has := true
		for _, word := range strings.Fields(q.Text) {
			has = has && strings.Contains(strings.ToLower(strings.Join(fields, "\n")), strings.ToLower(word))
		}
		has = has && (q.Since.IsZero() || !s.Start.Before(q.Since)) && (q.Until.IsZero() || s.Start.Before(q.Until))
		if has && (q.Ending == "" || q.Ending == s.Ending) && (q.Before == 0 || s.ID < q.Before) && len(out) < q.Limit {
			out = append(out, s)
		}
	}
	return out
}

// checkOverview holds the index against the sessions themselves.
func (m *model) checkOverview(t *rapid.T, h *History) {
	want := Overview{Endings: make(map[Ending]int), Sessions: len(m.sessions)}
	days := make(map[time.Time]int)
	for _, s := range m.sessions {
		want.Endings[s.Ending]++
		days[s.Start.UTC().Truncate(24*time.Hour)]++
		for _, e := range m.events[s.ID] {
			w := writer{jsonOptions: lenient()}
			v, err := w.encodeEvent(&e)
			if err != nil {
				t.Fatal(err)
			}
			want.Bytes += uint64(len(v))
		}
	}
	for d, n := range days {
		want.Days = append(want.Days, Day{d, n})
	}
	slices.SortFunc(want.Days, func(a, b Day) int { return b.Date.Compare(a.Date) })
	got, err := h.Overview(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Fatal(d)
	}
}

func sameEvent(a, b Event) bool {
	return a.Seq == b.Seq && a.Time.Equal(b.Time) && a.Layer == b.Layer && a.Name == b.Name &&
		a.InstID == b.InstID && a.Summary == b.Summary && string(a.Detail) == string(b.Detail)
}

func TestHistoryAnswersAsASliceWould(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := tempPath(t)
		h, err := OpenHistory(path, WithLinger(0), withoutFlush())
		must(t, err)
		defer func() { closeHistory(t, h) }()
		m := model{events: make(map[uint64][]Event)}
		clock := time.Unix(1_700_000_000, 0).UTC()
		// Half a day a step, and now and then back: the clock of a computer does that.
		tick := func() time.Time {
			clock = clock.Add(time.Duration(rapid.IntRange(-2, 12).Draw(rt, "hours")) * time.Hour)
			return clock
		}
		users := rapid.SampledFrom([]string{"alice", "Bob", "ALAN", "김", "李", "\u212Aelvin", `a"b\c`})
		id := func(rt *rapid.T) uint64 { return rapid.Uint64Range(1, uint64(len(m.sessions))+3).Draw(rt, "id") }
		syncAll(t, h)

		rt.Repeat(map[string]func(*rapid.T){
			"begin": func(rt *rapid.T) {
				s := Session{UserID: users.Draw(rt, "user"), SDKAppID: rapid.Uint64Range(1, 99).Draw(rt, "app"), Platform: "Web", Start: tick()}
				got, err := h.Begin(s)
				must(t, err)
				if n := len(m.sessions); n > 0 && got <= m.sessions[n-1].ID {
					rt.Fatalf("ID %d given after %d", got, m.sessions[n-1].ID)
				}
				s.ID, s.Ending = got, Running
				m.sessions = append(m.sessions, s)
			},
			"append": func(rt *rapid.T) {
				id := id(rt)
				var ev []Event
				for range rapid.IntRange(0, 40).Draw(rt, "n") {
					ev = append(ev, Event{Time: tick(), Layer: LayerFrame, Name: rapid.String().Draw(rt, "name"), InstID: rapid.Uint64().Draw(rt, "inst")})
				}
				must(t, h.Append(id, ev...))
				if s := m.at(id); s != nil {
					for _, e := range ev {
						s.Events++
						e.Seq = s.Events
						e.Name = strings.ToValidUTF8(e.Name, "\uFFFD")
						m.events[id] = append(m.events[id], e)
					}
				}
			},
			"update": func(rt *rapid.T) {
				id, inst := id(rt), rapid.Uint64().Draw(rt, "inst")
				must(t, h.Update(id, func(s *Session) { s.InstID = inst }))
				if s := m.at(id); s != nil {
					s.InstID = inst
				}
			},
			"end": func(rt *rapid.T) {
				id, e, at := id(rt), rapid.SampledFrom([]Ending{LoggedOut, Kicked, Failed}).Draw(rt, "ending"), tick()
				must(t, h.End(id, e, "why", at))
				if s := m.at(id); s != nil && s.Ending == Running {
					s.Ending, s.EndDetail, s.End = e, "why", at
				}
			},
			"delete": func(rt *rapid.T) {
				id := id(rt)
				err := h.Delete(id)
				s := m.at(id)
				if running := s != nil && s.Ending == Running; running != (err != nil) {
					rt.Fatalf("delete of %+v: %v", s, err)
				}
				if s != nil && err == nil {
					m.sessions = slices.DeleteFunc(m.sessions, func(s Session) bool { return s.ID == id })
					delete(m.events, id)
				}
			},
			"reopen": func(rt *rapid.T) {
				closeHistory(t, h)
				h, err = OpenHistory(path, WithLinger(0), withoutFlush())
				must(t, err)
				for i := range m.sessions {
					if s := &m.sessions[i]; s.Ending == Running {
						s.Ending, s.End = Interrupted, s.Start
						if ev := m.events[s.ID]; len(ev) > 0 && ev[len(ev)-1].Time.After(s.Start) {
							s.End = ev[len(ev)-1].Time
						}
					}
				}
			},
			"": func(rt *rapid.T) {
				syncAll(t, h)
				q := Query{
					Limit: rapid.IntRange(1, 5).Draw(rt, "limit"), Text: rapid.SampledFrom([]string{"", "al", "B", "7", "why", "web", "김", "web al", "kick 7", "kelvin", "\"b\\"}).Draw(rt, "text"),
					Ending: rapid.SampledFrom([]Ending{"", "", Kicked, Running, Interrupted}).Draw(rt, "of"),
				}
				if n := len(m.sessions); n > 0 && rapid.Bool().Draw(rt, "bounded") {
					q.Since = m.sessions[rapid.IntRange(0, n-1).Draw(rt, "since")].Start
					q.Until = m.sessions[rapid.IntRange(0, n-1).Draw(rt, "until")].Start
				}
				m.checkOverview(rt, h)
				// Page by page to the end: every page equals the slice's.
				for {
					got, err := h.Sessions(q)
					must(t, err)
					if d := cmp.Diff(m.query(q), got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Session{}, "Bytes")); d != "" {
						rt.Fatalf("%+v: %s", q, d)
					}
					if len(got) < q.Limit {
						break
					}
					q.Before = got[len(got)-1].ID
				}
				for _, s := range m.sessions {
					limit := rapid.IntRange(1, 20).Draw(rt, "events")
					var all []Event
					for {
						after := uint64(0)
						if n := len(all); n > 0 {
							after = all[n-1].Seq
						}
						page, err := h.Events(s.ID, after, limit)
						must(t, err)
						all = append(all, page...)
						if len(page) < limit {
							break
						}
					}
					if !slices.EqualFunc(m.events[s.ID], all, sameEvent) {
						rt.Fatalf("session %d: %s", s.ID, cmp.Diff(m.events[s.ID], all))
					}
				}
			},
		})
	})
}

func TestASearchOfMoreSessionsThanOneReadFindsTheOldest(t *testing.T) {
	h := open(t, tempPath(t))
	first := begin(t, h, "needle")
	for range readChunk + 10 {
		begin(t, h, "hay")
	}
	syncAll(t, h)
	got, err := h.Sessions(Query{Text: "NEEDLE"})
	must(t, err)
	if len(got) != 1 || got[0].ID != first {
		t.Errorf("%+v", got)
	}
	if got, err = h.Sessions(Query{Limit: readChunk * 2}); err != nil || len(got) != readChunk+11 {
		t.Errorf("%d sessions, %v", len(got), err)
	}
}

func FuzzAnEventComesBackAsItWas(f *testing.F) {
	f.Add("sdk", "kickedOut", uint64(3), "kicked by Android", []byte(`{"type":"multipleAccount"}`), int64(1_700_000_000_123_456_789))
	f.Add("", "\xff", uint64(1<<63), "", []byte(`{"cut`), int64(-1))
	f.Fuzz(func(t *testing.T, layer, name string, inst uint64, summary string, detail []byte, at int64) {
		valid := func(s string) string { return strings.ToValidUTF8(strings.ToValidUTF8(s, "\uFFFD"), "") }
		w := writer{jsonOptions: lenient()}
		in := Event{Layer: Layer(layer), Name: name, InstID: inst, Summary: summary, Detail: detail, Time: time.Unix(0, at)}
		b, err := w.encodeEvent(&in)
		if err != nil {
			t.Fatalf("an event that cannot be written: %v", err)
		}
		out, err := decodeEvent(9, b)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if at != 0 && !out.Time.Equal(in.Time) || out.InstID != inst || out.Seq != 9 {
			t.Errorf("%+v came back as %+v", in, out)
		}
		for in, out := range map[string]string{layer: string(out.Layer), name: out.Name, summary: out.Summary} {
			if valid(in) == in && in != out {
				t.Errorf("%q came back as %q", in, out)
			}
		}
	})
}
