// Package shell is the frame of a window: the login screen, or the workspace with its
// rail, top bar and pages. It shows what it is told and decides nothing.
package shell
