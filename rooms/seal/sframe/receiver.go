package sframe

import (
	"errors"
	"time"
)

// Why a frame is dropped.
var (
	ErrUnknown  = errors.New("no key for this frame was given")
	ErrBroken   = errors.New("a frame was not sealed by the member whose key it names, or was changed")
	ErrReplayed = errors.New("a frame came a second time")
	ErrMoved    = errors.New("a frame was put before one that was said before it, or behind one that was said after it")
	ErrLate     = errors.New("a frame came too late")
	ErrSwapped  = errors.New("a frame came on the track of another member")
)

// Receiver is one track on which frames come: of one member, as long as they are heard.
type Receiver struct {
	ring   *Ring
	talker *talker // that it is bound to; nil: none
}

// Receiver returns one for a track that is new.
func (r *Ring) Receiver() *Receiver { return &Receiver{ring: r} }

// Open appends what a frame holds to dst, and says whose it is. at is the RTP time at which
// it is to be played, by which players put in order what a network did not keep so; it is the
// server's word, so only what keeps to the order of the counters is played. A frame that is
// refused gives nothing.
func (r *Receiver) Open(dst, sealed []byte, at uint32) (frame []byte, from Member, err error) {
	ring := r.ring
	ring.mu.Lock()
	defer ring.mu.Unlock()
	if ring.closed {
		return nil, Member{}, ErrClosed
	}
	if len(sealed) == 0 {
		return nil, Member{}, ErrBroken // browsers make such where nothing came
	}
	ring.came++
	h, n := ReadHeader(sealed)
	if n == 0 || len(sealed) < n+TagBytes || len(sealed) > MaxFrame+Overhead || h.KID > MaxKID || h.Counter > MaxCounter {
		if t := r.talker; t != nil {
			t.counts.Changed++ // by the track alone: nothing else is known of it
		}
		return nil, Member{}, ErrBroken
	}
	now := time.Now()
	tag, _, _ := splitKID(h.KID)
	err = ErrUnknown
	var named *talker
	for _, t := range ring.talkers { // two may have drawn one tag
		if t.tag != tag {
			continue
		}
		t.prune(now)
		out, why := t.open(dst, h, n, sealed, now)
		if why == nil {
			if why = r.take(t, place{h.Counter + 1, at}, now); why != nil {
				clear(out[len(dst):])
				return nil, t.member, why
			}
			return out, t.member, nil
		}
		if why == ErrBroken {
			named, err = t, why
		}
	}
	if named != nil {
		named.counts.Changed++
		return nil, named.member, err
	}
	return nil, Member{}, err
}

// take judges a genuine frame of a member's, and counts it.
func (r *Receiver) take(t *talker, is place, now time.Time) error {
	if bound := r.talker; bound != nil && bound != t && bound.track == r && now.Sub(bound.counts.Last) <= trackIdle ||
		t.track != nil && t.track != r && now.Sub(t.counts.Last) <= trackIdle {
		t.counts.Changed++
		return ErrSwapped
	}
	if is.counter+memory <= t.newest || t.seen[is.counter%memory] == is.counter {
		t.counts.Changed++
		return ErrReplayed
	}
	if t.measure(now.Sub(r.ring.begun)-time.Duration(is.counter-1)*FrameTime, now) > LateAfter {
		t.counts.Late++
		return ErrLate
	}
	if t.track != r {
		t.places = [window]place{}
	}
	if !t.keeps(is) {
		t.counts.Changed++
		return ErrMoved
	}
	if is.counter+window <= t.newest {
		t.counts.Late++
		return ErrLate
	}
	if r.talker != nil && r.talker != t && r.talker.track == r {
		r.talker.track = nil
	}
	r.talker, t.track = t, r
	t.seen[is.counter%memory], t.places[is.counter%window] = is.counter, is
	t.newest = max(t.newest, is.counter)
	t.counts.Opened++
	t.counts.Last = now
	return nil
}

// keeps reports whether a frame is played behind those that were said before it and before
// those that were said after it.
func (t *talker) keeps(is place) bool {
	for _, other := range t.places {
		if other.counter != 0 && (is.at == other.at || (is.counter > other.counter) != (int32(is.at-other.at) > 0)) {
			return false
		}
	}
	return true
}
