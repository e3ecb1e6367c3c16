package timeline

import (
	"io"
	"strconv"
	"time"

	"kickbench/client/timeline"
	"kickbench/client/wire"
)

// story writes records as a ledger would.
type story struct {
	m    *timeline.Model
	recs []timeline.Record
	now  time.Time
	seq  uint64
	inst uint64
	user string
	last map[string]uint64 // the page's number
	kick uint64            // Seq of the last kick
}

func newStory() *story {
	return &story{
		m: timeline.New(timeline.Limits{}), now: time.Date(2026, 11, 21, 13, 58, 8, 0, time.UTC), inst: 1000,
		user: "alice", last: map[string]uint64{},
	}
}

func (s *story) wait(d time.Duration) *story { s.now = s.now.Add(d); return s }

func (s *story) add(r timeline.Record) uint64 {
	s.seq++
	r.Seq, r.Time = s.seq, s.now
	if r.SDKAppID == 0 {
		r.SDKAppID = 1400000001
	}
	s.m.Add(r)
	s.recs = append(s.recs, r)
	return s.seq
}

func (s *story) of(page string, p wire.Platform, k timeline.Kind) timeline.Record {
	return timeline.Record{Kind: k, UserID: s.user, InstID: s.last[page], InstanceID: pageID(page), Platform: p}
}

func pageID(page string) string { return (page + "0123456789abcdef0123456789abcdef")[:32] }

// client tells what an own instance sees of itself.
func (s *story) client(page string, p wire.Platform, st timeline.State, note string) {
	r := s.of(page, p, timeline.KindClient)
	r.State, r.Note = st, note
	if st == timeline.Connecting || st == timeline.LoggingIn {
		r.InstID = 0
	}
	s.add(r)
}

func (s *story) login(page string, p wire.Platform) uint64 {
	s.inst++
	s.last[page] = s.inst
	s.add(s.of(page, p, timeline.KindLogin))
	return s.inst
}

func (s *story) evict(page, by string, p, byP wire.Platform, limit int) {
	r := s.of(page, p, timeline.KindKick)
	r.ByInstID, r.ByPlatform, r.KickType, r.Rule = s.last[by], byP, wire.KickMultipleAccount, "instance-limit"
	r.Why = "Web limit is " + strconv.Itoa(limit) + "; the login of " + strconv.FormatUint(s.last[by], 10) + " was the third, so the earliest, " + strconv.FormatUint(s.last[page], 10) + ", had to go."
	s.kick = s.add(r)
	s.wait(700 * time.Microsecond)
	a := s.of(page, p, timeline.KindKickAck)
	a.Ref, a.Delay = s.kick, 700*time.Microsecond
	s.add(a)
}

const (
	web     = wire.PlatformWeb
	android = wire.PlatformAndroid
)

// afternoon is the scene of the mockup and more: a kick over the limit, a network cut
// and a return, a kick war of six rounds, a REST kick, a clock that jumps half a year.
func afternoon() *story {
	s := newStory()
	s.login("a", web)
	s.wait(20 * time.Second)
	s.user = "bob"
	s.login("z", web)
	s.user = "alice"
	s.wait(2*time.Minute + 30*time.Second)
	s.login("b", web)
	s.wait(30 * time.Second)
	s.client("n", android, timeline.Connecting, "window 2")
	s.wait(2 * time.Second)
	s.client("n", android, timeline.LoggingIn, "window 2")
	s.wait(3 * time.Second)
	s.login("n", android)
	s.wait(15 * time.Second)
	s.client("c", web, timeline.LoggingIn, "this window")
	s.wait(4 * time.Second)
	s.login("c", web)
	s.evict("a", "c", web, web, 2)
	s.wait(20 * time.Second)
	s.user = "bob"
	s.add(s.of("z", web, timeline.KindLogout))
	s.user = "alice"
	s.wait(10 * time.Second)
	s.add(s.of("n", android, timeline.KindCut))
	r := s.of("n", android, timeline.KindDisconnect)
	r.Until = s.now.Add(time.Minute)
	s.add(r)
	s.wait(25 * time.Second)
	s.add(s.of("n", android, timeline.KindResume))
	s.wait(20 * time.Second)
	for range 3 {
		s.login("a", web)
		s.evict("b", "a", web, web, 2)
		s.wait(9 * time.Second)
		s.login("b", web)
		s.evict("a", "b", web, web, 2)
		s.wait(9 * time.Second)
	}
	war := s.of("a", web, timeline.KindKickWar)
	war.Rounds = 6
	s.add(war)
	s.wait(12 * time.Second)
	s.add(timeline.Record{Kind: timeline.KindSettings, Why: "policy dual, web 1"})
	s.wait(30 * time.Second)
	s.now = s.now.Add(180 * 24 * time.Hour)
	s.add(timeline.Record{Kind: timeline.KindClock, Delay: 180 * 24 * time.Hour})
	s.wait(20 * time.Second)
	s.add(timeline.Record{Kind: timeline.KindRESTKick, UserID: "alice", Why: "UserSigs made up to now are invalid."})
	for _, p := range []string{"b", "c", "n"} {
		pl := web
		if p == "n" {
			pl = android
		}
		k := s.of(p, pl, timeline.KindKick)
		k.KickType, k.Rule, k.Why = wire.KickRESTAPI, "rest", "The REST API kicked the account."
		s.add(k)
	}
	s.wait(15 * time.Second)
	s.login("c", web)
	s.wait(25 * time.Second)
	s.client("c", web, timeline.Ready, "this window")
	return s
}

func recordsOf(s *story) []timeline.Record { return s.recs }

// nobody is an exporter that writes nowhere.
type nobody struct{}

func (nobody) ExportPicture(string, func(io.Writer) error, func(string, error)) {}
