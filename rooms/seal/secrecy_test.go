package seal

import (
	"testing"
	"time"
)

// thief is what somebody has who took a member's device: a copy of all that its
// session holds, the link, and a recording of every body and wrap.
func steal(t *testing.T, s *Session) *Session {
	t.Helper()
	me := *s.me
	stolen := &Session{me: &me, peers: map[ID]*pair{}, hellos: map[ID]struct{}{}}
	for id, p := range s.peers {
		copied := *p
		copied.root = append([]byte(nil), p.root...)
		copied.greet = append([]byte(nil), p.greet...)
		stolen.peers[id] = &copied
	}
	return stolen
}

// record is one message as the network saw it.
type record struct {
	body, wrap []byte
	step       uint32
}

// talk lets two members say something in turn, and keeps what went over the network
// to the second.
func talk(t *testing.T, a, b *Session, rounds int, now *time.Time) (recorded []record) {
	t.Helper()
	say := func(from, to *Session) Sealed {
		m, err := from.Compose([]byte("secret"), false, to.me.ID)
		if err != nil {
			t.Fatal(err)
		}
		sealed := from.Seal(m, *now)
		if _, err := to.Open(sealed.Body, sealed.Wraps[to.me.ID], *now); err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	for range rounds {
		*now = now.Add(30 * time.Second)
		sealed := say(a, b)
		recorded = append(recorded, record{sealed.Body, sealed.Wraps[b.me.ID], a.peers[b.me.ID].step})
		say(b, a)
	}
	return recorded
}

// Whoever takes a device, with the link and a recording of its whole hour, opens
// nothing that was said before the pair's last step: not by its chains, and not by
// going through the pair's beginning again with the long key.
func TestForwardSecrecy(t *testing.T) {
	all := meeting(t, 2)
	a, b := all[0], all[1]
	now := noon
	recorded := talk(t, a, b, 120, &now)
	last := b.peers[a.me.ID].step
	if last < 20 {
		t.Fatalf("the pair made %d steps in an hour", last)
	}
	for _, r := range recorded {
		for range 2 { // as it stands, and from the beginning
			thief := steal(t, b)
			if _, err := thief.Open(r.body, r.wrap, now); err == nil && r.step < last {
				t.Fatalf("a message of step %d opens after step %d", r.step, last)
			}
		}
		thief := steal(t, b)
		p, err := thief.me.pairWith(a.me.Peer, true)
		if err != nil {
			t.Fatal(err)
		}
		p.phase = linked
		thief.peers[a.me.ID] = p
		if _, err := thief.Open(r.body, r.wrap, now); err == nil {
			t.Fatal("a message opens by the long key alone")
		}
	}
}

// What a thief took opens nothing that is said after two more steps of the pair.
func TestHealing(t *testing.T) {
	all := meeting(t, 2)
	a, b := all[0], all[1]
	now := noon
	talk(t, a, b, 20, &now)
	stolen, at := steal(t, b), b.peers[a.me.ID].step
	opened, closed := 0, 0
	for _, r := range talk(t, a, b, 40, &now) {
		_, err := stolen.Open(r.body, r.wrap, now)
		switch {
		case err == nil && r.step > at+2:
			t.Fatalf("stolen at step %d, it opens a message of step %d", at, r.step)
		case err == nil:
			opened++
		default:
			closed++
		}
	}
	if opened == 0 || closed == 0 {
		t.Fatalf("%d messages open and %d don't: the test shows nothing", opened, closed)
	}
}

// What a session that is over held is overwritten.
func TestSessionForgets(t *testing.T) {
	all := meeting(t, 3)
	s := all[1]
	var roots [][]byte
	var chains []*chain
	for _, p := range s.peers {
		roots = append(roots, p.root)
		chains = append(chains, &p.in, &p.out)
	}
	s.forget()
	for _, root := range roots {
		for _, b := range root {
			if b != 0 {
				t.Fatal("a root is there still")
			}
		}
	}
	for _, c := range chains {
		if *c != (chain{}) {
			t.Fatal("a chain is there still")
		}
	}
	if s.me.private != nil || s.greeting != nil || len(s.peers) != 0 {
		t.Error("keys are there still")
	}
}

// The greeting's secrets are gone once everybody has answered, and a share once the
// other end has stepped on from it.
func TestSharesAreForgotten(t *testing.T) {
	all := meeting(t, 3)
	for i, s := range all {
		if s.greeting != nil {
			t.Errorf("member %d keeps its greeting", i)
		}
		for _, p := range s.peers {
			if p.newcomer && p.ours != nil {
				t.Errorf("member %d keeps a share that was stepped on from", i)
			}
		}
	}
}
