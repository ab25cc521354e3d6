package term

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// name says what a message is, for a test to compare.
func name(msg tea.Msg) string {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if msg.Text != "" {
			return fmt.Sprintf("%q", msg.Text)
		}
		return msg.Keystroke()
	case AltMsg:
		return msg.Key.Keystroke()
	case tea.PasteMsg:
		return fmt.Sprintf("paste %q", msg.Content)
	case tea.MouseWheelMsg:
		return fmt.Sprintf("%v at %d,%d", msg.Button, msg.X, msg.Y)
	case tea.MouseClickMsg:
		return fmt.Sprintf("click %v at %d,%d", msg.Button, msg.X, msg.Y)
	case tea.BackgroundColorMsg:
		return fmt.Sprintf("background %v, dark %v", msg, msg.IsDark())
	case tea.ModeReportMsg:
		return fmt.Sprintf("mode %v is %d", msg.Mode, msg.Value)
	}
	return fmt.Sprintf("%T%v", msg, msg)
}

func names(msgs []tea.Msg) string {
	var all []string
	for _, msg := range msgs {
		all = append(all, name(msg))
	}
	return strings.Join(all, " | ")
}

var decoded = []struct{ bytes, want string }{
	// Typed text: one message for what came together.
	{"a", `"a"`},
	{" ", `" "`},
	{"é", `"é"`},
	{"hello, wörld", `"hello, wörld"`},
	{"👩🏽‍🚀", "\"👩🏽\\u200d🚀\""},
	{"hi\rthere\t", `"hi" | enter | "there" | tab`},
	{"one\ntwo", `"one" | ctrl+j | "two"`},
	// Keys.
	{"\x01\x05\x0b\x1f", "ctrl+a | ctrl+e | ctrl+k | ctrl+_"},
	{"\x7f\x08", "backspace | ctrl+h"},
	{"\x00", "ctrl+space"},
	{"\x1b[A\x1bOA\x1b[1;5D", "up | up | ctrl+left"},
	{"\x1b[H\x1b[4~\x1b[5~\x1b[6~\x1b[3~", "home | end | pgup | pgdown | delete"},
	{"\x1bOQ\x1b[12~\x1b[[B\x1b[13~\x1b[R", "f2 | f2 | f2 | f3 | f3"},
	{"\x1b[Z", "shift+tab"},
	{"\x1b[1;2R", "shift+f3"},
	{"\x1bf\x1b\r\x1b\x7fx", `alt+f | alt+enter | alt+backspace | "x"`},
	{"\x1bé", "alt+é"},
	{"\x1b\x1b[Ax", `alt+up | "x"`},
	{"\x1b\x1bx", "esc | alt+x"},
	{"\x1b/m\x1b／", `esc | "/m" | esc | "／"`},
	{"\x1b\x1b/", `esc | esc | "/"`},
	{"\x1bOM", "enter"},
	{"\x1bO\x1b[A", "alt+shift+o | up"},
	{"\x1b]\x1b[A", "alt+] | up"},
	// The wheel, and the rest of the mouse.
	{"\x1b[<64;10;5M\x1b[<65;1;1M", "wheelup at 9,4 | wheeldown at 0,0"},
	{"\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<35;1;1M", "click left at 9,4"},
	{"\x1b[M !!x\x1b[M`!!", `click left at 0,0 | "x" | wheelup at 0,0`},
	// A report that was cut takes nothing of the next with it, so none becomes text.
	{"\x1b[M !\x1b[<0;10;5M", "click left at 9,4"},
	{"\x1b[M \x1b[M !!x", `click left at 0,0 | "x"`},
	{"\x1b[M\x1b[A", "ctrl+delete | up"},
	{"\x1b[[\x1b[<0;10;5M", "click left at 9,4"},
	{"\x1b[M !\rx", `enter | "x"`},
	{"\x1b[I\x1b[O", "tea.FocusMsg{} | tea.BlurMsg{}"},
	// A paste is one message, and only text.
	{"\x1b[200~two\rlines\x1b[201~!", `paste "two\nlines" | "!"`},
	{"\x1b[200~a\r\nb\nc\td\x1b[201~", `paste "a\nb\nc\td"`},
	{"\x1b[200~\x1b]52;c;eA==\a\x1b[31m\x00\u009b\xff\x1b[201~", `paste "]52;c;eA==[31m` + "\uFFFD" + `"`},
	{"\x1b[200~\x1b[201~", `paste ""`},
	{"\x1b[200~\x1b[200~\x1b[201~\x1b[201~x", `paste "[200~" | "x"`},
	// Answers.
	{"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "background #ffffff, dark false"},
	{"\x1b]11;rgb:0000/0000/0000\a", "background #000000, dark true"},
	{"\x1b[?2026;2$y\x1b[?62;22c", "mode 2026 is 2 | term.FenceMsg{}"},
	{"\x1b[2;5R\x1b[?0u\x1b[>4;1m", "term.CursorMsg{4 1} | term.KeyboardMsg{} | term.ModifiersMsg{1}"},
	// Sequences that nobody asked for are dropped, whole.
	{"\x1b]52;c;aGVsbG8=\x1b\\x", `"x"`},
	{"\x1b]11;nonsense\ax", `"x"`},
	{"\x1bP1+r524742=38\x1b\\x", `"x"`},
	{"\x1b_Gi=1;OK\x1b\\x", `"x"`},
	{"\x1b[>1;10;0c\x1b[8;24;80tx", `"x"`},
	{"\x1b[97;1:3ux", `"x"`},
	{"\x1b]11;rgb:\x18x", `"x"`},
	{"\x1b[1;\x1b[A", "up"},
	{"\x1b[200;\x80x", "\"\uFFFDx\""},
	{"\x1b]1" + strings.Repeat("y", 3*maxSequence) + "\x1b\\x", `"x"`},
	{"\x1b[" + strings.Repeat("1;", maxSequence) + "\x18\x1b[A", "up"},
	{"\x1b[" + strings.Repeat("1;", maxSequence) + "Ax", `"x"`},
	{"\x1b]1" + strings.Repeat("y", 3*maxSequence) + "\x1b[A", "up"},
	{"\x1b]1" + strings.Repeat("y", 3*maxSequence) + "\rx", `enter | "x"`},
	// A key breaks off what it can't be part of, and Alt with a key that begins a
	// string is itself where no terminal's string goes on so.
	{"\x1b]11;rgb:\rx", `enter | "x"`},
	{"\x1b]x\x1b_x\x1bPx\x1b^x\x1bXx", `alt+] | "x" | alt+_ | "x" | alt+shift+p | "x" | alt+^ | "x" | alt+shift+x | "x"`},
	// Keys that other terminals have no such sequences for.
	{"\x1b[P\x1b[2K\x1b[4h\x1b[4l\x1b[L", "delete | shift+delete | insert | shift+insert | ctrl+insert"},
	{"\x1b[2J\x1b[K\x1b[J", "shift+home | shift+end | ctrl+end"},
	{"\x1b[3$\x1b[3^\x1b[3@", "shift+delete | ctrl+delete | ctrl+shift+delete"},
	// Keys in full, as they come when asked for.
	{"\x1b[13;2u\x1b[27;2;13~\x1b[27u", "shift+enter | shift+enter | esc"},
	{"\x1b[45:95;6u\x1b[27;6;95~\x1b[44:60;4u\x1b[55:47;6u", "ctrl+_ | ctrl+_ | alt+< | ctrl+/"},
	{"\x1b[102;3u\x1b[1089::99;5u\x1b[97:65;6u", "alt+f | ctrl+c | ctrl+shift+a"},
	{"\x1b[13;65u\x1b[1;129A", "enter | up"},
	{"\x1b[91;5u\x1b[105;5u\x1b[109;5u\x1b[109;69u\x1b[109;6u", "esc | tab | enter | enter | ctrl+shift+m"},
	{"\x1b[57417u\x1b[57421;5u\x1b[57426u\x1b[57414u", "left | ctrl+pgup | delete | enter"},
	// Nothing but UTF-8 is text, and C1 controls begin nothing.
	{"\x9b31mx", "\"\uFFFD31mx\""},
	{"\u009b31mx", `"31mx"`},
	{"\xc3(", "\"\uFFFD(\""},
	{"\x1b[27;1;155~\x1b[155u", ""},
}

// Decoded at once, byte by byte, or in two pieces: the same, but for text, which
// is one message a piece.
func TestDecoder(t *testing.T) {
	for _, test := range decoded {
		t.Run(fmt.Sprintf("%.40q", test.bytes), func(t *testing.T) {
			var d Decoder
			if got := names(d.Append(nil, []byte(test.bytes))); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if d.Wait() != 0 || d.pending != nil {
				t.Errorf("%q is left, for %v", d.pending, d.Wait())
			}
			whole := names(merged(d.Append(nil, []byte(test.bytes))))
			for cut := range len(test.bytes) {
				if apart(test.bytes, cut) {
					continue
				}
				var d Decoder
				msgs := d.Append(nil, []byte(test.bytes[:cut]))
				msgs = d.Append(msgs, []byte(test.bytes[cut:]))
				if got := names(merged(msgs)); got != whole {
					t.Errorf("cut at %d\ngot  %s\nwant %s", cut, got, whole)
				}
			}
			var msgs []tea.Msg
			for at, from := 1, 0; at <= len(test.bytes); at++ {
				if !apart(test.bytes, at) {
					msgs = d.Append(msgs, []byte(test.bytes[from:at]))
					from = at
				}
			}
			if got := names(merged(msgs)); got != whole {
				t.Errorf("byte by byte\ngot  %s\nwant %s", got, whole)
			}
		})
	}
}

// apart reports whether a cut makes two keys of Escape and what follows it.
func apart(bytes string, cut int) bool {
	if cut == 0 || cut >= len(bytes) || bytes[cut-1] != '\x1b' {
		return false
	}
	n, whole := measure([]byte(bytes[cut-1:]))
	return bytes[cut] == '\x1b' || whole && isText([]byte(bytes[cut:cut-1+n]))
}

// Escape and a character that came in pieces of their own are Escape and the
// character, whichever it is and however soon it came; in one piece they are that
// character with Alt, and whoever knows that this means nothing has both.
func TestEscapeAndCharacter(t *testing.T) {
	for r := rune(' '); r < 0x200; r++ {
		if unicode.IsControl(r) || r == '[' {
			continue // with that every sequence begins
		}
		for _, behind := range []string{"", "\x1b", "\x1b[A", "\r"} {
			for _, before := range []string{"\x1b", "x\x1b", "\x1b[A\x1b", "\x1b\x1b"} {
				var l line
				l.send(before)
				l.send(string(r) + behind)
				l.wait(escapeWait)
				escapes := strings.TrimSuffix(strings.NewReplacer("\x1b[A", "up | ", "x", `"x" | `, "\x1b", "esc | ").Replace(before), " | ")
				want := escapes + fmt.Sprintf(" | %q", string(r))
				if behind != "" {
					want += " | " + map[string]string{"\x1b": "esc", "\x1b[A": "up", "\r": "enter"}[behind]
				}
				if r == 'O' && behind == "" || behind == "\x1b" && r < 0x80 && isString(byte(r)) {
					continue // it waits for the rest
				}
				if got := names(merged(l.msgs)); got != want {
					t.Errorf("%q, %q: got %s, want %s", before, string(r)+behind, got, want)
				}
			}
		}
		var d Decoder
		msgs := d.Append(nil, []byte("\x1b"+string(r)))
		if strings.ContainsRune("O]P_/", r) {
			continue // which wait for more, or begin a command
		}
		alt, ok := msgs[0].(AltMsg)
		if !ok || len(msgs) != 1 || alt.Then.Text != string(r) || alt.Key.Text != "" || !strings.HasPrefix(alt.Key.Keystroke(), "alt+") {
			t.Errorf("%q with Alt: %#v", r, msgs)
		}
	}
}

// merged joins neighbouring text messages, and neighbouring U+FFFD.
func merged(msgs []tea.Msg) []tea.Msg {
	var all []tea.Msg
	for _, msg := range msgs {
		if key, ok := msg.(tea.KeyPressMsg); ok && key.Text != "" {
			if n := len(all); n > 0 {
				if last, ok := all[n-1].(tea.KeyPressMsg); ok && last.Text != "" {
					all[n-1] = tea.KeyPressMsg{Code: tea.KeyExtended, Text: last.Text + key.Text}
					continue
				}
			}
		}
		all = append(all, msg)
	}
	for i, msg := range all {
		if key, ok := msg.(tea.KeyPressMsg); ok && key.Text != "" {
			text := strings.ToValidUTF8(strings.ReplaceAll(key.Text, "\uFFFD", "\xff"), "\uFFFD")
			all[i] = tea.KeyPressMsg{Code: tea.KeyExtended, Text: text}
		}
	}
	return all
}

// What an unfinished sequence means when nothing more comes, and when that is
// found out: only what can be a key is ever one.
func TestExpire(t *testing.T) {
	for _, test := range []struct {
		bytes string
		owed  bool
		wait  time.Duration
		want  string
	}{
		{"", false, 0, ""},
		{"\x1b", false, escapeWait, "esc"},
		{"\x1b\x1b", false, escapeWait, "esc | esc"},
		{"\x1b[", false, 0, ""},
		{"\x1bO", false, 0, ""},
		{"\x1b\x1b[", false, 0, ""},
		{"\x1b]", false, escapeWait, "alt+]"},
		{"\x1b_", false, escapeWait, "alt+_"},
		{"\x1bP", false, escapeWait, "alt+shift+p"},
		{"\x1b\x1b]", false, escapeWait, "esc | alt+]"},
		{"\x1b[M", false, escapeWait, "ctrl+delete"},
		{"\x1b[M!", false, 0, ""},
		{"\x1b[3$", false, escapeWait, "shift+delete"},
		{"\x1b[1;", false, 0, ""},
		{"\x1b]11;rgb:", false, 0, ""},
		{"\x1b]1" + strings.Repeat("x", 2*maxSequence), false, 0, ""},
		{"\x1b[200~half", false, pasteWait, `paste "half"`},
		{"\x1b[200~half\x1b[20", false, pasteWait, `paste "half[20"`},
		{"\xc3", false, 0, ""},
		{"\x1b\xc3", false, 0, ""},
		{"\x1b", true, owedWait, "esc"},
		{"\x1b]", true, 0, "alt+]"},
		{"\x1b]11", true, 0, ""},
	} {
		var d Decoder
		if test.owed {
			d.Owe()
		}
		msgs := d.Append(nil, []byte(test.bytes))
		if wait := d.Wait(); wait != test.wait {
			t.Errorf("%.20q: waits %v, want %v", test.bytes, wait, test.wait)
		}
		if got := names(d.Expire(msgs)); got != test.want {
			t.Errorf("%.20q: expired to %s, want %s", test.bytes, got, test.want)
		}
	}
	var d Decoder
	d.Append(nil, []byte("\xc3"))
	if got := names(d.Append(d.Expire(nil), []byte("\xa9"))); got != `"é"` {
		t.Errorf("half a character was not waited for: %s", got)
	}
}

// A paste is taken up to its bound, and beyond it left out whole and told.
func TestPasteIsBounded(t *testing.T) {
	var d Decoder
	var msgs []tea.Msg
	msgs = d.Append(msgs, []byte("\x1b[200~"))
	line := []byte("thirty bytes in every line..é\r")
	const lines = 5000
	for range lines {
		msgs = d.Append(msgs, line)
	}
	if got := cap(d.paste.content); got > 2*MaxPasteBytes {
		t.Errorf("holds %d bytes", got)
	}
	msgs = d.Append(msgs, []byte("\x1b[201~x"))
	if got, want := names(msgs), fmt.Sprintf(`term.PasteLeftOutMsg{%d} | "x"`, lines*len(line)); got != want {
		t.Errorf("got %.80s, want %s", got, want)
	}
	longest := strings.Repeat("y", MaxPasteBytes)
	if got, want := names(d.Append(nil, []byte("\x1b[200~"+longest+"\x1b[201~"))), fmt.Sprintf("paste %q", longest); got != want {
		t.Errorf("the longest paste became %.80s", got)
	}
}

// Whoever types before ssh has put the terminal into raw mode gets LF for Enter.
func TestEnterTypedAhead(t *testing.T) {
	for _, test := range []struct{ name, bytes, want string }{
		{"before the answer", "den\nhello\n\x1b[?62c", `"den" | enter | "hello" | enter | term.FenceMsg{}`},
		{"behind it", "\x1b[?62ca\nb", `term.FenceMsg{} | "a" | ctrl+j | "b"`},
		{"behind a key that tells raw mode", "a\rb\nc", `"a" | enter | "b" | ctrl+j | "c"`},
		{"pasted", "\x1b[200~a\nb\x1b[201~", `paste "a\nb"`},
		{"with Alt", "a\x1b\nb", `"a" | ctrl+alt+j | "b"`},
	} {
		var d Decoder
		d.Owe()
		if got := names(d.Append(nil, []byte(test.bytes))); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func BenchmarkTypedText(b *testing.B) {
	var d Decoder
	line := []byte(strings.Repeat("hello, world ", 20) + "\r")
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	var msgs []tea.Msg
	for b.Loop() {
		msgs = d.Append(msgs[:0], line)
	}
}

func BenchmarkKey(b *testing.B) {
	var d Decoder
	b.ReportAllocs()
	var msgs []tea.Msg
	for b.Loop() {
		msgs = d.Append(msgs[:0], []byte("\x1b[1;5D"))
	}
}
