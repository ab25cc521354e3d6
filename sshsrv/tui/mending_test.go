package tui

import (
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/timeline"
)

// shownReaction and shownMessage are what the script says of messages.
type shownReaction struct {
	Emoji string
	Names []string
	Mine  bool
}

type shownMessage struct {
	As, Text      string
	Changed, Gone bool
	By            string
	Reactions     []shownReaction
	Poll          []struct {
		Option string
		Count  int
		Mine   bool
	}
}

// TestMending keeps of messages what the browser keeps, too.
func TestMending(t *testing.T) {
	var script struct {
		Note  string
		Cases []struct {
			Name  string
			Steps []struct {
				Do, By, As, Text, Re, Emoji string
				Options                     []string
				Gone                        bool
				Shows                       []shownMessage
				Count, Calls                *int
			}
		}
	}
	behaviour.Read(t, "mending", &script)
	for _, c := range script.Cases {
		t.Run(c.Name, func(t *testing.T) {
			people := map[string]rooms.Member{
				"low-fern": {ID: "00", Nick: "low-fern", Via: rooms.ViaSSH}, "otter": {ID: "01", Nick: "otter", Via: rooms.ViaWeb},
				"heron": {ID: "02", Nick: "heron", Via: rooms.ViaWeb}, "crane": {ID: "03", Nick: "crane", Via: rooms.ViaWeb},
			}
			s := newSitting(t, 80, 24, colorprofile.ASCII)
			s.do(run.SeatMsg{Seat: s.seat})
			s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: people["low-fern"], Members: []rooms.Member{people["low-fern"], people["otter"], people["heron"], people["crane"]}})
			seqs := map[string]uint64{"never": 99}
			for i, step := range c.Steps {
				who := people[step.By]
				s.seq++
				switch step.Do {
				case "say", "act":
					seqs[step.As] = s.seq
					s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: who.Person(), Text: step.Text, Action: step.Do == "act", Options: step.Options, Gone: step.Gone, Re: seqs[step.Re]})
				case "whisper":
					s.happens(&rooms.Whispered{At: s.now, From: who.Person(), To: people["low-fern"].Person(), Text: step.Text})
				case "react", "unreact":
					s.happens(&rooms.Reacted{Seq: s.seq, From: who.Person(), Re: seqs[step.Re], Emoji: step.Emoji, On: step.Do == "react"})
				case "retract":
					s.happens(&rooms.Retracted{Seq: s.seq, From: who.Person(), Re: seqs[step.Re]})
				case "amend":
					s.happens(&rooms.Amended{Seq: s.seq, From: who.Person(), Re: seqs[step.Re], Text: step.Text})
				case "renamed":
					was := who.Nick
					who.Nick = step.Text
					people[step.By] = who
					s.happens(&rooms.Renamed{Seq: s.seq, Member: who, Was: was})
				case "left":
					s.happens(&rooms.Left{Seq: s.seq, Member: who})
				case "ignore":
					s.ignore(who.Nick)
				case "unignore":
					s.unignore(who.Nick)
				case "away":
					s.do(tea.BlurMsg{})
				case "back":
					s.do(tea.FocusMsg{})
				case "":
				default:
					t.Fatalf("step %d does %q", i, step.Do)
				}
				for _, want := range step.Shows {
					if have := s.messageNow(want, s.reading.timeline.Message(seqs[want.As])); !reflect.DeepEqual(have, want) {
						t.Errorf("step %d shows %+v, want %+v", i, have, want)
					}
				}
				if u := &s.reading.unread; step.Count != nil && (u.count != *step.Count || u.calls != *step.Calls) {
					t.Errorf("step %d: %d are unread, %d of them call", i, u.count, u.calls)
				}
				s.Frame()
			}
		})
	}
}

// messageNow is a message as the timeline has it, in the script's words.
func (s *sitting) messageNow(want shownMessage, id int) shownMessage {
	tl := s.reading.timeline
	it := tl.Item(id).(timeline.Said)
	have := shownMessage{As: want.As, Text: it.Text, Changed: tl.Changed(id), Gone: it.Gone}
	switch by := tl.TakenBackBy(id); {
	case by.ID == it.From.ID:
		have.By = by.Nick
	case by.ID != "":
		have.By = "host"
	}
	for _, r := range tl.Reactions(id) {
		names := []string{}
		for _, p := range r.Who {
			names = append(names, p.Nick)
		}
		have.Reactions = append(have.Reactions, shownReaction{r.Emoji, names, r.Mine})
	}
	for i, v := range tl.Votes(id) {
		have.Poll = append(have.Poll, struct {
			Option string
			Count  int
			Mine   bool
		}{it.Options[i], len(v.Who), v.Mine})
	}
	return have
}

// reacts makes somebody react to a message.
func (s *sitting) reacts(who rooms.Member, re uint64, emoji string) {
	s.seq++
	s.happens(&rooms.Reacted{Seq: s.seq, From: who.Person(), Re: re, Emoji: emoji, On: true})
}

// polls makes somebody ask for a choice.
func (s *sitting) polls(who rooms.Member, text string, options ...string) uint64 {
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: who.Person(), Text: text, Options: options})
	return s.seq
}

// does fails the test unless the last op was one.
func (s *sitting) did(want rooms.Op) {
	s.t.Helper()
	if n := len(s.seat.ops); n == 0 || !reflect.DeepEqual(s.seat.ops[n-1], want) {
		s.t.Errorf("did %#v, want %#v", s.seat.ops, want)
	}
}

// TestReactByKey: a chosen message gets an emoji by its code, or what is typed, or one of
// the quick ones, and loses it by the same.
func TestReactByKey(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	seq := s.says(lynx, "we ship at noon")
	s.types("alt+up", "+")
	s.shows("react:", "👍", ":heart:", "Enter react")
	s.types("enter")
	s.did(rooms.React{ID: "t1", Re: seq, Emoji: "👍", On: true})
	s.happens(&rooms.Reacted{Seq: 2, From: you.Person(), Re: seq, Emoji: "👍", On: true, ID: "t1"})
	s.shows("[👍 1]", "› ")
	if len(s.composing.sent) > 0 {
		t.Error("it waits for an answer that came")
	}
	s.reacts(lynx, seq, "👍")
	s.reacts(heron, seq, "🎉")
	s.shows("[👍 2]  🎉 1")
	s.types("alt+up", "+", ":tad", "enter")
	s.did(rooms.React{ID: "t2", Re: seq, Emoji: "🎉", On: true})
	s.types("alt+up", "+", ":th", "down", "tab", "tab")
	s.shows("react: 👎")
	s.hides("👍 :thumbsup:")
	s.types("esc", "esc")
	s.types("alt+up", "+", ":+1:", "enter")
	s.did(rooms.React{ID: "t3", Re: seq, Emoji: "👍"})
	s.types("alt+up", "+", "🧿", "enter")
	s.did(rooms.React{ID: "t4", Re: seq, Emoji: "🧿", On: true})
	s.types("alt+up", "+", ":nosuchthing")
	s.shows("no emoji is called that")
	n := len(s.seat.ops)
	s.types("enter", "esc", "esc")
	s.types("alt+up", "+", "down", "down", "up", "enter")
	s.did(rooms.React{ID: "t5", Re: seq, Emoji: "❤️", On: true})
	if len(s.seat.ops) != n+1 {
		t.Errorf("did %v", s.seat.ops[n:])
	}
	s.click("🎉 1")
	s.click("🎉 1")
	s.happens(&rooms.Reacted{Seq: 9, From: you.Person(), Re: seq, Emoji: "🎉", On: true, ID: "t6"}, &rooms.Refused{ID: "t7", Err: &rooms.Error{Code: rooms.NotAllowed, Message: "That is so already."}})
	s.hides("so already")
	s.happens(&rooms.Reacted{Seq: 10, From: you.Person(), Re: seq, Emoji: "🎉"})
	s.click("🎉 1")
	s.happens(&rooms.Refused{ID: "t8", Err: &rooms.Error{Code: rooms.NotAllowed, Message: "Not here."}})
	s.shows("Not here.")
	s.types("alt+up", "enter")
	s.shows("who reacted", "👍  quiet-otter, brave-lynx", "🎉  late-heron")
	s.reacts(heron, seq, "👍")
	s.shows("👍  quiet-otter, brave-lynx, late-heron")
	s.types("esc", "alt+up", "r", "so do I", "enter")
	s.did(rooms.Say{ID: "t9", Text: "so do I", Re: seq})
}

// TestPoll: digits choose what a poll asks, and its lines can be clicked.
func TestPoll(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	poll := s.polls(lynx, "lunch?", "pizza", "a soup of what is left", "nothing")
	s.shows(" 1  pizza", " 2  a soup")
	s.types("alt+up")
	s.shows("1–3 vote")
	s.types("2")
	s.did(rooms.React{ID: "t1", Re: poll, Emoji: "2", On: true})
	s.happens(&rooms.Reacted{Seq: 2, From: you.Person(), Re: poll, Emoji: "2", On: true, ID: "t1"})
	s.reacts(lynx, poll, "2")
	s.reacts(heron, poll, "1")
	s.reacts(heron, poll, "😂")
	s.shows(" 1  pizza                  ▪ 1", "[2] a soup of what is left ▪▪ 2", "😂 1")
	n := len(s.seat.ops)
	s.types("alt+up", "4", "esc")
	if len(s.seat.ops) != n {
		t.Error("an option was chosen that there is none of")
	}
	s.click("pizza")
	s.did(rooms.React{ID: "t2", Re: poll, Emoji: "1", On: true})
	s.click("[2]")
	s.did(rooms.React{ID: "t3", Re: poll, Emoji: "2"})
	s.types("alt+up", "enter")
	s.shows("1 pizza                   late-heron", "2 a soup of what is left  quiet-otter, brave-lynx", "3 nothing                 nobody")
}

// click clicks where a text begins.
func (s *sitting) click(text string) {
	s.t.Helper()
	for y, row := range strings.Split(s.text(), "\n") {
		if before, _, ok := strings.Cut(row, text); ok {
			s.do(tea.MouseClickMsg{X: s.layout.cells.Width(before), Y: y, Button: tea.MouseLeft})
			return
		}
	}
	s.t.Fatalf("%q is not on the screen:\n%s", text, s.text())
}

// TestClickReacts: a click on a reaction puts one's own beside it, or takes it off.
func TestClickReacts(t *testing.T) {
	for _, width := range []int{40, 80, 200} {
		s := inRoom(t, width, 24, colorprofile.TrueColor, lynx, heron)
		seq := s.says(lynx, "we ship at noon")
		s.says(lynx, "sharp")
		for _, emoji := range []string{"👍", "🏳️‍🌈", "🎉"} {
			s.reacts(heron, seq, emoji)
		}
		s.click("🎉 1")
		s.did(rooms.React{ID: "t1", Re: seq, Emoji: "🎉", On: true})
		s.happens(&rooms.Reacted{Seq: 9, From: you.Person(), Re: seq, Emoji: "🎉", On: true, ID: "t1"})
		s.click("[🎉 2]")
		s.did(rooms.React{ID: "t2", Re: seq, Emoji: "🎉"})
		n := len(s.seat.ops)
		s.click("we ship")
		s.click("sharp")
		if len(s.seat.ops) != n {
			t.Errorf("%d: words react", width)
		}
	}
}

// TestRetractByKey: taking back is asked about once, and is for who may.
func TestRetractByKey(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("a secret", "enter")
	s.answers()
	mine := s.seq
	theirs := s.says(lynx, "an insult")
	s.types("alt+up", "d")
	s.shows("Only who said it, or a host")
	s.types("up", "d")
	s.shows("take it back from every screen", "Esc leave it")
	n := len(s.seat.ops)
	s.types("x")
	s.hides("take it back from")
	s.types("d", "esc", "d", "d")
	if len(s.seat.ops) != n+1 {
		t.Errorf("did %v", s.seat.ops[n:])
	}
	s.did(rooms.Retract{ID: "t2", Re: mine})
	s.happens(&rooms.Retracted{Seq: 9, From: you.Person(), Re: mine, ID: "t2"})
	s.shows("took this back")
	s.hides("a secret")
	s.types("up", "up")
	s.hides("a secret")
	m := you
	m.Host = true
	s.happens(&rooms.HostSet{Member: m})
	s.types("ctrl+c", "alt+up", "d", "d")
	s.did(rooms.Retract{ID: "t3", Re: theirs})
}

// TestRetractedIsGone: what was taken back leaves the screen, the search, the quotes, what
// is being answered or changed, what can be brought back, and what counts as unread.
func TestRetractedIsGone(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	asked := s.says(lynx, "a secret question")
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: heron.Person(), Text: "an answer", Re: asked})
	s.types("f3", "secret", "enter")
	s.shows("1 of 1")
	s.types("esc", "alt+up", "up", "enter", "so I")
	s.shows("answering brave-lynx: a secret question")
	s.happens(&rooms.Retracted{Seq: 9, From: lynx.Person(), Re: asked})
	s.hides("secret")
	s.shows("took this back", "brave-lynx: (taken back)", retractedAnswer[:60], "so I", "an answer")
	s.types("enter")
	s.did(rooms.Say{ID: "t1", Text: "so I"})
	s.answers()
	s.types("f3", "secret", "enter")
	if len(s.reading.search.found) > 0 {
		t.Error("it is found")
	}
	s.types("esc", "f3", "answer")
	s.passes(seekEvery)
	s.Frame()
	s.shows("1 of 1")
	s.happens(&rooms.Retracted{Seq: 10, From: heron.Person(), Re: asked + 1})
	s.shows("nothing like that")
	s.types("esc")

	s.types("my secret", "enter")
	s.answers()
	mine := s.seq
	s.types("up", " that grows")
	s.shows("my secret that grows")
	s.happens(&rooms.Retracted{Seq: 11, From: lynx.Person(), Re: mine})
	s.shows("taken back by a host", retractedChange)
	s.hides("secret")
	s.types("up", "ctrl+c", "ctrl+c")
	s.hides("secret")

	chosen := s.says(lynx, "chosen")
	s.types("alt+up")
	s.happens(&rooms.Retracted{Seq: 12, From: lynx.Person(), Re: chosen})
	s.shows("What you had chosen was taken back.")
	if s.reading.choosing {
		t.Error("keys choose what is gone")
	}
}

// TestReactAlone shows who reacted to the newest message that somebody did react to.
func TestReactAlone(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.types("/react", "enter")
	s.shows("Nobody has reacted")
	seq := s.says(lynx, "tea")
	s.says(lynx, "and cake")
	s.reacts(heron, seq, "👍")
	s.types("/react", "enter")
	s.shows("who reacted", "👍  late-heron")
}

// TestOffersAreReactedTo: a file that is offered can be chosen, answered and reacted to.
func TestOffersAreReactedTo(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	seq := s.offers(lynx, "plan.pdf", 1000)
	s.reacts(heron, seq, "👍")
	s.shows("👍 1")
	s.click("👍 1")
	s.did(rooms.React{ID: "t1", Re: seq, Emoji: "👍", On: true})
	s.types("alt+up", "d")
	s.shows("/cancel")
	s.types("r", "thanks")
	s.shows("answering brave-lynx: plan.pdf")
	s.types("enter")
	s.did(rooms.Say{ID: "t2", Text: "thanks", Re: seq})
	s.happens(&rooms.Retracted{Seq: 90, From: lynx.Person(), Re: seq}, &rooms.Amended{Seq: 91, From: lynx.Person(), Re: seq, Text: "x"})
	s.shows("plan.pdf", "👍 1")
	s.types("alt+up", "enter")
	s.shows("who reacted", "👍  late-heron")
	s.types("esc")
	s.hides("who reacted")
	s.types("/react", "enter")
	s.shows("who reacted", "👍  late-heron")
}

// TestKeysComeTogether: keys that a slow line delivers at once mean what they would one by
// one, but nothing is taken back by a key that was held.
func TestKeysComeTogether(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	seq := s.says(lynx, "we ship at noon")
	s.types("alt+up", "+:tada:", "enter")
	s.did(rooms.React{ID: "t1", Re: seq, Emoji: "🎉", On: true})
	s.types("alt+up", "rso do I", "enter")
	s.did(rooms.Say{ID: "t2", Text: "so do I", Re: seq})
	s.answers()
	n := len(s.seat.ops)
	s.types("alt+up", "dddd")
	s.shows("take it back from every screen")
	if len(s.seat.ops) != n {
		t.Error("a key that was held took it back")
	}
	s.types("d")
	s.did(rooms.Retract{ID: "t3", Re: s.seq})
}
