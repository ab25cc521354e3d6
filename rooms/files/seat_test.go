package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// memory is a disk of one participant.
type memory struct {
	mu     sync.Mutex
	files  map[string]Source
	sizes  map[string]uint64
	saved  map[string][]byte
	begun  int // sinks that are neither kept nor dropped
	opened int // sources that are not closed
	full   int // bytes after which writing fails; 0: never
}

func newMemory() *memory {
	return &memory{files: map[string]Source{}, sizes: map[string]uint64{}, saved: map[string][]byte{}}
}

func (m *memory) put(name string, content []byte) {
	m.files[name], m.sizes[name] = closer{bytes.NewReader(content), func() {}}, uint64(len(content))
}

func (m *memory) Open(path string) (Source, string, uint64, error) {
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
	between func(Conn) Conn
}

func newRoom(t *testing.T) *room { return &room{t: t, hub: rooms.NewHub(rooms.Config{})} }

func (r *room) enter(nick string) *end {
	r.t.Helper()
	e := &end{memory: newMemory(), t: r.t}
	conn := func(entry rooms.Entry) Conn {
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
		e.Seat = NewSeat(conn(rooms.Entry{Room: "garden", Nick: nick}), e.memory)
	} else {
		keys := seal.Open(*r.secret)
		sealed := seal.NewSeat(keys, "garden", nick)
		sealed.Attach(conn(rooms.Entry{Room: keys.Name(), Hello: string(sealed.Hello())}))
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

func TestFileArrives(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		for _, size := range []int{1, ChunkBytes - 1, ChunkBytes, ChunkBytes + 1, 1 << 20} {
			t.Run(fmt.Sprintf("sealed %v, %d bytes", sealed, size), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRoom(t)
					if sealed {
						secret := seal.NewSecret()
						r.secret = &secret
					}
					anna, bob, carol := r.enter("anna"), r.enter("bob"), r.enter("carol")
					time.Sleep(5 * time.Second) // until everybody is known
					file := content(size)
					anna.put("plan.pdf", file)
					anna.must(anna.SendFile(t.Context(), "plan.pdf"))
					synctest.Wait()
					if have := bob.last(1); have.State != rooms.TransferOpen || have.Name != "plan.pdf" || have.Size != uint64(size) || have.From.Nick != "anna" || have.Mine {
						t.Fatalf("bob is offered %+v", have)
					}
					begun := time.Now()
					bob.must(bob.TakeFile(t.Context(), 0))
					carol.must(carol.TakeFile(t.Context(), 1))
					time.Sleep(30 * time.Second)
					for _, e := range []*end{bob, carol} {
						if !e.has("plan.pdf", file) {
							t.Errorf("%d of %d bytes arrived: %+v", e.last(1).Done, size, e.last(1))
						}
						if have := e.last(1); have.State != rooms.TransferDone || have.Done != uint64(size) || have.Text != "Saved as /home/you/plan.pdf." {
							t.Errorf("the end is %+v", have)
						}
					}
					if have := anna.last(1); have.Taken != 2 || have.Takers != 0 || !have.Mine || have.State != rooms.TransferOpen {
						t.Errorf("anna is told %+v", have)
					}
					// Progress is told in steps, and stays below one a tenth of a second.
					if n := len(bob.transfers(1)); n > 4+int(time.Since(begun)/ProgressEvery) || size == 1<<20 && n < 4 {
						t.Errorf("progress was told %d times", n)
					}
				})
			})
		}
	}
}

// noisy is a connection through a server, or a network, that drops, repeats,
// reorders and changes what is passed.
type noisy struct {
	Conn
	rand *rand.Rand
	odds float64 // that a pass suffers
	kept *rooms.Passed
}

func (n *noisy) Next(ctx context.Context) ([]rooms.Event, error) {
	events, err := n.Conn.Next(ctx)
	var heard []rooms.Event
	for _, e := range events {
		p, ok := e.(*rooms.Passed)
		if !ok || n.rand.Float64() >= n.odds {
			heard = append(heard, e)
			continue
		}
		switch n.rand.IntN(6) {
		case 0: // lost
		case 1: // twice
			heard = append(heard, p, p)
		case 2: // late
			if n.kept != nil {
				heard = append(heard, p, n.kept)
			}
			n.kept = p
		case 3: // changed
			body := bytes.Clone(p.Body)
			body[n.rand.IntN(len(body))] ^= 1 << n.rand.IntN(8)
			heard = append(heard, &rooms.Passed{From: p.From, Body: body})
		case 4: // cut
			heard = append(heard, &rooms.Passed{From: p.From, Body: p.Body[:n.rand.IntN(len(p.Body))]})
		case 5: // from somebody else
			heard = append(heard, &rooms.Passed{From: "nobody", Body: p.Body})
		}
	}
	return heard, err
}

// TestHostileServer takes files through servers that tamper more and more. A
// file that is saved is the one that was offered, and every transfer ends.
func TestHostileServer(t *testing.T) {
	whole, given := 0, 0
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := newRoom(t)
			r.between = func(c Conn) Conn {
				return &noisy{Conn: c, rand: rand.New(rand.NewPCG(seed, 1)), odds: float64(seed) / 60}
			}
			anna, bob := r.enter("anna"), r.enter("bob")
			file := content(300_000)
			anna.put("plan.pdf", file)
			synctest.Wait()
			anna.must(anna.SendFile(t.Context(), "plan.pdf"))
			synctest.Wait()
			bob.must(bob.TakeFile(t.Context(), 0))
			for range 600 {
				if time.Sleep(time.Second); bob.last(1).State != rooms.TransferRunning {
					break
				}
			}
			saved, ok := bob.got("plan.pdf")
			switch have := bob.last(1); {
			case ok && bytes.Equal(saved, file) && have.State == rooms.TransferDone:
				whole++
			case !ok && have.State != rooms.TransferRunning && strings.HasSuffix(have.Text, "."):
				given++
			default:
				t.Errorf("seed %d: %d bytes were saved, and the end is %+v", seed, len(saved), have)
			}
		})
	}
	if t.Logf("%d of 60 files arrived, %d were given up with a sentence", whole, given); whole < 20 {
		t.Errorf("only %d of 60 files arrived", whole)
	}
}

// liar is a source that is not the same when it is read again.
type liar struct {
	io.ReaderAt
	reads, from int // from which read on it lies
	short       bool
}

func (l *liar) ReadAt(p []byte, off int64) (int, error) {
	l.reads++
	n, err := l.ReaderAt.ReadAt(p, off)
	if l.reads > l.from {
		if l.short {
			return 0, io.EOF
		}
		p[0] ^= 1
	}
	return n, err
}

func (l *liar) Close() error { return nil }

func TestChangedFileIsNotSaved(t *testing.T) {
	for name, c := range map[string]struct {
		short bool
		want  string
	}{
		"changed": {false, "The file was damaged on its way. Nothing was saved."},
		"shorter": {true, "anna offers it no more."},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRoom(t)
			anna, bob := r.enter("anna"), r.enter("bob")
			file := content(200_000)
			source := &liar{ReaderAt: bytes.NewReader(file), from: 1 << 30, short: c.short}
			anna.files["plan.pdf"], anna.sizes["plan.pdf"] = source, uint64(len(file))
			synctest.Wait()
			anna.must(anna.SendFile(t.Context(), "plan.pdf"))
			source.from = source.reads + 3
			synctest.Wait()
			bob.must(bob.TakeFile(t.Context(), 0))
			time.Sleep(10 * time.Second)
			if _, saved := bob.got("plan.pdf"); saved || bob.last(1).Text != c.want {
				t.Errorf("%s: %+v, saved: %v", name, bob.last(1), saved)
			}
		})
	}
}

// slow is a connection that takes one passed chunk in a while, and loses what
// the server's queue does not hold meanwhile.
type slow struct {
	Conn
	every time.Duration
}

func (s *slow) Next(ctx context.Context) ([]rooms.Event, error) {
	events, err := s.Conn.Next(ctx)
	for _, e := range events {
		if p, ok := e.(*rooms.Passed); ok && len(p.Body) > rooms.PassNoteBytes {
			time.Sleep(s.every)
		}
	}
	return events, err
}

// TestSlowTakerHoldsUpNobody has a file taken by two, one of them over a line
// of 8 KiB a second, while people talk.
func TestSlowTakerHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		anna, bob := r.enter("anna"), r.enter("bob")
		r.between = func(c Conn) Conn { return &slow{c, 2 * time.Second} }
		sluggish := r.enter("carol")
		file := content(40 * ChunkBytes)
		anna.put("plan.pdf", file)
		synctest.Wait()
		anna.must(anna.SendFile(t.Context(), "plan.pdf"))
		synctest.Wait()
		sluggish.must(sluggish.TakeFile(t.Context(), 0))
		time.Sleep(10 * time.Second)
		bob.must(bob.TakeFile(t.Context(), 0))
		bob.must(bob.Do(t.Context(), rooms.Say{Text: "talk goes on"}))
		time.Sleep(2 * time.Second)
		if !bob.has("plan.pdf", file) {
			t.Errorf("bob waits for carol: %+v", bob.last(1))
		}
		anna.mu.Lock()
		heard := false
		for _, e := range anna.events {
			if said, ok := e.(*rooms.Said); ok {
				heard = said.Text == "talk goes on"
			}
		}
		anna.mu.Unlock()
		if !heard {
			t.Error("anna did not hear bob")
		}
		time.Sleep(5 * time.Minute)
		if !sluggish.has("plan.pdf", file) {
			t.Errorf("carol's line was too slow: %+v", sluggish.last(1))
		}
	})
}

// TestGreedyTakerHoldsUpNobody has somebody ask for the first chunks again and
// again, for more than there is, and for what is not there.
func TestGreedyTakerHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		anna, bob := r.enter("anna"), r.enter("bob")
		greedy, err := r.hub.Join(t.Context(), rooms.Entry{Room: "garden", Via: rooms.ViaWeb})
		if err != nil {
			t.Fatal(err)
		}
		defer greedy.Close()
		file := content(64 * ChunkBytes)
		anna.put("plan.pdf", file)
		synctest.Wait()
		anna.must(anna.SendFile(t.Context(), "plan.pdf"))
		synctest.Wait()
		var key seal.FileKey
		events, err := greedy.Next(t.Context())
		for err == nil && key == (seal.FileKey{}) {
			for _, e := range events {
				if o, ok := e.(*rooms.Offered); ok {
					key = seal.FileKey([]byte(o.File.Key))
				}
			}
			if key == (seal.FileKey{}) {
				events, err = greedy.Next(t.Context())
			}
		}
		anna.put("ended.pdf", content(1))
		anna.must(anna.SendFile(t.Context(), "ended.pdf"))
		synctest.Wait()
		ended := seal.FileKey([]byte(anna.keyOf(2)))
		anna.must(anna.CancelFile(t.Context(), 2))
		bob.must(bob.TakeFile(t.Context(), 1))
		begun, bobDone := time.Now(), time.Time{}
		for i := range 1000 {
			if err := greedy.Do(t.Context(), rooms.Pass{To: []string{anna.you}, Body: ended.Seal(report{want, 0, 1}.encode())}); err != nil {
				t.Fatal(err)
			}
			body := key.Seal(report{again, 0, 64}.encode())
			switch i % 4 {
			case 1:
				body = key.Seal(report{want, 64, 1 << 30}.encode())
			case 2:
				body = key.Seal(encodeChunk(0, nil))
			case 3:
				body = key.Seal(report{withdrawn, 0, 0}.encode())
			}
			if err := greedy.Do(t.Context(), rooms.Pass{To: []string{anna.you, bob.you}, Body: body}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(PassEvery)
			if bobDone.IsZero() && bob.has("plan.pdf", file) {
				bobDone = time.Now()
			}
		}
		if !bob.has("plan.pdf", file) {
			t.Errorf("bob has not got it: %+v", bob.last(1))
		}
		if took := bobDone.Sub(begun); took > 2*time.Second {
			t.Errorf("bob had to wait for %v", took)
		}
		if have := anna.last(1); have.State != rooms.TransferRunning || have.Takers != 1 || have.Taken != 1 {
			t.Errorf("anna is told %+v", have)
		}
		time.Sleep(GiveUpAfter)
		if have := anna.last(1); have.Takers != 0 {
			t.Errorf("somebody silent still takes: %+v", have)
		}
	})
}

func TestEndsOfATransfer(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(anna, bob *end) error
		state rooms.TransferState // bob's
		text  string
	}{
		"the taker cancels":    {func(_, bob *end) error { return bob.CancelFile(bob.t.Context(), 0) }, rooms.TransferOpen, "You stopped taking it."},
		"the offerer cancels":  {func(anna, _ *end) error { return anna.CancelFile(anna.t.Context(), 1) }, rooms.TransferOver, "anna offers it no more."},
		"the offerer leaves":   {func(anna, _ *end) error { return anna.Do(anna.t.Context(), rooms.Leave{}) }, rooms.TransferOver, "anna has left, and the file with them."},
		"the offerer vanishes": {func(anna, _ *end) error { anna.stop(); return nil }, rooms.TransferOver, "anna has left, and the file with them."},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				anna, bob := r.enter("anna"), r.enter("bob")
				anna.put("plan.pdf", content(4<<20))
				synctest.Wait()
				anna.must(anna.SendFile(t.Context(), "plan.pdf"))
				synctest.Wait()
				bob.must(bob.TakeFile(t.Context(), 0))
				time.Sleep(300 * time.Millisecond)
				if have := bob.last(1); have.State != rooms.TransferRunning || have.Done == 0 {
					t.Fatalf("before it: %+v", have)
				}
				bob.must(c.do(anna, bob))
				time.Sleep(time.Second)
				if _, saved := bob.got("plan.pdf"); saved {
					t.Error("half a file was saved")
				}
				if have := bob.last(1); have.State != c.state || have.Text != c.text {
					t.Errorf("bob is told %+v", have)
				}
				if have := anna.last(1); c.state == rooms.TransferOpen && (have.Takers != 0 || have.Taken != 0) {
					t.Errorf("anna is told %+v", have)
				}
			})
		})
	}
}

func TestFullDiskIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		anna, bob := r.enter("anna"), r.enter("bob")
		anna.put("plan.pdf", content(1<<20))
		bob.full = 100_000
		synctest.Wait()
		anna.must(anna.SendFile(t.Context(), "plan.pdf"))
		synctest.Wait()
		bob.must(bob.TakeFile(t.Context(), 0))
		time.Sleep(10 * time.Second)
		if have := bob.last(1); have.Text != "It could not be written: no space left on device. Nothing was saved." || have.State != rooms.TransferOpen {
			t.Errorf("bob is told %+v", have)
		}
		if have := anna.last(1); have.Takers != 0 {
			t.Errorf("anna is told %+v", have)
		}
	})
}

func TestWhatCannotBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		anna, bob := r.enter("anna"), r.enter("bob")
		synctest.Wait()
		anna.put("empty", nil)
		anna.put("plan.pdf", content(MaxOffers*ChunkBytes))
		anna.sizes["huge"], anna.files["huge"] = rooms.MaxFileBytes+1, closer{bytes.NewReader(nil), func() {}}
		anna.sizes["short"], anna.files["short"] = 7, closer{bytes.NewReader(nil), func() {}}
		ctx := t.Context()
		refused := func(what string, err error) {
			t.Helper()
			if text := fmt.Sprint(err); err == nil || !strings.HasSuffix(text, ".") || text[0] < 'A' || text[0] > 'Z' {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("a file that is not there", anna.SendFile(ctx, "nothing"))
		refused("an empty file", anna.SendFile(ctx, "empty"))
		refused("a huge file", anna.SendFile(ctx, "huge"))
		refused("a file that ends early", anna.SendFile(ctx, "short"))
		refused("take nothing", bob.TakeFile(ctx, 0))
		refused("take an unknown number", bob.TakeFile(ctx, 7))
		refused("cancel nothing", bob.CancelFile(ctx, 0))
		for range MaxOffers {
			anna.must(anna.SendFile(ctx, "plan.pdf"))
			time.Sleep(time.Second)
		}
		refused("one offer too many", anna.SendFile(ctx, "plan.pdf"))
		refused("take one's own", anna.TakeFile(ctx, 1))
		refused("cancel what is not taken", bob.CancelFile(ctx, 1))
		bob.must(bob.TakeFile(ctx, 2))
		refused("take twice", bob.TakeFile(ctx, 2))
		time.Sleep(5 * time.Second)
		anna.must(anna.CancelFile(ctx, 1))
		anna.must(anna.SendFile(ctx, "plan.pdf"))
		synctest.Wait()
		if _, saved := bob.got("plan.pdf"); !saved {
			t.Error("the second file was not saved")
		}
		bob.must(bob.TakeFile(ctx, 2)) // again
		time.Sleep(5 * time.Second)
		bob.must(bob.TakeFile(ctx, 1)) // which bob was not told about
		time.Sleep(5 * time.Second)
		if have := bob.last(1); have.State != rooms.TransferOver || have.Text != "anna offers it no more." {
			t.Errorf("a file that was taken back: %+v", have)
		}
	})
}

// lossy is a connection on which the nth note is lost.
type lossy struct {
	Conn
	n int
}

func (l *lossy) Next(ctx context.Context) ([]rooms.Event, error) {
	events, err := l.Conn.Next(ctx)
	return slices.DeleteFunc(events, func(e rooms.Event) bool {
		if p, ok := e.(*rooms.Passed); ok && len(p.Body) <= rooms.PassNoteBytes {
			l.n--
			return l.n == 0
		}
		return false
	}), err
}

// TestLostDone loses what says that a file of one chunk has arrived: its sender
// asks by sending it again.
func TestLostDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		r.between = func(c Conn) Conn { return &lossy{c, 2} }
		anna, bob := r.enter("anna"), r.enter("bob")
		anna.put("plan.pdf", content(100))
		synctest.Wait()
		anna.must(anna.SendFile(t.Context(), "plan.pdf"))
		synctest.Wait()
		bob.must(bob.TakeFile(t.Context(), 0))
		time.Sleep(AgainLatest - time.Second)
		if have := anna.last(1); have.Takers != 1 || have.Taken != 0 || bob.last(1).State != rooms.TransferDone {
			t.Fatalf("anna is told %+v, bob %+v", have, bob.last(1))
		}
		time.Sleep(2 * time.Second)
		if have := anna.last(1); have.Takers != 0 || have.Taken != 1 {
			t.Errorf("anna is told %+v", have)
		}
	})
}

// TestManyAtOnce takes four files of four people at once: nobody is refused for
// asking too fast, so it takes no longer than it must.
func TestManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		taker := r.enter("taker")
		for i := range MaxTakes {
			sender := r.enter(fmt.Sprint("sender-", i))
			name := fmt.Sprint(i, ".pdf")
			sender.put(name, content(2<<20))
			synctest.Wait()
			sender.must(sender.SendFile(t.Context(), name))
			synctest.Wait()
		}
		for i := range MaxTakes {
			taker.must(taker.TakeFile(t.Context(), i+1))
		}
		begun := time.Now()
		for time.Since(begun) < time.Minute {
			if time.Sleep(100 * time.Millisecond); taker.idle() {
				break
			}
		}
		for i := range MaxTakes {
			if !taker.has(fmt.Sprint(i, ".pdf"), content(2<<20)) {
				t.Errorf("file %d: %+v", i, taker.last(i+1))
			}
		}
		// 512 chunks, asked for one by one at 200 a second.
		if took := time.Since(begun); took > 4*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// scripted is a server that says whatever a test wants.
type scripted struct {
	Conn
	events chan rooms.Event
}

func (s scripted) Next(ctx context.Context) ([]rooms.Event, error) {
	select {
	case e := <-s.events:
		return []rooms.Event{e}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (scripted) Do(context.Context, rooms.Op) error { return nil }
func (scripted) Close() error                       { return nil }

// TestImpossibleOffers has a server make offers that no member can have made,
// and more than are remembered.
func TestImpossibleOffers(t *testing.T) {
	server := scripted{events: make(chan rooms.Event, 300)}
	disk := newMemory()
	seat := NewSeat(server, disk)
	key := strings.Repeat("k", rooms.FileKeyBytes)
	for _, f := range []rooms.File{
		{}, {Name: "a", Size: 1, Key: "k", Sum: key}, {Name: "a", Size: 1, Key: key}, {Name: "a", Size: 1 << 63, Key: key, Sum: key}, {Name: "a", Key: key, Sum: key},
	} {
		server.events <- &rooms.Offered{Seq: 1, From: rooms.Person{ID: "b2", Nick: "bob"}, File: f}
	}
	for _, body := range [][]byte{nil, []byte("short"), make([]byte, rooms.MaxPassBytes)} {
		server.events <- &rooms.Passed{From: "b2", Body: body}
	}
	for n := range 2 * MaxKnown {
		server.events <- &rooms.Offered{Seq: uint64(n), From: rooms.Person{ID: "b2", Nick: "bob"}, File: rooms.File{Name: "../a", Size: 1, Key: key, Sum: key}}
	}
	server.events <- &rooms.Notice{}
	last := 0
	for {
		events, err := seat.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, end := events[0].(*rooms.Notice); end {
			break
		}
		if offer, ok := events[0].(*rooms.Offered); !ok || len(events) != 2 || offer.File.Size != 1 {
			t.Fatalf("heard %+v", events)
		}
		transfer := events[1].(*rooms.Transfer)
		if transfer.Name != "a" {
			t.Errorf("it is called %q", transfer.Name)
		}
		last = transfer.N
	}
	if n := len(seat.desk.offers); last != 2*MaxKnown || n != MaxKnown {
		t.Errorf("%d offers were shown, and %d are remembered", last, n)
	}
	if err := seat.TakeFile(t.Context(), 1); err == nil {
		t.Error("an offer that was forgotten is taken")
	}
	if err := seat.TakeFile(t.Context(), last); err != nil || disk.begun != 1 {
		t.Errorf("the newest can't be taken: %v", err)
	}
	if seat.Close(); disk.begun != 0 {
		t.Error("half a file is left")
	}
}

func FuzzTexts(f *testing.F) {
	f.Add(report{want, 1, 9}.encode(), uint32(9))
	f.Add(encodeChunk(3, []byte("data")), uint32(4))
	f.Fuzz(func(t *testing.T, text []byte, chunks uint32) {
		if r, err := decodeReport(text, chunks); err == nil && (!bytes.Equal(r.encode(), text) || r.next > chunks || r.upto > chunks) {
			t.Errorf("%x is read as %+v", text, r)
		}
		if n, data, err := decodeChunk(text); err == nil && !bytes.Equal(encodeChunk(n, data), text) {
			t.Errorf("%x is read as chunk %d", text, n)
		}
	})
}
