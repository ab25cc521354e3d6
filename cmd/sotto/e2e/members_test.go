//go:build e2e

package e2e_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

// member is somebody in a sealed room with sotto's own client, who does as it does.
type member struct {
	*seal.Seat
	t *testing.T

	mu     sync.Mutex
	id     string // the server's
	events []rooms.Event
	moved  chan struct{}
}

// joins comes into a sealed room and waits until the welcome came.
func joins(t *testing.T, server string, secret seal.Secret, nick string) *member {
	t.Helper()
	room := seal.Open(secret)
	m := &member{Seat: seal.NewSeat(room, "garden", nick), t: t, moved: make(chan struct{})}
	transport := &http.Transport{DisableKeepAlives: true}
	connect, err := client.WebSocket(server, &http.Client{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := client.Dial(t.Context(), client.Options{
		Connect: connect,
		Join:    func() wire.Join { return wire.Join{Room: room.Name(), Hello: string(m.Hello())} },
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Attach(conn)
	ctx, cancel := context.WithCancel(context.Background())
	var listening sync.WaitGroup
	listening.Go(func() {
		for {
			events, err := m.Next(ctx)
			if err != nil {
				return
			}
			m.take(events)
		}
	})
	t.Cleanup(func() {
		cancel()
		listening.Wait()
		_ = m.Close() // it may have left
	})
	m.await("a welcome", func(e rooms.Event) bool { _, ok := e.(*rooms.Welcome); return ok })
	return m
}

func (m *member) take(events []rooms.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range events {
		if w, ok := e.(*rooms.Welcome); ok {
			m.id = w.You.ID
		}
	}
	m.events = append(m.events, events...)
	close(m.moved)
	m.moved = make(chan struct{})
}

// await waits until something as wanted happened.
func (m *member) await(what string, wanted func(rooms.Event) bool) rooms.Event {
	m.t.Helper()
	late := time.After(e2e.Patience)
	for {
		m.mu.Lock()
		i, moved := slices.IndexFunc(m.events, wanted), m.moved
		var found rooms.Event
		if i >= 0 {
			found = m.events[i]
		}
		m.mu.Unlock()
		if i >= 0 {
			return found
		}
		select {
		case <-moved:
		case <-late:
			m.t.Fatalf("a member never saw %s", what)
		}
	}
}

// hears waits for words to everybody.
func (m *member) hears(text string) *rooms.Said {
	m.t.Helper()
	return m.await(text, func(e rooms.Event) bool { s, ok := e.(*rooms.Said); return ok && s.Text == text }).(*rooms.Said)
}

// meets waits until it is shown somebody.
func (m *member) meets(nick string) string {
	m.t.Helper()
	id := ""
	m.await(nick, func(e rooms.Event) bool {
		switch e := e.(type) {
		case *rooms.Welcome:
			if i := slices.IndexFunc(e.Members, func(each rooms.Member) bool { return each.Nick == nick }); i >= 0 {
				id = e.Members[i].ID
			}
		case *rooms.Joined:
			if e.Member.Nick == nick {
				id = e.Member.ID
			}
		case *rooms.Renamed:
			if e.Member.Nick == nick {
				id = e.Member.ID
			}
		}
		return id != ""
	})
	return id
}

func (m *member) do(op rooms.Op) {
	m.t.Helper()
	if err := m.Do(m.t.Context(), op); err != nil {
		m.t.Fatal(err)
	}
}

func (m *member) say(text string) { m.t.Helper(); m.do(rooms.Say{Text: text}) }

// stranger is somebody with the link and a program of their own, which does just what
// a test tells it. What it shares with each member is in a session of that one's own:
// it can tell each what it likes.
type stranger struct {
	t        *testing.T
	room     *seal.Room
	me       *seal.Me
	socket   *e2e.Socket
	id       string // the server's
	sessions map[string]*seal.Session
	peers    map[string]seal.ID // by the server's id, as sessions
	heard    []seal.Opened
	given    int // bodies that came with a wrap
	ops      int
}

// strays comes in with a good hello, and says nothing.
func strays(t *testing.T, s *e2e.Server, secret seal.Secret) *stranger {
	t.Helper()
	room := seal.Open(secret)
	x := &stranger{t: t, room: room, me: room.NewMe(), socket: s.Dial(t), sessions: map[string]*seal.Session{}, peers: map[string]seal.ID{}}
	x.socket.Send(e2e.Frame{"t": "join", "room": room.Name(), "hello": based(x.me.Hello())})
	welcome := x.socket.Await("welcome")
	x.id = welcome["you"].(map[string]any)["id"].(string)
	for _, each := range welcome["members"].([]any) {
		x.meet(each.(map[string]any), true)
	}
	return x
}

func based(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func unbased(t *testing.T, text any) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text.(string))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (x *stranger) meet(m map[string]any, before bool) {
	x.t.Helper()
	id := m["id"].(string)
	if id == x.id {
		return
	}
	peer, err := x.room.Meet(unbased(x.t, m["hello"]))
	if err != nil {
		x.t.Fatal(err)
	}
	session := seal.NewSession(x.me)
	if err := session.Add(peer, before); err != nil {
		x.t.Fatal(err)
	}
	x.sessions[id], x.peers[id] = session, peer.ID
}

// until takes what comes until it could open something as wanted, or something else
// came as wanted.
func (x *stranger) until(what string, wanted func() bool) {
	x.t.Helper()
	for !wanted() {
		x.take(x.socket.AwaitFrame(what, func(e2e.Frame) bool { return true }))
	}
}

// catchUp takes all that was sent so far.
func (x *stranger) catchUp() {
	x.t.Helper()
	x.ops++
	barrier := fmt.Sprintf("b%d", x.ops)
	x.socket.Send(e2e.Frame{"t": "sync", "id": barrier})
	over := false
	for !over {
		f := x.socket.AwaitFrame("a barrier", func(e2e.Frame) bool { return true })
		over = f.Type() == "synced" && f["id"] == barrier
		x.take(f)
	}
}

func (x *stranger) take(f e2e.Frame) {
	x.t.Helper()
	switch f.Type() {
	case "joined":
		x.meet(f["member"].(map[string]any), false)
	case "sealed":
		if f["wrap"] == nil {
			return
		}
		x.given++
		from := f["from"].(map[string]any)["id"].(string)
		if o, err := x.sessions[from].Open(unbased(x.t, f["body"]), unbased(x.t, f["wrap"]), time.Now()); err == nil {
			x.heard = append(x.heard, o)
		}
	}
}

// greet greets everybody who was here.
func (x *stranger) greet() {
	x.t.Helper()
	for id, session := range x.sessions {
		x.send(id, session.Greet())
	}
}

// linked says whether something can be sealed to all.
func (x *stranger) linked() bool {
	for id, session := range x.sessions {
		if !session.Linked(x.peers[id]) {
			return false
		}
	}
	return true
}

// come becomes a member as an honest program does.
func (x *stranger) come(nick string) {
	x.t.Helper()
	x.greet()
	x.until("the first steps", x.linked)
	for id := range x.sessions {
		x.tell(id, false, fmt.Sprintf(`{"t":"confirm","nick":%q}`, nick))
	}
}

// tell seals a text to one member.
func (x *stranger) tell(id string, all bool, text string) {
	x.t.Helper()
	m, err := x.sessions[id].Compose([]byte(text), all, x.peers[id])
	if err != nil {
		x.t.Fatal(err)
	}
	x.send(id, m)
}

func (x *stranger) send(id string, m *seal.Message) {
	x.t.Helper()
	if m == nil {
		return
	}
	sealed := x.sessions[id].Seal(m, time.Now())
	x.ops++
	x.socket.Send(e2e.Frame{
		"t": "seal", "id": fmt.Sprint(x.ops), "body": based(sealed.Body),
		"wraps": []e2e.Frame{{"to": id, "wrap": based(sealed.Wraps[x.peers[id]])}},
	})
}

// said are the texts that it could open.
func (x *stranger) said() (texts []string) {
	for _, o := range x.heard {
		if !o.Greeting {
			texts = append(texts, string(o.Text))
		}
	}
	return texts
}
