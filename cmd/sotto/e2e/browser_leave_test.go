//go:build e2e

package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// asks is whether the page would ask before it is left.
const asks = `(() => {
	const leaving = new Event("beforeunload", {cancelable: true});
	dispatchEvent(leaving);
	return leaving.defaultPrevented;
})()`

// Whoever reloads, closes or goes back is asked when something would be lost by it,
// and otherwise never.
func TestLeavingIsAskedAbout(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0.01") // what waits for its turn still does when it is looked for
	cable := e2e.NewCable(t, s.Web)
	h := at(t, e2e.Open(t, "http://"+cable.Addr+"/r/den"))
	h.WaitFor("You are")
	h.WaitUntil("!" + asks)

	// A draft: whoever stays still has it, whoever sends it may go.
	h.press("half a thought")
	h.WaitUntil(asks)
	h.Stay(true)
	h.script(`location.reload()`)
	h.waitAsked(1)
	h.draft("half a thought")
	h.press(" and the rest" + e2e.Enter)
	h.settled()
	h.WaitUntil("!" + asks)

	// What is not said yet: it waits for the rate, or came back.
	for i := range 8 {
		h.press(fmt.Sprintf("line %d", i) + e2e.Enter)
	}
	h.WaitUntil(`document.getElementById("outgoing").textContent.includes("for their turn")`)
	h.WaitUntil(asks)
	h.click("#outgoing > .reason button") // take back
	h.says("#outgoing", "Taken back.")
	h.WaitUntil(asks)
	h.WaitUntil(`(() => { document.querySelector("#outgoing .unsent button:last-child")?.click(); return document.querySelectorAll("#outgoing li").length === 0; })()`)
	h.WaitUntil("!" + asks)
	h.Stay(false)
	h.Do(chromedp.Reload())
	h.WaitFor("You are")
	if n := h.Asked(); n != 1 {
		t.Errorf("the page asked %d times", n)
	}
}

// The only key of a sealed room goes with its page: that is asked about until the
// link was taken and somebody else is there, who has it too.
func TestTheOnlyKeyIsAskedAbout(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	h := at(t, e2e.Open(t, s.URL+"/s/#new"))
	h.WaitFor("You are")
	h.WaitUntil(asks)
	guest := at(t, e2e.Open(t, linkOf(t, h.Page)))
	guest.WaitFor("You are")
	h.WaitUntil(`document.querySelectorAll("#members .member").length === 2 && ` + asks)
	guest.WaitUntil("!" + asks) // came by a link, and has it
	h.click("#invite-button")
	said := h.Watch(`["Copied", "Copying failed"].includes(document.getElementById("copy-link").textContent)`)
	h.click("#copy-link")
	said()
	h.script(`document.getElementById("link").dispatchEvent(new ClipboardEvent("copy", {bubbles: true}))`)
	h.WaitUntil("!" + asks)
	guest.Do(chromedp.Navigate("about:blank"))
	h.WaitUntil(`document.querySelectorAll("#members .member").length === 1 && ` + asks)
	if n := guest.Asked(); n != 0 {
		t.Errorf("the guest was asked %d times", n)
	}
}

// Another link in the address bar leads there, or is gone from it when one stays.
func TestAnotherKeyInTheAddress(t *testing.T) {
	s := e2e.Start(t)
	h := at(t, e2e.Open(t, s.URL+"/s/#new"))
	h.WaitFor("You are")
	h.press("/nick carl" + e2e.Enter)
	h.WaitFor("carl")
	name := h.Evaluate(`document.getElementById("room-name").textContent`)
	h.Stay(true)
	h.script(`location.hash = "` + seal.NewSecret().String() + `"`)
	h.waitAsked(1)
	h.WaitUntil(`location.hash === "" && document.getElementById("room-name").textContent === "` + name + `"`)
	h.Stay(false)
	h.script(`location.hash = "` + seal.NewSecret().String() + `"`)
	h.waitAsked(2)
	there := `location.hash === "" && ` + open + ` && document.getElementById("room-name").textContent !== "` + name + `"`
	for deadline := time.After(e2e.Patience); ; {
		arrived, err := chromedp.Run(h.Ctx, chromedp.Evaluate[bool](there)) // fails while the page goes
		if err == nil && arrived {
			break
		}
		select {
		case <-deadline:
			t.Fatalf("%v; the page shows:\n%s", err, h.Text())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// A file that was taken is held by the page until it is saved.
func TestAnUnsavedFileIsAskedAbout(t *testing.T) {
	s := e2e.Start(t)
	giver := deskAt(t, e2e.Open(t, s.RoomURL("den")))
	taker := deskAt(t, e2e.Open(t, s.RoomURL("den")))
	for _, each := range []desk{giver, taker} {
		each.WaitFor("You are")
		each.WaitUntil("!" + asks)
	}
	path := filepath.Join(t.TempDir(), "plan.txt")
	if err := os.WriteFile(path, []byte("to be kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	giver.choose("#attach", path)
	taker.WaitFor("plan.txt")
	taker.WaitUntil("!" + asks)
	click(taker.Page, action("plan.txt", "take"))
	taker.WaitUntil(`document.querySelector('` + action("plan.txt", "save") + `') && ` + asks)
	giver.WaitUntil("!" + asks)
	if content := taker.save("plan.txt"); string(content) != "to be kept" {
		t.Errorf("the file holds %q", content)
	}
	taker.WaitUntil("!" + asks)
}
