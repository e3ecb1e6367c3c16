package scenario

import "time"

// Turn is what a step means to whoever sits before the app under test.
type Turn struct {
	// LogIn are the foreign actors that have to be online before it is over.
	LogIn []Actor
	// Watch says that it looks at what a foreign actor does by itself after a kick: hands
	// off.
	Watch bool
	// Within is how long it waits at most in real time; 0 where it waits for nothing.
	Within time.Duration
}

// Turns are those of the steps of Plan, by their Index.
func (s *Scenario) Turns() []Turn {
	nodes := flat(planOf(s))
	turns := make([]Turn, len(nodes))
	for i, n := range nodes {
		turns[i] = s.turnOf(n.def)
	}
	return turns
}

func (s *Scenario) turnOf(d Step) (t Turn) {
	switch {
	case d.Wait != nil:
		t.Within = time.Duration(*d.Wait)
	case d.WaitFor != nil:
		t.LogIn = s.foreignOf(d.WaitFor.Online)
		t.Within = d.WaitFor.patience(usualWaitFor)
		if k := d.WaitFor.AfterKick; k != nil {
			t.Watch = len(s.foreignOf(&ActorRefs{k.On})) > 0
		}
	case d.Expect != nil:
		for _, e := range d.Expect {
			if e.Within != nil {
				t.Within += time.Duration(*e.Within)
			}
			if e.For != nil {
				t.Within += time.Duration(*e.For)
			}
			if k := e.AfterKick; k != nil {
				t.Watch = t.Watch || len(s.foreignOf(&ActorRefs{k.On})) > 0
				if k.AwayFor != nil && e.Within == nil {
					t.Within += time.Duration(*k.AwayFor)
				}
			}
		}
	}
	return t
}

// foreignOf are the foreign ones among those named; nil names nobody.
func (s *Scenario) foreignOf(who *ActorRefs) []Actor {
	if who == nil {
		return nil
	}
	var out []Actor
	for _, name := range *who {
		for _, a := range s.Actors {
			if a.Foreign && a.Name == string(name) {
				out = append(out, a)
			}
		}
	}
	return out
}

// patience is how long to wait at most until it is so, where the file says nothing else.
func (e Expectation) patience(usual time.Duration) time.Duration {
	within := usual
	if e.Within != nil {
		within = time.Duration(*e.Within)
	}
	if e.AfterKick != nil && e.AfterKick.AwayFor != nil {
		within = max(within, time.Duration(*e.AfterKick.AwayFor)+time.Second)
	}
	if e.Never != nil && e.Within == nil {
		return 0
	}
	return within
}

// watched is how long it is looked at although it is so already: the whole of within for
// what something later can undo. A kick that may come once a minute has not come twice only
// when the minute is over. A waitFor goes on as soon as it is so, but for what is so
// from the start: that it would never see.
func (e Expectation) watched(waitFor bool) time.Duration {
	least, bounded := e.bounds()
	if e.Within == nil || !bounded || waitFor && least > 0 {
		return 0
	}
	return time.Duration(*e.Within)
}

// bounds says how much has to come at least, and whether there can be too much of it.
func (e Expectation) bounds() (least int, bounded bool) {
	of := func(c Count) (int, bool) { return c.orOnce().Min, c.orOnce().Max >= 0 }
	switch {
	case e.Event != nil:
		return of(e.Event.Times)
	case e.Never != nil:
		return 0, true
	case e.Order != nil:
		return len(e.Order.Names), true
	case e.Ledger != nil:
		return of(e.Ledger.Times)
	case e.AfterKick != nil:
		if r := e.AfterKick.Returns; r.Set && r.Max >= 0 {
			return r.Min, true
		}
		return 0, e.AfterKick.Acknowledged != nil && !*e.AfterKick.Acknowledged
	case e.War != nil:
		return of(e.War.Rounds)
	case e.Frame != nil:
		return of(e.Frame.Times)
	case e.Webhook != nil:
		return of(e.Webhook.Times)
	}
	return 0, false // online and state are of a moment: within says by when
}
