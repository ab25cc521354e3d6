package sshsrv

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms"
	"sotto/sshsrv/tui/settings"
)

// A channel is one session channel behind its requestFilter: what the client asked for,
// and streams that can't get stuck. The tags say what a field is held for;
// /privacy shows them.
type channel struct {
	gossh.Channel `held:"the stream to your client"` // set by accepted
	conn          *conn                              `held:"the connection that it runs on"`

	ctx    context.Context         `held:"tells that this session has ended, and why"`
	end    context.CancelCauseFunc `held:"ends it"`
	out    *output                 `held:"what is on its way to you, never more than one screen"`
	err    *output                 `held:"the same for messages about the session itself"`
	in     *input                  `held:"what you typed and nothing has read yet"`
	resize *resizer                `held:"the newest size of your window"`
	exited sync.Once               `held:"whether the exit status was sent"`
	holds  *holds                  `held:"how many bytes your session takes"`

	// Owned by the filter until start, then read only.
	term      string            `held:"the kind of your terminal (TERM), to draw on it"` // empty without one
	size      Window            `held:"the size of your window when you came"`
	colorTerm string            `held:"how many colours it has (COLORTERM)"`
	noColor   bool              `held:"whether you want none (NO_COLOR)"`
	settings  settings.Settings `held:"what you chose at the door, by options or by what your ssh was told to send (SOTTO_THEME and the others)"`
	misset    uint              `held:"which settings your ssh sent that could not be read, a bit each"`
	command   string            `held:"the words after the host name: the room, the name you asked for"`
	tooLong   bool              `held:"whether those words were too many to be read"`
	frames    bool              `held:"whether your program asked for the subsystem sotto, to speak the protocol itself"`
	started   bool              `held:"whether a session was begun"`

	begun atomic.Bool `held:"whether a session was begun on it, or never will be"`
	lobby *time.Timer `held:"ends it where none is"`

	finished chan struct{} `held:"tells that the session is over"` // closed then
}

// held lists every field of the channel and of its connection as it is now.
func (ch *channel) held() []rooms.HeldField {
	fields := rooms.Fields(ch)
	ch.conn.mu.Lock()
	defer ch.conn.mu.Unlock()
	return append(fields, rooms.FieldsOf("conn", ch.conn)...)
}

// neverTaken is what a client sends or could be asked for, and what is not
// taken, a clause each.
var neverTaken = []string{
	"a key: your ssh never had to offer one",
	"your login name: your ssh sends it, nothing reads it, and it goes with the connection",
	"your address: the kernel needs it to answer you, nothing in a room can ask for it",
	"the environment of your shell, but for TERM, COLORTERM, NO_COLOR and the settings SOTTO_THEME, SOTTO_NOTIFY, SOTTO_TIMES, SOTTO_FOLD and SOTTO_TZ",
	"the modes of your terminal and the version of your ssh",
	"what was said: it is on the screens of those who are here, and nowhere else",
}

func newChannel(c *conn) *channel {
	ch := &channel{conn: c, resize: newResizer(), holds: newHolds(), finished: make(chan struct{})}
	ch.ctx, ch.end = context.WithCancelCause(c.server.sessions)
	return ch
}

// accepted gives the channel its streams. The intake learns of it last: whoever reads
// the connection may find the channel there at once, and end it.
func (ch *channel) accepted(raw gossh.Channel) {
	ch.Channel = raw
	ch.out = &output{w: raw, ch: ch}
	ch.err = &output{w: raw.Stderr(), ch: ch}
	ch.in = newInput(ch.conn.intake.Stream(raw, ch), ch.conn)
	ch.lobby = time.AfterFunc(LobbyTimeout, func() { ch.GiveUp("No session was begun here within a minute.") })
	ch.in.stream.Join()
}

// Begun reports whether a session was begun on the channel, or never will be.
func (ch *channel) Begun() bool { return ch.begun.Load() }

// begin ends the wait for a session. A timer that was stopped would hold the channel
// until its time; this one finds nothing to do.
func (ch *channel) begin() {
	ch.begun.Store(true)
	ch.lobby.Reset(0)
}

// GiveUp ends a channel on which no session was begun, and says why.
func (ch *channel) GiveUp(why string) {
	if ch.begun.Swap(true) {
		return
	}
	ch.conn.background(func() {
		ch.say(why)
		ch.hangUp(errGone)
		ch.exit(1)
	})
}

// start marks that a session runs on the channel.
func (ch *channel) start() {
	ch.begin()
	ch.started = true
	ch.conn.running.Add(1) // the session's; finish gives it back
}

// hangUp ends the session for a cause that leaves nobody to read from.
func (ch *channel) hangUp(cause error) {
	ch.end(cause)
	ch.in.hangUp()
}

// finish marks that the session is over.
func (ch *channel) finish() {
	ch.hangUp(errGone)
	close(ch.finished)
	ch.conn.running.Done()
}

// retire lets go of timers that would keep the channel and what was written on
// it from being freed.
func (ch *channel) retire() {
	if ch.Channel != nil {
		ch.out.retire()
		ch.err.retire()
	}
}

// tellUnstarted says on a channel without a session why it is cut; a session
// tells its person itself.
func (ch *channel) tellUnstarted() {
	if !ch.started {
		ch.say(errFlood.Message)
	}
}

// Write, Read and Stderr are what the library uses; they are the same guarded
// streams.
func (ch *channel) Write(p []byte) (int, error) { return ch.out.Write(p) }
func (ch *channel) Read(p []byte) (int, error)  { return ch.in.Read(p) }
func (ch *channel) Stderr() io.ReadWriter {
	return struct {
		io.Reader
		io.Writer
	}{eof{}, ch.err}
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }
