package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// ParseDuration reads Go's durations with days before them: "180d", "1d12h", "90s".
func ParseDuration(s string) (time.Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration (write 90s, 5m, 1h30m or 180d)", s)
		}
		return d, nil
	}
	n, err := strconv.ParseInt(days, 10, 64)
	// An int64 of nanoseconds ends after some 292 years.
	if err != nil || n > 290*365 || n < -290*365 {
		return 0, fmt.Errorf("%q is not a duration (write 90s, 5m, 1h30m or 180d)", s)
	}
	d := time.Duration(n) * day
	if rest != "" {
		more, err := time.ParseDuration(rest)
		if err != nil || more < 0 {
			return 0, fmt.Errorf("%q is not a duration (write 90s, 5m, 1h30m or 180d)", s)
		}
		if strings.HasPrefix(days, "-") {
			more = -more
		}
		d += more
	}
	return d, nil
}

// FormatDuration writes what ParseDuration reads, whole days as "180d".
func FormatDuration(d time.Duration) string {
	if d != 0 && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}
