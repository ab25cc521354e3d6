//go:build linux

package voice

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

// listener is a browser that says and measures the time.
type listener struct {
	*browser
	mu     sync.Mutex
	delays map[int]time.Duration // by what was said
}

var benchBegan = time.Now()

func newListener(b *testing.B) *listener {
	l := &listener{browser: &browser{t: b, heard: map[string]int{}, up: make(chan struct{}, 1)}, delays: make(map[int]time.Duration)}
	l.gets = func(p *rtp.Packet) {
		if len(p.Payload) != benchPayload {
			return
		}
		d := time.Since(benchBegan) - time.Duration(binary.BigEndian.Uint64(p.Payload))
		l.mu.Lock()
		l.delays[int(binary.BigEndian.Uint64(p.Payload[8:]))] = d
		l.mu.Unlock()
	}
	l.prepare(byUDP)
	return l
}

// sayTime says what time it is, as the n-th that is said.
func (l *listener) sayTime(n int) {
	l.next++
	p := &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: l.next, Timestamp: uint32(l.next) * 960}, Payload: make([]byte, benchPayload)}
	binary.BigEndian.PutUint64(p.Payload, uint64(time.Since(benchBegan)))
	binary.BigEndian.PutUint64(p.Payload[8:], uint64(n))
	_ = l.mic.WriteRTP(p)
}

func (l *listener) take() map[int]time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	delays := l.delays
	l.delays = make(map[int]time.Duration)
	return delays
}

// accept takes a server's answer, and waits for the connection.
func (l *listener) accept(answer string) {
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		l.t.Fatal(err)
	}
	<-l.up
}

// direct connects to another, without a server.
func (l *listener) direct(to *listener) {
	gathered := webrtc.GatheringCompletePromise(l.pc)
	l.offer()
	<-gathered
	if err := to.pc.SetRemoteDescription(*l.pc.LocalDescription()); err != nil {
		l.t.Fatal(err)
	}
	answer, err := to.pc.CreateAnswer(nil)
	if err != nil {
		l.t.Fatal(err)
	}
	gathered = webrtc.GatheringCompletePromise(to.pc)
	if err := to.pc.SetLocalDescription(answer); err != nil {
		l.t.Fatal(err)
	}
	<-gathered
	l.accept(to.pc.LocalDescription().SDP)
	<-to.up
}

func (l *listener) close() { _ = l.pc.GracefulClose() }

// guest is somebody in a room by the web's door.
type guest struct {
	*listener
	seat    *client.Seat
	answers chan string

	reading sync.WaitGroup
	mu      sync.Mutex
	lines   delays // how long others' lines took
	marks   int    // how often somebody's mark changed
}

func newGuest(b *testing.B, connect func(context.Context) (client.Conn, error)) *guest {
	g := &guest{listener: newListener(b), answers: make(chan string, 1)}
	var err error
	if g.seat, err = client.Dial(b.Context(), client.Options{Connect: connect, Join: func() wire.Join { return wire.Join{Room: "den"} }}); err != nil {
		b.Fatal(err)
	}
	g.reading.Go(func() {
		for {
			events, err := g.seat.Next(context.Background())
			if err != nil {
				return
			}
			for _, e := range events {
				g.happens(e)
			}
		}
	})
	return g
}

func (g *guest) happens(e rooms.Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch e := e.(type) {
	case *rooms.Said:
		if at, err := strconv.ParseInt(e.Text, 10, 64); err == nil && e.ID == "" {
			g.lines = append(g.lines, time.Since(benchBegan)-time.Duration(at))
		}
	case *rooms.VoiceNow:
		g.marks++
	case *rooms.VoiceAnswered:
		if e.ID == "offer" {
			g.answers <- e.Answer
		}
	case *rooms.Refused:
		g.t.Errorf("refused: %v", e.Err)
	}
}

func (g *guest) takeLines() (lines delays, marks int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	lines, marks = g.lines, g.marks
	g.lines, g.marks = nil, 0
	return lines, marks
}

func (g *guest) do(op rooms.Op) {
	if err := g.seat.Do(context.Background(), op); err != nil {
		g.t.Error(err)
	}
}

func (g *guest) leave() {
	g.seat.Close()
	g.reading.Wait()
	g.close()
}

// room is what was measured of a room with voice.
type room struct {
	figures
	quiet, spoken delays // lines of text of a room in another server's, without voice, and of this one
}

// benchRoom has people come into a room.
func benchRoom(b *testing.B, server served) (all []*guest) {
	connect, err := client.WebSocket(server.next(b), &http.Client{Transport: &http.Transport{DisableKeepAlives: true}})
	if err != nil {
		b.Fatal(err)
	}
	for range benchPeople {
		all = append(all, newGuest(b, connect))
	}
	return all
}

func measureSotto(b *testing.B) (f room) {
	server, end := serve(b, "sotto")
	defer end()
	guests := benchRoom(b, server)
	empty := resident(b, server.Process.Pid) // with people in the room who do not talk
	var people []*listener
	for _, g := range guests {
		defer g.leave()
		muted := false
		g.do(rooms.AskVoice{ID: "offer", On: true, Offer: g.offer(), Muted: &muted})
		g.accept(<-g.answers)
		people = append(people, g.listener)
	}
	f.figures = measure(b, server, empty, people, benchSpeakers*(benchPeople-1)) // nobody hears themselves

	other, endOther := serve(b, "sotto")
	defer endOther()
	silent := benchRoom(b, other)
	for _, g := range silent {
		defer g.leave()
	}
	over := make(chan struct{})
	var speaking sync.WaitGroup
	speaking.Go(func() {
		ticks := time.NewTicker(20 * time.Millisecond / benchSpeakers)
		defer ticks.Stop()
		for n := 1 << 30; ; n++ {
			select {
			case <-ticks.C:
			case <-over:
				return
			}
			people[n%benchSpeakers].sayTime(n)
			if n%(5*benchSpeakers) == 0 { // and each 100 ms one of the others mutes themselves, or no more
				turn := n / (5 * benchSpeakers)
				muted := turn/(benchPeople-benchSpeakers)%2 == 0
				guests[benchSpeakers+turn%(benchPeople-benchSpeakers)].do(rooms.AskVoice{On: true, Muted: &muted})
			}
		}
	})
	chat(4*benchFor, guests, silent)
	close(over)
	speaking.Wait()
	for _, g := range guests {
		lines, marks := g.takeLines()
		if f.spoken = append(f.spoken, lines...); marks == 0 {
			b.Error("no marks came")
		}
	}
	for _, g := range silent {
		lines, _ := g.takeLines()
		f.quiet = append(f.quiet, lines...)
	}
	return f
}

// chat has the people of some rooms say a line in turn, twenty a second in all.
func chat(lasts time.Duration, all ...[]*guest) {
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	for n := range int(lasts / (50 * time.Millisecond)) {
		<-ticks.C
		people := all[n%len(all)]
		people[n/len(all)%len(people)].do(rooms.Say{ID: fmt.Sprint("line", n), Text: fmt.Sprint(int64(time.Since(benchBegan)))})
	}
	<-time.After(time.Second) // what takes longer is not counted
}
