//go:build e2e

package e2e_test

import (
	"regexp"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
)

const (
	f7 = "\x1b[18~"
	f8 = "\x1b[19~"
)

// freshRoom is the name of a fresh room.
var freshRoom = regexp.MustCompile(`[a-z]{5}(-[a-z]{5}){4}`)

// A host at a full screen, over a real ssh, goes on in a fresh room; somebody at a line
// editor and a page follow by a command and a click, and whoever was named learns nothing
// of it, nor does the server's log. A page leaps as well, and the full screen follows by a
// key.
func TestLeap(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0", "--log-level=debug")
	mia := s.Terminal(t, "den", "--nick", "mia")
	mia.WaitFor("You made this room")
	bob := plain(t, s, "xterm-256color", "den", "--plain", "--nick", "bob")
	bob.WaitFor("you are bob")
	eve := s.Pipe(t, "den", "--json", "--nick", "eve")
	eve.WaitFor(`"welcome"`)
	carl := at(t, e2e.Open(t, s.RoomURL("den")))
	carl.WaitFor("You are")
	carl.Say("/nick carl")
	mia.WaitFor("carl  ")

	carl.Say("/leap eve")
	carl.says("#problem", "Only a host can ask the others")
	carl.draft("/leap eve")
	carl.script(`document.getElementById("message").value = ""`)
	mia.Say("/fade 60")
	bob.WaitFor("mia: what was said leaves")
	carl.press("half a thought")
	mia.Say("/leap eve")
	mia.WaitFor("2 people were asked to follow you here.")
	room := freshRoom.FindString(mia.Screen())
	if room == "" {
		t.Fatalf("mia is in no fresh room:\n%s", mia.Screen())
	}
	bob.WaitFor("mia goes on in another room and asks you to come; /go goes there")
	carl.says("#leapt", "mia goes on in another room and asks you to come.")
	if text := bob.Raw() + carl.Evaluate("document.documentElement.outerHTML"); strings.Contains(text, room) {
		t.Error("the room's name stands somewhere before anybody goes there")
	}
	bob.Say("/go")
	bob.WaitFor("in the open room "+room, "the rules are: fade")
	mia.WaitFor("bob")
	carl.click("#leap-go")
	carl.WaitUntil(`document.getElementById("room-name").textContent === "` + room + `" && location.pathname.endsWith("/r/` + room + `")`)
	carl.WaitFor("whose words stay above")
	carl.draft("half a thought")
	carl.WaitUntil(`document.getElementById("leapt").hidden`)
	carl.press(e2e.Enter)
	mia.WaitFor("half a thought")
	bob.WaitFor("<carl> half a thought")

	// Somebody who is left behind has what anybody has.
	eve.WaitFor(`"mia"`)
	late := s.Run("", "den", "--nick", "eve2")
	if all := strings.Join(eve.Lines(), "\n") + late.Out + s.Stderr(); strings.Contains(all, room) || strings.Contains(all, "leapt") {
		t.Errorf("eve, or the log, knows of the fresh room:\n%s", all)
	}

	// A page leaps, and the others follow, or don't.
	mia.Say("/host carl")
	carl.WaitFor("You are a host now")
	carl.Say("/leap")
	carl.WaitFor("2 people were asked to follow you here.")
	next := carl.Evaluate(`document.getElementById("room-name").textContent`)
	if next == room || !freshRoom.MatchString(next) || carl.Evaluate("location.pathname") != "/r/"+next {
		t.Errorf("carl is in %s", next)
	}
	mia.WaitFor("carl goes on in another room.", "F7 goes there", "F8 stays")
	mia.Type(f8)
	mia.WaitFor("You stay here. /go goes there after all.")
	bob.Say("/go")
	bob.WaitFor("in the open room " + next)
	mia.Say("/go")
	mia.WaitFor("#" + next)
	mia.Say("here we are")
	carl.WaitFor("here we are")
	carl.says("#rules-line", "fades after an hour")
	bob.WaitFor("<mia> here we are")
	if host := carl.Evaluate(`String([...document.querySelectorAll("#members .state")].filter((state) => /host/.test(state.textContent)).length)`); host != "1" {
		t.Errorf("%s hosts are in carl's room:\n%s", host, carl.Text())
	}
}

// In a sealed room the other's key goes from member to member: a page leaps with the native
// client, and that with the page; the server never has a key, and who is named no wrap.
func TestSealedLeap(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--log-level=debug")
	page, link := openSealed(t, s.URL+"/")
	anna := at(t, page)
	anna.Say("/nick anna")
	home := home(t, s)
	nina := e2e.StartTerminal(t, 100, 30, native(t, home, link, "--nick", "nina"))
	nina.WaitFor("You are nina")
	eve := e2e.StartTerminal(t, 100, 30, native(t, home, link, "--plain", "--nick", "eve"))
	eve.WaitFor("you are eve")
	anna.WaitFor("nina", "eve")
	anna.WaitUntil(`document.querySelectorAll("#members li").length === 3`)

	anna.Say("/leap eve")
	anna.WaitFor("One person was asked to follow you here.")
	nina.WaitFor("anna goes on in another room.", "F7 goes there")
	fresh := anna.Evaluate(`document.getElementById("link").textContent`)
	if fresh == link || !strings.HasPrefix(fresh, s.URL+"/s/#") || anna.Evaluate("location.href") != s.URL+"/s/" {
		t.Errorf("anna's link is %s, at %s", fresh, anna.Evaluate("location.href"))
	}
	nina.Type(f7)
	nina.WaitFor("You left sealed:", "and came into sealed:")
	anna.WaitUntil(`document.querySelectorAll("#members li").length === 2`)
	nina.Say("only we two")
	anna.WaitFor("only we two")
	anna.Say("yes")
	nina.WaitFor("yes")

	anna.Say("/host nina")
	nina.WaitFor("you are a host now")
	nina.Say("/leap")
	nina.WaitFor("1 person was asked to follow you here.")
	anna.says("#leapt", "nina goes on in another room and asks you to come.")
	anna.click("#leap-go")
	anna.WaitFor("whose words stay above")
	anna.WaitUntil(`document.querySelectorAll("#members li").length === 2`)
	anna.Say("and here again")
	nina.WaitFor("and here again")
	nina.Say("so we are")
	anna.WaitFor("so we are")
	third := anna.Evaluate(`document.getElementById("link").textContent`)

	for _, link := range []string{link, fresh, third} {
		key := strings.SplitN(link, "#", 2)[1]
		if strings.Contains(s.Stderr(), key) || link != third && link == fresh && strings.Contains(eve.Raw(), key) {
			t.Error("a key is where it should not be")
		}
	}
	eve.WaitFor("anna left", "nina left")
	if strings.Contains(eve.Raw(), "goes on in") {
		t.Errorf("eve is asked to follow:\n%s", eve.Screen())
	}
	if text := anna.Text(); strings.Contains(text, "tamper") || strings.Contains(text, "could not be opened") {
		t.Errorf("anna is warned:\n%s", text)
	}
}
