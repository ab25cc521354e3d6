package line

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/term"
)

// What somebody presses, in the order in which they did.

// queueKeys takes keys in.
func (l *linear) queueKeys(msgs []tea.Msg) {
	for _, msg := range msgs {
		key, ok := msg.(term.AltMsg)
		if !ok {
			key.Key, ok = msg.(tea.KeyPressMsg)
		}
		if ok {
			l.pressed = time.Now()
			l.bell.Key(l.pressed)
			l.ahead = append(l.ahead, key)
		}
	}
}

// understand carries out the keys that came, as far as they can mean something now.
func (l *linear) understand(ctx context.Context) error {
	typed := false
	for {
		l.interrupt()
		if l.phase == pending && l.idle() {
			l.phase = talking
			if err := l.then(ctx); err != nil {
				return err
			}
		}
		if !l.heeds() {
			break
		}
		if len(l.ahead) == 0 && l.keys.Escaped() && l.editor.escapes("") {
			l.queueKeys(l.keys.Expire(nil))
		}
		if len(l.ahead) == 0 {
			break
		}
		if l.takeEvents(ctx) != nil { // a command applies to what comes after it
			return nil // show tells why
		}
		key := l.ahead[0]
		l.ahead = l.ahead[1:]
		typed = true
		if key.Then.Text != "" && l.editor.escapes(key.Key.Keystroke()) {
			if err := l.press(ctx, term.Escape); err != nil {
				return err
			}
			key.Key = key.Then
		}
		if err := l.press(ctx, key.Key); err != nil {
			return err
		}
	}
	if l.ended && len(l.ahead) == 0 {
		switch l.phase {
		case joining, atDoor, arriving, talking:
			l.phase = ending
		}
	}
	if line := l.editor.text(); typed && l.phase != atDoor && line != "" && !command.Begins(line) {
		return l.do(ctx, rooms.Typing{})
	}
	return nil
}

// press carries out one key.
func (l *linear) press(ctx context.Context, key tea.KeyPressMsg) error {
	if l.visit.Suspend != nil && key.String() == "ctrl+z" {
		return l.pause(true)
	}
	if l.phase == atDoor && key.Code == tea.KeyEnter && l.editor.text() == "" {
		l.knock(ctx, "")
		return l.write("\r\n")
	}
	o := l.editor.press(key)
	if err := l.write(o.echo); err != nil {
		return err
	}
	for _, line := range o.lines {
		if err := l.submit(ctx, line); err != nil {
			return err
		}
	}
	if len(o.says) > 0 && l.phase == atDoor {
		l.submitDoor(ctx, command.Speech(o.says[0]))
		o.says = nil
	}
	if len(o.says) > 0 && l.phase == joining {
		l.tell(needsRoom)
		o.says = nil
	}
	for _, text := range o.says {
		if err := l.put(ctx, text, says(text)); err != nil {
			return err
		}
	}
	l.tell(o.tell...)
	switch {
	case !o.leaves:
		l.leaving = time.Time{}
	case l.phase == atDoor:
		l.goAway()
	case len(l.queue.Waiting()) > 0:
		l.drop(0)
	default:
		l.leave()
	}
	if len(o.tell) > 0 || o.leaves {
		return l.flush()
	}
	return nil
}

// heeds reports whether keys mean something now, and are not left until there is a
// room, or until more lines can wait.
func (l *linear) heeds() bool {
	return l.phase == joining || l.phase == atDoor || l.phase == talking && !l.queue.Full(rooms.MaxTextBytes)
}

// leave leaves the room the second time; the front page is left at once.
func (l *linear) leave() {
	now := time.Now()
	if l.phase == joining || now.Sub(l.leaving) <= leaveWithin {
		l.phase = finished
		return
	}
	l.leaving = now
	l.tell("Once more leaves.")
}

// interrupt lets Ctrl-C mean something while the keys before it can't: they are
// dropped with what waits.
func (l *linear) interrupt() {
	if l.heeds() {
		return
	}
	at := slices.IndexFunc(l.ahead, func(key term.AltMsg) bool { return key.Key.String() == "ctrl+c" })
	if at < 0 {
		return
	}
	lines := 0
	for _, key := range l.ahead[:at] {
		if name := key.Key.String(); name == "enter" || name == "ctrl+j" {
			lines++
		}
	}
	l.ahead = l.ahead[at+1:]
	switch l.phase {
	case entering:
		l.attempt.giveUp()
	case pending:
		l.phase = talking
		lines++
	case ending:
		l.phase = finished
	}
	l.drop(lines)
}

// drop drops what waits to be said, and tells how much that was with so many lines
// more.
func (l *linear) drop(lines int) {
	switch lines += len(l.queue.TakeBack()); {
	case lines == 1:
		l.tell("A line that waited was dropped.")
	case lines > 1:
		l.tell(fmt.Sprintf("%d lines that waited were dropped.", lines))
	}
}
