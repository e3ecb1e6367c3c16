package scenarios

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// runnable are the scenarios listed that can run by themselves: those without mistakes
// and without an app under test, which somebody has to start.
func (s *Screen) runnable() []string {
	var ids []string
	for _, e := range s.shown {
		if e.item != nil && len(e.item.Variants) > 0 && !e.item.Foreign {
			ids = append(ids, e.item.ID)
		}
	}
	return ids
}

func (s *Screen) runShown() {
	if s.running {
		s.stop()
		return
	}
	s.start(s.runnable())
}

func (s *Screen) runChosen() {
	if s.running {
		s.stop()
		return
	}
	if it := s.item(s.chosen); it != nil && len(it.Variants) > 0 {
		s.start([]string{it.ID})
	}
}

func (s *Screen) start(ids []string) {
	if len(ids) == 0 {
		return
	}
	s.running = true // at once: a second click must not start them twice
	s.label()
	s.detail.label()
	s.actions.RunScenarios(ids)
}

func (s *Screen) stop() {
	s.stopping = true
	s.label()
	s.detail.label()
	s.actions.StopScenarios()
}

func (s *Screen) recordOrStop() {
	if !s.recording {
		s.record.Disable()
		s.actions.RecordScenario(true, func(_, _ string, err error) {
			s.dispatch(func() {
				s.record.Enable()
				if err != nil {
					s.notice.Fail(lang.L("The recording could not begin"), err)
					return
				}
				s.recording = true
				s.label()
				s.notice.Busy(lang.L("What you do in the windows from now on becomes a scenario: log in, kick, cut, advance the clock."))
			})
		})
		return
	}
	s.record.Disable()
	s.actions.RecordScenario(false, func(own, note string, err error) {
		s.dispatch(func() {
			s.recording = false
			s.record.Enable()
			s.label()
			switch {
			case err != nil:
				s.notice.Fail(lang.L("The recording could not be kept"), err)
			case own == "":
				s.notice.Busy(lang.L("Nothing happened while recording, so there is no file."))
			case note != "":
				s.notice.Busy(note)
			default:
				s.notice.Say(lang.L("Recorded, and it passes when it is run. Edit the file as you like."))
			}
		})
		if err == nil && own != "" {
			s.Choose(own)
		}
	})
}

func (s *Screen) openFolder() {
	s.actions.OpenScenarioFolder(func(err error) {
		if err != nil {
			s.Fail(lang.L("The folder could not be opened"), err)
		}
	})
}

func (s *Screen) copyOwn() {
	it := s.item(s.chosen)
	if it == nil {
		return
	}
	s.actions.CopyScenario(it.ID, func(own string, err error) {
		if err != nil {
			s.Fail(lang.L("The scenario could not be copied"), err)
			return
		}
		s.dispatch(func() { s.notice.Say(lang.L("Copied. The file is yours: edit it, and it is read again by itself.")) })
		s.Choose(own)
	})
}

func (s *Screen) edit() {
	it := s.item(s.chosen)
	if it == nil {
		return
	}
	s.actions.EditScenario(it.ID, func(err error) {
		if err != nil {
			s.Fail(lang.L("The file could not be opened"), err)
		}
	})
}

func (s *Screen) remove() {
	it := s.item(s.chosen)
	if it == nil {
		return
	}
	name := it.Name
	s.actions.DeleteScenario(it.ID, func(undo func(func(string, error)), err error) {
		if err != nil {
			s.Fail(lang.L("The file could not be deleted"), err)
			return
		}
		s.dispatch(func() {
			s.notice.Offer(lang.L("{{.Name}} is deleted.", map[string]any{"Name": name}), look.ToneBusy, lang.L("Undo"), func() {
				s.notice.Hide()
				undo(func(own string, err error) {
					if err != nil {
						s.Fail(lang.L("The file could not be brought back"), err)
						return
					}
					s.Choose(own)
				})
			})
		})
	})
}

func (s *Screen) openReport() {
	it := s.item(s.chosen)
	if it == nil {
		return
	}
	s.actions.OpenScenarioReport(it.ID, func(err error) {
		if err != nil {
			s.Fail(lang.L("The report could not be opened"), err)
		}
	})
}

func (s *Screen) copyCommand() {
	if it := s.item(s.chosen); it != nil {
		fyne.CurrentApp().Clipboard().SetContent(it.Command)
		s.notice.Say(lang.L("The command is on the clipboard: {{.Command}}", map[string]any{"Command": it.Command}))
	}
}

// variants are the rows of a matrix, to choose from.
func (s *Screen) variantMenu() []*fyne.MenuItem {
	it := s.item(s.chosen)
	if it == nil {
		return nil
	}
	var items []*fyne.MenuItem
	for i, v := range it.Variants {
		status := NotRun
		if st := s.states[it.ID]; st != nil && i < len(st.rows) {
			status = st.rows[i].status
		}
		vis := visual(status)
		items = append(items, fyne.NewMenuItemWithIcon(v.Name, look.Icon(vis.Icon, vis.Tone.Mark()), func() {
			s.detail.variant = i
			s.detail.rebuild()
		}))
	}
	return items
}
