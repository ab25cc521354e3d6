package seal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// texts are all notices that somebody was given.
func (e *end) texts() (texts []string) {
	for _, event := range e.events {
		if n, ok := event.(*rooms.Notice); ok {
			texts = append(texts, string(n.Code)+": "+n.Text)
		}
	}
	return texts
}

// A laptop sleeps for forty seconds, and carl comes in and speaks meanwhile. Carl is
// told once that bob is there and does not hear; bob, that he missed what carl said;
// nobody, that the server hides somebody; and afterwards everything is as if nobody
// had slept.
func TestSleeper(t *testing.T) {
	for name, c := range map[string]struct {
		lost  bool // the server notices
		knows string
	}{
		"the server says that he is away":           {true, "absent: bob is here too, says anna, and away just now."},
		"the server takes him for one who is there": {false, "unconfirmed: bob is here too, says anna, and says nothing to you."},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				anna, dora := srv.enter(t, "anna"), srv.enter(t, "dora")
				bob, line := srv.enterByLine(t, "bob")
				settle(anna, dora, bob)
				pass(5, anna, dora, bob)
				if c.lost {
					line.cut()
				}
				pass(5, anna, dora)
				carl := srv.enter(t, "carl")
				for i := range 35 {
					pass(1, anna, dora, carl)
					if i%10 == 5 {
						for _, e := range []*end{carl, anna, dora} {
							e.do(rooms.Say{Text: fmt.Sprint("while bob sleeps ", i)})
						}
					}
				}
				if c.lost {
					line.back(srv)
				}
				pass(20, anna, dora, carl, bob)
				for _, e := range []*end{carl, bob, anna} {
					e.do(rooms.Say{Text: "all are here"})
					pass(5, anna, dora, carl, bob)
				}

				told := carl.texts()
				if len(told) != 1 || !strings.HasPrefix(told[0], c.knows) {
					t.Errorf("carl was told %q", told)
				}
				if told := bob.texts(); !slices.Equal(told, []string{"unsealed: You missed what carl said on coming in: it was sealed before they knew that you are here."}) {
					t.Errorf("bob was told %q", told)
				}
				for _, e := range []*end{anna, dora} {
					told := slices.DeleteFunc(e.texts(), func(text string) bool {
						return !c.lost && (strings.HasPrefix(text, "unheard: Nothing has come from bob for ") || text == "heard_again: bob is heard again.")
					})
					if len(told) > 0 {
						t.Errorf("who knows bob was told %q", told)
					}
				}
				if n := len(got[*rooms.Said](bob)); n != 3*2+3 {
					t.Errorf("bob has %d messages", n)
				}
				for _, e := range []*end{anna, dora, carl, bob} {
					if gaps := got[*rooms.Gap](e); len(gaps) > 0 {
						t.Errorf("a gap of %d", gaps[0].Missed)
					}
					if !slices.Equal(e.Verify().Words, anna.Verify().Words) || len(e.Verify().Names) != 4 {
						t.Errorf("somebody shows %q", e.Verify().Names)
					}
				}
			})
		})
	}
}

// Who asks for a name that somebody has gets another, and nobody is told that they were
// away meanwhile: not those either who hear of the newcomer last.
func TestATakenNameIsNoAbsence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		pass(5, anna, bob)
		second := srv.enter(t, "anna")
		settle(second)
		settle(bob) // has answered the greeting, and has a slow line
		settle(anna, second)
		pass(3, anna, second)
		pass(5, anna, bob, second)
		why := rooms.AnotherNick()
		for name, e := range map[string]*end{"anna": anna, "bob": bob, "the second": second} {
			told := e.texts()
			if e == second {
				told = slices.DeleteFunc(told, func(text string) bool { return text == string(why.Code)+": "+why.Text })
			}
			if e == second && len(e.texts()) != 1 || len(told) > 0 {
				t.Errorf("%s was told %q", name, told)
			}
			if v := e.Verify(); len(v.Names) != 3 || !slices.Equal(v.Words, anna.Verify().Words) {
				t.Errorf("%s shows %q", name, v.Names)
			}
		}
		anna.Close()
		pass(20, bob, second)
		if b, s := bob.Verify(), second.Verify(); len(b.Names) != 2 || !slices.Equal(b.Words, s.Words) {
			t.Errorf("after anna has left, they show %q and %q", b.Names, s.Names)
		}
	})
}

// bySlowLine lets quick come in while the line of one who is there is slow: they have
// answered the greeting, and have not said who they are.
func bySlowLine(t *testing.T) (anna, slow, quick *end) {
	t.Helper()
	srv := newServer()
	anna, slow = srv.enter(t, "anna"), srv.enter(t, "slow")
	settle(anna, slow)
	quick = srv.enter(t, "quick")
	settle(quick)
	settle(slow)
	settle(anna, quick)
	pass(3, anna, quick)
	return anna, slow, quick
}

// Who speaks before somebody on a slow line has said who they are is not heard there: that
// is told, whether or not they say more, and counted once. Typing is not worth a word.
func TestWhatASlowLineMissesIsSaid(t *testing.T) {
	for name, op := range map[string]rooms.Op{"says something": rooms.Say{Text: "hi"}, "types": rooms.Typing{}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				anna, slow, quick := bySlowLine(t)
				quick.do(op)
				pass(1, anna, quick)
				settle(slow, quick, anna)
				pass(1, slow, quick, anna) // at once: who says so may leave
				var want []string
				if name == "says something" {
					want = []string{"unsealed: You missed what quick said on coming in: it was sealed before they knew that you are here."}
				}
				if told := slow.texts(); !slices.Equal(told, want) {
					t.Errorf("slow was told %q, want %q", told, want)
				}
				quick.do(rooms.Say{Text: "again"})
				pass(5, slow, quick, anna)
				if said := got[*rooms.Said](slow); len(said) != 1 || len(got[*rooms.Gap](slow)) > 0 {
					t.Errorf("slow heard %d messages, and of gaps", len(said))
				}
				if told := slow.texts(); !slices.Equal(told, want) {
					t.Errorf("slow was told %q, want %q", told, want)
				}
			})
		})
	}
}

// What somebody is called and what the room is about reach those too whose own word was
// on its way when it was said, and nobody takes it for a difference.
func TestANameReachesASlowLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		anna, slow, quick := bySlowLine(t)
		quick.do(rooms.Rename{Nick: "zed"})
		quick.do(rooms.SetTopic{Text: "lunch"})
		pass(1, anna, quick)
		pass(20, slow, quick, anna)
		for name, e := range map[string]*end{"slow": slow, "anna": anna, "quick": quick} {
			if slices.ContainsFunc(e.texts(), func(told string) bool { return !strings.HasPrefix(told, "unsealed: You missed what ") }) {
				t.Errorf("%s was told %q", name, e.texts())
			}
			if v := e.Verify(); !slices.Contains(v.Names, "zed") || !slices.Equal(v.Words, anna.Verify().Words) {
				t.Errorf("%s shows %q", name, v.Names)
			}
			if topics := got[*rooms.TopicSet](e); len(topics) != 1 || topics[0].Text != "lunch" {
				t.Errorf("%s heard of %d topics", name, len(topics))
			}
		}
	})
}

// Nobody is told that they are alone while those who are here are on their way to say who
// they are, on a slow line; and nobody waits for ever for them.
func TestSlowLineIsNotAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		bob := srv.enter(t, "bob")
		pass(4, bob)
		settle(anna, bob)
		if w := one[*rooms.Welcome](t, bob); len(w.Members) != 2 {
			t.Errorf("bob was shown %v", nicks(w.Members))
		}
		bob.Close()
		anna.Close()
		srv.stray(t)
		carl := srv.enter(t, "carl")
		pass(5, carl)
		if len(got[*rooms.Welcome](carl)) > 0 {
			t.Error("carl is told who is here, and they had no time to say so")
		}
		pass(2, carl)
		if w := one[*rooms.Welcome](t, carl); len(w.Members) != 1 {
			t.Errorf("carl was shown %v", nicks(w.Members))
		}
	})
}

// A member who is not shown to another stays a difference though the server says that
// they are away, and though nothing of them is given to us: that much is said instead.
func TestSleepIsNoPlaceToHide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		mute := bob.you(t)
		r := &relay{Participant: anna.Conn(), gives: func(events []rooms.Event) []rooms.Event {
			return slices.DeleteFunc(events, func(e rooms.Event) bool {
				s, ok := e.(*rooms.Sealed)
				return ok && s.From == mute
			})
		}}
		anna.Attach(r)
		srv.between = func(c rooms.Participant) rooms.Participant { // bob is hidden from carl
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				for _, e := range events {
					if w, ok := e.(*rooms.Welcome); ok {
						w.Members = slices.DeleteFunc(slices.Clone(w.Members), func(m rooms.Member) bool { return m.ID == mute })
					}
				}
				return slices.DeleteFunc(events, func(e rooms.Event) bool {
					s, ok := e.(*rooms.Sealed)
					return ok && s.From == mute
				})
			}}
		}
		carl := srv.enter(t, "carl")
		pass(5, anna, bob, carl)
		anna.do(rooms.Say{Text: "what bob reads too"})
		pass(12, anna, bob, carl)
		if !anna.told(seal.Unheard, "Nothing has come from bob for ") {
			t.Errorf("anna was told %q", anna.texts())
		}
		if !carl.told(seal.RosterDiffers, "is shown bob, whom you are not shown") {
			t.Errorf("carl was told %q", carl.texts())
		}
		mute = ""
		for range 6 {
			bob.do(rooms.Say{Text: "I am awake"})
			pass(3, anna, bob, carl)
		}
		if !anna.told(seal.RosterDiffers, "carl is not shown bob, whom you are shown") {
			t.Errorf("anna was told %q", anna.texts())
		}
	})
}

// Of a member from whom nothing comes while the server shows them it is said when we
// speak, ten seconds later, and taken back when something comes.
func TestMemberWhoIsKeptBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		keeps := false
		from := bob.you(t)
		anna.Attach(&relay{Participant: anna.Conn(), gives: func(events []rooms.Event) []rooms.Event {
			return slices.DeleteFunc(events, func(e rooms.Event) bool {
				s, ok := e.(*rooms.Sealed)
				return ok && keeps && s.From == from
			})
		}})
		pass(20, anna, bob)
		keeps = true
		bob.do(rooms.Say{Text: "can you hear me?"})
		anna.do(rooms.Say{Text: "is somebody there?"})
		pass(9, anna, bob)
		if told := anna.texts(); len(told) > 0 {
			t.Fatalf("too early: %q", told)
		}
		pass(7, anna, bob)
		if told := anna.texts(); len(told) != 1 || !strings.HasPrefix(told[0], "unheard: Nothing has come from bob for ") {
			t.Fatalf("anna was told %q", told)
		}
		pass(120, anna, bob)
		if told := anna.texts(); len(told) != 1 {
			t.Errorf("it was said again: %q", told)
		}
		keeps = false
		bob.do(rooms.Say{Text: "now?"})
		pass(1, anna, bob)
		if told := anna.texts(); len(told) != 2 || told[1] != "heard_again: bob is heard again." {
			t.Errorf("then anna was told %q", told)
		}
		if gaps := got[*rooms.Gap](anna); len(gaps) != 1 {
			t.Errorf("%d gaps", len(gaps))
		}
	})
}

// Who only reads is never said to be silent, however long and whoever talks, and
// answers with little.
func TestReadersAreHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		var ends []*end
		sealed := 0
		for i := range 6 {
			srv.between = func(c rooms.Participant) rooms.Participant {
				return &relay{Participant: c, takes: func(op rooms.Op) bool {
					if s, ok := op.(rooms.Seal); ok && i > 1 {
						sealed += len(s.Body)
					}
					return true
				}}
			}
			ends = append(ends, srv.enter(t, fmt.Sprint("member", i)))
			settle(ends...)
		}
		pass(30, ends...)
		sealed = 0
		for i := range 600 {
			if i%7 == 0 {
				ends[i%2].do(rooms.Say{Text: "talk"})
			}
			pass(1, ends...)
		}
		for i, e := range ends {
			if told := e.texts(); len(told) > 0 {
				t.Errorf("%d was told %q", i, told)
			}
		}
		// Four readers, each of whom answers each of two talkers every ten seconds at most.
		if most := 4 * 2 * 60 * (seal.HeaderBytes + seal.MinPadded + 16); sealed > most {
			t.Errorf("readers sealed %d bytes, at most %d are due", sealed, most)
		}
	})
}

// Who agrees before our question to them is back has answered what was asked: their
// answer is nobody's forgery.
func TestAnswerAfterAgreement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		var held []rooms.Event
		holds := false
		anna.Attach(&relay{Participant: anna.Conn(), gives: func(events []rooms.Event) []rooms.Event { // her own copies are late
			return slices.DeleteFunc(events, func(e rooms.Event) bool {
				s, ok := e.(*rooms.Sealed)
				if holds && ok && s.ID != "" {
					held = append(held, e)
				}
				return holds && ok && s.ID != ""
			})
		}})
		x := srv.stray(t)
		settle(anna)
		x.come("mallory", anna)
		holds = true
		pass(4, anna) // she asks, since his first word could not show her
		x.listen()
		if !slices.Contains(x.said(), `{"t":"ask"}`) {
			t.Fatalf("mallory was told %q", x.said())
		}
		x.See(seal.View{Epoch: 1, Hash: anna.View()})
		x.tell(true, `{"t":"typing"}`, x.order[0])
		pass(1, anna)
		x.tell(false, fmt.Sprintf(`{"t":"view","shown":[{"id":"%x","nick":"mallory"}]}`, x.Me().ID), x.order[0])
		pass(1, anna)
		holds = false
		anna.Conn().(*relay).inject = held
		pass(5, anna)
		if anna.told(seal.Forged, "") {
			t.Errorf("anna was told %q", anna.texts())
		}
		for range 4 {
			x.tell(false, `{"t":"view","shown":[]}`, x.order[0])
		}
		pass(1, anna)
		if !anna.told(seal.Unreadable, "mallory sealed something") {
			t.Error("an answer that nobody asked for is taken for one")
		}
	})
}

// Whoever comes in as people do is counted at once, and not told of as somebody who
// stays silent; whoever does is, after three seconds, once.
func TestArrivalsAreNoStrangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		ends := []*end{anna}
		lasting := func() (n int) {
			for _, u := range got[*rooms.Unconfirmed](anna) {
				n += u.Lasting
			}
			return n
		}
		for i := range 4 {
			ends = append(ends, srv.enter(t, fmt.Sprint("member", i)))
			pass(5, ends...)
		}
		if n := lasting(); n > 0 {
			t.Errorf("%d members are told of as strangers", n)
		}
		srv.stray(t)
		pass(2, ends...)
		if told := got[*rooms.Unconfirmed](anna); len(told) != 1 || told[0].Count != 1 || told[0].Lasting != 0 {
			t.Errorf("a stranger is told of with %+v", told)
		}
		ends = append(ends, srv.enter(t, "late"))
		pass(8, ends...)
		if n := lasting(); n != 1 {
			t.Errorf("%d lasting strangers, want one", n)
		}
	})
}
