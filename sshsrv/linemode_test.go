package sshsrv

import (
	"fmt"
	"strings"
	"testing"

	"sotto/rooms"
)

func TestPipe(t *testing.T) {
	h := open(t)
	listener := h.run("lobby --listen --nick ear")
	listener.hears("you are ear in lobby; nobody else is here")
	speaker := h.run("lobby --nick mouth")
	speaker.says("a", "b")
	speaker.in.Close()
	out := strings.Join(speaker.rest(), "\n")
	if want := "-- you are mouth in lobby, with ear\n<mouth> a\n<mouth> b"; out != want {
		t.Errorf("output %q, want %q", out, want)
	}
	speaker.ends(0, "")
	for _, want := range []string{"-- mouth is here", "<mouth> a", "<mouth> b", "-- mouth left"} {
		if got := listener.line(); got != want {
			t.Errorf("the listener hears %q, want %q", got, want)
		}
	}
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
