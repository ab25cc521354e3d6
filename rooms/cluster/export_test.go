package cluster

import (
	"time"

	"sotto/rooms"
)

// RoomOf is the name by which a store has a room.
func (n *Node) RoomOf(kind rooms.Kind, name rooms.RoomName) string { return roomOf(n.Mark(kind, name)) }

// Sealed are records as another node with the same key has them appended after a place.
func (n *Node) Sealed(room string, after Place, count int, r rooms.Record) []Entry {
	plain, err := r.Encode()
	if err != nil {
		panic(err)
	}
	l := n.sealing.newLife()
	entries := make([]Entry, count)
	for i := range entries {
		id := l.next()
		after.Number++
		d := Draft{ID: id, Until: time.Now().Add(rooms.HoldFor)}
		entries[i] = Entry{Stamp{after, time.Now()}, id, l.sealRecord(room, d, plain)}
	}
	return entries
}
