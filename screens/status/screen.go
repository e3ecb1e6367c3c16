package status

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// pageWidth keeps a row of the table readable from end to end on a very wide window.
const pageWidth float32 = 1400

// Screen is the status page. Its exported methods may be called from any goroutine
// unless they say otherwise: they reach the widgets through the dispatcher, in order.
type Screen struct {
	dispatch look.Dispatcher
	actions  Actions

	// All below is the UI goroutine's.
	model      Model
	root       fyne.CanvasObject
	notice     *look.Notice
	page       *fyne.Container
	connection *connectionCard
	session    *sessionCard
	sig        *sigCard
	table      *table
	tools      *tools
}

// New builds the screen with nothing known yet. UI goroutine only.
func New(dispatch look.Dispatcher, actions Actions) *Screen {
	s := &Screen{dispatch: dispatch, actions: actions, notice: look.NewNotice()}
	s.connection, s.session, s.sig = newConnectionCard(), newSessionCard(), newSigCard(s)
	s.table, s.tools = newTable(s), newTools(s)
	cards := look.Grid(look.Space4, 205, s.connection.card, s.session.card, s.sig.card)
	s.page = look.Page(look.Pad(look.Space5, look.AtMost(pageWidth, look.Column(look.Space4, cards, s.table.card, s.tools.card))))
	s.root = s.notice.Over(s.page)
	s.apply(Model{})
	return s
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// SetModel replaces all that is shown.
func (s *Screen) SetModel(m Model) { s.dispatch(func() { s.apply(m) }) }

// Tick moves on what depends on the time; call it about once a second.
func (s *Screen) Tick(now time.Time) { s.dispatch(func() { s.tick(now) }) }

func (s *Screen) apply(m Model) {
	s.model = m
	s.connection.show(m)
	s.session.show(m)
	s.sig.show(m)
	s.table.show(m)
	s.tools.show(m)
	s.tick(m.At)
	s.page.Refresh()
}

func (s *Screen) tick(now time.Time) {
	s.session.tick(s.model, now)
	s.sig.tick(s.model, now)
}

// run starts an action and says how it went. done is said after a success; "" says
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

func (s *Screen) newInstance(p wire.Platform) {
	d := map[string]any{"Platform": p.Label()}
	s.run(lang.L("Log in on {{.Platform}}", d), "", func(r func(error)) { s.actions.NewInstance(p, r) })
}

func (s *Screen) expire() {
	s.run(lang.L("Expire UserSig"), lang.L("The UserSig counts as expired from now on."), s.actions.ExpireUserSig)
}

func (s *Screen) kick(id string, t wire.KickType) {
	d := map[string]any{"Instance": id, "Type": string(t)}
	s.run(lang.L("Kick {{.Instance}}", d), lang.L("Kicked {{.Instance}}: {{.Type}}", d),
		func(r func(error)) { s.actions.KickInstance(id, t, r) })
}
