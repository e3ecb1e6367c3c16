//go:build !headless

package workbench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// speakAgain has the tests that follow speak English.
func speakAgain(t *testing.T) {
	t.Helper()
	t.Setenv("LC_ALL", "en_US.UTF-8")
	t.Setenv("LANGUAGE", "")
	t.Cleanup(func() {
		if err := Speak(""); err != nil {
			t.Error(err)
		}
	})
}

func TestSentencesFollowTheChosenLanguage(t *testing.T) {
	speakAgain(t)
	if _, err := tongues(); err != nil {
		t.Fatal(err)
	}
	const defect, scenario = "A kick is pushed twice.", "A double click on login is one session"
	for chosen, want := range map[string][2]string{
		"":        {defect, scenario},
		"en":      {defect, scenario},
		"zh_Hans": {"一次踢下线被推送两次。", "双击登录按钮只产生一个会话"},
		"ko":      {"강제 로그아웃이 두 번 푸시됩니다.", "로그인을 더블 클릭해도 세션은 하나"},
	} {
		if err := Speak(chosen); err != nil {
			t.Fatal(err)
		}
		if got := [2]string{sentence(defect), sentence(scenario)}; got != want {
			t.Errorf("%q says %q, want %q", chosen, got, want)
		}
	}
}

func TestTheScenariosAndTheSandboxSpeakTheWindowsLanguage(t *testing.T) {
	speakAgain(t)
	if err := Speak("zh_Hans"); err != nil {
		t.Fatal(err)
	}
	b, w := stage(t)
	w.scenarios.Choose("builtin:third-login-evicts-the-oldest")
	b.tells(w, "多出一个页面：最早的下线", "one 和 two 登录", "上限")
	w.theatre.RunScenarios([]string{"builtin:third-login-evicts-the-oldest"})
	b.tells(w, "符合预期", "在线：two 和 three")
	w.theatre.OpenScenarioReport("builtin:third-login-evicts-the-oldest", func(error) {})
	file := filepath.Join(b.dir, reportFolder, "third-login-evicts-the-oldest.html")
	b.until("the report is written", func() bool { _, err := os.Stat(file); return err == nil })
	page, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(page), `<html lang="zh-Hans">`) || !strings.Contains(string(page), "3 项预期全部符合") {
		t.Errorf("the report does not speak Chinese: %v", err)
	}
	for _, d := range w.sandboxModel().Defects {
		if d.Name == "double-kick-push" && d.Says != "一次踢下线被推送两次。" {
			t.Errorf("the defect says %q", d.Says)
		}
	}
	// What is copied out of the window into a file stays as it was.
	v, _ := b.shelf.find("builtin:third-login-evicts-the-oldest")
	if v.rows[0].Title != "One page too many: the earliest goes" {
		t.Errorf("the scenario itself is called %q", v.rows[0].Title)
	}
}
