package line

import (
	"context"
	"strings"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/markup"
)

// react puts an emoji on a message or takes it off, or tells who did.
func (l *linear) react(ctx context.Context, line string, in command.React) error {
	if in.Emoji == "" {
		l.tellReactions()
		return nil
	}
	seq, emoji, why := l.stay.messages.Choose(l.seen, l.stay.named).React(in)
	if why != "" {
		l.tell(why)
		return nil
	}
	return l.put(ctx, line, func(id string) rooms.Op { // which is asked when it goes out: the one before may have changed it
		op := l.stay.messages.Toggle(seq, emoji)
		op.ID = id
		return op
	})
}

// tellReactions tells who reacted to the newest message that has reactions, and how.
func (l *linear) tellReactions() {
	of := l.stay.messages.Reacted(l.seen)
	if of == nil {
		l.tell("Nobody has reacted to anything that is known here. /react EMOJI does, to the newest message of others.")
		return
	}
	l.tell(whichMessage(of) + ": " + whoReacted(l.stay.messages.Shown(of), of.Options) + ".")
}

// retract takes a message back, once what was said before is said.
func (l *linear) retract(ctx context.Context, line string, in command.Retract) error {
	seen := l.seen
	return l.after(ctx, func(ctx context.Context) error {
		seq, why := l.stay.messages.Choose(seen, l.stay.named).Retract(in)
		if why != "" {
			l.tell(why)
			return nil
		}
		return l.put(ctx, line, func(id string) rooms.Op { return rooms.Retract{ID: id, Re: seq} })
	})
}

// amend changes this person's newest message, once what was said before is said.
func (l *linear) amend(ctx context.Context, line, text string) error {
	return l.after(ctx, func(ctx context.Context) error {
		seq, why := l.stay.messages.Choose(l.seen, l.stay.named).Own()
		if why != "" {
			l.tell(why)
			return nil
		}
		return l.put(ctx, line, func(id string) rooms.Op { return rooms.Amend{ID: id, Re: seq, Text: text} })
	})
}

// poll asks everybody something.
func (l *linear) poll(ctx context.Context, line string, in command.Poll) error {
	return l.put(ctx, line, func(id string) rooms.Op {
		return rooms.Say{ID: id, Text: in.Question, Options: in.Answers}
	})
}

// reacted tells what this person's own reaction is on, or that it is off.
func (l *linear) reacted(e *rooms.Reacted) string {
	of := l.stay.messages.Of(e.Re)
	if of == nil || of.Gone {
		return ""
	}
	name, did := answerOr(e.Emoji, of.Options)
	switch {
	case did && e.On:
		return note("you chose %s: %s", name, whichMessage(of))
	case did:
		return note("you don't choose %s any more: %s", name, whichMessage(of))
	case e.On:
		return note("%s is on %s", name, whichMessage(of))
	}
	return note("%s is taken off %s", name, whichMessage(of))
}

// takenBack forgets what is held here of a message, before it is told that it was taken
// back: the lines that wait to be shown, and what its own person typed.
func (l *linear) takenBack(seq uint64) {
	of := l.stay.messages.Of(seq)
	for i := range l.held {
		if l.held[i].of == seq {
			l.held[i].text = l.held[i].gone
		}
	}
	if of == nil || !l.stay.messages.Mine(of) || l.editor.compose == nil {
		return
	}
	l.editor.compose.Forget("", func(typed string) bool { return of.Was(beginning(wordsOf(typed))) })
}

// wordsOf are the words that a line says, or makes of a message.
func wordsOf(typed string) string {
	switch in := command.Parse(typed).(type) {
	case command.Say:
		return in.Text
	case command.Me:
		return in.Text
	case command.Amend:
		return in.Text
	case command.Poll:
		return in.Question
	}
	return ""
}

// beginning is what is kept of a text.
func beginning(text string) string {
	return habits.Cut(markup.Words(strings.TrimSpace(text)), quoteColumns, "…")
}
