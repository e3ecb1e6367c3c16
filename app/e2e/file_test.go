package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"kickbench/storage"
)

func TestAnExportedSessionOpensInTheWindowThatIsOpen(t *testing.T) {
	d := newDesk(t, "light")
	d.start()
	first := d.await("Kickbench")
	path := filepath.Join(d.home, "from-a-colleague.jsonl")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	w := storage.NewEventWriter(out, storage.Session{Start: at, End: at.Add(time.Minute), Ending: storage.Kicked, UserID: "erin", Platform: "web"}, storage.Exporting{})
	for _, e := range []storage.Event{
		{Seq: 1, Time: at, Layer: storage.LayerSDK, Name: "SDK_READY"},
		{Seq: 2, Time: at.Add(time.Minute), Layer: storage.LayerSDK, Name: "KICKED_OUT", Summary: "multipleAccount, by Web"},
	} {
		if err := w.Write(&e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	d.out(d.bin, "open", path) // a second start, which hands it over and ends
	d.until("the session's kick shows", func() bool { _, n := d.spot(first, everywhere, kicked[d.theme]); return n > kickRow })
	d.keep(first, "file")
	d.stop()
}
