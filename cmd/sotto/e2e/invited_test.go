//go:build e2e

package e2e_test

import (
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// An invitation passes a locked door, once: one from a page comes in by its link in a
// browser, and one from a terminal by ssh. Nobody else is shown it, and no address or
// request has its token.
func TestInvitations(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	host := at(t, e2e.Open(t, s.RoomURL("den")))
	host.WaitFor("You made this room and are its host.")
	ear := s.Pipe(t, "den", "--json", "--nick", "ear")
	ear.WaitFor(`"welcome"`)
	host.Say("/door locked")
	ear.WaitFor(`"door":"locked"`)

	host.Say("/invite once")
	host.WaitUntil(`document.getElementById("invitation")?.open && document.querySelector("#invitation .qr svg")`)
	host.says("#invitation", "It lets in one person, once, whatever the door.")
	link := host.Evaluate(`document.getElementById("invitation-link").textContent`)
	found := regexp.MustCompile(`^` + regexp.QuoteMeta(s.RoomURL("den")) + `#([\w-]{22})$`).FindStringSubmatch(link)
	if found == nil {
		t.Fatalf("the link is %q", link)
	}
	token := found[1]
	host.says("#invitation-command", " den --invite "+token)
	host.script(`document.getElementById("invitation").close()`)
	host.WaitUntil(`!document.getElementById("invitation")`)
	if left := host.Evaluate(`document.documentElement.outerHTML`); contains(left, token) {
		t.Error("an invitation that was closed is in the page still")
	}

	// Whoever has been at the locked door puts the link into the same tab.
	guest := at(t, e2e.Open(t, s.RoomURL("den")))
	guest.WaitUntil(`document.querySelector("#door[data-page=locked]")`)
	guest.Do(chromedp.Navigate(link))
	guest.WaitFor("You are")
	guest.WaitUntil(`!document.getElementById("door") && location.hash === "" && location.pathname === "/r/den"`)
	guest.Say("I was invited")
	host.WaitFor("I was invited")
	for _, request := range guest.Requests() {
		if contains(request, token) {
			t.Errorf("the token is in a request: %s", request)
		}
	}

	// It was good once, and says so.
	late := at(t, e2e.Open(t, link))
	late.WaitFor("That invitation is not good here")
	late.WaitUntil(`location.hash === ""`)

	// One that a terminal asked for comes in by ssh, once; then all are void.
	host.Say("/host ear")
	ear.WaitFor(`"t":"host"`)
	ear.Send(`{"t":"invite","uses":1,"for":600,"id":"a"}` + "\n" + `{"t":"invite","id":"b"}` + "\n")
	ear.WaitFor(`"id":"b"`)
	tokens := regexp.MustCompile(`"token":"([\w-]{22})"`)
	var asked []string
	for _, line := range ear.Lines() {
		if found := tokens.FindStringSubmatch(line); found != nil {
			asked = append(asked, found[1])
		}
	}
	if len(asked) != 2 {
		t.Fatalf("%d invitations: %q", len(asked), asked)
	}
	in := plain(t, s, "xterm-256color", "den", "--plain", "--nick", "ina", "--invite", asked[0])
	in.WaitFor("you are ina")
	host.WaitFor("ina")
	if again := s.Run("", "den", "--invite", asked[0]); again.Code == 0 || !contains(again.Err, "That invitation is not good here") {
		t.Errorf("used twice: %+v", again)
	}
	host.Say("/uninvite")
	host.WaitFor("No invitation that was made to this room is good any more.")
	if void := s.Run("", "den", "--invite", asked[1]); void.Code == 0 || !contains(void.Err, "That invitation is not good here") {
		t.Errorf("voided: %+v", void)
	}
	if contains(s.Stderr(), token) || contains(s.Stderr(), asked[0]) {
		t.Error("a token is in the server's log")
	}
}
