package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
)

// menus are what each entry of the menu for late-heron asks for.
var menus = []struct {
	down int
	want rooms.Op
}{
	{3, rooms.Mute{To: heron.ID, For: 10 * time.Minute}},
	{4, rooms.LetSpeak{To: heron.ID, On: true}},
	{5, rooms.MakeHost{To: heron.ID, On: true}},
}

// TestMenuByKeys: F2, a person, Enter, a choice.
func TestMenuByKeys(t *testing.T) {
	for _, test := range menus {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
		s.happens(&rooms.HostSet{Member: host})
		s.types("f2", "down", "enter")
		for range test.down {
			s.types("down")
		}
		s.types("enter")
		if got := s.asked(); got != test.want || s.cards.open != nil {
			t.Errorf("%d down: %#v, want %#v", test.down, got, test.want)
		}
	}
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.types("f2", "down", "enter", "enter")
	if s.composing.composer.Text() != "/msg late-heron " {
		t.Errorf("%q is to be whispered", s.composing.composer.Text())
	}
	s.types("ctrl+c", "f2", "enter", "down", "enter")
	if !s.ignores(lynx.Person()) {
		t.Error("nobody is ignored")
	}
	s.types("f2", "enter", "down", "enter")
	if s.ignores(lynx.Person()) {
		t.Error("somebody is ignored still")
	}
	for _, leaves := range []string{"esc", "f2"} {
		s.types("f2", "enter", leaves)
		if s.cards.open != nil {
			t.Errorf("%s does not close the menu", leaves)
		}
	}
	s.types("f2", "h")
	if s.cards.open != nil || s.composing.composer.Text() != "h" {
		t.Error("a letter is not typed")
	}
}

// TestMenuRemovesNobodyAtOnce: whoever is removed by the menu is removed by a command that
// waits for a reason, and for Enter.
func TestMenuRemovesNobodyAtOnce(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.happens(&rooms.HostSet{Member: host})
	s.types("f2", "down", "enter", "down", "down")
	s.shows("remove from the room")
	s.types("enter")
	if op := s.asked(); op != nil {
		t.Fatalf("%#v was asked for", op)
	}
	if got := s.composing.composer.Text(); got != "/remove late-heron " || s.cards.open != nil {
		t.Fatalf("%q is written", got)
	}
	s.types("spam, again", "enter")
	if got, want := opWords(s.asked()), opWords(rooms.Remove{To: heron.ID, Reason: "spam, again"}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	s.types("f2", "down", "enter", "down", "down", "enter", "enter")
	if got, want := opWords(s.asked()), opWords(rooms.Remove{To: heron.ID}); got != want {
		t.Errorf("without a reason: %s, want %s", got, want)
	}
}

// TestMenuByMouse: a click on a person opens the menu, one on a choice does it, and one
// beside does nothing.
func TestMenuByMouse(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.happens(&rooms.HostSet{Member: host})
	click := func(words string) {
		t.Helper()
		for y, row := range strings.Split(s.text(), "\n") {
			if at := strings.Index(row, words); at >= 0 && strings.Contains(row, "│") {
				s.do(tea.MouseClickMsg{Button: tea.MouseLeft, X: len([]rune(row[:at])), Y: y})
				return
			}
		}
		t.Fatalf("%q is on no card", words)
	}
	s.types("f2")
	s.do(tea.MouseClickMsg{Button: tea.MouseLeft, X: 2, Y: 12})
	s.shows("who is here")
	click("late-heron")
	s.shows("─ late-heron ─")
	click("mute for 10")
	if want := (rooms.Mute{To: heron.ID, For: 10 * time.Minute}); s.asked() != rooms.Op(want) {
		t.Errorf("%#v", s.asked())
	}
}

// TestMenuOfGuests: nothing that only hosts may is to be seen or done by somebody who is
// none, nor by one who was a host when the menu was opened.
func TestMenuOfGuests(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.happens(&rooms.HostSet{Member: rooms.Member{ID: lynx.ID, Nick: lynx.Nick, Host: true}})
	s.types("f2", "down", "enter")
	s.hides("remove", "mute", "let speak in the quiet", "make a host")
	s.types("esc")
	s.happens(&rooms.HostSet{Member: host})
	s.types("f2", "enter", "down", "down")
	s.shows("remove from the room")
	s.happens(&rooms.HostSet{Member: you})
	s.hides("remove", "mute", "let speak in the quiet", "make a host")
	s.types("enter")
	if op := s.asked(); op != nil {
		t.Errorf("%#v was asked for", op)
	}
}

// TestMenuFollows: whom a menu is for is who it was for, whatever they are called, and
// nobody once they have left.
func TestMenuFollows(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.happens(&rooms.HostSet{Member: host})
	s.types("f2", "down")
	s.happens(&rooms.Joined{Member: rooms.Member{ID: "1", Nick: "amber-first"}},
		&rooms.Renamed{Member: rooms.Member{ID: heron.ID, Nick: "a-heron"}, Was: heron.Nick},
		&rooms.Joined{Member: rooms.Member{ID: "2b", Nick: heron.Nick}})
	s.types("enter")
	s.shows("─ a-heron ─")
	s.types("down", "down")
	s.happens(&rooms.Left{Member: rooms.Member{ID: heron.ID, Nick: "a-heron"}})
	s.shows("a-heron has left.")
	s.types("enter")
	if op := s.asked(); op != nil {
		t.Errorf("%#v was asked for", op)
	}
	s.types("f2", "end")
	s.happens(&rooms.Left{Member: rooms.Member{ID: "2b", Nick: heron.Nick}})
	s.types("enter")
	s.shows("─ brave-lynx ─")
}

// TestRosterOfMany: everybody in a full room can be chosen, and is to be seen then.
func TestRosterOfMany(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII)
	for i := range 400 {
		s.happens(&rooms.Joined{Member: rooms.Member{ID: fmt.Sprint("m", i), Nick: fmt.Sprintf("guest-%03d", i)}})
	}
	s.types("f2")
	for i := range 400 {
		s.Frame()
		if i == 250 {
			s.shows("guest-250")
		}
		if got, _ := s.roster.find(s.cards.open.list.pick()); got.Nick != fmt.Sprintf("guest-%03d", i) {
			t.Fatalf("%d down: %s is chosen", i, got.Nick)
		}
		s.types("down")
	}
	s.types("home")
	s.Frame()
	s.types("right")
	if got, _ := s.roster.find(s.cards.open.list.pick()); got.Nick == "guest-000" {
		t.Error("the next column is out of reach")
	}
	s.types("left", "enter")
	s.shows("─ guest-000 ─")
}

// TestRulesAreSwitches: hosts turn them, both ways, and others don't.
func TestRulesAreSwitches(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.happens(&rooms.HostSet{Member: rooms.Member{ID: lynx.ID, Nick: lynx.Nick, Host: true}})
	s.types("/rules", "enter")
	s.shows("Only hosts change this.")
	s.types("enter", "/rules", "enter", "down", "right")
	if op := s.asked(); op != nil {
		t.Errorf("%#v was asked for by a guest", op)
	}
	s.types("esc")
	s.happens(&rooms.HostSet{Member: host})
	s.sets(you, rooms.Rules{Door: rooms.DoorOpen, Slow: 7 * time.Second})
	for _, test := range []struct {
		keys []string
		want string
	}{
		{[]string{"enter"}, `{"Door":"knock"`},
		{[]string{" "}, `{"Door":"knock"`},
		{[]string{"left"}, `{"Door":"locked"`},
		{[]string{"down", "right"}, `"Slow":10000000000`},
		{[]string{"down", "left"}, `"Slow":5000000000`},
		{[]string{"down", "enter"}, `"Slow":10000000000`},
		{[]string{"down", "down", "enter"}, `"Quiet":true`},
		{[]string{"down", "down", "down", "enter"}, `"Fade":60000000000`},
		{[]string{"end", "enter"}, `"Links":false`},
	} {
		s.types("/rules", "enter")
		s.types(test.keys...)
		if got := opWords(s.asked()); !strings.Contains(got, test.want) {
			t.Errorf("%v: %s, want %s", test.keys, got, test.want)
		}
		s.shows("─ rules ─") // it stays for the next
		s.types("esc")
	}
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindSealed, You: host, Members: []rooms.Member{host}})
	s.types("/rules", "enter")
	s.shows("door ", "fade ", "Slow, quiet and links need")
	s.hides("│ slow", "│ quiet", "│ links")
}

// TestRoomWithoutAHost: what holds there is told as the last host goes, once, and on the
// card of the rules, which says otherwise where one is.
func TestRoomWithoutAHost(t *testing.T) {
	for name, goes := range map[string]rooms.Event{
		"leaves":          &rooms.Left{Member: rooms.Member{ID: lynx.ID, Nick: lynx.Nick, Host: true}, Reason: rooms.LeftQuit},
		"is host no more": &rooms.HostSet{Member: lynx},
	} {
		t.Run(name, func(t *testing.T) {
			s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
			s.happens(&rooms.HostSet{Member: rooms.Member{ID: lynx.ID, Nick: lynx.Nick, Host: true}})
			s.types("/rules", "enter")
			s.shows("Only hosts change this. You read it.")
			s.hides("No host is here")
			s.types("esc")
			s.happens(goes, &rooms.Left{Member: heron, Reason: rooms.LeftQuit})
			s.flushes()
			s.shows("no host is here", "/host and its five words")
			if n := strings.Count(s.text(), "no host is here"); n != 1 {
				t.Errorf("it is told %d times", n)
			}
			s.types("/rules", "enter")
			s.shows("No host is here", "/host and its", "/admit NICK", "/vote NICK")
			s.hides("Only hosts change this")
			s.types("esc")
			s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}})
			s.types("/rules", "enter")
			s.shows("No host is here", "/admit NICK")
			s.shows("/vote") // which a sealed room has too
		})
	}
}

// TestPowersAreOverWhoWasMeant: a name that changed hands while a command was typed is
// asked about.
func TestPowersAreOverWhoWasMeant(t *testing.T) {
	for _, typed := range []string{"/remove late-heron", "/mute late-heron 3", "/host late-heron", "/voice late-heron"} {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
		s.happens(&rooms.HostSet{Member: host})
		s.types(typed)
		s.happens(&rooms.Left{Member: heron}, &rooms.Joined{Member: rooms.Member{ID: "2b", Nick: heron.Nick}})
		s.types("enter")
		if op := s.asked(); op != nil {
			t.Errorf("%s: %#v", typed, op)
		}
		s.shows("Somebody else goes by the name late-heron now", typed)
		if s.types("enter"); s.asked() == nil {
			t.Errorf("%s: Enter again does nothing", typed)
		}
	}
}

// TestBurnAsksOnceMore: the first choice burns nothing.
func TestBurnAsksOnceMore(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("/burn", "enter")
	s.shows("Only a host can burn a room.")
	s.happens(&rooms.HostSet{Member: host})
	for _, keys := range [][]string{{"enter"}, {"esc"}, {"down", "esc"}, {"down", "up", "enter"}} {
		s.types("/burn", "enter")
		s.shows("burn this room?")
		s.types(keys...)
		if op := s.asked(); op != nil || s.cards.open != nil {
			t.Errorf("%v: %#v", keys, op)
		}
	}
	s.types("/burn", "enter", "down", "enter")
	if op := s.asked(); op != rooms.Op(rooms.Burn{}) {
		t.Errorf("%#v", op)
	}
}

// TestKeyIsForgotten: a key is on its card and nowhere else, and gone with it; the one of
// a room that somebody makes is on none.
func TestKeyIsForgotten(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.makes()
	s.hides("lemon")
	s.types("/key", "enter")
	s.happens(&rooms.KeyShown{Words: aKey, ID: "another"})
	s.hides("lemon")
	ask := s.asked().(rooms.AskKey)
	s.happens(&rooms.KeyShown{Words: aKey, ID: ask.ID})
	s.shows(aKey)
	s.says(lynx, "said meanwhile")
	s.shows(aKey)
	s.types("x")
	s.hides("lemon")
	s.happens(&rooms.KeyShown{Words: aKey, ID: ask.ID}) // it was not asked for twice
	s.hides("lemon")
	if strings.Count(s.text(), "You made this room") != 1 {
		t.Errorf("it is not told once:\n%s", s.text())
	}
	s.types("ctrl+c", "/host "+aKey, "enter")
	if op := s.asked().(rooms.Claim); op.Key != aKey {
		t.Errorf("%#v", op)
	}
	for range 5 {
		s.types("up")
		s.hides("lemon")
	}
	s.types("ctrl+c", "f3", "lemon", "enter")
	if len(s.reading.search.found) > 0 {
		t.Error("the key is in the timeline")
	}
	s.types("esc", "/host "+aKey, "enter")
	s.happens(&rooms.Refused{ID: rooms.IDOf(s.asked()), Err: &rooms.Error{Code: rooms.BadKey, Message: "That is no key of this room."}})
	s.shows("That is no key of this room.", aKey) // to be corrected
}

// TestKnocksAreDecided: the first who knocks is let in or not by a key, one who took
// another's place only after a look, and nobody by who may not.
func TestKnocksAreDecided(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("f7")
	s.happens(knock("k1", "calm-crow", "hello"), knock("k2", "wild-wren", ""))
	s.shows("calm-crow knocks: hello", "+1 more", "2 knock")
	s.types("f7")
	if op := s.asked(); op != rooms.Op(rooms.Decide{Knock: "k1", In: true}) {
		t.Errorf("%#v", op)
	}
	s.happens(&rooms.Knocked{Knock: "k1", Outcome: rooms.KnockAdmitted})
	s.shows("wild-wren knocks", "1 knock")
	n := len(s.seat.ops)
	s.types("f7")
	if len(s.seat.ops) != n {
		t.Error("somebody was let in whom nobody had seen")
	}
	s.shows("Now it is wild-wren who knocks")
	s.passes(time.Second)
	s.types("f8")
	if op := s.asked(); op != rooms.Op(rooms.Decide{Knock: "k2"}) {
		t.Errorf("%#v", op)
	}
	s.happens(&rooms.Knocked{Knock: "k2", Outcome: rooms.KnockDenied})
	s.shows("wild-wren was sent away")
	s.hides("1 knock")
	s.happens(knock("k3", "calm-crow", ""))
	s.shows("calm-crow knocks")
	s.happens(&rooms.HostSet{Member: rooms.Member{ID: lynx.ID, Nick: lynx.Nick, Host: true}})
	s.hides("calm-crow knocks", "1 knock", "F7") // there is a host to decide
	n = len(s.seat.ops)
	if s.types("f7"); len(s.seat.ops) != n {
		t.Error("a guest decided though a host is here")
	}
	if !strings.Contains(s.raw.String(), "\a") {
		s.do(tea.BlurMsg{})
		s.passes(time.Hour)
		s.happens(&rooms.HostSet{Member: rooms.Member{ID: lynx.ID, Nick: lynx.Nick}}, &rooms.Knocked{Knock: "k3"}, knock("k4", "calm-crow", ""))
		if !strings.Contains(s.raw.String(), "\a") {
			t.Error("a knock calls nobody")
		}
	}
}

// TestLetInWithTheirLine: what somebody who is let in said at the door is to be read
// afterwards, whoever let them in and however many knock; of others nothing is kept.
func TestLetInWithTheirLine(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.happens(knock("k1", "calm-crow", "hello"), knock("k2", "fern-narwhal", "Fay, on call"), knock("k3", "wild-wren", ""), knock("k4", "late-owl", "buy this"))
	s.hides("Fay, on call")
	s.happens(&rooms.Knocked{Knock: "k2", Outcome: rooms.KnockAdmitted}, &rooms.Knocked{Knock: "k3", Outcome: rooms.KnockAdmitted},
		&rooms.Knocked{Knock: "k4", Outcome: rooms.KnockGone}, &rooms.Knocked{Knock: "k2", Outcome: rooms.KnockAdmitted})
	s.shows("· fern-narwhal was let in: Fay, on call")
	s.hides("wild-wren was let in", "buy this")
	if n := strings.Count(s.text(), "was let in"); n != 1 {
		t.Errorf("somebody was let in %d times", n)
	}
}

// TestNextTime: a switch goes to the next position from any time, and comes round.
func TestNextTime(t *testing.T) {
	for _, test := range []struct {
		now  time.Duration
		by   int
		want time.Duration
	}{
		{0, 1, 5 * time.Second}, {0, -1, 5 * time.Minute}, {5 * time.Minute, 1, 0}, {5 * time.Minute, -1, time.Minute},
		{7 * time.Second, 1, 10 * time.Second}, {7 * time.Second, -1, 5 * time.Second},
		{time.Second, 1, 5 * time.Second}, {time.Second, -1, 0}, {time.Hour, 1, 0}, {time.Hour, -1, 5 * time.Minute},
	} {
		if got := *nextTime(slows, test.now, test.by); got != test.want {
			t.Errorf("%v, %d further: %v, want %v", test.now, test.by, got, test.want)
		}
	}
}
