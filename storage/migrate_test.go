package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// writeSchema1 makes a file as the program of schema 1 left it: written here by
// hand, so that no change of today's code changes it.
func writeSchema1(t testing.TB, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	defer db.Close()
	be := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	must(t, db.Update(func(tx *bbolt.Tx) error {
		b := make(map[string]*bbolt.Bucket)
		for _, name := range []string{"meta", "sessions", "running", "events"} {
			if b[name], err = tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		of, err := b["events"].CreateBucket(be(1))
		if err != nil {
			return err
		}
		return errors.Join(
			b["meta"].Put([]byte("format"), []byte("kickbench history")),
			b["meta"].Put([]byte("schema"), be(1)),
			b["sessions"].SetSequence(7),
			b["sessions"].Put(be(1), []byte(`{"id":1,"start":"2026-11-19T10:00:00Z","end":"2026-11-19T10:05:00Z","ending":"kicked","endDetail":"multipleAccount","userID":"alice","sdkAppID":1400000001,"platform":"Web","server":"sandbox","instID":1001,"window":"1","events":2}`)),
			b["sessions"].Put(be(5), []byte(`{"id":5,"start":"2026-11-20T10:00:00Z","ending":"running","userID":"bob","sdkAppID":1400000001,"platform":"iPad","server":"sandbox","events":0}`)),
			b["running"].Put(be(5), nil),
			of.Put(be(1), []byte(`{"t":1763546400000000000,"l":"sdk","n":"SDK_READY","i":1001,"d":{}}`)),
			of.Put(be(2), []byte(`{"t":1763546700000000000,"l":"sdk","n":"KICKED_OUT","i":1001,"s":"multipleAccount, by Web","d":{"type":"multipleAccount"}}`)),
		)
	}))
}

func TestAFileOfSchema1IsBroughtToTodaysWithAllThatIsInIt(t *testing.T) {
	path := tempPath(t)
	writeSchema1(t, path)
	h := open(t, path)
	if o := h.Opened(); o.Migrated != 1 || o.SetAside != "" || len(o.Interrupted) != 1 {
		t.Errorf("opened %+v", o)
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		must(t, err)
		return v
	}
	want := []Session{
		{ID: 5, Start: at("2026-11-20T10:00:00Z"), End: at("2026-11-20T10:00:00Z"), Ending: Interrupted, UserID: "bob", SDKAppID: 1400000001, Platform: "iPad", Server: "sandbox"},
		{ID: 1, Start: at("2026-11-19T10:00:00Z"), End: at("2026-11-19T10:05:00Z"), Ending: Kicked, EndDetail: "multipleAccount", UserID: "alice", SDKAppID: 1400000001, Platform: "Web", Server: "sandbox", InstID: 1001, Window: "1", Events: 2, Bytes: 189},
	}
	got, err := h.Sessions(Query{})
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	es, err := h.Events(1, 0, 0)
	must(t, err)
	if len(es) != 2 || es[1].Name != "KICKED_OUT" || string(es[1].Detail) != `{"type":"multipleAccount"}` {
		t.Errorf("events %+v", es)
	}
	o, err := h.Overview(time.UTC)
	must(t, err)
	if o.Sessions != 2 || len(o.Days) != 2 || o.Endings[Kicked] != 1 || o.Endings[Interrupted] != 1 || o.Bytes != 189 {
		t.Errorf("%+v", o)
	}
	if id := begin(t, h, "c"); id != 8 {
		t.Errorf("the next session has ID %d, 7 had been given", id)
	}
	closeHistory(t, h)
	if h = open(t, path); h.Opened().Migrated != 0 {
		t.Error("migrated a second time")
	}
}

func TestAMigrationThatFailsHalfWayLeavesTheFileAsItWas(t *testing.T) {
	path := tempPath(t)
	writeSchema1(t, path)
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	full := errors.New("no space left")
	err = db.Update(func(tx *bbolt.Tx) error {
		must(t, migrate(tx, 1))
		return full
	})
	if !errors.Is(err, full) {
		t.Fatal(err)
	}
	must(t, db.View(func(tx *bbolt.Tx) error {
		if v := unkey(tx.Bucket([]byte("meta")).Get([]byte("schema"))); v != 1 || tx.Bucket([]byte("starts")) != nil {
			return fmt.Errorf("schema %d, half an index", v)
		}
		return nil
	}))
	must(t, db.Close())
	if o := open(t, path).Opened(); o.Migrated != 1 {
		t.Errorf("opened %+v", o)
	}
}

func TestASchemaThatNeverWasIsDamage(t *testing.T) {
	path := tempPath(t)
	writeSchema1(t, path)
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("schema"), key(0)) }))
	must(t, db.Close())
	if o := open(t, path).Opened(); o.SetAside == "" || o.Migrated != 0 {
		t.Errorf("opened %+v", o)
	}
}

func TestASchema1FileWithADamagedSessionIsSetAside(t *testing.T) {
	path := tempPath(t)
	writeSchema1(t, path)
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("sessions")).Put(key(1), []byte(`{"id":`)) }))
	must(t, db.Close())
	if o := open(t, path).Opened(); o.SetAside == "" {
		t.Errorf("opened %+v", o)
	}
}
