package main

import (
	"math"
	"strings"
	"testing"
)

// A row tells medians and ratios, beside a plain floor where that was asked for, and
// whether what was wanted was missed.
func TestRow(t *testing.T) {
	got := results{plain: []float64{10}, floor: []float64{9, 12, 30}, sotto: []float64{24, 20, 15}}
	alone := results{sotto: []float64{3}}
	for _, c := range []struct {
		row   row
		got   results
		plain bool
		want  string
	}{
		{row{"CPU", "µs", 1.2, 0}, got, false, "CPU, µs 12.00 20.00 1.67 ≤ 1.2 × missed"},
		{row{"CPU", "µs", 1.2, 0}, got, true, "CPU, µs 10.00 1.20 12.00 20.00 1.67 ≤ 1.2 × missed"},
		{row{"CPU", "µs", 2, 0}, got, false, "CPU, µs 12.00 20.00 1.67 ≤ 2 ×"},
		{row{"lost", "", 0, 3}, alone, true, "lost – – – 3.00 – ≤ 3"},
		{row{"slowest", "ms", 0, math.Inf(1)}, alone, false, "slowest, ms – 3.00 –"},
		{row{"lost", "", 0, 2}, alone, false, "lost – 3.00 – ≤ 2 missed"},
	} {
		if line := strings.Join(strings.Fields(c.row.line(&c.got, c.plain)), " "); line != c.want {
			t.Errorf("%q, want %q", line, c.want)
		}
	}
}
