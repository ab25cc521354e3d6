package webbridge

import (
	"fmt"
	"testing"

	"github.com/coder/websocket"

	"sotto/rooms"
)

// TestComingBack loses connections in three ways, the last while the old one
// still looks alive and with the new welcome lost too; nothing is missing after.
func TestComingBack(t *testing.T) {
	r := start(t)
	sayer, _ := r.join("den", "sayer")
	said := 0
	say := func(n int) {
		for range n {
			sayer.send(fmt.Sprintf(`{"t":"say","text":"%d"}`, said))
			said++
		}
		sayer.sync()
	}
	p := r.open()
	p.send(`{"t":"join","room":"den","nick":"p","resume":true}`)
	welcome := p.await("welcome")
	seq := welcome.seq()
	heard := 0
	hear := func(until int) {
		t.Helper()
		for heard < until {
			f, err := p.next()
			if err != nil {
				t.Fatalf("after %d messages: %v", heard, err)
			}
			if f["seq"] != nil {
				if f.seq() != seq+1 {
					t.Fatalf("seq %d follows %d", f.seq(), seq)
				}
				seq = f.seq()
			}
			if f["t"] == "said" {
				if f["text"] != fmt.Sprint(heard) {
					t.Fatalf("message %d is %v", heard, f)
				}
				heard++
			}
		}
	}
	resume := func() frame {
		t.Helper()
		p = r.open()
		p.send(fmt.Sprintf(`{"t":"join","ticket":"%s","seq":%d,"wseq":0}`, welcome["ticket"], seq))
		back := p.await("welcome")
		if back["resumed"] != true || back.seq() != seq || back["ticket"] == welcome["ticket"] {
			t.Fatalf("welcome back is %v after seq %d", back, seq)
		}
		return back
	}

	p.sync() // only who was heard has a place to come back to
	say(20)
	hear(10)
	p.send(fmt.Sprintf(`{"t":"ack","seq":%d,"wseq":0}`, seq))
	p.raw.Close() // with ten messages on their way
	say(20)
	welcome = resume()
	hear(said)

	// The old connection still looks alive, and is told.
	old := p
	say(10)
	welcome = resume()
	frames := old.wantClosed(websocket.StatusNormalClosure)
	if last := frames[len(frames)-1]; last["t"] != "bye" || last["code"] != "replaced" || last["retry"] != false {
		t.Errorf("the last frame of the old connection is %v", last)
	}
	hear(said)

	// The next welcome is lost: its ticket was never seen, the old one still works.
	p.sync()
	say(10)
	lost := resume()
	p.raw.Close()
	say(10)
	welcome = resume()
	hear(said)

	// The first frame after a welcome spends the old tickets.
	p.sync()
	q := r.open()
	q.send(fmt.Sprintf(`{"t":"join","ticket":"%s","seq":%d,"wseq":0}`, lost["ticket"], seq))
	q.wantRefused(rooms.BadTicket, "")
	for _, f := range sayer.sync() {
		if f["t"] == "left" || f["t"] == "joined" {
			t.Errorf("somebody noticed: %v", f)
		}
	}
}
