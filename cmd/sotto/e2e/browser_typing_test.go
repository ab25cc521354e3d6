//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"sotto/cmd/sotto/e2e"
)

// What lets a key act on messages is fetched when it is first asked for. Whoever
// types on meanwhile goes on typing: the letters would act on somebody's message.
func TestTypingOnAfterEscape(t *testing.T) {
	s := e2e.Start(t)
	k := at(t, e2e.Open(t, s.URL+"/r/keys"))
	k.WaitFor("You are")
	k.press("one" + kb.Enter)
	k.WaitUntil(`document.querySelector("#timeline .message") !== null`)
	k.script(`{
		const field = document.getElementById("message");
		field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
		field.value = "w";
	}`)
	k.WaitUntil(`document.querySelector('link[rel="modulepreload"][href$="/actions.js"]') !== null`)
	k.press("hat")
	k.draft("what")
	k.focused("#message")
	k.press(kb.Escape)
	k.focused(".message")
}

// Whoever leaves the field by Escape out of habit, or clicks on a message or a button,
// and types on writes words: no letter of them is lost, or acts on anybody's message.
// Letters act on a message that an arrow key chose, and none ignores its author.
func TestLettersAreWords(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	gina, _ := s.Join(t, "den", "gina")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	gina.Say("hello there")
	h.WaitFor("hello there")
	h.script(`{
		const fresh = document.getElementById("message");
		globalThis.anew = () => { fresh.value = ""; fresh.focus(); };
	}`)
	untouched := func() {
		t.Helper()
		h.WaitUntil(`document.getElementById("replying").hidden && !document.querySelector("#members .ignored") && !document.body.innerText.includes("You ignore")`)
	}
	escapes := func() {
		h.press(escape)
		h.focused(".message")
	}
	for _, words := range []string{"it is fine", "what now", "really so", "cool", "xyz no", " no", "Why", "1 2"} {
		h.script(`anew()`)
		escapes()
		h.press(words)
		h.draft(words)
		untouched()
	}

	h.script(`anew()`)
	h.press("hello")
	escapes()
	h.press(" did you ice r")
	h.draft("hello did you ice r")
	h.press(e2e.Enter)
	gina.AwaitSaid("hello did you ice r")
	h.settled()
	untouched()

	// A click on a message, or on a button in it or elsewhere, is no choice of a letter.
	gina.Say(strings.TrimSuffix(strings.Repeat("row\n", 38), "\n"))
	for _, where := range []string{".text", ".more", ".jump", "#below"} {
		if where == ".jump" {
			gina.Send(e2e.Frame{"t": "say", "text": "mine", "re": gina.Seen[len(gina.Seen)-1]["seq"]})
		}
		h.script(`anew()`)
		if where == "#below" {
			h.script(`document.getElementById("scroller").scrollTop = 0`)
		}
		h.WaitUntil(`document.querySelector("` + where + `")?.checkVisibility()`)
		h.click(where)
		h.press("what is it")
		h.draft("what is it")
		untouched()
	}

	// What arrow keys chose, letters act on; what they don't know is typed.
	h.script(`anew()`)
	escapes()
	h.press(kb.Home)
	h.press("w")
	h.draft("/msg gina ")
	// Whom a draft was for, in whatever signs, is no part of its words.
	for draft, want := range map[string]string{"hello": "hello", "/msg bob x": "x", "／msg bob x": "x", "/MSG  bob x": "x", "//x": "/x"} {
		h.script(`anew(); document.getElementById("message").value = "` + draft + `"`)
		escapes()
		h.press(kb.Home)
		h.press("w")
		h.draft("/msg gina " + want)
		h.focused("#message")
	}
	h.script(`anew()`)
	escapes()
	h.press(kb.Home)
	h.press("i am here")
	h.draft("i am here")
	untouched()
	h.script(`anew()`)
	escapes() // what was chosen before is not chosen now
	h.press("ready")
	h.draft("ready")
	untouched()
	h.script(`anew()`)
	escapes()
	h.press(kb.Home)
	h.press("r")
	h.says("#replying", "hello there")
}
