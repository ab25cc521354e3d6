// Package paint shows rows of styled text on a terminal with as few bytes as it
// takes.
//
// A [Painter] is told what the screen should look like, one [Frame] after the
// other, and appends the bytes that make it so. It remembers the rows it showed
// last, as strings that sessions may share, and nothing else: no cells, no
// timer, no writer. Comparing two rows is comparing two strings, which is a
// comparison of pointers as long as an unchanged row is the very same string.
//
// It guarantees:
//
//   - After a frame's bytes the terminal shows that frame: its rows, its cursor,
//     its title. Rows that did not change cost nothing; a timeline that moved is
//     moved by the terminal (DECSTBM), so a new line costs that line; of any
//     other changed row the unchanged beginning is kept where that is certain.
//   - A character that the terminal counts otherwise than its habits let expect
//     spoils the cells beside it and no others: behind every one that terminals
//     are at odds about the cursor is put where it ought to be (CHA). At the end of
//     a row it is autowrap that would carry the error on; it is off while the
//     painter is in charge.
//   - It allocates only when the screen grows or the given buffer is too small.
//
// It uses what every terminal since the VT102 has: CUP, EL, DECSTBM, index and
// reverse index, DECAWM, DECTCEM; and CHA, which all have that show more than
// ASCII. Synchronized output (mode 2026) and OSC 2 are
// sent only to terminals said to have them.
//
// It does not know what rows mean or how they are styled, and it does not clean
// them: whoever makes rows sees to it that they hold SGR,
// OSC 8 and printable characters only.
package paint

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"sotto/sshsrv/tui/cells"
)

// Point is a cell, counted from the upper left corner, which is 0, 0.
type Point struct{ X, Y int }

// Size is a screen's size in cells.
type Size struct{ Width, Height int }

// Frame is what the screen should show.
type Frame struct {
	// Rows are exactly as many as the screen is high. Each is styled with SGR
	// and OSC 8 and ends with both reset, has no line end or other control, and
	// is no wider than the screen. The rest of its line is blank, in the
	// default background. Equal strings are equal rows.
	Rows []string
	// Rows[Top:Bottom] is the timeline, which the terminal may scroll.
	Top, Bottom int
	// Cursor is where the cursor goes, if it is shown.
	Cursor     Point
	ShowCursor bool
	// Title is the window's title. It never carries anyone's text or name.
	Title string
	// Whole has the screen painted whole, whatever the terminal shows.
	Whole bool
}

// atOnce is how many bytes of rows are taken to reach the terminal in one piece,
// in bytes. It fits one packet with room to spare, so that a terminal has no
// chance to draw half of it, and neither synchronized output nor a hidden cursor
// is worth its bytes.
const atOnce = 512

// The sequences that a painter sends, named as in ECMA-48 and DEC's manuals.
const (
	takeCharge  = "\x1b[m\x1b[?7l\x1b[?25l" // SGR 0, DECAWM off, DECTCEM off
	resetMargin = "\x1b[r"                  // DECSTBM: the whole screen; the cursor goes home
	eraseToEnd  = "\x1b[K"                  // EL
	reverse     = "\x1bM"                   // RI: up one line, scrolling at the top margin
	hideCursor  = "\x1b[?25l"               // DECTCEM
	showCursor  = "\x1b[?25h"
	beginSync   = "\x1b[?2026h"
	endSync     = "\x1b[?2026l"
)

// Painter makes a terminal show frames. The zero value is ready, and takes
// nothing for granted about what the terminal shows. It is not safe for
// concurrent use.
type Painter struct {
	// Synchronized says that the terminal has mode 2026: a large paint is then
	// shown at once.
	Synchronized bool
	// Upright says that the terminal has no italics and shows something louder in
	// their place.
	Upright bool
	// Cells are the terminal's habits, which rows were made for.
	Cells cells.Habits
	// Titled says that the terminal takes a title by OSC 2.
	Titled bool

	known  bool // the fields below are what the terminal shows
	size   Size
	rows   []string
	cursor Point
	shown  bool // the cursor
	title  string
}

// Reset makes the next frame be painted whole, whatever the terminal shows.
func (p *Painter) Reset() { p.known = false }

// Append appends to out the bytes that turn what the terminal shows into f, and
// returns the longer slice, or the same one if nothing changed. A size other
// than the last is a resized terminal, which is painted whole.
//
// Fewer rows than size.Height leave the rest of the screen blank, and more are
// not shown; a cursor outside of the screen is put at its edge.
func (p *Painter) Append(out []byte, f Frame, size Size) []byte {
	if size.Width < 1 || size.Height < 1 {
		return out
	}
	start := len(out)
	whole := f.Whole || !p.known || p.size != size

	// A large paint starts with an opening, so that nobody sees half of it.
	// That it is not large turns out below.
	switch {
	case p.Synchronized:
		out = append(out, beginSync...)
	case p.shown:
		out = append(out, hideCursor...)
	}
	body := len(out)
	if whole {
		p.known, p.size, p.shown = true, size, false
		out = p.appendAll(out, f.Rows)
	} else {
		out = p.appendChanges(out, f)
	}
	large := len(out)-body > atOnce
	if !large {
		out = append(out[:start], out[body:]...)
	} else if !p.Synchronized {
		p.shown = false
	}

	out = p.appendCursor(out, f, len(out) > start)
	if p.Titled && (whole || f.Title != p.title) {
		p.title = f.Title
		out = appendTitle(out, f.Title)
	}
	if large && p.Synchronized {
		out = append(out, endSync...)
	}
	return out
}

// appendAll paints every row.
func (p *Painter) appendAll(out []byte, rows []string) []byte {
	out = append(out, takeCharge...)
	out = append(out, resetMargin...)
	if cap(p.rows) < p.size.Height {
		p.rows = make([]string, p.size.Height)
	}
	p.rows = p.rows[:p.size.Height]
	for y := range p.rows {
		p.rows[y] = rowOf(rows, y)
		out = appendMove(out, Point{0, y})
		out = append(out, eraseToEnd...)
		out = p.appendText(out, p.rows[y], 0)
	}
	return out
}

// appendChanges scrolls what can be scrolled, and paints the rows that are
// still wrong.
func (p *Painter) appendChanges(out []byte, f Frame) []byte {
	top := max(f.Top, 0)
	bottom := min(f.Bottom, p.size.Height, len(f.Rows))
	if top < bottom {
		out = p.appendScroll(out, f.Rows[top:bottom], top)
	}
	for y := range p.rows {
		if row := rowOf(f.Rows, y); row != p.rows[y] {
			out = p.appendRow(out, y, p.rows[y], row)
			p.rows[y] = row
		}
	}
	return out
}

// appendCursor puts the cursor where f wants it; moved says that it is not
// where it was put last.
func (p *Painter) appendCursor(out []byte, f Frame, moved bool) []byte {
	if !f.ShowCursor {
		if p.shown {
			p.shown = false
			out = append(out, hideCursor...)
		}
		return out
	}
	at := Point{
		X: min(max(f.Cursor.X, 0), p.size.Width-1),
		Y: min(max(f.Cursor.Y, 0), p.size.Height-1),
	}
	if moved || !p.shown || at != p.cursor {
		p.cursor = at
		out = appendMove(out, at)
	}
	if !p.shown {
		p.shown = true
		out = append(out, showCursor...)
	}
	return out
}

// appendTitle appends OSC 2 with the title's printable characters.
func appendTitle(out []byte, title string) []byte {
	out = append(out, "\x1b]2;"...)
	for _, r := range title {
		if unicode.IsPrint(r) {
			out = utf8.AppendRune(out, r)
		}
	}
	return append(out, '\a')
}

// appendMove appends CUP, in its short form for a line's first cell.
func appendMove(out []byte, to Point) []byte {
	out = append(out, "\x1b["...)
	out = strconv.AppendInt(out, int64(to.Y+1), 10)
	if to.X > 0 {
		out = append(out, ';')
		out = strconv.AppendInt(out, int64(to.X+1), 10)
	}
	return append(out, 'H')
}

func rowOf(rows []string, y int) string {
	if y < len(rows) {
		return rows[y]
	}
	return ""
}
