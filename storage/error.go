package storage

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed is returned by every call after Close.
	ErrClosed = errors.New("history is closed")
	// ErrNoSession is returned for a session that does not exist.
	ErrNoSession = errors.New("no such session in the history")
	// ErrRunning is returned by Delete for a session that has not ended.
	ErrRunning = errors.New("the session is still running")
	// ErrQueueFull is returned when the disk is so far behind that no more can be
	// held in memory. An event refused with it is counted as dropped.
	ErrQueueFull = errors.New("history queue is full: the disk does not keep up")
	// ErrLocked fits a *LockedError.
	ErrLocked = errors.New("history is in use by another process")
	// ErrNewerSchema fits a *NewerSchemaError.
	ErrNewerSchema = errors.New("history was written by a newer version")
	// ErrDamaged is returned by a read that met damaged pages. The next
	// OpenHistory checks the whole file and sets it aside if need be.
	ErrDamaged = errors.New("history file is damaged")
	// ErrUnavailable is returned by a read while a damaged file is being replaced
	// or cannot be.
	ErrUnavailable = errors.New("history file is not open")
)

// LockedError says which file another process has open; it fits ErrLocked.
type LockedError struct {
	Path string
	// PID is the owner's process id as it noted it beside the file, 0 if unknown.
	PID int
}

// Error names the file, and the process that has it where that is known.
func (e *LockedError) Error() string {
	if e.PID != 0 {
		return fmt.Sprintf("history file %s is in use by process %d", e.Path, e.PID)
	}
	return fmt.Sprintf("history file %s is in use by another process", e.Path)
}

// Is makes it fit ErrLocked.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// NewerSchemaError says that the file's schema is beyond what this program
// knows; the file was not touched. It fits ErrNewerSchema.
type NewerSchemaError struct {
	Path string
	// Have is the file's schema, 0 where already bbolt's own format is a later one.
	Have uint64
	// Known is the highest schema this program knows.
	Known uint64
}

// Error names the file, both numbers, and what to do.
func (e *NewerSchemaError) Error() string {
	if e.Have == 0 {
		return fmt.Sprintf("history file %s has a later file format than this program knows: update Kickbench, or move the file away", e.Path)
	}
	return fmt.Sprintf("history file %s has schema %d, this program knows up to %d: update Kickbench, or move the file away", e.Path, e.Have, e.Known)
}

// Is makes it fit ErrNewerSchema.
func (e *NewerSchemaError) Is(target error) bool { return target == ErrNewerSchema }

// damagedError wraps what showed the damage; it fits ErrDamaged.
type damagedError struct{ cause error }

func (e *damagedError) Error() string   { return ErrDamaged.Error() + ": " + e.cause.Error() }
func (e *damagedError) Is(t error) bool { return t == ErrDamaged }
func (e *damagedError) Unwrap() error   { return e.cause }
