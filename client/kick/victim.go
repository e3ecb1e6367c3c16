package kick

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
)

// Victim says which instances go when a platform has one too many. The vendor says
// "in most cases the instance that first entered the login state" and never promises
// it (server-facts 1.4, 9.3), so that an app which relies on it can be tried against
// the other answers. The zero value counts as VictimOldest.
type Victim string

// The choices of a victim.
const (
	// VictimOldest: the earliest login goes.
	VictimOldest Victim = "oldest"
	// VictimNewest: the latest login before the newcomer's goes.
	VictimNewest Victim = "newest"
	// VictimRandom: by lot, which Settings.Seed decides.
	VictimRandom Victim = "random"
)

// Victims are the three choices, the vendor's usual one first.
func Victims() []Victim { return []Victim{VictimOldest, VictimNewest, VictimRandom} }

// ParseVictim reads a choice's name, in any case.
func ParseVictim(s string) (Victim, error) {
	for _, v := range Victims() {
		if strings.EqualFold(s, string(v)) {
			return v, nil
		}
	}
	return "", fmt.Errorf("unknown victim %q (want oldest, newest or random)", s)
}

// String is the choice's name in settings and the console API: "oldest".
func (v Victim) String() string { return string(v.orDefault()) }

// words name one victim, and several, of this choice.
func (v Victim) words() (one, several string) {
	switch v.orDefault() {
	case VictimNewest:
		return "the latest", "the %d latest"
	case VictimRandom:
		return "one drawn by lot", "%d drawn by lot"
	default:
		return "the earliest", "the %d earliest"
	}
}

func (v Victim) orDefault() Victim {
	if v == "" {
		return VictimOldest
	}
	return v
}

// Of are the settings with the lots of one account: two accounts with as many logins
// each do not draw alike.
func (s Settings) Of(userID string) Settings {
	h := fnv.New64a()
	_, _ = h.Write([]byte(userID)) // never fails
	s.Seed ^= h.Sum64()
	return s
}

// choose says who of the candidates, which are indexes of live with the earliest
// login first, goes: n of them, or all where there are fewer.
func (s Settings) choose(candidates []int, n int, newcomer Instance) []int {
	n = min(n, len(candidates))
	switch s.Victim.orDefault() {
	case VictimNewest:
		return candidates[len(candidates)-n:]
	case VictimRandom:
		// A generator of its own for each login: who goes depends on the settings and on
		// this login alone, and on nothing that happened to other users in between.
		lot := rand.New(rand.NewPCG(s.Seed, newcomer.Order))
		drawn := slices.Clone(candidates)
		lot.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
		return drawn[:n]
	default:
		return candidates[:n]
	}
}
