package events

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
)

// rowList is Fyne's list with a selection of its own: Fyne's selects a place in the
// list, and ours must stay on its row while others arrive above it.
type rowList struct {
	widget.List
	view     *view
	selected uint64
	some     bool
	onSelect func(*Row) // nil: nothing is selected
	frame    *look.Surface
}

func newRowList(v *view) *rowList {
	l := &rowList{view: v}
	l.Length = v.lines
	l.CreateItem = func() fyne.CanvasObject { return newLine() }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		if i < v.lines() {
			o.(*line).set(v.row(i), v.before(i), l.some && v.number(i) == l.selected)
		}
	}
	l.HideSeparators = true
	l.OnSelected = func(i widget.ListItemID) {
		l.UnselectAll()
		l.choose(i)
	}
	l.ExtendBaseWidget(l)
	return l
}

// choose selects the row on a line.
func (l *rowList) choose(i int) {
	if i < 0 || i >= l.view.lines() {
		return
	}
	l.selected, l.some = l.view.number(i), true
	l.onSelect(l.view.row(i)) // first: the detail it opens may take room from the list
	l.ScrollTo(i)
	l.Refresh()
}

// clear selects nothing.
func (l *rowList) clear() {
	if l.some {
		l.some = false
		l.Refresh()
		l.onSelect(nil)
	}
}

// arrived keeps what is looked at in its place when news rows came in above; a list
// that stands at its top follows.
func (l *rowList) arrived(news int) {
	if l.some && l.selected < l.view.ring.first() {
		l.clear()
	}
	at := l.GetScrollOffset()
	l.Refresh()
	if at > 0 && news > 0 {
		l.ScrollToOffset(at + float32(news)*lineHeight)
	}
}

// FocusGained shows the keyboard at the frame: Fyne's own highlight stays on a place.
func (l *rowList) FocusGained() { l.frame.SetLine(look.ColorAccent) }

// FocusLost implements fyne.Focusable.
func (l *rowList) FocusLost() { l.frame.SetLine(look.ColorLine) }

// TypedKey moves the selection.
func (l *rowList) TypedKey(k *fyne.KeyEvent) {
	at := -1
	if l.some {
		if i, ok := l.view.line(l.selected); ok {
			at = i
		}
	}
	page := max(1, int(l.Size().Height/lineHeight)-1)
	last := l.view.lines() - 1
	switch k.Name {
	case fyne.KeyDown:
		l.choose(min(at+1, last))
	case fyne.KeyUp:
		l.choose(max(at-1, 0))
	case fyne.KeyPageDown:
		l.choose(min(at+page, last))
	case fyne.KeyPageUp:
		l.choose(max(at-page, 0))
	case fyne.KeyHome:
		l.choose(0)
	case fyne.KeyEnd:
		l.choose(last)
	case fyne.KeyEscape:
		l.clear()
	}
}

// nextKick goes to the next older kick, and from the oldest to the newest.
func (l *rowList) nextKick() bool {
	n := l.view.lines()
	from := -1
	if l.some {
		if i, ok := l.view.line(l.selected); ok {
			from = i
		}
	}
	for step := 1; step <= n; step++ {
		i := (from + step) % n
		if r := l.view.row(i); r.Kind == KindKick && r.Layer == LayerSDK {
			l.choose(i)
			return true
		}
	}
	return false
}

func (l *rowList) object() fyne.CanvasObject { return look.Dense(l) }
