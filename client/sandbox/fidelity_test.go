package sandbox_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-json-experiment/json"

	"kickbench/client/sandbox"
)

// testNames are the tests of this package and of those whose rules it plays by.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	decl := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	for _, dir := range []string{".", "websdk", "../kick", "../usersig"} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", dir, files, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range decl.FindAllSubmatch(text, -1) {
				out[string(m[1])] = true
			}
		}
	}
	return out
}

func TestEveryRowOfTheFidelityTableHasItsTest(t *testing.T) {
	tests := testNames(t)
	seen := map[string]bool{}
	for _, r := range sandbox.FidelityTable() {
		if !tests[r.Test] {
			t.Errorf("%s: there is no %s", r.Behaviour, r.Test)
		}
		if !slices.Contains([]sandbox.Grade{sandbox.GradeDocumented, sandbox.GradeObserved, sandbox.GradeGuessed, sandbox.GradeOwn}, r.Grade) ||
			r.Area == "" || r.Source == "" || !strings.HasSuffix(r.Behaviour, ".") || seen[r.Behaviour] {
			t.Errorf("%+v", r)
		}
		if r.Grade == sandbox.GradeDocumented && !strings.HasPrefix(r.Source, "https://") {
			t.Errorf("%s: documented where? %s", r.Behaviour, r.Source)
		}
		seen[r.Behaviour] = true
	}
}

func TestEverySettingFaultAndDefectHasARowOfTheFidelityTable(t *testing.T) {
	has := func(area, key string) bool {
		return slices.ContainsFunc(sandbox.FidelityTable(), func(r sandbox.Fidelity) bool {
			return r.Key == key && (r.Area == area || area == "")
		})
	}
	srv, err := sandbox.New(sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	settings, err := srv.LoginSettings(app)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(text, &keys); err != nil || len(keys) < 10 {
		t.Fatalf("%v, %v", keys, err)
	}
	for k := range keys {
		if !has("", k) {
			t.Errorf("setting %s has no row", k)
		}
	}
	do := reflect.TypeFor[sandbox.FaultDo]()
	for i := range do.NumField() {
		key, _, _ := strings.Cut(do.Field(i).Tag.Get("json"), ",")
		if key != "jitter" && !has("fault", key) {
			t.Errorf("fault %s has no row", key)
		}
	}
	for _, d := range sandbox.DefectTable() {
		if !has("defect", string(d.Name)) {
			t.Errorf("defect %s has no row", d.Name)
		}
	}
}

func TestTheConsoleAnswersTheFidelityTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		status, got := w.console(http.MethodGet, "/fidelity", "", nil)
		var answer struct {
			Fidelity []sandbox.Fidelity `json:"fidelity"`
		}
		if err := json.Unmarshal([]byte(got), &answer, json.RejectUnknownMembers(true)); err != nil || status != http.StatusOK {
			t.Fatalf("%d, %v: %s", status, err, got)
		}
		if !slices.Equal(answer.Fidelity, sandbox.FidelityTable()) {
			t.Error("it is another table")
		}
	})
}
