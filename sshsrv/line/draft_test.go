package line

import (
	"strings"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
)

// What was typed and not said never looks as if it had been: on no terminal, and
// whatever became of it.
func TestWhatWasNotSaidSaysSo(t *testing.T) {
	const draft = "I will secretly tell everyone that anna is leaving the company next month so be kind to her ok"
	for name, leave := range map[string]func(p *typist, bob *rooms.Seat){
		"Ctrl-U":     func(p *typist, _ *rooms.Seat) { p.types("\x15") },
		"Ctrl-C":     func(p *typist, _ *rooms.Seat) { p.types("\x03") },
		"backspaces": func(p *typist, _ *rooms.Seat) { p.types(strings.Repeat("\x7f", len(draft))) },
		"Ctrl-W":     func(p *typist, _ *rooms.Seat) { p.types(strings.Repeat("\x17", 30)) },
		"Home":       func(p *typist, _ *rooms.Seat) { p.types(home, "\x0b", "\x15") },
		"a message": func(p *typist, bob *rooms.Seat) {
			p.does(bob, rooms.Say{Text: "hi"})
			time.Sleep(QuietFor)
			p.types("\x15")
		},
		"another row": func(p *typist, _ *rooms.Seat) { p.resize <- paint.Size{Width: 50, Height: 24}; p.types("\x15") },
		"a pause":     func(p *typist, _ *rooms.Seat) { p.pauses <- true; p.types("\x15") },
		"too long":    func(p *typist, _ *rooms.Seat) { p.types(strings.Repeat(" and on", 700), "\r", "\x1b", "\x15") },
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, change ...func(*Visit)) {
				p := sit(t, append(change, func(v *Visit) { v.Suspend = func() {} })...)
				bob := p.guest("bob")
				time.Sleep(gatherFor)
				p.types("hello\r")
				for _, word := range strings.SplitAfter(draft, " ") {
					p.types(word)
				}
				leave(p, bob)
				p.types("\x15", "bye\r")
				time.Sleep(QuietFor)
				lines := p.lines()
				for i := 0; i < len(lines); {
					block := lines[i]
					for i++; i < len(lines) && !strings.HasPrefix(lines[i], "<") && !strings.HasPrefix(lines[i], "-- "); i++ {
						block += lines[i]
					}
					switch {
					case !strings.HasPrefix(block, "<zoe>"), block == "<zoe> hello", block == "<zoe> bye":
					case name == "too long" && len(change) > 0 && block == "<zoe> "+draft: // where what is too long is not taken
					case i < len(lines) && lines[i] == "-- not sent", strings.HasSuffix(block, "^C"):
					default:
						t.Errorf("%q looks as if it had been said:\n%s", block, strings.Join(lines, "\n"))
					}
				}
			})
		})
	}
}
