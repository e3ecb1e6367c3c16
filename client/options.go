package client

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"time"

	"kickbench/client/wire"
)

// Options are what an instance is made with. The zero value of each field but
// SDKAppID is valid.
type Options struct {
	// SDKAppID is the app's number in the vendor's console. Login fails with 2000
	// without it.
	SDKAppID uint64
	// ProxyServer is the WebSocket address to use in place of the vendor's cloud,
	// such as ws://127.0.0.1:7460: the option of the same name in the vendor's SDK.
	// Empty means DefaultServer. Login fails with 2802 where it holds a user name, a
	// query or a fragment: it is shown and logged as it is.
	ProxyServer string
	// Platform is what the instance says it runs on; zero means Web.
	Platform wire.Platform
	// Text makes the instance use text frames (/info) in place of binary ones (/binfo).
	Text bool
	// Logger receives the log; nil means none. SetLogLevel filters it.
	Logger *slog.Logger
	// NetDialContext opens the TCP connection; nil means a net.Dialer.
	NetDialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	// TLSClientConfig is for wss addresses; nil means Go's default.
	TLSClientConfig *tls.Config
	// DialTimeout bounds one try to connect; zero means 10 s.
	DialTimeout time.Duration
	// InstanceID is the page's own id, up to 32 hexadecimal digits; empty means a new
	// one by lot, as the vendor's SDK makes it. Two instances with the same one are what
	// a duplicated tab or a restored backup is.
	InstanceID string
	// Chance gives numbers from 0 up to 1 that spread the delays between tries to
	// connect; nil means math/rand's. With one of its own an instance's tries come at
	// the same times in every run. Called by one goroutine at a time.
	Chance func() float64
}

// DefaultServer is the vendor's public address (server-facts 7).
const DefaultServer = "wss://wss.im.qcloud.com"

const (
	defaultDialTimeout = 10 * time.Second
	// writeTimeout is the deadline of every write to the socket.
	writeTimeout = 10 * time.Second
	// sdkVersion is what the instance says in the URL: not one of the vendor's, so
	// that a server's list tells the two apart.
	sdkVersion = "kickbench-1"
)

func (o Options) platform() wire.Platform {
	if o.Platform == wire.PlatformUnknown {
		return wire.PlatformWeb
	}
	return o.Platform
}

// LoginResult is what Login gives.
type LoginResult struct {
	// UserID is who is logged in. After a repeated login that is the user from
	// before, whoever was asked for.
	UserID string
	// TinyID and InstID are the server's numbers for the user and for this instance.
	TinyID string
	InstID uint64
	// RepeatLogin is true when the instance was logged in already and nothing was
	// sent (the vendor's `data.repeatLogin`).
	RepeatLogin bool
}
