// Package qr draws QR codes for a terminal, two modules to a cell.
//
// A code is dark on light whatever the terminal's colours, with the quiet zone
// that readers need (ISO/IEC 18004). Without colours it is drawn in the
// terminal's own, so that what is bright on the screen is what is light in the
// code. It is drawn whole or not at all.
//
// The package does not know what the text is, where on the screen the rows stand, or
// what to show where they do not fit.
package qr

import (
	"strings"

	"rsc.io/qr"

	"sotto/sshsrv/tui/theme"
)

// quietZones are how many light modules surround a code, the best first: the
// standard's four, and two, which phones read as well and small screens need.
var quietZones = [...]int{4, 2}

// Rows returns the rows of a QR code for text in at most so many columns and
// rows. It returns none where the code does not fit; show the text then.
func Rows(text string, width, height int, ink *theme.Ink) []string {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil
	}
	for _, quiet := range quietZones {
		size := code.Size + 2*quiet
		if size <= width && (size+1)/2 <= height {
			return draw(code, quiet, ink)
		}
	}
	return nil
}

// A cell's upper and lower module, light or not, when light is drawn and when
// dark is drawn.
var (
	drawLight = map[[2]bool]string{{true, true}: "█", {true, false}: "▀", {false, true}: "▄", {false, false}: " "}
	drawDark  = map[[2]bool]string{{true, true}: " ", {true, false}: "▄", {false, true}: "▀", {false, false}: "█"}
)

func draw(code *qr.Code, quiet int, ink *theme.Ink) []string {
	on, blocks := paper(ink)
	off := ""
	if on != "" {
		off = theme.Reset
	}
	size := code.Size + 2*quiet
	light := func(x, y int) bool { return y >= size || !code.Black(x-quiet, y-quiet) }
	rows := make([]string, 0, (size+1)/2)
	for y := 0; y < size; y += 2 {
		var row strings.Builder
		row.WriteString(on)
		for x := range size {
			row.WriteString(blocks[[2]bool{light(x, y), light(x, y+1)}])
		}
		row.WriteString(off)
		rows = append(rows, row.String())
	}
	return rows
}

// paper switches on black ink on white paper, or says how to do without.
func paper(ink *theme.Ink) (on string, blocks map[[2]bool]string) {
	switch ink.Depth() {
	case theme.TrueColor:
		return "\x1b[38;2;0;0;0;48;2;255;255;255m", drawDark
	case theme.ANSI256:
		return "\x1b[38;5;16;48;5;231m", drawDark
	case theme.ANSI:
		return "\x1b[30;107m", drawDark
	}
	if ink.Ground() != theme.Light {
		return "", drawLight
	}
	return "", drawDark
}
