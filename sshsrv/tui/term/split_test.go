package term

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// line is a terminal far away: what it sends comes in pieces, with any time in
// between, and whoever decodes it looks at the clock as a session does.
type line struct {
	d    Decoder
	msgs []tea.Msg
}

// wait lets so much time go by.
func (l *line) wait(d time.Duration) {
	for due := l.d.Wait(); due > 0 && d >= due; due = l.d.Wait() {
		d -= due
		l.msgs = l.d.Expire(l.msgs)
	}
}

func (l *line) send(b string) { l.msgs = l.d.Append(l.msgs, []byte(b)) }

// sent is what terminals send, with nothing in it that time tells apart but what
// begins with Escape.
var sent = []string{
	"a", "é", "hello", "漢字", "\r", "\t", "\x7f", "\x01", "[", "O", "]", "1;5D", "11;rgb:",
	"\x1b[A", "\x1bOA", "\x1b[1;5D", "\x1b[3~", "\x1b[P", "\x1b[15;2~", "\x1b[[B", "\x1bOP", "\x1b\x1b[A",
	"\x1b\r", "\x1bf", "\x1bé", "\x1b\x7f", "\x1b[13;2u", "\x1b[27;2;13~", "\x1b[45:95;6u",
	"\x1b[<64;10;5M", "\x1b[M`!!", "\x1b[I", "\x1b[O",
	"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "\x1b]11;rgb:ffff/ffff/ffff\a", "\x1b]52;c;aGVsbG8=\x1b\\",
	"\x1bP>|XTerm(379)\x1b\\", "\x1b_Gi=1;OK\x1b\\",
	"\x1b[?2026;2$y", "\x1b[2;5R", "\x1b[?1u", "\x1b[>4;1m", "\x1b[?62;22c",
	"\x1b[200~one\rtwo\x1b[201~", "\x1b[200~[A]11;rgb:\x1b[201~",
}

// However a terminal's bytes are cut, and however long the pieces take, they mean
// what they mean in one piece; but for one that ends with an Escape, whose rest
// must come before the person's patience is over and be no character ([apart]).
func TestAnyCutAnyDelay(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for n := range 20000 {
		var all strings.Builder
		for range 1 + random.IntN(4) {
			all.WriteString(sent[random.IntN(len(sent))])
		}
		bytes := all.String()
		var whole line
		whole.send(bytes)
		var cut line
		var how []string
		for rest := bytes; rest != ""; {
			k := 1 + random.IntN(len(rest))
			for apart(bytes, len(bytes)-len(rest)+k) {
				k++
			}
			piece := rest[:k]
			rest = rest[k:]
			delay := []time.Duration{0, 90 * time.Millisecond, 350 * time.Millisecond, 1400 * time.Millisecond, 9 * time.Second, time.Hour}[random.IntN(6)]
			switch {
			case cut.d.paste != nil && piece == "\x03", rest == "":
				delay = 0
			}
			cut.send(piece)
			if cut.d.paste != nil {
				delay = min(delay, pasteWait-1)
			} else if len(cut.d.pending) > 0 && key(cut.d.pending) {
				delay = min(delay, escapeWait-1)
			}
			how = append(how, fmt.Sprintf("%q %v", piece, delay))
			cut.wait(delay)
		}
		if got, want := names(merged(cut.msgs)), names(merged(whole.msgs)); got != want {
			t.Fatalf("%d: %s\ngot  %s\nwant %s", n, strings.Join(how, ", "), got, want)
		}
	}
}

// A sequence that comes so late behind its Escape that the person has been given
// theirs is not typed all the same.
func TestLateRest(t *testing.T) {
	for _, sequence := range []string{
		"\x1b[A", "\x1bOA", "\x1b[1;5D", "\x1b[3~", "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "\x1b[?62;22c", "\x1bP>|XTerm(379)\x1b\\", "\x1b[<64;10;5M",
	} {
		for _, late := range []time.Duration{escapeWait, time.Second, escapeWait + lateWait - 1} {
			var l line
			l.send(sequence[:1])
			l.wait(late)
			l.send(sequence[1:])
			l.wait(time.Hour)
			if got := typedText(l.msgs); got != "" {
				t.Errorf("%q, its rest after %v: typed %q", sequence, late, got)
			}
		}
		if isString(sequence[1]) {
			var l line
			l.send(sequence[:2])
			l.wait(escapeWait)
			l.send(sequence[2:])
			if got := typedText(l.msgs); got != "" {
				t.Errorf("%q, cut behind its second byte: typed %q", sequence, got)
			}
		}
	}
}

// typedText is what would stand in the composer.
func typedText(msgs []tea.Msg) (text string) {
	for _, msg := range msgs {
		if key, ok := msg.(tea.KeyPressMsg); ok {
			text += key.Text
		}
	}
	return text
}

// What a person types behind Escape is text, though a sequence may begin so.
func TestTypedBehindEscape(t *testing.T) {
	for _, typed := range []string{"[", "O", "]", "]1", "[link](https://a.b)", "Oh", "P", "x"} {
		var l line
		l.send("\x1b")
		l.wait(escapeWait)
		for _, r := range typed {
			l.send(string(r))
			l.wait(50 * time.Millisecond)
		}
		if got := names(merged(l.msgs)); got != fmt.Sprintf("esc | %q", typed) {
			t.Errorf("%q: got %s", typed, got)
		}
		var later line
		later.send("\x1b")
		later.wait(escapeWait + lateWait)
		later.send(typed)
		if got := names(merged(later.msgs)); got != fmt.Sprintf("esc | %q", typed) {
			t.Errorf("%q in one piece: got %s", typed, got)
		}
	}
}

// Answers are never typed, wherever they are cut and however late they go on,
// before their fence and behind it.
func TestSlowAnswer(t *testing.T) {
	const answers = "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[?2026;2$y\x1b[2;3R\x1b[?0u\x1b[?62;c"
	for cut := 1; cut < len(answers); cut++ {
		for _, owed := range []bool{true, false} {
			var l line
			if owed {
				l.d.Owe()
			}
			l.send(answers[:cut])
			l.wait(1400 * time.Millisecond)
			l.send(answers[cut:])
			if got := typedText(l.msgs); got != "" {
				t.Errorf("cut at %d, owed %v: typed %q", cut, owed, got)
			}
			if l.d.Owed() {
				t.Errorf("cut at %d: the fence was not seen", cut)
			}
		}
	}
}

// A paste whose end is lost swallows Ctrl-C no more than anything else does.
func TestCtrlCEndsPaste(t *testing.T) {
	var l line
	l.send("\x1b[200~half")
	l.send("\x03")
	l.send("x")
	if got := names(l.msgs); got != `paste "half" | "x"` {
		t.Errorf("got %s", got)
	}
}

// Whatever comes, however it is cut and delayed: no panic, bounded memory, clean
// text, and but for what time tells, the same messages.
func FuzzDecoder(f *testing.F) {
	for _, test := range decoded {
		f.Add([]byte(test.bytes), uint16(3), uint16(1400))
	}
	// Many reports of the mouse, and such as no terminal sends.
	f.Add([]byte(strings.Repeat("\x1b[<0;1;1M\x1b[<65;999;999M", 100)), uint16(7), uint16(0))
	f.Add([]byte("\x1b[<0;99999999999999999999;1M\x1b[<-1;-1;-1M\x1b[<;;M\x1b[<0;0;0M\x1b[<255;1;1M\x1b[M\x00\x00\x00"), uint16(4), uint16(1400))
	f.Fuzz(func(t *testing.T, b []byte, cut, late uint16) {
		var whole, pieces, slow line
		at := int(cut) % (len(b) + 1)
		whole.send(string(b))
		pieces.send(string(b[:at]))
		slow.send(string(b[:at]))
		slow.wait(time.Duration(late) * time.Millisecond)
		pieces.send(string(b[at:]))
		slow.send(string(b[at:]))
		if all, parts := merged(whole.msgs), merged(pieces.msgs); at != 1 && !apart(string(b), at) && len(b) <= maxSequence && !reflect.DeepEqual(names(all), names(parts)) &&
			!bytes.Contains(b, []byte("\x1b[200~")) {
			t.Errorf("whole %s\npieces %s", names(all), names(parts))
		}
		for _, l := range []*line{&whole, &pieces, &slow} {
			if len(l.d.pending) > maxSequence+len(b) || len(l.d.late) > len("\x1b]") {
				t.Errorf("holds %d bytes", len(l.d.pending))
			}
			l.wait(time.Hour)
			if len(l.d.pending) > 0 && l.d.pending[0] == '\x1b' && key(l.d.pending) || l.d.paste != nil {
				t.Errorf("still waits for the rest of %q", l.d.pending)
			}
			if len(l.msgs) > len(b) {
				t.Errorf("%d bytes make %d messages", len(b), len(l.msgs))
			}
			for _, msg := range l.msgs {
				text := ""
				switch msg := msg.(type) {
				case tea.KeyPressMsg:
					text = msg.Text
				case tea.PasteMsg:
					text = strings.NewReplacer("\n", "", "\t", "").Replace(msg.Content)
				}
				if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
					t.Errorf("text %q", text)
				}
			}
		}
	})
}
