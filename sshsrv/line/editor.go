package line

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/emoji"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/composer"
)

// An editor is the line that is being typed. It owns no stream: keys go in, and what
// is to be written comes out.
//
// On a terminal that takes nothing but text (TERM=dumb), which is the zero value's,
// characters are added at the line's end and taken away there, by backspaces. On any
// other the keys are the full screen's, and the line is a [row].
type editor struct {
	line    string             // where there is no composer
	stands  string             // before it: what is not typed and was written
	compose *composer.Composer // nil on a terminal that takes nothing but text
	row     row
	recall  *recall // what was typed before is looked through

	// before is what stands before a line, so that the whole looks like what the
	// room will show; nil: nothing does.
	before func(line string) string
}

// An outcome is what came of a key.
type outcome struct {
	echo   string   // to be written
	lines  []string // that are finished, to be carried out in this order
	says   []string // words to be said in this order, whatever they begin with
	tell   []string // sentences
	leaves bool     // Ctrl-C or Ctrl-D on an empty line
}

const alert = "\a"

// text is what is typed.
func (e *editor) text() string {
	if e.compose != nil {
		return e.compose.Text()
	}
	return e.line
}

// press takes a key.
func (e *editor) press(key tea.KeyPressMsg) outcome {
	if e.compose != nil {
		return e.edit(key)
	}
	switch name := key.String(); {
	case name == "enter", name == "ctrl+j":
		return outcome{echo: "\r\n", lines: []string{e.take()}}
	case name == "backspace", name == "ctrl+h":
		return outcome{echo: e.erase(e.line[:lastCluster(e.line)])}
	case name == "ctrl+w":
		words := strings.TrimRight(e.line, " ")
		return outcome{echo: e.erase(words[:strings.LastIndexByte(words, ' ')+1])}
	case name == "ctrl+u":
		return outcome{echo: e.erase("")}
	case name == "ctrl+c" && e.line != "":
		e.take()
		return outcome{echo: "^C\r\n"}
	case name == "ctrl+c", name == "ctrl+d" && e.line == "":
		return outcome{leaves: true}
	case key.Text != "":
		return outcome{echo: e.insert(key.Text)}
	}
	return outcome{}
}

// edit takes a key where there is a composer.
func (e *editor) edit(key tea.KeyPressMsg) outcome {
	if e.recall != nil {
		return e.recallKey(key)
	}
	text := e.text()
	switch name := key.Keystroke(); name {
	case "ctrl+r":
		if e.compose.Overflow() != nil || len(e.compose.LookBack("")) == 0 {
			return outcome{echo: alert}
		}
		e.recall = &recall{compose: e.compose}
		return outcome{echo: e.show()}
	case "ctrl+j":
		key = tea.KeyPressMsg{Code: tea.KeyEnter}
	case "alt+enter", "shift+enter", "ctrl+enter", "ctrl+alt+j":
		return outcome{echo: alert} // a line is a message here
	case "ctrl+c":
		if text != "" && e.compose.Overflow() == nil {
			e.compose.Clear()
			return outcome{echo: e.row.cancel()}
		}
	}
	offered, _ := e.compose.Candidates()
	asked := e.compose.Overflow() != nil
	action := e.compose.Key(key)
	switch a := action.(type) {
	case composer.Submit:
		return outcome{echo: e.row.finish(e.whole(a.Text)), lines: []string{a.Text}}
	case composer.Parts:
		return outcome{says: a.Texts} // which stand there since it was asked about them
	case composer.Quit:
		return outcome{leaves: true}
	case composer.Ask:
		if asked {
			return outcome{echo: alert}
		}
		return outcome{echo: e.row.finish(e.whole(text)), tell: question(e.compose.Overflow())}
	case composer.Refused:
		return outcome{echo: e.show(), tell: []string{a.Why}}
	case composer.NoMatch:
		return outcome{echo: alert}
	case composer.Edited, composer.Moved:
		o := outcome{echo: e.show()}
		if asked { // all of it stands above the question
			o.echo = notSent + o.echo
		}
		if now, _ := e.compose.Candidates(); len(offered) == 0 && len(now) > 0 {
			o.tell = []string{choices(now)}
		}
		return o
	}
	return outcome{}
}

// escapes reports whether Escape means something now and a key that types nothing, if
// one is named, does not.
func (e *editor) escapes(alt string) bool {
	return e.recall != nil || e.compose != nil && e.compose.Escapes(alt)
}

// question words an overflow and the keys that answer it.
func question(o *composer.Overflow) []string {
	keys := make([]string, 0, 2)
	for _, c := range o.Choices() {
		keys = append(keys, c.Key+": "+c.Does)
	}
	return []string{o.Question(), strings.Join(keys, ", ") + "."}
}

// choices lists what a word could become.
func choices(candidates []composer.Candidate) string {
	texts := make([]string, len(candidates))
	for i, c := range candidates {
		if texts[i] = strings.TrimSpace(c.Text); strings.HasPrefix(c.Help, ":") {
			texts[i] += " " + c.Help // an emoji's code
		}
	}
	return strings.Join(texts, ", ")
}

// whole is a line with what stands before it.
func (e *editor) whole(line string) string {
	if e.before == nil {
		return line
	}
	return e.before(line) + line
}

// hide returns what makes room for something else to be written. Where the line
// can't be taken away, it is left.
func (e *editor) hide() string {
	switch {
	case e.compose != nil:
		return e.row.hide()
	case e.line == "":
		return ""
	}
	return "\r\n" + notSent
}

// leave returns what leaves the line as it stands, and goes below it.
func (e *editor) leave() string {
	if e.compose != nil {
		return e.row.leave()
	}
	return e.hide()
}

// show returns what shows the line again.
func (e *editor) show() string {
	if e.compose != nil {
		if e.compose.Overflow() != nil {
			return "" // the question stands below it
		}
		if e.recall != nil {
			line := e.recall.line(e.row.columns)
			return e.row.show(line, len(line))
		}
		text := e.compose.Text()
		whole := e.whole(text)
		return e.row.show(whole, len(whole)-len(text)+e.compose.Cursor())
	}
	return e.stands + e.line
}

// resize notes how many columns there are now. What stands on the terminal was
// moved about by it, and is left.
func (e *editor) resize(columns int) (out string) {
	switch {
	case columns == e.row.columns:
	case e.compose == nil, e.row.fits(columns):
		e.row.columns = columns
	default:
		out = e.row.leave()
		e.row.columns = columns
		out += e.show()
	}
	return out
}

// insert adds text at the end, as much of it as a message may have.
func (e *editor) insert(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || 0x7f <= r && r < 0xa0 {
			return -1
		}
		return r
	}, text)
	if len(e.line)+len(text) > rooms.MaxTextBytes {
		return alert
	}
	var echo strings.Builder
	if e.line == "" && e.before != nil {
		e.stands = e.before(text)
		echo.WriteString(e.stands)
	}
	for part := range strings.SplitAfterSeq(text, ":") {
		e.line += part
		echo.WriteString(part)
		echo.WriteString(e.expandCode())
	}
	return echo.String()
}

// expandCode puts an emoji in the place of a short code that was just closed.
func (e *editor) expandCode() string {
	found, start, ok := emoji.Ending(e.line)
	if !ok {
		return ""
	}
	keep := e.line[:start]
	erased := backspaces(e.line[start:])
	e.line = keep + found
	return erased + found
}

// erase shortens the line to keep, which it begins with. Backspaces lead no further
// than to the beginning of a row: where that is not enough, what stands there is left.
func (e *editor) erase(keep string) string {
	if e.line == "" {
		return alert
	}
	gone, row := e.line[len(keep):], e.lastRow()
	if e.line = keep; keep == "" {
		gone, e.stands = e.stands+gone, ""
	}
	if e.lastRow() < row {
		return "\r\n" + notSent + e.show()
	}
	return backspaces(gone)
}

// lastRow is the number of the row that the line ends in, where a terminal breaks it:
// from the end of a full one no backspace is sure.
func (e *editor) lastRow() int {
	if e.row.columns < 1 {
		return 0
	}
	return width(e.stands+e.line) / e.row.columns
}

// backspaces take text away that stands before the cursor.
func backspaces(text string) string {
	return strings.Repeat("\b \b", usual.Width(text))
}

// take returns the line and begins another.
func (e *editor) take() string {
	line := e.line
	e.line, e.stands = "", ""
	return line
}

// lastCluster returns where the last character that a person sees begins.
func lastCluster(s string) int {
	start := 0
	for next := 0; next < len(s); {
		start, next = next, next+len(cells.Character(s[next:]))
	}
	return start
}
