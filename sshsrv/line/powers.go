package line

import (
	"context"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/governing"
)

// govern carries out a command about what governs the room.
func (l *linear) govern(ctx context.Context, in command.Input) error {
	switch in := in.(type) {
	case command.Rules:
		l.tellRules()
	case command.Key:
		return l.do(ctx, rooms.AskKey{ID: l.id()})
	case command.Host:
		if in.Key != "" {
			if l.editor.compose != nil {
				l.editor.compose.ForgetLast() // whoever finds it there is a host
			}
			return l.do(ctx, rooms.Claim{ID: l.id(), Key: in.Key})
		}
		return l.to(ctx, in.Nick, func(id, to string) rooms.Op { return rooms.MakeHost{ID: id, To: to, On: true} })
	case command.Unhost:
		return l.to(ctx, in.Nick, func(id, to string) rooms.Op { return rooms.MakeHost{ID: id, To: to} })
	case command.Remove:
		return l.to(ctx, in.Nick, func(id, to string) rooms.Op { return rooms.Remove{ID: id, To: to, Reason: in.Reason} })
	case command.Mute:
		return l.to(ctx, in.Nick, func(id, to string) rooms.Op { return rooms.Mute{ID: id, To: to, For: in.For} })
	case command.Unmute:
		return l.to(ctx, in.Nick, func(id, to string) rooms.Op { return rooms.Mute{ID: id, To: to} })
	case command.Voice:
		if in.Aloud(l.stay.here) {
			l.tell(in.NoSound(l.stay.kind == rooms.KindSealed))
			return nil
		}
		return l.to(ctx, in.Nick, func(id, to string) rooms.Op { return rooms.LetSpeak{ID: id, To: to, On: true} })
	case command.Unvoice:
		return l.to(ctx, in.Nick, func(id, to string) rooms.Op { return rooms.LetSpeak{ID: id, To: to} })
	case command.Admit:
		return l.decide(ctx, in.Nick, true)
	case command.Deny:
		return l.decide(ctx, in.Nick, false)
	case command.Door:
		if in.Door == "" {
			l.tell(governing.DoorNow(l.stay.governs.Rules.Door) + " A host changes it: /door open, /door knock or /door locked.")
			return nil
		}
		return l.set(ctx, rooms.SetRules{Door: rooms.Door(in.Door)})
	case command.Slow:
		return l.set(ctx, rooms.SetRules{Slow: &in.For})
	case command.Fade:
		return l.set(ctx, rooms.SetRules{Fade: &in.For})
	case command.Quiet:
		return l.set(ctx, rooms.SetRules{Quiet: &in.On})
	case command.Links:
		return l.set(ctx, rooms.SetRules{Links: &in.On})
	case command.Burn:
		if in.Now {
			return l.do(ctx, rooms.Burn{ID: l.id()})
		}
		l.tell("That ends the room for everybody here, at once, and for good. /burn now does it.")
	default:
		l.submitAnywhere(in)
	}
	return nil
}

func (l *linear) set(ctx context.Context, op rooms.SetRules) error {
	op.ID = l.id()
	return l.do(ctx, op)
}

// to does something to somebody who is named.
func (l *linear) to(ctx context.Context, nick string, op func(id, to string) rooms.Op) error {
	m, ok := l.member(nick)
	switch {
	case !ok:
		return nil
	case l.stay.met.Another(m.Person()):
		l.tell("Somebody else goes by the name " + m.Nick + " now, so nothing was done. The same again is about them.")
		return nil
	}
	return l.do(ctx, op(l.id(), m.ID))
}

// vote answers the question that runs, or asks whether to remove somebody.
func (l *linear) vote(ctx context.Context, typed string) error {
	about, runs := l.stay.governs.Vote()
	yes := strings.EqualFold(typed, "yes")
	switch answers := yes || strings.EqualFold(typed, "no"); {
	case answers && runs:
		l.tell("You answer " + strings.ToLower(typed) + ".")
		return l.do(ctx, rooms.Vote{ID: l.id(), To: about.ID, Yes: yes})
	case answers && !l.stay.here(typed):
		l.tell("Nobody is asked anything just now. /vote NICK asks all whether to remove somebody.")
		return nil
	}
	return l.to(ctx, typed, func(id, to string) rooms.Op { return rooms.Vote{ID: id, To: to, Yes: true} })
}

// decide lets in whoever knocks under a name, or sends them away.
func (l *linear) decide(ctx context.Context, nick string, in bool) error {
	k, ok := l.stay.governs.Knock(nick)
	if !ok {
		l.tell("Nobody at the door is called that.")
		return nil
	}
	return l.do(ctx, rooms.Decide{ID: l.id(), Knock: k.ID, In: in})
}

func (l *linear) tellRules() {
	rules := governing.List(l.stay.governs.Rules)
	if len(rules) == 0 {
		l.tell("no rules")
	}
	for _, rule := range rules {
		l.tell(rule.String() + " (" + rule.Means + ")")
	}
	if l.stay.governs.Host() {
		l.tell("You are a host: " + governing.Powers)
	} else if !governing.Hosted(l.stay.members) {
		l.tell(rooms.Sentence(governing.Hostless))
	}
}

// powerLine is the line of an event about who governs the room, if it is one, as a view
// words it in a clause; commands: they have some.
func powerLine(e rooms.Event, clause string, commands bool) (text string, ok bool) {
	switch e := e.(type) {
	case *rooms.KeyShown:
		if commands && e.ID == "" { // of whoever makes a room, whose screen others may see
			return "", true
		}
		return note("a key of this room: %s", e.Words) + note("whoever types /host and these words is a host too, as long as the room is; nobody else is shown it"), true
	case *rooms.Notice:
		switch {
		case e.Code != rooms.MadeHost:
			return "", false
		case commands:
			return note("you made this room and are its host; /key shows what makes others hosts, /rules what a host can do"), true
		}
		return note("you made this room and are its host"), true
	case *rooms.Knocking:
		if commands {
			name, _, _ := strings.Cut(clause, " ")
			return note("%s", clause) + note("/admit %s lets them in, /deny %s sends them away", name, name), true
		}
	case *rooms.Voting:
		if commands && !e.Over && e.ID == "" {
			return note("%s", clause) + note("/vote yes or /vote no answers; nobody is told who answered what"), true
		}
	case *rooms.RulesSet, *rooms.HostSet, *rooms.Muted, *rooms.SpeakSet, *rooms.Knocked:
	default:
		return "", false
	}
	if clause == "" {
		return "", true
	}
	return note("%s", clause), true
}

// fadeEvery is how many times, while what was said may be remembered, it is looked for
// what may not any more.
const fadeEvery = 60

// fade forgets what was said so long ago that a rule has it forgotten, and says when to
// do that again; zero: there is no such rule. What was written stays.
func (p *stay) fade(now time.Time) (again time.Time) {
	after := p.governs.Rules.Fade
	if after == 0 {
		return time.Time{}
	}
	p.messages.Forget(now.Add(-after))
	return now.Add(after / fadeEvery)
}

// fade forgets that, and what this person sent.
func (l *linear) fade(now time.Time) (again time.Time) {
	if again = l.stay.fade(now); !again.IsZero() && l.editor.compose != nil {
		l.editor.compose.ForgetSent(now.Add(-l.stay.governs.Rules.Fade))
	}
	return again
}

// fading takes up what the rules say of forgetting. It returns what is told of that,
// once.
func (l *linear) fading() string {
	knew := !l.fades.IsZero()
	l.fades = l.fade(time.Now())
	if knew || l.fades.IsZero() {
		return ""
	}
	return note("what is written on this terminal can't be taken back from here: it stays until you clear it")
}
