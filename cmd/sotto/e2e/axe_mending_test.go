//go:build e2e

package e2e_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// What becomes of what was said has no violation either, in each of its states: on a desk
// in light, on a phone in dark, and from right to left.
func TestNoAxeViolationInMending(t *testing.T) {
	axe := axeSource(t)
	s := e2e.Start(t, "--say-rate=0")
	type look struct {
		scheme, language string
		width, height    int64
	}
	for _, look := range forms(look{"light", "en", 1280, 800}, look{"light", "ar", 1280, 800}, look{"dark", "de", 390, 844}) {
		t.Run(look.scheme+" "+look.language, func(t *testing.T) {
			page := at(t, e2e.Open(t, "about:blank"))
			if _, err := chromedp.Call(page.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: look.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
				}}); err != nil {
				t.Fatal(err)
			}
			if _, err := chromedp.Call(page.Ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "a browser", AcceptLanguage: look.language}); err != nil {
				t.Fatal(err)
			}
			page.Do(chromedp.EmulateViewport(look.width, look.height))
			room := "mending-" + look.scheme + "-" + look.language
			page.Do(chromedp.Navigate(s.RoomURL(room)))
			page.WaitUntil(`document.documentElement.dataset.phase === "open" && document.documentElement.lang === "` + look.language + `"`)
			page.script(axe)
			check := func(state string) {
				t.Helper()
				if found := page.Evaluate(violations); found != "" {
					t.Errorf("%s:\n%s", state, found)
				}
				page.WaitUntil(`document.documentElement.scrollWidth <= innerWidth`)
			}

			anna, _ := s.Join(t, room, "anna")
			bert, _ := s.Join(t, room, "bert")
			said := func(text string) any { return bert.AwaitSaid(text)["seq"] }
			anna.Say("we ship at noon")
			ship := said("we ship at noon")
			for _, emoji := range []string{"👍", "🎉", "👀", "❤️", "😂", "🚀", "🙏", "🔥", "💯", "🐢", "🤔", "👎"} {
				bert.Send(e2e.Frame{"t": "react", "re": ship, "emoji": emoji, "on": true})
			}
			anna.Send(e2e.Frame{"t": "say", "text": "lunch?", "options": []string{"pizza", "soup"}})
			bert.Send(e2e.Frame{"t": "react", "re": said("lunch?"), "emoji": "1", "on": true})
			anna.Say("wrogn")
			anna.Send(e2e.Frame{"t": "amend", "re": said("wrogn"), "text": "wrong"})
			anna.Say("an insult")
			gone := said("an insult")
			bert.Send(e2e.Frame{"t": "say", "text": "an answer", "re": gone})
			anna.Send(e2e.Frame{"t": "retract", "re": gone})
			page.WaitUntil(`document.querySelector(".gone") && document.querySelector(".changed") && document.querySelectorAll(".option").length === 2 && document.querySelector(".chip")`)
			page.script(`document.querySelector(".chip").click(); document.querySelector(".option").click()`)
			page.WaitUntil(`document.querySelector('.chip[aria-pressed="true"]') && document.querySelector('.option[aria-pressed="true"]')`)
			check("what became of what was said")

			page.script(`document.querySelector(".chip").focus()`)
			page.WaitUntil(`document.querySelector(".message #actions")`)
			page.WaitUntil(`document.querySelector("#actions").getBoundingClientRect().left >= 0 && document.querySelector("#actions").getBoundingClientRect().right <= innerWidth`)
			check("who reacted, and what can be done")
			page.script(`document.querySelector("[data-action=react]").click()`)
			page.WaitUntil(`document.getElementById("picker")?.open && document.querySelector("#picker .cell")`)
			check("the picker")
			search := func(words string) {
				page.script(`{
					const field = document.querySelector("#picker input");
					field.value = "` + words + `";
					field.dispatchEvent(new Event("input"));
				}`)
			}
			search("heart")
			page.says("#picker .cell", "❤️")
			check("what the picker found")
			search("no such thing")
			page.WaitUntil(`!document.querySelector("#picker .cell")`)
			check("what it did not find")
			page.script(`document.getElementById("picker").close()`)

			page.Say("mine")
			page.says(".mine .text", "mine")
			page.script(`[...document.querySelectorAll(".message.mine")].at(-1).focus()`)
			page.WaitUntil(`document.querySelector(".mine #actions [data-action=amend]:not([hidden])")`)
			page.WaitUntil(`document.querySelector("#actions").getBoundingClientRect().left >= 0 && document.querySelector("#actions").getBoundingClientRect().right <= innerWidth`)
			check("what can be done with your own")
			page.script(`document.querySelector("[data-action=amend]").click()`)
			page.draft("mine")
			check("changing")
			page.script(`document.getElementById("stop-replying").click()`)
			page.draft("")
			page.script(`[...document.querySelectorAll(".message.mine")].at(-1).focus(); document.querySelector("[data-action=retract]").click()`)
			page.WaitUntil(`document.getElementById("retract")?.open`)
			check("taking back")
			page.script(`document.getElementById("retract").close()`)
			page.WaitUntil(`!document.getElementById("retract")`)

			// In voice: without a microphone, with one that is off, and that is on.
			page.script(`navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotAllowedError"); }`)
			page.Click("#voice-button")
			page.WaitUntil(`document.getElementById("voice")?.dataset.state === "in" && document.querySelector(".voice-mark")`)
			check("listening in voice")
			page.script(`navigator.mediaDevices.getUserMedia = async () => new AudioContext().createMediaStreamDestination().stream; document.getElementById("voice-microphone").click()`)
			page.WaitUntil(`!document.getElementById("voice-mute").hidden`)
			check("muted in voice")
			page.script(`document.getElementById("voice-settings").click()`)
			page.WaitUntil(`document.getElementById("voice-devices")?.open`)
			check("devices for voice")
			page.script(`document.getElementById("voice-devices").close(); document.getElementById("voice-mute").click()`)
			page.WaitUntil(`document.getElementById("voice-hold").disabled && !document.getElementById("voice-devices")`)
			check("talking")
			page.script(`document.getElementById("voice-leave").click()`)
			page.WaitUntil(`document.getElementById("voice").hidden`)

			if look.width < 400 {
				page.Do(chromedp.EmulateViewport(look.width, look.height, chromedp.EmulateMobile, chromedp.EmulateTouch))
				page.WaitUntil(`matchMedia("(pointer: coarse)").matches`)
				page.script(`document.querySelector(".chips").closest(".message").scrollIntoView()`)
				page.hold(".message:has(.chips) .text")
				check("a finger that stays")
			}
		})
	}
}
