package seal_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// commanded is the connection of somebody whose server does as a script says. It remembers
// what a client remembers.
type commanded struct {
	*rooms.Seat
	t     *testing.T
	srv   *server
	hello func() []byte

	id        string // as the server calls its member
	ticket    string
	seq, wseq uint64

	hidden      map[string]bool // whom the server hides
	hide        bool            // and it hides whoever comes
	drops       int             // messages of others that it does not give
	repeats     int             // messages that it gives twice
	held        []rooms.Event   // that it keeps back
	holds       bool
	mute        bool // it takes no message
	refuses     int  // messages that it refuses
	code        rooms.Code
	overtakes   bool   // it refuses the next message, and says so with the one behind it
	overtaken   string // that one
	took        int    // since it refused one, or since it is back
	refused     string // the newest that it refused for now
	stalled     bool   // it gives nothing
	down, ended bool   // the connection is lost, and so is the place
	losses      int    // that were told, and that were
	known, told int
	news        []rooms.Event
	asked       []rooms.Op // that is of who governs; nothing comes of it by itself
	reached     []string   // whom the last sealed message was for
	removed     bool
}

func (r *commanded) enter() {
	r.t.Helper()
	room := seal.Open(r.srv.secret)
	seat, err := r.srv.Join(r.t.Context(), rooms.Visitor{Room: room.Name(), Resumable: true, Hello: string(r.hello())})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Seat = seat
}

// command makes the server do something.
func (r *commanded) command(what string, times int, code rooms.Code, says rooms.Event) {
	r.t.Helper()
	switch what {
	case "drops":
		r.drops = times
	case "repeats":
		r.repeats = times
	case "holds":
		r.holds = true
	case "delivers", "reorders":
		if what == "reorders" {
			slices.Reverse(r.held)
		}
		r.news, r.held, r.holds = append(r.news, r.held...), nil, false
	case "hides":
		r.hide = true
	case "mutes":
		r.mute = true
	case "hears":
		r.mute = false
	case "refuses":
		r.refuses, r.code = times, code
	case "overtakes":
		r.overtakes = true
	case "says":
		r.news = append(r.news, says)
	case "removes":
		r.srv.removed[r.id] = true
		r.removed = true
		_ = r.Seat.Do(r.t.Context(), rooms.Leave{})
	case "stalls":
		r.stalled = true
	case "cuts":
		r.down, r.stalled = true, false
		r.losses++
		r.news = append(r.news, &rooms.Link{Up: false})
		r.Seat.Close()
	case "ends": // its place, while the connection is lost
		r.ended = true
		_ = r.again().Do(r.t.Context(), rooms.Leave{})
	case "returns":
		if r.ended {
			r.enter()
		} else {
			r.Seat = r.again()
		}
		r.down, r.ended, r.mute = false, false, false
		r.took = 0
		r.news = append(r.news, &rooms.Link{Up: true})
	default:
		r.t.Fatalf("no server %s", what)
	}
}

func (r *commanded) again() *rooms.Seat {
	r.t.Helper()
	seat, err := r.srv.Resume(r.t.Context(), r.ticket, r.seq, r.wseq)
	if err != nil {
		r.t.Fatal(err)
	}
	return seat
}

func (r *commanded) Do(ctx context.Context, op rooms.Op) error {
	switch op := op.(type) {
	case rooms.Seal:
		if r.known < r.losses || r.mute {
			return nil
		}
		if r.overtakes {
			r.overtakes, r.overtaken = false, op.ID
			return nil
		}
		if r.overtaken != "" {
			r.news = append(r.news, &rooms.Refused{ID: r.overtaken, Err: &rooms.Error{Code: rooms.RateLimited, Message: "No."}})
			r.overtaken = ""
		}
		if r.refuses > 0 || r.refused != "" {
			r.refuses--
			r.took = 0
			r.refused = ""
			if r.code == rooms.RateLimited {
				r.refused = op.ID // as is all that could be behind it
			}
			r.news = append(r.news, &rooms.Refused{ID: op.ID, Err: &rooms.Error{Code: r.code, Message: "No."}})
			return nil
		}
		r.took++
		r.reached = slices.Collect(maps.Keys(op.Wraps))
	case rooms.SetRules, rooms.Claim, rooms.MakeHost, rooms.AskKey, rooms.Remove, rooms.Mute, rooms.LetSpeak, rooms.Decide, rooms.Vote, rooms.Invite, rooms.Uninvite, rooms.Burn, rooms.Inspect:
		r.asked = append(r.asked, op)
		return nil
	case rooms.Sync:
		if op.Refused != "" && op.Refused == r.refused {
			r.refused = ""
		}
	}
	if r.down {
		return nil
	}
	return r.Seat.Do(ctx, op)
}

func (r *commanded) Next(ctx context.Context) ([]rooms.Event, error) {
	r.known = r.told
	for i, e := range r.news {
		if link, is := e.(*rooms.Link); is && !link.Up {
			news := r.news[:i+1]
			r.news = r.news[i+1:]
			r.told++
			return news, nil
		}
	}
	if news := r.news; len(news) > 0 {
		r.news = nil
		return news, nil
	}
	if r.removed {
		return nil, &rooms.Ended{Code: rooms.Removed, Message: "You were removed from this room."}
	}
	if r.down || r.stalled {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	events, err := r.Seat.Next(ctx)
	var passed []rooms.Event
	for _, e := range events {
		passed = append(passed, r.pass(e)...)
	}
	if err == nil {
		_ = r.Seat.Do(ctx, rooms.Ack{Seq: r.seq, WSeq: r.wseq})
	}
	return passed, err
}

// pass is what the server makes of an event.
func (r *commanded) pass(event rooms.Event) []rooms.Event {
	switch e := event.(type) {
	case *rooms.Welcome:
		r.id, r.ticket, r.seq = e.You.ID, e.Ticket, e.Seq
	case *rooms.Joined:
		r.seq = e.Seq
		r.hidden[e.Member.ID] = r.hide
		r.hide = false
		if r.hidden[e.Member.ID] {
			return nil
		}
	case *rooms.Away:
		r.seq = e.Seq
	case *rooms.Left:
		r.seq = e.Seq
		if r.hidden[e.Member.ID] {
			return nil
		}
		if r.srv.removed[e.Member.ID] {
			return []rooms.Event{&rooms.Left{Seq: e.Seq, Member: e.Member, Reason: rooms.LeftRemoved}}
		}
	case *rooms.Sealed:
		r.wseq = e.WSeq
		switch {
		case r.repeats > 0:
			r.repeats--
			return []rooms.Event{e, e}
		case e.From == r.id:
		case r.hidden[e.From]:
			return nil
		case r.drops > 0:
			r.drops--
			return nil
		case r.holds:
			r.held = append(r.held, e)
			return nil
		}
	}
	return []rooms.Event{event}
}
