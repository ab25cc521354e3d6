package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/timeline"
)

// composing is what a person says, from the keys that they type to the room that has
// it: the composer, whom it is for, and what is on its way. What a command does is for
// whoever it is handed to.
type composing struct {
	// Static after newComposing, but for the key.
	now     func() time.Time
	ask     func(rooms.Op) // does an op in the room
	later   func() tea.Cmd // shows at the next flush what is not urgent
	asFile  func(text string) tea.Cmd
	status  *status    // tells this person something
	newLine string     // the key for one that a person finds soonest
	remote  bool       // the room is on another machine
	rooms   func() int // how many there are in this window

	changed   bool // what waits, since it was drawn
	composer  *composer.Composer
	slowUntil time.Time // when a rule lets this person speak again
	answering uint64    // seq of the message that the next one answers; 0: none
	ahead     ahead     // typed on the way in
	lines     int       // how many messages this person sent

	leaving time.Time // when this person last said that they leave
	offer   string    // the word that was said to that
	began   time.Time // when this person began to write what is being written
	typed   time.Time // when their typing was last told
	recall  recall
	changing
	outgoing
	whispers
}

func newComposing(cfg *Config, names command.Names, status *status, ask func(rooms.Op), later func() tea.Cmd, asFile func(text string) tea.Cmd) composing {
	c := composing{
		now: cfg.Now, ask: ask, later: later, asFile: asFile, status: status, remote: cfg.Remote,
		composer: composer.New(composer.ForRoom(names)),
	}
	c.composer.Now = cfg.Now
	return c
}

// enter begins another room. What waits was typed while the way in was sought, and is
// given back.
func (c *composing) enter() {
	unsaid := c.queue.TakeBack()
	told := c.leaveChange()
	c.outgoing, c.whispers, c.answering, c.changing = outgoing{sent: make(map[string]string)}, whispers{}, 0, changing{orphan: told != "" || c.orphan}
	c.began, c.typed, c.slowUntil = time.Time{}, time.Time{}, time.Time{}
	if len(unsaid) > 0 {
		c.giveBack(unsaid)
	}
	if told != "" {
		c.status.keep(told)
	}
}

// depart says that this person is on the way to another room.
func (c *composing) depart() { c.going = true }

// turnedAway says that they can't enter it, and returns what they typed for it meanwhile.
func (c *composing) turnedAway() (typed string) {
	c.going = false
	ahead := c.ahead.take()
	return ahead.text()
}

// asks reports whether the composer waits for an answer, which keys are.
func (c *composing) asks() bool { return c.composer.Overflow() != nil }

// escapes reports whether Escape means something to what is written or waits, and a
// key with Alt does not.
func (c *composing) escapes(alt string) bool {
	if len(c.queue.Waiting()) > 0 || c.composer.Empty() && c.answering != 0 || c.amending != 0 {
		return c.asks() || !c.composer.Means(alt)
	}
	return c.composer.Escapes(alt)
}

// key takes a key. What is entered is carried out by submit, which reports whether it
// is done with.
func (c *composing) key(key string, msg tea.KeyPressMsg, submit func(string) (tea.Cmd, bool)) tea.Cmd {
	if key == "ctrl+c" || key == "enter" && c.composer.Empty() {
		c.orphan = false
	}
	if !c.asks() {
		offered, _ := c.composer.Candidates()
		switch empty := c.composer.Empty(); {
		case key == "esc" && len(offered) == 0 && len(c.queue.Waiting()) > 0:
			c.takeBack()
			return nil
		case key == "enter" && c.queue.Full(c.composer.Len()) && composer.IsSpeech(c.composer.Text()):
			c.composer.Break()
			c.status.count(c.fullWords())
			return nil
		case key == "enter" && c.then != nil && !empty && composer.IsSpeech(c.composer.Text()):
			c.composer.Break()
			c.status.say(c.leavesWords())
			return nil
		case (key == "esc" || key == "ctrl+c") && empty && c.answering != 0:
			c.answering = 0
			return nil
		case c.amending != 0 && (key == "esc" && len(offered) == 0 || key == "ctrl+c" && empty):
			c.unchanged()
			return nil
		case c.amending != 0 && key == "up" && c.composer.Text() == c.was: // what was said before
			c.unchanged()
		}
	}
	return c.did(c.composer.Key(msg), submit)
}

// paste takes pasted text.
func (c *composing) paste(text string, submit func(string) (tea.Cmd, bool)) tea.Cmd {
	return c.did(c.composer.Paste(text), submit)
}

// did does what a key or a paste meant to the composer.
func (c *composing) did(a composer.Action, submit func(string) (tea.Cmd, bool)) tea.Cmd {
	switch a := a.(type) {
	case composer.Submit:
		c.began = time.Time{}
		cmd, done := submit(a.Text)
		if !done {
			c.restore(a.Text)
		}
		return cmd
	case composer.Parts:
		c.began = time.Time{}
		return c.parts(a.Texts)
	case composer.AsFile:
		c.began = time.Time{}
		if c.amending != 0 {
			c.status.say("A message is changed to one message: this is too long for one.")
			c.restore(a.Text)
			return nil
		}
		return c.asFile(a.Text)
	case composer.Edited:
		c.tellTyping()
	case composer.Refused:
		c.status.say(a.Why)
	case composer.Quit:
		return c.leave()
	}
	return nil
}

// parts says a long text in several messages, as far as they may wait.
func (c *composing) parts(texts []string) tea.Cmd {
	if c.amending != 0 {
		c.status.say("A message is changed to one message: this is too long for one.")
		c.restore(command.Speech(strings.Join(texts, "\n")))
		return nil
	}
	var cmds []tea.Cmd
	for i, text := range texts {
		cmd, done := c.speak(command.Speech(text), text, false)
		if cmds = append(cmds, cmd); !done {
			c.restore(command.Speech(strings.Join(texts[i:], "\n")))
			break
		}
	}
	return tea.Batch(cmds...)
}

// restore puts what could not be carried out in front of what is being written.
func (c *composing) restore(text string) {
	if !c.composer.Restore(text) {
		c.status.add(keptApart)
	}
}

// speak has the room say words, as the answer that was begun if one was.
func (c *composing) speak(typed, words string, action bool) (tea.Cmd, bool) {
	re := c.answering
	return c.words(typed, func(id string) rooms.Op { return rooms.Say{ID: id, Text: words, Action: action, Re: re} })
}

// words has the room say a line that is no answer any more once it is on its way.
func (c *composing) words(typed string, op func(id string) rooms.Op) (tea.Cmd, bool) {
	cmd, done := c.line(typed, op)
	if done {
		c.answering = 0
	}
	return cmd, done
}

// answer makes the next message an answer to a message, or says why it can't be one.
func (c *composing) answer(it timeline.Item, st *stay) (why string) {
	switch it := it.(type) {
	case timeline.Said:
		if c.amending != 0 {
			c.unchanged()
		}
		c.answering = it.Seq
	case *timeline.Offered:
		c.answering = it.Seq
	case timeline.Whispered:
		to := it.From
		if to.ID == st.you.ID {
			to = it.To
		}
		m, here := st.roster.find(to.ID) // under the name they have now
		if !here {
			return gone(to.Nick)
		}
		c.composer.Set("/msg " + m.Nick + " ")
	}
	return ""
}

// leaveWithin is how soon somebody must say again that they leave: Ctrl-C clears
// what is typed, and once too often is easily pressed.
const leaveWithin = 2 * time.Second

// leave leaves the room the second time.
func (c *composing) leave() tea.Cmd {
	now := c.now()
	if now.Sub(c.leaving) <= leaveWithin {
		return tea.Quit
	}
	c.leaving = now
	leaves := "Once more leaves"
	if n := c.rooms(); n > 1 {
		leaves += fmt.Sprintf(" all %d rooms", n)
	}
	c.status.say(leaves + ".")
	if n := len(c.queue.Waiting()); n > 0 {
		c.status.count(leaves + ", and " + style.Plural(n, "line that waits is", "lines that wait are") + " not said.")
	}
	c.offer = c.status.word
	return run.After(leaveWithin, stayedMsg{})
}

// stayedMsg says that whoever was about to leave may have stayed.
type stayedMsg struct{}

// staysAfterAll says that a person goes on instead of saying again that they leave.
func (c *composing) staysAfterAll() { c.leaving = time.Time{} }

// stayed takes back what was said of leaving, once that is not true any more.
func (c *composing) stayed() {
	if c.now().Sub(c.leaving) >= leaveWithin && c.status.word == c.offer {
		c.status.say("")
	}
}

// typingAfter is how long somebody has been writing when the room is told: what
// is sent sooner announces itself, and costs everybody one screen, not two.
const typingAfter = time.Second

// tellTyping tells the room that words are being typed, now and then. Commands
// are nobody's business.
func (c *composing) tellTyping() {
	now := c.now()
	if c.composer.Empty() {
		c.turned = false
	}
	if c.composer.Empty() || command.Begins(c.composer.Text()) {
		c.began = time.Time{}
		return
	}
	if c.began.IsZero() {
		c.began = now
	}
	if now.Sub(c.began) < typingAfter || now.Sub(c.typed) < rooms.TypingEvery {
		return
	}
	c.typed = now
	c.ask(rooms.Typing{})
}

// learnedAfter is how many messages it takes a person to know how to send one.
const learnedAfter = 5

func (c *composing) learned() bool { return c.lines >= learnedAfter }

// hints are what can be done next with what is being written; none: nothing is. Hushed
// says why it would not be said now.
func (c *composing) hints(hushed string) []hint {
	if o := c.composer.Overflow(); o != nil {
		var hints []hint
		for _, choice := range o.Choices() {
			hints = append(hints, hint{choice.Key, choice.Does})
		}
		return hints
	}
	if offered, _ := c.composer.Candidates(); len(offered) > 0 {
		return []hint{{"Tab", "next"}, {"Shift-Tab", "back"}, {"Esc", "none of them"}}
	}
	if c.recall.on {
		return c.recall.hints()
	}
	text := c.composer.Text()
	switch {
	case c.slow && hushed != "":
		return []hint{{"", hushed}, {"Esc", "take back what waits"}}
	case c.slow:
		return []hint{{"Esc", "take back what waits"}}
	case command.Begins(text):
		return commandHints(text)
	case c.amending != 0:
		return []hint{{"Enter", "change it"}, {c.newLine, "new line"}, {"Esc", "leave it as it was"}}
	case text != "" && hushed != "":
		return []hint{{"", hushed}, {"Ctrl-C", "clear"}}
	case text != "":
		return []hint{{"Enter", "say"}, {c.newLine, "new line"}, {"Tab", "complete"}, {"Ctrl-C", "clear"}}
	case c.answering != 0:
		return []hint{{"", "your answer"}, {"Esc", "not an answer"}}
	}
	return nil
}

// commandHints explain the command that is being typed.
func commandHints(text string) []hint {
	if entry, ok := command.Called(text); ok {
		return []hint{{entry.Usage(), entry.Help}}
	}
	if _, said := command.Parse(text).(command.Say); said {
		return []hint{{"Enter", "say, with one slash"}}
	}
	return []hint{{"Tab", "complete"}, {"F1", "all commands"}, {"//", "says a slash"}}
}

const (
	// maxAhead is how many keys and pastes may wait for a room that is being
	// entered: more than anybody types while a server answers.
	maxAhead = 256
	// maxAheadBytes is how much text they hold together: what a composer holds.
	maxAheadBytes = composer.MaxHeldBytes
)

// ahead is what was typed while a room was being entered. It is meant for that
// room and for no other.
type ahead struct {
	msgs  []tea.Msg
	bytes int
	cut   bool // something did not fit
}

// add keeps a key or a paste with so much text.
func (a *ahead) add(msg tea.Msg, text string) {
	if a.cut || len(a.msgs) == maxAhead || a.bytes+len(text) > maxAheadBytes {
		a.cut = true
		return
	}
	a.msgs = append(a.msgs, msg)
	a.bytes += len(text)
}

// text is what was typed, as far as that is words.
func (a *ahead) text() string {
	var b strings.Builder
	for _, msg := range a.msgs {
		switch msg := msg.(type) {
		case tea.PasteMsg:
			b.WriteString(msg.Content)
		case tea.KeyPressMsg:
			if b.WriteString(msg.Text); msg.String() == "enter" {
				b.WriteByte('\n')
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// take takes what was kept.
func (a *ahead) take() ahead {
	typed := *a
	*a = ahead{}
	return typed
}
