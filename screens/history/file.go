package history

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// fileID is what a session is called that was read out of a file.
func fileID(path string) string { return "file:" + path }

// openButton asks for a file.
func (s *Screen) openButton() *look.Button {
	return look.NewButton(lang.L("Open file…"), look.IconFolder, look.Plain, func() { s.source.ChooseFile() })
}

// OpenFiles reads exported sessions, one after the other, and shows the last one. They
// stay in the list until they are closed there. Any goroutine.
func (s *Screen) OpenFiles(paths ...string) {
	s.dispatch(func() {
		idle := len(s.queue) == 0
		s.queue = append(s.queue, paths...)
		if idle {
			s.openNext()
		}
	})
}

func (s *Screen) openNext() {
	if len(s.queue) > 0 {
		s.asked++
		s.stop()
		s.read(s.queue[0], Part{})
	}
}

// read reads a file, and says how far it is where that takes its time.
func (s *Screen) read(path string, part Part) {
	ask, name := s.asked, filepath.Base(path)
	done := func() bool { // with what the queue has, if it is from there
		if len(s.queue) > 0 && s.queue[0] == path {
			s.queue = s.queue[1:]
			return len(s.queue) > 0
		}
		return false
	}
	over := false
	told := ""
	s.stop = s.source.ReadFile(path, part, func(it Session) *Batch { return s.batchOf(&it) }, func(percent int) {
		s.dispatch(func() {
			if over || ask != s.asked {
				return
			}
			told = lang.L("Opening {{.File}}: {{.Percent}} %", map[string]any{"File": name, "Percent": percent})
			s.notice.Offer(told, look.ToneBusy, lang.L("Stop"), func() { s.stop() })
		})
	}, func(it Session, b *Batch, err error) {
		s.dispatch(func() {
			over = true
			more := done()
			if ask != s.asked { // something else was chosen meanwhile
				return
			}
			s.stop = func() {}
			if told != "" && s.notice.Text() == told {
				s.notice.Hide()
			}
			switch {
			case errors.Is(err, context.Canceled):
				s.notice.Busy(lang.L("{{.File}} was not opened.", map[string]any{"File": name}))
			case err != nil:
				s.notice.Fail(lang.L("{{.File}} cannot be opened", map[string]any{"File": name}), err)
				if s.chosen == fileID(path) { // it could be read before
					s.clear()
				}
			default:
				it.ID, it.File = fileID(path), path
				s.keepFile(it)
				s.take(it)
				b.show()
			}
			if more {
				s.openNext()
			}
		})
	})
}

// keepFile has the list show a file's session: at its top, or in its place where it is
// there already.
func (s *Screen) keepFile(it Session) {
	if i := slices.IndexFunc(s.files, func(f Session) bool { return f.ID == it.ID }); i >= 0 {
		s.files[i] = it
		s.refill()
		return
	}
	s.files = slices.Insert(s.files, 0, it)
	s.refill()
	s.list.ScrollToTop()
}

// closeFile takes a file out of the list; the file itself stays as it is.
func (s *Screen) closeFile(id string) {
	s.files = slices.DeleteFunc(s.files, func(f Session) bool { return f.ID == id })
	s.let()
	s.refill()
	s.panes.Refresh()
}

// fileBand says that what shows was read out of a file, and out of which.
type fileBand struct {
	root  *look.Surface
	glyph *look.Glyph
	name  *look.Text
	what  *look.Text
}

func newFileBand() *fileBand {
	b := &fileBand{glyph: look.NewGlyph(look.IconFolder, look.ToneBusy.Mark(), 16), name: look.NewBold(""), what: look.NewMuted("").Elided()}
	b.name.MaxWidth = 260
	b.root = look.NewTightCard(look.Inset(6, 6, 12, 12, look.Line(look.Space2, b.glyph, b.name, look.Wide(b.what))))
	b.root.Hide()
	return b
}

func (b *fileBand) show(it *Session) {
	on := it != nil && it.File != ""
	if on {
		tone, icon, words := look.ToneBusy, look.IconFolder, lang.L("Read-only: this is a file, not a session of your history.")
		if it.Damage != "" {
			tone, icon, words = look.ToneWait, look.IconWarn, it.Damage
		}
		b.glyph.Set(icon, tone.Mark())
		b.root.Fill, b.root.Line = tone.Ground(), tone.Mark()
		b.name.Set(filepath.Base(it.File))
		b.what.SetColored(words, tone.Ink())
		b.root.Refresh()
	}
	look.SetVisible(b.root, on)
}
