//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// A browser and the native client react to what the other said in a sealed room, change
// what they said and take it back, each seen by the other at once.
func TestMendedInASealedRoom(t *testing.T) {
	s := e2e.Start(t)
	page, link := openSealed(t, s.URL+"/")
	called(page, "anna")
	bert := e2e.StartTerminal(t, 100, 30, native(t, home(t, s), link, "--nick", "bert"))
	bert.WaitFor("2 here", "anna")
	page.WaitFor("bert")

	say(page, "we ship at noon")
	bert.WaitFor("we ship at noon")
	bert.Type("\x0f") // choose the newest message
	bert.WaitFor("+ react")
	bert.Type("+")
	bert.WaitGone("+ react")
	bert.Type(":tada:")
	bert.WaitFor("🎉")
	bert.Type("\r")
	bert.WaitFor("🎉 1")
	page.WaitUntil(`document.querySelector(".message .chips .chip")?.textContent.includes("🎉")`)
	click(page, ".message .chips .chip")
	bert.WaitFor("🎉 2")
	page.WaitUntil(`document.querySelector(".message .chips .chip").ariaPressed === "true"`)
	click(page, ".message .chips .chip")
	bert.WaitFor("🎉 1")
	bert.Type("\x03")

	bert.Say("do wee")
	page.WaitFor("do wee")
	bert.Type("\x1b[A") // what was said last, to be changed
	bert.WaitFor("changing")
	bert.Type("\x7f?", "\r")
	page.WaitFor("do we?", "(changed)")
	bert.Say("the PIN is 4711")
	page.WaitFor("the PIN is 4711")
	bert.Type("\x0f")
	bert.WaitFor("d take back")
	bert.Type("d")
	bert.WaitFor("d take it back from every screen")
	bert.Type("d")
	page.WaitFor("bert took this back")
	bert.WaitGone("4711")
	if text := page.Text(); strings.Contains(text, "4711") {
		t.Errorf("the page shows what was taken back:\n%s", text)
	}

	say(page, "/retract")
	bert.WaitFor("took this back")
	bert.WaitGone("we ship at noon")
}
