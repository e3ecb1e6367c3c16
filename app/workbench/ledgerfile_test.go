//go:build !headless

package workbench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"kickbench/client/sandbox"
	"kickbench/screens/look"
)

func TestTheWindowsSandboxKeepsItsLedgerInTheFileItIsGiven(t *testing.T) {
	keyring.MockInit()
	file := filepath.Join(t.TempDir(), "ledger.jsonl")
	q := &queue{more: make(chan struct{}, 1)}
	a := test.NewTempApp(t)
	test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: look.Light}))
	inner, err := New(a, Options{Dir: t.TempDir(), Dispatch: q.put, Listen: "127.0.0.1:0", LedgerFile: file})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Bench: inner, t: t, q: q}
	b.Open()
	b.started()
	if err := b.srv.ImportAccount(sandbox.DefaultSDKAppID, sandbox.AccountInfo{UserID: "carol"}); err != nil {
		t.Fatal(err)
	}
	b.close()
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), `"userID":"carol"`) {
		t.Errorf("%v: %q", err, data)
	}
	if err := os.Remove(file); err != nil { // nobody has it open any more
		t.Error(err)
	}
}
