// Package term is what a terminal is, beside the rows on its screen: what it
// can do, how a full screen is entered and left, and what the bytes that come
// from it mean.
//
// It guarantees:
//
//   - Leave puts back everything that Enter changed, whatever was painted in
//     between, and leaves nothing of it on the screen.
//   - A terminal's answer, or a key's sequence, never becomes typed text, however
//     late it comes and in however many pieces, unless it comes byte by byte and
//     its first is more than a second ahead of the rest.
//   - What a [Decoder] holds is bounded ([MaxPasteBytes], [maxSequence]), and a
//     paste that was left out is told ([PasteLeftOutMsg]).
//   - Text that a Decoder hands out is valid UTF-8 without control characters.
//
// It reads nothing and writes nothing, keeps no timer, and does not know what a
// key does. Nothing that is found out about a terminal is used for anything but
// drawing on it.
package term

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/colorprofile"

	"sotto/sshsrv/tui/cells"
)

// Features is what a terminal can do, as far as its name tells.
type Features struct {
	// Profile is how many colours it has.
	Profile colorprofile.Profile
	// Strings says that it understands operating system commands (OSC) or at
	// least swallows them, and so may be given a title and asked things.
	Strings bool
	// Upright says that it shows italics as something louder: GNU screen and, under
	// its name, others in reverse, the Linux console in a colour.
	Upright bool
	// Cursor says that it shows more than ASCII, and where its cursor is.
	Cursor bool
	// Still says that its person wants the mouse for the terminal's own selection.
	Still bool
}

// Detect finds out what a terminal can do from the environment variables TERM
// and COLORTERM, and from whether NO_COLOR was set (https://no-color.org).
func Detect(name, colorTerm string, noColor bool) Features {
	f := Features{Profile: profile(strings.ToLower(name), strings.ToLower(colorTerm))}
	// The Linux console prints parts of commands that it does not know.
	f.Cursor = f.Profile > colorprofile.ASCII
	f.Strings = f.Cursor && !strings.HasPrefix(name, "linux")
	f.Upright = strings.HasPrefix(name, "screen") || strings.HasPrefix(name, "linux")
	if noColor {
		f.Profile = min(f.Profile, colorprofile.ASCII)
	}
	return f
}

// truecolour are terminals that have always had 24-bit colour, by the beginning
// of their TERM. COLORTERM, which says it of the others, seldom crosses ssh.
var truecolour = []string{"alacritty", "contour", "foot", "ghostty", "wezterm", "xterm-ghostty", "xterm-kitty"}

func profile(name, colorTerm string) colorprofile.Profile {
	switch {
	case name == "", name == "dumb", strings.HasPrefix(name, "vt1"), strings.HasPrefix(name, "vt2"), strings.HasSuffix(name, "-mono"):
		return colorprofile.ASCII
	case strings.HasPrefix(name, "linux"):
		return colorprofile.ANSI // its COLORTERM, if any, was inherited
	case colorTerm == "truecolor", colorTerm == "24bit", strings.HasSuffix(name, "-direct"):
		return colorprofile.TrueColor
	}
	for _, terminal := range truecolour {
		if strings.HasPrefix(name, terminal) {
			return colorprofile.TrueColor
		}
	}
	if strings.Contains(name, "256color") {
		return colorprofile.ANSI256
	}
	return colorprofile.ANSI
}

// Enter appends what turns a terminal into a full screen that reports what its
// person does.
func (f Features) Enter(out []byte) []byte {
	if f.Strings {
		out = append(out, "\x1b[22;2t"...) // keep the title
	}
	out = append(out,
		"\x1b[?1049h"+ // alternate screen
			"\x1b[?2004h"+ // bracketed paste
			"\x1b[?1004h"...) // focus
	if f.Still {
		return out
	}
	return append(out, Mouse...)
}

// Mouse asks for buttons, the wheel among them, in SGR's form: no motion. The terminal's
// own selection is by Shift and drag then, in most by Option on a Mac. MouseBack ends it.
const (
	Mouse     = "\x1b[?1000h\x1b[?1006h"
	MouseBack = "\x1b[?1006l\x1b[?1000l"
)

// Ask appends the questions whose answers make a better screen: the colour of the
// background (OSC 11), whether synchronized output is there (DECRQM 2026), whether
// [Keyboard] or [Modifiers] are, and, with measure, where the cursor is behind each
// of [cells.Probes], printed out of sight in row [ProbeRow]. It ends with [Fence].
// Nothing was asked if out stays as it is.
//
// A terminal that does not know a question may print a bit of it, so the screen
// is to be painted afterwards.
func (f Features) Ask(out []byte, measure bool) []byte {
	asked := len(out)
	if f.Strings {
		out = append(out, "\x1b]11;?\x1b\\"+"\x1b[?2026$p"+"\x1b[?u"+"\x1b[?4m"...)
	}
	if f.Cursor && measure {
		out = append(out, "\x1b[8m"...)
		for _, probe := range cells.Probes {
			out = fmt.Appendf(out, "\x1b[%dH%s\x1b[6n", ProbeRow+1, probe)
		}
		out = append(out, "\x1b[m"...)
	}
	if len(out) > asked {
		out = append(out, Fence...)
	}
	return out
}

// ProbeRow is the row in which it is measured how much text takes, from 0. It is
// not the first: there an answer would look like F3 with a modifier.
const ProbeRow = 1

// Keyboard asks the terminal to send no key that begins as a sequence does, and to
// tell keys with modifiers apart, Shift-Enter among them; the old way is kept
// below (https://sw.kovidgoyal.net/kitty/keyboard-protocol). KeyboardMsg says that
// it can be asked so.
const Keyboard = "\x1b[>5u"

// KeyboardBack goes back to what [Keyboard] kept.
const KeyboardBack = "\x1b[<u"

// Modifiers asks for keys with modifiers to be told apart, as xterm has it
// (modifyOtherKeys); ModifiersMsg says that it can be.
const Modifiers = "\x1b[>4;1m"

// ModifiersBack goes back to the level of a ModifiersMsg.
func ModifiersBack(level int) string { return fmt.Sprintf("\x1b[>4;%dm", level) }

// Fence asks for the primary device attributes (DA1). Every terminal answers,
// and answers in turn: what was asked before, and what was on its way, has
// arrived or never will when [FenceMsg] comes.
const Fence = "\x1b[c"

// Leave appends what puts the terminal back as it was.
func (f Features) Leave(out []byte) []byte {
	out = append(out,
		"\x1b[?2026l"+ // show what was held back
			"\x1b[r\x1b[m\x1b[H\x1b[J"+ // nothing stays, even without an alternate screen
			MouseBack+"\x1b[?1004l\x1b[?2004l"+
			"\x1b[?7h\x1b[?25h"+ // autowrap and cursor, which painting turned off
			"\x1b[?1049l"...)
	if f.Strings {
		out = append(out, "\x1b]2;\a\x1b[23;2t"...) // the kept title, or none
	}
	return out
}
