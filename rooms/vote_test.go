package rooms_test

import (
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// assembly is a room without a host, whose people have been there long enough to vote.
func assembly(t *testing.T, h *rooms.Hub, people int) (all []*person) {
	t.Helper()
	for range people {
		all = append(all, enter(t, h, rooms.Visitor{Resumable: true}))
	}
	for _, p := range all {
		p.do(rooms.Ack{Seq: p.welcome.Seq})
	}
	time.Sleep(rooms.VoteAfter)
	for _, p := range all {
		p.take()
	}
	return all
}

func (p *person) votes(about *person, yes bool) []rooms.Event {
	p.t.Helper()
	return p.passes(rooms.Vote{ID: "v", To: about.welcome.You.ID, Yes: yes})
}

func votings(events []rooms.Event) (all []*rooms.Voting) {
	for _, e := range events {
		if v, ok := e.(*rooms.Voting); ok {
			all = append(all, v)
		}
	}
	return all
}

func TestVote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		p := assembly(t, h, 8)
		about := p[7]
		begun := want[*rooms.Voting](t, p[0].votes(about, true))
		if begun.ID != "v" || begun.Member.ID != about.welcome.You.ID || begun.Needed != 4 || !begun.Ends.Equal(time.Now().Add(rooms.VoteFor)) || begun.Over {
			t.Errorf("who asks is told %+v", begun)
		}
		if seen := want[*rooms.Voting](t, p[6].take()); seen.ID != "" || seen.Needed != 4 {
			t.Errorf("others are told %+v", seen)
		}
		about.refused(rooms.Vote{To: about.welcome.You.ID}, rooms.NotAllowed)
		p[1].votes(about, true)
		p[2].votes(about, true)
		p[2].votes(about, true) // once more is no other
		p[1].votes(about, false)
		p[3].votes(about, true)
		if events := p[6].take(); len(events) > 0 {
			t.Errorf("others are told who voted:%s", show(events))
		}
		if left := want[*rooms.Left](t, p[1].votes(about, true)); left.Member.ID != about.welcome.You.ID || left.Reason != rooms.LeftRemoved || left.Why != "" {
			t.Errorf("in the end %+v", left)
		}
		if err := about.end(); !isEnded(err, rooms.Removed) {
			t.Errorf("and they by %v", err)
		}
		if _, err := h.Resume(t.Context(), about.welcome.Ticket, 1, 0); !isRefused(err, rooms.BadTicket) {
			t.Errorf("their ticket: %v", err)
		}
		if set := want[*rooms.RulesSet](t, p[6].take()); set.Rules.Door != rooms.DoorKnock || set.Why != rooms.RulesRemoved {
			t.Errorf("and the door is %+v", set)
		}
		time.Sleep(2 * rooms.VoteFor)
		if events := p[6].take(); len(events) > 0 {
			t.Errorf("and later%s", show(events))
		}
		p[0].refused(rooms.Vote{To: p[6].welcome.You.ID, Yes: true}, rooms.NotAllowed) // once in ten minutes
		time.Sleep(rooms.VoteEvery)
		want[*rooms.Voting](t, p[0].votes(p[6], true))
	})
}

func TestVoteIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		p := assembly(t, h, 4)
		late := enter(t, h, rooms.Visitor{})
		to := p[3].welcome.You.ID
		p[0].refused(rooms.Vote{To: "nobody", Yes: true}, rooms.UnknownMember)
		p[0].refused(rooms.Vote{To: p[0].welcome.You.ID, Yes: true}, rooms.NotAllowed)
		p[0].refused(rooms.Vote{To: to}, rooms.NotAllowed)
		late.refused(rooms.Vote{To: to, Yes: true}, rooms.NotAllowed)
		want[*rooms.Voting](t, p[0].votes(p[3], true))
		late.take()
		late.refused(rooms.Vote{To: to, Yes: true}, rooms.NotAllowed) // nobody comes in for a vote
		p[1].refused(rooms.Vote{To: p[2].welcome.You.ID, Yes: true}, rooms.NotAllowed)
		time.Sleep(rooms.VoteFor + time.Second)
		if over := votings(p[1].take()); len(over) != 1 || !over[0].Over {
			t.Errorf("a vote that comes to nothing is told as %+v", over)
		}
		p[0].refused(rooms.Vote{To: to}, rooms.NotAllowed) // its time is over
		p[2].do(rooms.Leave{})
		late.do(rooms.Leave{})
		p[1].take()
		p[1].refused(rooms.Vote{To: to, Yes: true}, rooms.NotAllowed) // too few are left
	})
}

func TestVoteInASealedRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		v := rooms.Visitor{Room: "00112233445566778899aabbccddeeff", Hello: "hello"}
		p := []*person{enter(t, h, v), enter(t, h, v), enter(t, h, v), enter(t, h, v)}
		for _, member := range p {
			member.do(rooms.Seal{Body: []byte("here")})
		}
		time.Sleep(rooms.VoteAfter)
		want[*rooms.Voting](t, p[0].votes(p[3], true))
		p[1].votes(p[3], true)
		want[*rooms.Left](t, p[2].votes(p[3], true))
	})
}

// Whose connection is lost is not asked, and who has left is not counted.
func TestVoteAmongThosePresent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		p := assembly(t, h, 6)
		p[4].Close()
		time.Sleep(2 * rooms.AwayAfter)
		p[0].take()
		if begun := want[*rooms.Voting](t, p[0].votes(p[5], true)); begun.Needed != 3 {
			t.Errorf("of four three have to agree: %+v", begun)
		}
		p[1].votes(p[5], true)
		p[1].do(rooms.Leave{})
		if events := p[2].votes(p[5], true); len(lefts(events)) != 1 || lefts(events)[0].Member.ID == p[5].welcome.You.ID {
			t.Errorf("who left is counted:%s", show(events))
		}
		want[*rooms.Left](t, p[3].votes(p[5], true))
	})
}

func TestVoteEndsEarly(t *testing.T) {
	for name, story := range map[string]func(t *testing.T, h *rooms.Hub, p []*person, key string){
		"where a host is": func(t *testing.T, h *rooms.Hub, p []*person, key string) {
			p[1].passes(rooms.Claim{Key: key})
		},
		"without whom it is about": func(t *testing.T, h *rooms.Hub, p []*person, key string) {
			p[3].do(rooms.Leave{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{})
				host, key := found(t, h, rooms.Visitor{})
				p := assembly(t, h, 4)
				p[0].refused(rooms.Vote{To: p[3].welcome.You.ID, Yes: true}, rooms.NotAllowed)
				host.do(rooms.Leave{})
				want[*rooms.Voting](t, p[0].votes(p[3], true))
				p[2].take()
				story(t, h, p, key)
				if over := votings(p[2].take()); len(over) != 1 || !over[0].Over || over[0].Member.ID != p[3].welcome.You.ID {
					t.Errorf("it is told as %+v", over)
				}
				time.Sleep(2 * rooms.VoteFor)
				if over := votings(p[2].take()); len(over) > 0 {
					t.Errorf("and once more %+v", over[0])
				}
			})
		})
	}
}

// Whoever leaves while a vote is about them ends it, and costs nobody theirs.
func TestVoteAboutWhoLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		p := assembly(t, h, 5)
		p[0].votes(p[4], true)
		p[4].do(rooms.Leave{})
		if over := votings(p[0].take()); len(over) != 1 || !over[0].Over {
			t.Errorf("they left: %+v", over)
		}
		want[*rooms.Voting](t, p[0].votes(p[3], true))
	})
}
