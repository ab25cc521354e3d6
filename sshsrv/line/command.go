package line

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/governing"
	"sotto/rooms/seal"
)

// frontPage greets somebody who came without a room.
var frontPage = []string{
	"This is sotto: rooms to talk in, without names, for as long as somebody is in them. Nothing is kept.",
	"Type the name of a room, and Enter; who types the same name is in the same room. /help lists commands, /quit leaves.",
}

const needsRoom = "That works in a room. Type the name of one first."

// submit carries out a line.
func (l *linear) submit(ctx context.Context, line string) error {
	switch l.phase {
	case joining:
		return l.submitFront(ctx, line)
	case atDoor:
		l.submitDoor(ctx, line)
		return nil
	}
	switch in := command.ParseAmong(line, l.stay.here).(type) {
	case command.Say:
		return l.put(ctx, line, says(in.Text))
	case command.Me:
		return l.put(ctx, line, func(id string) rooms.Op { return rooms.Say{ID: id, Text: in.Text, Action: true} })
	case command.Msg:
		return l.whisper(ctx, in.Nick, in.Text)
	case command.Reply:
		return l.whisperBack(ctx, in.Text)
	case command.React:
		return l.react(ctx, line, in)
	case command.Retract:
		return l.retract(ctx, line, in)
	case command.Amend:
		return l.amend(ctx, line, in.Text)
	case command.Poll:
		return l.poll(ctx, line, in)
	case command.Vote:
		if react, ok := l.stay.messages.Choose(l.seen, l.stay.named).Answer(in); ok {
			return l.react(ctx, line, react)
		}
		return l.vote(ctx, in.Nick)
	case command.Nick:
		return l.after(ctx, func(ctx context.Context) error {
			return l.do(ctx, rooms.Rename{ID: l.id(), Nick: in.Nick})
		})
	case command.Topic:
		if in.Set {
			return l.put(ctx, line, func(id string) rooms.Op { return rooms.SetTopic{ID: id, Text: in.Text} })
		}
		l.tellTopic()
	case command.Away:
		return l.put(ctx, line, func(id string) rooms.Op { return rooms.SetAside{ID: id, On: true, Text: in.Text} })
	case command.Back:
		if me, _ := l.stay.find(l.stay.you.ID); !me.Aside.On && l.idle() {
			l.tell(rooms.NotAside)
			return nil
		}
		return l.put(ctx, line, func(id string) rooms.Op { return rooms.SetAside{ID: id} })
	case command.Who:
		l.tellWho()
	case command.Join:
		if rooms.IsHere(in.Room, rooms.RoomName(l.stay.name), l.visit.Invite(l.stay.name, "")) {
			l.tell("You are in " + l.stay.name + " already.")
			return nil
		}
		if !l.idle() {
			l.tell("What you said before is said in here first. Ctrl-C drops it.")
		}
		return l.after(ctx, func(ctx context.Context) error {
			l.enter(ctx, in.Room, l.wished.Toward(in.Room).Nick(), talking)
			return nil
		})
	case command.Leap:
		return l.leap(ctx, in)
	case command.Go:
		return l.follow(ctx)
	case command.Invite:
		return l.invite(ctx, in)
	case command.Uninvite:
		return l.do(ctx, rooms.Uninvite{ID: l.id()})
	case command.Verify:
		l.verify(in.Same)
	case command.Seal:
		l.seal()
	case command.Send:
		l.sendFile(ctx, in.File)
	case command.Take:
		l.carry(func(c rooms.FileCarrier) error { return c.TakeFile(ctx, in.Number) })
	case command.Cancel:
		l.carry(func(c rooms.FileCarrier) error { return c.CancelFile(ctx, in.Number) })
	case command.Ignore:
		l.ignore(in.Nick)
	case command.Unignore:
		l.unignore(in.Nick)
	case command.Privacy:
		return l.do(ctx, rooms.Inspect{ID: l.id()})
	case command.Problem:
		l.tell(command.Explain(line, in, l.visit.Seal == nil))
	default:
		return l.govern(ctx, in)
	}
	return nil
}

// after does what changes how words are understood once those before it were said,
// and nothing that is typed behind it sooner.
func (l *linear) after(ctx context.Context, do func(context.Context) error) error {
	if l.idle() {
		return do(ctx)
	}
	l.phase, l.then = pending, do
	return nil
}

// submitFront carries out a line of the front page: a room's name, or one of
// the commands that need no room.
func (l *linear) submitFront(ctx context.Context, line string) error {
	switch in := command.Parse(line).(type) {
	case command.Say:
		l.begins(ctx, strings.TrimSpace(in.Text), joining)
	case command.Join:
		l.begins(ctx, in.Room, joining)
	case command.Help, command.Quit, command.Leave, command.Blank, command.Unknown:
		l.submitAnywhere(in)
	case command.Problem:
		l.tell(command.Explain(line, in, l.visit.Seal == nil))
	default:
		l.tell(needsRoom)
	}
	return nil
}

func (l *linear) submitAnywhere(in command.Input) {
	switch in := in.(type) {
	case command.Quit, command.Leave:
		if l.phase = ending; !l.idle() {
			l.tell("What you said waits to be said first. Ctrl-C leaves now.")
		}
	case command.Help:
		l.help(in.Command)
	case command.Unknown:
		l.tell(in.Message())
	case command.Notify:
		l.setNotify(in.When)
	case command.Highlight:
		if in.Off || len(in.Words) > 0 {
			l.words = in.Words
		}
		l.tell(command.HighlightWords(l.words))
	case command.Times:
		l.setTimes(in.Choice)
	case command.Blank:
	case command.Find:
		l.tell("What was said stands above: your terminal's own search finds it.")
	case command.Clear, command.Fold, command.ChangeTheme, command.Mouse:
		l.tell("Lines are only ever added here, without colours or a mouse, so there is nothing to do.")
	}
}

// says makes the op that says a text.
func says(text string) func(id string) rooms.Op {
	return func(id string) rooms.Op { return rooms.Say{ID: id, Text: text} }
}

func (l *linear) id() string {
	l.ops++
	return strconv.Itoa(l.ops)
}

func (l *linear) help(name string) {
	told := false
	for _, entry := range l.commands() {
		if name == "" || entry.Name == name {
			l.tell(entry.Usage() + ": " + entry.Help + ".")
			told = true
		}
	}
	switch {
	case !told:
		l.tell("/" + name + " does nothing here.")
	case name != "":
	case l.editor.compose != nil:
		l.tell("Tab completes a command, a name or an :emoji:. The arrows up and down go through what you typed before, and Ctrl-R finds something in it; left, right, Home and End go through the line.",
			"Backspace, Ctrl-W, Ctrl-U and Ctrl-K take back a character, a word, what is before and what is after; Ctrl-Y brings it back, Ctrl-_ undoes.",
			"Ctrl-C drops the line, or the lines that wait to be said; where there is none, twice leaves.")
	default:
		l.tell("Backspace, Ctrl-W and Ctrl-U take back a character, a word, the line. Ctrl-C drops the line, or the lines that wait to be said; where there is none, twice leaves.")
	}
}

// commands are those that do something where this person is.
func (l *linear) commands() []command.Entry {
	_, carries := l.stay.seat.(rooms.FileCarrier)
	return slices.DeleteFunc(command.Table(command.Lines), func(e command.Entry) bool {
		return !carries && (e.Name == "send" || e.Name == "take" || e.Name == "cancel")
	})
}

// notifyWords say what may ring.
var notifyWords = map[string]string{
	"off":      "Nothing rings for you.",
	"mentions": "Your name, answers to you and whispers ring, unless you have pressed a key just now.",
	"all":      "Every message rings, unless you have pressed a key just now.",
}

func (l *linear) setNotify(when string) {
	if when != "" {
		l.notify = when
	}
	words := notifyWords[l.notify]
	if when == "" {
		words += " /notify off, /notify mentions or /notify all changes it."
	}
	l.tell(words)
}

// setTimes chooses whether every message is told with its time, and tells which it is.
func (l *linear) setTimes(choice string) {
	if choice != "" {
		l.times = choice == "on"
	}
	by := "this machine's clock"
	if l.visit.Zone.String() != "Local" {
		by = "the clock of " + l.visit.Zone.String()
	}
	if l.visit.Zone == time.UTC {
		by += " (--tz Europe/Berlin behind the room as you come in chooses another)"
	}
	if l.times {
		l.tell("Every message of others has its time before it, by " + by + ". /times off leaves it out.")
	} else {
		l.tell("No message has its time. /times on puts it before each, by " + by + ".")
	}
}

// member finds somebody here by name, or tells why not.
func (l *linear) member(nick string) (rooms.Member, bool) {
	m, found := l.stay.named(nick)
	switch found {
	case rooms.NoneFound:
		l.tell("Nobody here is called that. /who lists who is here.")
	case rooms.SeveralFound:
		l.tell("That could be more than one person here. Write the name as /who lists it.")
	}
	return m, found == rooms.OneFound
}

func (l *linear) tellTopic() {
	switch {
	case l.stay.topic == "":
		l.tell("This room has no topic. /topic TEXT sets one.")
	case l.stay.ignoring.Has(l.stay.topicBy):
		l.tell("The topic was set by somebody whom you ignore.")
	default:
		l.tell("The topic is: " + l.stay.topic)
	}
}

func (l *linear) tellWho() {
	names := make([]string, 0, len(l.stay.members))
	for _, m := range l.stay.members {
		name := m.Nick + " (" + string(m.Via)
		if m.Watch {
			name += ", watching"
		}
		switch {
		case m.ID == l.stay.you.ID:
			name += ", you"
		case l.stay.ignoring.Has(m.Person()):
			name += ", ignored"
		case m.Away:
			name += ", connection lost"
		}
		if m.Aside.On {
			name += ", away"
		}
		if words := l.stay.talkers.Of(m.ID).Words(); words != "" {
			name += ", " + words
		}
		switch {
		case m.Host:
			name += ", host"
		case m.Muted:
			name += ", muted"
		}
		names = append(names, name+")")
	}
	told := "Here are " + strings.Join(names, ", ") + "."
	if watch := governing.Watching(l.stay.members); watch != "" {
		told += " " + rooms.Sentence(watch)
	}
	l.tell(told)
	for _, m := range l.stay.members { // each a line: in a list their words could pass for others' names
		if aside := l.stay.ignoring.Shown(m); aside.Text != "" {
			l.tell(m.Nick + " is away" + aside.Why())
		}
	}
}

// invite tells how others get in, or asks for an invitation.
func (l *linear) invite(ctx context.Context, in command.Invite) error {
	op := rooms.Invite{For: in.For, Watch: in.Watch}
	if in.Once {
		op.Uses = 1
	}
	switch {
	case in == (command.Invite{}):
		l.tellInvitation(l.visit.Invite(l.stay.name, ""))
		return nil
	case l.stay.kind == rooms.KindSealed:
		l.tell(governing.SealedInvite)
		return nil
	}
	op.ID = l.id()
	return l.do(ctx, op)
}

func (l *linear) tellInvitation(i rooms.Invitation) {
	for _, way := range ways(i) {
		l.tell(way)
	}
}

// ways are the lines of an invitation.
func ways(i rooms.Invitation) (lines []string) {
	for _, way := range []struct{ label, text string }{{"In a terminal: ", i.SSH}, {"In a browser: ", i.Web}, {"", i.Note}} {
		if way.text != "" {
			lines = append(lines, way.label+way.text)
		}
	}
	return lines
}

// invitedLines are the lines of an invitation that this person asked for.
func (v Visit) invitedLines(room string, e *rooms.Invited) (text string) {
	if e.Token == "" {
		return note("%s", governing.Uninvited)
	}
	for _, way := range ways(governing.Invitation(v.Invite(room, e.Token), e)) {
		text += note("%s", way)
	}
	return text
}

// verify tells the safety words, or notes that they were the same for all.
func (l *linear) verify(same bool) {
	sealed, ok := l.stay.seat.(seal.Verified)
	var v seal.Verification
	switch {
	case l.stay.kind == rooms.KindOpen:
		l.tell(seal.OfOpen)
		return
	case ok && same && sealed.Compared():
		return
	case ok && !same:
		v = sealed.Verify()
	}
	if len(v.Words) == 0 {
		l.tell(seal.NoWords)
		return
	}
	l.tell(fmt.Sprintf("%d words for %d: %s.", len(v.Words), len(v.Names), v.NamesSaid()))
	l.tell("Everybody who sees these people by these names has the same words: " + strings.Join(v.Words, " ") + ".")
	l.tell("If all have the same: /verify same. It holds until somebody comes, goes or changes their name.")
}

func (l *linear) seal() {
	if l.visit.Seal != nil {
		l.tellInvitation(l.visit.Seal())
		return
	}
	l.tell("Here everything is typed on the server, which must not make a sealed room's key. On your own machine: " + l.visit.NewSealed)
}

func (l *linear) ignore(nick string) {
	if nick == "" {
		l.tell("You ignore " + cmp.Or(strings.Join(l.stay.ignoring.Names(), ", "), "nobody") + ".")
		return
	}
	switch m, ok := l.member(nick); {
	case !ok:
	case m.ID == l.stay.you.ID:
		l.tell("That is you.")
	case l.stay.ignoring.Has(m.Person()):
		l.tell("You ignore " + m.Nick + " already.")
	case !l.stay.ignoring.Add(m.Person()):
		l.tell("You ignore as many people as one can. /unignore one first.")
	default:
		l.tell("You no longer get anything of " + m.Nick + ", until they come in anew; they are not told. /unignore " + m.Nick + " brings it back.")
	}
}

func (l *linear) unignore(typed string) {
	switch nick, found := l.stay.ignoring.Remove(typed); found {
	case rooms.NoneFound:
		l.tell("You ignore nobody who is called that. /ignore lists whom you do.")
	case rooms.SeveralFound:
		l.tell("That could be more than one whom you ignore. Write the name as /ignore lists it.")
	default:
		l.tell("You get what " + nick + " does again.")
	}
}
