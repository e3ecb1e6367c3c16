// Package report writes what runs were, as evidence: JUnit XML for a build server, JSON
// lines for programs, HAR for a browser's network panel, one page of HTML for people,
// and a bundle of them all with checksums. It reads back what it wrote, and says how
// two runs differ (diff.go).
//
// No secret leaves in any of them: a Reporter hides those that were in play, in every
// form, and whatever looks like one (Redactor), first in the run itself and once more in
// the finished file.
package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/natefinch/atomic"

	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// Reporter writes reports. Make one with New; it may be used from several goroutines.
type Reporter struct {
	secrets  *Redactor
	language Language
}

// New makes a reporter that hides these secrets: every UserSig, SecretKey, A2 key and
// console token that was in play. Empty ones count for nothing.
func New(secrets ...string) *Reporter { return &Reporter{secrets: NewRedactor(secrets...)} }

// Format is a kind of report.
type Format string

// The formats, by the name of the flag that asks for them.
const (
	FormatJUnit  Format = "junit"
	FormatJSONL  Format = "jsonl"
	FormatHAR    Format = "har"
	FormatHTML   Format = "html"
	FormatBundle Format = "bundle"
)

// Formats are all, in the order in which a help text names them.
func Formats() []Format {
	return []Format{FormatJUnit, FormatJSONL, FormatHAR, FormatHTML, FormatBundle}
}

// WriteFile writes a report where the path says. What stood there is replaced at once
// and whole, or, on an error, not at all.
func (p *Reporter) WriteFile(f Format, path string, runs []run.Result) error {
	if !slices.Contains(Formats(), f) {
		return fmt.Errorf("no report is called %q", string(f))
	}
	return p.WriteFiles(map[Format]string{f: path}, runs)
}

// WriteFiles is WriteFile of several reports of the same runs, by the path of each: what
// they have in common is made once. All that can be written are; the error names the
// others.
func (p *Reporter) WriteFiles(paths map[Format]string, runs []run.Result) error {
	clean, err := p.clean(runs)
	if err != nil {
		return err
	}
	made := rendered{}
	var errs []error
	for _, f := range Formats() {
		path := paths[f]
		if path == "" {
			continue
		}
		data, err := p.render(f, clean, made)
		if err == nil {
			err = atomic.WriteFile(path, bytes.NewReader(data))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("--%s: %s: %w", f, path, err))
		}
	}
	return errors.Join(errs...)
}

// Write writes a report.
func (p *Reporter) Write(f Format, w io.Writer, runs []run.Result) error {
	clean, err := p.clean(runs)
	if err != nil {
		return err
	}
	data, err := p.render(f, clean, rendered{})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// rendered are the reports made so far of the same runs.
type rendered map[Format][]byte

// render makes a report of runs that are clean, unless it was made before.
func (p *Reporter) render(f Format, runs []run.Result, made rendered) ([]byte, error) {
	if data, ok := made[f]; ok {
		return data, nil
	}
	var b bytes.Buffer
	var err error
	switch f {
	case FormatJUnit:
		err = writeJUnit(&b, runs)
	case FormatJSONL:
		err = writeJSONL(&b, runs)
	case FormatHAR:
		err = writeHAR(&b, runs)
	case FormatHTML:
		err = writeHTML(&b, runs, p.language)
	case FormatBundle:
		// Its files were cleaned one by one: it is compressed.
		if err = p.bundle(&b, runs, made); err == nil {
			made[f] = b.Bytes()
		}
		return b.Bytes(), err
	default:
		err = fmt.Errorf("no report is called %q", string(f))
	}
	if err != nil {
		return nil, err
	}
	made[f] = p.secrets.finished(b.Bytes())
	return made[f], nil
}

// clean are the runs with their secrets hidden, copies that share nothing.
func (p *Reporter) clean(runs []run.Result) ([]run.Result, error) {
	out := make([]run.Result, len(runs))
	for i := range runs {
		data, err := json.Marshal(runs[i], json.Deterministic(true))
		if err == nil {
			// By the name of its member first, whatever it looks like.
			data, err = p.cleanJSON(wire.Redact(data))
		}
		if err == nil {
			err = json.Unmarshal(data, &out[i])
		}
		if err != nil {
			return nil, fmt.Errorf("run %s: %w", runs[i].Name, err)
		}
	}
	return out, nil
}

// cleanJSON hides the secrets in a JSON value's strings, and leaves everything else.
func (p *Reporter) cleanJSON(data []byte) ([]byte, error) {
	var b bytes.Buffer
	dec, enc := jsontext.NewDecoder(bytes.NewReader(data)), jsontext.NewEncoder(&b)
	for {
		tok, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			return b.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
		if tok.Kind() == '"' {
			tok = jsontext.String(p.secrets.Text(tok.String()))
		}
		if err := enc.WriteToken(tok); err != nil {
			return nil, err
		}
	}
}

// judgesOf are the judges a report tells of: all, and whoever else found something, as
// the runner's explorer of orders does.
func judgesOf(r *run.Result) []judge.Judge {
	out := judge.All()
	for _, f := range r.Findings {
		if !slices.ContainsFunc(out, func(j judge.Judge) bool { return j.Name == f.Judge }) {
			j := judge.Judge{Name: f.Judge, Says: "What else was found."}
			if f.Judge == "explorer" {
				j.Says = "It holds in whatever order the critical moments fall."
			}
			out = append(out, j)
		}
	}
	return out
}

// looked reports whether a judge looked at a run.
func looked(r *run.Result, j judge.Judge) bool {
	return j.Looks(r.Verdict) || slices.ContainsFunc(r.Findings, func(f run.Finding) bool { return f.Judge == j.Name })
}

// judgment is what a judge makes of a run as a whole.
type judgment struct {
	Judge   string      `json:"judge"`
	Verdict run.Verdict `json:"verdict"`
}

func judgments(r *run.Result) []judgment {
	var out []judgment
	for _, j := range judgesOf(r) {
		v := run.Passed
		switch {
		case !looked(r, j):
			v = run.Skipped
		case slices.ContainsFunc(r.Findings, func(f run.Finding) bool { return f.Judge == j.Name && f.Severity == run.SeverityError }):
			v = run.Failed
		}
		out = append(out, judgment{j.Name, v})
	}
	return out
}
