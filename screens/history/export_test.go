package history

import "kickbench/screens/events"

// Export is what the menu of forms does.
func (s *Screen) Export(f events.Form) { s.export(f) }

// Choose is what the menu of ends does.
func (s *Screen) Choose(key string) {
	for _, e := range s.overview.Ends {
		if e.Key == key {
			s.chooseEnd(key, endVisual(&Session{End: e.End}).Word)
		}
	}
}
