package look

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2/lang"
)

// Clock gives the time of day with milliseconds, by this computer's zone: what stands
// in every row of a log. The zero time gives "".
func Clock(t time.Time) string { return layoutTime(t, "15:04:05.000") }

// ClockSeconds gives the time of day.
func ClockSeconds(t time.Time) string { return layoutTime(t, "15:04:05") }

// DateTime gives date and time of day, as a tester writes them.
func DateTime(t time.Time) string { return layoutTime(t, "2006-01-02 15:04:05") }

func layoutTime(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(layout)
}

// Date gives the day as people say it: "20 May 2027".
func Date(t time.Time) string {
	t = t.Local()
	return lang.X("date.long", "{{.Day}} {{.Month}} {{.Year}}", map[string]any{
		"Day": t.Day(), "Month": months()[t.Month()-1], "Year": t.Year(),
	})
}

func months() [12]string {
	return [12]string{
		lang.X("month.1", "January"), lang.X("month.2", "February"), lang.X("month.3", "March"),
		lang.X("month.4", "April"), lang.X("month.5", "May"), lang.X("month.6", "June"),
		lang.X("month.7", "July"), lang.X("month.8", "August"), lang.X("month.9", "September"),
		lang.X("month.10", "October"), lang.X("month.11", "November"), lang.X("month.12", "December"),
	}
}

// Duration gives a length of time in its two largest units: "3 min 12 s".
func Duration(d time.Duration) string {
	d = max(d, 0)
	data := func(unit, sub time.Duration) map[string]any {
		return map[string]any{"A": int64(d / unit), "B": int64(d % unit / sub)}
	}
	const day = 24 * time.Hour
	switch {
	case d >= day:
		return lang.X("duration.days", "{{.A}} d {{.B}} h", data(day, time.Hour))
	case d >= time.Hour:
		return lang.X("duration.hours", "{{.A}} h {{.B}} min", data(time.Hour, time.Minute))
	case d >= time.Minute:
		return lang.X("duration.minutes", "{{.A}} min {{.B}} s", data(time.Minute, time.Second))
	default:
		return lang.X("duration.seconds", "{{.A}} s", data(time.Second, time.Second))
	}
}

// Length gives a round length of time in one unit: "180 days".
func Length(d time.Duration) string {
	if d < 24*time.Hour {
		return lang.XN("length.hours", "{{.N}} hours", int(d/time.Hour), map[string]any{"N": int(d / time.Hour)})
	}
	n := int(d / (24 * time.Hour))
	return lang.XN("length.days", "{{.N}} days", n, map[string]any{"N": n})
}

// Span gives a short length of time to two figures, for measured values:
// "0.4 ms", "48 ms", "9.2 s", "41 s"; from a minute on as Duration does, but short.
func Span(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	s := d.Seconds()
	switch {
	case d < 0:
		return "-" + Span(-d)
	case ms < 9.95:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 999.5:
		return fmt.Sprintf("%.0f ms", ms)
	case s < 9.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 99.5:
		return fmt.Sprintf("%.0f s", s)
	case d < 100*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 100*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	default:
		return fmt.Sprintf("%.0f d", d.Hours()/24)
	}
}

// Count gives a number with its thousands apart: "1,204".
func Count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
