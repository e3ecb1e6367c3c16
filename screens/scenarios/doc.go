// Package scenarios is the page of kicks that were written down: the library and the
// person's own files, what a run of them does step by step, and what came of it.
package scenarios
