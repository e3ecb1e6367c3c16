package storage

import (
	"errors"
	"syscall"
)

// The two numbers Windows has for it.
const (
	errorHandleDiskFull = syscall.Errno(39)
	errorDiskFull       = syscall.Errno(112)
)

// IsDiskFull tells whether an error means that there is no room on the disk.
func IsDiskFull(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull)
}
