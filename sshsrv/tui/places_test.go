package tui

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

func init() {
	for n := '1'; n <= '9'; n++ {
		keys["alt+"+string(n)] = tea.KeyPressMsg{Code: n, Mod: tea.ModAlt}
	}
	keys["alt+left"] = tea.KeyPressMsg{Code: tea.KeyLeft, Mod: tea.ModAlt}
	keys["alt+right"] = tea.KeyPressMsg{Code: tea.KeyRight, Mod: tea.ModAlt}
}

// joins opens another room beside those that there are, and is in it.
func (s *sitting) joins(room string, others ...rooms.Member) *place {
	s.t.Helper()
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return &fakeSeat{}, nil }
	s.types("/join "+room, "enter")
	s.welcomed(s.front, room, others...)
	return s.front
}

// welcomed is the welcome to a room at a place.
func (s *sitting) welcomed(p *place, room string, others ...rooms.Member) {
	s.in(p, &rooms.Welcome{Room: rooms.RoomName(room), Kind: rooms.KindOpen, You: you, Members: append([]rooms.Member{you}, others...)})
}

// in has something happen in one of several rooms.
func (s *sitting) in(p *place, events ...rooms.Event) { s.do(run.EventsMsg{At: p, Events: events}) }

// saysIn makes somebody say something in one of several rooms.
func (s *sitting) saysIn(p *place, who rooms.Member, text string) {
	s.seq++
	s.in(p, &rooms.Said{Seq: s.seq, At: s.now, From: who.Person(), Text: text})
}

// lines shows what was held back from the line of rooms.
func (s *sitting) lines() { s.do(lineMsg{}) }

// TestSeveralRooms opens a second and a third, and goes between them: each has its own
// talk, draft, scroll, search, ignores and marks.
func TestSeveralRooms(t *testing.T) {
	s := plainRoom(t)
	tea, seat := s.front, s.seat
	s.says(lynx, "said in tea")
	den := s.joins("den", heron)
	if den == tea || len(s.places) != 2 || s.front != den {
		t.Fatalf("%d places", len(s.places))
	}
	s.shows(" 1 tea [2 den]", "#den")
	s.hides("said in tea", "You left")
	s.saysIn(den, heron, "said in den")
	s.types("a draft for den", "alt+1")
	s.shows("[1 tea] 2 den", "said in tea")
	s.hides("said in den", "a draft for den")
	s.types("hello tea", "enter")
	if op, ok := seat.ops[len(seat.ops)-1].(rooms.Say); !ok || op.Text != "hello tea" {
		t.Errorf("tea was told %#v", seat.ops)
	}
	s.types("/ignore brave-lynx", "enter", "f3", "sought", "enter")
	s.saysIn(den, heron, "one")
	s.saysIn(den, heron, "quiet-otter: two")
	s.lines()
	s.shows("2 den +2 @1", "sought")
	if f := s.Frame(); f.Title != "(2) sotto" {
		t.Errorf("the title is %q", f.Title)
	}
	s.types("alt+right")
	s.shows("[2 den]", "said in den", "quiet-otter: two", "a draft for den")
	s.hides("+2", "sought")
	if len(s.ignoring.Names()) != 0 || len(tea.ignoring.Names()) != 1 {
		t.Error("who is ignored in one room is in another")
	}
	s.types("alt+left", "esc", "/join DEN", "enter")
	s.shows("[2 den]")
	if len(s.places) != 2 {
		t.Errorf("the same room twice: %d places", len(s.places))
	}
	s.types("ctrl+c", "/join den", "enter")
	s.shows("You are in den already.")
	s.types("alt+1", "/times on", "enter", "/highlight outage", "enter")
	s.joins("lab")
	for _, p := range s.places {
		if tl := p.reading.timeline; !tl.Times() || len(tl.Highlit()) != 1 {
			t.Errorf("in %s times are %v, %q calls", p.label(), tl.Times(), tl.Highlit())
		}
	}
	s.in(s.front, &rooms.Welcome{Room: "sealed:308701", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}})
	s.types("alt+1", "/join sea", "tab", "enter")
	s.shows("[3 sealed:308701]")
	s.in(s.front, &rooms.Welcome{Room: "lab", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.types("alt+9")
	s.shows("[3 lab]")
	s.types("alt+right")
	s.shows("[1 tea]")
}

// TestWordsOnTheWayToAnotherRoom: what is typed while a room is being entered is for that
// one, and where it can't be entered for none.
func TestWordsOnTheWayToAnotherRoom(t *testing.T) {
	s := plainRoom(t)
	seat := s.seat
	var enter tea.Cmd
	other := &fakeSeat{}
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return other, nil }
	s.composing.composer.Set("/join den")
	enter = s.Update(keys["enter"])
	s.types("for den", "enter")
	s.run(enter)
	s.welcomed(s.front, "den")
	if op, ok := other.ops[len(other.ops)-1].(rooms.Say); !ok || op.Text != "for den" {
		t.Errorf("den was told %#v", other.ops)
	}
	if len(seat.ops) != 0 {
		t.Errorf("tea was told %#v", seat.ops)
	}
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) {
		return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
	}
	s.composing.composer.Set("/join full")
	enter = s.Update(keys["enter"])
	s.types("for full", "enter")
	s.run(enter)
	s.shows("[3 full not in]", "#full: This room is full.", "for full")
	s.types("esc")
	s.shows("[2 den]")
	if len(s.places) != 2 || len(other.ops) != 1 {
		t.Errorf("%d places, den was told %#v", len(s.places), other.ops)
	}
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return &fakeSeat{}, nil }
	s.composing.composer.Set("/join slow")
	enter = s.Update(keys["enter"])
	s.shows("Going in")
	s.do(placeMsg{s.front, enteringDelayed{}})
	s.shows(rooms.DelayedWords[:60])
	s.types("esc")
	s.shows("[2 den]")
	s.msgs = nil
	s.run(enter)
	if !slices.ContainsFunc(s.msgs, func(msg tea.Msg) bool { _, ok := msg.(run.LeaveMsg); return ok }) || len(s.places) != 2 {
		t.Errorf("a seat that comes too late is kept: %v, %d places", s.msgs, len(s.places))
	}
}

// TestNinthRoom is one too many, and what was typed stays.
func TestNinthRoom(t *testing.T) {
	s := plainRoom(t)
	for i := range maxPlaces - 1 {
		s.joins(fmt.Sprint("den-", i))
	}
	s.types("/join ninth", "enter")
	s.shows(tooManyPlaces[:60], "/join ninth")
	if len(s.places) != maxPlaces {
		t.Errorf("%d places", len(s.places))
	}
	s.types("ctrl+c", "/leave", "enter")
	s.shows("You left #den-6.")
	s.joins("ninth")
	s.shows("[8 ninth]")
}

// roomStates are what a window of several rooms can look like.
var roomStates = []struct {
	name string
	play func(s *sitting)
}{
	{"rooms-two", func(s *sitting) {
		tea := s.front
		s.joins("den", heron)
		s.talk()
		s.saysIn(tea, lynx, "are you still there?")
		s.lines()
	}},
	{"rooms-eight", func(s *sitting) {
		tea := s.front
		var all []*place
		for _, room := range []string{"den", "operations", "a-room-with-a-long-name", "lab", "kitchen", "night-watch"} {
			all = append(all, s.joins(room, heron))
		}
		s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return &fakeSeat{}, nil }
		s.types("/join slow-one", "enter", "alt+1")
		s.talk()
		for i := range 120 {
			s.saysIn(all[0], heron, fmt.Sprint("line ", i))
		}
		s.saysIn(all[1], heron, "quiet-otter: the disk is full")
		s.saysIn(all[1], heron, "quiet-otter: again")
		s.in(all[2], &rooms.Link{})
		s.in(all[3], &rooms.Voting{Member: lynx, Needed: 3})
		s.passes(time.Hour)
		s.in(all[3], &rooms.Voting{Member: lynx, Needed: 3})
		s.do(run.SeatEndedMsg{At: all[4], Err: removed})
		s.saysIn(tea, lynx, "good morning")
		s.lines()
	}},
	{"rooms-called", func(s *sitting) {
		tea := s.front
		s.joins("den", heron)
		s.talk()
		s.passes(time.Hour)
		s.saysIn(tea, lynx, "quiet-otter, are you still there?")
		s.lines()
	}},
	{"rooms-ended", func(s *sitting) {
		tea := s.front
		s.talk()
		s.joins("den", heron)
		s.do(run.SeatEndedMsg{At: tea, Err: removed})
		s.types("alt+1")
	}},
	{"rooms-entering", func(s *sitting) {
		s.talk()
		s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return &fakeSeat{}, nil }
		s.composing.composer.Set("/join den")
		s.Update(keys["enter"])
	}},
}

// TestRoomScreens holds them at every size, as text and with their styles.
func TestRoomScreens(t *testing.T) {
	for _, state := range roomStates {
		t.Run(state.name, func(t *testing.T) {
			var plain, styled strings.Builder
			for _, size := range append(sizes, struct{ width, height int }{20, 6}) {
				for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.TrueColor} {
					s := inRoom(t, size.width, size.height, profile, lynx, heron)
					state.play(s)
					if s.cards.front != nil {
						s.cards.front.fresh = "amber-canal-otter-42"
					}
					record(s, &plain, &styled, profile)
				}
			}
			golden(t, state.name, plain.String())
			golden(t, state.name+".styled", styled.String())
		})
	}
}

// Property: whatever is joined, left, ended, said and looked at, in whichever order: what
// happens in a room is in that room's place and in no other, and what is said is said in
// the room in front.
func TestRoomsNeverMix(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 18))
		s := plainRoom(t)
		s.saysIn(s.front, lynx, "word-of-tea.")
		gone := []*place{}
		for step := range 150 {
			p := s.places[r.IntN(len(s.places))]
			switch n := r.IntN(12); {
			case n < 4:
				if p.sits() {
					s.saysIn(p, lynx, fmt.Sprintf("word-of-%s.", p.name))
				}
			case n == 4 && len(s.places) < maxPlaces && s.front.sits() && s.composing.composer.Empty() && s.reading.writes():
				s.joins(fmt.Sprint("den-", seed, "-", step), lynx)
			case n == 5 && s.several() && r.IntN(3) == 0:
				if sitting := slices.DeleteFunc(slices.Clone(s.places), func(q *place) bool { return !q.sits() }); len(sitting) > 1 {
					s.do(run.SeatEndedMsg{At: p, Err: []error{removed, burned, rooms.ErrShutdown}[r.IntN(3)]})
				}
			case n == 6 && s.several() && p.sits():
				gone = append(gone, p)
				s.run(s.close(p))
			case n == 7 && len(gone) > 0: // what was on its way from a room that is closed
				q := gone[r.IntN(len(gone))]
				s.in(q, &rooms.Said{Seq: 1, At: s.now, From: lynx.Person(), Text: "word-of-the-gone."})
				s.do(placeMsg{q, flushMsg{}}, run.DueMsg{}, run.SeatEndedMsg{At: q, Err: removed}, run.WaitingMsg{At: q})
			case n == 8 && s.front.sits() && s.composing.composer.Empty() && s.composing.said():
				s.types(fmt.Sprintf("mine-of-%s.", s.front.name), "enter")
				p := s.front
				if id := p.composing.outgoing.id; id != "" {
					s.seq++
					s.in(p, &rooms.Said{Seq: s.seq, At: s.now, From: you.Person(), Text: fmt.Sprintf("mine-of-%s.", p.name), ID: id})
				}
				s.passes(5 * time.Second)
			case n == 9:
				s.lines()
			default:
				s.types([]string{"alt+left", "alt+right", "alt+1", "alt+2", "alt+5"}[r.IntN(5)])
				s.Frame()
			}
			for _, p := range s.places {
				if (p == s.front) == p.reading.hidden || p != s.front && p.layout.header != nil {
					t.Fatalf("seed %d, step %d: %s is hidden: %v", seed, step, p.label(), p.reading.hidden)
				}
				tl := p.reading.timeline
				for id := tl.First(); id < tl.End(); id++ {
					words := tl.Item(id).Words()
					for _, of := range []string{"word-of-", "mine-of-"} {
						if strings.HasPrefix(words, of) && p.sits() && words != of+string(p.name)+"." {
							t.Fatalf("seed %d, step %d: %q is in %s", seed, step, words, p.label())
						}
					}
				}
				if !p.sits() {
					continue
				}
				for _, op := range s.asksOf(p) {
					if say, ok := op.(rooms.Say); ok && say.Text != "mine-of-"+string(p.name)+"." {
						t.Fatalf("seed %d, step %d: %s was told %q", seed, step, p.label(), say.Text)
					}
				}
			}
			if s.place != s.front || !s.has(s.front) || s.quit {
				t.Fatalf("seed %d, step %d: front %v, quit %v", seed, step, s.has(s.front), s.quit)
			}
		}
	}
}
