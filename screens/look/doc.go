// Package look is the window's visual language: the theme, the colours, glyphs and
// words of states and platforms, and the small widgets all screens are made of.
//
// Everything here is drawn from theme colours at Refresh, so a change between light
// and dark needs no rebuilding. Nothing here starts a goroutine; a screen that gets
// news from elsewhere hands it to the user interface through a Dispatcher.
package look
