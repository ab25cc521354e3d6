package sshsrv

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
)

// TestTwoRooms enters two rooms at once, and says something in each.
func TestTwoRooms(t *testing.T) {
	h := build(t)
	h.server.screen = fullScreen
	h.serve()
	den, ops := h.run("den --listen"), h.run("ops --listen")
	den.hears("you are")
	ops.hears("you are")
	g := session(t, h.dial())
	g.terminal("xterm-256color", 80, 24)
	g.start("den,ops --nick zoe")
	den.hears("zoe is here")
	ops.hears("zoe is here")
	shown := &logBook{}
	go func() { _, _ = io.Copy(shown, g.out) }()
	until(t, func() bool { return strings.Contains(ansi.Strip(shown.String()), "You are zoe here") })
	g.typed("hello den\r")
	den.hears("<zoe> hello den")
	g.typed("\x1b2hello ops\r")
	ops.hears("<zoe> hello ops")
	g.typed("/leave\r")
	ops.hears("zoe left")
	g.typed("still here\r")
	den.hears("<zoe> still here")
	g.typed("/quit\r")
	den.hears("zoe left")
	if err := g.session.Wait(); exitStatus(err) != exitClean {
		t.Errorf("the session ended by %v", err)
	}
}

// TestOneRoomInLines refuses several where there are lines, and says what to do instead.
func TestOneRoomInLines(t *testing.T) {
	h := open(t)
	h.run("den,ops").ends(exitUsage, errOneLine.Error())
	h.run("den,ops --json").ends(exitUsage, errOneLine.Error())
	h.linear("den,ops --plain", "xterm").ends(exitUsage, errOneLine.Error())
	h.linear("den,ops", "dumb").ends(exitUsage, errOneLine.Error())
}

// TestSeatsOfAConnection: the screens of one connection are in so many rooms and no more;
// who leaves one may be in another.
func TestSeatsOfAConnection(t *testing.T) {
	hub := rooms.NewHub(rooms.Config{})
	defer hub.Close()
	c := &conn{}
	enter := func(room string) (rooms.Participant, error) {
		return c.seated(func() (*rooms.Seat, error) {
			return hub.Join(t.Context(), rooms.Visitor{Room: room, Via: rooms.ViaSSH})
		})
	}
	var seats []rooms.Participant
	for i := range MaxSeats {
		seat, err := enter(fmt.Sprint("room-", i))
		if err != nil {
			t.Fatal(err)
		}
		seats = append(seats, seat)
	}
	if _, err := enter("one-more"); !errors.Is(err, errSeats) {
		t.Errorf("one more: %v", err)
	}
	_ = seats[0].Close()
	_ = seats[0].Close()
	if _, err := enter("no room's name"); err == nil || errors.Is(err, errSeats) {
		t.Errorf("after one was closed: %v", err)
	}
	seat, err := enter("another")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := enter("one-more"); !errors.Is(err, errSeats) {
		t.Errorf("one more again: %v", err)
	}
	for _, s := range append(seats[1:], seat) {
		_ = s.Close()
	}
}
