package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
)

//go:embed page/page.html
var pageHTML string

//go:embed page/page.css
var pageCSS []byte

//go:embed page/page.js
var pageJS []byte

// page is what the template is given.
type page struct {
	look
	Title, Words, Version, Foot string
	Runs                        []pageRun
	language                    Language
}

// look is how a verdict is shown: never by colour alone.
type look struct{ Tone, Glyph, Verdict string }

func lookOf(v run.Verdict) look {
	switch v {
	case run.Passed:
		return look{"good", "✓", "passed"}
	case run.Failed:
		return look{"bad", "✗", "failed"}
	case run.Skipped:
		return look{"quiet", "–", "skipped"}
	case run.Cancelled:
		return look{"wait", "■", "cancelled"}
	case run.Broken:
		return look{"wait", "!", "could not be run"}
	default:
		return look{"quiet", "?", string(v)}
	}
}

func severityLook(s run.Severity) look {
	switch s {
	case run.SeverityError:
		return look{"bad", "✗", "fault"}
	case run.SeverityWarning:
		return look{"wait", "!", "warning"}
	default:
		return look{"quiet", "i", "note"}
	}
}

type pageRun struct {
	look
	ID, Name, Title, Proves string
	Open                    bool
	Sentence, Errored       string
	Faults                  []string
	Facts                   []fact
	Picture                 template.HTML
	Expectations            []pageExpectation
	Steps                   []pageStep
	Judges                  []pageJudge
	Actors                  []run.Actor
	Oracle                  []pageRow
	Wars                    []pageWar
	Deeds                   []pageDeed
	Log                     []logRow
	Layers                  []layer
	// What the page has no room for, in words; "" where it has all.
	LeftOut, OracleLeftOut, StepsLeftOut, DeedsLeftOut string
}

type fact struct {
	Name, Text string
	Mono       bool
	Links      []string
}

type pageExpectation struct {
	look
	run.Expectation
}

type pageStep struct {
	look
	Text, Message, At string
	Line              int
	Before            []string
}

type pageJudge struct {
	look
	Name, Says string
	Findings   []pageFinding
}

type pageFinding struct {
	look
	Text string
}

type pageRow struct {
	look
	Seq                     uint64
	What, Rules             string
	Faults                  []string
	Online, Predicted, Seen string
}

type pageWar struct {
	Between     [2]string
	Rounds      int
	Period      string
	Grows, Over string
	Answers     string
}

type pageDeed struct {
	Actor     string
	Seq       uint64
	Type      string
	Ack, Back string
}

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// writeHTML writes one page that needs nothing but itself: no network (its content
// security policy forbids it), no font, no file beside it. Without scripts everything
// is there and to be read; a script adds search, filters and the choice of colours.
func writeHTML(w io.Writer, runs []run.Result, l Language) error {
	var b bytes.Buffer
	p := pageOf(runs, l)
	p.say()
	if err := pageTemplate.Execute(&b, p); err != nil {
		return err
	}
	policy := fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hashOf(pageCSS), hashOf(pageJS))
	doc := b.Bytes()
	// The first of each is the template's: what runs say comes after, and escaped.
	for _, part := range []struct {
		mark string
		with []byte
	}{{"KICKBENCH-POLICY", []byte(policy)}, {"KICKBENCH-STYLE", pageCSS}} {
		doc = bytes.Replace(doc, []byte(part.mark), part.with, 1)
	}
	// The script is last, and so is its mark.
	mark := []byte("<script>KICKBENCH-SCRIPT</script>")
	i := bytes.LastIndex(doc, mark)
	doc = append(doc[:i:i], bytes.Replace(doc[i:], []byte("KICKBENCH-SCRIPT"), pageJS, 1)...)
	_, err := w.Write(doc)
	return err
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func pageOf(runs []run.Result, l Language) page {
	p := page{Title: "Kickbench report", look: lookOf(run.Passed), language: l}
	count := map[run.Verdict]int{}
	rows := rowsOf(runs)
	for i := range runs {
		r := &runs[i]
		count[r.Verdict]++
		if r.Verdict != run.Passed {
			p.look = lookOf(r.Verdict)
		}
		p.Version = cmp.Or(p.Version, r.Versions.Kickbench)
		p.Runs = append(p.Runs, pageRunOf(r, i, len(runs), rows[r], l))
	}
	if count[run.Failed] > 0 {
		p.look = lookOf(run.Failed)
	}
	var words []string
	for _, v := range []run.Verdict{run.Failed, run.Broken, run.Cancelled, run.Passed} {
		if n := count[v]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, lookOf(v).Verdict))
		}
	}
	p.Words = cmp.Or(strings.Join(words, ", "), "no runs")
	if len(runs) == 1 {
		p.Words, p.Title = lookOf(runs[0].Verdict).Verdict, runs[0].FullName()+" – Kickbench"
	}
	p.Foot = "Made by Kickbench " + p.Version
	if len(runs) > 0 {
		p.Foot += " on " + runs[0].Started.Format("2006-01-02 15:04:05 MST") + ". Secrets are hidden. This page loads nothing from anywhere."
	}
	return p
}

func pageRunOf(r *run.Result, i, of, rows int, l Language) pageRun {
	p := pageRun{
		look: lookOf(r.Verdict), ID: fmt.Sprintf("run-%d", i+1), Name: r.FullName(), Title: r.Title, Proves: r.Proves,
		Open: of == 1 || r.Verdict != run.Passed, Errored: r.Error, Actors: r.Actors,
		Facts: factsOf(r), Picture: picture(r, fmt.Sprintf("t%d", i+1), l),
	}
	p.Sentence, p.Faults = sentence(r)
	for _, e := range r.Expectations {
		x := pageExpectation{lookOf(e.Status), e}
		if e.Expected == e.Text {
			x.Expected = ""
		}
		p.Expectations = append(p.Expectations, x)
	}
	steps, left := short(r.Steps, func(s run.Step) bool { return s.Status != run.Passed })
	p.StepsLeftOut = left
	for _, s := range steps {
		st := pageStep{look: lookOf(s.Status), Text: s.Text, Message: s.Message, Line: s.Line, Before: s.Before}
		if !s.Began.IsZero() {
			st.At = s.Began.UTC().Format("15:04:05.000")
		}
		if s.Round > 0 {
			st.Text += fmt.Sprintf(" (round %d)", s.Round)
		}
		p.Steps = append(p.Steps, st)
	}
	for _, j := range judgesOf(r) {
		x := pageJudge{look: lookOf(run.Passed), Name: j.Name, Says: j.Says}
		x.Verdict = "nothing found"
		if !looked(r, j) {
			x.look = lookOf(run.Skipped)
			x.Verdict = "did not look"
		}
		for _, f := range r.Findings {
			if f.Judge != j.Name {
				continue
			}
			l := severityLook(f.Severity)
			if f.Severity == run.SeverityError || f.Severity == run.SeverityWarning && x.Tone != "bad" {
				x.look = l
			} else if x.Tone == "good" {
				x.Verdict = "note"
			}
			text := f.Message
			if f.Actor != "" {
				text = f.Actor + ": " + text
			}
			x.Findings = append(x.Findings, pageFinding{l, text})
		}
		p.Judges = append(p.Judges, x)
	}
	table, left := short(judge.Predict(*r), func(row judge.Row) bool { return row.Verdict != run.Passed })
	p.OracleLeftOut = left
	for _, row := range table {
		p.Oracle = append(p.Oracle, pageRow{
			look: lookOf(row.Verdict), Seq: row.Seq, What: row.What, Rules: row.Rules, Faults: row.Faults, Online: cmp.Or(strings.Join(row.Online, ", "), nobody),
			Predicted: falls(row.Predicted), Seen: falls(row.Seen),
		})
	}
	for _, w := range judge.FindWars(*r) {
		x := pageWar{Between: w.Between, Rounds: w.Rounds, Period: brief(time.Duration(w.Period)), Grows: yesNo(w.Grows), Over: yesNo(w.Over)}
		var answers []string
		for i, a := range w.Answers {
			if a > 0 {
				answers = append(answers, w.Between[i]+" "+brief(time.Duration(a)))
			}
		}
		x.Answers = strings.Join(answers, ", ")
		p.Wars = append(p.Wars, x)
	}
	deeds, left := short(judge.Deeds(*r), func(d judge.Deed) bool { return d.Back != "" })
	p.DeedsLeftOut = left
	for _, d := range deeds {
		p.Deeds = append(p.Deeds, deed(d))
	}
	p.Log, p.Layers, p.LeftOut = logOf(r, rows)
	return p
}

// nobody stands where there are no names.
const nobody = "nobody"

// maxTable bounds each table of a run.
const maxTable = 400

// short cuts a table to its first lines, with those that matter among the others.
func short[T any](all []T, matters func(T) bool) (some []T, leftOut string) {
	if len(all) <= maxTable {
		return all, ""
	}
	for i, v := range all {
		if len(some) < maxTable && (i < maxTable/2 || matters(v)) {
			some = append(some, v)
		}
	}
	return some, fmt.Sprintf("%d more are in the JSON lines.", len(all)-len(some))
}

func deed(d judge.Deed) pageDeed {
	x := pageDeed{Actor: d.Actor, Seq: d.Seq, Type: string(d.Type), Ack: "no", Back: "no, in " + brief(time.Duration(d.Away))}
	if d.Acknowledged {
		x.Ack = "after " + brief(time.Duration(d.AckAfter))
	}
	if d.Back != "" {
		x.Back = d.Back + " after " + brief(time.Duration(d.BackAfter))
	}
	return x
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func falls(fs []judge.Fall) string {
	var out []string
	for _, f := range fs {
		s := fmt.Sprintf("%s as %s, by %s", f.Name, f.Type, f.Rule)
		if f.Late {
			s += ", told later"
		}
		out = append(out, s)
	}
	return cmp.Or(strings.Join(out, "; "), nobody)
}
