package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/sshsrv/tui/run"
)

// sealedSeat is a seat in a sealed room.
type sealedSeat struct {
	fakeSeat
	lost     bool // too long ago for its keys
	compared bool
}

func (s *sealedSeat) Verify() (v seal.Verification) {
	if !s.lost {
		v.Words = strings.Fields("abandon ability able about above absent absorb abstract absurd abuse access accident")
		v.Names = []string{"amber-otter", "green-lynx"}
	}
	return v
}

func (s *sealedSeat) Compared() bool {
	s.compared = !s.lost
	return !s.lost
}

// inSealedRoom seats the person in a sealed room with another.
func inSealedRoom(t *testing.T, width, height int) *sitting {
	s := newSitting(t, width, height, colorprofile.ASCII)
	s.do(run.SeatMsg{Seat: &sealedSeat{}})
	s.happens(&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{lynx, you}})
	return s
}

func TestSealedRoomSaysSo(t *testing.T) {
	for _, size := range []struct {
		width int
		says  string
	}{{110, "🔒 #sealed-6d2f0c · sealed, not compared — only members can read this"}, {80, "🔒 #sealed-6d2f0c · sealed, not compared — only members can read"}, {60, "🔒 #sealed-6d2f0c · sealed, not compared"}, {30, "sealed"}} {
		s := inSealedRoom(t, size.width, 24)
		s.shows(size.says)
		s.hides("could read")
	}
}

// Whoever is alone may have come in by other words than those they were told.
func TestAloneInASealedRoom(t *testing.T) {
	s := newSitting(t, 120, 24, colorprofile.ASCII)
	s.do(run.SeatMsg{Seat: &sealedSeat{}})
	s.happens(&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}})
	s.shows("If you expected somebody", "sealed-6d2f0c.", "/invite shows")
}

func TestVerify(t *testing.T) {
	s := inSealedRoom(t, 80, 24)
	s.types("/verify", "enter")
	s.shows(" 1 abandon", "12 accident")
	for _, width := range []int{20, 40} { // and none is cut
		s := inSealedRoom(t, width, 40)
		s.types("/verify", "enter")
		s.shows(" 6 absent ", " 8 abstract ", "12 accident ")
	}
	open := inRoom(t, 80, 24, colorprofile.ASCII)
	open.types("/verify", "enter")
	open.shows("nothing to verify")
	cut := newSitting(t, 80, 24, colorprofile.ASCII)
	cut.do(run.SeatMsg{Seat: &sealedSeat{lost: true}})
	cut.happens(&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}})
	cut.types("/verify", "enter")
	cut.shows("There are no words while you are not in the room")
}

// Words that no longer hold are not read aloud: whoever comes, goes or changes their name
// while the card is open takes them away, and nothing else does.
func TestVerifyIsOutOfDate(t *testing.T) {
	for name, c := range map[string]struct {
		happens []rooms.Event
		says    string // empty: they hold
	}{
		"came":               {[]rooms.Event{&rooms.Joined{Member: heron}}, "late-heron came in"},
		"went":               {[]rooms.Event{&rooms.Left{Member: lynx}}, "brave-lynx left"},
		"renamed":            {[]rooms.Event{&rooms.Renamed{Member: rooms.Member{ID: lynx.ID, Nick: "new-lynx"}, Was: lynx.Nick}}, "brave-lynx is now called new-lynx"},
		"you are":            {[]rooms.Event{&rooms.Renamed{Member: rooms.Member{ID: you.ID, Nick: "me"}, Was: you.Nick}}, "quiet-otter is now called me"},
		"many":               {[]rooms.Event{&rooms.Joined{Member: heron}, &rooms.Left{Member: heron}, &rooms.Joined{Member: heron}, &rooms.Left{Member: heron}}, "late-heron came in, late-heron left, late-heron came in."},
		"anew":               {[]rooms.Event{&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{lynx, you}}}, "you came in anew"},
		"back":               {[]rooms.Event{&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{lynx, you}, Resumed: true}}, ""},
		"back, and one left": {[]rooms.Event{&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}, Resumed: true}}, "others are here"},
		"back, and another":  {[]rooms.Event{&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{heron, you}, Resumed: true}}, "others are here"},
		"said":               {[]rooms.Event{&rooms.Said{Seq: 1, From: lynx.Person(), Text: "one?"}}, ""},
		"away":               {[]rooms.Event{&rooms.Away{Member: lynx}}, ""},
		"a newborn":          {[]rooms.Event{&rooms.Unconfirmed{Count: 1}}, ""},
	} {
		for _, ignored := range []bool{false, true} {
			s := inSealedRoom(t, 80, 24)
			if ignored {
				s.ignorePerson(lynx.Person())
			}
			s.types("/verify", "enter")
			s.shows(" 1 abandon", "words for 2 people")
			s.happens(c.happens...)
			if c.says == "" {
				s.shows(" 1 abandon", "words for 2 people")
				continue
			}
			if s.hides("abandon", "accident", "words for"); !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(s.text(), "│", "")), " "), "Out of date: "+c.says) {
				t.Errorf("%s: %s", name, s.text())
			}
			s.types("esc", "/verify", "enter")
			s.shows(" 1 abandon")
			s.hides("Out of date")
		}
	}
	s := inSealedRoom(t, 80, 24)
	s.types("f1")
	s.happens(&rooms.Joined{Member: heron})
	s.hides("Out of date")
}

// Over ssh a sealed room is not made, since the server would hold its key.
func TestSealElsewhere(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII)
	s.cfg.NewSealed = "sotto join --new https://chat.example"
	s.types("/seal", "enter")
	s.shows("must not make that key", s.cfg.NewSealed)
	s.hides("/s/#")
}

func TestSealHere(t *testing.T) {
	s := inRoom(t, 80, 40, colorprofile.ASCII)
	s.cfg.Seal = func() rooms.Invitation { return rooms.Invitation{Web: "https://chat.example/s/#KEY"} }
	s.types("/seal", "enter")
	s.shows("https://chat.example/s/#KEY", "▄▄▄▄▄")
}

// What is a sealed room's link, and not understood here, is said to be one, and whether
// the server has its key; it stands nowhere then.
func TestSealedLinkWhereANameGoes(t *testing.T) {
	const link = "chat.example/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8"
	for _, typed := range []string{link, "https://" + link, "#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"} {
		for _, server := range []bool{true, false} {
			cfg := Config{NewSealed: "sotto join --new"}
			if !server {
				cfg.Seal = func() rooms.Invitation { return rooms.Invitation{} }
			}
			f := newFrontPage(&cfg)
			f.paste(typed)
			room := f.key("enter", tea.KeyPressMsg{})
			if !server && rooms.IsLink(typed) {
				if room != typed {
					t.Errorf("%q leads to %q", typed, room)
				}
				continue
			}
			if room != "" || f.field.text != "" || !strings.Contains(f.problem, "sealed room's link") || strings.Contains(f.problem, "seen its key") != server {
				t.Errorf("%q (over ssh: %v) leads to %q, with %q left: %s", typed, server, room, f.field.text, f.problem)
			}
		}
	}
	s := inRoom(t, 100, 24, colorprofile.ASCII)
	s.types("/join https://"+link+" now", "enter")
	s.shows("has now seen its key")
}

func TestWarningsOfASealedRoom(t *testing.T) {
	s := inSealedRoom(t, 80, 24)
	for _, code := range []rooms.Code{seal.Ghost, seal.Forged, seal.RosterDiffers, seal.Untaken} {
		s.happens(&rooms.Notice{Code: code, Text: "warning " + string(code)})
		s.shows("! warning " + string(code))
		if noticeStyle(code) == noticeStyle(rooms.NickTaken) {
			t.Errorf("%s looks like any notice", code)
		}
	}
	s.happens(&rooms.Gap{Missed: 2, From: rooms.Person{ID: "2", Nick: "bob"}})
	s.shows("2 sealed messages of bob did not")
}

// Servers that can't reach each other are a warning, as is what may be missing for it.
func TestServersOutOfReachAreShown(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII)
	s.happens(&rooms.Notice{Code: rooms.Unreachable, Text: "The servers can't reach each other."})
	s.shows("! The servers can't reach each other.")
	if noticeStyle(rooms.Unreachable) == noticeStyle(rooms.Reachable) {
		t.Error("it looks like any notice")
	}
	s.happens(&rooms.Notice{Code: rooms.Reachable, Text: "The servers reach each other again."}, &rooms.Gap{Seq: 12})
	s.shows("The servers reach each other again.", "! Something may be missing here.")
}

// While the connection is lost the title says so, and what is typed stays.
func TestConnectionIsLost(t *testing.T) {
	for _, width := range []int{100, 40} {
		s := inSealedRoom(t, width, 24)
		s.types("half a th")
		s.happens(&rooms.Link{Up: false})
		s.shows("lost", "half a th")
		s.types("ought")
		s.happens(&rooms.Link{Up: true}, &rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{lynx, you}, Resumed: true})
		s.shows("half a thought", "connection is")
		s.hides("connection lost")
		s.happens(&rooms.Link{Up: true, Gone: time.Date(2026, 11, 29, 14, 32, 0, 0, time.UTC)},
			&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}})
		s.shows("Your place was gone", "since 14:32", "half a thought")
	}
}

// What is told because the connection is down is not told any more once it is up,
// and the server's last words about it are.
func TestConnectionIsBack(t *testing.T) {
	s := inSealedRoom(t, 80, 24)
	stopping := "The server is shutting down."
	s.happens(&rooms.Link{Up: false, Why: &rooms.Ended{Code: rooms.Shutdown, Message: stopping, Retry: true}})
	s.shows(stopping)
	s.happens(&rooms.Notice{Code: rooms.Unreachable, Text: "The server can't be reached: connection refused."})
	s.shows("connection refused")
	s.types("is somebody there?", "enter")
	s.happens(&rooms.Refused{ID: s.composing.outgoing.id, Err: &rooms.Error{Code: rooms.Undelivered, Message: "The connection is down just now. Nothing was sent."}})
	s.shows("The connection is down", "is somebody there?")
	s.types(" anna?")
	s.shows("The connection is down")
	s.happens(&rooms.Link{Up: true}, &rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{lynx, you}, Resumed: true})
	s.hides("The connection is down")
	s.shows("is somebody there? anna?")
}

// A link is a key. It is not shown while its room is being entered.
func TestSealedLinkIsNotShown(t *testing.T) {
	const link = "https://chat.example/s/#KEY"
	s := New(t.Context(), Config{Room: link, Seal: func() rooms.Invitation { return rooms.Invitation{} }})
	if s.cards.front.field.text != "" || !s.cards.front.entering {
		t.Errorf("the front page shows %q", s.cards.front.field.text)
	}
}

// Of a sealed room it is not said on the way in that the server could read along, but
// where another is asked for.
func TestWayIntoASealedRoom(t *testing.T) {
	for _, height := range []int{24, 10} {
		s := newSitting(t, 80, height, colorprofile.ASCII)
		s.cards.front.entering, s.cards.front.link = true, true
		s.layout.redraw()
		s.shows("can't read what is said there")
		s.hides("read along")
		s.cards.front.entering = false
		s.layout.redraw()
		s.shows("could read along")
	}
}

// Why somebody is not let in stands on the front page.
func TestRefusedOnTheFrontPage(t *testing.T) {
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.cards.front.problem = New(t.Context(), Config{Refused: "That room is sealed."}).cards.front.problem
	s.layout.redraw()
	s.shows("That room is sealed.", "room  ")
}
