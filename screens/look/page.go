package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Page scrolls content up and down where it is higher than the room there is. Refresh
// it when the content's height may have changed.
//
// Fyne's scroller asks its content for a height before it gives it a width; a page
// whose parts break differently then keeps the height of the width before.
func Page(content fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: pageLayout{}, Objects: []fyne.CanvasObject{container.NewVScroll(content)}}
}

type pageLayout struct{}

func (pageLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (pageLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	scroll := o[0].(*container.Scroll)
	scroll.Move(fyne.NewPos(0, 0))
	scroll.Content.Resize(fyne.NewSize(s.Width, scroll.Content.Size().Height))
	if scroll.Size() != s {
		scroll.Resize(s)
		return
	}
	scroll.Refresh()
}
