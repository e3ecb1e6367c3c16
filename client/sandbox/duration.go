package sandbox

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// aDuration is what ParseDuration reads, if only it is not too long.
var aDuration = regexp.MustCompile(`^[-+]?(\d+d)?((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))*$`)

// ParseDuration reads Go's durations with days before them: "180d", "1d12h", "90s". At
// most some 292 years, all that an int64 of nanoseconds takes.
func ParseDuration(s string) (time.Duration, error) {
	d, ok := parseDuration(s)
	switch {
	case ok:
		return d, nil
	case strings.ContainsAny(s, "0123456789") && aDuration.MatchString(s):
		return 0, fmt.Errorf("%q is too long, at most some 292 years (%dd)", s, math.MaxInt64/int64(day))
	default:
		return 0, fmt.Errorf("%q is not a duration (write 90s, 5m, 1h30m or 180d)", s)
	}
}

func parseDuration(s string) (time.Duration, bool) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		d, err := time.ParseDuration(s)
		return d, err == nil
	}
	n, err := strconv.ParseInt(days, 10, 64)
	if most := math.MaxInt64 / int64(day); err != nil || n > most || n < -most {
		return 0, false
	}
	d := time.Duration(n) * day
	if rest == "" {
		return d, true
	}
	more, err := time.ParseDuration(rest)
	if err != nil || more < 0 {
		return 0, false
	}
	if strings.HasPrefix(days, "-") {
		return d - more, d-more <= d
	}
	return d + more, d+more >= d
}

// FormatDuration writes what ParseDuration reads, whole days as "180d".
func FormatDuration(d time.Duration) string {
	if d != 0 && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}
