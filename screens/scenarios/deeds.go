package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/timeline"
	"kickbench/client/wire"
	"kickbench/screens/look"
)

// Weight is how well an app under test took a kick.
type Weight int

// The weights.
const (
	Well Weight = iota
	// Doubtful is what a person might have done, but hardly.
	Doubtful
	Badly
)

// Deed is what an app under test did after one kick.
type Deed struct {
	Actor string
	// Type is as what it was kicked.
	Type         wire.KickType
	Acknowledged bool
	AckAfter     time.Duration
	// Back is how it came back: with a UserSig, or with its old session.
	Back      Back
	BackAfter time.Duration
	// Away is how long it stayed away until the run ended, where it did not come back.
	Away time.Duration
	// Refused are the codes of the logins that were refused until then.
	Refused []int
	Weight  Weight
}

// Back is how an app came back after a kick.
type Back int

// The ways back.
const (
	StayedAway Back = iota
	LoggedIn
	Resumed
)

// kickWords names a kick.
func kickWords(t wire.KickType) string {
	switch t {
	case wire.KickMultipleAccount:
		return lang.L("Kicked by another page (multipleAccount)")
	case wire.KickMultipleDevice:
		return lang.L("Kicked by another device (multipleDevice)")
	case wire.KickUserSigExpired:
		return lang.L("Its UserSig ran out (userSigExpired)")
	case wire.KickRESTAPI:
		return lang.L("Kicked by the REST API (REST_API_Kick)")
	default:
		return lang.L("Kicked as {{.Type}}", map[string]any{"Type": t})
	}
}

// acknowledges reports whether the vendor's SDK acknowledges such a kick.
func acknowledges(t wire.KickType) bool { return t != wire.KickRESTAPI && t != wire.KickUserSigExpired }

// sentences say what it did.
func (d Deed) sentences() []string {
	var out []string
	switch {
	case d.Acknowledged:
		out = append(out, lang.L("It acknowledged the kick after {{.After}}.", map[string]any{"After": look.Span(d.AckAfter)}))
	case acknowledges(d.Type):
		out = append(out, lang.L("It did not acknowledge the kick."))
	}
	if n := len(d.Refused); n > 0 {
		var codes []string
		for _, c := range slices.Compact(slices.Sorted(slices.Values(d.Refused))) {
			codes = append(codes, fmt.Sprint(c))
		}
		out = append(out, lang.XN("refused logins", "{{.N}} of its logins were refused ({{.Codes}}).", n, map[string]any{"N": n, "Codes": strings.Join(codes, ", ")}))
	}
	after := map[string]any{"After": look.Span(d.BackAfter), "Away": look.Span(d.Away)}
	switch {
	case d.Back == Resumed:
		out = append(out, lang.L("{{.After}} later it took its old session up again, as if it had not been kicked.", after))
	case d.Back == LoggedIn && d.Weight == Badly && len(d.Refused) == 0:
		out = append(out, lang.L("{{.After}} later it logged in again by itself: nobody was asked.", after))
	case d.Back == LoggedIn && d.Weight == Doubtful:
		out = append(out, lang.L("{{.After}} later it logged in again: hardly a person's decision.", after))
	case d.Back == LoggedIn:
		out = append(out, lang.L("It logged in again {{.After}} later.", after))
	default:
		out = append(out, lang.L("It stayed away for the {{.Away}} that were left.", after))
	}
	return out
}

func deedLine(d Deed) *line {
	l := newLine(kickWords(d.Type))
	v := visual(Passed)
	switch d.Weight {
	case Doubtful:
		v = look.Visual{Tone: look.ToneWait, Icon: look.IconWarn, Word: lang.L("Doubtful")}
	case Badly:
		v = look.Visual{Tone: look.ToneBad, Icon: look.IconFail, Word: lang.L("Bad")}
	default:
		v.Word = lang.L("Good")
	}
	l.glyph.Set(v.Icon, v.Tone.Mark())
	l.end.SetColored(v.Word, v.Tone.Ink())
	ink := look.ColorMuted
	if d.Weight == Badly {
		ink = look.ToneBad.Ink()
	}
	l.tell("", strings.Join(d.sentences(), " "), ink)
	return l
}

// conduct says in a sentence how the app under test took its kicks; "" where none came.
func conduct(deeds []Deed) string {
	if len(deeds) == 0 {
		return ""
	}
	bad, doubtful := 0, 0
	for _, d := range deeds {
		switch d.Weight {
		case Badly:
			bad++
		case Doubtful:
			doubtful++
		}
	}
	if bad == 0 && doubtful > 0 {
		return lang.XN("kicks taken doubtfully", "Your app was kicked {{.N}} times. For {{.Doubtful}} of them it is doubtful whether a person decided to come back.", len(deeds), map[string]any{"N": len(deeds), "Doubtful": doubtful})
	}
	if bad == 0 {
		return lang.XN("kicks taken well", "Your app was kicked {{.N}} times, and each time left it to its user to come back.", len(deeds), map[string]any{"N": len(deeds)})
	}
	return lang.XN("kicks taken badly", "Your app was kicked {{.N}} times and took {{.Bad}} of them badly: see below what it did.", len(deeds), map[string]any{"N": len(deeds), "Bad": bad})
}

// comeWords asks the guests in.
func comeWords(guests []Guest, again bool) string {
	if len(guests) == 1 {
		g := guests[0]
		d := map[string]any{"User": g.User, "Platform": g.Platform}
		switch {
		case again && g.Platform != "":
			return lang.L("Log in again as {{.User}} in your app, on {{.Platform}}", d)
		case again:
			return lang.L("Log in again as {{.User}} in your app", d)
		case g.Platform != "":
			return lang.L("Log in as {{.User}} in your app, on {{.Platform}}", d)
		default:
			return lang.L("Log in as {{.User}} in your app", d)
		}
	}
	var names []string
	for _, g := range guests {
		name := g.Name + ": " + g.User
		if g.Platform != "" {
			name += " (" + g.Platform + ")"
		}
		names = append(names, name)
	}
	return lang.L("Log in with your apps: {{.Who}}", map[string]any{"Who": strings.Join(names, ", ")})
}

func refusedWords(r timeline.Record) string {
	return lang.L("A login of {{.User}} was refused with code {{.Code}}: {{.Why}}", map[string]any{"User": r.UserID, "Code": r.Code, "Why": r.Why})
}

func strangerWords(r timeline.Record, guests []Guest) string {
	var want []string
	for _, g := range guests {
		want = append(want, g.User)
	}
	return lang.L("{{.User}} has logged in, but {{.Want}} is waited for.", map[string]any{"User": r.UserID, "Want": strings.Join(want, ", ")})
}
