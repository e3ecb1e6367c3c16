package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/spf13/cobra"

	"kickbench/client/sandbox"
)

// DefaultListen is where the sandbox listens unless told otherwise.
const DefaultListen = "127.0.0.1:7460"

// tokenVariable sets the console token, for a CI job that wants to know it beforehand.
const tokenVariable = "KICKBENCH_CONSOLE_TOKEN"

// announcement is the line `kickbench sandbox` prints when it is ready.
type announcement struct {
	URL          string `json:"url"`
	REST         string `json:"rest"`
	SDKAppID     uint64 `json:"sdkAppID"`
	SecretKey    string `json:"secretKey"`
	Admin        string `json:"admin"`
	ConsoleToken string `json:"consoleToken"`
}

func (p Process) sandboxCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run the sandbox without a window",
		Long: "Run the sandbox without a window. When it is ready it prints one line of JSON with\n" +
			"its addresses, app, keys and console token on standard output; its log goes to\n" +
			"standard error. SIGINT or SIGTERM ends it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runSandbox(cmd) },
	}
	appFlag(cmd)
	secretFlag(cmd)
	cmd.Flags().String("listen", DefaultListen, "address to listen on; port 0 takes a free one")
	cmd.Flags().Bool("allow-remote", false, "listen beyond this computer: everyone who reaches the port can log in and be logged in as")
	cmd.Flags().String("log-level", "info", "debug, info, warn or error")
	return cmd
}

func (p Process) runSandbox(cmd *cobra.Command) error {
	var level slog.Level
	text, _ := cmd.Flags().GetString("log-level")
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return exit(ExitUsage, fmt.Errorf("--log-level: %q is none of debug, info, warn, error", text))
	}
	log := slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: level}))
	key, err := p.secretKey(cmd)
	if err != nil {
		return err
	}
	app, _ := cmd.Flags().GetUint64("app")
	s, err := sandbox.New(sandbox.Config{
		Apps:         []sandbox.App{{SDKAppID: app, SecretKey: key}},
		ConsoleToken: p.Getenv(tokenVariable),
		Logger:       log,
	})
	if err != nil {
		return exit(ExitUsage, err)
	}
	listen, _ := cmd.Flags().GetString("listen")
	remote, _ := cmd.Flags().GetBool("allow-remote")
	l, err := listenOn(cmd.Context(), listen, remote)
	if err != nil {
		return err
	}
	if !isLoopback(l.Addr()) {
		log.Warn("listening beyond this computer, without TLS", "addr", l.Addr().String())
	}
	return p.serveSandbox(cmd.Context(), s, l, app)
}

// serveSandbox runs s until ctx ends, and ends it cleanly.
func (p Process) serveSandbox(ctx context.Context, s *sandbox.Server, l net.Listener, app uint64) error {
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	if err := p.announce(s, l.Addr().(*net.TCPAddr), app); err != nil {
		return errors.Join(exit(ExitStart, err), s.Close(ctx), <-served)
	}
	select {
	case err := <-served:
		return exit(ExitStart, errors.Join(err, s.Close(context.WithoutCancel(ctx))))
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return exit(ExitStart, errors.Join(s.Close(ctx), <-served))
}

func (p Process) announce(s *sandbox.Server, addr *net.TCPAddr, app uint64) error {
	key, err := s.SecretKey(app)
	if err != nil {
		return err
	}
	host := addr.String()
	if addr.IP.IsUnspecified() {
		host = net.JoinHostPort("127.0.0.1", fmt.Sprint(addr.Port))
	}
	return json.NewEncoder(p.Stdout).Encode(announcement{
		URL: "ws://" + host, REST: "http://" + host, SDKAppID: app,
		SecretKey: key, Admin: s.Apps()[0].Admins[0], ConsoleToken: s.ConsoleToken(),
	})
}

// listenOn listens, on loopback only unless remote is set: the sandbox lets in
// whoever holds a UserSig, and makes UserSigs for whoever holds the token.
func listenOn(ctx context.Context, addr string, remote bool) (net.Listener, error) {
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, exit(ExitUsage, fmt.Errorf("--listen: %w", err))
	}
	if !remote && !isLoopback(a) {
		return nil, exit(ExitUsage, fmt.Errorf("--listen: %s is not on this computer alone; add --allow-remote if that is meant", addr))
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", a.String())
	return l, exit(ExitStart, err)
}

func isLoopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
