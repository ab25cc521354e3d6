package rooms_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestResume(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	a.read()
	var said []string
	say := func(n int) {
		for range n {
			said = append(said, fmt.Sprint("message ", len(said)))
			a.do(rooms.Say{Text: said[len(said)-1]})
			a.do(rooms.Ack{Seq: 1 << 40, WSeq: 1 << 40})
			a.read()
		}
	}
	say(10)
	b.read()
	b.do(rooms.Ack{Seq: b.seq, WSeq: b.wseq})
	say(20)
	b.take() // into a dead socket: never seen by the client
	say(20)
	b.Seat.Close()
	say(260)
	b.back()
	b.read()
	if !slices.Equal(b.texts, said) {
		t.Fatalf("%d of %d messages after the return, or in another order", len(b.texts), len(said))
	}
	if a.noise != 1 {
		t.Fatalf("alice saw %d joins and leaves, want bob's arrival only", a.noise)
	}
	if !slices.Equal(a.texts, said) {
		t.Fatal("alice missed some")
	}
}

// Who left while somebody was away stands in the welcome where they stood, and then
// leaves.
func TestResumedWelcomeIsInOrderOfArrival(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	first, second, away := newClient(t, h, "first"), newClient(t, h, "second"), newClient(t, h, "away")
	newClient(t, h, "last")
	away.read()
	away.do(rooms.Ack{Seq: away.seq})
	away.Seat.Close()
	second.do(rooms.Leave{})
	first.do(rooms.Leave{})
	away.back()
	var names []string
	for _, event := range away.take() {
		if w, ok := event.(*rooms.Welcome); ok {
			for _, m := range w.Members {
				names = append(names, m.Nick)
			}
		}
	}
	if want := []string{"first", "second", "away", "last"}; !slices.Equal(names, want) {
		t.Errorf("the welcome lists %v, want %v", names, want)
	}
}

func TestResumeWhileAlive(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	old := b.person
	b.back() // its welcome is lost: nothing is read
	lost := b.person
	if err := old.end(); !isEnded(err, rooms.Replaced) {
		t.Fatalf("the old connection ended with %v", err)
	}
	if err := old.Do(t.Context(), rooms.Say{Text: "from the grave"}); !isEnded(err, rooms.Replaced) {
		t.Fatalf("an op of the old connection: %v", err)
	}
	b.back() // with the same ticket, since it knows no other
	if err := lost.end(); !isEnded(err, rooms.Replaced) {
		t.Fatalf("the connection with the lost welcome ended with %v", err)
	}
	first := b.ticket
	b.read()
	b.do(rooms.Sync{ID: "s"})
	b.read()
	if _, err := h.Resume(t.Context(), first, b.seq, b.wseq); !isRefused(err, rooms.BadTicket) {
		t.Fatalf("a spent ticket: %v", err)
	}
	b.back()
	b.read()
	a.do(rooms.Say{Text: "hello"})
	b.read()
	if !slices.Equal(b.texts, []string{"hello"}) {
		t.Fatalf("bob heard %q", b.texts)
	}
	old.Close() // late: it must not take the new connection's place away
	lost.Close()
	b.do(rooms.Say{Text: "still here"})
	a.read()
	if a.texts[len(a.texts)-1] != "still here" {
		t.Fatal("a late Close of a replaced connection ended the place")
	}
}

func TestClosingTwiceKeepsThePlace(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := newClient(t, h, "alice")
	a.Seat.Close()
	a.Seat.Close()
	a.back()
	a.read()
}

func TestBarrierOfALostConnectionIsForgotten(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := newClient(t, h, "alice")
	a.do(rooms.Sync{ID: "old"})
	a.do(rooms.Say{ID: "1", Text: "after the old barrier"})
	a.back()
	a.do(rooms.Sync{ID: "new"})
	events := a.take()
	if s := want[*rooms.Synced](t, events); s.ID != "new" {
		t.Fatalf("the first barrier after the return is %q", s.ID)
	}
	want[*rooms.Said](t, events)
}

func isRefused(err error, code rooms.Code) bool {
	var refusal *rooms.Error
	return errors.As(err, &refusal) && refusal.Code == code
}

func TestPlaceIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
		a.read()
		b.Seat.Close()
		time.Sleep(rooms.AwayAfter + time.Millisecond)
		a.read()
		if !a.members[b.welcome.You.ID].Away {
			t.Fatal("bob's lost connection was not told")
		}
		time.Sleep(rooms.ResumeWindow - rooms.AwayAfter - 10*time.Millisecond)
		b.back()
		b.read()
		a.read()
		if a.members[b.welcome.You.ID].Away || b.members[b.welcome.You.ID].Away {
			t.Fatal("bob's return was not told")
		}
		b.Seat.Close()
		time.Sleep(rooms.ResumeWindow + time.Second)
		a.read()
		if len(a.members) != 1 {
			t.Fatal("bob's place was not given up")
		}
		if _, err := h.Resume(t.Context(), b.ticket, b.seq, b.wseq); !isRefused(err, rooms.BadTicket) {
			t.Fatalf("resumed after the window: %v", err)
		}
		if _, err := h.Resume(t.Context(), "made-up", 0, 0); !isRefused(err, rooms.BadTicket) {
			t.Fatalf("resumed with a forged ticket: %v", err)
		}
		a.do(rooms.Leave{})
		if h.Rooms() != 0 {
			t.Fatal("the room did not vanish")
		}
	})
}

func TestQuickReturnMakesNoNoise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
		a.read()
		seq := a.seq
		for range 20 {
			b.Seat.Close()
			time.Sleep(rooms.AwayAfter / 2)
			b.back()
			b.read()
			b.do(rooms.Sync{})
		}
		a.read()
		if a.seq != seq {
			t.Fatalf("%d events of somebody's bad connection", a.seq-seq)
		}
	})
}

func TestGap(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	b.Seat.Close()
	text := strings.Repeat("x", 1000)
	const said = 1000
	for range said {
		a.do(rooms.Say{Text: text})
		a.do(rooms.Ack{Seq: a.seq})
		a.read()
	}
	a.do(rooms.SetTopic{Text: "after the flood"})
	newClient(t, h, "carol")
	b.back()
	b.read()
	kept := len(b.texts)
	if b.missed == 0 || uint64(kept)+b.missed != said {
		t.Fatalf("%d kept and %d missed of %d", kept, b.missed, said)
	}
	if least := rooms.OutboxBytes / 2 / 1128; kept < least {
		t.Fatalf("only %d messages were kept, want at least %d", kept, least)
	}
	if b.topic != "after the flood" || len(b.members) != 3 {
		t.Fatalf("after the gap: topic %q, %d members", b.topic, len(b.members))
	}
	a.do(rooms.Say{Text: "on we go"})
	b.read()
	if b.texts[len(b.texts)-1] != "on we go" {
		t.Fatal("nothing came after the gap")
	}
}

func TestReturnToAFullOutboxAndAnotherCrowd(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	a.read()
	a.Seat.Close()
	for range 100 {
		b.do(rooms.Say{Text: strings.Repeat("x", rooms.MaxTextBytes)})
		b.read()
		b.do(rooms.Ack{Seq: b.seq})
	}
	for range 400 {
		enter(t, h, rooms.Visitor{})
	}
	a.back()
	b.do(rooms.Say{Text: "said before alice has taken anything"})
	a.read()
	if a.missed == 0 || len(a.members) != 402 || a.texts[len(a.texts)-1] != "said before alice has taken anything" {
		t.Fatalf("missed %d, sees %d people, heard %d messages", a.missed, len(a.members), len(a.texts))
	}
}

func TestSlowWhenNothingIsAcknowledged(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a := enter(t, h, rooms.Visitor{})
	b := newClient(t, h, "bob")
	text := strings.Repeat("x", 1000)
	var heard []rooms.Event
	for range rooms.OutboxBytes / 1000 {
		a.do(rooms.Say{Text: text})
		heard = append(heard, a.take()...)
		if _, err := b.Take(); err != nil {
			break
		}
	}
	if err := b.end(); !isEnded(err, rooms.Slow) {
		t.Fatalf("a client that acknowledges nothing ended with %v", err)
	}
	if l := want[*rooms.Left](t, heard); l.Reason != rooms.LeftSlow {
		t.Fatalf("left with %v", l.Reason)
	}
}

// TestReturnsAgree drives a room at random while one client is cut again and
// again, loses what was in its sockets, its welcomes and sometimes more than
// its outbox holds. Whatever happens, numbers come in turn (see client.see) and
// the client ends up believing what is so.
func TestReturnsAgree(t *testing.T) {
	compared, seen := 0, make(map[string]int)
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			h := rooms.NewHub(rooms.Config{SayRate: 0})
			quiet := newClientOf(t, h, rooms.Visitor{Room: "lobby", Nick: "quiet", Resumable: true, Host: true}) // sees everything
			cut := newClient(t, h, "cut")
			others := map[int]*client{}
			big := strings.Repeat("x", 3000)
			connected, waits := true, false
			for range 400 {
				switch n := r.IntN(20); {
				case n < 3:
					i := r.IntN(12)
					if o := others[i]; o != nil {
						o.do(rooms.Leave{})
						delete(others, i)
					} else {
						others[i] = newClient(t, h, fmt.Sprint("o", i))
					}
				case n < 5:
					if o := others[r.IntN(12)]; o != nil {
						o.do(rooms.Rename{Nick: fmt.Sprint("r", r.IntN(30))})
					}
				case n < 6 && r.IntN(2) == 0:
					quiet.do(rooms.SetTopic{Text: fmt.Sprint(r.IntN(5))})
				case n < 6:
					step(r, []*client{quiet, others[r.IntN(12)]}[r.IntN(2)])
				case n < 8 && waits: // more than an outbox holds
					for range rooms.OutboxBytes / len(big) {
						quiet.do(rooms.Say{Text: big})
						govern(r, quiet)
						step(r, []*client{quiet, others[r.IntN(12)]}[r.IntN(2)])
						quiet.read()
						mend(r, quiet, quiet, seen)
						quiet.read()
						quiet.do(rooms.Ack{Seq: quiet.seq, WSeq: quiet.wseq})
						for _, o := range others {
							o.read()
							o.do(rooms.Ack{Seq: o.seq, WSeq: o.wseq})
						}
					}
				case n < 12:
					quiet.do(rooms.Say{Text: big[:r.IntN(len(big))+1]})
				case n < 13:
					quiet.do(rooms.Whisper{To: cut.welcome.You.ID, Text: "psst"})
				case n < 15 && connected:
					cut.read()
					if r.IntN(2) == 0 {
						cut.do(rooms.Ack{Seq: cut.seq, WSeq: cut.wseq})
					}
				case n < 16 && connected:
					cut.take() // lost in the socket
					connected = false
				case n < 17 && connected:
					cut.Seat.Close()
					connected, waits = false, true
				case n < 18 && !connected:
					time.Sleep(rooms.OutboxBytes / rooms.ReturnRate * time.Second)
					cut.back()
					waits = false
					if connected = r.IntN(3) > 0; connected {
						cut.read()
					} // else the welcome is lost
				}
				if r.IntN(3) == 0 {
					govern(r, quiet)
				}
				if connected && r.IntN(8) == 0 {
					step(r, cut)
				}
				if who := []*client{quiet, cut, others[r.IntN(12)]}[r.IntN(3)]; who != nil && (who != cut || connected) && !quiet.members[who.welcome.You.ID].Muted {
					mend(r, who, quiet, seen)
				}
				quiet.read()
				quiet.do(rooms.Ack{Seq: quiet.seq, WSeq: quiet.wseq})
				for _, o := range others {
					o.read()
					o.do(rooms.Ack{Seq: o.seq, WSeq: o.wseq})
				}
				if _, here := quiet.members[cut.welcome.You.ID]; !here {
					cut = nil
					break // its connection looked alive and took nothing: ended as slow
				}
			}
			if cut == nil {
				return
			}
			compared++
			for _, m := range quiet.members {
				if m.Aside.On {
					seen["away"]++
				}
			}
			time.Sleep(rooms.OutboxBytes / rooms.ReturnRate * time.Second)
			cut.back()
			quiet.read()
			cut.read()
			if cut.topic != quiet.topic || cut.rules != quiet.rules || fmt.Sprint(cut.members) != fmt.Sprint(quiet.members) || cut.seq != quiet.seq {
				t.Fatalf("seed %d: after the return at %d (truth %d)\n got %v %q %v\nwant %v %q %v",
					seed, cut.seq, quiet.seq, cut.members, cut.topic, cut.rules, quiet.members, quiet.topic, quiet.rules)
			}
			for seq, have := range cut.mended {
				if want := quiet.mended[seq]; fmt.Sprintf("%+v", *have) != fmt.Sprintf("%+v", *want) {
					t.Fatalf("seed %d: after the return, message %d of %d is\n%.300s\nand with who stayed\n%.300s", seed, seq, cut.seq, fmt.Sprintf("%+v", *have), fmt.Sprintf("%+v", *want))
				}
			}
		})
	}
	if compared < 20 {
		t.Fatalf("only %d of 60 stories ended with a return", compared)
	}
	if seen["away"] < 50 {
		t.Errorf("only %d were away at the end of a story", seen["away"])
	}
	for _, what := range []string{"on", "off", "amended", "retracted"} {
		if seen[what] < 100 {
			t.Errorf("%s only %d times", what, seen[what])
		}
	}
}

// step has somebody go away or come back, by chance.
func step(r *rand.Rand, who *client) {
	if who == nil {
		return
	}
	aside := rooms.Aside{On: r.IntN(3) > 0}
	if aside.On {
		aside.Text = []string{"", "lunch", "back at three"}[r.IntN(3)]
	}
	if me := who.members[who.welcome.You.ID]; aside != me.Aside && (aside.Text == "" || !me.Muted) {
		who.do(rooms.SetAside{On: aside.On, Text: aside.Text})
	}
}

// govern has a host change the rules, or something about one of the others, by chance.
func govern(r *rand.Rand, host *client) {
	ids := slices.Sorted(maps.Keys(host.members))
	to := host.members[ids[r.IntN(len(ids))]]
	fade, links, quiet := host.rules.Fade+rooms.MinFade, host.rules.NoLinks, !host.rules.Quiet
	if to.ID == host.welcome.You.ID || r.IntN(3) == 0 {
		host.do([]rooms.Op{rooms.SetRules{Fade: &fade}, rooms.SetRules{Quiet: &quiet, Links: &links}}[r.IntN(2)])
		return
	}
	mute := rooms.Mute{To: to.ID, For: rooms.MinMute}
	if to.Muted && r.IntN(2) == 0 {
		mute.For = 0
	}
	host.do([]rooms.Op{mute, rooms.MakeHost{To: to.ID, On: !to.Host}, rooms.LetSpeak{To: to.ID, On: !to.Speaks}}[r.IntN(3)])
}
