package history

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/events"
	"kickbench/screens/look"
)

// endItems are the ends to choose from, as many as there are.
func (s *Screen) endItems() []*fyne.MenuItem {
	items := []*fyne.MenuItem{fyne.NewMenuItem(lang.L("Any end")+"  "+look.Count(s.overview.Sessions), func() { s.chooseEnd("", lang.L("Any end")) })}
	for _, e := range s.overview.Ends {
		v := endVisual(&Session{End: e.End})
		if e.End == Refused { // the history counts the lost ones among them
			v.Word = lang.L("Failed")
		}
		items = append(items, fyne.NewMenuItemWithIcon(v.Word+"  "+look.Count(e.Count), look.Icon(v.Icon, v.Tone.Mark()), func() { s.chooseEnd(e.Key, v.Word) }))
	}
	return items
}

func (s *Screen) chooseEnd(key, word string) {
	s.end = key
	s.ends.SetLabel(word, "")
	s.load()
}

// exports are the forms a session is written in.
func (s *Screen) exports() []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, f := range events.Forms() {
		items = append(items, fyne.NewMenuItem(f.String(), func() { s.export(f) }))
	}
	return items
}

func (s *Screen) export(form events.Form) {
	it := s.session()
	if it == nil || it.File != "" {
		return
	}
	over := false
	stop := func() {}
	busy := func(words string) {
		s.notice.Offer(words, look.ToneBusy, lang.L("Stop"), func() { stop() })
	}
	busy(lang.L("Exporting the session…"))
	all := look.Count(it.Events)
	stop = s.source.Export(it.ID, form, func(done int) {
		s.dispatch(func() {
			if !over {
				busy(lang.L("Exporting: {{.Done}} of {{.Count}} events", map[string]any{"Done": look.Count(done), "Count": all}))
			}
		})
	}, func(file string, err error) {
		s.dispatch(func() {
			over = true
			switch {
			case errors.Is(err, context.Canceled):
				s.notice.Busy(lang.L("The export was stopped; no file is left."))
			case err != nil:
				s.notice.Fail(lang.L("The export failed"), err)
			case file == "":
				s.notice.Hide()
			default:
				s.notice.Say(lang.L("Session written to {{.File}}", map[string]any{"File": file}))
			}
		})
	})
}

// remove takes the chosen session away and offers to bring it back.
func (s *Screen) remove() {
	it := s.session()
	if it != nil && it.File != "" {
		s.closeFile(it.ID)
		return
	}
	if it == nil || it.End == Running {
		return
	}
	id := it.ID
	at := s.position(id)
	s.leaving[id] = true
	said := lang.L("The session of {{.User}} of {{.Time}} is deleted.", map[string]any{"User": it.UserID, "Time": look.DateTime(it.Start)})
	undo := s.source.Delete(id, func(err error) {
		s.dispatch(func() {
			delete(s.leaving, id)
			switch {
			case err != nil:
				s.notice.Fail(lang.L("The session could not be deleted"), err)
			case s.notice.Text() == said: // it cannot be undone any more
				s.notice.Hide()
			}
			s.load()
		})
	})
	s.notice.Offer(said, look.ToneBusy, lang.L("Undo"), func() {
		undo()
		delete(s.leaving, id)
		s.notice.Hide()
		s.refill()
		s.choose(s.position(id))
		s.load() // where it was gone already, the list says so
	})
	s.let()
	s.refill()
	s.panes.Refresh()
	for _, i := range []int{at, at - 1} { // the next one, so that several go quickly
		if i >= 0 && i < len(s.lines) && s.lines[i].session != nil {
			s.choose(i)
			break
		}
	}
}

// let chooses no session.
func (s *Screen) let() {
	s.chosen = ""
	s.list.Refresh()
	s.asked++
	s.stop()
	s.queue = nil
	s.clear()
	s.showHead()
}

// clear shows no events.
func (s *Screen) clear() {
	s.part = extent{}
	s.events.Replace(nil)
	s.picture.Replace(nil)
}

// position is a session's line, -1 where it has none.
func (s *Screen) position(id string) int {
	for i, l := range s.lines {
		if l.session != nil && l.session.ID == id {
			return i
		}
	}
	return -1
}
