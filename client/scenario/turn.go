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
	if e.Never != nil {
		return 0
	}
	return within
}
