package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// recorded is a connection whose sealed bodies the server keeps.
type recorded struct {
	rooms.Participant
	bodies *[][]byte
}

func (r recorded) Do(ctx context.Context, op rooms.Op) error {
	if op, ok := op.(rooms.Seal); ok {
		*r.bodies = append(*r.bodies, op.Body)
	}
	return r.Participant.Do(ctx, op)
}

// A view is a hash of keys that the server passed on itself and of names that are easy to
// guess. So what it sees must not let it test a guess, nor what it can open who holds the
// link and is not shown.
func TestNamesCantBeGuessed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		var bodies [][]byte
		srv.between = func(c rooms.Participant) rooms.Participant { return recorded{c, &bodies} }
		anna := srv.enter(t, "anna")
		settle(anna)
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		anna.do(rooms.Say{Text: "tea?"})
		bob.do(rooms.Rename{Nick: "robert"})
		settle(anna, bob)
		x := srv.stray(t)
		x.greet()
		settle(anna, bob)
		x.listen()
		if len(bodies) < 6 || len(x.heard) == 0 {
			t.Fatalf("%d bodies were sealed, %d came to the stranger: this proves nothing", len(bodies), len(x.heard))
		}

		// What the server knows: the room's name and everybody's key.
		room, err := hex.DecodeString(seal.Open(srv.secret).Name())
		if err != nil {
			t.Fatal(err)
		}
		keys := [][]byte{anna.Key(), bob.Key()}
		slices.SortFunc(keys, bytes.Compare)
		guess := func(said []byte) [32]byte {
			return sha256.Sum256(slices.Concat([]byte("sotto/v2 view\x00"), room, said))
		}
		guesses := map[[32]byte]bool{}
		for _, one := range []string{"", "anna", "bob", "robert"} {
			for _, other := range []string{"", "anna", "bob", "robert"} {
				var said []byte
				for i, nick := range []string{one, other} {
					if nick != "" {
						said = append(append(append(said, keys[i]...), byte(len(nick))), nick...)
					}
				}
				guesses[guess(said)] = true
			}
		}
		if !guesses[anna.View()] {
			t.Fatal("a view is made otherwise than this test makes it")
		}
		for _, body := range bodies {
			if view := [32]byte(body[42:74]); guesses[view] {
				t.Fatal("the server can test names against what a header says")
			}
		}
		for _, o := range x.heard {
			if guesses[o.View.Hash] {
				t.Fatal("somebody with the link who is not shown can test names against what was sealed to them")
			}
		}
	})
}

// Somebody with the link who was here first and answers late is told the name that a
// newcomer asks for, and not what the topic is.
func TestTopicIsForThoseWhoAreShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		anna.do(rooms.SetTopic{Text: "the attic key"})
		x := srv.stray(t)
		settle(anna)
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		time.Sleep(seal.ConfirmWait)
		settle(anna, bob)
		if w := one[*rooms.Welcome](t, bob); w.Topic != "the attic key" {
			t.Fatalf("bob's topic is %q", w.Topic)
		}
		x.listen() // bob greeted
		x.tell(false, `{"t":"step"}`, x.linked()...)
		settle(anna, bob)
		x.listen()
		if said := x.said(); len(said) != 1 || said[0] != `{"t":"confirm","nick":"bob"}` {
			t.Fatalf("the stranger reads %q", said)
		}
	})
}
