package sshsrv

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// shut is a member of a room whose door a flood has closed.
func (h *house) shut(room string) *rooms.Seat {
	h.t.Helper()
	join := func() *rooms.Seat {
		seat, err := h.hub.Join(context.Background(), rooms.Visitor{Room: room})
		if err != nil {
			h.t.Fatal(err)
		}
		return seat
	}
	seat := join()
	_ = seat.Do(context.Background(), rooms.Say{Text: "hello"})
	time.Sleep(rooms.FloodWithin + time.Second)
	for range rooms.FloodSize + 1 {
		join().Close()
	}
	time.Sleep(rooms.FloodJudged)
	synctest.Wait()
	h.t.Cleanup(func() { seat.Close() })
	return seat
}

// knocking is the next knock that a seat is told of.
func knocking(t *testing.T, seat *rooms.Seat) *rooms.Knocking {
	t.Helper()
	for {
		events, err := seat.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if k, ok := e.(*rooms.Knocking); ok {
				return k
			}
		}
	}
}

// Frames over ssh knock as they do over a WebSocket.
func TestSubsystemKnocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		inside := h.shut("lobby")
		g := h.subsystem()
		g.says(`{"t":"join","room":"lobby"}`)
		if r := event[*rooms.Refused](g); r.Err.Code != rooms.AtTheDoor {
			t.Errorf("a join: %+v", r)
		}
		g.says(`{"t":"knock","room":"lobby","nick":"mia","text":"me"}`)
		if w := g.frame().Waiting; w == nil || w.Room != "lobby" || w.Ahead != 0 {
			t.Fatalf("waits as %+v", w)
		}
		time.Sleep(time.Minute)
		g.says(`{"t":"say","text":"hello?","id":"1"}`)
		if r := event[*rooms.Refused](g); r.Err.Code != rooms.NotAllowed || r.ID != "1" {
			t.Errorf("speaking at the door: %+v", r)
		}
		k := knocking(t, inside)
		_ = inside.Do(t.Context(), rooms.Decide{Knock: k.Knock, In: true})
		if w := event[*rooms.Welcome](g); w.You.Nick != "mia" {
			t.Errorf("in comes %+v", w.You)
		}
		g.says(`{"t":"leave"}`)
		g.over()

		for name, away := range map[string]func(g *guest){
			"leave":   func(g *guest) { g.says(`{"t":"leave"}`) },
			"hang up": func(g *guest) { _ = g.in.Close() },
		} {
			g := h.subsystem()
			g.says(`{"t":"knock","room":"lobby"}`)
			g.frame()
			k := knocking(t, inside)
			away(g)
			g.over()
			synctest.Wait()
			if events, _ := inside.Take(); len(events) != 1 || events[0].(*rooms.Knocked).Knock != k.Knock {
				t.Errorf("%s: told of %v", name, events)
			}
		}
		late := h.subsystem()
		late.says(`{"t":"knock","room":"lobby"}`)
		late.frame()
		time.Sleep(rooms.KnockFor)
		if r := event[*rooms.Refused](late); r.Err.Code != rooms.AtTheDoor {
			t.Errorf("nobody decides: %+v", r)
		}
		if bye := late.frame().Bye; bye == nil || bye.Code != rooms.Timeout {
			t.Errorf("and then %+v", bye)
		}
		late.over()
	})
}

// A pipe and a program that are refused at the door are told so in a sentence.
func TestPipesAtTheDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		h.shut("lobby")
		h.run("lobby").ends(exitEnded, "Whoever is in this room decides who comes in, and a pipe can't knock. A person can: ssh ")
		h.run("lobby --json").ends(exitEnded, "Whoever is in this room decides who comes in.")
	})
}

// Whoever has an invitation comes in by each of the ways that a command line has, once.
func TestInvited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		boss := h.shut("lobby")
		invite := func() string {
			_ = boss.Do(t.Context(), rooms.Invite{Uses: 1})
			for {
				events, err := boss.Next(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					if i, ok := e.(*rooms.Invited); ok {
						return i.Token
					}
				}
			}
		}
		for _, flags := range []string{"", " --json"} {
			command := "lobby --invite " + invite() + flags
			g := h.run(command)
			_ = g.in.Close()
			g.ends(exitClean, "")
			h.run(command).ends(exitEnded, "That invitation is not good here")
		}
		token := invite()
		h.linear("lobby --invite "+token, "dumb")
		synctest.Wait()
		if events, _ := boss.Take(); !slices.ContainsFunc(events, func(e rooms.Event) bool {
			joined, ok := e.(*rooms.Joined)
			return ok && joined.Member.Via == rooms.ViaSSH
		}) {
			t.Errorf("nobody came in by --plain, but %v", events)
		}
		g := h.subsystem()
		g.says(`{"t":"join","room":"lobby","invite":"` + invite() + `"}`)
		event[*rooms.Welcome](g)
	})
}
