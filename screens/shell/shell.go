package shell

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

const (
	railWidth float32 = 184
	barHeight float32 = 56
)

// Shell is the content of one window. Its methods may be called from any goroutine
// unless they say otherwise: they reach the widgets through the dispatcher, in order.
type Shell struct {
	config Config

	// All below is the UI goroutine's.
	root      *fyne.Container
	workspace fyne.CanvasObject
	front     fyne.CanvasObject // the login screen and the way past it
	bar       *bar
	entries   map[PageID]*look.NavItem
	shown     PageID
	sheet     *look.Sheet // nil while it does not show
}

// New builds the shell; it shows the login screen first. UI goroutine only.
func New(c Config) *Shell {
	s := &Shell{config: c, bar: newBar(c.Actions), entries: map[PageID]*look.NavItem{}}

	pages := make([]fyne.CanvasObject, len(c.Pages))
	for i, p := range c.Pages {
		p.Content.Hide()
		pages[i] = p.Content
	}
	right := look.Frame(s.bar.content, container.NewStack(pages...), nil)
	s.workspace = container.New(workspaceLayout{}, s.rail(), right)
	s.workspace.Hide()
	// No ground of its own: Fyne clears a window with the theme's background.
	s.front = c.Login
	if past := s.past(); past != nil {
		s.front = look.Frame(nil, c.Login, past)
	}
	s.root = container.NewStack(s.front, s.workspace)
	if len(c.Pages) > 0 {
		s.open(c.Pages[0].ID)
	}
	return s
}

func (s *Shell) rail() fyne.CanvasObject {
	name := look.NewName("Kickbench")
	items := []fyne.CanvasObject{look.Inset(8, 8, 12, 0, name)}
	for _, p := range s.config.Pages {
		e := look.NewNavItem(p.Label, p.Icon, func() { s.open(p.ID) })
		s.entries[p.ID] = e
		items = append(items, e)
	}
	more := look.NewMenuButton(lang.L("New instance"), look.IconPlus, look.Ghost, s.platforms)
	body := look.Frame(nil, look.Column(2, items...), look.Line(0, more))
	return look.NewSurface(look.ColorRail, look.Inset(10, 14, 10, 10, body))
}

// past leads past the login screen to what needs no login; nil where nothing is.
func (s *Shell) past() fyne.CanvasObject {
	var doors []fyne.CanvasObject
	for _, p := range s.config.Pages {
		if p.Apart {
			doors = append(doors, look.NewButton(p.Label, p.Icon, look.Ghost, func() {
				s.swap(false)
				s.open(p.ID)
			}))
		}
	}
	if doors == nil {
		return nil
	}
	return look.Frame(look.Rule(), look.Inset(4, 4, 0, 0, container.NewCenter(look.Line(0, doors...))), nil)
}

func (s *Shell) platforms() []*fyne.MenuItem {
	items := make([]*fyne.MenuItem, len(s.config.Platforms))
	for i, p := range s.config.Platforms {
		items[i] = fyne.NewMenuItemWithIcon(p.Label(), look.Icon(look.PlatformIcon(p), look.ColorText),
			func() { s.config.Actions.NewInstance(p) })
	}
	return items
}

// Object is what the window shows.
func (s *Shell) Object() fyne.CanvasObject { return s.root }

// ShowLogin brings the login screen back and puts the keyboard on it.
func (s *Shell) ShowLogin() { s.config.Dispatch(func() { s.swap(true) }) }

// ShowWorkspace brings up rail, top bar and the page last shown.
func (s *Shell) ShowWorkspace() { s.config.Dispatch(func() { s.swap(false) }) }

func (s *Shell) swap(login bool) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.root); c != nil {
		c.Unfocus() // or keys go on to a widget nobody sees
	}
	if login {
		s.workspace.Hide()
		s.config.Login.Show()
		s.front.Show()
		s.config.FocusLogin()
		return
	}
	s.front.Hide()
	s.config.Login.Hide() // asked for whether it shows
	s.workspace.Show()
}

// ShowPage opens a page of the workspace; an unknown one is ignored.
func (s *Shell) ShowPage(id PageID) { s.config.Dispatch(func() { s.open(id) }) }

// Page is the page last shown. UI goroutine only.
func (s *Shell) Page() PageID { return s.shown }

func (s *Shell) open(id PageID) {
	if _, ok := s.entries[id]; !ok {
		return
	}
	s.shown = id
	for _, p := range s.config.Pages {
		if p.ID == id {
			p.Content.Show()
			if p.OnShow != nil {
				p.OnShow()
			}
		} else {
			p.Content.Hide()
		}
		s.entries[p.ID].Choose(p.ID == id)
	}
}

// SetHeader changes what the top bar tells.
func (s *Shell) SetHeader(h Header) { s.config.Dispatch(func() { s.bar.set(h) }) }

// Tick moves the server's clock on; call it about once a second with the time.
func (s *Shell) Tick(now time.Time) { s.config.Dispatch(func() { s.bar.tick(now) }) }

type workspaceLayout struct{}

func (workspaceLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(railWidth+b.Width, fyne.Max(a.Height, b.Height))
}

func (workspaceLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(railWidth, s.Height))
	o[1].Move(fyne.NewPos(railWidth, 0))
	o[1].Resize(fyne.NewSize(s.Width-railWidth, s.Height))
}
