//go:build !race

package rooms_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// TestReturnsAgree drives a room at random while one client is cut again and
// again, loses what was in its sockets, its welcomes and sometimes more than
// its outbox holds. Whatever happens, numbers come in turn (see client.see) and
// the client ends up believing what is so.
func TestReturnsAgree(t *testing.T) {
	compared, seen := 0, make(map[string]int)
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			h := rooms.NewHub(rooms.Config{SayRate: 0})
			quiet := newClientOf(t, h, rooms.Visitor{Room: "lobby", Nick: "quiet", Resumable: true, Host: true}) // sees everything
			cut := newClient(t, h, "cut")
			others := map[int]*client{}
			big := strings.Repeat("x", 3000)
			connected, waits := true, false
			for range 400 {
				switch n := r.IntN(20); {
				case n < 3:
					i := r.IntN(12)
					if o := others[i]; o != nil {
						o.do(rooms.Leave{})
						delete(others, i)
					} else {
						others[i] = newClient(t, h, fmt.Sprint("o", i))
					}
				case n < 5:
					if o := others[r.IntN(12)]; o != nil {
						o.do(rooms.Rename{Nick: fmt.Sprint("r", r.IntN(30))})
					}
				case n < 6 && r.IntN(2) == 0:
					quiet.do(rooms.SetTopic{Text: fmt.Sprint(r.IntN(5))})
				case n < 6:
					step(r, []*client{quiet, others[r.IntN(12)]}[r.IntN(2)])
				case n < 8 && waits: // more than an outbox holds
					for range rooms.OutboxBytes / len(big) {
						quiet.do(rooms.Say{Text: big})
						govern(r, quiet)
						step(r, []*client{quiet, others[r.IntN(12)]}[r.IntN(2)])
						quiet.read()
						mend(r, quiet, quiet, seen)
						quiet.read()
						quiet.do(rooms.Ack{Seq: quiet.seq, WSeq: quiet.wseq})
						for _, o := range others {
							o.read()
							o.do(rooms.Ack{Seq: o.seq, WSeq: o.wseq})
						}
					}
				case n < 12:
					quiet.do(rooms.Say{Text: big[:r.IntN(len(big))+1]})
				case n < 13:
					quiet.do(rooms.Whisper{To: cut.welcome.You.ID, Text: "psst"})
				case n < 15 && connected:
					cut.read()
					if r.IntN(2) == 0 {
						cut.do(rooms.Ack{Seq: cut.seq, WSeq: cut.wseq})
					}
				case n < 16 && connected:
					cut.take() // lost in the socket
					connected = false
				case n < 17 && connected:
					cut.Seat.Close()
					connected, waits = false, true
				case n < 18 && !connected:
					time.Sleep(rooms.OutboxBytes / rooms.ReturnRate * time.Second)
					cut.back()
					waits = false
					if connected = r.IntN(3) > 0; connected {
						cut.read()
					} // else the welcome is lost
				}
				if r.IntN(3) == 0 {
					govern(r, quiet)
				}
				quiet.read()
				_, there := quiet.members[cut.welcome.You.ID] // or it has just been ended as slow
				if connected && there && r.IntN(8) == 0 {
					step(r, cut)
				}
				if who := []*client{quiet, cut, others[r.IntN(12)]}[r.IntN(3)]; who != nil && (who != cut || connected && there) && !quiet.members[who.welcome.You.ID].Muted {
					mend(r, who, quiet, seen)
				}
				quiet.read()
				quiet.do(rooms.Ack{Seq: quiet.seq, WSeq: quiet.wseq})
				for _, o := range others {
					o.read()
					o.do(rooms.Ack{Seq: o.seq, WSeq: o.wseq})
				}
				if _, here := quiet.members[cut.welcome.You.ID]; !here {
					cut = nil
					break // its connection looked alive and took nothing: ended as slow
				}
			}
			if cut == nil {
				return
			}
			compared++
			for _, m := range quiet.members {
				if m.Aside.On {
					seen["away"]++
				}
			}
			time.Sleep(rooms.OutboxBytes / rooms.ReturnRate * time.Second)
			cut.back()
			quiet.read()
			cut.read()
			if cut.topic != quiet.topic || cut.rules != quiet.rules || fmt.Sprint(cut.members) != fmt.Sprint(quiet.members) || cut.seq != quiet.seq {
				t.Fatalf("seed %d: after the return at %d (truth %d)\n got %v %q %v\nwant %v %q %v",
					seed, cut.seq, quiet.seq, cut.members, cut.topic, cut.rules, quiet.members, quiet.topic, quiet.rules)
			}
			for seq, have := range cut.mended {
				if want := quiet.mended[seq]; fmt.Sprintf("%+v", *have) != fmt.Sprintf("%+v", *want) {
					t.Fatalf("seed %d: after the return, message %d of %d is\n%.300s\nand with who stayed\n%.300s", seed, seq, cut.seq, fmt.Sprintf("%+v", *have), fmt.Sprintf("%+v", *want))
				}
			}
		})
	}
	if compared < 20 {
		t.Fatalf("only %d of 60 stories ended with a return", compared)
	}
	if seen["away"] < 50 {
		t.Errorf("only %d were away at the end of a story", seen["away"])
	}
	for _, what := range []string{"on", "off", "amended", "retracted"} {
		if seen[what] < 100 {
			t.Errorf("%s only %d times", what, seen[what])
		}
	}
}

// step has somebody go away or come back, by chance.
func step(r *rand.Rand, who *client) {
	if who == nil {
		return
	}
	aside := rooms.Aside{On: r.IntN(3) > 0}
	if aside.On {
		aside.Text = []string{"", "lunch", "back at three"}[r.IntN(3)]
	}
	if me := who.members[who.welcome.You.ID]; aside != me.Aside && (aside.Text == "" || !me.Muted) {
		who.do(rooms.SetAside{On: aside.On, Text: aside.Text})
	}
}

// govern has a host change the rules, or something about one of the others, by chance.
func govern(r *rand.Rand, host *client) {
	ids := slices.Sorted(maps.Keys(host.members))
	to := host.members[ids[r.IntN(len(ids))]]
	fade, links, quiet := host.rules.Fade+rooms.MinFade, host.rules.NoLinks, !host.rules.Quiet
	if to.ID == host.welcome.You.ID || r.IntN(3) == 0 {
		host.do([]rooms.Op{rooms.SetRules{Fade: &fade}, rooms.SetRules{Quiet: &quiet, Links: &links}}[r.IntN(2)])
		return
	}
	mute := rooms.Mute{To: to.ID, For: rooms.MinMute}
	if to.Muted && r.IntN(2) == 0 {
		mute.For = 0
	}
	host.do([]rooms.Op{mute, rooms.MakeHost{To: to.ID, On: !to.Host}, rooms.LetSpeak{To: to.ID, On: !to.Speaks}}[r.IntN(3)])
}
