package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// callback is one State.StateChange, as the receiver got it or as the ledger says it
// has to be (server-facts 5).
type callback struct {
	seq    uint64 // the ledger's
	user   string
	action string
	reason string
	kicked []string // platforms of those evicted
}

func (c callback) String() string {
	s := c.action + "(" + c.reason + ")"
	if len(c.kicked) > 0 {
		s += " kicking " + strings.Join(c.kicked, ", ")
	}
	return s
}

func (c callback) same(o callback) bool {
	return c.action == o.action && c.reason == o.reason && slices.Equal(c.kicked, o.kicked)
}

// webhooks holds what the webhook's receiver got against the ledger.
func webhooks(r *run.Result) []run.Finding {
	if r.Settings.Webhook == "" || r.LedgerDropped > 0 {
		return nil
	}
	var out []run.Finding
	tell := func(seq uint64, format string, args ...any) {
		out = append(out, run.Finding{Judge: Accounts, Severity: run.SeverityError, Message: fmt.Sprintf(format, args...), Seq: seq})
	}
	got := map[string][]callback{}
	for _, d := range r.Deliveries {
		c, ok := readCallback(d)
		if !ok {
			tell(0, "The webhook got a request that is no State.StateChange.")
			continue
		}
		got[c.user] = append(got[c.user], c)
	}
	want, retried := expected(r)
	for _, user := range users(want, got) {
		w, g := want[user], got[user]
		var last callback
		for len(g) > 0 {
			switch {
			case len(w) > 0 && w[0].same(g[0]):
				w = w[1:]
			case retried[user] && last.same(g[0]): // delivered, the answer lost, and delivered again
			case len(w) == 0:
				tell(0, "The webhook told of %s %s, and the ledger has nothing of the kind.", user, g[0])
			default:
				tell(w[0].seq, "The webhook told of %s %s, and by the ledger it had to be %s (record %d).", user, g[0], w[0], w[0].seq)
				w = w[1:]
			}
			last, g = g[0], g[1:]
		}
		for _, c := range w {
			if delivered(r, c.seq) {
				tell(c.seq, "The ledger says that the webhook was told of %s %s (record %d), and the receiver never got it.", user, c, c.seq)
			}
		}
	}
	return out
}

func users(a, b map[string][]callback) []string {
	var out []string
	for u := range a {
		out = append(out, u)
	}
	for u := range b {
		out = append(out, u)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func delivered(r *run.Result, seq uint64) bool {
	return slices.ContainsFunc(r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindWebhook && rec.Ref == seq })
}

func readCallback(d run.Delivery) (callback, bool) {
	var b struct {
		CallbackCommand string
		Info            struct {
			Action, Reason string
			User           string `json:"To_Account"`
		}
		KickedDevice []struct{ Platform string }
	}
	if json.Unmarshal(d.Body, &b) != nil || b.CallbackCommand != "State.StateChange" {
		return callback{}, false
	}
	c := callback{user: b.Info.User, action: b.Info.Action, reason: b.Info.Reason}
	for _, k := range b.KickedDevice {
		c.kicked = append(c.kicked, k.Platform)
	}
	return c, true
}

// expected is what the ledger has for the webhook, by user and in order; retried are
// the users of whom a delivery failed.
func expected(r *run.Result) (want map[string][]callback, retried map[string]bool) {
	want, retried = map[string][]callback{}, map[string]bool{}
	web := kick.WebIncludes(r.Settings.WebIncludes)
	gone := map[uint64]bool{} // instances of which it knows that they are
	for i, rec := range r.Ledger {
		if rec.SDKAppID != r.Settings.SDKAppID {
			continue
		}
		c := callback{seq: rec.Seq, user: rec.UserID}
		switch rec.Kind {
		case sandbox.KindSettings, sandbox.KindSettingsApplied:
			if rec.Settings != nil && rec.Until.IsZero() {
				web = rec.Settings.WebIncludes
			}
		case sandbox.KindWebhookFailed:
			retried[rec.UserID] = true
		case sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume:
			c.action, c.reason = "Login", "Register"
			delete(gone, rec.InstID)
			for _, k := range r.Ledger[i+1:] {
				if k.UserID == rec.UserID && (k.Kind == sandbox.KindLogin || k.Kind == sandbox.KindReturn || k.Kind == sandbox.KindResume) {
					break
				}
				if k.Kind == sandbox.KindKick && k.UserID == rec.UserID && k.ByInstID == rec.InstID && k.InstID != rec.InstID &&
					(k.Rule == "instance-limit" || k.Rule == "platform-policy") {
					c.kicked = append(c.kicked, devicePlatform(web.Group(k.Platform)))
				}
			}
		case sandbox.KindLogout:
			c.action, c.reason = "Logout", "Unregister"
		case sandbox.KindClosed:
			if rec.Until.IsZero() {
				c.action, c.reason = "Disconnect", "LinkClose"
			}
		case sandbox.KindGone:
			c.action, c.reason = "Disconnect", "LinkClose"
			if rec.Rule == sandbox.RuleSilent && !web.Group(rec.Platform).IsWeb() {
				c.reason = "TimeOut"
			}
		case sandbox.KindExpiryTold:
			c.action, c.reason = "Disconnect", "LinkClose"
		case sandbox.KindKick:
			// Older SDKs are reported twice: by the newcomer's Login and by this.
			if rec.ByInstID == 0 || r.Settings.Webhook == string(sandbox.WebhookBefore2140) {
				c.action, c.reason = "Logout", "Unregister"
			}
		}
		if c.action != "" && !gone[rec.InstID] {
			want[c.user] = append(want[c.user], c)
		}
		if rec.Kind == sandbox.KindKick || c.action == "Logout" || c.action == "Disconnect" {
			gone[rec.InstID] = true
		}
	}
	return want, retried
}

// devicePlatform is a platform as the webhook's body spells it (server-facts 1.3).
func devicePlatform(p wire.Platform) string {
	if p = p.Group(); p == wire.PlatformIPhone {
		return "iOS"
	}
	return p.Label()
}
