package rooms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// said has somebody say something, and returns its number.
func said(p *person, op rooms.Say) uint64 {
	p.t.Helper()
	p.take()
	p.do(op)
	return want[*rooms.Said](p.t, p.take()).Seq
}

// refused has somebody ask for what is refused, and returns why.
func refused(p *person, op rooms.Op) *rooms.Error {
	p.t.Helper()
	p.take()
	p.do(op)
	r := want[*rooms.Refused](p.t, p.take())
	if r.ID != rooms.IDOf(op) {
		p.t.Errorf("%#v is refused as %q", op, r.ID)
	}
	return r.Err
}

func couple(t *testing.T) (h *rooms.Hub, mia, zoe *person) {
	h = rooms.NewHub(rooms.Config{SayRate: 1000})
	return h, enter(t, h, rooms.Visitor{Nick: "mia", Via: rooms.ViaWeb, Host: true}), enter(t, h, rooms.Visitor{Nick: "zoe", Via: rooms.ViaWeb})
}

func TestReact(t *testing.T) {
	_, mia, zoe := couple(t)
	re := said(mia, rooms.Say{Text: "we ship"})
	zoe.take()
	for _, on := range []bool{true, false, true} {
		zoe.do(rooms.React{ID: "x", Re: re, Emoji: "❤", On: on})
		own := want[*rooms.Reacted](t, zoe.take())
		theirs := want[*rooms.Reacted](t, mia.take())
		if own.ID != "x" || theirs.ID != "" || theirs.Re != re || theirs.Emoji != "❤️" || theirs.On != on || theirs.From.Nick != "zoe" {
			t.Fatalf("reacted: %+v, %+v", own, theirs)
		}
		if err := refused(zoe, rooms.React{ID: "y", Re: re, Emoji: "❤️", On: on}); err.Code != rooms.NotAllowed {
			t.Fatalf("the same once more: %v", err)
		}
		if more := mia.take(); len(more) > 0 {
			t.Fatalf("told of what changes nothing: %s", show(more))
		}
	}
}

func TestReactionsThatAreNone(t *testing.T) {
	_, mia, _ := couple(t)
	re := said(mia, rooms.Say{Text: "we ship"})
	poll := said(mia, rooms.Say{Text: "lunch?", Options: []string{"pizza", "soup"}})
	for _, c := range []struct {
		re    uint64
		emoji string
		code  rooms.Code
	}{
		{re, "", rooms.BadFrame}, {re, "a", rooms.BadFrame}, {re, "👍👍", rooms.BadFrame}, {re, ":tada:", rooms.BadFrame}, {re, "🏽", rooms.BadFrame},
		{re, "1", rooms.BadFrame}, {poll, "3", rooms.BadFrame}, {poll, "0", rooms.BadFrame}, {poll, "01", rooms.BadFrame}, {poll, "+1", rooms.BadFrame}, {poll, "11", rooms.BadFrame},
		{0, "👍", rooms.UnknownMessage}, {re - 1, "👍", rooms.UnknownMessage}, {poll + 1, "👍", rooms.UnknownMessage}, {1 << 52, "👍", rooms.UnknownMessage},
	} {
		if err := refused(mia, rooms.React{ID: "x", Re: c.re, Emoji: c.emoji, On: true}); err.Code != c.code {
			t.Errorf("%q on %d: %v, want %s", c.emoji, c.re, err, c.code)
		}
	}
}

var kinds = strings.Fields("👍 👎 😀 😂 😍 🤔 🎉 🚀 👀 🔥 🙏 💯 🐢 🦦")

func TestKindsOfReactions(t *testing.T) {
	h, mia, zoe := couple(t)
	heron := enter(t, h, rooms.Visitor{Nick: "heron"})
	plain, poll := said(mia, rooms.Say{Text: "x"}), said(mia, rooms.Say{Text: "lunch?", Options: []string{"a", "b", "c"}})
	for re, most := range map[uint64]int{plain: rooms.MaxReactionKinds, poll: rooms.MaxReactionKinds - 3} {
		for _, emoji := range kinds[:most] {
			zoe.do(rooms.React{Re: re, Emoji: emoji, On: true})
			want[*rooms.Reacted](t, zoe.take())
		}
		if err := refused(zoe, rooms.React{ID: "x", Re: re, Emoji: kinds[most], On: true}); err.Code != rooms.NotAllowed {
			t.Errorf("another kind: %v", err)
		}
		mia.take()
		mia.do(rooms.React{Re: re, Emoji: kinds[0], On: true}) // is no other kind
		want[*rooms.Reacted](t, mia.take())
		zoe.do(rooms.React{Re: re, Emoji: kinds[1], On: false})
		zoe.do(rooms.React{Re: re, Emoji: kinds[most], On: true})
		if n := len(zoe.take()); n != 3 {
			t.Errorf("after one kind is gone another fits: %d events", n)
		}
	}
	heron.take()
	for _, option := range []string{"1", "2", "3"} { // though there are as many emoji as fit
		heron.do(rooms.React{Re: poll, Emoji: option, On: true})
		want[*rooms.Reacted](t, heron.take())
	}
}

func TestAmend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, mia, zoe := couple(t)
		re := said(zoe, rooms.Say{Text: "we shop", Action: true})
		mia.take()
		zoe.do(rooms.Amend{ID: "x", Re: re, Text: "we\x1b[31m ship "})
		own, theirs := want[*rooms.Amended](t, zoe.take()), want[*rooms.Amended](t, mia.take())
		if own.ID != "x" || theirs.ID != "" || theirs.Re != re || theirs.Text != "we ship" || theirs.From.Nick != "zoe" {
			t.Fatalf("amended: %+v, %+v", own, theirs)
		}
		for _, c := range []struct {
			who  *person
			op   rooms.Amend
			code rooms.Code
		}{
			{mia, rooms.Amend{ID: "x", Re: re, Text: "we sink"}, rooms.NotAllowed}, // though a host
			{zoe, rooms.Amend{ID: "x", Re: re, Text: " "}, rooms.BadFrame},
			{zoe, rooms.Amend{ID: "x", Re: re, Text: strings.Repeat("x", rooms.MaxTextBytes+1)}, rooms.TooLong},
			{zoe, rooms.Amend{ID: "x", Re: re + 1, Text: "x"}, rooms.UnknownMessage},
		} {
			if err := refused(c.who, c.op); err.Code != c.code {
				t.Errorf("%v: %v, want %s", c.op.Text, err, c.code)
			}
		}
		time.Sleep(rooms.AmendFor)
		zoe.do(rooms.Amend{Re: re, Text: "just in time"})
		want[*rooms.Amended](t, zoe.take())
		time.Sleep(time.Second)
		if err := refused(zoe, rooms.Amend{ID: "x", Re: re, Text: "late"}); err.Code != rooms.NotAllowed {
			t.Errorf("late: %v", err)
		}
	})
}

func TestRetract(t *testing.T) {
	_, mia, zoe := couple(t)
	for _, who := range []*person{zoe, mia} { // its writer, and a host
		re := said(zoe, rooms.Say{Text: "a secret"})
		mia.take()
		zoe.take()
		who.do(rooms.Retract{ID: "x", Re: re})
		for _, p := range []*person{mia, zoe} {
			if e := want[*rooms.Retracted](t, p.take()); e.Re != re || e.From.ID != who.welcome.You.ID || (e.ID == "x") != (p == who) {
				t.Errorf("retracted: %+v", e)
			}
		}
		for _, op := range []rooms.Op{rooms.Retract{ID: "y", Re: re}, rooms.React{ID: "y", Re: re, Emoji: "👍", On: true}, rooms.Amend{ID: "y", Re: re, Text: "x"}} {
			if err := refused(zoe, op); err.Code != rooms.UnknownMessage {
				t.Errorf("%T of what was taken back: %v", op, err)
			}
		}
	}
	re := said(mia, rooms.Say{Text: "a host's"})
	if err := refused(zoe, rooms.Retract{ID: "x", Re: re}); err.Code != rooms.NotHost {
		t.Errorf("somebody else's: %v", err)
	}
	mia.take()
	mia.do(rooms.Offer{File: rooms.File{Name: "plan.pdf", Size: 3, Key: strings.Repeat("k", rooms.FileKeyBytes), Sum: strings.Repeat("s", rooms.FileSumBytes)}})
	file := want[*rooms.Offered](t, mia.take()).Seq
	for _, op := range []rooms.Op{rooms.Retract{ID: "x", Re: file}, rooms.Amend{ID: "x", Re: file, Text: "x"}} {
		if err := refused(mia, op); err.Code != rooms.NotAllowed || !strings.Contains(err.Message, "/cancel") {
			t.Errorf("%T of a file: %v", op, err)
		}
	}
	zoe.do(rooms.React{Re: file, Emoji: "👍", On: true})
	want[*rooms.Reacted](t, zoe.take())
}

func TestPoll(t *testing.T) {
	_, mia, zoe := couple(t)
	mia.do(rooms.Say{Text: "lunch?", Options: []string{" pizza\x1b[1m", "soup\nof the day"}})
	poll := want[*rooms.Said](t, zoe.take())
	if !slices.Equal(poll.Options, []string{"pizza", "soup of the day"}) {
		t.Fatalf("options %q", poll.Options)
	}
	zoe.do(rooms.React{Re: poll.Seq, Emoji: "2", On: true})
	if e := want[*rooms.Reacted](t, mia.take()[1:]); e.Emoji != "2" {
		t.Errorf("chosen: %+v", e)
	}
	long := strings.Repeat("x", rooms.MaxOptionBytes+1)
	for _, c := range []struct {
		op   rooms.Say
		code rooms.Code
	}{
		{rooms.Say{ID: "x", Text: "q", Options: []string{"a"}}, rooms.BadFrame},
		{rooms.Say{ID: "x", Text: "q", Options: strings.Fields("a b c d e f g h i j k")}, rooms.BadFrame},
		{rooms.Say{ID: "x", Text: "q", Options: []string{"a", "a"}}, rooms.BadFrame},
		{rooms.Say{ID: "x", Text: "q", Options: []string{"a", long}}, rooms.TooLong},
		{rooms.Say{ID: "x", Text: "q", Options: []string{"a", "b"}, Action: true}, rooms.BadFrame},
		{rooms.Say{ID: "x", Text: "", Options: []string{"a", "b"}}, rooms.BadFrame},
	} {
		if err := refused(mia, c.op); err.Code != c.code {
			t.Errorf("%+v: %v, want %s", c.op, err, c.code)
		}
	}
}

// What binds whoever speaks binds them when they change what they said; reactions and
// taking back are bound by less.
func TestRulesOfMending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, mia, zoe := couple(t)
		mia.take()
		re, other := said(zoe, rooms.Say{Text: "one"}), said(mia, rooms.Say{Text: "two"})
		third := said(zoe, rooms.Say{Text: "three"})
		may := func(op rooms.Op) {
			t.Helper()
			zoe.take()
			zoe.do(op)
			for _, e := range zoe.take() {
				if r, ok := e.(*rooms.Refused); ok {
					t.Errorf("%T: %v", op, r.Err)
				}
			}
		}
		mayNot := func(op rooms.Op, code rooms.Code) {
			t.Helper()
			if err := refused(zoe, op); err.Code != code {
				t.Errorf("%T: %v, want %s", op, err, code)
			}
		}
		slow, yes, no := 10*time.Second, true, false
		mia.do(rooms.SetRules{Slow: &slow})
		time.Sleep(slow)
		may(rooms.Say{Text: "now I have to wait"})
		mayNot(rooms.Say{Text: "lunch?", Options: []string{"a", "b"}}, rooms.TooSoon)
		may(rooms.Amend{Re: re, Text: "won"})
		may(rooms.React{Re: other, Emoji: "👍", On: true})
		for range 3 { // whichever it is
			mayNot(rooms.Amend{Re: re, Text: "one more line"}, rooms.NotAllowed)
			mayNot(rooms.Amend{Re: third, Text: "one more line"}, rooms.NotAllowed)
		}
		time.Sleep(slow - time.Millisecond)
		mayNot(rooms.Amend{Re: re, Text: "one more line"}, rooms.NotAllowed)
		time.Sleep(time.Millisecond)
		may(rooms.Amend{Re: re, Text: "one"})
		may(rooms.Say{Text: "a change keeps nobody from saying something"})

		mia.do(rooms.SetRules{Slow: new(time.Duration), Links: &no})
		mayNot(rooms.Amend{Re: re, Text: "see https://x.example"}, rooms.NotAllowed)
		mayNot(rooms.Say{Text: "which?", Options: []string{"a", "https://x.example"}}, rooms.NotAllowed)

		mia.do(rooms.SetRules{Quiet: &yes})
		mayNot(rooms.Amend{Re: re, Text: "on"}, rooms.QuietNow)
		may(rooms.React{Re: other, Emoji: "👎", On: true})
		may(rooms.Retract{Re: third})

		mia.do(rooms.SetRules{Quiet: &no})
		mia.do(rooms.Mute{To: zoe.welcome.You.ID, For: time.Minute})
		mayNot(rooms.Amend{Re: re, Text: "on"}, rooms.MutedNow)
		mayNot(rooms.React{Re: other, Emoji: "🎉", On: true}, rooms.MutedNow)
		mayNot(rooms.React{Re: other, Emoji: "👍"}, rooms.MutedNow)
		may(rooms.Retract{Re: re})
	})
}

// A room remembers the newest messages, however many there were, and who said them though
// others have their name by now.
func TestRemembered(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	mia, zoe := enter(t, h, rooms.Visitor{Nick: "mia"}), enter(t, h, rooms.Visitor{Nick: "zoe"})
	mia.take()
	var seqs []uint64
	for n := range 2*rooms.RememberedMessages + 10 {
		seqs = append(seqs, said(mia, rooms.Say{Text: fmt.Sprint("message ", n)}))
		if n%100 == 0 {
			mia.do(rooms.SetTopic{Text: fmt.Sprint(n)}) // a number that is no message
		}
		zoe.take()
	}
	first := len(seqs) - rooms.RememberedMessages
	for i := first - 10; i < len(seqs); i++ {
		seq := seqs[i]
		zoe.do(rooms.React{ID: "x", Re: seq, Emoji: "👍", On: true})
		events := zoe.take()
		if _, reacted := events[0].(*rooms.Reacted); reacted != (i >= first) {
			t.Fatalf("message %d of %d: %s", i, len(seqs), show(events))
		}
		mia.take()
	}
	zoe.do(rooms.Leave{})
	again := enter(t, h, rooms.Visitor{Nick: "zoe"})
	mia.take()
	if err := refused(again, rooms.Retract{ID: "x", Re: seqs[len(seqs)-1]}); err.Code != rooms.NotHost {
		t.Errorf("somebody else's: %v", err)
	}
	again.do(rooms.React{Re: seqs[len(seqs)-1], Emoji: "👍", On: true}) // the other one stays
	want[*rooms.Reacted](t, again.take())
	again.do(rooms.Inspect{})
	for _, f := range want[*rooms.Held](t, again.take()).Fields {
		if want, ok := map[string]string{"memory.messages": "0 of them", "memory.reactions": "1 of them"}[f.Name]; ok && f.Value != want {
			t.Errorf("%s is %q, want %q", f.Name, f.Value, want)
		}
	}
}
