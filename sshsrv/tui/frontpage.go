package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// frontPage asks which room to enter, and says what this place is. It is also
// what is seen while a room is being entered.
type frontPage struct {
	field    field
	fresh    string // a room that nobody knows yet
	problem  string // why the last room could not be entered
	entering bool
}

func newFrontPage(room string, link bool) *frontPage {
	f := &frontPage{
		field:    field{text: room, limit: 2 * rooms.MaxRoomNameBytes},
		fresh:    string(rooms.GenerateRoomName()),
		entering: room != "",
	}
	if link {
		f.field.text = "" // it may be a key, and is in nobody's way
	}
	return f
}

// key takes a key on the front page.
func (f *frontPage) key(s *Screen, key string, msg tea.KeyPressMsg) tea.Cmd {
	switch key {
	case "ctrl+c", "ctrl+d", "esc":
		return tea.Quit
	case "tab":
		f.fresh, f.field.text = string(rooms.GenerateRoomName()), ""
	case "enter":
		if f.entering {
			return nil
		}
		room := strings.TrimPrefix(strings.TrimSpace(f.field.text), "#")
		if room == "" {
			room = f.fresh
		}
		if _, err := rooms.ParseRoomName(room); err != nil && !s.isLink(room) {
			f.problem = err.Error()
			return nil
		}
		f.entering, f.problem = true, ""
		return s.enter(room, s.cfg.Nick)
	default:
		if f.field.update(msg) {
			f.problem = ""
		}
	}
	return nil
}

// wordmark is the name of the place, for screens with room for it.
var wordmark = []string{
	`            _   _        `,
	` ___  ___  | |_| |_  ___ `,
	`(_-< / _ \ |  _|  _|/ _ \`,
	`/__/ \___/  \__|\__|\___/`,
}

// what is the three lines that everybody should have read.
var what = []string{
	"A room is there while somebody is in it, and gone after. Nothing is written down.",
	"Nobody is asked who they are: no account, no key, no login name. You get a made-up name.",
	"It can't hide that you connect, and whoever runs this server could read along.",
}

// frontMeasure is the widest that the front page gets, in columns.
const frontMeasure = 64

// rows draws the page, and says where the cursor is.
func (f *frontPage) rows(s *Screen, width, height int) (rows []string, x, y int) {
	ink := s.ink
	measure := min(width-2, frontMeasure)
	margin := blank((width - measure) / 2)
	prose := func(style theme.Style, text string) (out []string) {
		for _, row := range wrap(text, measure) {
			out = append(out, margin+ink.Paint(style, row))
		}
		return out
	}

	const label = "room  "
	text, n := f.field.shown(max(measure-len(label)-1, 1))
	ask := margin + ink.Paint(theme.Prompt, label) + text
	if f.field.text == "" && !f.entering {
		ask += ink.Paint(theme.Ghost, ansi.Truncate(f.fresh, measure-len(label), "…"))
	}
	var below []string
	switch {
	case f.entering:
		below = prose(theme.Dim, "Going in…")
	case f.problem != "":
		below = prose(theme.Bad, f.problem)
	case f.field.text == "":
		below = prose(theme.Dim, "Type a room's name, or press Enter for this fresh one. Tab makes another.")
	default:
		below = prose(theme.Dim, "Enter goes in; the room is made if it isn't there.")
	}

	var lines []string
	for i, line := range what {
		if i > 0 && height >= 20 {
			lines = append(lines, "")
		}
		lines = append(lines, prose(theme.Plain, line)...)
	}
	gap := []string{""}
	var sealed []string
	if s.cfg.NewSealed != "" {
		sealed = append(append(gap, prose(theme.Plain, "For a room that this server can't read, on your own machine:")...), prose(theme.Accent, s.cfg.NewSealed)...)
	}
	var key []string
	if s.cfg.HostKey != "" {
		key = append(prose(theme.Dim, "This server's key, which your ssh should have shown you:"), prose(theme.Dim, s.cfg.HostKey)...)
	}

	mark := []string{margin + ink.Paint(theme.Accent, "sotto")}
	if measure >= 40 && height >= 20 {
		mark = nil
		for _, row := range wordmark {
			mark = append(mark, margin+ink.Paint(theme.Accent, row))
		}
	}
	// The question is always there; the rest as far as it fits.
	left := height - 1 - len(below)
	take := func(part []string) []string {
		if len(part) > left {
			return nil
		}
		left -= len(part)
		return part
	}
	mark = take(mark)
	lines = take(append(gap, lines...))
	markGap := take(gap)
	sealed = take(sealed)
	key = take(append(gap, key...))
	keyGap := take(gap)
	rows = append(rows, blankRows(left/2)...)
	rows = append(rows, mark...)
	rows = append(rows, markGap...)
	y = len(rows)
	rows = append(append(rows, ask), below...)
	rows = append(rows, lines...)
	rows = append(rows, sealed...)
	rows = append(rows, keyGap...)
	rows = append(rows, key...)
	return rows, len(margin) + len(label) + n, y
}

func blankRows(n int) []string { return make([]string, max(n, 0)) }
