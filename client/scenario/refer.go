package scenario

import (
	"reflect"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// reference is a name that something else in the file has to give.
type reference struct {
	kind  string // "actor", "user", "mark", "fault"
	name  string
	own   bool // a foreign actor will not do
	token *token.Token
	// early says that a step uses it before any step has set it; block is the parallel
	// block in which, 0 for none.
	early bool
	block int
}

// refer remembers a name that has to be somewhere else.
func (d *decoder) refer(n ast.Node, v reflect.Value, text string, own bool) {
	switch v.Interface().(type) {
	case ActorRef:
		d.refs = append(d.refs, reference{kind: "actor", name: text, own: own, token: start(n)})
	case MarkRef:
		d.referToStep("mark", text, n)
	case FaultRef:
		d.referToStep("fault", text, n)
	case MarkName:
		if slices.Contains(d.marks, text) {
			d.atf(start(n), "there is a mark %q already", text)
		}
		d.marks = append(d.marks, text)
		d.setBy("mark", text)
	}
}

// referToStep remembers the name of what a step before has to set.
func (d *decoder) referToStep(kind, name string, n ast.Node) {
	_, set := d.set[kind+" "+name]
	d.refs = append(d.refs, reference{kind: kind, name: name, token: start(n), early: d.inSteps && !set, block: d.block})
}

func (d *decoder) setBy(kind, name string) {
	if d.inSteps {
		d.set[kind+" "+name] = d.block
	}
}

// tooEarly reports whether a reference stands before the step that sets what it names. Of
// two branches of a block either may be the first.
func (d *decoder) tooEarly(r reference) bool {
	block, byStep := d.set[r.kind+" "+r.name]
	return r.early && byStep && (r.block == 0 || r.block != block)
}

// enter says that a member of the steps is read from here on; leave that it is over.
func (d *decoder) enter(path, name string) (leave func()) {
	switch {
	case path == "" && name == "steps":
		d.inSteps = true
		return func() { d.inSteps = false }
	case name == "parallel" && d.block == 0:
		d.blocks++
		d.block = d.blocks
		return func() { d.block = 0 }
	}
	return func() {}
}
