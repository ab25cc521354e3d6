package line

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

// What somebody types is said by accident in no mode: the browser's page plays this
// too.
func TestNothingIsSaidByAccident(t *testing.T) {
	var script struct {
		Note  string
		Lines []struct {
			Line string
			Said bool
		}
	}
	behaviour.Read(t, "accident", &script)
	type door struct {
		types func(line string)
		heard func() []string
	}
	check := func(t *testing.T, d door) {
		for _, l := range script.Lines {
			d.types(l.Line)
			time.Sleep(time.Minute)
			synctest.Wait()
			var said []string
			for _, text := range d.heard() {
				if !strings.HasPrefix(text, "whispered ") {
					said = append(said, text)
				}
			}
			if len(said) > 0 != l.Said {
				t.Errorf("of %q the room hears %q", l.Line, said)
			}
		}
	}
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		p.guest("pia")
		bob := p.guest("bob")
		check(t, door{func(line string) { p.types(line + "\r") }, func() []string { return texts(bob) }})
	})
	for name, is := range map[string]Hand{"known to be a hand": Always, "seen to be one": Perhaps} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := pipeInto(t, is, "pia")
				check(t, door{func(line string) { p.keys <- []byte(line + "\n") }, func() []string { return texts(p.bob) }})
				close(p.keys)
				if err := <-p.over; err == nil || !strings.Contains(err.Error(), "begin like commands") {
					t.Errorf("at the end is told: %v", err)
				}
			})
		})
	}
}

// Whom a slip at the slash would name is who is here then.
func TestSlipsAreOfWhoIsHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pipeInto(t, Perhaps)
		carol, err := p.hub.Join(t.Context(), rooms.Visitor{Room: "lobby", Nick: "carol", Via: rooms.ViaWeb})
		if err != nil {
			t.Fatal(err)
		}
		says := func(line string, want bool) {
			t.Helper()
			p.keys <- []byte(line + "\n")
			time.Sleep(time.Minute)
			synctest.Wait()
			if got := texts(p.bob); len(got) > 0 != want {
				t.Errorf("of %q the room hears %q", line, got)
			}
		}
		says("!msg carol x", false)
		if err := carol.Do(t.Context(), rooms.Rename{Nick: "dora"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		says("!msg carol x", true)
		says("!msg dora x", false)
		if err := carol.Do(t.Context(), rooms.Leave{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		says("!msg dora x", true)
		close(p.keys)
		<-p.over
	})
}

// inPipe is somebody in line mode who has been silent for long enough to be told where
// they are.
type inPipe struct {
	piped
	hub  *rooms.Hub
	bob  *rooms.Seat
	over chan error
}

// pipeInto must run inside a bubble.
func pipeInto(t *testing.T, is Hand, others ...string) *inPipe {
	t.Helper()
	p := &inPipe{hub: rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate}), over: make(chan error, 1)}
	p.keys = make(chan []byte)
	join := func(ctx context.Context, nick string) *rooms.Seat {
		seat, err := p.hub.Join(ctx, rooms.Visitor{Room: "lobby", Nick: nick, Via: rooms.ViaPipe})
		if err != nil {
			t.Fatal(err)
		}
		return seat
	}
	p.bob = join(t.Context(), "bob")
	for _, nick := range others {
		join(t.Context(), nick)
	}
	v := Visit{
		Room: "lobby", Nick: "zoe", In: p, Out: stream{&p.piped, &p.out}, Err: stream{&p.piped, &p.err}, Hand: is,
		Enter:  func(ctx context.Context, _, nick string) (Seat, error) { return join(ctx, nick), nil },
		Invite: func(string, string) rooms.Invitation { return rooms.Invitation{SSH: "ssh -t chat.example lobby"} },
	}
	go func() { p.over <- v.Pipe(t.Context(), false) }()
	time.Sleep(2 * introduceAfter)
	return p
}
