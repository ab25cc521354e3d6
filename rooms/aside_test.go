package rooms_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// Everybody is told who is away and why, those who come later too, and nobody is woken for
// it as for words.
func TestAside(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	anna, bob := enter(t, h, rooms.Visitor{Nick: "anna"}), enter(t, h, rooms.Visitor{Nick: "bob"})
	anna.take()
	anna.do(rooms.SetAside{ID: "1", On: true, Text: " back\nat \u202ethree "})
	set, own := want[*rooms.AsideSet](t, bob.take()), want[*rooms.AsideSet](t, anna.take())
	aside := rooms.Aside{On: true, Text: "back at three"}
	if set.ID != "" || own.ID != "1" || set.Seq != own.Seq || set.Seq != bob.welcome.Seq+1 || set.Member.Aside != aside || set.Member.Nick != "anna" {
		t.Errorf("bob got %+v, anna %+v", set, own)
	}
	seat, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Nick: "carl"})
	if err != nil {
		t.Fatal(err)
	}
	defer seat.Close()
	carl := &person{Seat: seat, t: t}
	events := carl.take()
	if late := want[*rooms.AsideSet](t, events); late.Seq != 0 || late.Member.ID != anna.welcome.You.ID || late.Member.Aside != aside {
		t.Errorf("carl got %+v", late)
	}
	if _, first := events[0].(*rooms.Welcome); !first {
		t.Errorf("carl is told before he is welcomed: %s", show(events))
	}
	anna.do(rooms.SetAside{ID: "2", On: true, Text: "back at three"})
	if r := want[*rooms.Refused](t, anna.take()); r.ID != "2" || r.Err.Code != rooms.NotAllowed {
		t.Errorf("what is so already is %+v", r)
	}
	anna.do(rooms.Say{Text: "one more thing"}) // ends nothing
	anna.do(rooms.Rename{Nick: "ann"})
	if renamed := want[*rooms.Renamed](t, carl.take()); renamed.Member.Aside != aside {
		t.Errorf("%+v", renamed.Member)
	}
	anna.do(rooms.SetAside{Text: "means nothing"})
	if back := want[*rooms.AsideSet](t, carl.take()); back.Member.Aside != (rooms.Aside{}) {
		t.Errorf("%+v", back.Member)
	}
	anna.do(rooms.SetAside{On: true})
	if set := want[*rooms.AsideSet](t, bob.take()[4:]); set.Member.Aside != (rooms.Aside{On: true}) {
		t.Errorf("%+v", set.Member)
	}
	anna.do(rooms.Leave{})
	if left := want[*rooms.Left](t, carl.take()); !left.Member.Aside.On {
		t.Errorf("%+v", left.Member)
	}
}

func TestAsideIsBounded(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	anna := enter(t, h, rooms.Visitor{})
	for text, fits := range map[string]bool{
		strings.Repeat("x", rooms.MaxAsideRunes): true, strings.Repeat("x", rooms.MaxAsideRunes+1): false,
		strings.Repeat("ش", rooms.MaxAsideBytes/2): true, strings.Repeat("あ", rooms.MaxAsideBytes/3+1): false,
	} {
		anna.take()
		anna.do(rooms.SetAside{ID: "1", On: true, Text: text})
		if events := anna.take(); fits {
			want[*rooms.AsideSet](t, events)
		} else if r := want[*rooms.Refused](t, events); r.ID != "1" || r.Err.Code != rooms.TooLong {
			t.Errorf("%d bytes: %+v", len(text), r)
		}
	}
	var last *person
	held := 0
	for ; held < rooms.DefaultRoomSize-1; held++ {
		last = enter(t, h, rooms.Visitor{})
		last.do(rooms.SetAside{ID: "2", On: true, Text: fmt.Sprint(held, strings.Repeat("\"", rooms.MaxAsideRunes-4))})
		if _, refused := last.take()[0].(*rooms.Refused); refused {
			break
		}
	}
	if least, most := rooms.RoomAsideBytes/(2*rooms.MaxAsideBytes), rooms.RoomAsideBytes/rooms.MaxAsideBytes; held < least || held > most {
		t.Errorf("%d may say at length why they are away", held)
	}
	last.do(rooms.SetAside{On: true})
	want[*rooms.AsideSet](t, last.take())
	anna.do(rooms.SetAside{})
	last.do(rooms.SetAside{On: true, Text: "now it fits"})
	want[*rooms.AsideSet](t, last.take())
}

// Who may not speak says that they are away, and not why.
func TestAsideIsGoverned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
		host := enter(t, h, rooms.Visitor{Host: true})
		anna := enter(t, h, rooms.Visitor{})
		try := func(aside rooms.SetAside, code rooms.Code) {
			t.Helper()
			anna.take()
			time.Sleep(time.Second)
			anna.do(aside)
			events := anna.take()
			if code == "" {
				want[*rooms.AsideSet](t, events)
			} else if r := want[*rooms.Refused](t, events); r.Err.Code != code {
				t.Errorf("%+v is refused with %q, want %q", aside, r.Err.Code, code)
			}
		}
		words, none, back := rooms.SetAside{On: true, Text: "lunch"}, rooms.SetAside{On: true}, rooms.SetAside{}
		yes, no, slow, off := true, false, 30*time.Second, time.Duration(0)
		for _, rule := range []struct {
			on, off rooms.Op
			code    rooms.Code
		}{
			{rooms.Mute{To: anna.welcome.You.ID, For: time.Minute}, rooms.Mute{To: anna.welcome.You.ID}, rooms.MutedNow},
			{rooms.SetRules{Quiet: &yes}, rooms.SetRules{Quiet: &no}, rooms.QuietNow},
			{rooms.SetRules{Slow: &slow}, rooms.SetRules{Slow: &off}, rooms.TooSoon},
		} {
			try(words, "") // also says something, which makes the next too soon
			host.do(rule.on)
			try(rooms.SetAside{On: true, Text: "dinner"}, rule.code)
			try(back, "")
			try(none, "")
			try(back, "")
			try(words, rule.code)
			host.do(rule.off)
		}
		host.do(rooms.SetRules{Links: &no})
		try(rooms.SetAside{On: true, Text: "see https://x.example"}, rooms.NotAllowed)
		watcher := enter(t, h, rooms.Visitor{Watch: true})
		watcher.do(none)
		if r := want[*rooms.Refused](t, watcher.take()); r.Err.Code != rooms.NotAllowed {
			t.Errorf("who watches gets %+v", r)
		}
		sealed := enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: "A"})
		sealed.do(none)
		if r := want[*rooms.Refused](t, sealed.take()); r.Err.Code != rooms.NotAllowed {
			t.Errorf("in a sealed room the server is told, and says %+v", r)
		}
		for i := range 100 {
			anna.do(rooms.SetAside{On: true, Text: fmt.Sprint(i)})
		}
		if r := want[*rooms.Refused](t, anna.take()); r.Err.Code != rooms.RateLimited {
			t.Errorf("a hundred in a moment: %+v", r)
		}
	})
}
