//go:build !headless

package workbench

import "kickbench/storage"

// retain puts the bounds of the history in force.
func (b *Bench) retain(storage.Preferences) {}
