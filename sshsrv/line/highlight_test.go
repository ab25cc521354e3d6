package line

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/bell"
)

// TestChosenWordsRing: a word that was chosen rings as a name does.
func TestChosenWordsRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		rings := func(text string) bool {
			time.Sleep(bell.PresentFor)
			before := strings.Count(p.heard(), "\a")
			p.does(bob, rooms.Say{Text: text})
			return strings.Count(p.heard(), "\a") > before
		}
		if rings("deploy") {
			t.Error("it rang before the word was chosen")
		}
		p.types("/highlight deploy outage\r")
		if !rings("the Outage, again") || rings("redeploy") {
			t.Error("it rings for other words than those that were chosen")
		}
		p.types("/highlight off\r")
		if rings("deploy") {
			t.Error("it rang after the word was taken back")
		}
		if heard := p.heard(); !strings.Contains(heard, "These words call you") || !strings.Contains(heard, "No words call you but your name.") {
			t.Errorf("it was not told in\n%s", heard)
		}
	})
}
