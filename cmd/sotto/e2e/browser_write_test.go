//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sotto/cmd/sotto/e2e"
)

const escape = kb.Escape

func contains(text, part string) bool { return strings.Contains(text, part) }

// write: input methods, line breaks, your own history, completion, texts that are
// too long, and errors that give back what was typed.
func write(t *testing.T, s *story) {
	h := s.bert
	h.Do(chromedp.Focus(chromedp.CSS("#message")))

	// An Enter that chooses what an input method proposes sends nothing.
	if _, err := chromedp.Call(h.Ctx, input.ImeSetComposition, input.ImeSetCompositionParams{Text: "にほn", SelectionStart: 3, SelectionEnd: 3}); err != nil {
		t.Fatal(err)
	}
	h.draft("にほn")
	for _, event := range []string{`isComposing: true`, `keyCode: 229`} { // as browsers say it, and as Safari does
		h.script(`document.getElementById("message").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ` + event + `, bubbles: true, cancelable: true}))`)
	}
	h.draft("にほn")
	h.paste("日本")
	h.draft("日本")
	h.press(e2e.Enter)
	s.anna.WaitFor("日本")
	h.settled()

	// Shift-Enter breaks the line and the field grows.
	height := h.Evaluate(`String(document.getElementById("message").offsetHeight)`)
	h.press("above")
	h.press(e2e.Enter, chromedp.ModifierShift)
	h.press("below")
	h.draft("above\nbelow")
	h.WaitUntil(`document.getElementById("message").offsetHeight > ` + height)
	h.press(e2e.Enter)
	s.carl.WaitUntil(`[...document.querySelectorAll(".text")].some((e) => e.innerText.trim() === "above\nbelow")`)
	h.settled()

	// Your own lines come back, and leave the draft alone.
	h.press("a draft")
	h.press(kb.ArrowUp)
	h.draft("above\nbelow")
	h.press(kb.ArrowUp)
	h.press(kb.ArrowUp)
	h.draft("日本")
	for range 2 {
		h.press(kb.ArrowDown)
	}
	h.draft("a draft")
	h.script(`document.getElementById("message").value = ""`)

	// Commands, names and emoji are completed by keys.
	option := `#completion:not([hidden]) [role=option]`
	h.press("@an")
	h.says(option, "anna")
	h.press(kb.Tab)
	h.WaitUntil(`/^@?anna\W/.test(document.getElementById("message").value) && document.getElementById("completion").hidden`)
	h.press("look :tad")
	h.says(option, "🎉")
	h.press(e2e.Enter)
	h.WaitUntil(`document.getElementById("message").value.includes("look 🎉")`)
	h.press(e2e.Enter)
	s.anna.WaitFor("look")
	h.settled()
	h.press("`:tada:` :tada: :TADA: 12:100:")
	h.draft("`:tada:` 🎉 🎉 12:100:")
	h.script(`document.getElementById("message").value = ""`)
	h.press("/topi")
	h.says(option, "/topic")
	h.press(kb.Tab)
	h.draft("/topic ")
	h.press("what the story is about" + e2e.Enter)
	s.carl.says("#topic", "what the story is about")
	h.settled()

	// Many lines that are pasted are one message; too many are told, and kept.
	h.paste("first\nsecond\nthird")
	h.press(e2e.Enter)
	s.carl.WaitUntil(`[...document.querySelectorAll(".text")].some((e) => e.innerText.trim() === "first\nsecond\nthird")`)
	h.settled()
	for _, tooMuch := range []string{strings.Repeat("x", 4001), strings.TrimSuffix(strings.Repeat("y\n", 41), "\n")} {
		h.paste(tooMuch)
		h.says("#counter.over", "Too")
		h.press(e2e.Enter)
		h.says("#problem", "Too")
		h.draft(tooMuch)
		h.script(`document.getElementById("message").value = ""`)
	}

	// A link's parts stand in the order in which they lead, whatever is around it.
	h.paste("مرحبا https://example.org/a/b-1/?c=2#d/ ثم `rm -rf /x/1` الآن")
	h.press(e2e.Enter)
	s.carl.WaitUntil(`(() => {
		const texts = [...document.querySelectorAll(".text a[href*='?c=2'], .text code")].map((e) => e.firstChild).filter((node) => node?.data);
		return texts.length >= 2 && texts.every((text) => {
			const left = [...text.data].map((_, i) => {
				const range = document.createRange();
				range.setStart(text, i);
				range.setEnd(text, i + 1);
				return range.getBoundingClientRect().left;
			});
			return left.every((x, i) => i === 0 || x > left[i - 1]);
		});
	})()`)
	h.settled()

	// What can't be done stays in the field, with the reason beside it.
	for typed, reason := range map[string]string{
		"/nick anna":         "taken",
		"/nickk anna":        "did you mean /nick",
		"/msg nobody psst":   "Nobody here is called nobody",
		"/join not a room":   "/join not-a-room?",
		"\n\n/msg nobody ah": "Nobody here is called nobody",

		"\u200e/msg nobody psst": "Nobody here is called nobody",
		"／ｍｓｇ　nobody　psst":       "Nobody here is called nobody",
		"> /msg anna psst":       "almost a command",
		"hello\n/msg anna psst":  "Line 2 begins with /msg",
	} {
		h.paste(typed)
		h.press(escape) // closes what is offered
		h.Do(chromedp.Focus(chromedp.CSS("#message")))
		h.press(e2e.Enter)
		h.says("#problem", reason)
		h.draft(typed)
		h.WaitUntil(`document.getElementById("message").getAttribute("aria-invalid") === "true"`)
		h.script(`document.getElementById("message").value = ""`)
	}
	if screen := s.anna.Screen(); contains(screen, "psst") || contains(screen, "nickk") {
		t.Errorf("what was refused was said:\n%s", screen)
	}
}

// Whoever sent a line, clicked elsewhere and types on loses no letter: without its
// slash, what was meant for one person would be said to all.
func TestTypingOnLosesNoLetter(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	h.press("a line" + e2e.Enter)
	h.settled()
	h.script(`document.activeElement.blur()`)
	h.press("/msg nobody psst")
	h.draft("/msg nobody psst")
}
