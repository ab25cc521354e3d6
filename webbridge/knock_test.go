package webbridge

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// inside is a member of a room whose door a flood has closed.
func (r *rig) inside(room string) *peer {
	r.t.Helper()
	p, _ := r.join(room, "anna")
	p.send(`{"t":"say","text":"hello"}`)
	p.await("said")
	time.Sleep(rooms.FloodWithin + time.Second)
	for range rooms.FloodSize + 1 {
		seat, err := r.hub.Join(r.t.Context(), rooms.Visitor{Room: room})
		if err != nil {
			r.t.Fatal(err)
		}
		seat.Close()
	}
	time.Sleep(rooms.FloodJudged)
	p.await("rules")
	return p
}

// Who knocks waits for as long as it takes, whatever they send, and is let in or not.
func TestKnock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startInMemory(t)
		anna := r.inside("den")
		mia := r.open()
		mia.send(`{"t":"join","room":"den"}`)
		mia.wantRefused(rooms.AtTheDoor, "")
		mia.send(`{"t":"knock","room":"DEN","nick":"mia","text":"it is me"}`)
		if w := mia.await("waiting"); w["room"] != "den" || w["ahead"] != 0.0 {
			t.Errorf("waits as %v", w)
		}
		first := anna.await("knocking")
		if first["nick"] != "mia" || first["text"] != "it is me" {
			t.Errorf("told of %v", first)
		}
		leo := r.open()
		leo.send(`{"t":"knock","room":"den"}`)
		if w := leo.await("waiting"); w["ahead"] != 1.0 {
			t.Errorf("waits as %v", w)
		}
		second := anna.await("knocking")
		time.Sleep(wire.JoinTimeout + time.Second)
		anna.send(`{"t":"say","text":"who is that?"}`)
		anna.await("said")
		leo.send(`{"t":"say","text":"me","id":"1"}` + "\n" + `{"t":"join","room":"other"}`)
		leo.wantRefused(rooms.NotAllowed, "1")
		leo.wantRefused(rooms.NotAllowed, "")
		anna.send(`{"t":"admit","knock":"` + first["knock"].(string) + `","id":"a"}`)
		if k := anna.await("knocked"); k["outcome"] != "admitted" || k["id"] != "a" {
			t.Errorf("decided is %v", k)
		}
		if f, _ := mia.next(); f["t"] != "welcome" {
			t.Errorf("after the wait comes %v", f)
		}
		if w := leo.await("waiting"); w["ahead"] != 0.0 {
			t.Errorf("waits as %v", w)
		}
		mia.send(`{"t":"say","text":"thanks"}`)
		mia.await("said")
		mia.send(`{"t":"knock","room":"den"}`)
		mia.wantRefused(rooms.NotAllowed, "")
		mia.send(`{"t":"held","id":"h"}`)
		mia.await("held")
		anna.send(`{"t":"deny","knock":"` + second["knock"].(string) + `"}`)
		frames := leo.wantClosed(websocket.StatusNormalClosure)
		if len(frames) != 1 || frames[0]["t"] != "bye" || frames[0]["code"] != "denied" || frames[0]["retry"] != false {
			t.Errorf("who was not let in is told %v", frames)
		}
	})
}

// Who goes away from a door is gone for those inside, however they went; who was waited
// for in vain has ten seconds for something else.
func TestKnockGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startInMemory(t)
		anna := r.inside("den")
		knock := func() *peer {
			p := r.open()
			p.send(`{"t":"knock","room":"den"}`)
			p.await("waiting")
			anna.await("knocking")
			return p
		}
		gone := func(how string) {
			t.Helper()
			if k := anna.await("knocked"); k["outcome"] != "gone" {
				t.Errorf("%s: %v", how, k)
			}
		}
		leaves := knock()
		leaves.send(`{"t":"leave"}`)
		leaves.wantClosed(websocket.StatusNormalClosure)
		gone("left")
		knock().raw.Close()
		gone("lost")
		knock().conn.Close(websocket.StatusNormalClosure, "")
		gone("closed")

		waits := knock()
		begun := time.Now()
		over := make(chan frame, 1)
		go func() { // anna reads, and so answers pings
			for {
				f, err := anna.nextWithin(time.Hour)
				if err != nil || f["t"] == "knocked" {
					over <- f
					return
				}
			}
		}()
		f, err := waits.nextWithin(time.Hour)
		if err != nil || f["code"] != "knock" || time.Since(begun) != rooms.KnockFor {
			t.Errorf("after %v: %v, %v", time.Since(begun), f, err)
		}
		if k := <-over; k["outcome"] != "gone" {
			t.Errorf("waited in vain: %v", k)
		}
		frames := waits.wantClosed(websocket.StatusNormalClosure)
		if len(frames) != 1 || frames[0]["code"] != "timeout" || time.Since(begun) != rooms.KnockFor+wire.JoinTimeout {
			t.Errorf("after %v: %v", time.Since(begun), frames)
		}

		waits = knock()
		r.shutdown()
		frames = waits.wantClosed(websocket.StatusGoingAway)
		if !slices.ContainsFunc(frames, func(f frame) bool { return f["code"] == "shutdown" }) {
			t.Errorf("told of the end is %v", frames)
		}
	})
}
