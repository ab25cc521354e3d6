package line

import (
	"slices"
	"sotto/sshsrv/tui/cells"
	"strings"
)

// A row is the line that is being typed, as it stands at the foot of a terminal. It
// knows what was written there and says what to write to get from it to something
// else: as little as can be, because somebody may hear it, and nothing above the
// last row, because that can't be heard again.
//
// Beside text it writes CR, BS, line breaks, and "erase to the end of the row"
// (EL); it never depends on how wide the terminal draws what it draws in its own
// way.
//
// A line that outgrows the row goes on in the next one. What stands above then, and is
// no beginning of the line any more or is not in its place, is said to be [notSent]: it
// looks like what was said, and can't be taken away.
type row struct {
	columns int      // of the terminal
	above   []string // rows of the line that stand above the last one, finished
	text    string   // what stands on the last row
	at      int      // where in it the cursor is, in bytes
}

// eraseRest is EL: erase from the cursor to the end of the row.
const eraseRest = "\x1b[K"

// notSent stands below what looks like a line that was said, and was not.
const notSent = "-- not sent\r\n"

// show returns what shows a line with the cursor at a place in it.
func (r *row) show(line string, at int) string {
	rows := r.rows(line)
	k, start := 0, 0 // the row of the cursor, and where that begins
	for ; k < len(rows)-1 && at >= start+len(rows[k]); k++ {
		start += len(rows[k])
	}
	if n := len(r.above); n > 0 && n == len(rows) && at == len(line) && r.leadsTo(rows) {
		return r.become("", 0) // all of it stands above
	}
	var b strings.Builder
	if !r.leadsTo(rows) || k < len(r.above) {
		b.WriteString(r.hide())
	}
	for len(r.above) < k {
		next := rows[len(r.above)]
		b.WriteString(r.become(next, len(next)) + "\r\n")
		r.above = append(r.above, next)
		r.text, r.at = "", 0
	}
	b.WriteString(r.become(rows[k], at-start))
	return b.String()
}

// finish returns what leaves the whole line on the terminal, with the cursor below.
func (r *row) finish(line string) string {
	rows := r.rows(line)
	last := len(rows) - 1
	out := ""
	if r.leadsTo(rows) && len(r.above) <= last {
		out = r.show(line, len(line))
		if r.text == "" && len(r.above) > 0 { // its end stands above
			r.above = nil
			return out
		}
	} else {
		out = r.hide() + strings.Join(rows, "\r\n")
	}
	r.above, r.text, r.at = nil, "", 0
	return out + "\r\n"
}

// hide returns what takes the last row off the terminal, so that something else can
// be written there.
func (r *row) hide() (out string) {
	if r.text != "" {
		out = "\r" + eraseRest
	}
	if len(r.above) > 0 {
		out += notSent
	}
	r.above, r.text, r.at = nil, "", 0
	return out
}

// leave returns what leaves the line as it stands, and goes below it.
func (r *row) leave() (out string) {
	if r.text != "" {
		out = "\r\n"
	}
	if out != "" || len(r.above) > 0 {
		out += notSent
	}
	r.above, r.text, r.at = nil, "", 0
	return out
}

// cancel is leave for a line that is dropped.
func (r *row) cancel() string {
	out := r.become(r.text, len(r.text)) + "^C\r\n"
	if len(r.above) > 0 {
		out += notSent
	}
	r.above, r.text, r.at = nil, "", 0
	return out
}

// fits reports whether the line is one row, and would be on a terminal of so many
// columns: that moves nothing about.
func (r *row) fits(columns int) bool {
	return len(r.above) == 0 && width(r.text) < min(r.columns, columns)
}

// rows breaks a line for the terminal. The last column stays free: not every
// terminal leaves the cursor there.
func (r *row) rows(line string) []string { return breakRows(line, max(r.columns-1, 2)) }

// leadsTo reports whether the rows above are the first of these.
func (r *row) leadsTo(rows []string) bool {
	return len(r.above) <= len(rows) && slices.Equal(r.above, rows[:len(r.above)])
}

// become returns what makes the last row another text, with the cursor at a place.
func (r *row) become(text string, at int) string {
	same := common(r.text, text)
	if r.text == text {
		same = at
	}
	out := move(r.text, r.at, same)
	if r.text != text {
		out += text[same:]
		if !strings.HasSuffix(text[same:], r.text[same:]) {
			out += eraseRest
		}
		out += move(text, len(text), at)
	}
	r.text, r.at = text, at
	return out
}

// move returns what moves the cursor within a row. Forward it writes what it passes;
// backward it goes to the start and does so where it can't be sure how far back that
// is.
func move(text string, from, to int) string {
	switch {
	case to >= from:
		return text[from:to]
	case sure(text[to:from]):
		return strings.Repeat("\b", width(text[to:from]))
	}
	return "\r" + text[:to]
}

// common is how much of two texts is the same, in whole characters of both.
func common(a, b string) (same int) {
	for same < len(a) && same < len(b) {
		character := cells.Character(a[same:])
		if cells.Character(b[same:]) != character {
			break
		}
		same += len(character)
	}
	return same
}
