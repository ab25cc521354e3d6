package line

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"sotto/rooms"
)

// retryPause is the shortest wait before a message that the room's rate limit
// refused is offered again.
const retryPause = 50 * time.Millisecond

// A pipe is somebody in a room by standard input and output: each line of input
// is said, each event is printed.
//
// No line is lost: a message is offered until the room has taken it, the next
// waits until its own copy came back, and while enough waits for one message no
// input is read. What was read and had no copy when the seat ended is told.
type pipe struct {
	noTerminal
	seat Seat
	stay stay // who is here, where somebody may be typing
	out  io.Writer
	err  io.Writer
	way  func() string // into the full screen

	phase   phase     // ending: a Sync is behind all that is said; finished: it came back
	unknown time.Time // when whoever has said nothing is told where they are; zero: never
	hand    hand
	tally   tally
	speech  speech
	next    time.Time // when the next message may be offered; zero: nothing waits for that
	waited  bool      // the lines had to wait, so they are joined
	offered string    // the message that the room has not answered yet
	id      string    // of offered; empty if there is none
	again   bool      // offered was refused for being early, and goes first
	later   time.Time // until then a rule of the room lets nothing be said
	count   int
	fades   time.Time // when what is remembered is looked through for what has faded; zero: never

	ended  bool // input has
	listen bool // goes on after that
	watch  bool // says nothing, whatever is piped
	unsaid bool // that was told
	kept   int  // lines that were not said, since they begin like commands
	told   int  // of them since something last came
}

// Pipe runs line mode until input has ended and everything said has come back
// in the room's order, or with listen, or watching, until the client goes.
func (v Visit) Pipe(ctx context.Context, listen bool) error {
	seat, err := v.Enter(rooms.WhenDelayed(ctx, func() { _, _ = io.WriteString(v.Err, note(rooms.DelayedWords)) }), v.Room, v.Nick)
	if err != nil {
		return v.NoKnock(err)
	}
	defer seat.Close()
	p := &pipe{
		phase: arriving, seat: seat, out: v.Out, err: v.Err, listen: listen || v.Watch, watch: v.Watch,
		way: func() string { return v.Invite(v.Room, "").SSH },
	}
	p.stay.messages = newMessages(pipeHeard, 0, nil)
	p.hand = hand{is: v.Hand, here: p.stay.here}
	switch {
	case v.Watch:
		p.hand.is = Never
	case v.Hand == Always:
		p.unknown = time.Now()
	case v.Hand == Perhaps && !listen:
		p.unknown = time.Now().Add(introduceAfter)
	}
	err = run(ctx, v.In, p)
	p.tellUnsaid()
	return err
}

// NoKnock is why a pipe can't come in: at a door where one knocks, with the way to do that.
func (v Visit) NoKnock(err error) error {
	var refused *rooms.Error
	if way := v.Invite(v.Room, "").SSH; way != "" && errors.As(err, &refused) && refused.Code == rooms.AtTheDoor {
		return &rooms.Error{Code: refused.Code, Message: "Whoever is in this room decides who comes in, and a pipe can't knock. A person can: " + way}
	}
	return err
}

// endID marks the last Sync. Ids of messages are numbers.
const endID = "end"

func (p *pipe) act(ctx context.Context) error {
	if err := p.print(); err != nil {
		return err
	}
	if p.phase == finished && !p.listen {
		return cmp.Or(p.write(p.tally.take(&p.stay.messages, time.Now())), leave(ctx, p.seat, unheard), p.notSaid(), errOver)
	}
	return p.speak(ctx)
}

func (p *pipe) awaits() awaited {
	return awaited{
		input: !p.ended && (!p.speech.full() || !p.hand.due.IsZero()),
		ready: p.seat.Ready(),
		due:   first(p.hand.due, p.unknown, p.next, p.tally.due, p.fades),
	}
}

func (p *pipe) read(_ context.Context, chunk []byte) error {
	if p.watch {
		if !p.unsaid {
			p.unsaid = true
			p.tell(rooms.ErrWatching.Message + " Nothing that is piped in goes anywhere.\n")
		}
		return nil
	}
	p.unknown, p.told = time.Time{}, 0
	p.speech.add(p.hand.take(chunk, time.Now(), p.explain))
	return nil
}

func (p *pipe) finish(context.Context) error {
	p.unknown, p.told = time.Time{}, 0
	p.ended = true
	p.speech.add(p.hand.finish(p.explain))
	p.speech.finish()
	return nil
}

// tick does what is due about who may be typing.
func (p *pipe) tick(_ context.Context, now time.Time) error {
	if isDue(p.hand.due, now) {
		p.speech.add(p.hand.wait(p.explain))
	}
	if isDue(p.unknown, now) {
		p.unknown = time.Time{}
		p.speech.add(p.hand.wait(p.explain))
		p.tell(introduction(p.way()))
	}
	if isDue(p.fades, now) {
		p.fades = p.stay.fade(now)
	}
	if isDue(p.tally.due, now) {
		return p.write(p.tally.take(&p.stay.messages, now))
	}
	return nil
}

func (p *pipe) explain(command string) {
	p.kept++
	if p.told++; p.told <= handLines { // of so many lines at once each is not told
		p.tell(explanation(command, p.way()))
	}
}

// notSaid is what a program is told by the exit code, after the last of its lines.
func (p *pipe) notSaid() error {
	if p.kept == 0 {
		return nil
	}
	what := "A line was not said, since it begins like a command"
	if p.kept > 1 {
		what = strconv.Itoa(p.kept) + " lines were not said, since they begin like commands"
	}
	return &rooms.Error{Code: rooms.NotAllowed, Message: what + " and came as slowly as a hand types. A program that means such lines says them with --json, or puts a word before them."}
}

// tell says something beside what happens. Whoever does not hear it is none the
// worse.
func (p *pipe) tell(sentence string) { _, _ = io.WriteString(p.err, sentence) }

// idle reports whether everything that was piped is in the room.
func (p *pipe) idle() bool { return p.id == "" && p.speech.empty() && len(p.hand.held) == 0 }

// speak says the next message if there is one and the rate allows, and after the last
// asks for a sign that all were said.
func (p *pipe) speak(ctx context.Context) error {
	p.next = time.Time{}
	switch {
	case p.phase != talking:
		return nil
	case p.ended && p.idle():
		p.phase = ending
		return p.do(ctx, rooms.Sync{ID: endID})
	case !p.again && (p.id != "" || p.speech.empty()):
		return nil
	}
	if wait := max(p.seat.SayWait(), time.Until(p.later)); wait > 0 {
		p.waited = true
		p.next = time.Now().Add(max(wait, retryPause))
		return nil
	}
	if !p.again {
		p.offered = p.speech.next(p.waited)
	}
	p.again, p.waited = false, false
	p.count++
	p.id = strconv.Itoa(p.count)
	return p.do(ctx, rooms.Say{ID: p.id, Text: p.offered})
}

// do does an op. Where the seat is over, what is left is printed.
func (p *pipe) do(ctx context.Context, op rooms.Op) error {
	err := p.seat.Do(ctx, op)
	if err == nil {
		return nil
	}
	return cmp.Or(p.print(), err)
}

// print prints what has happened.
func (p *pipe) print() error {
	for {
		events, err := p.seat.Take()
		if err != nil || len(events) == 0 {
			return err
		}
		var page strings.Builder
		for _, e := range events {
			if p.hand.is != Never {
				p.stay.follow(e)
			}
			clause := p.stay.governs.Happen(e)
			switch e := e.(type) {
			case *rooms.Welcome:
				p.phase = max(p.phase, talking)
				p.fades = p.stay.fade(time.Now())
			case *rooms.RulesSet:
				p.fades = p.stay.fade(time.Now())
			case *rooms.Synced:
				if e.ID == endID {
					p.phase = finished
					continue
				}
			}
			if p.answered(e) {
				continue
			}
			of := p.stay.messages.Happen(e, time.Now())
			text, ok := powerLine(e, clause, false)
			switch e.(type) {
			case *rooms.Reacted:
				if of != nil {
					p.tally.add(of.Seq, time.Now())
				}
			case *rooms.Retracted, *rooms.Amended:
				text = p.stay.mended(e, of)
			default:
				if !ok {
					text = lineOf(e)
				}
			}
			page.WriteString(text)
		}
		if err := p.write(page.String()); err != nil {
			return err
		}
	}
}

// write prints lines.
func (p *pipe) write(lines string) error {
	_, err := io.WriteString(p.out, unpadded(lines))
	return err
}

// answered looks for the answer to the message that was offered. It reports
// whether the event is not for the person to see: a message that was early is
// offered again.
func (p *pipe) answered(e rooms.Event) bool {
	switch e := e.(type) {
	case *rooms.Said:
		if e.ID != "" && e.ID == p.id {
			p.id, p.offered = "", ""
		}
	case *rooms.Refused:
		if e.ID == "" || e.ID != p.id {
			return false
		}
		p.id = ""
		switch e.Err.Code {
		case rooms.RateLimited, rooms.Undelivered, rooms.Unreachable: // what is read waits, and is told of
			p.again = true
		case rooms.TooSoon:
			p.again, p.later = true, time.Now().Add(e.Err.Wait)
		default:
			p.offered = ""
		}
		return p.again
	}
	return false
}
