//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// unseen makes a page believe that nobody looks at it, and that there is no network.
const unseen = `for (const [host, name, value] of [[document, "hidden", true], [document, "visibilityState", "hidden"], [navigator, "onLine", false]])
		Object.defineProperty(host, name, {configurable: true, get: () => value});
	document.hasFocus = () => false;
	document.dispatchEvent(new Event("visibilitychange"));
	dispatchEvent(new Event("offline"))`

// A page that nobody looks at, in a browser that is wrong about its network, says
// from afar that its line is lost, comes back by itself, and has missed nothing.
// What it did miss it says until somebody looks.
func TestHiddenPageComesBack(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	cable := e2e.NewCable(t, s.Web)
	h := at(t, e2e.Open(t, "http://"+cable.Addr+"/r/den"))
	h.WaitFor("You are")
	anna, _ := s.Join(t, "den", "anna")
	h.WaitFor("anna")
	h.script(unseen)
	cable.Set(e2e.Down)
	cable.CutClients()
	anna.Say("said to nobody")
	h.WaitUntil(`document.title === "(!) den (open) · sotto" && document.getElementById("favicon").href.startsWith("data:image/svg+xml,")`)
	h.says("#banner", "This device says that it has no network. Trying all the same")
	cable.Set(e2e.Whole)
	h.WaitUntil(open + ` && document.title === "(1) den (open) · sotto" && document.getElementById("favicon").href.endsWith("unread-1.svg")`)
	h.WaitFor("said to nobody")

	// Another place in the room, while nobody looks.
	h.press("/quit" + e2e.Enter)
	h.says("#banner", "You left")
	anna.Say("said while nobody was there")
	anna.AwaitSaid("said while nobody was there")
	h.script(`document.getElementById("retry").click()`)
	h.WaitUntil(`/^You were away( for a moment at |: what was said between ).* is not here\.$/.test(document.querySelector(".gap")?.textContent)`)
	h.WaitUntil(open + ` && document.title.startsWith("(!) (1) den")`)
	h.script(`Object.defineProperty(document, "hidden", {get: () => false}); document.hasFocus = () => true; document.dispatchEvent(new Event("visibilitychange"))`)
	h.WaitUntil(`document.title === "den (open) · sotto"`)
}

// A line that takes everything and gives nothing back: the page says for how long
// nothing came, gives it up within ten seconds of what was sent into it, and comes
// back with nothing lost and nothing twice.
func TestSilenceIsSaid(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	cable := e2e.NewCable(t, s.Web)
	h := at(t, e2e.Open(t, "http://"+cable.Addr+"/r/den"))
	h.WaitFor("You are")
	watcher, _ := s.Join(t, "den", "watcher")
	h.WaitFor("watcher")
	before, _ := cable.Connections()
	cable.Mute()
	cable.Set(e2e.Oneway) // and whatever is connected anew gets no answer either
	h.press("is anybody there?" + e2e.Enter)
	began := time.Now()
	watcher.AwaitSaid("is anybody there?")
	h.says("#banner", "No answer from the server for ")
	waitConnections(t, cable, before+1)
	if took := time.Since(began); took > 12*time.Second { // ten, and what it takes to notice
		t.Errorf("it was given up after %v", took)
	}
	h.says("#banner", "The connection is lost")
	watcher.Say("somebody is")
	cable.Set(e2e.Whole)
	h.WaitFor("somebody is")
	h.settled()
	h.WaitUntil(`document.getElementById("banner").hidden`)
	if n := count(h.Messages(), "is anybody there?"); n != 1 {
		t.Errorf("it is shown %d times", n)
	}
}

// Lines that come too fast are said in order, without anybody's doing.
func TestLinesWaitForTheRate(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0.5") // slower than hands on a busy machine
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	watcher, _ := s.Join(t, "den", "watcher")
	for i := range 8 {
		h.press(fmt.Sprintf("line %d", i) + e2e.Enter)
	}
	h.says("#outgoing", "for their turn, and go out by themselves")
	for i := range 8 {
		if f := watcher.Await("said"); f.Text() != fmt.Sprintf("line %d", i) {
			t.Fatalf("line %d is %q", i, f.Text())
		}
	}
	h.settled()
	h.WaitUntil(`document.getElementById("problem").hidden`)

	// Whoever goes to another room goes when they are said.
	for i := range 4 {
		h.press(fmt.Sprintf("last %d", i) + e2e.Enter)
	}
	h.press("/join tea" + e2e.Enter)
	h.WaitFor("to be said in here first, then you go.")
	h.press("too late" + e2e.Enter)
	h.says("#problem", "You are about to leave this room, so this stays here.")
	for i := range 4 {
		if f := watcher.Await("said"); f.Text() != fmt.Sprintf("last %d", i) {
			t.Fatalf("the last line %d is %q", i, f.Text())
		}
	}
	watcher.Await("left")
	h.WaitFor("You left den")
	h.draft("too late")
}

// Another room is entered on the same page: what was read stays above, nothing of it
// can be answered there, and going back in the history goes back.
func TestAnotherRoomOnTheSamePage(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	watcher, _ := s.Join(t, "den", "watcher")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	me := watcher.Await("joined").Member()
	h.press("/nick carl" + e2e.Enter)
	h.WaitFor("carl")
	watcher.Say("said in the den")
	h.WaitFor("said in the den")
	h.press("/join tea" + e2e.Enter)
	if left := watcher.Await("left"); left.Member() != me || left["reason"] != "quit" {
		t.Errorf("the den saw %v", left)
	}
	h.WaitFor("said in the den", "You left den, whose words stay above.", "You are carl")
	h.WaitUntil(`location.pathname === "/r/tea" && document.title === "tea (open) · sotto" && document.getElementById("room-name").textContent === "tea"`)
	h.WaitUntil(`document.getElementById("link").textContent.endsWith("/r/tea") && document.getElementById("ssh-command").textContent.endsWith(" tea")`)
	inTea, _ := s.Join(t, "tea", "hatter")
	inTea.Say("said at tea")
	h.WaitFor("said at tea")

	h.script(`document.querySelector("#timeline .message").focus()`)
	h.says("#actions", "Copy") // and nothing else: nobody in the room that was left would hear of it
	if offered := h.Evaluate(`document.getElementById("actions").innerText`); strings.Contains(offered, "Reply") {
		t.Errorf("of what was said in the den, %q is offered", offered)
	}

	h.script(`history.back()`)
	inTea.Await("left")
	h.WaitUntil(`location.pathname === "/r/den" && document.title === "den (open) · sotto" && ` + open)
	h.WaitFor("said in the den", "said at tea", "You left tea")
	watcher.Await("joined")
	watcher.Say("back in the den")
	h.WaitFor("back in the den")
	h.script(`history.forward()`)
	inTea.Await("joined")
	h.press("/join tea" + e2e.Enter)
	h.WaitFor("You are in tea already.")
	h.Do(chromedp.Reload()) // the address is the room's
	h.WaitUntil(`document.getElementById("room-name").textContent === "tea" && ` + open)
}

// Whoever leaves while the line is still being dialled has left, in an open room and
// in a sealed one, and can go on from there.
func TestLeavingWhileConnecting(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	for _, path := range []string{"/r/den", "/s/#new"} {
		cable := e2e.NewCable(t, s.Web)
		h := at(t, e2e.Open(t, "http://"+cable.Addr+path))
		h.WaitFor("You are")
		h.press("/who" + e2e.Enter) // commands are fetched with the first of them
		h.draft("")
		before, _ := cable.Connections()
		cable.Set(e2e.Oneway)
		cable.CutClients()
		waitConnections(t, cable, before+1)
		h.WaitUntil(`document.documentElement.dataset.phase === "connecting"`)
		h.script(`document.getElementById("message").focus()`)
		h.press("/quit" + e2e.Enter)
		h.says("#banner", "You left.")
		h.draft("")
		cable.Set(e2e.Whole)
		h.click("#retry")
		h.WaitUntil(open)
		h.script(`document.getElementById("message").focus()`)
		h.press("and back" + e2e.Enter)
		h.says(".message.mine", "and back")
		if warned := h.Evaluate(`String(document.querySelectorAll(".note.warning").length)`); warned != "0" {
			t.Errorf("%s: the page warns of something:\n%s", path, h.Text())
		}
	}
}
