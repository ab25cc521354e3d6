package native

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"

	"sotto/rooms"
	"sotto/sshsrv/line"
	"sotto/sshsrv/tui"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/settings"
)

// Visit is one run of the client.
type Visit struct {
	Address Address
	More    []Address // rooms of the same server, beside it in one window
	Unseen  bool      // the link was asked for so that no screen shows it
	Nick    string    // as wished; empty: a generated one
	settings.Settings

	JSON   bool // frames on standard input and output
	Listen bool // lines or frames that go on after input has ended
	Plain  bool // on a terminal: lines, nothing repainted
	Host   bool // who makes a room without a terminal is its host too
	Watch  bool // reads an open room, and says nothing
	Voice  bool // talks and hears: Ogg Opus on standard input and output

	Send      string // a file to offer, instead of being there; "" for none
	Downloads string // the folder in which files are saved that are taken; "" for none

	In, Out, Err *os.File
}

// The sentences that end a visit before it has begun, or from this end.
var (
	errNoRoom      = errors.New("without a terminal there must be a room: sotto join URL, where URL ends in /r/ROOM")
	errOneLine     = errors.New("several rooms in one window need a terminal that can be drawn on; in lines there is one room at a time")
	errGivenUp     = errors.New("interrupted before anything was sent")
	errNotAccepted = errors.New("the server's key was not accepted")
	errCut         = errors.New("interrupted; what had not come back from the room may not have arrived")
)

// Run is in the room until its person leaves, or the input of a pipe has ended
// and everything in it was said, or ctx ends. The error is a sentence.
func (v Visit) Run(ctx context.Context) error {
	atTerminal := isTerminal(v.In, v.Out) && !v.JSON && !v.Listen && !v.Voice && v.Send == ""
	if len(v.More) > 0 && (!atTerminal || v.Plain || os.Getenv("TERM") == "dumb") {
		return errOneLine
	}
	if !atTerminal && v.Address.Room == "" && v.Address.Secret == nil {
		return errNoRoom
	}
	f, err := openFolder(v.Downloads)
	if err != nil {
		return err
	}
	defer f.close()
	h, err := v.reach(ctx)
	switch {
	case ctx.Err() != nil:
		return errGivenUp
	case err != nil:
		return err
	}
	h.noHost = !atTerminal && !v.Host
	h.watch = v.Watch
	switch {
	case v.Voice:
		h.patience = rooms.ResumeWindow
		return v.talk(ctx, h)
	case v.Send != "":
		h.patience = rooms.ResumeWindow
		return v.send(ctx, h, f)
	case atTerminal && (v.Plain || os.Getenv("TERM") == "dumb"):
		return v.onTerminal(func(t *terminal) error { return v.linear(ctx, h, f, t) })
	case atTerminal:
		return v.onTerminal(func(t *terminal) error { return v.screen(ctx, h, f, t) })
	}
	h.patience = rooms.ResumeWindow // nobody looks at it who could end it
	return v.piped(ctx, h, f)
}

// room is what to enter, as [host.enter] takes it.
func (v Visit) room() string { return v.Address.room() }

func (a Address) room() string {
	if a.Secret != nil || a.Invite != "" {
		return a.Link()
	}
	return a.Room
}

// onTerminal runs a mode with the terminal taken over.
func (v Visit) onTerminal(mode func(*terminal) error) error {
	t, err := openTerminal(v.In, v.Out)
	if err != nil {
		return err
	}
	defer t.close()
	return mode(t)
}

// screen is the full screen.
func (v Visit) screen(ctx context.Context, h *host, f *folder, t *terminal) error {
	entering, giveUp := context.WithCancel(ctx)
	defer giveUp()
	var more []string
	for _, a := range v.More {
		more = append(more, a.room())
	}
	screen := tui.New(entering, tui.Config{
		Enter: func(ctx context.Context, room, nick string) (rooms.Participant, error) {
			seat, err := h.enter(ctx, room, nick)
			if err != nil {
				return nil, err
			}
			return carry(seat, f), nil
		},
		Knock: func(ctx context.Context, room, nick, text string, waiting func(ahead int)) (rooms.Participant, error) {
			seat, err := h.knock(ctx, room, nick, text, waiting)
			if err != nil {
				return nil, err
			}
			return carry(seat, f), nil
		},
		Room: v.room(), More: more, Nick: v.Nick, Theme: v.Theme, Watch: v.Watch, Unseen: v.Unseen, Door: "native", Remote: true,
		Invite: func(room rooms.RoomName, token string) rooms.Invitation { return h.invite(string(room), token) },
		Seal:   h.seal, Sealed: h.keyed,
		Never: neverTaken,
		Zone:  v.zone(), Notify: v.Notify, Times: v.Times, Fold: v.Fold,
	})
	err := run.Show(ctx, run.Terminal{
		In: t.in, Out: t.out, Size: t.size, Resize: t.resized, Suspend: t.suspend, Pauses: t.pauses,
		Hangup: func() { // whoever leaves while a room is being entered waits for no answer
			giveUp()
			t.hangUp()
		},
		Term: os.Getenv("TERM"), ColorTerm: os.Getenv("COLORTERM"), NoColor: os.Getenv("NO_COLOR") != "",
	}, screen)
	switch {
	case isOver(err):
		return screen.Ended()
	case ctx.Err() != nil:
		return nil // a signal; the screen says goodbye by itself
	}
	return err
}

// isOver reports whether an error of a mode only says that its person left.
func isOver(err error) bool { return err == nil || errors.Is(err, io.EOF) }

// linear is the mode for a terminal on which nothing may be repainted.
func (v Visit) linear(ctx context.Context, h *host, f *folder, t *terminal) error {
	in := newInput(t.in, t.hangUp)
	defer in.close()
	mode := v.lines(h, f, in, t.out)
	mode.Dumb, mode.Size, mode.Resize = os.Getenv("TERM") == "dumb", t.size, t.resized
	mode.Suspend, mode.Pauses = t.suspend, t.pauses
	err := mode.Linear(ctx)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// piped is line mode, or --json.
func (v Visit) piped(ctx context.Context, h *host, f *folder) error {
	var from io.Reader = v.In
	hangUp := func() {} // what can't be waited for, such as a file, lets nobody wait
	if stream, err := cancelreader.NewReader(v.In); err == nil {
		from, hangUp = stream, func() { stream.Cancel() }
	}
	in := newInput(from, hangUp)
	defer in.close()
	mode := v.lines(h, f, in, v.Out)
	mode.Err, mode.Hand = v.Err, line.Never
	if term.IsTerminal(v.In.Fd()) {
		mode.Hand = line.Always
	}
	var err error
	if v.JSON {
		err = mode.Frames(ctx, v.Listen)
	} else {
		err = mode.Pipe(ctx, v.Listen)
	}
	if ctx.Err() != nil {
		return errCut
	}
	return err
}

func (v Visit) lines(h *host, f *folder, in *input, out *os.File) line.Visit {
	seated := func(seat rooms.Participant, err error) (line.Seat, error) {
		if err != nil {
			return nil, err
		}
		if v.JSON { // whose program carries files itself, if it likes
			return eased{pull(seat)}, nil
		}
		return pull(carry(seat, f)), nil
	}
	return line.Visit{
		Room: v.room(), Nick: v.Nick, Watch: v.Watch, In: in, Out: out,
		Enter: func(ctx context.Context, room, nick string) (line.Seat, error) {
			return seated(h.enter(ctx, room, nick))
		},
		Knock: func(ctx context.Context, room, nick, text string, waiting func(ahead int)) (line.Seat, error) {
			return seated(h.knock(ctx, room, nick, text, waiting))
		},
		Invite: h.invite,
		Seal:   h.seal, Sealed: h.keyed,
		Never: neverTaken,
		Zone:  v.zone(), Notify: v.Notify, Times: v.Times,
	}
}

// zone is the clock of the times shown: this machine's, unless another was named.
func (v Visit) zone() *time.Location { return cmp.Or(v.Location(), time.Local) }

// neverTaken is what the server never sees of somebody who uses this client, a
// clause each.
var neverTaken = []string{
	"a key, a login name, a cookie: this client has none and sends none",
	"the environment of your shell, your terminal, the version of this program",
	"in a sealed room: what is said, by what name, and about what",
}
