package rooms_test

import (
	"fmt"
	"testing"

	"sotto/rooms"
)

// client is what a resuming client keeps: its record of the room and how far it
// got. It believes only what it was told.
type client struct {
	*person
	h       *rooms.Hub
	ticket  string
	seq     uint64
	wseq    uint64
	members map[string]rooms.Member
	topic   string
	rules   rooms.Rules
	texts   []string
	mended  record
	asides  map[string]bool // of whom it has yet to be told that they are away, since the welcome
	missed  uint64
	noise   int // joined and left seen
}

func newClient(t *testing.T, h *rooms.Hub, nick string) *client {
	t.Helper()
	return newClientOf(t, h, rooms.Visitor{Room: "lobby", Nick: nick, Resumable: true})
}

func newClientOf(t *testing.T, h *rooms.Hub, v rooms.Visitor) *client {
	t.Helper()
	seat, err := h.Join(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{person: &person{Seat: seat, t: t}, h: h}
	c.read()
	c.do(rooms.Ack{Seq: c.seq})
	t.Cleanup(func() { c.Seat.Close() })
	return c
}

// read takes all that waits and believes it.
func (c *client) read() {
	c.t.Helper()
	for _, e := range c.take() {
		c.see(e)
	}
}

// see is a client's whole state machine; it fails on a number out of turn.
func (c *client) see(e rooms.Event) {
	c.t.Helper()
	turn := func(seq uint64) {
		c.t.Helper()
		if seq != c.seq+1 {
			c.t.Fatalf("%T has number %d after %d", e, seq, c.seq)
		}
		c.seq = seq
	}
	if set, ok := e.(*rooms.AsideSet); (!ok || set.Seq != 0) && len(c.asides) > 0 {
		c.t.Fatalf("after the welcome it is not told that %v are away", c.asides)
	}
	switch e := e.(type) {
	case *rooms.Welcome:
		members := map[string]rooms.Member{}
		for _, m := range e.Members {
			members[m.ID] = m
		}
		switch now, was := fmt.Sprint(members, e.Rules, e.Topic), fmt.Sprint(c.members, c.rules, c.topic); {
		case !e.Resumed:
			c.seq = e.Seq
		case e.Seq != c.seq:
			c.t.Fatalf("welcomed back at %d, was at %d", e.Seq, c.seq)
		case now != was:
			c.t.Fatalf("welcomed back to\n%v, left\n%v", now, was)
		}
		c.welcome, c.ticket, c.topic, c.rules, c.members = e, e.Ticket, e.Topic, e.Rules, members
		if _, here := c.members[e.You.ID]; !here {
			c.t.Fatal("a welcome without oneself among the members")
		}
		c.asides = map[string]bool{}
		for _, m := range e.Members { // no frame has that in a welcome
			if m.Aside.On {
				c.asides[m.ID] = true
				m.Aside = rooms.Aside{}
				c.members[m.ID] = m
			}
		}
	case *rooms.Said:
		turn(e.Seq)
		c.texts = append(c.texts, e.Text)
		c.mended.said(e)
	case *rooms.Reacted:
		turn(e.Seq)
		c.mended.reacted(c.t, e)
	case *rooms.Amended:
		turn(e.Seq)
		c.mended.amended(c.t, e)
	case *rooms.Retracted:
		turn(e.Seq)
		c.mended.retracted(c.t, e)
	case *rooms.Whispered:
		if c.missed == 0 && e.WSeq != c.wseq+1 {
			c.t.Fatalf("whisper %d after %d", e.WSeq, c.wseq)
		}
		c.wseq = e.WSeq
		c.texts = append(c.texts, e.Text)
	case *rooms.Joined:
		turn(e.Seq)
		c.noise++
		if _, here := c.members[e.Member.ID]; here {
			c.t.Fatalf("%v joined twice", e.Member)
		}
		c.members[e.Member.ID] = e.Member
	case *rooms.Left:
		turn(e.Seq)
		c.noise++
		if _, here := c.members[e.Member.ID]; !here {
			c.t.Fatalf("%v left without having been here", e.Member)
		}
		delete(c.members, e.Member.ID)
	case *rooms.Renamed:
		turn(e.Seq)
		if was := c.members[e.Member.ID].Nick; was != e.Was {
			c.t.Fatalf("renamed from %q, was %q", e.Was, was)
		}
		c.members[e.Member.ID] = e.Member
	case *rooms.Away:
		turn(e.Seq)
		c.changes(e.Member)
	case *rooms.AsideSet:
		if e.Seq == 0 {
			delete(c.asides, e.Member.ID)
		} else {
			turn(e.Seq)
		}
		if c.members[e.Member.ID].Aside == e.Member.Aside && c.missed == 0 {
			c.t.Fatalf("%+v was so before", e.Member)
		}
		c.changes(e.Member)
	case *rooms.HostSet:
		turn(e.Seq)
		c.changes(e.Member)
	case *rooms.Muted:
		turn(e.Seq)
		if e.Member.Muted != (e.For > 0) {
			c.t.Fatalf("muted for %v: %+v", e.For, e.Member)
		}
		c.changes(e.Member)
	case *rooms.SpeakSet:
		turn(e.Seq)
		c.changes(e.Member)
	case *rooms.RulesSet:
		turn(e.Seq)
		if e.Rules == c.rules && c.missed == 0 {
			c.t.Fatalf("the rules are %+v and were before", e.Rules)
		}
		c.rules = e.Rules
	case *rooms.TopicSet:
		turn(e.Seq)
		c.topic = e.Text
	case *rooms.Offered:
		turn(e.Seq)
	case *rooms.Gap:
		c.missed += e.Missed
		c.seq = e.Seq
	}
}

// changes believes what is said about a member, who must have been here.
func (c *client) changes(m rooms.Member) {
	c.t.Helper()
	if _, here := c.members[m.ID]; !here {
		c.t.Fatalf("%v changed without having been here", m)
	}
	c.members[m.ID] = m
}

// back resumes with what the client knows.
func (c *client) back() {
	c.t.Helper()
	seat, err := c.h.Resume(c.t.Context(), c.ticket, c.seq, c.wseq)
	if err != nil {
		c.t.Fatalf("Resume: %v", err)
	}
	c.person = &person{Seat: seat, t: c.t, welcome: c.welcome}
}
