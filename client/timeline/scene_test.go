package timeline_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client"
	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/timeline"
	"kickbench/client/wire"
)

// scene is a real sandbox with real clients, in virtual time.
type scene struct {
	t     *testing.T
	srv   *sandbox.Server
	dial  *memnet.Listener
	notes map[string]string // by page
}

func (s *scene) page(note string, p wire.Platform) *client.Client {
	c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: s.srv.URL(), Platform: p, NetDialContext: s.dial.Dial})
	s.notes[c.Info().InstanceID] = note
	s.t.Cleanup(func() {
		_ = c.Destroy(context.Background())
		<-c.Done()
	})
	return c
}

func (s *scene) login(c *client.Client, user string) uint64 {
	s.t.Helper()
	sig, err := s.srv.MakeUserSig(sandbox.DefaultSDKAppID, user, 24*time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := c.Login(s.t.Context(), user, sig)
	if err != nil {
		s.t.Fatal(err)
	}
	synctest.Wait()
	return r.InstID
}

func (s *scene) model() *timeline.Model {
	m := timeline.New(timeline.Limits{})
	for _, r := range s.srv.Ledger(0, "") {
		m.Add(timeline.Record{
			Seq: r.Seq, Time: r.Time, Kind: timeline.Kind(r.Kind), SDKAppID: r.SDKAppID, UserID: r.UserID, InstID: r.InstID,
			InstanceID: r.InstanceID, Platform: r.Platform, ByInstID: r.ByInstID, ByPlatform: r.ByPlatform, KickType: r.KickType,
			Rule: r.Rule, Why: r.Why, Code: r.Code, Live: r.Live, Ref: r.Ref, Late: r.Late, Until: r.Until, Delay: r.Delay,
			Rounds: r.Rounds, Note: s.notes[r.InstanceID],
		})
	}
	return m
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestAWarACutAndARESTKickOfTheRealSandbox: policy dual with one Web place. Two pages
// evict each other six times, a phone loses its network and comes back, another phone
// takes its place, the clock jumps, and the REST API ends it all.
func TestAWarACutAndARESTKickOfTheRealSandbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		s := &scene{t: t, srv: sandbox.RunOn(t, sandbox.Config{}, l), dial: l, notes: map[string]string{}}
		one := s.page("page A", wire.PlatformWeb)
		two := s.page("page B", wire.PlatformWeb)
		phone := s.page("phone", wire.PlatformAndroid)
		tablet := s.page("new phone", wire.PlatformIPhone)
		other := s.page("bob's page", wire.PlatformWeb)

		s.login(one, "alice")
		time.Sleep(6 * time.Second)
		s.login(other, "bob")
		time.Sleep(6 * time.Second)
		android := s.login(phone, "alice")
		time.Sleep(8 * time.Second)
		for round := range 6 {
			who := two
			if round%2 == 1 {
				who = one
			}
			s.login(who, "alice")
			time.Sleep(7 * time.Second)
		}
		must(t, s.srv.Cut(android, 15*time.Second))
		time.Sleep(40 * time.Second)
		s.login(tablet, "alice")
		time.Sleep(10 * time.Second)
		must(t, other.Logout(t.Context()))
		must(t, s.srv.Advance(2*time.Hour))
		time.Sleep(12 * time.Second)
		must(t, s.srv.KickUser(sandbox.DefaultSDKAppID, "alice"))
		time.Sleep(12 * time.Second)

		m := s.model()
		count := map[timeline.Cause]int{}
		for _, k := range m.Kicks() {
			count[k.Cause]++
			if k.Limit != 1 && k.Type == wire.KickMultipleAccount {
				t.Errorf("kick %d: limit %d in %q", k.Seq, k.Limit, k.Why)
			}
		}
		if count[timeline.ByLogin] != 7 || count[timeline.ByREST] != 2 || len(count) != 2 {
			t.Errorf("kicks by cause: %v, want 6 of the war and 1 of the phones by logins, 2 by REST", count)
		}
		for name, dark := range map[string]bool{"scene-light.svg": false, "scene-dark.svg": true} {
			var b bytes.Buffer
			must(t, m.SVG(&b, timeline.Picture{Title: "Dual policy, one Web place: a war, a cut, a REST kick", Dark: dark}))
			// Reconnects are jittered, so that no two runs are alike to the pixel: the
			// pictures in testdata are for people.
			if *update {
				must(t, os.WriteFile(filepath.Join("testdata", name), b.Bytes(), 0o644))
			}
		}
	})
}
