package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net"
	"slices"
	"time"

	"kickbench/client/kick"
)

// What an app has that nobody described.
const (
	DefaultSDKAppID = 1400000001
	DefaultAdmin    = "administrator"
)

// DefaultHelloInterval is what the login answer asks of the SDK where Config says
// nothing: a wshello every two minutes, as observed.
const DefaultHelloInterval = 120 * time.Second

// Config is what a Server is made of. The zero value is valid.
type Config struct {
	// Apps are the apps the server knows. Empty means one, DefaultSDKAppID, with a
	// random secret key.
	Apps []App
	// ConsoleToken is the bearer token of the console API; empty means a random one. What
	// can be one, CheckConsoleToken says.
	ConsoleToken string
	// ConsoleHosts are names, beside loopback and the listener's own address, under
	// which the console API may be addressed: "sandbox" in a container network.
	// Without port.
	ConsoleHosts []string
	// Logger gets the log; nil means none. No secret is ever logged.
	Logger *slog.Logger
	// Limits bound what clients may take; a field left zero has its default.
	Limits Limits
	// LedgerFile, if set, is a file to which every record of the ledger is appended as a
	// line of JSON: what the ring forgets is read from it. It is written behind the
	// ledger's back, up to Limits.LedgerFileBytes, and stays when the server is closed.
	LedgerFile string
	// HelloInterval is told to the SDK in whole seconds; zero means DefaultHelloInterval.
	HelloInterval time.Duration
	// WebhookRemote allows webhooks to targets beyond this computer. Without it whoever
	// holds the console token cannot make the sandbox call into the network it is in.
	WebhookRemote bool
	// WebhookDial, if set, opens the webhooks' connections in place of the network: for a
	// receiver on an in-memory listener, in virtual time. It is not checked whom it
	// reaches.
	WebhookDial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Seed fixes what is random in the sandbox and no secret: who goes by lot, which
	// faults strike. Keys and tokens never depend on it.
	Seed uint64
}

// App is one app of the sandbox.
type App struct {
	// SDKAppID is the app's number; zero means DefaultSDKAppID.
	SDKAppID uint64
	// SecretKey signs UserSigs, as text, the way the vendor's console shows it.
	// Empty means a random one of 64 hexadecimal digits.
	SecretKey string
	// Admins may call the REST API; empty means DefaultAdmin alone.
	Admins []string
	// Settings are the login settings from the start; see LoginSettings for zero.
	Settings LoginSettings
	// Webhook is where State.StateChange goes; none by default.
	Webhook WebhookSettings
	// Accounts are there from the start, as if imported.
	Accounts []AccountInfo
}

// AppInfo describes an app without its secret key.
type AppInfo struct {
	SDKAppID uint64        `json:"sdkAppID"`
	Admins   []string      `json:"admins"`
	Settings LoginSettings `json:"settings"`
}

func newApps(cfg []App, seed uint64, limits Limits) (map[uint64]*app, error) {
	if len(cfg) == 0 {
		cfg = []App{{}}
	}
	apps := make(map[uint64]*app, len(cfg))
	for _, c := range cfg {
		if c.SDKAppID == 0 {
			c.SDKAppID = DefaultSDKAppID
		}
		if apps[c.SDKAppID] != nil {
			return nil, failf(CodeBadRequest, "app %d is there twice", c.SDKAppID)
		}
		if c.SecretKey == "" {
			c.SecretKey = randomHex(32)
		}
		if len(c.Admins) == 0 {
			c.Admins = []string{DefaultAdmin}
		}
		settings, err := c.Settings.complete(kick.DefaultSettings(), defaultRules(limits))
		if err != nil {
			return nil, failf(CodeBadRequest, "app %d: %v", c.SDKAppID, err)
		}
		apps[c.SDKAppID] = newApp(c.SDKAppID, c.SecretKey, slices.Clone(c.Admins), seed, settings)
	}
	return apps, nil
}

// randomHex is n random bytes in hexadecimal: a key, a token or an A2.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b)
}
