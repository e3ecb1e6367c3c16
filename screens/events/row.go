package events

import (
	"time"

	"kickbench/client/wire"
)

// Kind is what an event is about; the filter's chips are kinds.
type Kind int

// The kinds.
const (
	KindSession Kind = iota
	KindKick
	KindNetwork
	KindError
	KindFrame
	kindCount
)

// Layer is where an event was seen.
type Layer int

// The layers.
const (
	LayerSDK      Layer = iota // an event of the SDK
	LayerFrameIn               // a frame from the server
	LayerFrameOut              // a frame to the server
	LayerApp                   // something this program did
)

// Row is one line of the log. Immutable once appended.
type Row struct {
	Time     time.Time
	Instance string // "1003"
	User     string // whose instance; for the filter
	Platform wire.Platform
	Layer    Layer
	Kind     Kind
	Name     string // "KICKED_OUT", "im_open_status.wslogin"
	Summary  string // one line; shown as it is
	JSON     string // the whole event as JSON; shown indented, copied and exported
	Good     bool   // the moment things became well: SDK_READY
}
