//go:build !headless

package workbench

import (
	"strings"
	"testing"
	"time"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/history"
	"kickbench/screens/look"
)

func TestTheHistoryKnowsWhoKickedAsTheBannerDid(t *testing.T) {
	b, w, _ := ready(t)
	first := w.instance()
	b.until("its number is known", func() bool { return first.number() != 0 })
	row := func() history.Session { return sessionRow(b.sessions()[0]) } // the newest
	if err := b.srv.Kick(first.number(), wire.KickMultipleAccount); err != nil {
		t.Fatal(err)
	}
	b.reaches(w, client.Kicked)
	b.until("it is kept", func() bool { return row().Story != "" })
	if r := row(); r.By != "by hand" || !strings.Contains(look.Unmarked(r.Story), "nobody else logged in") ||
		!strings.Contains(r.Report, "the sandbox's console; nobody logged in") || r.Facts.Rule != sandbox.RuleConsole {
		t.Errorf("after one by hand: %+v", r)
	}

	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	in := w.instance()
	b.until("its number is known", func() bool { return in.number() != first.number() && in.number() != 0 })
	c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: b.srv.URL()})
	defer func() { _ = c.Destroy(t.Context()); <-c.Done() }()
	if _, err := c.Login(t.Context(), "alice", b.form().UserSig); err != nil {
		t.Fatal(err)
	}
	b.reaches(w, client.Kicked)
	b.until("it is kept", func() bool { return row().Story != "" })
	r := row()
	by := number(c.Info().InstID)
	if r.By != "by Web "+by || !strings.Contains(look.Unmarked(r.Story), "Web #"+by) || r.Facts.ByInstID != c.Info().InstID {
		t.Errorf("after a login: %+v", r)
	}
	for _, want := range []string{"limit       1", "policy      dual", "history     session " + r.ID, "SDKAppID    1400000001", "server      "} {
		if !strings.Contains(r.Report, want) {
			t.Errorf("the report lacks %q:\n%s", want, r.Report)
		}
	}
}

func TestAUserSigOfTheSandboxIsMadeAnewForEachLogin(t *testing.T) {
	b, _, _ := ready(t)
	f := b.form()
	if err := b.srv.Advance(200 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	f.Renew = false
	if b.fitsSandbox(b.renewed(f)) {
		t.Error("one that somebody pasted is replaced")
	}
	f.Renew = true
	if !b.fitsSandbox(b.renewed(f)) {
		t.Error("an expired one of the sandbox's own is sent all the same")
	}
}

func TestAWindowsEarlierPageIsNoForeignApps(t *testing.T) {
	b, w, _ := ready(t)
	page := w.instanceID()
	f := b.form()
	f.Platform = wire.PlatformAndroid
	b.until("it is logged out", func() bool { w.LogOut(func(error) {}); return !w.instance().c.State().LoggedIn() })
	w.LogIn(f)
	b.reaches(w, client.Ready)
	if w.instanceID() == page {
		t.Fatal("it is still the same page")
	}
	if n := b.windowOf(page); n != 1 {
		t.Errorf("its earlier page is window %d's", n)
	}
}

func TestAnInstanceThatCountsNoMoreIsNotCalledReconnecting(t *testing.T) {
	b, w, _ := ready(t)
	c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: b.srv.URL(), Platform: wire.PlatformAndroid})
	defer func() { _ = c.Destroy(t.Context()); <-c.Done() }()
	if _, err := c.Login(t.Context(), "alice", b.form().UserSig); err != nil {
		t.Fatal(err)
	}
	if err := b.srv.Cut(c.Info().InstID, 100*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := b.srv.Advance(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	id := number(c.Info().InstID)
	b.until("the server counts it no more", func() bool {
		for _, i := range w.instance().statusModel().Instances {
			if i.ID == id {
				return i.Gone && !i.Live()
			}
		}
		return false
	})
}

func TestALostConnectionIsLostSinceItWasHoweverOftenItIsTried(t *testing.T) {
	in := &instance{}
	at := time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)
	since := func(after time.Duration, s client.NetState) time.Duration {
		in.note(client.Record{Meta: client.Meta{Time: at.Add(after)}, Event: client.NetStateChange{State: s}})
		return in.netSince.Sub(at)
	}
	for _, c := range []struct {
		after time.Duration
		state client.NetState
		want  time.Duration
	}{
		{0, client.NetConnecting, 0},
		{1, client.NetConnected, 1},
		{5, client.NetDisconnected, 5},
		{6, client.NetConnecting, 5},
		{7, client.NetDisconnected, 5},
		{8, client.NetConnecting, 5},
		{9, client.NetConnected, 9},
	} {
		if got := since(c.after, c.state); got != c.want {
			t.Errorf("%s at %d: since %d, want %d", c.state, c.after, got, c.want)
		}
	}
}
