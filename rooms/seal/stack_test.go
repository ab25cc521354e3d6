package seal

import (
	"bytes"
	"fmt"
	"runtime/debug"
	"testing"
	"unsafe"
)

// looked is how much of the stack below is searched: more than anything here uses.
const looked = 48 << 10

// below returns what calls have left on this goroutine's stack, behind whoever asks.
//
//go:noinline
func below() []byte {
	var here byte
	bottom := unsafe.Add(unsafe.Pointer(&here), -looked)
	return bytes.Clone(unsafe.Slice((*byte)(bottom), looked))
}

// grown makes room for so much, so that below reads nothing that is not stack.
//
//go:noinline
func grown() byte {
	var room [2 * looked]byte
	return touched(&room)
}

//go:noinline
func touched(room *[2 * looked]byte) byte { return room[len(room)-1] }

// No call leaves a key on the stack, where no collection reaches: neither one that is
// used up nor one that is in use.
func TestKeysLeaveTheStack(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection moves stacks
	room := Open(NewSecret())
	me, other := NewSession(room.NewMe()), NewSession(room.NewMe())
	var used [][]byte
	before := witness
	witness = func(key, text, ad []byte) {
		before(key, text, ad)
		if used = append(used, bytes.Clone(key)); len(text) == keyBytes {
			used = append(used, bytes.Clone(text))
		}
	}
	defer func() { witness = before }()
	now := noon
	seal := func(from *Session, all bool, to *Session) Sealed {
		m, err := from.Compose([]byte("said"), all, to.me.ID)
		if err != nil {
			t.Fatal(err)
		}
		return from.Seal(m, now)
	}
	open := func(to *Session, sealed Sealed) {
		if _, err := to.Open(sealed.Body, sealed.Wraps[to.me.ID], now); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		what string
		does func() // the last of it is a call of this end
	}{
		{"to meet", func() {
			if err := other.Add(me.me.Peer, false); err != nil {
				t.Fatal(err)
			}
			if err := me.Add(other.me.Peer, true); err != nil {
				t.Fatal(err)
			}
		}},
		{"to greet", func() { open(other, me.Seal(me.Greet(), now)) }},
		{"to be greeted", func() { open(me, seal(other, false, me)) }},
		{"to say", func() { seal(me, true, other) }},
		{"to hear", func() { open(me, seal(other, true, me)) }},
		{"to step", func() { now = now.Add(2 * StepEvery); open(other, seal(me, true, other)) }},
		{"to be stepped on from", func() { now = now.Add(2 * StepEvery); open(me, seal(other, true, me)) }},
	} {
		t.Run(c.what, func(t *testing.T) {
			grown()
			c.does()
			left := below()
			for what, key := range secretsOf(me, other, used) {
				if bytes.Contains(left, key) {
					t.Errorf("%s is on the stack", what)
				}
			}
		})
	}
}

// secretsOf is what two ends hold now, and what they sealed with so far.
func secretsOf(a, b *Session, used [][]byte) map[string][]byte {
	secrets := make(map[string][]byte)
	for i, key := range used {
		secrets[fmt.Sprintf("key %d of %d that sealed", i, len(used))] = key
	}
	for _, s := range []*Session{a, b} {
		secrets[fmt.Sprintf("the long key of %x", s.me.ID)] = s.me.private.Bytes()
		for _, p := range s.peers {
			secrets[fmt.Sprintf("the root of %x", s.me.ID)] = p.root
			if p.ours != nil {
				secrets[fmt.Sprintf("the share of %x", s.me.ID)] = p.ours.Bytes()
			}
			for name, c := range map[string]chain{"in": p.in, "out": p.out} {
				if c != (chain{}) {
					secrets[fmt.Sprintf("the inner chain %s of %x", name, s.me.ID)] = bytes.Clone(c.inner[:])
					secrets[fmt.Sprintf("the outer chain %s of %x", name, s.me.ID)] = bytes.Clone(c.outer[:])
				}
			}
		}
	}
	return secrets
}
