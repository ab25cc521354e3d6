package composer

import (
	"bytes"
	"fmt"
	"strings"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/cells"
)

const (
	// MaxParts is how many messages one long text may be sent as: what a person
	// may say at once before the rate limit speaks.
	MaxParts = int(rooms.DefaultSayRate * rooms.SayBurst)
	// MaxHeldBytes is the longest text that can wait in the composer, sixteen
	// messages: it must be edited before it can be sent, and that is no work for
	// a line editor beyond this.
	MaxHeldBytes = 16 * rooms.MaxTextBytes
	// nearBytes and nearLines are how little must be left before it is shown.
	nearBytes = rooms.MaxTextBytes / 10
	nearLines = 5
)

// An Overflow is a text that does not fit one message, or in which a command is
// buried, and what to do with it is for the person to say. Until then no key means
// anything else.
type Overflow struct {
	Pasted   bool // it was pasted and is not in the text yet
	Lines    int
	Bytes    int
	Messages int  // how many it could be sent as, 0 if it can't
	File     bool // it could be offered as a file
	Alone    bool // and nothing else could be done with all of it

	Buried string // a command that is a line behind the first; empty: it only is too long
	Line   int    // which

	text string // what was pasted, clean
}

// A Choice is one answer to an overflow.
type Choice struct {
	Key  string // as it is labelled on a keyboard
	Does string
}

// Question says what is wrong, the gist first.
func (o *Overflow) Question() string {
	if o.Buried != "" {
		return fmt.Sprintf("Line %d begins with /%s, and only a first line is a command: it would be said with the rest.", o.Line, o.Buried)
	}
	this := "this has"
	if o.Pasted {
		this = "with what you pasted, this has"
	}
	question := fmt.Sprintf("Too long for one message, which holds %d lines and %d bytes: %s %d and %d.",
		rooms.MaxTextLines, rooms.MaxTextBytes, this, o.Lines, o.Bytes)
	if o.Alone && !o.File {
		question += " A browser or sotto's own client can offer it as a file."
	}
	return question
}

// Choices says what can be done, the least harmful last. Each fits the narrowest
// screen. None is a letter, which may be the first of a sentence that somebody types
// without looking.
func (o *Overflow) Choices() []Choice {
	var choices []Choice
	if o.Buried != "" {
		choices = append(choices, Choice{"Ctrl-S", "say anyway"})
	}
	if o.Messages > 0 {
		choices = append(choices, Choice{"Ctrl-S", fmt.Sprintf("in %d parts", o.Messages)})
	}
	if o.File {
		choices = append(choices, Choice{"Ctrl-O", "offer as a file"})
	}
	if o.Pasted {
		return append(choices, Choice{"Ctrl-K", "shorten it"}, Choice{"Esc", "leave out"})
	}
	return append(choices, Choice{"Esc", "go on editing"})
}

// Overflow returns the question that waits for an answer, nil if none does.
func (c *Composer) Overflow() *Overflow { return c.overflow }

// Paste inserts pasted text as one change, after it was cleaned so that what is
// seen is what will be said. If it makes the text too long for one message it
// is held back and the person is asked.
func (c *Composer) Paste(text string) Action {
	if o := c.overflow; o != nil {
		text = o.text + text
	}
	c.endRun()
	from, insert := c.entering(text)
	if insert == "" {
		return Unused{}
	}
	if !c.hasRoom(len(insert)) {
		return TooLong(len(insert))
	}
	whole := c.words(0, from) + insert + c.words(c.at, len(c.text))
	if !fits(whole) {
		c.overflow = c.overflows(whole)
		c.overflow.Pasted, c.overflow.text = true, cleaned("", text)
		return Ask{}
	}
	c.replace(from, c.at, insert, alone)
	return Edited{}
}

// TooLong is what becomes of a paste of so many bytes, if that is too many.
func TooLong(bytes int) Refused {
	return Refused{fmt.Sprintf("What you pasted has %d bytes and was left out: at most %d fit here.", bytes, MaxHeldBytes)}
}

// answer takes a key while an overflow waits.
func (c *Composer) answer(key string) Action {
	o := c.overflow
	switch key {
	case "ctrl+s":
		if o.Buried != "" {
			text := rooms.Clean(c.Text())
			c.overflow = nil
			c.finish(text)
			return Submit{text}
		}
		if o.Messages == 0 {
			return Ask{}
		}
		if o.Pasted {
			c.insert(o.text, alone)
		}
		whole := c.Text()
		c.overflow = nil
		c.finish(whole)
		return Parts{split(whole)}
	case "ctrl+o":
		if !o.File {
			return Ask{}
		}
		if o.Pasted {
			c.insert(o.text, alone)
		}
		whole := c.Text()
		c.overflow = nil
		c.finish(whole)
		return AsFile{whole}
	case "ctrl+k":
		if o.Pasted {
			c.insert(o.text, alone)
		}
	case "esc", "ctrl+c", "ctrl+g":
		if o.Pasted {
			c.kills.growing = false
			c.kills.add(o.text, false)
			c.kills.growing = false
			c.overflow = nil
			return Refused{"Left out. Ctrl-Y brings it back."}
		}
	default:
		return Ask{}
	}
	c.overflow = nil
	return Edited{}
}

// hasRoom reports whether so many bytes more have room.
func (c *Composer) hasRoom(more int) bool { return len(c.text)+more <= MaxHeldBytes }

// Left says how much room a message has left when that is little, or by how
// much it is too long; otherwise it is empty.
func (c *Composer) Left() string {
	// Blank lines around a text, such as the end of what was pasted, are not said.
	text := bytes.TrimSpace(c.text)
	room := rooms.MaxTextBytes - len(text)
	if room > nearBytes && len(text) < rooms.MaxTextLines-nearLines-1 {
		return ""
	}
	lines := rooms.MaxTextLines - 1 - bytes.Count(text, []byte("\n"))
	switch {
	case room < 0:
		return count(-room, "byte") + " too long"
	case lines < 0:
		return fmt.Sprintf("%s too many", count(-lines, "line"))
	case room <= nearBytes:
		return count(room, "byte") + " left"
	case lines <= nearLines:
		return count(lines, "line") + " left"
	}
	return ""
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func fits(text string) bool { return rooms.CheckText(rooms.Clean(text)) == nil }

// overflows says how a text overflows. A command is never cut in pieces, nor said with
// them or offered: what was meant for one person must not go to everybody.
func (c *Composer) overflows(text string) *Overflow {
	said := rooms.Clean(text)
	o := &Overflow{Lines: strings.Count(said, "\n") + 1, Bytes: len(said)}
	if at, _ := command.Buried(said); at == 0 && !command.Begins(text) {
		if n := len(split(text)); n <= MaxParts {
			o.Messages = n
		}
		o.File, o.Alone = c.Files, o.Messages == 0
	}
	return o
}

// split cuts a text into messages, between lines where it can, else between
// words, else between characters. Nothing but blank lines at the cuts is lost.
func split(text string) []string {
	var parts []string
	var part strings.Builder
	lines := 0
	flush := func() {
		if whole := rooms.Clean(part.String()); whole != "" {
			parts = append(parts, whole)
		}
		part.Reset()
		lines = 0
	}
	add := func(line string) {
		if lines == rooms.MaxTextLines || lines > 0 && part.Len()+1+len(line) > rooms.MaxTextBytes {
			flush()
		}
		if lines > 0 {
			part.WriteByte('\n')
		}
		part.WriteString(line)
		lines++
	}
	for line := range strings.SplitSeq(text, "\n") {
		for len(line) > rooms.MaxTextBytes {
			n := fit(line, rooms.MaxTextBytes)
			add(line[:n])
			line = line[n:]
		}
		add(line)
	}
	flush()
	return parts
}

// fit is how much of a line fits into so many bytes: up to a word if one begins near
// the end.
func fit(line string, limit int) int {
	if n := strings.LastIndexByte(line[:limit], ' '); n > limit/2 {
		return n + 1
	}
	return cells.Fit(line, limit)
}
