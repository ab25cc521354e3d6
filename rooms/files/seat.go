package files

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// Disk is where files come from and go to. Its errors say what is wrong in a
// clause.
type Disk interface {
	// Open opens a file to be offered.
	Open(path string) (content Content, name string, size uint64, err error)
	// Create begins a file under a clean name. An *rooms.Error is a sentence.
	Create(name string) (Sink, error)
}

// Seat carries files over a seat. Everything else passes through it unchanged.
// Whoever takes its events moves its files: nothing happens while nobody is in
// Next. SendFile, SendText, TakeFile, CancelFile and Do may be called from other
// goroutines.
type Seat struct {
	conn rooms.Participant
	disk Disk

	mu      sync.Mutex
	desk    Desk
	sent    int                // offers so far
	offered map[string]Content // that have not come back from the room, by op id
	hashing int                // files that are about to be offered
}

// NewSeat returns a seat around another.
func NewSeat(conn rooms.Participant, disk Disk) *Seat {
	return &Seat{conn: conn, disk: disk, offered: make(map[string]Content)}
}

const (
	// passID is the id of every pass; it comes back on a refusal alone.
	passID = "file:pass"
	// wakeID is the id of barriers that wake up Next.
	wakeID = "file:wake"
)

// Do asks for an op.
func (s *Seat) Do(ctx context.Context, op rooms.Op) error { return s.conn.Do(ctx, op) }

// Made is as of [rooms.Maker].
func (s *Seat) Made() bool {
	maker, ok := s.conn.(rooms.Maker)
	return ok && maker.Made()
}

// Close ends what was offered and taken, and the connection.
func (s *Seat) Close() error {
	err := s.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.desk.Close()
	for id := range s.offered {
		s.letGo(id)
	}
	return err
}

// SendFile offers a file to the room. It reads the whole file before, which takes
// a moment. The error is a sentence. What becomes of the offer comes as events.
func (s *Seat) SendFile(ctx context.Context, path string) error {
	return s.send(ctx, func() (Content, string, uint64, error) { return s.disk.Open(path) })
}

// SendText offers a text as a file of that name, from memory.
func (s *Seat) SendText(ctx context.Context, name, text string) error {
	return s.send(ctx, func() (Content, string, uint64, error) {
		return inMemory{strings.NewReader(text)}, name, uint64(len(text)), nil
	})
}

// inMemory is the content of a file that is on no disk.
type inMemory struct{ io.ReaderAt }

func (inMemory) Close() error { return nil }

func (s *Seat) send(ctx context.Context, open func() (Content, string, uint64, error)) error {
	if err := s.reserve(); err != nil {
		return err
	}
	op, content, err := s.prepare(open)
	s.mu.Lock()
	s.hashing--
	if err != nil {
		s.mu.Unlock()
		return err
	}
	s.sent++
	op.ID = fmt.Sprintf("file:%d", s.sent)
	s.offered[op.ID] = content
	s.mu.Unlock()
	if err := s.conn.Do(ctx, op); err != nil {
		s.unoffer(op.ID) // nothing comes back that would
		return err
	}
	return nil
}

// unoffer lets go of the file of an offer that does not come back from the room.
func (s *Seat) unoffer(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letGo(id)
}

// letGo is unoffer for a caller that holds the lock.
func (s *Seat) letGo(id string) {
	if content := s.offered[id]; content != nil {
		_ = content.Close() // it was only read
		delete(s.offered, id)
	}
}

// reserve makes sure that no more than [MaxOffers] are open.
func (s *Seat) reserve() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.desk.Giving()+len(s.offered)+s.hashing >= MaxOffers {
		return refuse(fmt.Sprintf("You offer %d files already. /cancel takes one back.", MaxOffers))
	}
	s.hashing++
	return nil
}

func (s *Seat) prepare(open func() (Content, string, uint64, error)) (op rooms.Offer, content Content, err error) {
	content, name, size, err := open()
	if err != nil {
		return op, nil, refuse("That file can't be read: " + err.Error() + ".")
	}
	key := seal.NewFileKey()
	op.File = rooms.File{Name: name, Size: size, Key: string(key[:]), Sum: string(make([]byte, rooms.FileSumBytes))}
	if op.File, err = rooms.CleanFile(op.File); err == nil {
		sum := sha256.New()
		if n, failed := io.Copy(sum, io.NewSectionReader(content, 0, int64(size))); failed != nil || uint64(n) != size {
			err = refuse("That file can't be read to its end.")
		}
		op.File.Sum = string(sum.Sum(nil))
	}
	if err != nil {
		_ = content.Close() // it was only read
		return op, nil, err
	}
	return op, content, nil
}

// TakeFile begins to take the file of a number, or for 0 the newest that can be
// taken. The error is a sentence.
func (s *Seat) TakeFile(ctx context.Context, n int) error {
	taken, err := s.take(n)
	if err != nil {
		return err
	}
	if err := s.wake(ctx); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		return errors.Join(err, s.desk.Cancel(taken)) // nobody would move it
	}
	return nil
}

// take returns the number of the file.
func (s *Seat) take(n int) (taken int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, err := s.desk.Takeable(n)
	if err != nil {
		return 0, err
	}
	sink, err := s.disk.Create(name)
	if refused := (*rooms.Error)(nil); errors.As(err, &refused) {
		return 0, refused
	} else if err != nil {
		return 0, refuse("It can't be saved: " + err.Error() + ".")
	}
	return s.desk.Take(n, sink, time.Now()), nil
}

// CancelFile stops taking the file of a number, or offering one's own; for 0 the
// newest. The error is a sentence.
func (s *Seat) CancelFile(ctx context.Context, n int) error {
	s.mu.Lock()
	err := s.desk.Cancel(n)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.wake(ctx)
}

// wake lets whoever waits in Next look again.
func (s *Seat) wake(ctx context.Context) error { return s.conn.Do(ctx, rooms.Sync{ID: wakeID}) }

// Next waits for events, as [rooms.Seat.Next], and moves files meanwhile.
func (s *Seat) Next(ctx context.Context) ([]rooms.Event, error) {
	var heard []rooms.Event
	for {
		events, p, passes, due := s.step(heard)
		if passes {
			// An error says that the seat is over, which Next tells.
			_ = s.conn.Do(ctx, rooms.Pass{ID: passID, To: p.To, Body: p.Body})
		}
		if len(events) > 0 {
			return events, nil
		}
		wait, cancel := ctx, context.CancelFunc(func() {})
		if !due.IsZero() {
			wait, cancel = context.WithDeadline(ctx, due)
		}
		var err error
		heard, err = s.conn.Next(wait)
		cancel()
		if err != nil && (!errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil) {
			return nil, err
		}
	}
}

// step takes what was heard, and returns what is left of it for the person, what
// to pass if anything, and when to look again.
func (s *Seat) step(heard []rooms.Event) (events []rooms.Event, p Pass, passes bool, due time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range heard {
		if s.apply(e) {
			events = append(events, e)
		}
		events = append(events, s.desk.News()...)
	}
	p, passes, due = s.desk.Step(time.Now())
	return append(events, s.desk.News()...), p, passes, due
}

// apply takes an event, and reports whether it is for the person too.
func (s *Seat) apply(event rooms.Event) bool {
	switch e := event.(type) {
	case *rooms.Welcome:
		s.desk.Welcome(e)
	case *rooms.Joined:
		s.desk.Joined(e.Member)
	case *rooms.Left:
		s.desk.Left(e.Member.Person())
	case *rooms.Offered:
		if _, err := rooms.CleanFile(e.File); err != nil {
			return false // no honest server passes that on
		}
		content := s.offered[e.ID]
		delete(s.offered, e.ID)
		s.desk.Offered(e, content)
	case *rooms.Passed:
		s.desk.Passed(e, time.Now())
		return false
	case *rooms.Synced:
		return e.ID != wakeID
	case *rooms.Refused:
		s.letGo(e.ID)
		return e.ID != wakeID && e.ID != passID
	}
	return true
}
