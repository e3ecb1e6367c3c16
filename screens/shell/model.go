package shell

import (
	"time"

	"fyne.io/fyne/v2"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
)

// PageID names a page of the workspace.
type PageID string

// Page is one entry of the rail and what it shows. Its content is built once and then
// shown and hidden, never rebuilt.
type Page struct {
	ID      PageID
	Label   string // translated
	Icon    look.IconName
	Content fyne.CanvasObject
	// Apart says that it is of use with nobody logged in: the login screen leads to it.
	Apart bool
	// OnShow is called each time the page comes up; may be nil.
	OnShow func()
	// OnFind puts the keyboard on the page's search; nil where it has none.
	OnFind func()
}

// Header is what the top bar tells.
type Header struct {
	UserID   string
	State    client.State
	Platform wire.Platform
	Instance string // "1003"; "" before the first login
	SDKAppID uint64
	// RTT is the last round trip, 0 where none was measured.
	RTT time.Duration
	// ServerTime is the server's clock at the local time At; zero where not known.
	ServerTime, At time.Time
}

// Actions is what the shell asks of the program. Each method returns at once.
type Actions interface {
	// LogOut ends the session of this window; where it is over, it goes to the login
	// screen.
	LogOut()
	// NewInstance opens a window with an instance of its own.
	NewInstance(wire.Platform)
}

// Config is what New needs.
type Config struct {
	Dispatch look.Dispatcher
	Actions  Actions
	// Login is the login screen's content; FocusLogin puts the keyboard on its
	// button. Neither may be nil.
	Login      fyne.CanvasObject
	FocusLogin func()
	// EscapeLogin takes Esc while the login screen shows and no widget has the
	// keyboard; may be nil.
	EscapeLogin func()
	Pages       []Page
	// Platforms are offered by "New instance".
	Platforms []wire.Platform
	// Keys are what the keyboard does beside; see Bind.
	Keys Keys
}
