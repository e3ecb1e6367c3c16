package kick

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"kickbench/client/wire"
)

// Settings are an app's login settings. The zero value is valid and means
// DefaultSettings.
type Settings struct {
	Policy Policy
	// Instances is how many instances each platform may have at once. Its keys are
	// wire.LoginPlatforms; a key left out means 1.
	Instances map[wire.Platform]int
	// Victim says who goes when a platform has one too many.
	Victim Victim
	// Seed decides VictimRandom's lots: the same settings and the same login, the same
	// victims.
	Seed uint64
	// WebIncludes says what counts as Web.
	WebIncludes WebIncludes
}

// DefaultSettings are those of an app nobody has configured: dual policy, one
// instance on each platform (server-facts 1.1, 1.2).
func DefaultSettings() Settings {
	s := Settings{Policy: PolicyDual, Instances: map[wire.Platform]int{}}
	for _, p := range wire.LoginPlatforms() {
		s.Instances[p] = 1
	}
	return s
}

// MaxInstances is the highest limit the vendor's console offers for p: 10 for all
// that counts as Web, 3 for others (server-facts 1.2).
func MaxInstances(p wire.Platform) int {
	if p.IsWeb() {
		return 10
	}
	return 3
}

// Limit is how many instances of p's group may be online at once; at least 1, since
// a login is never refused.
func (s Settings) Limit(p wire.Platform) int {
	return max(1, s.Instances[s.Group(p)])
}

// Validate reports every setting the vendor's console would not take, each with its
// key and value.
func (s Settings) Validate() error {
	var errs []error
	if s.Policy != "" {
		if !slices.Contains(Policies(), s.Policy) {
			errs = append(errs, fmt.Errorf("policy %q is none of single, dual, triple, multi", string(s.Policy)))
		}
	}
	if s.Victim != "" && !slices.Contains(Victims(), s.Victim) {
		errs = append(errs, fmt.Errorf("victim %q is none of oldest, newest, random", string(s.Victim)))
	}
	if s.WebIncludes != "" && !slices.Contains(AllWebIncludes(), s.WebIncludes) {
		errs = append(errs, fmt.Errorf("webIncludes %q is none of all, mini-programs", string(s.WebIncludes)))
	}
	for _, p := range slices.Sorted(maps.Keys(s.Instances)) {
		n := s.Instances[p]
		switch {
		case !slices.Contains(wire.LoginPlatforms(), p):
			errs = append(errs, fmt.Errorf("instances: %s = %d: no limit of its own, it counts as %s", p, n, s.Group(p)))
		case n < 1 || n > MaxInstances(p):
			errs = append(errs, fmt.Errorf("instances: %s = %d, want 1 to %d", p, n, MaxInstances(p)))
		}
	}
	return errors.Join(errs...)
}
