package app

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// deps are the packages that each package of the module depends on, itself left out.
func deps(t *testing.T, tags string) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-tags", tags, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}} {{join .Deps \" \"}}{{end}}", "kickbench/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if len(f) > 0 && (f[0] == "kickbench" || strings.HasPrefix(f[0], "kickbench/")) {
			all[f[0]] = f[1:]
		}
	}
	if len(all) < 15 {
		t.Fatalf("go list names only %d packages of the module", len(all))
	}
	return all
}

func within(pkg, tree string) bool { return pkg == tree || strings.HasPrefix(pkg, tree+"/") }

// arrows say which packages of this module a tree may depend on, besides itself.
// What is not named may not.
var arrows = []struct {
	tree string
	may  []string
}{
	{"kickbench/client/wire", nil},
	{"kickbench/client/usersig", []string{"kickbench/client/wire"}},
	{"kickbench/client/kick", []string{"kickbench/client/wire"}},
	{"kickbench/client/sandbox", []string{"kickbench/client/wire", "kickbench/client/usersig", "kickbench/client/kick", "kickbench/client/internal"}},
	// Its words and pictures are for the window, reports and headless builds alike.
	{"kickbench/client/timeline", []string{"kickbench/client/wire"}},
	{"kickbench/client/scenario", []string{"kickbench/client", "kickbench/client/wire", "kickbench/client/usersig", "kickbench/client/kick", "kickbench/client/sandbox", "kickbench/client/timeline", "kickbench/client/internal"}},
	// Judges read what a run was, and draw nothing; the explorer knows neither.
	{"kickbench/client/scenario/judge", []string{"kickbench/client", "kickbench/client/wire", "kickbench/client/usersig", "kickbench/client/kick", "kickbench/client/sandbox", "kickbench/client/internal", "kickbench/client/scenario/run"}},
	{"kickbench/client/scenario/explore", nil},
	{"kickbench/storage", nil},
	{"kickbench/assets", nil},
	// The event and value types only; that no screen makes a client is held below.
	{"kickbench/screens", []string{"kickbench/client", "kickbench/client/wire", "kickbench/client/timeline"}},
}

func TestImportsRunOneWay(t *testing.T) {
	all := deps(t, "migrated_fynedo")
	for _, a := range arrows {
		found := false
		for pkg, ds := range all {
			if !within(pkg, a.tree) {
				continue
			}
			found = true
			for _, d := range ds {
				if !within(d, "kickbench") || within(d, a.tree) {
					continue
				}
				ok := slices.ContainsFunc(a.may, func(m string) bool {
					return d == m || m == "kickbench/client/internal" && within(d, m)
				})
				if !ok {
					t.Errorf("%s depends on %s", pkg, d)
				}
			}
		}
		if !found {
			t.Errorf("there is no package %s", a.tree)
		}
	}
	// client itself, beside its subtrees.
	for _, d := range all["kickbench/client"] {
		if within(d, "kickbench") && d != "kickbench/client/wire" && d != "kickbench/client/usersig" && d != "kickbench/client/kick" {
			t.Errorf("kickbench/client depends on %s", d)
		}
	}
}

// The driver drags in cgo and OpenGL.
func TestOnlyDesktopImportsFynesDriver(t *testing.T) {
	out, err := exec.Command("go", "list", "-tags", "migrated_fynedo", "-f", "{{.ImportPath}} {{join .Imports \" \"}} {{join .TestImports \" \"}} {{join .XTestImports \" \"}}", "kickbench/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	desktop := false
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if !slices.Contains(f[1:], "fyne.io/fyne/v2/app") {
			continue
		}
		if within(f[0], "kickbench/app/desktop") {
			desktop = true
			continue
		}
		t.Errorf("%s imports Fyne's driver", f[0])
	}
	if !desktop {
		t.Error("app/desktop does not import Fyne's driver: the test looks at nothing")
	}
}

func TestTheHeadlessBinaryHasNoFyneAndNoCgo(t *testing.T) {
	for _, d := range deps(t, "headless")["kickbench"] {
		if strings.HasPrefix(d, "fyne.io/") || strings.HasPrefix(d, "github.com/go-gl/") {
			t.Errorf("it depends on %s", d)
		}
	}
	cmd := exec.Command("go", "list", "-tags", "headless", "-deps", "-f", "{{if not .Standard}}{{if .CgoFiles}}{{.ImportPath}}{{end}}{{end}}", "kickbench")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if s := strings.TrimSpace(string(out)); s != "" {
		t.Errorf("these use cgo: %s", s)
	}
}

// Screens show what they are told; making a client or calling one is the
// workbench's.
func TestNoScreenMakesAClient(t *testing.T) {
	out, err := exec.Command("git", "grep", "-nE", `client\.(New|Create|On)\(|\*client\.Client`, "--", "../screens").CombinedOutput()
	if err == nil {
		t.Errorf("screens use the client itself:\n%s", out)
	}
}
