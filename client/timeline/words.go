package timeline

import (
	"fmt"
	"time"
)

// Words are the picture's, so that it speaks the reader's language. Make them with
// English and change what differs.
type Words struct {
	States [stateCount]string
	Marks  [markCount]string
	// Duration gives a length of time in its two largest units.
	Duration func(time.Duration) string
	// Folded labels time that is left out: "180 d".
	Folded func(time.Duration) string
	// Packed names a row of so many sessions one after the other.
	Packed func(platform string, sessions int) string
	// MoreRows and LeftOut say what the picture has not.
	MoreRows func(rows int) string
	LeftOut  func(records int) string
	// App names an SDKAppID beside a user, where there are several.
	App func(sdkAppID uint64) string
	// REST, Console and Elsewhere say who kicked where no lane did.
	REST, Console, Elsewhere string
	// By names who kicked where that has no lane: "by Web 1002".
	By func(who string) string
	// Limit and Copy are of the small print: "limit 2", "copy 2".
	Limit, Copy func(n int) string
	// Empty stands in a picture of nothing.
	Empty string
	// Kicks counts them, below an export's title.
	Kicks func(n int) string
	// Why says the ledger's reason, which is English, in another language; nil leaves it.
	Why func(english string) string
}

func (w *Words) why(english string) string {
	if w.Why == nil {
		return english
	}
	return w.Why(english)
}

// Set changes the word of a state.
func (w *Words) Set(s State, word string) { w.States[s] = word }

// SetMark changes the word of a mark.
func (w *Words) SetMark(k MarkKind, word string) { w.Marks[k] = word }

// English are the words of reports, which go into bug trackers.
func English() *Words {
	return &Words{
		States: [stateCount]string{
			Connecting: "Connecting", LoggingIn: "Logging in", Ready: "Ready", Lost: "Network lost", Gone: "Gone", Kicked: "Kicked",
			Expired: "UserSig expired", LoggedOut: "Logged out", Closed: "Page closed", Destroyed: "Destroyed",
		},
		Marks: [markCount]string{
			MarkReturn: "Came back", MarkRefused: "Login refused", MarkCut: "Network cut", MarkExpiry: "UserSig ran out", MarkFault: "Fault",
			MarkClone: "Cloned page", MarkWar: "Kick war", MarkREST: "REST API", MarkSettings: "Settings changed", MarkClock: "Clock advanced",
		},
		Duration:  Short,
		Folded:    Round,
		Packed:    func(p string, n int) string { return fmt.Sprintf("%s · %d in turn", p, n) },
		MoreRows:  func(n int) string { return fmt.Sprintf("%d more lanes are not shown", n) },
		LeftOut:   func(n int) string { return fmt.Sprintf("%d earlier records are left out", n) },
		App:       func(id uint64) string { return fmt.Sprintf("app %d", id) },
		REST:      "REST API",
		Console:   "Console",
		Elsewhere: "elsewhere",
		By:        func(who string) string { return "by " + who },
		Limit:     func(n int) string { return fmt.Sprintf("limit %d", n) },
		Copy:      func(n int) string { return fmt.Sprintf("copy %d", n) },
		Empty:     "Nothing has happened.",
		Kicks: func(n int) string {
			if n == 1 {
				return "1 kick"
			}
			return fmt.Sprintf("%d kicks", n)
		},
	}
}

const dayLength = 24 * time.Hour

// Short is a length of time in its two largest units: "3 min 59 s", "412 ms".
func Short(d time.Duration) string {
	d = max(d, 0)
	two := func(unit, sub time.Duration, a, b string) string {
		if rest := int64(d % unit / sub); rest > 0 {
			return fmt.Sprintf("%d %s %d %s", int64(d/unit), a, rest, b)
		}
		return fmt.Sprintf("%d %s", int64(d/unit), a)
	}
	switch {
	case d >= dayLength:
		return two(dayLength, time.Hour, "d", "h")
	case d >= time.Hour:
		return two(time.Hour, time.Minute, "h", "min")
	case d >= time.Minute:
		return two(time.Minute, time.Second, "min", "s")
	case d >= 10*time.Second:
		return fmt.Sprintf("%d s", int(d/time.Second)) // as everywhere in the window: whole seconds that have passed
	case d >= time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
}

// Round is a length of time in its largest unit: "180 d", for narrow places.
func Round(d time.Duration) string {
	switch {
	case d >= dayLength:
		return fmt.Sprintf("%.0f d", d.Hours()/24)
	case d >= time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	case d >= time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	default:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
}

// MarkWord names a record: the state it moved its instance to, or the mark it left; ""
// for neither.
func MarkWord(r *Record, w *Words) string {
	if r.Kind != KindReturn && r.Kind != KindResume {
		if s, ok := target(r); ok {
			return w.States[s]
		}
	}
	return w.Marks[markOf(r.Kind)]
}
