package line

import (
	"cmp"
	"context"
	"io"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/bell"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/term"
)

const (
	// QuietFor is how long what happens is held back after a key, so that it
	// does not break into the line that is being typed. Whoever pauses for that
	// long gets it, and their line again below.
	QuietFor = 5 * time.Second
	// maxHeld is how many events are held back at most.
	maxHeld = 100
	// maxAhead is how many keys, or runs of characters that came together, wait
	// until they can mean something. More are left on their way.
	maxAhead = 1024
	// leaveWithin is how soon somebody must say again that they leave: Ctrl-C drops
	// what is typed, and once too often is easily pressed. It takes a moment to be
	// told that.
	leaveWithin = 5 * time.Second
	// enterAfter is how long a room may take to be entered before that is told.
	enterAfter = time.Second
)

// A linear is somebody on a terminal where nothing is repainted: for screen
// readers, for terminals that can't, and for scripts that type. Lines follow
// each other, the person's own is the last.
type linear struct {
	visit Visit
	out   io.Writer

	keys    term.Decoder
	came    time.Time     // when the last input did
	ahead   []term.AltMsg // keys that mean nothing yet, with nothing behind most
	editor  editor
	columns int
	pressed time.Time  // when the last key of the line was
	held    []heldLine // lines that wait until the line is finished
	seen    uint64     // the number of the newest message that was shown
	leaving time.Time  // when its person last said that they leave
	ended   bool       // nothing more will be typed

	phase    phase                       // joining: on the front page
	attempt  attempt                     // entering
	doorstep doorstep                    // atDoor, and entering
	then     func(context.Context) error // pending: the command
	stay     stay
	wished   rooms.Chosen // which name of theirs may go along from here

	ops int // to number them
	lines
	bell   bell.Bell
	notify string   // what may ring
	words  []string // what calls this person, beside their name
	rings  bool     // it does, at the next moment
	times  bool     // each message of others is told with its time

	fades time.Time // when what is remembered is looked through for what has faded; zero: never
}

// Linear runs the mode for a person on a terminal, until its person leaves.
func (v Visit) Linear(ctx context.Context) error {
	if v.Zone == nil {
		v.Zone = time.UTC
	}
	l := &linear{visit: v, wished: rooms.Choose(v.Nick), out: v.Out, stay: stay{seat: nowhere{}}, columns: columnsOf(v.Size.Width), bell: bell.New(time.Now()), notify: cmp.Or(v.Notify, "mentions"), times: v.Times == "on"}
	if door := v.Held; door != nil {
		l.visit.Held = func() []rooms.HeldField { return append(append(door(), l.chosen()...), l.kept()...) }
	}
	l.editor.before = l.before
	if !v.Dumb {
		l.editor.compose = composer.New(composer.ForRoom(l.names()))
		l.editor.compose.OneLine = true
	}
	l.editor.row.columns = l.columns
	l.begin(ctx)
	err := run(ctx, v.In, l)
	if l.phase == entering {
		l.attempt.giveUp()
	}
	if broken := l.flush(); err == nil {
		err = broken
	}
	defer l.stay.seat.Close()
	err = l.depart(ctx, err)
	if broken := l.flush(); err == nil {
		err = broken
	}
	return err
}

// before is what stands before a line that is said, as before what others say: the
// line is the one place where its own person hears it.
func (l *linear) before(line string) string {
	if l.stay.you.Nick == "" || l.stay.governs.Watches() || l.phase == atDoor || line == "" || command.Begins(line) {
		return ""
	}
	return "<" + l.stay.you.Nick + "> "
}

// begin goes to the front page, or into the room that was asked for: whoever does not
// get in there leaves.
func (l *linear) begin(ctx context.Context) {
	if l.visit.Told != "" {
		l.tell(l.visit.Told)
	}
	if l.visit.Room != "" {
		l.begins(ctx, l.visit.Room, ending)
		return
	}
	l.tell(frontPage...)
	if l.visit.Fingerprint != "" {
		l.tell("The key of this server is " + l.visit.Fingerprint + ".")
	}
}

func (l *linear) act(ctx context.Context) error {
	for {
		if err := l.understand(ctx); err != nil {
			return err
		}
		l.tellAhead()
		l.account()
		if err := l.show(ctx); err != nil {
			return err
		}
		if l.phase == finished || l.phase == ending && l.idle() {
			return errOver
		}
		if !l.goesOn() {
			return nil
		}
	}
}

// goesOn reports whether what was shown was what a command or keys waited for: nothing else
// would wake them.
func (l *linear) goesOn() bool {
	return l.phase == pending && l.idle() || l.heeds() && len(l.ahead) > 0
}

func (l *linear) awaits() awaited {
	var quiet, escape time.Time
	if len(l.held) > 0 {
		quiet = l.pressed.Add(QuietFor)
	}
	if wait := l.keys.Wait(); wait > 0 {
		escape = l.came.Add(wait)
	}
	var news rooms.Bell
	if l.doorstep.ahead != nil {
		news = l.doorstep.ahead.bell
	}
	return awaited{
		news:    news,
		late:    l.attempt.late,
		input:   len(l.ahead) < maxAhead && !l.ended,
		ready:   l.stay.seat.Ready(),
		due:     first(quiet, escape, l.queue.Due(), l.stay.comings.due, l.attempt.tellAt, l.fades),
		entered: l.attempt.done,
		resized: l.visit.Resize,
		pauses:  l.visit.Pauses,
	}
}

func (l *linear) delayed() { l.tell(rooms.DelayedWords + " Ctrl-C gives up.") }

func (l *linear) read(_ context.Context, chunk []byte) error {
	l.came = time.Now()
	l.queueKeys(l.keys.Append(nil, chunk))
	return nil
}

func (l *linear) finish(context.Context) error {
	l.ended = true
	return nil
}

func (l *linear) tick(ctx context.Context, now time.Time) error {
	if wait := l.keys.Wait(); wait > 0 && now.Sub(l.came) >= wait {
		l.queueKeys(l.keys.Expire(nil))
	}
	if isDue(l.attempt.tellAt, now) {
		l.attempt.tellAt = time.Time{}
		l.tell("Going in… Ctrl-C gives up.")
	}
	if isDue(l.fades, now) {
		l.fades = l.fade(now)
	}
	return l.goOn(ctx)
}

func (l *linear) resize(size paint.Size) error {
	l.columns = columnsOf(size.Width)
	return l.write(l.editor.resize(l.columns))
}

// do does an op. That the seat is over is found by show, after what is left.
func (l *linear) do(ctx context.Context, op rooms.Op) error {
	if err := l.stay.seat.Do(ctx, op); err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// takeEvents takes what has happened, and returns why the seat ended, if it did.
func (l *linear) takeEvents(ctx context.Context) error {
	for {
		events, err := l.stay.seat.Take()
		if len(events) == 0 {
			return err
		}
		for _, e := range events {
			if err := l.tellOf(ctx, e); err != nil {
				return err
			}
		}
	}
}

// show shows what has happened, unless a line is being typed.
func (l *linear) show(ctx context.Context) error {
	end := l.takeEvents(ctx)
	if isDue(l.stay.comings.due, time.Now()) {
		l.tellComings()
	}
	if l.rings {
		l.rings = false
		if err := l.write(alert); err != nil {
			return err
		}
	}
	if end == nil && l.editor.text() != "" && time.Since(l.pressed) < QuietFor && len(l.held) < maxHeld {
		return nil
	}
	if end != nil {
		l.tellComings()
	}
	if err := l.flush(); err != nil {
		return err
	}
	return end
}

// flush shows what was held back, and below it the line that is being typed.
func (l *linear) flush() error {
	if len(l.held) == 0 {
		return nil
	}
	columns := l.columns
	if l.visit.Dumb {
		columns-- // some go on in the next row by themselves once the last column is full
	}
	page := strings.ReplaceAll(wrap(l.told(), columns), "\n", "\r\n")
	l.held, l.seen = nil, l.stay.messages.Newest()
	return l.write(l.editor.hide() + page + l.editor.show())
}

func (l *linear) write(text string) error {
	if text == "" {
		return nil
	}
	_, err := io.WriteString(l.out, text)
	return err
}

// pause lets somebody else have the terminal, if they ask for it, and shows the line
// again.
func (l *linear) pause(asked bool) error {
	stands := l.editor.leave()
	if asked {
		if err := l.write(stands); err != nil {
			return err
		}
		l.visit.Suspend()
	}
	return l.write(l.editor.show())
}

// tell shows sentences to this person, with the next that is shown.
func (l *linear) tell(sentences ...string) {
	for _, s := range sentences {
		l.hold(note("%s", s), 0)
	}
}

// A heldLine is one that waits to be shown.
type heldLine struct {
	text string
	of   uint64 // the number of the message whose words it has; 0: none's
	gone string // what is shown in its place if that is taken back
}

// hold shows a line, of a message if that is not 0, with the next that is shown.
func (l *linear) hold(text string, of uint64) { l.held = append(l.held, heldLine{text: text, of: of}) }

// told is what waits to be shown.
func (l *linear) told() string {
	var b strings.Builder
	for _, line := range l.held {
		b.WriteString(line.text)
	}
	return b.String()
}

// names are what can be named here.
func (l *linear) names() command.Names {
	return command.Names{Commands: l.commands, Members: func() (names []string) {
		for _, m := range l.stay.members {
			if m.ID != l.stay.you.ID {
				names = append(names, m.Nick)
			}
		}
		return names
	}, Knocking: l.stay.governs.Knocking}
}
