//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// On paper stands what was said, all of it, dark on light, and nothing that is for a
// screen.
func TestOnPaper(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	dora, _ := s.Join(t, "den", "dora")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	h.press("/theme dark" + e2e.Enter)
	h.WaitUntil(`document.documentElement.dataset.theme === "dark"`)
	for i := range 60 {
		dora.Say(fmt.Sprint("build ", i, "."))
	}
	dora.Say(strings.Repeat("tall row\n", 20) + "its middle\n" + strings.Repeat("tall row\n", 18) + "its end")
	h.says("details.burst summary", "more from dora")
	h.WaitFor("its end")
	h.script(`document.querySelectorAll(".message")[12].scrollIntoView({ block: "start" })`)
	h.says("#crown", "dora")
	h.press("a draft")
	h.script(`document.getElementById("help").show()`)

	if _, err := chromedp.Call(h.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	wrong := h.Evaluate(`(() => {
		const wrong = [];
		for (const each of document.querySelectorAll("button, dialog, aside, .crown, .last, form, textarea, .skip, .typing")) {
			if (each.checkVisibility()) wrong.push("shown: " + each.outerHTML.slice(0, 80));
		}
		for (const each of document.querySelectorAll(".message .text")) {
			each.scrollIntoView({ block: "center" });
			const { left, top, width, height } = each.getBoundingClientRect();
			const at = document.elementFromPoint(left + 8, top + height / 2);
			if (height === 0 || !each.contains(at)) wrong.push("covered by " + at?.outerHTML.slice(0, 80) + ": " + each.textContent.slice(0, 40));
			if (each.scrollHeight > height + 1) wrong.push("cut off: " + each.textContent.slice(0, 40));
		}
		for (const each of document.querySelectorAll("body, #room, main, .reading, #scroller")) {
			if (each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY !== "visible") wrong.push("cut off: " + each.id);
		}
		if (getComputedStyle(document.body).color !== "rgb(31, 30, 27)") wrong.push("the words are " + getComputedStyle(document.body).color);
		const ring = getComputedStyle(document.getElementById("scroller")).outlineStyle;
		if (ring !== "none") wrong.push("the focus is marked");
		return wrong.join("\n");
	})()`)
	if wrong != "" {
		t.Errorf("on paper:\n%s", wrong)
	}
	if said := len(h.Messages()); said != 61 {
		t.Errorf("there are %d messages", said)
	}
	pdf, err := chromedp.Call(h.Ctx, page.PrintToPDF, page.PrintToPDFParams{})
	if err != nil {
		t.Fatal(err)
	}
	if pages := strings.Count(string(pdf.Data), "/Type /Page\n"); pages < 2 {
		t.Errorf("a hundred rows are printed on %d pages", pages)
	}
}

// A keyboard that is laid over the page, as it is on some phones, leaves the field and
// the newest words in sight.
func TestKeyboardOverThePage(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	anna, _ := s.Join(t, "den", "anna")
	bert, _ := s.Join(t, "den", "bert")
	h := phone(t, s.RoomURL("den"))
	h.WaitFor("You are")
	for i := range 40 {
		text := fmt.Sprint("line ", i, ".")
		[]*e2e.Socket{anna, bert}[i%2].Say(text)
		anna.AwaitSaid(text)
	}
	h.WaitFor("line 39.")
	h.script(`globalThis.seen = { height: innerHeight, offsetTop: 0, scale: 1 };
		for (const name of Object.keys(seen)) Object.defineProperty(visualViewport, name, { get: () => seen[name] });
		globalThis.show = (what) => { Object.assign(seen, what); visualViewport.dispatchEvent(new Event("resize")); visualViewport.dispatchEvent(new Event("scroll")); }`)
	h.tap("#message")
	h.focused("#message")
	h.WaitUntil(`document.querySelector('link[rel=modulepreload][href$="/viewport.js"]')`)
	inSight := func(selector string) string {
		return `(() => {
			const { top, bottom } = [...document.querySelectorAll("` + selector + `")].at(-1).getBoundingClientRect();
			return top >= seen.offsetTop - 1 && bottom <= seen.offsetTop + seen.height + 1 && bottom > top;
		})()`
	}
	all := inSight(".compose .field") + ` && ` + inSight(".message .text") + ` && ` + inSight(".bar")
	const whole = `document.body.getBoundingClientRect().height === innerHeight`
	h.WaitUntil(all + ` && ` + whole)
	for _, seen := range []string{
		`{ height: 400 }`,
		`{ height: 400, offsetTop: 180 }`, // the browser has moved the rest into sight
		`{ height: 330, offsetTop: 340 }`,
	} {
		h.script(`show(` + seen + `)`)
		h.WaitUntil(`!(` + whole + `) || seen.offsetTop > 0`)
		h.WaitUntil(all)
	}
	anna.Say("while the keyboard is there")
	h.WaitFor("while the keyboard is there")
	h.WaitUntil(all)

	// Whoever zooms in sees a part, and the page stays.
	h.script(`show({ height: 370, offsetTop: 100, scale: 2 })`)
	h.WaitUntil(whole)
	h.script(`show({ height: innerHeight, offsetTop: 0, scale: 1 })`)
	h.WaitUntil(all + ` && ` + whole)
}

// An empty field stands as the page does, so that what is offered in it begins where
// the words will; what is typed goes its own way.
func TestEmptyFieldFromTheRight(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	h := at(t, e2e.Open(t, "about:blank"))
	if _, err := chromedp.Call(h.Ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: "arabic", AcceptLanguage: "ar",
	}); err != nil {
		t.Fatal(err)
	}
	h.Do(chromedp.EmulateViewport(360, 740), chromedp.Navigate(s.RoomURL("den")))
	h.WaitUntil(`document.documentElement.dir === "rtl" && document.getElementById("message").placeholder.includes("/help")`)
	runs := func(way string) {
		t.Helper()
		h.WaitUntil(`getComputedStyle(document.getElementById("message")).direction === "` + way + `"`)
	}
	h.WaitUntil(`document.querySelector("#timeline .note") && document.activeElement.id === "message"`)
	runs("rtl")

	// To the pixel it is what it would be from the left, in a mirror; no name and no number
	// makes the header another one; and nothing reaches out of the narrowest phone.
	h.WaitUntil(`document.getElementById("menu-button") && document.querySelector(".inviting .command")`)
	for _, width := range []int64{360, 320} {
		h.Do(chromedp.EmulateViewport(width, 568))
		h.WaitUntil(fmt.Sprint("innerWidth === ", width))
		wrong := h.Evaluate(`(() => {
			const wrong = [];
			const all = [...document.querySelectorAll("header, header *, .compose, .compose *, .inviting, .inviting *")].filter((e) => e.checkVisibility() && !e.closest("#people, dialog") && !e.matches("svg *"));
			const boxes = (way) => {
				document.documentElement.dir = way;
				return all.map((e) => e.getBoundingClientRect());
			};
			const mirrored = boxes("ltr").map(({ left, right, top }) => [innerWidth - right, innerWidth - left, top]);
			boxes("rtl").forEach(({ left, right, top }, i) => {
				const there = mirrored[i];
				if ([left, right, top].some((at, side) => Math.abs(at - there[side]) > 0.5)) wrong.push([left, right, top] + " for " + there + ": " + all[i].outerHTML.slice(0, 80));
				if (left < -0.5 || right > innerWidth + 0.5) wrong.push("out of the page: " + all[i].outerHTML.slice(0, 80));
			});
			if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page is " + document.documentElement.scrollWidth + " wide");
			const header = document.querySelector("#room > header");
			const height = header.offsetHeight;
			for (const [id, words] of [["people-count", "800"], ["room-name", "a-room-whose-name-is-longer-than-a-phone"]]) {
				const node = document.getElementById(id);
				const was = node.textContent;
				node.textContent = words;
				if (header.offsetHeight !== height) wrong.push("with " + words + " the header is " + header.offsetHeight + " high, not " + height);
				if (document.querySelector(".tools").getBoundingClientRect().left < -0.5) wrong.push(words + " pushes the buttons out");
				node.textContent = was;
			}
			return wrong.join("\n");
		})()`)
		if wrong != "" {
			t.Errorf("at %d:\n%s", width, wrong)
		}
	}
	h.Do(chromedp.EmulateViewport(360, 740))
	h.paste("hello")
	h.draft("hello")
	runs("ltr")
	h.press(e2e.Enter)
	h.settled()
	runs("rtl")
	h.paste("مرحبا")
	runs("rtl")
	// What is not written from the right keeps its order within what is: an address
	// whose parts change places leads elsewhere than it says.
	h.paste(" https://example.org/a?b `x = y` هنا\n```\nf(x)\n```")
	h.press(e2e.Enter)
	h.settled()
	h.WaitUntil(`(() => {
		const message = [...document.querySelectorAll("[data-kind=said]")].at(-1);
		const ways = (of) => [...message.querySelectorAll(of)].map((node) => getComputedStyle(node).direction).join();
		return ways("p:has(a)") === "rtl" && ways("a") === "ltr" && ways("p code") === "ltr" && ways("pre") === "ltr";
	})()`)
}
