package scenarios

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// thing is a scenario as a line of the list.
func thing(it *Item, st *state, chosen bool) look.Thing {
	t := look.Thing{Name: it.Name, What: it.Title, Figure: it.Grade, Chosen: chosen}
	if it.Foreign {
		t.What = strings.TrimSuffix(lang.L("needs your app")+" · "+it.Title, " · ")
	}
	switch status := st.status(); {
	case len(it.Problems) > 0:
		t.Badge = mistakes(len(it.Problems))
	case status != NotRun: // most are not: no word says it quieter
		t.Badge = visual(status)
	}
	return t
}
