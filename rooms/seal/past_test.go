package seal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// gathering is sessions, and what the honest ones among them noticed.
type gathering struct {
	t       *testing.T
	rand    *rand.Rand
	all     []*Session
	noticed map[ID]bool // who seems to have told two things, or is said to have
}

// pass gives a receiver what was sealed, and reports whether it takes it.
func (g *gathering) pass(sealed Sealed, to *Session) bool {
	o, err := to.Open(sealed.Body, sealed.Wraps[to.me.ID], noon)
	if err != nil {
		return false
	}
	if o.Twofold {
		g.noticed[o.From] = true
	}
	for _, about := range to.Compare(o) {
		g.noticed[about] = true
	}
	return true
}

func (g *gathering) compose(from *Session, all bool, to ...*Session) *Message {
	g.t.Helper()
	var ids []ID
	for _, s := range to {
		ids = append(ids, s.me.ID)
	}
	m, err := from.Compose(fmt.Append(nil, g.rand.Uint64()), all, ids...)
	if err != nil {
		g.t.Fatal(err)
	}
	return m
}

func (g *gathering) others(than *Session) []*Session {
	return slices.DeleteFunc(slices.Clone(g.all), func(s *Session) bool { return s == than })
}

// Whatever a server drops, and whatever it has members seal anew for others than
// those who had it already, nobody honest seems to have told two things.
func TestNobodyHonestSeemsTwofold(t *testing.T) {
	for seed := range uint64(30) {
		g := &gathering{t, rand.New(rand.NewPCG(seed, 1)), meeting(t, 4), map[ID]bool{}}
		opened := 0
		for round := range 60 {
			if round%25 == 10 { // somebody comes who knows nothing of what was before
				g.all = append(g.all, NewSession(g.all[0].me.room.NewMe()))
				arrive(t, g.all)
			}
			from := g.all[g.rand.IntN(len(g.all))]
			others := g.others(from)
			var under []*Message
			for range 1 + g.rand.IntN(4) {
				if all := g.rand.IntN(4) > 0; all {
					under = append(under, g.compose(from, true, others...))
				} else {
					under = append(under, g.compose(from, false, others[g.rand.IntN(len(others))]))
				}
			}
			for range 1 + g.rand.IntN(3) { // as often all is sealed
				for _, m := range under {
					sealed := from.Seal(m, noon)
					for _, to := range others {
						if g.rand.IntN(3) > 0 && g.pass(sealed, to) {
							opened++
						}
					}
				}
			}
		}
		if opened < 100 {
			t.Fatalf("seed %d: only %d messages were opened", seed, opened)
		}
		if len(g.noticed) > 0 {
			t.Fatalf("seed %d: %d honest members seem to have told two things", seed, len(g.noticed))
		}
	}
}

// A member who told two others different things under one number, whatever they do
// then, shows to one of the two once both have said something.
func TestTwoTellingsShow(t *testing.T) {
	for seed := range uint64(200) {
		g := &gathering{t, rand.New(rand.NewPCG(seed, 2)), meeting(t, 4), map[ID]bool{}}
		mallory, anna, bob := g.all[0], g.all[1], g.all[2]
		// What mallory goes on from, at each.
		number, pasts := map[*Session]uint32{}, map[*Session]Past{}
		for _, s := range []*Session{anna, bob} {
			pasts[s] = mallory.past
		}
		say := func(past Past, to ...*Session) {
			text := addressed(random.salt(), nil, fmt.Append(nil, g.rand.Uint64()))
			n := max(number[to[0]], number[to[len(to)-1]]) + 1
			if g.rand.IntN(2) == 0 {
				n += g.rand.Uint32N(3) // a number that nobody hears
			}
			m := &Message{text: text, all: true, number: n, past: past, receiver: map[ID]uint32{}}
			for _, s := range to {
				p := mallory.peers[s.me.ID]
				if g.rand.IntN(2) == 0 {
					p.sent += g.rand.Uint32N(3) // which seems to have been dropped
				}
				m.receiver[s.me.ID] = p.sent
				p.sent++
				number[s], pasts[s] = n, past.and(n, text)
			}
			sealed := mallory.Seal(m, noon)
			for _, s := range to {
				g.pass(sealed, s)
			}
		}
		talk := func(from *Session) {
			sealed := from.Seal(g.compose(from, true, g.others(from)...), noon)
			for _, s := range g.others(from) {
				g.pass(sealed, s)
			}
		}
		for range g.rand.IntN(3) {
			say(pasts[anna], anna, bob)
		}
		if g.rand.IntN(2) == 0 {
			talk(anna)
		}
		two := max(number[anna], number[bob])
		for _, s := range []*Session{anna, bob} { // each another text, under one number
			n, text := two+1, addressed(random.salt(), nil, fmt.Append(nil, g.rand.Uint64()))
			p := mallory.peers[s.me.ID]
			g.pass(mallory.Seal(&Message{text: text, all: true, number: n, past: pasts[s], receiver: map[ID]uint32{s.me.ID: p.sent}}, noon), s)
			p.sent++
			number[s], pasts[s] = n, pasts[s].and(n, text)
		}
		for range g.rand.IntN(6) {
			switch g.rand.IntN(3) {
			case 0:
				say(pasts[anna], anna)
			case 1:
				say(pasts[bob], bob)
			default:
				say([]Past{pasts[anna], pasts[bob], {}}[g.rand.IntN(3)], anna, bob)
			}
		}
		talk(anna)
		talk(bob)
		if !g.noticed[mallory.me.ID] || len(g.noticed) > 1 {
			t.Fatalf("seed %d: mallory shows: %v; %d seem to have told two things", seed, g.noticed[mallory.me.ID], len(g.noticed))
		}
	}
}

// What binds what was said tells nothing of it to those who were not told: the same
// said twice has two values, and neither is of the words alone. A whisper is in none.
func TestPastTellsNothing(t *testing.T) {
	all := meeting(t, 3)
	anna := all[0]
	before := anna.past
	pass(t, anna, all[1], "a whisper")
	if anna.past != before {
		t.Error("a whisper is bound by what others see")
	}
	seen := map[Past]bool{before.and(1, []byte("yes")): true, before.and(1, addressed([saltBytes]byte{}, nil, []byte("yes"))): true}
	for range 10 {
		anna.past, anna.said = before, 0
		if _, err := anna.Compose([]byte("yes"), true); err != nil {
			t.Fatal(err)
		}
		if seen[anna.past] {
			t.Fatal("the value of what was said can be guessed")
		}
		seen[anna.past] = true
	}
}

// What is owed of one sender is bounded, however many holes they leave, and what is
// owed for longest is said first.
func TestClaimsAreBounded(t *testing.T) {
	all := meeting(t, 3)
	mallory, anna, bob := all[0], all[1], all[2]
	g := &gathering{t, rand.New(rand.NewPCG(1, 4)), all, map[ID]bool{}}
	g.pass(bob.Seal(g.compose(bob, true, anna), noon), anna)
	for range 3 * maxRemembered {
		g.compose(mallory, true) // for nobody
		g.pass(mallory.Seal(g.compose(mallory, true, anna), noon), anna)
	}
	if n := len(anna.peers[mallory.me.ID].remembered.values); n != maxRemembered {
		t.Errorf("%d values are remembered", n)
	}
	var said []uint32
	for range 2 {
		m := g.compose(anna, true, bob)
		claims, _, err := readAddressed(m.text)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range claims {
			if who := mallory.me.ID; (c.about == who) != (len(said) > 0) {
				t.Errorf("claim %d is about %x", len(said), c.about)
			}
			said = append(said, c.number)
		}
	}
	if want := []uint32{1, 2, 4, 6, 8, 10, 12, 14, 6 * maxRemembered}; !slices.Equal(said, want) {
		t.Errorf("claims of numbers %d, want %d", said, want)
	}
}

// Other messages too say what was said to all before.
func TestAWhisperShowsTwoTellings(t *testing.T) {
	all := meeting(t, 2)
	mallory, anna := all[0], all[1]
	g := &gathering{t, rand.New(rand.NewPCG(1, 5)), all, map[ID]bool{}}
	g.pass(mallory.Seal(g.compose(mallory, true, anna), noon), anna)
	g.pass(mallory.Seal(g.compose(mallory, false, anna), noon), anna)
	if len(g.noticed) > 0 {
		t.Fatal("one telling seems to be two")
	}
	mallory.past[0] ^= 1
	g.pass(mallory.Seal(g.compose(mallory, false, anna), noon), anna)
	if !g.noticed[mallory.me.ID] {
		t.Error("two tellings do not show by a whisper")
	}
}

// A text to all whose claims are cut or too many is not genuine.
func TestCutClaimsAreRefused(t *testing.T) {
	c := claim{ID{0: 0x0a, 15: 0x0b}, 7, Past{9}}
	whole := addressed(random.salt(), []claim{c, c}, []byte("hello"))
	claims, said, err := readAddressed(whole)
	if err != nil || !slices.Equal(claims, []claim{c, c}) || string(said) != "hello" {
		t.Errorf("read %v, %q, %v", claims, said, err)
	}
	for n := range saltBytes + 1 + 2*claimBytes {
		if _, _, err := readAddressed(whole[:n]); err == nil {
			t.Errorf("%d bytes are read", n)
		}
	}
	if _, _, err := readAddressed(addressed(random.salt(), slices.Repeat([]claim{c}, maxClaims+1), nil)); err == nil {
		t.Error("too many claims are read")
	}
}
