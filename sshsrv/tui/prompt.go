package tui

import (
	"strings"

	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// promptColumns is what stands before what is typed.
const promptColumns = 3

// rows draws what is typed, or what is asked about it, and says where
// the cursor is among the rows. Hushed says why nothing would be said now; empty: it
// would.
func (c *composing) rows(l look, width, most int, hushed string) ([]string, paint.Point) {
	if o := c.composer.Overflow(); o != nil {
		rows := l.wrap(o.Question(), max(width-2, 1))
		rows = rows[:min(len(rows), most)]
		for i := range rows {
			rows[i] = " " + l.ink.Paint(theme.Warn, rows[i])
		}
		return rows, paint.Point{X: min(l.cells.Width(rows[len(rows)-1]), width-1), Y: len(rows) - 1}
	}
	view := c.composer.View(max(width-promptColumns, 1), most)
	rows := make([]string, len(view.Rows))
	for i, row := range view.Rows {
		sign := " "
		switch {
		case i == 0 && view.Above > 0:
			sign = "↑"
		case i == 0:
			sign = "›"
		case i == len(rows)-1 && view.Below > 0:
			sign = "↓"
		}
		rows[i] = " " + l.ink.Paint(theme.Prompt, sign) + cells.Blank(promptColumns-1-l.cells.Width(sign)) + row
	}
	ghost := hushed
	if ghost == "" && c.answering == 0 && !c.learned() {
		ghost = "say something, or /help"
	}
	if c.composer.Empty() {
		rows[0] += l.ink.Paint(theme.Ghost, l.cells.Cut(ghost, max(width-promptColumns-1, 0), "…"))
	}
	return rows, paint.Point{X: promptColumns + view.X, Y: view.Y}
}

// candidateRows lists what is offered, the chosen one marked.
func (l look) candidateRows(candidates []composer.Candidate, chosen, width, most int) []string {
	if len(candidates) == 0 || most < 1 {
		return nil
	}
	first := max(min(chosen-most/2, len(candidates)-most), 0)
	widest := 0
	for _, one := range candidates {
		widest = max(widest, l.cells.Width(strings.TrimSpace(one.Text)))
	}
	var rows []string
	for i := first; i < min(first+most, len(candidates)); i++ {
		one := candidates[i]
		text := strings.TrimSpace(one.Text)
		row := "   " + text
		if one.Help != "" {
			row += cells.Blank(widest-l.cells.Width(text)+2) + one.Help
		}
		row = l.cells.Cut(row, width, "…")
		style := theme.Popup
		if i == chosen {
			style = theme.PopupHot
		}
		rows = append(rows, l.ink.Paint(style, row+cells.Blank(width-l.cells.Width(row))))
	}
	return rows
}

// maxWaitingRows is how tall the list of waiting lines gets.
const maxWaitingRows = 3

// notYet stands behind words that have not come back from the room.
const notYet = " — not yet in the room"

// notYetBeside is how many columns of the words must be seen beside it.
const notYetBeside = 16

// waitingRows show what is on its way and what waits to be said, the next first.
// Unheard says that nobody answers over the connection.
func (c *composing) waitingRows(l look, width, most int, unheard bool) []string {
	var lines []waiting.Line
	sent := c.outgoing.id != "" && (c.late || unheard)
	if sent || c.slow || c.outgoing.id != "" && c.stood {
		lines = c.queue.Unsaid()
	}
	if most = min(most, maxWaitingRows); most < 1 || len(lines) == 0 {
		return nil
	}
	rows := make([]string, 0, most)
	row := func(text string) {
		after := ""
		if sent && len(rows) == 0 && width >= l.cells.Width(notYet)+notYetBeside {
			after = notYet
		}
		rows = append(rows, l.ink.Paint(theme.Pending, l.cells.Cut(" ⋯ "+text, width-l.cells.Width(after), "…")+after))
	}
	shown := len(lines)
	if shown > most {
		shown = most - 1
	}
	for _, l := range lines[:shown] {
		first, _, _ := strings.Cut(l.Text, "\n")
		row(strings.ReplaceAll(first, "\t", " "))
	}
	if more := len(lines) - shown; more > 0 {
		row(style.Plural(more, "more line waits", "more lines wait"))
	}
	return rows
}
