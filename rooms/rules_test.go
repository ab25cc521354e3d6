package rooms_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// to returns a pointer to a value, as SetRules has them.
func to[T any](v T) *T { return &v }

// passes does an op, which must not be refused.
func (p *person) passes(op rooms.Op) []rooms.Event {
	p.t.Helper()
	events := p.ask(op)
	for _, e := range events {
		if r, ok := e.(*rooms.Refused); ok {
			p.t.Fatalf("%T was refused: %v", op, r.Err)
		}
	}
	return events
}

func TestRules(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	host, _ := found(t, h, rooms.Visitor{})
	if host.welcome.Rules != (rooms.Rules{Door: rooms.DoorOpen}) {
		t.Errorf("a fresh room has %+v", host.welcome.Rules)
	}
	other := enter(t, h, rooms.Visitor{})
	other.refused(rooms.SetRules{ID: "1", Quiet: to(true)}, rooms.NotHost)
	for _, bad := range []rooms.SetRules{
		{}, {Door: "ajar"}, {Door: rooms.DoorOpen}, {Slow: to(time.Millisecond)}, {Slow: to(rooms.MaxSlow + time.Second)}, {Slow: to(-time.Second)},
		{Fade: to(rooms.MinFade - time.Second)}, {Fade: to(rooms.MaxFade + time.Second)}, {Links: to(true)}, {Slow: to(time.Duration(0))},
	} {
		bad.ID = "bad"
		host.refused(bad, rooms.NotAllowed)
	}
	set := want[*rooms.RulesSet](t, host.passes(rooms.SetRules{ID: "2", Door: rooms.DoorLocked, Slow: to(rooms.MaxSlow), Fade: to(rooms.MinFade), Links: to(false)}))
	rules := rooms.Rules{Door: rooms.DoorLocked, Slow: rooms.MaxSlow, Fade: rooms.MinFade, NoLinks: true}
	if set.ID != "2" || set.From.ID != host.welcome.You.ID || set.Rules != rules || set.Why != "" {
		t.Errorf("a host changes rules: %+v", set)
	}
	if seen := want[*rooms.RulesSet](t, other.take()); seen.ID != "" || seen.Rules != rules {
		t.Errorf("others are told %+v", seen)
	}
	want[*rooms.RulesSet](t, host.passes(rooms.SetRules{Door: rooms.DoorOpen, Slow: to(time.Duration(0)), Quiet: to(true)}))
	rules = rooms.Rules{Door: rooms.DoorOpen, Fade: rooms.MinFade, Quiet: true, NoLinks: true}
	if late := enter(t, h, rooms.Visitor{}); late.welcome.Rules != rules {
		t.Errorf("who comes later is told %+v", late.welcome.Rules)
	}
}

func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 2})
		host, _ := found(t, h, rooms.Visitor{Via: rooms.ViaWeb})
		other, third := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
		host.passes(rooms.SetRules{Slow: to(time.Minute)})
		for _, p := range []*person{host, other} { // hosts too
			p.passes(rooms.Say{Text: "one"})
			time.Sleep(10 * time.Second)
			if err := p.refused(rooms.Say{ID: "2", Text: "waves", Action: true}, rooms.TooSoon); err.Wait != 50*time.Second {
				t.Errorf("after ten seconds the wait is %v", err.Wait)
			}
			if wait := p.SayWait(); wait != 50*time.Second {
				t.Errorf("and a pipe is told %v", wait)
			}
			p.refused(rooms.SetTopic{ID: "3", Text: "said all the same"}, rooms.TooSoon)
			p.passes(rooms.Whisper{To: third.welcome.You.ID, Text: "psst"})
			time.Sleep(50 * time.Second)
			p.passes(rooms.Say{Text: "two"})
		}
	})
}

// speaking is everything by which somebody is heard, beside their name.
func speaking(to string) []rooms.Op {
	return []rooms.Op{
		rooms.Say{ID: "say", Text: "hello"}, rooms.Say{ID: "me", Text: "waves", Action: true}, rooms.SetTopic{ID: "topic", Text: "mine"},
		rooms.Whisper{ID: "whisper", To: to, Text: "psst"}, rooms.Offer{ID: "offer", File: someFile},
	}
}

var someFile = rooms.File{Name: "plan.pdf", Size: 3, Key: string(make([]byte, rooms.FileKeyBytes)), Sum: string(make([]byte, rooms.FileSumBytes))}

func TestQuiet(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	host, _ := found(t, h, rooms.Visitor{Via: rooms.ViaWeb})
	other, third := enter(t, h, rooms.Visitor{Via: rooms.ViaWeb}), enter(t, h, rooms.Visitor{})
	host.passes(rooms.SetRules{Quiet: to(true)})
	me := other.welcome.You.ID
	for _, op := range speaking(third.welcome.You.ID) {
		other.refused(op, rooms.QuietNow)
	}
	third.take()
	other.do(rooms.Typing{})
	if events := third.take(); len(events) > 0 {
		t.Errorf("in a quiet room somebody without voice is heard:%s", show(events))
	}
	other.refused(rooms.Rename{ID: "nick", Nick: "you-all-suck"}, rooms.QuietNow) // which all would read
	other.passes(rooms.Whisper{To: host.welcome.You.ID, Text: "may I?"})
	for _, op := range speaking(third.welcome.You.ID) {
		host.passes(op)
	}
	other.refused(rooms.LetSpeak{To: me, On: true}, rooms.NotHost)
	host.refused(rooms.LetSpeak{To: "nobody", On: true}, rooms.UnknownMember)
	if set := want[*rooms.SpeakSet](t, host.passes(rooms.LetSpeak{ID: "v", To: me, On: true})); set.ID != "v" || !set.Member.Speaks || set.Member.ID != me {
		t.Errorf("%+v", set)
	}
	host.refused(rooms.LetSpeak{To: me, On: true}, rooms.NotAllowed)
	for _, op := range speaking(third.welcome.You.ID) {
		other.passes(op)
	}
	want[*rooms.SpeakSet](t, host.passes(rooms.LetSpeak{To: me}))
	other.refused(rooms.Say{Text: "still?"}, rooms.QuietNow)
	host.passes(rooms.SetRules{Quiet: to(false)})
	other.passes(rooms.Say{Text: "hello"})
}

func TestLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 0})
		host, _ := found(t, h, rooms.Visitor{})
		host.passes(rooms.SetRules{Links: to(false)})
		host.refused(rooms.Say{Text: "https://me.example"}, rooms.NotAllowed) // hosts too
		time.Sleep(rooms.LinksAfter)
		host.passes(rooms.Say{Text: "https://me.example"})
		other := enter(t, h, rooms.Visitor{Via: rooms.ViaWeb})
		third := enter(t, h, rooms.Visitor{})
		time.Sleep(20 * time.Second)
		other.passes(rooms.Say{Text: "no link"})
		for _, op := range []rooms.Op{
			rooms.Say{Text: "see HTTPS://evil.example"}, rooms.Say{Text: "http://x", Action: true}, rooms.SetTopic{Text: "www.evil.example"},
			rooms.Whisper{To: third.welcome.You.ID, Text: "https://evil.example"},
			rooms.Offer{File: rooms.File{Name: "www.evil.example", Size: 3, Key: someFile.Key, Sum: someFile.Sum}},
		} {
			if err := other.refused(op, rooms.NotAllowed); err.Wait != 0 || !strings.Contains(err.Message, "40 seconds") {
				t.Errorf("after twenty seconds: %+v", err)
			}
		}
		time.Sleep(40 * time.Second)
		other.passes(rooms.Say{Text: "https://good.example"})
	})
}

func TestHasLink(t *testing.T) {
	for text, has := range map[string]bool{
		"": false, "hello": false, "awww. so": false, "www.": true, "(www.x.example)": true, "hTtP://x": true, "xhttps://": true, "http:/x": false, "awww. www.x": true,
	} {
		if rooms.HasLink(text) != has {
			t.Errorf("HasLink(%q) is %v", text, !has)
		}
	}
}

func TestMute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 0})
		host, _ := found(t, h, rooms.Visitor{})
		other, third := enter(t, h, rooms.Visitor{Via: rooms.ViaWeb}), enter(t, h, rooms.Visitor{})
		me := other.welcome.You.ID
		other.refused(rooms.Mute{To: me, For: time.Minute}, rooms.NotHost)
		for _, bad := range []rooms.Mute{{To: me, For: rooms.MinMute - 1}, {To: me, For: rooms.MaxMute + 1}, {To: me}, {To: host.welcome.You.ID, For: time.Minute}} {
			host.refused(bad, rooms.NotAllowed)
		}
		host.refused(rooms.Mute{To: "nobody", For: time.Minute}, rooms.UnknownMember)
		if e := want[*rooms.Muted](t, host.passes(rooms.Mute{ID: "m", To: me, For: time.Minute})); e.ID != "m" || e.For != time.Minute || e.Member.ID != me || !e.Member.Muted {
			t.Errorf("%+v", e)
		}
		third.take()
		for _, op := range append(speaking(third.welcome.You.ID), rooms.Rename{ID: "nick", Nick: "another"}) {
			other.refused(op, rooms.MutedNow)
		}
		other.do(rooms.Typing{})
		if events := third.take(); len(events) > 0 {
			t.Errorf("somebody muted is heard:%s", show(events))
		}
		other.passes(rooms.Whisper{To: host.welcome.You.ID, Text: "why?"})
		time.Sleep(30 * time.Second)
		want[*rooms.Muted](t, host.passes(rooms.Mute{To: me, For: time.Minute})) // anew
		time.Sleep(45 * time.Second)
		other.refused(rooms.Say{Text: "?"}, rooms.MutedNow)
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if over := muted(third.take()); len(over) != 2 || over[1].For != 0 || over[1].Member.Muted {
			t.Errorf("at the end others are told %+v", over)
		}
		other.passes(rooms.Say{Text: "hello"})

		host.passes(rooms.Mute{To: me, For: time.Minute})
		host.passes(rooms.Mute{To: me})
		other.passes(rooms.Say{Text: "hello"})
		third.take()
		time.Sleep(time.Hour)
		if over := muted(third.take()); len(over) > 0 {
			t.Errorf("a mute that was lifted ends once more: %+v", over)
		}

		host.passes(rooms.MakeHost{To: me, On: true}) // a host may mute another
		host.passes(rooms.Mute{To: me, For: time.Minute})
		other.refused(rooms.Say{Text: "?"}, rooms.MutedNow)
		other.refused(rooms.Mute{To: me}, rooms.NotAllowed)
		other.do(rooms.Leave{})
		third.take()
		time.Sleep(time.Hour)
		if events := third.take(); len(events) > 0 {
			t.Errorf("who left is told of:%s", show(events))
		}
	})
}

func muted(events []rooms.Event) (all []*rooms.Muted) {
	for _, e := range events {
		if e, ok := e.(*rooms.Muted); ok {
			all = append(all, e)
		}
	}
	return all
}

// In a sealed room the server can't tell what is said, and says so.
func TestRulesOfASealedRoom(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	v := rooms.Visitor{Room: "00112233445566778899aabbccddeeff", Hello: "hello"}
	host, key := found(t, h, v)
	other := enter(t, h, v)
	me := other.welcome.You.ID
	for _, op := range []rooms.Op{
		rooms.SetRules{Slow: to(time.Minute)}, rooms.SetRules{Quiet: to(true)}, rooms.SetRules{Links: to(false)},
		rooms.Mute{To: me, For: time.Minute}, rooms.LetSpeak{To: me, On: true}, rooms.Remove{To: me, Reason: "words"},
	} {
		host.refused(op, rooms.NotAllowed)
	}
	host.passes(rooms.SetRules{Door: rooms.DoorKnock, Fade: to(time.Hour)})
	want[*rooms.KeyShown](t, host.passes(rooms.AskKey{}))
	want[*rooms.HostSet](t, other.passes(rooms.Claim{Key: key}))
	want[*rooms.HostSet](t, host.passes(rooms.MakeHost{To: me}))
	want[*rooms.Left](t, host.passes(rooms.Remove{To: me}))
	host.do(rooms.Burn{})
	if err := host.end(); !isEnded(err, rooms.Burned) {
		t.Errorf("the host ended by %v", err)
	}
}
