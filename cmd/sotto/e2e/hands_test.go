//go:build e2e

package e2e_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// hands are somebody at a page: they press, type, point and touch what is there.
type hands struct {
	*e2e.Page
	t *testing.T
}

func at(t *testing.T, page *e2e.Page) hands { return hands{page, t} }

// script runs a statement in the page.
func (h hands) script(statement string) {
	h.t.Helper()
	h.Do(chromedp.Evaluate[chromedp.Void](statement + "; undefined"))
}

// press presses keys, one after another, wherever the focus is.
func (h hands) press(keys string, modifiers ...chromedp.Modifier) {
	h.t.Helper()
	if len(modifiers) == 0 {
		h.Do(chromedp.KeyEvent(keys))
		return
	}
	h.Do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// paste puts a text in at the cursor, all at once.
func (h hands) paste(text string) {
	h.t.Helper()
	if _, err := chromedp.Call(h.Ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		h.t.Fatal(err)
	}
}

// click clicks with the mouse.
func (h hands) click(selector string) {
	h.t.Helper()
	h.Click(selector)
}

// centre is the middle of an element's box, once it stands still.
func (h hands) centre(selector string) (x, y float64) {
	h.t.Helper()
	h.WaitStill(selector)
	middle, err := chromedp.Run(h.Ctx, chromedp.Evaluate[[]float64](`(() => {
		const box = document.querySelector(`+strconv.Quote(selector)+`).getBoundingClientRect();
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`))
	if err != nil {
		h.t.Fatal(err)
	}
	return middle[0], middle[1]
}

// point moves the mouse over an element.
func (h hands) point(selector string) {
	h.t.Helper()
	x, y := h.centre(selector)
	h.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// tap touches an element with a finger.
func (h hands) tap(selector string) {
	h.t.Helper()
	x, y := h.centre(selector)
	for _, event := range []input.DispatchTouchEventParams{
		{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: x, Y: y}}},
		{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}},
	} {
		if _, err := chromedp.Call(h.Ctx, input.DispatchTouchEvent, event); err != nil {
			h.t.Fatal(err)
		}
	}
}

// draft waits until the composer holds exactly this.
func (h hands) draft(want string) {
	h.t.Helper()
	h.WaitUntil(`document.getElementById("message").value === ` + strconv.Quote(want))
}

// says waits until an element says what contains this.
func (h hands) says(selector, part string) {
	h.t.Helper()
	h.WaitUntil(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && e.textContent.includes(%q))`, selector, part))
}

// focused waits until the focus is on an element that matches.
func (h hands) focused(selector string) {
	h.t.Helper()
	h.WaitUntil(`document.activeElement.matches(` + strconv.Quote(selector) + `)`)
}

// settled waits until what was said here has come back.
func (h hands) settled() {
	h.t.Helper()
	h.WaitUntil(`document.querySelectorAll("#outgoing li").length === 0 && document.getElementById("message").value === ""`)
}

// waitAsked waits until the page has asked so many times whether to leave it.
func (h hands) waitAsked(times int) {
	h.t.Helper()
	for deadline := time.After(e2e.Patience); h.Asked() < times; {
		select {
		case <-deadline:
			h.t.Fatalf("the page asked %d times, want %d", h.Asked(), times)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// phone opens an address on a phone held upright.
func phone(t *testing.T, url string) hands {
	t.Helper()
	h := at(t, e2e.Open(t, "about:blank"))
	h.Do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch))
	if _, err := chromedp.Call(h.Ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	h.Do(chromedp.Navigate(url))
	return h
}
