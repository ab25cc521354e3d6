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

	// escapeWait is how long Escape may be the beginning of something: twice the
	// least time after which TCP sends a lost packet again, so that one loss does
	// not make Escape and Enter of Alt-Enter. A person who only wanted to close
	// something notices it just so. Where the terminal tells the two apart, which
	// [KeyboardMsg] shows, nobody waits.
	escapeWait = 400 * time.Millisecond
	// owedWait is the same while the terminal owes an answer, which comes from far
	// away and may come in pieces.
	owedWait = time.Second
	// lateWait is how long what was taken for Escape may still turn out to have
	// been the beginning of something. Nobody is kept waiting by it.
	lateWait = 2 * time.Second
	// pasteWait is the longest silence within a paste. A terminal that never
	// ends one would swallow every key otherwise, and what is left of a paste that
	// was given up too early is typed: a person who sees nothing happen presses
	// Ctrl-C, which ends it at once.
	pasteWait = 10 * time.Second
)

// FenceMsg is the answer to [Fence].
type FenceMsg struct{}

// CursorMsg is where the terminal says that its cursor is.
type CursorMsg struct{ X, Y int }

// KeyboardMsg says that the terminal knows [Keyboard].
type KeyboardMsg struct{}

// ModifiersMsg says that the terminal knows [Modifiers], and at which level they
// are.
type ModifiersMsg struct{ Level int }

// Escape is the key.
var Escape = tea.KeyPressMsg{Code: tea.KeyEscape}

// An AltMsg is a character that came in one piece with an Escape before it. Terminals
// send that for the character's key with Alt; a network that has nothing else to carry
// makes it of Escape and a character that were pressed one after the other. Where one
// of the two means nothing, it was the other.
type AltMsg struct {
	Key  tea.KeyPressMsg // with Alt
	Then tea.KeyPressMsg // the character, behind Escape
}

// A Decoder turns the bytes from one terminal into messages in Bubble Tea's
// vocabulary:
//
//   - tea.KeyPressMsg for keys. A run of printable characters that came
//     together is one message, with Code tea.KeyExtended and the run as Text.
//   - [AltMsg] for a character with Alt, from a terminal that sends Escape for Alt
//   - tea.PasteMsg for a bracketed paste, or [PasteLeftOutMsg] if it was longer
//     than [MaxPasteBytes]
//   - tea.MouseWheelMsg, tea.MouseClickMsg, tea.FocusMsg, tea.BlurMsg
//   - tea.BackgroundColorMsg, tea.ModeReportMsg, [CursorMsg], [KeyboardMsg],
//     [ModifiersMsg] and [FenceMsg] for answers
//
// A sequence may be cut anywhere, and its pieces may be as far apart as the
// network likes: what has begun as one is waited for without end and never typed.
// Only where a key begins as a sequence does, which is Escape and Alt with one of
// three, does time tell ([Decoder.Wait]). An Escape that ended a piece, and then a
// character, are two keys however soon it came: no terminal sends Alt in two pieces,
// and a character is never lost to it.
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
	// Disambiguated says that the terminal was asked to send no key that begins as
	// a sequence does (see [Keyboard]). Some keys are sent otherwise then.
	Disambiguated bool

	pending  []byte // an unfinished sequence or character
	alone    int    // Escapes at its beginning that ended what came before
	late     []byte // what was given up and taken for a key, but could still go on
	skipping byte   // the kind of sequence that became too long and is dropped; 0: none
	owed     int    // fences whose answers have not come
	raw      bool   // the terminal sends Enter as CR, not as LF
	paste    *paste // nil outside of a paste
}

// Owe says that [Fence] was sent.
func (d *Decoder) Owe() { d.owed++ }

// Owed says whether the answer to a [Fence] has still to come.
func (d *Decoder) Owed() bool { return d.owed > 0 }

// Escaped reports whether what came ended with Escape, which may be that key: where it
// means something, [Decoder.Expire] may be done at once. While an answer is owed it is
// more likely the beginning of that.
func (d *Decoder) Escaped() bool {
	return d.paste == nil && d.owed == 0 && len(d.pending) > 0 && len(lastEscape(d.pending)) == 1 && d.pending[0] == ansi.ESC
}

// Wait says how long the terminal may take to go on with what it began: when
// nothing comes for so long, [Decoder.Expire] is due. It is 0 if nothing is
// unfinished, or if what is can be no key, and so is waited for.
func (d *Decoder) Wait() time.Duration {
	switch {
	case d.paste != nil:
		return pasteWait
	case len(d.pending) == 0 && d.late != nil:
		return lateWait
	case len(d.pending) == 0 || d.pending[0] != ansi.ESC:
		return 0
	case !key(d.pending):
		return 0
	case d.owed > 0 && len(lastEscape(d.pending)) > 1:
		return 0 // more likely an answer: the next byte tells
	case d.owed > 0:
		return owedWait
	}
	return escapeWait
}

// key reports whether an unfinished sequence is a key as it is.
func key(b []byte) bool {
	b = lastEscape(b)
	switch {
	case len(b) == 1:
		return true
	case len(b) == 2:
		return isString(b[1])
	}
	return string(b) == xtermMouse || isRxvtShift(b)
}

// lastEscape is what is left of b without the Escapes that come before another.
func lastEscape(b []byte) []byte {
	for len(b) > 1 && b[1] == ansi.ESC {
		b = b[1:]
	}
	return b
}

// Append decodes the bytes that came and appends the messages that are complete.
// It does not keep b.
func (d *Decoder) Append(msgs []tea.Msg, b []byte) []tea.Msg {
	switch {
	case d.paste != nil && len(b) == 1 && b[0] == ansi.ETX:
		return d.endPaste(msgs)
	case len(d.pending) > 0:
		d.pending = append(d.pending, b...)
		b = d.pending
	case d.late != nil && len(b) > 0:
		if whole := append(d.late, b...); continues(whole) {
			b = whole
		}
		d.late = nil
	}
	for len(b) > 0 {
		var n int
		switch {
		case d.paste != nil:
			msgs, n = d.appendPaste(msgs, b)
		case d.skipping != 0:
			if n = d.skip(b); n == 0 && d.skipping == 0 {
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
		b, d.alone = b[n:], max(d.alone-n, 0)
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
	if b[0] == ansi.ESC && len(lastEscape(b)) == 1 {
		d.alone = len(b)
	}
}

// Expire gives up waiting for the rest of what is unfinished, and appends what
// it means as it is: Escape, or a key with Alt. What can be no key stays.
func (d *Decoder) Expire(msgs []tea.Msg) []tea.Msg {
	b := d.pending
	switch {
	case d.paste != nil:
		d.pending = nil
		d.paste.add(b)
		return d.endPaste(msgs)
	case len(b) == 0:
		d.late = nil
	case b[0] == ansi.ESC && key(b):
		d.pending = nil
		last := lastEscape(b)
		for range len(b) - len(last) {
			msgs = d.appendEvent(msgs, last[:1])
		}
		apart := len(last) == 2 && d.alone == len(b)-1
		d.alone = 0
		if len(last) <= 2 {
			d.late = last
		}
		if apart { // the one ended a piece, and the other came as text
			msgs, _ = appendText(d.appendEvent(msgs, last[:1]), last[1:])
			return msgs
		}
		return d.appendEvent(msgs, last)
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
	if key, ok := d.oddKey(sequence); ok {
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
	case uv.MouseClickEvent:
		return append(msgs, tea.MouseClickMsg(event))
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
	case uv.CursorPositionEvent:
		return append(msgs, CursorMsg(event))
	case uv.KeyboardEnhancementsEvent:
		return append(msgs, KeyboardMsg{})
	case uv.ModifyOtherKeysEvent:
		return append(msgs, ModifiersMsg{Level: event.Mode})
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
	return append(msgs, tea.KeyPressMsg(onlyOnce(key)))
}

// onlyOnce tells a key by what is printed on it, as it was before terminals told
// more: Ctrl-_ is that and not Ctrl-Shift-Minus, on whatever keyboard.
func onlyOnce(key uv.KeyPressEvent) uv.KeyPressEvent {
	if code, ok := controls[key.Code]; ok && key.Mod&^locks == uv.ModCtrl {
		key.Code, key.BaseCode, key.Mod = code, 0, 0
	}
	if key.Text != "" || key.Mod&uv.ModShift == 0 {
		return key
	}
	shifted := key.Code
	if key.ShiftedCode != 0 && key.ShiftedCode != key.BaseCode { // else uv took one for the other
		shifted = key.ShiftedCode
	}
	if shifted > ' ' && shifted < utf8.RuneSelf && !unicode.IsLetter(shifted) {
		key.Code, key.BaseCode, key.Mod = shifted, 0, key.Mod&^uv.ModShift
	}
	return key
}

// locks are what is no modifier of a key.
const locks = uv.ModCapsLock | uv.ModNumLock

// controls are letters that with Ctrl have always been keys of their own: a terminal
// that tells them apart must not take them from who is used to them.
var controls = map[rune]rune{'[': uv.KeyEscape, 'i': uv.KeyTab, 'm': uv.KeyEnter}

// oddKey decodes keys whose sequences mean something else by ECMA-48 or to the
// rest of the world: F1 to F5 of the Linux console, and what st sends for the keys
// that edit.
func (d *Decoder) oddKey(sequence []byte) (tea.KeyPressMsg, bool) {
	if len(sequence) == len("\x1b[[A") && string(sequence[:3]) == "\x1b[[" {
		n := sequence[3] - 'A'
		return tea.KeyPressMsg{Code: tea.KeyF1 + rune(n)}, n < 5
	}
	if d.Disambiguated { // CSI P is F1 then
		return tea.KeyPressMsg{}, false
	}
	key, ok := stKeys[string(sequence)]
	return key, ok
}

// xtermMouse is how a click began before there was SGR's form, and in st what
// Ctrl-Delete is.
const xtermMouse = "\x1b[M"

// stKeys are the keys of st (https://st.suckless.org) with its keypad as it comes.
var stKeys = map[string]tea.KeyPressMsg{
	"\x1b[P":   {Code: tea.KeyDelete},
	"\x1b[2K":  {Code: tea.KeyDelete, Mod: tea.ModShift},
	xtermMouse: {Code: tea.KeyDelete, Mod: tea.ModCtrl},
	"\x1b[4h":  {Code: tea.KeyInsert},
	"\x1b[4l":  {Code: tea.KeyInsert, Mod: tea.ModShift},
	"\x1b[L":   {Code: tea.KeyInsert, Mod: tea.ModCtrl},
	"\x1b[2J":  {Code: tea.KeyHome, Mod: tea.ModShift},
	"\x1b[K":   {Code: tea.KeyEnd, Mod: tea.ModShift},
	"\x1b[J":   {Code: tea.KeyEnd, Mod: tea.ModCtrl},
}
