//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// Pictures that are shown, moving, asked about and refused, long code, and what is too
// long for a message have no violation of the rules that a program can check.
func TestNoAxeViolationInPicturesAndCode(t *testing.T) {
	axe := axeSource(t)
	s := e2e.Start(t, "--say-rate=0")
	for _, scheme := range forms("light", "dark") {
		t.Run(scheme, func(t *testing.T) {
			anna := deskAt(t, e2e.Open(t, s.RoomURL("axe-"+scheme)))
			anna.WaitFor("You are")
			bert := deskAt(t, e2e.Open(t, "about:blank"))
			if _, err := chromedp.Call(bert.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
				}}); err != nil {
				t.Fatal(err)
			}
			bert.Do(chromedp.Navigate(s.RoomURL("axe-" + scheme)))
			bert.WaitFor("You are")
			bert.Do(chromedp.Evaluate[chromedp.Void](axe + "; undefined"))
			check := func(state string) {
				t.Helper()
				if found := bert.Evaluate(violations); found != "" {
					t.Errorf("%s:\n%s", state, found)
				}
			}
			pathOf := picturesOf(t, anna.Page)

			anna.choose("#attach", pathOf("wide.png"), pathOf("endless.gif"), pathOf("bomb.png"), pathOf("mark.svg"))
			anna.agree("wide.png")
			bert.takes("wide.png", "endless.gif", "bomb.png", "mark.svg")
			check("pictures that can be shown, or not")
			bert.presses("wide.png", "show")
			bert.presses("endless.gif", "show")
			bert.WaitUntil(pixel("wide.png", "0.2", "0.5") + ` === "red" && ` + pixel("endless.gif", "0.2", "0.5") + ` === "red"`)
			check("pictures")
			click(bert.Page, "[data-file=play]")
			bert.WaitUntil(`document.querySelector(".picture img")?.complete`)
			check("a picture that moves")
			click(bert.Page, "[data-file=play]")
			bert.carry(`["drop"]`, `[["none.png", "no picture", "image/png"], ["mark.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"]]`)
			bert.asked("none.png")
			check("what is about to be offered")
			click(bert.Page, "#offered .primary")
			bert.WaitUntil(`!document.getElementById("offered")`)

			emil, _ := s.Join(t, "axe-"+scheme, "emil")
			emil.Say("```go\n" + codeOf(30) + "\n```")
			bert.WaitUntil(`document.querySelector(".more-lines") && document.querySelector(".message .comment, .message .keyword, .message .number")`)
			check("long code")
			h := at(t, bert.Page)
			h.click(".more-lines")
			h.WaitUntil(`document.querySelector(".code.open")`)
			check("long code, opened")
			h.click("#message")
			h.paste(strings.Repeat("too long\n", 50))
			h.WaitUntil(`document.getElementById("as-file")?.checkVisibility()`)
			check("what is too long for a message")
		})
	}
}
