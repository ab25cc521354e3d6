package line

import (
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
)

// maxPadding is how wide a run of blanks is in the lines of a pipe at most, in columns: more
// than code is indented by, and less than half of the narrowest screen. How wide the screen is
// behind a pipe, if there is one, nobody knows here; it breaks long lines itself, and blanks up
// to its edge would put somebody's words where another's name stands.
const maxPadding = 16

// unpadded returns lines without what runs of blanks have beyond that.
func unpadded(lines string) string {
	var b strings.Builder
	kept, run := 0, 0
	for i, r := range lines {
		if r == '\n' || !rooms.Blank(r) {
			run = 0
			continue
		}
		n := 1
		switch {
		case r == '\t':
			n = 8
		case r != ' ':
			n = max(cells.Habits(0).Width(string(r)), 1)
		}
		if run += n; run > maxPadding {
			b.WriteString(lines[kept:i])
			kept = i + len(string(r))
		}
	}
	if kept == 0 {
		return lines
	}
	b.WriteString(lines[kept:])
	return b.String()
}
