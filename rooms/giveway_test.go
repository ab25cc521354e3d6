package rooms_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// In a full room a newcomer gets the place of whoever has least right to it, and
// that one is told; where nobody has less right than the newcomer, it stays full.
func TestFullRoomGivesWay(t *testing.T) {
	const size = 6
	type seat struct {
		from  string // a letter for each source, "" for an unknown one
		lost  bool
		spoke bool
		deaf  bool // acknowledges the welcome and nothing else
	}
	for _, c := range []struct {
		name     string
		seats    [size]seat
		newcomer string
		leaves   int // -1: nobody
	}{
		{"all of different sources", [size]seat{{from: "a"}, {from: "b"}, {from: "c"}, {from: "d"}, {from: "e"}, {from: "f"}}, "x", -1},
		{"one is lost", [size]seat{{from: "a"}, {from: "b"}, {from: "c", lost: true}, {from: "d"}, {from: "e"}, {from: "f"}}, "x", 2},
		{"the lost one who was there for longer keeps the place", [size]seat{{from: "a"}, {from: "b", lost: true}, {from: "c", lost: true}, {from: "d"}, {from: "e"}, {from: "f"}}, "x", 2},
		{"one source has them all", [size]seat{{from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}}, "x", 5},
		{"to one of its own", [size]seat{{from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}}, "a", -1},
		{"to one of its own, a lost one", [size]seat{{from: "a"}, {from: "a", lost: true}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}}, "a", 1},
		{"who spoke goes last", [size]seat{{from: "a", spoke: true}, {from: "a", spoke: true}, {from: "a"}, {from: "a", spoke: true}, {from: "a", spoke: true}, {from: "a", spoke: true}}, "x", 2},
		{"who is lost goes first", [size]seat{{from: "a"}, {from: "a", lost: true, spoke: true}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}}, "x", 1},
		{"the largest gives way, not who is lost", [size]seat{{from: "b", lost: true}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}, {from: "a"}}, "x", 5},
		{"shares are even", [size]seat{{from: "a"}, {from: "a"}, {from: "b"}, {from: "b"}, {from: "c"}, {from: "c"}}, "c", -1},
		{"a share more than the newcomer's is no reason", [size]seat{{from: "a"}, {from: "a"}, {from: "a"}, {from: "b"}, {from: "b"}, {from: "c"}}, "b", -1},
		{"of whom nothing is known nobody who is there", [size]seat{{}, {}, {}, {}, {}, {}}, "", -1},
		{"of whom nothing is known who is lost", [size]seat{{}, {}, {lost: true}, {}, {}, {}}, "", 2},
		{"of whom nothing is known who answers nothing", [size]seat{{}, {}, {deaf: true, spoke: true}, {deaf: true}, {}, {}}, "", 2},
		{"who answers nothing, to somebody from elsewhere", [size]seat{{from: "a"}, {from: "b"}, {}, {deaf: true}, {from: "c"}, {from: "d"}}, "x", 3},
		{"who is lost before who answers nothing", [size]seat{{}, {}, {deaf: true}, {deaf: true}, {lost: true}, {}}, "x", 4},
		{"unknown newcomers are counted as one", [size]seat{{}, {}, {}, {from: "a"}, {from: "a"}, {from: "a"}}, "", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := sourced(rooms.Config{RoomSize: size})
				sources := map[string]*rooms.Source{"": nil}
				for _, letter := range []string{"a", "b", "c", "d", "e", "f", "x"} {
					sources[letter] = rooms.NewSource(1, nil, nil)
				}
				var people []*person
				for _, s := range c.seats {
					p := mustCome(t, h, sources[s.from], rooms.Visitor{Answers: true})
					if s.spoke {
						p.do(rooms.Say{Text: "hello"})
					}
					people = append(people, p)
					time.Sleep(time.Second)
				}
				time.Sleep(rooms.AnswerFor)
				for i, s := range c.seats {
					if s.lost {
						people[i].Close()
					} else {
						people[i].take()
					}
					if !s.lost && !s.deaf {
						people[i].do(rooms.Ack{})
					}
				}
				newcomer, err := come(t, h, sources[c.newcomer], rooms.Visitor{})
				if c.leaves < 0 {
					if !isRefused(err, rooms.RoomFull) {
						t.Fatalf("a room where nobody has to give way: %v", err)
					}
					for i, p := range people {
						if n := want[*rooms.Notice](t, p.take()); n.Code != rooms.RoomFull {
							t.Errorf("person %d is told %v of one who was turned away", i, n)
						}
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				gone := people[c.leaves]
				if c.seats[c.leaves].lost {
					if err := gone.back(h); !isRefused(err, rooms.BadTicket) {
						t.Errorf("who gave way came back: %v", err)
					}
				} else if err := gone.end(); !isEnded(err, rooms.TooMany) {
					t.Errorf("who gave way is told %v", err)
				}
				if members := newcomer.welcome.Members; len(members) != size || slices.ContainsFunc(members, func(m rooms.Member) bool { return m.ID == gone.welcome.You.ID }) {
					t.Errorf("the newcomer sees %d people, or who gave way: %v", len(members), members)
				}
				for i, p := range people {
					if i == c.leaves || c.seats[i].lost {
						continue
					}
					if left := lefts(p.take()); len(left) != 1 || left[0].Member.ID != gone.welcome.You.ID || left[0].Reason != rooms.LeftLost {
						t.Errorf("person %d saw leave: %v", i, left)
					}
				}
			})
		})
	}
}

// Whatever the others do, somebody from a source that has no place yet gets one,
// and keeps it for as long as they are there and no source has fewer.
func TestNewcomersGetIn(t *testing.T) {
	for seed := range uint64(30) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 13))
			h := sourced(rooms.Config{RoomSize: 20})
			attackers := make([]*rooms.Source, 3)
			for i := range attackers {
				attackers[i] = rooms.NewSource(1, nil, nil)
			}
			var held []*person
			storm := func() {
				h.OpenDoors()
				from := attackers[r.IntN(len(attackers))]
				switch n := r.IntN(10); {
				case n < 5:
					if p, err := come(t, h, from, rooms.Visitor{}); err == nil {
						held = append(held, p)
					}
				case len(held) == 0:
				case n < 8:
					held[r.IntN(len(held))].Close()
				case n < 9:
					_ = held[r.IntN(len(held))].Do(t.Context(), rooms.Say{Text: "me"})
				default:
					time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
				}
			}
			var honest []*person
			for range 8 {
				for range 60 {
					storm()
				}
				h.OpenDoors()
				p := mustCome(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{})
				honest = append(honest, p)
			}
			for range 200 {
				storm()
			}
			for i, p := range honest {
				if err := p.Do(t.Context(), rooms.Say{Text: "still here"}); err != nil {
					t.Fatalf("seed %d: honest person %d of %d: %v", seed, i, len(honest), err)
				}
			}
		})
	}
}

// Who never answers the welcome is taken for absent soon, and nobody in a room that
// is not full has to care.
func TestUnansweredWelcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{RoomSize: 3})
		silent := enter(t, h, rooms.Visitor{Answers: true})
		door := enter(t, h, rooms.Visitor{}) // whose door does not say what is acknowledged
		time.Sleep(time.Hour)
		reader := mustCome(t, h, nil, rooms.Visitor{Answers: true})
		if _, err := come(t, h, nil, rooms.Visitor{}); err != nil {
			t.Fatalf("a newcomer: %v", err)
		}
		if err := silent.end(); !isEnded(err, rooms.TooMany) {
			t.Errorf("who never answered is told %v", err)
		}
		for _, p := range []*person{door, reader} {
			p.do(rooms.Typing{})
		}
		if _, err := come(t, h, nil, rooms.Visitor{}); !isRefused(err, rooms.RoomFull) {
			t.Errorf("nobody else has to go: %v", err)
		}
	})
}

// A room that is full of people of whom nobody knows where they come from, and who all
// said something once: whoever gives no sign of life when somebody wants to come in
// gives way, and nobody who does, however quiet.
func TestFullRoomAsksForSigns(t *testing.T) {
	for name, from := range map[string]*rooms.Source{"nobody knows where from": nil, "each from elsewhere": rooms.NewSource(1, nil, nil)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := sourced(rooms.Config{RoomSize: 6})
				var there, gone []*person
				asked := 0
				for i := range 6 {
					source := from
					if source != nil {
						source = rooms.NewSource(1, nil, nil)
					}
					p := mustCome(t, h, source, rooms.Visitor{Answers: true})
					p.do(rooms.Say{Text: "x"})
					if i%2 == 0 {
						p.AskBy(func(answered func()) { asked++; time.AfterFunc(3*time.Second, answered) })
						there = append(there, p)
					} else {
						p.AskBy(func(func()) { asked++ })
						gone = append(gone, p)
					}
					p.take()
				}
				for range gone {
					began := time.Now()
					for {
						_, err := come(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{Answers: true})
						if err == nil {
							break
						}
						if time.Since(began) > 5*time.Second {
							t.Fatalf("a newcomer is refused for five seconds: %v", err)
						}
						time.Sleep(100 * time.Millisecond)
					}
				}
				for _, p := range gone {
					if err := p.end(); !isEnded(err, rooms.TooMany) {
						t.Errorf("who is not there ended with %v", err)
					}
				}
				for range 300 {
					time.Sleep(100 * time.Millisecond)
					_, _ = come(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{Answers: true}) // refused, or in for another newcomer
				}
				for _, p := range there {
					p.do(rooms.Typing{}) // fails for one who was ended
				}
				if asked > 6+2*30/5*len(there)/2 {
					t.Errorf("six people were asked %d times in half a minute", asked)
				}
			})
		})
	}
}
