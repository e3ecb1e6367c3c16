package scenarios

import (
	"slices"
	"sync/atomic"
	"time"

	"kickbench/client/timeline"
)

// Guest is an app under test that has to log in.
type Guest struct {
	// Name is the actor's, Platform what it has to run on, "" for any.
	Name, User, Platform string
}

// Invitation is what a run in real time offers while it runs.
type Invitation struct {
	// Address is where the app under test finds the sandbox of the run, its proxyServer
	// option; SDKAppID its app, and Script the line of JavaScript that says both. All are
	// empty where no app under test takes part.
	Address  string
	SDKAppID uint64
	Script   string
	// Now is the sandbox's time, to which the lanes of the picture grow.
	Now func() time.Time
}

// live is what a run in real time shows before it is over.
type live struct {
	invitation Invitation
	guests     []Guest // all that its steps wait for, each user once
	records    []timeline.Record
	said       string // to whoever sits there, last
	met        bool   // one of its guests has been in
	again      bool   // one had been in when the wait that is on began
	problem    string // what kept a login from being the one that is waited for
	call       int    // counts the waits for a login: each has new UserSigs
}

// mostLive bounds what a picture takes in before it is over; an app that logs in for
// ever, as fast as it can, is seen long before.
const mostLive = 20_000

// Invite says that a run in real time has begun and what it offers. It shows with the
// next Flush.
func (s *Screen) Invite(id string, variant int, v Invitation) {
	s.feed.add(func() {
		r := s.rowOf(id, variant)
		if r == nil {
			return
		}
		r.status, r.live = Running, &live{invitation: v}
		for _, st := range r.steps {
			for _, g := range st.Guests {
				if !slices.ContainsFunc(r.live.guests, func(o Guest) bool { return o.User == g.User }) {
					r.live.guests = append(r.live.guests, g)
				}
			}
		}
		for _, o := range s.states[id].rows { // it knows the way
			r.live.met = r.live.met || o.out != nil && slices.ContainsFunc(o.out.Records, r.live.guest)
		}
		if id == s.chosen && variant != s.detail.variant { // where something is to be done
			s.detail.variant = variant
			s.detail.rebuild()
		}
	})
}

// Record adds a record to the picture of a run in real time. It shows with the next
// Flush.
func (s *Screen) Record(id string, variant int, rec timeline.Record) {
	s.feed.add(func() {
		r := s.rowOf(id, variant)
		if r == nil || r.live == nil || len(r.live.records) == mostLive {
			return
		}
		r.live.records = append(r.live.records, rec)
		r.live.judge(rec)
	})
}

// Report says in which file the report of a scenario's runs stands. It shows with the
// next Flush.
func (s *Screen) Report(id, file string) {
	s.feed.add(func() {
		if st := s.states[id]; st != nil {
			st.report = file
		}
	})
}

func (s *Screen) rowOf(id string, variant int) *row {
	st := s.states[id]
	if st == nil || variant >= len(st.rows) || st.rows[variant].out != nil {
		return nil
	}
	return &st.rows[variant]
}

// began takes up that a step began or ended.
func (l *live) began(st Step) {
	if l == nil || st.Status != Running {
		return
	}
	if st.Say {
		l.said = st.Text
	}
	if len(st.Guests) > 0 {
		l.call++
		l.again, l.problem = l.met, ""
	}
}

// guest reports whether a record is of one who was asked in, and came.
func (l *live) guest(r timeline.Record) bool {
	return came(r) && slices.ContainsFunc(l.guests, func(g Guest) bool { return g.User == r.UserID })
}

func came(r timeline.Record) bool {
	return r.Kind == timeline.KindLogin || r.Kind == timeline.KindReturn || r.Kind == timeline.KindResume
}

// judge takes up whether a login is the one that is waited for.
func (l *live) judge(r timeline.Record) {
	switch {
	case l.guest(r):
		l.met, l.problem = true, ""
	case r.Kind == timeline.KindLoginRefused:
		l.problem = refusedWords(r)
	case came(r) && len(l.guests) > 0 && r.Note == "": // nobody of the scenario's
		l.problem = strangerWords(r, l.guests)
	}
}

// pulse is what makes Flush draw though nothing came: seconds that are counted down, and
// lanes that grow.
type pulse struct {
	counting, growing atomic.Bool
	second            atomic.Int64
}

// beat draws what only the time has changed. Any goroutine.
func (s *Screen) beat() {
	if s.pulse.counting.Load() {
		if now := s.now().Unix(); s.pulse.second.Swap(now) != now {
			s.feed.add(func() {})
		}
	}
	if s.pulse.growing.Load() {
		s.detail.picture.Flush()
	}
}
