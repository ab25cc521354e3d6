package run

import (
	"time"

	"io"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/paint"
)

// Size is a screen's size in cells.
type Size = paint.Size

// UnknownSize is the size of a terminal that does not know its own: what
// terminals have been since the VT100.
var UnknownSize = Size{Width: 80, Height: 24}

// Terminal is what a door knows of the terminal behind it.
type Terminal struct {
	// In is what comes from the terminal, and Out what goes there, neither with
	// line ends changed on the way. One paint is one Write. The door bounds how
	// long a Write may take, and ends both soon after the context of [Show] did.
	// In may have the methods ChunksBy and Release too, see [Show].
	In  io.Reader
	Out io.Writer
	// Hangup makes a Read from In return. Show calls it once, after its last
	// Write.
	Hangup func()
	// Size is the size at the start, and Resize says when it is another; of
	// several that wait the last is enough. Resize may be nil.
	Size   Size
	Resize <-chan Size
	// Suspend hands the terminal to whoever started this program, and returns when
	// it has been given back; nil: there is nobody. The full screen was left before,
	// and is entered anew after. Ctrl-Z asks for it, and so does true from Pauses;
	// false says that the terminal was elsewhere unasked, and is back.
	Suspend func()
	Pauses  <-chan bool
	// Holds is told how many bytes the model keeps and how many of them it could
	// do without, whenever that may have changed, and Shed asks it to. Both may be
	// nil.
	Holds func(bytes, spare int)
	Shed  <-chan struct{}
	// RingBy is given what is to be called after something was put into Resize, Pauses or
	// Shed; it does not wait. Nil: they are waited for, in a goroutine each.
	RingBy func(ring func())
	// Turns are shared with the other screens of the process; nil: there are none.
	Turns *Turns
	// Term and ColorTerm are the environment variables of the same name, and
	// NoColor says that NO_COLOR was set.
	Term, ColorTerm string
	NoColor         bool
}

// Model is a program in Bubble Tea's architecture that shows rows. All its
// methods are called by one goroutine. They do not block and do no I/O: that is
// for a tea.Cmd.
//
// Beside the messages of the commands that it returned itself, it gets
// tea.ColorProfileMsg and tea.WindowSizeMsg before anything is painted; then
// keys, pastes, the wheel, focus and the background's colour as [term.Decoder]
// makes them; [HabitsMsg], [GroundUnknownMsg] and [FullKeysMsg]; and [WaitingMsg],
// [SeatMsg], [EventsMsg] and [SeatEndedMsg].
type Model interface {
	Init() tea.Cmd
	Update(tea.Msg) tea.Cmd
	// Escapes reports whether Escape means something now and, unless it is empty, the
	// key of this name does not.
	Escapes(alt string) bool
	// Stale reports whether what Frame returns may be another than the last time.
	Stale() bool
	// Due is when the model wants a [DueMsg], or zero. It is asked for after each step, so
	// that what is nearly never late costs nothing; once the message was taken, it is
	// another time.
	Due() time.Time
	// Frame is what the screen should show. It is asked for when no more
	// messages wait. Its rows may be used again for the next.
	Frame() paint.Frame
	// Holds is how many bytes it keeps, about, and how many of them it lets go of
	// when it is given a [ShedMsg].
	Holds() (bytes, spare int)
	// Farewell is printed, line by line, when the full screen was left. It
	// repeats nothing of what anyone said.
	Farewell() string
}

// SeatMsg gives the runtime a seat, and tells the model when its events begin
// to come. The model may call Do from then on; everything else is the runtime's.
// There are [MaxSeats] at most; one more is given back, and the model told that it
// has ended.
type SeatMsg struct {
	Seat rooms.Participant
	// At is what the model calls the seat: all that comes from it says so. It is
	// comparable. A seat that was called that before is left and closed; a model
	// with one seat may leave it nil.
	At any
}

// LeaveMsg, from a command, has the runtime leave and close the seat that the model
// calls At, of which nothing comes any more.
type LeaveMsg struct{ At any }

// EventsMsg is a batch of events from a seat. The slice is not to be kept.
type EventsMsg struct {
	At     any
	Events []rooms.Event
}

// SeatEndedMsg says that a seat is over, and with what error from
// [rooms.Participant.Next]. It is closed already.
type SeatEndedMsg struct {
	At  any
	Err error
}

// GroundUnknownMsg says that the terminal was asked for its background's colour and
// has not told.
type GroundUnknownMsg struct{}

// HabitsMsg says how the terminal counts columns, once that is known. Until then
// it is taken to count as new ones do.
type HabitsMsg struct{ cells.Habits }

// DueMsg says that the time has come that [Model].Due named.
type DueMsg struct{}

// ShedMsg asks a model to let go of what is a convenience only: its spare.
type ShedMsg struct{}

// MouseMsg, of a command, says whether the model wants the mouse, as it does at first. The
// terminal has it for its own selection otherwise, also when the screen is entered anew.
type MouseMsg bool

// FullKeysMsg says that the terminal tells keys with modifiers apart, Shift-Enter
// among them.
type FullKeysMsg struct{}
