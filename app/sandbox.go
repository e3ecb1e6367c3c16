package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kickbench/client/sandbox"
)

// DefaultListen is where the sandbox listens unless told otherwise.
const DefaultListen = "127.0.0.1:7460"

// announcement is the line `kickbench sandbox` prints when it is ready.
type announcement struct {
	URL          string `json:"url"`
	REST         string `json:"rest"`
	SDKAppID     uint64 `json:"sdkAppID"`
	SecretKey    string `json:"secretKey"`
	Admin        string `json:"admin"`
	ConsoleToken string `json:"consoleToken"`
	// Fingerprint is the certificate's SHA-256 in hexadecimal, where there is TLS.
	Fingerprint string `json:"fingerprint,omitempty"`
}

func (p Process) sandboxCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run the sandbox without a window",
		Long: "Run the sandbox without a window. When it is ready it prints one line of JSON with\n" +
			"its addresses, app, keys and console token on standard output; its log goes to\n" +
			"standard error. SIGINT or SIGTERM ends it.\n\n" +
			"The console token is a random one unless $" + tokenVariable + " holds one, of at least\n" +
			"16 characters without blanks.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runSandbox(cmd) },
	}
	appFlag(cmd)
	secretFlag(cmd)
	cmd.Flags().String("listen", DefaultListen, "address to listen on; port 0 takes a free one")
	cmd.Flags().Bool("allow-remote", false, "listen beyond this computer without TLS: everyone on the way reads and changes what is said")
	cmd.Flags().String("config", "", "file (YAML) with listen, tls, helloInterval, seed, limits and apps; flags win over it")
	cmd.Flags().String("tls-cert", "", "file with the TLS certificate, and its chain, as PEM")
	cmd.Flags().String("tls-key", "", "file with the certificate's private key, as PEM")
	cmd.Flags().Bool("tls-self-signed", false, "use TLS with a certificate of the sandbox's own, which is kept: a phone trusts it once")
	cmd.Flags().Bool("webhook-remote", false, "allow webhooks to targets beyond this computer")
	cmd.Flags().String("ledger", "", "file to which the ledger is appended, a record of JSON a line; without it a temporary one is used")
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
	file, app, err := p.sandboxConfig(cmd)
	if err != nil {
		return err
	}
	file.config.Logger = log
	named, _ := cmd.Flags().GetString("ledger")
	ledger, remove, err := ledgerFile(named)
	if err != nil {
		return exit(ExitStart, fmt.Errorf("the ledger's file: %w", err))
	}
	defer remove()
	file.config.LedgerFile = ledger
	dir := ""
	if file.tls.selfSigned {
		if dir, err = p.dir(); err != nil {
			return exit(ExitStart, err)
		}
	}
	cert, err := file.tls.certificate(dir, time.Now())
	if err != nil {
		return exit(ExitUsage, err)
	}
	s, err := sandbox.New(file.config)
	if err != nil {
		return exit(ExitUsage, err)
	}
	if len(file.defects) > 0 {
		if err := s.SetDefects(file.defects); err != nil {
			return exit(ExitUsage, err)
		}
	}
	remote, _ := cmd.Flags().GetBool("allow-remote")
	l, err := listenOn(cmd.Context(), file.listen, remote || cert != nil)
	if err != nil {
		return err
	}
	switch {
	case isLoopback(l.Addr()):
	case cert != nil:
		log.Warn("listening beyond this computer: everyone with a UserSig can log in", "addr", l.Addr().String())
	default:
		log.Warn("listening beyond this computer, without TLS", "addr", l.Addr().String())
	}
	if cert != nil {
		log.Info("TLS", "sha256", fingerprint(cert))
		return p.serveSandbox(cmd.Context(), s, log, tlsListener(l, cert), app, fingerprint(cert))
	}
	return p.serveSandbox(cmd.Context(), s, log, l, app, "")
}

// sandboxConfig is what the configuration file says, and over it the flags; and the
// app that is announced.
func (p Process) sandboxConfig(cmd *cobra.Command) (sandboxFile, uint64, error) {
	file := sandboxFile{listen: DefaultListen}
	flags := cmd.Flags()
	if name, _ := flags.GetString("config"); name != "" {
		read, err := readSandboxFile(name)
		if err != nil {
			return file, 0, exit(ExitUsage, err)
		}
		read.listen = cmp.Or(read.listen, DefaultListen)
		file = read
	}
	key, err := p.secretKey(cmd)
	if err != nil {
		return file, 0, err
	}
	c := &file.config
	app, err := appID(cmd)
	if err != nil {
		return file, 0, err
	}
	i := slices.IndexFunc(c.Apps, func(a sandbox.App) bool { return a.SDKAppID == app })
	switch {
	case len(c.Apps) == 0:
		c.Apps, i = []sandbox.App{{SDKAppID: app}}, 0
	case i < 0 && flags.Changed("app"):
		return file, 0, exit(ExitUsage, fmt.Errorf("--app: the file has no app %d", app))
	case i < 0:
		i = 0
	}
	c.Apps[i].SecretKey = cmp.Or(key, c.Apps[i].SecretKey)
	if c.ConsoleToken, err = p.consoleToken(); err != nil {
		return file, 0, err
	}
	if remote, _ := flags.GetBool("webhook-remote"); remote || flags.Changed("webhook-remote") {
		c.WebhookRemote = remote
	}
	if flags.Changed("listen") {
		file.listen, _ = flags.GetString("listen")
	}
	t := tlsFiles{}
	t.cert, _ = flags.GetString("tls-cert")
	t.key, _ = flags.GetString("tls-key")
	t.selfSigned, _ = flags.GetBool("tls-self-signed")
	if t != (tlsFiles{}) { // one flag replaces all the file says of TLS
		file.tls = t
	}
	return file, c.Apps[i].SDKAppID, nil
}

// serveSandbox runs s until ctx ends, and ends it cleanly.
func (p Process) serveSandbox(ctx context.Context, s *sandbox.Server, log *slog.Logger, l net.Listener, app uint64, fingerprint string) error {
	serve, err := s.Attach(l)
	if err != nil {
		return exit(ExitStart, errors.Join(err, s.Close(ctx)))
	}
	served := make(chan error, 1)
	go func() { served <- serve() }()
	logged, whole := make(chan struct{}), context.WithoutCancel(ctx)
	go func() { defer close(logged); logLedger(whole, s, log) }()
	defer func() { <-logged }() // it ends when the sandbox is closed
	if err := p.announce(s, l.Addr().(*net.TCPAddr), app, fingerprint); err != nil {
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

func (p Process) announce(s *sandbox.Server, addr *net.TCPAddr, app uint64, fingerprint string) error {
	key, err := s.SecretKey(app)
	if err != nil {
		return err
	}
	host := addr.String()
	if addr.IP.IsUnspecified() {
		host = net.JoinHostPort("127.0.0.1", fmt.Sprint(addr.Port))
	}
	apps := s.Apps()
	a := announcement{
		URL: "ws://" + host, REST: "http://" + host, SDKAppID: app,
		SecretKey: key, ConsoleToken: s.ConsoleToken(), Fingerprint: fingerprint,
		Admin: apps[slices.IndexFunc(apps, func(a sandbox.AppInfo) bool { return a.SDKAppID == app })].Admins[0],
	}
	if fingerprint != "" {
		a.URL, a.REST = "wss://"+host, "https://"+host
	}
	return json.NewEncoder(p.Stdout).Encode(a)
}

// listenOn listens, on loopback only unless remote is set: the sandbox lets in
// whoever holds a UserSig, and makes UserSigs for whoever holds the token.
func listenOn(ctx context.Context, addr string, remote bool) (net.Listener, error) {
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, exit(ExitUsage, fmt.Errorf("--listen: %w", err))
	}
	if !remote && !isLoopback(a) {
		return nil, exit(ExitUsage, fmt.Errorf("--listen: %s is not on this computer alone; use TLS (--tls-self-signed), or add --allow-remote if that is meant", addr))
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", a.String())
	return l, exit(ExitStart, err)
}

func isLoopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
