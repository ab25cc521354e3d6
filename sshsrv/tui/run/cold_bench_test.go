package run_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui"
	"sotto/sshsrv/tui/run"
)

// BenchmarkColdRoom is BenchmarkRoom as a server lives it: between two messages
// the processor has done something else, and nothing of a session is in its
// caches any more.
func BenchmarkColdRoom(b *testing.B) {
	const people = 100
	ctx, cancel := context.WithCancel(b.Context())
	hub := rooms.NewHub(rooms.Config{RoomSize: people})
	defer hub.Close()
	var drawn, running sync.WaitGroup
	seats := make([]*rooms.Seat, people)
	for i := range people {
		seat, err := hub.Join(ctx, rooms.Visitor{Room: "bench", Via: rooms.ViaSSH})
		if err != nil {
			b.Fatal(err)
		}
		in, typing := io.Pipe()
		seats[i] = seat
		screen := tui.New(ctx, tui.Config{
			Enter: func(context.Context, string, string) (rooms.Participant, error) { return seat, nil },
			Room:  "bench", Door: "ssh",
		})
		running.Go(func() {
			run.Show(ctx, run.Terminal{
				In: in, Out: &crowdOut{drawn: &drawn}, Hangup: func() { typing.Close() },
				Size: run.Size{Width: 80, Height: 24}, Term: "xterm-256color",
			}, screen)
		})
	}
	text := strings.Repeat("abcdefghij", 6)
	say := func(i int) {
		drawn.Add(people)
		seats[i%people].Do(ctx, rooms.Say{Text: fmt.Sprintf("zq%07d%s", i, text[9:])})
		drawn.Wait()
	}
	for i := range 48 {
		say(i)
	}
	other := make([]byte, 96<<20)
	var spent time.Duration
	sum := byte(0)
	n := 0
	for ; b.Loop(); n++ {
		for i := 0; i < len(other); i += 64 {
			sum += other[i]
			other[i] = sum
		}
		began := time.Now()
		say(n)
		spent += time.Since(began)
	}
	cancel()
	running.Wait()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(spent.Nanoseconds())/float64(n*people), "ns/delivery")
}
