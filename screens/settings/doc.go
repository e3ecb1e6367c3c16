// Package settings is the page of what a person may choose about the program itself,
// and of where it keeps things.
package settings
