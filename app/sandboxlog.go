package app

import (
	"context"
	"log/slog"
	"os"

	"kickbench/client/sandbox"
)

// logLedger writes the ledger's records to log as they come, until ctx is done or the
// sandbox is closed. A record holds no secret.
func logLedger(ctx context.Context, s *sandbox.Server, log *slog.Logger) {
	for r := range s.Watch(ctx, 0) {
		level := slog.LevelInfo
		switch r.Kind {
		case sandbox.KindKick, sandbox.KindLoginRefused, sandbox.KindKickWar, sandbox.KindClone, sandbox.KindChatDropped, sandbox.KindMalformed:
			level = slog.LevelWarn
		}
		log.LogAttrs(ctx, level, string(r.Kind), recordAttrs(r)...)
	}
}

// recordAttrs are the fields of a record that are set, for a line of a log.
func recordAttrs(r sandbox.Record) []slog.Attr {
	all := []slog.Attr{
		slog.Uint64("seq", r.Seq), slog.String("user", r.UserID), slog.Uint64("inst", r.InstID),
		slog.String("platform", platformName(r)), slog.String("kick", string(r.KickType)), slog.Uint64("by", r.ByInstID),
		slog.String("rule", r.Rule), slog.Int("code", r.Code), slog.String("why", r.Why), slog.String("remote", r.Remote),
	}
	out := all[:0]
	for _, a := range all {
		if !a.Value.Equal(slog.AnyValue("")) && !a.Value.Equal(slog.Uint64Value(0)) && !a.Value.Equal(slog.IntValue(0)) {
			out = append(out, a)
		}
	}
	return out
}

func platformName(r sandbox.Record) string {
	if r.Platform == 0 {
		return ""
	}
	return r.Platform.String()
}

// ledgerFile is where the sandbox keeps what its memory cannot: the file that was named,
// or one that remove takes away again.
func ledgerFile(named string) (path string, remove func(), err error) {
	if named != "" {
		return named, func() {}, nil
	}
	f, err := os.CreateTemp("", "kickbench-ledger-*.jsonl")
	if err != nil {
		return "", nil, err
	}
	if err := f.Close(); err != nil {
		return "", nil, err
	}
	return f.Name(), func() { _ = os.Remove(f.Name()) }, nil
}
