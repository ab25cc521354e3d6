//go:build e2e

package e2e_test

import (
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// What fades leaves the page: its document, what is typed in answer to it, what answers
// it, and its memory, which a snapshot of the heap is asked for.
func TestFadingLeavesThePage(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	hostile := e2e.NewHostile(t, s)
	page := at(t, e2e.Open(t, hostile.URL+"/r/den"))
	page.WaitFor("You made this room")
	anna, _ := s.Join(t, "den", "anna")
	anna.Say("the clock is right")
	page.WaitFor("the clock is right")
	page.Say("/host anna")
	page.WaitFor("anna is a host now")

	// The server says that it was said nearly a minute ago. It fades after a minute once
	// that is a rule, so it is there as long as it is to be answered.
	from := e2e.Frame{"id": page.Evaluate(`document.querySelector("#members details").dataset.member`), "nick": "anna"}
	soon := func() float64 { return float64(time.Now().Add(-57 * time.Second).UnixMilli()) }
	secret := "unforgettable" + "-words"
	hostile.Inject(e2e.Frame{"t": "said", "seq": 0.0, "at": soon(), "from": from, "text": secret})
	page.WaitFor(secret)
	answered := page.Evaluate(`[...document.querySelectorAll(".message")].at(-1).dataset.seq`)
	page.point(".message:last-of-type")
	page.click("[data-action=reply]")
	page.says("#replying", secret)
	anna.Send(e2e.Frame{"t": "rules", "fade": 60})
	page.says("#rules-line", "fades after a minute")
	page.WaitUntil(`![...document.querySelectorAll(".message")].some((e) => e.dataset.seq === "` + answered + `")`)
	page.WaitUntil(`document.getElementById("replying").hidden && !document.documentElement.outerHTML.includes("` + secret + `")`)

	// What comes after it is read as ever.
	anna.Say("still here")
	page.WaitFor("still here")

	heap := heapOf(t, page.Page)()
	if !strings.Contains(heap, "still here") {
		t.Fatal("the snapshot does not show what the page remembers")
	}
	if strings.Contains(heap, secret) {
		t.Error("the page's heap holds what has faded")
	}
}
