//go:build e2e

package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sotto/cmd/sotto/e2e"
)

// axeCore is the checker of accessibility, as its npm package is named.
const axeCore = "axe-core@4.11.0"

// axeSource fetches the checker's source by npm.
func axeSource(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, words := range [][]string{
		{"npm", "pack", "--silent", "--ignore-scripts", axeCore},
		{"sh", "-c", "tar -xzf *.tgz package/axe.min.js"},
	} {
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", words, err, out)
		}
	}
	source, err := os.ReadFile(filepath.Join(dir, "package", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// violations is a JavaScript expression: what the checker finds, a line each.
const violations = `axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations
	.flatMap(({id, help, nodes}) => nodes.map(({html, failureSummary}) => id + ": " + help + "\n  " + html + "\n  " + failureSummary)).join("\n"))`

// Every page, in every state that a click leads to, has no violation of the
// rules that a program can check, in light and in dark.
func TestNoAxeViolation(t *testing.T) {
	axe := axeSource(t)
	s := e2e.Start(t, "--say-rate=0")
	for _, scheme := range forms("dark", "light") {
		t.Run(scheme, func(t *testing.T) {
			page := e2e.Open(t, "about:blank")
			if _, err := chromedp.Call(page.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
				}}); err != nil {
				t.Fatal(err)
			}
			check := func(state string) {
				t.Helper()
				if found := page.Evaluate(violations); found != "" {
					t.Errorf("%s:\n%s", state, found)
				}
			}
			open := func(url, ready string) {
				t.Helper()
				page.Do(chromedp.Navigate(url))
				page.WaitUntil(ready)
				page.Do(chromedp.Evaluate[chromedp.Void](axe + "; undefined"))
			}
			open(s.URL, `document.getElementById("name").placeholder !== ""`)
			check("front page")
			page.Do(chromedp.SendKeys(chromedp.CSS("#name"), "no such room!"+e2e.Enter))
			page.WaitUntil(`!document.getElementById("name-problem").hidden`)
			check("a room that can't be")
			open(s.URL+"/about", `document.readyState === "complete"`)
			check("about")

			room := "axe-" + scheme
			open(s.RoomURL(room), `document.body.innerText.includes("You are")`)
			page.WaitUntil(`document.querySelector(".inviting .qr svg") && document.querySelector("#members .face")`)
			check("empty room")
			page.Click("#menu-button")
			page.WaitUntil(`document.getElementById("menu")?.open`)
			check("menu")
			page.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("menu-name").value = "otto"`), chromedp.SendKeys(chromedp.CSS("#menu-name"), e2e.Enter))
			page.WaitUntil(`!document.getElementById("menu") && document.getElementById("members").textContent.includes("otto")`)

			anna, _ := s.Join(t, room, "anna")
			page.WaitUntil(`!document.querySelector(".inviting")`)
			bert, _ := s.Join(t, room, "bert")
			for range 3 {
				anna.Say("**bold** and `code`, *slanted*, ~~struck~~ and https://example.org/page")
				bert.Say("> quoted\n\n- one\n- two")
				anna.Say("```go\nfunc main() { println(\"hello\") } // says\n```")
			}
			for range 9 {
				bert.Say("many at once")
			}
			anna.Send(e2e.Frame{"t": "topic", "text": "what we talk about"})
			page.Say("/me waves")
			page.Say("/privacy")
			anna.Say("the end")
			page.WaitFor("the end", "what we talk about", "waves")
			check("busy room")

			anna.Send(e2e.Frame{"t": "offer", "file": map[string]any{
				"name": "plan.pdf", "size": 70000, "key": strings.Repeat("A", 43), "sum": strings.Repeat("A", 43)}})
			page.WaitUntil(`document.querySelector(".file button")`)
			check("a file is offered")
			page.Click(".file .primary")
			page.WaitUntil(`document.querySelector(".file progress")`)
			check("a file is on its way")

			page.Do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".message:not(.mine)")].filter((e) => e.checkVisibility()).at(-1).focus()`))
			page.WaitUntil(`document.querySelector(".message #actions")`)
			check("what can be done with a message")
			page.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-action=reply]").click()`))
			page.WaitUntil(`!document.getElementById("replying").hidden`)
			page.Do(chromedp.SendKeys(chromedp.CSS("#message"), "@an"))
			page.WaitUntil(`!document.getElementById("completion").hidden`)
			typing := page.Watch(`document.getElementById("typing").textContent !== ""`)
			anna.Send(e2e.Frame{"t": "typing"})
			typing()
			check("an answer and what completes it")
			page.Do(chromedp.Evaluate[chromedp.Void](`(() => {
				const field = document.getElementById("message");
				field.value = "/nosuch";
				field.form.requestSubmit();
			})()`))
			page.WaitUntil(`!document.getElementById("problem").hidden`)
			check("a refused command")
			page.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("message").value = ""; document.getElementById("scroller").scrollTop = 0`))
			page.WaitUntil(`!document.getElementById("below").hidden`)
			anna.Say("something new")
			page.WaitUntil(`document.getElementById("below").textContent.includes("1")`)
			check("new below")
			page.Say("/find the")
			page.WaitUntil(`document.querySelector("#find .find-count")?.textContent`)
			check("search")
			page.Do(chromedp.SendKeys(chromedp.CSS("#find-field"), kb.Escape))
			page.WaitUntil(`document.getElementById("find").hidden`)
			page.Click("#below")
			page.Click("#members summary")
			page.WaitUntil(`document.querySelector("#members details[open]")`)
			check("somebody in the roster")

			for _, sheet := range []string{"invite", "help", "attention"} {
				page.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("` + sheet + `-button").click()`))
				page.WaitUntil(`document.getElementById("` + sheet + `")?.open`)
				check(sheet)
				page.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("` + sheet + `").close()`))
			}
			page.Do(chromedp.EmulateViewport(360, 740))
			check("on a phone")
			page.Do(chromedp.EmulateViewport(320, 256)) // a desktop at 400 %
			page.WaitUntil(`document.documentElement.scrollWidth <= innerWidth &&
				document.getElementById("send").getBoundingClientRect().bottom <= innerHeight`)
			check("magnified")
			page.Do(chromedp.EmulateViewport(360, 740))
			page.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("people-button").click()`))
			page.WaitUntil(`document.getElementById("people").dataset.open === "true"`)
			check("drawer")
			page.Click("#people-close")

			// The other room's page is looked at with this one, for which it needs the checker,
			// and its policy lets none in.
			if _, err := chromedp.Call(page.Ctx, cdppage.SetBypassCSP, cdppage.SetBypassCSPParams{Enabled: true}); err != nil {
				t.Fatal(err)
			}
			quoted, err := json.Marshal(axe)
			if err != nil {
				t.Fatal(err)
			}
			page.Say("/join axe-other")
			page.WaitUntil(`document.querySelector("iframe.front")?.contentDocument?.body?.innerText.includes("You are")`)
			page.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("iframe.front").contentWindow.eval(` + string(quoted) + `); undefined`))
			anna.Say("unread behind")
			page.WaitUntil(`document.querySelector("#rooms .unread")`)
			check("another room in front")
			page.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("iframe.front").contentDocument.querySelector(".rooms-button").click()`))
			page.WaitUntil(`document.getElementById("rooms").dataset.open === "true"`)
			check("the rooms as a sheet")
			page.Do(chromedp.EmulateViewport(1280, 800))
			check("the rooms as a list")
			page.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#rooms .go-to").click()`))
			page.WaitUntil(`!document.body.classList.contains("elsewhere")`)
			check("the first of two rooms in front")
			page.Say("/quit")
			page.WaitUntil(`!document.getElementById("banner").hidden`)
			check("after leaving")

			// The checker does find what is wrong.
			page.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("main").append(document.createElement("button"))`))
			if page.Evaluate(violations) == "" {
				t.Error("a button without a name is no violation")
			}
		})
	}
}
