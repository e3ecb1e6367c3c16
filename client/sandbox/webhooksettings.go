package sandbox

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
)

// WebhookVariant is which of the vendor's two histories the webhook follows
// (server-facts 5).
type WebhookVariant string

// The variants.
const (
	// WebhookCurrent: Web SDK 2.14.0 and later, native 5.6.1200 and later: a kick by a
	// newcomer is one event, the newcomer's Login, with KickedDevice.
	WebhookCurrent WebhookVariant = "current"
	// WebhookBefore2140: older SDKs: beside it a Logout(Unregister) of each kicked one.
	WebhookBefore2140 WebhookVariant = "before-2.14.0"
)

// WebhookSettings are where an app's State.StateChange goes. A field left zero has its
// default.
type WebhookSettings struct {
	// URL is http or https; what it has of a query is kept. Empty means no webhook.
	URL     string
	Variant WebhookVariant // WebhookCurrent
	// Timeout bounds one attempt, by this computer's clock: 5 s, at most a minute.
	Timeout time.Duration
	// Attempts is how often an event is tried before it is given up: 3, at most 10.
	Attempts int
}

// complete fills in defaults and checks. remote allows targets beyond this computer.
func (w WebhookSettings) complete(remote bool) (WebhookSettings, error) {
	w.Variant = cmp.Or(w.Variant, WebhookCurrent)
	w.Timeout = cmp.Or(w.Timeout, 5*time.Second)
	w.Attempts = cmp.Or(w.Attempts, 3)
	switch {
	case w.Variant != WebhookCurrent && w.Variant != WebhookBefore2140:
		return w, fmt.Errorf("variant: %q, want %s or %s", clip(string(w.Variant), 64), WebhookCurrent, WebhookBefore2140)
	case w.Timeout < time.Millisecond || w.Timeout > time.Minute:
		return w, fmt.Errorf("timeout: %s, want 1ms to 1m", FormatDuration(w.Timeout))
	case w.Attempts < 1 || w.Attempts > 10:
		return w, fmt.Errorf("attempts: %d, want 1 to 10", w.Attempts)
	case w.URL == "":
		return w, nil
	}
	u, err := url.Parse(w.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return w, fmt.Errorf("url: want an address with http or https") // not its text: it may hold a password
	}
	if !remote && !loopbackName(u.Hostname()) {
		return w, fmt.Errorf("url: %s is not this computer; the sandbox has to be started with webhooks beyond it allowed", clip(u.Hostname(), 128))
	}
	return w, nil
}

// loopbackName reports whether a host is this computer by its name alone. Where it
// leads in the end is looked at again when it is dialled.
func loopbackName(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// webhookJSON is WebhookSettings as the console API writes it.
type webhookJSON struct {
	URL      string         `json:"url"`
	Variant  WebhookVariant `json:"variant,omitzero"`
	Timeout  string         `json:"timeout,omitzero"`
	Attempts int            `json:"attempts,omitzero"`
}

// MarshalJSON writes the console API's form.
func (w WebhookSettings) MarshalJSON() ([]byte, error) {
	return json.Marshal(webhookJSON{w.URL, w.Variant, FormatDuration(w.Timeout), w.Attempts})
}

// UnmarshalJSON reads the console API's form; a field it does not know is an error.
func (w *WebhookSettings) UnmarshalJSON(data []byte) error {
	var in webhookJSON
	if err := json.Unmarshal(data, &in, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	*w = WebhookSettings{URL: in.URL, Variant: in.Variant, Attempts: in.Attempts}
	if in.Timeout != "" {
		d, err := ParseDuration(in.Timeout)
		if err != nil {
			return fmt.Errorf("timeout: %w", err)
		}
		w.Timeout = d
	}
	return nil
}

// Webhook is where an app's State.StateChange goes; its URL may hold a secret.
func (s *Server) Webhook(sdkAppID uint64) (WebhookSettings, error) {
	a, err := s.app(sdkAppID)
	if err != nil {
		return WebhookSettings{}, err
	}
	return a.webhook(), nil
}

// webhook are the app's webhook settings, defaults filled in.
func (a *app) webhook() WebhookSettings {
	if w := a.hook.Load(); w != nil {
		return *w
	}
	w, _ := WebhookSettings{}.complete(false)
	return w
}

// SetWebhook replaces an app's webhook whole and returns it with its defaults. What is
// waiting to be delivered goes to the new address.
func (s *Server) SetWebhook(sdkAppID uint64, w WebhookSettings) (WebhookSettings, error) {
	a, err := s.app(sdkAppID)
	if err != nil {
		return WebhookSettings{}, err
	}
	if w, err = w.complete(s.hooks.remote); err != nil {
		return WebhookSettings{}, failf(CodeBadRequest, "%v", err)
	}
	a.hook.Store(&w)
	return w, nil
}

func (s *Server) getWebhook(r *consoleRequest) (any, error) {
	id, err := r.number("sdkAppID")
	if err != nil {
		return nil, err
	}
	return s.Webhook(id)
}

func (s *Server) putWebhook(r *consoleRequest) (any, error) {
	id, err := r.number("sdkAppID")
	if err != nil {
		return nil, err
	}
	var in WebhookSettings
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	return s.SetWebhook(id, in)
}

// getDeliveries answers the ledger's records of deliveries.
func (s *Server) getDeliveries(r *consoleRequest) (any, error) {
	after, err := r.queryNumber("after")
	if err != nil {
		return nil, err
	}
	id, err := r.queryNumber("sdkAppID")
	if err != nil {
		return nil, err
	}
	out := struct {
		Deliveries []Record `json:"deliveries"`
		Last       uint64   `json:"last"`
		Waiting    int      `json:"waiting"`
	}{Deliveries: []Record{}, Waiting: s.hooks.unsettled()}
	out.Last, _ = s.ledger.stats()
	for _, rec := range s.Ledger(after, r.URL.Query().Get("userID")) {
		switch rec.Kind {
		case KindWebhook, KindWebhookFailed, KindWebhookLost:
			if rec.Seq <= out.Last && (id == 0 || rec.SDKAppID == id) {
				out.Deliveries = append(out.Deliveries, rec)
			}
		}
	}
	return out, nil
}

// equip gives the apps what Config says of them beside their settings.
func (s *Server) equip(apps []App) error {
	for _, c := range apps {
		id := cmp.Or(c.SDKAppID, DefaultSDKAppID)
		if _, err := s.SetWebhook(id, c.Webhook); err != nil {
			return failf(CodeBadRequest, "app %d: webhook: %v", id, err)
		}
		for _, i := range c.Accounts {
			if err := s.ImportAccount(id, i); err != nil {
				return failf(CodeBadRequest, "app %d: account %q: %v", id, clip(i.UserID, 64), err)
			}
		}
	}
	return nil
}
