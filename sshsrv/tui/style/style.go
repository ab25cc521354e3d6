// Package style turns the text of a message into rows for a terminal: its light
// Markdown shown in a theme's ink, wrapped to a width.
//
// Every row stands alone. It is no wider than asked, by the habits of the terminal
// that it is for; it ends with everything switched off that it switched on; and besides
// the text it holds nothing but SGR and OSC 8 sequences made here. Given text
// that rooms.Clean has returned, no row can touch a cell outside itself.
//
// The package keeps nothing: whoever shows the same message to many people
// should keep the rows beside the event (rooms.Forms).
package style

import (
	"strings"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

const (
	// minWidth is the narrowest width that is wrapped to: a wide character.
	minWidth = 2
	// minInner is how many columns must be left for words; where bars and
	// indents leave less they are left out.
	minInner = 8
	// tabStop is how far tabs reach, in columns.
	tabStop = 4

	quoteBar, plainQuoteBar = "▌ ", "| "
	codeBar, plainCodeBar   = "│ ", "| "
	bullet, plainBullet     = "• ", "* "
)

// Rows returns the rows of a clean text, at least one, in so many columns, at
// least minWidth.
func Rows(text string, width int, h cells.Habits, ink *theme.Ink) []string {
	return RowsBehind("", "", text, width, h, ink)
}

// RowsBehind returns the rows that [Rows] does, each behind something styled that is
// not counted as a part of it: the first behind first, and the others behind rest.
func RowsBehind(first, rest, text string, width int, h cells.Habits, ink *theme.Ink) []string {
	width = max(width, minWidth)
	m := margin{first: first, rest: rest}
	if ordinary(text) {
		if len(text) <= width {
			return []string{first + text}
		}
		return wrapASCII(make([]string, 0, len(text)/width+2), text, width, m)
	}
	s := sheet{ink: ink, width: width, cells: h, line: line{habits: h, cells: make([]cell, 0, min(len(text), width))}}
	s.blocks(markup.Parse(text), m, theme.Plain)
	if len(s.rows) == 0 {
		s.rows = []string{first}
	}
	return s.rows
}

// Plain returns the rows of clean text that holds no markup, at least one, in so
// many columns; in one column, if there is nothing wide in it.
func Plain(text string, width int, h cells.Habits) []string {
	s := sheet{width: max(width, 1), line: line{habits: h}}
	for part := range strings.SplitSeq(text, "\n") {
		if printable(part) {
			s.rows = wrapASCII(s.rows, part, s.width, margin{})
			continue
		}
		s.line.begin(s.rows, s.width, margin{}, betweenWords)
		s.line.add(part, "", "")
		s.rows = s.line.end()
	}
	return s.rows
}

// ordinary reports whether text is one line of ASCII that holds no markup, so
// that it is its own row. It may say no to such a text, never yes to another.
func ordinary(text string) bool {
	if text == "" {
		return true
	}
	if c := text[0]; c <= ' ' || c == '>' || c == '-' || '0' <= c && c <= '9' {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c > '~', c == '*', c == '_', c == '~', c == '`':
			return false
		case c == '/' && i > 0 && text[i-1] == ':':
			return false
		}
	}
	return true
}

// A sheet collects rows.
type sheet struct {
	ink   *theme.Ink
	width int
	cells cells.Habits
	rows  []string
	fold  Fold // of the last code that is long
	line  line // reused from one line to the next
}

// A margin is what stands before the words of a row: before the first, and
// before those it continues on.
type margin struct {
	first, rest string // styled
	columns     int    // of each
}

// then is m with more to its right.
func (m margin) then(first, rest string, columns int) margin {
	return margin{m.first + first, m.rest + rest, m.columns + columns}
}

// further is the margin of everything below the first row.
func (m margin) further() margin { return margin{m.rest, m.rest, m.columns} }

// inside is m with more to its right, if that leaves room for words.
func (s *sheet) inside(m margin, first, rest string, columns int) margin {
	if s.width-m.columns-columns < minInner {
		return m
	}
	return m.then(first, rest, columns)
}

// blocks draws blocks; base is the style of their words.
func (s *sheet) blocks(blocks []markup.Block, m margin, base theme.Style) {
	for _, block := range blocks {
		switch b := block.(type) {
		case markup.Paragraph:
			for _, l := range b.Lines {
				s.spans(l, m, base)
				m = m.further()
			}
		case markup.Quote:
			bar := s.ink.Paint(theme.QuoteBar, s.cells.Sign(quoteBar, plainQuoteBar))
			s.blocks(b.Blocks, s.inside(m, bar, bar, 2), theme.Quote)
		case markup.List:
			for _, item := range b.Items {
				s.item(item, m, base)
				m = m.further()
			}
		case markup.Code:
			bar := s.ink.Paint(theme.Dim, s.cells.Sign(codeBar, plainCodeBar))
			s.code(b, s.inside(m, bar, bar, 2))
		}
		m = m.further()
	}
}

func (s *sheet) item(item markup.Item, m margin, base theme.Style) {
	marker, columns := item.Marker+" ", len(item.Marker)+1
	if item.Marker == "-" || item.Marker == "*" {
		marker, columns = s.cells.Sign(bullet, plainBullet), 2
	}
	indent := blank(2 * item.Depth)
	columns += len(indent)
	hang := blank(columns)
	m = s.inside(m, indent+s.ink.Paint(theme.Bullet, marker), hang, columns)
	for _, l := range item.Lines {
		s.spans(l, m, base)
		m = m.further()
	}
}

// spans draws one line of running text.
func (s *sheet) spans(spans markup.Line, m margin, base theme.Style) {
	on := s.ink.SGR(base)
	if len(spans) == 0 {
		s.rows = append(s.rows, m.first)
		return
	}
	if len(spans) == 1 && spans[0].Style == 0 && on == "" && printable(spans[0].Text) {
		s.rows = wrapASCII(s.rows, spans[0].Text, s.width, m)
		return
	}
	l := &s.line
	l.begin(s.rows, s.width, m, betweenWords)
	for _, span := range spans {
		switch {
		case span.Style == 0:
			l.add(span.Text, on, "")
		case span.Style.Has(markup.Link):
			l.add(span.Text, on+s.ink.SGR(theme.Link)+s.attributes(span.Style), target(span.Text))
		default:
			l.add(span.Text, on+s.attributes(span.Style), "")
		}
	}
	s.rows = l.end()
}

func (s *sheet) attributes(style markup.Style) string {
	var on strings.Builder
	for _, a := range [...]struct {
		markup markup.Style
		theme  theme.Style
	}{{markup.Mono, theme.Code}, {markup.Bold, theme.Strong}, {markup.Italic, theme.Emph}, {markup.Strike, theme.Strike}} {
		if style.Has(a.markup) {
			on.WriteString(s.ink.SGR(a.theme))
		}
	}
	return on.String()
}

// code draws fenced code: every blank stays, and rows are broken anywhere.
func (s *sheet) code(code markup.Code, m margin) {
	l := &s.line
	lines, from := 1, 0
	l.begin(s.rows, s.width, m, anywhere)
	for _, t := range tokens(code) {
		on := s.ink.SGR(t.style)
		for i, part := range strings.Split(t.text, "\n") {
			if i > 0 {
				s.rows = l.end()
				if lines == LongCode {
					from = len(s.rows)
				}
				lines++
				m = m.further()
				l.begin(s.rows, s.width, m, anywhere)
			}
			l.add(part, on, "")
		}
	}
	s.rows = l.end()
	if lines > LongCode {
		s.fold = Fold{From: from, To: len(s.rows), Lines: lines - LongCode}
	}
}

const blanks = "                                                                "

func blank(n int) string {
	if n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}
