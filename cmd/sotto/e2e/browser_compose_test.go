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

// compose has a keyboard compose a word at the cursor, as most on phones do: it stands
// in the field and may become another.
func (h hands) compose(word string) {
	h.t.Helper()
	end := int64(len([]rune(word)))
	if _, err := chromedp.Call(h.Ctx, input.ImeSetComposition, input.ImeSetCompositionParams{Text: word, SelectionStart: end, SelectionEnd: end}); err != nil {
		h.t.Fatal(err)
	}
}

// What is offered goes by all that stands in the field, also while a keyboard composes
// it; what is chosen then takes its place, and Enter is the keyboard's own.
func TestOffersWhileComposing(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	for _, nick := range []string{"annie", "pia", "pit"} {
		s.Join(t, "den", nick)
	}
	h := phone(t, s.RoomURL("den"))
	h.WaitFor("You are")
	const options = `[...document.querySelectorAll("#completion:not([hidden]) [role=option] bdi")].map((e) => e.textContent).join()`
	offered := func(want string) {
		t.Helper()
		h.WaitUntil(options + ` === "` + want + `"`)
	}
	empty := func() {
		t.Helper()
		h.compose("")
		h.script(`document.getElementById("message").value = ""; document.getElementById("message").dispatchEvent(new Event("input"))`)
		h.WaitUntil(`document.getElementById("completion").hidden`)
	}
	h.tap("#message")
	h.focused("#message")

	for _, c := range []struct {
		typed    string
		composed []string
		offers   []string
		chosen   string
	}{
		{"@", []string{"p", "pi"}, []string{"@pia,@pit", "@pia,@pit"}, "@pia "},
		{"", []string{"@", "@pi"}, []string{"@annie,@pia,@pit", "@pia,@pit"}, "@pia "},
		{"＠", []string{"pi"}, []string{"@pia,@pit"}, "@pia "},
		{"look, ", []string{"@a"}, []string{"@annie"}, "look, @annie "},
		{"/msg ", []string{"p", "pi"}, []string{"pia,pit", "pia,pit"}, "/msg pia "},
		{"/help ", []string{"p", "pri"}, []string{"poll,privacy", "privacy"}, "/help privacy"},
		{"/", []string{"ni", "nic"}, []string{"/nick", "/nick"}, "/nick "},
		{"", []string{"／ni"}, []string{"/nick"}, "/nick "},
		{":", []string{"ta", "tad"}, []string{"", "🎉"}, "🎉 "},
	} {
		if c.typed != "" {
			h.paste(c.typed)
		}
		for i, word := range c.composed {
			h.compose(word)
			if c.offers[i] != "" {
				offered(c.offers[i])
			}
		}
		h.tap("#completion [role=option]")
		h.draft(c.chosen)
		h.paste("x") // the keyboard goes on behind it
		h.draft(c.chosen + "x")
		empty()
	}

	// A word that is taken back or becomes another is offered for anew, and so is what
	// stands there when the keyboard is done.
	h.paste("/msg ")
	h.compose("pi")
	offered("pia,pit")
	h.compose("")
	offered("annie,pia,pit")
	h.compose("x")
	h.WaitUntil(`document.getElementById("completion").hidden`)
	h.compose("an")
	offered("annie")
	h.paste("pi") // the keyboard's own choice
	h.draft("/msg pi")
	offered("pia,pit")
	empty()

	// Enter, while a word is composed, neither sends nor chooses.
	h.paste("@")
	h.compose("pi")
	offered("@pia,@pit")
	h.script(`document.getElementById("message").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))`)
	h.draft("@pi")
	offered("@pia,@pit")
	h.paste("pi")
	h.press(e2e.Enter)
	h.draft("@pia ")
}

// Enter takes no name that nobody typed a letter of, nor chose by a key: it sends, or says
// what is missing.
func TestEnterTakesNothingUntyped(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	annie, _ := s.Join(t, "den", "annie")
	pia, _ := s.Join(t, "den", "pia")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	annie.Say("the older one")
	h.WaitFor("the older one")
	pia.Say("the newest one")
	h.WaitFor("the newest one")
	const option = "#completion:not([hidden]) [role=option]"

	h.press("/react :tad")
	h.says(option, "🎉")
	h.press(e2e.Enter)
	h.draft("/react 🎉 ")
	h.says(option, "annie")
	h.WaitUntil(`!document.querySelector("#completion [aria-selected=true]")`)
	h.press(e2e.Enter)
	h.draft("")
	h.WaitUntil(`document.querySelector(".chip")?.closest(".message").textContent.includes("the newest one")`)

	h.press("/ignore ")
	h.says(option, "annie")
	h.press(e2e.Enter)
	h.WaitFor("You ignore nobody")

	h.press("/msg ")
	h.says(option, "annie")
	h.press(e2e.Enter)
	h.says("#problem", "/msg needs")
	h.script(`document.getElementById("message").value = ""`)

	// What an arrow key chose, or a letter, is taken; Tab takes the first.
	for _, c := range []struct{ keys, want string }{
		{kb.ArrowDown + e2e.Enter, "/msg annie "},
		{kb.ArrowUp + e2e.Enter, "/msg pia "},
		{kb.Tab, "/msg annie "},
		{"p" + e2e.Enter, "/msg pia "},
	} {
		h.press("/msg ")
		h.says(option, "annie")
		if strings.HasPrefix(c.keys, "p") {
			h.press("p")
			h.WaitUntil(`document.querySelector("` + option + `").textContent.includes("pia")`)
			c.keys = c.keys[1:]
		}
		h.press(c.keys)
		h.draft(c.want)
		h.script(`document.getElementById("message").value = ""; document.getElementById("message").dispatchEvent(new Event("input"))`)
	}
}
