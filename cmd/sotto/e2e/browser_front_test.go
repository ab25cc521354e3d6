//go:build e2e

package e2e_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// What is no room's name is shown as the one that was perhaps meant, before anybody
// goes there: on the front page, in an address, in a command. A slash too many
// matters to nobody.
func TestTheRoomThatWasMeant(t *testing.T) {
	s := e2e.Start(t)
	h := at(t, e2e.Open(t, s.URL+"/"))
	h.click("#name")
	h.press("Mein Zimmer" + e2e.Enter)
	h.says("#name-problem", "Is mein-zimmer the one that you mean?")
	h.WaitUntil(`location.pathname === "/" && document.getElementById("name").value === "mein-zimmer" && document.getElementById("ssh-command").textContent.endsWith(" mein-zimmer")`)
	h.press(e2e.Enter)
	h.WaitUntil(`location.pathname === "/r/mein-zimmer"`)
	h.WaitFor("You are")
	h.press("/join Café № 5" + e2e.Enter)
	h.says("#problem", "Do you mean /join cafe-no-5?")

	const link = "https://chat.example/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8"
	h.press("/join " + link + e2e.Enter)
	h.says("#problem", "It has not left this browser")
	h.Do(chromedp.Navigate(s.URL + "/"))
	h.click("#name")
	h.press(link + e2e.Enter)
	h.says("#name-problem", "It has not left this browser")
	h.WaitUntil(`location.pathname === "/" && document.getElementById("name").value === ""`)

	h.press("den, ops" + e2e.Enter)
	h.WaitUntil(`location.pathname === "/r/den+ops" && document.querySelectorAll("#rooms li").length === 2`)

	h.Do(chromedp.Navigate(s.URL + "/r/Mein%20Z%C3%ACmmer/"))
	h.WaitUntil(`document.getElementById("name")?.value === "mein-zimmer"`)
	h.says("#name-problem", "Is mein-zimmer the one that you mean?")
	h.press(e2e.Enter)
	h.WaitFor("You are")

	h.Do(chromedp.Navigate(s.URL + "/r/den/"))
	h.WaitFor("You are")
	h.WaitUntil(`location.pathname === "/r/den"`)

	h.Do(chromedp.Navigate(s.URL + "/rooms/den"))
	h.says("#name-problem", "There is nothing here. Rooms are at /r/NAME.")
}
