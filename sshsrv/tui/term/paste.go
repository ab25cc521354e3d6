package term

import (
	"bytes"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// MaxPasteBytes is how much of one paste is kept, in bytes: sixteen of the
// longest messages. Nobody means to paste more into a chat.
const MaxPasteBytes = 64 << 10

// PasteCutMsg follows a tea.PasteMsg of whose paste so many bytes did not fit.
type PasteCutMsg struct{ Dropped int }

// endOfPaste is what a terminal sends after a bracketed paste.
const endOfPaste = "\x1b[201~"

// paste is a bracketed paste that has not ended.
type paste struct {
	content []byte
	dropped int // bytes
}

func (p *paste) add(b []byte) {
	fits := min(len(b), MaxPasteBytes-len(p.content))
	p.content = append(p.content, b[:fits]...)
	p.dropped += len(b) - fits
}

// appendPaste takes what b has of the paste, and returns how much that is; 0 if
// the end of b may be the beginning of the paste's end.
func (d *Decoder) appendPaste(msgs []tea.Msg, b []byte) ([]tea.Msg, int) {
	if i := bytes.Index(b, []byte(endOfPaste)); i >= 0 {
		d.paste.add(b[:i])
		return d.endPaste(msgs), i + len(endOfPaste)
	}
	n := len(b)
	if i := bytes.LastIndexByte(b, endOfPaste[0]); i >= 0 && strings.HasPrefix(endOfPaste, string(b[i:])) {
		n = i
	}
	d.paste.add(b[:n])
	return msgs, n
}

// endPaste appends the paste's messages.
func (d *Decoder) endPaste(msgs []tea.Msg) []tea.Msg {
	p := d.paste
	d.paste = nil
	if p.dropped > 0 {
		cut := unfinished(p.content)
		p.content = p.content[:len(p.content)-cut]
		p.dropped += cut
	}
	msgs = append(msgs, tea.PasteMsg{Content: plain(p.content)})
	if p.dropped > 0 {
		msgs = append(msgs, PasteCutMsg{Dropped: p.dropped})
	}
	return msgs
}

// plain returns pasted text as valid UTF-8 whose only controls are LF, for
// whatever ends a line, and HT.
func plain(b []byte) string {
	text := strings.ToValidUTF8(string(b), "\uFFFD")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case unicode.IsControl(r) && r != '\n' && r != '\t':
			return -1
		}
		return r
	}, text)
}
