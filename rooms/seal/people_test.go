package seal

import (
	"testing"

	"sotto/rooms"
)

// persons are people of one room, each with a key of the same number.
func persons(room *people, names ...string) map[string]*person {
	all := make(map[string]*person)
	for i, name := range names {
		all[name] = &person{Member: rooms.Member{ID: name}, peer: Peer{ID: ID{0x1a, 0x2b, 0x3c, 0x4d, byte(i)}}}
		room.add(all[name])
	}
	return all
}

// Nobody can be called what only a number is called, nor like somebody else.
func TestNamesCannotBeForged(t *testing.T) {
	room := newPeople()
	here := persons(&room, "you", "anna", "forger", "second")
	room.introduce(here["anna"], "anna")
	for _, claim := range []string{"guest-00000000", "Guest-1", "gυest-1a2b3c4d", "anna", "аnna", "not a name", ""} {
		room.name(here["forger"], claim)
		if got := here["forger"].Nick; got != "guest-1a2b3c4d" {
			t.Errorf("who claims %q is called %q", claim, got)
		}
	}
	room.name(here["second"], "") // the number of a key can be searched for; it is not had twice
	if got := here["second"].Nick; got != "guest-1a2b3c4e" {
		t.Errorf("the second of one number is called %q", got)
	}
	room.remove(here["forger"])
	room.name(here["second"], "anna2")
	if got := here["second"].Nick; got != "anna2" {
		t.Errorf("a free name is not given, but %q", got)
	}
}

// Of two who were here first and say the same name, a newcomer believes neither.
// Who came later than somebody known by a name does not get it.
func TestWhoHadANameFirst(t *testing.T) {
	room := newPeople()
	here := persons(&room, "you", "anna", "forger", "carl", "late")
	for _, name := range []string{"anna", "forger", "carl"} {
		here[name].before = true
	}
	room.name(here["you"], "carl")
	if loser, was := room.introduce(here["carl"], "Carl"); loser != here["you"] || was != "carl" || here["carl"].Nick != "Carl" {
		t.Errorf("we were called like somebody: %v lost %q, they are %q", loser, was, here["carl"].Nick)
	}
	if loser, _ := room.introduce(here["late"], "carl"); loser != nil || here["late"].Nick == "carl" {
		t.Errorf("who came after us is called %q", here["late"].Nick)
	}
	room.introduce(here["forger"], "anna")
	if loser, was := room.introduce(here["anna"], "anna"); loser != here["forger"] || was != "anna" {
		t.Errorf("%v lost %q", loser, was)
	}
	room.name(here["forger"], "anna") // again, now that nobody seems to have it
	for _, name := range []string{"anna", "forger"} {
		if here[name].Nick == "anna" {
			t.Errorf("%s is believed to be anna", name)
		}
	}
	if room.name(here["you"], "anna"); here["you"].Nick == "anna" {
		t.Error("a name in dispute is free")
	}
}
