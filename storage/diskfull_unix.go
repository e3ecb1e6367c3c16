//go:build !windows

package storage

import (
	"errors"
	"syscall"
)

// IsDiskFull tells whether an error means that there is no room on the disk, or
// none left for this user.
func IsDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
