package line

import (
	"strings"

	"sotto/sshsrv/tui/cells"
)

const (
	// leastColumns is the narrowest terminal whose lines are broken between words;
	// on a narrower one hardly a word has room.
	leastColumns = 20
	// usualColumns is the width of a terminal that does not say how wide it is.
	usualColumns = 80
)

// wrap breaks a page's lines between words, so that they take so many columns. What
// goes on begins with two spaces, as further lines of a message do, so that nobody
// can write another's line. A word that fits no line, such as a link, is left whole.
func wrap(page string, columns int) string {
	if columns < leastColumns {
		return page
	}
	var b strings.Builder
	for line := range strings.SplitAfterSeq(page, "\n") {
		wrapLine(&b, line, columns)
	}
	return b.String()
}

// columnsOf is how many columns a terminal has that says it has so many.
func columnsOf(width int) int {
	if width < 1 {
		return usualColumns
	}
	return width
}

const goesOn = "\n  "

func wrapLine(b *strings.Builder, line string, columns int) {
	at := 0 // the column
	for first := true; line != ""; first = false {
		blanks := len(line) - len(strings.TrimLeft(line, " "))
		end := strings.IndexByte(line[blanks:], ' ')
		if end < 0 {
			end = len(line)
		} else {
			end += blanks
		}
		word := line[blanks:end]
		if width := width(word); !first && word != "" && word != "\n" && at+blanks+width > columns {
			b.WriteString(goesOn)
			at = len(goesOn) - 1 + width
		} else {
			b.WriteString(line[:blanks])
			at += blanks + width
		}
		b.WriteString(word)
		line = line[end:]
	}
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
