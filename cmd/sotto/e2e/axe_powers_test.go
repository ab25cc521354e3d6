//go:build e2e

package e2e_test

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// What governs a room has no violation either, in each of its states: on a desk in
// light, and on a phone in dark. A server that says what the test wants brings them
// about.
func TestNoAxeViolationInPowers(t *testing.T) {
	axe := axeSource(t)
	s := e2e.Start(t, "--say-rate=0")
	type look struct {
		scheme        string
		width, height int64
	}
	for _, look := range forms(look{"light", 1280, 800}, look{"dark", 390, 844}) {
		t.Run(look.scheme, func(t *testing.T) {
			hostile := e2e.NewHostile(t, s)
			page := at(t, e2e.Open(t, "about:blank"))
			if _, err := chromedp.Call(page.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: look.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
				}}); err != nil {
				t.Fatal(err)
			}
			page.Do(chromedp.EmulateViewport(look.width, look.height))
			check := func(state string) {
				t.Helper()
				if found := page.Evaluate(violations); found != "" {
					t.Errorf("%s:\n%s", state, found)
				}
				page.WaitUntil(`document.documentElement.scrollWidth <= innerWidth`)
			}
			room := "powers-" + look.scheme
			open := func(ready string) {
				t.Helper()
				page.Do(chromedp.Navigate(hostile.URL + "/r/" + room))
				page.WaitUntil(ready)
				page.Do(chromedp.Evaluate[chromedp.Void](axe + "; undefined"))
			}
			dialog := func(id, click string) {
				t.Helper()
				page.script(click)
				page.WaitUntil(`document.getElementById("` + id + `")?.open`)
				check(id)
				page.script(`document.getElementById("` + id + `").close()`)
				page.WaitUntil(`!document.getElementById("` + id + `")`)
			}
			command := func(line string) string {
				return `(() => { const field = document.getElementById("message"); field.value = "` + line + `"; field.form.requestSubmit(); })()`
			}

			open(`document.body.innerText.includes("You made this room")`)
			you := page.Evaluate(`document.querySelector("#members div.who").dataset.member`)
			anna, _ := s.Join(t, room, "anna")
			page.WaitUntil(`document.querySelector("#members summary")`)
			other := page.Evaluate(`document.querySelector("#members details").dataset.member`)
			anna.Say("hello")
			member := func(id string, fields e2e.Frame) e2e.Frame {
				m := e2e.Frame{"id": id, "nick": "wren", "via": "web"}
				for key, value := range fields {
					m[key] = value
				}
				return m
			}
			hostile.Inject(
				e2e.Frame{"t": "rules", "seq": 0.0, "from": e2e.Frame{"id": other, "nick": "anna"}, "rules": e2e.Frame{"door": "knock", "slow": 30, "quiet": true, "fade": 600, "links": false}},
				e2e.Frame{"t": "muted", "seq": 0.0, "member": member(other, e2e.Frame{"muted": true}), "for": 600},
				e2e.Frame{"t": "knocking", "knock": "k1", "nick": "quiet-otter", "text": "it is me, from work"},
				e2e.Frame{"t": "knocking", "knock": "k2", "nick": "mia"})
			page.WaitUntil(`document.querySelectorAll("#knocks li").length === 2 && [...document.querySelectorAll(".governed")].filter((e) => e.textContent).length === 2`)
			check("rules, and two at the door")
			const rules = `document.getElementById("rules-button").click()`
			dialog("rules", rules)
			dialog("key", command("/key"))
			dialog("burning", command("/burn"))
			page.script(`if (innerWidth < 896) document.getElementById("people-button").click(); document.querySelector("#members summary").click()`)
			page.WaitUntil(`document.querySelector("#members [data-does=remove]")`)
			check("what a host may do with somebody")
			dialog("removing", `document.querySelector("#members [data-does=remove]").click()`)
			page.script(`if (innerWidth < 896) document.getElementById("people-close").click()`)

			hostile.Inject(e2e.Frame{"t": "host", "seq": 0.0, "member": member(you, nil)})
			page.WaitUntil(`document.getElementById("message").placeholder === "Only hosts speak now"`)
			check("a quiet room")
			dialog("rules", rules)
			hostile.Inject(e2e.Frame{"t": "muted", "seq": 0.0, "member": member(you, e2e.Frame{"muted": true}), "for": 600})
			page.WaitUntil(`document.getElementById("message").placeholder === "You are muted"`)
			check("muted")

			hostile.Inject(e2e.Frame{"t": "vote", "seq": 0.0, "member": member(other, nil), "ends": float64(time.Now().Add(time.Minute).UnixMilli()), "needed": 3})
			page.WaitUntil(`!document.getElementById("vote").hidden`)
			check("a vote for others to answer")
			page.WaitUntil(`/wren.*have to agree/.test(document.querySelector("#vote p").textContent)`)
			page.script(`{ const now = Date.now; Date.now = () => now() + 180_000; }`) // so this page has been here long enough
			hostile.Inject(
				e2e.Frame{"t": "vote", "seq": 0.0, "member": member(other, nil), "over": true},
				e2e.Frame{"t": "vote", "seq": 0.0, "member": member(other, nil), "ends": float64(time.Now().Add(4 * time.Minute).UnixMilli()), "needed": 3})
			page.WaitUntil(`document.querySelector("#vote .buttons").checkVisibility()`)
			check("a vote to answer")
			page.click(`#vote [data-answer="no"]`)
			page.WaitUntil(`document.querySelector('#vote [data-answer="no"]').ariaPressed === "true" || document.querySelector("#vote .buttons").hidden`)
			check("a vote that was answered")
			hostile.Inject(e2e.Frame{"t": "leapt", "wseq": 1.0, "at": float64(time.Now().UnixMilli()), "from": e2e.Frame{"id": other, "nick": "anna"}, "room": "lusab-babad-gutih-tugad-mufaz"})
			page.WaitUntil(`document.querySelector("#leapt .buttons")?.checkVisibility()`)
			check("somebody asks to be followed")

			for _, code := range []string{"removed", "denied", "burned"} {
				open(`document.documentElement.dataset.phase === "open"`)
				hostile.Inject(e2e.Frame{"t": "bye", "code": code, "message": "No.", "retry": false, "why": "spam"})
				hostile.Cut()
				page.WaitUntil(`document.querySelector("#door[data-page=` + code + `]")`)
				check(code)
			}
			for _, code := range []string{"locked", "knock"} {
				hostile.ToPage(func(f e2e.Frame) []e2e.Frame {
					if f.Type() != "welcome" {
						return nil
					}
					return []e2e.Frame{{"t": "error", "code": code, "message": "No."}}
				})
				open(`document.querySelector("#door[data-page=` + code + `]")`)
				check(code)
			}
			hostile.ToPage(func(f e2e.Frame) []e2e.Frame {
				if f.Type() != "welcome" {
					return nil
				}
				return []e2e.Frame{{"t": "waiting", "room": room, "ahead": 2}}
			})
			page.script(`document.getElementById("knock").click()`)
			page.WaitUntil(`document.querySelector("#door[data-page=waiting]")?.innerText.includes("2 people wait before you")`)
			check("waiting at the door")
		})
	}
}
