//go:build !race

package line

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// These run without the race detector, which would take minutes to see that one goroutine
// writes on one terminal.

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
