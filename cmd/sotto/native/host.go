package native

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

// enterTimeout is how long a first connection may take: names to look up, and a
// few round trips over a bad line.
const enterTimeout = 20 * time.Second

// host is the server that somebody came to.
type host struct {
	server   Address // without a room
	connect  func(context.Context) (client.Conn, error)
	ssh      *sshDoor // the same, where that is how; nil: by a WebSocket
	patience time.Duration
	noHost   bool // whoever makes a room here becomes no host of it
	watch    bool // who comes in here watches

	mu    sync.Mutex
	used  map[string]bool   // tokens of invitations by which somebody came in
	links map[string]string // of sealed rooms that were entered, by the name that is shown
}

// atDoor is how somebody knocks.
type atDoor struct {
	text    string
	waiting func(ahead int)
}

// enter takes a seat. room is a room's name, or a link to any room of this
// server.
func (h *host) enter(ctx context.Context, room, nick string) (rooms.Participant, error) {
	return h.into(ctx, room, nick, nil)
}

// knock takes a seat once somebody inside has decided so.
func (h *host) knock(ctx context.Context, room, nick, text string, waiting func(ahead int)) (rooms.Participant, error) {
	return h.into(ctx, room, nick, &atDoor{text, waiting})
}

// into takes a seat, by a knock if that is not nil.
func (h *host) into(ctx context.Context, room, nick string, k *atDoor) (rooms.Participant, error) {
	if !rooms.IsLink(room) {
		if rooms.SealedLink(room) { // the server is to know no key
			return nil, rooms.SealedLinkError(false)
		}
		return h.open(ctx, Address{Room: room}, nick, k)
	}
	a, err := ParseAddress(room)
	switch {
	case err != nil:
		return nil, &rooms.Error{Code: rooms.BadRoom, Message: rooms.Sentence(err.Error())}
	case *a.Server != *h.server.Server:
		return nil, &rooms.Error{Code: rooms.BadRoom, Message: "That link is of another server. Leave, and sotto join it."}
	case a.Secret != nil:
		return h.sealed(ctx, a, nick, k)
	}
	return h.open(ctx, a, nick, k)
}

// open takes a seat in an open room. Whoever came in by an invitation shows it no more:
// it may be used up, and a lost place is had back by its ticket. Who watches does: theirs is
// not used up, and a screen on a wall comes back by itself.
func (h *host) open(ctx context.Context, a Address, nick string, k *atDoor) (rooms.Participant, error) {
	h.mu.Lock()
	if h.used[a.Invite] && !h.watch {
		a.Invite = ""
	}
	h.mu.Unlock()
	var in atomic.Bool
	seat, err := h.take(ctx, func() wire.Join {
		j := wire.Join{Room: a.Room, Nick: nick, NoHost: h.noHost, Watch: h.watch}
		if !in.Load() || h.watch {
			j.Invite = a.Invite
		}
		return j
	}, k)
	if err == nil && a.Invite != "" {
		in.Store(true)
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.used == nil {
			h.used = make(map[string]bool)
		}
		h.used[a.Invite] = true
	}
	return seat, err
}

// sealed takes a seat in a sealed room.
func (h *host) sealed(ctx context.Context, a Address, nick string, k *atDoor) (rooms.Participant, error) {
	if h.watch {
		return nil, rooms.ErrSealedWatch
	}
	if k != nil {
		k = &atDoor{waiting: k.waiting} // a line would be the server's to read
	}
	room := seal.Open(*a.Secret)
	shown := shownName(room)
	s := seal.NewSeat(room, rooms.RoomName(shown), nick)
	conn, err := h.take(ctx, func() wire.Join {
		return wire.Join{Room: room.Name(), Hello: string(s.Hello()), NoHost: h.noHost}
	}, k)
	if err != nil {
		return nil, err
	}
	s.Attach(conn)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.links[shown] = a.Link()
	return s, nil
}

// shownName is what members call a sealed room: it has no name but its number. No open
// room is called like that (see [rooms.ParseRoomName]).
func shownName(room *seal.Room) string { return "sealed:" + room.Name()[:6] }

func (h *host) dial(ctx context.Context, join func() wire.Join) (rooms.Participant, error) {
	return h.take(ctx, join, nil)
}

// take takes a seat by what a join asks for, or by a knock.
func (h *host) take(ctx context.Context, join func() wire.Join, k *atDoor) (rooms.Participant, error) {
	o, within := client.Options{Connect: h.connect, Join: join, Patience: h.patience}, enterTimeout
	if k != nil {
		o.Text, o.Waiting = k.text, k.waiting
		within += rooms.KnockFor
	}
	entering, over := newAttempt(ctx, within)
	defer over()
	seat, err := client.Dial(entering, o)
	var refused *rooms.Error
	var ended *rooms.Ended
	switch {
	case err == nil:
		return parting{seat}, nil
	case errors.As(err, &refused), errors.As(err, &ended):
		return nil, err
	}
	return nil, &rooms.Ended{Code: rooms.Timeout, Message: rooms.Sentence(err.Error()), Retry: true}
}

// link is the address of a room by the name that is shown.
func (h *host) link(shown string) Address {
	h.mu.Lock()
	defer h.mu.Unlock()
	if link, ok := h.links[shown]; ok {
		if a, err := ParseAddress(link); err == nil {
			return a
		}
	}
	return Address{Server: h.server.Server, Room: shown}
}

// seal makes a sealed room on the same server.
func (h *host) seal() rooms.Invitation {
	i := invitation(h.server.NewSealed())
	i.Note = "/join and the link goes there. " + i.Note
	return i
}

// keyed is the link into the sealed room of a key, on the same server.
func (h *host) keyed(key string) string { return h.server.Link() + "/s/#" + key }

// invite says how others get into a room, by the name that is shown, and by the token of
// an invitation if it is not empty.
func (h *host) invite(shown, token string) rooms.Invitation {
	a := h.link(shown)
	a.Invite = token
	return invitation(a)
}

// invitation says how others get into the room at an address.
func invitation(a Address) rooms.Invitation {
	i, sealed := rooms.Invitation{SSH: "sotto join " + a.Link()}, a.Secret != nil
	switch {
	case sealed && a.Server.Scheme == "ssh":
		i.Note = sealedNote
	case sealed:
		i.Web, i.Note = a.Link(), sealedNote
	case a.Server.Scheme == "ssh":
		i.SSH = a.sshCommand()
	default:
		i.Web = a.Link()
	}
	return i
}

// sealedNote is what to know about a sealed room's link.
const sealedNote = "The part after # is the key. Whoever has it can come in while the room lives; pass it on where only your people read."

// parting is a connection that says goodbye when it is closed: nobody comes
// back to a place of a program that ends.
type parting struct{ *client.Seat }

func (p parting) Close() error {
	_ = p.Seat.Do(context.Background(), rooms.Leave{}) // an error says that it is over already
	return p.Seat.Close()
}
