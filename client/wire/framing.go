package wire

// Framing is the kind of WebSocket message that carries a frame. The JSON inside is
// the same in both.
type Framing int

// The two framings, with the numbers of their messages in RFC 6455 (opcode), which
// WebSocket libraries use too.
const (
	FramingText   Framing = 1
	FramingBinary Framing = 2
)

// FramingOf is the framing on a path of the socket; ok is false for a path that is
// neither PathBinary nor PathText.
func FramingOf(path string) (f Framing, ok bool) {
	switch path {
	case PathBinary:
		return FramingBinary, true
	case PathText:
		return FramingText, true
	default:
		return 0, false
	}
}

// Path is the path of the socket on which f is spoken.
func (f Framing) Path() string {
	if f == FramingText {
		return PathText
	}
	return PathBinary
}

// String is "text" or "binary".
func (f Framing) String() string {
	if f == FramingText {
		return "text"
	}
	return "binary"
}
