package wire

import "sotto/rooms"

// Knock asks for a place in a room from whoever is inside.
type Knock struct {
	Join
	Text string // what is said at the door, as typed, or empty
}

// Waiting answers a knock, and again whenever that has changed.
type Waiting struct {
	Room  rooms.RoomName
	Ahead uint64 // how many have waited longer
}

// AppendKnock appends a knock.
func AppendKnock(buf []byte, k Knock) []byte {
	return begin(buf, "knock").join(k.Join).text("text", k.Text).close()
}

// AppendWaiting appends what whoever knocks is told.
func AppendWaiting(buf []byte, w Waiting) []byte {
	return begin(buf, "waiting").str("room", string(w.Room)).uint("ahead", w.Ahead).close()
}

func (o *object) knock() *Knock { return &Knock{Join: o.join(), Text: o.str("text")} }

// waiting reads what whoever knocks is told, and bounds it as foreign does.
func (o *object) waiting() *Waiting {
	w := &Waiting{Room: rooms.RoomName(o.word("room")), Ahead: min(o.number("ahead"), rooms.MaxKnocks)}
	if name, err := rooms.ParseRoomName(string(w.Room)); o.err == nil && (err != nil || name != w.Room) {
		o.err = badFrame("A door is of no room.")
	}
	return w
}
