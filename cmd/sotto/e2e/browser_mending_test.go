//go:build e2e

package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sotto/cmd/sotto/e2e"
)

// awaitReacted waits until somebody hears of a reaction.
func awaitReacted(s *e2e.Socket, emoji string, on bool) {
	s.AwaitFrame("reacted "+emoji, func(f e2e.Frame) bool {
		return f.Type() == "reacted" && f["emoji"] == emoji && f["on"] == on
	})
}

// Reacting, choosing, changing and taking back by keys alone.
func TestMendingByKeys(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	k := keyboard{at(t, e2e.Open(t, s.RoomURL("den")))}
	k.WaitFor("You are")
	anna.Say("we ship at noon")
	anna.Send(e2e.Frame{"t": "say", "text": "lunch?", "options": []string{"pizza", "soup", "nothing"}})
	k.says(".option", "nothing")
	anna.Say("that is all")
	k.WaitFor("that is all")

	// The picker: from a chosen message by +, searched by words, closed by Escape and Enter.
	escape := kb.Escape
	k.press(escape)
	k.focused(".message")
	k.press(kb.ArrowUp)
	k.press(kb.ArrowUp)
	k.WaitUntil(`document.activeElement.querySelector(".text").textContent === "we ship at noon"`)
	k.press("+")
	k.focused("#picker input")
	k.press(escape)
	k.WaitUntil(`document.activeElement.matches(".message") && !document.getElementById("picker")`)
	k.press("+")
	k.focused("#picker input")
	k.press("party pop")
	k.says("#picker .cell", "🎉")
	k.press(kb.Enter)
	awaitReacted(anna, "🎉", true)
	k.says(`.chip[aria-pressed="true"]`, "🎉")
	k.focused(".message")
	if label := k.Evaluate(`document.querySelector(".chip").getAttribute("aria-label")`); label != "1 🎉: you" {
		t.Errorf("the reaction is read as %q", label)
	}

	// Through the picker by arrows: what was used is there first; the groups are near.
	k.press("+")
	k.focused("#picker input")
	k.press(kb.ArrowDown)
	k.WaitUntil(`document.activeElement.textContent === "🎉"`)
	k.press(kb.ArrowDown)
	k.press(kb.ArrowRight)
	k.press(kb.PageDown)
	k.press(kb.ArrowUp)
	k.press(kb.End)
	k.press(kb.Home)
	chosen := k.Evaluate(`document.activeElement.textContent`)
	k.press(kb.Enter)
	awaitReacted(anna, chosen, true)
	k.WaitUntil(`document.querySelectorAll(".chip[data-emoji]").length === 2`)

	// A reaction is a button: the same again takes it off, and the focus stays near.
	k.tabTo(`.chip[data-emoji='🎉']`)
	k.press(kb.Enter)
	awaitReacted(anna, "🎉", false)
	k.WaitUntil(`document.querySelectorAll(".chip[data-emoji]").length === 1`)
	k.focused(".chip")

	// A poll is chosen in by its number.
	k.press(escape)
	k.press(escape)
	k.press(kb.ArrowUp)
	k.WaitUntil(`document.activeElement.querySelector(".text").textContent === "lunch?"`)
	k.press("2")
	awaitReacted(anna, "2", true)
	k.says(`.option[aria-pressed="true"]`, "soup")
	k.press("3")
	k.WaitUntil(`document.querySelectorAll('.option[aria-pressed="true"]').length === 2`)

	// The newest of your own is changed from the empty field, and not by Escape.
	k.press(escape)
	k.focused("#message")
	k.press("thsi is mine" + kb.Enter)
	k.settled()
	k.press(kb.ArrowUp)
	k.draft("thsi is mine")
	k.says("#replying", "Changing")
	k.press(escape)
	k.draft("")
	k.WaitUntil(`document.getElementById("replying").hidden`)
	k.press(kb.ArrowUp)
	k.press("a", chromedp.ModifierCtrl)
	k.press("this is mine" + kb.Enter)
	anna.AwaitFrame("amended", func(f e2e.Frame) bool { return f.Type() == "amended" && f.Text() == "this is mine" })
	k.says(".message.mine .text", "this is mine (changed)")
	k.settled()

	// It can be said again, too: up once more leaves the change.
	k.press(kb.ArrowUp)
	k.draft("this is mine")
	k.press(kb.ArrowUp)
	k.WaitUntil(`document.getElementById("replying").hidden && document.getElementById("message").value === "this is mine"`)
	k.press("a", chromedp.ModifierCtrl)
	k.press(kb.Backspace)

	// It is taken back from where it was chosen, after a question whose answer is no at first.
	k.press(escape)
	k.press(kb.ArrowUp)
	k.press(kb.ArrowDown)
	k.WaitUntil(`document.activeElement.matches(".mine")`)
	k.press(kb.Delete)
	k.WaitUntil(`document.activeElement.textContent === "Leave it"`)
	k.press(kb.Enter)
	k.WaitUntil(`document.activeElement.matches(".message.mine")`)
	k.press(kb.Delete)
	k.WaitUntil(`document.activeElement.textContent === "Leave it"`)
	k.tab()
	k.press(kb.Enter)
	anna.Await("retracted")
	k.says(".gone", "took this back")
	k.focused(".message")
}

// hold keeps a finger on an element for as long as it takes to mean it.
func (h hands) hold(selector string) {
	h.t.Helper()
	x, y := h.centre(selector)
	if _, err := chromedp.Call(h.Ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{
		Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: x, Y: y}}}); err != nil {
		h.t.Fatal(err)
	}
	h.WaitUntil(`document.getElementById("message-sheet")?.open`)
	if _, err := chromedp.Call(h.Ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{
		Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}}); err != nil {
		h.t.Fatal(err)
	}
}

// The same by one finger: one that stays on a message gets a sheet.
func TestMendingByTouch(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	h := phone(t, s.RoomURL("den"))
	h.WaitFor("You are")
	h.WaitUntil(`document.querySelector('link[rel=modulepreload][href$="/view/actions.js"]')`)
	anna.Say("we ship at noon")
	anna.Send(e2e.Frame{"t": "say", "text": "lunch?", "options": []string{"pizza", "soup"}})
	h.says(".option", "soup")
	sheet := func(message, button string) {
		t.Helper()
		h.script(`[...document.querySelectorAll(".message")].find((e) => e.textContent.includes("` + message + `")).setAttribute("id", "held")`)
		h.hold("#held .text")
		h.script(`[...document.querySelectorAll("#message-sheet button")].find((e) => e.textContent === "` + button + `").setAttribute("id", "wanted")`)
		h.tap("#wanted")
		h.WaitUntil(`!document.getElementById("message-sheet")`)
		h.script(`document.getElementById("held")?.removeAttribute("id")`)
	}
	large := func(what string) {
		t.Helper()
		if small := h.Evaluate(`[...document.querySelectorAll("button, .cell")].filter((e) => e.checkVisibility() && !e.closest("[inert]")).map((e) => [e.getBoundingClientRect(), e])
			.filter(([box]) => box.width > 1 && (box.width < 24 || box.height < 24)).map(([, e]) => e.outerHTML).join("\n")`); small != "" {
			t.Errorf("%s: too small for a finger:\n%s", what, small)
		}
		h.WaitUntil(`document.documentElement.scrollWidth <= innerWidth`)
	}

	sheet("we ship", "👍")
	awaitReacted(anna, "👍", true)
	h.says(`.chip[aria-pressed="true"]`, "👍")
	large("a reaction")
	h.tap(`.chip[data-emoji="👍"]`)
	awaitReacted(anna, "👍", false)
	h.WaitUntil(`!document.querySelector(".chips")`)

	// The picker, without a keyboard in front of it; a group, a tone, an emoji.
	sheet("we ship", "+")
	h.WaitUntil(`document.getElementById("picker")?.open && document.activeElement.tagName !== "INPUT"`)
	large("the picker")
	h.tap(`#picker .groups [data-group="1"]`)
	h.says("#picker .cell", "👋")
	h.tap(`#picker .tones [data-tone="2"]`)
	h.says("#picker .cell", "👋🏽")
	h.script(`[...document.querySelectorAll("#picker .cell")].find((e) => e.textContent === "👋🏽").setAttribute("id", "wanted")`)
	h.tap("#wanted")
	awaitReacted(anna, "👋🏽", true)
	h.WaitUntil(`!document.getElementById("picker")`)

	h.tap(".option")
	awaitReacted(anna, "1", true)
	h.says(`.option[aria-pressed="true"]`, "pizza")

	h.tap("#message")
	h.paste("by a thumb")
	h.tap("#send")
	h.says(".message.mine .text", "by a thumb")
	sheet("by a thumb", "Change")
	h.draft("by a thumb")
	h.paste("nail")
	h.tap("#send")
	h.says(".message.mine .text", "by a thumbnail (changed)")
	h.settled()
	sheet("by a thumbnail", "Take back")
	h.WaitUntil(`document.getElementById("retract")?.open`)
	large("a question")
	h.tap("#retract button:last-child")
	anna.Await("retracted")
	h.says(".gone", "took this back")
}

// heapOf is what the page's memory holds, after what nothing holds any more has left it.
func heapOf(t *testing.T, page *e2e.Page) func() string {
	t.Helper()
	var mu sync.Mutex
	var heap strings.Builder
	if err := chromedp.Listen(page.Ctx, func(event any) {
		if chunk, ok := event.(*heapprofiler.EventAddHeapSnapshotChunk); ok {
			mu.Lock()
			heap.WriteString(chunk.Chunk)
			mu.Unlock()
		}
	}); err != nil {
		t.Fatal(err)
	}
	return func() string {
		t.Helper()
		mu.Lock()
		heap.Reset()
		mu.Unlock()
		for range 2 { // the first collects what nothing holds any more
			if _, err := chromedp.Call(page.Ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := chromedp.Call(page.Ctx, heapprofiler.TakeHeapSnapshot, heapprofiler.TakeHeapSnapshotParams{}); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		return heap.String()
	}
}

// A change that cannot be made any more is not lost without a word, and the rest of it
// does not become words of its own by the Enter that was meant for it.
func TestChangeThatIsNoMore(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	writer := at(t, e2e.Open(t, s.RoomURL("den")))
	writer.WaitFor("You are")
	change := func(words, more string) {
		writer.press(words + kb.Enter)
		writer.WaitFor(words)
		writer.settled()
		writer.press(kb.ArrowUp)
		writer.says("#replying", words)
		writer.press(more)
	}
	change("we ship at noon", ", or")
	anna.Send(e2e.Frame{"t": "retract", "re": anna.AwaitSaid("we ship at noon")["seq"]})
	writer.WaitFor("What you were changing was taken back, and what you typed of it is gone.")
	writer.press("later" + kb.Enter)
	writer.says("#problem", "Send again to say this as words of its own.")
	writer.press(kb.Enter)
	anna.AwaitSaid("later")
}

// What was taken back leaves the page of whoever said it and of whoever read it: the
// document, what answers it, what is typed in answer to it, what was read aloud, what can
// be called back, and the memory, which a snapshot of the heap is asked for.
func TestTakenBackLeavesThePage(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	writer := at(t, e2e.Open(t, s.RoomURL("den")))
	writer.WaitFor("You are")
	reader := at(t, e2e.Open(t, s.RoomURL("den")))
	reader.says("#announcer", "You are")

	first, second := "unforgettable"+"-words", "ineffaceable"+"-words"
	writer.press(first + kb.Enter)
	reader.WaitFor(first)
	writer.settled()
	seq := anna.AwaitSaid(first)["seq"]
	anna.Send(e2e.Frame{"t": "react", "re": seq, "emoji": "👍", "on": true})
	anna.Send(e2e.Frame{"t": "say", "text": "an answer", "re": seq})
	reader.says("#announcer", first)
	writer.press(kb.ArrowUp)
	writer.press("a", chromedp.ModifierCtrl)
	writer.press(second + kb.Enter)
	reader.says(".re", second)
	writer.settled()
	reader.says("#announcer", "changed")
	reader.script(`[...document.querySelectorAll(".message")].find((e) => e.textContent.includes("` + second + `")).focus()`)
	reader.WaitUntil(`document.activeElement.querySelector("#actions")`)
	reader.press(kb.Enter)
	reader.says("#replying", second)

	writer.script(`[...document.querySelectorAll(".message")].find((e) => e.textContent.includes("` + second + `")).focus()`)
	writer.WaitUntil(`document.querySelector("[data-action=retract]:not([hidden])")`)
	writer.script(`document.querySelector("[data-action=retract]").click()`)
	writer.WaitUntil(`document.getElementById("retract")?.open`)
	writer.script(`document.querySelector("#retract button:last-child").click()`)
	for _, page := range []hands{writer, reader} {
		page.says(".gone", "took this back")
		page.says(".re", "(taken back)")
		page.WaitUntil(`!["` + first + `", "` + second + `"].some((e) => document.documentElement.outerHTML.includes(e))`)
	}
	reader.WaitUntil(`document.getElementById("replying").hidden`)
	reader.says("#announcer", "took a message back")
	if chips := reader.Evaluate(`String(document.querySelectorAll(".chip").length)`); chips != "0" {
		t.Errorf("%s reactions to what is gone", chips)
	}
	anna.Say("still here")
	for name, page := range map[string]hands{"writer": writer, "reader": reader} {
		page.WaitFor("still here")
		snapshot := heapOf(t, page.Page)
		// Within ten seconds: a browser may hold what a key wrote a little longer than the page.
		var left []string
		for deadline := time.Now().Add(10 * time.Second); ; {
			heap := snapshot()
			if !strings.Contains(heap, "still here") {
				t.Fatal("the snapshot does not show what the page remembers")
			}
			left = slices.DeleteFunc([]string{first, second}, func(words string) bool { return !strings.Contains(heap, words) })
			if len(left) == 0 || time.Now().After(deadline) {
				break
			}
		}
		if len(left) > 0 {
			t.Errorf("the %s's heap holds what was taken back: %q", name, left)
		}
	}
}

// What was said in a room that one left stands there still, and nothing can be done with it
// any more but to copy it; what looks as if something could says why not.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	joined := anna.Await("joined")
	anna.Send(e2e.Frame{"t": "say", "text": "lunch?", "options": []string{"pizza", "soup"}})
	h.says(".option", "soup")
	h.Say("/react 🎉 anna")
	h.says(".chip", "🎉")
	h.Say("mine, of the den")
	h.WaitFor("mine, of the den")
	anna.Send(e2e.Frame{"t": "leap", "room": "hut", "to": []string{joined.Member()}})
	h.says("#leapt", "anna")
	h.Say("/go")
	h.WaitFor("whose words stay above", "in hut")
	h.WaitUntil(`document.documentElement.dataset.phase === "open"`)

	offered := `[...document.querySelectorAll("#actions button")].filter((e) => e.checkVisibility()).map((e) => e.dataset.action).join()`
	for _, message := range []string{".message.mine", ".message:not(.mine)"} {
		h.point(message + " .text")
		h.WaitUntil(`document.querySelector("` + message + ` #actions")`)
		if got := h.Evaluate(offered); got != "copy" {
			t.Errorf("with %s of the room left behind one is offered %s", message, got)
		}
	}

	told := 0
	for what, try := range map[string]func(){
		"a choice":   func() { h.click(".option") },
		"a reaction": func() { h.click(".chip[data-emoji]") },
		"another":    func() { h.script(`document.querySelector(".chip.add").click()`) },
		"Enter": func() {
			h.script(`document.querySelector(".message.mine").focus()`)
			h.press(kb.Enter)
		},
	} {
		try()
		told++
		h.WaitUntil(fmt.Sprintf(`[...document.querySelectorAll(".entry")].filter((e) => e.textContent.includes("was said in another room")).length === %d`, told))
		if t.Failed() {
			t.Fatalf("%s does nothing and says nothing", what)
		}
	}
}
