package client

import (
	"context"
	"fmt"
	"log/slog"
)

// LogLevel is the vendor's scale of setLogLevel (server-facts 6.6).
type LogLevel int

// The vendor's five levels.
const (
	LogCommon  LogLevel = iota // most: every event and frame kind
	LogRelease                 // key information
	LogAlarm                   // warnings and errors
	LogErrors                  // errors only
	LogNone
)

// SetLogLevel filters what reaches Options.Logger, from the next line on. A level
// outside 0 to 4 is an error (2905), and changes nothing.
func (c *Client) SetLogLevel(l LogLevel) error {
	levels := [...]slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError, slog.LevelError + 100}
	if l < 0 || int(l) >= len(levels) {
		return failure("setLogLevel", ErrInvalidOperation, fmt.Sprintf("no log level %d: 0 to 4 are known", l), nil)
	}
	c.level.Set(levels[l])
	return nil
}

func logHandler(l *slog.Logger) slog.Handler {
	if l == nil {
		return slog.DiscardHandler
	}
	return l.Handler()
}

// levelHandler puts a client's own level before its logger's.
type levelHandler struct {
	slog.Handler
	level slog.Leveler
}

// Enabled is false below either level.
func (h levelHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level.Level() && h.Handler.Enabled(ctx, l)
}

// WithAttrs keeps the level.
func (h levelHandler) WithAttrs(as []slog.Attr) slog.Handler {
	return levelHandler{h.Handler.WithAttrs(as), h.level}
}

// WithGroup keeps the level.
func (h levelHandler) WithGroup(name string) slog.Handler {
	return levelHandler{h.Handler.WithGroup(name), h.level}
}
