package sshsrv

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

func TestPipe(t *testing.T) {
	h := open(t)
	listener := h.run("lobby --listen --nick ear")
	listener.hears("you are ear in the open room lobby; nobody else is here")
	speaker := h.run("lobby --nick mouth")
	speaker.says("a", "b")
	speaker.in.Close()
	out := strings.Join(speaker.rest(), "\n")
	if want := "-- you are mouth in the open room lobby, with ear\n<mouth> a\n<mouth> b"; out != want {
		t.Errorf("output %q, want %q", out, want)
	}
	speaker.ends(0, "")
	for _, want := range []string{"-- mouth is here", "<mouth> a", "<mouth> b", "-- mouth left"} {
		if got := listener.line(); got != want {
			t.Errorf("the listener hears %q, want %q", got, want)
		}
	}
}

// Lines go out at the rate of the room: the burst one by one, the rest joined
// while they wait. Nobody can write another's line by it.
func TestLinesThatWaitAreJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		listener := h.run("lobby --listen")
		listener.hears("you are")
		speaker := h.run("lobby --nick mouth")
		for i := range 15 {
			speaker.says(fmt.Sprintf("%d", i))
		}
		speaker.says("", "<bob> I am bob")
		speaker.in.Close()
		speaker.ends(exitClean, "")
		listener.hears("mouth is here")
		for i := range 10 {
			if got, want := listener.line(), fmt.Sprintf("<mouth> %d", i); got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		}
		for _, want := range []string{"<mouth> 10", "  11", "  12", "  13", "  14", "  ", "  <bob> I am bob", "-- mouth left"} {
			if got := listener.line(); got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		}
	})
}

// A program that writes slowly may be a hand: what is a command for all that can be
// told is not said, and its exit code tells.
func TestSlowProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		listener := h.run("lobby --listen")
		listener.hears("you are")
		speaker := h.run("lobby --nick mouth")
		listener.hears("mouth is here")
		for _, line := range []string{"/home 95% full", "/me too", "/tmp full"} {
			time.Sleep(3 * time.Second)
			speaker.says(line)
		}
		speaker.in.Close()
		speaker.ends(exitEnded, "A line was not said")
		for _, want := range []string{"<mouth> /home 95% full", "<mouth> /tmp full", "-- mouth left"} {
			if got := listener.line(); got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		}
	})
}

// While enough waits for one message, nothing is read: whoever pipes a file is
// slowed down, and not buffered.
func TestBackPressureOnInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		speaker := h.run("lobby")
		sent := make(chan int, 1)
		go func() {
			n := 0
			line := strings.Repeat("x", 99) + "\n"
			for range 60_000 { // 6 MB; a channel's window is 2 MB
				k, err := io.WriteString(speaker.in, line)
				n += k
				if err != nil {
					break
				}
			}
			sent <- n
		}()
		time.Sleep(time.Minute) // 130 messages
		select {
		case n := <-sent:
			t.Errorf("%d bytes were taken at once", n)
		default:
		}
		_ = speaker.session.Close()
		<-sent
	})
}

// A client that vanishes leaves, at once and as lost; one that pipes nothing
// comes and goes.
func TestPipeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		witness := h.run("lobby --listen --nick eye")
		witness.hears("you are eye")

		client := h.dial()
		g := session(t, client)
		g.start("lobby --nick ghost")
		witness.hears("-- ghost is here")
		_ = client.Close()
		witness.hears("-- ghost lost the connection")

		silent := h.run("lobby --nick hush")
		silent.in.Close()
		silent.ends(exitClean, "")
		witness.hears("-- hush left")

		taken := h.run("lobby --nick eye")
		taken.hears("-- That name, or one that looks like it, is taken in this room. You were given another.")
		witness.in.Close() // with --listen that ends nothing
		taken.says("hello")
		witness.hears("> hello")
	})
}

func TestRoomFull(t *testing.T) {
	h := open(t, func(c *Config) { c.Hub = rooms.NewHub(rooms.Config{RoomSize: 1}) })
	h.run("lobby --listen").hears("you are")
	h.run("lobby").ends(exitEnded, "This room is full.")
	g := h.run("lobby --json")
	if got := g.line(); !strings.Contains(got, `"code":"room_full"`) {
		t.Errorf("a program is told %s", got)
	}
	g.ends(exitEnded, "This room is full.")
}

func TestTwoThousandLines(t *testing.T) {
	h := open(t, func(c *Config) { c.Hub = rooms.NewHub(rooms.Config{SayRate: 100}) })
	listener := h.run("lobby --listen")
	listener.hears("you are")
	speaker := h.run("lobby --nick mouth")
	go func() {
		for i := range 2000 {
			fmt.Fprintf(speaker.in, "line %d\n", i)
		}
		speaker.in.Close()
	}()
	speaker.ends(0, "")
	listener.hears("mouth is here")
	for i := range 2000 {
		got := strings.TrimPrefix(strings.TrimPrefix(listener.line(), "<mouth> "), "  ")
		if want := fmt.Sprintf("line %d", i); got != want {
			t.Fatalf("heard %q, want %q", got, want)
		}
	}
}

// Who watches by a pipe gets the lines, says none of what is piped in, and goes when the
// client does; by frames likewise.
func TestWatchingByLines(t *testing.T) {
	h := open(t)
	host := h.run("lobby --nick anna --listen")
	host.hears("you are anna in the open room lobby")
	pipe := h.run("lobby --watch")
	pipe.says("boo", "boo")
	pipe.hears("you watch the open room lobby, with anna")
	pipe.hears("1 watches: who watches reads, and says nothing")
	frames := h.run("lobby --json --watch")
	frames.says(`{"t":"say","text":"boo","id":"1"}`)
	frames.hears(`"watch":true`)
	frames.hears(`"code":"not_allowed"`)
	_, _ = pipe.in.Close(), frames.in.Close()
	for range 2 {
		if got := host.line(); got != "-- somebody watches now" {
			t.Errorf("the host hears %q", got)
		}
	}
	host.says("hello, walls")
	host.hears("<anna> hello, walls") // and nothing was said before
	pipe.hears("<anna> hello, walls")
	frames.hears("hello, walls")
	until(t, func() bool {
		return strings.Contains(pipe.err.String(), "You are watching: who watches reads, and says nothing. Nothing that is piped in goes anywhere.\n")
	})
}
