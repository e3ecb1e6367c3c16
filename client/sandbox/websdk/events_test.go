package websdk_test

import (
	"fmt"
	"strings"
	"testing"

	"kickbench/client/internal/websdk"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// manualEvents are the events of the vendor's manual that a chat app lives by, each
// kick and each state of the network for itself.
var manualEvents = []string{
	"SDK_READY", "SDK_NOT_READY",
	"MESSAGE_RECEIVED", "MESSAGE_REVOKED", "MESSAGE_READ_BY_PEER",
	"CONVERSATION_LIST_UPDATED", "GROUP_LIST_UPDATED", "PROFILE_UPDATED", "BLACKLIST_UPDATED",
	"ERROR",
	"KICKED_OUT multipleAccount", "KICKED_OUT multipleDevice", "KICKED_OUT userSigExpired", "KICKED_OUT REST_API_Kick",
	"NET_STATE_CHANGE connecting", "NET_STATE_CHANGE connected", "NET_STATE_CHANGE disconnected",
}

// eventSource is a client whose events are counted: a column of the table.
type eventSource interface {
	Name() string
	// Drive lets everything happen in the client that a sandbox can bring about, and
	// counts its events by their name in manualEvents.
	Drive(t *testing.T, w *world) map[string]int
}

// eventSources are the columns. A client is added here.
var eventSources = []eventSource{vendorSDK{}, ownClient{}}

func TestEveryEventOfTheManualHappensForReal(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	seen := make([]map[string]int, len(eventSources))
	head := fmt.Sprintf("%-32s", "event")
	for i, src := range eventSources {
		seen[i] = src.Drive(t, w)
		head += fmt.Sprintf("%20s", src.Name())
	}
	table := []string{head}
	for _, event := range manualEvents {
		line := fmt.Sprintf("%-32s", event)
		for i, src := range eventSources {
			n := seen[i][event]
			line += fmt.Sprintf("%20d", n)
			if n == 0 {
				t.Errorf("%s never saw %s", src.Name(), event)
			}
		}
		table = append(table, line)
	}
	t.Log("how often each event was seen:\n" + strings.Join(table, "\n"))
}

// vendorSDK is the vendor's SDK in Chromium.
type vendorSDK struct{}

func (vendorSDK) Name() string { return "@tencentcloud" }

func (vendorSDK) Drive(t *testing.T, w *world) map[string]int {
	t.Helper()
	for _, story := range []func(*testing.T, *world){
		storyMessage, storyProfile, storyBlacklist, storyGroup, storyKicks, storyNetwork,
	} {
		story(t, w)
	}
	counts := map[string]int{}
	for _, p := range w.pages {
		for _, e := range p.Events() {
			name := e.Const
			switch name {
			case "KICKED_OUT":
				name += " " + websdk.Text(e.Data, "type")
			case "NET_STATE_CHANGE":
				name += " " + websdk.Text(e.Data, "state")
			}
			counts[name]++
		}
	}
	return counts
}

// storyKicks ends a page in each of the four ways.
func storyKicks(t *testing.T, w *world) {
	double := kick.DefaultSettings().Policy
	w.settings(sandbox.LoginSettingsPatch{Policy: &double, Instances: map[wire.Platform]int{wire.PlatformWeb: 1}})
	p, _ := w.login("nina")
	next, r := w.login("nina")
	w.mustBeKicked(p, wire.KickMultipleAccount)
	if _, err := p.Call("getConversationList"); websdk.CodeOf(err) != 3003 { // after the kick: ERROR, too
		t.Errorf("a call after the kick: %v, want 3003", err)
	}
	p.WaitEvent("ERROR", 1)

	if err := w.Kick(r.InstID, wire.KickMultipleDevice); err != nil {
		t.Fatal(err)
	}
	w.mustBeKicked(next, wire.KickMultipleDevice)

	p, r = w.login("otto")
	if err := w.Expire(r.InstID); err != nil {
		t.Fatal(err)
	}
	_, _ = p.Call("getUserProfile", map[string]any{"userIDList": []string{"nina"}}) // a request, to be told
	w.mustBeKicked(p, wire.KickUserSigExpired)

	p, _ = w.login("petra")
	w.restKick("petra")
	w.mustBeKicked(p, wire.KickRESTAPI)
}

// storyNetwork loses the network and finds it again.
func storyNetwork(t *testing.T, w *world) {
	p, r := w.login("quinn")
	p.Age()
	if err := w.Cut(r.InstID, 0); err != nil {
		t.Fatal(err)
	}
	p.WaitEvent("NET_STATE_CHANGE", 2) // connecting, connected
	p.Offline(true)
	p.WaitEvent("NET_STATE_CHANGE", 3) // disconnected
	p.Offline(false)
}
