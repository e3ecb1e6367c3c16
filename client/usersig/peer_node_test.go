package usersig_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/usersig"
)

// nodeCase is one question to testdata/peer.js.
type nodeCase struct {
	App     uint64 `json:"app"`
	Key     string `json:"key"`
	User    string `json:"user"`
	Time    int64  `json:"time"`   // unix seconds
	Expire  int64  `json:"expire"` // seconds
	UserBuf []byte `json:"userBuf"`
	Ours    string `json:"ours"`
}

type nodeAnswer struct {
	Theirs    string `json:"theirs"`
	OursHolds bool   `json:"oursHolds"`
}

func TestTheVendorsNodePackageAndWeVerifyEachOther(t *testing.T) {
	pkg := nodePackage(t)
	var cases []nodeCase
	tokens := tokens()
	for i := range 1000 {
		tok := tokens.Example(i)
		c := nodeCase{
			App: tok.SDKAppID, Key: rapid.StringN(1, 70, 80).Example(i), User: tok.UserID,
			Time: tok.IssuedAt.Unix(), Expire: int64(tok.Expire / time.Second), UserBuf: tok.UserBuf,
		}
		c.Ours = sign(t, c.Key, tok)
		cases = append(cases, c)
	}
	answers := askNode(t, pkg, cases)
	if len(answers) != len(cases) {
		t.Fatalf("%d answers to %d cases", len(answers), len(cases))
	}
	for i, a := range answers {
		c := cases[i]
		if !a.OursHolds {
			t.Errorf("the vendor does not take ours: %+v", c)
		}
		theirs := parse(t, a.Theirs) // signed by the computer's clock
		if _, err := usersig.Verify(a.Theirs, c.Key, c.App, c.User, theirs.IssuedAt); err != nil {
			t.Errorf("theirs refused: %v: %+v", err, c)
		}
		if theirs.Expire != time.Duration(c.Expire)*time.Second || !bytes.Equal(theirs.UserBuf, c.UserBuf) {
			t.Errorf("theirs says %+v to %+v", fields(theirs), c)
		}
	}
}

func askNode(t *testing.T, pkg string, cases []nodeCase) (answers []nodeAnswer) {
	t.Helper()
	in, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", filepath.Join("testdata", "peer.js"), pkg)
	cmd.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.Bytes())
	}
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("node: %v\n%.200s", err, out)
	}
	return answers
}

// nodePackage is the folder of the npm package tls-sig-api-v2, below the folder
// $KICKBENCH_NPM or else .cache/npm at the top of the repository. Where that or node
// is missing the test is skipped, unless KICKBENCH_REQUIRE_PEERS=1.
func nodePackage(t *testing.T) string {
	t.Helper()
	missing := func(what string) string {
		if os.Getenv("KICKBENCH_REQUIRE_PEERS") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
		return ""
	}
	if _, err := exec.LookPath("node"); err != nil {
		return missing("node is not installed")
	}
	base := os.Getenv("KICKBENCH_NPM")
	if base == "" {
		base = filepath.Join(repositoryRoot(t), ".cache", "npm")
	}
	pkg := filepath.Join(base, "node_modules", "tls-sig-api-v2")
	if _, err := os.Stat(filepath.Join(pkg, "package.json")); err != nil {
		return missing("npm package tls-sig-api-v2 is not at " + pkg)
	}
	pkg, err := filepath.Abs(pkg)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func repositoryRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
