package judge

import (
	"slices"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
)

// owners know whose an instance and a page are. An app that reloads its page on a kick
// is another instance with another ID each time, and still the same app: whoever asks
// what an app did asks for its actor.
type owners struct {
	r     *run.Result
	insts map[uint64]int // index of Actors
	pages map[string]int
}

func ownersOf(r *run.Result) owners {
	o := owners{r, map[uint64]int{}, map[string]int{}}
	for i, a := range r.Actors {
		for _, inst := range a.InstIDs {
			if _, there := o.insts[inst]; !there { // as Result.ActorOf
				o.insts[inst] = i
			}
		}
		for _, page := range append(slices.Clone(a.InstanceIDs), a.InstanceID) {
			if _, there := o.pages[page]; !there && page != "" {
				o.pages[page] = i
			}
		}
	}
	return o
}

// of is whose an instance is: by its number, else by its page, since two actors may have
// one page ID.
func (o owners) of(inst uint64, page string) (a run.Actor, ok bool) {
	i, ok := o.insts[inst]
	if !ok || inst == 0 {
		i, ok = o.pages[page]
	}
	if !ok {
		return run.Actor{}, false
	}
	return o.r.Actors[i], true
}

// enters reports whether a record is of an instance that came in.
func enters(k sandbox.Kind) bool {
	return k == sandbox.KindLogin || k == sandbox.KindReturn || k == sandbox.KindResume
}

// actorPage is the page ID that all of an actor's pages have in byActor. No page's own
// begins so.
const actorPage = "actor\x00"

// byActor is the ledger with one page ID for all pages of an actor.

func byActor(r *run.Result, who owners) []sandbox.Record {
	out := make([]sandbox.Record, 0, len(r.Ledger))
	for _, rec := range r.Ledger {
		if a, ok := who.of(rec.InstID, rec.InstanceID); ok {
			// By when a page left the sandbox guesses which one was loaded in its place: who
			// knows need not guess, and one actor is no other's heir.
			if rec.Kind == sandbox.KindKickAfter {
				continue
			}
			rec.InstanceID = actorPage + a.Name
		}
		out = append(out, rec)
	}
	return out
}
