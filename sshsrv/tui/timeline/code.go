package timeline

import (
	"slices"

	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// Code that is long is folded by itself, alike in the browser, so that a message is not
// folded for its sake: that would hide the words beside it.

// longCode returns what is folded of a block's code, and whether anything is. What calls
// somebody is shown to them, and what is far too tall all the same is folded as such.
func (t *Timeline) longCode(b *block) (f style.Fold, ok bool) {
	s, isSaid := b.item.(Said)
	if !isSaid || s.Gone || s.Action || b.calls || t.unfolded {
		return f, false
	}
	f = style.FoldOf(s.Text, t.look.measure, t.look.cells, t.look.ink)
	return f, f.Lines > 0 && shownOf(f) <= t.screenful+t.tallHead()
}

// shownOf is how many rows a message has while its code is folded.
func shownOf(f style.Fold) int { return f.Rows - (f.To - f.From) + 1 }

// foldsItself reports whether a block's words are folded, or would be if nobody had
// opened them.
func (t *Timeline) foldsItself(b *block) bool {
	_, code := t.longCode(b)
	return code || t.isTall(b, t.count(b))
}

// foldCode folds the rows of long code, and says in which row.
func (t *Timeline) foldCode(b *block, rows []string, f style.Fold) (short []string, more int) {
	line := t.foldSign(b.opened) + " " + style.Plural(f.Lines, "more line", "more lines")
	row := t.lookOf(b).indent() + t.look.ink.Paint(theme.Dim, t.look.cells.Cut(line, t.look.measure, "…"))
	rest := rows[f.To:]
	if b.opened {
		rest = rows[f.From:]
	}
	return slices.Concat(rows[:f.From], []string{row}, rest), f.From
}
