package sandbox

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// pageWidth keeps a line readable from end to end on a very wide window.
const pageWidth float32 = 1400

// The parts of the page, in the order of their tabs.
const (
	partConnect = iota
	partLogins
	partTrouble
	partDefects
	partFidelity
)

// Screen is the sandbox page. Its exported methods may be called from any goroutine
// unless they say otherwise: they reach the widgets through the dispatcher, in order.
type Screen struct {
	dispatch look.Dispatcher
	control  Control

	// All below is the UI goroutine's.
	model   Model
	app     uint64 // the app that is shown
	anyway  bool   // shown although the window is logged in elsewhere
	root    fyne.CanvasObject
	notice  *look.Notice
	head    *head
	tabs    *look.Tabs
	connect *connectPart
	logins  *loginsPart
	trouble *troublePart
	defects *defectsPart
	truth   *fidelityPart
	pages   []*fyne.Container
	away    *awayPage
	content *fyne.Container
	known   *fyne.Container // all of it, hidden until the first model
}

// New builds the page with nothing known yet. UI goroutine only.
func New(dispatch look.Dispatcher, control Control) *Screen {
	s := &Screen{dispatch: dispatch, control: control, notice: look.NewNotice()}
	s.head = newHead(s)
	s.connect, s.logins, s.trouble = newConnectPart(s), newLoginsPart(s), newTroublePart(s)
	s.defects, s.truth = newDefectsPart(s), newFidelityPart(s)
	parts := []fyne.CanvasObject{s.connect.content, s.logins.content, s.trouble.content, s.defects.content, s.truth.content}
	shown := make([]fyne.CanvasObject, len(parts))
	for i, p := range parts {
		page := look.Page(look.Inset(0, look.Space5, look.Space5, look.Space5, look.AtMost(pageWidth, p)))
		s.pages, shown[i] = append(s.pages, page), page
	}
	s.tabs = look.NewTabs([]string{
		lang.L("Connect"), lang.L("Who may stay"), lang.L("Clock and faults"), lang.L("Known defects"), lang.L("How faithful"),
	}, shown)
	s.tabs.OnChange = func(i int) {
		if i == partFidelity {
			s.truth.fill(s.control.Fidelity())
		}
		s.relayout()
	}
	s.away = newAwayPage(s)
	top := look.Inset(look.Space4, look.Space3, look.Space5, look.Space5, look.Column(look.Space3, s.head.content, s.tabs.Object()))
	s.content = look.Frame(top, container.NewStack(shown...), nil)
	s.known = container.NewStack(s.content, s.away.content)
	s.root = s.notice.Over(s.known)
	s.apply(Model{})
	s.known.Hide() // nothing is known yet, and what is shown can be copied
	return s
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// SetModel replaces all that is shown.
func (s *Screen) SetModel(m Model) {
	s.dispatch(func() {
		s.apply(m)
		s.known.Show()
	})
}

// Show brings up a part of the page, by the number of its tab.
func (s *Screen) Show(part int) { s.dispatch(func() { s.tabs.Show(part) }) }

// apply takes a model in and draws the part that shows; the others are drawn when they
// come up, for a model comes every second.
func (s *Screen) apply(m Model) {
	s.model = m
	if _, ok := s.current(); !ok && len(m.Apps) > 0 {
		s.app = m.Apps[0].SDKAppID
	}
	if m.Foreign == "" {
		s.anyway = false
	}
	elsewhere := m.Foreign != "" && !s.anyway
	s.away.show(m)
	look.SetVisible(s.away.content, elsewhere)
	look.SetVisible(s.content, !elsewhere)
	if !elsewhere {
		s.head.show(m)
		s.connect.show(m)
		s.logins.show(m)
		s.trouble.show(m)
		s.defects.show(m)
	}
	s.relayout()
}

func (s *Screen) relayout() { s.pages[s.tabs.Shown()].Refresh() }

// current is the app that is shown.
func (s *Screen) current() (App, bool) {
	for _, a := range s.model.Apps {
		if a.SDKAppID == s.app {
			return a, true
		}
	}
	return App{}, false
}

// run starts an action and says how it went; done is said after a success, "" says
// nothing, for actions whose effect is plain to see.
func (s *Screen) run(what, done string, action func(reply func(error))) {
	s.notice.Hide()
	action(func(err error) {
		s.dispatch(func() {
			switch {
			case err != nil:
				s.notice.Fail(what, err)
			case done != "":
				s.notice.Say(done)
			}
		})
	})
}

func (s *Screen) copy(text string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	s.notice.Say(lang.L("Copied"))
}

// change changes the settings of the app that is shown.
func (s *Screen) change(p Patch) {
	a, ok := s.current()
	if !ok {
		return
	}
	done := ""
	after := a.Settings.ApplyAfter
	if p.ApplyAfter != nil {
		after = *p.ApplyAfter
	}
	if after > 0 {
		done = lang.L("The change comes into force {{.Time}} from now, by the sandbox's clock.", map[string]any{"Time": look.Duration(after)})
	}
	s.run(lang.L("Change the login settings"), done, func(r func(error)) { s.control.Change(a.SDKAppID, p, r) })
}

// awayPage stands in the page's place while the window is logged in elsewhere.
type awayPage struct {
	content *fyne.Container
	address string
	box     *fyne.Container
	s       *Screen
}

func newAwayPage(s *Screen) *awayPage {
	a := &awayPage{s: s, box: container.NewStack()}
	a.content = container.NewStack(a.box)
	return a
}

func (a *awayPage) show(m Model) {
	if m.Foreign == a.address {
		return
	}
	a.address = m.Foreign
	all := look.NewButton(lang.L("Show the sandbox all the same"), "", look.Plain, func() {
		a.s.anyway = true
		a.s.apply(a.s.model)
	})
	a.box.Objects = []fyne.CanvasObject{look.NewEmpty(look.IconOutside,
		lang.L("This server is not ours to control"),
		lang.L("This window is logged in to {{.Address}}. Its limits, its login policy and its clock are set in its own console, and it takes no orders from here. Log in to the sandbox on this computer to have all of that at hand.",
			map[string]any{"Address": m.Foreign}), all)}
	a.box.Refresh()
}

// head tells whether the sandbox runs, and of which app the page speaks.
type head struct {
	s       *Screen
	content fyne.CanvasObject
	line    *fyne.Container
	badge   *look.Badge
	where   *look.Text
	apps    *look.Select
	ids     []uint64
	appBox  *fyne.Container
	more    *look.Button
	toggle  *look.Button
	warn    *look.Text
}

func newHead(s *Screen) *head {
	h := &head{s: s, badge: look.NewBadge(look.Visual{}), where: look.NewMono("").Toned(look.ColorMuted).Elided()}
	h.appBox = container.NewStack()
	h.toggle = look.NewButton(lang.L("Stop"), look.IconStop, look.Plain, h.press)
	h.more = look.NewButton(lang.L("App"), look.IconPlus, look.Plain, h.add)
	h.line = look.Line(look.Space3, look.NewName(lang.L("Sandbox")), h.badge, look.Wide(h.where), h.appBox, h.more, h.toggle)
	h.warn = look.NewText("").Toned(look.ToneWait.Ink()).Elided()
	h.content = look.Column(look.Space1, h.line, h.warn)
	return h
}

func (h *head) press() {
	if h.s.model.Running {
		h.s.run(lang.L("Stop the sandbox"), lang.L("The sandbox is stopped: all connections are cut, and nobody can connect."), h.s.control.Stop)
		return
	}
	h.s.run(lang.L("Start the sandbox"), "", h.s.control.Start)
}

func (h *head) show(m Model) {
	v, label, icon := look.Visual{Tone: look.ToneGood, Icon: look.IconStateReady, Word: lang.X("sandbox.running", "Running")}, lang.L("Stop"), look.IconStop
	if !m.Running {
		v, label, icon = look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateOut, Word: lang.L("Stopped")}, lang.L("Start"), look.IconPlay
	}
	if m.Problem != "" {
		v = look.Visual{Tone: look.ToneBad, Icon: look.IconFail, Word: lang.L("Not running")}
	}
	h.badge.Set(v)
	h.where.Set(m.URL)
	h.toggle.SetLabel(label, icon)
	warn := ""
	switch {
	case m.Problem != "":
		warn = lang.L("The sandbox could not start: {{.Why}}", map[string]any{"Why": m.Problem})
	case m.Foreign != "":
		warn = lang.L("This window is logged in to {{.Address}}, which is not ours to control; this is the sandbox of this program.", map[string]any{"Address": m.Foreign})
	}
	h.warn.Set(warn)
	look.SetVisible(h.warn, warn != "")
	h.showApps(m)
	h.line.Refresh()
}

// add asks for the number of one more app.
func (h *head) add() {
	c := fyne.CurrentApp().Driver().CanvasForObject(h.s.root)
	if c == nil {
		return
	}
	next := uint64(1400000001)
	for _, a := range h.s.model.Apps {
		next = max(next, a.SDKAppID+1)
	}
	number := look.NewEntry("1400000002")
	number.TextStyle.Monospace = true
	number.SetText(strconv.FormatUint(next, 10))
	body := look.Column(look.Space3, look.Field("SDKAppID", look.Input(number)),
		look.NewProse(lang.L("Apps have nothing in common: users, SecretKey, limits and kicks are each app's own. It is there until the program ends."), look.ColorMuted, look.SizeSmall, fyne.TextStyle{}))
	add := func() {
		id, err := strconv.ParseUint(strings.TrimSpace(number.Text), 10, 64)
		if err != nil || id == 0 {
			h.s.notice.Fail(lang.L("Add an app"), errors.New(lang.L("the SDKAppID is a whole number")))
			return
		}
		h.s.run(lang.L("Add an app"), "", func(r func(error)) {
			h.s.control.AddApp(id, func(err error) {
				if err == nil {
					h.s.dispatch(func() { h.s.app = id })
				}
				r(err)
			})
		})
	}
	d := look.ShowDialog(c, 380, lang.L("Add an app"), body, lang.L("Add"), look.Filled, add)
	number.OnSubmitted = func(string) { d.Close(); add() }
	number.OnEscape = d.Close
	c.Focus(number)
}

// showApps offers the apps where there is more than one.
func (h *head) showApps(m Model) {
	same := len(m.Apps) == len(h.ids)
	for i := 0; same && i < len(h.ids); i++ {
		same = h.ids[i] == m.Apps[i].SDKAppID
	}
	if same {
		return
	}
	h.ids = nil
	labels, index := []string{}, 0
	for i, a := range m.Apps {
		h.ids = append(h.ids, a.SDKAppID)
		labels = append(labels, strconv.FormatUint(a.SDKAppID, 10))
		if a.SDKAppID == h.s.app {
			index = i
		}
	}
	h.appBox.Objects = nil
	if len(labels) > 1 {
		h.apps = look.NewSelect(labels, index, func(i int) {
			h.s.app = h.ids[i]
			h.s.apply(h.s.model)
		})
		h.appBox.Add(h.apps)
	}
}

func cardTitle(s string) *look.Text { return look.NewBold(s).Toned(look.ColorMuted).Elided() }
