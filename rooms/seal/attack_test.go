package seal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// What was done to the first version by whoever runs the server, holds the link, and
// is a member, alone and together: see docs/SEALED.md, "What is claimed".

// told reports whether somebody was told, by a notice of a code, something with
// these words.
func (e *end) told(code rooms.Code, words string) bool {
	return slices.ContainsFunc(e.events, func(event rooms.Event) bool {
		n, ok := event.(*rooms.Notice)
		return ok && n.Code == code && strings.Contains(n.Text, words)
	})
}

// pass lets time go by, a second at a time.
func pass(seconds int, ends ...*end) {
	for range seconds {
		time.Sleep(time.Second)
		settle(ends...)
	}
}

// An answer stands under what it answered, or under nothing: a member who tells two
// people different things gets nobody quoted with what they did not answer, and both
// are told of it.
func TestNobodyIsMisquoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		mallory := srv.stray(t)
		settle(anna, bob)
		mallory.come("mallory", anna, bob)
		if len(got[*rooms.Joined](anna)) == 0 {
			t.Fatal("mallory is no member")
		}
		// Two texts under one number, each to one of them.
		lunch, _ := mallory.Compose([]byte(`{"t":"say","text":"lunch?"}`), true, mallory.order[0])
		root := *lunch
		mallory.send(lunch)
		mallory.sendAs(&root, `{"t":"say","text":"shall mallory get the root password?"}`, mallory.order[1])
		settle(anna, bob)
		asked := one[*rooms.Said](t, anna)
		if asked.Text != "lunch?" || one[*rooms.Said](t, bob).Text != "shall mallory get the root password?" {
			t.Fatal("the two were not told different things")
		}
		anna.do(rooms.Say{Text: "yes, of course!", Re: asked.Seq})
		settle(anna, bob)
		if answer := one[*rooms.Said](t, bob); answer.Re != 0 {
			t.Errorf("anna's answer stands under message %d, which she did not answer", answer.Re)
		}
		mallory.tell(true, `{"t":"say","text":"good"}`, mallory.order...)
		settle(anna, bob)
		if !bob.told(seal.Twofold, "anna was told something else by mallory than you were.") {
			t.Error("bob was not told of what anna was told")
		}
		if !bob.told(seal.Twofold, "mallory told others something else than you.") {
			t.Error("one of the two, whose telling it was not, has to be told of it by mallory's next message")
		}
	})
}

// A member who tells two others different things hides it behind no number that
// nobody heard, whether it looks like one that the server dropped or not: once both
// have said something, one of them is told of it, and each of the hole.
func TestASkippedNumberHidesNoTwoTellings(t *testing.T) {
	for name, dropped := range map[string]bool{"said to nobody": false, "as if dropped": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
				settle(anna, bob)
				mallory := srv.stray(t)
				settle(anna, bob)
				mallory.come("mallory", anna, bob)
				lunch, _ := mallory.Compose([]byte(`{"t":"say","text":"lunch?"}`), true, mallory.order[0])
				root := *lunch
				mallory.send(lunch)
				mallory.sendAs(&root, `{"t":"say","text":"shall mallory get the root password?"}`, mallory.order[1])
				var to []seal.ID
				if dropped {
					to = mallory.order
				}
				if _, err := mallory.Compose([]byte(`{"t":"say","text":"never sent"}`), true, to...); err != nil {
					t.Fatal(err)
				}
				for range 3 {
					mallory.tell(true, `{"t":"say","text":"and now?"}`, mallory.order...)
					settle(anna, bob)
				}
				for _, e := range []*end{anna, bob} {
					if g := got[*rooms.Gap](e); len(g) != 1 || g[0].Missed != 1 {
						t.Errorf("the hole was told as %v", g)
					}
				}
				anna.do(rooms.Say{Text: "yes, of course!"})
				settle(anna, bob)
				bob.do(rooms.Say{Text: "by no means"})
				settle(anna, bob)
				if !anna.told(seal.Twofold, "mallory") && !bob.told(seal.Twofold, "mallory") {
					t.Error("nobody was told of the two tellings")
				}
			})
		})
	}
}

// A server that keeps own copies back, so that what arrived is sealed anew, makes
// nobody seem to have told two things, and answers stand where they belong.
func TestWithheldCopiesMakeNobodyTwofold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		withhold := false
		bob.Attach(&relay{Participant: bob.Conn(), gives: func(events []rooms.Event) []rooms.Event {
			return slices.DeleteFunc(events, func(e rooms.Event) bool {
				s, sealed := e.(*rooms.Sealed)
				return withhold && sealed && s.Wrap == nil
			})
		}})
		settle(anna, bob)
		for _, text := range []string{"one", "two"} {
			withhold = true
			bob.do(rooms.Say{Text: text})
			settle(anna, bob)
			withhold = false
			heard := one[*rooms.Said](t, anna)
			line.cut()
			settle(anna, bob)
			line.back(srv)
			pass(2, anna, bob) // it is sealed anew
			own := one[*rooms.Said](t, bob)
			anna.do(rooms.Say{Text: "an answer", Re: heard.Seq})
			settle(anna, bob)
			if answer := one[*rooms.Said](t, bob); heard.Text != text || own.Text != text || answer.Re != own.Seq {
				t.Errorf("%q was heard as %q and answered as number %d, not %d", text, heard.Text, answer.Re, own.Seq)
			}
			one[*rooms.Said](t, anna) // her own
		}
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		for _, e := range []*end{bob, anna, carl, bob} {
			e.do(rooms.Say{Text: "still here"})
			settle(anna, bob, carl)
		}
		for _, e := range []*end{anna, bob, carl} {
			if told := e.warnings(seal.Twofold); len(told) > 0 {
				t.Errorf("an honest member seems to have told two things: %q", told)
			}
			if len(got[*rooms.Gap](e)) > 0 {
				t.Error("something is missing")
			}
		}
	})
}

// Who makes up what others told them can't fill a screen by it, and it is said who says
// so.
func TestClaimsAreTheirMakersWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		mallory := srv.stray(t)
		settle(anna, bob)
		mallory.come("mallory", anna, bob)
		for i := range 40 {
			time.Sleep(2 * time.Second)
			bob.do(rooms.Say{Text: "honest"})
			settle(anna, bob)
			mallory.listen()
			seal.Garble(mallory.Session)
			mallory.tell(true, fmt.Sprintf(`{"t":"say","text":"%d"}`, i), mallory.order...)
			settle(anna, bob)
		}
		if told := anna.warnings(seal.Twofold); len(told) != 6 || told[0] != "mallory was told something else by bob than you were. bob tells people different things, or mallory makes it up." { // 1, 2, 4, 8, 16, 32
			t.Errorf("anna was told %d times: %q", len(told), told[:1])
		}
		if told := bob.warnings(seal.Twofold); len(told) > 0 {
			t.Errorf("bob, who knows what he said, was told %q", told)
		}
	})
}

// What the server says of gaps, times and numbers is not believed.
func TestServerIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		drop, at := false, time.Time{}
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				for i, e := range events {
					s, sealed := e.(*rooms.Sealed)
					switch {
					case sealed && drop:
						events[i] = &rooms.Gap{Missed: 1<<53 - 1, Seq: 1 << 60}
					case sealed && !at.IsZero():
						body := &rooms.SealedBody{At: at, From: s.From, Body: s.Body}
						events[i] = &rooms.Sealed{SealedBody: body, WSeq: s.WSeq, Wrap: s.Wrap, ID: s.ID}
					}
				}
				return events
			}}
		}
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		drop = true
		anna.do(rooms.Say{Text: "dropped"})
		settle(anna, bob)
		drop = false
		for _, year := range []int{-200_000_000, 1, 1970, 3000, 200_000_000} {
			at = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
			anna.do(rooms.Say{Text: "now"})
			settle(anna, bob)
			if said := one[*rooms.Said](t, bob); time.Since(said.At).Abs() > 24*time.Hour {
				t.Errorf("said in the year %d, it is shown as of %v", year, said.At)
			}
		}
		missed := uint64(0)
		for _, g := range got[*rooms.Gap](bob) {
			missed += g.Missed
		}
		if missed != 1 {
			t.Errorf("%d missing messages are told of, want the one", missed)
		}
	})
}

// What was under way when a connection was lost is sealed anew: nobody who came
// meanwhile makes it a difference, and what was sealed then is not sent again.
func TestSealedAnewAfterALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		settle(anna, bob)
		line.dead = true
		bob.do(rooms.Say{Text: "into the void"})
		line.cut()
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		line.back(srv)
		pass(20, anna, bob, carl)
		bob.do(rooms.Say{Text: "after"})
		pass(20, anna, bob, carl)
		for _, e := range []*end{anna, bob, carl} {
			for _, n := range got[*rooms.Notice](e) {
				t.Errorf("an honest loss beside a newcomer gave a warning: %s", n.Text)
			}
		}
		if heard := got[*rooms.Said](anna); len(heard) != 2 || heard[0].Text != "into the void" {
			t.Errorf("anna heard %d messages", len(heard))
		}
	})
}

// Words are of keys and names together, and hold until one of them changes.
func TestWordsBindNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		before := anna.Verify()
		if !slices.Equal(before.Names, []string{"anna", "bob"}) || !slices.Equal(before.Words, bob.Verify().Words) {
			t.Fatalf("the words are about %v", before.Names)
		}
		anna.Compared()
		bob.do(rooms.Rename{Nick: "robert"})
		settle(anna, bob)
		if slices.Equal(anna.Verify().Words, before.Words) || !slices.Equal(anna.Verify().Words, bob.Verify().Words) {
			t.Error("another name, the same words")
		}
		c := got[*rooms.Compared](anna)
		if len(c) != 2 || c[0].At.IsZero() || c[0].People != 2 || !c[1].At.IsZero() || !slices.Equal(c[1].Changes, []string{"bob is now called robert"}) {
			t.Errorf("compared: %+v", c)
		}
	})
}

// What is compared is what was read: whoever came in meanwhile was not among it, and
// whoever looked at nothing compared nothing.
func TestComparedIsWhatWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		anna.Compared()
		settle(anna, bob)
		if n := got[*rooms.Notice](anna); len(n) != 1 || n[0].Code != seal.Unread || len(got[*rooms.Compared](anna)) != 0 {
			t.Errorf("compared without a look: %+v", n)
		}
		anna.Verify()
		spy := srv.enter(t, "spy")
		settle(anna, bob, spy)
		anna.Compared()
		settle(anna, bob, spy)
		if c := got[*rooms.Compared](anna); len(c) != 1 || !c[0].At.IsZero() || !slices.Equal(c[0].Changes, []string{"spy came in"}) {
			t.Errorf("what was read of two was compared with three: %+v", c)
		}
		anna.Verify()
		anna.Compared()
		settle(anna, bob, spy)
		if c := got[*rooms.Compared](anna); len(c) == 0 || c[len(c)-1].At.IsZero() || c[len(c)-1].People != 3 {
			t.Errorf("compared: %+v", c)
		}
	})
}

// Who has not said who they are writes on nobody's screen, and who has says it once:
// whatever else a confirmation brings later would seem to be said to all.
func TestConfirmationIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		mallory := srv.stray(t)
		settle(anna)
		mallory.greet()
		settle(anna)
		mallory.listen()
		got[*rooms.Notice](anna)
		for range 30 {
			if _, err := mallory.Compose(nil, false, mallory.order...); err != nil { // one is missing each time
				t.Fatal(err)
			}
			mallory.tell(false, `{"t":"later"}`, mallory.order...)
			time.Sleep(200 * time.Millisecond)
			settle(anna)
		}
		if n, g := got[*rooms.Notice](anna), got[*rooms.Gap](anna); len(n) > 6 || len(g) > 0 { // 1, 2, 4, 8, 16 times
			t.Errorf("a stranger gets %d notices and %d gaps onto a screen", len(n), len(g))
		}
		mallory.tell(false, `{"t":"confirm","nick":"mallory"}`, mallory.order...)
		settle(anna)
		mallory.tell(false, `{"t":"confirm","nick":"anna2","topic":{"text":"meet at the bridge","at":4611686018427387}}`, mallory.order...)
		settle(anna)
		if names := anna.Verify().Names; !slices.Equal(names, []string{"anna", "mallory"}) {
			t.Errorf("anna shows %q", names)
		}
		if topics := got[*rooms.TopicSet](anna); len(topics) > 0 {
			t.Errorf("a topic is set for one: %+v", topics[0])
		}
	})
}
