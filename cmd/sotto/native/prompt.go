package native

import (
	"context"
	"fmt"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
)

// maxPrompt is how much is typed into a prompt at most, in bytes: a link with room
// to spare.
const maxPrompt = 4 << 10

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
	backspace = 0x7f
)

// readHidden reads one line; at a terminal it asks for it, and what is typed is not shown.
func readHidden(ctx context.Context, from, prompts *os.File, prompt string) (string, error) {
	if !isTerminal(from, prompts) {
		return readLine(ctx, from)
	}
	return readSecret(ctx, from, prompts, prompt)
}

// readSecret reads a line that a terminal does not show. It asks once that is so:
// whoever waits for the prompt pastes at once. It has the keys of a line itself, so
// that however it ends the terminal is as it was.
func readSecret(ctx context.Context, from, prompts *os.File, prompt string) (string, error) {
	before, err := term.MakeRaw(from.Fd())
	if err != nil {
		return "", errGivenUp
	}
	defer fmt.Fprintln(prompts)
	defer func() { _ = term.Restore(from.Fd(), before) }() // fails only when it is gone
	fmt.Fprint(prompts, prompt)
	var line []byte
	interrupted := false
	err = readBytes(ctx, from, func(b byte) (done bool) {
		switch b {
		case '\r', '\n', ctrlD:
			return true
		case ctrlC:
			interrupted = true
			return true
		case backspace, ctrlH:
			line = line[:max(len(line)-1, 0)]
		case ctrlU:
			line = line[:0]
		default:
			if len(line) < maxPrompt {
				line = append(line, b)
			}
		}
		return false
	})
	if interrupted {
		err = errGivenUp
	}
	return string(line), err
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
