//go:build !headless

package workbench

import "testing"

func TestSentencesFollowTheChosenLanguage(t *testing.T) {
	t.Setenv("LC_ALL", "en_US.UTF-8")
	t.Setenv("LANGUAGE", "")
	t.Cleanup(func() {
		if err := Speak(""); err != nil {
			t.Error(err)
		}
	})
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
