package tui

import (
	"context"
	"errors"
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

// TestRefusedRoomStays: a room that lets nobody in stays in front and says why, with what
// was typed for it; its person goes back by a key, and nothing of it is in another room.
func TestRefusedRoomStays(t *testing.T) {
	s := plainRoom(t)
	seat := s.seat
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) {
		return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
	}
	s.composing.composer.Set("/join full")
	enter := s.Update(keys["enter"])
	s.types("a sec")
	s.run(enter)
	s.types("ret", "enter", "and more", "enter")
	s.do(tea.PasteMsg{Content: "pasted"})
	s.shows("[2 full not in]", "#full: This room is full.", "This was not said.", "a secret", "and more", "pasted", "Esc back")
	if len(seat.ops) != 0 {
		t.Errorf("tea was told %#v", seat.ops)
	}
	s.types("esc")
	s.shows("#tea")
	s.hides("secret", "full")
	if !s.composing.composer.Empty() {
		t.Errorf("in tea %q is written", s.composing.composer.Text())
	}
	if words := s.Farewell(); !strings.Contains(words, "a secret\nand more") {
		t.Errorf("the farewell is %q", words)
	}
}

// TestRefusedBehind: a room behind the front that lets nobody in is given up, and the room
// in front stays there.
func TestRefusedBehind(t *testing.T) {
	s := plainRoom(t)
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return nil, denied }
	s.composing.composer.Set("/join den")
	enter := s.Update(keys["enter"])
	s.types("for den", "alt+1", "for tea")
	s.run(enter)
	s.shows("for tea", "#den: You were not let in. What you typed meanwhile was not said.")
	if len(s.places) != 1 || s.composing.composer.Text() != "for tea" || !strings.Contains(s.Farewell(), "for den") {
		t.Errorf("%d places, written is %q, the farewell %q", len(s.places), s.composing.composer.Text(), s.Farewell())
	}
}

// TestLeftWhileTyping: a room that is closed once what waited was said stays in front until
// its person presses a key for it.
func TestLeftWhileTyping(t *testing.T) {
	s := plainRoom(t)
	s.joins("den", heron)
	s.types("a line", "enter", "another", "enter", "/leave", "enter", "for d")
	den, id := s.front, 0
	for s.front.sits() && id < 5 {
		id++
		s.in(den, &rooms.Said{Seq: uint64(id), At: s.now, From: you.Person(), Text: "x", ID: den.composing.outgoing.id})
		s.passes(time.Minute)
		s.do(run.DueMsg{})
	}
	s.types("en", "esc", "enter")
	s.shows("You left #den.", "for den", "You were still typing")
	s.passes(settles)
	s.types("esc")
	s.shows("#tea")
	s.hides("for den")
}

// Property: whatever is typed, joined, refused, denied, ended and left, at any pace and in
// any order: what was typed while a room was in front is said in no other.
func TestTypedForOneRoomIsSaidInNoOther(t *testing.T) {
	const steps = 250
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 77))
		s := newSitting(t, 80, 24, colorprofile.ASCII)
		letters := map[string]string{}
		letter := func(room string) string { // which nothing splits
			if letters[room] == "" {
				letters[room] = string(rune('一' + len(letters)))
			}
			return letters[room]
		}
		told := map[string]*fakeSeat{} // by the room that was asked for
		s.cfg.Knock = func(context.Context, string, string, string, func(int)) (rooms.Participant, error) {
			return nil, denied
		}
		s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) {
			switch r.IntN(5) {
			case 0:
				return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
			case 1:
				return nil, atTheDoor
			}
			told[room] = &fakeSeat{}
			return told[room], nil
		}
		var pending []tea.Msg // what is on its way to the screen
		var hold func(cmd tea.Cmd)
		hold = func(cmd tea.Cmd) {
			if cmd == nil {
				return
			}
			switch msg := cmd().(type) {
			case tea.BatchMsg:
				for _, cmd := range msg {
					hold(cmd)
				}
			case run.SeatMsg:
				pending = append(pending, msg)
			case placeMsg:
				pending = append(pending, msg)
			case run.AfterMsg:
				pending = append(pending, msg.Msg)
			case tea.QuitMsg:
				s.quit = true
			}
		}
		// looks is the room that this person means by what they type: they look after a key
		// of theirs that may lead elsewhere, and never at what happens by itself.
		var looks string
		press := func(what ...string) {
			for _, w := range what {
				key, ok := keys[w]
				if !ok {
					key = tea.KeyPressMsg{Code: tea.KeyExtended, Text: w}
				}
				hold(s.Update(key))
			}
		}
		// front is the room that keys are for; empty: none, a name is asked for.
		front := func() string {
			if f := s.front.cards.front; f != nil && !f.shut && !f.entering && s.front.cards.hall == nil {
				return ""
			}
			if s.front.name != "" {
				return string(s.front.name)
			}
			return s.front.asked
		}
		leads := func(what ...string) { press(what...); looks = front() }
		joined := 0
		for step := range steps {
			p := s.places[r.IntN(len(s.places))]
			switch n := r.IntN(16); {
			case n < 4:
				if front() == "" {
					leads(fmt.Sprintf("room%d", step), "enter")
				} else {
					press(letter(looks) + " ")
				}
			case n == 4 || n == 5:
				if front() == "" || strings.HasPrefix(s.composing.composer.Text(), "/") {
					leads("enter")
				} else {
					press("enter")
				}
			case n == 6:
				leads([]string{"esc", "tab", "alt+1", "alt+2", "alt+3"}[r.IntN(5)])
			case n == 7:
				press([]string{"up", "backspace", "f7"}[r.IntN(3)])
			case n == 15 && s.several():
				leads("ctrl+c")
			case n == 8 && joined < 30 && s.front.sits() && s.composing.composer.Empty():
				joined++
				leads(fmt.Sprintf("/join den%d-%d", seed, joined), "enter")
			case n == 9 && s.several() && s.front.sits() && s.composing.composer.Empty():
				leads("/leave", "enter")
			case n == 10 && p.seat != nil && s.elsewhere() && r.IntN(3) == 0:
				hold(s.Update(run.SeatEndedMsg{At: p, Err: []error{removed, burned, rooms.ErrShutdown, errors.New("lost")}[r.IntN(4)]}))
			case n == 11:
				s.passes(time.Duration(r.IntN(5000)) * time.Millisecond)
			case n == 12 && p.cards.hall != nil && p.cards.hall.waiting:
				if r.IntN(2) == 0 {
					hold(s.Update(placeMsg{p, knockRefused{p.cards.hall, denied}}))
				} else {
					told[p.asked] = &fakeSeat{}
					hold(s.Update(run.SeatMsg{At: p, Seat: told[p.asked]}))
				}
			case n == 13 && p.seat != nil && p.name == "":
				hold(s.Update(run.EventsMsg{At: p, Events: []rooms.Event{&rooms.Welcome{Room: rooms.RoomName(p.asked), Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, lynx}}}}))
			case n == 14 && p.sits() && p.composing.outgoing.id != "":
				s.seq++
				hold(s.Update(run.EventsMsg{At: p, Events: []rooms.Event{&rooms.Said{Seq: s.seq, At: s.now, From: you.Person(), Text: "said", ID: p.composing.outgoing.id}}}))
			case len(pending) > 0:
				i := r.IntN(len(pending))
				msg := pending[i]
				pending = slices.Delete(pending, i, i+1)
				hold(s.Update(msg))
			}
			if s.quit {
				break
			}
			for room, seat := range told {
				for _, op := range seat.ops {
					say, ok := op.(rooms.Say)
					if !ok {
						continue
					}
					if i := strings.IndexFunc(say.Text, func(r rune) bool { return r >= '一' && string(r) != letter(room) }); i >= 0 {
						t.Fatalf("seed %d, step %d: %s was told %q", seed, step, room, say.Text)
					}
				}
			}
		}
	}
}
