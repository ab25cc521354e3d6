package line

import (
	"bytes"
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
)

// maxLineBytes is how much of a line of input is held before it is cut, so that
// control sequences in it can still be seen whole: a few messages' worth.
const maxLineBytes = 4 * rooms.MaxTextBytes

// A speech turns piped bytes into messages: cuts them into lines, has control
// sequences and the like taken out, splits lines that are too long for one
// message, and joins lines that have to wait. It holds little more than a line
// and what one chunk of input brings.
type speech struct {
	line  []byte   // the beginning of a line, as it came
	lines []string // cleaned, each fit for a message; "" is a blank one
	size  int      // bytes in lines, each with its line break
}

// add takes input.
func (s *speech) add(input []byte) {
	for len(input) > 0 {
		end := bytes.IndexByte(input, '\n')
		if end >= 0 {
			s.put(string(append(s.line, input[:end]...)))
			s.line = s.line[:0]
			input = input[end+1:]
			continue
		}
		s.line = append(s.line, input...)
		input = nil
	}
	for len(s.line) > maxLineBytes {
		cut := cutLine(s.line)
		s.put(string(s.line[:cut]))
		s.line = append(s.line[:0], s.line[cut:]...)
	}
}

// cutLine returns where to cut a line that is too long to be held: before a
// control sequence that may go on after it, if there is one near the end.
func cutLine(line []byte) int {
	cut := cells.Fit(string(line), maxLineBytes)
	if i := bytes.LastIndexByte(line[:cut], 0x1b); i > maxLineBytes/2 {
		return i
	}
	return cut
}

// finish takes the end of input: a last line without a break is one too.
func (s *speech) finish() {
	if len(s.line) > 0 {
		s.put(string(s.line))
		s.line = nil
	}
}

// put takes one line. Cleaning may make several of it, since there are more
// kinds of line break than one.
func (s *speech) put(raw string) {
	for line := range strings.SplitSeq(rooms.Clean(raw), "\n") {
		line = rooms.Clean(line) // which trims the end of a message, and this may become one
		for len(line) > rooms.MaxTextBytes {
			cut := cells.Fit(line, rooms.MaxTextBytes)
			s.keep(line[:cut])
			line = line[cut:]
		}
		s.keep(line)
	}
}

func (s *speech) keep(line string) {
	if strings.TrimSpace(line) == "" {
		line = ""
	}
	if line == "" && len(s.lines) == 0 {
		return // there is nothing to keep it inside of
	}
	s.lines = append(s.lines, line)
	s.size += len(line) + 1
}

// full reports whether enough waits for one message, so that nothing more
// should be read.
func (s *speech) full() bool {
	return len(s.lines) >= rooms.MaxTextLines || s.size > rooms.MaxTextBytes
}

// empty reports whether nothing waits.
func (s *speech) empty() bool { return len(s.lines) == 0 }

// next takes the next message: one line, or with join as many as fit. Blank
// lines are kept inside a message and not at its edges.
func (s *speech) next(join bool) string {
	n, size := 1, len(s.lines[0])
	for join && n < len(s.lines) && n < rooms.MaxTextLines && size+1+len(s.lines[n]) <= rooms.MaxTextBytes {
		size += 1 + len(s.lines[n])
		n++
	}
	message := strings.TrimRight(strings.Join(s.lines[:n], "\n"), "\n")
	for n < len(s.lines) && s.lines[n] == "" {
		n++ // what follows at once begins a message
	}
	for _, line := range s.lines[:n] {
		s.size -= len(line) + 1
	}
	s.lines = append(s.lines[:0], s.lines[n:]...)
	return message
}
