//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sotto/cmd/sotto/e2e"
)

// astray says what is wrong with the focus: lost, out of sight, behind something,
// or not marked. Empty when a person could see it.
const astray = `(() => {
	const focus = document.activeElement;
	if (!focus || focus === document.body) return "the focus is lost";
	const box = focus.getBoundingClientRect();
	const what = focus.outerHTML.slice(0, 120);
	const [x, y] = [Math.max(box.left, 0) + Math.min(box.width, 16) / 2, Math.max(box.top, 0) + Math.min(box.height, 16) / 2];
	if (box.width < 2 || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return "out of sight: " + what;
	const top = document.elementFromPoint(x, y);
	if (!focus.contains(top) && !top?.contains(focus)) return "behind " + top?.outerHTML.slice(0, 80) + ": " + what;
	for (let e = focus; e && e !== document.body; e = e.parentElement) {
		const style = getComputedStyle(e);
		if (e.matches(":focus-visible, :focus-within") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) return "";
	}
	return "not marked: " + what;
})()`

// keyboard is somebody without a mouse, who looks where the focus is after every key.
type keyboard struct{ hands }

func (k keyboard) press(keys string, modifiers ...chromedp.Modifier) {
	k.t.Helper()
	k.hands.press(keys, modifiers...)
	k.look(keys)
}

// look waits for the page to do what it does after a key, if it has not.
func (k keyboard) look(after string) {
	k.t.Helper()
	for deadline := time.Now().Add(e2e.Patience); ; {
		problem := k.Evaluate(astray)
		if problem == "" {
			return
		}
		if time.Now().After(deadline) {
			k.t.Fatalf("after %q: %s", after, problem)
		}
	}
}

// tab presses Tab. Behind the last element the focus is the browser's own, for one
// Tab, and then comes round.
func (k keyboard) tab(modifiers ...chromedp.Modifier) {
	k.t.Helper()
	k.hands.press(kb.Tab, modifiers...)
	if k.Evaluate(`String(document.activeElement === document.body)`) == "true" {
		k.hands.press(kb.Tab, modifiers...)
	}
	k.look("Tab")
}

// tabTo presses Tab until an element has the focus.
func (k keyboard) tabTo(selector string, modifiers ...chromedp.Modifier) {
	k.t.Helper()
	for range 40 {
		k.tab(modifiers...)
		if k.Evaluate(`String(document.activeElement.matches("`+selector+`"))`) == "true" {
			return
		}
	}
	k.t.Fatalf("Tab never comes to %s", selector)
}

// Who goes up stays there, also when more is drawn before the browser says that they went.
func TestGoingUpWhileMoreIsDrawn(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	bert, _ := s.Join(t, "den", "bert")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	say := func(what string, n int) {
		for i := range n {
			text := fmt.Sprint(what, " ", i, ".")
			[]*e2e.Socket{anna, bert}[i%2].Say(text)
			anna.AwaitSaid(text)
		}
	}
	say("line", 60)
	h.WaitFor("line 59.")
	h.script(`{
		const { setTimeout } = globalThis;
		globalThis.setTimeout = (then, ms) => setTimeout(() => {
			if (String(then).includes("#draw") && !globalThis.went) {
				document.getElementById("scroller").scrollTop = 0;
				globalThis.went = true;
			}
			then();
		}, ms);
	}`)
	say("news", 60)
	h.WaitUntil(`globalThis.went && !document.getElementById("below").hidden`)
	h.WaitUntil(inView(`document.querySelector(".message")`))
	say("later", 2)
	h.says("#below", "new below")
	h.WaitUntil(inView(`document.querySelector(".message")`))
}

// The keys that scroll do so from the field where one types, as long as it has nothing
// to scroll itself; and Ctrl-Enter sends.
func TestScrollingWhileTyping(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	bert, _ := s.Join(t, "den", "bert")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	for i := range 120 {
		text := fmt.Sprint("line ", i, ".")
		[]*e2e.Socket{anna, bert}[i%2].Say(text)
		anna.AwaitSaid(text)
	}
	h.WaitFor("line 119.")
	h.focused("#message")
	h.WaitUntil(`document.querySelector('link[rel=modulepreload][href$="/viewport.js"]')`)
	const (
		atEnd  = `document.getElementById("below").hidden`
		top    = `document.getElementById("scroller").scrollTop`
		height = `document.getElementById("scroller").clientHeight`
	)
	keys := func(draft string) {
		t.Helper()
		h.script(`globalThis.end = ` + top)
		for _, modifiers := range [][]chromedp.Modifier{nil, {chromedp.ModifierShift}, {chromedp.ModifierCtrl}} {
			h.press(kb.PageUp, modifiers...)
			h.WaitUntil(`!` + atEnd + ` && end - ` + top + ` > ` + height + ` / 2 && end - ` + top + ` <= ` + height)
			h.press(kb.PageDown, modifiers...)
			h.WaitUntil(atEnd)
		}
		h.press(kb.Home, chromedp.ModifierCtrl)
		h.WaitUntil(top + ` === 0`)
		h.press(kb.End, chromedp.ModifierCtrl)
		h.WaitUntil(atEnd + ` && ` + inView(`[...document.querySelectorAll(".message")].at(-1)`))
		h.focused("#message")
		h.draft(draft)
	}
	keys("")
	h.press("one row")
	keys("one row")

	// What the field needs the keys for is its own.
	h.press("a", chromedp.ModifierCtrl)
	h.paste(strings.TrimSuffix(strings.Repeat("row\n", 12), "\n"))
	h.press(kb.PageUp)
	h.press(kb.Home, chromedp.ModifierCtrl)
	h.WaitUntil(`document.getElementById("message").selectionStart === 0`)
	h.press(kb.End, chromedp.ModifierCtrl)
	h.WaitUntil(`document.getElementById("message").selectionStart === 47 && ` + atEnd)

	h.press(e2e.Enter, chromedp.ModifierCtrl)
	h.settled()
	h.press("by Cmd")
	h.press(e2e.Enter, chromedp.ModifierMeta)
	h.settled()
	anna.AwaitSaid("by Cmd")
}

// Whoever is at somebody in the list of people stays there, whoever comes, goes, or
// takes another name; and beside them once they are gone.
func TestStayingInTheListOfPeople(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	s.Join(t, "den", "anna")
	bert, _ := s.Join(t, "den", "bert")
	carl, _ := s.Join(t, "den", "carl")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are", "carl")
	h.script(`[...document.querySelectorAll("#members summary")].find((e) => e.textContent.includes("bert")).click()`)
	h.WaitUntil(`document.querySelector("#members details[open]")`)
	for _, where := range []string{"summary", "button:first-child", "button:last-child"} {
		h.script(`globalThis.held = document.querySelector("#members details[open] ` + where + `"); held.focus()`)
		stays := func(what string) {
			t.Helper()
			h.WaitUntil(what)
			h.WaitUntil(`document.activeElement === held && held.closest("details").open`)
		}
		shows := func(name string) string {
			return `[...document.querySelectorAll("#members .nick")].some((e) => e.textContent === "` + name + `")`
		}
		dora, _ := s.Join(t, "den", "dora")
		stays(shows("dora"))
		dora.Send(e2e.Frame{"t": "nick", "nick": "dorothea"})
		stays(shows("dorothea"))
		dora.Send(e2e.Frame{"t": "leave"})
		stays(`!` + shows("dorothea"))
		if where == "button:last-child" {
			bert.Send(e2e.Frame{"t": "nick", "nick": "bertie"})
			stays(shows("bertie"))
		}
	}
	h.press(e2e.Enter) // what the button does is for who is there now
	h.says("#members .state", "ignored")
	h.script(`held.focus()`)
	h.says("#members details button:last-child", "Stop ignoring")
	h.press(e2e.Enter)
	h.WaitUntil(`!document.querySelector("#members .ignored")`)

	h.script(`held.focus()`)
	bert.Send(e2e.Frame{"t": "leave"})
	h.WaitUntil(`document.activeElement.matches("summary") && document.activeElement.textContent.includes("carl")`)
	carl.Send(e2e.Frame{"t": "leave"})
	h.focused("#people-title")
}

// From the front page to a conversation and out again by keys alone: whatever a
// mouse can do, and never in doubt where the focus is.
func TestKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna := s.Terminal(t, "den", "--nick", "anna")
	anna.WaitFor("den", "anna")
	k := keyboard{at(t, e2e.Open(t, s.URL))}
	k.WaitUntil(`document.getElementById("name").placeholder !== ""`)

	// The front page.
	k.tabTo("#name")
	k.press("no such room!" + kb.Enter)
	k.says("#name-problem", "room")
	k.focused("#name")
	k.press("a", chromedp.ModifierCtrl)
	k.hands.press("den" + kb.Enter)
	anna.Until("somebody came", func(screen string) bool { return contains(screen, "came in") })
	k.WaitUntil(`document.body?.innerText.includes("You are")`)
	k.focused("#message")

	// Words, a command, and the answer to a message.
	k.press("by keys alone" + kb.Enter)
	anna.WaitFor("by keys alone")
	k.press("/nick kim" + kb.Enter)
	anna.WaitFor("kim")
	anna.Say("answer this")
	anna.Say("and not this")
	k.WaitFor("answer this", "and not this")
	k.settled()
	k.press(escape)
	k.focused(".message")
	k.press(kb.ArrowUp)
	k.WaitUntil(`document.activeElement.querySelector(".text").textContent === "answer this"`)
	k.tabTo("[data-action=reply]")
	k.press(kb.Enter)
	k.focused("#message")
	k.says("#replying", "answer this")
	k.press(escape) // takes it back
	k.WaitUntil(`document.getElementById("replying").hidden`)
	k.press(escape)
	k.press(kb.ArrowUp)
	k.press("r")
	k.says("#replying", "answer this")
	k.press("answered" + kb.Enter)
	anna.WaitFor("answered")
	k.says(".message.mine", "answered")
	k.settled()
	k.press(escape)
	k.press(kb.Home)
	k.press(kb.End)
	k.press(kb.ArrowUp)
	k.press(kb.ArrowUp)
	k.press("w")
	k.draft("/msg anna ")
	k.press("psst" + kb.Enter)
	anna.WaitFor("psst")
	k.settled()

	// The roster, and what can be done with somebody in it.
	k.press("/who" + kb.Enter)
	k.focused("#members summary")
	// DevTools let go of Enter only after the focus has moved, and so press it here too.
	k.script(`document.querySelector("#members details").open = false`)
	k.press(kb.Enter)
	k.WaitUntil(`document.querySelector("#members details[open]")`)
	k.tabTo("#members details[open] button")
	k.press(kb.Tab)
	k.WaitUntil(`document.activeElement.textContent === "Ignore"`)
	k.press(kb.Enter)
	k.says("#members .state", "ignored")
	k.focused("#message")
	k.press("/unignore anna" + kb.Enter)
	k.WaitFor("answer this")

	// The sheets open by keys and give the focus back.
	k.press(kb.F1)
	k.WaitUntil(`document.getElementById("help").open`)
	k.look("F1")
	k.press(escape)
	k.focused("#message")
	k.press(escape)
	k.focused(".message")
	k.press("?")
	k.WaitUntil(`document.getElementById("help").open`)
	k.press(escape)
	k.focused(".message")
	k.press(escape)
	for _, sheet := range []string{"invite", "attention"} {
		k.tabTo("#" + sheet + "-button")
		k.hands.press(kb.Enter)
		k.WaitUntil(`document.getElementById("` + sheet + `")?.open`)
		for range 8 { // round and round inside
			k.tab()
			k.WaitUntil(`document.activeElement.closest("#` + sheet + `")`)
		}
		k.press(escape)
		k.focused("#" + sheet + "-button")
	}
	k.tabTo("#message")

	// The look does find a focus that nobody could see.
	k.script(`document.activeElement.style.outline = document.activeElement.closest(".field").style.outline = "none"`)
	if k.Evaluate(astray) == "" {
		t.Error("a focus without a mark counts as seen")
	}
	k.script(`document.activeElement.style.outline = document.activeElement.closest(".field").style.outline = ""`)

	// Colours, and out.
	for _, theme := range []string{"dark", "light", "contrast"} {
		k.press("/theme " + theme + kb.Enter)
		k.WaitUntil(`document.documentElement.dataset.theme === "` + theme + `"`)
	}
	k.press("/quit" + kb.Enter)
	anna.WaitFor("kim left")
	k.says("#banner", "You left")
	k.tabTo("#retry", chromedp.ModifierShift)
	k.press(kb.Enter)
	anna.Until("kim is back", func(screen string) bool { return contains(screen, "came in") })
	k.WaitUntil(open)
	k.look("Enter on “come back in”")
}
