package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/composer"
)

// recall looks through what this person sent for what they type, as Ctrl-R does in shells.
// What it finds is taken into the composer, where it can be changed, and is not sent.
type recall struct {
	on    bool
	field field
	nth   int // which of what is found is chosen
	found int // how many were, when it was drawn
}

func (r *recall) begin() { *r = recall{on: true, field: field{limit: maxSearchBytes}} }
func (r *recall) end()   { *r = recall{} }

// lookBack begins to look through what was sent.
func (c *composing) lookBack() {
	if len(c.composer.LookBack("")) == 0 {
		c.status.say("Nothing was sent from here yet.")
		return
	}
	c.recall.begin()
}

// recallKey is for keys while what was sent is looked through.
func (c *composing) recallKey(key string, msg tea.KeyPressMsg) {
	r := &c.recall
	switch {
	case key == "esc", key == "ctrl+c", key == "ctrl+g", key == "backspace" && r.field.text == "":
		r.end()
	case key == "ctrl+r", key == "down":
		r.nth++ // no further than to the last, once it is drawn
	case key == "ctrl+s", key == "up":
		r.nth = max(r.nth-1, 0)
	case key == "enter", key == "tab", key == "right", key == "end":
		found := c.composer.LookBack(r.field.text)
		if len(found) == 0 {
			break
		}
		number := found[min(r.nth, len(found)-1)]
		r.end()
		if c.amending != 0 {
			c.unchanged()
		}
		c.composer.Bring(number)
		c.tellTyping()
	case r.field.update(msg):
		r.nth = 0
	}
}

// recallPaste adds to what is looked for.
func (c *composing) recallPaste(text string) {
	if c.recall.field.insert(text) {
		c.recall.nth = 0
	}
}

// recallFound are the texts that are offered, at most so many around the chosen one, each
// on one line, and which is that.
func (c *composing) recallFound(most int) (offered []composer.Candidate, nth int) {
	r := &c.recall
	found := c.composer.LookBack(r.field.text)
	r.nth, r.found = max(min(r.nth, len(found)-1), 0), len(found) // some may be forgotten by now
	first := max(min(r.nth-most/2, len(found)-most), 0)
	for _, number := range found[first:min(first+most, len(found))] {
		text := c.composer.Sent(number)
		if len(text) > maxRecallShown {
			text = strings.ToValidUTF8(text[:maxRecallShown], "") + "…"
		}
		offered = append(offered, composer.Candidate{Text: strings.Map(oneLine, text)})
	}
	return offered, r.nth - first
}

// maxRecallShown is how much of a text is offered, in bytes: more than a row shows.
const maxRecallShown = 1000

func oneLine(r rune) rune {
	if r < ' ' {
		return ' '
	}
	return r
}

// line is what stands in the composer's place, and the cursor's column.
func (r *recall) line(l look, width int) (string, int) { return l.asks(" sent: ", &r.field, width) }

func (r *recall) hints() []hint {
	if r.found == 0 {
		return []hint{{"", "nothing like that was sent from here"}, {"Esc", "back"}}
	}
	return []hint{{"", fmt.Sprintf("%d of %d", r.nth+1, r.found)}, {"Enter", "take it, unsent"}, {"Ctrl-R", "older"}, {"Esc", "back"}}
}
