package term

import (
	"bytes"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// MaxPasteBytes is the longest paste that is taken, in bytes: sixteen of the
// longest messages. Nobody means to paste more into a chat.
const MaxPasteBytes = 64 << 10

// PasteLeftOutMsg comes in place of a tea.PasteMsg for a paste that was too long,
// of which nothing is kept: half of it would be no use.
type PasteLeftOutMsg struct{ Bytes int }

// endOfPaste is what a terminal sends after a bracketed paste.
const endOfPaste = "\x1b[201~"

// paste is a bracketed paste that has not ended.
type paste struct {
	content []byte // nil once there is too much
	bytes   int    // in all
}

func (p *paste) add(b []byte) {
	p.bytes += len(b)
	if p.bytes > MaxPasteBytes {
		p.content = nil
		return
	}
	p.content = append(p.content, b...)
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

// endPaste appends the paste's message.
func (d *Decoder) endPaste(msgs []tea.Msg) []tea.Msg {
	p := d.paste
	d.paste = nil
	if p.bytes > MaxPasteBytes {
		return append(msgs, PasteLeftOutMsg{Bytes: p.bytes})
	}
	return append(msgs, tea.PasteMsg{Content: plain(p.content)})
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

// Holds is how many bytes of what has not ended the decoder keeps.
func (d *Decoder) Holds() int {
	n := cap(d.pending)
	if d.paste != nil {
		n += cap(d.paste.content)
	}
	return n
}
