package run_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"sotto/rooms"
	"sotto/sshsrv/tui"
	"sotto/sshsrv/tui/run"
)

// crowdOut is where a screen of a crowd is written. It tells how often a text
// that starts with sign was drawn.
type crowdOut struct {
	drawn *sync.WaitGroup
	bytes int
}

var sign = []byte("zq")

func (o *crowdOut) Write(b []byte) (int, error) {
	o.bytes += len(b)
	for range bytes.Count(b, sign) {
		o.drawn.Done()
	}
	return len(b), nil
}

// BenchmarkRoom is one message to a room full of screens, from the room's seat to the terminals'
// bytes; without what carries them.
func BenchmarkRoom(b *testing.B) {
	for _, size := range []run.Size{{Width: 80, Height: 24}, {Width: 200, Height: 50}} {
		for _, people := range []int{10, 100} {
			b.Run(fmt.Sprintf("%dx%d/%d", size.Width, size.Height, people), func(b *testing.B) {
				benchmarkRoom(b, size, people)
			})
		}
	}
}

func benchmarkRoom(b *testing.B, size run.Size, people int) {
	ctx, cancel := context.WithCancel(b.Context())
	hub := rooms.NewHub(rooms.Config{RoomSize: people})
	defer hub.Close()
	var drawn, running sync.WaitGroup
	seats := make([]*rooms.Seat, people)
	outs := make([]*crowdOut, people)
	for i := range people {
		seat, err := hub.Join(ctx, rooms.Visitor{Room: "bench", Via: rooms.ViaSSH})
		if err != nil {
			b.Fatal(err)
		}
		in, typing := io.Pipe()
		seats[i], outs[i] = seat, &crowdOut{drawn: &drawn}
		screen := tui.New(ctx, tui.Config{
			Enter: func(context.Context, string, string) (rooms.Participant, error) { return seat, nil },
			Room:  "bench", Door: "ssh",
		})
		running.Go(func() {
			run.Show(ctx, run.Terminal{
				In: in, Out: outs[i], Hangup: func() { typing.Close() },
				Size: size, Term: "xterm-256color",
			}, screen)
		})
	}
	text := strings.Repeat("abcdefghij", 6)
	say := func(i int) {
		drawn.Add(people)
		seats[i%people].Do(ctx, rooms.Say{Text: fmt.Sprintf("zq%07d%s", i, text[9:])})
		drawn.Wait()
	}
	for i := range 2 * size.Height {
		say(i)
	}
	for _, out := range outs {
		out.bytes = 0
	}
	b.ReportAllocs()
	n := 0
	for ; b.Loop(); n++ {
		say(n)
	}
	sent := 0
	cancel()
	running.Wait()
	for _, out := range outs {
		sent += out.bytes
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*people), "ns/delivery")
	b.ReportMetric(float64(sent)/float64(n*people), "B/delivery")
}
