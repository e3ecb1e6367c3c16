package settings

// Values are what can be chosen. They are in force at once, except Language.
type Values struct {
	// Language is "" for the system's, else "en", "zh_Hans" or "ko".
	Language string
	// Theme is "" for the system's, else "light" or "dark".
	Theme string
	// Scale is 0 for the system's, else 1 for the usual size.
	Scale float64
	// KeepDays and KeepMB bound the history; 0 is no bound.
	KeepDays, KeepMB int
	// LogLevel is "error", "warn", "info" or "debug".
	LogLevel string
	// Notify shows a notification of the system on a kick.
	Notify bool
}

// Place is something that is kept, and where.
type Place struct {
	Name string // translated
	Path string // of a file or a folder; else words
	// Folder is what *Open folder* opens; "" where there is none to open.
	Folder string
}

// Model is all the page shows.
type Model struct {
	Values
	// Running is the language the window speaks now, as Values.Language.
	Running string
	// Unbounded hides the bounds of the history, where nothing keeps it within them.
	Unbounded bool
	Places    []Place
	Version   string
}

// Actions is what the page asks of the program. Each method returns at once; reply may
// be called from any goroutine, once, with nil or what went wrong.
type Actions interface {
	// Set puts the values in force and keeps them.
	Set(v Values, reply func(error))
	// OpenFolder shows a folder in the system's file manager.
	OpenFolder(path string, reply func(error))
	// ShowKeys shows the list of keys.
	ShowKeys()
}
