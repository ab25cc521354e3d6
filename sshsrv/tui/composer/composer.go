// Package composer is the line editor of a room: a text of one or several
// lines, a cursor, and the keys of Emacs and readline. It is a value that is
// told keys and pastes and says what they meant; it does no input or output,
// starts no goroutine and knows neither seat nor screen.
//
// What it guarantees:
//
//   - What is seen is what will be said: text is cleaned as rooms cleans it
//     before it enters, so no control character is ever in it.
//   - Nothing typed is lost. What is cut, cleared, replaced by a line of the
//     history or refused by the room can be brought back, and a text that is too
//     long for a message is asked about.
//   - The cursor never stands inside a user-perceived character.
//
// Less formally: Ctrl-_ always helps.
package composer

import (
	"slices"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/cells"
)

// A Composer is a line editor. The zero value is ready; it must not be copied
// after its first use, nor used by two goroutines at once.
type Composer struct {
	OneLine bool             // a line is a text: a backslash at its end is no line break
	Files   bool             // a text can be offered as a file
	Now     func() time.Time // when a text is sent; nil: time.Now

	buffer
	aside      *buffer // what was written before something else was taken up; nil: nothing was
	kills      killRing
	history    history
	completer  Completer
	completing *completing
	overflow   *Overflow
	tooLong    *Overflow // what Enter was last told, as long as the text is as it was:
	measured   int       // of this rev
	broke      int       // the rev after a backslash became a line break
	ran        int       // the rev after characters came together, as no hand types them
	layout     layout
	cells      cells.Habits
}

// An Action is what a key or a paste meant. The set is closed: [Unused],
// [Moved], [Edited], [Submit], [Parts], [Quit], [Ask], [NoMatch], [Refused].
type Action interface{ action() }

// Unused says that the key means nothing here.
type Unused struct{}

// Moved says that the text is as before.
type Moved struct{}

// Edited says that the text changed, or what is offered beside it.
type Edited struct{}

// Submit is a text to be sent or carried out. It is in the history and no
// longer in the composer; if it is refused, [Composer.Restore] puts it back.
type Submit struct{ Text string }

// Parts are several messages to be said in this order. They are words: none of
// them is a command, whatever it begins with.
type Parts struct{ Texts []string }

// AsFile is a text that is to be offered as a file. It is in the history and no longer
// in the composer, as with [Submit].
type AsFile struct{ Text string }

// Quit says that the person wants to leave: Ctrl-C or Ctrl-D with nothing
// written.
type Quit struct{}

// Ask says that an [Overflow] waits for an answer.
type Ask struct{}

// NoMatch says that there was nothing to complete.
type NoMatch struct{}

// Refused says why something could not be inserted, in a sentence.
type Refused struct{ Why string }

func (Unused) action()  {}
func (Moved) action()   {}
func (Edited) action()  {}
func (Submit) action()  {}
func (Parts) action()   {}
func (AsFile) action()  {}
func (Quit) action()    {}
func (Ask) action()     {}
func (NoMatch) action() {}
func (Refused) action() {}

// New returns a composer that completes with complete, which may be nil.
func New(complete Completer) *Composer { return &Composer{completer: complete} }

// Measure lays the text out as a terminal of these habits shows it.
func (c *Composer) Measure(h cells.Habits) { c.cells, c.laid = h, 0 }

// Text returns what is written.
func (c *Composer) Text() string { return c.words(0, len(c.text)) }

// Empty reports whether nothing is written.
func (c *Composer) Empty() bool { return len(c.text) == 0 }

// Len is how much is written, in bytes.
func (c *Composer) Len() int { return len(c.text) }

// Drafts is what was written and not handed over: the text, what was pasted and
// is asked about, and what was begun before a walk through the history or before something
// else was taken up.
func (c *Composer) Drafts() []string {
	var drafts []string
	if c.history.number >= len(c.history.sent) || string(c.text) != c.history.sent[c.history.number] {
		drafts = append(drafts, c.Text())
	}
	if c.overflow != nil && c.overflow.Pasted {
		drafts = append(drafts, c.overflow.text)
	}
	if kept, walked := c.history.kept[len(c.history.sent)]; walked {
		drafts = append(drafts, string(kept.text))
	}
	if c.aside != nil {
		drafts = append(drafts, string(c.aside.text))
	}
	return slices.DeleteFunc(drafts, func(draft string) bool { return rooms.Clean(draft) == "" })
}

// Cursor returns the cursor's place in the text, in bytes.
func (c *Composer) Cursor() int { return c.at }

// Set replaces the whole text, as one change that can be undone.
func (c *Composer) Set(text string) {
	c.endRun()
	c.overflow = nil
	c.at = 0
	_, insert := c.entering(text)
	c.replace(0, len(c.text), insert, alone)
}

// Clear empties the text, as one change that can be undone.
func (c *Composer) Clear() { c.Set("") }

// Restore puts a text back that was sent and refused. What was typed meanwhile
// stays behind it, with the cursor where it was in that. A command is not put
// together with anything, since what was meant for one person would be said to
// all: it waits where cut text does, and Restore reports false.
func (c *Composer) Restore(text string) bool {
	c.endRun()
	behind := len(c.text) - c.at
	cursor := c.at
	c.at = 0
	_, insert := c.entering(text)
	switch {
	case insert == "" || string(c.text) == insert:
		c.at = cursor
		return true
	case len(c.text) == 0:
	case !IsSpeech(insert) || !IsSpeech(c.Text()):
		c.at = cursor
		c.kills.add(insert, false)
		c.kills.growing = false
		return false
	default:
		insert += "\n"
	}
	c.replace(0, 0, insert, alone)
	c.at = c.snap(len(c.text) - behind)
	last := &c.undo[len(c.undo)-1]
	last.before, last.after = cursor, c.at
	return true
}

// IsSpeech reports whether a text is words to be said as they are, whatever they
// are put behind: no command, and nothing that begins like one.
func IsSpeech(text string) bool {
	switch in := command.Parse(text).(type) {
	case command.Say:
		return in.Text == text
	case command.Blank:
		return true
	}
	return false
}

// Break ends the line that the cursor is in, unless it is empty.
func (c *Composer) Break() {
	c.endRun()
	if c.at > c.lineStart(c.at) {
		c.insert("\n", alone)
	}
}

// endRun ends what only lasts until the next key.
func (c *Composer) endRun() {
	c.completing = nil
	c.kills.growing, c.kills.yanked = false, false
	c.layout.steady = false
}

// insert puts text at the cursor as far as the composer has room for all of it.
func (c *Composer) insert(text string, k kind) Action {
	from, insert := c.entering(text)
	if insert == "" {
		return Unused{}
	}
	if !c.hasRoom(len(insert)) {
		return Refused{"There is no room left here: send or cut something first."}
	}
	c.replace(from, c.at, insert, k)
	return Edited{}
}

// entering cleans text that is to be inserted at the cursor. What it returns
// replaces text[from:at]: a combining mark or a joiner may change the character
// that it follows.
func (c *Composer) entering(text string) (from int, insert string) {
	if plain(text) {
		return c.at, text
	}
	from = c.previous(c.at)
	before := c.words(from, c.at)
	if before == "" {
		before = "\n" // no mark has anything to act on at the start
	}
	insert = cleaned(before, text)
	if rest, ok := strings.CutPrefix(insert, before); ok {
		return c.at, rest
	}
	return from, insert
}

// cleaned returns before and text as rooms.Clean leaves them in the middle of a
// line: blanks stay, and a mark acts on what it follows. Bars keep the ends, and
// CAN (ECMA-48) ends a sequence that text leaves unfinished.
func cleaned(before, text string) string {
	if plain(text) {
		return before + text
	}
	return strings.TrimSuffix(strings.TrimPrefix(rooms.Clean("|"+before+text+"\x18|"), "|"), "|")
}

// plain reports whether text is printable ASCII, tabs and line feeds.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < ' ' && c != '\n' && c != '\t') || c > '~' {
			return false
		}
	}
	return true
}

// submit hands the text over. Behind a backslash it is a new line that is meant,
// where terminals don't tell Shift-Enter from Enter; behind two, they are. Once more
// says that the backslash was, and one that was pasted stays.
func (c *Composer) submit() Action {
	switch before := c.words(0, c.at); {
	case c.broke == c.rev && c.rev > 0 && c.at == len(c.text):
		c.revert()
	case c.OneLine, !strings.HasSuffix(before, `\`), strings.HasSuffix(before, `\\`):
	case c.ran == c.rev && c.rev > 0:
		return c.insert("\n", alone)
	default:
		c.replace(c.at-1, c.at, "\n", alone)
		c.broke = c.rev
		return Edited{}
	}
	if c.tooLong != nil && c.measured == c.rev {
		c.overflow = c.tooLong
		return Ask{}
	}
	text := rooms.Clean(c.Text())
	if text == "" {
		if len(c.text) == 0 {
			return Unused{}
		}
		c.replace(0, len(c.text), "", alone)
		return Edited{}
	}
	if rooms.CheckText(text) != nil {
		c.overflow = c.overflows(text)
		c.tooLong, c.measured = c.overflow, c.rev
		return Ask{}
	}
	if line, name := command.Buried(text); line > 0 {
		c.overflow = &Overflow{Buried: name, Line: line}
		return Ask{}
	}
	c.finish(text)
	return Submit{text}
}

// finish puts a text that was handed over into the history and empties the composer, or
// gives it back to what waited while a message was changed.
func (c *Composer) finish(text string) {
	c.sendOff()
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	c.history.add(text, now())
	c.history.number = len(c.history.sent)
	if c.aside != nil {
		c.swap(*c.aside)
		c.aside = nil
	}
}

// TakeUp has a text written that is no draft, with nothing to be undone, until it is sent
// or let go by [Composer.LetGo]. What was written before waits meanwhile.
func (c *Composer) TakeUp(text string) {
	c.LetGo("")
	c.endRun()
	c.overflow = nil
	if c.history.number < len(c.history.sent) {
		c.returnFrom()
	}
	before := c.buffer
	c.aside = &before
	c.swap(buffer{})
	c.at = 0
	_, insert := c.entering(text)
	c.swap(buffer{text: []byte(insert), at: len(insert)})
}

// LetGo goes back to what was written before, if anything was taken up. What was made of
// that since is where cut text is, unless it is as it was.
func (c *Composer) LetGo(was string) {
	if c.aside == nil {
		return
	}
	c.endRun()
	c.overflow = nil
	keep := func(unless string) {
		if text := c.Text(); text != unless {
			c.kills.add(text, false)
			c.kills.growing = false
		}
	}
	if h := &c.history; h.number < len(h.sent) {
		keep(h.sent[h.number])
		c.leave()
		h.number = len(h.sent)
	}
	keep(was)
	c.swap(*c.aside)
	c.aside = nil
}

// Adopt makes a draft of what was taken up. What was written before is where cut text is.
func (c *Composer) Adopt() {
	if c.aside == nil {
		return
	}
	if text := string(c.aside.text); text != "" {
		c.kills.add(text, false)
		c.kills.growing = false
	}
	c.aside = nil
}

// swap puts another text in the place of what is written.
func (c *Composer) swap(other buffer) {
	rev := c.rev
	c.buffer = other
	c.rev, c.laid = rev+1, 0
	c.layout.steady = false
}
