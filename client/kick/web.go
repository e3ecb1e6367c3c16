package kick

import (
	"fmt"
	"strings"

	"kickbench/client/wire"
)

// WebIncludes says what counts as Web. The vendor's pages of different years name
// different kinds of app (scenario-library A0.11). The zero value counts as WebAll.
type WebIncludes string

// The two answers.
const (
	// WebAll: mini programs, and uni-app, React Native and their like, even packed as a
	// native app: today's pages. It is wire.Platform.Group.
	WebAll WebIncludes = "all"
	// WebMini: the pages of 2020, which name mini programs alone.
	WebMini WebIncludes = "mini-programs"
)

// AllWebIncludes are the two, today's first.
func AllWebIncludes() []WebIncludes { return []WebIncludes{WebAll, WebMini} }

// ParseWebIncludes reads an answer's name, in any case.
func ParseWebIncludes(s string) (WebIncludes, error) {
	for _, w := range AllWebIncludes() {
		if strings.EqualFold(s, string(w)) {
			return w, nil
		}
	}
	return "", fmt.Errorf("webIncludes: %q is none of all, mini-programs", s)
}

// String is the answer's name in settings and the console API: "all".
func (w WebIncludes) String() string {
	if w == "" {
		return string(WebAll)
	}
	return string(w)
}

// Group is the platform whose limit and policy p falls under. Under WebMini what is
// packed as a native app counts as Android [INF]: no page of 2020 says what it is, and
// the number it states does not tell an Android phone from an iPhone.
func (w WebIncludes) Group(p wire.Platform) wire.Platform {
	if w == WebMini {
		switch p {
		case wire.PlatformUniApp, wire.PlatformDonut, wire.PlatformHarmonyNS, wire.PlatformReactNative:
			return wire.PlatformAndroid
		}
	}
	return p.Group()
}

// Group is the platform whose limit and policy p falls under.
func (s Settings) Group(p wire.Platform) wire.Platform { return s.WebIncludes.Group(p) }

// together is Policy.Together by what counts as Web here.
func (s Settings) together(a, b wire.Platform) bool {
	return s.Policy.Together(s.Group(a), s.Group(b))
}
