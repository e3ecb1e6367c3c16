//go:build !headless

package assets_test

import "testing"

// A person's own scenarios have titles and lines of their own: what only looks like a
// sentence of the record stays as it was written.
func TestAPersonsOwnWordsStayAsTheyAre(t *testing.T) {
	for locale, tongue := range tongues(t) {
		for _, own := range []string{
			"Log in with your phone now.", "Log in with a point.", "Our app: two phones, one tablet", "Wait for the banner since it is slow",
			"The banner is red within a second", "Kick me, for real", "My own kick war", "a by b", "Step 3 of 5 with a twist",
			"Logs of the server as text", "Look at the app on the tablet twice", "Note: our server (staging)", "login", "war", "1m",
			"Regression #123: kicked twice", "Tab A gets the banner and logs out", "Check that the old page never reconnects by itself",
		} {
			if got := tongue.Say(own); got != own {
				t.Errorf("%s: %q is said %q", locale, own, got)
			}
		}
	}
}
