package rooms_test

import (
	"fmt"
	"testing"

	"sotto/rooms"
)

// BenchmarkDelivery is what the domain costs per delivery: one message put on
// everybody's outbox and taken from it.
func BenchmarkDelivery(b *testing.B) {
	for _, people := range []int{10, 100, 500} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			h := rooms.NewHub(rooms.Config{})
			seats := make([]*rooms.Seat, people)
			for i := range seats {
				seat, err := h.Join(b.Context(), rooms.Visitor{Room: "bench"})
				if err != nil {
					b.Fatal(err)
				}
				defer seat.Close()
				seats[i] = seat
			}
			drain := func() {
				for _, s := range seats {
					for events, err := s.Take(); len(events) > 0 || err != nil; events, err = s.Take() {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			drain()
			b.ReportAllocs()
			for b.Loop() {
				seats[0].Do(b.Context(), rooms.Say{Text: "sixty random letters are about as long as this sentence is"})
				drain()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*people), "ns/delivery")
		})
	}
}
