//go:build headless

package desktop

import (
	"context"
	"errors"
)

// Run says that there is no window to open.
func Run(context.Context, Options) error {
	return errors.New("this build has no window; `kickbench help` lists what it can do")
}
