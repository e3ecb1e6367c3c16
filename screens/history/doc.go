// Package history is the page of past sessions and how they ended.
package history
