package paint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// pieces are what random rows are made of: what a chat's rows hold, and what is
// known to trip painters.
var pieces = []string{
	"a", "hello ", "the same words ", " ", "     ",
	"\x1b[1m", "\x1b[31m", "\x1b[38;5;200m", "\x1b[38;2;9;8;7m", "\x1b[48;5;17m",
	"\x1b[4:3m", "\x1b[0m", "\x1b[m", "\x1b[0;7m", "\x1b[22m",
	"日本", "語", "🙂", "👩🏽‍🚀", "🇪🇺", "e\u0301", "\u0301", "ก\u0e33", "שלום", "│", "·",
	"\x1b]8;;https://example.org/\alink\x1b]8;;\a", "\x1b]8;id=1;https://example.org/\x1b\\",
}

// script plays a sequence of changes, each chosen by the next of its bytes, to
// a frame. The zero bytes that follow when they run out change nothing.
type script struct {
	bytes []byte
	size  Size
	frame Frame
}

func (s *script) next() int {
	if len(s.bytes) == 0 {
		return 0
	}
	b := s.bytes[0]
	s.bytes = s.bytes[1:]
	return int(b)
}

// below returns a number from 0 up to, but not, n.
func (s *script) below(n int) int { return s.next() % max(n, 1) }

func (s *script) row() string {
	var row strings.Builder
	for range s.below(12) {
		row.WriteString(pieces[s.below(len(pieces))])
	}
	if s.below(8) == 0 { // a bar over the whole width
		row.WriteString(strings.Repeat("-", s.size.Width))
	}
	return fit(row.String(), s.size.Width)
}

func (s *script) resize() {
	s.size = Size{1 + s.below(48), 1 + s.below(16)}
	rows := make([]string, s.size.Height)
	for y := range rows {
		rows[y] = s.row()
	}
	s.frame.Rows = rows
	s.margins()
	s.cursor()
}

func (s *script) margins() {
	s.frame.Top = s.below(s.size.Height + 1)
	s.frame.Bottom = s.frame.Top + s.below(s.size.Height-s.frame.Top+1)
}

func (s *script) cursor() {
	s.frame.Cursor = Point{s.below(s.size.Width), s.below(s.size.Height)}
	s.frame.ShowCursor = s.below(4) > 0
}

// scroll moves the timeline up or down and fills in new rows.
func (s *script) scroll(up bool) {
	lines := s.frame.Rows[s.frame.Top:s.frame.Bottom]
	k := min(1+s.below(4), len(lines))
	if up {
		copy(lines, lines[k:])
		lines = lines[len(lines)-k:]
	} else {
		copy(lines[k:], lines)
		lines = lines[:k]
	}
	for i := range lines {
		lines[i] = s.row()
	}
}

// step changes the frame; it says whether the painter must be reset, because
// the terminal was scribbled on.
func (s *script) step() (scribbled bool) {
	rows := s.frame.Rows
	y := s.below(len(rows))
	switch s.below(16) {
	case 0, 1, 2, 3:
		s.scroll(true)
	case 4, 5:
		s.scroll(false)
	case 6: // a new row
		rows[y] = s.row()
	case 7: // a row goes on: typing
		rows[y] = fit(rows[y][:max(strings.LastIndex(rows[y], "\x1b]8;;\a\x1b[m"), 0)]+pieces[s.below(len(pieces))], s.size.Width)
	case 8: // a row ends sooner: deleting
		rows[y] = fit(rows[y], s.below(s.size.Width+1))
	case 9:
		s.cursor()
	case 10:
		s.frame.Title = fmt.Sprintf("sotto (%d)", s.below(3))
	case 11:
		s.margins()
	case 12: // the timeline moves, and a line of it changes too
		s.scroll(s.below(2) == 0)
		rows[y] = s.row()
	case 13: // an overlay
		for y := range rows {
			rows[y] = s.row()
		}
	case 14:
		s.resize()
	case 15:
		return true
	}
	return false
}

// scribble is what somebody else's wall(1), or a reset by hand, leaves behind.
// Its margins stay on the screen: the emulator, unlike a terminal, doesn't see
// to that, and falls over.
const scribble = "\x1b[2r\x1b[1;31;44mwall message\x1b[?25h\x1b[?7h\x1b[99;99Hoverflow\r\n\n\n"

// play paints the frames of a script and checks the emulator after each.
func play(t *testing.T, synchronized bool, bytes []byte) {
	s := script{bytes: bytes}
	s.resize()
	terminal := newScreen(s.size)
	painter := Painter{Synchronized: synchronized, Titled: true}
	terminal.WriteString(scribble) // the zero Painter takes nothing for granted
	var out []byte
	for frame := 0; frame == 0 || len(s.bytes) > 0; frame++ {
		out = painter.Append(out[:0], s.frame, s.size)
		terminal.Write(out)
		terminal.check(t, s.frame)
		if again := painter.Append(nil, s.frame, s.size); len(again) > 0 {
			t.Errorf("a frame that is shown costs %q", again)
		}
		if t.Failed() {
			t.Fatalf("frame %d of %v, timeline %d:%d, by %q", frame, s.size, s.frame.Top, s.frame.Bottom, out)
		}
		if s.step() {
			terminal.WriteString(scribble)
			painter.Reset()
		}
		if terminal.Width() != s.size.Width || terminal.Height() != s.size.Height {
			terminal.Resize(s.size.Width, s.size.Height)
		}
	}
}

func FuzzScreenEqualsFrame(f *testing.F) {
	f.Add(true, []byte("\x30\x0a some bytes to begin with, as good as any"))
	f.Fuzz(func(t *testing.T, synchronized bool, bytes []byte) {
		play(t, synchronized, bytes[:min(len(bytes), 4000)])
	})
}

// chat is a frame as the room's screen makes them.
func chat(size Size) Frame {
	rows := make([]string, size.Height)
	for y := range rows {
		rows[y] = fmt.Sprintf("  line %d", y)
	}
	rows[0] = "\x1b[1mroom\x1b[m"
	return Frame{
		Rows: rows, Top: 2, Bottom: size.Height - 2,
		Cursor: Point{2, size.Height - 2}, ShowCursor: true,
	}
}

// say moves the timeline up by one row.
func say(f Frame, row string) Frame {
	f.Rows = slices.Clone(f.Rows)
	copy(f.Rows[f.Top:], f.Rows[f.Top+1:f.Bottom])
	f.Rows[f.Bottom-1] = row
	return f
}

// What is sent for the changes that happen most.
func TestCost(t *testing.T) {
	size := Size{80, 24}
	message := "  " + strings.Repeat("x", 60)
	shown := chat(size)
	said := say(shown, message)
	typed := chat(size)
	typed.Rows[22], typed.Cursor.X = "  line 22 and", 13
	for _, test := range []struct {
		name string
		next Frame
		want string
	}{
		{"nothing", shown, ""},
		{"a message", said, "\x1b[3;22r\x1b[22H\r\n" + message + "\x1b[r\x1b[23;3H"},
		{"typing", typed, "\x1b[23;10H\x1b[K and\x1b[23;14H"},
		{"scrolling back", func() Frame {
			f := chat(size)
			copy(f.Rows[f.Top+1:], f.Rows[f.Top:f.Bottom-1])
			f.Rows[f.Top] = "older"
			return f
		}(), "\x1b[3;22r\x1b[3H\r\x1bMolder\x1b[r\x1b[23;3H"},
		{"a cursor", func() Frame { f := chat(size); f.Cursor.X = 0; return f }(), "\x1b[23H"},
		{"no cursor", func() Frame { f := chat(size); f.ShowCursor = false; return f }(), "\x1b[?25l"},
		{"a title", func() Frame { f := chat(size); f.Title = "sotto\x1b\a\u009b (1)"; return f }(), "\x1b]2;sotto (1)\a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			painter := Painter{Titled: true}
			painter.Append(nil, shown, size)
			if got := painter.Append(nil, test.next, size); string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A large paint is shown at once where the terminal can, and hides the cursor
// while it lasts where it can't.
func TestLargePaint(t *testing.T) {
	size := Size{80, 24}
	other := chat(size)
	for y := range other.Rows {
		other.Rows[y] = strings.Repeat("o", 79-y)
	}
	for _, synchronized := range []bool{true, false} {
		painter := Painter{Synchronized: synchronized}
		painter.Append(nil, chat(size), size)
		got := string(painter.Append(nil, other, size))
		begin, end := hideCursor, showCursor
		if synchronized {
			begin, end = beginSync, endSync
		}
		if !strings.HasPrefix(got, begin) || !strings.HasSuffix(got, end) {
			t.Errorf("synchronized %v: got %q", synchronized, got)
		}
	}
}

// A row that the terminal finds wider than the screen spoils no other.
func TestRowTooWide(t *testing.T) {
	size := Size{20, 6}
	f := chat(size)
	f.Rows[5] = strings.Repeat("wide ", 9)
	terminal := newScreen(size)
	var painter Painter
	terminal.Write(painter.Append(nil, f, size))
	f.Rows[3] = strings.Repeat("日本", 11)
	terminal.Write(painter.Append(nil, f, size))
	terminal.Write(painter.Append(nil, say(f, strings.Repeat("wide ", 9)), size))
	f = say(f, "wide wide wide wide ")
	for y, row := range f.Rows[:5] {
		if want := newScreen(size); y != 2 {
			want.draw([]string{fit(row, 20)})
			if got, want := terminal.line(y), want.line(0); got != want {
				t.Errorf("line %d: got %q, want %q", y, got, want)
			}
		}
	}
}

// Sizes, margins and row counts that contradict each other harm nobody.
func TestContradictions(t *testing.T) {
	var painter Painter
	if got := painter.Append(nil, chat(Size{80, 24}), Size{}); len(got) > 0 {
		t.Errorf("a screen of no size got %q", got)
	}
	size := Size{10, 4}
	terminal := newScreen(size)
	for _, f := range []Frame{
		{Rows: []string{"a"}, Top: -3, Bottom: 99, Cursor: Point{-1, -1}, ShowCursor: true},
		{Rows: []string{"b", "c", "d", "e", "f"}, Top: 3, Bottom: 1, Cursor: Point{99, 99}, ShowCursor: true},
		{Rows: []string{"c", "d"}, Top: 0, Bottom: 5, Cursor: Point{99, 99}, ShowCursor: true},
		{},
	} {
		terminal.Write(painter.Append(nil, f, size))
		f.Rows = f.Rows[:min(len(f.Rows), size.Height)]
		f.Cursor.X = min(max(f.Cursor.X, 0), size.Width-1)
		f.Cursor.Y = min(max(f.Cursor.Y, 0), size.Height-1)
		terminal.check(t, f)
	}
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	size := Size{80, 24}
	a := chat(size)
	b := say(a, "one")
	var painter Painter
	out := painter.Append(nil, a, size)
	if n := testing.AllocsPerRun(100, func() {
		out = painter.Append(out[:0], b, size)
		out = painter.Append(out[:0], a, size)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
