package redis

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
)

// What rooms of several servers cost over one of a single server, with a real Redis on this
// machine and the servers in this process: so a delay is that of Redis and of this package,
// without a network. docs/PERFORMANCE.md has the figures.

// joined is a server of several, or one alone.
func joined(b *testing.B, s *server, key [32]byte) *rooms.Hub {
	if s == nil {
		return rooms.NewHub(rooms.Config{})
	}
	node := cluster.New(cluster.Config{Key: key})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	store, err := Open(ctx, Config{URL: s.url(), Hearer: node, ProposeFor: time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	if err := node.Start(ctx, store); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = node.Close() })
	return rooms.NewHub(rooms.Config{Log: node})
}

func sit(b *testing.B, h *rooms.Hub, room string) *rooms.Seat {
	seat, err := h.Join(context.Background(), rooms.Visitor{Room: room, Via: rooms.ViaPipe})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = seat.Close() })
	return seat
}

// hears waits until a seat was told what somebody said last.
func hears(b *testing.B, seat *rooms.Seat, text string) {
	for {
		events, err := seat.Next(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range events {
			switch e := e.(type) {
			case *rooms.Said:
				if e.Text == text {
					return
				}
			case *rooms.Refused:
				b.Fatal(e.Err)
			}
		}
	}
}

// used is how much of a processor Redis has used so far.
func (s *server) used() time.Duration {
	var sum float64
	for line := range strings.Lines(s.cli("INFO", "cpu")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_sys" || name == "used_cpu_user" {
			n, _ := strconv.ParseFloat(value, 64)
			sum += n
		}
	}
	return time.Duration(sum * float64(time.Second))
}

func processUsed() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // of oneself it can't fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDelay is how long it takes until somebody at another server, or at the only one,
// is told what was said, one message at a time.
func BenchmarkDelay(b *testing.B) {
	for _, servers := range []int{1, 2} {
		b.Run(fmt.Sprint("servers=", servers), func(b *testing.B) {
			var s *server
			if servers > 1 {
				s = startServer(b)
			}
			key := [32]byte{1}
			from := joined(b, s, key)
			to := from
			if s != nil {
				to = joined(b, s, key)
			}
			speaker, hearer := sit(b, from, "delay"), sit(b, to, "delay")
			hushed := make(chan struct{})
			go func() { // who speaks takes what they said, too
				defer close(hushed)
				for {
					if _, err := speaker.Next(context.Background()); err != nil {
						return
					}
				}
			}()
			delays := make([]time.Duration, 0, b.N)
			var redis time.Duration
			if s != nil {
				redis = s.used()
			}
			own := processUsed()
			for i := 0; b.Loop(); i++ {
				text := fmt.Sprint("message ", i)
				began := time.Now()
				if err := speaker.Do(context.Background(), rooms.Say{Text: text}); err != nil {
					b.Fatal(err)
				}
				hears(b, hearer, text)
				delays = append(delays, time.Since(began))
			}
			b.ReportMetric(float64((processUsed()-own).Microseconds())/float64(len(delays)), "cpu-µs/message")
			if s != nil {
				b.ReportMetric(float64((s.used()-redis).Microseconds())/float64(len(delays)), "redis-µs/message")
			}
			slices.Sort(delays)
			for _, p := range []int{50, 99} {
				b.ReportMetric(float64(delays[len(delays)*p/100].Microseconds()), fmt.Sprintf("p%d-µs", p))
			}
			_ = speaker.Close()
			<-hushed
		})
	}
}

// BenchmarkThroughput is how much of Redis and of the servers a message takes when many
// rooms speak at once, each as fast as what it said comes back, half of them heard at
// another server.
func BenchmarkThroughput(b *testing.B) {
	s := startServer(b)
	key := [32]byte{1}
	at := []*rooms.Hub{joined(b, s, key), joined(b, s, key)}
	const speakers = 100
	type pair struct{ speaks, hears *rooms.Seat }
	var pairs []pair
	for i := range speakers {
		room := fmt.Sprint("room-", i)
		pairs = append(pairs, pair{sit(b, at[i%2], room), sit(b, at[1-i%2], room)})
	}
	redis, own, began := s.used(), processUsed(), time.Now()
	b.ResetTimer()
	var all sync.WaitGroup
	each := b.N/speakers + 1
	for _, p := range pairs {
		all.Go(func() {
			for i := range each {
				if err := p.speaks.Do(context.Background(), rooms.Say{Text: fmt.Sprint("message ", i)}); err != nil {
					b.Error(err)
					return
				}
				hears(b, p.speaks, fmt.Sprint("message ", i))
			}
		})
		all.Go(func() { hears(b, p.hears, fmt.Sprint("message ", each-1)) })
	}
	all.Wait()
	n := float64(each * speakers)
	b.ReportMetric(float64((processUsed()-own).Microseconds())/n, "cpu-µs/message")
	b.ReportMetric(float64((s.used()-redis).Microseconds())/n, "redis-µs/message")
	b.ReportMetric(n/time.Since(began).Seconds(), "messages/s")
}
