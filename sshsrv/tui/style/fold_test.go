package style

import (
	"fmt"
	"strings"
	"testing"
)

// TestFoldOf has of each text at each width, in a quotation or not, the rows that
// [Rows] has, of which it folds those of the lines after the twentieth of its code.
func TestFoldOf(t *testing.T) {
	for _, lines := range []int{1, 19, 20, 21, 36} {
		var code []string
		for i := range lines {
			code = append(code, fmt.Sprintf("<%d> %s", i+1, strings.Repeat("wide ", i%9)))
		}
		for _, quoted := range []bool{false, true} {
			text := "before\n```go\n" + strings.Join(code, "\n") + "\n```\n- after"
			if quoted {
				text = "> " + strings.ReplaceAll(text, "\n", "\n> ")
			}
			for width := 12; width <= 120; width++ {
				rows := Rows(text, width, 0, ink)
				f := FoldOf(text, width, 0, ink)
				if lines <= LongCode {
					if f != (Fold{}) {
						t.Fatalf("%d lines at %d have the fold %v", lines, width, f)
					}
					continue
				}
				if f.Rows != len(rows) || f.Lines != lines-LongCode {
					t.Fatalf("%d lines at %d have the fold %v, in %d rows", lines, width, f, len(rows))
				}
				begin, folded, after := shown(rows[:f.From]), shown(rows[f.From:f.To]), shown(rows[f.To:])
				if !strings.Contains(begin, "<20>") || strings.Contains(begin, "<21>") || !strings.Contains(folded, "<21>") || !strings.Contains(folded, fmt.Sprintf("<%d>", lines)) || !strings.Contains(after, "after") || strings.Contains(after, "<") {
					t.Fatalf("%d lines at %d are folded as\n%s\n--\n%s\n--\n%s", lines, width, begin, folded, after)
				}
			}
		}
	}
}
