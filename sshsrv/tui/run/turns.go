package run

import (
	"runtime"
	"sync"
)

// turnsPerProcessor is how many screens are worked on at a time, for each processor:
// one, and one whose turn it is when that one writes.
const turnsPerProcessor = 2

// Turns has the screens of a process take turns where they have more to do than its
// processors: room by room, however many people there are in one. So the work that
// the many screens of one room are made to do is not between a person in another and
// their next word. Within a room whoever waits for longest is next.
//
// A turn ends before anything is written: nobody waits for somebody else's line.
type Turns struct {
	mu      sync.Mutex
	free    int
	waiting map[any]*turnQueue // by room, where somebody waits
	next    []*turnQueue       // the same, in the order of their turns
}

// turnQueue is those of one room who wait.
type turnQueue struct {
	room any
	up   []chan struct{} // each closed when it is that one's turn
}

// NewTurns returns turns for as many processors as there are.
func NewTurns() *Turns {
	return &Turns{free: turnsPerProcessor * runtime.GOMAXPROCS(0), waiting: make(map[any]*turnQueue)}
}

// take waits for a turn of somebody in a room.
func (t *Turns) take(room any) {
	if up := t.queue(room); up != nil {
		<-up
	}
}

// queue takes a turn, or returns what will be closed when there is one.
func (t *Turns) queue(room any) (up chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free > 0 {
		t.free--
		return nil
	}
	q := t.waiting[room]
	if q == nil {
		q = &turnQueue{room: room}
		t.waiting[room] = q
		t.next = append(t.next, q)
	}
	up = make(chan struct{})
	q.up = append(q.up, up)
	return up
}

// give ends a turn, and begins the next.
func (t *Turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.next) == 0 {
		t.free++
		return
	}
	q := t.next[0]
	t.next = t.next[1:]
	close(q.up[0])
	if q.up = q.up[1:]; len(q.up) == 0 {
		delete(t.waiting, q.room)
		return
	}
	t.next = append(t.next, q)
}
