package scenario

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kickbench/client"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// Duration is a length of time: 90s, 5m, 1h30m, 180d.
type Duration time.Duration

func (d *Duration) parse(text string) error {
	v, err := sandbox.ParseDuration(text)
	if err == nil && v < 0 {
		err = fmt.Errorf("%q is negative", text)
	}
	*d = Duration(v)
	return err
}

// String writes it as it is read.
func (d Duration) String() string { return sandbox.FormatDuration(time.Duration(d)) }

// Count says how often: 3, ">=3", "<=2", "2..4". The zero value is "at least once".
type Count struct {
	Set      bool
	Min, Max int // Max below zero: no bound
}

var countForm = regexp.MustCompile(`^(>=|<=)?\s*(\d{1,9})(?:\s*\.\.\s*(\d{1,9}))?$`)

func (c *Count) parse(text string) error {
	m := countForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || m[1] != "" && m[3] != "" {
		return fmt.Errorf("%q says not how often (write 3, \">=3\", \"<=2\" or \"2..4\")", text)
	}
	n, _ := strconv.Atoi(m[2])
	*c = Count{Set: true, Min: n, Max: n}
	switch {
	case m[1] == ">=":
		c.Max = -1
	case m[1] == "<=":
		c.Min = 0
	case m[3] != "":
		c.Max, _ = strconv.Atoi(m[3])
		if c.Max < c.Min {
			return fmt.Errorf("%q ends before it begins", text)
		}
	}
	return nil
}

func (c Count) orOnce() Count {
	if !c.Set {
		return Count{Min: 1, Max: -1}
	}
	return c
}

func (c Count) holds(n int) bool { return n >= c.Min && (c.Max < 0 || n <= c.Max) }

// String says it in words.
func (c Count) String() string {
	switch {
	case !c.Set:
		return "at least once"
	case c.Max < 0:
		return "at least " + times(c.Min)
	case c.Min == c.Max && c.Min == 0:
		return "never"
	case c.Min == c.Max:
		return "exactly " + times(c.Min)
	case c.Min == 0:
		return "at most " + times(c.Max)
	default:
		return fmt.Sprintf("%d to %d times", c.Min, c.Max)
	}
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

// Platform is a platform by its name in settings: web, android, wechat-mini.
type Platform wire.Platform

func (p *Platform) parse(text string) error {
	v, err := wire.ParsePlatform(text)
	*p = Platform(v)
	if err != nil {
		return unknown("platform", text, Platform(0).words())
	}
	return nil
}

// String is the platform's name in settings.
func (p Platform) String() string { return wire.Platform(p).String() }

func (Platform) words() []string {
	out := []string{}
	for n := range 101 {
		if s := wire.Platform(n).String(); !strings.HasPrefix(s, "platform-") {
			out = append(out, s)
		}
	}
	return out
}

// UserSig says which UserSig a login uses: a fresh one that lives so long, or one of
// the words: "previous", the one this actor used last; "expired", one that ran out
// a minute ago; "forged", one signed with another key; "other", another user's.
type UserSig struct {
	Word string
	Life Duration
}

func (s *UserSig) parse(text string) error {
	if slices.Contains(s.words(), text) {
		s.Word = text
		return nil
	}
	if err := s.Life.parse(text); err != nil || s.Life < Duration(time.Second) {
		return unknown("UserSig", text, s.words())
	}
	return nil
}

func (UserSig) words() []string { return []string{"previous", "expired", "forged", "other"} }

// Words that mean one of a list.
type (
	// Policy is kick.Policy's name.
	Policy string
	// Victim is kick.Victim's name.
	Victim string
	// OfflineKick and Reconnect are sandbox.LoginRules'.
	OfflineKick string
	Reconnect   string
	// WebIncludes is kick.WebIncludes' name.
	WebIncludes string
	// WebhookVariant is sandbox.WebhookVariant's name.
	WebhookVariant string
	// Defect is sandbox.Defect's name.
	Defect string
	// KickType is `data.type` of KICKED_OUT.
	KickType string
	// EventName is one of the vendor's names of an event, or its constant.
	EventName string
	// RecordKind is sandbox.Kind's name.
	RecordKind string
	// Command is a servcmd.
	Command string
	// StateName is client.State's name.
	StateName string
	// Clock is virtual or real; empty: virtual where no foreign actor takes part.
	Clock string
	// Grade says how well the scenario is known: V, VC or P.
	Grade string
	// Reaction is what an actor does by itself when it is kicked.
	Reaction string
	// Method is a call of the SDK.
	Method string
	// Direction is up, from the client, or down.
	Direction string
)

func (Policy) words() []string {
	out := []string{}
	for _, p := range kick.Policies() {
		out = append(out, string(p))
	}
	return out
}

func (Victim) words() []string {
	out := []string{}
	for _, v := range kick.Victims() {
		out = append(out, string(v))
	}
	return out
}

func (OfflineKick) words() []string {
	return []string{string(sandbox.OfflineTold), string(sandbox.OfflineSilent), string(sandbox.Offline6208)}
}

func (Reconnect) words() []string {
	return []string{string(sandbox.ReconnectKicks), string(sandbox.ReconnectYields)}
}

func (WebIncludes) words() []string {
	out := []string{}
	for _, w := range kick.AllWebIncludes() {
		out = append(out, string(w))
	}
	return out
}

func (WebhookVariant) words() []string {
	return []string{string(sandbox.WebhookCurrent), string(sandbox.WebhookBefore2140)}
}

func (Defect) words() []string {
	out := []string{}
	for _, d := range sandbox.DefectTable() {
		out = append(out, string(d.Name))
	}
	return out
}

func (KickType) words() []string {
	return []string{
		string(wire.KickMultipleAccount), string(wire.KickMultipleDevice),
		string(wire.KickUserSigExpired), string(wire.KickRESTAPI),
	}
}

// events are one of each of the client's types.
var events = []client.Event{
	client.SDKReady{},
	client.SDKNotReady{},
	client.SDKDestroy{},
	client.KickedOut{},
	client.NetStateChange{},
	client.ErrorEvent{},
	client.StateChange{},
	client.MessageReceived{},
	client.MessageRevoked{},
	client.MessageReadByPeer{},
	client.ConversationListUpdated{},
	client.GroupListUpdated{},
	client.ProfileUpdated{},
	client.BlacklistUpdated{},
}

func (EventName) words() []string {
	out := []string{}
	for _, e := range events {
		out = append(out, e.EventName())
	}
	for _, e := range events {
		out = append(out, e.EventConst())
	}
	return out
}

// name is the vendor's name, also of a constant.
func (n EventName) name() string {
	for _, e := range events {
		if string(n) == e.EventConst() {
			return e.EventName()
		}
	}
	return string(n)
}

func (RecordKind) words() []string {
	out := []string{}
	for _, k := range []sandbox.Kind{
		sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume, sandbox.KindLoginRefused, sandbox.KindKick,
		sandbox.KindKickTold, sandbox.KindKickAck, sandbox.KindKickAfter, sandbox.KindKickWar, sandbox.KindClone,
		sandbox.KindLogout, sandbox.KindClosed, sandbox.KindDisconnect, sandbox.KindGone, sandbox.KindCut,
		sandbox.KindExpiry, sandbox.KindExpiryTold, sandbox.KindRESTKick, sandbox.KindAccountImported,
		sandbox.KindAccountDeleted, sandbox.KindRESTMessage, sandbox.KindWebhook, sandbox.KindWebhookFailed,
		sandbox.KindWebhookLost, sandbox.KindSettings, sandbox.KindSettingsApplied, sandbox.KindState,
		sandbox.KindClock, sandbox.KindMalformed, sandbox.KindSlow, sandbox.KindFaultSet, sandbox.KindFaultCleared,
		sandbox.KindFault, sandbox.KindDefects, sandbox.KindDefect, sandbox.KindChatDropped,
	} {
		out = append(out, string(k))
	}
	return out
}

func (StateName) words() []string {
	out := []string{}
	for s := client.Idle; s <= client.Destroyed; s++ {
		out = append(out, s.String())
	}
	return out
}

func (Clock) words() []string     { return []string{"virtual", "real"} }
func (Grade) words() []string     { return []string{"V", "VC", "P"} }
func (Reaction) words() []string  { return []string{"login", "logout", "destroy"} }
func (Direction) words() []string { return []string{"up", "down"} }
func (Method) words() []string    { return slices.Sorted(maps.Keys(methods)) }

// unknownWord is a word that is none of a list.
type unknownWord struct {
	message, suggestion string
}

func (u *unknownWord) Error() string { return u.message }

// maxListed is how many words an error names; the schema has them all.
const maxListed = 12

func unknown(what, word string, known []string) error {
	u := &unknownWord{suggestion: nearest(word, known)}
	u.message = fmt.Sprintf("no %s is called %q", what, word)
	switch {
	case len(known) == 0:
		u.message += ", there is none"
	case len(known) <= maxListed:
		u.message += ", there are " + strings.Join(known, ", ")
	}
	return u
}

// commands are short names of the commands of a session.
var commands = map[string]string{
	"login": wire.CmdLogin, "logout": wire.CmdLogout, "hello": wire.CmdHello,
	"alive": wire.CmdAlive, "push": wire.CmdPush, "report": wire.CmdReport,
}

func (c *Command) parse(text string) error {
	if full, ok := commands[text]; ok {
		*c = Command(full)
		return nil
	}
	if !strings.Contains(text, ".") {
		return unknown("command", text, slices.Sorted(maps.Keys(commands)))
	}
	*c = Command(text)
	return nil
}
