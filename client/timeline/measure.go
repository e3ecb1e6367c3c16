package timeline

// Measure gives the width of a text in pixels.
type Measure func(s string, size float64, bold, mono bool) float64

// Roughly measures for fonts that are not known, as those of who opens an SVG: by the
// widest of the usual sans-serif fonts, so that texts are never wider than planned.
func Roughly(s string, size float64, bold, mono bool) float64 {
	sum := 0.0
	for _, r := range s {
		sum += advance(r, mono)
	}
	if bold && !mono {
		sum *= 1.09
	}
	return sum * size
}

func advance(r rune, mono bool) float64 {
	switch {
	case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0x1f300):
		return 1.02
	case mono:
		return 0.605
	}
	switch r {
	case 'i', 'j', 'l', 'I', '.', ',', ':', ';', '\'', '|', '!', '·':
		return 0.34
	case 'f', 't', 'r', '(', ')', '[', ']', '-', '/', ' ':
		return 0.42
	case 'm', 'w', 'M', 'W', '@', '%', '—', '…':
		return 1.0
	}
	if r >= 'A' && r <= 'Z' {
		return 0.75
	}
	return 0.64
}

// elide cuts s so that it and a closing "…" fit into width.
func elide(s string, width, size float64, bold, mono bool, m Measure) string {
	full := m(s, size, bold, mono)
	if full <= width {
		return s
	}
	runes := []rune(s)
	for keep := min(len(runes)-1, int(float64(len(runes))*width/full)+1); keep > 0; keep-- {
		if t := string(runes[:keep]) + "…"; m(t, size, bold, mono) <= width {
			return t
		}
	}
	return ""
}
