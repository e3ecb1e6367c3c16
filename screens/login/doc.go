// Package login is the screen a session starts from and, when it was kicked, returns
// to: the form, the progress of a login, its error in words, and the banner that says
// what happened.
package login
