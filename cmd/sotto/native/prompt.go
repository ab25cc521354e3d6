package native

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
)

// maxPrompt is how much is typed into a prompt at most, in bytes: a link with room
// to spare.
const maxPrompt = 4 << 10

// atOnce is how soon behind a line's end comes what was pasted with it; no hand types
// the next line as soon.
const atOnce = 50 * time.Millisecond

// readLine reads one line and not a byte more: what follows is for the room. The
// end of input is the end of a line. It ends when ctx does, with errGivenUp.
func readLine(ctx context.Context, from *os.File) (string, error) {
	var line []byte
	err := readBytes(ctx, from, func(b byte) (done bool) {
		if b != '\n' && len(line) < maxPrompt {
			line = append(line, b)
		}
		return b == '\n'
	})
	return string(line), err
}

// Keys of a line that is not shown.
const (
	ctrlC     = 0x03
	ctrlD     = 0x04
	ctrlH     = 0x08
	ctrlU     = 0x15
	esc       = 0x1b
	backspace = 0x7f
)

// Marks around a paste, of terminals that make them (DECSET 2004).
const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

// A question asks for a secret, until it is answered or whoever is asked gives up.
type question struct {
	prompt string
	// begun reports whether a line can be the beginning of an answer: what was pasted
	// with it is the rest.
	begun func(line string) bool
	// try takes an answer, and returns what to ask instead if it is none.
	try func(line string) (again string, err error)
}

// put asks. From what is no terminal it reads one line. The error is a sentence.
func (q question) put(ctx context.Context, from, prompts *os.File) error {
	asks := isTerminal(from, prompts)
	for prompt := q.prompt; ; {
		var line string
		var err error
		if asks {
			line, err = readSecret(ctx, from, prompts, prompt, q.begun)
		} else {
			line, err = readLine(ctx, from)
		}
		if err != nil {
			return err
		}
		if prompt, err = q.try(line); err == nil || !asks {
			return err
		}
		fmt.Fprintf(prompts, "sotto: %v\n", err)
	}
}

// readSecret reads a line that a terminal does not show. It asks once that is so:
// whoever waits for the prompt pastes at once. It has the keys of a line itself, so
// that however it ends the terminal is as it was. A line that is only begun takes the
// next one with it, if that is there at once: not every terminal marks what is pasted.
// The end of input is errGivenUp.
func readSecret(ctx context.Context, from, prompts *os.File, prompt string, begun func(line string) bool) (string, error) {
	before, err := term.MakeRaw(from.Fd())
	if err != nil {
		return "", errGivenUp
	}
	defer fmt.Fprintln(prompts)
	defer func() { _ = term.Restore(from.Fd(), before) }() // fails only when it is gone
	fmt.Fprint(prompts, prompt+"\x1b[?2004h")              // pastes are told from keys
	defer fmt.Fprint(prompts, "\x1b[?2004l")
	reading, stop := context.WithCancel(ctx)
	defer stop()
	line, ended := secretLine{}, false
	var lull *time.Timer
	err = readBytes(reading, from, func(b byte) bool {
		if lull != nil {
			lull.Stop()
			lull = nil
			line.add('\n')
		}
		ended = line.take(b)
		if ended && !line.interrupted && begun(string(line.text)) {
			lull = time.AfterFunc(atOnce, stop)
			return false
		}
		return ended
	})
	switch {
	case line.interrupted, !ended:
		err = errGivenUp
	case ctx.Err() == nil:
		err = nil // nothing came at once
	}
	return string(line.text), err
}

// secretLine is a line on its way in that nothing shows. What was pasted is whole,
// whatever line breaks are in it: where a link was wrapped, the rest of its key would
// be left to the shell, and stand in its history.
type secretLine struct {
	text        []byte
	interrupted bool
	pasting     bool
	sequence    []byte // of a key or a mark that began with ESC, until its last byte
}

// take takes a byte, and reports whether the line has ended.
func (l *secretLine) take(b byte) (done bool) {
	switch {
	case b == esc:
		l.sequence = []byte{esc}
	case len(l.sequence) == 1 && b != '[' && b != 'O':
		l.sequence = nil // it was Escape, and then something else
		return l.take(b)
	case len(l.sequence) > 0:
		l.sequence = append(l.sequence, b)
		if len(l.sequence) == 2 || b < '@' || b > '~' {
			return false
		}
		switch string(l.sequence) {
		case pasteBegins:
			l.pasting = true
		case pasteEnds:
			l.pasting = false
		}
		l.sequence = nil
	case l.pasting && b == '\r':
		l.add('\n')
	case l.pasting:
		l.add(b)
	case b == '\r', b == '\n', b == ctrlD && len(l.text) > 0:
		return true
	case b == ctrlC, b == ctrlD:
		l.interrupted = true
		return true
	case b == backspace, b == ctrlH:
		l.text = l.text[:max(len(l.text)-1, 0)]
	case b == ctrlU:
		l.text = l.text[:0]
	default:
		l.add(b)
	}
	return false
}

func (l *secretLine) add(b byte) {
	if len(l.text) < maxPrompt {
		l.text = append(l.text, b)
	}
}

// readBytes reads bytes one by one until take wants no more, from ends, or ctx does.
func readBytes(ctx context.Context, from *os.File, take func(byte) (done bool)) error {
	reader, err := cancelreader.NewReader(from)
	if err != nil { // of a file, which nobody waits for
		return readEach(from.Read, take)
	}
	stop := context.AfterFunc(ctx, func() { reader.Cancel() })
	err = readEach(reader.Read, take)
	if !stop() {
		err = errGivenUp
	}
	_ = reader.Close() // of the reader's own pipe
	return err
}

func readEach(read func([]byte) (int, error), take func(byte) (done bool)) error {
	for b := make([]byte, 1); ; {
		if _, err := read(b); err != nil || take(b[0]) {
			return nil
		}
	}
}
