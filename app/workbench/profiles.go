//go:build !headless

package workbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	fynestorage "fyne.io/fyne/v2/storage"

	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/storage"
)

// maxImport bounds a file of profiles, in bytes.
const maxImport = 1 << 20

// profileBook are the saved profiles. One change at a time; the file follows each.
type profileBook struct {
	mu      sync.Mutex
	loaded  bool
	all     []storage.NamedProfile
	deleted *deletedProfile // the last one, until the next change
}

type deletedProfile struct {
	at     int
	p      storage.NamedProfile
	secret storage.Secret
}

var _ login.Profiles = (*window)(nil)

// withProfiles runs f on the profiles, and writes them down where it says that they
// changed; every window learns of it.
func (b *Bench) withProfiles(f func(book *profileBook) (changed bool, err error)) error {
	book := &b.profiles
	book.mu.Lock()
	err := b.loadProfiles(book)
	before := slices.Clone(book.all)
	changed, ferr := f(book)
	if ferr == nil && changed {
		if ferr = storage.SaveProfiles(b.dir, book.all); ferr != nil {
			book.all = before
		}
	}
	names := make([]string, len(book.all))
	for i, p := range book.all {
		names[i] = p.Name
	}
	book.mu.Unlock()
	for _, w := range b.allWindows() {
		w.login.SetProfiles(names)
	}
	return errors.Join(err, ferr)
}

// loadProfiles reads the file once. With the book's mu held.
func (b *Bench) loadProfiles(book *profileBook) error {
	if book.loaded {
		return nil
	}
	all, err := storage.LoadProfiles(b.dir)
	var aside *storage.SetAsideError
	book.loaded = err == nil || errors.As(err, &aside) // else it is tried again, and never written over
	book.all = all
	return err
}

// showProfiles tells a new window which there are.
func (w *window) showProfiles() {
	if err := w.b.withProfiles(func(*profileBook) (bool, error) { return false, nil }); err != nil {
		w.say(lang.L("The profiles cannot be used: {{.Why}}", map[string]any{"Why": err.Error()}))
	}
}

// change runs a change of the profiles beside the UI goroutine.
func (w *window) change(reply func(error), f func(book *profileBook) error) {
	w.background(func() {
		reply(w.b.withProfiles(func(book *profileBook) (bool, error) {
			if !book.loaded {
				return false, errors.New(lang.L("The file of profiles cannot be read."))
			}
			return true, f(book)
		}))
	})
}

func (book *profileBook) find(name string) (int, error) {
	i := slices.IndexFunc(book.all, func(p storage.NamedProfile) bool { return p.Name == name })
	if i < 0 {
		return -1, errors.New(lang.L("There is no profile {{.Name}} any more.", map[string]any{"Name": name}))
	}
	return i, nil
}

// ChooseProfile gives what was saved under a name; for the sandbox with a new UserSig,
// and then with the one the keyring holds where that still works.
func (w *window) ChooseProfile(name string, reply func(login.Form, bool, error)) {
	w.background(func() {
		b := w.b
		b.profiles.mu.Lock()
		i, err := b.profiles.find(name)
		var p storage.NamedProfile
		if err == nil {
			p = b.profiles.all[i]
		}
		b.profiles.mu.Unlock()
		if err != nil {
			reply(login.Form{}, false, err)
			return
		}
		f := formOf(p.Profile, login.Form{Platform: wire.PlatformWeb})
		made := false
		if f.Server == login.Sandbox {
			if sig, err := b.srv.MakeUserSig(f.SDKAppID, f.UserID, defaultLife); err == nil {
				f.UserSig, made = sig, true
			}
		}
		reply(f, made, nil)
		if !p.Remember {
			return
		}
		ctx, cancel := context.WithTimeout(w.ctx, keyringPatience)
		defer cancel()
		secret, err := b.creds.Get(ctx, p.Key())
		if err != nil || secret.UserSig == "" {
			return // the form says what it lacks
		}
		f.UserSig = secret.UserSig
		if f.Server != login.Sandbox || b.fitsSandbox(f) {
			reply(f, false, nil)
		}
	})
}

// SaveProfile keeps a form under a name.
func (w *window) SaveProfile(name string, f login.Form, reply func(error)) {
	w.change(reply, func(book *profileBook) error {
		p := storage.NamedProfile{Name: name, Profile: profileOf(f)}
		if i, err := book.find(name); err == nil {
			book.all[i] = p
		} else {
			book.all = append(book.all, p)
		}
		book.deleted = nil
		if !f.Remember || f.UserSig == "" {
			return nil
		}
		ctx, cancel := context.WithTimeout(w.ctx, keyringPatience)
		defer cancel()
		_, err := w.b.creds.Set(ctx, p.Key(), storage.Secret{UserSig: f.UserSig})
		if err != nil && !errors.Is(err, storage.ErrNoKeyring) { // without one it is kept for this run
			return err
		}
		return nil
	})
}

// RenameProfile gives a profile another name.
func (w *window) RenameProfile(old, name string, reply func(error)) {
	w.change(reply, func(book *profileBook) error {
		i, err := book.find(old)
		if err != nil {
			return err
		}
		if _, err := book.find(name); err == nil && name != old {
			return errors.New(lang.L("There is a profile {{.Name}} already.", map[string]any{"Name": name}))
		}
		book.all[i].Name = name
		return nil
	})
}

// DeleteProfile forgets a profile, and its secret where nothing else needs it. The
// secret stays in memory for UndoDelete.
func (w *window) DeleteProfile(name string, reply func(error)) {
	w.change(reply, func(book *profileBook) error {
		i, err := book.find(name)
		if err != nil {
			return err
		}
		gone := &deletedProfile{at: i, p: book.all[i]}
		book.all = slices.Delete(slices.Clone(book.all), i, i+1)
		book.deleted = gone
		key := gone.p.Key()
		shared := slices.ContainsFunc(book.all, func(p storage.NamedProfile) bool { return p.Key() == key })
		if last, err := storage.LoadProfile(w.b.dir); err == nil && last.Key() == key {
			shared = true
		}
		if shared || !gone.p.Remember {
			return nil
		}
		ctx, cancel := context.WithTimeout(w.ctx, keyringPatience)
		defer cancel()
		gone.secret, _ = w.b.creds.Get(ctx, key)
		if err := w.b.creds.Delete(ctx, key); err != nil {
			w.b.log.Warn("keyring", "err", err)
		}
		return nil
	})
}

// UndoDelete brings the last one back.
func (w *window) UndoDelete(reply func(error)) {
	w.change(reply, func(book *profileBook) error {
		d := book.deleted
		if d == nil {
			return errors.New(lang.L("There is nothing to bring back."))
		}
		book.deleted = nil
		d.p.Name = book.free(d.p.Name)
		book.all = slices.Insert(slices.Clone(book.all), min(d.at, len(book.all)), d.p)
		if d.secret.IsZero() {
			return nil
		}
		ctx, cancel := context.WithTimeout(w.ctx, keyringPatience)
		defer cancel()
		if _, err := w.b.creds.Set(ctx, d.p.Key(), d.secret); err != nil {
			w.b.log.Warn("keyring", "err", err)
		}
		return nil
	})
}

// free is name, with a number behind it where it is taken.
func (book *profileBook) free(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, err := book.find(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s %d", name, n)
	}
}

// merge takes profiles in: what is there already is left out, and what has a name that
// is taken gets a number behind it.
func (book *profileBook) merge(more []storage.NamedProfile) (n int) {
	for _, p := range more {
		if slices.Contains(book.all, p) {
			continue
		}
		p.Name = book.free(p.Name)
		book.all = append(book.all, p)
		n++
	}
	return n
}

func knownPlatform(name string) bool {
	_, err := wire.ParsePlatform(name)
	return err == nil
}

// ImportProfiles takes in what another Kickbench exported.
func (w *window) ImportProfiles(reply func(int, error)) {
	w.b.dispatch(func() {
		d := dialog.NewFileOpen(func(in fyne.URIReadCloser, err error) {
			if err != nil || in == nil {
				reply(0, err)
				return
			}
			w.background(func() {
				data, err := io.ReadAll(io.LimitReader(in, maxImport+1))
				err = errors.Join(err, in.Close())
				if err == nil && len(data) > maxImport {
					err = errors.New(lang.L("The file is larger than a megabyte: it holds no profiles."))
				}
				if err != nil {
					reply(0, err)
					return
				}
				w.importProfiles(data, reply)
			})
		}, w.win)
		d.SetFilter(fynestorage.NewExtensionFileFilter([]string{".json"}))
		d.Show()
	})
}

func (w *window) importProfiles(data []byte, reply func(int, error)) {
	more, err := storage.ParseProfiles(data, knownPlatform)
	if err != nil {
		reply(0, err)
		return
	}
	n := 0
	w.change(func(err error) { reply(n, err) }, func(book *profileBook) error {
		n = book.merge(more)
		return nil
	})
}

// ExportProfiles writes all profiles where the person chooses. There is no secret in them.
func (w *window) ExportProfiles(reply func(string, error)) {
	w.b.dispatch(func() {
		d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
			if err != nil || out == nil {
				reply("", err)
				return
			}
			w.background(func() {
				err := w.exportProfiles(out)
				reply(out.URI().Path(), errors.Join(err, out.Close()))
			})
		}, w.win)
		d.SetFileName("kickbench-profiles.json")
		d.SetFilter(fynestorage.NewExtensionFileFilter([]string{".json"}))
		d.Show()
	})
}

func (w *window) exportProfiles(out io.Writer) error {
	w.b.profiles.mu.Lock()
	all := slices.Clone(w.b.profiles.all)
	w.b.profiles.mu.Unlock()
	data, err := storage.FormatProfiles(all)
	if err == nil {
		_, err = out.Write(data)
	}
	return err
}
