package seal_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// A malicious server sees everything that members send and decides alone what
// each of them gets. It has never had the secret.
type malicious struct {
	t       *testing.T
	rand    *rand.Rand
	room    *seal.Room
	victims []*victim
	old     []*rooms.Sealed // genuine frames, for replays, oldest first
	sent    map[string]bool // what honest members really said, "nick: text"

	manipulated int
}

// victim is an honest member, as the server that betrays them keeps them.
type victim struct {
	*seal.Seat
	server *malicious
	id     string
	nick   string
	hello  []byte

	queue   []rooms.Event   // what it will be given
	genuine []*rooms.Sealed // what others sealed to it and it has not been given
	expects map[string]uint32

	lost   uint64 // messages that it can't have opened, before one that it did
	forged int    // frames that it must have refused
	ghosts int

	gaps      uint64
	suspected int
	haunted   int
	heard     map[string]bool
}

// Do takes an op of the victim's.
func (v *victim) connDo(op rooms.Op) {
	s := v.server
	sealed, ok := op.(rooms.Seal)
	if !ok {
		return // barriers; this server answers none
	}
	body := &rooms.SealedBody{At: time.Now(), From: v.id, Body: sealed.Body}
	v.queue = append(v.queue, &rooms.Sealed{SealedBody: body, ID: sealed.ID})
	for _, to := range s.victims {
		if wrap := sealed.Wraps[to.id]; wrap != nil {
			to.genuine = append(to.genuine, &rooms.Sealed{SealedBody: body, Wrap: wrap})
		}
	}
}

// conn is the victim's end of its connection.
type conn struct{ *victim }

func (c conn) Do(_ context.Context, op rooms.Op) error { c.connDo(op); return nil }
func (c conn) Close() error                            { return nil }
func (c conn) Next(ctx context.Context) ([]rooms.Event, error) {
	if len(c.queue) == 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	events := c.queue
	c.queue = nil
	return events, nil
}

// newMalicious seats honest members and lets them meet: what is tampered with
// later began well.
func newMalicious(t *testing.T, secret seal.Secret, nicks ...string) *malicious {
	s := &malicious{t: t, rand: rand.New(rand.NewPCG(1, 2)), room: seal.Open(secret), sent: map[string]bool{}}
	for i, nick := range nicks {
		v := &victim{server: s, id: fmt.Sprintf("m%d", i), nick: nick, expects: map[string]uint32{}, heard: map[string]bool{}}
		v.Seat = seal.NewSeat(s.room, "garden", nick)
		v.hello = v.Hello()
		v.Attach(conn{v})
		joined := rooms.Member{ID: v.id, Via: rooms.ViaNative, Hello: string(v.hello)}
		members := []rooms.Member{}
		for _, other := range s.victims {
			other.queue = append(other.queue, &rooms.Joined{Member: joined})
			members = append(members, rooms.Member{ID: other.id, Via: rooms.ViaNative, Hello: string(other.hello)})
		}
		s.victims = append(s.victims, v)
		v.queue = append(v.queue, &rooms.Welcome{
			Room: rooms.RoomName(s.room.Name()), Kind: rooms.KindSealed, You: joined, Members: append(members, joined),
		})
		s.honest()
	}
	return s
}

// honest passes everything on until nobody has anything.
func (s *malicious) honest() {
	for again := true; again; {
		again = false
		for _, v := range s.victims {
			for _, f := range v.genuine {
				s.give(v, f)
				again = true
			}
			v.genuine = nil
			again = again || len(v.queue) > 0
			v.listen()
		}
	}
}

// give gives a genuine frame, and notes what the victim must make of it.
func (s *malicious) give(v *victim, f *rooms.Sealed) {
	if greets(f.Wrap) {
		v.queue = append(v.queue, f)
		s.old = append(s.old, f)
		return
	}
	n, next := numberOf(f.Wrap), v.expects[f.From]
	if n < next {
		v.forged++ // overtaken: by then it counts as missing
	} else {
		v.lost += uint64(n - next)
		v.expects[f.From] = n + 1
	}
	v.queue = append(v.queue, f)
	s.old = append(s.old, f)
}

// greets reports whether a wrap is of a greeting, and numberOf is the pair's number
// of any other.
func greets(wrap []byte) bool { return wrap[0] == 4 }

func numberOf(wrap []byte) uint32 { return binary.BigEndian.Uint32(wrap[9:]) }

// forge gives a frame that is not genuine.
func (s *malicious) forge(v *victim, e rooms.Event) {
	s.manipulated++
	v.forged++
	v.queue = append(v.queue, e)
}

// forgeries gives one victim what can be made of a genuine frame, and of all
// that went over this server before.
func (s *malicious) forgeries(v *victim, f *rooms.Sealed) {
	flip := func(b []byte) []byte {
		b = slices.Clone(b)
		b[s.rand.IntN(len(b))] ^= 1 << s.rand.IntN(8)
		return b
	}
	altered := func(from string, body, wrap []byte) {
		s.forge(v, &rooms.Sealed{SealedBody: &rooms.SealedBody{At: f.At, From: from, Body: body}, Wrap: wrap})
	}
	altered(f.From, flip(f.Body), f.Wrap)
	altered(f.From, f.Body, flip(f.Wrap))
	altered(f.From, flip(f.Body[:seal.HeaderBytes]), f.Wrap)
	altered(f.From, append(flip(f.Body[:seal.HeaderBytes]), f.Body[seal.HeaderBytes:]...), f.Wrap)
	altered(f.From, f.Body[:len(f.Body)-s.rand.IntN(len(f.Body))-1], f.Wrap)
	altered(f.From, append(slices.Clone(f.Body), 0), f.Wrap)
	altered(f.From, f.Body, nil)
	altered(f.From, nil, f.Wrap)
	altered(v.id, f.Body, f.Wrap)
	altered("nobody", f.Body, f.Wrap)
	if len(s.old) > 0 { // another message's body, or wrap, or both, from whomever
		then := s.old[s.rand.IntN(len(s.old))]
		if &then.Body[0] != &f.Body[0] {
			altered(f.From, then.Body, f.Wrap)
			altered(f.From, f.Body, then.Wrap)
		}
		if then.From != f.From {
			altered(then.From, f.Body, f.Wrap)
		}
		if next := v.expects[then.From]; then.From != v.id && (greets(then.Wrap) || numberOf(then.Wrap) < next) {
			s.forge(v, then)
		}
	}
	for _, other := range s.victims { // the wrap that was for somebody else
		for _, same := range other.genuine {
			if other != v && &same.Body[0] == &f.Body[0] {
				altered(f.From, f.Body, same.Wrap)
			}
		}
	}
	// In the clear nothing may be said here at all.
	person := rooms.Person{ID: f.From, Nick: "anna"}
	for _, e := range []rooms.Event{
		&rooms.Said{From: person, Text: "forged"},
		&rooms.Whispered{From: person, To: rooms.Person{ID: v.id}, Text: "forged"},
		&rooms.TopicSet{From: person, Text: "forged"},
		&rooms.Renamed{Member: rooms.Member{ID: f.From, Nick: "mallory"}, Was: "anna"},
		&rooms.TypingNow{Member: f.From},
	} {
		s.forge(v, e)
	}
}

// haunt shows a victim somebody who does not have the secret.
func (s *malicious) haunt(v *victim, another *seal.Room) {
	hellos := [][]byte{
		make([]byte, seal.HelloBytes),
		append(slices.Clone(another.NewMe().Hello()[:33]), v.hello[33:]...),
		v.hello[:64], // of the first version
		append([]byte{3}, v.hello[1:]...),
		another.NewMe().Hello(), // good, for another secret
		s.victims[0].hello,      // somebody else's, or its own
		v.hello[:40],
		nil,
	}
	for i, hello := range hellos {
		s.manipulated++
		v.ghosts++
		v.queue = append(v.queue, &rooms.Joined{Member: rooms.Member{ID: fmt.Sprintf("ghost%d", i), Hello: string(hello), Nick: "mallory"}})
	}
}

// say has a victim say something to all, or whisper it to one.
func (v *victim) say(text string) {
	v.server.sent[v.nick+": "+text] = true
	if err := v.Do(v.server.t.Context(), rooms.Say{Text: text}); err != nil {
		v.server.t.Fatal(err)
	}
}

// listen takes what the victim makes of its queue, and fails the test if
// anything of it was never said, or was said twice.
func (v *victim) listen() {
	t := v.server.t
	for {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		events, err := v.Next(ctx)
		cancel()
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("%s was ended: %v", v.nick, err)
			}
			return // the server gives nothing more
		}
		for _, event := range events {
			switch e := event.(type) {
			case *rooms.Said:
				said := e.From.Nick + ": " + e.Text
				if !v.server.sent[said] || v.heard[said] {
					t.Fatalf("%s heard %q, which was never said or heard before", v.nick, said)
				}
				v.heard[said] = true
			case *rooms.Joined:
				if !slices.ContainsFunc(v.server.victims, func(o *victim) bool { return o.id == e.Member.ID && o.nick == e.Member.Nick }) {
					t.Fatalf("%s was shown %+v", v.nick, e.Member)
				}
			case *rooms.Gap:
				v.gaps += e.Missed
			case *rooms.Notice:
				v.noticed(e)
			case *rooms.Welcome, *rooms.Unconfirmed:
			default:
				t.Fatalf("%s was given %T", v.nick, event)
			}
		}
	}
}

func (v *victim) noticed(n *rooms.Notice) {
	var count int
	for _, word := range strings.Fields(n.Text) {
		if _, err := fmt.Sscanf(word, "(%d", &count); err == nil {
			break
		}
	}
	switch n.Code {
	case seal.Forged:
		v.suspected = count
	case seal.Ghost:
		v.haunted = count
	}
}

// least is how many manipulated frames the test wants.
const least = 100_000

// Of a hundred thousand frames that a server makes up, alters, swaps, repeats or
// brings too late, members accept none; everything that it keeps from them shows
// as missing; and they go on talking.
func TestMaliciousServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secret := seal.NewSecret()
		past := newMalicious(t, secret, "anna", "bob", "carl") // an earlier evening, recorded
		past.victims[0].say("yesterday")
		past.honest()

		s := newMalicious(t, secret, "anna", "bob", "carl")
		for _, f := range past.old {
			for _, v := range s.victims {
				s.forge(v, f)
			}
		}
		another := seal.Open(seal.NewSecret())
		for round := 0; s.manipulated < least; round++ {
			time.Sleep(4 * time.Second) // of the bubble: so that nobody says too much, or forges more than is looked at
			for i, v := range s.victims {
				if round%len(s.victims) == i || s.rand.IntN(4) == 0 {
					v.say(fmt.Sprint(round))
				}
			}
			for _, v := range s.victims {
				if s.rand.IntN(20) == 0 {
					s.haunt(v, another)
				}
				var late []*rooms.Sealed
				for _, f := range v.genuine {
					s.forgeries(v, f)
					switch s.rand.IntN(10) {
					case 0: // dropped
						s.manipulated++
						s.old = append(s.old, f)
					case 1:
						late = append(late, f)
					default:
						s.give(v, f)
						s.forge(v, f) // twice
					}
				}
				for _, f := range late {
					s.manipulated++
					s.give(v, f)
				}
			}
			for _, v := range s.victims {
				v.genuine = nil
				v.listen()
			}
		}

		time.Sleep(time.Minute)
		for _, v := range s.victims { // what was kept back shows with the next
			v.say("last words")
		}
		s.honest()
		for _, v := range s.victims {
			for _, other := range s.victims {
				if !v.heard[other.nick+": last words"] {
					t.Errorf("%s did not hear %s's last words", v.nick, other.nick)
				}
			}
			if v.gaps != v.lost || v.lost == 0 {
				t.Errorf("%s was told of %d missing messages, %d were kept back", v.nick, v.gaps, v.lost)
			}
			// It is told of at the first, second, fourth, eighth …
			if v.suspected > v.forged || 2*v.suspected <= v.forged {
				t.Errorf("%s suspects %d frames, %d were forged", v.nick, v.suspected, v.forged)
			}
			if v.haunted > v.ghosts || 2*v.haunted <= v.ghosts {
				t.Errorf("%s was told of %d ghosts of %d", v.nick, v.haunted, v.ghosts)
			}
		}
		if a, b := s.victims[0].Verify().Words, s.victims[1].Verify().Words; !slices.Equal(a, b) {
			t.Errorf("the safety words are %v and %v", a, b)
		}
		t.Logf("%d manipulated frames", s.manipulated)
	})
}
