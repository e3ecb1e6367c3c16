package history_test

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/login"
)

// TestPicturesOfThePage draws the page for eyes; it compares nothing.
func TestPicturesOfThePage(t *testing.T) {
	for _, name := range []string{"history", "history-list", "history-file", "history-damaged", "history-empty"} {
		t.Run(name, func(t *testing.T) {
			uitest.Shoot(t, name, func() fyne.CanvasObject {
				src := &fakeSource{events: map[string]func([]events.Row, error){}}
				s := history.New(history.Config{Dispatch: func(f func()) { f() }, Source: src, Capacity: 1000})
				s.Reload(now)
				if name == "history-empty" {
					src.lists[0](nil, nil)
					return s.Object()
				}
				all := sessions()
				k := login.Kick{
					Type: wire.KickMultipleAccount, Cause: login.CauseLimit, At: all[1].Stop, UserID: "bob", Platform: wire.PlatformAndroid,
					Instance: "1003", Lived: 5 * time.Minute, By: wire.PlatformAndroid, ByInstance: "1004", Limit: 1,
				}
				all[1].By, all[1].Story = k.By.Label()+" 1004", login.Story(k)
				src.lists[0](all, nil)
				at := fromFile().Start
				rows := []events.Row{
					events.FromRecord("7", client.Record{Meta: client.Meta{Time: at}, Event: client.StateChange{To: client.Ready}}),
					events.FromRecord("7", client.Record{Meta: client.Meta{Time: at.Add(time.Minute), Seq: 2}, Event: client.KickedOut{Type: wire.KickMultipleDevice}}),
				}
				if name == "history-list" {
					return s.Object()
				}
				if name == "history" {
					uitest.Find(s.Object(), func(*widget.List) bool { return true }).Select(2)
					src.beyond = [2]int{2_345_678, 1_000_000}
					src.events["3"](rows, nil)
					return s.Object()
				}
				s.OpenFiles("/tickets/login-lost-on-ipad-2026-11-11-from-erin.jsonl")
				it := fromFile()
				if name == "history-damaged" {
					it.Damage = "Line 1,712 cannot be read: the file ends in the middle of it"
				}
				src.files[0].give(it, [2]int{2_345_678, 0}, rows...)
				return s.Object()
			})
		})
	}
}
