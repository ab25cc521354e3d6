package term

import (
	"bytes"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

const (
	// maxSequence bounds an unfinished escape sequence, in bytes. The longest
	// that is of use, a colour with four digits a channel, has 26; of longer
	// ones everything up to their end is dropped.
	maxSequence = 256

	// escapeWait is how long Escape may be the beginning of something: more
	// than the bytes of one key are apart on a serial line of 9600 baud, and
	// less than a person notices.
	escapeWait = 50 * time.Millisecond
	// sequenceWait is how long a sequence that is clearly no key may take, and
	// how long Escape may be the beginning of something while the terminal owes
	// an answer, which may come in pieces from far away. Escape is slow then,
	// for one round trip.
	sequenceWait = time.Second
	// pasteWait is the longest silence within a paste. A terminal that never
	// ends one would swallow every key otherwise.
	pasteWait = 3 * time.Second
)

// FenceMsg is the answer to [Fence].
type FenceMsg struct{}

// A Decoder turns the bytes from one terminal into messages in Bubble Tea's
// vocabulary:
//
//   - tea.KeyPressMsg for keys. A run of printable characters that came
//     together is one message, with Code tea.KeyExtended and the run as Text.
//   - tea.PasteMsg for a bracketed paste, followed by [PasteCutMsg] if it was
//     larger than [MaxPasteBytes]
//   - tea.MouseWheelMsg, tea.FocusMsg, tea.BlurMsg
//   - tea.BackgroundColorMsg, tea.ModeReportMsg and [FenceMsg] for answers
//
// What was typed before the terminal's program had put it into raw mode has LF
// for Enter; so LF is Enter until the first answer to a [Fence] or the first CR
// shows otherwise, and Ctrl-J from then on.
//
// Everything else that is a sequence is dropped. C1 controls are not taken for
// sequences, in neither encoding, and bytes that are no UTF-8 become U+FFFD.
//
// The zero value is ready. It holds nothing while nothing is unfinished, and is
// not safe for concurrent use.
type Decoder struct {
	pending  []byte // an unfinished sequence or character
	skipping bool   // within a sequence that became too long
	owed     int    // fences whose answers have not come
	raw      bool   // the terminal sends Enter as CR, not as LF
	paste    *paste // nil outside of a paste
}

// Owe says that [Fence] was sent.
func (d *Decoder) Owe() { d.owed++ }

// Owed says whether the answer to a [Fence] has still to come.
func (d *Decoder) Owed() bool { return d.owed > 0 }

// Wait says how long the terminal may take to go on with what it began: when
// nothing comes for so long, [Decoder.Expire] is due. It is 0 if nothing is
// unfinished, or if what is can wait for ever.
func (d *Decoder) Wait() time.Duration {
	switch {
	case d.paste != nil:
		return pasteWait
	case d.skipping:
		return sequenceWait
	case len(d.pending) == 0 || d.pending[0] != ansi.ESC:
		return 0
	case d.owed == 0 && len(d.pending) <= len("\x1b["):
		return escapeWait
	case d.owed > 0 && len(d.pending) > len("\x1b["):
		return 0 // an answer, however slow
	}
	return sequenceWait
}

// Append decodes the bytes that came and appends the messages that are complete.
// It does not keep b.
func (d *Decoder) Append(msgs []tea.Msg, b []byte) []tea.Msg {
	if len(d.pending) > 0 {
		d.pending = append(d.pending, b...)
		b = d.pending
	}
	for len(b) > 0 {
		var n int
		switch {
		case d.paste != nil:
			msgs, n = d.appendPaste(msgs, b)
		case d.skipping:
			if n = d.skip(b); n == 0 && !d.skipping {
				continue
			}
		case b[0] == ansi.ESC:
			msgs, n = d.appendSequence(msgs, b)
		case b[0] < ' ' || b[0] == ansi.DEL:
			msgs, n = d.appendEvent(msgs, d.control(b[:1])), 1
		default:
			msgs, n = appendText(msgs, b)
		}
		if n == 0 {
			break // the rest is unfinished
		}
		b = b[n:]
	}
	d.keep(b)
	return msgs
}

// control is a control as a terminal in raw mode sends it.
func (d *Decoder) control(b []byte) []byte {
	switch {
	case b[0] == '\r':
		d.raw = true
	case b[0] == '\n' && d.owed > 0 && !d.raw:
		return []byte{'\r'}
	}
	return b
}

// keep holds on to what is unfinished.
func (d *Decoder) keep(b []byte) {
	if len(b) == 0 {
		d.pending = nil
		return
	}
	d.pending = append(d.pending[:0], b...)
}

// Expire gives up waiting for the rest of what is unfinished, and appends what
// it means as it is: Escape, or a key with Alt.
func (d *Decoder) Expire(msgs []tea.Msg) []tea.Msg {
	b := d.pending
	d.pending = nil
	switch {
	case d.paste != nil:
		d.paste.add(b)
		return d.endPaste(msgs)
	case d.skipping:
		d.skipping = false
	case len(b) == 0 || b[0] != ansi.ESC:
		d.keep(b)
	case len(b) <= len("\x1b["):
		for ; len(b) > 1 && b[1] == ansi.ESC; b = b[1:] {
			msgs = d.appendEvent(msgs, b[:1])
		}
		return d.appendEvent(msgs, b)
	}
	return msgs
}

// appendText decodes the printable characters that b begins with. It returns 0
// if b ends within the first.
func appendText(msgs []tea.Msg, b []byte) ([]tea.Msg, int) {
	end := bytes.IndexFunc(b, unicode.IsControl)
	if end < 0 {
		end = len(b)
	}
	if end == 0 { // a C1 control in two bytes
		_, n := utf8.DecodeRune(b)
		return msgs, n
	}
	if end == len(b) {
		end -= unfinished(b)
	}
	switch text := string(b[:end]); {
	case end == 0:
	case end == 1 && text[0] < utf8.RuneSelf:
		// Decoded as a key: that is where Shift is found out.
		_, event := decoder.Decode(b[:1])
		msgs = appendKey(msgs, event)
	case utf8.RuneCountInString(text) == 1:
		r, _ := utf8.DecodeRuneInString(text)
		msgs = append(msgs, tea.KeyPressMsg{Code: r, Text: string(r)})
	default:
		text = strings.ToValidUTF8(text, "\uFFFD")
		msgs = append(msgs, tea.KeyPressMsg{Code: tea.KeyExtended, Text: text})
	}
	return msgs, end
}

// unfinished is how many bytes at the end of b are the beginning of a character.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// decoder names keys. It holds no state, and so serves every terminal.
var decoder uv.EventDecoder

// appendEvent appends what one complete sequence or control means.
func (d *Decoder) appendEvent(msgs []tea.Msg, sequence []byte) []tea.Msg {
	if key, ok := consoleKey(sequence); ok {
		return append(msgs, key)
	}
	_, event := decoder.Decode(sequence)
	switch event := event.(type) {
	case uv.KeyPressEvent:
		return appendKey(msgs, event)
	case uv.MultiEvent: // a key that looks like an answer nobody asked for
		for _, event := range event {
			msgs = appendKey(msgs, event)
		}
	case uv.PasteStartEvent:
		d.paste = new(paste)
	case uv.MouseWheelEvent:
		return append(msgs, tea.MouseWheelMsg(event))
	case uv.FocusEvent:
		return append(msgs, tea.FocusMsg{})
	case uv.BlurEvent:
		return append(msgs, tea.BlurMsg{})
	case uv.BackgroundColorEvent:
		if event.Color != nil {
			return append(msgs, tea.BackgroundColorMsg(event))
		}
	case uv.ModeReportEvent:
		return append(msgs, tea.ModeReportMsg(event))
	case uv.PrimaryDeviceAttributesEvent:
		d.owed, d.raw = max(d.owed-1, 0), true
		return append(msgs, FenceMsg{})
	}
	return msgs
}

// appendKey appends a key press, unless it claims to be, or to type, a control
// character that no keyboard has.
func appendKey(msgs []tea.Msg, event uv.Event) []tea.Msg {
	key, ok := event.(uv.KeyPressEvent)
	if !ok || (key.Code >= 0x80 && unicode.IsControl(key.Code)) || strings.ContainsFunc(key.Text, unicode.IsControl) {
		return msgs
	}
	return append(msgs, tea.KeyPressMsg(key))
}

// consoleKey decodes F1 to F5 as the Linux console sends them: CSI [ A to CSI [ E,
// which by ECMA-48 would be a sequence and a letter.
func consoleKey(sequence []byte) (tea.KeyPressMsg, bool) {
	if len(sequence) != 4 || string(sequence[:3]) != "\x1b[[" {
		return tea.KeyPressMsg{}, false
	}
	n := sequence[3] - 'A'
	return tea.KeyPressMsg{Code: tea.KeyF1 + rune(n)}, n < 5
}
