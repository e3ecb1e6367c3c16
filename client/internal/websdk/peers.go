package websdk

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// peers are the programs and packages of others that a page needs.
type peers struct {
	node     string // the program
	chromium string // the program
	npm      string // the folder that holds node_modules
}

// find looks for the peers and says in plain words what is missing.
func find() (peers, error) {
	var p peers
	var err error
	if p.node, err = exec.LookPath("node"); err != nil {
		return p, errors.New("node is not installed (the real Web SDK runs in a browser that node drives)")
	}
	if p.chromium, err = findChromium(); err != nil {
		return p, err
	}
	if p.npm, err = findNPM(); err != nil {
		return p, err
	}
	for _, f := range []string{sdkFile, "node_modules/playwright-core/package.json"} {
		if _, err := os.Stat(filepath.Join(p.npm, f)); err != nil {
			return p, fmt.Errorf("%s is not in %s (KICKBENCH_NPM names the folder; "+
				"npm install --prefix FOLDER @tencentcloud/chat playwright-core fills it)", f, p.npm)
		}
	}
	return p, nil
}

func findChromium() (string, error) {
	if c := os.Getenv("KICKBENCH_CHROMIUM"); c != "" {
		return c, nil
	}
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if c, err := exec.LookPath(name); err == nil {
			return c, nil
		}
	}
	return "", errors.New("no chromium or google-chrome in PATH (KICKBENCH_CHROMIUM names one elsewhere)")
}

func findNPM() (string, error) {
	if d := os.Getenv("KICKBENCH_NPM"); d != "" {
		return filepath.Abs(d)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, ".cache", "npm"), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no go.mod above the working folder, and KICKBENCH_NPM is not set")
		}
		dir = up
	}
}

// unavailable ends a test that cannot have its peers: skipped on a bare machine,
// failed where the machine promised them.
func unavailable(t testing.TB, why error) {
	t.Helper()
	if os.Getenv("KICKBENCH_REQUIRE_PEERS") == "1" {
		t.Fatalf("the real Web SDK: %v", why)
	}
	t.Skipf("needs the real Web SDK: %v", why)
}
