package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden from what the screens show now")

// golden compares got with testdata/name.golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look, and then go test -update. Got:\n%s", path, got)
	}
}

var sizes = []struct{ width, height int }{{40, 12}, {80, 24}, {120, 40}, {200, 50}}

// talk fills a room with an evening.
func (s *sitting) talk() {
	s.says(lynx, "has anyone tried the new build?")
	s.passes(20 * time.Second)
	s.says(lynx, "it boots faster here, but the fan never stops. I had it open on the desk for an hour and could hear nothing else.")
	s.passes(time.Minute)
	s.says(you, "same. `make quiet` helps")
	s.passes(6 * time.Minute)
	question := s.says(heron, "what does it do, quiet-otter?")
	s.passes(time.Minute)
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: you.Person(), Text: "it waits", Re: question})
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: lynx.Person(), Text: "waves at the new ones", Action: true})
}

// mended is an evening with reactions, a poll, and words that were changed or taken back.
func (s *sitting) mended() {
	first := s.says(lynx, "we ship at noon, whoever is there by then")
	s.passes(time.Second)
	insult := s.says(heron, "an insult")
	typo := s.says(heron, "I shall be there, as allways, and I bring the biscuits that nobody ate")
	s.passes(time.Minute)
	poll := s.polls(lynx, "what do we eat?", "pizza", "a soup of all that is left in the kitchen, with bread", "nothing")
	s.passes(time.Minute)
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: you.Person(), Text: "a mistake", Re: typo})
	mistake := s.seq
	for _, emoji := range []string{"👍", "🎉", "❤️", "🏳️‍🌈", "👩‍👩‍👧", "🇩🇪", "👍🏽", "🐢", "🚀", "🔥"} {
		s.reacts(heron, first, emoji)
	}
	s.reacts(you, first, "👍")
	s.reacts(lynx, typo, "🎉")
	for i := range 14 {
		s.reacts(rooms.Member{ID: fmt.Sprint(100 + i), Nick: fmt.Sprint("guest-", i)}, poll, []string{"1", "1", "2"}[i%3])
	}
	s.reacts(you, poll, "2")
	s.reacts(heron, poll, "😂")
	s.happens(&rooms.Retracted{Seq: s.seq + 1, From: lynx.Person(), Re: insult}, &rooms.Retracted{Seq: s.seq + 2, From: you.Person(), Re: mistake})
	s.happens(&rooms.Amended{Seq: s.seq + 3, From: heron.Person(), Re: typo, Text: "I shall be there, as always, and I bring the biscuits that nobody ate"})
	s.seq += 3
}

// states are what a screen can look like.
var states = []struct {
	name string
	play func(s *sitting)
}{
	{"alone", nil},
	{"talk", func(s *sitting) { s.talk() }},
	{"topic", func(s *sitting) {
		s.happens(&rooms.TopicSet{Seq: 1, From: lynx.Person(), Text: "bring biscuits, and somebody who can repair a kettle before Thursday"})
		s.seq++
		s.talk()
	}},
	{"writing", func(s *sitting) { s.talk(); s.types("I have been thinking about") }},
	{"command", func(s *sitting) { s.talk(); s.types("/msg ") }},
	{"mistake", func(s *sitting) { s.talk(); s.types("/hlep", "enter") }},
	{"refused", func(s *sitting) {
		s.talk()
		s.types("too much", "enter")
		say := s.seat.ops[len(s.seat.ops)-1].(rooms.Say)
		s.happens(&rooms.Refused{ID: say.ID, Err: &rooms.Error{Code: rooms.NotAllowed, Message: "That can't be done here."}})
	}},
	{"waiting", func(s *sitting) {
		s.talk()
		for n := range 12 {
			s.types(fmt.Sprint("line ", n+1, " of what was pasted"), "enter")
		}
		s.types("and th")
		s.flushes()
	}},
	{"whispers", func(s *sitting) {
		s.talk()
		s.happens(&rooms.Whispered{WSeq: 1, At: s.now, From: heron.Person(), To: you.Person(), Text: "did you see that?"})
		s.happens(&rooms.Whispered{WSeq: 2, At: s.now, From: you.Person(), To: heron.Person(), Text: "I did,\nand I say nothing"})
	}},
	{"offer", func(s *sitting) { s.talk(); s.offers(heron, "plan.pdf", 1_258_291) }},
	{"offers", func(s *sitting) {
		s.talk()
		s.fares(rooms.Transfer{Offer: s.offers(heron, "minutes.txt", 812), N: 1})
		s.fares(rooms.Transfer{Offer: s.offers(lynx, "a walk along the river in autumn, the long way round.jpeg", 4_404_019), N: 2, State: rooms.TransferRunning, Done: 1_300_000})
		s.fares(rooms.Transfer{Offer: s.offers(you, "plan.pdf", 1_258_291), N: 3, Mine: true, State: rooms.TransferRunning, Done: 900_000, Takers: 1, Taken: 2})
	}},
	{"taken", func(s *sitting) {
		s.talk()
		s.fares(rooms.Transfer{Offer: s.offers(heron, "minutes.txt", 812), N: 1, State: rooms.TransferDone, Done: 812, Text: "Saved as /home/you/files/minutes (2).txt."})
		s.fares(rooms.Transfer{Offer: s.offers(lynx, "river.jpeg", 4_404_019), N: 2, State: rooms.TransferOver, Text: lynx.Nick + " has left, and the file with them."})
		s.fares(rooms.Transfer{Offer: s.offers(you, "plan.pdf", 1_258_291), N: 3, Mine: true, State: rooms.TransferOpen, Taken: 2})
	}},
	{"door", func(s *sitting) {
		s.talk()
		for i := range 12 {
			s.happens(&rooms.Joined{Seq: s.seq + 1 + uint64(i), Member: rooms.Member{ID: fmt.Sprint(i), Nick: fmt.Sprint("guest-", i), Via: rooms.ViaWeb}})
		}
		s.happens(&rooms.Left{Member: heron, Reason: rooms.LeftLost}, &rooms.Renamed{Member: rooms.Member{ID: lynx.ID, Nick: "tired-lynx", Via: lynx.Via}, Was: lynx.Nick})
		s.flushes()
	}},
	{"scrolled", func(s *sitting) {
		for i := range 80 {
			s.says([]rooms.Member{lynx, heron}[i%2], fmt.Sprint("line ", i))
			s.now = s.now.Add(time.Second) // they are people
		}
		s.types("pgup", "pgup")
		s.says(lynx, "below")
		s.says(heron, "and below")
	}},
	{"away", func(s *sitting) {
		s.talk()
		s.do(tea.BlurMsg{})
		s.says(lynx, "while you were away")
		s.says(heron, "quiet-otter: are you there?")
		s.happens(&rooms.Away{Member: rooms.Member{ID: heron.ID, Nick: heron.Nick, Via: heron.Via, Away: true}})
		s.do(tea.FocusMsg{})
		s.flushes()
	}},
	{"aside", func(s *sitting) {
		asides(s)
		s.sends("/msg "+heron.Nick+" are you there?", "/msg "+heron.Nick+" never mind", "/away lunch", "one thing more", "and another")
	}},
	{"aside-who", func(s *sitting) { asides(s); s.sends("/away lunch"); s.types("f2") }},
	{"aside-menu", func(s *sitting) { asides(s); s.types("f2", "down", "enter") }},
	{"burst", func(s *sitting) {
		s.talk()
		for i := range 30 {
			s.says(heron, fmt.Sprint("flood ", i))
		}
		s.says(lynx, "oh dear")
	}},
	{"gap", func(s *sitting) { s.talk(); s.happens(&rooms.Gap{Missed: 12}) }},
	{"markup", func(s *sitting) {
		s.says(lynx, "**bold**, *italic*, ~~struck~~ and `code`, see https://chat.example/notes?page=2")
		s.says(lynx, "> somebody said this\nand I answer:\n- one\n- two")
		s.says(heron, "```go\nfunc main() {\n\tfmt.Println(\"hi\", 42) // greet\n}\n```")
		s.says(lynx, "look, quiet-otter")
	}},
	{"scripts", func(s *sitting) {
		s.says(lynx, strings.Repeat("全角文字は二桁", 20))
		s.says(heron, "مرحبا بالعالم, שלום עולם, e\u0301\u0301, 👩‍👩‍👧 and 🇩🇪 in a row")
		s.types("漢字 and e\u0301 and مرحبا ")
	}},
	{"silent", func(s *sitting) {
		s.talk()
		s.types("is anybody there?", "enter")
		s.passes(7 * time.Second)
		s.happens(&rooms.Silence{Since: s.now.Add(-6 * time.Second)})
	}},
	{"lost", func(s *sitting) { s.talk(); s.happens(&rooms.Link{Up: false}) }},
	{"completing", func(s *sitting) { s.talk(); s.types("/t", "tab", "tab") }},
	{"tall", func(s *sitting) {
		s.talk()
		s.do(tea.PasteMsg{Content: "a message of many lines\n" + strings.Repeat("and one more of them\n", 11) + "the last"})
	}},
	{"pasted", func(s *sitting) { s.talk(); s.do(tea.PasteMsg{Content: strings.Repeat("a line of a log\n", 100)}) }},
	{"opened", func(s *sitting) {
		s.talk()
		for i := range 60 {
			s.says(heron, fmt.Sprint("flood ", i))
		}
		s.types("alt+up", "up", "enter")
	}},
	{"long", func(s *sitting) {
		s.talk()
		s.says(heron, strings.TrimSuffix(strings.Repeat("a line of a log that goes on for a while\n", 40), "\n"))
		s.says(lynx, "thanks")
	}},
	{"found", func(s *sitting) { s.talk(); s.types("f3", "it", "enter", "n") }},
	{"typing", func(s *sitting) {
		s.talk()
		s.happens(&rooms.TypingNow{Member: lynx.ID})
		s.flushes()
	}},
	{"voice", func(s *sitting) {
		s.talk()
		s.happens(&rooms.VoiceNow{Member: lynx.ID, In: true, Muted: true}, &rooms.VoiceNow{Member: heron.ID, In: true},
			&rooms.VoiceNow{Member: heron.ID, In: true, Speaking: true}, &rooms.VoiceNow{Member: "nobody", In: true})
		s.flushes()
	}},
	{"voice-who", func(s *sitting) {
		s.talk()
		s.happens(&rooms.VoiceNow{Member: heron.ID, In: true, Speaking: true}, &rooms.VoiceNow{Member: lynx.ID, In: true, Muted: true})
		s.types("f2")
	}},
	{"reactions", func(s *sitting) { s.mended() }},
	{"choosing-own", func(s *sitting) {
		s.talk()
		said := s.says(you, "```go\n"+strings.Repeat("again()\n", 40)+"```")
		s.reacts(lynx, said, "🎉")
		s.types("alt+up")
	}},
	{"who-reacted", func(s *sitting) { s.mended(); s.types("alt+up", "up", "up", "up", "enter") }},
	{"reacting", func(s *sitting) { s.talk(); s.types("alt+up", "+", ":th") }},
	{"retracting", func(s *sitting) { s.talk(); s.types("alt+up", "up", "d") }},
	{"changing", func(s *sitting) {
		s.talk()
		s.types("it wats", "enter")
		s.answers()
		s.types("up")
	}},
	{"choosing", func(s *sitting) { s.talk(); s.types("alt+up", "up", "up") }},
	{"answering", func(s *sitting) { s.talk(); s.types("alt+up", "up", "up", "enter", "I ") }},
	{"search", func(s *sitting) { s.talk(); s.types("f3", "it ") }},
	{"recall", func(s *sitting) {
		s.talk()
		s.sends("when do we meet?", "at the old mill", "we meet at the old mill, then")
		s.types("I was about to say", "ctrl+r", "meet", "ctrl+r")
	}},
	{"help", func(s *sitting) { s.talk(); s.types("f1") }},
	{"who", func(s *sitting) {
		s.happens(&rooms.Away{Member: rooms.Member{ID: heron.ID, Nick: heron.Nick, Via: heron.Via, Away: true}})
		s.talk()
		s.types("f2")
	}},
	{"invite", func(s *sitting) { s.talk(); s.types("/invite", "enter") }},
	{"elsewhere", func(s *sitting) {
		s.cfg.NewSealed = "sotto join --new https://chat.example"
		s.talk()
		s.types("/seal", "enter")
	}},
	{"sealed", func(s *sitting) {
		s.do(run.SeatMsg{Seat: &sealedSeat{}})
		s.happens(&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{lynx, you}})
		s.types("/verify", "enter")
	}},
	{"privacy", func(s *sitting) {
		s.talk()
		s.happens(&rooms.Held{Fields: []rooms.HeldField{
			{Name: "nick", Value: "quiet-otter", Why: "the name you go by in this room"},
			{Name: "room", Value: "tea", Why: "the room you are in"},
			{Name: "via", Value: "ssh", Why: "the kind of program you use, shown in the roster"},
			{Name: "out.entries", Value: "0 of them", Why: "events that wait for you or for your acknowledgement, freed as you take or acknowledge them"},
			{Name: "id", Value: "00", Why: "a random number that tells you from others in this room, gone when you leave"},
		}})
	}},
}

// TestScreens holds every state at every size, as text and with its styles.
func TestScreens(t *testing.T) {
	for _, state := range states {
		t.Run(state.name, func(t *testing.T) {
			var plain, styled strings.Builder
			for _, size := range sizes {
				for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.TrueColor} {
					others := []rooms.Member{lynx, heron}
					if state.play == nil {
						others = nil
					}
					s := inRoom(t, size.width, size.height, profile, others...)
					if state.play != nil {
						state.play(s)
					}
					record(s, &plain, &styled, profile)
				}
			}
			golden(t, state.name, plain.String())
			golden(t, state.name+".styled", styled.String())
		})
	}
}

// TestFrontPage holds the front page at every size.
func TestFrontPage(t *testing.T) {
	for name, play := range map[string]func(s *sitting){
		"front":         func(*sitting) {},
		"front-typed":   func(s *sitting) { s.types("Teahouse") },
		"front-problem": func(s *sitting) { s.types("tea house", "enter") },
	} {
		t.Run(name, func(t *testing.T) {
			var plain, styled strings.Builder
			for _, size := range append(sizes, struct{ width, height int }{20, 6}) {
				for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.TrueColor} {
					s := newSitting(t, size.width, size.height, profile)
					play(s)
					record(s, &plain, &styled, profile)
				}
			}
			golden(t, name, plain.String())
			golden(t, name+".styled", styled.String())
		})
	}
}

// record writes a screen down: its text if it has no colours, its styles if it
// has, and the cursor.
func record(s *sitting, plain, styled *strings.Builder, profile colorprofile.Profile) {
	f := s.Frame()
	title := fmt.Sprintf("== %d×%d, cursor %v %v, title %q\n", s.layout.width, s.layout.height, f.Cursor, f.ShowCursor, f.Title)
	if profile == colorprofile.ASCII {
		plain.WriteString(title + s.text() + "\n")
		return
	}
	styled.WriteString(title + strings.ReplaceAll(s.emulate().Render(), "\x1b", "␛") + "\n")
}

// asides has people talk, of whom one is away.
func asides(s *sitting) {
	s.talk()
	s.happens(asideOf(heron, "back at three, or when the kettle is mended"))
}

// asideOf has somebody say why they are away.
func asideOf(m rooms.Member, text string) *rooms.AsideSet {
	m.Aside = rooms.Aside{On: true, Text: rooms.Shorten(rooms.CleanTopic(text), rooms.MaxAsideBytes)}
	return &rooms.AsideSet{Seq: 1, Member: m}
}
