package redis

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"sotto/rooms/cluster"
	"sotto/rooms/cluster/storetest"
)

// BenchmarkAppend is what a line of a hundred bytes costs, alone and in batches, with the
// processor time that Redis takes for it.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct{ rooms, batch, listeners int }{{1, 1, 1}, {1, 1, 3}, {50, 1, 3}, {1, cluster.MaxBatch, 1}} {
		b.Run(fmt.Sprintf("rooms=%d/batch=%d/nodes=%d", c.rooms, c.batch, c.listeners), func(b *testing.B) {
			s := startServer(b)
			_ = s.node(Config{}).Close() // the store has begun
			s.pass(2 * proposeFor)
			s.cli("PEXPIRE", generationKey, millis(cluster.RoomFor))
			var nodes []*Store
			for range c.listeners {
				nodes = append(nodes, s.node(Config{Hearer: deaf{}}))
			}
			for room := range c.rooms {
				storetest.Opened(b, nodes[0], strconv.Itoa(room), "")
				for _, n := range nodes {
					if err := n.Listen(b.Context(), strconv.Itoa(room)); err != nil {
						b.Fatal(err)
					}
				}
			}
			body := strings.Repeat("x", 100)
			before := s.processor()
			b.ResetTimer()
			ends := make(chan error, c.rooms)
			for room := range c.rooms {
				go func() { ends <- fill(b, nodes[0], room, b.N/c.rooms+1, c.batch, body) }()
			}
			for range c.rooms {
				if err := <-ends; err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			said := float64((b.N/c.rooms + 1) * c.rooms * c.batch)
			b.ReportMetric(said/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(float64((s.processor()-before).Microseconds())/said, "redis-µs/entry")
		})
	}
}

// BenchmarkPublish is the floor: what is published as it is, to one node that listens.
func BenchmarkPublish(b *testing.B) {
	s := startServer(b)
	n := s.node(Config{Hearer: deaf{}})
	if err := n.Listen(b.Context(), "room"); err != nil {
		b.Fatal(err)
	}
	body := make([]byte, 100)
	before := s.processor()
	for b.Loop() {
		if err := n.Publish(b.Context(), "room", body); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((s.processor()-before).Microseconds())/float64(b.N), "redis-µs/entry")
}

// fill appends so many batches to a room, with a snapshot whenever one is wanted.
func fill(b *testing.B, n *Store, room, batches, batch int, body string) error {
	name := strconv.Itoa(room)
	drafts := make([]cluster.Draft, batch)
	for i := range batches {
		for k := range drafts {
			drafts[k] = storetest.Draft(byte(room), uint64(i*batch+k), body)
		}
		at, want, err := n.Append(b.Context(), name, cluster.Place{}, drafts)
		if err == nil && want {
			err = n.Keep(b.Context(), name, cluster.Snapshot{Place: at[batch-1].Place, Body: make([]byte, 4<<10)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// processor is how much time of the processor the server took.
func (s *server) processor() time.Duration {
	s.t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		s.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	ticks := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			s.t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

type deaf struct{}

func (deaf) Heard(string, cluster.Entry) {}
func (deaf) Passed(string, []byte)       {}
func (deaf) Missed()                     {}
