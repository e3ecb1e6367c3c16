package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kickbench/client"
	"kickbench/storage"
)

func (p Process) historyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List, show or export the sessions of the past",
	}
	cmd.AddCommand(p.historyListCommand(), p.historyShowCommand(), p.historyExportCommand())
	return cmd
}

func (p Process) historyListCommand() *cobra.Command {
	var find, day, end string
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the sessions, newest first",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			q := storage.Query{Limit: limit, Text: find, Ending: storage.Ending(end)}
			if end != "" && !q.Ending.Known() {
				return exit(ExitUsage, fmt.Errorf("--end %q is no end of a session; there are running, loggedOut, kicked, failed, destroyed, appClosed, cancelled, interrupted", end))
			}
			if day != "" {
				d, err := time.ParseInLocation("2006-01-02", day, time.Local)
				if err != nil {
					return exit(ExitUsage, fmt.Errorf("--day %q is no date like 2026-11-21", day))
				}
				q.Since, q.Until = d, d.AddDate(0, 0, 1)
			}
			return p.withHistory(func(h *storage.History) error { return p.listHistory(h, q) })
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	cmd.Flags().StringVar(&find, "find", "", "only those with these words: a user, platform, server, number or end")
	cmd.Flags().StringVar(&day, "day", "", "only those begun on this day: 2026-11-21")
	cmd.Flags().StringVar(&end, "end", "", "only those that ended so: kicked, loggedOut, …")
	return cmd
}

func (p Process) historyShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a session's events",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.withSession(args[0], p.showSession)
		},
	}
}

func (p Process) historyExportCommand() *cobra.Command {
	var format, file string
	cmd := &cobra.Command{
		Use:   "export ID",
		Short: "Write a session and its events to standard output or a file",
		Long: "Write a session and its events: as JSON lines, as a table (csv), or its frames as a browser saves them (har).\n" +
			"A file is whole or not there, also when the command is interrupted.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := storage.ParseFormat(format)
			if err != nil {
				return exit(ExitUsage, err)
			}
			return p.withSession(args[0], func(h *storage.History, id uint64) error {
				write := func(ctx context.Context, w io.Writer) error {
					return h.ExportAs(ctx, w, id, storage.Exporting{Format: f, Creator: "Kickbench " + p.Version, Cut: cutsConnection})
				}
				if file == "" || file == "-" {
					return write(cmd.Context(), p.Stdout)
				}
				return storage.WriteWhole(cmd.Context(), file, write)
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", string(storage.JSONL), "jsonl, csv or har")
	cmd.Flags().StringVarP(&file, "output", "o", "", "the file to write; without it, standard output")
	return cmd
}

// cutsConnection tells that an event ends a connection, and with it an entry of a HAR.
func cutsConnection(e *storage.Event) bool {
	return e.Layer == storage.LayerSDK && e.Name == client.NetStateChange{}.EventConst() && e.Summary == string(client.NetDisconnected)
}

// historyFile is the history's name within the folder.
const historyFile = "history.db"

func (p Process) withHistory(f func(*storage.History) error) error {
	dir, err := p.dir()
	if err != nil {
		return exit(ExitStart, err)
	}
	path := filepath.Join(dir, historyFile)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return exit(ExitUsage, fmt.Errorf("there is no history yet at %s", path))
	}
	h, err := storage.OpenHistory(path)
	if err != nil {
		return exit(ExitStart, err)
	}
	ferr := f(h)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(ferr, h.Close(ctx))
}

func (p Process) withSession(arg string, f func(*storage.History, uint64) error) error {
	id, err := strconv.ParseUint(arg, 10, 64)
	if err != nil {
		return exit(ExitUsage, fmt.Errorf("%q is no session number; `kickbench history list` shows them", arg))
	}
	return p.withHistory(func(h *storage.History) error {
		err := f(h, id)
		if errors.Is(err, storage.ErrNoSession) {
			return exit(ExitUsage, fmt.Errorf("session %d: %w", id, err))
		}
		return err
	})
}

func (p Process) listHistory(h *storage.History, q storage.Query) error {
	ss, err := h.Sessions(q)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTART\tLENGTH\tUSER\tAPP\tPLATFORM\tINSTANCE\tEND\tEVENTS")
	for _, s := range ss {
		end := s.Ending.String()
		if s.EndDetail != "" {
			end += " " + s.EndDetail
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%s\t%d\t%s\t%d\n", s.ID, s.Start.Local().Format("2006-01-02 15:04:05"),
			max(0, s.Lifetime(time.Now())).Round(time.Second), s.UserID, s.SDKAppID, s.Platform, s.InstID, end, s.Events)
	}
	return w.Flush()
}

func (p Process) showSession(h *storage.History, id uint64) error {
	const page = 1000
	for after := uint64(0); ; {
		es, err := h.Events(id, after, page)
		if err != nil {
			return err
		}
		for _, e := range es {
			if _, err := fmt.Fprintf(p.Stdout, "%s  %-6s %-28s %s\n", e.Time.Local().Format("15:04:05.000"), e.Layer, e.Name, e.Summary); err != nil {
				return err
			}
			after = e.Seq
		}
		if len(es) < page {
			return nil
		}
	}
}
