package tui

import (
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/paint"
)

// The smallest screen that a room fits, in cells.
const (
	leastWidth  = 20
	leastHeight = 6
)

// From these heights on, a screen has rows to spare for more than the talk.
const (
	ruleHeight   = 8
	topicHeight  = 12
	peopleHeight = 16
)

// screenful is how many rows a timeline shows at most on a screen of a height: while
// there is no topic and nothing is typed.
func screenful(height int) int {
	rows := height - 3 // title, composer, status
	if height >= ruleHeight {
		rows--
	}
	if height >= peopleHeight {
		rows--
	}
	return rows
}

// Frame is what the terminal should show. Its rows are shared and must not be
// changed; the slice is used again for the next frame.
func (s *Screen) Frame() paint.Frame {
	f := &s.frame
	if len(f.Rows) != s.height {
		f.Rows, s.resized = make([]string, s.height), true
	}
	f.Title = s.reading.title()
	f.Whole, s.whole = s.whole, false
	switch {
	case s.width < leastWidth || s.height < leastHeight:
		s.drawTooSmall()
	case s.cards.front != nil:
		s.drawFront()
	default:
		if s.reading.seek() { // no more keys wait
			s.touched = true
		}
		s.drawRoom()
	}
	return *f
}

func (s *Screen) drawTooSmall() {
	f := &s.frame
	f.Top, f.Bottom, f.ShowCursor = 0, 0, false
	clear(f.Rows)
	if s.width > 0 {
		copy(f.Rows, s.wrap("sotto needs 20 columns and 6 rows; this window has fewer.", s.width))
	}
	s.resized = true
}

func (s *Screen) drawFront() {
	f := &s.frame
	f.Top, f.Bottom = 0, 0
	clear(f.Rows)
	rows, x, y := s.cards.front.rows(s.look, s.width, s.height-1)
	copy(f.Rows[:s.height-1], rows)
	f.Rows[s.height-1], _ = s.hintRow(s.hints(), s.width)
	f.Cursor, f.ShowCursor = paint.Point{X: min(x, s.width-1), Y: y}, !s.cards.front.entering
	s.resized = true
}

func (s *Screen) drawRoom() {
	s.layOut()
	f := &s.frame
	f.Top, f.Bottom = len(s.header), s.height-len(s.lower)
	copy(f.Rows, s.header)
	copy(f.Rows[f.Bottom:], s.lower)
	follow := s.reading.timeline.Follows()
	s.reading.timeline.Fill(f.Rows[f.Top:f.Bottom])
	if s.reading.timeline.Follows() != follow { // there was room for everything
		s.reading.attend()
		s.drawLower()
		copy(f.Rows[f.Bottom:], s.lower)
	}
	if s.cards.open != nil {
		s.cards.over(f, s.width, s.look)
		s.reading.timeline.Stir()
	}
}

// layOut draws again what no longer holds of everything around the timeline, so
// that it is known how much the timeline shows.
func (s *Screen) layOut() {
	if s.resized {
		s.reading.timeline.Restyle(s.width, screenful(s.height), s.cells, s.ink)
		s.header, s.touched, s.resized = nil, true, false
		s.reading.tellDoor()
	}
	if s.header == nil {
		s.header = s.drawHeader()
	}
	switch {
	case s.touched || s.status.changed || s.composing.changed:
		s.drawLower()
	case !s.ruled && s.height >= ruleHeight:
		s.lower[0] = s.ruleLine()
	}
	s.touched, s.status.changed, s.composing.changed, s.ruled = false, false, false, true
	s.reading.timeline.SetHeight(max(s.height-len(s.header)-len(s.lower), 1))
}

func (s *Screen) drawHeader() []string {
	rows := []string{s.titleBar()}
	if s.height >= peopleHeight {
		rows = append(rows, s.peopleLine())
	}
	if s.height >= topicHeight && s.topicText() != "" {
		rows = append(rows, s.topicLine())
	}
	return rows
}

// maxCandidateRows is how many of Tab's candidates are seen at once.
const maxCandidateRows = 6

// drawLower draws what is below the timeline, and puts the cursor.
func (s *Screen) drawLower() {
	var rows, typed []string
	var at paint.Point
	if s.height >= ruleHeight {
		rows = append(rows, s.ruleLine())
	}
	status := s.statusRows()
	spare := max((s.height-len(s.header)-len(rows)-len(status))/2, 1)
	if s.reading.searches() {
		line, x := s.reading.searchLine(s.look, s.width)
		typed, at = []string{line}, paint.Point{X: x}
	} else {
		typed, at = s.composing.rows(s.look, s.width, min(composer.MaxRows, spare))
		rows = append(rows, s.composing.waitingRows(s.look, s.width, spare-len(typed), s.unheard())...)
		rows = append(rows, s.composing.candidateRows(s.look, s.width, min(maxCandidateRows, spare-len(typed)))...)
	}
	s.lower = append(append(rows, typed...), status...)
	f := &s.frame
	f.Cursor = paint.Point{X: at.X, Y: s.height - len(status) - len(typed) + at.Y}
	f.ShowCursor = s.reading.mode != choosing && s.cards.open == nil
}
