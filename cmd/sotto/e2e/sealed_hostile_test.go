//go:build e2e

package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
	"sotto/rooms/seal"
)

// What was done to sealed rooms by a server, a holder of the link and a member, done to
// the page: what docs/SEALED.md claims holds there too.

// theatre is a page, anna's, in a sealed room through a hostile server.
type theatre struct {
	*e2e.Page
	*e2e.Hostile
	t      *testing.T
	real   *e2e.Server
	secret seal.Secret
}

func stage(t *testing.T) *theatre {
	t.Helper()
	t.Parallel()
	s := e2e.Start(t)
	h := e2e.NewHostile(t, s)
	secret := seal.NewSecret()
	page := e2e.Open(t, h.URL+"/s/#"+secret.String())
	page.WaitFor("You are")
	called(page, "anna")
	return &theatre{page, h, t, s, secret}
}

// joins lets somebody come in who does as sotto's own client does, and waits until
// anna's page shows them.
func (s *theatre) joins(nick string) *member {
	s.t.Helper()
	m := joins(s.t, s.real.URL, s.secret, nick)
	s.shows(nick)
	return m
}

func (s *theatre) shows(nick string) {
	s.t.Helper()
	s.WaitUntil(fmt.Sprintf(`[...document.querySelectorAll("#members .nick")].some((each) => each.textContent === %q)`, nick))
}

func (s *theatre) kind(words string) {
	s.t.Helper()
	s.WaitUntil(fmt.Sprintf(`document.getElementById("kind").textContent.includes(%q)`, words))
}

// sealedTo counts the messages that the page has sealed to a member.
func (s *theatre) sealedTo(id string) (n int) {
	for _, f := range s.Sent() {
		if f.Type() != "seal" {
			continue
		}
		for _, wrap := range f["wraps"].([]any) {
			if wrap.(map[string]any)["to"] == id {
				n++
			}
		}
	}
	return n
}

// Whoever holds the link, greets, and never says who they are, is counted above the
// room at once, told of after ten seconds, and sealed nothing but the first step.
func TestPageSealsNothingToTheSilent(t *testing.T) {
	anna := stage(t)
	bob := anna.joins("bob")
	x := strays(t, anna.real, anna.secret)
	x.greet()
	anna.kind("1 with the link, silent")
	x.until("first steps", x.linked)
	say(anna.Page, "the secret word")
	say(anna.Page, "/topic the secret topic")
	say(anna.Page, "/msg bob the secret whisper")
	bob.hears("the secret word")
	anna.joins("carl")
	say(anna.Page, "another secret word")
	bob.hears("another secret word")
	anna.kind("1 with the link, silent") // whoever else comes
	anna.WaitFor("Somebody with this room’s link came in and says nothing (1 so far). They get nothing that you say.")
	say(anna.Page, "the last secret word")
	bob.hears("the last secret word")
	x.catchUp()
	for _, text := range x.said() {
		if text != `{"t":"step"}` {
			t.Errorf("the stranger could open %s", text)
		}
	}
	if n := anna.sealedTo(x.id); n != 1 {
		t.Errorf("the page sealed %d messages to the stranger, want the one step", n)
	}
	if shown := anna.Evaluate(`document.getElementById("people-count").textContent`); shown != "3" {
		t.Errorf("the page shows %s people", shown)
	}
}

// A member whom the server keeps from the page is told of by name, and one whose words
// it keeps back as somebody silent. Neither is sealed anything.
func TestPageIsToldOfTheHidden(t *testing.T) {
	anna := stage(t)
	bob := anna.joins("bob")
	anna.ToPage(func(f e2e.Frame) []e2e.Frame {
		if f.Type() == "joined" {
			return nil
		}
		return []e2e.Frame{f}
	})
	carl := joins(t, anna.real.URL, anna.secret, "carl")
	bob.meets("carl")
	began := time.Now()
	bob.say("carl is here")
	anna.WaitFor("bob is shown carl, whom you are not shown. The server may be hiding somebody, or bob makes it up.")
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %v", took)
	}
	dora := ""
	anna.ToPage(func(f e2e.Frame) []e2e.Frame {
		if f.Type() == "joined" {
			dora = f.Member()
		}
		from, _ := f["from"].(map[string]any)
		if f.Type() == "sealed" && from["id"] == dora {
			return nil
		}
		return []e2e.Frame{f}
	})
	hidden := joins(t, anna.real.URL, anna.secret, "dora")
	anna.kind("1 with the link, silent")
	say(anna.Page, "the PIN is 4711")
	bob.hears("the PIN is 4711")
	anna.WaitFor("the server keeps back what they send.") // by name if bob has told it by then
	if n := anna.sealedTo(carl.id); n != 0 {
		t.Errorf("%d messages were sealed to somebody who is not shown", n)
	}
	if n := anna.sealedTo(hidden.id); n > 1 {
		t.Errorf("%d messages were sealed to somebody who said nothing", n)
	}
	carl.say("still here")
	bob.hears("still here")
	for _, e := range hidden.all() {
		if said, ok := e.(*rooms.Said); ok && said.From.Nick == "anna" {
			t.Errorf("who is not shown heard %q", said.Text)
		}
	}
}

func (m *member) all() []rooms.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events)
}

// What was sealed once is shown once: not when the server repeats it, nor in another
// order, nor when it lets a member who had gone come in again with their old hello.
func TestPageShowsNothingTwice(t *testing.T) {
	anna := stage(t)
	var recorded []e2e.Frame
	var mu sync.Mutex
	record := func(f e2e.Frame) []e2e.Frame {
		mu.Lock()
		defer mu.Unlock()
		if f.Type() == "joined" || f.Type() == "sealed" && f["wrap"] != nil {
			recorded = append(recorded, f)
		}
		return []e2e.Frame{f}
	}
	anna.ToPage(record)
	bob := anna.joins("bob")
	bob.say("I agree. Do it now.")
	anna.WaitFor("I agree. Do it now.")

	mu.Lock()
	first := slices.Clone(recorded)
	mu.Unlock()
	anna.Inject(first...) // again, while he is here
	anna.WaitFor("Something reached you that no member of this room sealed, or that came twice (")

	// Two messages exchanged: the second is shown, and that one is missing.
	var held []e2e.Frame
	anna.ToPage(func(f e2e.Frame) []e2e.Frame {
		if f.Type() != "sealed" || f["wrap"] == nil {
			return record(f)
		}
		record(f)
		if held = append(held, f); len(held) < 2 {
			return nil
		}
		slices.Reverse(held)
		return held
	})
	bob.say("said before")
	bob.say("said after")
	anna.WaitFor("said after", "1 message of bob is missing here")
	anna.ToPage(record)

	// A new wrap under an old body, and an old wrap under a new one.
	bob.say("one more")
	anna.WaitFor("one more")
	mu.Lock()
	last := recorded[len(recorded)-1]
	anna.Inject(last.With("wrap", first[len(first)-1]["wrap"]), first[len(first)-1].With("wrap", last["wrap"]))
	mu.Unlock()

	bob.do(rooms.Leave{})
	anna.WaitFor("bob left")
	mu.Lock()
	all := slices.Clone(recorded)
	mu.Unlock()
	say(anna.Page, "shall we sell everything?")
	anna.WaitFor("shall we sell everything?")
	anna.Inject(all...)
	anna.WaitFor("Somebody who had left was shown once more (1 so far). They were not let in and can read nothing.")
	say(anna.Page, "nobody?")
	anna.WaitUntil(`document.querySelectorAll("#timeline .message").length > 0 && [...document.querySelectorAll(".message .text")].some((each) => each.textContent === "nobody?")`)
	want := []string{"I agree. Do it now.", "said after", "one more", "shall we sell everything?", "nobody?"}
	if have := anna.Messages(); !slices.Equal(have, want) {
		t.Errorf("the page shows %q, want %q", have, want)
	}
}

// However others come and go, as fast as whoever has the link can, it is said that
// another is shown somebody whom the page is not.
func TestPageIsToldWhileTheRosterFlaps(t *testing.T) {
	anna := stage(t)
	bob := anna.joins("bob")
	var mu sync.Mutex
	hidden := ""
	anna.ToPage(func(f e2e.Frame) []e2e.Frame { // the next who comes, she is never shown
		mu.Lock()
		defer mu.Unlock()
		if f.Type() == "joined" && hidden == "" {
			hidden = f.Member()
			return nil
		}
		return []e2e.Frame{f}
	})
	carl := strays(t, anna.real, anna.secret)
	carl.greet()
	carl.until("bob's first step", func() bool { return carl.sessions[bob.id].Linked(carl.peers[bob.id]) })
	carl.tell(bob.id, false, `{"t":"confirm","nick":"carl"}`)
	bob.meets("carl")
	told := `document.body.innerText.includes("bob is shown carl, whom you are not shown")`
	began := time.Now()
	next := time.NewTicker(500 * time.Millisecond)
	defer next.Stop()
	spies := 0
	for ; spies < 2 || anna.Evaluate("String("+told+")") != "true"; spies++ { // one alone hides nobody
		if time.Since(began) > e2e.Patience {
			t.Fatalf("%d who came and went hid carl for %v", spies, e2e.Patience)
		}
		name := fmt.Sprintf("spy%d", spies)
		spy := strays(t, anna.real, anna.secret)
		for _, member := range []string{bob.id, bob.meets("anna")} {
			spy.send(member, spy.sessions[member].Greet())
			spy.until("the first step", func() bool { return spy.sessions[member].Linked(spy.peers[member]) })
			spy.tell(member, false, fmt.Sprintf(`{"t":"confirm","nick":%q}`, name))
		}
		anna.shows(name)
		bob.say("overheard")
		spy.socket.Send(e2e.Frame{"t": "leave"})
		<-next.C
	}
}

// A connection that is lost while somebody comes, the page's or another's, leaves
// nothing to be alarmed at: what was under way is sealed anew.
func TestPageIsNotAlarmedByALoss(t *testing.T) {
	anna := stage(t)
	line := e2e.NewHostile(t, anna.real)
	bob := joins(t, line.URL, anna.secret, "bob")
	anna.shows("bob")
	pass := func(f e2e.Frame) []e2e.Frame { return []e2e.Frame{f} }
	dead := func(f e2e.Frame) []e2e.Frame { // both lines die under their words
		if f.Type() == "seal" || f.Type() == "sync" {
			return nil
		}
		return []e2e.Frame{f}
	}
	anna.ToServer(dead)
	line.ToServer(dead)
	say(anna.Page, "into the void")
	anna.WaitUntil(`document.querySelectorAll("#outgoing li").length === 1`)
	bob.say("into the void as well")
	nothing := func(e2e.Frame) []e2e.Frame { return nil }
	anna.ToPage(nothing)
	line.ToPage(nothing)
	carl := strays(t, anna.real, anna.secret) // somebody comes meanwhile
	for _, each := range []*e2e.Hostile{anna.Hostile, line} {
		each.ToServer(pass)
		each.ToPage(pass)
		each.Cut()
	}
	carl.come("carl")
	anna.shows("carl")
	bob.meets("carl")
	bob.hears("into the void")
	anna.WaitFor("into the void as well")
	said := time.After(5 * time.Second) // a difference is asked about after two
	bob.say("what was that?")
	anna.WaitFor("what was that?")
	say(anna.Page, "we were away")
	bob.hears("we were away")
	<-said
	if warned := anna.Evaluate(`[...document.querySelectorAll(".note.warning, .gap")].map((each) => each.textContent).filter((each) => !each.startsWith("carl ")).join(" | ")`); warned != "" {
		t.Errorf("an honest loss beside a newcomer is told as %q", warned)
	}
	for _, e := range bob.all() {
		if n, ok := e.(*rooms.Notice); ok && !strings.HasPrefix(n.Text, "carl ") {
			t.Errorf("and to bob as %q", n.Text)
		}
	}
	if n := count(anna.Messages(), "into the void"); n != 1 {
		t.Errorf("it is shown %d times", n)
	}
}

// An answer stands under what it answered, or under nothing, and who tells two people
// different things is told of.
func TestPageIsNotMisquoted(t *testing.T) {
	anna := stage(t)
	bob := anna.joins("bob")
	annaID := bob.meets("anna")
	x := strays(t, anna.real, anna.secret)
	x.come("mallory")
	anna.shows("mallory")
	bob.meets("mallory")
	x.catchUp()
	x.tell(annaID, true, `{"t":"say","text":"lunch?"}`)
	x.tell(bob.id, true, `{"t":"say","text":"shall mallory get the root password?"}`)
	anna.WaitFor("lunch?")
	root := bob.hears("shall mallory get the root password?")
	bob.do(rooms.Say{Text: "yes, of course!", Re: root.Seq})
	anna.WaitFor("yes, of course!", "bob was told something else by mallory than you were.")
	if quoted := anna.Evaluate(`[...document.querySelectorAll(".message .re")].map((each) => each.textContent).join(" | ")`); strings.Contains(quoted, "lunch") {
		t.Errorf("bob's answer stands under %q", quoted)
	}
	// The page's own answer stands at bob's under nothing.
	anna.Do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".message")].find((each) => each.textContent.includes("lunch?")).focus()`))
	click(anna.Page, "#actions button[data-action=reply]")
	anna.WaitFor("Replying to mallory")
	say(anna.Page, "with pleasure")
	if answer := bob.hears("with pleasure"); answer.Re != 0 {
		t.Errorf("the page's answer stands under message %d", answer.Re)
	}
	x.tell(annaID, true, `{"t":"say","text":"good"}`) // as if nothing had been
	anna.WaitFor("good")

	// What only a newer program knows is named as that, and what seems to be for all and
	// is for some is not shown.
	x.tell(annaID, false, `{"t":"hologram","text":"boo"}`)
	anna.WaitFor("mallory’s program sent something that this page does not know (1 so far).")
	x.tell(annaID, false, `{"t":"say","text":"to you alone, as if to all"}`)
	anna.WaitFor("mallory sealed something that can’t be read (1 so far).")
	x.tell(annaID, true, `{"t":"whisper","text":"to all, as if to you alone"}`)
	x.tell(annaID, true, `{"t":"say","text":"the end"}`)
	anna.WaitFor("the end")
	if shown := strings.Join(anna.Messages(), "\n"); strings.Contains(shown, "as if") {
		t.Errorf("the page shows\n%s", shown)
	}
}
