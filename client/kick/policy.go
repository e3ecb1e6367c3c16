package kick

import (
	"fmt"
	"strings"

	"kickbench/client/wire"
)

// Policy says which platforms a user may be logged in on at the same time
// (server-facts 1.1). The zero value counts as PolicyDual, the vendor's default.
type Policy string

// The four policies of the vendor's console.
const (
	// PolicySingle: one platform at a time, whichever.
	PolicySingle Policy = "single"
	// PolicyDual: one of Android, iPhone, iPad, Windows, Mac, Linux, beside Web.
	PolicyDual Policy = "dual"
	// PolicyTriple: one of Android, iPhone, iPad and one of Windows, Mac, Linux,
	// beside Web.
	PolicyTriple Policy = "triple"
	// PolicyMulti: every platform beside every other.
	PolicyMulti Policy = "multi"
)

// Policies are the four, from the strictest to the most tolerant.
func Policies() []Policy {
	return []Policy{PolicySingle, PolicyDual, PolicyTriple, PolicyMulti}
}

// ParsePolicy reads a policy's name, in any case.
func ParsePolicy(s string) (Policy, error) {
	for _, p := range Policies() {
		if strings.EqualFold(s, string(p)) {
			return p, nil
		}
	}
	return "", fmt.Errorf("unknown policy %q (want single, dual, triple or multi)", s)
}

// String is the policy's name in settings and the console API: "dual".
func (p Policy) String() string { return string(p.orDefault()) }

// Words says what the policy allows, as the second half of a sentence: "allows one
// platform at a time".
func (p Policy) Words() string {
	switch p.orDefault() {
	case PolicySingle:
		return "allows one platform at a time"
	case PolicyDual:
		return "allows one of Android, iPhone, iPad, Windows, Mac and Linux beside Web"
	case PolicyTriple:
		return "allows one of Android, iPhone and iPad and one of Windows, Mac and Linux beside Web"
	case PolicyMulti:
		return "allows every platform beside every other"
	default:
		return "is not known and treated as dual"
	}
}

// Together reports whether instances on a and b may be online at the same time. Two
// instances of one group always may: how many of them is the instance limit's affair.
func (p Policy) Together(a, b wire.Platform) bool {
	a, b = a.Group(), b.Group()
	if a == b {
		return true
	}
	switch p.orDefault() {
	case PolicyMulti:
		return true
	case PolicyTriple:
		return kindOf(a) != kindOf(b)
	case PolicySingle:
		return false
	default: // dual
		return a.IsWeb() || b.IsWeb()
	}
}

func (p Policy) orDefault() Policy {
	if p == "" {
		return PolicyDual
	}
	return p
}

// kind is the column of a platform under the triple policy.
type kind int

const (
	kindWeb kind = iota
	kindMobile
	kindDesktop
)

// kindOf puts Linux with Windows and Mac [INF]: the console page that sets instance
// limits lists Linux among them, the policy table leaves it out (server-facts 9.5).
func kindOf(group wire.Platform) kind {
	switch group {
	case wire.PlatformAndroid, wire.PlatformIPhone, wire.PlatformIPad:
		return kindMobile
	case wire.PlatformWindows, wire.PlatformMac, wire.PlatformLinux:
		return kindDesktop
	default:
		return kindWeb
	}
}
