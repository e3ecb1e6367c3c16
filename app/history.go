package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kickbench/storage"
)

func (p Process) historyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List, show or export the sessions of the past",
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the sessions, newest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			limit, _ := cmd.Flags().GetInt("limit")
			return p.withHistory(func(h *storage.History) error { return p.listHistory(h, limit) })
		},
	}
	list.Flags().Int("limit", 50, "how many")
	show := &cobra.Command{
		Use:   "show ID",
		Short: "Show a session's events",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.withSession(args[0], p.showSession)
		},
	}
	export := &cobra.Command{
		Use:   "export ID",
		Short: "Write a session and its events as JSON lines to standard output",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.withSession(args[0], func(h *storage.History, id uint64) error { return h.Export(p.Stdout, id) })
		},
	}
	cmd.AddCommand(list, show, export)
	return cmd
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

func (p Process) listHistory(h *storage.History, limit int) error {
	ss, err := h.Sessions(storage.Query{Limit: limit})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTART\tUSER\tAPP\tPLATFORM\tINSTANCE\tEND\tEVENTS")
	for _, s := range ss {
		end := s.Ending.String()
		if s.EndDetail != "" {
			end += " " + s.EndDetail
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%s\t%d\t%s\t%d\n", s.ID, s.Start.Local().Format("2006-01-02 15:04:05"),
			s.UserID, s.SDKAppID, s.Platform, s.InstID, end, s.Events)
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
