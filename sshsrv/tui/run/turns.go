package run

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// heavyWork is how long a screen may work at a time without taking turns from then
// on, until it had less to do for heavyFor: four times what an ordinary line takes.
// Turns among a hundred that draw such a line would cost a tenth of it.
const (
	heavyWork = 100 * time.Microsecond
	heavyFor  = 15 * time.Second
)

// Turns has those screens of a process take turns that have much to do: room by
// room, however many people there are in one. So what the many screens of one room
// are made to draw is not between a person in another and their next word. Within a
// room whoever waits for longest is next.
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

// NewTurns returns one turn for each processor: what else there is to do, writing
// among it, is done beside.
func NewTurns() *Turns {
	return &Turns{free: runtime.GOMAXPROCS(0), waiting: make(map[any]*turnQueue)}
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
	t.next = slices.Delete(t.next, 0, 1) // which leaves nothing of a room behind
	close(q.up[0])
	if q.up = q.up[1:]; len(q.up) == 0 {
		delete(t.waiting, q.room)
		return
	}
	t.next = append(t.next, q)
}

// work is what a session does between two waits.
type work struct {
	since time.Time // zero: it does nothing
	turn  bool      // it has one
	heavy time.Time // when it last was
}

// begin begins to work, if that has not begun. Without turns it does nothing.
func (w *work) begin(turns *Turns, room any) {
	if turns == nil || !w.since.IsZero() {
		return
	}
	w.since = time.Now()
	if w.turn = w.since.Sub(w.heavy) < heavyFor; w.turn {
		turns.take(room)
		w.since = time.Now()
	}
}

// end ends the work, if there is any.
func (w *work) end(turns *Turns) {
	if w.since.IsZero() {
		return
	}
	if w.turn {
		turns.give()
	}
	if now := time.Now(); now.Sub(w.since) > heavyWork {
		w.heavy = now
	}
	w.since = time.Time{}
}
