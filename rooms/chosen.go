package rooms

// Chosen is the name that somebody chose for themselves, at the door or by /nick, as far as
// it may go along to the next room: from an open room to an open one, since whoever chose
// it goes by it there. From a sealed room or to one nothing goes along, or the server and
// others would be told who was in it; and a name that was drawn goes nowhere. The zero
// value is none.
type Chosen struct {
	nick string
	kind Kind // of the room that it is for; empty: of none yet
}

// Choose returns a name that was chosen before there was a room.
func Choose(nick string) Chosen { return Chosen{nick: nick} }

// Nick is the name; empty: none, so one is drawn.
func (c Chosen) Nick() string { return c.nick }

// Toward is what goes along to a room, by its name or link.
func (c Chosen) Toward(room string) Chosen {
	if SealedLink(room) {
		return c.In(KindSealed)
	}
	return c.In(KindOpen)
}

// In is what is left in a room of a kind.
func (c Chosen) In(kind Kind) Chosen {
	if c.kind != "" && (c.kind == KindSealed || kind == KindSealed) {
		c.nick = ""
	}
	c.kind = kind
	return c
}

// Renamed is what goes along once somebody has this name in the room that they are in.
// Theirs is asked for by an op; a name without was given to them, and not chosen.
func (c Chosen) Renamed(e *Renamed) Chosen {
	if e.ID != "" {
		c.nick = e.Member.Nick
	}
	return c
}
