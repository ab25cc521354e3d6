package rooms

import (
	"fmt"
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
						m.react(m.find(1+n), Apart(fmt.Sprintf("%8d", k)), kinds[k%len(kinds)], true)
					}
				}
			}
			took, told := (heap()-before)/len(rooms), rooms[0].holds()
			if took > told*5/4 || took < told/3 {
				t.Errorf("a room takes %d bytes and tells of %d", took, told)
			}
			if have := rooms[0].reactions; have != min(reactions*RememberedMessages, MaxRememberedReactions) {
				t.Errorf("%d reactions", have)
			}
			runtime.KeepAlive(rooms)
		})
	}
}

// Where no more reactions fit, whoever puts one on is told, and one may after another was
// taken off, or went with its message.
func TestReactionsOfARoomAreBounded(t *testing.T) {
	var m memory
	for n := range uint64(RememberedMessages) {
		m.add(remembered{seq: 1 + n})
	}
	for k := 0; m.reactions < MaxRememberedReactions; k++ {
		if err := m.react(m.find(uint64(1+k%100)), fmt.Sprint(k), "👍", true); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.react(m.find(500), "a", "👍", true); err != errReactedEnough {
		t.Errorf("one too many: %v", err)
	}
	if err := m.react(m.find(1), "0", "👍", false); err != nil {
		t.Error(err)
	}
	if err := m.react(m.find(500), "a", "👍", true); err != nil {
		t.Errorf("after one was taken off: %v", err)
	}
	m.takeBack(m.find(2))
	m.add(remembered{seq: 2000}) // in the place of the first
	if want := MaxRememberedReactions - 2*MaxRememberedReactions/100 + 1; m.reactions != want {
		t.Errorf("%d reactions, want %d", m.reactions, want)
	}
}
