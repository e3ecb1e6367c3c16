package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// visual is how a status shows: colour, sign and word.
func visual(s Status) look.Visual {
	switch s {
	case Waiting:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateWaiting, Word: lang.L("Waiting")}
	case Running:
		return look.Visual{Tone: look.ToneBusy, Icon: look.IconStateBusy, Word: lang.L("Running")}
	case Passed:
		return look.Visual{Tone: look.ToneGood, Icon: look.IconCheck, Word: lang.L("Passed")}
	case Failed:
		return look.Visual{Tone: look.ToneBad, Icon: look.IconFail, Word: lang.L("Failed")}
	case Skipped:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconMinus, Word: lang.L("Not reached")}
	case Stopped:
		return look.Visual{Tone: look.ToneWait, Icon: look.IconStop, Word: lang.L("Stopped")}
	case Broken:
		return look.Visual{Tone: look.ToneBad, Icon: look.IconWarn, Word: lang.L("Could not run")}
	default:
		return look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateOut, Word: lang.L("Not run yet")}
	}
}

func mistakes(n int) look.Visual {
	return look.Visual{Tone: look.ToneBad, Icon: look.IconWarn, Word: lang.XN("mistakes", "{{.N}} mistakes", n, map[string]any{"N": n})}
}

// gradeWord says how well it is known.
func gradeWord(grade string) string {
	switch grade {
	case "V":
		return lang.L("Documented by the vendor")
	case "VC":
		return lang.L("A bug the vendor fixed")
	case "P":
		return lang.L("Seen in other products")
	default:
		return ""
	}
}

// took is how long a step took; what took no time that counts says so.
func took(d time.Duration) string {
	if d <= 0 {
		return "0 ms"
	}
	return look.Span(d)
}

// verdict says in a sentence what came of a run.
func verdict(o *Outcome) string {
	steps, wrong := 0, 0
	for _, s := range o.Steps {
		if s.Status == Passed {
			steps++
		}
	}
	met := 0
	for _, e := range o.Expectations {
		switch e.Status {
		case Passed:
			met++
		case Failed:
			wrong++
		}
	}
	d := map[string]any{
		"Steps": steps, "AllSteps": len(o.Steps), "Met": met, "All": len(o.Expectations), "Wrong": wrong, "Why": o.Error,
	}
	switch o.Status {
	case Passed:
		if words := conduct(o.Deeds); words != "" {
			return words
		}
		return lang.L("It went as expected: {{.Steps}} of {{.AllSteps}} steps done, {{.Met}} of {{.All}} expectations met.", d)
	case Failed:
		if slices.ContainsFunc(o.Deeds, func(d Deed) bool { return d.Weight == Badly }) {
			return conduct(o.Deeds)
		}
		for _, f := range o.Findings {
			if f.Bad {
				d["Why"] = f.Message
				return lang.L("A judge objects: {{.Why}}", d)
			}
		}
		return lang.L("It went otherwise than expected: {{.Steps}} of {{.AllSteps}} steps done, {{.Met}} of {{.All}} expectations met.", d)
	case Stopped:
		return lang.L("It was told to stop before it was over.")
	case Broken:
		return lang.L("It could not be carried out: {{.Why}}", d)
	default:
		return ""
	}
}

// facts are the numbers of a run.
func facts(o *Outcome) string {
	d := map[string]any{"Seed": o.Seed, "Covered": look.Span(o.Covered), "Wall": look.Span(o.Wall), "At": look.ClockSeconds(o.Ended)}
	if o.Virtual {
		return lang.L("{{.At}} · {{.Covered}} of virtual time in {{.Wall}} · seed {{.Seed}}", d)
	}
	return lang.L("{{.At}} · {{.Wall}} · seed {{.Seed}}", d)
}

// terms are what a search asks for; tag:NAME asks for a tag.
func terms(search string) []string { return strings.Fields(strings.ToLower(search)) }

// fits reports whether a scenario has all that is searched for.
func fits(it *Item, terms []string) bool {
	if len(terms) == 0 {
		return true
	}
	tags := slices.Concat(it.Tags, it.tagWords())
	hay := strings.ToLower(it.Name + "\n" + it.Title + "\n" + strings.Join(tags, "\n"))
	for _, t := range terms {
		if strings.HasPrefix(t, "tag:") {
			if !slices.ContainsFunc(tags, func(have string) bool { return strings.EqualFold(tagTerm(have), t) }) {
				return false
			}
			continue
		}
		if !strings.Contains(hay, t) {
			return false
		}
	}
	return true
}

// caret is a line of a file with a mark below the column, as compilers show it.
func caret(p Problem) string {
	return fmt.Sprintf("%s\n%s^", p.Source, strings.Repeat(" ", max(p.Column-1, 0)))
}
