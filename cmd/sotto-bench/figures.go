package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// figure is one measurement, which may give several rows of the table.
type figure struct {
	name    string
	door    string // whose floor it is measured beside: ssh, web, oneRoom; empty for none
	flags   []string
	windows int // of each server, in turn
	begin   func(*server) (measurement, error)
	rows    []row // one a value; without a name, it is not printed
}

// row is a line of the table.
type row struct {
	name, unit string
	ratio      float64 // the most that is allowed, of the floor
	most       float64 // the most that is allowed, in units; infinite for what is only told
}

// oneRoom is the floor of terminals in several rooms: sotto, with the same ones in one.
const oneRoom = "one room"

const tenth = 100 * time.Millisecond

var figures = []figure{
	{
		name: "terminals, 10", door: "ssh",
		windows: 5, begin: talking(door{size: small}, 1, 10, 40, tenth),
		rows: []row{{"CPU per delivery to a terminal, 10 people", "µs", 1.4, 0}, {}, {}, {}},
	},
	{
		name: "terminals, 100", door: "ssh",
		windows: 5, begin: talking(door{size: small}, 1, 100, 20, tenth),
		rows: []row{
			{"CPU per delivery to a terminal, 100 people", "µs", 1.2, 0},
			{"bytes on the wire per delivery, 100 people", "B", 0, 170},
			{"delivery p50, 100 people", "ms", 1.3, 0},
			{"delivery p99, 100 people", "ms", 1.3, 0},
		},
	},
	{
		name: "terminals, 500", door: "ssh",
		windows: 5, begin: talking(door{size: small}, 1, 500, 20, tenth),
		rows: []row{{"CPU per delivery to a terminal, 500 people", "µs", 1.2, 0}, {}, {}, {}},
	},
	{
		name: "terminals, 500, large", door: "ssh",
		windows: 5, begin: talking(door{size: large}, 1, 500, 20, tenth),
		rows: []row{{"the same at 200×50 (of 80×24: ≤ 1.1 ×)", "µs", 1.2 * 1.1, 0}, {}, {}, {}},
	},
	{
		name: "rooms", door: "ssh",
		windows: 5, begin: talking(door{size: small}, 100, 10, 200, 10*time.Millisecond),
		rows: []row{{"CPU per delivery, 1000 terminals in 100 rooms, 100/s", "µs", 1.25, 0}, {}, {}, {}},
	},
	{
		name: "flood, terminals", door: "ssh", flags: []string{"--say-rate", "0"},
		windows: 5, begin: flooding(door{size: small}, 500),
		rows: []row{{"flood: CPU per delivery, shown or folded, 500 people", "µs", 0.6, 0}},
	},
	{
		name: "rest, terminals", door: "ssh",
		windows: 1, begin: only(func(s *server) ([]float64, error) { return resting(s, door{size: small}, 500, night) }),
		rows: []row{
			{"resident memory per idle terminal, 500 people", "KiB", 1.5, 0},
			{"CPU with 500 idle terminals", "%", 0, 0.1},
			{"CPU per arrival in a room of 500", "ms", 0, 2.5},
		},
	},
	{
		name: "rest, terminals, large", door: "ssh",
		windows: 1, begin: only(func(s *server) ([]float64, error) { return resting(s, door{size: large}, 500, 0) }),
		rows: []row{{"resident memory per idle terminal at 200×50", "KiB", 1.5, 0}, {}, {}},
	},
	{
		name: "rooms of one terminal", door: oneRoom,
		windows: 1, begin: only(func(s *server) ([]float64, error) { return crowded(s, 30, 10) }),
		rows: []row{{"resident memory per idle terminal in eight rooms, of one", "KiB", 1.25, 0}},
	},
	{
		name: "browsers, 100", door: "web",
		windows: 5, begin: talking(door{web: true}, 1, 100, 20, tenth),
		rows: []row{{"CPU per delivery to a browser, 100 people", "µs", 1.1, 0}, {}, {}, {}},
	},
	{
		name: "browsers, 500", door: "web",
		windows: 5, begin: talking(door{web: true}, 1, 500, 20, tenth),
		rows: []row{{"CPU per delivery to a browser, 500 people", "µs", 1.1, 0}, {}, {}, {}},
	},
	{
		name: "flood, browsers", door: "web", flags: []string{"--say-rate", "0"},
		windows: 5, begin: flooding(door{web: true}, 500),
		rows: []row{{"flood to browsers: CPU per delivery, 500 people", "µs", 0.25, 0}},
	},
	{
		name: "rest, browsers", door: "web",
		windows: 1, begin: only(func(s *server) ([]float64, error) { return resting(s, door{web: true}, 500, 0) }),
		rows: []row{{"resident memory per idle browser, 500 people", "KiB", 1.1, 0}, {}, {}},
	},
	{
		name: "deaf", flags: []string{"--say-rate", "0"},
		windows: 1, begin: only(func(s *server) ([]float64, error) { return deafened(s, 100) }),
		rows: []row{
			{"one in twenty never reads: lines missed by the others", "", 0, 0},
			{"their longest silence", "ms", 0, 100},
			{"memory for each who does not read", "KiB", 0, 1024},
			{"of those, not ended", "", 0, 0},
			{"memory for each of as many who read, so at the collector's peak", "KiB", 0, math.Inf(1)},
		},
	},
}

// results are what a row's servers gave, a value for each run.
type results struct{ plain, floor, sotto []float64 }

// print measures a figure and prints its rows.
func (f *figure) print(ctx context.Context, sotto, cpu string, runs int, plain bool) error {
	got := make([]results, len(f.rows))
	for range runs {
		if err := f.run(ctx, sotto, cpu, plain, got); err != nil {
			return err
		}
	}
	for i, row := range f.rows {
		if row.name != "" {
			fmt.Println(row.line(&got[i], plain))
		}
	}
	return nil
}

// run measures once, and appends what it got.
func (f *figure) run(ctx context.Context, sotto, cpu string, plain bool, got []results) error {
	var under []measurement
	var into []func(*results) *[]float64
	begin := func(s *server, err error) (func(), error) {
		if err != nil {
			return nil, err
		}
		m, err := f.begin(s)
		if err != nil {
			s.stop()
			return nil, err
		}
		under = append(under, m)
		return func() { m.end(); s.stop() }, nil
	}
	if plain && f.door != "" && f.door != oneRoom {
		end, err := begin(startFloor(ctx, f.door, cpu, true))
		if err != nil {
			return fmt.Errorf("plain floor: %w", err)
		}
		defer end()
		into = append(into, func(r *results) *[]float64 { return &r.plain })
	}
	if f.door != "" {
		end, err := begin(f.startFloor(ctx, sotto, cpu))
		if err != nil {
			return fmt.Errorf("floor: %w", err)
		}
		defer end()
		into = append(into, func(r *results) *[]float64 { return &r.floor })
	}
	end, err := begin(startSotto(ctx, sotto, cpu, f.flags...))
	if err != nil {
		return err
	}
	defer end()
	into = append(into, func(r *results) *[]float64 { return &r.sotto })
	for range f.windows {
		for _, m := range under {
			if err := m.window(); err != nil {
				return err
			}
		}
	}
	for i, m := range under {
		for j, value := range m.values() {
			column := into[i](&got[j])
			*column = append(*column, value)
		}
	}
	return nil
}

// startFloor starts what the figure is measured beside.
func (f *figure) startFloor(ctx context.Context, sotto, cpu string) (*server, error) {
	if f.door != oneRoom {
		return startFloor(ctx, f.door, cpu, false)
	}
	s, err := startSotto(ctx, sotto, cpu, f.flags...)
	if err == nil {
		s.one = true
	}
	return s, err
}

// printHeader names the columns. One of the plain floor comes with its ratio to the floor,
// which is what sotto's settings cost the floor.
func printHeader(plain bool) {
	beside := ""
	if plain {
		beside = fmt.Sprintf("%10s %7s ", "plain", "floor/")
	}
	fmt.Printf("%-58s %s%10s %10s %7s  %s\n", "figure", beside, "floor", "sotto", "ratio", "must reach")
}

// line is the row as a line of the table.
func (r row) line(got *results, plain bool) string {
	value, floor, ratio := median(got.sotto), "–", "–"
	limit, missed := fmt.Sprintf("≤ %g %s", r.most, r.unit), value > r.most
	if len(got.floor) > 0 {
		f := median(got.floor)
		floor, ratio = fmt.Sprintf("%.2f", f), over(value, f)
		if r.ratio > 0 {
			limit, missed = fmt.Sprintf("≤ %.3g ×", r.ratio), value > r.ratio*f
		}
	}
	if math.IsInf(r.most, 1) {
		limit = ""
	}
	if missed {
		limit += "  missed"
	}
	columns := []string{pad(r.name+suffix(r.unit), -58)}
	if plain {
		beside := []string{"–", "–"}
		if len(got.plain) > 0 {
			p := median(got.plain)
			beside = []string{fmt.Sprintf("%.2f", p), over(median(got.floor), p)}
		}
		columns = append(columns, pad(beside[0], 10), pad(beside[1], 7))
	}
	columns = append(columns, pad(floor, 10), pad(fmt.Sprintf("%.2f", value), 10), pad(ratio, 7), " "+limit)
	return strings.TrimRight(strings.Join(columns, " "), " ")
}

// over is a ratio, as far as there is one.
func over(value, of float64) string {
	if of <= 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", value/of)
}

func suffix(unit string) string {
	if unit == "" {
		return ""
	}
	return ", " + unit
}

// pad fills up to a width in characters: at the right if it is negative.
func pad(text string, width int) string {
	blanks := strings.Repeat(" ", max(max(width, -width)-len([]rune(text)), 0))
	if width < 0 {
		return text + blanks
	}
	return blanks + text
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
