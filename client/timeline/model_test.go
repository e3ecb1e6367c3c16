package timeline_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/kick"
	"kickbench/client/timeline"
	"kickbench/client/timeline/timelinetest"
	"kickbench/client/wire"
)

const (
	web     = wire.PlatformWeb
	android = wire.PlatformAndroid
)

// anyStory draws a life of some pages and users, with clocks that jump.
func anyStory(t *rapid.T) *timelinetest.Story {
	s := timelinetest.New()
	pages := []string{"a", "b", "c", "d", "e", "f"}
	users := []string{"alice", "bob", "我是用户<&>\x01\"", "d"}
	platforms := []wire.Platform{web, android, wire.PlatformWeChatMini}
	of := map[string]wire.Platform{}
	kinds := []timeline.Kind{
		timeline.KindLogin, timeline.KindReturn, timeline.KindResume, timeline.KindKick, timeline.KindLogout, timeline.KindClosed,
		timeline.KindDisconnect, timeline.KindGone, timeline.KindCut, timeline.KindExpiry, timeline.KindExpiryTold, timeline.KindRESTKick,
		timeline.KindClock, timeline.KindSettings, timeline.KindClient, timeline.KindFault, timeline.KindKickWar, timeline.KindLoginRefused,
		timeline.KindClone,
	}
	n := rapid.IntRange(0, 120).Draw(t, "records")
	for range n {
		page := rapid.SampledFrom(pages).Draw(t, "page")
		s.User = rapid.SampledFrom(users).Draw(t, "user")
		page = s.User[:1] + page
		p, ok := of[page]
		if !ok {
			p = rapid.SampledFrom(platforms).Draw(t, "platform")
			of[page] = p
		}
		switch k := rapid.SampledFrom(kinds).Draw(t, "kind"); k {
		case timeline.KindLogin:
			s.Login(page, p)
		case timeline.KindKick:
			by := s.User[:1] + rapid.SampledFrom(pages).Draw(t, "by")
			if rapid.Bool().Draw(t, "byLogin") && s.Last[by] != 0 {
				s.Evict(page, by, p, web, 2)
				break
			}
			r := s.Of(page, p, k)
			r.KickType, r.Rule = wire.KickRESTAPI, "rest"
			s.Add(r)
		case timeline.KindRESTKick:
			s.Add(timeline.Record{Kind: k, UserID: s.User})
		case timeline.KindSettings:
			s.Add(timeline.Record{Kind: k})
		case timeline.KindClock:
			by := time.Duration(rapid.Int64Range(0, int64(400*24*time.Hour)).Draw(t, "by"))
			s.Wait(by)
			s.Add(timeline.Record{Kind: k, Delay: by})
		case timeline.KindClient:
			st := timeline.State(rapid.IntRange(0, int(timeline.Destroyed)).Draw(t, "state"))
			late := time.Duration(rapid.Int64Range(0, int64(2*time.Second)).Draw(t, "late"))
			s.Now = s.Now.Add(-late)
			s.Client(page, p, st, "window 2")
			s.Now = s.Now.Add(late)
		default:
			s.Add(s.Of(page, p, k))
		}
		s.Wait(time.Duration(rapid.Int64Range(0, int64(90*time.Second)).Draw(t, "pause")))
	}
	return s
}

func anyView(t *rapid.T, m *timeline.Model) timeline.View {
	v := timeline.View{Top: rapid.IntRange(0, 5).Draw(t, "top"), Each: rapid.Bool().Draw(t, "each")}
	from, to := m.Span()
	if rapid.Bool().Draw(t, "zoomed") && !m.Empty() {
		v.From = from.Add(time.Duration(rapid.Int64Range(-int64(time.Minute), int64(to.Sub(from)+time.Minute)).Draw(t, "from")))
		v.PerMicrosecond = rapid.SampledFrom([]float64{1e-12, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2, 1}).Draw(t, "scale")
	}
	if rapid.Bool().Draw(t, "live") {
		v.Until = to.Add(time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "until")))
	}
	if users := m.Users(); len(users) > 0 && rapid.Bool().Draw(t, "filtered") {
		v.Of = &users[0]
	}
	if rapid.Bool().Draw(t, "selected") {
		v.Selected = from.Add(time.Minute)
	}
	return v
}

func anyStyle(t *rapid.T) timeline.Style {
	s := timeline.Style{Width: rapid.Float64Range(320, 2600).Draw(t, "width"), Legend: rapid.Bool().Draw(t, "legend")}
	if rapid.Bool().Draw(t, "fixed") {
		s.Height = rapid.Float64Range(200, 1600).Draw(t, "height")
	}
	if rapid.Bool().Draw(t, "titled") {
		s.Title, s.Subtitle = "A title <of some length> & more", "from then to then"
	}
	return s
}

func textBox(it *timeline.Item) timeline.Box {
	w := timeline.Roughly(it.Text, it.Size, it.Bold, it.Mono)
	x := it.X
	switch it.Anchor {
	case timeline.Middle:
		x -= w / 2
	case timeline.End:
		x -= w
	}
	return timeline.Box{X: x, Y: it.Y - it.Size*0.9, W: w, H: it.Size * 1.15}
}

func meets(a, b timeline.Box) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

func TestNothingReachesOutOfThePictureAndNoTextCoversAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStory(t)
		d := new(timeline.Layouter).Layout(s.Model, anyView(t, s.Model), anyStyle(t))
		var texts []timeline.Box
		var words []string
		inside := func(what string, x, y float64) {
			if x < -0.01 || y < -0.01 || x > d.Width+0.01 || y > d.Height+0.01 || x != x || y != y {
				t.Fatalf("%s at %.2f, %.2f is out of the picture of %.0f by %.0f", what, x, y, d.Width, d.Height)
			}
		}
		for i := range d.Items {
			it := &d.Items[i]
			switch it.Kind {
			case timeline.ItemRect, timeline.ItemGlyph:
				inside("box", it.X, it.Y)
				inside("box", it.X+it.W, it.Y+it.H)
				if it.W < 0 || it.H < 0 {
					t.Fatalf("a box of %.2f by %.2f", it.W, it.H)
				}
			case timeline.ItemText:
				b := textBox(it)
				inside("text "+it.Text, b.X, b.Y)
				inside("text "+it.Text, b.X+b.W, b.Y+b.H)
				for j, o := range texts {
					if meets(b, o) {
						t.Fatalf("%q covers %q", it.Text, words[j])
					}
				}
				texts, words = append(texts, b), append(words, it.Text)
			default:
				inside("line", it.X, it.Y)
				inside("line", it.W, it.H)
				for _, p := range it.Paths() {
					for _, o := range p.Ops {
						if o.Kind != 'Z' {
							inside("arrow", o.P[0], o.P[1])
						}
					}
				}
			}
		}
		for _, h := range d.Hits {
			inside("hit", h.X, h.Y)
			inside("hit", h.X+h.W, h.Y+h.H)
			if _, ok := s.Model.Record(h.ID); !ok {
				t.Fatalf("a place for record %d, which there is not", h.ID)
			}
		}
	})
}

func TestStatesOfALaneFollowEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStory(t)
		d := new(timeline.Layouter).Layout(s.Model, anyView(t, s.Model), anyStyle(t))
		// By what is drawn: bars of a row are as high as each other and lie side by side.
		ends := map[string]float64{}
		for _, h := range d.Hits {
			r, _ := s.Model.Record(h.ID)
			if _, moves := map[timeline.Kind]bool{timeline.KindLogin: true, timeline.KindLogout: true, timeline.KindDisconnect: true, timeline.KindClosed: true}[r.Kind]; !moves {
				continue
			}
			row := fmt.Sprintf("%.2f/%.2f", h.Y, h.H)
			if h.X < ends[row]-0.02 {
				t.Fatalf("row %s: a bar begins at %.3f, where another ends at %.3f", row, h.X, ends[row])
			}
			ends[row] = h.X + h.W
		}
	})
}

func TestEveryKickHasItsArrowOrSaysWhyNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStory(t)
		for _, k := range s.Model.Kicks() {
			if k.Arrow() == (k.Cause != timeline.ByLogin) {
				t.Fatalf("kick %d: arrow %v, cause %d", k.Seq, k.Arrow(), k.Cause)
			}
			if s.Model.KickOf(k.ID) != k {
				t.Fatalf("kick %d is not found by its record", k.Seq)
			}
		}
	})
}

func TestTimeAndPlaceAreEachOthersInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStory(t)
		d := new(timeline.Layouter).Layout(s.Model, anyView(t, s.Model), anyStyle(t))
		last := -1.0
		for i := range 50 {
			x := d.Plot.W * float64(i) / 49
			back := d.Axis.X(d.Axis.Time(x))
			// A fold holds years in 40 pixels, and a pixel may be less than a microsecond.
			if off := back - x; off < -1 || off > 1 {
				t.Fatalf("place %.3f is a time whose place is %.3f", x, back)
			}
			if back < last-0.2 {
				t.Fatalf("time runs backwards at %.3f", x)
			}
			last = back
		}
		v := s.Model.Zoom(timeline.View{}, d.Axis, 100, 2)
		b := s.Model.Axis(v.From, v.PerMicrosecond, d.Plot.W, time.Time{})
		if at := d.Axis.Time(100); !s.Model.Empty() && (b.X(at) < 98.5 || b.X(at) > 101.5) {
			t.Fatalf("zooming moved what is under the pointer from 100 to %.2f", b.X(at))
		}
	})
}

func TestAnSVGIsWellFormedWhateverUsersAreCalled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStory(t)
		var b bytes.Buffer
		if err := s.Model.SVG(&b, timeline.Picture{Title: rapid.String().Draw(t, "title"), View: anyView(t, s.Model)}); err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(&b)
		d.Strict = true
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestOldRecordsGoAndAreCounted(t *testing.T) {
	s := timelinetest.New()
	s.Model = timeline.New(timeline.Limits{Records: 100})
	for i := range 1000 {
		page := fmt.Sprint("p", i)
		s.Login(page, web)
		s.Wait(time.Second)
		s.Add(s.Of(page, web, timeline.KindLogout))
		s.Wait(time.Second)
	}
	if n := s.Model.LeftOut(); n < 1900 || n > 2000 {
		t.Errorf("%d of 2000 records are left out with room for 100", n)
	}
	d := new(timeline.Layouter).Layout(s.Model, timeline.View{Each: true}, timeline.Style{Width: 1000, Title: "x"})
	if d.All > 100 {
		t.Errorf("%d lanes are left of 100 records", d.All)
	}
	from, to := s.Model.Span()
	if want := to.Add(-100 * time.Second); from.Before(want.Add(-time.Second)) {
		t.Errorf("the picture begins at %v though the records do at %v", from, want)
	}
}

func TestTheLimitIsReadFromTheSentenceTheDecisionWrites(t *testing.T) {
	live := []kick.Instance{{InstID: 1001, InstanceID: "a", Platform: web, Order: 1}}
	set := kick.Settings{Policy: kick.PolicyDual}
	d := kick.Decide(set, live, kick.Instance{InstID: 1002, InstanceID: "b", Platform: web, Order: 2})
	if len(d.Evict) != 1 {
		t.Fatalf("%d evictions", len(d.Evict))
	}
	s := timelinetest.New()
	s.Login("a", web)
	s.Login("b", web)
	r := s.Of("a", web, timeline.KindKick)
	r.ByInstID, r.Why = 1002, d.Evict[0].Why
	s.Add(r)
	if k := s.Model.Kicks()[0]; k.Limit != 1 {
		t.Errorf("limit %d in %q", k.Limit, k.Why)
	}
}
