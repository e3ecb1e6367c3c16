package report

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/scenario/run"
	"kickbench/client/timeline"
)

// The files of a bundle. sumsFile is what `sha256sum -c` reads, and names all others.
const (
	manifestFile = "manifest.json"
	runsFile     = "runs.jsonl"
	sumsFile     = "SHA256SUMS"
)

// BundleFormat is the version of a bundle's layout, in its manifest.
const BundleFormat = 1

// Manifest says what is in a bundle and what is needed to make it again.
type Manifest struct {
	Format int `json:"kickbenchBundle"`
	// Made is when the last of the runs ended, so that the same runs make the same bundle.
	Made time.Time     `json:"made"`
	Runs []ManifestRun `json:"runs"`
}

// ManifestRun is one run of a bundle.
type ManifestRun struct {
	Name     string       `json:"name"`
	Verdict  run.Verdict  `json:"verdict"`
	File     string       `json:"file,omitzero"`
	Seed     uint64       `json:"seed"`
	Versions run.Versions `json:"versions"`
	Clock    run.Clock    `json:"clock"`
	Settings run.Settings `json:"settings"`
}

// bundle writes a zip of all reports, a picture of each run's timeline in light and
// dark, versions, seeds and settings, and the checksums of all. Nothing in it depends
// on when or where it was written.
func (p *Reporter) bundle(w io.Writer, runs []run.Result, made rendered) error {
	files, err := p.files(runs, made)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sum := sha256.Sum256(files[name])
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	files[sumsFile] = []byte(sums.String())

	z := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: ended(runs)})
		if err != nil {
			return err
		}
		if _, err := f.Write(files[name]); err != nil {
			return err
		}
	}
	return z.Close()
}

func ended(runs []run.Result) time.Time {
	// No zip knows a time before 1980, and none a zone.
	at := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, r := range runs {
		if r.Ended.After(at) {
			at = r.Ended.UTC()
		}
	}
	return at
}

func (p *Reporter) files(runs []run.Result, made rendered) (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, f := range map[string]Format{
		runsFile: FormatJSONL, "junit.xml": FormatJUnit, "frames.har": FormatHAR, "report.html": FormatHTML,
	} {
		data, err := p.render(f, runs, made)
		if err != nil {
			return nil, err
		}
		files[name] = data
	}
	m := Manifest{Format: BundleFormat, Made: ended(runs), Runs: []ManifestRun{}}
	for i := range runs {
		r := &runs[i]
		m.Runs = append(m.Runs, ManifestRun{r.FullName(), r.Verdict, r.File, r.Seed, r.Versions, r.Clock, r.Settings})
		for _, dark := range []bool{false, true} {
			look := "light"
			if dark {
				look = "dark"
			}
			var b bytes.Buffer
			if err := model(r).SVG(&b, timeline.Picture{Title: r.FullName(), Dark: dark, Zone: time.UTC}); err != nil {
				return nil, err
			}
			files[fmt.Sprintf("timeline/%02d-%s-%s.svg", i+1, fileName(r.Name), look)] = p.secrets.finished(b.Bytes())
		}
	}
	data, err := json.Marshal(m, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	files[manifestFile] = p.secrets.finished(append(data, '\n'))
	return files, nil
}

// fileName is a scenario's name as every file system takes it.
func fileName(s string) string {
	s = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '-'
	}, s)
	return s[:min(len(s), 60)]
}

// maxFile bounds what is unpacked of one file of a bundle: a small zip may hold much.
const maxFile = 1 << 30

// OpenBundle reads a bundle's runs, after it has checked every checksum. The errors
// name the file that is missing, too many, or not what it was.
func OpenBundle(path string) ([]run.Result, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = z.Close() }()
	files := map[string][]byte{}
	for _, f := range z.File {
		data, err := unpack(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if _, twice := files[f.Name]; twice {
			return nil, fmt.Errorf("%s is there twice", f.Name)
		}
		files[f.Name] = data
	}
	if err := verify(files); err != nil {
		return nil, err
	}
	runs, err := ReadJSONL(bytes.NewReader(files[runsFile]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", runsFile, err)
	}
	return runs, nil
}

func unpack(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errors.New("is too large")
	}
	return data, err
}

func verify(files map[string][]byte) error {
	sums, ok := files[sumsFile]
	if !ok {
		return fmt.Errorf("there is no %s in it: it is no bundle of Kickbench's", sumsFile)
	}
	named := map[string]bool{sumsFile: true}
	for l := range strings.Lines(string(sums)) {
		want, name, ok := strings.Cut(strings.TrimSpace(l), "  ")
		if !ok {
			return fmt.Errorf("%s is not one: %q", sumsFile, l)
		}
		data, there := files[name]
		if !there {
			return fmt.Errorf("%s is missing", name)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
			return fmt.Errorf("%s is not what it was: its checksum differs", name)
		}
		named[name] = true
	}
	for name := range files {
		if !named[name] {
			return fmt.Errorf("%s has no checksum", name)
		}
	}
	if !named[runsFile] {
		return fmt.Errorf("%s is missing", runsFile)
	}
	return nil
}

// Open reads the runs of a bundle or of a JSONL file, whichever it is.
func Open(path string) ([]run.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewReader(f)
	head, _ := in.Peek(4)
	var runs []run.Result
	if string(head) == "PK\x03\x04" {
		runs, err = OpenBundle(path)
	} else {
		runs, err = ReadJSONL(in)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return runs, nil
}
