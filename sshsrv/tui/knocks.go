package tui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// Two keys answer what is asked above the composer: whether to follow somebody into
// another room; whether to remove somebody; or, after these, whether to let in the first
// who knocks.

// lookFirst is how long a question must have been there before a key answers it, if it
// took another's place: whoever pressed the key just then meant that other.
const lookFirst = 700 * time.Millisecond

// knocking shows that somebody is at the door, and calls for whoever may open.
func (s *Screen) knocking(e *rooms.Knocking) tea.Cmd {
	none := len(s.view.Knocks) == 0
	s.view.Happen(e)
	s.turns()
	if !none || s.atDoor() == "" {
		return nil
	}
	return s.reading.call(true)
}

// knocked shows that somebody no longer is. That somebody was let in is told as they come,
// and before it what they said at the door, which only the first there is seen with.
func (s *Screen) knocked(e *rooms.Knocked) tea.Cmd {
	var said string
	if i := slices.IndexFunc(s.view.Knocks, func(k governing.Knock) bool { return k.ID == e.Knock }); i >= 0 {
		said = s.view.Knocks[i].Text
	}
	switch told := s.view.Happen(e); {
	case told == "":
	case e.Outcome == rooms.KnockDenied:
		s.reading.note(theme.Dim, "·", told)
	case e.Outcome == rooms.KnockAdmitted && said != "":
		s.reading.note(theme.Notice, "·", told+": "+said)
	}
	s.turns()
	return s.composing.cameBack(rooms.OpOf(e))
}

// turns notes what is asked after something happened, or a while passed, that may have
// changed it.
func (s *Screen) turns() {
	now := s.cfg.Now()
	if is := s.stay.asks(now); is != s.question {
		if s.turned = now; s.question == "" {
			s.turned = time.Time{}
		}
		s.question = is
	}
	s.layout.retitle()
	s.layout.touch()
}

// asks is what this person is asked, by an id; empty: nothing.
func (st *stay) asks(now time.Time) string {
	if st.followed.asked {
		return "follow " + st.followed.where
	}
	if st.vote.asked && st.vote.runs(now) {
		return "vote " + st.vote.about.ID
	}
	if k, ok := st.first(); ok && st.atDoor() != "" {
		return "knock " + k.ID
	}
	return ""
}

// first is who at the door is asked about.
func (st *stay) first() (k governing.Knock, ok bool) {
	if len(st.view.Knocks) == 0 {
		return k, false
	}
	return st.view.Knocks[0], true
}

// decide answers what is asked, and reports whether anything is.
func (s *Screen) decide(yes bool) (tea.Cmd, bool) {
	s.turns()
	now := s.cfg.Now()
	voting := s.vote.asked && s.vote.runs(now)
	switch k, _ := s.stay.first(); {
	case s.question == "":
		return nil, false
	case !s.turned.IsZero() && now.Sub(s.turned) < lookFirst:
		what := k.Name + " who knocks"
		if s.followed.asked {
			what = "whether you follow " + s.followed.who.Nick + " into another room"
		} else if voting {
			what = "a vote about " + s.vote.about.Nick
		}
		s.status.say("Now it is " + what + ", so nothing was decided. The same key again decides.")
	case s.followed.asked && yes:
		cmd, _ := s.follow()
		return cmd, true
	case s.followed.asked:
		s.staysBehind()
	case voting:
		s.answerVote(yes)
	default:
		s.ask(rooms.Decide{Knock: k.ID, In: yes})
	}
	return nil, true
}

// decideOn lets in somebody at the door who is named, or doesn't.
func (s *Screen) decideOn(typed, nick string, in bool) bool {
	k, ok := s.view.Knock(nick)
	if !ok {
		s.status.say("Nobody at the door is called that, or more than one.")
		return false
	}
	s.composing.send(typed, func(id string) rooms.Op { return rooms.Decide{ID: id, Knock: k.ID, In: in} })
	return true
}

// atDoor says how many knock, for the title; empty: nobody does whom this person may let
// in.
func (st *stay) atDoor() string {
	if len(st.view.Knocks) == 0 || !st.opens() {
		return ""
	}
	return fmt.Sprintf("%d knock", len(st.view.Knocks))
}

// askedRow asks what is asked, or says how a vote stands; empty: there is nothing.
func (l *layout) askedRow(st *stay) []string {
	now := l.now()
	voting := st.vote.runs(now)
	switch k, _ := st.first(); {
	case st.followed.asked:
		return l.question(st.followed.who.Nick+" goes on in another room.", "", []hint{{"F7", "goes there"}, {"F8", "stays"}}, []hint{{"F7", "go"}, {"F8", "stay"}})
	case voting && (st.vote.asked || st.atDoor() == ""):
		var answers []hint
		if st.vote.asked {
			answers = []hint{{"F7", "yes"}, {"F8", "no"}}
		}
		return l.question(st.vote.words(st.you.ID, now), "", answers, answers)
	case st.atDoor() != "":
		text, more := k.Knocks(), ""
		if n := len(st.view.Knocks) - 1; n > 0 {
			more = fmt.Sprintf(" +%d more", n)
		}
		return l.question(text, more, []hint{{"F7", "lets in"}, {"F8", "doesn't"}}, []hint{{"F7", "in"}, {"F8", "no"}})
	}
	return nil
}

// wideQuestion is from how many columns on a question has its long answers.
const wideQuestion = 50

// question is a row with a question, what more there is, and the keys that answer it, in
// a long and a short wording.
func (l *layout) question(text, more string, long, short []hint) []string {
	answers := long
	if l.width < wideQuestion {
		answers = short
	}
	width := 0
	for _, h := range answers {
		width += l.cells.Width(h.key+h.does) + 3
	}
	width = min(width, l.width)
	hints, _ := l.hintRow(answers, width)
	text = l.cells.Cut(" "+text, max(l.width-width-l.cells.Width(more), 0), "…") + more
	row := l.ink.Paint(theme.BarWarn, text+cells.Blank(l.width-width-l.cells.Width(text)))
	return []string{l.cells.Cut(row+hints, l.width, "")}
}
