package seal_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// end is somebody in a sealed room.
type end struct {
	*seal.Seat
	t      *testing.T
	events []rooms.Event
}

// server is where they meet: a real hub, and whatever a test puts between.
type server struct {
	*rooms.Hub
	secret seal.Secret
	// removed are those whose leaving the server says to have been a host's wish.
	removed map[string]bool
	hosts   bool // whoever makes a room is its host
	// between, if set, wraps the connection of whoever enters: a server that
	// is not honest.
	between func(rooms.Participant) rooms.Participant
}

func newServer() *server {
	return &server{Hub: rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate}), secret: seal.NewSecret(), removed: map[string]bool{}}
}

func (srv *server) enter(t *testing.T, nick string) *end {
	t.Helper()
	room := seal.Open(srv.secret)
	e := &end{Seat: seal.NewSeat(room, "garden", nick), t: t}
	conn, err := srv.Join(t.Context(), rooms.Visitor{Room: room.Name(), Hello: string(e.Hello()), Host: srv.hosts})
	if err != nil {
		t.Fatal(err)
	}
	e.Attach(conn)
	if srv.between != nil {
		e.Attach(srv.between(conn))
	}
	t.Cleanup(func() { e.Seat.Close() })
	return e
}

// settle lets everybody take what there is, until nobody has anything.
func settle(ends ...*end) {
	for quiet := 0; quiet < 4; quiet++ { // what one takes may be answered by what nobody sees
		for _, e := range ends {
			ctx, cancel := context.WithTimeout(e.t.Context(), 10*time.Millisecond)
			events, err := e.Next(ctx)
			cancel()
			if err == nil {
				e.events = append(e.events, events...)
				quiet = 0
			}
		}
	}
}

func (e *end) do(op rooms.Op) {
	e.t.Helper()
	if err := e.Do(e.t.Context(), op); err != nil {
		e.t.Fatalf("Do(%T): %v", op, err)
	}
}

// got takes the events of one type off what was heard.
func got[E rooms.Event](e *end) (found []E) {
	e.events = slices.DeleteFunc(e.events, func(ev rooms.Event) bool {
		f, ok := ev.(E)
		if ok {
			found = append(found, f)
		}
		return ok
	})
	return found
}

func one[E rooms.Event](t *testing.T, e *end) E {
	t.Helper()
	found := got[E](e)
	if len(found) != 1 {
		var none E
		t.Fatalf("%d %T, want one", len(found), none)
	}
	return found[0]
}

func nicks(members []rooms.Member) (all []string) {
	for _, m := range members {
		all = append(all, m.Nick)
	}
	slices.Sort(all)
	return all
}

func TestSealedRoomLooksLikeAnyRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		if w := one[*rooms.Welcome](t, anna); w.Room != "garden" || w.Kind != rooms.KindSealed || w.You.Nick != "anna" || len(w.Members) != 1 {
			t.Fatalf("welcome: %+v", w)
		}
		anna.do(rooms.SetTopic{ID: "t", Text: "tea at six"})
		settle(anna)
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		w := one[*rooms.Welcome](t, bob)
		if !slices.Equal(nicks(w.Members), []string{"anna", "bob"}) || w.Topic != "tea at six" {
			t.Fatalf("bob's welcome: %v, topic %q", nicks(w.Members), w.Topic)
		}
		if j := one[*rooms.Joined](t, anna); j.Member.Nick != "bob" {
			t.Fatalf("anna saw %q come", j.Member.Nick)
		}

		anna.do(rooms.Say{ID: "1", Text: "hello\x1b[31m"})
		settle(anna, bob)
		own, theirs := one[*rooms.Said](t, anna), one[*rooms.Said](t, bob)
		if own.ID != "1" || theirs.Text != "hello" || theirs.From.Nick != "anna" || theirs.ID != "" {
			t.Fatalf("own %+v, theirs %+v", own, theirs)
		}
		bob.do(rooms.Say{Text: "hi", Re: theirs.Seq})
		settle(anna, bob)
		if re := one[*rooms.Said](t, anna).Re; re != own.Seq {
			t.Fatalf("bob answered %d, anna sees %d", own.Seq, re)
		}

		carl := srv.enter(t, "anna") // a name that is taken
		settle(anna, bob, carl)
		seen := one[*rooms.Welcome](t, carl)
		if j := one[*rooms.Joined](t, anna); !strings.HasPrefix(j.Member.Nick, "guest-") || seen.You.Nick != j.Member.Nick || seen.Members[0].Nick != "anna" {
			t.Fatalf("a second anna is called %q; she sees %+v", j.Member.Nick, seen)
		}
		bob.do(rooms.Whisper{ID: "w", To: w.Members[0].ID, Text: "psst"})
		bob.do(rooms.Rename{ID: "n", Nick: "robert"})
		bob.do(rooms.Typing{})
		settle(anna, bob, carl)
		if x := one[*rooms.Whispered](t, anna); x.Text != "psst" || x.From.Nick != "bob" || x.To.Nick != "anna" {
			t.Fatalf("whisper: %+v", x)
		}
		if len(got[*rooms.Whispered](carl)) != 0 {
			t.Fatal("a third person heard a whisper")
		}
		if r := one[*rooms.Renamed](t, anna); r.Was != "bob" || r.Member.Nick != "robert" {
			t.Fatalf("renamed: %+v", r)
		}
		if r := one[*rooms.Renamed](t, bob); r.ID != "n" {
			t.Fatalf("own copy: %+v", r)
		}
		one[*rooms.TypingNow](t, anna)

		words := anna.Verify().Words
		if len(words) != 12 || !slices.Equal(words, bob.Verify().Words) || !slices.Equal(words, carl.Verify().Words) {
			t.Fatal("members of one room read out different words")
		}
		carl.do(rooms.Leave{})
		settle(anna, bob)
		if l := one[*rooms.Left](t, anna); l.Reason != rooms.LeftQuit {
			t.Fatalf("left: %+v", l)
		}
		for _, e := range []*end{anna, bob} {
			if n := got[*rooms.Notice](e); len(n) != 0 {
				t.Errorf("an honest room gave a warning: %q", n[0].Text)
			}
			if n := got[*rooms.Gap](e); len(n) != 0 {
				t.Error("an honest room has a gap")
			}
		}
	})
}

func TestSealedRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		for _, c := range []struct {
			op   rooms.Op
			code rooms.Code
		}{
			{rooms.Say{ID: "i", Text: strings.Repeat("x", rooms.MaxTextBytes+1)}, rooms.TooLong},
			{rooms.Say{ID: "i", Text: "\x00"}, rooms.BadFrame},
			{rooms.Whisper{ID: "i", To: "nobody", Text: "x"}, rooms.UnknownMember},
			{rooms.Rename{ID: "i", Nick: "BOB"}, rooms.NickTaken},
			{rooms.Rename{ID: "i", Nick: "a b"}, rooms.BadNick},
			{rooms.SetTopic{ID: "i", Text: strings.Repeat("x", rooms.MaxTopicBytes+1)}, rooms.TooLong},
		} {
			anna.do(c.op)
			settle(anna)
			if r := one[*rooms.Refused](t, anna); r.Err.Code != c.code || r.ID != "i" {
				t.Errorf("%T: %v, want %v", c.op, r.Err.Code, c.code)
			}
		}
		got[*rooms.Said](bob)
		for range 30 {
			anna.do(rooms.Say{ID: "f", Text: "flood"})
		}
		settle(anna, bob)
		if n, m := len(got[*rooms.Said](bob)), len(got[*rooms.Refused](anna)); n != 10 || m != 20 {
			t.Errorf("%d said and %d refused of a flood of 30", n, m)
		}
		if len(got[*rooms.Gap](bob)) != 0 {
			t.Error("messages that were refused count as missing")
		}
	})
}

// That nobody answers over the connection is told in a sealed room too, and is not
// taken for a server that says what it must not.
func TestSilenceIsPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		since := time.Now()
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				for i, e := range events {
					if synced, ok := e.(*rooms.Synced); ok && synced.ID == "silence" {
						events[i] = &rooms.Silence{Since: since}
					}
				}
				return events
			}}
		}
		anna := srv.enter(t, "anna")
		settle(anna)
		anna.do(rooms.Sync{ID: "silence"})
		settle(anna)
		if told := got[*rooms.Silence](anna); len(told) != 1 || !told[0].Since.Equal(since) || len(got[*rooms.Notice](anna)) > 0 {
			t.Errorf("anna was told %+v, and %+v", told, got[*rooms.Notice](anna))
		}
	})
}

// Whoever lost the connection for longer than the place can be taken back has no
// keys any more, and comes in as somebody new.
func TestKeysDieWithTheirPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		up := false
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				for i, e := range events {
					if _, ok := e.(*rooms.Synced); ok {
						events[i] = &rooms.Link{Up: up}
					}
				}
				return events
			}}
		}
		anna := srv.enter(t, "anna")
		settle(anna)
		link := func(is bool) {
			up = is
			anna.do(rooms.Sync{ID: "link"})
			settle(anna)
		}
		for _, short := range []bool{true, false} {
			link(false)
			time.Sleep(rooms.ResumeWindow - time.Second)
			settle(anna)
			if anna.Verify().Words == nil {
				t.Fatal("the keys died too early")
			}
			if short {
				link(true)
			}
			time.Sleep(rooms.ResumeWindow)
			settle(anna)
			if gone := anna.Verify().Words == nil; gone == short {
				t.Fatalf("after a short loss: %v; the keys are gone: %v", short, gone)
			}
		}
		anna.do(rooms.Say{ID: "1", Text: "is somebody there?"})
		settle(anna)
		if r := one[*rooms.Refused](t, anna); r.ID != "1" {
			t.Fatalf("refused: %+v", r)
		}
		link(true)
		anna.do(rooms.Whisper{ID: "2", To: "nobody", Text: "are you there?"}) // who is, isn't known before the next welcome
		settle(anna)
		if r := one[*rooms.Refused](t, anna); r.ID != "2" || r.Err.Code != rooms.NotAllowed {
			t.Fatalf("refused: %+v, %v", r, r.Err)
		}
		conn, err := srv.Join(t.Context(), rooms.Visitor{Room: seal.Open(srv.secret).Name(), Hello: string(anna.Hello())})
		if err != nil {
			t.Fatal(err)
		}
		anna.Attach(conn)
		got[*rooms.Welcome](anna)
		settle(anna)
		time.Sleep(seal.AloneWait) // her old place is there still, and silent
		settle(anna)
		if w := one[*rooms.Welcome](t, anna); w.You.Nick != "anna" || w.Resumed {
			t.Fatalf("welcome: %+v", w)
		}
		if suspected := got[*rooms.Notice](anna); suspected != nil {
			t.Fatalf("notices: %+v", suspected[0])
		}
	})
}

func TestDroppedMessagesShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		drop := 0
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				return slices.DeleteFunc(events, func(e rooms.Event) bool {
					_, sealed := e.(*rooms.Sealed)
					drop--
					return sealed && drop >= 0
				})
			}}
		}
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		drop = 2
		for _, text := range []string{"one", "two", "three"} {
			anna.do(rooms.Say{Text: text})
			settle(anna, bob)
		}
		if g := one[*rooms.Gap](t, bob); g.Missed != 2 {
			t.Fatalf("%d missing, want 2", g.Missed)
		}
		if s := one[*rooms.Said](t, bob); s.Text != "three" {
			t.Fatalf("heard %q", s.Text)
		}
	})
}

func TestSealedOffer(t *testing.T) {
	srv := newServer()
	alice, bob := srv.enter(t, "alice"), srv.enter(t, "bob")
	settle(alice, bob)
	file := rooms.File{Name: "plan.pdf", Size: 1 << 20, Key: strings.Repeat("k", 32), Sum: strings.Repeat("s", 32)}
	alice.do(rooms.Offer{ID: "1", File: file})
	alice.do(rooms.Offer{ID: "2", File: rooms.File{Size: rooms.MaxFileBytes + 1}})
	settle(alice, bob)
	own, theirs := got[*rooms.Offered](alice), got[*rooms.Offered](bob)
	if len(own) != 1 || len(theirs) != 1 || own[0].ID != "1" || theirs[0].ID != "" || theirs[0].File != file || theirs[0].From.Nick != "alice" {
		t.Errorf("alice has %+v, bob %+v", own, theirs)
	}
	if r := got[*rooms.Refused](alice); len(r) != 1 || r[0].ID != "2" || r[0].Err.Code != rooms.TooLong {
		t.Errorf("refused: %+v", r)
	}
}

// A whisper to somebody who left before it was said reached nobody, and is not shown as if
// it had.
func TestWhisperToNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		to := one[*rooms.Joined](t, anna).Member.ID
		bob.Close()
		anna.do(rooms.Whisper{ID: "w", To: to, Text: "are you there?"}) // what bob did is on its way
		settle(anna)
		if said := got[*rooms.Whispered](anna); len(said) > 0 {
			t.Errorf("a whisper to nobody is shown: %+v", said[0])
		}
		if r := one[*rooms.Refused](t, anna); r.ID != "w" || r.Err.Code != rooms.Undelivered {
			t.Errorf("refused: %+v", r)
		}
	})
}
