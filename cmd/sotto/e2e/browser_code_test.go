//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// codeOf is a block of so many lines of Go.
func codeOf(lines int) string {
	var all []string
	for i := range lines {
		all = append(all, fmt.Sprintf("\tx%d := %d // line", i, i))
	}
	return strings.Join(all, "\n")
}

// A block of code has a button that copies it, whole and alone; a long one shows twenty
// lines and says how many more there are, until somebody asks, searches, or is called by
// it. The message around it is not folded for its sake, and whoever copies that gets what
// was said.
func TestBrowserFoldsAndCopiesCode(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	h := at(t, e2e.Open(t, s.RoomURL("code")))
	h.WaitFor("You are")
	emil, _ := s.Join(t, "code", "emil")
	height := func(message string) string {
		return `document.querySelector('` + message + ` pre').getBoundingClientRect().height`
	}
	copied := func(button, want string) {
		t.Helper()
		h.script(`globalThis.taken = ""; addEventListener("copy", () => { taken = document.activeElement.value; }, {once: true}); navigator.clipboard.writeText = async (words) => { taken = words; }`)
		h.click(button)
		h.WaitUntil(`globalThis.taken !== ""`)
		if got := evaluate(t, h.Page, "taken"); got != want {
			t.Errorf("%s copies %q, want %q", button, got, want)
		}
	}

	emil.Say("```go\n" + codeOf(20) + "\n```")
	h.WaitUntil(`document.querySelector(".message .copy-code") && document.querySelector(".message .keyword, .message .comment")`)
	if long := h.Evaluate(`String(document.querySelector(".code.long"))`); long != "null" {
		t.Error("twenty lines are folded")
	}
	whole := `Math.round(` + height(".message") + `)`
	twenty := h.Evaluate(`String(` + whole + `)`)
	said := h.Watch(`document.querySelector(".message .copy-code").ariaLabel === "Copied"`)
	copied(".message .copy-code", codeOf(20))
	said()

	emil.Say("before\n```\n" + codeOf(36) + "\n```")
	const last = `.message:has(.code.long)`
	h.WaitUntil(`document.querySelector('` + last + ` .more-lines')?.ariaLabel === "16 more lines"`)
	h.WaitUntil(`Math.abs(Math.round(` + height(last) + `) - ` + twenty + `) < 24`)
	h.WaitUntil(`![...document.querySelectorAll(".more")].some((more) => more.checkVisibility())`)
	copied(last+` .copy-code`, codeOf(36))
	if words := evaluate(t, h.Page, `document.querySelector('`+last+` .text').textContent`); words != "before"+codeOf(36) {
		t.Errorf("whoever copies the message gets %q", words)
	}
	h.click(last + ` .more-lines`)
	h.WaitUntil(height(last) + ` > 1.5 * ` + twenty + ` && document.querySelector('` + last + ` .more-lines').ariaExpanded === "true"`)
	h.WaitUntil(`![...document.querySelectorAll(".more")].some((more) => more.checkVisibility())`)
	h.click(last + ` .more-lines`)
	h.WaitUntil(height(last) + ` < 1.2 * ` + twenty)

	// What the browser scrolls to in it, as it does for what it finds, opens it.
	h.script(`document.querySelector('` + last + ` pre').scrollTop = 200`)
	h.WaitUntil(height(last) + ` > 1.5 * ` + twenty)
	h.click(last + ` .more-lines`)
	h.WaitUntil(height(last) + ` < 1.2 * ` + twenty)
	h.Say("/fold off")
	h.WaitUntil(height(last) + ` > 1.5 * ` + twenty + ` && !document.querySelector('` + last + ` .more-lines').checkVisibility()`)
	h.Say("/fold on")
	h.WaitUntil(height(last) + ` < 1.2 * ` + twenty)

	// By the keyboard alone.
	h.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('` + last + ` .more-lines').focus(); undefined`))
	h.press(e2e.Enter)
	h.WaitUntil(height(last) + ` > 1.5 * ` + twenty)
	h.press(" ")
	h.WaitUntil(height(last) + ` < 1.2 * ` + twenty)
}
