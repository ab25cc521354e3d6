//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"

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
	noAnswer := h.Watch(`document.getElementById("banner").checkVisibility() && document.getElementById("banner").textContent.includes("No answer from the server for ")`)
	givenUp := h.Watch(`document.documentElement.dataset.phase !== "open" && (globalThis.gaveUp = performance.now())`)
	h.script(`addEventListener("keydown", (event) => { if (event.key === "Enter") globalThis.began = performance.now(); }, true)`)
	h.press("is anybody there?" + e2e.Enter)
	watcher.AwaitSaid("is anybody there?")
	noAnswer()
	givenUp()
	if took := evaluate(t, h.Page, `String(gaveUp - began < 12_000 || Math.round(gaveUp - began))`); took != "true" { // ten seconds, and what it takes to notice
		t.Errorf("it was given up after %s ms", took)
	}
	waitConnections(t, cable, before+1)
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
	s := e2e.Start(t, "--say-rate=0.5")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	watcher, _ := s.Join(t, "den", "watcher")
	waited := h.Watch(waiting)
	h.Evaluate(`(async () => { // faster than the rate, however busy the machine is
		const field = document.getElementById("message");
		for (let i = 0; i < 8; i++) {
			field.value = "line " + i;
			field.form.requestSubmit();
			while (field.value !== "") await new Promise((resolve) => setTimeout(resolve));
		}
		return "";
	})()`)
	waited()
	for i := range 8 {
		if f := watcher.Await("said"); f.Text() != fmt.Sprintf("line %d", i) {
			t.Fatalf("line %d is %q", i, f.Text())
		}
	}
	h.settled()
	h.WaitUntil(`document.getElementById("problem").hidden`)

	// Whoever leaves goes when they are said.
	for i := range 4 {
		h.press(fmt.Sprintf("last %d", i) + e2e.Enter)
	}
	h.press("/leave" + e2e.Enter)
	for i := range 4 {
		if f := watcher.Await("said"); f.Text() != fmt.Sprintf("last %d", i) {
			t.Fatalf("the last line %d is %q", i, f.Text())
		}
	}
	watcher.Await("left")
	h.WaitFor("You left.")
}

// Until they are said the page says that they wait, that somebody leaves, and that what is
// said too late stays. Here they wait longer than a test.
func TestLeavingWaitsForTheRate(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0.01")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	for i := range 4 {
		h.press(fmt.Sprintf("line %d", i) + e2e.Enter)
	}
	h.WaitUntil(waiting)
	h.press("/leave" + e2e.Enter)
	h.WaitFor("to be said first, then you leave.")
	h.press("too late" + e2e.Enter)
	h.says("#problem", "You are about to leave this room, so this stays here.")
	h.draft("too late")
}

// waiting is whether lines are shown that wait for the rate.
const waiting = `document.getElementById("outgoing").checkVisibility() && document.getElementById("outgoing").textContent.includes("for their turn, and go out by themselves")`

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
