package rooms_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// line is somebody who reads by a line of so many bits a second, as frames, and
// notes how late the words were that begin with a time.
type line struct {
	*person
	rate  float64
	mu    sync.Mutex
	heard int
	worst time.Duration
	ended error
}

// words is something said that says when it was.
func words(n int) string {
	return fmt.Sprintf("%s%d", marker, time.Now().UnixNano()) + strings.Repeat(" ", n)
}

const marker = "at "

// late is how late such words are.
func late(text string) (d time.Duration, ok bool) {
	at, ok := strings.CutPrefix(strings.TrimSpace(text), marker)
	var nanos int64
	if !ok {
		return 0, false
	}
	if _, err := fmt.Sscan(at, &nanos); err != nil {
		return 0, false
	}
	return time.Since(time.Unix(0, nanos)), true
}

const mbit = 1e6

// roundTrip is how long an acknowledgement takes back.
const roundTrip = 50 * time.Millisecond

// read reads until the seat ends. A line that is resumable acknowledges every 16
// KiB, and when it is idle, a round trip late.
func (l *line) read() {
	var seq, wseq uint64
	unacked := 0
	for {
		events, err := l.Next(l.t.Context())
		if err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.ended = err
			return
		}
		for _, e := range events {
			frame := wire.AppendEvent(nil, e)
			time.Sleep(time.Duration(float64(len(frame)*8) / l.rate * float64(time.Second)))
			unacked += len(frame)
			switch e := e.(type) {
			case *rooms.Said:
				l.note(e.Text)
			case *rooms.Sealed:
				l.note(string(e.Body))
			}
			at := rooms.PositionOf(e)
			seq, wseq = max(seq, at.Seq), max(wseq, at.WSeq)
		}
		if l.welcome.Ticket != "" {
			at := rooms.Ack{Seq: seq, WSeq: wseq}
			if unacked >= 16<<10 {
				unacked = 0
				time.AfterFunc(roundTrip, func() { _ = l.Do(l.t.Context(), at) }) // fails once it has ended
			} else {
				time.AfterFunc(time.Second, func() { _ = l.Do(l.t.Context(), at) })
			}
		}
	}
}

func (l *line) note(text string) {
	d, ok := late(text)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard++
	l.worst = max(l.worst, d)
}

// lateness is how late the words of others may be for a line of a rate: what others
// may put on an outbox before them takes so long, as frames half as much again.
func lateness(rate float64) time.Duration {
	const most = rooms.PressBytes + 2*rooms.PaceBurst
	return 100*time.Millisecond + time.Duration(most*1.5*8/rate*float64(time.Second))
}

// besieged has people talk in a room while others flood it, and holds that nobody
// is ended and no words are late. flood is what one of the attackers does, until
// the time is over.
func besieged(t *testing.T, hello string, attackers int, flood func(p *person, everybody []string, until time.Time)) {
	synctest.Test(t, func(t *testing.T) {
		const (
			siege = 5 * time.Second
			pace  = 500 * time.Millisecond
		)
		h := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
		var lines []*line
		var everybody []string
		for _, rate := range []float64{1 * mbit, 16 * mbit, 50 * mbit, 100 * mbit, 300 * mbit} {
			for _, resumable := range []bool{false, true} {
				p := enter(t, h, rooms.Visitor{Hello: hello, Resumable: resumable})
				lines = append(lines, &line{person: p, rate: rate})
			}
		}
		talker := enter(t, h, rooms.Visitor{Hello: hello})
		var floods []*person
		for range attackers {
			floods = append(floods, enter(t, h, rooms.Visitor{Hello: hello}))
		}
		for _, l := range lines {
			everybody = append(everybody, l.welcome.You.ID)
		}
		var reading, working sync.WaitGroup
		for _, l := range lines {
			reading.Go(l.read)
		}
		for _, p := range append(floods, talker) {
			reading.Go(func() { // they read as fast as can be
				for {
					events, err := p.Next(t.Context())
					if err != nil {
						return
					}
					for _, e := range events {
						if r, refused := e.(*rooms.Refused); refused && p == talker {
							t.Errorf("who says little is refused: %v", r.Err)
						}
					}
				}
			})
		}
		until := time.Now().Add(siege)
		for _, p := range floods {
			working.Go(func() { flood(p, everybody, until) })
		}
		said := 0
		for ; time.Now().Before(until); time.Sleep(pace) {
			if hello == "" {
				talker.do(rooms.Say{Text: words(0)})
			} else if said%2 == 0 { // as much as three open ones
				talker.do(seal(words(300), everybody))
			}
			said++
		}
		if hello != "" {
			said = (said + 1) / 2
		}
		working.Wait()
		time.Sleep(5 * time.Second)
		for _, p := range append(floods, talker) {
			_ = p.Do(t.Context(), rooms.Leave{}) // fails for those who were ended
		}
		for _, l := range lines {
			l.do(rooms.Leave{})
		}
		reading.Wait()
		for _, l := range lines {
			t.Logf("%3.0f Mbit/s: heard %d of %d, at most %v late", l.rate/mbit, l.heard, said, l.worst.Round(time.Millisecond))
			if !errors.Is(l.ended, io.EOF) {
				t.Errorf("a reader with %.0f Mbit/s was ended: %v", l.rate/mbit, l.ended)
			}
			if l.heard != said {
				t.Errorf("a reader with %.0f Mbit/s heard %d of %d", l.rate/mbit, l.heard, said)
			}
			if most := lateness(l.rate); l.worst > most {
				t.Errorf("words reached a reader with %.0f Mbit/s %v late, want %v at most", l.rate/mbit, l.worst, most)
			}
		}
	})
}

// seal is a sealed message for everybody.
func seal(body string, everybody []string) rooms.Seal {
	op := rooms.Seal{Body: []byte(body), Wraps: make(map[string][]byte)}
	for _, id := range everybody {
		op.Wraps[id] = make([]byte, rooms.MaxWrapsBytes/rooms.SealedRoomSize)
	}
	return op
}

// sealedFlood has each of some seats send the largest sealed bodies in bursts.
func sealedFlood(t *testing.T, attackers int) {
	body := strings.Repeat("x", rooms.MaxSealedBytes)
	besieged(t, "A", attackers, func(p *person, everybody []string, until time.Time) {
		op := seal(body, everybody)
		for time.Now().Before(until) {
			for range rooms.SealedBurst {
				if p.Do(p.t.Context(), op) != nil {
					return
				}
			}
			time.Sleep(30 * time.Millisecond)
		}
	})
}

// openFlood has some seats say the longest messages, or the longest that are still light, ten
// at once and then as often as they may.
func openFlood(t *testing.T, attackers, size int) {
	text := strings.Repeat("x", size)
	besieged(t, "", attackers, func(p *person, _ []string, until time.Time) {
		for time.Now().Before(until) {
			for range 10 {
				if p.Do(p.t.Context(), rooms.Say{Text: text}) != nil {
					return
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
}

// Floods as in TestFloodEndsNobody and TestSealedFloodEndsNobody, small enough for the race
// detector.
func TestSmallFloodEndsNobody(t *testing.T) {
	openFlood(t, 10, rooms.MaxTextBytes)
	sealedFlood(t, 1)
}

// Many whisper the longest messages to each reader.
func TestWhisperedFloodEndsNobody(t *testing.T) {
	text := strings.Repeat("x", rooms.MaxTextBytes)
	besieged(t, "", 64, func(p *person, everybody []string, until time.Time) {
		for n := 0; time.Now().Before(until); n++ {
			for range 10 {
				if p.Do(p.t.Context(), rooms.Whisper{To: everybody[n%len(everybody)], Text: text}) != nil {
					return
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
}

// Somebody who stopped reading keeps nobody from saying much: a pipe goes on at
// its rate, before and after they are ended for it.
func TestFrozenReaderSlowsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
		frozen := enter(t, h, rooms.Visitor{})
		pipe := enter(t, h, rooms.Visitor{})
		text := strings.Repeat("x", rooms.MaxTextBytes)
		began, said := time.Now(), 0
		var left []*rooms.Left
		for len(left) == 0 || time.Since(began) < time.Minute {
			for pipe.SayWait() <= 0 {
				pipe.do(rooms.Say{Text: text})
				said++
			}
			events := pipe.take()
			for _, e := range events {
				if r, refused := e.(*rooms.Refused); refused {
					t.Fatalf("after %v and %d messages: %v", time.Since(began), said, r.Err)
				}
			}
			left = append(left, lefts(events)...)
			time.Sleep(100 * time.Millisecond)
		}
		if least := int(time.Since(began).Seconds() * rooms.DefaultSayRate); said < least {
			t.Errorf("%d messages in %v, want %d", said, time.Since(began), least)
		}
		if len(left) != 1 || left[0].Reason != rooms.LeftSlow {
			t.Errorf("left: %v", left)
		}
		untilEnd(t, frozen, rooms.Slow)
	})
}

// While many say as much as they may, somebody who has said nothing for a while
// has their long message through within moments.
func TestOneLongMessageAmongMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
		slow := &line{person: enter(t, h, rooms.Visitor{}), rate: mbit}
		honest := enter(t, h, rooms.Visitor{})
		text := strings.Repeat("x", rooms.MaxTextBytes)
		var working sync.WaitGroup
		working.Go(slow.read)
		until := time.Now().Add(10 * time.Second)
		for range 64 {
			p := enter(t, h, rooms.Visitor{})
			working.Go(func() {
				for time.Now().Before(until) {
					if p.Do(t.Context(), rooms.Say{Text: text}) != nil {
						return
					}
					p.take()
					time.Sleep(10 * time.Millisecond)
				}
				p.do(rooms.Leave{})
			})
		}
		var began time.Time
		took := time.Hour
		for ; time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
			honest.take()
			if time.Until(until) > 5*time.Second || took < time.Hour || honest.SayWait() > 0 {
				continue
			}
			if began.IsZero() {
				began = time.Now()
			}
			honest.do(rooms.Say{ID: "long", Text: text})
			events := honest.take()
			if slices.ContainsFunc(events, func(e rooms.Event) bool { s, ok := e.(*rooms.Said); return ok && s.ID == "long" }) {
				took = time.Since(began)
			} else if want[*rooms.Refused](t, events); honest.SayWait() <= 0 {
				t.Fatal("refused, and need not wait")
			}
		}
		if took > time.Second {
			t.Errorf("a long message got through after %v", took)
		}
		slow.do(rooms.Leave{})
		working.Wait()
	})
}

// Somebody who comes and goes as fast as they can ends nobody either, and nobody
// else waits for long to come in.
func TestComingAndGoingEndsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
		slow := &line{person: enter(t, h, rooms.Visitor{Resumable: true}), rate: mbit}
		var working sync.WaitGroup
		working.Go(slow.read)
		until := time.Now().Add(10 * time.Second)
		visits := 0
		var mu sync.Mutex
		for range 48 {
			working.Go(func() {
				for time.Now().Before(until) {
					seat, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"})
					if err != nil {
						t.Error(err)
						return
					}
					_ = seat.Close()
					time.Sleep(10 * time.Millisecond) // 4,800 visits a second, if they were let in
					mu.Lock()
					visits++
					mu.Unlock()
				}
			})
		}
		for time.Now().Before(until) {
			began := time.Now()
			honest := enter(t, h, rooms.Visitor{})
			if took := time.Since(began); took > rooms.ArrivePatience {
				t.Errorf("a newcomer came in after %v", took)
			}
			honest.do(rooms.Say{Text: words(0)})
			honest.do(rooms.Leave{})
			time.Sleep(time.Second)
		}
		slow.do(rooms.Leave{})
		working.Wait()
		t.Logf("%d visits; %d words heard, at most %v late", visits, slow.heard, slow.worst)
		if !errors.Is(slow.ended, io.EOF) || slow.heard < 9 || slow.worst > 2*time.Second {
			t.Errorf("heard %d words, at most %v late, and ended: %v", slow.heard, slow.worst, slow.ended)
		}
	})
}
