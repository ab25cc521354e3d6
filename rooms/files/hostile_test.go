package files

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// noisy is a connection through a server, or a network, that drops, repeats,
// reorders and changes what is passed.
type noisy struct {
	rooms.Participant
	rand *rand.Rand
	odds float64 // that a pass suffers
	kept *rooms.Passed
}

func (n *noisy) Next(ctx context.Context) ([]rooms.Event, error) {
	events, err := n.Participant.Next(ctx)
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
			r.between = func(c rooms.Participant) rooms.Participant {
				return &noisy{Participant: c, rand: rand.New(rand.NewPCG(seed, 1)), odds: float64(seed) / 60}
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
	rooms.Participant
	every time.Duration
}

func (s *slow) Next(ctx context.Context) ([]rooms.Event, error) {
	events, err := s.Participant.Next(ctx)
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
		r.between = func(c rooms.Participant) rooms.Participant { return &slow{c, 2 * time.Second} }
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
		greedy, err := r.hub.Join(t.Context(), rooms.Visitor{Room: "garden", Via: rooms.ViaWeb})
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

// lossy is a connection on which the nth note is lost.
type lossy struct {
	rooms.Participant
	n int
}

func (l *lossy) Next(ctx context.Context) ([]rooms.Event, error) {
	events, err := l.Participant.Next(ctx)
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
		r.between = func(c rooms.Participant) rooms.Participant { return &lossy{c, 2} }
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

// TestLostWithdrawal loses what says that a file is offered no more: whoever asks for it
// then is told.
func TestLostWithdrawal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		anna := r.enter("anna")
		r.between = func(c rooms.Participant) rooms.Participant { return &lossy{c, 1} }
		bob := r.enter("bob")
		anna.put("plan.pdf", content(100))
		anna.must(anna.SendFile(t.Context(), "plan.pdf"))
		synctest.Wait()
		anna.must(anna.CancelFile(t.Context(), 1))
		time.Sleep(time.Second)
		bob.must(bob.TakeFile(t.Context(), 1))
		time.Sleep(5 * time.Second)
		if have := bob.last(1); have.State != rooms.TransferOver || have.Text != "anna offers it no more." {
			t.Errorf("bob is told %+v", have)
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
	rooms.Participant
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
		{}, {Name: "a", Size: 1, Key: "k", Sum: key}, {Name: "a", Size: 1, Key: key}, {Name: "a", Size: 1 << 63, Key: key, Sum: key},
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
