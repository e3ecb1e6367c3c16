package look

// Dispatcher runs f on the goroutine that owns the widgets: fyne.Do in the window, a
// queue which the test drains itself in tests (Fyne's test driver runs fyne.Do inline
// on the calling goroutine, which would race with the test).
type Dispatcher func(f func())
