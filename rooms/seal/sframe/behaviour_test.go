package sframe

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms/behaviour"
)

// scene is one of voiceframes.json, which says what the keys of its steps mean.
type scene struct {
	Name  string
	Steps []step
}

type step struct {
	Speaks, Given, Fresh, Turns, Ratchets, Removed string
	Kept                                           bool
	Seals, As, Copied, How                         string
	Times, Sealed                                  int
	Opens                                          string
	On                                             int
	At                                             *uint32
	From, Why                                      string
	Pass                                           int
	Counts                                         string
	Opened, Changed, Late                          uint64
}

func TestVoiceFramesScript(t *testing.T) {
	var script struct {
		About  []string
		Scenes []scene
	}
	behaviour.Read(t, "voiceframes", &script)
	for _, scene := range script.Scenes {
		t.Run(scene.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st := &stage{t: t, ring: NewRing(), senders: map[string]*Sender{}, tracks: map[int]*Receiver{}, frames: map[string][]byte{}}
				for i, p := range scene.Steps {
					st.play(i+1, p)
				}
			})
		})
	}
}

type stage struct {
	t       *testing.T
	ring    *Ring
	senders map[string]*Sender
	tracks  map[int]*Receiver
	frames  map[string][]byte
}

// memberOf is the id of somebody by name, and what their frames bear.
func memberOf(name string) (m Member, metadata []byte) {
	copy(m[:], name)
	return m, m[:]
}

func (st *stage) give(name string, k Key) {
	m, metadata := memberOf(name)
	if err := st.ring.Add(m, metadata, k); err != nil {
		st.t.Fatal(err)
	}
}

var whys = map[string]error{"unknown": ErrUnknown, "broken": ErrBroken, "replayed": ErrReplayed, "late": ErrLate, "moved": ErrMoved, "swapped": ErrSwapped}

func (st *stage) play(i int, p step) {
	t := st.t
	switch {
	case p.Speaks != "":
		_, metadata := memberOf(p.Speaks)
		st.senders[p.Speaks] = NewSender(metadata)
	case p.Given != "":
		st.give(p.Given, st.senders[p.Given].Key())
	case p.Fresh != "":
		if k := st.senders[p.Fresh].Fresh(); !p.Kept {
			st.give(p.Fresh, k)
		}
	case p.Turns != "":
		st.senders[p.Turns].Turn()
	case p.Ratchets != "":
		for range max(p.Times, 1) {
			if !st.senders[p.Ratchets].Ratchet() {
				t.Errorf("step %d: there is no more to ratchet", i)
			}
		}
	case p.Removed != "":
		m, _ := memberOf(p.Removed)
		st.ring.Remove(m)
	case p.Seals != "":
		for n := range max(p.Times, 1) {
			name := p.As
			if p.Times > 0 {
				name = fmt.Sprint(p.As, n+1)
			}
			frame, err := st.senders[p.Seals].Seal(nil, []byte(name))
			if dropped := p.Sealed > 0 && n >= p.Sealed; dropped != errors.Is(err, ErrFast) || frame == nil != dropped {
				t.Fatalf("step %d: frame %d: %v", i, n+1, err)
			}
			st.frames[name] = frame
		}
	case p.Copied != "":
		frame := slices.Clone(st.frames[p.Copied])
		switch p.How {
		case "flip":
			frame[len(frame)-1] ^= 1
		case "kid":
			frame[1] ^= 1
		case "cut":
			frame = frame[:len(frame)-1]
		case "head":
			frame = frame[:1]
		case "empty":
			frame = nil
		}
		st.frames[p.As] = frame
	case p.Opens != "":
		if st.tracks[p.On] == nil {
			st.tracks[p.On] = st.ring.Receiver()
		}
		h, _ := ReadHeader(st.frames[p.Opens])
		at := uint32(h.Counter)
		if p.At != nil {
			at = *p.At
		}
		frame, from, err := st.tracks[p.On].Open(nil, st.frames[p.Opens], at*960)
		want, _ := memberOf(p.From)
		if p.From != "" && (err != nil || from != want || string(frame) != p.Opens) || p.From == "" && (!errors.Is(err, whys[p.Why]) || err == nil || frame != nil) {
			t.Errorf("step %d: %s opens as %q of %q: %v", i, p.Opens, frame, from, err)
		}
	case p.Pass > 0:
		time.Sleep(time.Duration(p.Pass) * time.Millisecond)
	case p.Counts != "":
		m, _ := memberOf(p.Counts)
		c := st.ring.Counts(m)
		if c.Opened != p.Opened || c.Changed != p.Changed || c.Late != p.Late {
			t.Errorf("step %d: of %s's %d opened, %d were changed and %d late", i, p.Counts, c.Opened, c.Changed, c.Late)
		}
	default:
		t.Fatalf("nothing is known of step %d", i)
	}
}
