package mending

import (
	"strings"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/command"
)

// TestRetractsNoOlderWords: whoever means a file takes back no older words for it, as long
// as it is offered.
func TestRetractsNoOlderWords(t *testing.T) {
	you, bob := rooms.Person{ID: "01", Nick: "ear"}, rooms.Person{ID: "02", Nick: "bob"}
	for _, c := range []struct {
		who rooms.Person
		in  command.Retract
	}{{you, command.Retract{}}, {you, command.Retract{Nick: "ear"}}, {bob, command.Retract{Nick: "bob"}}} {
		m := Messages{Keep: 9, Names: 9}
		m.Happen(&rooms.Welcome{You: rooms.Member{ID: you.ID}}, time.Now())
		m.Happen(&rooms.Said{Seq: 1, From: c.who, Text: "harmless"}, time.Now())
		m.Happen(&rooms.Offered{Seq: 2, From: c.who}, time.Now())
		retract := func() (seq uint64, why string) {
			return m.Choose(m.Newest(), func(string) (rooms.Member, rooms.Found) {
				return rooms.Member{ID: c.who.ID}, rooms.OneFound
			}).Retract(c.in)
		}
		if seq, why := retract(); seq != 0 || !strings.Contains(why, "/cancel") {
			t.Errorf("%+v takes back %d, and it is said %q", c.in, seq, why)
		}
		m.Over(2)
		if seq, why := retract(); seq != 1 || why != "" {
			t.Errorf("%+v takes back %d once the file is offered no more, and it is said %q", c.in, seq, why)
		}
		m.Happen(&rooms.Offered{Seq: 3, From: c.who}, time.Now())
		m.Happen(&rooms.Said{Seq: 4, From: c.who, Text: "a slip"}, time.Now())
		if seq, why := retract(); seq != 4 || why != "" {
			t.Errorf("%+v takes back %d, and it is said %q", c.in, seq, why)
		}
	}
}

// TestVoteByNumber: a number answers a poll, whoever is called so, and is a name only where
// no poll is to be seen.
func TestVoteByNumber(t *testing.T) {
	you, bob := rooms.Person{ID: "01", Nick: "ear"}, rooms.Person{ID: "02", Nick: "1"}
	for name, c := range map[string]struct {
		poll, hidden bool
		typed        string
		answers      bool
	}{
		"a poll":                       {true, false, "2", true},
		"a poll, and somebody":         {true, false, "1", true},
		"a poll of who is ignored":     {true, true, "1", false},
		"no poll, but somebody":        {false, false, "1", false},
		"neither, so it is said":       {false, false, "2", true},
		"no number of an answer":       {true, false, "11", false},
		"a number as nobody writes it": {true, false, "01", false},
		"a name":                       {true, false, "bob", false},
		"an answer to another vote":    {true, false, "yes", false},
	} {
		m := Messages{Keep: 9, Names: 9, Hidden: func(who rooms.Person) bool { return c.hidden && who == bob }}
		m.Happen(&rooms.Welcome{You: rooms.Member{ID: you.ID}}, time.Now())
		m.Happen(&rooms.Said{Seq: 1, From: bob, Text: "no poll"}, time.Now())
		if c.poll {
			m.Happen(&rooms.Said{Seq: 2, From: bob, Text: "lunch?", Options: []string{"pizza", "soup"}}, time.Now())
		}
		react, answers := m.Choose(m.Newest(), func(nick string) (rooms.Member, rooms.Found) {
			if nick == bob.Nick {
				return rooms.Member{ID: bob.ID}, rooms.OneFound
			}
			return rooms.Member{}, rooms.NoneFound
		}).Answer(command.Vote{Nick: c.typed})
		if answers != c.answers || answers && react.Emoji != c.typed {
			t.Errorf("%s: %+v, %t", name, react, answers)
		}
	}
}
