package command

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
)

// Whatever shows nothing may stand before a command, and between its words: what
// was meant for one person stays between two.
func TestWhatIsNotSeenChangesNothing(t *testing.T) {
	want := Msg{Nick: "a", Text: "b"}
	for r := range rune(unicode.MaxRune + 1) {
		if !utf8.ValidRune(r) || !unseen(r) {
			continue
		}
		s := string(r)
		lines := []string{s + "/msg a b", s + s + " ／msg a b"}
		if within(r) {
			lines = append(lines, "/msg"+s+" a b", "/msg "+s+"a b", "/msg a"+s+" b", "/msg a "+s+"b")
		}
		if within(r) && !rooms.Blank(r) {
			lines = append(lines, "/"+s+"msg a b", "/m"+s+"sg a b")
		}
		for _, line := range lines {
			if have := Parse(line); have != want {
				t.Errorf("%U: %q is %#v", r, line, have)
			}
		}
	}
}

// within reports whether a character that isn't seen changes nothing within a
// command either: marks act on what is before them, and a control may take what
// is behind it.
func within(r rune) bool {
	return !unicode.Is(unicode.M, r) && r != 0x1b && (r < 0x80 || r > 0x9f)
}

// FuzzUnseen puts together what shows nothing, in any order and number.
func FuzzUnseen(f *testing.F) {
	f.Add("\u200e", "\u2009\ufeff")
	f.Add("\x1b", "\u200d\u0301\ufe0f")
	f.Add("\u2800\u0301", "\u00ad\U000e0020\u3164\u180e")
	f.Fuzz(func(t *testing.T, before, more string) {
		before, more = strings.Map(onlyUnseen, before), strings.Map(onlyUnseen, more)
		inside := strings.Map(func(r rune) rune {
			if within(r) {
				return r
			}
			return -1
		}, more)
		for _, slash := range []string{"/", "／"} {
			line := before + more + slash + "msg" + inside + " a " + inside + "b"
			if have := Parse(line); have != (Msg{Nick: "a", Text: "b"}) {
				t.Errorf("%q is %#v", line, have)
			}
			if !Begins(line) {
				t.Errorf("%q does not begin as a command", line)
			}
		}
	})
}

func onlyUnseen(r rune) rune {
	if unseen(r) && utf8.ValidRune(r) {
		return r
	}
	return -1
}
