//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// What is too long for one message is offered as a file by one button, whole; what may
// be a command is not, and what was typed stays where it is when it could not be.
func TestBrowserOffersALongPasteAsAFile(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	for _, kind := range forms("open", "sealed") {
		t.Run(kind, func(t *testing.T) {
			link := s.RoomURL("long")
			var page *e2e.Page
			if kind == "sealed" {
				page, link = openSealed(t, s.URL)
			} else {
				page = e2e.Open(t, link)
				page.WaitFor("You are")
			}
			h := at(t, page)
			bert := deskAt(t, e2e.Open(t, link))
			bert.WaitFor("You are")

			long := strings.TrimSuffix(strings.Repeat("a line of some length, and more of it\n", 60), "\n")
			h.click("#message")
			h.paste("short")
			h.press(e2e.Enter)
			h.WaitFor("short")
			if there := h.Evaluate(`String(document.getElementById("as-file"))`); there != "null" {
				t.Error("what fits can be offered as a file")
			}
			h.paste("/msg somebody a secret\n" + long)
			h.says("#as-file", "Offer it as a file, paste.txt")
			h.click("#as-file")
			h.says("#problem", "A line of it is a command, so it was not offered to everybody.")
			h.script(`document.getElementById("message").select()`)
			h.paste(long)
			h.press(e2e.Enter)
			h.says("#problem", "Too long for one message")
			h.WaitUntil(`document.getElementById("as-file").checkVisibility()`)
			h.click("#as-file")
			h.WaitUntil(`document.getElementById("message").value === "" && !document.getElementById("as-file").checkVisibility() && document.activeElement.id === "message"`)
			h.WaitFor("paste.txt", "Nobody takes it yet")
			bert.takes("paste.txt")
			if got := bert.save("paste.txt"); string(got) != long {
				t.Errorf("%d bytes were saved, not the %d that were pasted", len(got), len(long))
			}
		})
	}
}
