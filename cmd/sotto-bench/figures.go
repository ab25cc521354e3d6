package main

import (
	"context"
	"fmt"
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
	most       float64 // the most that is allowed, in units
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
		},
	},
}

// print measures a figure and prints its rows.
func (f *figure) print(ctx context.Context, sotto, cpu string, runs int) error {
	floors, values := make([][]float64, len(f.rows)), make([][]float64, len(f.rows))
	for range runs {
		if err := f.run(ctx, sotto, cpu, floors, values); err != nil {
			return err
		}
	}
	for i, row := range f.rows {
		if row.name != "" {
			row.print(floors[i], values[i])
		}
	}
	return nil
}

// run measures once, and appends what it got to floors and values.
func (f *figure) run(ctx context.Context, sotto, cpu string, floors, values [][]float64) error {
	var under []measurement
	into := [][][]float64{values}
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
	if f.door != "" {
		into = [][][]float64{floors, values}
		end, err := begin(f.startFloor(ctx, sotto, cpu))
		if err != nil {
			return fmt.Errorf("floor: %w", err)
		}
		defer end()
	}
	end, err := begin(startSotto(ctx, sotto, cpu, f.flags...))
	if err != nil {
		return err
	}
	defer end()
	for range f.windows {
		for _, m := range under {
			if err := m.window(); err != nil {
				return err
			}
		}
	}
	for i, m := range under {
		for j, value := range m.values() {
			into[i][j] = append(into[i][j], value)
		}
	}
	return nil
}

// startFloor starts what the figure is measured beside.
func (f *figure) startFloor(ctx context.Context, sotto, cpu string) (*server, error) {
	if f.door != oneRoom {
		return startFloor(ctx, f.door, cpu)
	}
	s, err := startSotto(ctx, sotto, cpu, f.flags...)
	if err == nil {
		s.one = true
	}
	return s, err
}

func (r row) print(floors, values []float64) {
	value, floor, ratio := median(values), "–", "–"
	limit, missed := fmt.Sprintf("≤ %g %s", r.most, r.unit), value > r.most
	if len(floors) > 0 {
		f := median(floors)
		floor = fmt.Sprintf("%.2f", f)
		if f > 0 {
			ratio = fmt.Sprintf("%.2f", value/f)
		}
		if r.ratio > 0 {
			limit, missed = fmt.Sprintf("≤ %.3g ×", r.ratio), value > r.ratio*f
		}
	}
	if missed {
		limit += "  missed"
	}
	fmt.Println(strings.Join([]string{
		pad(r.name+suffix(r.unit), -58), pad(floor, 10), pad(fmt.Sprintf("%.2f", value), 10), pad(ratio, 7), " " + limit,
	}, " "))
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
