package tui

import (
	"math"
	"slices"
	"strings"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// cards are what stands in front of the talk: the front page while there is no room, the
// door of one that is not entered without being let in, or a card that was opened over it. What they say they are given; they know no seat.
type cards struct {
	front *frontPage // nil once there is a room
	hall  *hall      // nil: nobody stands at a door
	open  *card      // nil: none is
}

// key is for keys while a card is open. Whatever it has no use for closes the card
// and means what it always means.
func (c *cards) key(key string) bool {
	p := c.open
	if key != "" && key == p.key {
		key = "esc"
	}
	if p.list != nil && p.list.key(key, p.page) {
		return true
	}
	switch key {
	case "up":
		p.scroll(-1)
	case "down":
		p.scroll(1)
	case "pgup":
		p.scroll(-p.page)
	case "pgdown":
		p.scroll(p.page)
	case "home":
		p.top = 0
	case "end":
		p.top = math.MaxInt32
	case "esc", "enter", "ctrl+c":
		c.open = nil
	default:
		c.open = nil
		return false
	}
	return true
}

// change notes who came, went or changed their name, and reports whether a card that is
// open no longer holds for that.
func (c *cards) change(what string) bool {
	if c.open == nil || !c.open.dates {
		return false
	}
	if len(c.open.changes) < maxChanges {
		c.open.changes = append(c.open.changes, what)
	}
	return true
}

// maxChanges is how many changes a card that no longer holds names: the first says
// enough, and a stream of people makes it no longer.
const maxChanges = 3

// hints are what can be done with what is in front; none: nothing is. Several says whether
// there is another room.
func (c *cards) hints(several bool) []hint {
	switch {
	case c.hall != nil:
		return c.hall.hints()
	case c.front != nil && c.front.shut && several:
		return []hint{{"Esc", "back"}, {"Tab", "to another room"}}
	case c.front != nil && c.front.shut:
		return []hint{{"Tab", "to another room"}, {"Ctrl-C", "leave"}}
	case c.front != nil:
		return []hint{{"Enter", "go in"}, {"Ctrl-C", "leave"}}
	case c.open != nil && c.open.list != nil && c.open.list.pick() != "":
		return slices.Concat([]hint{{"↑↓", "choose"}}, c.open.does, []hint{{"Esc", "close"}})
	case c.open != nil:
		return []hint{{"Esc", "close"}, {"↑↓", "scroll"}}
	}
	return nil
}

// A card stands in front of the timeline, which lives on behind it.
type card struct {
	key   string // closes it, as it opened it; may be empty
	title string
	// rows are the card's, for a width and at best for a height; made anew for each
	// paint, so that the roster is as it is now. They are styled on top of
	// theme.Popup by spans that end with a reset.
	rows func(l look, width, height int) []string
	wide int // columns that it would like inside
	// copied is what is there to be copied. Where a frame leaves a row of it no room
	// there is none, and the rows begin and end with the screen's.
	copied []string
	// dates says that what the card shows holds only for those who are here, by the
	// names that they have. Where that changed since, changes says it.
	dates   bool
	changes []string
	top     int // first row shown
	page    int // rows shown
	// list is what can be chosen, if anything can, and does what Enter and the like do
	// with it.
	list *list
	does []hint
	x, y int // where its rows begin on the screen, as it was drawn
}

// The frame of a card, in columns and rows.
const (
	cardMargin = 2 + 2 // two borders, a blank inside each
	cardLeast  = 12    // a narrower screen gives it the whole width
)

// over puts the card over rows of a screen, into rows[top:bottom] if it fits
// there, and otherwise over everything but the first and the last.
func (c *card) over(dst []string, top, bottom, width int, l look) {
	whole := l.widest(c.copied)
	inside, frame, line := min(max(c.wide, whole), width-cardMargin), cardMargin, c.line
	switch {
	case whole > width-cardMargin:
		inside, frame, line = width, 0, c.bareLine
	case inside < cardLeast:
		inside = max(width-cardMargin, 1)
	}
	if c.list != nil {
		clear(c.list.spots)
		c.list.pick()
	}
	all := dst[1 : len(dst)-1]
	rows := c.rows(l, inside, len(all)-2)
	if dst = dst[top:bottom]; len(rows)+2 > len(dst) {
		dst, top = all, 1
	}
	c.page = max(min(len(rows), len(dst)-2), 1)
	if q := c.list; q != nil && q.moved {
		at := q.spots[q.pick()].row
		c.top = max(min(c.top, at), at-c.page+1)
		q.moved = false
	}
	c.top = max(min(c.top, len(rows)-c.page), 0)
	more := ""
	if c.top+c.page < len(rows) {
		more = "↓ more"
	}
	rows = rows[c.top:min(c.top+c.page, len(rows))]

	// A narrow card hangs at the right and leaves what is beside it; a wide one
	// would leave scraps, and stands alone.
	x, y, beside := (width-inside-frame)/2, max((len(dst)-len(rows)-2)/2, 0), false
	if inside+frame <= width/2 {
		x, y, beside = width-inside-frame-1, 0, true
	}
	c.x, c.y = x+frame/2, top+y+1
	put := func(i int, row string) {
		if i >= len(dst) {
			return
		}
		left := ""
		if beside {
			left = l.cells.Cut(dst[i], x-1, "")
		}
		dst[i] = left + cells.Blank(x-l.cells.Width(left)) + row
	}
	edge := max(inside+frame-cardMargin, 1)
	put(y, c.border(l, l.cells.Sign("╭", "+"), l.cells.Sign("╮", "+"), c.title, edge))
	for i, row := range rows {
		put(y+1+i, line(l, row, inside))
	}
	put(y+1+len(rows), c.border(l, l.cells.Sign("╰", "+"), l.cells.Sign("╯", "+"), more, edge))
}

func (c *card) border(l look, left, right, title string, inside int) string {
	on := l.ink.SGR(theme.Popup)
	if title != "" {
		title = " " + l.cells.Cut(title, max(inside-2, 0), "…") + " "
	}
	dash := l.cells.Sign("─", "-")
	line := strings.Repeat(dash, max(inside+2-1-l.cells.Width(title), 0))
	return on + left + dash + l.ink.SGR(theme.Strong) + title + theme.Reset + on + line + right + theme.Reset
}

// line draws one row of the card: wherever a span ends, the card's own style
// goes on.
func (c *card) line(l look, row string, inside int) string {
	on, side := l.ink.SGR(theme.Popup), l.cells.Sign("│", "|")
	return on + side + " " + c.filled(l, row, inside) + " " + side + theme.Reset
}

// bareLine draws a row of a card that has no sides.
func (c *card) bareLine(l look, row string, width int) string {
	return l.ink.SGR(theme.Popup) + c.filled(l, row, width) + theme.Reset
}

func (c *card) filled(l look, row string, columns int) string {
	row = l.cells.Cut(row, columns, "…")
	return strings.ReplaceAll(row, theme.Reset, theme.Reset+l.ink.SGR(theme.Popup)) + cells.Blank(columns-l.cells.Width(row))
}

// click does what stands at a place of the screen.
func (c *card) click(x, y int) {
	if row := y - c.y; c.list != nil && row >= 0 && row < c.page {
		c.list.click(row+c.top, x-c.x)
	}
}

// scroll moves the card's rows; how far they go is seen when they are drawn.
func (c *card) scroll(by int) { c.top = max(c.top+by, 0) }
