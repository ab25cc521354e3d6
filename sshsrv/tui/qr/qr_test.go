package qr

import (
	"image/color"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
	"rsc.io/qr"

	"sotto/sshsrv/tui/theme"
)

const address = "https://chat.example/r/quiet-otter-sings-42"

// seen is what a phone sees: for each module, whether it is bright. Ground says
// how a terminal shows cells without colours of their own.
func seen(t *testing.T, rows []string, dark bool) [][]bool {
	t.Helper()
	const width, height = 100, 60
	screen := vt.NewEmulator(width, height)
	for i, row := range rows {
		if _, err := screen.WriteString(row); err != nil {
			t.Fatal(err)
		}
		if i < len(rows)-1 {
			if _, err := screen.WriteString("\r\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
	bright := func(c color.Color, otherwise bool) bool {
		if c == nil {
			return otherwise
		}
		r, g, b, _ := c.RGBA()
		return r+g+b > 3*0x8000
	}
	var modules [][]bool
	for y := range rows {
		upper, lower := make([]bool, width), make([]bool, width)
		for x := range width {
			cell := screen.CellAt(x, y)
			if cell == nil {
				upper[x], lower[x] = !dark, !dark
				continue
			}
			fg, bg := bright(cell.Style.Fg, dark), bright(cell.Style.Bg, !dark)
			switch cell.Content {
			case "█":
				upper[x], lower[x] = fg, fg
			case "▀":
				upper[x], lower[x] = fg, bg
			case "▄":
				upper[x], lower[x] = bg, fg
			case " ", "":
				upper[x], lower[x] = bg, bg
			default:
				t.Fatalf("a cell shows %q", cell.Content)
			}
		}
		modules = append(modules, upper, lower)
	}
	return modules
}

func TestEveryModuleIsSeen(t *testing.T) {
	code, err := qr.Encode(address, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ width, quiet int }{{100, 4}, {code.Size + 8, 4}, {code.Size + 7, 2}, {code.Size + 4, 2}} {
		for _, depth := range []theme.Depth{theme.None, theme.ANSI, theme.ANSI256, theme.TrueColor} {
			for _, ground := range []theme.Ground{theme.Dark, theme.Light} {
				dark := ground == theme.Dark
				rows := Rows(address, test.width, 60, inkFor(ground, depth))
				modules := seen(t, rows, dark)
				for y := range code.Size + 2*test.quiet {
					for x := range code.Size + 2*test.quiet {
						if want := !code.Black(x-test.quiet, y-test.quiet); modules[y][x] != want {
							t.Fatalf("width %d, depth %d, dark %v: module %d,%d is bright: %v, want %v",
								test.width, depth, dark, x, y, modules[y][x], want)
						}
					}
				}
			}
		}
	}
}

func TestTooSmallShowsNothing(t *testing.T) {
	ink := inkFor(theme.Dark, theme.TrueColor)
	for _, test := range []struct {
		text          string
		width, height int
	}{
		{address, 32, 60},
		{address, 100, 16},
		{strings.Repeat("x", 4000), 1000, 1000},
	} {
		if rows := Rows(test.text, test.width, test.height, ink); rows != nil {
			t.Errorf("%d bytes in %d×%d: %d rows", len(test.text), test.width, test.height, len(rows))
		}
	}
}

// inkFor is the default theme's.
func inkFor(ground theme.Ground, depth theme.Depth) *theme.Ink {
	ink, _ := theme.Find("", ground, depth)
	return ink
}
