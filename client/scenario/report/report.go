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

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/natefinch/atomic"

	"kickbench/client/scenario/run"
)

// Reporter writes reports. Make one with New; it may be used from several goroutines.
type Reporter struct{ secrets *Redactor }

// New makes a reporter that hides these secrets: every UserSig, SecretKey, A2 key and
// console token that was in play. Empty ones count for nothing.
func New(secrets ...string) *Reporter { return &Reporter{NewRedactor(secrets...)} }

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
	var b bytes.Buffer
	if err := p.Write(f, &b, runs); err != nil {
		return err
	}
	if err := atomic.WriteFile(path, &b); err != nil {
		return fmt.Errorf("--%s: %w", f, err)
	}
	return nil
}

// Write writes a report.
func (p *Reporter) Write(f Format, w io.Writer, runs []run.Result) error {
	clean, err := p.clean(runs)
	if err != nil {
		return err
	}
	return p.write(f, w, clean)
}

// write is Write of runs that are clean.
func (p *Reporter) write(f Format, w io.Writer, runs []run.Result) error {
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
		err = writeHTML(&b, runs)
	case FormatBundle:
		// Its files were cleaned one by one: it is compressed.
		return p.bundle(w, runs)
	default:
		err = fmt.Errorf("no report is called %q", string(f))
	}
	if err != nil {
		return err
	}
	_, err = w.Write(p.secrets.Bytes(b.Bytes()))
	return err
}

// clean are the runs with their secrets hidden, copies that share nothing.
func (p *Reporter) clean(runs []run.Result) ([]run.Result, error) {
	out := make([]run.Result, len(runs))
	for i := range runs {
		data, err := json.Marshal(runs[i], json.Deterministic(true))
		if err == nil {
			data, err = p.cleanJSON(data)
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
