package timeline

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/client/timeline"
	"kickbench/screens/look"
)

// words are the picture's in the window's language; states are called as everywhere.
func words() *timeline.Words {
	w := timeline.English()
	for s, of := range map[timeline.State]client.State{
		timeline.Connecting: client.Connecting, timeline.LoggingIn: client.LoggingIn, timeline.Ready: client.Ready,
		timeline.Lost: client.Reconnecting, timeline.Kicked: client.Kicked, timeline.LoggedOut: client.LoggedOut,
		timeline.Destroyed: client.Destroyed,
	} {
		w.Set(s, look.StateVisual(of).Word)
	}
	w.Set(timeline.Gone, lang.L("Counts no more"))
	w.Set(timeline.Expired, lang.L("UserSig expired"))
	w.Set(timeline.Closed, lang.L("Page closed"))
	w.SetMark(timeline.MarkReturn, lang.L("Came back"))
	w.SetMark(timeline.MarkRefused, lang.L("Login refused"))
	w.SetMark(timeline.MarkCut, lang.L("Network cut"))
	w.SetMark(timeline.MarkExpiry, lang.L("UserSig ran out"))
	w.SetMark(timeline.MarkFault, lang.L("Fault"))
	w.SetMark(timeline.MarkClone, lang.L("Cloned page"))
	w.SetMark(timeline.MarkWar, lang.L("Kick war"))
	w.SetMark(timeline.MarkREST, lang.L("REST API"))
	w.SetMark(timeline.MarkSettings, lang.L("Settings changed"))
	w.SetMark(timeline.MarkClock, lang.L("Clock advanced"))
	w.Duration = length
	w.Folded = func(d time.Duration) string {
		if d >= 24*time.Hour {
			return look.Length(d)
		}
		return look.Span(d)
	}
	w.Packed = func(p string, n int) string {
		return lang.L("{{.Platform}} · {{.N}} in turn", map[string]any{"Platform": p, "N": look.Count(n)})
	}
	w.LeftOut = func(n int) string {
		return lang.L("{{.N}} earlier records are left out", map[string]any{"N": look.Count(n)})
	}
	w.MoreRows = func(n int) string {
		return lang.L("{{.N}} more lanes are not shown", map[string]any{"N": look.Count(n)})
	}
	w.App = func(id uint64) string { return lang.L("app {{.App}}", map[string]any{"App": id}) }
	w.Limit = func(n int) string { return lang.L("limit {{.Limit}}", map[string]any{"Limit": n}) }
	w.By = func(who string) string { return lang.L("by {{.Who}}", map[string]any{"Who": who}) }
	w.Copy = func(n int) string { return lang.L("copy {{.N}}", map[string]any{"N": n}) }
	w.Kicks = func(n int) string {
		return lang.XN("kicks", "{{.N}} kicks", n, map[string]any{"N": n})
	}
	w.REST, w.Console, w.Elsewhere = lang.L("REST API"), lang.L("by the sandbox"), lang.L("by another client")
	w.Empty = lang.L("Nothing has happened in this picture.")
	return w
}

// length is a length of time: in whole seconds that have passed from ten on, as all of the
// window has it, to two figures below.
func length(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day < time.Hour {
		return look.Length(d)
	}
	if d >= 10*time.Second {
		return look.Duration(d)
	}
	return look.Span(d)
}

// Words are the picture's in the window's language, for reports; why says the ledger's
// reasons in it.
func Words(why func(english string) string) *timeline.Words {
	w := words()
	w.Why = why
	return w
}
