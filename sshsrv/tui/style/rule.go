package style

import (
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
	"strings"
)

// Rule is a thin line across the screen with words near its ends.
func Rule(ink *theme.Ink, h cells.Habits, style theme.Style, width int, left, right string) string {
	line := func(n int) string { return strings.Repeat(h.Sign("─", "-"), max(n, 0)) }
	if right != "" {
		right = " " + h.Cut(right, max(width-6, 0), "…") + " " + line(2)
	}
	if left != "" {
		left = line(2) + " " + h.Cut(left, max(width-h.Width(right)-6, 0), "…") + " "
	}
	gap := width - h.Width(left) - h.Width(right)
	row := left + line(gap) + right
	if gap < 0 {
		row = h.Cut(row, width, "")
	}
	return ink.Paint(style, row)
}
