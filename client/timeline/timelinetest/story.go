// Package timelinetest writes records as a ledger would, for the tests of what draws them.
package timelinetest

import (
	"strconv"
	"time"

	"kickbench/client/timeline"
	"kickbench/client/wire"
)

// Story writes records as a ledger would.
type Story struct {
	Model    *timeline.Model
	Records  []timeline.Record
	Now      time.Time
	User     string            // whose pages the next ones are
	Inst     uint64            // the last instance number given
	Last     map[string]uint64 // the number of each page
	LastKick uint64            // Seq of the last kick
	Seq      uint64            // the last record's
}

// New begins one.
func New() *Story {
	return &Story{
		Model: timeline.New(timeline.Limits{}), Now: time.Date(2026, 11, 21, 13, 58, 8, 0, time.UTC), Inst: 1000,
		User: "alice", Last: map[string]uint64{},
	}
}

// Wait lets time pass.
func (s *Story) Wait(d time.Duration) *Story { s.Now = s.Now.Add(d); return s }

// Add writes a record down and gives its Seq.
func (s *Story) Add(r timeline.Record) uint64 {
	s.Seq++
	r.Seq, r.Time = s.Seq, s.Now
	if r.SDKAppID == 0 {
		r.SDKAppID = 1400000001
	}
	s.Model.Add(r)
	s.Records = append(s.Records, r)
	return s.Seq
}

// Of begins a record about a page.
func (s *Story) Of(page string, p wire.Platform, k timeline.Kind) timeline.Record {
	return timeline.Record{Kind: k, UserID: s.User, InstID: s.Last[page], InstanceID: pageID(page), Platform: p}
}

func pageID(page string) string { return (page + "0123456789abcdef0123456789abcdef")[:32] }

// Client tells what an own instance sees of itself.
func (s *Story) Client(page string, p wire.Platform, st timeline.State, note string) {
	r := s.Of(page, p, timeline.KindClient)
	r.State, r.Note = st, note
	if st == timeline.Connecting || st == timeline.LoggingIn {
		r.InstID = 0
	}
	s.Add(r)
}

// Login has a page log in, as another instance, and gives its number.
func (s *Story) Login(page string, p wire.Platform) uint64 {
	s.Inst++
	s.Last[page] = s.Inst
	s.Add(s.Of(page, p, timeline.KindLogin))
	return s.Inst
}

// Evict has a page fall to another one's login, and say so.
func (s *Story) Evict(page, by string, p, byP wire.Platform, limit int) {
	r := s.Of(page, p, timeline.KindKick)
	r.ByInstID, r.ByPlatform, r.KickType, r.Rule = s.Last[by], byP, wire.KickMultipleAccount, "instance-limit"
	r.Why = "Web limit is " + strconv.Itoa(limit) + "; the login of " + strconv.FormatUint(s.Last[by], 10) + " was the third, so the earliest, " + strconv.FormatUint(s.Last[page], 10) + ", had to go."
	s.LastKick = s.Add(r)
	s.Wait(700 * time.Microsecond)
	a := s.Of(page, p, timeline.KindKickAck)
	a.Ref, a.Delay = s.LastKick, 700*time.Microsecond
	s.Add(a)
}

const (
	web     = wire.PlatformWeb
	android = wire.PlatformAndroid
)

// Afternoon is the scene of the mockup and more: a kick over the limit, a network cut
// and a return, a kick war of six rounds, a REST kick, a clock that jumps half a year.
func Afternoon() *Story {
	s := New()
	s.Login("a", web)
	s.Wait(20 * time.Second)
	s.User = "bob"
	s.Login("z", web)
	s.User = "alice"
	s.Wait(2*time.Minute + 30*time.Second)
	s.Login("b", web)
	s.Wait(30 * time.Second)
	s.Client("n", android, timeline.Connecting, "window 2")
	s.Wait(2 * time.Second)
	s.Client("n", android, timeline.LoggingIn, "window 2")
	s.Wait(3 * time.Second)
	s.Login("n", android)
	s.Wait(15 * time.Second)
	s.Client("c", web, timeline.LoggingIn, "this window")
	s.Wait(4 * time.Second)
	s.Login("c", web)
	s.Evict("a", "c", web, web, 2)
	s.Wait(20 * time.Second)
	s.User = "bob"
	s.Add(s.Of("z", web, timeline.KindLogout))
	s.User = "alice"
	s.Wait(10 * time.Second)
	s.Add(s.Of("n", android, timeline.KindCut))
	r := s.Of("n", android, timeline.KindDisconnect)
	r.Until = s.Now.Add(time.Minute)
	s.Add(r)
	s.Wait(25 * time.Second)
	s.Add(s.Of("n", android, timeline.KindResume))
	s.Wait(20 * time.Second)
	for range 3 {
		s.Login("a", web)
		s.Evict("b", "a", web, web, 2)
		s.Wait(9 * time.Second)
		s.Login("b", web)
		s.Evict("a", "b", web, web, 2)
		s.Wait(9 * time.Second)
	}
	war := s.Of("a", web, timeline.KindKickWar)
	war.Rounds = 6
	s.Add(war)
	s.Wait(12 * time.Second)
	s.Add(timeline.Record{Kind: timeline.KindSettings, Why: "policy dual, web 1"})
	s.Wait(30 * time.Second)
	s.Now = s.Now.Add(180 * 24 * time.Hour)
	s.Add(timeline.Record{Kind: timeline.KindClock, Delay: 180 * 24 * time.Hour})
	s.Wait(20 * time.Second)
	s.Add(timeline.Record{Kind: timeline.KindRESTKick, UserID: "alice", Why: "UserSigs made up to now are invalid."})
	for _, p := range []string{"b", "c", "n"} {
		pl := web
		if p == "n" {
			pl = android
		}
		k := s.Of(p, pl, timeline.KindKick)
		k.KickType, k.Rule, k.Why = wire.KickRESTAPI, "rest", "The REST API kicked the account."
		s.Add(k)
	}
	s.Wait(15 * time.Second)
	s.Login("c", web)
	s.Wait(25 * time.Second)
	s.Client("c", web, timeline.Ready, "this window")
	return s
}
