package line

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// TestMending is a transcript of somebody in --plain: what is asked by what they type, and
// what they are told of reactions, of what is changed and taken back, and of polls.
func TestMending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		for _, line := range []string{"/react", "/react 👍", "/retract", "/amend x"} {
			if line == "/react" {
				p.happen(inTea)
			}
			p.types(line)
		}
		p.happen(`
			{"t":"said","seq":1,"at":1,"from":{"id":"02","nick":"bob"},"text":"we *ship* at noon, and nobody knows what it is that we ship"}
			{"t":"said","seq":2,"at":1,"from":{"id":"03","nick":"cleo"},"text":"lunch?","options":["pizza","soup","nothing at all"]}`)
		time.Sleep(3 * time.Minute)
		p.happen(`{"t":"said","seq":3,"at":1,"from":{"id":"02","nick":"bob"},"text":"waves","action":true}`)
		for _, c := range []struct{ line, answer string }{
			{"/react :tada:", `{"t":"reacted","seq":4,"from":{"id":"01","nick":"ear"},"re":3,"emoji":"🎉","on":true,"id":"1"}`},
			{"/react 🎉", `{"t":"reacted","seq":5,"from":{"id":"01","nick":"ear"},"re":3,"emoji":"🎉","on":false,"id":"2"}`},
			{"/react ❤ @cleo", `{"t":"reacted","seq":6,"from":{"id":"01","nick":"ear"},"re":2,"emoji":"❤️","on":true,"id":"3"}`},
			{"/react 2", `{"t":"reacted","seq":7,"from":{"id":"01","nick":"ear"},"re":2,"emoji":"2","on":true,"id":"4"}`},
			{"/react #3 cleo", `{"t":"reacted","seq":8,"from":{"id":"01","nick":"ear"},"re":2,"emoji":"3","on":true,"id":"5"}`},
			{"/react 3", `{"t":"reacted","seq":9,"from":{"id":"01","nick":"ear"},"re":2,"emoji":"3","on":false,"id":"6"}`},
			{"/react thumbsup", `{"t":"error","code":"not_allowed","message":"A host has muted you.","id":"7"}`},
			{"/poll who drives? | ear ｜ nobody |", `{"t":"said","seq":10,"at":1,"from":{"id":"01","nick":"ear"},"text":"who drives?","options":["ear","nobody"],"id":"8"}`},
			{"/react 1", `{"t":"reacted","seq":11,"from":{"id":"01","nick":"ear"},"re":10,"emoji":"1","on":true,"id":"9"}`},
			{"/amend who drives us?", `{"t":"amended","seq":12,"from":{"id":"01","nick":"ear"},"re":10,"text":"who drives us?","id":"10"}`},
			{"/retract", `{"t":"retracted","seq":13,"from":{"id":"01","nick":"ear"},"re":10,"id":"11"}`},
		} {
			p.types(c.line)
			p.happen(c.answer)
		}
		for _, line := range []string{"/retract", "/react 👍 nobody", "/react 👍👍", "/react 4", "/react 11", "/react +1 ear", "/react 👍 bob now", "/amend", "/poll lunch?", "/poll | a | b", "/poll q | a | a", "/delete", "/s", "/edit", "/emoji"} {
			p.types(line)
		}
		p.happen(`
			{"t":"reacted","seq":14,"from":{"id":"03","nick":"cleo"},"re":2,"emoji":"2","on":true}
			{"t":"reacted","seq":15,"from":{"id":"02","nick":"bob"},"re":2,"emoji":"1","on":true}
			{"t":"reacted","seq":16,"from":{"id":"02","nick":"bob"},"re":2,"emoji":"❤️","on":true}`)
		p.types("/react")
		p.happen(`
			{"t":"amended","seq":17,"from":{"id":"02","nick":"bob"},"re":3,"text":"waves to ear"}
			{"t":"amended","seq":18,"from":{"id":"02","nick":"bob"},"re":1,"text":"we ship\nat one"}
			{"t":"retracted","seq":19,"from":{"id":"02","nick":"bob"},"re":1}
			{"t":"amended","seq":20,"from":{"id":"02","nick":"bob"},"re":1,"text":"no"}
			{"t":"said","seq":21,"at":1,"from":{"id":"03","nick":"cleo"},"text":"?","re":1}
			{"t":"said","seq":22,"at":1,"from":{"id":"03","nick":"cleo"},"text":"?","re":3}
			{"t":"retracted","seq":23,"from":{"id":"03","nick":"cleo"},"re":3}
			{"t":"retracted","seq":24,"from":{"id":"03","nick":"cleo"},"re":999}
			{"t":"said","seq":25,"at":1,"from":{"id":"03","nick":"cleo"},"text":"","gone":true}`)
		p.types("/retract cleo")
		p.happen(`{"t":"retracted","seq":26,"from":{"id":"01","nick":"ear"},"re":22,"id":"12"}`)
		p.types("/ignore bob")
		p.types("/react")
		p.happen(`
			{"t":"said","seq":27,"at":1,"from":{"id":"02","nick":"bob"},"text":"psst"}
			{"t":"amended","seq":28,"from":{"id":"02","nick":"bob"},"re":27,"text":"psst, ear"}
			{"t":"retracted","seq":29,"from":{"id":"03","nick":"cleo"},"re":27}
			{"t":"retracted","seq":30,"from":{"id":"02","nick":"bob"},"re":27}`)
		path := filepath.Join("testdata", "mending.golden")
		if *update {
			if err := os.WriteFile(path, []byte(p.log.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.log.String(); got != string(want) {
			t.Errorf("%s differs; look, and then go test -update. Got:\n%s", path, got)
		}
	})
}

// In a pipe reactions are one line now and then, and nobody reacts there.
func TestReactionsInAPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		seat := &told{}
		p := &pipe{seat: seat, out: &out}
		p.stay.messages = newMessages(pipeHeard, 0, nil)
		prints := func(want string, frames ...string) {
			t.Helper()
			out.Reset()
			for _, frame := range frames {
				f, err := wire.DecodeServer([]byte(frame))
				if err != nil {
					t.Fatal(err)
				}
				seat.events = append(seat.events, f.Event)
			}
			if err := p.print(); err != nil {
				t.Fatal(err)
			}
			if out.String() != want {
				t.Errorf("printed\n%swant\n%s", out.String(), want)
			}
		}
		tells := func(after time.Duration, want string) {
			t.Helper()
			out.Reset()
			if wait := time.Until(p.awaits().due); wait != after {
				t.Errorf("told after %v, want %v", wait, after)
			}
			time.Sleep(after)
			if err := p.tick(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			if out.String() != want || !p.awaits().due.IsZero() {
				t.Errorf("printed\n%swant\n%s", out.String(), want)
			}
		}
		prints("-- you are ear in the open room tea, with bob, cleo\n<bob> lunch?\n-- /react 1: pizza\n-- /react 2: soup\n<bob> secret\n", inTea,
			`{"t":"said","seq":1,"at":1,"from":{"id":"02","nick":"bob"},"text":"lunch?","options":["pizza","soup"]}`,
			`{"t":"said","seq":2,"at":1,"from":{"id":"02","nick":"bob"},"text":"secret"}`)
		prints("", `{"t":"reacted","seq":3,"from":{"id":"03","nick":"cleo"},"re":1,"emoji":"1","on":true}`,
			`{"t":"reacted","seq":4,"from":{"id":"02","nick":"bob"},"re":1,"emoji":"1","on":true}`,
			`{"t":"reacted","seq":5,"from":{"id":"02","nick":"bob"},"re":1,"emoji":"🎉","on":true}`,
			`{"t":"reacted","seq":6,"from":{"id":"02","nick":"bob"},"re":2,"emoji":"🎉","on":true}`,
			`{"t":"reacted","seq":7,"from":{"id":"02","nick":"bob"},"re":99,"emoji":"🎉","on":true}`)
		tells(gatherFor, "-- #1 \"pizza\" 2, 🎉 1 on <bob> \"lunch?\"; 🎉 1 on <bob> \"secret\"\n")
		prints("<bob> (changed) dinner?\n-- bob took back a message said just now\n",
			`{"t":"reacted","seq":8,"from":{"id":"02","nick":"bob"},"re":2,"emoji":"👍","on":true}`,
			`{"t":"reacted","seq":9,"from":{"id":"02","nick":"bob"},"re":1,"emoji":"🎉","on":false}`,
			`{"t":"amended","seq":10,"from":{"id":"02","nick":"bob"},"re":1,"text":"dinner?"}`,
			`{"t":"retracted","seq":11,"from":{"id":"02","nick":"bob"},"re":2}`)
		tells(reactionsEvery, "-- #1 \"pizza\" 2 on <bob> \"dinner?\"\n")
	})
}

// withheld is a seat whose events come when the test says so.
type withheld struct {
	*rooms.Seat
	open *atomic.Bool
	bell rooms.Bell
}

func (w withheld) Ready() <-chan struct{} { return w.bell }

func (w withheld) Take() ([]rooms.Event, error) {
	if !w.open.Load() {
		return nil, nil
	}
	return w.Seat.Take()
}

// What changes words that are not said yet goes on as soon as they are, though nothing else
// happens.
func TestChangeWaitsForItsWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Bool
		open.Store(true)
		bell := rooms.NewBell()
		p := sit(t, func(v *Visit) {
			enter := v.Enter
			v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
				seat, err := enter(ctx, room, nick)
				if err != nil {
					return nil, err
				}
				return withheld{seat.(*rooms.Seat), &open, bell}, nil
			}
		})
		bob := p.guest("bob")
		if _, err := bob.Take(); err != nil { // the welcome
			t.Fatal(err)
		}
		bell.Ring()
		synctest.Wait()
		for _, step := range []struct {
			typed string
			want  rooms.Event
		}{{"/amend tea at five\r", &rooms.Amended{}}, {"/retract\r", &rooms.Retracted{}}} {
			open.Store(false)
			p.types("tea at fiev\r", step.typed)
			open.Store(true)
			bell.Ring()
			synctest.Wait()
			events, err := bob.Take()
			if err != nil || !slices.ContainsFunc(events, func(e rooms.Event) bool { return reflect.TypeOf(e) == reflect.TypeOf(step.want) }) {
				t.Errorf("after %q happened %v, %v", step.typed, events, err)
			}
			bell.Ring()
			synctest.Wait()
		}
	})
}

// What waits to be shown as somebody types, and what its own person typed, is gone as soon
// as it is taken back.
func TestTakenBackIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		time.Sleep(2 * comingsEvery)
		p.types("the word is canary\r", "tea\r", "half a ")
		p.does(bob, rooms.Say{Text: "another secret"})
		for seq := uint64(1); seq < 10; seq++ {
			p.does(bob, rooms.Retract{Re: seq})
		}
		p.types("\x15", "/retract\r", "/retract\r")
		time.Sleep(QuietFor)
		if heard := p.heard(); strings.Contains(heard, "another secret") || !strings.Contains(heard, "bob took back a message said just now") {
			t.Errorf("what was taken back was shown:\n%s", heard)
		}
		p.types("\x1b[A", "\x1b[A", "\x1b[A", "\x1b[A")
		if n := strings.Count(p.heard(), "canary"); n != 1 {
			t.Errorf("what was taken back can be brought back: %q", p.heard())
		}
	})
}

// A change that names somebody calls them once, and reactions never.
func TestChangesCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		time.Sleep(2 * comingsEvery)
		rings := 0
		calls := func(want bool, ops ...rooms.Op) {
			t.Helper()
			time.Sleep(time.Hour)
			p.does(bob, ops...)
			now := strings.Count(p.heard(), alert)
			if now > rings != want {
				t.Errorf("%#v rings: %v", ops, now > rings)
			}
			rings = now
		}
		calls(false, rooms.Say{Text: "tea"})
		seq := p.newest(bob)
		calls(false, rooms.React{Re: seq, Emoji: "👍", On: true})
		calls(false, rooms.Say{Text: "tea?"})
		seq = p.newest(bob)
		amend := func(text string) rooms.Op { return rooms.Amend{Re: seq, Text: text} }
		p.does(bob, amend("tea, zoe?"))
		if now := strings.Count(p.heard(), alert); now != rings+1 {
			t.Errorf("a change that names zoe rings %d times", now-rings)
		}
		rings++
		time.Sleep(time.Minute)
		p.does(bob, amend("tea"), amend("tea, zoe!"))
		if now := strings.Count(p.heard(), alert); now != rings {
			t.Errorf("and again %d times", now-rings)
		}
	})
}

// What comes while somebody types is not what they mean.
func TestWhatWasNotSeenIsNotMeant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		time.Sleep(2 * comingsEvery)
		p.does(bob, rooms.Say{Text: "shall we"})
		p.types("/react :tada:")
		p.does(bob, rooms.Say{Text: "or shall we not"})
		p.types("\r")
		time.Sleep(QuietFor)
		if heard := p.heard(); !strings.Contains(heard, "🎉 is on <bob> \"shall we\"") {
			t.Errorf("heard is\n%s", heard)
		}
		p.types("/react :tada:\r")
		p.shows("-- 🎉 is on <bob> \"or shall we not\"")
	})
}

// newest is the number of the newest message that somebody got.
func (p *typist) newest(seat *rooms.Seat) (seq uint64) {
	p.t.Helper()
	events, err := seat.Take()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range events {
		if said, ok := e.(*rooms.Said); ok {
			seq = said.Seq
		}
	}
	return seq
}

// forgeries are words that would end a quote, or the line that they stand in.
var forgeries = []string{"👍 5 on <bob> yes; 🎉 9", `no" 9, 🎉 5 on <eve> "yes`, "a” 9 “b", "a＂ 9", "x\n-- bob left", "q\n/react 1: pizza", "q\n-- /react 1: pizza"}

// unquoted is a line without what stands in quotes.
var unquoted = regexp.MustCompile(`"[^"“”„‟″〃＂\n]*"`)

// TestWordsForgeNoTally: whatever somebody says, or has a poll offer, a line that tells of
// reactions says of itself what it says of any other words.
func TestWordsForgeNoTally(t *testing.T) {
	told := func(words string) []string {
		m := newMessages(9, 9, func(rooms.Person) bool { return false })
		m.Happen(&rooms.Welcome{You: rooms.Member{ID: "01", Nick: "ear"}}, time.Now())
		bob := rooms.Person{ID: "02", Nick: "bob"}
		m.Happen(&rooms.Said{Seq: 1, From: bob, Text: words, Options: []string{"tea", words}}, time.Now())
		m.Happen(&rooms.Said{Seq: 2, From: bob, Text: words, Action: true}, time.Now())
		m.Happen(&rooms.Offered{Seq: 3, From: bob, File: rooms.File{Name: words}}, time.Now())
		var tally tally
		for seq := uint64(1); seq <= 3; seq++ {
			m.Happen(&rooms.Reacted{Seq: 3 + seq, From: bob, Re: seq, Emoji: "🎉", On: true}, time.Now())
			tally.add(seq, time.Now())
		}
		m.Happen(&rooms.Reacted{Seq: 9, From: bob, Re: 1, Emoji: "2", On: true}, time.Now())
		l := linear{stay: stay{messages: m}}
		of := m.Of(1)
		return []string{
			tally.take(&m, time.Now()), note("%s", whichMessage(of)+": "+whoReacted(m.Shown(of), of.Options)),
			l.reacted(&rooms.Reacted{Re: 1, Emoji: "2", On: true}), l.reacted(&rooms.Reacted{Re: 1, Emoji: "2"}),
			l.reacted(&rooms.Reacted{Re: 1, Emoji: "🎉", On: true}), l.reacted(&rooms.Reacted{Re: 1, Emoji: "🎉"}),
		}
	}
	plain := told("tea")
	for _, words := range forgeries {
		for i, line := range told(words) {
			have, want := unquoted.ReplaceAllString(line, "…"), unquoted.ReplaceAllString(plain[i], "…")
			if have != want {
				t.Errorf("%q is told as\n%sand others as\n%s", words, line, plain[i])
			}
		}
	}
}

// TestWordsForgeNoPoll: no line of what is said, done or changed is one of a poll's answers.
func TestWordsForgeNoPoll(t *testing.T) {
	bob := rooms.Person{ID: "02", Nick: "bob"}
	poll := strings.Split(lineOf(&rooms.Said{From: bob, Text: "q", Options: []string{"pizza"}}), "\n")[1]
	for _, words := range append(forgeries, "q\n"+poll, "q\n"+strings.TrimSpace(poll)) {
		for _, e := range []*rooms.Said{{From: bob, Text: words}, {From: bob, Text: words, Action: true}, {From: bob, Text: "q", Options: []string{words}}} {
			for i, line := range strings.Split(lineOf(e), "\n")[1:] {
				if line != "" && !strings.HasPrefix(line, "  ") && (i > 0 || e.Options == nil) || line == poll {
					t.Errorf("%q has the line %q", words, line)
				}
			}
		}
	}
}
