package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

func TestFileArrives(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		for _, size := range []int{0, 1, ChunkBytes - 1, ChunkBytes, ChunkBytes + 1, 1 << 20} {
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

// TestATextIsOffered takes what is on no disk, and lets go of it when it is withdrawn.
func TestATextIsOffered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		anna, bob := r.enter("anna"), r.enter("bob")
		text := strings.Repeat("a line of it, and é\n", 3000)
		anna.must(anna.SendText(t.Context(), "paste.txt", text))
		synctest.Wait()
		if have := bob.last(1); have.State != rooms.TransferOpen || have.Name != "paste.txt" || have.Size != uint64(len(text)) {
			t.Fatalf("bob is offered %+v", have)
		}
		bob.must(bob.TakeFile(t.Context(), 0))
		time.Sleep(30 * time.Second)
		if !bob.has("paste.txt", []byte(text)) {
			t.Errorf("%d of %d bytes arrived: %+v", bob.last(1).Done, len(text), bob.last(1))
		}
		anna.must(anna.CancelFile(t.Context(), 1))
		synctest.Wait()
		if have := anna.last(1); have.State != rooms.TransferOver {
			t.Errorf("the end is %+v", have)
		}
	})
}

// TestWithdrawnIsToldToAll has an offer end for everybody who sees it: who has the file, who
// came since the offerer did, and who never began.
func TestWithdrawnIsToldToAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		anna, bob, cleo := r.enter("anna"), r.enter("bob"), r.enter("cleo")
		anna.must(anna.SendText(t.Context(), "paste.txt", "text"))
		synctest.Wait()
		bob.must(bob.TakeFile(t.Context(), 0))
		time.Sleep(time.Second)
		anna.must(anna.CancelFile(t.Context(), 1))
		time.Sleep(time.Second)
		if have := cleo.last(1); have.State != rooms.TransferOver || have.Text != "anna offers it no more." {
			t.Errorf("cleo, who had not begun, has %+v", have)
		}
		if have := bob.last(1); have.State != rooms.TransferDone {
			t.Errorf("bob, who has it, has %+v", have)
		}
		if err := cleo.TakeFile(t.Context(), 1); err == nil {
			t.Error("cleo could take what is offered no more")
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
		refused("take what was withdrawn", bob.TakeFile(ctx, 1))
		if have := bob.last(1); have.State != rooms.TransferOver || have.Text != "anna offers it no more." {
			t.Errorf("a file that was taken back: %+v", have)
		}
	})
}

// failing is a connection that does nothing any more, from a moment on.
type failing struct {
	rooms.Participant
	failed atomic.Bool
}

var errFailing = errors.New("the connection does nothing")

func (f *failing) Do(ctx context.Context, op rooms.Op) error {
	if f.failed.Load() {
		return errFailing
	}
	return f.Participant.Do(ctx, op)
}

// What could not be asked for holds nothing: no place among the offers, no open
// file, no file begun.
func TestNothingIsHeldForWhatCouldNotBeDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		giver := r.enter("giver")
		var conn *failing
		r.between = func(c rooms.Participant) rooms.Participant {
			conn = &failing{Participant: c}
			return conn
		}
		e := r.enter("taker")
		giver.put("theirs", []byte("theirs"))
		e.put("mine", []byte("mine"))
		giver.must(giver.SendFile(t.Context(), "theirs"))
		synctest.Wait()
		conn.failed.Store(true)
		for range 2 * MaxOffers {
			if err := e.SendFile(t.Context(), "mine"); !errors.Is(err, errFailing) {
				t.Fatalf("offering: %v", err)
			}
		}
		for range 2 * MaxTakes {
			if err := e.TakeFile(t.Context(), 0); !errors.Is(err, errFailing) {
				t.Fatalf("taking: %v", err)
			}
		}
		if open, begun := e.held(); open != 0 || begun != 0 {
			t.Errorf("%d files are open, %d are begun", open, begun)
		}
		conn.failed.Store(false)
		e.must(e.SendFile(t.Context(), "mine"))
		e.must(e.TakeFile(t.Context(), 0))
		time.Sleep(time.Minute)
		if !e.has("theirs", []byte("theirs")) {
			t.Error("what can be done again is not")
		}
	})
}

// A file that is still being read when its seat is closed is closed too.
func TestClosedWhileAFileIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newRoom(t).enter("anna")
		reading, goOn := make(chan struct{}), make(chan struct{})
		e.files["big"], e.sizes["big"] = closer{slowly{reading, goOn}, func() {}}, 1
		sent := make(chan error)
		go func() { sent <- e.SendFile(t.Context(), "big") }()
		<-reading
		e.Seat.Close()
		close(goOn)
		if err := <-sent; err == nil {
			t.Error("offered by a seat that is closed")
		}
		if open, _ := e.held(); open != 0 {
			t.Errorf("%d files are open", open)
		}
	})
}

// slowly is a file that is read when its test says so.
type slowly struct{ reading, goOn chan struct{} }

func (s slowly) ReadAt(p []byte, _ int64) (int, error) {
	close(s.reading)
	<-s.goOn
	return copy(p, "x"), nil
}

// held is how many files are open and how many are begun.
func (m *memory) held() (open, begun int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.opened, m.begun
}
