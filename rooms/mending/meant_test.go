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
