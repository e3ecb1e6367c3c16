//go:build !headless

package desktop

import (
	"context"
	"errors"
	"fmt"

	"fyne.io/fyne/v2/lang"

	"kickbench/app/single"
)

// take makes this run the only one of its folder. second says that another runs, which
// has opened a window: this one is done. Where nobody can say, the program starts
// anyway; note says so in its window.
func take(ctx context.Context, o Options) (h *single.Holder, second bool, note error) {
	h, err := single.Take(ctx, o.Dir, o.Open...)
	switch {
	case err == nil:
		return h, false, nil
	case errors.Is(err, single.ErrHandedOver):
		fmt.Fprintln(o.Log, "kickbench: it runs already, and has opened a window")
		return nil, true, nil
	default:
		return nil, false, err
	}
}

// aloneNote tells that a second start will not be noticed.
func aloneNote(err error) []string {
	if err == nil {
		return nil
	}
	return []string{lang.L("Kickbench may be running already: {{.Why}}. This window stands by itself.", map[string]any{"Why": err.Error()})}
}
