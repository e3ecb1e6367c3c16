package report

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kickbench/client/scenario/run"
)

func bundled(t *testing.T, runs ...run.Result) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "evidence.zip")
	if err := New().WriteFile(FormatBundle, path, runs); err != nil {
		t.Fatal(err)
	}
	return path
}

func unzip(t *testing.T, path string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return out
}

// rezip writes a zip of files, as somebody might who changed one.
func rezip(t *testing.T, files map[string][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "changed.zip")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestABundleHasAllReportsAndReadsBack(t *testing.T) {
	a, _ := kicks(t, "mutual-kick-war")
	path := bundled(t, a, a)
	files := unzip(t, path)
	var names []string
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	want := []string{
		"SHA256SUMS", "frames.har", "junit.xml", "manifest.json", "report.html", "runs.jsonl",
		"timeline/01-mutual-kick-war-dark.svg", "timeline/01-mutual-kick-war-light.svg",
		"timeline/02-mutual-kick-war-dark.svg", "timeline/02-mutual-kick-war-light.svg",
	}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	for n, data := range files {
		if len(data) < 200 {
			t.Errorf("%s has %d bytes", n, len(data))
		}
	}
	got, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]run.Result{a, a}, got, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	var m Manifest
	if err := json.Unmarshal(files[manifestFile], &m); err != nil {
		t.Fatal(err)
	}
	if m.Format != BundleFormat || len(m.Runs) != 2 || m.Runs[0].Seed != 7 || m.Runs[0].Settings.Policy != "dual" || m.Runs[0].Versions.Kickbench != "0.0-test" {
		t.Errorf("%+v", m)
	}
}

func TestABundlesChecksumsAreWhatSha256sumFinds(t *testing.T) {
	r, _ := kicks(t, "x")
	dir := t.TempDir()
	for name, data := range unzip(t, bundled(t, r)) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("needs sha256sum")
	}
	cmd := exec.CommandContext(t.Context(), sum, "--check", "--strict", sumsFile)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), ": OK") != 7 {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAChangedBundleIsRefused(t *testing.T) {
	r, _ := kicks(t, "x")
	whole := bundled(t, r)
	if _, err := Open(whole); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(map[string][]byte)
		says   string
	}{
		"a letter": {func(f map[string][]byte) { f["report.html"][100] ^= 1 }, "report.html is not what it was"},
		"a run": {func(f map[string][]byte) {
			f[runsFile] = bytes.Replace(f[runsFile], []byte("failed"), []byte("passed"), 1)
		}, "runs.jsonl is not what it was"},
		"a file less":    {func(f map[string][]byte) { delete(f, "frames.har") }, "frames.har is missing"},
		"a file more":    {func(f map[string][]byte) { f["more"] = []byte("x") }, "more has no checksum"},
		"no checksums":   {func(f map[string][]byte) { delete(f, sumsFile) }, "it is no bundle of Kickbench's"},
		"bad checksums":  {func(f map[string][]byte) { f[sumsFile] = []byte("hello") }, "SHA256SUMS is not one"},
		"nothing inside": {func(f map[string][]byte) { clear(f); f[sumsFile] = nil }, "runs.jsonl is missing"},
	} {
		files := unzip(t, whole)
		c.change(files)
		if _, err := Open(rezip(t, files)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "nothing")); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestTheSameRunsMakeTheSameBundle(t *testing.T) {
	r, _ := kicks(t, "x")
	a, err := os.ReadFile(bundled(t, r))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(bundled(t, r))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("two bundles of one run differ")
	}
}

func TestAReportIsReplacedWholeOrNotAtAll(t *testing.T) {
	r, _ := kicks(t, "x")
	path := filepath.Join(t.TempDir(), "report")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := New().WriteFile("nonsense", path, one(r)); err == nil {
		t.Error("there is no such format")
	}
	if b, _ := os.ReadFile(path); string(b) != "before" {
		t.Errorf("the file is now %.40q", b)
	}
	if err := New().WriteFile(FormatJUnit, path, one(r)); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); !bytes.HasPrefix(b, []byte("<?xml")) {
		t.Errorf("the file is now %.40q", b)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := New().WriteFile(FormatJUnit, filepath.Join(path, "no", "folder"), one(r)); err == nil {
		t.Error("there is no such folder")
	}
}
