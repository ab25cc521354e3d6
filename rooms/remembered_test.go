//go:build !race

package rooms

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// What a room remembers is bounded, and what that is said to cost is what it takes.
func TestMemoryCosts(t *testing.T) {
	heap := func() int {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	kinds := strings.Fields("👍 👎 😀 😂 😍 🤔 🎉 🚀 👀 🔥 🙏 💯")
	for name, reactions := range map[string]int{"nobody reacts": 0, "few do": 2, "as many as may": 40} {
		t.Run(name, func(t *testing.T) {
			before := heap()
			rooms := make([]memory, 20)
			for i := range rooms {
				m := &rooms[i]
				for n := range uint64(RememberedMessages + 100) {
					m.add(remembered{seq: 1 + n})
					for k := range reactions {
						m.react(m.find(1+n), Apart(fmt.Sprintf("%8d", k)), kinds[k%len(kinds)], true, here)
					}
				}
			}
			took, told := (heap()-before)/len(rooms), rooms[0].holds()
			if took > told*5/4 || took < told/3 {
				t.Errorf("a room takes %d bytes and tells of %d", took, told)
			}
			if have, put := rooms[0].reactions, reactions*RememberedMessages; have > put || have < min(put, MaxRememberedReactions*(thinned-1)/thinned) {
				t.Errorf("%d reactions", have)
			}
			runtime.KeepAlive(rooms)
		})
	}
}

// here is a room in which everybody is.
func here(string) bool { return true }

// count adds up what a memory holds, and fails where that is not what it tells.
func (m *memory) count(t *testing.T) (of map[string]int) {
	t.Helper()
	of = make(map[string]int)
	reactions, bereft := 0, 0
	for i := range m.said {
		said := &m.said[i]
		if !m.recent(said) && (said.reactions != nil || said.options > 0) {
			t.Fatalf("what others made of %d of %d is remembered", i, len(m.said))
		}
		if said.kinds() > MaxReactionKinds || i > 0 && m.said[i-1].seq >= said.seq {
			t.Fatalf("message %d has %d kinds", said.seq, said.kinds())
		}
		for _, r := range said.reactions {
			reactions += len(r.by)
			if len(r.by) == 0 {
				bereft++
			}
			for _, id := range r.by {
				of[id]++
			}
		}
	}
	if reactions != m.reactions || bereft != m.bereft || reactions > MaxRememberedReactions || len(m.said) > RememberedWriters {
		t.Fatalf("%d messages, %d reactions, %d of nobody, told are %d and %d", len(m.said), reactions, bereft, m.reactions, m.bereft)
	}
	return of
}

// Where no more reactions fit, those are forgotten of who left, and then of who has most,
// and of nobody else; whoever wants to can take them off, and the kinds stay.
func TestReactionsOfARoomAreBounded(t *testing.T) {
	var m memory
	for n := range uint64(RememberedMessages) {
		m.add(remembered{seq: 1 + n})
	}
	kinds := strings.Fields("👍 👎 😀 😂 😍 🤔 🎉 🚀 👀 🔥 🙏 💯")
	gone := map[string]bool{}
	in := func(id string) bool { return !gone[id] }
	react := func(id string, n int) {
		t.Helper()
		for k := range n {
			if err := m.react(m.find(uint64(1+k/len(kinds))), id, kinds[k%len(kinds)], true, in); err != nil {
				t.Fatalf("%s's %d: %v", id, k, err)
			}
		}
	}
	some := MaxRememberedReactions / 4
	react("left", some)
	react("little", 100)
	react("much", some)
	react("more", some)
	gone["left"] = true
	react("most", some+1000) // more than fit
	of := m.count(t)
	if of["left"] >= some || of["little"] != 100 || of["much"] != some || of["more"] != some || of["most"] != some+1000 {
		t.Errorf("who left gives way first: %v", of)
	}
	for round := range 4 { // again and again
		react(fmt.Sprint("late", round), some)
	}
	of = m.count(t)
	if of["little"] != 100 || of["left"] != 0 {
		t.Errorf("who has little keeps it, who left nothing: %v", of)
	}
	first := m.find(1)
	if got := first.kinds(); got != len(kinds) {
		t.Errorf("%d kinds are on the first message", got)
	}
	if err := m.react(first, "x", "🐢", true, in); err != errKindsEnough {
		t.Errorf("another kind: %v", err)
	}
	if err := m.react(first, "most", kinds[0], false, in); err != nil {
		t.Errorf("taking off what was forgotten: %v", err)
	}
	m.takeBack(m.find(2))
	for n := range uint64(RememberedMessages) {
		m.add(remembered{seq: 2000 + n})
	}
	if m.count(t); m.reactions+m.bereft != 0 {
		t.Errorf("%d reactions and %d kinds are on messages that are long ago", m.reactions, m.bereft)
	}
}

// Whatever is said, taken back and reacted to, and whoever leaves: what a memory holds is
// what it tells, and within bounds; and the same makes the same.
func TestMemoriesAgree(t *testing.T) {
	for seed := range uint64(3) {
		live := func() *memory {
			m, r := &memory{}, rand.New(rand.NewPCG(seed, 5))
			in := func(id string) bool { return id < "p25" }
			for n := range uint64(2*RememberedWriters + 500) {
				who := fmt.Sprint("p", 10+r.IntN(1+r.IntN(40)))
				m.add(remembered{seq: 1 + n, by: who})
				for range r.IntN(12) {
					if said := m.find(1 + n - min(n, uint64(r.IntN(RememberedMessages)))); said != nil && m.recent(said) {
						m.react(said, fmt.Sprint("p", 10+r.IntN(40)), []string{"👍", "👎", "🎉"}[r.IntN(3)], r.IntN(9) > 0, in)
					}
				}
				if said := m.find(1 + n - min(n, uint64(r.IntN(RememberedWriters)))); said != nil && r.IntN(20) == 0 {
					m.takeBack(said)
				}
				if n%2500 == 0 {
					m.count(t)
				}
			}
			m.count(t)
			return m
		}
		if one, other := live(), live(); !reflect.DeepEqual(one, other) {
			t.Errorf("seed %d: the same makes another memory", seed)
		}
	}
}

// Of what was said longer ago, whoever said most is forgotten first, their oldest first;
// nothing is of those who said little, though they are many.
func TestWritersShare(t *testing.T) {
	var m memory
	seq := uint64(0)
	say := func(who string, times int) {
		for range times {
			seq++
			m.add(remembered{seq: seq, by: who})
		}
	}
	for n := range 700 {
		say(fmt.Sprint("quiet", n), 9)
	}
	say("loud", 500)
	for range 30_000 / 2 {
		say("flood", 1)
		say("flood too", 1)
	}
	left := make(map[string]int)
	for _, said := range m.said {
		left[said.by]++
	}
	for n := range 700 {
		if who := fmt.Sprint("quiet", n); left[who] != 9 {
			t.Fatalf("of nine of %s %d are remembered", who, left[who])
		}
	}
	if left["loud"] != 500 || m.find(seq) == nil || m.find(700*9+500+1) != nil {
		t.Errorf("%d of 500 are remembered, and the flood's own first", left["loud"])
	}
	if m.count(t); len(m.said) > RememberedWriters {
		t.Errorf("%d are remembered", len(m.said))
	}
}

// What a reaction costs where there are as many as fit, and a message, all that is
// forgotten for it included.
func BenchmarkCrowdedMemory(b *testing.B) {
	var m memory
	ids := make([]string, MaxRoomSize)
	for i := range ids {
		ids[i] = fmt.Sprint("member", i)
	}
	n := uint64(0)
	for b.Loop() {
		n++
		m.add(remembered{seq: n, by: ids[n%uint64(len(ids))]})
		for k := range 40 {
			m.react(m.find(n), ids[(n*7+uint64(k))%uint64(len(ids))], "👍", true, here)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/41, "ns/each")
}
