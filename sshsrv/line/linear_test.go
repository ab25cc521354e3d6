package line

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/sshsrv/tui/bell"
	"sotto/sshsrv/tui/paint"
)

// What somebody says is written once: as it was typed.
func TestOwnWordsAreHeardOnce(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob := p.guest("bob")
		time.Sleep(2 * comingsEvery)
		p.types("h", "ello ", "zebra\r", "/me yawns\r", "/msg bob a secret\r", "/topic tea at six\r")
		time.Sleep(time.Second)
		p.does(bob, rooms.Say{Text: "hi"})
		p.shows("<zoe> hello zebra", "/me yawns", "/msg bob a secret", "-- only bob was told that", "/topic tea at six", "-- the topic is set", "<bob> hi")
		for _, word := range []string{"zebra", "yawns", "a secret", "tea at six"} {
			if n := strings.Count(p.heard(), word); n != 1 {
				t.Errorf("%q is heard %d times:\n%q", word, n, p.heard())
			}
		}
		if got, want := texts(bob), []string{"hello zebra", "yawns", "whispered a secret", "hi"}; !slices.Equal(got, want) {
			t.Errorf("bob got %q, want %q", got, want)
		}
	})
}

// wordless is a seat of a sealed room that has no place just now.
type wordless struct{ *rooms.Seat }

func (wordless) Verify() (none seal.Verification) { return none }
func (wordless) Compared() bool                   { return false }

func (s wordless) Take() ([]rooms.Event, error) {
	events, err := s.Seat.Take()
	for i, e := range events {
		if w, ok := e.(*rooms.Welcome); ok {
			sealed := *w
			sealed.Kind = rooms.KindSealed
			events[i] = &sealed
		}
	}
	return events, err
}

// Only of an open room is it said that it is one.
func TestVerifyKnowsWhatRoomItIs(t *testing.T) {
	for _, line := range []string{"/verify\r", "/verify same\r"} {
		both(t, func(t *testing.T, change ...func(*Visit)) {
			open := sit(t, change...)
			open.types(line)
			if !strings.Contains(open.heard(), "nothing to verify") {
				t.Errorf("%q in an open room: %q", line, open.heard())
			}
			sealed := sit(t, append(change, func(v *Visit) {
				enter := v.Enter
				v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
					seat, err := enter(ctx, room, nick)
					if err != nil {
						return nil, err
					}
					return wordless{seat.(*rooms.Seat)}, nil
				}
			})...)
			sealed.types(line)
			if heard := sealed.heard(); strings.Contains(heard, "nothing to verify") || !strings.Contains(heard, "There are no words") {
				t.Errorf("%q in a sealed room without a place: %q", line, heard)
			}
		})
	}
}

// A terminal that takes nothing but text gets nothing but text, whatever is typed
// and whatever happens.
func TestDumbTerminalGetsText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t, dumb)
		bob := p.guest("bob")
		p.types("hel", up, left, home, tab, "\x1b", "x\x7f", "lo :tada: 👍🏽\x7f", "\x0b\x19\x1f\x12", "\r", "/help\r", "/who\r", "half")
		p.does(bob, rooms.Say{Text: "zoe! \x1b[31mred"})
		time.Sleep(QuietFor)
		for i := range 30 {
			p.does(p.guest(fmt.Sprint("finch", i)), rooms.Leave{})
		}
		time.Sleep(time.Minute)
		p.resize <- paint.Size{Width: 30, Height: 10}
		p.pauses <- false
		p.types("\x15", strings.Repeat("long ", 30), "\r")
		heard := p.heard()
		if i := strings.IndexFunc(heard, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\r\n\b\a", r) || 0x7f <= r && r < 0xa0 }); i >= 0 {
			t.Errorf("%q is written", heard[i:min(len(heard), i+20)])
		}
		if !strings.Contains(heard, "zoe! red") {
			t.Errorf("what bob said is not there: %q", heard)
		}
	})
}

// What happens while a line is typed waits a moment, and then stands above it.
func TestLineIsNotBrokenInto(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob := p.guest("bob")
		time.Sleep(gatherFor)
		p.types("hel")
		p.does(bob, rooms.Say{Text: "interruption"})
		time.Sleep(QuietFor - time.Second)
		p.shows("<zoe> hel")
		p.types("l")
		time.Sleep(QuietFor - time.Millisecond)
		p.shows("<zoe> hell")
		time.Sleep(time.Millisecond)
		if len(change) > 0 { // it can't be taken off
			p.shows("<zoe> hell", "-- not sent", "<bob> interruption", "<zoe> hell")
		} else {
			p.shows("-- bob is here", "<bob> interruption", "<zoe> hell")
		}
		p.types("o\r")
		p.shows("<bob> interruption", "<zoe> hello")
	})
}

// The line has the keys that lines have.
func TestEditing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		p.guest("barbara")
		p.guest("basil")
		time.Sleep(2 * comingsEvery)
		p.types("helo", left, "l\r")
		p.shows("<zoe> hello")
		p.types("second", home, "\x1b[3~S", end, "!\r")
		p.types(up, up, "?")
		p.shows("<zoe> Second!", "<zoe> hello?")
		p.types(down, down, "\r")
		p.types("ba", tab)
		p.shows("-- barbara:, basil:", "<zoe> ba")
		p.types(tab, tab, "hi\r")
		p.shows("<zoe> basil: hi")
		p.types("/who", "\x15", "/pri", tab, "\x15", "/cle", tab)
		p.shows("/cle")
		p.types("\x15", "I :tad", tab)
		p.shows("<zoe> I 🎉")
		p.types("\x03")
		p.types("\x19") // what was dropped can be brought back
		p.types("\x15\r")
		if got, want := texts(bob), []string{"hello", "Second!", "basil: hi"}; !slices.Equal(got, want) {
			t.Errorf("bob got %q, want %q", got, want)
		}
		p.mu.Lock()
		p.paper.onlyText(t)
		p.mu.Unlock()
	})
}

// A backslash is one like any other character: a line is a message here, and nothing
// joins it to the next.
func TestBackslashesAreSaid(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob := p.guest("bob")
		p.types(`C:\dir\`, "\r", "docker run \\\r-it alpine\r")
		p.types("\\", "\r")
		if got, want := texts(bob), []string{`C:\dir\`, `docker run \`, "-it alpine", `\`}; !slices.Equal(got, want) {
			t.Errorf("bob got %q, want %q", got, want)
		}
	})
}

// A crowd that comes or goes is a line or two, and whoever speaks was seen to come.
func TestCrowdIsOneLine(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		time.Sleep(time.Minute)
		var crowd []*rooms.Seat
		for i := range 25 {
			crowd = append(crowd, p.guest(fmt.Sprint("finch", i)))
		}
		p.does(crowd[24], rooms.Say{Text: "here we are"})
		p.shows("-- finch0, finch1, finch2 and 22 others came in", "<finch24> here we are")
		time.Sleep(time.Minute)
		before := len(p.lines())
		for _, seat := range crowd {
			p.does(seat, rooms.Leave{})
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		told := p.lines()[before:]
		if len(told) != 2 || !strings.HasSuffix(told[0], "left") || !strings.HasSuffix(told[1], "others left") {
			t.Errorf("25 departures are %q", told)
		}
		p.does(p.guest("anna"))
		time.Sleep(comingsEvery)
		p.shows("-- anna is here")
	})
}

// It rings for what is meant for its person, while they seem to be elsewhere.
func TestRings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		events, err := bob.Take()
		if err != nil {
			t.Fatal(err)
		}
		zoe := events[0].(*rooms.Welcome).Members[0].ID
		p.types("my words\r")
		var mine uint64
		events, _ = bob.Take()
		for _, e := range events {
			if said, ok := e.(*rooms.Said); ok {
				mine = said.Seq
			}
		}
		rang := 0
		rings := func() bool {
			n := strings.Count(p.heard(), "\a")
			defer func() { rang = n }()
			return n > rang
		}
		says := func(op rooms.Op) bool { p.does(bob, op); return rings() }
		if says(rooms.Say{Text: "zoe?"}) {
			t.Error("it rang for somebody who has just typed")
		}
		time.Sleep(bell.PresentFor)
		if says(rooms.Say{Text: "words"}) || says(rooms.Say{Text: "zoes"}) {
			t.Error("it rang for nothing")
		}
		if !says(rooms.Say{Text: "Zoe, tea?"}) {
			t.Error("it did not ring for a name")
		}
		if says(rooms.Whisper{To: zoe, Text: "psst"}) {
			t.Error("it rang twice at once")
		}
		for name, op := range map[string]rooms.Op{"a whisper": rooms.Whisper{To: zoe, Text: "psst"}, "an answer": rooms.Say{Text: "indeed", Re: mine}} {
			time.Sleep(bell.Every)
			if !says(op) {
				t.Errorf("it did not ring for %s", name)
			}
		}
		p.types("/notify all\r")
		time.Sleep(bell.PresentFor)
		if !says(rooms.Say{Text: "words"}) {
			t.Error("it did not ring for anything")
		}
		p.types("/notify off\r")
		time.Sleep(bell.PresentFor)
		if says(rooms.Whisper{To: zoe, Text: "zoe"}) {
			t.Error("it rang")
		}
		time.Sleep(time.Minute)
		p.types("/notify mentions\r", "/ignore bob\r")
		time.Sleep(time.Minute)
		if says(rooms.Say{Text: "zoe"}) {
			t.Error("it rang for somebody who is ignored")
		}
	})
}

// Words stay whole at the edge, and a narrower terminal is written for from then on.
func TestWordsStayWhole(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob := p.guest("bob")
		time.Sleep(gatherFor)
		text := "the quick brown fox jumps over the lazy dog, and that again and again"
		p.does(bob, rooms.Say{Text: text})
		p.shows("<bob> the quick brown fox jumps over the lazy dog, and that", "  again and again")
		p.resize <- paint.Size{Width: 39, Height: 24}
		p.does(bob, rooms.Say{Text: text})
		p.shows("<bob> the quick brown fox jumps over", "  the lazy dog, and that again and", "  again")
	})
}

// What is said before leaving is said; whoever can't wait says so.
func TestLeaving(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob := p.guest("bob")
		p.types(strings.Repeat("line\r", 15) + "/quit\r")
		if err := <-p.over; err != nil {
			t.Error(err)
		}
		if n := len(texts(bob)); n != 15 {
			t.Errorf("%d lines were said, want 15", n)
		}
		p.over <- nil

		p = sit(t, change...)
		p.types("\x03")
		p.shows("-- Once more leaves.")
		p.types("x\x7f", "\x03")
		p.shows("-- Once more leaves.", "-- Once more leaves.")
		time.Sleep(leaveWithin + time.Second)
		p.types("\x04\x04")
		if err := <-p.over; err != nil {
			t.Error(err)
		}
		p.over <- nil

		p = sit(t, change...)
		p.types("a\rb\r")
		close(p.keys) // the end of input
		if err := <-p.over; err != nil {
			t.Error(err)
		}
		p.over <- nil
	})
}

// A room that takes its time is told of, and can be given up.
func TestGoingInIsGivenUp(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		slow := func(v *Visit) {
			enter := v.Enter
			v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
				if room == "lobby" {
					return enter(ctx, room, nick)
				}
				<-ctx.Done()
				return nil, &rooms.Ended{Code: rooms.Timeout, Message: "The server does not answer."}
			}
		}
		p := sit(t, append(change, slow)...)
		p.types("/join cellar\r")
		time.Sleep(enterAfter)
		p.shows("-- Going in… Ctrl-C gives up.")
		p.types("\x03")
		p.types("still here\r")
		p.shows("<zoe> still here")

		p = sit(t, append(change, slow, func(v *Visit) { v.Room = "cellar" })...)
		begun := time.Now()
		p.types("\x03")
		if err := <-p.over; err != nil || time.Since(begun) > 0 {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
		p.over <- nil
	})
}

// Whoever comes in while the servers can't reach each other is told, and gets in.
func TestGoingInWaitsForServers(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, append(change, func(v *Visit) {
			enter := v.Enter
			v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
				if room == "cellar" {
					time.Sleep(rooms.StallAfter)
					rooms.TellDelayed(ctx)
					time.Sleep(rooms.StallAfter)
				}
				return enter(ctx, room, nick)
			}
		})...)
		p.types("/join cellar\r")
		time.Sleep(rooms.StallAfter + time.Millisecond)
		p.shows("-- The servers that share this room can't reach each other", "  just now. You are let in as soon as they do. Ctrl-C gives", "  up.")
		time.Sleep(rooms.StallAfter)
		p.types("in at last\r")
		p.shows("<zoe> in at last")
	})
}

// Whoever wants the terminal for something else gets it, and the line is there when
// they are back.
func TestLinearPauses(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		suspended := 0
		var p *typist
		p = sit(t, append(change, func(v *Visit) {
			v.Suspend = func() {
				suspended++
				io.WriteString(p, "[1]+ Stopped\r\nfg\r\n")
			}
		})...)
		p.types("half a ", "\x1a")
		p.shows("<zoe> half a", "-- not sent", "[1]+ Stopped", "fg", "<zoe> half a")
		p.pauses <- true
		p.shows("<zoe> half a", "-- not sent", "[1]+ Stopped", "fg", "<zoe> half a")
		if suspended != 2 {
			t.Errorf("it was suspended %d times", suspended)
		}
	})
}

// Help lists what does something.
func TestLinearHelp(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		p.paper = newLongPaper(60, 200)
		p.types("/help\r")
		all := strings.Join(p.lines(), "\n")
		for _, without := range []string{"/clear", "/theme", "/send", "/take", "/cancel"} {
			if strings.Contains(all, without) {
				t.Errorf("%s does nothing here and is listed", without)
			}
		}
		if !strings.Contains(all, "/msg NICK TEXT") || !strings.Contains(all, "twice leaves") || strings.Contains(all, "Tab completes") != (len(change) == 0) {
			t.Errorf("help says\n%s", all)
		}
	})
}

// Escape and the letter behind it are two keys where Escape means something, however
// soon the letter comes.
func TestEscapeThenLetter(t *testing.T) {
	for _, pieces := range [][]string{{"\x1b", "d", "o\r"}, {"\x1b", "do\r"}} {
		synctest.Test(t, func(t *testing.T) {
			p := sit(t)
			bob := p.guest("bob")
			p.guest("bert")
			p.types("b", tab, tab)
			p.types(pieces...)
			for _, answer := range [][]string{{"\x1b", "d"}, {"\x1bd"}} { // Alt-d is no answer
				p.types(strings.Repeat("long ", 900), "\r")
				p.types(answer...)
				p.types("\x15", "after\r")
			}
			time.Sleep(time.Second)
			if got, want := texts(bob), []string{"bdo", "after", "after"}; !slices.Equal(got, want) {
				t.Errorf("said %q, want %q", got, want)
			}
		})
	}
}
