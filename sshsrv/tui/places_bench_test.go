package tui

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/run"
)

// painted is a window of several rooms with a painter, as the runtime has one.
type painted struct {
	*sitting
	painter paint.Painter
	out     []byte
	seq     uint64
	written int // bytes to the terminal
	frames  int
}

func newPainted(t testing.TB, n int) *painted {
	s := inRoom(t, 120, 40, colorprofile.ANSI256, lynx, heron)
	for i := range n - 1 {
		s.joins(fmt.Sprint("den-", i), lynx, heron)
	}
	return &painted{sitting: s}
}

// message is one that a room has made for everybody in it.
func (p *painted) message(seq uint64) []rooms.Event {
	from := []rooms.Person{lynx.Person(), heron.Person()}[seq/2%2]
	return []rooms.Event{&rooms.Said{Seq: seq, At: start, From: from, Text: "mmmm mmmmm mmmmmmm mm mmmmmmm mmmmm mmmmmmm mm mmmm mmmmm mmm"}}
}

// delivers delivers a message to a room, and paints if anything shown has changed.
func (p *painted) delivers(to *place) {
	p.seq++
	p.Update(run.EventsMsg{At: to, Events: p.message(p.seq)})
	p.paints()
}

func (p *painted) paints() {
	if p.Stale() {
		p.out = p.painter.Append(p.out[:0], p.Frame(), paint.Size{Width: 120, Height: 40})
		p.written += len(p.out)
		p.frames++
	}
}

// linePer is how many messages behind the front come to one line of rooms, where ten a
// second come in all of them together.
const linePer = 10

// behind delivers a message behind the front, and draws the line of rooms now and then.
func (p *painted) behind(to *place) {
	p.delivers(to)
	if p.seq%linePer == 0 {
		p.Update(lineMsg{})
		p.paints()
	}
}

// BenchmarkSeveralRooms is a message on its way to a window of eight rooms: to the one in
// front, from the event to the bytes, and to those behind it, with their part of the line
// of rooms.
func BenchmarkSeveralRooms(b *testing.B) {
	b.Run("front", func(b *testing.B) {
		p := newPainted(b, maxPlaces)
		b.ReportAllocs()
		for b.Loop() {
			p.delivers(p.front)
		}
	})
	b.Run("behind", func(b *testing.B) {
		p := newPainted(b, maxPlaces)
		b.ReportAllocs()
		for b.Loop() {
			p.behind(p.places[p.seq%(maxPlaces-1)])
		}
	})
}

// BenchmarkWindowMemory is what a window keeps alive with one room and with eight, after
// so many lines in each, the last of which are an evening's: more than it keeps.
func BenchmarkWindowMemory(b *testing.B) {
	for _, lines := range []int{20, 200, 3000} {
		for _, n := range []int{1, maxPlaces} {
			b.Run(fmt.Sprintf("rooms=%d/lines=%d", n, lines), func(b *testing.B) {
				for b.Loop() {
					b.ReportMetric(float64(windowMemory(b, n, lines, 20)), "bytes/window")
				}
			})
		}
	}
}

// windowMemory is what a window of n rooms keeps alive after so many lines in each. What
// was said is kept by others too, as in a server.
func windowMemory(t testing.TB, n, lines, windows int) int {
	said := make([][]*rooms.Said, n)
	for i := range said {
		for seq := range lines {
			said[i] = append(said[i], &rooms.Said{Seq: uint64(seq + 1), At: start.Add(time.Duration(seq) * time.Second), From: lynx.Person(), Text: fmt.Sprint(seq, strings.Repeat(" words", 10))})
		}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	all := make([]*painted, windows)
	for i := range all {
		p := newPainted(t, n)
		for seq := range lines {
			for j, to := range p.places {
				p.Update(run.EventsMsg{At: to, Events: []rooms.Event{said[j][seq]}})
			}
			p.paints()
		}
		p.msgs, p.seat = nil, nil
		all[i] = p
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(all)
	runtime.KeepAlive(said)
	return int(after.HeapAlloc-before.HeapAlloc) / windows
}

// TestBehindCostsLittle: of what is drawn and written for a message in front, one behind
// it costs no more than three tenths, the line of rooms included.
func TestBehindCostsLittle(t *testing.T) {
	const messages = 600
	work := func(deliver func(p *painted)) (bytes, frames int) {
		p := newPainted(t, maxPlaces)
		deliver(p)
		p.written, p.frames = 0, 0
		for range messages {
			deliver(p)
		}
		return p.written, p.frames
	}
	front, drawn := work(func(p *painted) { p.delivers(p.front) })
	behind, redrawn := work(func(p *painted) { p.behind(p.places[p.seq%(maxPlaces-1)]) })
	t.Logf("%d bytes in front, %d behind", front/messages, behind/messages)
	if float64(behind) > 0.3*float64(front) || float64(redrawn) > 0.3*float64(drawn) {
		t.Errorf("%d messages behind are %d bytes to the terminal in %d frames, in front %d in %d", messages, behind, redrawn, front, drawn)
	}
}
