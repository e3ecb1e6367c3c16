package storage

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// filled makes a history file with a few sessions and a good many events.
func filled(t testing.TB, path string) {
	t.Helper()
	h, err := OpenHistory(path)
	must(t, err)
	for range 20 {
		id := begin(t, h, "alice")
		for range 100 {
			must(t, h.Append(id, event("some event")))
		}
		must(t, h.End(id, LoggedOut, "", time.Now()))
	}
	closeHistory(t, h)
}

func TestADamagedOrForeignFileIsSetAsideUnderADatedNameAndAFreshOneBegun(t *testing.T) {
	sound := filepath.Join(t.TempDir(), "sound.db")
	filled(t, sound)
	soundBytes, err := os.ReadFile(sound)
	must(t, err)
	const page = 4096
	spoil := func(from, to int) []byte {
		b := bytes.Clone(soundBytes)
		for i := from; i < min(to, len(b)); i++ {
			b[i] = byte(i*31 + 7)
		}
		return b
	}
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bbolt.Open(foreign, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("other")); return err }))
	must(t, db.Close())
	foreignBytes, err := os.ReadFile(foreign)
	must(t, err)

	for name, content := range map[string][]byte{
		"one byte":                        {'x'},
		"a text":                          []byte("SQLite format 3\x00" + strings.Repeat("text ", 4000)),
		"garbage":                         spoil(0, len(soundBytes)),
		"both meta pages spoilt":          spoil(0, 2*page),
		"all but the meta pages spoilt":   spoil(2*page, len(soundBytes)),
		"cut to three pages":              soundBytes[:3*page],
		"cut in half":                     soundBytes[:len(soundBytes)/2/page*page],
		"a bbolt file of another program": foreignBytes,
		"zeros":                           make([]byte, 16*page),
	} {
		t.Run(name, func(t *testing.T) {
			path := tempPath(t)
			must(t, os.WriteFile(path, content, 0o600))
			h := open(t, path)
			to := h.Opened().SetAside
			if !regexp.MustCompile(`^history\.db\.damaged-\d{4}-\d\d-\d\dT\d{6}$`).MatchString(filepath.Base(to)) || filepath.Dir(to) != filepath.Dir(path) {
				t.Fatalf("set aside at %q", to)
			}
			if h.Opened().Damage == nil || h.Status().SetAside != to {
				t.Errorf("opened %+v, status %+v", h.Opened(), h.Status())
			}
			if kept, err := os.ReadFile(to); err != nil || !bytes.Equal(kept, content) {
				t.Errorf("what was set aside is not what was there (%v)", err)
			}
			id := begin(t, h, "new")
			syncAll(t, h)
			if _, err := h.Session(id); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestACutThroughOldEventsIsSeenAtTheStart(t *testing.T) {
	path := tempPath(t)
	h := open(t, path)
	old, newest := begin(t, h, "old"), begin(t, h, "newest")
	must(t, h.End(old, LoggedOut, "", time.Now()))
	must(t, h.End(newest, LoggedOut, "", time.Now()))
	// Until the last page in use holds events and nothing a quick look reads.
	for tries := 0; ; tries++ {
		if tries == 300 {
			t.Fatal("the file never ended in a page of events")
		}
		must(t, h.Append(old, slices.Repeat([]Event{event("x")}, 1+tries%50)...))
		syncAll(t, h)
		var used int64 // the file itself grows in larger steps
		must(t, h.view(func(tx *bbolt.Tx) error { used = tx.Size(); return nil }))
		b, err := os.ReadFile(path)
		must(t, err)
		if last := b[used-4096 : used]; bytes.Contains(last, []byte(`"n":"x"`)) {
			closeHistory(t, h)
			must(t, os.Truncate(path, used-4096))
			break
		}
	}
	if h = open(t, path); h.Opened().SetAside == "" {
		t.Error("a file cut short was taken for sound")
	}
}

func TestAnEmptyFileIsAFreshOne(t *testing.T) {
	path := tempPath(t)
	must(t, os.WriteFile(path, nil, 0o600))
	if h := open(t, path); h.Opened().SetAside != "" {
		t.Errorf("set aside: %+v", h.Opened())
	}
}

func TestAFileKilledBeforeItsLayoutIsAFreshOne(t *testing.T) {
	path := tempPath(t)
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Close())
	if h := open(t, path); h.Opened().SetAside != "" {
		t.Errorf("set aside: %+v", h.Opened())
	}
}

func TestTwoFilesSetAsideInOneSecondKeepBoth(t *testing.T) {
	path := tempPath(t)
	seen := make(map[string]bool)
	at := time.Now()
	for range 3 {
		must(t, os.WriteFile(path, []byte("x"), 0o600))
		to, err := setAside(path, nil, at)
		must(t, err)
		seen[to] = true
	}
	if len(seen) != 3 {
		t.Errorf("names %v", seen)
	}
}

func TestAFreshFilePutThereByAnotherIsNotSetAside(t *testing.T) {
	path := tempPath(t)
	must(t, os.WriteFile(path, []byte("damaged"), 0o600))
	looked, err := os.Stat(path)
	must(t, err)
	must(t, os.Rename(path, path+".x"))
	must(t, os.WriteFile(path, []byte("fresh"), 0o600))
	if to, err := setAside(path, looked, time.Now()); err == nil {
		t.Errorf("the other's file was moved to %s", to)
	}
}

func TestALockedFileNamesItselfAndItsOwner(t *testing.T) {
	path := tempPath(t)
	h := open(t, path)
	id := begin(t, h, "a")
	_, err := OpenHistory(path, WithLockTimeout(10*time.Millisecond))
	var locked *LockedError
	if !errors.Is(err, ErrLocked) || !errors.As(err, &locked) {
		t.Fatalf("second open: %v", err)
	}
	if locked.PID != os.Getpid() || locked.Path != path || !strings.Contains(err.Error(), path) {
		t.Errorf("%+v", locked)
	}
	syncAll(t, h)
	if _, err := h.Session(id); err != nil {
		t.Error(err)
	}
}

func TestALaterSchemaIsRefusedAndTheFileUntouched(t *testing.T) {
	path := tempPath(t)
	filled(t, path)
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), key(schemaVersion+1))
	}))
	must(t, db.Close())
	before, err := os.ReadFile(path)
	must(t, err)
	_, err = OpenHistory(path)
	var newer *NewerSchemaError
	if !errors.Is(err, ErrNewerSchema) || !errors.As(err, &newer) || newer.Have != schemaVersion+1 {
		t.Fatalf("open: %v", err)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if !bytes.Equal(before, after) || len(entries) != 1 {
		t.Errorf("the file was touched, or something put beside it: %v", entries)
	}
}

func TestTheFileSystemsErrorsAreNotTakenForDamage(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenHistory(dir); err == nil {
		t.Error("a folder was opened as a file")
	}
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	var perr *fs.PathError
	if _, err := OpenHistory(filepath.Join(dir, "file", "history.db")); !errors.As(err, &perr) {
		t.Errorf("a file as a folder: %v", err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("something was moved: %v", entries)
	}
}

// overwrite spoils an open file under its memory map, as a failing disk does.
func overwrite(t *testing.T, path string, from, to int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	defer f.Close()
	b := make([]byte, to-from)
	for i := range b {
		b[i] = 0xA5
	}
	_, err = f.WriteAt(b, from)
	must(t, err)
}

func TestAFileThatProvesDamagedWhileInUseIsReplacedAndRecordingGoesOn(t *testing.T) {
	path := tempPath(t)
	filled(t, path)
	h := open(t, path)
	id := begin(t, h, "running")
	must(t, h.Append(id, event("before"), event("before")))
	syncAll(t, h)
	fi, err := os.Stat(path)
	must(t, err)
	overwrite(t, path, 2*4096, fi.Size())

	must(t, h.Append(id, event("after")))
	syncAll(t, h)
	st := h.Status()
	if st.State != Recording || st.SetAside == "" {
		t.Fatalf("status %+v", st)
	}
	if _, err := os.Stat(st.SetAside); err != nil {
		t.Error(err)
	}
	s, err := h.Session(id)
	must(t, err)
	if s.UserID != "running" || s.Events != 2 {
		t.Errorf("the running session in the fresh file: %+v", s)
	}
	events, err := h.Events(id, 0, 0)
	must(t, err)
	if len(events) != 2 || events[0].Name != "after" || events[0].Seq != 3 || events[1].Name != SetAsideName {
		t.Errorf("events %+v", events)
	}
	if next := begin(t, h, "next"); next != id+1 {
		t.Errorf("next session has ID %d after %d", next, id)
	}
	must(t, h.End(id, LoggedOut, "", time.Now()))
	closeHistory(t, h)
	checkFile(t, path)
	if h = open(t, path); h.Opened().SetAside != "" {
		t.Errorf("the fresh file was set aside: %v", h.Opened().Damage)
	}
}

func TestContentThatCannotBeChangedIsDamageAndHoldsUpNothing(t *testing.T) {
	path := tempPath(t)
	filled(t, path)
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error {
		events := tx.Bucket([]byte("events"))
		return errors.Join(events.DeleteBucket(key(3)), events.Put(key(3), []byte("not a bucket")))
	}))
	must(t, db.Close())
	h := open(t, path)
	must(t, h.Delete(3))
	id := begin(t, h, "a")
	syncAll(t, h)
	if h.Status().SetAside == "" {
		t.Error("the file was taken for sound")
	}
	if _, err := h.Session(id); err != nil {
		t.Error(err)
	}
}

func TestAPageFoundDamagedByAReadIsFoundByTheNextStart(t *testing.T) {
	path := tempPath(t)
	filled(t, path)
	// Events of the first session: neither the newest session nor a running one,
	// so a quick look passes them.
	b, err := os.ReadFile(path)
	must(t, err)
	spoilt := 0
	for i := range b {
		if bytes.HasPrefix(b[i:], []byte(`"n":"some event"`)) {
			copy(b[i:], `xxxxxxxx`)
			if spoilt++; spoilt == 10 {
				break
			}
		}
	}
	must(t, os.WriteFile(path, b, 0o600))
	h := open(t, path)
	if h.Opened().SetAside != "" {
		t.Skip("found at once")
	}
	var damaged int
	for id := uint64(1); id <= 20; id++ {
		if _, err := h.Events(id, 0, 0); errors.Is(err, ErrDamaged) {
			damaged++
		}
	}
	if damaged == 0 {
		t.Fatal("no read met the damage")
	}
	closeHistory(t, h)
	if h = open(t, path); h.Opened().SetAside == "" {
		t.Error("the next start took the file for sound")
	}
	closeHistory(t, h)
	if h = open(t, path); h.Opened().SetAside != "" {
		t.Error("the fresh file was set aside")
	}
}

func TestACorruptPageNeverEndsTheProcess(t *testing.T) {
	sound := tempPath(t)
	filled(t, sound)
	content, err := os.ReadFile(sound)
	must(t, err)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		b := bytes.Clone(content)
		for range 1 + rnd.IntN(8) {
			at := rnd.IntN(len(b))
			if rnd.IntN(2) == 0 {
				at = at / 4096 * 4096 // the head of a page is where bbolt trusts most
			}
			for i := at; i < min(at+1+rnd.IntN(64), len(b)); i++ {
				b[i] = byte(rnd.Uint32())
			}
		}
		useAll(t, b)
	}
}

// useAll opens a file of that content and does everything with it.
func useAll(t *testing.T, content []byte) {
	path := filepath.Join(t.TempDir(), "history.db")
	must(t, os.WriteFile(path, content, 0o600))
	h, err := OpenHistory(path, withoutFlush())
	if err != nil {
		if !errors.Is(err, ErrNewerSchema) {
			t.Errorf("open: %v", err)
		}
		return
	}
	for id := uint64(1); id <= 20; id++ {
		_, _ = h.Events(id, 0, 0)
	}
	_, _ = h.Sessions(Query{})
	id := begin(t, h, "a")
	must(t, h.Append(id, event("x")))
	must(t, h.Append(3, event("x")))
	_ = h.Delete(1, 2) // refused if a fresh file gave one of the IDs again
	syncAll(t, h)
	if _, err := h.Session(id); err != nil {
		t.Error(err)
	}
	closeHistory(t, h)
}
