package sshsrv

import (
	"context"
	"errors"
	"io"

	"charm.land/ssh"

	"sotto/rooms"
	"sotto/sshsrv/line"
	"sotto/sshsrv/tui"
)

// Exit codes of a session.
const (
	exitClean = 0 // the person left, or what was piped is said
	exitEnded = 1 // the server ended it; the reason is on stderr
	exitUsage = 2 // no room, or words that can't be understood
)

// sorry is said to whoever's session broke.
const sorry = "Something broke here, and this session with it. Please come back in."

// A Visit is one session: what the person asked for, and the streams to reach
// them by. Reads end with the session's context; a write to somebody who does
// not read ends the session after [StallTimeout].
type Visit struct {
	Room string // as typed, and a valid name; empty for the front page
	Nick string // as typed; empty for a generated one

	In      io.Reader
	Out     io.Writer
	Term    string        // [A-Za-z0-9+._-]{1,32}
	Colours string        // COLORTERM, of the same letters; often empty
	NoColor bool          // NO_COLOR was set
	Size    Window        // at the start
	Resized <-chan Window // the newest size, never more often than each ResizeEvery

	Join        func(context.Context, rooms.Entry) (*rooms.Seat, error)
	Invite      func(room string) Invitation
	Held        func() []rooms.HeldField // all that this door holds about the session
	Fingerprint string                   // of the host key, as ssh shows it

	in *input // In, by the buffer
}

// line is the visit as the line modes know it.
func (v Visit) line(via rooms.Via) line.Visit {
	return line.Visit{
		Room: v.Room, Nick: v.Nick, In: v.in, Out: v.Out,
		Enter: func(ctx context.Context, room, nick string) (line.Seat, error) {
			seat, err := v.Join(ctx, rooms.Entry{Room: room, Nick: nick, Via: via})
			if err != nil {
				return nil, err
			}
			return seat, nil
		},
		Invite: func(room string) line.Invitation {
			i := v.Invite(room)
			return line.Invitation{SSH: i.SSH, Web: i.Web, Note: i.note()}
		},
		Held: v.Held, Never: neverTaken, Fingerprint: v.Fingerprint,
	}
}

// session is the handler of one session: it runs it, says why it ended, and
// sends the exit status.
func (s *Server) session(sess ssh.Session) {
	ch := sess.Context().Value(channelKey{}).(*channel)
	defer ch.finish()
	if !s.begin() {
		ch.say(errShutdown.Message)
		ch.exit(exitEnded)
		return
	}
	defer s.over()
	status := uint32(exitEnded)
	if !contain(s.log, func() { status = s.visit(ch) }) {
		ch.say(sorry)
	}
	ch.exit(status)
}

// visit picks the mode, runs it and returns the exit status.
func (s *Server) visit(ch *channel) uint32 {
	terminal := ch.term != ""
	req, err := parseRequest(ch.command, terminal)
	if ch.tooLong {
		err = errTooLong
	}
	if err != nil {
		ch.say(err.Error())
		return exitUsage
	}
	v := s.newVisit(ch, req)
	switch {
	case terminal && (req.plain || ch.term == "dumb"):
		err = v.line(rooms.ViaSSH).Linear(ch.ctx)
	case terminal:
		err = s.screen(ch.ctx, v)
	case req.json:
		err = v.line(rooms.ViaPipe).Frames(ch.ctx, req.listen)
	default:
		err = v.line(rooms.ViaPipe).Pipe(ch.ctx, req.listen)
	}
	if broken := (*tui.PanicError)(nil); errors.As(err, &broken) {
		s.log.Error("A screen broke and was ended; the others go on.", "panic", broken.Type, "stack", string(broken.Stack))
		ch.say(sorry)
		return exitEnded
	}
	return ch.farewell(err)
}

func (s *Server) newVisit(ch *channel, req request) Visit {
	local := ch.conn.Conn.LocalAddr()
	return Visit{
		Room: req.room, Nick: req.nick,
		In: ch.in, Out: ch.out, in: ch.in,
		Term: ch.term, Colours: ch.colorTerm, NoColor: ch.noColor,
		Size: ch.size, Resized: ch.resize.sizes,
		Join: func(ctx context.Context, e rooms.Entry) (*rooms.Seat, error) {
			return s.hub.Join(s.connContext(ctx, ch.conn.Conn), e)
		},
		Invite:      func(room string) Invitation { return s.public.invite(room, local) },
		Held:        ch.held,
		Fingerprint: s.fingerprint,
	}
}

// farewell says why a session ended, if the server ended it, and returns the
// exit status.
func (ch *channel) farewell(err error) uint32 {
	if cause := context.Cause(ch.ctx); cause != nil && (err == nil || !isEnded(err)) {
		err = cause // whatever failed, failed because of it
	}
	var ended *rooms.Ended
	var refused *rooms.Error
	switch {
	case err == nil, errors.Is(err, errGone):
		return exitClean
	case errors.As(err, &ended):
		ch.say(ended.Message)
	case errors.As(err, &refused):
		ch.say(refused.Message)
	}
	return exitEnded // where nothing was said, there is nobody to say it to
}

func isEnded(err error) bool {
	var ended *rooms.Ended
	return errors.As(err, &ended)
}

// say writes a sentence to stderr. On a terminal, which is still in raw mode, a
// line begins on the left only after a carriage return.
func (ch *channel) say(sentence string) {
	end := "\n"
	if ch.term != "" {
		end = "\r\n"
	}
	_, _ = io.WriteString(ch.err, sentence+end)
}
