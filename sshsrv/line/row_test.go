package line

import (
	"fmt"
	"math/rand/v2"
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

// Whatever somebody does with a line, the foot of the terminal shows the row that
// the cursor is in, the cursor is where it says, and what is above never changes.
func TestRowIsWhereItSays(t *testing.T) {
	alphabet := strings.Split("a b c d e   . , ä 日 本 é ß א ع 👍🏽 👨‍👩‍👧 ❤️ e\u0301 क्षि", " ")
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 1))
		columns := 8 + random.IntN(30)
		p := newLongPaper(columns, 120)
		p.write("-- above\r\n")
		r := row{columns: columns}
		var line []string
		at := 0
		for step := range 40 {
			switch random.IntN(6) {
			case 0, 1, 2: // typed
				cell := alphabet[random.IntN(len(alphabet))]
				if cell == "" {
					cell = " "
				}
				line = append(line[:at:at], append([]string{cell}, line[at:]...)...)
				at++
			case 3: // taken back
				if at > 0 {
					line = append(line[:at-1:at-1], line[at:]...)
					at--
				}
			case 4: // moved
				at = random.IntN(len(line) + 1)
			case 5: // something else is shown
				p.write(r.hide() + "<bob> hi\r\n")
			}
			before := p.lines()
			whole, start := strings.Join(line, ""), len(strings.Join(line[:at], ""))
			p.write(r.show(whole, start))
			now := p.lines()
			foot := len(now) - 1
			blank := strings.Trim(r.text, " ") == ""
			if blank {
				foot++
			}
			for i := range min(foot, len(before)-1) {
				if now[i] != before[i] {
					t.Fatalf("seed %d, step %d: the row %q became %q", seed, step, before[i], now[i])
				}
			}
			if blank {
				continue
			}
			if got := now[foot]; got != strings.TrimRight(r.text, " ") || !strings.Contains(whole, r.text) {
				t.Fatalf("seed %d, step %d: the foot is %q, want %q of %q", seed, step, got, r.text, whole)
			}
			if x := p.CursorPosition().X; x != usual.Width(r.text[:r.at]) {
				t.Fatalf("seed %d, step %d: the cursor is in column %d of %q, want %d", seed, step, x, r.text, usual.Width(r.text[:r.at]))
			}
		}
		whole := strings.Join(line, "")
		p.write(r.finish(whole))
		if all := strings.Join(p.lines(), ""); !strings.HasSuffix(strings.ReplaceAll(all, " ", ""), strings.ReplaceAll(whole, " ", "")) {
			t.Fatalf("seed %d: finished, %q is not there: %q", seed, whole, p.lines())
		}
		p.onlyText(t)
	}
}

// Nothing on the terminal looks like what was said and was not, whatever somebody does
// with a line that outgrew its row, and whatever else is shown meanwhile.
func TestDraftsDoNotLookLikeSpeech(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 9))
		columns := 12 + random.IntN(30)
		p := newLongPaper(columns, 120)
		r := row{columns: columns}
		text, at := "", 0
		var said []string
		whole := func() string {
			if text == "" {
				return ""
			}
			return "<pia> " + text
		}
		for step := range 40 {
			switch random.IntN(10) {
			case 0, 1, 2, 3:
				word := strings.Repeat(string(rune('a'+random.IntN(26))), 1+random.IntN(9)) + " "
				text, at = text[:at]+word+text[at:], at+len(word)
			case 4:
				n := min(at, random.IntN(12))
				text, at = text[:at-n]+text[at:], at-n
			case 5: // Home, and elsewhere
				at = random.IntN(len(text)+1) * random.IntN(2)
			case 6: // Ctrl-U
				text, at = text[at:], 0
			case 7:
				p.write(r.hide() + "<bob> hi\r\n")
			case 8:
				if text != "" {
					p.write(r.cancel())
					text, at = "", 0
				}
			case 9:
				if text != "" {
					p.write(r.finish(whole()))
					said = append(said, whole())
					text, at = "", 0
				}
			}
			p.write(r.show(whole(), len(whole())-len(text)+at))
			stands := p.lines()
			if r.text != "" {
				stands = stands[:len(stands)-1]
			}
			stands = stands[:len(stands)-len(r.above)]
			unread := said
			for i := 0; i < len(stands); {
				if !strings.HasPrefix(stands[i], "<pia>") {
					i++
					continue
				}
				block := stands[i]
				for i++; i < len(stands) && !strings.HasPrefix(stands[i], "<") && !strings.HasPrefix(stands[i], "--"); i++ {
					block += stands[i]
				}
				switch {
				case i < len(stands) && strings.HasPrefix(stands[i], "-- not"), strings.HasSuffix(block, "^C"):
				case len(unread) > 0 && strings.ReplaceAll(block, " ", "") == strings.ReplaceAll(unread[0], " ", ""):
					unread = unread[1:]
				default:
					t.Fatalf("seed %d, step %d: %q looks as if it had been said:\n%s", seed, step, block, strings.Join(p.lines(), "\n"))
				}
			}
			if len(unread) > 0 {
				t.Fatalf("seed %d, step %d: %q does not stand there:\n%s", seed, step, unread, strings.Join(p.lines(), "\n"))
			}
		}
		p.onlyText(t)
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
