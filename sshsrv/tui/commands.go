package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/theme"
)

// submit carries out what was typed and reports whether it is done with; if
// not, the text stays in the composer.
func (s *Screen) submit(text string) (tea.Cmd, bool) {
	typed := command.ParseAmong(text, s.here)
	if _, says := typed.(command.Say); !says {
		s.composing.amending, s.composing.was, s.composing.orphan = 0, "", false // something else is meant
	}
	if done, ok := s.power(text, typed); ok {
		return nil, done
	}
	if cmd, done, ok := s.mend(text, typed); ok {
		return cmd, done
	}
	switch in := typed.(type) {
	case command.Blank:
		return nil, true
	case command.Say:
		if s.composing.amending != 0 {
			return nil, s.composing.amend(text, in.Text)
		}
		if s.composing.wouldBeNew() {
			return nil, false
		}
		return s.composing.speak(text, in.Text, false)
	case command.Me:
		return s.composing.speak(text, in.Text, true)
	case command.Msg:
		return s.composing.whisper(&s.stay, text, in.Nick, in.Text)
	case command.Reply:
		return s.composing.whisperBack(&s.stay, text, in.Text)
	case command.Nick:
		return s.composing.rename(text, in.Nick)
	case command.Topic:
		return s.topicCommand(text, in)
	case command.Away:
		return s.composing.line(text, func(id string) rooms.Op { return rooms.SetAside{ID: id, On: true, Text: in.Text} })
	case command.Back:
		if me, _ := s.roster.find(s.you.ID); !me.Aside.On && len(s.composing.queue.Unsaid()) == 0 {
			s.status.say(rooms.NotAside)
			return nil, true
		}
		return s.composing.line(text, func(id string) rooms.Op { return rooms.SetAside{ID: id} })
	case command.Help:
		s.openCard(helpCard(in.Command))
	case command.Who:
		s.openCard(whoCard(&s.stay, s.meet))
	case command.Join:
		return s.join(in.Room)
	case command.Leap:
		return s.leap(text, in.Without)
	case command.Go:
		return s.follow()
	case command.Invite:
		s.invite(text, in)
	case command.Uninvite:
		s.composing.send(text, func(id string) rooms.Op { return rooms.Uninvite{ID: id} })
	case command.Verify:
		s.verify(in.Same)
	case command.Seal:
		if s.cfg.Seal != nil {
			s.openCard(inviteCard("a sealed room", s.name, s.cfg.Seal()))
		} else {
			s.openCard(sealedElsewhereCard(s.cfg.NewSealed))
		}
	case command.Send:
		return s.sendFile(text, in.File)
	case command.Take:
		return s.carry(text, func(c rooms.FileCarrier) error { return c.TakeFile(s.ctx, in.Number) }), true
	case command.Cancel:
		return s.carry(text, func(c rooms.FileCarrier) error { return c.CancelFile(s.ctx, in.Number) }), true
	case command.Ignore:
		return nil, s.ignore(in.Nick)
	case command.Unignore:
		return nil, s.unignore(in.Nick)
	case command.Clear:
		s.reading.clear()
	case command.Find:
		s.reading.find()
		return s.reading.search.paste(in.Text), true
	case command.Fold:
		s.status.say(s.reading.fold(in.Choice))
	case command.Times:
		for _, p := range s.places {
			p.reading.times(in.Choice)
		}
		if words := s.reading.times(in.Choice); in.Choice == "" {
			s.reading.note(theme.Notice, "·", words)
		} else {
			s.status.say(words)
		}
	case command.Highlight:
		for _, p := range s.places {
			p.reading.highlight(in)
		}
		s.reading.note(theme.Notice, "·", s.reading.highlight(command.Highlight{}))
	case command.Mouse:
		return s.mouse(in.Choice), true
	case command.Privacy:
		s.ask(rooms.Inspect{ID: s.composing.opID()})
	case command.Notify:
		if words := s.reading.callOn(in.When); in.When == "" {
			s.reading.note(theme.Notice, "·", words+" /notify off, /notify mentions or /notify all changes it.")
		} else {
			s.status.say(words)
		}
	case command.ChangeTheme:
		return nil, s.themeCommand(in.Name)
	case command.Leave:
		return s.leave(), true
	case command.Quit:
		return s.composing.quit(), true
	case command.Unknown:
		s.status.say(in.Message())
		return nil, false
	case command.Problem:
		s.status.say(command.Explain(text, in, s.cfg.Seal == nil))
		return nil, false
	}
	return nil, true
}

// needsRoom is for a command that was typed on the front page.
const needsRoom = "That works in a room. Type the name of one first."

// frontCommand carries out what was typed on the front page and is no room's name.
func (s *Screen) frontCommand(text string) tea.Cmd {
	front := s.cards.front
	switch in := command.Parse(text).(type) {
	case command.Leave:
		return s.leavePage()
	case command.Quit:
		return tea.Quit
	case command.Help:
		front.problem = "Enter goes into the room that is named here, Tab makes another name, /quit leaves. In a room F1 lists the commands."
	case command.Join:
		return s.frontJoin(in.Room)
	case command.Unknown:
		front.problem = in.Message()
	case command.Problem:
		if words := strings.Fields(text); in.Command == "join" && len(words) > 1 {
			return s.frontJoin(strings.Join(words[1:], " "))
		}
		front.problem = in.Message()
	default:
		front.problem = needsRoom
	}
	return nil
}

// frontJoin is for who names a room by /join where the name would do.
func (s *Screen) frontJoin(room string) tea.Cmd {
	s.cards.front.field.text = room
	return s.frontKey("enter", tea.KeyPressMsg{Code: tea.KeyEnter})
}

// join opens another room beside those that there are, or turns to it if it is one of them.
func (s *Screen) join(room string) (tea.Cmd, bool) {
	switch p := s.open(room); {
	case p == s.place:
		s.status.say("You are in " + string(s.name) + " already.")
		return nil, true
	case p != nil:
		s.show(p)
		return nil, true
	case len(s.places) == maxPlaces:
		s.status.say(tooManyPlaces)
		return nil, false
	}
	chosen := s.wished.Toward(room)
	p := s.add(room)
	p.wished = chosen
	s.show(p)
	return s.enter(p, room, chosen.Nick()), true
}

// goOn goes to another room instead of this one, once what waits was said: it is for this
// one. Who follows goes where others go on who know them by their name, into a room of the
// same kind; so it goes along, whichever it is.
func (s *Screen) goOn(room string) (tea.Cmd, bool) {
	if p := s.open(room); p != nil {
		s.show(p)
		return nil, true
	}
	if s.composing.whenSaid(" to be said in here first, then you go. Esc takes them back.", func() tea.Cmd {
		if p := s.open(room); p != nil { // its person may be typing
			s.status.say("You are in " + p.label() + " already. Alt-" + string(rune('1'+slices.Index(s.places, p))) + " goes there.")
			return nil
		}
		cmd, _ := s.goOn(room)
		return cmd
	}) {
		return nil, true
	}
	if s.status.say("Going to " + room + "…"); s.cfg.isLink(room) {
		s.status.say("Going there…") // a link may be a key
	}
	s.composing.depart()
	return s.enter(s.place, room, s.you.Nick), true
}

func (s *Screen) topicCommand(typed string, in command.Topic) (tea.Cmd, bool) {
	switch {
	case in.Set:
		return s.composing.line(typed, func(id string) rooms.Op { return rooms.SetTopic{ID: id, Text: in.Text} })
	case s.topicText() == "":
		s.reading.note(theme.Notice, "·", "This room has no topic. /topic TEXT sets one.")
	case s.ignores(s.topic.by):
		s.reading.note(theme.Notice, "·", "The topic was "+hiddenTopic+".")
	default:
		s.reading.tell(s.topic.by, theme.Notice, "·", "The topic is: "+s.topic.text)
	}
	return nil, true
}

func (s *Screen) ignore(nick string) bool {
	if nick == "" {
		s.reading.note(theme.Notice, "·", "You ignore "+cmp.Or(strings.Join(s.ignoring.Names(), ", "), "nobody")+".")
		return true
	}
	m, why := s.member(nick)
	if why != "" {
		s.status.say(why)
		return false
	}
	return s.ignorePerson(m.Person())
}

func (s *Screen) ignorePerson(p rooms.Person) bool {
	switch {
	case p.ID == s.you.ID:
		s.status.say("That is you.")
		return false
	case s.ignores(p):
		s.status.say("You ignore " + p.Nick + " already.")
		return true
	case !s.ignoring.Add(p):
		s.status.say("You ignore as many people as one can. /unignore one first.")
		return false
	}
	delete(s.typing, p.ID)
	s.reading.timeline.Regroup()
	s.reading.search.ignored()
	s.layout.redraw() // the topic may be theirs
	s.reading.note(theme.Notice, "·", "You no longer see anything of "+p.Nick+", until they come in anew; they are not told. /unignore "+p.Nick+" brings it back.")
	return true
}

func (s *Screen) unignore(typed string) bool {
	nick, found := s.ignoring.Remove(typed)
	switch found {
	case rooms.NoneFound:
		s.status.say("You ignore nobody who is called that. /ignore lists whom you do.")
		return false
	case rooms.SeveralFound:
		s.status.say("That could be more than one whom you ignore. Write the name as /ignore lists it.")
		return false
	}
	s.reading.timeline.Regroup()
	s.layout.redraw()
	s.reading.note(theme.Notice, "·", "You see what "+nick+" does again.")
	return true
}

// themeCommand changes the theme, or says which it is and which there are.
func (s *Screen) themeCommand(name string) bool {
	if name == "" {
		s.reading.note(theme.Notice, "·", s.layout.themeWords())
		return true
	}
	if !s.layout.wear(name) {
		s.status.say("There is no such theme. There are: " + strings.Join(theme.Names(), ", ") + ".")
		return false
	}
	return true
}

// carried is the news that a file command could not be carried out.
type carried struct {
	typed string
	err   error
}

// carry carries out a file command beside the screen, since it may touch a disk.
func (s *Screen) carry(typed string, do func(rooms.FileCarrier) error) tea.Cmd {
	seat, ok := s.seat.(rooms.FileCarrier)
	if !ok {
		s.reading.note(theme.Notice, "·", noFiles)
		return nil
	}
	return func() tea.Msg {
		if err := do(seat); err != nil {
			return carried{typed, err}
		}
		return nil
	}
}

// noFiles is for whoever wants files where there is no disk of theirs.
const noFiles = "Files go from a browser or from sotto's own client; this screen is drawn on the server, which has none of your folders. /invite shows the way in."

func (s *Screen) sendFile(typed, path string) (tea.Cmd, bool) {
	if _, ok := s.seat.(rooms.FileCarrier); ok && path == "" {
		s.status.say("/send needs FILE, the path of one on this machine.")
		return nil, false
	}
	return s.carry(typed, func(c rooms.FileCarrier) error { return c.SendFile(s.ctx, path) }), true
}

// pasteName is what a file is called that was a text too long for a message.
const pasteName = "paste.txt"

// sendText offers a text as a file.
func (s *Screen) sendText(text string) tea.Cmd {
	return s.carry(text, func(c rooms.FileCarrier) error { return c.SendText(s.ctx, pasteName, text) })
}

// names tell the composer what can be named here.
func (s *Screen) names(p *place) command.Names {
	return command.Names{
		Members: func() []string {
			names := make([]string, 0, len(p.roster.members))
			for _, m := range p.roster.members {
				if m.ID != p.you.ID && !m.Watch {
					names = append(names, m.Nick)
				}
			}
			return names
		},
		Ignored:  func() []string { return p.ignoring.Names() },
		Knocking: func() []string { return p.view.Knocking() },
		Rooms:    s.named,
		Themes:   theme.Names,
	}
}

// named are the rooms that can be named: those that this person was in, and the others in
// this window, of which one that is sealed is not entered by its name.
func (s *Screen) named() []string {
	named := slices.Clone(s.visited)
	for _, p := range s.places {
		if name := string(p.name); p != s.place && name != "" && !slices.Contains(named, name) {
			named = append(named, name)
		}
	}
	return named
}
