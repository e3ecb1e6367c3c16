package client_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kickbench/client"
	"kickbench/client/sandbox"
)

// TestWhatWasSentIsHeardOnceUnderAnySchedule lets users write to each other and to a
// group while their connections are cut and they come and go. Whoever was meant to
// hear a message hears it once; one whose sending failed, at most once.
func TestWhatWasSentIsHeardOnceUnderAnySchedule(t *testing.T) {
	type step struct {
		op   string
		who  int // 0, 1: alice's instances; 2: bob's
		wait time.Duration
	}
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) step {
			return step{
				op:   rapid.SampledFrom([]string{"c2c", "c2c", "group", "group", "cut", "cut", "wait", "leave"}).Draw(r, "op"),
				who:  rapid.IntRange(0, 2).Draw(r, "who"),
				wait: rapid.SampledFrom([]time.Duration{0, 10 * time.Millisecond, 2 * time.Second, 12 * time.Second, 40 * time.Second, 100 * time.Second}).Draw(r, "wait"),
			}
		}), 1, 25).Draw(r, "steps")
		synctest.Test(t, func(t *testing.T) {
			tn := newTown(t)
			all := []*resident{tn.enter("alice"), tn.enter("alice"), tn.enter("bob")}
			g, err := all[0].CreateGroup(t.Context(), client.NewGroup{Name: "G", Members: []string{"bob"}})
			tn.must(err)
			synctest.Wait()
			sure := map[string]bool{} // by text: whether the sending succeeded
			from := map[string]int{}
			for i, st := range steps {
				who := all[st.who]
				switch st.op {
				case "c2c", "group":
					to, conv := "bob", client.ConvC2C
					if st.who == 2 {
						to = "alice"
					}
					if st.op == "group" {
						to, conv = g.GroupID, client.ConvGroup
					}
					text := fmt.Sprint(st.op, " ", i)
					_, err := who.SendMessage(t.Context(), who.CreateTextMessage(to, conv, text))
					sure[text], from[text] = err == nil, st.who
				case "cut":
					synctest.Wait()
					if id := who.Info().InstID; id != 0 {
						_ = tn.srv.Cut(id, st.wait) // refused where it is cut already
					}
				case "wait":
					time.Sleep(st.wait)
				case "leave": // bob alone: what alice said is no news to a page of hers that logs in
					if st.who == 2 {
						_ = who.Logout(t.Context())
						time.Sleep(st.wait)
						for !who.IsReady() {
							sig, err := tn.srv.MakeUserSig(sandbox.DefaultSDKAppID, "bob", 24*time.Hour)
							tn.must(err)
							_, _ = who.Login(t.Context(), "bob", sig)
							time.Sleep(10 * time.Second)
						}
					}
				}
			}
			time.Sleep(5 * time.Minute) // all cuts are over
			synctest.Wait()
			for i, who := range all {
				heard := map[string]int{}
				for _, text := range who.heard() {
					heard[text]++
				}
				for text, ok := range sure {
					n, most, least := heard[text], 1, 0
					if ok {
						least = 1
					}
					if from[text] == i {
						most, least = 0, 0
					}
					if n > most || n < least {
						r.Errorf("instance %d heard %q %d times, sent by %d with success %v", i, text, n, from[text], ok)
					}
				}
				if !who.IsReady() {
					r.Errorf("instance %d did not come back: %s", i, who.State())
				}
			}
		})
	})
}
