package cluster_test

import (
	"testing"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
)

// BenchmarkFromElsewhere is what a node does for a message that another appended: it opens
// it, reads it, applies it and hands it to one person, who takes it.
func BenchmarkFromElsewhere(b *testing.B) {
	m := memstore.New()
	n := cluster.New(cluster.Config{Key: [32]byte{1}})
	store := m.Connect(n)
	if err := n.Start(b.Context(), store); err != nil {
		b.Fatal(err)
	}
	defer n.Close()
	h := rooms.NewHub(rooms.Config{Log: n})
	seat, err := h.Join(b.Context(), rooms.Visitor{Room: "lobby"})
	if err != nil {
		b.Fatal(err)
	}
	defer seat.Close()
	first, err := seat.Next(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	room := n.RoomOf(rooms.KindOpen, "lobby")
	kept, err := store.Open(b.Context(), room, nil)
	if err != nil {
		b.Fatal(err)
	}
	entries := n.Sealed(room, kept.Last, b.N, rooms.Record{
		From: first[0].(*rooms.Welcome).You.ID, Gen: 1,
		Op: rooms.Say{Text: "sixty random letters are about as long as this sentence is"},
	})
	b.ReportAllocs()
	b.ResetTimer()
	taken := 0
	for i, e := range entries {
		n.Heard(room, e)
		for i-taken > 100 || i == len(entries)-1 && taken < len(entries) {
			events, err := seat.Next(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			for _, e := range events {
				if _, said := e.(*rooms.Said); said {
					taken++
				}
			}
		}
	}
}
