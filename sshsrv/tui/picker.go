package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms/emoji"
	"sotto/sshsrv/tui/composer"
)

// picker asks for an emoji: by itself, or by its code, which is completed as it is typed.
type picker struct {
	on    bool
	field field
	nth   int // which of the candidates is chosen
}

// maxPickBytes is the longest thing to find an emoji by, in bytes: the longest code, and
// more than the longest emoji.
const maxPickBytes = 64

func (p *picker) begin() { *p = picker{on: true, field: field{limit: maxPickBytes}} }
func (p *picker) end()   { *p = picker{} }

// found are the emoji that what is typed may mean, the likeliest first.
func (p *picker) found() (found []emoji.Emoji) {
	typed := strings.TrimSpace(p.field.text)
	if one, ok := emoji.Parse(typed); ok {
		return []emoji.Emoji{{Text: one}}
	}
	code := strings.ToLower(strings.Trim(typed, ":"))
	if code == "" {
		return emoji.Quick() // before anything is typed
	}
	if text, ok := emoji.Lookup(code); ok {
		found = append(found, emoji.Emoji{Code: code, Text: text})
	}
	for _, e := range emoji.Complete(code) {
		if e.Code != code {
			found = append(found, e)
		}
	}
	return found
}

// key is for keys while an emoji is asked for. It returns the one that was picked.
func (p *picker) key(key string, msg tea.KeyPressMsg) (picked string) {
	found := p.found()
	move := func(by int) {
		if n := len(found); n > 0 {
			p.nth = (p.nth + by + n) % n
		}
	}
	switch {
	case key == "esc", key == "ctrl+c", key == "backspace" && p.field.text == "":
		p.end()
	case key == "down":
		move(1)
	case key == "up":
		move(-1)
	case key == "tab": // the chosen one stands there, as in the composer, and Enter reacts
		if len(found) > 0 {
			p.field.text, p.nth = found[p.nth].Text, 0
		}
	case key == "enter":
		if len(found) > 0 {
			picked = found[p.nth].Text
			p.end()
		}
	case p.field.update(msg):
		p.nth = 0
	}
	return picked
}

// paste adds to what is typed.
func (p *picker) paste(text string) {
	if p.field.insert(text) {
		p.nth = 0
	}
}

// line is what stands in the composer's place, and the cursor's column.
func (p *picker) line(l look, width int) (string, int) { return l.asks(" react: ", &p.field, width) }

// candidates are what is offered above it.
func (p *picker) candidates() (offered []composer.Candidate) {
	for _, e := range p.found() {
		one := composer.Candidate{Text: e.Text}
		if e.Code != "" {
			one.Help = ":" + e.Code + ":"
		}
		offered = append(offered, one)
	}
	return offered
}

func (p *picker) hints() []hint {
	if len(p.found()) == 0 {
		return []hint{{"", "no emoji is called that"}, {"Esc", "back"}}
	}
	return []hint{{"Enter", "react"}, {"↑↓", "another"}, {":code:", "finds one"}, {"Esc", "back"}}
}
