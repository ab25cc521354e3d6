package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// meeting makes a room of n members who all met.
func meeting(t testing.TB, n int) []*Session {
	t.Helper()
	room := Open(NewSecret())
	all := make([]*Session, n)
	for i := range all {
		all[i] = NewSession(room.NewMe())
	}
	for _, s := range all {
		for _, o := range all {
			p, err := room.Meet(o.me.Hello())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Add(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

func sealed(t testing.TB, s *Session, text string, to ...ID) Sealed {
	t.Helper()
	m, err := s.Seal([]byte(text), to...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (m Sealed) wrapFor(s *Session) []byte { return m.Wraps[s.me.ID] }

func TestEverybodyOpens(t *testing.T) {
	all := meeting(t, 5)
	for round := range 3 {
		for _, from := range all {
			text := fmt.Sprint("round ", round)
			m := sealed(t, from, text)
			if len(m.Wraps) != 4 {
				t.Fatalf("%d wraps for 4 receivers", len(m.Wraps))
			}
			for _, to := range all {
				if to == from {
					continue
				}
				got, err := to.Open(m.Body, m.wrapFor(to))
				if err != nil || string(got.Plaintext) != text || got.From != from.me.ID || got.Missing != 0 {
					t.Fatalf("opened %q from %x, %d missing: %v", got.Plaintext, got.From, got.Missing, err)
				}
				if got.RosterHash != to.RosterHash() {
					t.Fatal("members who see the same people have different roster hashes")
				}
			}
		}
	}
}

func TestMissingShows(t *testing.T) {
	all := meeting(t, 2)
	a, b := all[0], all[1]
	var ms []Sealed
	for i := range 5 {
		ms = append(ms, sealed(t, a, fmt.Sprint(i)))
	}
	if _, err := b.Open(ms[0].Body, ms[0].wrapFor(b)); err != nil {
		t.Fatal(err)
	}
	got, err := b.Open(ms[3].Body, ms[3].wrapFor(b))
	if err != nil || got.Missing != 2 {
		t.Fatalf("%d missing, want 2: %v", got.Missing, err)
	}
	for _, i := range []int{0, 1, 2, 3} {
		if _, err := b.Open(ms[i].Body, ms[i].wrapFor(b)); err != errReplay {
			t.Errorf("message %d again, or late: %v", i, err)
		}
	}
	if got, err := b.Open(ms[4].Body, ms[4].wrapFor(b)); err != nil || got.Missing != 0 {
		t.Fatalf("after refusals: %d missing, %v", got.Missing, err)
	}
}

func TestEveryBitCounts(t *testing.T) {
	all := meeting(t, 2)
	a, b := all[0], all[1]
	m := sealed(t, a, "hello")
	wrap := m.wrapFor(b)
	for _, part := range [][]byte{m.Body, wrap} {
		for bit := range len(part) * 8 {
			part[bit/8] ^= 1 << (bit % 8)
			if _, err := b.Open(m.Body, wrap); err == nil {
				t.Fatalf("accepted with bit %d turned", bit)
			}
			part[bit/8] ^= 1 << (bit % 8)
		}
	}
	if _, err := b.Open(m.Body, wrap); err != nil {
		t.Fatalf("a message that was refused in every other form is refused in its own: %v", err)
	}
}

func TestWrapsAreForOneBodyAndOneReceiver(t *testing.T) {
	all := meeting(t, 3)
	a, b, c := all[0], all[1], all[2]
	m1, m2 := sealed(t, a, "one"), sealed(t, a, "two")
	for name, try := range map[string]func() error{
		"another body":       func() error { _, err := b.Open(m2.Body, m1.wrapFor(b)); return err },
		"another's wrap":     func() error { _, err := b.Open(m1.Body, m1.wrapFor(c)); return err },
		"own message back":   func() error { _, err := a.Open(m1.Body, m1.wrapFor(b)); return err },
		"short wrap":         func() error { _, err := b.Open(m1.Body, m1.wrapFor(b)[:WrapBytes-1]); return err },
		"short body":         func() error { _, err := b.Open(m1.Body[:HeaderBytes], m1.wrapFor(b)); return err },
		"nothing":            func() error { _, err := b.Open(nil, nil); return err },
		"appended to a body": func() error { _, err := b.Open(append(slices.Clone(m1.Body), 0), m1.wrapFor(b)); return err },
	} {
		if try() == nil {
			t.Errorf("accepted: %s", name)
		}
	}
}

func TestGhosts(t *testing.T) {
	room, other := Open(NewSecret()), Open(NewSecret())
	hello := room.NewMe().Hello()
	for bit := range len(hello) * 8 {
		hello[bit/8] ^= 1 << (bit % 8)
		if _, err := room.Meet(hello); err != ErrGhost {
			t.Fatalf("a hello with bit %d turned: %v", bit, err)
		}
		hello[bit/8] ^= 1 << (bit % 8)
	}
	if _, err := other.Meet(hello); err != ErrGhost {
		t.Fatalf("a hello of another room: %v", err)
	}
	if _, err := room.Meet(hello[:HelloBytes-1]); err != ErrGhost {
		t.Fatalf("a short hello: %v", err)
	}
	low := make([]byte, 32) // of low order: the shared secret would be zero
	me := room.NewMe()
	peer, err := room.Meet(append(low, mac(room.hello, room.id[:], lowID(room, low), low)...))
	if err == nil {
		err = NewSession(me).Add(peer)
	}
	if err != ErrGhost {
		t.Fatalf("a key of low order: %v", err)
	}
}

func lowID(r *Room, key []byte) []byte {
	sum := sha256.Sum256(slices.Concat([]byte(label+"member\x00"), r.id[:], key))
	return sum[:idBytes]
}

func TestRemovedReadsNothing(t *testing.T) {
	all := meeting(t, 3)
	a, b, c := all[0], all[1], all[2]
	a.Remove(b.me.ID)
	m := sealed(t, a, "without b")
	if m.wrapFor(b) != nil || m.wrapFor(c) == nil {
		t.Fatal("wraps for the wrong people")
	}
	late := sealed(t, b, "from b")
	if _, err := a.Open(late.Body, late.wrapFor(a)); err != errForged {
		t.Fatalf("a removed member's message: %v", err)
	}
	got, err := c.Open(m.Body, m.wrapFor(c))
	if err != nil || got.RosterHash == c.RosterHash() {
		t.Fatalf("a difference in what members see does not show: %v", err)
	}
}

func TestWhisperLeavesNoHoleForOthers(t *testing.T) {
	all := meeting(t, 3)
	a, b, c := all[0], all[1], all[2]
	w := sealed(t, a, "for b", b.me.ID)
	m := sealed(t, a, "for all")
	if _, err := b.Open(w.Body, w.wrapFor(b)); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Open(m.Body, m.wrapFor(c)); err != nil || got.Missing != 0 {
		t.Fatalf("%d missing for somebody who was not whispered to: %v", got.Missing, err)
	}
}

func TestPadding(t *testing.T) {
	all := meeting(t, 2)
	for n, want := range map[int]int{0: 256, 252: 256, 253: 512, 508: 512, 4000: 4096, 4093: 8192, MaxPlaintext: 32768} {
		m := sealed(t, all[0], strings.Repeat("x", n))
		if got := len(m.Body) - HeaderBytes - tagBytes; got != want {
			t.Errorf("%d bytes padded to %d, want %d", n, got, want)
		}
		if o, err := all[1].Open(m.Body, m.wrapFor(all[1])); err != nil || len(o.Plaintext) != n {
			t.Errorf("%d bytes came back as %d: %v", n, len(o.Plaintext), err)
		}
	}
	if _, err := all[0].Seal(make([]byte, MaxPlaintext+1)); err == nil {
		t.Error("a plaintext over the limit was sealed")
	}
}

func TestSafetyWords(t *testing.T) {
	if words := wordList(); len(words) != 2048 || words[0] != "abandon" || words[2047] != "zoo" {
		t.Fatalf("the list has %d words", len(words))
	}
	all := meeting(t, 4)
	words := all[0].me.room.SafetyWords(all[0].Peers())
	if len(words) != 12 {
		t.Fatalf("%d words", len(words))
	}
	for _, s := range all[1:] {
		if got := s.me.room.SafetyWords(s.Peers()); !slices.Equal(got, words) {
			t.Fatal("members of one room see different words")
		}
	}
	all[0].Remove(all[1].me.ID)
	if slices.Equal(all[0].me.room.SafetyWords(all[0].Peers()), words) {
		t.Fatal("other members, same words")
	}
}

func TestSecretHasOneForm(t *testing.T) {
	s := NewSecret()
	if got, err := ParseSecret(s.String()); err != nil || got != s {
		t.Fatalf("a secret does not survive its link: %v", err)
	}
	for _, text := range []string{"", "abc", s.String() + "A", s.String()[:42], s.String() + "=", " " + s.String(), strings.Repeat("A", 42) + "B"} {
		if _, err := ParseSecret(text); err == nil {
			t.Errorf("accepted a secret of %d characters", len(text))
		}
	}
}

// TestForwardSecrecy keeps all that the server ever saw, reveals the secret
// after everybody left, and tries what an eavesdropper then could.
func TestForwardSecrecy(t *testing.T) {
	secret := NewSecret()
	room := Open(secret)
	a, b := NewSession(room.NewMe()), NewSession(room.NewMe())
	pa, _ := room.Meet(a.me.Hello())
	pb, _ := room.Meet(b.me.Hello())
	if a.Add(pb) != nil || b.Add(pa) != nil {
		t.Fatal("they did not meet")
	}
	m := sealed(t, a, "long gone")
	wrap := m.wrapFor(b)
	again := Open(secret)
	for name, eve := range map[string]*Session{"as a newcomer": NewSession(again.NewMe())} {
		for _, hello := range [][]byte{a.me.Hello(), b.me.Hello()} {
			p, err := again.Meet(hello)
			if err != nil {
				t.Fatal(err)
			}
			eve.Add(p)
		}
		if _, err := eve.Open(m.Body, wrap); err == nil {
			t.Errorf("%s: a recorded message opens with the secret alone", name)
		}
	}
	if _, err := b.Open(m.Body, wrap); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Open(m.Body, wrap); err == nil {
		t.Error("the receiver itself can open a message a second time: its key was kept")
	}
	if bytes.Contains(m.Body, []byte("long gone")) || strings.Contains(hex.EncodeToString(m.Body), secret.String()) {
		t.Error("the body holds what it hides")
	}
}

func FuzzOpen(f *testing.F) {
	all := meeting(f, 2)
	m := sealed(f, all[0], "seed")
	f.Add(m.Body, m.wrapFor(all[1]))
	f.Fuzz(func(t *testing.T, body, wrap []byte) {
		if bytes.Equal(body, m.Body) && bytes.Equal(wrap, m.wrapFor(all[1])) {
			return
		}
		if got, err := all[1].Open(body, wrap); err == nil {
			t.Fatalf("opened a forgery: %q", got.Plaintext)
		}
	})
}

func FuzzMeet(f *testing.F) {
	room := Open(Secret{1})
	f.Add(Open(Secret{2}).NewMe().Hello())
	f.Fuzz(func(t *testing.T, hello []byte) {
		if _, err := room.Meet(hello); err == nil {
			t.Fatal("met somebody without the secret")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	for _, n := range []int{2, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			all := meeting(b, n)
			text := []byte(strings.Repeat("x", 60))
			for b.Loop() {
				if _, err := all[0].Seal(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMeeting is what it costs in all when 64 people come into one room.
func BenchmarkMeeting(b *testing.B) {
	for b.Loop() {
		meeting(b, MaxMembers)
	}
}
