package record

import (
	"bytes"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"kickbench/client/sandbox"
)

// step is one step of the file, by its word.
type step struct {
	word string
	what any
}

// mapping keeps its members' order.
type (
	mapping []member
	member  struct {
		name  string
		value any
	}
)

// yaml is what the library writes as it stands.
func (m mapping) yaml() yaml.MapSlice {
	out := make(yaml.MapSlice, len(m))
	for i, x := range m {
		out[i] = yaml.MapItem{Key: x.name, Value: plain(x.value)}
	}
	return out
}

func plain(v any) any {
	switch v := v.(type) {
	case mapping:
		return v.yaml()
	case []mapping:
		out := make([]yaml.MapSlice, len(v))
		for i, m := range v {
			out[i] = m.yaml()
		}
		return out
	default:
		return v
	}
}

// File ends the recording at that time of the sandbox and gives the scenario file. title
// is its title; comment stands above it, "" for none.
func (r *Recorder) File(title, comment string, now time.Time) ([]byte, error) {
	r.wait(now)
	box := settingsOf(r.start.Settings)
	if len(r.start.Defects) > 0 {
		on := make([]string, len(r.start.Defects))
		for i, d := range r.start.Defects {
			on[i] = string(d)
		}
		box = append(box, member{"defects", on})
	}
	actors, steps := mapping{}, make([]mapping, 0, len(r.steps))
	for _, a := range r.order {
		actors = append(actors, member{a.name, mapping{{"user", a.user}, {"platform", a.platform.String()}}})
	}
	for _, s := range r.steps {
		steps = append(steps, mapping{{s.word, s.what}})
	}
	doc := mapping{
		{"kickbench", 1},
		{"title", title},
		{"tags", []string{"recorded"}},
		{"sandbox", box},
		{"actors", actors},
		{"steps", steps},
		{"expect", r.expectations()},
	}
	var b bytes.Buffer
	for line := range strings.Lines(comment) {
		b.WriteString("# " + strings.TrimRight(line, "\r\n") + "\n")
	}
	text, err := yaml.MarshalWithOptions(doc.yaml(), yaml.IndentSequence(true))
	b.Write(text)
	return b.Bytes(), err
}

// expectations are what was seen: who was kicked by whom, who was told, who is online.
func (r *Recorder) expectations() []mapping {
	var out []mapping
	seen := map[string]int{} // the expectation without its count → its place
	add := func(kind string, m mapping, n int) {
		id := kind
		for _, x := range m {
			if s, ok := x.value.(string); ok {
				id += "\x00" + x.name + "\x00" + s
			}
			if w, ok := x.value.(mapping); ok {
				for _, y := range w {
					id += "\x00" + y.name + "\x00" + y.value.(string)
				}
			}
		}
		if i, ok := seen[id]; ok {
			inner := out[i][0].value.(mapping)
			inner[len(inner)-1].value = inner[len(inner)-1].value.(int) + n
			return
		}
		seen[id] = len(out)
		out = append(out, mapping{{kind, append(m, member{"times", n})}})
	}
	for _, k := range r.kicks {
		a := r.pages[k.InstanceID]
		m := mapping{{"kind", string(sandbox.KindKick)}, {"on", a.name}}
		if by := r.holders[k.ByInstID]; by != nil {
			m = append(m, member{"by", by.name})
		}
		if k.Rule != "" {
			m = append(m, member{"rule", k.Rule})
		}
		add("ledger", append(m, member{"type", string(k.KickType)}), 1)
	}
	for _, k := range r.kicks {
		if r.told[k.Seq] {
			a := r.pages[k.InstanceID]
			add("event", mapping{{"on", a.name}, {"name", "KICKED_OUT"}, {"where", mapping{{"type", string(k.KickType)}}}}, 1)
		}
	}
	for _, a := range r.order {
		if n := r.expired[a]; n > 0 {
			add("ledger", mapping{{"kind", string(sandbox.KindExpiryTold)}, {"on", a.name}}, n)
		}
	}
	online := []string{}
	for _, a := range r.order {
		if a.counts {
			online = append(online, a.name)
		}
	}
	return append(out, mapping{{"online", online}})
}
