package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kickbench/client/sandbox"
	"kickbench/client/usersig"
)

func (p Process) userSigCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "usersig",
		Short: "Make, verify or show a UserSig",
	}
	cmd.AddCommand(p.userSigMake(), p.userSigVerify(), p.userSigShow())
	return cmd
}

func appFlag(cmd *cobra.Command) {
	cmd.Flags().Uint64("app", sandbox.DefaultSDKAppID, "SDKAppID")
}

// appID is the SDKAppID that was given, or the sandbox's own.
func appID(cmd *cobra.Command) (uint64, error) {
	app, _ := cmd.Flags().GetUint64("app")
	if app == 0 {
		return 0, exit(ExitUsage, errors.New("--app: 0, want an SDKAppID, which is above 0"))
	}
	return app, nil
}

func (p Process) userSigMake() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "make --user USER",
		Short: "Make a UserSig with an app's SecretKey and print it",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 { // which is not quoted: it may be the SecretKey
				return exit(ExitUsage, errors.New("usersig make takes flags alone: --user USER, and --secret-key-file for the SecretKey's file"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := p.needSecretKey(cmd)
			if err != nil {
				return err
			}
			app, err := appID(cmd)
			if err != nil {
				return err
			}
			user, _ := cmd.Flags().GetString("user")
			text, _ := cmd.Flags().GetString("expire")
			expire, err := sandbox.ParseDuration(text)
			if err != nil {
				return exit(ExitUsage, fmt.Errorf("--expire: %w", err))
			}
			if sandbox.CheckExpire(expire) != nil { // the console's rule
				return exit(ExitUsage, fmt.Errorf("--expire: %s, want 1s to 36500d", text))
			}
			sig, err := usersig.Sign(key, usersig.Token{UserID: user, SDKAppID: app, IssuedAt: time.Now(), Expire: expire})
			if err != nil {
				return exit(ExitUsage, err)
			}
			_, err = fmt.Fprintln(p.Stdout, sig)
			return err
		},
	}
	appFlag(cmd)
	secretFlag(cmd)
	cmd.Flags().String("user", "", "user ID")
	cmd.Flags().String("expire", "180d", "how long it is valid: 180d, 24h, 90s")
	_ = cmd.MarkFlagRequired("user")
	return cmd
}

func (p Process) userSigVerify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify --user USER [FILE|-]",
		Short: "Verify a UserSig as a server would; exit code 1 if it would be refused",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := p.needSecretKey(cmd)
			if err != nil {
				return err
			}
			sig, err := p.input(args)
			if err != nil {
				return err
			}
			app, err := appID(cmd)
			if err != nil {
				return err
			}
			user, _ := cmd.Flags().GetString("user")
			t, err := usersig.Verify(sig, key, app, user, time.Now())
			if err != nil {
				return exit(ExitFailed, err)
			}
			_, err = fmt.Fprintf(p.Stdout, "valid for %s in app %d until %s\n", t.UserID, t.SDKAppID, t.ExpiresAt().Format(time.RFC3339))
			return err
		},
	}
	appFlag(cmd)
	secretFlag(cmd)
	cmd.Flags().String("user", "", "user ID")
	_ = cmd.MarkFlagRequired("user")
	return cmd
}

func (p Process) userSigShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show [FILE|-]",
		Short: "Show what a UserSig says, without checking its signature",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			sig, err := p.input(args)
			if err != nil {
				return err
			}
			t, err := usersig.Parse(sig)
			if err != nil {
				if e, ok := errors.AsType[*usersig.Error](err); ok {
					return exit(ExitFailed, e)
				}
				return exit(ExitUsage, err)
			}
			enc := json.NewEncoder(p.Stdout)
			enc.SetIndent("", "  ")
			return enc.Encode(struct {
				UserID   string    `json:"userID"`
				SDKAppID uint64    `json:"sdkAppID"`
				IssuedAt time.Time `json:"issuedAt"`
				Expire   string    `json:"expire"`
				Expires  time.Time `json:"expiresAt"`
				UserBuf  bool      `json:"userBuf"`
			}{t.UserID, t.SDKAppID, t.IssuedAt.UTC(), sandbox.FormatDuration(t.Expire), t.ExpiresAt().UTC(), t.UserBuf != nil})
		},
	}
}
