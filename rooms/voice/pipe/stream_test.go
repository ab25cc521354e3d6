package pipe_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms/voice"
)

// TestBadNetwork: what comes by a network that loses one packet in twenty and takes up to 200
// ms more for others is written in the order in which it was said, without growing delay, in as
// much time as it took. Of ten minutes without a pause hardly anything is left out; of sentences
// as much as lies before it is known how late the rest comes.
func TestBadNetwork(t *testing.T) {
	for _, c := range []struct {
		name    string
		packets int
		speaks  int // packets of 250
		leaves  int // at most, of a thousand that came
	}{{"steady", 50 * 600, 250, 2}, {"in sentences", 50 * 120, 200, 50}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ear, end := listen(t, quiet(t))
				time.Sleep(time.Second)
				chance := rand.New(rand.NewPCG(1, 2))
				type coming struct {
					i  int
					at time.Duration
				}
				var all []coming
				for i := range c.packets {
					at := said(i) + time.Duration(chance.IntN(201))*time.Millisecond
					if i%250 < c.speaks && chance.IntN(20) != 0 {
						all = append(all, coming{i, at})
					}
				}
				slices.SortStableFunc(all, func(a, b coming) int { return int(a.at - b.at) })
				began := time.Now()
				for _, each := range all {
					time.Sleep(time.Until(began.Add(each.at)))
					payload := sound(9, 60)
					binary.BigEndian.PutUint32(payload[2:], uint32(each.i))
					ear.Hear(0, "x", voice.Packet{Timestamp: uint32(each.i) * 960, Payload: payload})
				}
				time.Sleep(time.Second)
				took := time.Since(began) + time.Second
				p := end()
				last, written := -1, 0
				for n, packet := range p.packets {
					if len(packet) != 60 {
						continue
					}
					i := int(binary.BigEndian.Uint32(packet[2:]))
					if i <= last {
						t.Fatalf("packet %d is written behind %d", i, last)
					}
					last, written = i, written+1
					if lag := said(n-begins/960) - time.Second - said(i); lag < -50*time.Millisecond || lag > 300*time.Millisecond {
						t.Fatalf("packet %d stands %v later in the stream than it was said", i, lag)
					}
				}
				if left := len(all) - written; left*1000 > c.leaves*len(all) {
					t.Errorf("%d of %d that came are left out", left, len(all))
				}
				if n := said((p.samples - begins - ends) / 960); n < took-300*time.Millisecond || n > took+300*time.Millisecond {
					t.Errorf("%v of sound in %v", n, took)
				}
			})
		})
	}
}

// said is how long after the first a packet is said.
func said(i int) time.Duration { return time.Duration(i) * 20 * time.Millisecond }
