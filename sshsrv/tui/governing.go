package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/theme"
)

// madeHost is told to whoever made a room, instead of the server's notice, which has
// words that open it: those are on a card, for as long as that is open.
const madeHost = "You made this room and are its host. /key shows what makes others hosts; /rules what a host can do."

// govern takes an event about who governs the room, and how.
func (s *Screen) govern(event rooms.Event) tea.Cmd {
	told := s.view.Happen(event)
	s.layout.retitle()
	s.layout.touch()
	switch e := event.(type) {
	case *rooms.RulesSet:
		if s.ignores(e.From) { // rules bind all the same
			told = strings.TrimPrefix(told, e.From.Nick+": ")
		}
		s.reading.note(theme.Dim, "·", told)
	case *rooms.HostSet:
		s.changeMember(&e.Forms, e.Member, told)
		s.unhosted(e)
	case *rooms.Muted:
		if e.Member.ID == s.you.ID {
			s.mutedUntil = time.Time{}
			if e.For > 0 {
				s.mutedUntil = s.cfg.Now().Add(e.For)
			}
		}
		s.changeMember(&e.Forms, e.Member, told)
	case *rooms.SpeakSet:
		s.changeMember(&e.Forms, e.Member, told)
	}
	return tea.Batch(s.composing.cameBack(rooms.OpOf(event)), s.wake())
}

// unhosted tells what holds now, if by what happened the last host went.
func (s *Screen) unhosted(e rooms.Event) {
	if governing.Unhosted(e, s.roster.members) && !s.you.Watch {
		s.reading.note(theme.Notice, "·", governing.Hostless)
	}
}

// changeMember notes what a member is now, and tells it.
func (s *Screen) changeMember(forms *rooms.Forms, m rooms.Member, told string) {
	s.roster = s.roster.after(forms, s.exact, changed(m))
	if m.ID == s.you.ID {
		s.you = m
	}
	s.reading.tell(m.Person(), theme.Dim, "·", told)
}

// keyShown shows a key that this person asked for. That of a room that they made is not
// shown until they ask.
func (s *Screen) keyShown(e *rooms.KeyShown) {
	if s.composing.answers(e.ID) {
		s.openCard(keyCard(e.Words))
	}
}

// rulesHere tells whoever comes in what rules there are, if there are any.
func (s *Screen) rulesHere() {
	told := governing.Told(s.view.Rules)
	if told == "" {
		return
	}
	words := "The rules here: " + told + ". /rules explains them."
	if s.view.Rules.Fade > 0 {
		words += " What leaves the screens, others may have copied."
	}
	s.reading.note(theme.Notice, "·", words)
}

// keyCard shows a key of the room. Nothing else has the words, so that closing it
// forgets them.
func keyCard(words string) *card {
	return &card{title: "a key of this room", wide: cardWidth, copied: []string{words}, rows: func(l look, width, _ int) []string {
		rows := []string{l.ink.Paint(theme.Accent, words), ""}
		rows = append(rows, l.wrap("Whoever types /host and these words is a host of this room, from any door, as long as it exists.", width)...)
		return append(rows, l.wrap("They are here and nowhere else: the server keeps none, and closing this forgets them. /key makes others, and these go on being good.", width)...)
	}}
}

// burnCard asks once more.
func burnCard(decide func(burn bool)) *card {
	q := &list{ids: func() []string { return []string{"no", "burn"} }}
	c := &card{title: "burn this room?", wide: cardWidth, list: q, does: []hint{{"Enter", "do it"}}}
	q.enter = func(id string) { decide(id == "burn") }
	c.rows = func(l look, width, _ int) []string {
		rows := l.wrap("It ends for everybody at once. Every screen is emptied and says why, and the server forgets as if all had left. Nobody can undo it; what somebody copied, they keep.", width)
		rows = append(rows, "")
		rows = append(rows, q.entry(l, "no", box{len(rows), 0, width}, "no, go on"))
		return append(rows, q.entry(l, "burn", box{len(rows), 0, width}, "burn it"))
	}
	return c
}

// wakeMsg says that something may be otherwise by itself: words have faded, or there is
// less to wait.
type wakeMsg struct{}

// wakeEvery is how often a screen looks for that at most.
const wakeEvery = time.Second

// wake looks, and sees to it that the screen looks again when the next thing changes by
// itself: one timer, whatever there is.
func (s *Screen) wake() tea.Cmd {
	now := s.cfg.Now()
	next := s.fade()
	soonest := func(at time.Time) {
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if s.you.Muted {
		soonest(now.Add(tick(s.mutedUntil.Sub(now))))
	}
	soonest(now.Add(tick(s.composing.slowUntil.Sub(now))))
	soonest(now.Add(tick(s.vote.until.Sub(now))))
	if next.IsZero() || !s.waking.IsZero() && !next.Before(s.waking) {
		return nil
	}
	if least := now.Add(wakeEvery); next.Before(least) {
		next = least
	}
	s.waking = next
	return run.After(next.Sub(now), wakeMsg{})
}

// nearly is from when on seconds are counted down, and not minutes.
const nearly = 2 * time.Minute

// tick is how long it takes until so much is left that it is worded otherwise.
func tick(left time.Duration) time.Duration {
	switch {
	case left <= 0:
		return 0
	case left > nearly:
		return (left-1)%time.Minute + 1
	}
	return (left-1)%time.Second + 1
}

// woken is wake once that time has come.
func (s *Screen) woken() tea.Cmd {
	if s.cfg.Now().Before(s.waking) {
		return nil // another is under way
	}
	s.waking = time.Time{}
	return s.wake()
}

// fade forgets what has faded, and returns when something next will.
func (s *Screen) fade() (next time.Time) {
	s.reading.fades(s.view.Rules.Fade)
	faded, next := s.reading.fade()
	if faded {
		s.layout.touch()
	}
	if sent := s.composing.fade(s.view.Rules.Fade, s.reading.timeline); next.IsZero() || !sent.IsZero() && sent.Before(next) {
		next = sent
	}
	return next
}
