package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// memory is a disk of one participant.
type memory struct {
	mu     sync.Mutex
	files  map[string]Content
	sizes  map[string]uint64
	saved  map[string][]byte
	begun  int // sinks that are neither kept nor dropped
	opened int // sources that are not closed
	full   int // bytes after which writing fails; 0: never
}

func newMemory() *memory {
	return &memory{files: map[string]Content{}, sizes: map[string]uint64{}, saved: map[string][]byte{}}
}

func (m *memory) put(name string, content []byte) {
	m.files[name], m.sizes[name] = closer{bytes.NewReader(content), func() {}}, uint64(len(content))
}

func (m *memory) Open(path string) (Content, string, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	source, ok := m.files[path]
	if !ok {
		return nil, "", 0, errors.New("it does not exist")
	}
	m.opened++
	return closer{source, func() { m.mu.Lock(); m.opened--; m.mu.Unlock() }}, path, m.sizes[path], nil
}

// got is what was saved under a name.
func (m *memory) got(name string) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	content, ok := m.saved[name]
	return content, ok
}

// has reports whether a file was saved as it is.
func (m *memory) has(name string, content []byte) bool {
	saved, ok := m.got(name)
	return ok && bytes.Equal(saved, content)
}

type closer struct {
	io.ReaderAt
	close func()
}

func (c closer) Close() error { c.close(); return nil }

func (m *memory) Create(name string) (Sink, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begun++
	return &page{m: m, name: name}, nil
}

type page struct {
	m    *memory
	name string
	buf  bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	if p.m.full > 0 && p.buf.Len()+len(b) > p.m.full {
		return 0, errors.New("no space left on device")
	}
	return p.buf.Write(b)
}

func (p *page) Keep() (string, error) {
	p.m.mu.Lock()
	defer p.m.mu.Unlock()
	p.m.begun--
	p.m.saved[p.name] = p.buf.Bytes()
	return "/home/you/" + p.name, nil
}

func (p *page) Drop() {
	p.m.mu.Lock()
	defer p.m.mu.Unlock()
	p.m.begun--
}

// end is one participant: a seat, its disk, and what came of its files.
type end struct {
	*Seat
	*memory
	t    *testing.T
	you  string
	stop func()

	mu     sync.Mutex
	events []rooms.Event
}

// room is where the ends meet: a real hub, and what a test puts between.
type room struct {
	t       *testing.T
	hub     *rooms.Hub
	secret  *seal.Secret // of a sealed room
	between func(rooms.Participant) rooms.Participant
}

func newRoom(t *testing.T) *room { return &room{t: t, hub: rooms.NewHub(rooms.Config{})} }

func (r *room) enter(nick string) *end {
	r.t.Helper()
	e := &end{memory: newMemory(), t: r.t}
	conn := func(entry rooms.Visitor) rooms.Participant {
		entry.Via = rooms.ViaNative
		seat, err := r.hub.Join(r.t.Context(), entry)
		if err != nil {
			r.t.Fatal(err)
		}
		if r.between != nil {
			return r.between(seat)
		}
		return seat
	}
	if r.secret == nil {
		e.Seat = NewSeat(conn(rooms.Visitor{Room: "garden", Nick: nick}), e.memory)
	} else {
		keys := seal.Open(*r.secret)
		sealed := seal.NewSeat(keys, "garden", nick)
		sealed.Attach(conn(rooms.Visitor{Room: keys.Name(), Hello: string(sealed.Hello())}))
		e.Seat = NewSeat(sealed, e.memory)
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		e.run(ctx)
	}()
	e.stop = sync.OnceFunc(func() {
		cancel()
		<-gone
		e.Seat.Close()
		if e.begun != 0 || e.opened != 0 {
			r.t.Errorf("%s leaves %d files half saved and %d open", nick, e.begun, e.opened)
		}
	})
	r.t.Cleanup(e.stop)
	return e
}

func (e *end) run(ctx context.Context) {
	for {
		events, err := e.Next(ctx)
		if err != nil {
			return
		}
		e.mu.Lock()
		for _, event := range events {
			if w, ok := event.(*rooms.Welcome); ok {
				e.you = w.You.ID
			}
		}
		e.events = append(e.events, events...)
		e.mu.Unlock()
	}
}

// transfers are those of a number, or for 0 all.
func (e *end) transfers(n int) (found []*rooms.Transfer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, event := range e.events {
		if t, ok := event.(*rooms.Transfer); ok && (n == 0 || t.N == n) {
			found = append(found, t)
		}
	}
	return found
}

// last is how a file fares now.
func (e *end) last(n int) rooms.Transfer {
	if all := e.transfers(n); len(all) > 0 {
		return *all[len(all)-1]
	}
	return rooms.Transfer{}
}

// idle reports whether nothing is being taken.
func (e *end) idle() bool {
	e.Seat.mu.Lock()
	defer e.Seat.mu.Unlock()
	return e.desk.taking() == 0
}

// keyOf is the key of the offer of a number.
func (e *end) keyOf(n int) string {
	e.Seat.mu.Lock()
	defer e.Seat.mu.Unlock()
	return e.desk.find(n, nil).file.Key
}

func (e *end) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// content is so many bytes in which every chunk differs.
func content(n int) []byte {
	b := make([]byte, n)
	source := rand.NewChaCha8([32]byte{byte(n)})
	source.Read(b)
	return b
}
