package storage

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"
)

// WriteWhole has f write a file beside path, and puts it in path's place when it is whole
// and on the disk. When f fails or ctx ends first, path is as it was and nothing is left.
func WriteWhole(ctx context.Context, path string, f func(context.Context, io.Writer) error) (err error) {
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part.Name()))
		}
	}()
	err = f(ctx, part)
	if err == nil {
		err = context.Cause(ctx) // stopped while the last of it was written
	}
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err != nil {
		return err
	}
	return atomic.ReplaceFile(part.Name(), path)
}
