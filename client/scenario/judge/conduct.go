package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// How soon a login after a kick is nobody's decision. An app has to ask its user
// first, or the two instances throw each other out for ever (scenario-library S1 and
// A0.8); a person who reads a sentence and clicks takes longer than the first, and
// usually than the second.
const (
	surelyByItself   = time.Second
	probablyByItself = 5 * time.Second
)

// Deed is what the app under test did after one kick.
type Deed struct {
	// Actor is whose, Seq the kick's record, Type as what it was told.
	Actor string        `json:"actor"`
	Seq   uint64        `json:"seq"`
	At    time.Time     `json:"at"`
	Type  wire.KickType `json:"type"`
	// Acknowledged is whether it said that it knows, and how long after. The vendor's SDK
	// acknowledges neither a REST kick nor an expiry.
	Acknowledged bool         `json:"acknowledged"`
	AckAfter     run.Duration `json:"ackAfter,omitzero"`
	// Back is how it came back: "returned" with a UserSig, "resumed" with its old key, ""
	// if it did not; BackAfter how long after the kick.
	Back      string       `json:"back,omitzero"`
	BackAfter run.Duration `json:"backAfter,omitzero"`
	// Refused are the logins of its page that were refused until it was in again.
	Refused []int `json:"refused,omitzero"`
	// Away is how long it stayed away until the ledger ends, where it did not come back.
	Away run.Duration `json:"away,omitzero"`
}

// Deeds are what foreign actors did after each of their kicks, and after each expiry of
// their UserSig, in order. It is the ledger's account of it: what the app showed its user
// nobody here can see. A page that was loaded anew is the app's as well (pursuit).
func Deeds(r run.Result) []Deed {
	p := pursuit{who: ownersOf(&r), seen: map[string]bool{}, left: map[string]departure{}}
	for i := range r.Ledger {
		p.record(&r.Ledger[i])
	}
	out := make([]Deed, len(p.all))
	for i, d := range p.all {
		if d.Back == "" {
			d.Away = run.Duration(r.Ledger[len(r.Ledger)-1].Time.Sub(d.At))
		}
		out[i] = d.Deed
	}
	return slices.Clip(out)
}

// Observe judges the deeds. An app that asks its user before it comes back, or stays
// away, is told of as information.
func Observe(r run.Result) []run.Finding {
	var out []run.Finding
	for _, d := range Deeds(r) {
		f := run.Finding{Judge: Conduct, Severity: run.SeverityInfo, Actor: d.Actor, At: d.At}
		after := time.Duration(d.BackAfter)
		var what string
		switch {
		case d.Back == "resumed":
			f.Severity, what = run.SeverityError, fmt.Sprintf("took its old session up again %s later, as if it had not been kicked", short(after))
		case d.Back != "" && d.Type == wire.KickUserSigExpired: // with a new UserSig: as it should
			what = fmt.Sprintf("logged in again %s later", short(after))
		case d.Back != "" && after < surelyByItself:
			f.Severity, what = run.SeverityError, fmt.Sprintf("logged in again by itself %s later: nobody was asked", short(after))
		case d.Back != "" && after < probablyByItself:
			f.Severity, what = run.SeverityWarning, fmt.Sprintf("logged in again %s later: hardly somebody's decision", short(after))
		case d.Back != "":
			what = fmt.Sprintf("logged in again %s later", short(after))
		default:
			what = "stayed away for the " + short(time.Duration(d.Away)) + " left"
		}
		if n := len(d.Refused); n > 0 {
			// 70052: the REST kick made its UserSig invalid, which only an app tries again
			// that does not look at the reason.
			f.Severity = run.SeverityError
			what += fmt.Sprintf(", and had %s refused (%s) first", times(n, "login"), codes(d.Refused))
			if d.Back == "" {
				what = strings.TrimSuffix(what, " first")
			}
		}
		ack := "did not acknowledge it"
		switch {
		case d.Acknowledged:
			ack = "acknowledged it"
		case d.Type == wire.KickRESTAPI || d.Type == wire.KickUserSigExpired:
			ack = "" // as the vendor's SDK
		}
		if ack != "" {
			what = ack + " and " + what
		}
		f.Message = fmt.Sprintf("Kicked as %s, it %s.", d.Type, what)
		out = append(out, f)
	}
	return out
}

func times(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func codes(all []int) string {
	var parts []string
	seen := map[int]bool{}
	for _, c := range all {
		if !seen[c] {
			seen[c] = true
			parts = append(parts, fmt.Sprint(c))
		}
	}
	return strings.Join(parts, ", ")
}
