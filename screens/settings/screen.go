package settings

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

const pageWidth float32 = 1000

// Screen is the settings page. Its exported methods may be called from any goroutine
// unless they say otherwise: they reach the widgets through the dispatcher, in order.
type Screen struct {
	dispatch look.Dispatcher
	actions  Actions

	// All below is the UI goroutine's.
	model   Model
	filling bool
	root    fyne.CanvasObject
	page    *fyne.Container
	notice  *look.Notice

	language, theme, scale *choice
	days, size, log        *choice
	later                  *look.Text
	notify                 *look.Check
	history                *look.Surface
	places                 *fyne.Container
	version                *look.Text
}

// New builds the page with nothing chosen yet. UI goroutine only.
func New(dispatch look.Dispatcher, actions Actions) *Screen {
	s := &Screen{dispatch: dispatch, actions: actions, notice: look.NewNotice(), places: look.Column(look.Space3)}
	s.language = s.newChoice(func(v *Values, i int) { v.Language = languages[i] })
	s.theme = s.newChoice(func(v *Values, i int) { v.Theme = themes[i] })
	s.scale = s.newChoice(func(v *Values, i int) { v.Scale = s.scale.floats[i] })
	s.days = s.newChoice(func(v *Values, i int) { v.KeepDays = s.days.ints[i] })
	s.size = s.newChoice(func(v *Values, i int) { v.KeepMB = s.size.ints[i] })
	s.log = s.newChoice(func(v *Values, i int) { v.LogLevel = levels[i] })
	s.later = look.NewText("").Toned(look.ToneWait.Ink()).Elided()
	s.notify = look.NewCheck(lang.L("Show a notification of the system when an instance is kicked while nobody looks"), func(on bool) {
		s.set(func(v *Values) { v.Notify = on })
	})
	s.version = look.NewMono("").Toned(look.ColorMuted).Elided()

	const least = 200
	appearance := look.NewCard(look.Column(
		look.Space3, cardTitle(lang.L("Appearance")),
		look.Grid(
			look.Space3, least,
			look.Field(lang.L("Language"), s.language.content), look.Field(lang.L("Theme"), s.theme.content), look.Field(lang.L("Size"), s.scale.content),
		),
		s.later,
	))
	s.history = look.NewCard(look.Column(
		look.Space3, cardTitle(lang.L("History")),
		look.Grid(
			look.Space3, least,
			look.Field(lang.L("Keep sessions for"), s.days.content), look.Field(lang.L("Keep at most"), s.size.content),
		),
		look.NewProse(lang.L("What is older or beyond that is deleted, the oldest first; a session that still runs never is."), look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
	))
	behaviour := look.NewCard(look.Column(
		look.Space3, cardTitle(lang.L("Messages")),
		look.Inset(-4, -4, -7, 0, s.notify),
		look.Grid(look.Space3, least, look.Field(lang.L("Log, on standard error"), s.log.content), look.Strut(1, 1)),
	))
	keys := look.NewButton(lang.L("Keys"), look.IconKeys, look.Plain, actions.ShowKeys)
	kept := look.NewCard(look.Column(look.Space3, cardTitle(lang.L("Where things are kept")), s.places))
	about := look.NewCard(look.Line(look.Space3, look.NewBold("Kickbench"), look.Wide(s.version), keys))
	s.page = look.Page(look.Pad(look.Space5, look.AtMost(pageWidth, look.Column(look.Space4, appearance, s.history, behaviour, kept, about))))
	s.root = s.notice.Over(s.page)
	s.apply(Model{Values: Values{LogLevel: "warn"}})
	return s
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// SetModel replaces all that is shown.
func (s *Screen) SetModel(m Model) { s.dispatch(func() { s.apply(m) }) }

// What is offered; what was chosen by hand in the file is offered too while it holds.
var (
	languages = []string{"", "en", "zh_Hans", "ko"}
	themes    = []string{"", "light", "dark"}
	levels    = []string{"error", "warn", "info", "debug"}
	scales    = []float64{0, 0.8, 1, 1.25, 1.5, 2}
	ages      = []int{0, 7, 30, 90, 365}
	sizes     = []int{0, 100, 1024, 5 * 1024}
)

func (s *Screen) apply(m Model) {
	s.model = m
	s.filling = true
	defer func() { s.filling = false }()
	system := lang.L("as the system")
	// A language is called by its own name, so that who chose wrong finds back.
	s.language.show([]string{system, "English", "简体中文", "한국어"}, slices.Index(languages, m.Language))
	s.theme.show([]string{system, lang.L("light"), lang.L("dark")}, slices.Index(themes, m.Theme))
	s.log.show([]string{
		lang.L("errors only"), lang.L("errors and warnings"), lang.L("more (info)"), lang.L("everything (debug)"),
	}, slices.Index(levels, m.LogLevel))

	s.scale.floats = with(scales, m.Scale)
	s.scale.show(words(s.scale.floats, func(f float64) string {
		if f == 0 {
			return system
		}
		return fmt.Sprintf("%.0f %%", f*100)
	}), slices.Index(s.scale.floats, m.Scale))
	s.days.ints = with(ages, m.KeepDays)
	s.days.show(words(s.days.ints, func(n int) string {
		if n == 0 {
			return lang.L("for ever")
		}
		return lang.XN("length.days", "{{.N}} days", n, map[string]any{"N": n})
	}), slices.Index(s.days.ints, m.KeepDays))
	s.size.ints = with(sizes, m.KeepMB)
	s.size.show(words(s.size.ints, func(n int) string {
		switch {
		case n == 0:
			return lang.L("without a limit")
		case n%1024 == 0:
			return fmt.Sprintf("%d GB", n/1024)
		default:
			return fmt.Sprintf("%d MB", n)
		}
	}), slices.Index(s.size.ints, m.KeepMB))

	later := ""
	if m.Language != m.Running {
		later = lang.L("The window changes its language at the next start.")
	}
	s.later.Set(later)
	look.SetVisible(s.later, later != "")
	s.notify.SetChecked(m.Notify)
	s.showPlaces()
	s.version.Set(m.Version)
	s.page.Refresh()
}

func with[T int | float64](offered []T, v T) []T {
	all := slices.Clone(offered)
	if !slices.Contains(all, v) {
		all = append(all, v)
		slices.Sort(all)
	}
	return all
}

func words[T any](values []T, word func(T) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = word(v)
	}
	return out
}

func (s *Screen) showPlaces() {
	s.places.Objects = nil
	for _, p := range s.model.Places {
		copier := look.NewButton(lang.L("Copy"), look.IconCopy, look.Plain, func() {
			fyne.CurrentApp().Clipboard().SetContent(p.Path)
			s.notice.Say(lang.L("Copied"))
		})
		copier.Compact = true
		line := look.Line(look.Space2, look.Wide(look.Column(2, look.NewMuted(p.Name), look.NewMono(p.Path).Elided())))
		if p.Folder != "" {
			open := look.NewButton(lang.L("Open folder"), look.IconOutside, look.Plain, func() { s.open(p.Folder) })
			open.Compact = true
			line.Add(open)
			line.Add(copier)
		}
		s.places.Add(line)
	}
	s.places.Refresh()
}

func (s *Screen) open(folder string) {
	s.notice.Hide()
	s.actions.OpenFolder(folder, func(err error) {
		if err != nil {
			s.dispatch(func() { s.notice.Fail(lang.L("The folder cannot be opened"), err) })
		}
	})
}

// set changes a value and puts all in force.
func (s *Screen) set(change func(*Values)) {
	if s.filling {
		return
	}
	v := s.model.Values
	change(&v)
	s.notice.Hide()
	s.model.Values = v
	s.actions.Set(v, func(err error) {
		if err != nil {
			s.dispatch(func() { s.notice.Fail(lang.L("The settings cannot be kept"), err) })
		}
	})
	s.apply(s.model)
}

// choice is a select whose options may change.
type choice struct {
	content *fyne.Container
	pick    *look.Select
	labels  []string
	floats  []float64
	ints    []int
	chosen  func(int)
}

func (s *Screen) newChoice(set func(*Values, int)) *choice {
	return &choice{content: look.Column(0), chosen: func(i int) { s.set(func(v *Values) { set(v, i) }) }}
}

func (c *choice) show(labels []string, index int) {
	index = max(0, index)
	if c.pick != nil && slices.Equal(labels, c.labels) {
		c.pick.SetIndex(index)
		return
	}
	c.labels = labels
	c.pick = look.NewSelect(labels, index, func(i int) { c.chosen(i) })
	c.content.Objects = []fyne.CanvasObject{c.pick}
	c.content.Refresh()
}

func cardTitle(s string) *look.Text { return look.NewBold(s).Toned(look.ColorMuted).Elided() }
