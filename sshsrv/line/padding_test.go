package line

import (
	"strings"
	"testing"
)

// TestPadding: no blanks lead to the edge of a screen, whichever they are; all else stays.
func TestPadding(t *testing.T) {
	sixteen := strings.Repeat(" ", maxPadding)
	for have, want := range map[string]string{
		"<ann> hello there\n":                              "<ann> hello there\n",
		"<ann> a" + sixteen + "b\n":                        "<ann> a" + sixteen + "b\n",
		"<eve> hi" + strings.Repeat(" ", 72) + "<bob> x\n": "<eve> hi" + sixteen + "<bob> x\n",
		"<eve> hi\n" + strings.Repeat(" ", 80) + "<bob>\n": "<eve> hi\n" + sixteen + "<bob>\n",
		"<eve> a" + strings.Repeat("\t", 9) + "<bob>\n":    "<eve> a\t\t<bob>\n",
		"<eve> a" + strings.Repeat("\u3000", 40) + "b\n":   "<eve> a" + strings.Repeat("\u3000", 8) + "b\n",
		"<eve> a" + strings.Repeat("\u2800", 80) + "b\n":   "<eve> a" + strings.Repeat("\u2800", 16) + "b\n",
		"<eve> a" + strings.Repeat(" \u00a0", 40) + "b\n":  "<eve> a" + strings.Repeat(" \u00a0", 8) + "b\n",
		"  x\n" + "  y\n":                                  "  x\n  y\n",
		"":                                                 "",
	} {
		if got := unpadded(have); got != want {
			t.Errorf("%q is %q, want %q", have, got, want)
		}
	}
}
