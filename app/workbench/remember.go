//go:build !headless

package workbench

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/storage"
)

// sandboxName stands for the sandbox of this program in profiles and the keyring,
// whatever its port is today.
const sandboxName = "sandbox"

// keyringPatience is how long a start waits for the keyring. A person may have to
// unlock it first; the form is there meanwhile.
const keyringPatience = 30 * time.Second

func serverName(f login.Form) string {
	if f.Server == login.Sandbox {
		return sandboxName
	}
	return f.Address
}

func profileOf(f login.Form) storage.Profile {
	return storage.Profile{
		Server: serverName(f), SDKAppID: f.SDKAppID, UserID: f.UserID,
		Platform: f.Platform.String(), Remember: f.Remember,
	}
}

// formOf fills in a form from a profile; what the profile does not have stays.
func formOf(p storage.Profile, f login.Form) login.Form {
	f.Server, f.Address = login.Sandbox, ""
	if p.Server != sandboxName && p.Server != "" {
		f.Server, f.Address = login.Address, p.Server
	}
	if p.SDKAppID != 0 {
		f.SDKAppID = p.SDKAppID
	}
	if p.UserID != "" {
		f.UserID = p.UserID
	}
	if pl, err := wire.ParsePlatform(p.Platform); err == nil {
		f.Platform = pl
	}
	f.Remember = p.Remember
	return f
}

func (b *Bench) loadProfile() (p storage.Profile, found bool) {
	p, err := storage.LoadProfile(b.dir)
	if err != nil {
		b.note(lang.L("What was remembered cannot be used: {{.Why}}", map[string]any{"Why": err.Error()}))
	}
	return p, p.UserID != ""
}

// keptSig is the UserSig that the keyring has of the remembered login, "" where there
// is none that still fits. It waits for the keyring.
func (b *Bench) keptSig(f login.Form, p storage.Profile) string {
	if p.UserID == "" || !p.Remember {
		return ""
	}
	ctx, cancel := context.WithTimeout(b.ctx, keyringPatience)
	defer cancel()
	s, err := b.creds.Get(ctx, p.Key())
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		b.log.Warn("keyring", "err", err)
	}
	if f.UserSig = s.UserSig; f.Server == login.Sandbox && !b.fitsSandbox(f) {
		return ""
	}
	return f.UserSig
}

// freshSig is the UserSig to begin with while nobody knows what the keyring has: the
// sandbox's own, which made says. Another server has none.
func (b *Bench) freshSig(f login.Form) (sig string, made bool) {
	if f.Server != login.Sandbox {
		return "", false
	}
	sig, err := b.srv.MakeUserSig(f.SDKAppID, f.UserID, defaultLife)
	if err != nil {
		b.log.Warn("UserSig", "err", err)
		return "", false
	}
	return sig, true
}

// remember keeps what a login was made with: the profile, the secret where the person
// asked for it, and nowhere where not.
func (w *window) remember(f login.Form) {
	b, p := w.b, profileOf(f)
	if w.forTheNextStart(&p, f) {
		if err := storage.SaveProfile(b.dir, p); err != nil {
			b.log.Warn("profile", "err", err)
		}
	}
	ctx, cancel := context.WithTimeout(b.ctx, keyringPatience)
	defer cancel()
	if !f.Remember {
		if err := b.creds.Delete(ctx, p.Key()); err != nil {
			b.log.Warn("keyring", "err", err)
		}
		return
	}
	if _, err := b.creds.Set(ctx, p.Key(), storage.Secret{UserSig: f.UserSig}); err != nil {
		b.log.Warn("keyring", "err", err)
	}
}

// forTheNextStart reports whether the next start is to begin with p. A window opened
// beside another one is a further page of the same person, maybe on Android: it is not
// what they begin with, unless somebody else, or elsewhere, was logged in there. What
// they want remembered holds from wherever they said it, on the platform known before.
func (w *window) forTheNextStart(p *storage.Profile, f login.Form) bool {
	g := w.given
	if g == nil || g.Server != f.Server || g.Address != f.Address || g.SDKAppID != f.SDKAppID || g.UserID != f.UserID {
		return true
	}
	if g.Remember == f.Remember {
		return false
	}
	if old, err := storage.LoadProfile(w.b.dir); err == nil && old.UserID != "" {
		p.Platform = old.Platform
	}
	return true
}

func (b *Bench) probeKeyring() login.Keyring {
	ctx, cancel := context.WithTimeout(b.ctx, keyringPatience)
	defer cancel()
	where, err := b.creds.Probe(ctx)
	switch {
	case where == storage.InKeyring:
		return login.KeyringSystem
	case errors.Is(err, storage.ErrKeyringTimeout) || errors.Is(err, storage.ErrKeyringBusy):
		return login.KeyringUnknown
	default:
		return login.KeyringNone
	}
}
