package composer

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
)

// pieces are what a fuzzed script types and pastes: what is hard to edit.
var pieces = []string{
	"a", " ", "word", "two words", "\t", "é", "e\u0301", "\u0301", "\u0302\u0303\u0304\u0305", "日本", "漢", "👩‍👩‍👧", "👩", "\u200d", "👧",
	"🇩🇪", "🇫", "🇷", "❤️", "\ufe0f", "👍🏽", "שלום", "مرحبا", "กำ", "क्षि", "한", "ᄒ", "ᅡ", "ᆫ", "\n", "\n\n", "  ", "/me ", "ǆ", "ß",
	"\x1b[31m", "\x1b", "\x07", "\u202e", "\u200b", "\xff", "\U000e0041", "|", "\r\n",
	strings.Repeat("long ", 30), strings.Repeat("漢", 50), strings.Repeat("x\n", 30), strings.Repeat("y", 2000),
}

// chords are the keys that a script can press, sorted.
var chords = slices.Sorted(maps.Keys(keys))

// run plays a fuzzed script and calls check after each step.
func run(t *testing.T, c *Composer, script []byte, check func(step string)) {
	t.Helper()
	pressed := map[string]string{"enter": "Enter", "backspace": "BS", "delete": "Del", "up": "Up", "down": "Down",
		"left": "Left", "right": "Right", "home": "Home", "end": "End"}
	name := strings.NewReplacer("ctrl+", "C-", "alt+", "M-", "shift+", "S-")
	for i := 0; i+1 < len(script); i += 2 {
		what, arg := script[i]%8, int(script[i+1])
		before, at := c.Text(), c.at
		var step string
		var did Action
		switch what {
		case 0, 1:
			step = "type " + pieces[arg%len(pieces)]
			if typed := cleaned("", pieces[arg%len(pieces)]); typed != "" && !strings.ContainsAny(typed, "\n\t") {
				did = c.Key(press(typed))
			}
		case 2:
			step = "paste"
			did = c.Paste(pieces[arg%len(pieces)])
		case 3:
			step = "resize"
			c.View(3+arg%40, 1+arg%9)
		case 4:
			step = "special"
			if arg%7 == 6 {
				step = "forget"
				switch arg / 7 % 4 {
				case 0:
					c.ForgetSent(time.Now())
				case 1:
					if last := c.LastSent(); !c.buffer.had(last) { // or less can be undone
						c.Forget(last, func(sent string) bool { return sent == last })
					}
				case 2:
					c.TakeUp(c.LastSent())
				case 3:
					c.LetGo(c.LastSent())
				}
				break
			}
			did = c.Key(press([]string{"Tab", "S-Tab", "Esc", "C-s", "C-k", "C-g"}[arg%7]))
		default:
			step = chords[arg%len(chords)]
			chord := name.Replace(step)
			for long, short := range pressed {
				if rest, ok := strings.CutSuffix(chord, long); ok {
					chord = rest + short
				}
			}
			did = c.Key(press(chord))
		}
		switch did := did.(type) {
		case Moved, Unused, Quit, Ask, NoMatch, Refused:
			if c.Text() != before {
				t.Fatalf("%s: %T, but %q became %q", step, did, before, c.Text())
			}
		case Submit:
			if did.Text != rooms.Clean(before) || rooms.CheckText(did.Text) != nil {
				t.Fatalf("%s: %q was sent as %q", step, before, did.Text)
			}
		}
		if _, unused := did.(Unused); unused && c.at != at {
			t.Fatalf("%s: the cursor moved", step)
		}
		check(step)
	}
}

func checkText(t *testing.T, c *Composer, step string) {
	t.Helper()
	text := c.Text()
	if !utf8.ValidString(text) {
		t.Fatalf("%s: %q is not UTF-8", step, text)
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			t.Fatalf("%s: %U is in the text", step, r)
		}
	}
	if len(text) > MaxHeldBytes {
		t.Fatalf("%s: %d bytes are held", step, len(text))
	}
	at := 0
	for at < c.at {
		cluster := cells.Character(text[at:])
		at += len(cluster)
	}
	if at != c.at {
		t.Fatalf("%s: the cursor is inside a character: %q", step, shown(c))
	}
}

// checkUndo undoes everything and does it again.
func checkUndo(t *testing.T, c *Composer) {
	t.Helper()
	if c.completing != nil {
		c.endRun()
	}
	start := ""
	if c.history.number < len(c.history.sent) {
		start = c.history.sent[c.history.number]
	}
	whole := len(c.undo) < maxChanges && c.held < maxChangeBytes/2
	text := c.Text()
	done := 0
	for c.again() {
		done++
	}
	for range done {
		c.back()
	}
	if c.Text() != text {
		t.Fatalf("done again and undone, %q is %q", text, c.Text())
	}
	n := len(c.undo)
	for c.back() {
		checkText(t, c, "undo")
	}
	if whole && c.Text() != start {
		t.Fatalf("everything undone, the text is %q, not %q", c.Text(), start)
	}
	for range n {
		c.again()
	}
	if c.Text() != text {
		t.Fatalf("everything done again, the text is %q, not %q", c.Text(), text)
	}
}

func checkView(t *testing.T, c *Composer, width, height int) {
	t.Helper()
	v := c.View(width, height)
	if len(v.Rows) < 1 || len(v.Rows) > height || v.Y < 0 || v.Y >= len(v.Rows) || v.X < 0 || v.X >= width {
		t.Fatalf("%d rows of %d, the cursor at %d,%d in %d×%d", len(v.Rows), height, v.X, v.Y, width, height)
	}
	seen := len(c.layout.rows)
	fresh := Composer{buffer: buffer{text: c.text, at: c.at}, cells: c.cells}
	fresh.lay(c.layout.width, len(c.text))
	if all := fresh.layout.rows; seen > len(all) || !slices.Equal(c.layout.rows, all[:seen]) || c.layout.whole != (seen == len(all)) {
		t.Fatalf("%q is in rows %v, and laid out anew in %v", c.text, c.layout.rows, all)
	} else if below := len(all) - v.Above - len(v.Rows); (v.Below > 0) != (below > 0) || v.Below > below {
		t.Fatalf("%d rows above and %d below of %d", v.Above, v.Below, len(all))
	}
	for _, row := range v.Rows {
		if n := c.cells.Width(row); n > width {
			t.Fatalf("%q is %d wide, more than %d", row, n, width)
		}
	}
	end := 0
	for i, r := range fresh.layout.rows {
		if i > 0 && r.from != end && (r.from != end+1 || c.text[end] != '\n') {
			t.Fatalf("rows leave out %q", c.text[end:r.from])
		}
		end = r.to
	}
	if end != len(c.text) {
		t.Fatalf("rows end at %d of %d", end, len(c.text))
	}
}

func FuzzKeys(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		script := make([]byte, 120)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		c := New(words("alice", "alicia", "bob "))
		c.Measure(cells.Habits(len(script)) * 977)
		run(t, c, script[:min(len(script), 400)], func(step string) {
			checkText(t, c, step)
		})
		c.LetGo("")
		checkView(t, c, 5+len(script)%40, 1+len(script)%8)
		checkUndo(t, c)
	})
}

// TestCursorIsWhereTheTerminalShowsIt prints what is seen of random texts on an
// emulator, up to the cursor, and asks the emulator where it is.
func TestCursorIsWhereTheTerminalShowsIt(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	screen := vt.NewEmulator(60, MaxRows)
	defer screen.Close()
	for range 300 {
		c := New(nil)
		for range 1 + random.IntN(12) {
			c.Paste(pieces[random.IntN(len(pieces))])
		}
		width, height := 4+random.IntN(40), 1+random.IntN(MaxRows)
		for range 10 {
			play(c, []string{"Left", "Right", "Up", "Down", "M-b", "Home", "M-<", "M->", "C-a"}[random.IntN(9)])
			v := c.View(width, height)
			checkView(t, c, width, height)
			screen.WriteString("\x1b[2J\x1b[H")
			for i, row := range v.Rows[:v.Y+1] {
				if i > 0 {
					screen.WriteString("\r\n")
				}
				if i < v.Y {
					screen.WriteString(row)
					continue
				}
				// What is before the cursor: as many columns of the row.
				screen.WriteString(ansi.Truncate(row, v.X, ""))
			}
			if at := screen.CursorPosition(); at.X != v.X || at.Y != v.Y {
				t.Fatalf("%q in %d×%d: the cursor is shown at %v, not at %d,%d", shown(c), width, height, at, v.X, v.Y)
			}
			// And what is behind it begins with the character at the cursor.
			if want := string(c.text[c.at:c.next(c.at)]); c.cells.Width(want) > 0 && want != "\n" && want != "\t" {
				rest := ansi.TruncateLeft(v.Rows[v.Y], v.X, "")
				if !strings.HasPrefix(rest, want) {
					t.Fatalf("%q in %d×%d: behind the cursor is %q", shown(c), width, height, rest)
				}
			}
		}
	}
}
