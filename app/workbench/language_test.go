//go:build !headless

package workbench

import (
	"bytes"
	"log"
	"os"
	"testing"

	"fyne.io/fyne/v2/lang"
)

func TestTheChosenLanguageIsSpokenWhateverTheSystems(t *testing.T) {
	defer func() {
		t.Setenv("LC_ALL", "en_US.UTF-8")
		if err := Speak(""); err != nil {
			t.Error(err)
		}
	}()
	t.Setenv("LANGUAGE", "")
	var complaints bytes.Buffer // Fyne logs what it has no word for
	log.SetOutput(&complaints)
	defer log.SetOutput(os.Stderr)
	say := func() [3]string {
		n := func(n int) string { return lang.XN("sessions", "", n, map[string]any{"N": n}) }
		return [3]string{lang.L("Log in"), n(1), n(2)}
	}
	spoken := map[string][3]string{
		"en": {"Log in", "1 session", "2 sessions"}, "zh_Hans": {"登录", "1 个会话", "2 个会话"}, "ko": {"로그인", "세션 1개", "세션 2개"},
	}
	system := map[string]string{
		"en_US.UTF-8": "en", "zh_CN.UTF-8": "zh_Hans", "zh_TW.UTF-8": "zh_Hans", "ko_KR.UTF-8": "ko", "fr_FR.UTF-8": "en", "ru_RU.UTF-8": "en", "C": "en",
	}
	for locale, own := range system {
		t.Setenv("LC_ALL", locale)
		for chosen, want := range spoken {
			if err := Speak(chosen); err != nil {
				t.Fatal(err)
			}
			if got := say(); got != want {
				t.Errorf("%s on a system of %s says %q, want %q", chosen, locale, got, want)
			}
		}
		if err := Speak(""); err != nil {
			t.Fatal(err)
		}
		if got := say(); got != spoken[own] {
			t.Errorf("a system of %s says %q, want %q", locale, got, spoken[own])
		}
		if complaints.Len() > 0 {
			t.Errorf("%s: %s", locale, complaints.String())
		}
	}
}

func TestALanguageNobodyHasIsAnError(t *testing.T) {
	if err := Speak("tlh"); err == nil {
		t.Error("Klingon is spoken")
	}
}
