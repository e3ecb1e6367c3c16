// Package timeline is the picture of what happened to a user's instances: a lane for
// each, coloured by its state, and an arrow from the login that kicked to the instance
// that fell. It knows no window, no network and no disk: records in, drawing list or
// SVG out, so that the window, a report and a headless build draw the same picture.
//
// The short way, from a ledger to a self-contained SVG:
//
//	m := timeline.New(timeline.Limits{})
//	for _, r := range records {
//		m.Add(timeline.Record{Seq: r.Seq, Time: r.Time, Kind: timeline.Kind(r.Kind), …})
//	}
//	err := m.SVG(w, timeline.Picture{Title: "Kick war", Dark: false})
//
// A Record has the fields of the sandbox's record by the same names; a record of a
// kind that is no part of the picture may be added, and changes nothing. Of instances
// that are watched from the inside, KindClient records tell the states the server
// does not see: connecting, logging in, destroyed; where there is no ledger, all.
//
// The parts, for who draws elsewhere than in SVG: a Model (model.go) takes records in,
// a View says which time and rows are seen, Layout makes a Drawing of it, and a Drawing
// is rectangles, lines, glyphs and texts in roles (Ink) that a Theme gives colours. All
// times are the server's; a Model belongs to one goroutine at a time.
//
// Time that nothing happened in is folded: a quiet stretch of FoldQuiet, or a jump of
// the sandbox's clock, takes a strip of fixed width that says how much it hides.
package timeline
