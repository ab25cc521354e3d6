package line

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms/command"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/term"
)

// TestRecall finds what was typed before, takes it without sending it, and gives the draft
// back by every other way out.
func TestRecall(t *testing.T) {
	e := editor{compose: composer.New(composer.ForRoom(command.Names{})), row: row{columns: 40}}
	e.compose.OneLine = true
	var keys term.Decoder
	press := func(bytes string) (o outcome) {
		for _, msg := range keys.Append(nil, []byte(bytes)) {
			o = e.press(msg.(tea.KeyPressMsg))
		}
		for _, msg := range keys.Expire(nil) {
			o = e.press(msg.(tea.KeyPressMsg))
		}
		return o
	}
	steps := []struct{ keys, row, line string }{
		{"draft\x12", "draft", "draft"}, // nothing was typed before
		{"\x15one otter\rtwo otters\ra badger\rdraft", "draft", "draft"},
		{"\x12", "sent:  — a badger", "draft"},
		{"OTT", "sent: OTT — two otters", "draft"},
		{"\x12", "sent: OTT — one otter", "draft"},
		{"\x12", "sent: OTT — one otter", "draft"},
		{"x", "sent: OTTx — nothing like that", "draft"},
		{"\r", "sent: OTTx — nothing like that", "draft"},
		{"\x7f", "sent: OTT — two otters", "draft"},
		{"\x1b", "draft", "draft"},
		{"\x12\x03", "draft", "draft"},
		{"\x12one\r", "one otter", "one otter"},
		{"\x1b[B\x1b[B\x1b[B", "draft", "draft"},
		{"\x12badger\r\x15hello all\r", "", ""}, // it does not come back unasked
	}
	for _, step := range steps {
		o := press(step.keys)
		if e.row.text != step.row || e.text() != step.line {
			t.Errorf("%q: %q stands there, and the line is %q; want %q, %q", step.keys, e.row.text, e.text(), step.row, step.line)
		}
		if strings.HasSuffix(step.keys, "one\r") && len(o.lines) > 0 {
			t.Errorf("Enter sent %q", o.lines)
		}
	}
	press("\x12" + strings.Repeat("y", 2*maxRecall))
	if len(e.recall.words) > maxRecall {
		t.Errorf("looks for %d bytes", len(e.recall.words))
	}
}
