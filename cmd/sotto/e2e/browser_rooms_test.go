//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sotto/cmd/sotto/e2e"
)

// beside is the page of the room in front, when that is not the window's own.
const beside = `document.querySelector("iframe.front")?.contentDocument`

// Two rooms in one window, and somebody by ssh: what is said in the one behind is counted
// and does nothing else; a draft stays in its room; the address brings both back; /leave
// closes the one that it is said in.
func TestTwoRoomsInOneWindow(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	inDen := s.Pipe(t, "den", "--nick", "dora")
	inDen.WaitFor("dora")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	h.press("/nick carl" + e2e.Enter)
	h.WaitFor("is now carl")
	h.press("/join ops" + e2e.Enter)
	h.WaitUntil(beside + `?.body?.innerText.includes("You are carl") && location.pathname === "/r/den+ops"`)
	h.WaitUntil(`document.title === "ops (open) · sotto" && !document.getElementById("message").checkVisibility({ visibilityProperty: true })`)
	h.press("for ops")

	inDen.Send("one\ncarl: two\n")
	h.WaitUntil(`document.title === "(2 @1) ops (open) · sotto" && document.getElementById("favicon").href.endsWith("calls-1.svg")`)
	h.WaitUntil(`document.querySelector("#rooms .go-to").ariaLabel === "den, open, 2 new, 1 for you"`)
	h.WaitUntil(beside + `.activeElement.value === "for ops"`) // where the focus stays

	h.press(kb.ArrowUp, chromedp.ModifierAlt)
	h.WaitUntil(`document.title === "den (open) · sotto" && document.activeElement.id === "message" && !document.querySelector("iframe.front")`)
	h.WaitFor("carl: two", "new")
	h.draft("")
	h.press("for the den")
	h.press("2", chromedp.ModifierAlt)
	h.WaitUntil(beside + `?.activeElement.value === "for ops"`)
	inDen.Send("three\n")
	h.WaitUntil(`document.querySelector("#rooms .unread")?.textContent === "1"`)
	h.press(" alone" + e2e.Enter)
	inOps := s.Pipe(t, "ops", "--nick", "otto")
	inOps.WaitFor("otto")
	h.WaitUntil(beside + `.getElementById("timeline").innerText.includes("for ops alone")`)
	if all := strings.Join(inDen.Lines(), "\n"); strings.Contains(all, "alone") {
		t.Errorf("what was said in ops went to the den:\n%s", all)
	}

	// On a narrow window the list is a sheet, which gives the focus back.
	h.Do(chromedp.EmulateViewport(390, 844))
	h.script(beside + `.querySelector(".rooms-button").click()`)
	h.WaitUntil(`document.activeElement.closest("#rooms")`)
	h.press(kb.Escape)
	h.WaitUntil(beside + `.activeElement.classList.contains("rooms-button")`)
	h.Do(chromedp.EmulateViewport(1280, 800))
	h.script(beside + `.getElementById("message").focus()`)

	// The same room again is the same room; going there by its name in the list, too.
	h.press("/join den" + e2e.Enter)
	h.WaitUntil(`document.activeElement.id === "message" && document.querySelectorAll("#rooms li").length === 2`)
	h.draft("for the den")

	// The page comes back with both.
	h.script(`document.getElementById("message").value = ""; document.getElementById("message").dispatchEvent(new Event("input"))`)
	h.Do(chromedp.Reload())
	h.WaitUntil(`location.pathname === "/r/den+ops" && document.querySelector("iframe")?.contentDocument?.body?.innerText.includes("You are")`)
	inOps.WaitFor("is here")
	h.press("/leave" + e2e.Enter)
	h.WaitUntil(`location.pathname === "/r/ops" && document.title === "ops (open) · sotto" && !document.getElementById("rooms").checkVisibility()`)
	h.WaitUntil(beside + `.body.innerText.includes("You left den.") && ` + beside + `.activeElement.id === "message"`)
	h.press("still in ops" + e2e.Enter)
	inOps.WaitFor("still in ops")
	h.press("/leave" + e2e.Enter)
	h.WaitUntil(beside + `.body.innerText.includes("You left.")`)
}
