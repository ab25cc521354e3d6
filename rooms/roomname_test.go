package rooms_test

import (
	"regexp"
	"strings"
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

var goodRooms = map[string]string{
	"a":                     "a",
	"0":                     "0",
	"lobby":                 "lobby",
	"Lobby":                 "lobby",
	"QUIET-Otter-47":        "quiet-otter-47",
	"a-":                    "a-",
	"a--b":                  "a--b",
	strings.Repeat("z", 64): strings.Repeat("z", 64),
}

var badRooms = []string{
	"", "-", "-a", "a b", " a", "a\n", "a/b", "../etc", "a.b", "a_b", "ä", "аbc", "\u212a", "\u017f", "🎉", "a\x00", "a\x1b[m", "\xff",
	"room; rm -rf /", "$(id)", "a'b", strings.Repeat("z", 65), strings.Repeat("z", 10<<10),
}

func TestParseRoomName(t *testing.T) {
	for s, want := range goodRooms {
		if got, err := rooms.ParseRoomName(s); err != nil || got != rooms.RoomName(want) {
			t.Errorf("ParseRoomName(%q) = %q, %v; want %q", s, got, err, want)
		}
	}
	for _, s := range badRooms {
		got, err := rooms.ParseRoomName(s)
		refusedWith(t, s, err, rooms.BadRoom)
		if got != "" {
			t.Errorf("ParseRoomName(%.40q) = %q beside its error", s, got)
		}
	}
}

func FuzzParseRoomName(f *testing.F) {
	for s := range goodRooms {
		f.Add(s)
	}
	for _, s := range badRooms {
		f.Add(s)
	}
	rule := regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$`)
	f.Fuzz(func(t *testing.T, s string) {
		name, err := rooms.ParseRoomName(s)
		if (err == nil) != (rule.MatchString(s) && !strings.HasSuffix(s, "\n")) {
			t.Errorf("ParseRoomName(%q) = %q, %v", s, name, err)
		}
		if err == nil && string(name) != strings.ToLower(s) {
			t.Errorf("ParseRoomName(%q) = %q", s, name)
		}
	})
}

// What is no room's name leads to what was meant, here as in the browser, and never
// to anything but a name.
func TestMeantRoomName(t *testing.T) {
	var script struct {
		Note  []string
		Cases []struct {
			Typed, Name string
			Sealed      bool
		}
	}
	behaviour.Read(t, "roomname", &script)
	for _, c := range script.Cases {
		if got := rooms.MeantRoomName(c.Typed); string(got) != c.Name {
			t.Errorf("MeantRoomName(%q) = %q, want %q", c.Typed, got, c.Name)
		}
		if got := rooms.SealedLink(c.Typed); got != c.Sealed {
			t.Errorf("SealedLink(%q) is %v", c.Typed, got)
		}
		_, err := rooms.ParseRoomName(c.Typed)
		if err != nil && strings.Contains(err.Error(), "sealed room's link") != c.Sealed {
			t.Errorf("ParseRoomName(%q) says %q", c.Typed, err)
		}
		if err != nil && c.Name != "" && !strings.HasSuffix(err.Error(), "Perhaps you mean "+c.Name+".") {
			t.Errorf("ParseRoomName(%q) says %q", c.Typed, err)
		}
	}
}

// As what a sealed room is shown leads nowhere, least of all into an open room of a like
// name, where whoever follows it would be heard by others.
func TestSealedRoomsAreShownAsNoName(t *testing.T) {
	for _, typed := range []string{"sealed:4fa773", "SEALED:4fa773", "den,sealed:4fa773"} {
		if _, err := rooms.ParseRoomName(typed); err == nil || !strings.HasSuffix(err.Error(), "with its link.") {
			t.Errorf("ParseRoomName(%q) says %v", typed, err)
		}
	}
}

func FuzzMeantRoomName(f *testing.F) {
	for s := range goodRooms {
		f.Add(s)
	}
	for _, s := range badRooms {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := rooms.MeantRoomName(s)
		if name == "" {
			return
		}
		if parsed, err := rooms.ParseRoomName(string(name)); err != nil || parsed != name {
			t.Errorf("MeantRoomName(%q) = %q, which is no name", s, name)
		}
		if again := rooms.MeantRoomName(string(name)); again != name {
			t.Errorf("MeantRoomName(%q) = %q, which leads to %q", s, name, again)
		}
	})
}

func TestIsHere(t *testing.T) {
	i := rooms.Invitation{SSH: "sotto join ssh://chat.example:2222/den", Web: "https://chat.example/r/den"}
	for typed, want := range map[string]bool{
		"den": true, "DEN": true, "dens": false, "": false, "chat.example": false, "join": false,
		"https://chat.example/r/den": true, "ssh://chat.example:2222/den": true, "https://other.example/r/den": false,
	} {
		if got := rooms.IsHere(typed, "den", i); got != want {
			t.Errorf("IsHere(%q) is %v", typed, got)
		}
	}
	if rooms.IsHere("", "", rooms.Invitation{}) {
		t.Error("nowhere is no room")
	}
}
