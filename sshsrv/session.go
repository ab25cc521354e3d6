package sshsrv

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"charm.land/ssh"

	"sotto/rooms"
	"sotto/rooms/voice"
	"sotto/rooms/voice/pipe"
	"sotto/rooms/wire"
	"sotto/sshsrv/line"
	"sotto/sshsrv/tui/run"
)

// Exit codes of a session.
const (
	exitClean = 0 // the person left, or what was piped is said
	exitEnded = 1 // the server ended it; the reason is on stderr
	exitUsage = 2 // no room, or words that can't be understood
)

// sorry is said to whoever's session broke.
const sorry = "Something broke here, and this session with it. Please come back in."

// A visit is one session: what the person asked for, the channel to reach them
// by, and what a mode needs of the server.
type visit struct {
	*channel
	request
	invited *atomic.Value // the token of the request, a string, until somebody has come in by it: several rooms may be entered at once

	join        func(context.Context, rooms.Visitor) (*rooms.Seat, error)
	knock       func(ctx context.Context, e rooms.Visitor, text string, waiting func(ahead int)) (*rooms.Seat, error)
	resume      func(context.Context, wire.Resume) (*rooms.Seat, error)
	invite      func(room, token string) rooms.Invitation
	native      string // this server's address for sotto's own client
	fingerprint string // of the host key, as ssh shows it
	drawing     *run.Turns
	calls       *voice.Calls // nil: no voice is offered
}

// lines is the visit as the line modes know it.
func (v visit) lines(via rooms.Via) line.Visit {
	return line.Visit{
		Room: v.room, Nick: v.nick, In: v.in, Out: v.out, Err: v.err,
		Dumb: v.term == "dumb", Size: v.size, Resize: v.resize.sizes,
		Enter: func(ctx context.Context, room, nick string) (line.Seat, error) {
			seat, err := v.enter(ctx, v.visitor(room, nick, via))
			if err != nil {
				return nil, err
			}
			return seat, nil
		},
		Knock: func(ctx context.Context, room, nick, text string, waiting func(ahead int)) (line.Seat, error) {
			seat, err := v.knock(ctx, v.visitor(room, nick, via), text, waiting)
			if err != nil {
				return nil, err
			}
			return seat, nil
		},
		Watch:     v.watch,
		Zone:      v.Location(),
		Notify:    v.Notify,
		Times:     v.Times,
		Told:      v.missetWords(),
		Invite:    v.invite,
		NewSealed: v.newSealed(),
		Holds:     v.holds.set,
		Held:      v.held, Never: neverTaken, Fingerprint: v.fingerprint,
	}
}

// visitor is who wants into a room.
func (v visit) visitor(room, nick string, via rooms.Via) rooms.Visitor {
	return rooms.Visitor{Room: room, Nick: nick, Via: via, Host: via == rooms.ViaSSH || v.host, Watch: v.watch}
}

// session is the handler of one session: it runs it, says why it ended, and
// sends the exit status.
func (s *Server) session(sess ssh.Session) {
	ch := sess.Context().Value(channelKey{}).(*channel)
	defer ch.finish()
	if !s.begin() {
		ch.say(rooms.ErrShutdown.Message)
		ch.exit(exitEnded)
		return
	}
	defer s.over()
	status := uint32(exitEnded)
	if !rooms.Survive(s.log, broke, func() { status = s.visit(ch) }) {
		ch.say(sorry)
	}
	ch.exit(status)
}

// visit picks the mode, runs it and returns the exit status.
func (s *Server) visit(ch *channel) uint32 {
	terminal := ch.term != ""
	req, err := parseRequest(ch.command, terminal || ch.frames)
	if ch.tooLong {
		err = errTooLong
	}
	if err != nil {
		ch.say(err.Error())
		return exitUsage
	}
	var token atomic.Value
	token.Store(ch.takeToken(&req))
	ch.settings = req.Over(ch.settings) // as held: what is said of it is what there is
	req.Settings = ch.settings
	v := visit{
		channel: ch, request: req, invited: &token,
		join: func(ctx context.Context, e rooms.Visitor) (*rooms.Seat, error) {
			seat, err := s.hub.Join(s.connContext(ctx, ch.conn.Conn), e)
			return ch.conn.answering(seat), err
		},
		knock: func(ctx context.Context, e rooms.Visitor, text string, waiting func(ahead int)) (*rooms.Seat, error) {
			seat, err := s.hub.Knock(s.connContext(ctx, ch.conn.Conn), e, text, waiting)
			return ch.conn.answering(seat), err
		},
		resume: func(ctx context.Context, r wire.Resume) (*rooms.Seat, error) {
			seat, err := s.hub.Resume(s.connContext(ctx, ch.conn.Conn), r.Ticket, r.Seq, r.WSeq)
			return ch.conn.answering(seat), err
		},
		invite:      func(room, token string) rooms.Invitation { return s.public.invite(room, token, ch.conn.LocalAddr()) },
		native:      s.public.native(ch.conn.LocalAddr()),
		fingerprint: s.fingerprint,
		drawing:     s.drawing,
		calls:       s.calls,
	}
	switch {
	case ch.frames:
		v.holds.set(line.FramesHold, 0)
		err = v.protocol()
	case req.sealed && (!terminal || req.plain || ch.term == "dumb"):
		err = v.sealedRoom()
	case ch.term == "dumb" && len(req.more) > 0:
		ch.say(errOneLine.Error())
		return exitUsage
	case terminal && (req.plain || ch.term == "dumb"):
		err = v.lines(rooms.ViaSSH).Linear(ch.ctx)
	case terminal:
		err = s.screen(ch.ctx, v)
	case req.voice:
		v.holds.set(pipe.Holds, 0)
		err = v.talk(ch.ctx)
	case req.json:
		v.holds.set(line.FramesHold, 0)
		err = v.lines(rooms.ViaPipe).Frames(ch.ctx, req.listen)
	default:
		v.holds.set(line.PipeHolds, 0)
		err = v.lines(rooms.ViaPipe).Pipe(ch.ctx, req.listen)
	}
	if panicked := (*rooms.PanicError)(nil); errors.As(err, &panicked) {
		panicked.Log(s.log, "A screen broke and was ended; the others go on.")
		ch.say(sorry)
		return exitEnded
	}
	return ch.farewell(err)
}

// takeToken takes an invitation's token out of a request, and out of the command line,
// which is held for as long as the session.
func (ch *channel) takeToken(req *request) (token string) {
	if req.token == "" {
		return ""
	}
	clone := func(s string) string { return rooms.Apart(strings.Clone(s)) }
	token = clone(req.token)
	ch.command = clone(strings.ReplaceAll(ch.command, token, "…"))
	req.room, req.nick, req.token = clone(req.room), clone(req.nick), ""
	return token
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

// say writes a sentence to stderr. On a terminal it is broken between words, and a line
// begins on the left only after a carriage return, since that is still in raw mode.
func (ch *channel) say(sentence string) {
	sentence += "\n"
	if ch.term != "" {
		sentence = strings.ReplaceAll(line.Wrap(sentence, ch.size.Width), "\n", "\r\n")
	}
	_, _ = io.WriteString(ch.err, sentence)
}
