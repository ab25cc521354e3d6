package rooms

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// chance makes records as servers append them, by a seed: who is where it knows from the
// state that they are applied to.
type chance struct {
	*rand.Rand
	kind    Kind
	at      time.Time
	ids     int
	people  []string // who ever came in
	knocked []string
	tokens  []tokenHash
	key     keyHash
}

func (c *chance) id() string {
	c.ids++
	return fmt.Sprintf("%08d", c.ids)
}

func anyOf[T any](c *chance, of []T) (one T) {
	if len(of) > 0 {
		one = of[c.IntN(len(of))]
	}
	return one
}

func (c *chance) nicks() (nicks []Nick) {
	if c.kind == KindOpen {
		for range 1 + c.IntN(3) {
			nicks = append(nicks, newNick(fmt.Sprint("n", c.IntN(30))))
		}
	}
	return nicks
}

// record is the next.
func (c *chance) record(s *state) Record {
	c.at = c.at.Add(time.Duration(c.IntN(4000)) * time.Millisecond)
	if c.IntN(60) == 0 {
		c.at = c.at.Add(BridgeFor)
		return Record{At: c.at, Op: tick{}}
	}
	r := Record{At: c.at}
	here := s.roster.order
	switch n := c.IntN(20); {
	case len(here) < 3 || n == 0:
		r.From = c.id()
		c.people = append(c.people, r.From)
		op := enter{
			via: anyOf(c, []Via{ViaWeb, ViaSSH}), nicks: c.nicks(), host: c.IntN(3) == 0, watch: c.kind == KindOpen && c.IntN(8) == 0,
			size: 6 + c.IntN(3), absent: c.IntN(2) == 0, knock: anyOf(c, c.knocked),
		}
		op.salt[0] = byte(c.ids)
		if c.IntN(2) == 0 {
			op.gives = anyOf(c, c.people)
		}
		if c.kind == KindSealed {
			op.hello = "hello" + r.From
		}
		if len(c.tokens) > 0 && c.IntN(3) == 0 {
			hash := anyOf(c, c.tokens)
			op.invite = &hash
		}
		r.Op = op
		return r
	case n == 1:
		r.Op = tick{}
		return r
	case n == 2:
		r.From = c.id()
		c.knocked = append(c.knocked, r.From)
		r.Op = knocks{nicks: c.nicks(), text: "me", watch: c.IntN(6) == 0, gives: anyOf(c, c.knocked)}
		return r
	case n == 3 && len(c.knocked) > 0:
		r.From, r.Op = anyOf(c, c.knocked), unknock{gone: c.IntN(2) == 0}
		return r
	case n == 4:
		r.From, r.Op = anyOf(c, c.people), back{try: c.id()}
		return r
	}
	m := anyOf(c, here)
	r.From, r.Gen = m.ID, m.gen
	if c.IntN(30) == 0 {
		r.Gen--
	}
	r.Op = c.op(s, m)
	return r
}

// op is what somebody asks, as it is once it was admitted.
func (c *chance) op(s *state, m *member) Op {
	id := fmt.Sprint("op", c.ids)
	n := c.IntN(16)
	if m.Watch {
		n = 1 + c.IntN(2) // all that is admitted
	}
	switch n {
	case 0:
		return rename{id, newNick(fmt.Sprint("n", c.IntN(30)))}
	case 1:
		return absence{away: c.IntN(2) == 0}
	case 2:
		return depart{anyOf(c, []LeaveReason{LeftQuit, LeftLost, LeftSlow})}
	case 3:
		hash := tokenHash{byte(c.IntN(200))}
		c.tokens = append(c.tokens, hash)
		until := time.Time{}
		if c.IntN(2) == 0 {
			until = c.at.Add(MinInvite)
		}
		return invited{id: id, token: "token", made: invitation{hash: hash, uses: c.IntN(3), watch: c.IntN(3) == 0, until: until}}
	case 4:
		c.key = keyHash{byte(c.IntN(100))}
		return keyMade{id: id, hash: c.key, words: "otter lemon seven quiet harbor"}
	case 5:
		return claimed{id, c.key}
	case 6, 7:
		wraps := make(map[string][]byte)
		for _, id := range append(c.people[max(0, len(c.people)-9):], "nobody") {
			if c.IntN(4) > 0 {
				wraps[id] = []byte("wrap for " + id)
			}
		}
		return Seal{ID: id, Body: []byte("sealed"), Wraps: wraps}
	}
	var said []uint64
	for i := range s.memory.said {
		said = append(said, s.memory.said[i].seq)
	}
	switch op := AnyOp(c.Rand, id, slices.Concat(c.people, c.knocked, []string{m.ID}), "", said).(type) {
	case Rename, Claim, AskKey, Invite, Leave, Typing:
		return Sync{ID: id}
	case SetRules:
		if op.Door == "" || op.Door.known() {
			return op
		}
		return Burn{ID: id}
	default:
		return op
	}
}

// replica is a state somewhere else, with what is wrong with it.
type replica struct {
	*state
	fault fault
}

// fault is something that would make a replica differ.
type fault struct {
	name    string
	record  func(*Record)  // before it applies one
	effects func([]effect) // after it did
	born    func(*state)   // from a snapshot
	late    int            // records that it misses after its snapshot
	again   bool           // it applies the first once more
	kinds   []Kind         // of rooms in which it shows; nil: all
}

func (r *replica) apply(rec Record) []string {
	if r.fault.record != nil {
		r.fault.record(&rec)
	}
	effects := r.state.apply(rec)
	if r.fault.effects != nil {
		r.fault.effects(effects)
	}
	return shown(effects)
}

// shown is effects as text.
func shown(effects []effect) (all []string) {
	event := func(e Event) string {
		if sealed, ok := e.(*Sealed); ok {
			return fmt.Sprintf("Sealed %s %s %q %d %q %s", sealed.At, sealed.From, sealed.Body, sealed.WSeq, sealed.Wrap, sealed.ID)
		}
		return fmt.Sprintf("%T %+v", e, e)
	}
	for _, fx := range effects {
		all = append(all, fmt.Sprint(fx.kind, " ", fx.id, " ", fx.try, " ", fx.gen, " ", fx.err, " ", event(fx.event), " ", event(fx.own)))
	}
	return all
}

// differ applies records by chance to a state, to one that reads them as they were written,
// and to one that begins in the middle with a snapshot, and says where one of them came to
// something else. What is wrong is wrong with the other two.
func differ(t *testing.T, kind Kind, seed uint64, wrong fault, seen map[string]bool) string {
	t.Helper()
	c := &chance{Rand: rand.New(rand.NewPCG(seed, 23)), kind: kind, at: time.Unix(1e9, 0)}
	first := newState(kind)
	read := newState(kind)
	others := []*replica{{&read, wrong}}
	const records = 400
	middle := c.IntN(records)
	missing := 0
	for n := range records {
		if n == middle {
			b, err := first.encode()
			if err != nil {
				t.Fatal(err)
			}
			late, err := decodeState(b)
			if err != nil {
				t.Fatal(err)
			}
			if wrong.born != nil {
				wrong.born(late)
			}
			others, missing = append(others, &replica{late, wrong}), wrong.late
		}
		rec := c.record(&first)
		b, err := rec.Encode()
		if err != nil {
			t.Fatalf("%T: %v", rec.Op, err)
		}
		want := shown(first.apply(rec))
		for _, line := range want {
			for kind := range seen {
				seen[kind] = seen[kind] || strings.Contains(line, kind)
			}
		}
		for i, other := range others {
			rec, err := DecodeRecord(b)
			if err != nil {
				t.Fatalf("%T: %v", rec.Op, err)
			}
			if i == 1 && missing > 0 {
				missing--
				continue
			}
			have := other.apply(rec)
			if i == 1 && n == middle && wrong.again {
				other.apply(rec)
			}
			if !slices.Equal(have, want) {
				return fmt.Sprintf("record %d, %+v, led to\n%s\nand at replica %d to\n%s", n, rec, strings.Join(want, "\n"), i, strings.Join(have, "\n"))
			}
		}
		if n%20 == 0 || n == records-1 {
			mine, _ := first.encode()
			for i, other := range others {
				if theirs, err := other.encode(); err != nil || !bytes.Equal(mine, theirs) {
					return fmt.Sprintf("after record %d replica %d is another: %v", n, i, err)
				}
			}
		}
	}
	return ""
}
