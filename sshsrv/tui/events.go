package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/theme"
	"sotto/sshsrv/tui/timeline"
)

// happen takes what happened in the room.
func (s *Screen) happen(events []rooms.Event) tea.Cmd {
	var cmds []tea.Cmd
	for _, e := range events {
		if cmd := s.event(e); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	return tea.Batch(cmds...)
}

func (s *Screen) event(e rooms.Event) tea.Cmd {
	if s.leaping.Heard(e) {
		return nil
	}
	talks := s.talkers.Happen(e)
	cmd := s.eventItself(e)
	if talks {
		cmd = tea.Batch(cmd, s.layout.later())
	}
	if words := s.asides.Happen(e, s.you.ID, s.roster.find, &s.ignoring); words != "" {
		s.reading.note(theme.Notice, "·", words)
	}
	return cmd
}

func (s *Screen) eventItself(e rooms.Event) tea.Cmd {
	switch e := e.(type) {
	case *rooms.Said:
		return s.heard(timeline.Said{Said: e}, e.ID)
	case *rooms.Reacted:
		s.reacted(e)
	case *rooms.Retracted:
		return s.retracted(e)
	case *rooms.Amended:
		return s.amended(e)
	case *rooms.Whispered:
		s.composing.whisperHeard(e, &s.stay)
		return s.heard(timeline.Whispered{Whispered: e}, e.ID)
	case *rooms.Offered:
		return s.heard(timeline.NewOffered(e, s.kind == rooms.KindOpen), e.ID)
	case *rooms.Transfer:
		if s.reading.fare(e) {
			s.status.say(s.fates.tell(e, s.status.word))
		}
	case *rooms.Joined:
		s.roster = s.roster.after(&e.Forms, s.exact, with(e.Member))
		s.composing.newNames(e.Member)
		s.changed(moved(e.Member, "came in"))
		return s.came(e)
	case *rooms.Left:
		s.roster = s.roster.after(&e.Forms, s.exact, without(e.Member.ID))
		delete(s.typing, e.Member.ID)
		s.changed(moved(e.Member, "left"))
		if e.Member.ID == s.vote.about.ID {
			s.vote = vote{}
			s.turns()
		}
		then := s.came(e)
		s.unhosted(e)
		return then
	case *rooms.Renamed:
		return s.renamed(e)
	case *rooms.Away:
		s.view.Happen(e)
		s.roster = s.roster.after(&e.Forms, s.exact, changed(e.Member))
		return s.layout.later()
	case *rooms.AsideSet:
		return s.stepped(e)
	case *rooms.TopicSet:
		return s.setTopic(e)
	case *rooms.TypingNow:
		return s.typingNow(e.Member)
	case *rooms.VoiceNow: // stands in the row of people; see event
	case *rooms.Notice:
		if e.Code == rooms.MadeHost { // its words open the room, and stand nowhere
			s.reading.note(theme.Notice, "·", madeHost)
			break
		}
		s.reading.note(noticeStyle(e.Code), "!", e.Text)
	case *rooms.RulesSet, *rooms.HostSet, *rooms.Muted, *rooms.SpeakSet:
		return s.govern(e)
	case *rooms.KeyShown:
		s.keyShown(e)
	case *rooms.Invited:
		s.invitedBy(e)
	case *rooms.Voting:
		return s.voting(e)
	case *rooms.Leapt:
		return s.leapt(e)
	case *rooms.Knocking:
		return s.knocking(e)
	case *rooms.Knocked:
		return s.knocked(e)
	case *rooms.Unconfirmed:
		s.unconfirmed = e.Count
		s.layout.redraw()
	case *rooms.Compared:
		s.compared(e)
	case *rooms.Link:
		s.linked(e)
	case *rooms.Silence:
		return s.silence(e)
	case *rooms.Gap:
		s.exact = false
		s.reading.note(theme.Warn, "!", s.gapWords(e))
	case *rooms.Refused:
		if s.isSo(e) {
			s.composing.answered(e.ID)
			break
		}
		return tea.Batch(s.composing.refused(e, &s.stay), s.wake())
	case *rooms.Held:
		s.openCard(privacyCard(e.Fields, s.cfg.Held, s.chosen, s.kept, s.cfg.Never))
	case *rooms.Welcome:
		s.welcome(e)
		return tea.Batch(s.wake(), s.replay())
	}
	return nil
}

// linked follows the connection. What was told because it was lost is not true any
// more once it is back.
func (s *Screen) linked(l *rooms.Link) {
	s.lost, s.silent = !l.Up, time.Time{}
	s.layout.redraw()
	if l.Up {
		s.status.linked()
	}
	if !l.Gone.IsZero() {
		s.reading.note(theme.Warn, "!", "Your place was gone, so you came in anew. What was said since "+l.Gone.Format("15:04")+" is lost.")
	}
	if l.Why != nil {
		s.reading.note(theme.Warn, "!", l.Why.Message)
	}
}

// silenceMsg comes every second while nobody answers.
type silenceMsg struct{}

// silence shows that nobody answers, or that somebody does again.
func (s *Screen) silence(e *rooms.Silence) tea.Cmd {
	s.silent = e.Since
	s.layout.retitle()
	s.layout.touch()
	if s.counting {
		return nil
	}
	return s.countSilence()
}

// countSilence shows for how long nobody has answered, and comes back for more.
func (s *Screen) countSilence() tea.Cmd {
	s.layout.retitle()
	s.counting = !s.silent.IsZero()
	if !s.counting {
		return nil
	}
	return run.After(time.Second, silenceMsg{})
}

// welcome begins a room, or goes on with one after a lost connection.
func (s *Screen) welcome(w *rooms.Welcome) {
	again := s.name != ""
	before := len(s.roster.members)
	fresh := s.begin(w, s.cfg.Now())
	s.wished = s.wished.In(w.Kind)
	s.composing.newNames(fresh...)
	s.reading.timeline.Reader(w.You.ID, w.You.Nick)
	s.layout.redraw()
	if w.Resumed {
		s.reading.note(theme.Dim, "·", "The connection is back.")
		if len(fresh) > 0 || len(w.Members) != before {
			s.changed("others are here than before the connection was lost")
		}
		return
	}
	s.changed("you came in anew")
	s.reading.timeline.Enter()
	if s.from != "" && !again {
		came := "You left " + string(s.from) + " and came into "
		if s.over {
			came = "You came into "
		}
		s.reading.note(theme.Divider, s.layout.cells.Sign("─", "-"), came+string(s.name)+". What is above was said in "+string(s.from)+"; /clear empties this screen.")
	}
	if w.Kind != rooms.KindSealed { // which is joined by its link
		s.visited.add(string(w.Room))
	}
	if s.cfg.Told != "" {
		s.reading.note(theme.Warn, "!", s.cfg.Told)
		s.cfg.Told = ""
	}
	if w.You.Watch {
		s.watchWelcome(w)
		return
	}
	s.reading.note(theme.Notice, "·", "You are "+w.You.Nick+" here, and nobody is told more than that. /nick changes it.")
	switch {
	case len(w.Members) == 1 && w.Kind == rooms.KindSealed: // other words, or another link, lead into a room of their own
		s.reading.note(theme.Dim, "·", "Nobody else is here yet. If you expected somebody, compare the room's name with them: "+string(w.Room)+". /invite shows how to let others in.")
	case len(w.Members) == 1:
		s.reading.note(theme.Dim, "·", "Nobody else is here yet. /invite shows how to let others in. The room is gone when the last one leaves.")
	default:
		s.reading.note(theme.Dim, "·", "What was said before you came is not kept.")
	}
	if w.Kind == rooms.KindSealed {
		s.reading.note(theme.Dim, "·", "The server passes on what it can't read. /verify shows words to compare, so that you know that nobody stands in between.")
	}
	s.rulesHere()
	s.landed()
}

// heard puts somebody's words into the timeline.
func (s *Screen) heard(it timeline.Item, op string) tea.Cmd {
	next := s.composing.cameBack(op)
	from := it.Author().ID
	if _, ok := s.typing[from]; ok {
		delete(s.typing, from)
		s.layout.rerule()
	}
	mine := from == s.you.ID
	call, below := s.reading.add(it, mine)
	if _, private := it.(timeline.Whispered); mine && !private {
		s.composing.spoke(s.view.Rules.Slow)
	}
	if mine {
		s.layout.touch()
	}
	bound := s.view.Rules.Fade > 0 || s.view.Rules.Slow > 0
	if next == nil && call == nil && !bound && !below { // which is what most words are
		return nil
	}
	cmds := []tea.Cmd{next, call}
	if bound {
		cmds = append(cmds, s.wake())
	}
	if below {
		cmds = append(cmds, s.layout.later())
	}
	return tea.Batch(cmds...)
}

// came notes that somebody came, left or changed names.
func (s *Screen) came(e rooms.Event) tea.Cmd {
	if h, ok := comings.Of(e); ok && !s.ignores(h.Who) {
		s.reading.happen(h)
	}
	return s.layout.later()
}

// changed takes back what an open card shows and who changed made untrue.
func (s *Screen) changed(what string) {
	if s.cards.change(what) {
		s.layout.touch()
	}
}

func (s *Screen) renamed(e *rooms.Renamed) tea.Cmd {
	s.roster = s.roster.after(&e.Forms, s.exact, changed(e.Member))
	s.view.Happen(e)
	s.ignoring.Renamed(e.Member.Person())
	s.composing.newNames(e.Member)
	s.composing.answered(e.ID)
	s.changed(e.Was + " is now called " + e.Member.Nick)
	if e.Member.ID == s.you.ID {
		s.you, s.wished = e.Member, s.wished.Renamed(e)
		s.reading.timeline.Reader(e.Member.ID, e.Member.Nick)
		s.reading.note(theme.Notice, "·", "You are "+e.Member.Nick+" now.")
		return s.layout.later()
	}
	return s.came(e)
}

// stepped follows who is away and who is back. What goes with a welcome is mostly known by it.
func (s *Screen) stepped(e *rooms.AsideSet) tea.Cmd {
	s.view.Happen(e)
	if m, ok := s.roster.find(e.Member.ID); !ok || m.Aside != e.Member.Aside {
		s.roster = s.roster.after(&e.Forms, s.exact, changed(e.Member))
	}
	if e.Member.ID == s.you.ID {
		s.you.Aside = e.Member.Aside
	}
	return tea.Batch(s.composing.cameBack(e.ID), s.layout.later())
}

func (s *Screen) setTopic(e *rooms.TopicSet) tea.Cmd {
	s.topic = topic{e.Text, e.From}
	s.layout.redraw()
	text := e.From.Nick + " set the topic: " + e.Text
	if e.Text == "" {
		text = e.From.Nick + " cleared the topic."
	}
	s.reading.tell(e.From, theme.Dim, "·", text)
	return s.composing.cameBack(e.ID)
}

// typingNow shows that somebody is typing, for a while.
func (s *Screen) typingNow(id string) tea.Cmd {
	if !s.types(id, s.cfg.Now().Add(rooms.TypingFor)) {
		return nil
	}
	if !s.quieting {
		s.quieting = true
		return tea.Batch(s.layout.later(), run.After(rooms.TypingFor, quietMsg{}))
	}
	return s.layout.later()
}

// quieten takes away whoever stopped typing, and comes back for the rest.
func (s *Screen) quieten() tea.Cmd {
	now := s.cfg.Now()
	next := s.pause(now)
	if s.quieting = !next.IsZero(); !s.quieting {
		return nil
	}
	return run.After(next.Sub(now), quietMsg{})
}
