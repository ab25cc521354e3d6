//go:build e2e

package e2e_test

import (
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// nasty is what would clear a terminal, name its window, turn the direction of what
// follows, and stand as somebody's words; and there is a lot of it.
const nasty = "\x1b[2J\x1b]0;owned\x07\u202egnp.exe\u2066\x00\u200b\u009b31m\nbob: I agree"

var (
	lots    = nasty + strings.Repeat(" and more", 47<<10/9)
	who     = e2e.Frame{"id": "x1", "nick": nasty}
	whoElse = e2e.Frame{"id": "x2", "nick": "server", "via": nasty, "tone": "warning"}
	file    = e2e.Frame{"name": "../" + nasty, "size": 9.0, "key": strings.Repeat("A", 43), "sum": strings.Repeat("A", 43)}
)

// voices are frames of every type that a server sends, with as much of its own in them
// as there is room for.
var voices = []e2e.Frame{
	{"t": "notice", "code": "roster_differs", "text": lots, "own": true, "tone": "warning", "values": []any{[]any{[]any{"differsShown", nasty, nasty}}}},
	{"t": "notice", "code": "constructor", "text": nasty},
	{"t": "notice", "code": nasty, "text": nasty},
	{"t": "notice", "code": "nick_taken", "text": "all is well"},
	{"t": "notice", "code": 7.0, "text": []any{}},
	{"t": "error", "code": "x", "message": lots, "op": e2e.Frame{"t": "say", "text": nasty}},
	{"t": "error", "code": "rate_limited", "message": "pay first", "own": true},
	{"t": "held", "fields": []any{e2e.Frame{"name": nasty, "value": lots, "why": nasty}, 7.0}},
	{"t": "held", "fields": []any{e2e.Frame{"name": nasty, "value": lots, "why": nasty}}},
	{"t": "said", "seq": 1.0, "at": 9007199254740991.0, "from": who, "text": lots},
	{"t": "said", "seq": 1.0, "at": -5.0, "from": who, "text": "at no time"},
	{"t": "said", "seq": 1.0, "at": 1e300, "from": who, "text": "at no number"},
	{"t": "said", "seq": 1.0, "at": 0.0, "from": nil, "text": "by nobody"},
	{"t": "whispered", "wseq": 1.0, "at": 1.0, "from": who, "to": whoElse, "text": nasty},
	{"t": "offered", "seq": 1.0, "at": 1.0, "from": who, "file": file},
	{"t": "offered", "seq": 1.0, "at": 1.0, "from": who, "file": nasty},
	{"t": "joined", "seq": 1.0, "member": whoElse},
	{"t": "renamed", "seq": 1.0, "member": whoElse, "was": nasty},
	{"t": "away", "seq": 1.0, "member": whoElse.With("away", true)},
	{"t": "typing", "member": whoElse},
	{"t": "topic", "seq": 1.0, "from": who, "text": lots},
	{"t": "topic", "seq": 1.0, "from": who, "text": e2e.Frame{}},
	{"t": "left", "seq": 1.0, "member": whoElse, "reason": nasty},
	{"t": "left", "seq": 1.0, "member": nil, "reason": "quit"},
	{"t": "passed", "from": who, "body": nasty},
	{"t": "sealed", "wseq": 1.0, "at": 1.0, "from": who, "body": nasty, "wrap": "AA"},
	{"t": "synced", "id": nasty},
	{"t": "gap", "missed": -5.0, "seq": 1e300},
	{"t": "compared", "at": 0.0, "changes": []any{[]any{"cameIn", nasty}}},
	{"t": "unconfirmed", "count": nasty},
	{"t": nasty},
	{"t": "__proto__"},
}

// speak sends the page all of that.
func speak(t *testing.T, h *e2e.Hostile) {
	t.Helper()
	for _, message := range raw {
		h.Raw(message)
	}
	for _, f := range voices {
		h.Inject(f)
	}
}

// raw are messages that are no frames.
var raw = []string{`null`, `7`, `"x"`, `[]`, `{}`, `{"t":null}`, `{"t":"said"}`, `{"t":["said"]}`, "\n\n", `{"t":"joined","seq":1,"member":[]}`,
	`{"t":"welcome","v":1,"room":"\u001b[2J","kind":"\u202e","topic":"\u202e","you":{"id":"x1","nick":"x"},"members":[],"seq":1}`}

// unclean are the strings of a page, visible or not, that could not be shown.
const unclean = `(() => {
	const found = [document.title];
	for (const each of document.querySelectorAll("body, body *")) {
		for (const { value } of each.attributes) found.push(value);
		for (const node of each.childNodes) if (node.nodeType === 3) found.push(node.nodeValue);
	}
	return found.filter((text) => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(text)).map((text) => JSON.stringify(text.slice(0, 200))).join("\n");
})()`

// noVoice fails where a server speaks other than behind its own name.
func noVoice(t *testing.T, page *e2e.Page) {
	t.Helper()
	if found := page.Evaluate(unclean); found != "" {
		t.Errorf("this reached the page as it was:\n%s", found)
	}
	for _, note := range strings.Split(page.Evaluate(`[...document.querySelectorAll(".note:not(.held), #banner, #problem")].map((each) => each.innerText.replaceAll("\n", "¶")).join("\n")`), "\n") {
		said := strings.Contains(note, "I agree") || strings.Contains(note, "pay first") || strings.Contains(note, "all is well")
		if said && !strings.HasPrefix(note, "The server says: ") || len(note) > 600 {
			t.Errorf("the server speaks as the page: %.300q", note)
		}
	}
	if tall := page.Evaluate(`[...document.querySelectorAll("#timeline .note p")].filter((each) => each.offsetHeight > 120).map((each) => each.textContent.slice(0, 99)).join("\n")`); tall != "" {
		t.Errorf("a screenful of the server's: %s", tall)
	}
}

// In an open room nothing of any frame is shown as it is, nor in the page's own voice,
// and none of them ends the page.
func TestServerHasNoVoiceInAnOpenRoom(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	h := e2e.NewHostile(t, s)
	page := e2e.Open(t, h.URL+"/r/den")
	page.WaitFor("You are")
	called(page, "anna")
	bob, _ := s.Join(t, "den", "bob")
	speak(t, h)
	h.Inject(e2e.Frame{"t": "joined", "seq": 1.0, "member": whoElse}) // and stays
	bob.Say("the end of it")
	page.WaitFor("the end of it", "The server says: gnp.exe bob: I agree and more")
	page.WaitUntil(`document.querySelector("#members .via[title='a program that this page does not know']") !== null`)
	noVoice(t, page)
	said := page.Messages()
	if len(said) != 2+1 { // one to everybody, one whispered, and bob's
		t.Errorf("the page shows %q", said)
	}
	for _, text := range said {
		if len(text) > 4000 {
			t.Errorf("somebody says %d bytes", len(text))
		}
	}
	if at := page.Evaluate(`[...document.querySelectorAll("time")].map((each) => each.dateTime).filter((at) => Math.abs(Date.parse(at) - Date.now()) > 864e5).join(" ")`); at != "" {
		t.Errorf("said at %s", at)
	}
	say(page, "still here")
	bob.AwaitSaid("still here")
	page.WaitUntil(`document.querySelectorAll("#outgoing li").length === 0`)

	h.Raw("<html>502 Bad Gateway") // no frame at all: it comes back, and has missed nothing
	page.WaitUntil(`document.documentElement.dataset.phase !== "open"`)
	bob.Say("said meanwhile")
	page.WaitFor("said meanwhile")

	h.Inject(e2e.Frame{"t": "bye", "code": "bad", "message": lots, "retry": false})
	h.Cut()
	page.WaitUntil(`document.getElementById("banner-text").textContent.startsWith("The server says: gnp.exe")`)
	noVoice(t, page)
}

// In a sealed room the server has no people either: what is not sealed is nobody's.
func TestServerHasNoVoiceInASealedRoom(t *testing.T) {
	anna := stage(t)
	bob := anna.joins("bob")
	speak(t, anna.Hostile)
	bob.say("the end of it")
	anna.WaitFor("the end of it", "The server says: gnp.exe bob: I agree and more", "Something reached you that no member of this room sealed")
	noVoice(t, anna.Page)
	if said := anna.Messages(); len(said) != 1 {
		t.Errorf("the page shows %q", said)
	}
	if warned := anna.Evaluate(`[...document.querySelectorAll(".note.warning")].map((each) => each.textContent).filter((text) => !text.startsWith("Something reached you that no member") && !text.startsWith("Somebody without this room’s key")).join("\n")`); warned != "" {
		t.Errorf("the server could word a warning: %s", warned)
	}
	if held := anna.Evaluate(`String(document.querySelectorAll(".note.held").length)`); held != "0" {
		t.Errorf("%s times the server shows what it holds, which nobody asked for", held)
	}
	if kind := anna.Evaluate(`document.getElementById("kind").textContent`); kind != "sealed: only the people in this room can read this" {
		t.Errorf("the server could say of the room that it is %q", kind)
	}
	say(anna.Page, "still here")
	bob.hears("still here")

	// A refusal says why in one line beside the words that were refused.
	before := len(anna.Sent())
	anna.ToServer(func(f e2e.Frame) []e2e.Frame {
		if f.Type() == "seal" {
			return nil
		}
		return []e2e.Frame{f}
	})
	say(anna.Page, "refused")
	anna.WaitUntil(`document.querySelectorAll("#outgoing li").length === 1`)
	refused := `[...document.querySelectorAll("#problem, #outgoing .reason")].some((each) => each.textContent.startsWith("The server says: gnp.exe"))`
	for late := time.Now().Add(e2e.Patience); anna.Evaluate("String("+refused+")") != "true"; {
		if time.Now().After(late) {
			t.Fatalf("the refusal is not told:\n%s", anna.Text())
		}
		for _, f := range anna.Sent()[before:] {
			before++
			if f.Type() == "seal" {
				anna.Inject(e2e.Frame{"t": "error", "id": f["id"], "code": "x", "message": lots})
			}
		}
	}
	noVoice(t, anna.Page)
	anna.Inject(e2e.Frame{"t": "bye", "code": "roster_differs", "message": lots, "retry": false})
	anna.Cut()
	anna.WaitUntil(`document.getElementById("banner-text").textContent.startsWith("The server says: gnp.exe")`)
	noVoice(t, anna.Page)
}
