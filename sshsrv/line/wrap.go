package line

import (
	"strings"

	"sotto/sshsrv/tui/cells"
)

const (
	// leastColumns is what the narrowest terminal is taken to have: the blanks of a row
	// that goes on, and a wide character.
	leastColumns = 4
	// usualColumns is the width of a terminal that does not say how wide it is.
	usualColumns = 80
)

// wrap breaks a page's lines, between words where it can, so that no row is wider than
// the terminal: where that begins a row by itself, whoever wrote the line chooses with
// what, and "<anna> yes" would be anna's. What goes on begins with two spaces, as further
// lines of a message do. Only a link is left whole, so that it can be opened; what a link
// is made of says nothing for anybody.
func wrap(page string, columns int) string {
	columns = max(columns, leastColumns)
	var b strings.Builder
	for line := range strings.SplitAfterSeq(page, "\n") {
		wrapLine(&b, line, columns)
	}
	return b.String()
}

// Wrap breaks lines for a terminal that says it has so many columns, between words where
// it can.
func Wrap(page string, width int) string { return wrap(page, columnsOf(width)) }

// columnsOf is how many columns a terminal has that says it has so many.
func columnsOf(width int) int {
	if width < 1 {
		return usualColumns
	}
	return width
}

const (
	goesOn = "\n  "
	begins = len(goesOn) - 1 // the column where a row goes on
	// tabStop is where a tab leads, in columns. A terminal's own stops at its last
	// column, so that any number of them fits into a row.
	tabStop = 8
)

func wrapLine(b *strings.Builder, line string, columns int) {
	text, ended := strings.CutSuffix(line, "\n")
	for at := 0; text != ""; { // the column
		blanks := 0
		for ; text != "" && strings.IndexByte(" \t", text[0]) >= 0; text = text[1:] {
			if text[0] == '\t' {
				blanks += tabStop - 1 - (at+blanks)%tabStop
			}
			blanks++
		}
		word := text
		if end := strings.IndexAny(text, " \t"); end >= 0 {
			word = text[:end]
		}
		text = text[len(word):]
		wide := width(word)
		whole := begins+wide <= columns || isLink(word)
		switch {
		case word == "": // blanks at the end say nothing
		case at+blanks+wide > columns && (whole && at+blanks > begins || at+blanks >= columns):
			b.WriteString(goesOn)
			at = begins
		default:
			b.WriteString(cells.Blank(blanks))
			at += blanks
		}
		if whole {
			b.WriteString(word)
			at += wide
			continue
		}
		for word != "" {
			cell := cells.Character(word)
			if at+width(cell) > columns {
				b.WriteString(goesOn)
				at = begins
			}
			b.WriteString(cell)
			at += width(cell)
			word = word[len(cell):]
		}
	}
	if ended {
		b.WriteByte('\n')
	}
}

// isLink reports whether a word can be nothing else than a link.
func isLink(word string) bool {
	rest, ok := strings.CutPrefix(word, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(word, "http://")
	}
	return ok && strings.IndexFunc(rest, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }) < 0
}

// usual are the habits of a terminal that was not asked for its own: an answer can't
// be told from typing by everybody who may be at the other end of one.
const usual = cells.Habits(0)

// width is how many columns text takes on the terminal that needs most: some show
// the parts of an emoji one by one.
func width(text string) (columns int) {
	for text != "" {
		cell := cells.Character(text)
		parts := 0
		for _, r := range cell {
			parts += usual.Width(string(r))
		}
		columns += max(usual.Width(cell), parts)
		text = text[len(cell):]
	}
	return columns
}

// breakRows breaks a line that is being typed into rows of so many columns at most,
// behind a blank where there is one. The rows are the whole line.
func breakRows(text string, columns int) (rows []string) {
	at, blank, from := 0, 0, 0 // the column; where the row may end; where it begins
	for i := 0; i < len(text); {
		cell := cells.Character(text[i:])
		w := width(cell)
		if at+w > columns && i > from {
			cut := i
			if blank > from {
				cut = blank
			}
			rows = append(rows, text[from:cut])
			from, i, at = cut, cut, 0
			continue
		}
		at += w
		i += len(cell)
		if cell == " " {
			blank = i
		}
	}
	return append(rows, text[from:])
}

// sure reports whether terminals agree how wide text is.
func sure(text string) bool {
	for text != "" {
		cell := cells.Character(text)
		if usual.Doubt(cell) != cells.Sure {
			return false
		}
		text = text[len(cell):]
	}
	return true
}
