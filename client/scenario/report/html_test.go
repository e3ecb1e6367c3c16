package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/scenario/run"
)

func htmlOf(t *testing.T, runs ...run.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := New().Write(FormatHTML, &b, runs); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestThePageLoadsNothingFromAnywhere(t *testing.T) {
	r, _ := kicks(t, "mutual-kick-war")
	page := htmlOf(t, r)
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if policy == nil || !strings.HasPrefix(policy[1], "default-src &#39;none&#39;;") && !strings.HasPrefix(policy[1], "default-src 'none';") {
		t.Fatalf("the policy is %q", policy)
	}
	for _, part := range []string{"style", "script"} {
		m := regexp.MustCompile(`(?s)<`+part+`>(.*?)</`+part+`>`).FindAllStringSubmatch(page, -1)
		if len(m) != 1 || !strings.Contains(policy[1], part+"-src '"+hashOf([]byte(m[0][1]))+"'") {
			t.Errorf("%d %s elements, and the policy is %s", len(m), part, policy[1])
		}
	}
	for _, bad := range []string{" src=", "@import", "url(http", "<link", "<iframe", "<object", " style=", " onclick="} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestWhatARunSaysCannotBecomeMarkup(t *testing.T) {
	r, _ := kicks(t, "x")
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>KICKBENCH-SCRIPT KICKBENCH-STYLE {{.}}`
	r.Name, r.Title, r.Proves, r.File, r.Error = evil, evil, evil, evil, evil
	r.Source = []string{"https://example.invalid/" + evil, "javascript:alert(1)"}
	r.Variant = map[string]string{evil: evil}
	r.Actors[0].Name, r.Actors[0].User = evil, evil
	r.Steps[0].Text, r.Expectations[1].Got, r.Findings[0].Message = evil, evil, evil
	for i := range r.Ledger {
		r.Ledger[i].UserID, r.Ledger[i].Why = evil, evil
	}
	page := htmlOf(t, r)
	if strings.Count(page, "<script") != 1 || strings.Contains(page, "<img") || strings.Contains(page, `href="javascript`) || strings.Contains(page, `<a href="&#34;`) {
		t.Error("what a run says became markup")
	}
}

func TestAPageOfALongRunStaysOneThatOpens(t *testing.T) {
	r, _ := kicks(t, "long")
	short := htmlOf(t, r)
	if strings.Contains(short, "left out") || strings.Contains(short, "more are in") {
		t.Error("a short run is cut")
	}
	last := r.Ledger[len(r.Ledger)-1]
	last.Why = "the very end"
	for range 30_000 {
		r.Ledger = append(r.Ledger, last)
	}
	for range 1000 {
		r.Steps = append(r.Steps, r.Steps[0])
	}
	r.Steps[len(r.Steps)-1].Status, r.Steps[len(r.Steps)-1].Text = run.Failed, "the one that failed"
	page := htmlOf(t, r)
	if n := strings.Count(page, "<tr"); n > maxRows+500 {
		t.Errorf("it has %d rows", n)
	}
	for _, want := range []string{"rows in the middle are left out", "more are in the JSON lines", "the very end", "the one that failed"} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not have %q", want)
		}
	}
}

// openInChromium opens a page from disk as a browser does, light and dark, and does
// with it what a tester does.
const openInChromium = `
const { chromium } = require('playwright-core');
const [file, executablePath] = process.argv.slice(1);
(async () => {
  const b = await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'] });
  const out = { requests: [], faults: [] };
  for (const colorScheme of ['light', 'dark']) {
    const p = await b.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
    p.on('request', (r) => { if (!r.url().startsWith('file:')) out.requests.push(r.url()); });
    p.on('console', (m) => out.faults.push(m.text()));
    p.on('pageerror', (e) => out.faults.push(e.message));
    await p.goto('file://' + file);
    const shown = () => p.locator('.what-happened tbody tr:not([hidden])').count();
    out[colorScheme] = await p.evaluate(() => getComputedStyle(document.body).backgroundColor);
    if (colorScheme === 'dark') continue;
    out.rows = await shown();
    await p.locator('.chip[data-l=frame]').click();
    out.withFrames = await shown();
    await p.locator('#search').fill('kickoutmsgnotify');
    await p.waitForFunction(() => document.querySelectorAll('.what-happened tbody tr:not([hidden])').length < 20);
    out.found = await shown();
    await p.locator('#search').fill('');
    await p.locator('#theme').click();
    out.switched = await p.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await p.setViewportSize({ width: 390, height: 800 });
    out.wide = await p.evaluate(() => document.documentElement.scrollWidth);
    // What a failure says before it is as long as it is, and stays within its card.
    out.over = await p.evaluate(() => [...document.querySelectorAll('.card')].filter((c) => c.scrollWidth > c.clientWidth && !c.classList.contains('picture')).length);
    out.fill = await p.evaluate(() => getComputedStyle(document.querySelector('.picture svg rect')).fill);
  }
  console.log(JSON.stringify(out));
  await b.close();
})().catch((e) => { console.error(e); process.exit(1); });`

func TestThePageOpensFromDiskInChromium(t *testing.T) {
	dir := npm(t, "playwright-core/package.json")
	chromium := findChromium(t)
	r, _ := kicks(t, "mutual-kick-war")
	r.Expectations[1].Before = append(r.Expectations[1].Before, strings.Repeat("2.051s ledger: a long line ", 20))
	file := filepath.Join(t.TempDir(), "report.html")
	if err := New().WriteFile(FormatHTML, file, one(r)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "--eval", openInChromium, file, chromium)
	cmd.Dir = dir
	home := t.TempDir() // Chromium writes into these whatever it is told
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "TMPDIR="+home)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	var got struct {
		Requests, Faults            []string
		Light, Dark, Switched, Fill string
		Rows, WithFrames            int
		Found, Wide, Over           int
	}
	if err := json.Unmarshal(text, &got, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if len(got.Requests)+len(got.Faults) > 0 {
		t.Errorf("requests %v, faults %v; want none", got.Requests, got.Faults)
	}
	if got.Light != "rgb(246, 247, 249)" || got.Dark != "rgb(20, 22, 26)" || got.Switched != got.Dark || got.Fill == "" || got.Fill == "none" {
		t.Errorf("colours: %+v", got)
	}
	kicked := 0
	for _, f := range r.Frames {
		if bytes.Contains(f.JSON, []byte("KickoutMsgNotify")) {
			kicked++
		}
	}
	if want := len(r.Ledger) + len(r.Events) + len(r.Calls) + 1; got.Rows != want || got.WithFrames != want+len(r.Frames) || got.Found != kicked || kicked == 0 {
		t.Errorf("%d rows, %d with frames, %d found; want %d, %d, %d", got.Rows, got.WithFrames, got.Found, want, want+len(r.Frames), kicked)
	}
	if got.Wide > 390 || got.Over > 0 {
		t.Errorf("on a narrow screen the page is %d wide, and %d cards are too small", got.Wide, got.Over)
	}
	if keep := os.Getenv("KICKBENCH_PAGE"); keep != "" { // to be looked at
		data, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(keep, data, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// findChromium is a browser of the machine's; the test is skipped, or fails where the
// machine promised one, if there is none.
func findChromium(t *testing.T) string {
	t.Helper()
	if c := os.Getenv("KICKBENCH_CHROMIUM"); c != "" {
		return c
	}
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if c, err := exec.LookPath(name); err == nil {
			return c
		}
	}
	if os.Getenv("KICKBENCH_REQUIRE_PEERS") == "1" {
		t.Fatal("there is no chromium or google-chrome in PATH")
	}
	t.Skip("needs chromium or google-chrome in PATH, or KICKBENCH_CHROMIUM")
	return ""
}

func TestTheTimelineGoesOnToTheRunsEnd(t *testing.T) {
	r, _ := kicks(t, "quiet at the end")
	last := r.Ledger[len(r.Ledger)-1].Time
	r.To = last.Add(40 * time.Second)
	late := last.Add(35 * time.Second).Truncate(10 * time.Second).Format("15:04:05")
	if drawn := string(picture(&r, "t", Language{})); !strings.Contains(drawn, ">"+late+"<") {
		t.Errorf("it does not come to %s: %s", late, drawn[:400])
	}
}
