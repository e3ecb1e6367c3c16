package login

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// Cause is what made the server kick.
type Cause int

// The causes.
const (
	// CauseUnknown: a foreign server tells no more than the type.
	CauseUnknown Cause = iota
	// CauseLimit: a login took the place.
	CauseLimit
	// CausePolicy: a login on a platform that may not be online beside this one's.
	CausePolicy
	// CauseByHand: somebody kicked it in the sandbox, in the way Type says. Nobody
	// logged in.
	CauseByHand
	// CauseDefect: a defect that is turned on in the sandbox.
	CauseDefect
)

// Kick is what is known of the end of a session. Fields that are not known stay zero:
// what the sandbox tells, a foreign server does not.
type Kick struct {
	Type  wire.KickType
	Cause Cause
	// At is when the server did it; zero where it is not known, as it may be when Late.
	At time.Time
	// Late: the instance was kicked while its connection was down, and learnt it at Told.
	Late bool
	Told time.Time

	UserID   string
	Platform wire.Platform // of this instance
	Instance string        // this instance's number: "1003"
	// Lived is how long it had been ready when it was kicked.
	Lived time.Duration

	By         wire.Platform // of the instance whose login did it
	ByInstance string        // its number
	// Limit is how many instances the rule allowed there, and Policy the login policy
	// by name, "dual": those of the moment of the kick.
	Limit  int
	Policy string

	// What a report is asked for besides: the app, the server, the session's number in
	// the history and the version of this program.
	SDKAppID uint64
	Server   string
	Session  string
	Version  string
}

// Title says in one line what happened.
func Title(k Kick) string {
	switch k.Cause {
	case CauseByHand:
		return lang.L("You were logged out: this instance was kicked by hand")
	case CauseDefect:
		return lang.L("You were logged out: a defect of the sandbox kicked this instance")
	}
	switch k.Type {
	case wire.KickMultipleAccount:
		return lang.L("You were logged out: this account logged in on another page")
	case wire.KickMultipleDevice:
		return lang.L("You were logged out: this account logged in on another device")
	case wire.KickUserSigExpired:
		return lang.L("You were logged out: the UserSig has expired")
	case wire.KickRESTAPI:
		return lang.L("You were logged out: the app's server ended this account's sessions")
	default:
		return lang.L("You were logged out by the server")
	}
}

// Story says who did it, when, and what it ended; names and times are marked for
// look.Prose.
func Story(k Kick) string {
	parts := []string{k.cause()}
	if k.Lived > 0 {
		d := map[string]any{"Instance": look.Mono(number(k.Instance)), "Lived": look.Duration(k.Lived)}
		if k.Instance != "" {
			parts = append(parts, lang.L("This instance ({{.Instance}}) had been ready for {{.Lived}}.", d))
		} else {
			parts = append(parts, lang.L("This instance had been ready for {{.Lived}}.", d))
		}
	}
	switch {
	case k.Late && k.Told.IsZero():
		parts = append(parts, lang.L("Its connection was down at the time; it was told on its return."))
	case k.Late:
		parts = append(parts, lang.L("Its connection was down at the time; it was told on its return, at {{.Told}}.",
			map[string]any{"Told": look.Mono(look.Clock(k.Told))}))
	}
	story := parts[0]
	for _, next := range parts[1:] { // Chinese sets no space between sentences
		story = lang.X("sentences", "{{.First}} {{.Next}}", map[string]any{"First": story, "Next": next})
	}
	return story
}

func (k Kick) cause() string {
	by := look.Bold(lang.L("Another instance"))
	switch {
	case k.By != wire.PlatformUnknown && k.ByInstance != "":
		by = look.Bold(k.By.Label()) + " " + look.Mono(number(k.ByInstance))
	case k.By != wire.PlatformUnknown:
		by = look.Bold(k.By.Label())
	}
	d := map[string]any{
		"By": by, "At": look.Mono(look.Clock(k.At)), "User": look.Bold(k.UserID),
		"Platform": k.Platform.Group().Label(), "Limit": k.Limit,
	}
	switch {
	case k.At.IsZero():
		return k.causeAtNoKnownTime(d)
	case k.Cause == CauseByHand:
		return lang.L("Somebody kicked it in the sandbox at {{.At}}; nobody else logged in.", d)
	case k.Cause == CauseDefect:
		return lang.L("A defect that is turned on in the sandbox did it at {{.At}}.", d)
	}
	switch k.Type {
	case wire.KickMultipleAccount, wire.KickMultipleDevice:
		switch {
		case k.Cause == CausePolicy, k.Cause == CauseUnknown && k.Type == wire.KickMultipleDevice:
			return lang.L("{{.By}} logged in as {{.User}} at {{.At}}, and the login policy lets only one of the two stay.", d)
		case k.Limit == 1:
			return lang.L("{{.By}} logged in at {{.At}} and took the only {{.Platform}} place of {{.User}}.", d)
		case k.Limit > 1:
			return lang.L("{{.By}} logged in at {{.At}}, one more than the {{.Limit}} {{.Platform}} places of {{.User}}.", d)
		default:
			return lang.L("{{.By}} logged in as {{.User}} at {{.At}}.", d)
		}
	case wire.KickUserSigExpired:
		return lang.L("The UserSig of {{.User}} ran out; the server said so at {{.At}}. A new one is needed to log in again.", d)
	case wire.KickRESTAPI:
		return lang.L("The REST API was called for {{.User}} at {{.At}}: all its instances are logged out, and UserSigs made before no longer work.", d)
	default:
		return lang.L("The server ended the session of {{.User}} at {{.At}}.", d)
	}
}

// causeAtNoKnownTime is for a kick learnt late from a server that does not say when it
// was: the time of the telling would be a wrong one.
func (k Kick) causeAtNoKnownTime(d map[string]any) string {
	switch k.Type {
	case wire.KickMultipleAccount, wire.KickMultipleDevice:
		return lang.L("{{.By}} logged in as {{.User}}.", d)
	case wire.KickRESTAPI:
		return lang.L("The REST API was called for {{.User}}: all its instances are logged out, and UserSigs made before no longer work.", d)
	default:
		return lang.L("The server ended the session of {{.User}}.", d)
	}
}

func number(instance string) string { return "#" + instance }

// Technical is the line for testers: the vendor's names, untranslated.
func Technical(k Kick) string {
	parts := []string{"KICKED_OUT", string(k.Type)}
	var rule []string
	if k.Limit > 0 {
		rule = append(rule, fmt.Sprintf("limit %d", k.Limit))
	}
	if k.Policy != "" {
		rule = append(rule, "policy "+k.Policy)
	}
	switch k.Cause {
	case CauseByHand:
		rule = append(rule, "by the console")
	case CauseDefect:
		rule = append(rule, "by a defect")
	}
	if k.Late {
		rule = append(rule, "late") // with limit and policy there is room for no more
	}
	if len(rule) > 0 {
		parts = append(parts, strings.Join(rule, ", "))
	}
	return strings.Join(parts, " · ")
}

// Report is what "Copy report" copies: English in every language, since it goes into
// bug trackers, and without any secret.
func Report(k Kick) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-12s%s\n", name, value)
		}
	}
	fmt.Fprintf(&b, "KICKED_OUT %s\n%s\n", k.Type, headline(k))
	const stamp = "2006-01-02T15:04:05.000Z07:00"
	if !k.At.IsZero() {
		line("at", k.At.Format(stamp))
	}
	line("server", k.Server)
	if k.SDKAppID != 0 {
		line("SDKAppID", fmt.Sprint(k.SDKAppID))
	}
	line("user", k.UserID)
	line("instance", strings.TrimSpace(k.Platform.Label()+" "+optional(number, k.Instance)))
	if k.Lived > 0 {
		line("ready for", k.Lived.Round(time.Millisecond).String())
	}
	if k.By != wire.PlatformUnknown {
		line("kicked by", strings.TrimSpace(k.By.Label()+" "+optional(number, k.ByInstance)))
	}
	if k.Limit > 0 {
		line("limit", fmt.Sprint(k.Limit))
	}
	line("policy", k.Policy)
	switch k.Cause {
	case CauseByHand:
		line("cause", "the sandbox's console; nobody logged in")
	case CauseDefect:
		line("cause", "a defect of the sandbox")
	}
	if k.Late {
		told := ""
		if !k.Told.IsZero() {
			told = ", at " + k.Told.Format(stamp)
		}
		line("learnt", "late, after the connection was back"+told)
	}
	line("history", optional(func(s string) string { return "session " + s }, k.Session))
	line("kickbench", k.Version)
	return b.String()
}

// headline is the report's Title: English, whatever the window speaks.
func headline(k Kick) string {
	switch {
	case k.Cause == CauseByHand:
		return "This instance was kicked by hand, in the sandbox."
	case k.Cause == CauseDefect:
		return "A defect of the sandbox kicked this instance."
	}
	switch k.Type {
	case wire.KickMultipleAccount:
		return "This account logged in on another page."
	case wire.KickMultipleDevice:
		return "This account logged in on another device."
	case wire.KickUserSigExpired:
		return "The UserSig has expired."
	case wire.KickRESTAPI:
		return "The app's server ended this account's sessions."
	default:
		return "The server logged this instance out."
	}
}

func optional(f func(string) string, s string) string {
	if s == "" {
		return ""
	}
	return f(s)
}
