package seal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/emoji"
	"sotto/rooms/seal"
)

// mending are the events about something said that somebody got, in their order.
func (e *end) mending() (found []rooms.Event) {
	e.events = slices.DeleteFunc(e.events, func(event rooms.Event) bool {
		switch event.(type) {
		case *rooms.Reacted, *rooms.Retracted, *rooms.Amended:
			found = append(found, event)
			return true
		}
		return false
	})
	return found
}

// about is a payload about a message, of a hostile program.
func about(t string, re seal.Hash, more string) string {
	return fmt.Sprintf(`{"t":%q,"re":"%x"%s}`, t, re[:], more)
}

// says says something to all, and returns its name.
func (x *stranger) says(text string) seal.Hash {
	x.t.Helper()
	m, err := x.Compose([]byte(text), true, x.order...)
	if err != nil {
		x.t.Fatal(err)
	}
	x.send(m)
	return m.Hash
}

// last names what the stranger heard last that was to all.
func (x *stranger) last() seal.Hash {
	x.listen()
	return x.heard[len(x.heard)-1].Hash
}

// hashes name what anna said and offered, and what the stranger did.
type hashes struct{ said, offered, own, file seal.Hash }

// A member whose program asks what no honest one does changes nothing on anybody's screen,
// and is told of as the one who asked.
func TestForgedMendingIsItsSenders(t *testing.T) {
	key := strings.Repeat("A", 43)
	for name, c := range map[string]struct {
		all  bool
		text func(h hashes) string
	}{
		"takes back another's": {true, func(h hashes) string { return about("retract", h.said, "") }},
		"changes another's":    {true, func(h hashes) string { return about("amend", h.said, `,"text":"I resign"`) }},
		"takes back an offer":  {true, func(h hashes) string { return about("retract", h.offered, "") }},
		"changes an offer":     {true, func(h hashes) string { return about("amend", h.offered, `,"text":"a"`) }},
		"takes back its file":  {true, func(h hashes) string { return about("retract", h.file, "") }},
		"changes its file":     {true, func(h hashes) string { return about("amend", h.file, `,"text":"a"`) }},
		"chooses nothing":      {true, func(h hashes) string { return about("react", h.said, `,"emoji":"3","on":true`) }},
		"chooses of no poll":   {true, func(h hashes) string { return about("react", h.own, `,"emoji":"1","on":true`) }},
		"takes off no choice":  {true, func(h hashes) string { return about("react", h.said, `,"emoji":"10","on":false`) }},
		"reacts in words": {true, func(h hashes) string {
			return about("react", h.said, `,"emoji":"give mallory root","on":true`)
		}},
		"reacts in two": {true, func(h hashes) string { return about("react", h.said, `,"emoji":"👍👍","on":true`) }},
		"changes to too much": {true, func(h hashes) string {
			return about("amend", h.own, `,"text":"`+strings.Repeat("x", 4001)+`"`)
		}},
		"changes to nothing":     {true, func(h hashes) string { return about("amend", h.own, `,"text":"\u200b"`) }},
		"takes back for some":    {false, func(h hashes) string { return about("retract", h.own, "") }},
		"changes for some":       {false, func(h hashes) string { return about("amend", h.own, `,"text":"b"`) }},
		"reacts for some":        {false, func(h hashes) string { return about("react", h.said, `,"emoji":"👍","on":true`) }},
		"asks with one option":   {true, func(h hashes) string { return `{"t":"say","text":"a","options":["b"]}` }},
		"asks with eleven":       {true, func(h hashes) string { return `{"t":"say","text":"a","options":` + eleven + `}` }},
		"asks what somebody did": {true, func(h hashes) string { return `{"t":"say","text":"a","action":true,"options":["b","c"]}` }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				anna := srv.enter(t, "anna")
				settle(anna)
				mallory := srv.stray(t)
				settle(anna)
				mallory.come("mallory", anna)
				anna.do(rooms.Say{Text: "lunch?", Options: []string{"pizza", "soup"}})
				settle(anna)
				var h hashes
				h.said = mallory.last()
				anna.do(rooms.Offer{File: rooms.File{Name: "plan", Size: 1, Key: strings.Repeat("k", 32), Sum: strings.Repeat("s", 32)}})
				settle(anna)
				h.offered = mallory.last()
				h.own = mallory.says(`{"t":"say","text":"mine"}`)
				h.file = mallory.says(`{"t":"offer","file":{"name":"plan","size":1,"key":"` + key + `","sum":"` + key + `"}}`)
				settle(anna)
				got[*rooms.Notice](anna)
				got[*rooms.Said](anna)
				mallory.tell(c.all, c.text(h), mallory.order...)
				settle(anna)
				if shown := anna.mending(); len(shown) > 0 || len(got[*rooms.Said](anna)) > 0 {
					t.Errorf("anna is shown %+v", shown)
				}
				if n := got[*rooms.Notice](anna); len(n) != 1 || n[0].Code != seal.Unreadable || !strings.HasPrefix(n[0].Text, "mallory") {
					t.Errorf("anna is told %s", notices(n))
				}
				if gaps := got[*rooms.Gap](anna); len(gaps) > 0 {
					t.Errorf("%d gaps", len(gaps))
				}
				// And it took nothing from anybody: hers is still hers, and a file hers to offer.
				offered := got[*rooms.Offered](anna)[0].Seq
				for _, op := range []rooms.Op{rooms.Retract{ID: "f", Re: offered}, rooms.Amend{ID: "f", Re: offered, Text: "a"}} {
					anna.do(op)
					settle(anna)
					if r := one[*rooms.Refused](t, anna); r.ID != "f" || r.Err.Code != rooms.NotAllowed {
						t.Errorf("refused: %+v", r.Err)
					}
				}
				anna.do(rooms.Retract{ID: "r", Re: offered - 1})
				settle(anna)
				if r := one[*rooms.Retracted](t, anna); r.ID != "r" || r.From.Nick != "anna" {
					t.Errorf("retracted: %+v", r)
				}
			})
		})
	}
}

const eleven = `["a","b","c","d","e","f","g","h","i","j","k"]`

// A server can't do any of it: it has no key, and what it says in the clear is told of as
// not genuine.
func TestAServerMendsNothing(t *testing.T) {
	for _, forged := range []rooms.Event{
		&rooms.Retracted{Re: 4}, &rooms.Amended{Re: 4, Text: "I resign"}, &rooms.Reacted{Re: 4, Emoji: "👍", On: true}, &rooms.Said{Text: "a", Options: []string{"b", "c"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer()
			var inject []rooms.Event
			srv.between = func(c rooms.Participant) rooms.Participant {
				return &hand{c, func(events []rooms.Event) []rooms.Event {
					events, inject = append(events, inject...), nil
					return events
				}}
			}
			anna := srv.enter(t, "anna")
			settle(anna)
			anna.do(rooms.Say{ID: "1", Text: "mine"})
			settle(anna)
			inject = []rooms.Event{forged}
			anna.do(rooms.Sync{ID: "now"})
			settle(anna)
			one[*rooms.Said](t, anna)
			if shown := anna.mending(); len(shown) > 0 || !anna.told(seal.Forged, "") {
				t.Errorf("of %T anna is shown %+v, and told %s", forged, shown, notices(got[*rooms.Notice](anna)))
			}
		})
	}
}

// A server that says another time of a change keeps nobody from knowing that something is
// missing, and nobody is blamed for it. A change to what was said later than it came, by
// that clock, is none that is late.
func TestATimeThatIsALieShows(t *testing.T) {
	for _, c := range []struct {
		lie  time.Duration
		gaps int
	}{{rooms.AmendFor, 0}, {rooms.AmendFor + time.Millisecond, 1}, {time.Hour, 1}, {-time.Hour, 0}} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer()
			anna := srv.enter(t, "anna")
			settle(anna)
			var lie time.Duration
			srv.between = func(c rooms.Participant) rooms.Participant {
				return &hand{c, func(events []rooms.Event) []rooms.Event {
					for i, e := range events {
						if e, ok := e.(*rooms.Sealed); ok {
							body := &rooms.SealedBody{At: e.At.Add(lie), From: e.From, Body: e.Body}
							events[i] = &rooms.Sealed{SealedBody: body, WSeq: e.WSeq, Wrap: e.Wrap, ID: e.ID}
						}
					}
					return events
				}}
			}
			bob := srv.enter(t, "bob")
			settle(anna, bob)
			now := time.Now()
			anna.do(rooms.Say{Text: "at non"})
			settle(anna, bob)
			lie = c.lie - time.Since(now)
			anna.do(rooms.Amend{Re: one[*rooms.Said](t, anna).Seq, Text: "at noon"})
			settle(anna, bob)
			one[*rooms.Amended](t, anna)
			if n := len(got[*rooms.Gap](bob)); n != c.gaps || len(bob.mending()) != 1-c.gaps || len(got[*rooms.Notice](bob)) > 0 {
				t.Errorf("%v: %d gaps, want %d; told %s", c.lie, n, c.gaps, notices(got[*rooms.Notice](bob)))
			}
		})
	}
}

// However many emoji a member puts on a message, twelve are shown, and nothing else is
// told of it.
func TestFiveHundredEmoji(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		mallory := srv.stray(t)
		settle(anna)
		mallory.come("mallory", anna)
		anna.do(rooms.Say{Text: "one"})
		settle(anna)
		said := mallory.last()
		got[*rooms.Notice](anna)
		different := map[string]bool{}
		for _, e := range emoji.Complete("") {
			if text, ok := emoji.Parse(e.Text); ok && !different[text] && len(different) < 500 {
				different[text] = true
				mallory.tell(true, about("react", said, `,"emoji":"`+text+`","on":true`), mallory.order...)
				time.Sleep(time.Second / 4)
				settle(anna)
				mallory.listen()
			}
		}
		if n := len(anna.mending()); len(different) < 500 || n != rooms.MaxReactionKinds {
			t.Errorf("of %d emoji %d are shown", len(different), n)
		}
		if anna.told(seal.Unreadable, "") || anna.told(seal.Unknown, "") {
			t.Errorf("anna is told %s", notices(got[*rooms.Notice](anna)))
		}
		for emoji := range different { // once more, and off: of whom none is on it, that is nothing
			mallory.tell(true, about("react", said, `,"emoji":"`+emoji+`","on":false`), mallory.order...)
			time.Sleep(time.Second / 4)
			settle(anna)
			mallory.listen()
		}
		if n := len(anna.mending()); n != rooms.MaxReactionKinds {
			t.Errorf("%d were taken off", n)
		}
	})
}

// A message keeps its name when it is changed: what answers it, before and after, stands
// under it, as do reactions.
func TestAChangedMessageKeepsItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		anna.do(rooms.Typing{}) // so their numbers differ
		bob.do(rooms.Rename{Nick: "robert"})
		settle(anna, bob)
		anna.do(rooms.Say{Text: "at non"})
		settle(anna, bob)
		hers, his := one[*rooms.Said](t, anna).Seq, one[*rooms.Said](t, bob).Seq
		bob.do(rooms.Say{Text: "when?", Re: his})
		anna.do(rooms.Amend{Re: hers, Text: "at noon"})
		settle(anna, bob)
		bob.do(rooms.Say{Text: "thanks", Re: his})
		bob.do(rooms.React{Re: his, Emoji: "👍", On: true})
		settle(anna, bob)
		for _, said := range got[*rooms.Said](anna) {
			if said.Re != hers {
				t.Errorf("%q answers %d, want %d", said.Text, said.Re, hers)
			}
		}
		if a, r := one[*rooms.Amended](t, bob), one[*rooms.Reacted](t, anna); a.Re != his || r.Re != hers {
			t.Errorf("changed %d, want %d; reacted to %d, want %d", a.Re, his, r.Re, hers)
		}
	})
}
