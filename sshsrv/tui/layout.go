package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/theme"
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

// flushEvery is how long a change that nobody waits for is held back, so that
// many of them cost one paint: people coming and going, somebody typing.
const flushEvery = 250 * time.Millisecond

// flushMsg says that what was held back may be shown.
type flushMsg struct{}

// terminal is what the rooms of a screen share: the terminal, as far as it told, how
// everything is drawn for it, and the frame.
type terminal struct {
	width, height int
	depth         theme.Depth
	ground        theme.Ground
	themeName     string
	look
	frame   paint.Frame
	tabEnds [maxPlaces]int // the column behind each room in the line of rooms; zero without one
	whole   bool           // the terminal is to be painted anew, whatever it shows
}

// newTerminal is one that has told nothing.
func newTerminal(themeName string) terminal {
	t := terminal{themeName: themeName}
	t.dress()
	return t
}

// dress draws everything in the theme that was chosen.
func (t *terminal) dress() {
	if ink, ok := theme.Find(t.themeName, t.ground, t.depth); ok {
		t.ink = ink
	}
}

// layout is where everything of a room stands on the terminal, and what of it was drawn:
// the bars above and below the timeline. What stands there it asks of a scene, whenever
// something of it no longer holds.
type layout struct {
	// Static after newLayout.
	now    func() time.Time
	door   string // the connection, in one word
	unseen bool   // see Config
	ways   func(rooms.RoomName) rooms.Invitation
	*terminal

	// What was drawn last, and what of it no longer holds.
	header []string

	people    []standing // in the row of people
	peopleRow int        // of the screen; -1: there is none

	alone    bool     // it says that nobody else is here
	lower    []string // rule, composer, status
	stale    bool     // the header, and what is pending, wait for the next flush
	flushing bool     // a flush is under way
	ruled    bool     // the rule, which is lower's first row, still holds
	writing  int      // which of lower's rows is the composer's first
	written  int      // and how many are
	touched  bool     // all of lower and the cursor are to be drawn again
	resized  bool     // everything is
}

// A scene is what stands on the screen: what the screen knows, and the other models.
type scene struct {
	*stay
	status    *status
	cards     *cards
	composing *composing
	reading   *reading

	front  *place
	places []*place // all, in the order of the line of rooms
}

// changed reports whether what is told or waits did, since this was last asked.
func (sc scene) changed() bool {
	did := sc.status.changed || sc.composing.changed
	sc.status.changed, sc.composing.changed = false, false
	return did
}

func newLayout(cfg *Config, t *terminal) layout {
	return layout{now: cfg.Now, door: cfg.Door, unseen: cfg.Unseen, ways: cfg.invited, terminal: t, resized: true}
}

// redraw, touch, retitle and rerule say what no longer holds: everything, what is below
// the timeline, what is above it, the rule.
func (l *layout) redraw()  { l.resized = true }
func (l *layout) touch()   { l.touched = true }
func (l *layout) retitle() { l.header = nil }
func (l *layout) rerule()  { l.ruled = false }

// forget lets go of what was drawn around the timeline; the frame is cleared as the next
// page is drawn.
func (l *layout) forget() {
	l.header, l.lower = nil, nil
	l.redraw()
}

// reline draws the line of rooms again, which is the header's first row.
func (l *layout) reline(sc scene) {
	if line := l.roomLine(sc.places, sc.front); len(line) > 0 && len(l.header) > 0 {
		l.header[0] = line[0]
	}
}

// later holds a change back until the next flush.
func (l *layout) later() tea.Cmd {
	l.stale = true
	if l.flushing {
		return nil
	}
	l.flushing = true
	return run.After(flushEvery, flushMsg{})
}

// flush reports whether something was held back, and shows it.
func (l *layout) flush() bool {
	held := l.stale
	l.stale, l.flushing = false, false
	if held {
		l.retitle()
		l.rerule()
	}
	return held
}

// resize fits a terminal of another size.
func (l *layout) resize(width, height int) { l.width, l.height, l.resized = width, height, true }

// restyle draws everything in the theme that was chosen.
func (l *layout) restyle() {
	l.dress()
	l.redraw()
}

// liesOn draws everything on a ground.
func (l *layout) liesOn(ground theme.Ground) {
	if ground != l.ground {
		l.ground = ground
		l.restyle()
	}
}

// shines draws everything in as many colours as a terminal has.
func (l *layout) shines(p colorprofile.Profile) {
	switch p {
	case colorprofile.TrueColor:
		l.depth = theme.TrueColor
	case colorprofile.ANSI256:
		l.depth = theme.ANSI256
	case colorprofile.ANSI:
		l.depth = theme.ANSI
	default:
		l.depth = theme.None
	}
	l.restyle()
}

// wear chooses a theme, and reports whether there is one of that name.
func (l *layout) wear(name string) bool {
	if _, ok := theme.Find(name, l.ground, l.depth); !ok {
		return false
	}
	l.themeName = name
	l.restyle()
	return true
}

// grounds are what a theme lies on, in words.
var grounds = map[theme.Ground]string{
	theme.Dark: "on a dark ground", theme.Light: "on a light ground", theme.Either: "on a ground that this terminal doesn't tell",
}

// themeWords say which theme it is, and which there are.
func (l *layout) themeWords() string {
	return "The theme is " + l.ink.Name() + ", " + grounds[l.ink.Ground()] + ". /theme and one of these changes it: " +
		strings.Join(theme.Names(), ", ") + "; -dark or -light behind one chooses its ground."
}

// screenful is how many rows a timeline shows at most: while there is no topic and
// nothing is typed.
func (l *layout) screenful() int {
	rows := l.height - 3 // title, composer, status
	if l.height >= ruleHeight {
		rows--
	}
	if l.height >= peopleHeight {
		rows--
	}
	return rows
}

// draw returns the frame: of a scene, as far as it fits. Its rows are shared and
// must not be changed; the slice is used again for the next frame.
func (l *layout) draw(sc scene) paint.Frame {
	f := &l.frame
	if len(f.Rows) != l.height {
		f.Rows, l.resized = make([]string, l.height), true
	}
	f.Title = sc.title()
	f.Whole, l.whole = l.whole, false
	switch {
	case l.width < leastWidth || l.height < leastHeight:
		l.drawTooSmall()
	case sc.cards.hall != nil:
		rows, x, y := sc.cards.hall.rows(l.look, l.width, l.pageHeight(sc))
		l.drawPage(sc, rows, paint.Point{X: x, Y: y}, !sc.cards.hall.waiting && !sc.cards.hall.link)
	case sc.cards.front != nil:
		rows, x, y := sc.cards.front.rows(l.look, l.width, l.pageHeight(sc))
		l.drawPage(sc, rows, paint.Point{X: x, Y: y}, !sc.cards.front.entering)
	default:
		if sc.reading.search.seek() { // no more keys wait
			l.touch()
		}
		l.drawRoom(sc)
	}
	return *f
}

func (l *layout) drawTooSmall() {
	f := &l.frame
	f.Top, f.Bottom, f.ShowCursor = 0, 0, false
	clear(f.Rows)
	if l.width > 0 {
		copy(f.Rows, l.wrap("sotto needs 20 columns and 6 rows; this window has fewer.", l.width))
	}
	l.redraw()
}

// pageHeight is how many rows there are between the line of rooms and the hints.
func (l *layout) pageHeight(sc scene) int { return l.height - 1 - len(l.roomLine(sc.places, sc.front)) }

// drawPage draws what takes the whole screen but for the line of rooms, and puts the
// cursor where something is asked.
func (l *layout) drawPage(sc scene, rows []string, at paint.Point, asks bool) {
	f := &l.frame
	f.Top, f.Bottom = 0, 0
	clear(f.Rows)
	line := l.roomLine(sc.places, sc.front)
	copy(f.Rows, line)
	copy(f.Rows[len(line):l.height-1], rows)
	at.Y += len(line)
	_, f.Rows[l.height-1], _ = l.firstHints(sc)
	f.Cursor, f.ShowCursor = paint.Point{X: min(at.X, l.width-1), Y: min(at.Y, l.height-1)}, asks
	l.redraw()
}

func (l *layout) drawRoom(sc scene) {
	l.lay(sc)
	f := &l.frame
	f.Top, f.Bottom = len(l.header), l.height-len(l.lower)
	copy(f.Rows, l.header)
	copy(f.Rows[f.Bottom:], l.lower)
	if sc.reading.fill(f.Rows[f.Top:f.Bottom]) {
		l.drawLower(sc)
		copy(f.Rows[f.Bottom:], l.lower)
	}
	unseen := l.unseen && sc.kind == rooms.KindSealed
	if l.alone && sc.inviting() && !unseen && sc.cards.open == nil {
		if rows := l.emptyRows(sc.stay, blankRows(f.Rows[f.Top:f.Bottom])); rows != nil {
			copy(f.Rows[f.Top:], rows)
			sc.reading.timeline.Stir()
		}
	}
	if sc.cards.open != nil {
		sc.cards.open.over(f.Rows, f.Top, f.Bottom, l.width, l.look)
		sc.reading.timeline.Stir()
	}
}

// lay draws again what no longer holds of everything around the timeline, so
// that it is known how much the timeline shows.
func (l *layout) lay(sc scene) {
	if l.resized {
		sc.reading.restyle(l.width, l.screenful()-min(len(sc.places)-1, 1), l.look)
		l.header, l.touched, l.resized = nil, true, false
	}
	if l.header == nil {
		l.header = l.drawHeader(sc)
	}
	switch {
	case sc.changed() || l.touched:
		l.drawLower(sc)
	case !l.ruled && l.height >= ruleHeight:
		l.lower[0] = l.ruleLine(sc)
	}
	l.touched, l.ruled = false, true
	sc.reading.timeline.SetHeight(max(l.height-len(l.header)-len(l.lower), 1))
}

func (l *layout) drawHeader(sc scene) []string {
	l.alone = sc.taking() <= 1
	rows := append(l.roomLine(sc.places, sc.front), l.titleBar(sc.stay))
	l.peopleRow = -1
	if l.height >= peopleHeight {
		l.peopleRow = len(rows)
		rows = append(rows, l.peopleLine(sc.stay))
	}
	if topic := sc.topicText(); l.height >= topicHeight && topic != "" {
		rows = append(rows, l.topicLine(topic))
	}
	return rows
}

// maxCandidateRows is how many of Tab's candidates are seen at once.
const maxCandidateRows = 6

// drawLower draws what is below the timeline, and puts the cursor.
func (l *layout) drawLower(sc scene) {
	var rows, typed []string
	var at paint.Point
	if l.height >= ruleHeight {
		rows = append(rows, l.ruleLine(sc))
	}
	rows = append(rows, l.askedRow(sc.stay)...)
	var offered []composer.Candidate
	var nth int
	if sc.composing.recall.on {
		offered, nth = sc.composing.recallFound(maxCandidateRows)
	}
	status := l.statusRows(sc)
	spare := max((l.height-len(l.header)-len(rows)-len(status))/2, 1)
	if search := &sc.reading.search; search.on {
		line, x := search.line(l.look, l.width)
		typed, at = []string{line}, paint.Point{X: x}
	} else if pick := &sc.reading.picker; pick.on {
		line, x := pick.line(l.look, l.width)
		typed, at = []string{line}, paint.Point{X: x}
		rows = append(rows, l.candidateRows(pick.candidates(), pick.nth, l.width, min(maxCandidateRows, spare-1))...)
	} else if recall := &sc.composing.recall; recall.on {
		line, x := recall.line(l.look, l.width)
		typed, at = []string{line}, paint.Point{X: x}
		rows = append(rows, l.candidateRows(offered, nth, l.width, min(maxCandidateRows, spare-1))...)
	} else if sc.you.Watch {
		typed = l.watchRow()
	} else {
		typed, at = sc.composing.rows(l.look, l.width, min(composer.MaxRows, spare), sc.hushed())
		rows = append(rows, sc.composing.waitingRows(l.look, l.width, spare-len(typed), sc.unheard())...)
		candidates, chosen := sc.composing.composer.Candidates()
		rows = append(rows, l.candidateRows(candidates, chosen, l.width, min(maxCandidateRows, spare-len(typed)))...)
	}
	l.writing, l.written = len(rows), len(typed)
	l.lower = append(append(rows, typed...), status...)
	f := &l.frame
	f.Cursor = paint.Point{X: at.X, Y: l.height - len(status) - len(typed) + at.Y}
	f.ShowCursor = (!sc.reading.choosing || sc.reading.picker.on) && sc.cards.open == nil && (!sc.you.Watch || sc.reading.search.on)
}
