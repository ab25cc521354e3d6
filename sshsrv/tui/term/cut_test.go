package term

import (
	"fmt"
	"math/rand/v2"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestCutSequencesAreNoText has a flood of reports and answers, each of which may end
// anywhere, in pieces that may too: none of it is text.
func TestCutSequencesAreNoText(t *testing.T) {
	for seed := range uint64(300) {
		next := rand.New(rand.NewPCG(seed, 9))
		flood := ""
		for range 200 {
			one := [...]string{
				fmt.Sprintf("\x1b[<%d;%d;%dM", next.IntN(99), next.IntN(300), next.IntN(300)),
				fmt.Sprintf("\x1b[M%c%c%c", ' '+next.IntN(90), '!'+next.IntN(90), '!'+next.IntN(90)),
				"\x1b[M\x00\x00\x00", "\x1b[M\xff\xe3\x80", "\x1b[[A", "\x1b[1;5D", "\x1b[?62;22c", "\x1bOA", "\x1b]11;rgb:1/2/3\x1b\\",
			}[next.IntN(9)]
			least := len("\x1b[")
			if one[1] != '[' { // with so little left they are keys with Alt
				least = len("\x1bOA")
			}
			flood += one[:least+next.IntN(len(one)-least+1)]
		}
		flood += "\x1b[A"
		var d Decoder
		var msgs []tea.Msg
		for rest := []byte(flood); len(rest) > 0; {
			n := min(1+next.IntN(60), len(rest))
			msgs = d.Append(msgs, rest[:n])
			rest = rest[n:]
		}
		for _, msg := range msgs {
			if key, ok := msg.(tea.KeyPressMsg); ok && key.Text != "" {
				t.Fatalf("seed %d: %q is typed by %q", seed, key.Text, flood)
			}
		}
	}
}
