//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// A door is one way into a room: what is typed there, and what is shown.
type door struct {
	nick  string
	say   func(line string)
	sees  func(texts ...string)
	shows func() string
}

func (d door) waits(texts ...string) { d.sees(texts...) }

func screenDoor(nick string, term *e2e.Terminal) door {
	return door{nick, term.Say, term.WaitFor, term.Screen}
}

// One conversation in which every door takes part: a full screen and --plain over a real
// ssh, a page, and the native client in both its forms. All are told of each reaction,
// choice, change and taking back, in the words of their door; who was cut off in the middle
// of them comes back to what those have who never left.
func TestConversationInAnOpenRoom(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	pages, clients := e2e.NewCable(t, s.Web), e2e.NewCable(t, s.Web)
	zoe := s.Terminal(t, "-t", "den", "--nick", "zoe")
	zoe.WaitFor("You are zoe here")
	lines := plain(t, s, "xterm-256color", "den", "--plain", "--nick", "lina")
	lines.WaitFor("you are lina")
	nat := e2e.StartTerminal(t, 100, 40, native(t, t.TempDir(), "http://"+clients.Addr+"/r/den", "--nick", "nat"))
	nat.WaitFor("You are nat")
	page := at(t, e2e.Open(t, "http://"+pages.Addr+"/r/den"))
	page.WaitFor("You are")
	called(page.Page, "mia")
	converse(t, page, pages, clients, screenDoor("nat", nat), screenDoor("zoe", zoe), screenDoor("lina", lines))
	if log := s.Stderr(); strings.Contains(log, "noon") {
		t.Errorf("the log has words of it:\n%s", log)
	}

	// Another room beside it, in the same window: what is said here is counted there.
	zoe.Say("/join ops")
	zoe.WaitFor("You are zoe here", "1 here")
	zoe.Type("for ops")
	page.press("zoe: and one for you" + e2e.Enter)
	zoe.WaitFor("den +1 @1")
	zoe.Type("\x1b1")
	zoe.WaitFor("and one for you")
	zoe.WaitGone("for ops")
	zoe.Type("\x1b2")
	zoe.WaitFor("for ops")
}

// The same where the server can't read along.
func TestConversationInASealedRoom(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	pages, clients := e2e.NewCable(t, s.Web), e2e.NewCable(t, s.Web)
	key := "/s/#" + seal.NewSecret().String()
	page := at(t, e2e.Open(t, "http://"+pages.Addr+key))
	page.WaitFor("You are")
	called(page.Page, "mia")
	nat := e2e.StartTerminal(t, 100, 40, native(t, t.TempDir(), "http://"+clients.Addr+key, "--nick", "nat"))
	nat.WaitFor("2 here", "mia")
	zoe := e2e.StartTerminal(t, 100, 40, native(t, home(t, s), "ssh://"+s.SSH+key, "--nick", "zoe"))
	zoe.WaitFor("3 here")
	lines := e2e.StartTerminal(t, 80, 24, native(t, t.TempDir(), s.URL+key, "--nick", "lina", "--plain"))
	lines.WaitFor("you are lina in the sealed room")
	for _, each := range []*e2e.Terminal{nat, zoe} {
		each.WaitFor("4 here")
	}
	page.WaitUntil(`document.querySelectorAll("#members .member").length === 4`)
	converse(t, page, pages, clients, screenDoor("nat", nat), screenDoor("zoe", zoe), screenDoor("lina", lines))
}

// converse is the script of both. The page and the client have cables that are cut; lina
// has lines.
func converse(t *testing.T, page hands, pages, clients *e2e.Cable, nat, zoe, lina door) {
	t.Helper()
	mia := door{"mia", func(line string) { page.press(line + e2e.Enter) }, page.WaitFor, page.Text}
	all := []door{mia, nat, zoe, lina}
	hear := func(texts ...string) {
		t.Helper()
		for _, each := range all {
			each.waits(texts...)
		}
	}
	count := func(reaction, n string) { // on every screen that has chips
		t.Helper()
		page.WaitUntil(`[...document.querySelectorAll(".chip")].some((c) => c.textContent === "` + reaction + n + `")`)
		nat.waits(reaction + " " + n)
		zoe.waits(reaction + " " + n)
	}

	mia.say("we ship at noon")
	hear("we ship at noon")
	for _, each := range []door{nat, zoe, lina} {
		each.say("/react :tada: mia")
	}
	lina.waits("🎉 is on <mia> \"we ship at noon\"")
	count("🎉", "3")
	page.click(`.chip[data-emoji="🎉"]`)
	count("🎉", "4")
	nat.say("/react :tada: mia") // again takes it off
	count("🎉", "3")

	nat.say("/poll lunch? | pizza | soup")
	hear("lunch?", "pizza", "soup")
	lina.say("/react 2")
	lina.waits("you chose #2")
	zoe.say("/react 2")
	page.click(`.option[data-emoji="2"]`)
	page.WaitUntil(`document.querySelector('.option[data-emoji="2"]').ariaLabel.includes("3")`)
	nat.waits("soup", "▪▪▪ 3")

	zoe.say("at fiev")
	hear("at fiev")
	zoe.say("/amend at five")
	hear("at five", "(changed)")
	lina.say("the PIN is 4711")
	hear("the PIN is 4711")

	// Two are cut off, and meanwhile it all goes on.
	for _, cable := range []*e2e.Cable{pages, clients} {
		cable.Set(e2e.Down)
		cable.CutClients()
	}
	page.WaitUntil(`document.documentElement.dataset.phase === "waiting"`)
	nat.waits("connection lost")
	lina.say("/retract")
	lina.waits("your message is taken back")
	zoe.waits("took this back")
	lina.say("/react :heart: zoe")
	zoe.say("/amend at six, sharp")
	lina.waits("(changed) at six, sharp")
	zoe.say("/react :tada: mia")
	zoe.say("said into the gap")
	lina.waits("said into the gap")
	for _, cable := range []*e2e.Cable{pages, clients} {
		cable.Set(e2e.Whole)
	}
	for _, each := range []door{mia, nat, zoe} {
		each.waits("said into the gap", "at six, sharp", "took this back")
		if text := each.shows(); strings.Contains(text, "4711") || strings.Contains(text, "at five") {
			t.Errorf("%s has what was taken back, or changed:\n%s", each.nick, text)
		}
	}
	count("🎉", "2")
	count("❤️", "1")

	// And they go on from there as everybody does.
	mia.say("/amend we ship at one")
	hear("we ship at one")
	nat.say("/react ❤️ zoe")
	zoe.say("all there?")
	hear("all there?")
	mia.say("yes")
	nat.say("yes, too")
	hear("yes, too")
}
