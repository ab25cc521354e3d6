package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// wall and shelf watch.
var (
	wall  = rooms.Member{ID: "w1", Nick: rooms.WatcherNumber("w1"), Via: rooms.ViaWeb, Watch: true}
	shelf = rooms.Member{ID: "w2", Nick: rooms.WatcherNumber("w2"), Via: rooms.ViaSSH, Watch: true}
)

// watchesRoom puts a watcher in front of a screen.
func watchesRoom(t testing.TB, width, height int, profile colorprofile.Profile, rules rooms.Rules, others ...rooms.Member) *sitting {
	s := newSitting(t, width, height, profile)
	s.do(run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: wall, Members: append(others, wall), Rules: rules})
	return s
}

// TestWatchingScreens holds what who watches sees, and what others see of it.
func TestWatchingScreens(t *testing.T) {
	talk := func(s *sitting) {
		s.says(lynx, "has anyone tried the new build?")
		s.says(heron, "it boots faster here, but the fan never stops.")
	}
	states := []struct {
		name  string
		enter func(width, height int, profile colorprofile.Profile) *sitting
		play  func(s *sitting)
	}{
		{"watch", func(w, h int, p colorprofile.Profile) *sitting {
			return watchesRoom(t, w, h, p, rooms.Rules{Door: rooms.DoorKnock}, lynx, heron)
		}, func(s *sitting) {
			talk(s)
			s.happens(&rooms.Joined{Member: shelf})
			s.flushes()
			s.happens(&rooms.Knocking{Knock: "k1", Nick: "calm-crow"}) // which no server tells them
			s.types("b", "o", "o", "enter")
		}},
		{"watch-empty", func(w, h int, p colorprofile.Profile) *sitting {
			return watchesRoom(t, w, h, p, rooms.Rules{})
		}, func(s *sitting) {}},
		{"watch-help", func(w, h int, p colorprofile.Profile) *sitting {
			return watchesRoom(t, w, h, p, rooms.Rules{}, lynx)
		}, func(s *sitting) { s.types("f1") }},
		{"watch-who", func(w, h int, p colorprofile.Profile) *sitting {
			return watchesRoom(t, w, h, p, rooms.Rules{}, lynx, heron, shelf)
		}, func(s *sitting) { s.types("f2") }},
		{"watched", func(w, h int, p colorprofile.Profile) *sitting { return inRoom(t, w, h, p, lynx, heron) }, func(s *sitting) {
			s.hosts()
			talk(s)
			s.happens(&rooms.Joined{Member: wall}, &rooms.Joined{Member: shelf}, &rooms.Knocking{Knock: "k1", Text: "the wall", Watch: true})
			s.flushes()
		}},
		{"watched-menu", func(w, h int, p colorprofile.Profile) *sitting { return inRoom(t, w, h, p, lynx, wall) }, func(s *sitting) {
			s.hosts()
			s.types("f2", "down", "enter")
		}},
		{"watched-invited", func(w, h int, p colorprofile.Profile) *sitting { return inRoom(t, w, h, p, lynx) }, func(s *sitting) {
			s.hosts()
			s.types("/invite watch", "enter")
			s.happens(&rooms.Invited{Token: aToken, Watch: true, ID: s.asked().(rooms.Invite).ID})
		}},
	}
	for _, state := range states {
		t.Run(state.name, func(t *testing.T) {
			var plain, styled strings.Builder
			for _, size := range governedSizes {
				for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.TrueColor} {
					s := state.enter(size.width, size.height, profile)
					s.layout.wear("light")
					state.play(s)
					record(s, &plain, &styled, profile)
				}
			}
			golden(t, state.name, plain.String())
			golden(t, state.name+".styled", styled.String())
		})
	}
}

// Whatever is typed or pasted, who watches asks the room for nothing but what is held.
func TestWatchingAsksNothing(t *testing.T) {
	s := watchesRoom(t, 40, 12, colorprofile.ASCII, rooms.Rules{}, lynx)
	s.happens(&rooms.Voting{Member: lynx, Needed: 3, Ends: s.now.Add(rooms.VoteFor)}, knock("k1", "calm-crow", ""))
	for _, key := range []string{"h", "i", "enter", "f7", "f8", "tab", "/burn now", "enter", "ctrl+s", "alt+up", "r", "enter", "esc", "up", "down"} {
		s.types(key)
	}
	s.do(tea.PasteMsg{Content: "one\ntwo\n"})
	if op := s.asked(); op != nil {
		t.Errorf("it asks for %#v", op)
	}
	s.types("p")
	if _, ok := s.asked().(rooms.Inspect); !ok {
		t.Errorf("it asks for %#v", s.asked())
	}
	for _, width := range []int{20, 24, 30, 40} {
		s := inRoom(t, width, 8, colorprofile.ASCII, lynx, wall, shelf)
		if title := s.Frame().Rows[0]; !strings.Contains(title, "2 +2") && !strings.Contains(title, "2 watch") {
			t.Errorf("in %d columns the title doesn't tell: %q", width, title)
		}
	}
}
