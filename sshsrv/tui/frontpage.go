package tui

import (
	"slices"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// frontPage asks which room to enter, and says what this place is. It is also
// what is seen while a room is being entered.
type frontPage struct {
	cfg      *Config
	field    field
	fresh    string // a room that nobody knows yet
	problem  string // why the last room could not be entered
	entering bool
	late     bool      // and that has to wait for the servers
	link     bool      // it is a sealed room that is entered
	gone     []string  // why this person is here and not in a room, a paragraph each
	never    bool      // they were not let into it at all
	unsaid   []string  // what they had not said there
	shut     bool      // no key is for the field yet
	pressed  time.Time // when the last key came that was not for the field, or the room was gone
}

func newFrontPage(cfg *Config) *frontPage {
	return &frontPage{cfg: cfg, field: field{limit: maxPlaces * 2 * rooms.MaxRoomNameBytes}, fresh: string(rooms.GenerateRoomName())}
}

// ends makes it the page of a room that has ended just now or let nobody in, and says why
// and what was not said there.
func (f *frontPage) ends(why, unsaid []string, now time.Time) {
	f.gone, f.unsaid, f.shut, f.pressed, f.entering = why, unsaid, true, now, false
}

// goesTo says which room is being entered.
func (f *frontPage) goesTo(room string) {
	f.never = false
	f.entering, f.late, f.link, f.field.text = true, false, f.cfg.isLink(room), room
	if f.link {
		f.field.text = "" // it may be a key, and is in nobody's way
	}
}

// key takes a key, and returns the room that is to be entered once one is.
func (f *frontPage) key(key string, msg tea.KeyPressMsg) (room string) {
	switch key {
	case "tab":
		f.fresh, f.field.text = string(rooms.GenerateRoomName()), ""
	case "enter":
		if room = strings.TrimSpace(f.field.text); rooms.SealedLink(room) && !f.cfg.isLink(room) {
			f.problem, f.field.text = rooms.SealedLinkError(f.cfg.Seal == nil).Message, ""
			return ""
		}
		if room = f.typed(); room == "" {
			room = f.fresh
		}
		if _, err := rooms.ParseRoomName(room); err != nil && !f.cfg.isLink(room) {
			f.problem = err.Error()
			return ""
		}
		f.entering, f.late, f.link, f.problem = true, false, f.cfg.isLink(room), ""
		return room
	default:
		if f.field.update(msg) {
			f.problem = ""
		}
	}
	return ""
}

// commands reports whether what stands in the field is a command, which no room's name
// is.
func (f *frontPage) commands() bool {
	_, speech := command.Parse(f.field.text).(command.Say)
	return !speech && command.Begins(f.field.text)
}

// typed is the room that is named in the field, by this name or a bad one.
func (f *frontPage) typed() string {
	return strings.TrimPrefix(strings.TrimSpace(f.field.text), "#")
}

// meant is the name that the problem says was meant; empty: it says none.
func (f *frontPage) meant() string {
	if _, err := rooms.ParseRoomName(f.typed()); err == nil || f.problem == "" || f.commands() {
		return ""
	}
	return string(rooms.MeantRoomName(f.typed()))
}

// takeMeant takes that name.
func (f *frontPage) takeMeant() { f.field.text, f.problem = f.meant(), "" }

// paste takes pasted text.
func (f *frontPage) paste(text string) { f.field.insert(text) }

// refused tells why a room could not be entered, so that another one can be tried.
func (f *frontPage) refused(err error) { f.problem, f.entering = err.Error(), false }

// wordmark is the name of the place, for screens with room for it.
var wordmark = []string{
	`            _   _        `,
	` ___  ___  | |_| |_  ___ `,
	`(_-< / _ \ |  _|  _|/ _ \`,
	`/__/ \___/  \__|\__|\___/`,
}

// what is the three lines that everybody should have read.
func (f *frontPage) what() []string {
	limits := "It can't hide that you connect; whoever runs it could read along."
	if f.entering && f.link {
		limits = "It can't hide that you connect. It can't read what is said there."
	}
	return []string{
		"A room exists while somebody is in it. Nothing is written down.",
		"Nobody is asked who they are: no account, key, or login name.",
		limits,
	}
}

// whatInShort is for screens that they don't fit.
func (f *frontPage) whatInShort() string {
	if f.entering && f.link {
		return "Nothing is kept, nobody is asked who they are, and this server can't read what is said there."
	}
	return "Nothing is kept and nobody is asked who they are, but whoever runs this server could read along."
}

// The measures of the front page, in columns and rows.
const (
	frontMeasure = 65 // the widest that it gets: each line of what it says is one row
	logoHeight   = 20 // from here on there is room for the wordmark
	airyHeight   = 28 // and for a blank row above each line of what it says
)

// sheet is what the page is written on: a column in the middle of the screen.
type sheet struct {
	look
	margin  string
	measure int
}

// write sets a paragraph.
func (p sheet) write(ink theme.Style, text string) []string {
	rows := p.wrap(text, p.measure)
	for i, row := range rows {
		rows[i] = p.margin + p.ink.Paint(ink, row)
	}
	return rows
}

// frontLabel stands before the room.
const frontLabel = "room  "

// question is the field, and the cursor's column in it.
func (f *frontPage) question(p sheet) (row string, x int) {
	if f.shut {
		return "", len(p.margin)
	}
	text, n := f.field.shown(max(p.measure-len(frontLabel)-1, 1), p.cells)
	row = p.margin + p.ink.Paint(theme.Prompt, frontLabel) + text
	if text == "" && !f.entering {
		row += p.ink.Paint(theme.Ghost, p.cells.Cut(f.fresh, p.measure-len(frontLabel), "…"))
	}
	return row, len(p.margin) + len(frontLabel) + n
}

// help is what is said below the question.
func (f *frontPage) help(p sheet) []string {
	switch {
	case f.entering && f.late:
		return p.write(theme.Warn, rooms.DelayedWords)
	case f.entering:
		return p.write(theme.Dim, "Going in…")
	case f.meant() != "":
		return p.write(theme.Bad, f.problem+" Tab takes that.")
	case f.problem != "":
		return p.write(theme.Bad, f.problem)
	case f.shut:
		return p.write(theme.Dim, "Tab goes on to another room.")
	case f.field.text == "":
		return p.write(theme.Dim, "Type a room's name, or Enter for this one. Tab makes another.")
	}
	return p.write(theme.Dim, "Enter goes in; the room is made if it isn't there.")
}

// about says what this place is and what it can't hide, a blank row above each
// line if there is room for that, otherwise above the first.
func (f *frontPage) about(p sheet, airy bool) (rows []string) {
	for i, line := range f.what() {
		if i == 0 || airy {
			rows = append(rows, "")
		}
		rows = append(rows, p.write(theme.Plain, line)...)
	}
	return rows
}

// maxUnsaidRows is how much is shown of what was not said, in rows: enough to see what it
// is. All of it is told at the end.
const maxUnsaidRows = 6

// notSaid shows what was not said.
func (f *frontPage) notSaid(p sheet) (rows []string) {
	for _, text := range f.unsaid {
		for line := range strings.Lines(text) {
			rows = append(rows, p.write(theme.Plain, strings.Map(visible, line))...)
		}
		if len(rows) > maxUnsaidRows {
			rows = append(rows[:maxUnsaidRows], p.write(theme.Dim, "…")...)
			break
		}
	}
	if len(rows) > 0 {
		rows = slices.Concat([]string{""}, p.write(theme.Dim, "This was not said. It is told again when you leave:"), rows)
	}
	return rows
}

// visible is a character of what was written, or a blank for one that would move the cursor.
func visible(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// logo is the name of the place.
func logo(p sheet, large bool) (rows []string) {
	if !large || p.measure < p.cells.Width(wordmark[0]) {
		return p.write(theme.Accent, "sotto")
	}
	for _, row := range wordmark {
		rows = append(rows, p.margin+p.ink.Paint(theme.Accent, row))
	}
	return rows
}

// captioned is a line to be copied or compared, below what it is.
func captioned(p sheet, caption, line string, style theme.Style) []string {
	if line == "" {
		return nil
	}
	return slices.Concat([]string{""}, p.write(style, caption), p.write(style, line))
}

// rows draws the page, and says where the cursor is. The question is always
// there, the rest as far as there is room, the more important first.
func (f *frontPage) rows(l look, width, height int) (rows []string, x, y int) {
	measure := min(width-2, frontMeasure)
	p := sheet{look: l, margin: cells.Blank((width - measure) / 2), measure: measure}

	question, x := f.question(p)
	help := f.help(p)
	left := height - 1 - len(help)
	take := func(part []string) []string {
		if len(part) > left {
			return nil
		}
		left -= len(part)
		return part
	}
	top := take(logo(p, height >= logoHeight))
	var below []string
	if f.gone == nil {
		below = take(f.about(p, height >= airyHeight))
	}
	if f.gone == nil && below == nil {
		below = take(p.write(theme.Plain, f.whatInShort()))
	}
	top = append(top, take([]string{""})...)
	for _, paragraph := range f.gone {
		top = append(top, take(p.write(theme.Warn, paragraph))...)
	}
	top = append(top, take(f.notSaid(p))...)
	if len(f.gone) > 0 {
		top = append(top, take([]string{""})...)
	}
	var sealed, key []string
	if f.gone == nil { // what became of a room is all that its page is about
		sealed = take(captioned(p, "For a room that this server can't read, on your own machine:", f.cfg.NewSealed, theme.Plain))
		key = take(captioned(p, "This server's key, which your ssh should have shown you:", f.cfg.HostKey, theme.Dim))
	}
	blanks := make([]string, max(left/2, 0))

	rows = slices.Concat(blanks, top, []string{question}, help, below, sealed, key)
	return rows, x, len(blanks) + len(top)
}
