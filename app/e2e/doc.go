// Package e2e drives the real program in a real window: `make test` runs it on a
// display of its own, with a Secret Service of its own.
package e2e
