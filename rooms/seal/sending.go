package seal

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"time"

	"sotto/rooms"
)

const (
	// maxSending is how many messages may wait for their own copy to come back.
	maxSending = 256
	// reservedSending is how many more may if they make people known to each other:
	// nobody stays unshown since others ask for much.
	reservedSending = 32
)

// sending is what a member has on its way out: messages whose own copies have not come
// back, in the order of their numbers. Each is sealed when it leaves, for those who are
// here then; what a lost connection swallowed is sealed anew.
type sending struct {
	queue  []*dispatch
	ops    uint64 // handed to the connection so far, to number them
	pacing pacing

	suspended bool      // all waits, from a loss until it is known what happened
	barrier   string    // id of the barrier whose answer says so
	by        time.Time // when that is overdue; zero: none is out
	barriers  int       // so far, to number them
}

// dispatch is a message whose own copy has not come back.
type dispatch struct {
	message *Message
	what    payload
	id      string    // the caller's; empty for what nobody asked for
	to      []*person // nil: all
	since   time.Time // when it was to be sent
	op      string    // id of the op that carries it now; empty: none does
	flying  bool      // it is on its way
	sum     [sha256.Size]byte
}

// asks reports whether it is a question to somebody.
func (o *dispatch) asks(m *person) bool { return o.what.T == "ask" && slices.Contains(o.to, m) }

// isWaiting reports whether it could not leave yet.
func (o *dispatch) isWaiting() bool { return !o.flying }

// hasRoom reports whether one more of a kind may wait.
func (s *sending) hasRoom(kind string) bool {
	most := maxSending
	if kind == "confirm" || kind == "step" {
		most += reservedSending
	}
	return len(s.queue) < most
}

func (s *sending) add(o *dispatch) {
	o.since = time.Now()
	s.queue = append(s.queue, o)
}

// saidSince is since when something that was said has not happened; zero: nothing waits.
func (s *sending) saidSince() time.Time {
	if i := slices.IndexFunc(s.queue, func(o *dispatch) bool { return o.what.T == "say" }); i >= 0 {
		return s.queue[i].since
	}
	return time.Time{}
}

// last is what is on its way of a kind, the newest of it; nil: nothing.
func (s *sending) last(kind string) *dispatch {
	for _, o := range slices.Backward(s.queue) {
		if o.what.T == kind {
			return o
		}
	}
	return nil
}

// asks reports whether a question to somebody is on its way, and waits whether one could
// not leave yet.
func (s *sending) asks(m *person) bool {
	return slices.ContainsFunc(s.queue, func(o *dispatch) bool { return o.asks(m) })
}

func (s *sending) waits(m *person) bool {
	return slices.ContainsFunc(s.queue, func(o *dispatch) bool { return o.asks(m) && o.isWaiting() })
}

// slow reports whether something waits that could not leave yet.
func (s *sending) slow() bool { return slices.ContainsFunc(s.queue, (*dispatch).isWaiting) }

// next is what may leave now; nil: nothing, and when something may; 0: when something has
// come, or nothing waits. What was refused waits until nothing sealed later is on its way,
// since receivers take nothing that comes behind it, and goes alone.
func (s *sending) next(now time.Time) (o *dispatch, wait time.Duration) {
	first := slices.IndexFunc(s.queue, (*dispatch).isWaiting)
	if s.suspended || first < 0 || first >= s.pacing.most() ||
		slices.ContainsFunc(s.queue[first:], func(o *dispatch) bool { return o.flying }) {
		return nil, 0
	}
	o = s.queue[first]
	if wait := s.pacing.take(float64(padded(len(o.message.text))), now); wait > 0 {
		return nil, wait
	}
	return o, 0
}

// happened takes out the message that a body is, and those before it that were refused and
// can't be said any more. After a loss some that are kept back have happened all the same.
func (s *sending) happened(body []byte) (o *dispatch, late []*dispatch) {
	sum := sha256.Sum256(body)
	i := slices.IndexFunc(s.queue, func(o *dispatch) bool { return o.op != "" && o.sum == sum })
	if i < 0 {
		return nil, nil
	}
	s.pacing.pause = 0
	o = s.queue[i]
	var kept []*dispatch
	for _, before := range s.queue[:i] {
		if before.isWaiting() && !s.suspended {
			late = append(late, before)
		} else {
			kept = append(kept, before)
		}
	}
	s.queue = append(kept, s.queue[i+1:]...)
	return o, late
}

// refused takes out the message of an op that did not happen, or, if only for now, lets it
// wait. It returns nil if there is none.
func (s *sending) refused(r *rooms.Refused) (o *dispatch, waits bool) {
	i := slices.IndexFunc(s.queue, func(o *dispatch) bool { return o.flying && o.op == r.ID })
	if i < 0 {
		return nil, false
	}
	o = s.queue[i]
	if r.Err.Code == rooms.RateLimited {
		o.flying, o.op = false, ""
		s.pacing.refused(r.ID, time.Now())
		return o, true
	}
	s.queue = slices.Delete(s.queue, i, i+1)
	return o, false
}

// suspend keeps everything back, from a loss until it is known what happened.
func (s *sending) suspend() {
	s.suspended, s.by = true, time.Time{}
	for _, o := range s.queue {
		o.flying = false
	}
}

// ask returns a barrier whose answer says what happened.
func (s *sending) ask(now time.Time) rooms.Sync {
	s.barriers++
	s.barrier, s.by = resendPrefix+strconv.Itoa(s.barriers), now.Add(BarrierWait)
	return rooms.Sync{ID: s.barrier}
}

// release lets go what was kept back.
func (s *sending) release() { s.suspended, s.by = false, time.Time{} }

// anew lets all go again, since none of them happened. keep reports whether there is still
// anybody to say it to.
func (s *sending) anew(keep func(*dispatch) bool) {
	s.release()
	s.queue = slices.DeleteFunc(s.queue, func(o *dispatch) bool { return !keep(o) })
}

// giveUp hands back what nobody can know the fate of.
func (s *sending) giveUp() (given []*dispatch) {
	given, s.queue = s.queue, nil
	return given
}
