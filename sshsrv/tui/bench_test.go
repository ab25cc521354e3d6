package tui

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/run"
)

// BenchmarkDelivery is a message on its way to a hundred screens of one room whose two
// people talk without a pause: from the event to the bytes, an op per screen.
func BenchmarkDelivery(b *testing.B) {
	const sessions = 100
	for _, size := range sizes[1:] {
		b.Run(fmt.Sprintf("%dx%d", size.width, size.height), func(b *testing.B) {
			screens := make([]*sitting, sessions)
			painters := make([]paint.Painter, sessions)
			for i := range screens {
				screens[i] = inRoom(b, size.width, size.height, colorprofile.ANSI256, lynx, heron)
			}
			var out []byte
			bytes := 0
			people := []rooms.Person{lynx.Person(), heron.Person()}
			b.ReportAllocs()
			for n := 0; b.Loop(); n += sessions {
				said := &rooms.Said{Seq: uint64(n), At: start, From: people[n/sessions%2], Text: "mmmm mmmmm mmmmmmm mm mmmmmmm mmmmm mmmmmmm mm mmmm mmmmm mmm"}
				events := run.EventsMsg{Events: []rooms.Event{said}}
				for i, s := range screens {
					s.Update(events)
					out = painters[i].Append(out[:0], s.Frame(), paint.Size{Width: size.width, Height: size.height})
					bytes += len(out)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/sessions, "ns/delivery")
			b.ReportMetric(float64(bytes)/float64(b.N)/sessions, "bytes/delivery")
		})
	}
}

// BenchmarkMemory is what a screen keeps alive in a room of five hundred whose
// members have all said something.
func BenchmarkMemory(b *testing.B) {
	for _, size := range sizes[1:] {
		b.Run(fmt.Sprintf("%dx%d", size.width, size.height), func(b *testing.B) {
			for b.Loop() {
				const sessions = 500
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				screens := make([]*Screen, sessions)
				for i := range screens {
					s := New(b.Context(), Config{})
					s.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI256})
					s.Update(tea.WindowSizeMsg{Width: size.width, Height: size.height})
					s.Update(run.SeatMsg{Seat: &fakeSeat{}})
					members := make([]rooms.Member, i+1)
					for j := range members {
						members[j] = rooms.Member{ID: fmt.Sprint(j), Nick: fmt.Sprint("guest-", j), Via: rooms.ViaSSH}
					}
					s.Update(run.EventsMsg{Events: []rooms.Event{&rooms.Welcome{Room: "tea", You: members[i], Members: members}}})
					joined := &rooms.Joined{Member: members[i]}
					for _, other := range screens[:i] {
						other.Update(run.EventsMsg{Events: []rooms.Event{joined}})
					}
					screens[i] = s
				}
				for i := range 50 {
					said := &rooms.Said{Seq: uint64(i), At: start, From: rooms.Person{ID: fmt.Sprint(i), Nick: fmt.Sprint("guest-", i)}, Text: "mmmm mmmmm mmmmmmm mm mmmmmmm mmmmm mmmmmmm mm mmmm mmmmm mmm"}
					for _, s := range screens {
						s.Update(run.EventsMsg{Events: []rooms.Event{said}})
						s.Frame()
					}
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/sessions, "bytes/screen")
				runtime.KeepAlive(screens)
			}
		})
	}
}

// BenchmarkReaction is a reaction on its way to a hundred screens that show its message,
// from the event to the bytes, an op per screen: to one of five hundred people who all
// react.
func BenchmarkReaction(b *testing.B) {
	const sessions = 100
	screens := make([]*sitting, sessions)
	painters := make([]paint.Painter, sessions)
	said := &rooms.Said{Seq: 1, At: start, From: lynx.Person(), Text: "mmmm mmmmm mmmmmmm mm mmmmmmm"}
	for i := range screens {
		screens[i] = inRoom(b, 80, 24, colorprofile.ANSI256, lynx, heron)
		screens[i].happens(said)
	}
	var out []byte
	b.ReportAllocs()
	seq := uint64(1)
	for n := 0; b.Loop(); n++ {
		seq++
		events := run.EventsMsg{Events: []rooms.Event{&rooms.Reacted{Seq: seq, From: rooms.Person{ID: fmt.Sprint("member-", n%500), Nick: "guest"}, Re: 1, Emoji: "👍", On: n/500%2 == 0}}}
		for i, s := range screens {
			s.Update(events)
			out = painters[i].Append(out[:0], s.Frame(), paint.Size{Width: 80, Height: 24})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/sessions, "ns/delivery")
}

// BenchmarkScroll goes through ten thousand messages, as far as they are kept, page by page
// to the top and back, with and without reactions on a tenth of them: an op per page.
func BenchmarkScroll(b *testing.B) {
	for _, reacted := range []bool{false, true} {
		b.Run(fmt.Sprintf("reactions=%v", reacted), func(b *testing.B) {
			s := inRoom(b, 120, 40, colorprofile.ANSI256, lynx, heron)
			for i := range 10_000 {
				s.passes(2 * time.Second)
				seq := s.says([]rooms.Member{lynx, heron}[i%2], "mmmm mmmmm mmmmmmm mm mmmmmmm mmmmm mmmmmmm mm mmmm mmmmm mmm")
				for j := 0; reacted && i%10 == 0 && j < 20; j++ {
					s.reacts(rooms.Member{ID: fmt.Sprint(j), Nick: "guest"}, seq, []string{"👍", "🎉", "😂", "🚀"}[j%4])
				}
			}
			s.Frame()
			var worst time.Duration
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				key := keys["pgup"]
				if n/60%2 == 1 {
					key = keys["pgdown"]
				}
				began := time.Now()
				s.Update(key)
				s.Frame()
				worst = max(worst, time.Since(began))
			}
			b.ReportMetric(float64(worst.Microseconds()), "µs/worst-page")
		})
	}
}

// BenchmarkLine is a line that a person types and sends: its keys in one piece, as a
// pipe into a terminal brings them, the room's answer, and the two frames.
func BenchmarkLine(b *testing.B) {
	s := inRoom(b, 80, 24, colorprofile.ANSI256, lynx, heron)
	var painter paint.Painter
	var out []byte
	text := "mmmm mmmmm mmmmmmm mm mmmmmmm mmmmm mmmmmmm mm mmmm mmmmm mmm"
	b.ReportAllocs()
	for n := uint64(1); b.Loop(); n++ {
		s.passes(time.Second)
		s.Update(tea.KeyPressMsg{Code: tea.KeyExtended, Text: text})
		s.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		out = painter.Append(out[:0], s.Frame(), paint.Size{Width: 80, Height: 24})
		said := &rooms.Said{Seq: n, At: s.now, From: you.Person(), Text: text, ID: s.composing.outgoing.id}
		s.Update(run.EventsMsg{Events: []rooms.Event{said}})
		out = painter.Append(out[:0], s.Frame(), paint.Size{Width: 80, Height: 24})
		s.seat.ops = s.seat.ops[:0]
	}
}

// BenchmarkTalk is a message to ten screens of a room in which ten people talk in turn, so
// that nothing is folded and every message has its name.
func BenchmarkTalk(b *testing.B) {
	const sessions = 10
	members := make([]rooms.Member, sessions)
	for i := range members {
		members[i] = rooms.Member{ID: fmt.Sprint("1", i), Nick: fmt.Sprintf("calm-lynx-%d", i), Via: rooms.ViaSSH}
	}
	screens := make([]*sitting, sessions)
	painters := make([]paint.Painter, sessions)
	for i := range screens {
		screens[i] = inRoom(b, 80, 24, colorprofile.ANSI256, members...)
	}
	var out []byte
	bytes := 0
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		said := &rooms.Said{Seq: uint64(n), At: start.Add(time.Duration(n) * 100 * time.Millisecond), From: members[n%10].Person(), Text: fmt.Sprintf("mmmm mmmmm mmmmmmm mm mmmmmmm mmmmm mmmmmmm mm mmmm %d", n)}
		events := run.EventsMsg{Events: []rooms.Event{said}}
		for i, s := range screens {
			s.now = said.At
			s.Update(events)
			out = painters[i].Append(out[:0], s.Frame(), paint.Size{Width: 80, Height: 24})
			bytes += len(out)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/sessions, "ns/delivery")
	b.ReportMetric(float64(bytes)/float64(b.N)/sessions, "bytes/delivery")
}
