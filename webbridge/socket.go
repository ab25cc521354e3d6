package webbridge

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// phase is how far a socket is.
type phase int

const (
	entering phase = iota // its reader looks for a place
	inRoom                // the reader turns frames into ops, the writer events into frames
	closing               // one says why ([socket.end]), or nothing can be said ([socket.cut])
	closed                // that is over, or the reader is; nothing new may start
)

// socket is one WebSocket. serve waits for everything that is at work for it.
//
// The tags say what a field is held for; /privacy shows them.
type socket struct {
	server *Server         `held:"the server"`
	conn   *websocket.Conn `held:"your connection"`
	raw    net.Conn        `held:"your connection, below the WebSocket; the kernel and the server library know its far end"`
	begun  time.Time       `held:"when you connected, or last waited at a door, to tell who joins too late"`

	receiving atomic.Int64 `held:"how much room a message of yours has that is on its way in"`

	// Owned by the reader; talk is changed under the lock below, for /privacy. The writer reads seat in a room, and as long as waits is not
	// done, seat and begun are its own.
	seat     *rooms.Seat    `held:"your place in the room"`
	waits    *waitsAtDoor   `held:"your knock at a room's door, until it is decided"`
	patience rooms.Patience `held:"how much you may ask for in vain before you are in a room"`
	talk     Talk           `held:"your part in the room's voice, with the connection that carries the sound and its far end, until you leave either"`

	out     sync.Mutex     `held:"guards that one frame is sent at a time"`
	running sync.WaitGroup `held:"what is at work for this connection beside its reader"`

	mu    sync.Mutex  `held:"guards what follows"`
	phase phase       `held:"0: you look for a place, 1: you are in a room, 2: your connection is being closed, 3: it is"`
	moved *sync.Cond  `held:"wakes what waits for the next of these"`
	late  *time.Timer `held:"ends a connection that does not join"`
	pulse *time.Timer `held:"when your connection is asked for a sign of life"`
}

func newSocket(s *Server, conn *websocket.Conn, raw net.Conn) *socket {
	sock := &socket{server: s, conn: conn, raw: raw, begun: time.Now(), patience: rooms.NewPatience()}
	sock.moved = sync.NewCond(&sock.mu)
	return sock
}

// moveTo goes on to a phase, and reports whether the socket was not that far yet.
func (s *socket) moveTo(p phase) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase >= p {
		return false
	}
	s.phase = p
	s.moved.Broadcast()
	return true
}

// await waits for a phase, and reports whether it came: closed may do so without the
// others.
func (s *socket) await(p phase) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.phase != p && s.phase != closed {
		s.moved.Wait()
	}
	return s.phase == p
}

func (s *socket) isPast(p phase) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phase > p
}

var (
	errJoined = &rooms.Refused{Err: &rooms.Error{Code: rooms.NotAllowed, Message: "You are in a room already. Another room needs another connection."}}
	errSilent = &rooms.Ended{Code: rooms.Timeout, Retry: true, Message: "No sign of life came from this connection."}

	// errClosing is the reader's end beside the connection's: this end closes it, or the
	// place is gone and the writer has still to say why.
	errClosing = errors.New("the socket is being closed")
)

// serve serves the socket to its end. ctx belongs to the connection.
func (s *socket) serve(ctx context.Context) {
	draining := s.server.add(s)
	defer s.server.remove(s)
	if draining {
		s.end(rooms.ErrShutdown, websocket.StatusGoingAway)
		return
	}
	defer s.server.hold(ctx, s)()
	defer s.running.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.begin()
	s.running.Go(func() {
		defer stop()
		s.listen(ctx)
	})
	if !rooms.Survive(s.server.log, broke, func() { s.write(ctx) }) {
		s.cut()
	}
}

// begin sets the timers.
func (s *socket) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = s.after(wire.JoinTimeout, func() { s.end(wire.ErrLate, websocket.StatusNormalClosure) })
	s.pulse = s.after(PingEvery, s.ping)
}

// listen is the reader's whole life.
func (s *socket) listen(ctx context.Context) {
	err := errors.New("a panic")
	rooms.Survive(s.server.log, broke, func() { err = s.read(ctx) })
	s.giveUp()
	if s.talk != nil {
		s.talk.Close()
	}
	if s.seat != nil {
		_ = s.seat.Close() // is always nil
	}
	if err == errClosing {
		s.await(closed)
	}
	s.release()
	_ = s.conn.CloseNow() // says only that it was closed already
}

// read turns what comes into ops until the connection or the place ends.
func (s *socket) read(ctx context.Context) error {
	for {
		message, err := s.receive()
		if err != nil {
			return err
		}
		air := len(message) + EmptyMessage
		for frame := range wire.Split(message) {
			air -= len(frame) + EmptyMessage
			if err := s.take(ctx, frame); err != nil {
				return err
			}
		}
		if err := s.breathe(ctx, air); err != nil {
			return err
		}
	}
}

// take does what one frame asks for.
func (s *socket) take(ctx context.Context, frame []byte) error {
	seat := s.sits()
	if seat != nil {
		seat.Heard(len(frame))
	}
	f, refused := wire.DecodeClient(frame)
	switch {
	case refused != nil:
		return s.refuse(ctx, refused)
	case s.waits != nil:
		if _, leaves := f.Op.(rooms.Leave); leaves {
			s.end(nil, websocket.StatusNormalClosure)
			return errClosing
		}
		return s.refuse(ctx, &rooms.Refused{ID: f.ID, Err: errWaiting})
	case seat == nil && f.Op != nil:
		return s.refuse(ctx, &rooms.Refused{ID: f.ID, Err: wire.ErrNotJoined})
	case seat == nil && f.Knock != nil:
		return s.knock(ctx, *f.Knock)
	case seat == nil:
		return s.join(ctx, f)
	case f.Op == nil:
		return s.refuse(ctx, errJoined)
	}
	if ask, ok := f.Op.(rooms.AskVoice); ok && s.server.voice != nil {
		return s.askVoice(ctx, ask)
	}
	if seat.Do(ctx, f.Op) != nil {
		return errClosing
	}
	return seat.Ease(ctx)
}

// refuse answers what could not become an op, a few times.
func (s *socket) refuse(ctx context.Context, why *rooms.Refused) error {
	seat := s.sits()
	if seat == nil {
		return s.turnAway(ctx, why)
	}
	if seat.Refuse(ctx, why) != nil {
		return errClosing
	}
	return seat.Ease(ctx)
}

// turnAway is refuse for whoever is in no room.
func (s *socket) turnAway(ctx context.Context, why *rooms.Refused) error {
	if !s.patience.Vain() {
		return s.lose(ctx)
	}
	return s.send(why)
}

// breathe counts what came and says nothing, in bytes.
func (s *socket) breathe(ctx context.Context, air int) error {
	if seat := s.sits(); seat != nil {
		seat.Air(air)
		return nil
	}
	if !s.patience.Air(air) {
		return s.lose(ctx)
	}
	return nil
}

// lose ends a socket without a place that asked in vain too often.
func (s *socket) lose(ctx context.Context) error {
	s.server.hub.Offended(ctx)
	s.end(rooms.ErrInVain, websocket.StatusNormalClosure)
	return errClosing
}

// join gets a place and hands it to the writer. That needs more stack than
// anything that an idle connection does, so it has a goroutine for as long as it
// takes.
func (s *socket) join(ctx context.Context, f wire.ClientFrame) error {
	err := errors.New("a panic")
	done := make(chan struct{})
	s.running.Go(func() {
		defer close(done)
		rooms.Survive(s.server.log, broke, func() { s.seat, err = s.enter(ctx, f) })
	})
	<-done
	if s.seat != nil {
		s.moveTo(inRoom)
	}
	return err
}

// enter gets a place, or refuses; then another may be tried while there is
// time.
func (s *socket) enter(ctx context.Context, f wire.ClientFrame) (*rooms.Seat, error) {
	if !s.late.Stop() {
		s.end(wire.ErrLate, websocket.StatusNormalClosure)
		return nil, errClosing
	}
	ctx = s.delayed(ctx)
	var seat *rooms.Seat
	var err error
	if f.Resume != nil {
		seat, err = s.server.hub.Resume(ctx, f.Resume.Ticket, f.Resume.Seq, f.Resume.WSeq)
	} else {
		seat, err = s.server.hub.Join(ctx, visitor(*f.Join))
	}
	var refusal *rooms.Error
	var ended *rooms.Ended
	switch {
	case errors.As(err, &refusal):
		s.late.Reset(time.Until(s.begun.Add(wire.JoinTimeout)))
		return nil, s.refuse(ctx, &rooms.Refused{Err: refusal})
	case errors.As(err, &ended):
		s.end(ended, closeCode(ended))
		return nil, errClosing
	}
	if seat != nil {
		seat.AskBy(s.ask)
	}
	return seat, err
}

// delayed has whoever comes in told when that takes time.
func (s *socket) delayed(ctx context.Context) context.Context {
	return rooms.WhenDelayed(ctx, func() { _ = s.put(wire.AppendEvent(nil, rooms.Delayed())) }) // whoever does not hear it is gone
}

// ask asks for a sign of life at once, without waiting for it.
func (s *socket) ask(answered func()) {
	s.after(0, func() {
		ctx, cancel := context.WithTimeout(context.Background(), PingEvery)
		defer cancel()
		if s.conn.Ping(ctx) == nil {
			answered()
		}
	})
}

// write is the writer's whole life: it turns events into frames until the place
// ends or the reader has.
func (s *socket) write(ctx context.Context) {
	if !s.await(inRoom) {
		return
	}
	for {
		events, err := s.seat.Next(ctx)
		if err == nil {
			err = s.send(events...)
		}
		var ended *rooms.Ended
		switch {
		case err == nil:
		case errors.Is(err, errClosing): // others have the last word
			return
		case errors.Is(err, io.EOF):
			s.end(nil, websocket.StatusNormalClosure)
			return
		case errors.As(err, &ended):
			s.end(ended, closeCode(ended))
			return
		default: // nobody is there any more
			s.cut()
			return
		}
	}
}

// send packs events into as few messages as fit and writes them.
func (s *socket) send(events ...rooms.Event) error {
	var message []byte
	for _, event := range events {
		if held, ok := event.(*rooms.Held); ok {
			event = s.held(held)
		}
		start := len(message)
		if start > 0 {
			message = append(message, '\n')
		}
		message = wire.AppendEvent(message, event)
		if start > 0 && len(message) > MessageBytes {
			if err := s.put(message[:start]); err != nil {
				return err
			}
			message = message[start+1:]
		}
	}
	return s.put(message)
}

// put writes one message, unless the last has been sent.
func (s *socket) put(message []byte) error {
	s.out.Lock()
	defer s.out.Unlock()
	if s.isPast(inRoom) {
		return errClosing
	}
	return s.putLocked(message)
}

func (s *socket) putLocked(message []byte) error {
	return s.conn.Write(context.Background(), websocket.MessageText, message) // in time, or never: see patient
}

// held adds what this door holds to what the room does.
func (s *socket) held(h *rooms.Held) *rooms.Held {
	s.mu.Lock()
	defer s.mu.Unlock()
	fields := append([]rooms.HeldField(nil), h.Fields...)
	return &rooms.Held{ID: h.ID, Fields: append(fields, rooms.Fields(s)...)}
}

// end says why, if there is something to say, and closes the socket politely:
// it waits a few seconds for the peer to agree, since closing with something
// unread would take our last words back. Whoever is second waits for the first.
func (s *socket) end(why *rooms.Ended, code websocket.StatusCode) {
	s.out.Lock()
	if !s.moveTo(closing) {
		s.out.Unlock()
		s.await(closed)
		return
	}
	defer s.moveTo(closed)
	if why != nil {
		_ = s.putLocked(wire.AppendBye(nil, why)) // who does not hear it is gone
	}
	s.out.Unlock()
	_ = s.conn.Close(code, "") // says only how the peer took it
}

// giveWay ends the socket for another connection, without waiting for that.
func (s *socket) giveWay(sentence string) {
	s.after(0, func() {
		s.end(&rooms.Ended{Code: rooms.TooMany, Retry: true, Message: sentence}, websocket.StatusNormalClosure)
	})
}

func closeCode(why *rooms.Ended) websocket.StatusCode {
	if why.Code == rooms.Shutdown {
		return websocket.StatusGoingAway
	}
	return websocket.StatusNormalClosure
}

// cut closes the connection at once. Whoever waits for it comes free.
func (s *socket) cut() {
	_ = s.raw.Close()
	s.end(nil, websocket.StatusGoingAway)
}
