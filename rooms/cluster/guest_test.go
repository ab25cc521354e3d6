package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"sotto/rooms"
)

// guest is somebody in a simulated room: a program that acts by chance, comes back where it
// was cut off, and checks what it is told as it comes.
type guest struct {
	w    *world
	name string
	rand *rand.Rand
	at   *server
	seat *rooms.Seat
	last *rooms.Seat // the connection before, which may still look alive

	stays  []*stay
	now    *stay // nil: nowhere
	ticket string
	id     string // of now; guarded by the world
	said   int
	holed  bool      // what is being read has a gap
	since  time.Time // when the connection was lost
}

// stay is one visit, from coming in until it ends for good: one member of the room.
type stay struct {
	guest   *guest
	id      string
	seq     uint64
	wseq    uint64
	from    uint64 // what it was welcomed at
	members map[string]string
	seen    map[uint64]string
	texts   map[string]int // what it saw said or whispered
	ops     map[string]*op
	gaps    int  // in which something may be missing
	back    bool // what is being read begins with a return
	jumped  bool // numbers were left out, of whispers too
	known   bool // by the server, as one who answers: its place is kept
	over    bool
}

// op is something that was said.
type op struct {
	text    string
	to      string // id of whom it was whispered to
	seq     uint64 // of the own copy
	acked   bool
	refused bool
}

// acts is how much was done in all simulations.
var acts atomic.Uint64

// act is one thing that a guest does.
func (g *guest) act() {
	acts.Add(1)
	if g.seat == nil {
		g.comeIn()
		return
	}
	if g.at.sky.isDead() {
		g.drop("its server died")
		if g != g.w.guests[0] && g.rand.IntN(2) == 0 { // and it never comes back
			g.end()
		}
		return
	}
	g.read()
	if g.seat == nil {
		return
	}
	switch n := g.rand.IntN(40); {
	case n < 18:
		g.say("")
	case n < 22:
		if to := g.w.guests[g.rand.IntN(len(g.w.guests))]; to != g {
			if id := to.idNow(); g.now.members[id] != "" {
				g.say(id)
			}
		}
	case n < 24:
		g.do(rooms.Rename{Nick: fmt.Sprint(g.name, g.rand.IntN(100))})
	case n < 26:
		g.do(rooms.SetTopic{Text: fmt.Sprint(g.name, g.rand.IntN(100))})
	case n < 30:
		_ = g.seat.Close()
		g.drop("cut off")
	case n < 31 && g != g.w.guests[0]: // with whom the room would end
		g.do(rooms.Leave{})
		g.ticket = ""
		g.drop("left")
		g.end()
	case n < 32: // its old connection still looks alive
		g.drop("moved")
	}
	if g.seat != nil {
		g.read()
	}
}

// idNow is who that is, for the others.
func (g *guest) idNow() string {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	return g.id
}

func (g *guest) drop(why string) {
	g.w.note("%s %s at %s", g.name, why, g.at.name)
	g.seat, g.last, g.since = nil, g.seat, time.Now()
}

// end ends the stay: a connection that looked alive no longer does.
func (g *guest) end() {
	if g.last != nil && !g.at.sky.isDead() {
		_ = g.last.Close()
	}
	if g.now != nil {
		g.now.over = true
		g.now = nil
	}
	g.ticket = ""
}

func (g *guest) do(op rooms.Op) {
	if err := g.seat.Do(context.Background(), op); err != nil {
		g.ended(err)
	}
}

func (g *guest) say(to string) {
	g.said++
	id := fmt.Sprint(g.said)
	o := &op{text: fmt.Sprint(g.name, "-", id), to: to}
	g.now.ops[id] = o
	g.w.note("%s says %s to %q at %s", g.name, o.text, to, g.at.name)
	if to == "" {
		g.do(rooms.Say{ID: id, Text: o.text})
	} else {
		g.do(rooms.Whisper{ID: id, To: to, Text: o.text})
	}
}

// comeIn comes back by the ticket, or in anew.
func (g *guest) comeIn() {
	alive := g.w.alive()
	if len(alive) == 0 {
		return
	}
	g.at = alive[g.rand.IntN(len(alive))]
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if g.ticket != "" {
		seat, err := g.at.hub.Resume(ctx, g.ticket, g.now.seq, g.now.wseq)
		g.w.note("%s comes back at %s from %d: %v", g.name, g.at.name, g.now.seq, err)
		var refused *rooms.Error
		switch {
		case err == nil:
			g.seat = seat
			g.read()
		case errors.As(err, &refused):
			if away := time.Since(g.since); away < rooms.ResumeWindow-5*time.Second && !g.w.loses {
				g.w.fail("%s came back after %v with a ticket that is not good", g.name, away)
			}
			g.end()
		}
		return
	}
	seat, err := g.at.hub.Join(ctx, rooms.Visitor{Room: "lobby", Nick: g.name, Resumable: true, Answers: true})
	g.w.note("%s comes in at %s: %v", g.name, g.at.name, err)
	if err == nil {
		g.seat = seat
		g.read()
	}
}

// read takes all that waits, and acknowledges it.
func (g *guest) read() {
	for {
		events, err := g.seat.Take()
		g.holed = slices.ContainsFunc(events, func(e rooms.Event) bool { _, gap := e.(*rooms.Gap); return gap })
		for _, e := range events {
			g.see(e)
		}
		if err != nil {
			g.ended(err)
			return
		}
		if len(events) == 0 {
			break
		}
	}
	if !g.now.known || g.rand.IntN(3) > 0 {
		g.now.known = true
		g.do(rooms.Ack{Seq: g.now.seq, WSeq: g.now.wseq})
	}
}

// ended is the end of a connection, or of a stay.
func (g *guest) ended(err error) {
	var ended *rooms.Ended
	g.drop(fmt.Sprint("was ended: ", err))
	if errors.Is(err, io.EOF) || errors.As(err, &ended) && !ended.Retry {
		g.end()
	}
}

// see checks what comes: numbers in turn, and nobody who comes or goes twice.
func (g *guest) see(e rooms.Event) {
	s := g.now
	if w, ok := e.(*rooms.Welcome); ok {
		g.welcomed(w)
		return
	}
	turn := func(seq uint64, what string, args ...any) {
		if seq != s.seq+1 {
			g.w.fail("%s has %T %d after %d", g.name, e, seq, s.seq)
		}
		s.seq = seq
		if text := fmt.Sprintf(what, args...); s.gaps == 0 || what[:4] == "said" {
			s.seen[seq] = text
			g.w.truth(g, seq, text)
		}
	}
	switch e := e.(type) {
	case *rooms.Said:
		turn(e.Seq, "said by %s at %d: %s", e.From, e.At.UnixNano(), e.Text)
		s.texts[e.Text]++
		if o := s.ops[e.ID]; e.ID != "" {
			g.w.note("%s has its %s as %d", g.name, e.Text, e.Seq)
			o.seq, o.acked = e.Seq, true
		}
	case *rooms.Whispered:
		if e.WSeq != s.wseq+1 && !s.jumped || e.WSeq <= s.wseq {
			g.w.fail("%s has whisper %d after %d", g.name, e.WSeq, s.wseq)
		}
		s.wseq, s.jumped = e.WSeq, false
		s.texts[e.Text]++
		if o := s.ops[e.ID]; e.ID != "" {
			o.acked = true
		}
	case *rooms.Refused:
		g.w.note("%s is refused %s: %s", g.name, e.ID, e.Err.Code)
		if o := s.ops[e.ID]; o != nil {
			o.refused = true
		}
	case *rooms.Joined:
		turn(e.Seq, "joined %s", e.Member.ID)
		if _, here := s.members[e.Member.ID]; here {
			g.w.fail("%s has %s come in twice", g.name, e.Member.ID)
		}
		s.members[e.Member.ID] = e.Member.Nick
	case *rooms.Left:
		turn(e.Seq, "left %s %s", e.Member.ID, e.Reason)
		if _, here := s.members[e.Member.ID]; !here {
			g.w.fail("%s has %s leave who was not there", g.name, e.Member.ID)
		}
		delete(s.members, e.Member.ID)
	case *rooms.Renamed:
		turn(e.Seq, "renamed %s to %s", e.Member.ID, e.Member.Nick)
		s.members[e.Member.ID] = e.Member.Nick
	case *rooms.Away:
		turn(e.Seq, "away %s %v", e.Member.ID, e.Member.Away)
	case *rooms.TopicSet:
		turn(e.Seq, "topic by %s: %s", e.From, e.Text)
	case *rooms.Gap:
		g.w.note("%s misses %d, up to %d", g.name, e.Missed, e.Seq)
		if !g.w.loses {
			g.w.fail("%s has a gap of %d", g.name, e.Missed)
		}
		if e.Missed > 0 || g.holed && s.back {
			s.gaps++
		}
		s.jumped = true
		s.seq = e.Seq
	}
}

func (g *guest) welcomed(w *rooms.Welcome) {
	members := make(map[string]string)
	for _, m := range w.Members {
		members[m.ID] = m.Nick
	}
	s := g.now
	switch {
	case !w.Resumed:
		g.now = &stay{
			guest: g, id: w.You.ID, seq: w.Seq, from: w.Seq, seen: make(map[uint64]string),
			texts: make(map[string]int), ops: make(map[string]*op),
		}
		g.stays = append(g.stays, g.now)
		g.w.mu.Lock()
		g.id = w.You.ID
		g.w.mu.Unlock()
	case w.Seq != s.seq || w.You.ID != s.id:
		g.w.fail("%s is welcomed back at %d, was at %d", g.name, w.Seq, s.seq)
	case !g.holed && fmt.Sprint(members) != fmt.Sprint(s.members):
		g.w.fail("%s is welcomed back to %v, and was among %v", g.name, members, s.members)
	}
	g.now.members, g.ticket, g.now.back = members, w.Ticket, w.Resumed
	g.w.note("%s is %s, welcome at %d", g.name, g.now.id, w.Seq)
}
