package scenarios

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// showSteps shows how far each step is, and how long one that waits still does.
func (d *detail) showSteps() {
	r := d.row()
	if r == nil {
		return
	}
	for i, l := range d.steps {
		if i < len(r.steps) {
			if st := r.steps[i]; st.Status == Running && !st.Until.IsZero() {
				l.set(Running, leftUntil(st.Until, d.s.now()))
			} else {
				l.show(st)
			}
		}
	}
}

// follow keeps the running step of a run in real time in sight: it has more of them than
// fit, and takes minutes. Where the card stands above the steps, that is what to look at.
func (d *detail) follow() {
	r := d.row()
	if r == nil || r.live == nil || d.narrow {
		return
	}
	i := slices.IndexFunc(r.steps, func(s Step) bool { return s.Status == Running })
	if i < 0 || i >= len(d.steps) || d.steps[i] == d.running {
		return
	}
	d.running = d.steps[i]
	scroll := d.page.Objects[0].(*container.Scroll)
	top := d.running.box.Position().Y + look.Space2
	bottom := top + d.running.box.Size().Height + look.Space5
	if top < scroll.Offset.Y || bottom > scroll.Offset.Y+scroll.Size().Height {
		scroll.ScrollToOffset(fyne.NewPos(0, fyne.Max(0, bottom-scroll.Size().Height*0.6)))
	}
}

// paint shows the picture of a run that is over, or has that of one in real time grow;
// it reports whether there is any.
func (d *detail) paint(r *row) bool {
	d.s.pulse.counting.Store(r.counts())
	switch {
	case r != nil && r.out != nil:
		if d.painted != r.out {
			d.painted = r.out
			if d.growing != nil {
				d.growing = nil
				d.picture.Live(nil)
			}
			d.picture.Replace(r.out.Records)
		}
		d.s.pulse.growing.Store(false)
		return len(r.out.Records) > 0
	case r != nil && r.live != nil && len(r.live.records) > 0:
		if d.growing != r.live {
			d.growing, d.painted = r.live, nil
			d.picture.Live(r.live.invitation.Now, r.live.records...)
		} else {
			d.picture.Append(r.live.records[d.taken:]...)
		}
		d.taken = len(r.live.records)
		d.s.pulse.growing.Store(true)
		return true
	default:
		d.s.pulse.growing.Store(false)
		return false
	}
}

// deeds adds what apps under test did after each of their kicks.
func (d *detail) deeds() {
	r := d.row()
	if r == nil || r.out == nil || len(r.out.Deeds) == 0 {
		return
	}
	d.section(lang.L("What your app did after each kick"))
	several := false
	for _, deed := range r.out.Deeds {
		several = several || deed.Actor != r.out.Deeds[0].Actor
	}
	for _, deed := range r.out.Deeds {
		l := deedLine(deed)
		if several {
			l.text.Set(lang.L("{{.What}}: {{.Why}}", map[string]any{"What": deed.Actor, "Why": l.text.Text()}))
		}
		d.content.Add(l.box)
	}
}

// settle puts the card of what is to be done over words and picture; where these take
// turns there is no room for all three, and it stands above the words.
func (d *detail) settle() {
	d.body.Objects = []fyne.CanvasObject{d.head, d.split}
	words := slices.DeleteFunc(slices.Clone(d.content.Objects), func(o fyne.CanvasObject) bool { return o == d.host.card })
	if d.narrow {
		words = slices.Insert(words, 0, fyne.CanvasObject(d.host.card))
	} else {
		d.body.Objects = append(d.body.Objects, d.host.card)
	}
	d.content.Objects = words
}

// relayout gives everything its room again after something became higher or lower.
func (d *detail) relayout() {
	d.host.card.Refresh()
	d.page.Refresh()
	d.body.Refresh()
}

// detailLayout puts the buttons over the card of what is to be done, and that over words
// and picture. It knows first whether the last two fit beside each other: the buttons to
// turn between them take room.
type detailLayout struct{ d *detail }

// Words and picture stand side by side where both have their least width; that of the
// picture is what the timeline's own controls take.
const (
	wordsWidth   float32 = 300
	pictureWidth float32 = 440
	besideWidth          = wordsWidth + look.Space3 + pictureWidth
)

func (l detailLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return underLayout{}.MinSize(o[:2]) }

func (l detailLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	d := l.d
	if narrow := s.Width < besideWidth; narrow != d.narrow {
		d.narrow = narrow
		d.settle()
		if narrow { // where the card stands now
			d.top()
		}
	}
	look.SetVisible(d.tabRow, d.halved())
	y := float32(0)
	for _, o := range []fyne.CanvasObject{d.head, d.host.card} {
		if o == fyne.CanvasObject(d.host.card) && (d.narrow || !o.Visible()) {
			continue
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(s.Width, o.Size().Height)) // it tells its height by its width
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(s.Width, h))
		y += h + look.Space3
	}
	d.split.Move(fyne.NewPos(0, y))
	d.split.Resize(fyne.NewSize(s.Width, fyne.Max(0, s.Height-y)))
}
