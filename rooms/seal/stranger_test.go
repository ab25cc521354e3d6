package seal_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// stranger is somebody with the link and a program of their own, which does just
// what a test tells it.
type stranger struct {
	*seal.Session
	t     *testing.T
	room  *seal.Room
	conn  *rooms.Seat
	ids   map[seal.ID]string // the server's, by the key's
	keys  map[string]seal.ID // the other way
	order []seal.ID          // of everybody met, in that order
	heard []seal.Opened      // what it could open
	given int                // bodies that came with a wrap
	ops   int
}

// stray comes in with a good hello.
func (srv *server) stray(t *testing.T) *stranger {
	t.Helper()
	room := seal.Open(srv.secret)
	x := &stranger{Session: seal.NewSession(room.NewMe()), t: t, room: room, ids: map[seal.ID]string{}, keys: map[string]seal.ID{}}
	var err error
	if x.conn, err = srv.Join(t.Context(), rooms.Visitor{Room: room.Name(), Hello: string(x.Me().Hello())}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.conn.Close() })
	x.listen()
	return x
}

// listen takes what came, and opens what can be opened.
func (x *stranger) listen() {
	x.t.Helper()
	for {
		events, _ := x.conn.Take()
		if len(events) == 0 {
			return
		}
		for _, e := range events {
			switch e := e.(type) {
			case *rooms.Welcome:
				for _, m := range e.Members {
					x.meet(m, true)
				}
			case *rooms.Joined:
				x.meet(e.Member, false)
			case *rooms.Refused:
				x.t.Fatalf("the server refused: %v", e.Err)
			case *rooms.Sealed:
				if e.Wrap == nil {
					continue
				}
				x.given++
				if o, err := x.Open(e.Body, e.Wrap, time.Now()); err == nil {
					x.heard = append(x.heard, o)
				}
			}
		}
	}
}

func (x *stranger) meet(m rooms.Member, before bool) {
	peer, err := x.room.Meet([]byte(m.Hello))
	if err == nil && x.Add(peer, before) == nil {
		x.ids[peer.ID], x.keys[m.ID] = m.ID, peer.ID
		x.order = append(x.order, peer.ID)
	}
}

// greet greets everybody who was here.
func (x *stranger) greet() { x.send(x.Greet()) }

// tell seals a text to all whom it has met, or to some of them.
func (x *stranger) tell(all bool, text string, to ...seal.ID) {
	x.t.Helper()
	m, err := x.Compose([]byte(text), all, to...)
	if err != nil {
		x.t.Fatal(err)
	}
	x.send(m)
}

// come becomes a member as an honest program does.
func (x *stranger) come(nick string, ends ...*end) {
	x.greet()
	settle(ends...)
	x.listen()
	x.tell(false, fmt.Sprintf(`{"t":"confirm","nick":%q}`, nick), x.linked()...)
	settle(ends...)
	x.listen()
}

// linked is everybody to whom something can be sealed.
func (x *stranger) linked() []seal.ID {
	return slices.DeleteFunc(slices.Clone(x.order), func(id seal.ID) bool { return !x.Linked(id) })
}

func (x *stranger) send(m *seal.Message) {
	x.t.Helper()
	x.ops++
	sealed := x.Seal(m, time.Now())
	op := rooms.Seal{ID: fmt.Sprint(x.ops), Body: sealed.Body, Wraps: map[string][]byte{}}
	for id, wrap := range sealed.Wraps {
		op.Wraps[x.ids[id]] = wrap
	}
	if err := x.conn.Do(x.t.Context(), op); err != nil {
		x.t.Fatal(err)
	}
}

// said are the texts that it could open, of payloads of a kind.
func (x *stranger) said() (texts []string) {
	for _, o := range x.heard {
		if !o.Greeting {
			texts = append(texts, string(o.Text))
		}
	}
	return texts
}

// sendAs sends a message of another text and to others under the same number.
func (x *stranger) sendAs(m *seal.Message, text string, to ...seal.ID) {
	x.t.Helper()
	other := seal.Renumbered(x.Session, m, []byte(text), to...)
	x.send(other)
}
