//go:build !headless

package workbench

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/storage"
)

func atWork() login.Form {
	return login.Form{
		Server: login.Address, Address: "wss://chat.example.com", SDKAppID: 1400000002, Platform: wire.PlatformIPad,
		UserID: "bob", UserSig: "eJw-a-secret-of-bob", Remember: true,
	}
}

func (b *bench) names() []string {
	b.profiles.mu.Lock()
	defer b.profiles.mu.Unlock()
	var all []string
	for _, p := range b.profiles.all {
		all = append(all, p.Name)
	}
	return all
}

// chosen are the forms a profile gives, the first at once.
func (b *bench) chosen(w *window, name string, n int) []login.Form {
	b.t.Helper()
	got := make(chan login.Form, 9)
	w.ChooseProfile(name, func(f login.Form, _ bool, err error) {
		if err != nil {
			b.t.Error(err)
		}
		got <- f
	})
	b.until("the profile is given", func() bool { return len(got) >= n })
	forms := []login.Form{}
	for range n {
		forms = append(forms, <-got)
	}
	return forms
}

func TestAProfileIsFoundAgainAtTheNextStartWithItsSecret(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	w := b.window(1)
	f := atWork()
	b.must(func(r func(error)) { w.SaveProfile("bob at work", f, r) })
	home := b.form()
	home.Remember = false
	b.must(func(r func(error)) { w.SaveProfile("home", home, r) })
	b.close()
	for _, file := range []string{storage.ProfilesFile} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || bytes.Contains(data, []byte(f.UserSig)) || bytes.Contains(data, []byte(home.UserSig)) {
			t.Errorf("%s: %v\n%s", file, err, data)
		}
	}

	b = open(t, dir)
	defer b.close()
	w = b.window(1)
	b.until("the profiles are there", func() bool { return slices.Equal(b.names(), []string{"bob at work", "home"}) })
	forms := b.chosen(w, "bob at work", 2)
	bare := f
	bare.UserSig = ""
	if forms[0] != bare || forms[1] != f {
		t.Errorf("it gives %+v", forms)
	}
	if got := b.chosen(w, "home", 1)[0]; got.UserSig == "" || !b.fitsSandbox(got) || got.UserID != home.UserID {
		t.Errorf("for the sandbox it gives %+v", got)
	}
}

func TestADeletedProfileTakesItsSecretAndComesBackWithIt(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	f := atWork()
	key := profileOf(f).Key()
	b.must(func(r func(error)) { w.SaveProfile("work", f, r) })
	b.must(func(r func(error)) { w.SaveProfile("last", b.form(), r) })
	b.must(func(r func(error)) { w.DeleteProfile("work", r) })
	if s, err := b.creds.Get(context.Background(), key); err == nil {
		t.Errorf("the keyring still holds %v", s)
	}
	b.must(w.UndoDelete)
	if s, err := b.creds.Get(context.Background(), key); err != nil || s.UserSig != f.UserSig {
		t.Errorf("after undo the keyring holds %v, %v", s, err)
	}
	if got := b.names(); !slices.Equal(got, []string{"work", "last"}) {
		t.Errorf("profiles %q", got)
	}
	if err := b.ask(w.UndoDelete); err == nil {
		t.Error("what is back was brought back again")
	}
	// A secret that another profile needs stays.
	b.must(func(r func(error)) { w.SaveProfile("work too", f, r) })
	b.must(func(r func(error)) { w.DeleteProfile("work", r) })
	if _, err := b.creds.Get(context.Background(), key); err != nil {
		t.Errorf("the other profile lost its secret: %v", err)
	}
}

func TestNamesStayUnique(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	b.must(func(r func(error)) { w.SaveProfile("a", atWork(), r) })
	b.must(func(r func(error)) { w.SaveProfile("b", b.form(), r) })
	if err := b.ask(func(r func(error)) { w.RenameProfile("a", "b", r) }); err == nil || !strings.Contains(err.Error(), "b") {
		t.Errorf("two are called b: %v", err)
	}
	b.must(func(r func(error)) { w.RenameProfile("a", "c", r) })
	if err := b.ask(func(r func(error)) { w.RenameProfile("a", "d", r) }); err == nil {
		t.Error("what is not there was renamed")
	}
	if got := b.names(); !slices.Equal(got, []string{"c", "b"}) {
		t.Errorf("profiles %q", got)
	}
}

func TestExportedProfilesHoldNoSecretAndAreImportedOnce(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	b.must(func(r func(error)) { w.SaveProfile("work", atWork(), r) })
	var out bytes.Buffer
	if err := w.exportProfiles(&out); err != nil || strings.Contains(out.String(), "secret") {
		t.Fatalf("%v\n%s", err, out.String())
	}
	take := func(data string) (n int, err error) {
		done := make(chan struct{})
		w.importProfiles([]byte(data), func(k int, e error) { n, err = k, e; close(done) })
		<-done
		return n, err
	}
	if n, err := take(out.String()); n != 0 || err != nil {
		t.Errorf("what is there already was taken in %d times (%v)", n, err)
	}
	other := strings.Replace(out.String(), `"bob"`, `"carol"`, 1)
	if n, err := take(other); n != 1 || err != nil || !slices.Equal(b.names(), []string{"work", "work 2"}) {
		t.Errorf("%d taken in (%v): %q", n, err, b.names())
	}
	if n, err := take(strings.Replace(other, "ipad", "toaster", 1)); n != 0 || err == nil || !strings.Contains(err.Error(), "/profiles/0/platform") {
		t.Errorf("%d taken in (%v)", n, err)
	}
}

func TestADamagedFileOfProfilesIsSaidAndTheProgramGoesOn(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, storage.ProfilesFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, dir)
	defer b.close()
	w := b.window(1)
	b.until("it is said", func() bool {
		top := w.win.Canvas().Overlays().Top()
		return top != nil
	})
	b.must(func(r func(error)) { w.SaveProfile("work", atWork(), r) })
	if all, err := storage.LoadProfiles(dir); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}
