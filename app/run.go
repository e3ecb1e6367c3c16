package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kickbench/assets"
	"kickbench/client/scenario"
	result "kickbench/client/scenario/run"
)

func (p Process) runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run FILE|DIR|builtin:NAME|builtin:all…",
		Short: "Run scenarios: kicks that were written down",
		Long: "Run scenarios and say which passed. A folder means the .yaml files in it, builtin:all all\n" +
			"that come with Kickbench and need no app under test. Exit code 1 says that a scenario\n" +
			"failed, 2 that a file has mistakes, 3 that a scenario could not be carried out. Ctrl-C\n" +
			"ends the runs and writes the reports of what was.",
		Example: "  kickbench run builtin:all\n" +
			"  kickbench run two-tabs.yaml --seed 7\n" +
			"  kickbench run builtin:handler-self-test --var away=30s",
		RunE: func(cmd *cobra.Command, args []string) error { return p.runScenarios(cmd, args) },
	}
	f := cmd.Flags()
	f.Bool("list", false, "list the scenarios (of builtin:all where none is named) and run nothing")
	f.Bool("schema", false, "print the JSON Schema of a scenario file, for editors")
	f.String("sample-page", "", "write a sample app under test, good.html, bad.html and reload.html, into this folder and run nothing")
	f.Uint64("seed", 0, "decide what is left to chance otherwise than the files do")
	f.StringArray("var", nil, "give a variable of the files another value: name=value (repeatable)")
	f.StringSlice("tag", nil, "run only those with one of these tags")
	f.Int("jobs", 0, "how many at once; 0 means one for each processor")
	f.BoolP("verbose", "v", false, "tell each step")
	f.String("listen", DefaultListen, "where the app under test finds the sandbox")
	appFlag(cmd)
	secretFlag(cmd)
	evidenceFlags(cmd)
	return cmd
}

func (p Process) runScenarios(cmd *cobra.Command, args []string) error {
	flags := cmd.Flags()
	if schema, _ := flags.GetBool("schema"); schema {
		_, err := p.Stdout.Write(scenario.Schema)
		return err
	}
	if dir, _ := flags.GetString("sample-page"); dir != "" {
		return exit(ExitUsage, writeSamplePage(dir))
	}
	listing, _ := flags.GetBool("list")
	if len(args) == 0 {
		if !listing {
			return exit(ExitUsage, errors.New("name a file, a folder, builtin:NAME or builtin:all (builtin names: kickbench run --list)"))
		}
		args = []string{scenario.BuiltIn + "all"}
	}
	chosen, err := chooseScenarios(cmd, args, listing)
	if err != nil {
		return exit(ExitUsage, err)
	}
	if listing {
		return listScenarios(p.Stdout, chosen)
	}
	jobs, _ := flags.GetInt("jobs")
	if jobs < 0 {
		return exit(ExitUsage, fmt.Errorf("--jobs: %d, want 1 or more, or 0 for one for each processor", jobs))
	}
	if err := checkEvidence(cmd); err != nil {
		return err
	}
	o, err := p.runOptions(cmd, chosen)
	if err != nil {
		return err
	}
	verbose, _ := flags.GetBool("verbose")
	begun := time.Now()
	told := &teller{out: p.Stdout, all: chosen}
	o.Progress = told.step(verbose)
	results, runErr := scenario.RunAll(cmd.Context(), chosen, o, jobs, told.ended)
	if _, err := fmt.Fprintf(p.Stdout, "%s in %s\n", scenario.Summary(results), time.Since(begun).Round(time.Millisecond)); err != nil {
		return exit(ExitStart, err)
	}
	// What was is written down also when it was told to stop.
	if err := writeEvidence(cmd, results, o.SecretKey); err != nil {
		return err
	}
	return verdict(results, runErr)
}

// verdict is what the exit code says of the results.
func verdict(results []result.Result, broken error) error {
	if broken != nil {
		return exit(ExitStart, broken)
	}
	count := map[result.Verdict]int{}
	for _, r := range results {
		count[r.Verdict]++
	}
	switch {
	case count[result.Failed] > 0:
		return exit(ExitFailed, fmt.Errorf("%d of %d failed", count[result.Failed], len(results)))
	case count[result.Cancelled] > 0:
		return exit(ExitFailed, fmt.Errorf("told to stop: %d of %d did not end", count[result.Cancelled], len(results)))
	}
	return nil
}

// runOptions are how the scenarios are run.
func (p Process) runOptions(cmd *cobra.Command, chosen []*scenario.Scenario) (scenario.Options, error) {
	o := scenario.Options{Version: p.Version, Judges: allJudges()}
	flags := cmd.Flags()
	if flags.Changed("seed") {
		seed, _ := flags.GetUint64("seed")
		o.Seed = &seed
	}
	if !slices.ContainsFunc(chosen, (*scenario.Scenario).Foreign) {
		// Nothing is signed with it, and it may stand in a variable: no report shows it.
		key, err := p.secretKey(cmd)
		o.SecretKey = key
		return o, err
	}
	key, err := p.needSecretKey(cmd)
	if err != nil {
		return o, fmt.Errorf("an app under test takes part, whose UserSigs have to be signed: %w", err)
	}
	o.SecretKey = key
	o.Listen, _ = flags.GetString("listen")
	if o.SDKAppID, err = appID(cmd); err != nil {
		return o, err
	}
	l, err := listenOn(cmd.Context(), o.Listen, false)
	if err != nil {
		return o, err
	}
	o.Listen = l.Addr().String() // before anything has run: a port that is taken is told now
	if err := l.Close(); err != nil {
		return o, exit(ExitStart, err)
	}
	o.Ready = func(e scenario.Endpoint) {
		_, _ = fmt.Fprintf(p.Stdout, "The app under test: proxyServer %s, SDKAppID %d.\n", e.URL, e.SDKAppID)
	}
	return o, nil
}

// chooseScenarios reads what the arguments name. Its error lists the mistakes of all
// files.
func chooseScenarios(cmd *cobra.Command, args []string, listing bool) ([]*scenario.Scenario, error) {
	values := map[string]string{}
	given, _ := cmd.Flags().GetStringArray("var")
	for _, v := range given {
		name, value, ok := strings.Cut(v, "=")
		if !ok {
			return nil, fmt.Errorf("--var: %q, want name=value", v)
		}
		values[name] = value
	}
	var out []*scenario.Scenario
	var errs []error
	for _, arg := range args {
		var rows []*scenario.Scenario
		var err error
		if name, ok := strings.CutPrefix(arg, scenario.BuiltIn); ok {
			rows, err = builtIn(name, values, listing)
		} else {
			rows, err = fromDisk(arg, values)
		}
		out, errs = append(out, rows...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if tags, _ := cmd.Flags().GetStringSlice("tag"); len(tags) > 0 {
		out = slices.DeleteFunc(out, func(s *scenario.Scenario) bool {
			return !slices.ContainsFunc(s.Tags, func(t string) bool { return slices.Contains(tags, t) })
		})
	}
	if len(out) == 0 {
		return nil, errors.New("there is no such scenario")
	}
	return out, nil
}

func builtIn(name string, values map[string]string, listing bool) ([]*scenario.Scenario, error) {
	files, err := fs.Sub(assets.Scenarios, "scenarios")
	if err != nil {
		return nil, err
	}
	if name != "all" {
		data, err := fs.ReadFile(files, name+".yaml")
		if err != nil {
			return nil, fmt.Errorf("no built-in scenario is called %q (kickbench run --list names them)", name)
		}
		return scenario.ParseWith(scenario.BuiltIn+name, data, values)
	}
	all, err := scenario.Library(files, values)
	if err != nil {
		return nil, err
	}
	var out []*scenario.Scenario
	for _, n := range slices.Sorted(maps.Keys(all)) {
		for _, s := range all[n] {
			if listing || !s.Foreign() {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// fromDisk reads a file, or the files of a folder in the order of their names.
func fromDisk(name string, values map[string]string) ([]*scenario.Scenario, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	files := []string{name}
	if info.IsDir() {
		files = nil
		for _, pattern := range []string{"*.yaml", "*.yml"} {
			found, err := filepath.Glob(filepath.Join(name, pattern))
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
		slices.Sort(files)
		if len(files) == 0 {
			return nil, fmt.Errorf("%s: no .yaml file in it", name)
		}
	}
	var out []*scenario.Scenario
	var errs []error
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err == nil {
			var rows []*scenario.Scenario
			rows, err = scenario.ParseWith(f, data, values)
			out = append(out, rows...)
		}
		errs = append(errs, err)
	}
	return out, errors.Join(errs...)
}

// writeSamplePage copies the sample app into a folder. Files that are there already stay:
// somebody may have changed them.
func writeSamplePage(dir string) error {
	files, err := fs.Sub(assets.Sample, "sample")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, files)
}

// listScenarios names scenarios, each once.
func listScenarios(w io.Writer, all []*scenario.Scenario) error {
	width := 0
	for _, s := range all {
		width = max(width, len(s.Name))
	}
	last := ""
	for i, s := range all {
		if s.Name == last {
			continue
		}
		last = s.Name
		rows := 0
		for _, o := range all[i:] {
			if o.Name == s.Name && o.File == s.File {
				rows++
			}
		}
		more := ""
		if rows > 1 {
			more = fmt.Sprintf(" (%d runs)", rows)
		}
		if s.Foreign() {
			more += " (needs an app under test)"
		}
		if _, err := fmt.Fprintf(w, "%-*s  %-2s  %s%s\n", width, s.Name, s.Grade, s.Title, more); err != nil {
			return err
		}
	}
	return nil
}
