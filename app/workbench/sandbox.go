//go:build !headless

package workbench

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/usersig"
	"kickbench/screens/login"
)

// The ports the sandbox tries, so that an address written down yesterday works today.
const (
	firstPort = 7460
	lastPort  = 7479
)

// startSandbox listens and serves; it gives the port, or says why there is none.
func (b *Bench) startSandbox() (port int, problem string) {
	if err := b.gate.Open(); err != nil {
		b.log.Error("sandbox", "err", err)
		return 0, err.Error()
	}
	b.serve.Do(func() {
		b.tasks.Go(func() {
			if err := b.srv.Serve(b.gate); err != nil {
				b.log.Error("sandbox", "err", err)
			}
		})
	})
	return b.gate.Addr().(*net.TCPAddr).Port, ""
}

// listenNext listens where it did before, if it did and that is free, else on the
// first free port.
func (b *Bench) listenNext(before net.Addr) (net.Listener, error) {
	if before != nil {
		if l, err := new(net.ListenConfig).Listen(b.ctx, "tcp", before.String()); err == nil {
			return l, nil
		}
	}
	if b.listen != "" {
		return new(net.ListenConfig).Listen(b.ctx, "tcp", b.listen)
	}
	for p := firstPort; p <= lastPort; p++ {
		l, err := new(net.ListenConfig).Listen(b.ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err == nil {
			return l, nil
		}
	}
	return new(net.ListenConfig).Listen(b.ctx, "tcp", "127.0.0.1:0")
}

// address is where a form's server is.
func (b *Bench) address(f login.Form) string {
	if f.Server == login.Sandbox {
		return b.url()
	}
	return f.Address
}

// defaultLife is how long a UserSig lives that nobody asked another life for: what
// the vendor's console gives.
const defaultLife = 180 * 24 * time.Hour

// makeUserSig signs for the login screen: with a SecretKey somebody typed, or with
// the sandbox's own.
func (b *Bench) makeUserSig(r login.MakeRequest) (string, error) {
	life := r.Expire
	if life == 0 {
		life = defaultLife
	}
	if r.SecretKey == "" {
		if r.Server != login.Sandbox {
			return "", errors.New(lang.L("Only the sandbox signs by itself; for another server its SecretKey is needed."))
		}
		return b.srv.MakeUserSig(r.SDKAppID, r.UserID, life)
	}
	return usersig.Sign(r.SecretKey, usersig.Token{
		UserID: r.UserID, SDKAppID: r.SDKAppID, IssuedAt: b.clockOf(r.Server), Expire: life,
	})
}

// clockOf is the time by the clock of the server that will judge a UserSig.
func (b *Bench) clockOf(s login.Server) time.Time {
	if s == login.Sandbox {
		return b.srv.Now()
	}
	return time.Now()
}

// readUserSig says what a UserSig claims.
func (b *Bench) readUserSig(sig string) (login.SigFacts, bool) {
	t, err := usersig.Parse(sig)
	if err != nil {
		return login.SigFacts{}, false
	}
	return login.SigFacts{
		UserID: t.UserID, SDKAppID: t.SDKAppID, Expires: t.ExpiresAt(), Expired: b.srv.Now().After(t.ExpiresAt()),
	}, true
}

// fitsSandbox reports whether the sandbox would take a UserSig now. Its key is a new
// one with every start, so one remembered from the last start does not.
func (b *Bench) fitsSandbox(f login.Form) bool {
	key, err := b.srv.SecretKey(f.SDKAppID)
	if err != nil {
		return false
	}
	_, err = usersig.Verify(f.UserSig, key, f.SDKAppID, f.UserID, b.srv.Now())
	return err == nil
}

func number(id uint64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprint(id)
}
