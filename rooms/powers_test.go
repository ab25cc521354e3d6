package rooms_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// tale is a room in which things happen by chance, and what everybody there is told of
// them: the state below is nothing but that.
type tale struct {
	t       *testing.T
	h       *rooms.Hub
	r       *rand.Rand
	witness *client // a host who does nothing and to whom nothing is done
	key     string
	actors  []*actor
	ids     []string // of all who were ever there, but for the witness
	till    map[string]time.Time
	gone    map[string]bool // who was removed
	seen    map[string]int  // how often what happened
}

// actor is somebody who does things, with a ticket.
type actor struct {
	*person
	ticket string
	away   bool
}

// silent reports whether somebody may not be heard, as the room is now.
func (s *tale) silent(id string) bool {
	m := s.witness.members[id]
	return m.Watch || m.Muted || s.witness.rules.Quiet && !m.Host && !m.Speaks
}

// TestPowers has people do what comes to their mind, and holds against each thing that
// happened who did it: nobody without a power has changed what needs it, nobody who may
// not speak was heard, nobody who watches has done anything, and nobody who was removed has come back.
func TestPowers(t *testing.T) {
	seen := make(map[string]int)
	for seed := range uint64(15) {
		synctest.Test(t, func(t *testing.T) {
			s := &tale{t: t, h: rooms.NewHub(rooms.Config{SayRate: 10}), r: rand.New(rand.NewPCG(seed, 5)),
				till: make(map[string]time.Time), gone: make(map[string]bool), seen: seen}
			s.begin()
			for n := range 500 {
				s.happen(fmt.Sprint("op", n))
			}
		})
	}
	for _, what := range []string{
		"*rooms.RulesSet", "*rooms.HostSet", "*rooms.Muted", "*rooms.SpeakSet", "*rooms.Left", "*rooms.Said", "*rooms.Renamed", "*rooms.TopicSet",
		"*rooms.Reacted", "*rooms.Amended", "*rooms.Retracted", "somebody else's taken back",
		"whisper", "whisper to a host", "removed", "removed watching", "expired", "claimed", "key", "returned", "leapt",
		string(rooms.NotHost), string(rooms.MutedNow), string(rooms.QuietNow), string(rooms.TooSoon), string(rooms.BadKey),
	} {
		if seen[what] == 0 {
			t.Errorf("it never came to %s: %v", what, seen)
		}
	}
}

func (s *tale) begin() {
	seat, err := s.h.Join(s.t.Context(), rooms.Visitor{Room: "lobby", Host: true, Resumable: true})
	if err != nil {
		s.t.Fatal(err)
	}
	s.witness = &client{person: &person{Seat: seat, t: s.t}, h: s.h}
	for _, e := range s.witness.take() {
		s.witness.see(e)
		if shown, ok := e.(*rooms.KeyShown); ok {
			s.key = shown.Words
		}
	}
	s.witness.do(rooms.Ack{Seq: s.witness.seq})
	for len(s.actors) < 4 {
		s.enter()
	}
	s.govern(rooms.MakeHost{To: s.ids[0], On: true})
}

// govern has the witness do something after all.
func (s *tale) govern(op rooms.Op) {
	s.witness.do(op)
	s.hear(s.witness.welcome.You.ID, op)
}

// enter has somebody new come in, if the door is open.
func (s *tale) enter() {
	seat, err := s.h.Join(s.t.Context(), rooms.Visitor{Room: "lobby", Via: rooms.ViaWeb, Host: true, Resumable: true, Watch: s.r.IntN(4) == 0})
	if s.witness.rules.Door != rooms.DoorOpen {
		if err == nil {
			s.t.Fatalf("somebody came in by a door that is %s", s.witness.rules.Door)
		}
		return
	}
	if err != nil {
		s.t.Fatal(err)
	}
	a := &actor{person: &person{Seat: seat, t: s.t}}
	a.welcome = want[*rooms.Welcome](s.t, a.take())
	a.ticket = a.welcome.Ticket
	s.actors, s.ids = append(s.actors, a), append(s.ids, a.welcome.You.ID)
	a.do(rooms.Ack{Seq: a.welcome.Seq})
	s.hear("", nil)
}

// happen has one thing happen.
func (s *tale) happen(id string) {
	time.Sleep(time.Duration(s.r.IntN(4000)) * time.Millisecond)
	if s.r.IntN(50) == 0 {
		time.Sleep(rooms.BridgeFor)
	}
	synctest.Wait()
	s.hear("", nil)
	if len(s.actors) < 4 {
		if s.witness.rules.Door != rooms.DoorOpen {
			s.govern(rooms.SetRules{Door: rooms.DoorOpen})
		}
		s.enter()
		if s.r.IntN(2) == 0 {
			s.govern(rooms.MakeHost{To: s.ids[len(s.ids)-1], On: true})
		}
	}
	i := s.r.IntN(len(s.actors))
	a := s.actors[i]
	if s.r.IntN(40) == 0 { // chance alone seldom mutes somebody who then speaks
		s.govern(rooms.Mute{To: a.welcome.You.ID, For: time.Minute})
	}
	switch {
	case a.away:
		s.back(a)
	case s.r.IntN(30) == 0:
		a.Close()
		a.away = true
	default:
		key := s.key
		if s.r.IntN(3) > 0 {
			key = "otter lemon seven quiet harbor"
		}
		op := rooms.AnyOp(s.r, id, s.ids, key, slices.Sorted(maps.Keys(s.witness.mended)))
		if err := a.Do(s.t.Context(), op); err == nil {
			s.hear(a.welcome.You.ID, op)
		}
	}
	s.sweep()
}

// back takes an actor's place back.
func (s *tale) back(a *actor) {
	seat, err := s.h.Resume(s.t.Context(), a.ticket, a.welcome.Seq, 0)
	if err != nil {
		if _, here := s.witness.members[a.welcome.You.ID]; here {
			s.t.Fatalf("a place can't be taken back: %v", err)
		}
		return
	}
	if s.gone[a.welcome.You.ID] {
		s.t.Fatal("somebody who was removed is back by their ticket")
	}
	s.seen["returned"]++
	a.Seat, a.away = seat, false
	a.welcome = want[*rooms.Welcome](s.t, a.take())
	a.ticket = a.welcome.Ticket
	a.do(rooms.Ack{Seq: a.welcome.Seq})
	s.hear("", nil)
}

// sweep lets go of those who are there no longer, once nothing that they try has worked.
func (s *tale) sweep() {
	s.actors = slices.DeleteFunc(s.actors, func(a *actor) bool {
		id := a.welcome.You.ID
		if _, here := s.witness.members[id]; here {
			return false
		}
		if _, err := s.h.Resume(s.t.Context(), a.ticket, a.welcome.Seq, 0); !isRefused(err, rooms.BadTicket) {
			s.t.Fatalf("the ticket of somebody who is gone: %v", err)
		}
		for _, op := range []rooms.Op{rooms.Say{Text: "boo"}, rooms.Rename{Nick: "ghost"}, rooms.Whisper{To: s.witness.welcome.You.ID, Text: "boo"},
			rooms.Pass{To: []string{s.witness.welcome.You.ID}, Body: []byte("boo")}, rooms.Claim{Key: s.key}, rooms.Sync{}} {
			if err := a.Do(s.t.Context(), op); err == nil {
				s.t.Fatalf("somebody who is gone may %T", op)
			}
		}
		s.hear("", nil)
		return true
	})
}

// hear holds what everybody is told against who did what: by with op, or nobody.
func (s *tale) hear(by string, op rooms.Op) {
	s.t.Helper()
	host, silent := s.witness.members[by].Host, s.silent(by)
	must := func(ok bool, e rooms.Event) {
		s.t.Helper()
		if !ok || s.gone[by] || s.witness.members[by].Watch && op != nil && !is[rooms.Leave](op) {
			s.t.Fatalf("%T %+v of %+v, host %v, silent %v, made %T %+v", op, op, s.witness.members[by], host, silent, e, e)
		}
	}
	hosts := make(map[string]bool)
	for id, m := range s.witness.members {
		hosts[id] = m.Host
	}
	removed := false
	for _, e := range s.witness.take() {
		s.seen[fmt.Sprintf("%T", e)]++
		switch e := e.(type) {
		case *rooms.Said:
			must(e.From.ID == by && !silent, e)
		case *rooms.Offered:
			must(e.From.ID == by && !silent, e)
		case *rooms.Reacted:
			must(e.From.ID == by && !s.witness.members[by].Muted, e)
		case *rooms.Amended:
			said := s.witness.mended[e.Re]
			must(e.From.ID == by && said.from == by && !silent && !said.gone && time.Since(said.at) <= rooms.AmendFor, e)
		case *rooms.Retracted:
			said := s.witness.mended[e.Re]
			if said.from != by {
				s.seen["somebody else's taken back"]++
			}
			must(e.From.ID == by && (said.from == by || host) && !said.gone, e)
		case *rooms.TopicSet:
			must(e.From.ID == by && !silent, e)
		case *rooms.TypingNow:
			must(e.Member == by && !silent, e)
		case *rooms.Whispered:
			must(e.From.ID == by, e) // the witness is a host
		case *rooms.Renamed:
			must(e.Member.ID == by && !s.witness.members[by].Muted, e)
		case *rooms.RulesSet:
			switch {
			case e.Why == "":
				must(e.From.ID == by && host && is[rooms.SetRules](op), e)
			case e.Why == rooms.RulesRemoved:
				must(removed, e)
			default:
				must(e.Why == rooms.RulesCalm && s.witness.rules.Door == rooms.DoorKnock, e)
			}
		case *rooms.HostSet:
			must(!e.Member.Watch, e)
			claim, _ := op.(rooms.Claim)
			if claim.Key == s.key {
				s.seen["claimed"]++
				must(e.Member.ID == by && e.Member.Host, e)
			} else {
				must(host && is[rooms.MakeHost](op), e)
			}
		case *rooms.SpeakSet:
			must(host && is[rooms.LetSpeak](op), e)
		case *rooms.Muted:
			if is[rooms.Mute](op) {
				must(host && e.Member.ID != by, e)
				s.till[e.Member.ID] = time.Now().Add(e.For)
				break
			}
			s.seen["expired"]++
			must(e.For == 0 && !time.Now().Before(s.till[e.Member.ID]), e)
		case *rooms.Left:
			if e.Reason == rooms.LeftRemoved {
				s.seen["removed"]++
				must(host && op.(rooms.Remove).To == e.Member.ID && e.Member.ID != by, e)
				if e.Member.Watch {
					s.seen["removed watching"]++
				}
				removed, s.gone[e.Member.ID] = true, true
			}
		case *rooms.Joined:
			must(!s.gone[e.Member.ID], e)
		}
		s.witness.see(e)
	}
	s.witness.do(rooms.Ack{Seq: s.witness.seq, WSeq: 1 << 40})
	for _, a := range s.actors {
		s.hearAs(a, by, op, host, silent, hosts)
	}
}

// hearAs holds what is for one of them alone.
func (s *tale) hearAs(a *actor, by string, op rooms.Op, host, silent bool, hosts map[string]bool) {
	s.t.Helper()
	if a.away {
		return
	}
	events, err := a.Take()
	for ; err == nil && len(events) > 0; events, err = a.Take() {
		for _, e := range events {
			switch e := e.(type) {
			case *rooms.Whispered:
				if e.From.ID != by || s.witness.members[by].Watch || s.witness.members[e.To.ID].Watch || silent && !hosts[e.To.ID] {
					s.t.Fatalf("a whisper of %+v, who is silent, to %+v", s.witness.members[by], e.To)
				}
				s.seen["whisper"]++
				if silent {
					s.seen["whisper to a host"]++
				}
			case *rooms.KeyShown:
				if a.welcome.You.ID != by || !host || !is[rooms.AskKey](op) {
					s.t.Fatal("somebody is shown a key who is no host, or did not ask")
				}
				s.seen["key"]++
			case *rooms.Leapt:
				leap, _ := op.(rooms.Leap)
				if e.From.ID != by || !host || a.welcome.You.ID != by && !slices.Contains(leap.To, a.welcome.You.ID) {
					s.t.Fatalf("somebody is told of another room by %T %+v of %+v", op, op, s.witness.members[by])
				}
				s.seen["leapt"]++
			case *rooms.Refused:
				s.seen[string(e.Err.Code)]++
				if e.ID != rooms.IDOf(op) && e.ID != "" {
					s.t.Fatalf("a refusal of %q after %T", e.ID, op)
				}
			}
			if at := rooms.PositionOf(e); at.Seq > 0 {
				a.welcome.Seq = at.Seq
			}
		}
		_ = a.Do(s.t.Context(), rooms.Ack{Seq: 1 << 40, WSeq: 1 << 40})
	}
}

func is[T rooms.Op](op rooms.Op) bool {
	_, ok := op.(T)
	return ok
}

// TestPowersAtOnce has many do so at the same moment, and burn the room under each other.
// Nothing of it is left behind when they are gone.
func TestPowersAtOnce(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	var mu sync.Mutex
	ids, key := []string{"nobody"}, "otter lemon seven quiet harbor"
	come := func() *rooms.Seat {
		for {
			seat, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Via: rooms.ViaWeb, Host: true, Resumable: true})
			if err != nil {
				if !isRefused(err, rooms.AtTheDoor) && !isRefused(err, rooms.Locked) {
					t.Errorf("somebody can't come in: %v", err)
				}
				return nil
			}
			events, err := seat.Take()
			if err != nil {
				continue // removed before they saw the room
			}
			mu.Lock()
			ids = append(ids, events[0].(*rooms.Welcome).You.ID)
			for _, e := range events {
				if shown, ok := e.(*rooms.KeyShown); ok {
					key = shown.Words
				}
			}
			mu.Unlock()
			return seat
		}
	}
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 9))
			var seat *rooms.Seat
			for n := range 150 {
				if seat == nil {
					seat = come()
					continue
				}
				mu.Lock()
				op := rooms.AnyOp(r, fmt.Sprint(n), ids[max(0, len(ids)-12):], key, nil)
				mu.Unlock()
				if r.IntN(40) == 0 {
					op = rooms.Burn{}
				}
				_ = seat.Do(t.Context(), op)
				if _, err := seat.Take(); err != nil {
					seat.Close()
					seat = nil
				}
			}
			if seat != nil {
				_ = seat.Do(t.Context(), rooms.Leave{})
			}
		})
	}
	all.Wait()
	if h.Rooms() != 0 {
		t.Errorf("%d rooms are left", h.Rooms())
	}
}
