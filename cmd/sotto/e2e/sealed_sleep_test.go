//go:build e2e

package e2e_test

import (
	"strings"
	"syscall"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// A native client sleeps while somebody comes in by a page and speaks: the page is told
// once that it is there and does not hear, who knows it that nothing comes from it, and
// nobody that the server hides somebody; when it wakes, that it missed what was said.
func TestSealedSleeper(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	home := home(t, s)
	bert, link := openSealed(t, s.URL+"/")
	called(bert, "bert")
	asleep := native(t, home, link, "--nick", "dora")
	dora := e2e.StartTerminal(t, 100, 30, asleep)
	dora.WaitFor("You are dora", "bert")
	bert.WaitFor("dora")

	if err := asleep.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	carl := e2e.Open(t, link)
	carl.WaitFor("You are", "1 with the link, silent")
	called(carl, "carl")
	say(carl, "said while dora sleeps")
	bert.WaitFor("said while dora sleeps")
	carl.WaitFor("dora is here too, says bert, and says nothing to you.")
	bert.WaitFor("Nothing has come from dora for")

	if err := asleep.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	dora.WaitFor("You missed what carl said on coming in", "3 here")
	bert.WaitFor("dora is heard again")
	say(carl, "said to all of us")
	dora.WaitFor("said to all of us")
	bert.WaitFor("said to all of us")
	for name, screen := range map[string]string{"dora": dora.Screen(), "bert": bert.Text(), "carl": carl.Text()} {
		if strings.Contains(screen, "hiding") || strings.Contains(screen, "tampering") {
			t.Errorf("%s is warned:\n%s", name, screen)
		}
	}
	if first, second := wordsOn(t, bert), wordsOn(t, carl); first != second || first != safetyWords(dora) {
		t.Errorf("the safety words are\n%s and\n%s", first, second)
	}
}
