package tui

import (
	"math"
)

// cards are what stands in front of the talk: the front page while there is no room,
// or a card that was opened over it. What they say they are given; they know no seat.
type cards struct {
	front *frontPage // nil once there is a room
	open  *card      // nil: none is
}

// close takes away whatever is in front.
func (c *cards) close() { c.front, c.open = nil, nil }

// key is for keys while a card is open. Whatever it has no use for closes the card
// and means what it always means.
func (c *cards) key(key string) bool {
	p := c.open
	if key != "" && key == p.key {
		key = "esc"
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

// hints are what can be done with what is in front; none: nothing is.
func (c *cards) hints() []hint {
	switch {
	case c.front != nil:
		return []hint{{"Enter", "go in"}, {"Ctrl-C", "leave"}}
	case c.open != nil:
		return []hint{{"Esc", "close"}, {"↑↓", "scroll"}}
	}
	return nil
}
