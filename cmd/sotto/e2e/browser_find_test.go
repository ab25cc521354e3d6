//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sotto/cmd/sotto/e2e"
)

// What the page holds is searched by its own search: folds open for a hit, hits are
// counted and marked as the room goes on, and one comes back to where one was. Once more,
// Ctrl-F is the browser's.
func TestBrowserFinds(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	dora, _ := s.Join(t, "den", "dora")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are", "dora")
	for i := range 60 {
		dora.Say(fmt.Sprintf("build %d with an <b>Otter</b> and [x](javascript:alert(1)) https://otter.example/%d", i, i))
	}
	dora.AwaitSaid("build 59 with an <b>Otter</b> and [x](javascript:alert(1)) https://otter.example/59")
	dora.Say("a **bad** badger\n```go\nvar otter int\n```")
	h.WaitFor("badger", "more from dora")

	const scroller = `document.getElementById("scroller")`
	markup := `document.getElementById("timeline").innerHTML.replace(/ (open|style|class)="[^"]*"/g, "")`
	h.press("f", chromedp.ModifierCtrl)
	h.WaitUntil(`document.activeElement.id === "find-field"`)
	before := h.Evaluate(markup)
	h.script(`window.passed = []; addEventListener("keydown", (event) => { if (event.key === "f") passed.push(event.defaultPrevented); })`)
	h.press("f", chromedp.ModifierCtrl)
	h.WaitUntil(`passed.length === 1 && !passed[0]`)

	h.press("oTTer")
	h.says(".find-count", "1 of 61")
	h.press(kb.Enter)
	h.says(".find-count", "2 of 61")
	h.says("#find [role=status]", "2 of 61. dora: build 59")
	h.WaitUntil(`CSS.highlights.get("found-here").size === 2 && CSS.highlights.get("found").size > 0`)
	h.WaitUntil(`[...CSS.highlights.get("found-here")].map(String).join() === "Otter,otter"`)
	// Words run on from what is bold into what is not; it is their own fold that opens.
	h.script(`document.getElementById("find-field").value = "build 30 "; document.getElementById("find-field").dispatchEvent(new Event("input"))`)
	h.says(".find-count", "1 of 1")
	h.WaitUntil(`document.querySelector("details.burst").open`)
	h.WaitUntil(inView(`[...CSS.highlights.get("found-here")][0]?.startContainer.parentElement`))
	if after := h.Evaluate(markup); after != before {
		t.Error("marking changed what is in the page")
	}

	h.script(`document.getElementById("find-field").select()`)
	h.press("bad badger")
	h.says(".find-count", "1 of 1")
	dora.Say("another bad BADGER")
	h.says(".find-count", "2 of 2")
	dora.AwaitSaid("another bad BADGER")
	seq := dora.Seen[len(dora.Seen)-1]["seq"]
	dora.Send(e2e.Frame{"t": "retract", "re": seq})
	h.says(".find-count", "1 of 1")
	h.press(kb.Escape)
	h.WaitUntil(`document.getElementById("find").hidden && document.activeElement.id === "message" && CSS.highlights.get("found-here").size === 0`)
	h.WaitUntil(scroller + `.scrollHeight - ` + scroller + `.scrollTop - ` + scroller + `.clientHeight < 2`)

	// Whoever was reading further up comes back to there; the cross stays at the hit.
	h.script(scroller + `.scrollTop = 200`)
	h.WaitUntil(`!document.getElementById("below").hidden`)
	h.Say("/find bad")
	h.says(".find-count", "1 of 1")
	h.press(kb.Escape)
	h.WaitUntil(`document.getElementById("find").hidden`)

	if _, err := chromedp.Call(h.Ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 740, Mobile: true}); err != nil {
		t.Fatal(err)
	}
	h.click("#people-button")
	h.click("#find-button")
	h.WaitUntil(`document.activeElement.id === "find-field" && document.getElementById("people").dataset.open === "false"`)
	h.press("otter")
	h.says(".find-count", "1 of 61")
	h.click(`.find-go`)
	h.says(".find-count", "2 of 61")
	h.click("#find .close")
	h.WaitUntil(`document.getElementById("find").hidden && document.activeElement.textContent.includes("build 59")`)
}
