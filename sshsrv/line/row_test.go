package line

import (
	"fmt"
	"strings"
	"testing"

	"sotto/sshsrv/tui/cells"

	"github.com/charmbracelet/x/vt"
)

// paper is a terminal that shows a row.
type paper struct {
	*vt.Emulator
	written strings.Builder
}

func newPaper(columns int) *paper { return newLongPaper(columns, 90) }

func newLongPaper(columns, rows int) *paper { return &paper{Emulator: vt.NewEmulator(columns, rows)} }

func (p *paper) write(out string) {
	p.written.WriteString(out)
	p.WriteString(out)
}

// lines are what is on it.
func (p *paper) lines() []string {
	rows := strings.Split(p.String(), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " \r")
	}
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// onlyText fails if anything was written that is neither text nor one of the
// controls that may be.
func (p *paper) onlyText(t *testing.T) {
	t.Helper()
	rest := strings.ReplaceAll(p.written.String(), eraseRest, "")
	if i := strings.IndexFunc(rest, func(r rune) bool { return r < ' ' && r != '\r' && r != '\n' && r != '\b' && r != '\a' || r == 0x7f }); i >= 0 {
		t.Errorf("%q was written", rest[i:min(len(rest), i+20)])
	}
}

// What is typed is written once, however long it is: whoever hears the terminal
// hears it once.
func TestTypingIsWrittenOnce(t *testing.T) {
	p := newPaper(30)
	r := row{columns: 30}
	text := ""
	for i := range 40 {
		for _, c := range fmt.Sprintf("word%d ", i) {
			text += string(c)
			p.write(r.show(text, len(text)))
		}
	}
	p.write(r.finish(text))
	if got, want := strings.Join(p.lines(), " "), strings.TrimSpace(text); got != want {
		t.Errorf("it stands there as %q, want %q", got, want)
	}
	heard := strings.NewReplacer("\r\n", "", "\b", "", eraseRest, "").Replace(p.written.String())
	if again := len(heard) - len(text); again > len(text)/8 {
		t.Errorf("%d of %d characters were written again", again, len(text))
	}
	p.onlyText(t)
}

// One key costs one character's writing, wherever the cursor is known to be.
func TestKeysWriteLittle(t *testing.T) {
	r := row{columns: 80}
	for _, step := range []struct {
		text string
		at   int
		want string
	}{
		{"hello", 5, "hello"},
		{"hello", 4, "\b"},
		{"hello", 0, "\b\b\b\b"},
		{"hello", 1, "h"},
		{"heello", 2, "eello\b\b\b\b"},
		{"hello", 1, "llo" + eraseRest + "\b\b\b\b"},
		{"hello", 5, "ello"},
		{"hell", 4, "\b" + eraseRest},
		{"日本", 6, "\b\b\b\b日本" + eraseRest},
		{"日本", 3, "\b\b"},
		{"日👍🏽", 11, "👍🏽" + eraseRest},
		{"日👍🏽", 3, "\r日"},
		{"日", 3, eraseRest},
		{"", 0, "\b\b" + eraseRest},
	} {
		if got := r.show(step.text, step.at); got != step.want {
			t.Errorf("to %q at %d by %q, want %q", step.text, step.at, got, step.want)
		}
	}
}

func TestWrap(t *testing.T) {
	const columns = 23
	for _, test := range []struct{ page, want string }{
		{"<bob> short\n", "<bob> short\n"},
		{"<bob> one two three four five six\n", "<bob> one two three\n  four five six\n"},
		{"<bob> one two three fou\n", "<bob> one two three fou\n"},
		{"<bob> one two three four\n", "<bob> one two three\n  four\n"},
		{"<bob> a\n  b c d e f g h i j k l m n\n", "<bob> a\n  b c d e f g h i j k l\n  m n\n"},
		{"-- https://chat.example/r/garden/path and more\n", "--\n  https://chat.example/r/garden/path\n  and more\n"},
		{"<bob> 日本語 日本語 日本語\n", "<bob> 日本語 日本語\n  日本語\n"},
		{"<bob> one  two   three     four\n", "<bob> one  two   three\n  four\n"},
		{"-- https://chat.example/r/gar<bob>den/path\n", "-- https://chat.example\n  /r/gar<bob>den/path\n"},
		{"<mall> ok" + strings.Repeat("\t", 12) + ".<anna> yes\n", "<mall> ok\n  .<anna> yes\n"},
		{"<mall> ok" + strings.Repeat("\u3000", 7) + "<anna>\u00a0yes\n", "<mall> ok" + strings.Repeat("\u3000", 7) + "\n  <anna>\u00a0yes\n"},
		{"<mall> " + strings.Repeat("-", 16) + "<anna>yes\n", "<mall> " + strings.Repeat("-", 16) + "\n  <anna>yes\n"},
		{"<mall> a" + strings.Repeat(" ", 30) + "\n", "<mall> a\n"},
		{"<mall> a\tb\n", "<mall> a        b\n"},
	} {
		if got := wrap(test.page, columns); got != test.want {
			t.Errorf("%q is wrapped as %q, want %q", test.page, got, test.want)
		}
	}
}

// Nothing is lost by wrapping, and no row but one with a link in it is wider than the
// terminal, which would go on with what somebody wrote in its first column.
func FuzzWrap(f *testing.F) {
	f.Add("<bob> one two  three\n-- four\n", 30)
	f.Add("<mall> ok\t\t\t\t.<anna> yes\n", 20)
	f.Add("-- The server says: hi\u3000\u3000\u3000\u3000<anna>\u00a0yes https://a.example/bbbbbbbbbbbbbb <anna>", 15)
	f.Fuzz(func(t *testing.T, page string, columns int) {
		columns = leastColumns + columns&0xff
		wrapped := wrap(page, columns)
		bare := strings.NewReplacer("\n", "", " ", "", "\t", "")
		if bare.Replace(wrapped) != bare.Replace(page) {
			t.Fatalf("%q became %q", page, wrapped)
		}
		var rows []string // of the lines, in order
		for line := range strings.SplitAfterSeq(page, "\n") {
			for i, row := range strings.Split(strings.TrimSuffix(wrap(line, columns), "\n"), "\n") {
				if i > 0 && !strings.HasPrefix(row, "  ") {
					t.Fatalf("%q goes on as %q", line, row)
				}
				rows = append(rows, row)
			}
		}
		for _, row := range rows {
			words := strings.Fields(row)
			if last := len(words) - 1; last >= 0 && isLink(words[last]) {
				continue
			}
			if text := strings.TrimLeft(row, " "); width(row) > columns && (text == "" || width(cells.Character(text)) <= columns-begins) {
				t.Fatalf("%q is too wide for %d", row, columns)
			}
		}
	})
}
