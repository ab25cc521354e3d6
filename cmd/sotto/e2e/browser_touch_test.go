//go:build e2e

package e2e_test

import (
	"testing"

	"sotto/cmd/sotto/e2e"
)

// touch: a room on a phone, with one finger.
func touch(t *testing.T, s *story) {
	h := phone(t, s.server.RoomURL("den"))
	h.WaitFor("You are")
	h.WaitUntil(`document.documentElement.scrollWidth <= innerWidth && matchMedia("(pointer: coarse)").matches`)
	if focus := h.Evaluate(`document.activeElement.id`); focus == "message" {
		t.Error("the keyboard would cover the room")
	}

	// The roster is a drawer; everything behind it is out of reach.
	inDrawer := `document.getElementById("people").getBoundingClientRect()`
	h.WaitUntil(inDrawer + `.left >= innerWidth && document.getElementById("people").inert`)
	h.tap("#people-button")
	h.WaitUntil(inDrawer + `.right <= innerWidth + 1 && document.getElementById("room").inert`)
	h.WaitFor("anna", "bert", "carl")
	h.tap("#people-close")
	h.WaitUntil(inDrawer + `.left >= innerWidth && !document.getElementById("room").inert`)

	// Completion by touch, and a button that sends.
	h.tap("#message")
	h.focused("#message")
	h.paste("/ni")
	h.says("#completion [role=option]", "/nick")
	h.tap("#completion [role=option]")
	h.draft("/nick ")
	h.focused("#message") // so the keyboard stays
	h.paste("edna")
	h.tap("#send")
	s.anna.WaitFor("edna")
	h.settled()

	// A tap on a message shows what can be done with it.
	s.anna.Say("tap this")
	h.WaitFor("tap this")
	h.script(`[...document.querySelectorAll(".message")].at(-1).id = "last"`)
	h.tap("#last .text")
	h.tap("#last [data-action=reply]")
	h.says("#replying", "tap this")
	h.paste("tapped")
	h.tap("#send")
	s.bert.says(".message:has(.re)", "tapped")
	h.settled()

	// Whatever can be touched is large enough for it.
	small := h.Evaluate(`[...document.querySelectorAll("button, a.home, summary, #message")].filter((e) => e.checkVisibility() && !e.closest("[inert]"))
		.map((e) => [e.getBoundingClientRect(), e]).filter(([box]) => box.width > 1 && (box.width < 24 || box.height < 24)).map(([, e]) => e.outerHTML).join("\n")`)
	if small != "" {
		t.Errorf("too small for a finger:\n%s", small)
	}
	h.paste("/quit")
	h.press(e2e.Enter)
	h.says("#banner", "You left")
}
