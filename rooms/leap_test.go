package rooms_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// leapts are the leaps among events.
func leapts(events []rooms.Event) (all []*rooms.Leapt) {
	for _, e := range events {
		if leapt, ok := e.(*rooms.Leapt); ok {
			all = append(all, leapt)
		}
	}
	return all
}

func TestLeap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		host, _ := found(t, h, rooms.Visitor{})
		mia, eve := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
		late := enter(t, h, rooms.Visitor{})
		for _, p := range []*person{host, mia, eve} {
			p.take()
		}
		leap := rooms.Leap{ID: "l", Room: "Fresh-Room", Key: "no server's", To: []string{mia.welcome.You.ID, host.welcome.You.ID, mia.welcome.You.ID, "gone"}}
		own := want[*rooms.Leapt](t, host.ask(leap))
		if own.ID != "l" || own.Room != "fresh-room" || own.WSeq != 1 || own.From != host.welcome.You.Person() || own.Key != "" || !own.At.Equal(time.Now()) {
			t.Errorf("the host's copy is %+v", own)
		}
		told := want[*rooms.Leapt](t, mia.take())
		if told.ID != "" || told.Room != "fresh-room" || told.WSeq != 1 || told.From != own.From || told.Key != "" {
			t.Errorf("mia is told %+v", told)
		}
		for _, p := range []*person{eve, late} {
			if events := p.take(); len(events) > 0 {
				t.Errorf("who is left behind is told%s", show(events))
			}
		}
	})
}

// TestLeapLeavesBehindWhoWatches: nobody can name them.
func TestLeapLeavesBehindWhoWatches(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	host, _ := found(t, h, rooms.Visitor{})
	mia, w := enter(t, h, rooms.Visitor{}), watcher(t, h, rooms.Visitor{})
	host.do(rooms.Leap{Room: "fresh", To: []string{w.welcome.You.ID, mia.welcome.You.ID}})
	if told, watching := leapts(mia.take()), leapts(w.take()); len(told) != 1 || len(watching) != 0 {
		t.Errorf("told are %v, and who watches %v", told, watching)
	}
}

func TestLeapIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		host, _ := found(t, h, rooms.Visitor{})
		mia := enter(t, h, rooms.Visitor{})
		to := []string{mia.welcome.You.ID}
		mia.refused(rooms.Leap{ID: "1", Room: "fresh", To: []string{host.welcome.You.ID}}, rooms.NotHost)
		host.take()
		for _, bad := range []struct {
			leap rooms.Leap
			code rooms.Code
		}{
			{rooms.Leap{Room: "not a room", To: to}, rooms.BadRoom},
			{rooms.Leap{Room: "", To: to}, rooms.BadRoom},
			{rooms.Leap{Room: "LOBBY", To: to}, rooms.NotAllowed},
			{rooms.Leap{Room: "00112233445566778899aabbccddeeff", To: to}, rooms.NotAllowed},
			{rooms.Leap{Room: "fresh", To: make([]string, rooms.MaxRoomSize+1)}, rooms.TooLong},
		} {
			host.refused(bad.leap, bad.code)
		}
		for _, nobody := range [][]string{nil, {host.welcome.You.ID}, {"nobody"}} {
			host.refused(rooms.Leap{ID: "2", Room: "fresh", To: nobody}, rooms.UnknownMember) // asked nobody, and costs nothing
		}
		want[*rooms.Leapt](t, host.ask(rooms.Leap{ID: "4", Room: "fresh", To: to}))
		host.refused(rooms.Leap{ID: "5", Room: "fresh", To: to}, rooms.RateLimited)
		if got := leapts(mia.take()); len(got) != 1 {
			t.Errorf("mia is told %d times", len(got))
		}

		sealed, _ := found(t, h, rooms.Visitor{Room: "00112233445566778899aabbccddeeff", Hello: "hello"})
		sealed.refused(rooms.Leap{ID: "6", Room: "fresh", Key: "k", To: to}, rooms.NotAllowed)
	})
}

// TestLeapReachesWhoIsAway: a leap waits for whoever lost their connection, like a whisper,
// once; where it found no room on their outbox it is among what a gap counts.
func TestLeapReachesWhoIsAway(t *testing.T) {
	for name, flood := range map[string]int{"with room": 0, "without": rooms.OutboxBytes/rooms.MaxTextBytes + 10} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{SayRate: 0})
				host, _ := found(t, h, rooms.Visitor{})
				away := enter(t, h, rooms.Visitor{Resumable: true})
				eve := enter(t, h, rooms.Visitor{Resumable: true})
				for _, p := range []*person{away, eve} {
					p.do(rooms.Ack{Seq: p.welcome.Seq})
					p.Close()
				}
				time.Sleep(2 * time.Second)
				for range flood {
					host.do(rooms.Say{Text: strings.Repeat("x", rooms.MaxTextBytes)})
					host.take()
				}
				want[*rooms.Leapt](t, host.ask(rooms.Leap{ID: "l", Room: "fresh", To: []string{away.welcome.You.ID}}))
				back := func(p *person) (got []*rooms.Leapt, missed uint64) {
					seat, err := h.Resume(t.Context(), p.welcome.Ticket, p.welcome.Seq, 0)
					if err != nil {
						t.Fatal(err)
					}
					p.Seat = seat
					events := p.take()
					for _, e := range events {
						if gap, ok := e.(*rooms.Gap); ok {
							missed += gap.Missed
						}
					}
					return leapts(events), missed
				}
				got, missed := back(away)
				others, othersMissed := back(eve)
				if len(others) > 0 {
					t.Error("who is left behind gets it when they come back")
				}
				switch {
				case flood == 0 && (len(got) != 1 || missed != 0 || got[0].WSeq != 1):
					t.Errorf("who comes back gets %d leaps and a gap of %d", len(got), missed)
				case flood > 0 && (len(got) != 0 || missed != othersMissed+1):
					t.Errorf("who missed much gets %d leaps and a gap of %d, others one of %d", len(got), missed, othersMissed)
				}
			})
		})
	}
}

// TestLeapReachesNobodyElse has hosts leap with whomever they like while people come, go
// and come back: whoever is not named never holds the room's name, by whatever way.
func TestLeapReachesNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		h := rooms.NewHub(rooms.Config{SayRate: 0})
		host, _ := found(t, h, rooms.Visitor{})
		var people []*person
		may := make(map[string][]string) // by member id, the rooms that they were told of
		reached := 0
		hear := func(p *person) {
			for _, leapt := range leapts(p.take()) {
				reached++
				if !slices.Contains(may[p.welcome.You.ID], string(leapt.Room)) {
					t.Fatalf("somebody learns of %s who was not named", leapt.Room)
				}
			}
		}
		for n := range 300 {
			time.Sleep(rooms.LeapEvery)
			switch {
			case len(people) < 3 || r.IntN(4) == 0 && len(people) < 12:
				p := enter(t, h, rooms.Visitor{Resumable: true})
				p.do(rooms.Ack{Seq: p.welcome.Seq})
				people = append(people, p)
			case r.IntN(3) == 0:
				i := r.IntN(len(people))
				p := people[i]
				p.Close()
				time.Sleep(time.Duration(r.IntN(70)) * time.Second)
				seat, err := h.Resume(t.Context(), p.welcome.Ticket, p.welcome.Seq, 0)
				if err != nil {
					people = slices.Delete(people, i, i+1)
					break
				}
				p.Seat = seat
				events := p.take()
				p.welcome = want[*rooms.Welcome](t, events)
				for _, leapt := range leapts(events) {
					if !slices.Contains(may[p.welcome.You.ID], string(leapt.Room)) {
						t.Fatalf("somebody who came back learns of %s", leapt.Room)
					}
				}
				p.do(rooms.Ack{Seq: 1 << 40, WSeq: 1 << 40})
			default:
				room := fmt.Sprint("fresh-", n)
				var to []string
				for _, p := range people {
					if r.IntN(2) == 0 {
						to = append(to, p.welcome.You.ID)
						may[p.welcome.You.ID] = append(may[p.welcome.You.ID], room)
					}
				}
				host.do(rooms.Leap{Room: room, To: to})
			}
			for _, p := range people {
				hear(p)
			}
			host.take()
		}
		if reached < 50 {
			t.Errorf("only %d were reached", reached)
		}
	})
}

func TestMade(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	first, _ := h.Join(t.Context(), rooms.Visitor{Room: "den", Host: true})
	second, _ := h.Join(t.Context(), rooms.Visitor{Room: "den", Host: true})
	if !first.Made() || second.Made() {
		t.Errorf("made by the first: %v, by the second: %v", first.Made(), second.Made())
	}
	for _, p := range []*rooms.Seat{first, second} {
		if _, err := p.Take(); err != nil {
			t.Error(err)
		}
	}
	if !first.Made() {
		t.Error("who made a room no longer did so once they were welcomed")
	}
}

func TestFreshRoomName(t *testing.T) {
	parts := regexp.MustCompile(`^([bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]-){4}[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]$`)
	drawn := make(map[rooms.RoomName]bool)
	for range 200 {
		name := rooms.FreshRoomName()
		if read, err := rooms.ParseRoomName(string(name)); err != nil || read != name || !parts.MatchString(string(name)) {
			t.Errorf("%q is no name: %v", name, err)
		}
		drawn[name] = true
	}
	if len(drawn) != 200 {
		t.Errorf("of 200 names %d are different", len(drawn))
	}
}
