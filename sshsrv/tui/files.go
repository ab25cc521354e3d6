package tui

import (
	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
	"sotto/sshsrv/tui/timeline"
)

// carried is the news that a file command could not be carried out.
type carried struct{ err error }

// carry carries out a file command beside the screen, since it may touch a disk.
func (s *Screen) carry(do func(rooms.FileCarrier) error) tea.Cmd {
	seat, ok := s.seat.(rooms.FileCarrier)
	if !ok {
		s.reading.note(theme.Notice, "·", noFiles)
		return nil
	}
	return func() tea.Msg {
		if err := do(seat); err != nil {
			return carried{err}
		}
		return nil
	}
}

// noFiles is for whoever wants files where there is no disk of theirs.
const noFiles = "Files go from a browser or from sotto's own client; this screen is drawn on the server, which has none of your folders. /invite shows the way in."

func (s *Screen) sendFile(path string) tea.Cmd {
	if _, ok := s.seat.(rooms.FileCarrier); ok && path == "" {
		s.status.say("/send needs FILE, the path of one on this machine.")
		return nil
	}
	return s.carry(func(c rooms.FileCarrier) error { return c.SendFile(s.ctx, path) })
}

// offers puts an offer into the timeline.
func (s *Screen) offers(e *rooms.Offered) tea.Cmd {
	return s.heard(timeline.NewOffered(e, s.kind == rooms.KindOpen), e.ID)
}
