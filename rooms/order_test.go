package rooms_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"sotto/rooms"
)

// TestOneOrder has fifty seats do 20,000 ops at random and compares every
// seat's record of the room.
func TestOneOrder(t *testing.T) {
	const people, ops = 50, 20_000
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	seats := make([]*person, people)
	for i := range seats {
		seats[i] = enter(t, h, rooms.Visitor{})
	}
	for _, p := range seats {
		p.take()
	}
	records := make([][]rooms.Event, people)
	const round = 8 // ops of each seat between two readings: well inside an outbox
	for n := 0; n < ops/people; n += round {
		var all sync.WaitGroup
		for i, p := range seats {
			all.Go(func() {
				r := rand.New(rand.NewPCG(uint64(n), uint64(i)))
				for k := range round {
					switch r.IntN(10) {
					case 0:
						p.do(rooms.Typing{})
					case 1:
						p.do(rooms.SetTopic{Text: fmt.Sprint(i, n, k)})
					case 4:
						p.do(rooms.SetAside{On: k%2 == 0, Text: fmt.Sprint(i, n, k)})
					case 2:
						p.do(rooms.Whisper{To: seats[r.IntN(people)].welcome.You.ID, Text: "w"})
					case 3:
						p.do(rooms.Rename{Nick: fmt.Sprint("n", r.IntN(70))})
					default:
						p.do(rooms.Say{Text: fmt.Sprint(i, n, k)})
					}
				}
			})
		}
		all.Wait()
		for i, p := range seats {
			records[i] = append(records[i], p.take()...)
		}
	}
	var first []string
	for i, p := range seats {
		p.do(rooms.Sync{ID: "end"})
		var log []string
		last := uint64(people) // as many have come in
		record := func(seq uint64, words ...any) {
			if seq != last+1 {
				t.Fatalf("seat %d got number %d after %d", i, seq, last)
			}
			last = seq
			log = append(log, fmt.Sprint(append([]any{seq}, words...)...))
		}
		for _, e := range append(records[i], p.take()...) {
			switch e := e.(type) {
			case *rooms.Said:
				record(e.Seq, "said", e.From.ID, e.Text)
			case *rooms.TopicSet:
				record(e.Seq, "topic", e.From.ID, e.Text)
			case *rooms.AsideSet:
				record(e.Seq, "aside", e.Member.ID, e.Member.Aside)
			case *rooms.Renamed:
				record(e.Seq, "renamed", e.Member.ID, e.Was, e.Member.Nick)
			}
		}
		if i == 0 {
			first = log
		} else if !slices.Equal(first, log) {
			t.Fatalf("seat %d has another record than seat 0: %d and %d events", i, len(log), len(first))
		}
	}
	if len(first) < ops/2 {
		t.Fatalf("only %d events of %d ops", len(first), ops)
	}
}
