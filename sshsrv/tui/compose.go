package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// composed does what a key or a paste meant to the composer.
func (s *Screen) composed(a composer.Action) tea.Cmd {
	switch a := a.(type) {
	case composer.Submit:
		s.began = time.Time{}
		cmd, done := s.submit(a.Text)
		if !done && !s.compose.Restore(a.Text) {
			s.status.add(keptApart)
		}
		return cmd
	case composer.Parts:
		s.began = time.Time{}
		return s.parts(a.Texts)
	case composer.Edited:
		s.tellTyping()
	case composer.Refused:
		s.status.say(a.Why)
	case composer.Quit:
		return s.leave()
	}
	return nil
}

// parts says a long text in several messages, as far as they may wait.
func (s *Screen) parts(texts []string) tea.Cmd {
	var cmds []tea.Cmd
	for i, text := range texts {
		cmd, done := s.speak(command.Speech(text), text, false)
		if cmds = append(cmds, cmd); !done {
			if !s.compose.Restore(command.Speech(strings.Join(texts[i:], "\n"))) {
				s.status.add(keptApart)
			}
			break
		}
	}
	return tea.Batch(cmds...)
}

// leaveWithin is how soon somebody must say again that they leave: Ctrl-C clears
// what is typed, and once too often is easily pressed.
const leaveWithin = 2 * time.Second

// leave leaves the room the second time.
func (s *Screen) leave() tea.Cmd {
	now := s.cfg.Now()
	if now.Sub(s.leaving) <= leaveWithin {
		return tea.Quit
	}
	s.leaving = now
	s.status.say("Once more leaves.")
	if n := len(s.queue.Waiting()); n > 0 {
		s.status.count("Once more leaves, and " + style.Plural(n, "line that waits is", "lines that wait are") + " not said.")
	}
	s.offer = s.status.word
	return run.After(leaveWithin, stayedMsg{})
}

// stayedMsg says that whoever was about to leave may have stayed.
type stayedMsg struct{}

// stayed takes back what was said of leaving, once that is not true any more.
func (s *Screen) stayed() {
	if s.cfg.Now().Sub(s.leaving) >= leaveWithin && s.status.word == s.offer {
		s.status.say("")
	}
}

// typingAfter is how long somebody has been writing when the room is told: what
// is sent sooner announces itself, and costs everybody one screen, not two.
const typingAfter = time.Second

// tellTyping tells the room that words are being typed, now and then. Commands
// are nobody's business.
func (s *Screen) tellTyping() {
	now := s.cfg.Now()
	if s.compose.Empty() {
		s.turned = false
	}
	if s.compose.Empty() || command.Begins(s.compose.Text()) {
		s.began = time.Time{}
		return
	}
	if s.began.IsZero() {
		s.began = now
	}
	if now.Sub(s.began) < typingAfter || now.Sub(s.typed) < rooms.TypingEvery {
		return
	}
	s.typed = now
	s.ask(rooms.Typing{})
}

// promptColumns is what stands before what is typed.
const promptColumns = 3

// composerRows draws what is typed, or what is asked about it, and says where
// the cursor is among the rows.
func (s *Screen) composerRows(most int) ([]string, paint.Point) {
	if o := s.compose.Overflow(); o != nil {
		rows := s.wrap(o.Question(), max(s.width-2, 1))
		rows = rows[:min(len(rows), most)]
		for i := range rows {
			rows[i] = " " + s.ink.Paint(theme.Warn, rows[i])
		}
		return rows, paint.Point{X: min(s.cells.Width(rows[len(rows)-1]), s.width-1), Y: len(rows) - 1}
	}
	view := s.compose.View(max(s.width-promptColumns, 1), most)
	rows := make([]string, len(view.Rows))
	for i, row := range view.Rows {
		sign := " "
		switch {
		case i == 0 && view.Above > 0:
			sign = "↑"
		case i == 0:
			sign = "›"
		case i == len(rows)-1 && view.Below > 0:
			sign = "↓"
		}
		rows[i] = " " + s.ink.Paint(theme.Prompt, sign) + cells.Blank(promptColumns-1-s.cells.Width(sign)) + row
	}
	if s.compose.Empty() && s.answering == 0 {
		rows[0] += s.ink.Paint(theme.Ghost, s.cells.Cut(s.encouragement(), max(s.width-promptColumns-1, 0), "…"))
	}
	return rows, paint.Point{X: promptColumns + view.X, Y: view.Y}
}

// encouragement stands in an empty composer until its person knows their way.
func (s *Screen) encouragement() string {
	if s.lines >= learned {
		return ""
	}
	return "say something, or /help"
}

// candidateRows lists what Tab offers, the chosen one marked.
func (s *Screen) candidateRows(most int) []string {
	candidates, chosen := s.compose.Candidates()
	if len(candidates) == 0 || most < 1 {
		return nil
	}
	first := max(min(chosen-most/2, len(candidates)-most), 0)
	widest := 0
	for _, c := range candidates {
		widest = max(widest, s.cells.Width(strings.TrimSpace(c.Text)))
	}
	var rows []string
	for i := first; i < min(first+most, len(candidates)); i++ {
		c := candidates[i]
		text := strings.TrimSpace(c.Text)
		row := "   " + text
		if c.Help != "" {
			row += cells.Blank(widest-s.cells.Width(text)+2) + c.Help
		}
		row = s.cells.Cut(row, s.width, "…")
		style := theme.Popup
		if i == chosen {
			style = theme.PopupHot
		}
		rows = append(rows, s.ink.Paint(style, row+cells.Blank(s.width-s.cells.Width(row))))
	}
	return rows
}
