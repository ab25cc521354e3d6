//go:build !race

package sshsrv

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"sotto/rooms"
)

// deafBytes is the most that somebody who never reads may take, in bytes: their session,
// a full outbox, and what this process has of their end of the connection.
const deafBytes = 614 << 10

// onItsWay is what fits the connection, in bytes: little, so that what was shown before
// nobody read, and stands in a window as in everybody's, is little beside what waits.
const onItsWay = 4 << 10

// inUse is what the heap and stacks hold that is not garbage, in bytes. The race detector
// would make it another figure.
func inUse() int {
	runtime.GC()
	runtime.GC() // what has a finalizer is gone after the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// Somebody who never reads costs their session and what waits for them, though each is
// alone with the talker, so that nothing is shared: whatever a server's memory is beyond
// that while people are deaf is what the collector has not come to yet.
func TestWhoNeverReadsHoldsLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const deaf = 4
		h := buildInMemory(t, func(c *Config) { c.Hub = rooms.NewHub(rooms.Config{}) })
		h.server.screen = fullScreen
		h.serve()
		before, said, filled, shown := inUse(), 0, 0, 0
		for i := range deaf {
			up, down := newLink(SendBuffer), newLink(onItsWay)
			h.listener.(*memListener).conns <- memConn{in: up, out: down}
			frozen := &freezer{Conn: memConn{in: down, out: up}, thaw: make(chan struct{})}
			defer close(frozen.thaw)
			g := session(t, shake(t, frozen))
			g.terminal("xterm-256color", 80, 24)
			room := rooms.RoomName("den" + string(rune('a'+i)))
			g.start(string(room))
			synctest.Wait()
			seat, err := h.hub.Join(t.Context(), rooms.Visitor{Room: string(room)})
			if err != nil {
				t.Fatal(err)
			}
			defer seat.Close()
			say := func() {
				said++
				text := strings.Repeat(fmt.Sprintf("%05d ", said), rooms.MaxTextBytes/6) // no row is as the last
				if err := seat.Do(t.Context(), rooms.Say{Text: text}); err != nil {
					t.Fatal(err)
				}
				if _, err := seat.Take(); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
			}
			frozen.freeze.Store(true)
			for ; down.waiting() < onItsWay; shown++ {
				if say(); shown > 1000 {
					t.Fatal("a connection that nobody reads does not fill")
				}
			}
			for range (rooms.OutboxBytes - rooms.BatchBytes) / (rooms.MaxTextBytes + 256) {
				say()
				filled++
			}
		}
		each := (inUse() - before) / deaf
		t.Logf("%d KiB each, with %d messages that wait behind %d that were shown", each>>10, filled/deaf, shown/deaf)
		if each > deafBytes {
			t.Errorf("who never reads takes %d KiB, of which %d are wanted at most", each>>10, deafBytes>>10)
		}
		if each < rooms.OutboxBytes/2 {
			t.Errorf("who never reads takes %d KiB: nothing waited for them", each>>10)
		}
	})
}
