package events

import (
	"context"
	"errors"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// ask takes a filter line. One that cannot be understood is said so in its place, and the
// last one that could stays in force.
func (s *Screen) ask(line string) {
	q, err := parseQuery(line)
	if err != nil {
		s.wrong.SetColored(err.Error(), look.ToneBad.Ink())
		s.wrong.Show()
		s.chipLine.Hide()
		return
	}
	s.wrong.Hide()
	s.chipLine.Show()
	s.keepPlace(func() { s.scan(s.view.ask(q)) })
}

// keepPlace has the list show the selected row after a change of what shows, if it still
// does, and else its top.
func (s *Screen) keepPlace(change func()) {
	change()
	s.list.offset, s.above = 0, 0
	if s.list.some {
		if i, ok := s.view.line(s.list.selected); ok {
			s.list.reveal(i)
		} else {
			s.list.clear()
		}
	}
	s.list.Refresh()
	s.show()
}

// refilter is for a change of the kinds.
func (s *Screen) refilter() { s.keepPlace(s.view.refilter) }

// scan looks into the contents beside the UI goroutine; what it finds shows as it comes.
func (s *Screen) scan(sc *scan) {
	s.stopScan()
	if sc == nil {
		s.stopScan = func() {}
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stopScan = cancel
	rows := s.view.log.len()
	s.config.Background(func() {
		sc.run(ctx, func(f found) {
			s.config.Dispatch(func() {
				if !s.view.take(f) {
					return
				}
				at := s.top()
				s.view.refilter()
				s.back(at)
				s.show()
			})
		})
		over := ctx.Err() == nil
		cancel()
		if over && s.config.Settled != nil {
			s.config.Settled(rows)
		}
	})
}

// place is the row at the list's upper edge, and how far it reaches beyond it.
type place struct {
	n    uint64
	rest float64
	ok   bool
}

func (s *Screen) top() place {
	i := int(s.list.offset / float64(lineHeight))
	if s.list.offset == 0 || i >= s.view.lines() {
		return place{}
	}
	return place{s.view.number(i), s.list.offset - float64(i)*float64(lineHeight), true}
}

// back scrolls to a place after rows came in or went above it.
func (s *Screen) back(p place) {
	if p.ok && s.view.lines() > 0 {
		s.list.offset = float64(s.view.nearLine(p.n))*float64(lineHeight) + p.rest
	}
	s.list.Refresh()
}

func (s *Screen) showAll() {
	s.view.filter.allKinds()
	s.view.filter.frames = true
	s.search.SetText("")
	s.refilter()
}

func (s *Screen) nextKick() {
	if !s.list.nextKick() {
		s.notice.Busy(lang.L("There is no kick among these events."))
	}
}

// toggleFollow goes to the newest and stays there, or holds the list where it is.
func (s *Screen) toggleFollow() {
	s.list.stay = s.list.following()
	if !s.list.stay {
		s.list.scrollTo(0)
	}
	s.scrolled()
}

// scrolled notes where the list stands now.
func (s *Screen) scrolled() {
	if s.list.following() {
		s.above = 0
	}
	s.showTally()
}

func (s *Screen) selected() {
	if s.list.some {
		r := s.view.log.row(s.list.selected)
		s.detail.show(&r)
	} else {
		s.detail.show(nil)
	}
	s.panes.Refresh()
}

// exports are the forms to choose from.
func (s *Screen) exports() []*fyne.MenuItem {
	words := map[Form]string{
		JSONL: lang.L("JSONL: every event on a line"),
		CSV:   lang.L("CSV: a table"),
		HAR:   lang.L("HAR: the frames, as a browser saves them"),
	}
	var items []*fyne.MenuItem
	for _, f := range Forms() {
		items = append(items, fyne.NewMenuItem(words[f], func() { s.export(f) }))
	}
	return items
}

// exportStep is how many rows are written between two words of progress.
const exportStep = 20_000

func (s *Screen) export(form Form) {
	rows := s.view.selection()
	if rows.Len() == 0 {
		s.notice.Busy(lang.L("There is nothing to export."))
		return
	}
	s.stopExport()
	all := look.Count(rows.Len())
	stop := func() { s.stopExport() }
	over := false
	s.notice.Offer(lang.L("Exporting {{.Count}} events…", map[string]any{"Count": all}), look.ToneBusy, lang.L("Stop"), stop)
	s.stopExport = s.config.Exporter.ExportEvents(rows, form, func(done int) {
		if done%exportStep != 0 {
			return
		}
		s.config.Dispatch(func() {
			if !over {
				s.notice.Offer(lang.L("Exporting: {{.Done}} of {{.Count}} events", map[string]any{"Done": look.Count(done), "Count": all}), look.ToneBusy, lang.L("Stop"), stop)
			}
		})
	}, func(file string, err error) {
		s.config.Dispatch(func() {
			over = true
			s.exported(all, file, err)
		})
	})
}

func (s *Screen) exported(all, file string, err error) {
	switch {
	case errors.Is(err, context.Canceled):
		s.notice.Busy(lang.L("The export was stopped; no file is left."))
	case err != nil:
		s.notice.Fail(lang.L("The export failed"), err)
	case file == "":
		s.notice.Hide()
	default:
		s.notice.Say(lang.L("{{.Count}} events written to {{.File}}", map[string]any{"Count": all, "File": file}))
	}
}

// show brings chips, tally and the empty states up to date.
func (s *Screen) show() {
	chip := func(c *look.Chip, word string, n int, alarm bool) {
		c.Set(fmt.Sprintf("%s %s", word, look.Count(n)), alarm && n > 0)
	}
	all := s.view.texted
	if !s.view.filter.kind(KindFrame) {
		all -= s.view.counts[KindFrame]
	}
	chip(s.all, lang.X("chip.all", "All"), all, false)
	s.all.Choose(!s.view.filter.some)
	words := [kindCount]string{lang.L("Session"), lang.L("Kicks"), lang.L("Network"), lang.L("Errors"), lang.L("Frames")}
	for k, c := range s.chips {
		chip(c, words[k], s.view.counts[k], Kind(k) == KindKick || Kind(k) == KindError)
		c.Choose(s.view.filter.kinds[k] || Kind(k) == KindFrame && s.view.filter.kind(KindFrame))
	}
	look.SetVisible(s.nothing, s.view.log.len() == 0)
	look.SetVisible(s.filtered, s.view.log.len() > 0 && s.view.lines() == 0 && s.view.gaps == 0)
	s.showBeyond()
	s.showTally()
}

// manyRows is from where on numbers are too long to be said twice.
const manyRows = 100_000

func (s *Screen) showTally() {
	d := map[string]any{
		"Shown": look.Count(s.view.lines()), "All": look.Count(s.view.log.len()),
		"Waiting": look.Count(s.waiting), "Above": look.Count(s.above),
	}
	s.follow.Choose(s.list.following() && !s.paused)
	switch {
	case s.config.Past && s.view.gaps == 0 && s.view.lines() == s.view.log.len() && s.view.lines() >= manyRows:
		s.tally.Set("") // the chip of all says it, and such numbers fill the line
	case s.view.gaps > 0:
		d["Percent"] = 100 * (s.view.todo - s.view.gaps) / s.view.todo
		s.tally.SetColored(lang.L("looking into contents, {{.Percent}} % · {{.Shown}} of {{.All}}", d), look.ToneBusy.Ink())
	case s.paused:
		s.tally.SetColored(lang.L("paused · {{.Waiting}} waiting", d), look.ToneWait.Ink())
	case s.config.Past:
		s.tally.SetColored(lang.L("{{.Shown}} of {{.All}}", d), look.ColorMuted)
	case !s.list.following() && s.above > 0:
		s.tally.SetColored(lang.L("{{.Above}} new above · {{.Shown}} of {{.All}}", d), look.ToneBusy.Ink())
	case !s.list.following():
		s.tally.SetColored(lang.L("{{.Shown}} of {{.All}}", d), look.ColorMuted)
	default:
		s.tally.SetColored(lang.L("following · {{.Shown}} of {{.All}}", d), look.ColorMuted)
	}
	s.chipLine.Refresh()
}
