package style

import (
	"strings"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// LongCode is how many lines are shown of code that is longer, in the terminal and in
// the browser.
const LongCode = 20

// A Fold is what is not shown of long code: rows From to To-1 of what [Rows] returns,
// of Rows in all, which are so many lines of the code. The zero Fold is none.
type Fold struct{ From, To, Lines, Rows int }

// FoldOf returns the fold of a text, which [Rows] would draw. No message has room for
// two.
func FoldOf(text string, width int, h cells.Habits, ink *theme.Ink) Fold {
	if strings.Count(text, "\n") <= LongCode || !strings.Contains(text, "```") {
		return Fold{}
	}
	s := sheet{ink: ink, width: max(width, minWidth), cells: h, line: line{habits: h}}
	s.blocks(markup.Parse(text), margin{}, theme.Plain)
	if s.fold.Lines > 0 {
		s.fold.Rows = len(s.rows)
	}
	return s.fold
}
