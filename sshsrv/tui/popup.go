package tui

import (
	"strings"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// popup is a card in front of the timeline. The timeline lives on behind it.
type popup struct {
	key   string // closes it, as it opened it; may be empty
	title string
	// rows are the card's, for a width and at best for a height; made anew for each paint, so that the
	// roster is as it is now. They are styled on top of theme.Popup by spans
	// that end with a reset.
	rows func(width, height int) []string
	wide int // columns that it would like inside
	// whole is how many columns a row has that is there to be copied. Where a frame
	// leaves it no room there is none, and the rows begin and end with the screen's.
	whole int
	top   int // first row shown
	page  int // rows shown
}

// The frame of a popup, in columns and rows.
const (
	popupMargin = 2 + 2 // two borders, a blank inside each
	popupLeast  = 12    // a narrower screen gives it the whole width
)

// over puts the card over rows of a screen, into rows[top:bottom] if it fits
// there, and otherwise over everything but the first and the last.
func (p *popup) over(dst []string, top, bottom, width int, h cells.Habits, ink *theme.Ink) {
	inside, frame, line := min(max(p.wide, p.whole), width-popupMargin), popupMargin, p.line
	switch {
	case p.whole > width-popupMargin:
		inside, frame, line = width, 0, p.bareLine
	case inside < popupLeast:
		inside = max(width-popupMargin, 1)
	}
	all := dst[1 : len(dst)-1]
	rows := p.rows(inside, len(all)-2)
	if dst = dst[top:bottom]; len(rows)+2 > len(dst) {
		dst = all
	}
	p.page = max(min(len(rows), len(dst)-2), 1)
	p.top = max(min(p.top, len(rows)-p.page), 0)
	more := ""
	if p.top+p.page < len(rows) {
		more = "↓ more"
	}
	rows = rows[p.top:min(p.top+p.page, len(rows))]

	// A narrow card hangs at the right and leaves what is beside it; a wide one
	// would leave scraps, and stands alone.
	x, y, beside := (width-inside-frame)/2, max((len(dst)-len(rows)-2)/2, 0), false
	if inside+frame <= width/2 {
		x, y, beside = width-inside-frame-1, 0, true
	}
	put := func(i int, row string) {
		if i >= len(dst) {
			return
		}
		left := ""
		if beside {
			left = h.Cut(dst[i], x-1, "")
		}
		dst[i] = left + cells.Blank(x-h.Width(left)) + row
	}
	edge := max(inside+frame-popupMargin, 1)
	put(y, p.border(h, ink, h.Sign("╭", "+"), h.Sign("╮", "+"), p.title, edge))
	for i, row := range rows {
		put(y+1+i, line(h, ink, row, inside))
	}
	put(y+1+len(rows), p.border(h, ink, h.Sign("╰", "+"), h.Sign("╯", "+"), more, edge))
}

func (p *popup) border(h cells.Habits, ink *theme.Ink, left, right, title string, inside int) string {
	on := ink.SGR(theme.Popup)
	if title != "" {
		title = " " + h.Cut(title, max(inside-2, 0), "…") + " "
	}
	dash := h.Sign("─", "-")
	line := strings.Repeat(dash, max(inside+2-1-h.Width(title), 0))
	return on + left + dash + ink.SGR(theme.Strong) + title + theme.Reset + on + line + right + theme.Reset
}

// line draws one row of the card: wherever a span ends, the card's own style
// goes on.
func (p *popup) line(h cells.Habits, ink *theme.Ink, row string, inside int) string {
	on, side := ink.SGR(theme.Popup), h.Sign("│", "|")
	return on + side + " " + p.filled(h, ink, row, inside) + " " + side + theme.Reset
}

// bareLine draws a row of a card that has no sides.
func (p *popup) bareLine(h cells.Habits, ink *theme.Ink, row string, width int) string {
	return ink.SGR(theme.Popup) + p.filled(h, ink, row, width) + theme.Reset
}

func (p *popup) filled(h cells.Habits, ink *theme.Ink, row string, columns int) string {
	row = h.Cut(row, columns, "…")
	return strings.ReplaceAll(row, theme.Reset, theme.Reset+ink.SGR(theme.Popup)) + cells.Blank(columns-h.Width(row))
}

// scroll moves the card's rows; how far they go is seen when they are drawn.
func (p *popup) scroll(by int) { p.top = max(p.top+by, 0) }
