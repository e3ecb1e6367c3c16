package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
)

// line is one line of a JSONL report. The first of a run has type "run" and holds its
// head, the last "end" and its verdict; between them each line is one thing of the run,
// in the Result's own JSON.
type line struct {
	Type string `json:"type"`
	// Run counts the runs of a file from 0; Name is the run's full name.
	Run  int            `json:"run"`
	Name string         `json:"name"`
	Data jsontext.Value `json:"data"`
}

// ending is the data of the last line.
type ending struct {
	Verdict run.Verdict `json:"verdict"`
	Error   string      `json:"error,omitzero"`
}

// head is a run without what has lines of its own.
func head(r run.Result) run.Result {
	r.Actors, r.Steps, r.Expectations, r.Events, r.Calls = nil, nil, nil, nil, nil
	r.Frames, r.Ledger, r.Deliveries, r.Findings = nil, nil, nil, nil
	return r
}

func writeJSONL(w io.Writer, runs []run.Result) error {
	out := bufio.NewWriter(w)
	for i := range runs {
		if err := writeRun(out, i, runs[i]); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeRun(w io.Writer, n int, r run.Result) error {
	l := liner{w: w, n: n, name: r.FullName()}
	l.put("run", head(r))
	lines(&l, "actor", r.Actors)
	lines(&l, "step", r.Steps)
	lines(&l, "expectation", r.Expectations)
	lines(&l, "event", r.Events)
	lines(&l, "call", r.Calls)
	lines(&l, "frame", r.Frames)
	lines(&l, "record", r.Ledger)
	lines(&l, "delivery", r.Deliveries)
	lines(&l, "finding", r.Findings)
	lines(&l, "judge", judgments(&r))
	// What the judges measured can be made again of the rest: for readers in a hurry.
	lines(&l, "prediction", judge.Predict(r))
	lines(&l, "war", judge.FindWars(r))
	lines(&l, "deed", judge.Deeds(r))
	l.put("end", ending{r.Verdict, r.Error})
	return l.err
}

type liner struct {
	w    io.Writer
	n    int
	name string
	err  error
}

func lines[T any](l *liner, typ string, all []T) {
	for i := range all {
		l.put(typ, all[i])
	}
}

func (l *liner) put(typ string, v any) {
	if l.err != nil {
		return
	}
	data, err := json.Marshal(v, json.Deterministic(true))
	if err == nil {
		data, err = json.Marshal(line{typ, l.n, l.name, data})
	}
	if err == nil {
		_, err = l.w.Write(append(data, '\n'))
	}
	l.err = err
}

// maxLine bounds a line that is read: a frame may be large, a bad file larger.
const maxLine = 64 << 20

// ReadJSONL reads what --jsonl wrote. An error names the line. What a line's type is
// that this version does not know is passed over.
func ReadJSONL(in io.Reader) ([]run.Result, error) {
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxLine)
	var out []run.Result
	open := false
	n := 0
	for s.Scan() {
		n++
		if len(s.Bytes()) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d is no line of a run: %w", n, err)
		}
		switch {
		case l.Type == "run":
			if open {
				return nil, fmt.Errorf("line %d begins a run, and the one before has no end: the file is cut", n)
			}
			var r run.Result
			if err := json.Unmarshal(l.Data, &r); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			if r.Format != run.Format {
				return nil, fmt.Errorf("line %d is a run of format %d; this version reads format %d", n, r.Format, run.Format)
			}
			r = head(r)
			out, open = append(out, r), true
			continue
		case !open:
			return nil, fmt.Errorf("line %d belongs to no run: the file does not begin with one", n)
		}
		if l.Type == "end" {
			open = false
			continue
		}
		if err := take(&out[len(out)-1], l); err != nil {
			return nil, fmt.Errorf("line %d (%s): %w", n, l.Type, err)
		}
	}
	switch {
	case s.Err() != nil:
		return nil, fmt.Errorf("line %d: %w", n+1, s.Err())
	case open:
		return nil, fmt.Errorf("the file ends at line %d, within run %s: it is cut", n, out[len(out)-1].FullName())
	case len(out) == 0:
		return nil, fmt.Errorf("there is no run in it")
	}
	return out, nil
}

func take(r *run.Result, l line) error {
	switch l.Type {
	case "actor":
		return add(&r.Actors, l.Data)
	case "step":
		return add(&r.Steps, l.Data)
	case "expectation":
		return add(&r.Expectations, l.Data)
	case "event":
		return add(&r.Events, l.Data)
	case "call":
		return add(&r.Calls, l.Data)
	case "frame":
		return add(&r.Frames, l.Data)
	case "record":
		return add(&r.Ledger, l.Data)
	case "delivery":
		return add(&r.Deliveries, l.Data)
	case "finding":
		return add(&r.Findings, l.Data)
	default:
		return nil
	}
}

func add[T any](to *[]T, data jsontext.Value) error {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*to = append(*to, v)
	return nil
}
