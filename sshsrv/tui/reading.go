package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/sshsrv/tui/bell"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
	"sotto/sshsrv/tui/timeline"
)

// reading is what a person reads, and how: the timeline, where they stopped, what they
// look for or choose in it, and what calls them back. It knows no seat; what somebody
// wants done with a message that they chose is returned.
type reading struct {
	// Static after newReading.
	now        func() time.Time
	mayRetract func(id int) string // why this person can't take a message back; empty: they can

	timeline *timeline.Timeline
	talked   bool // something was said in this room
	unread   unread
	door     []comings.Happening // who came and went since the last flush

	search   search
	choosing bool   // keys choose a message
	sure     bool   // it is asked whether the chosen one is to be taken back
	refused  string // why what was wanted of it can't be done; empty: nothing was refused
	picker   picker

	*attention
	hidden bool // another room is in front
}

// attention is what is known of where a person looks, and what may call them back, in
// whichever room.
type attention struct {
	blurred bool // the window is not looked at
	notify  when
	bell    bell.Bell
}

func newAttention(now time.Time) attention {
	return attention{notify: onMentions, bell: bell.New(now)}
}

func newReading(zone *time.Location, now func() time.Time, a *attention, ignored func(rooms.Person) bool, mayRetract func(id int) string) reading {
	r := reading{now: now, mayRetract: mayRetract, attention: a, timeline: timeline.New(zone, now, ignored), unread: newUnread(a.blurred)}
	r.search.timeline, r.search.now = r.timeline, now
	return r
}

// note adds a line of sotto's own to the timeline.
func (r *reading) note(style theme.Style, sign, text string) {
	r.tell(rooms.Person{}, style, sign, text)
}

// tell adds a line that tells what somebody did.
func (r *reading) tell(who rooms.Person, style theme.Style, sign, text string) {
	r.tellDoor()
	r.timeline.Add(timeline.NewNote(r.now(), who, style, sign, text))
}

// happen takes who came, went or changed their name; it is told with the next flush.
func (r *reading) happen(h comings.Happening) { r.door = append(r.door, h) }

// tellDoor puts who came and went into the timeline.
func (r *reading) tellDoor() {
	for _, h := range r.door {
		r.timeline.Happen(h, r.now())
	}
	r.door = nil
}

// add puts somebody's words into the timeline, and calls for its person's attention
// if they want that. Below reports whether there is more to be told of what is new
// below.
func (r *reading) add(it timeline.Item, mine bool) (call tea.Cmd, below bool) {
	r.tellDoor()
	r.attend()
	r.talked = true
	id := r.timeline.Add(it)
	r.search.came(id)
	switch {
	case mine:
		r.timeline.ToEnd()
		r.attend()
		r.read()
		return nil, false
	case r.timeline.Hidden(id), r.timeline.IsGone(id):
		return nil, false
	}
	_, private := it.(timeline.Whispered)
	calls := private || r.timeline.Calls(id)
	call = r.call(calls)
	if r.unread.take(id, calls) {
		return call, false
	}
	r.timeline.Divide(r.unread.divider)
	return call, r.unread.above
}

// attend keeps track of what is seen as it comes.
func (r *reading) attend() {
	r.unread.attend(r.looked(), r.timeline.Follows())
	r.timeline.Divide(r.unread.divider)
}

// read takes the divider away, if nothing below it is unread.
func (r *reading) read() {
	r.unread.read()
	r.timeline.Divide(r.unread.divider)
}

// looked reports whether this is looked at.
func (r *reading) looked() bool { return !r.blurred && !r.hidden }

// focus says whether the window is looked at.
func (r *reading) focus(on bool) {
	r.bell.Focus(on)
	r.blurred = !on
}

// leave ends a room. What was read in it stays on the screen, to be read, searched and
// copied: /join once too often would take it away, and it is nowhere else.
func (r *reading) leave() {
	r.door, r.talked = nil, false
	r.loseChoice(saidElsewhere)
	r.timeline.Leave()
	r.unread = newUnread(!r.looked())
}

// clear empties the timeline.
func (r *reading) clear() {
	r.timeline.Clear()
	r.unread = newUnread(!r.looked())
}

// fades says how long what is said in this room stays; 0: it does.
func (r *reading) fades(after time.Duration) { r.timeline.Fade(after) }

// fade forgets what has faded, and returns whether anything did and when something next
// will.
func (r *reading) fade() (faded bool, next time.Time) {
	faded, next = r.timeline.Expire()
	r.search.forget()
	if faded && r.unread.first != timeline.None && !r.timeline.Has(r.unread.first) {
		r.unread.count, r.unread.calls = r.timeline.Others(r.unread.first)
		if r.unread.first = r.timeline.First(); r.unread.count == 0 {
			r.unread.seen()
		}
	}
	if _, ok := r.timeline.Selected(); r.choosing && !ok && r.refused == "" {
		r.loseChoice("What you had chosen has faded.")
	}
	return faded, next
}

// fold says whether what is too much at once is folded, after it was chosen: "on",
// "off" or as it is.
func (r *reading) fold(choice string) string {
	if choice != "" {
		r.timeline.SetFolding(choice == "on")
	}
	if !r.timeline.Folding() {
		return "Everything is shown. /fold on folds what is too much at once."
	}
	return "What is too much at once is folded. /fold off shows everything."
}

// times says whether every message shows its time, and by which clock, after it was
// chosen: "on", "off" or as it is.
func (r *reading) times(choice string) string {
	if choice != "" {
		r.timeline.ShowTimes(choice == "on")
	}
	by := "by this machine's clock"
	if zone := r.timeline.Zone(); zone != "Local" {
		by = "by the clock of " + zone
		if zone == time.UTC.String() {
			by = "by UTC (--tz ZONE at the door sets another)"
		}
	}
	if r.timeline.Times() {
		return "Every message has its time, " + by + ". /times off: one every five minutes."
	}
	return "The time stands there every five minutes, " + by + ". /times on gives every message its own."
}

// fare shows how a file fares now, and reports whether that is to be said: news that are not
// seen.
func (r *reading) fare(t *rooms.Transfer) (news bool) {
	shown := r.timeline.Fare(t)
	return t.Text != "" && !(shown && r.timeline.Follows())
}

// fates are the files that became the same, as long as that is told below the talk: several
// are told of together, as all offers are whose place is lost.
type fates struct {
	names []string
	more  int    // beside those
	text  string // what became of them
	word  string // that is told
}

// fatesShown is how many files are named at most: a row has room for these.
const fatesShown = 3

// tell takes what became of a file, while word is told, and returns what is to be told now.
func (f *fates) tell(t *rooms.Transfer, word string) string {
	if f.word == "" || word != f.word || t.Text != f.text {
		*f = fates{text: t.Text}
	}
	if len(f.names) < fatesShown {
		f.names = append(f.names, t.Name)
	} else {
		f.more++
	}
	names := strings.Join(f.names, ", ")
	if f.more > 0 {
		names += " and " + style.Plural(f.more, "other", "others")
	}
	f.word = names + ": " + t.Text
	return f.word
}

// restyle draws everything anew: for a width, a height that can show so many rows, in
// a look.
func (r *reading) restyle(width, screenful int, l look) {
	r.timeline.Restyle(width, screenful, l.cells, l.ink)
	r.tellDoor()
}

// fill draws what is to be read. It reports whether that made a difference to whether
// the newest is shown: there was room for everything.
func (r *reading) fill(rows []string) bool {
	followed := r.timeline.Follows()
	r.timeline.Fill(rows)
	if r.timeline.Follows() == followed {
		return false
	}
	r.attend()
	return true
}

// key is for keys that scroll.
func (r *reading) key(key string) bool {
	t := r.timeline
	switch key {
	case "pgup":
		t.ScrollPages(-1)
	case "pgdown":
		t.ScrollPages(1)
	case "shift+up", "ctrl+up":
		t.Scroll(-1)
	case "shift+down", "ctrl+down":
		t.Scroll(1)
	case "home", "ctrl+home":
		t.ToTop()
	case "end", "ctrl+end":
		r.toNew()
	default:
		return false
	}
	return true
}

// toNew goes to the first message that is new below, so that none of them is
// passed over, and from there to the newest.
func (r *reading) toNew() {
	if r.unread.first == timeline.None || !r.timeline.Descend(r.unread.first) {
		r.timeline.ToEnd()
		return
	}
	r.unread.seen()
}

// below words what is not seen further down; empty: the newest is shown.
func (r *reading) below() string {
	if r.timeline.Follows() {
		return ""
	}
	words := "End: newest"
	if r.unread.count > 0 {
		words = fmt.Sprintf("%d new below", r.unread.count)
	}
	if r.unread.calls > 0 {
		words += fmt.Sprintf(" · %d for you", r.unread.calls)
	}
	return words
}

// writes reports whether keys go to the composer.
func (r *reading) writes() bool { return !r.choosing && !r.search.on }

// find begins a search, whatever keys meant before.
func (r *reading) find() {
	r.choosing = false
	r.search.begin()
}

// hints are what can be done next while keys are not the composer's; none: they are.
func (r *reading) hints(brief bool) []hint {
	switch {
	case r.picker.on:
		return r.picker.hints()
	case r.choosing:
		return r.choiceHints(brief)
	case r.search.on:
		return r.search.hints()
	}
	return nil
}
