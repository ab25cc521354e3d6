package files

import (
	"slices"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// Desk is one participant's files: those they offer, those that are offered to
// them, and those they take. It learns what happened and when, and says what to
// pass and what to tell. It is used from one goroutine.
type Desk struct {
	you    string
	here   []string // ids of the others who are
	offers []*offer // the oldest first
	count  int      // offers so far, to number them
	ended  []seal.FileKey
	passed time.Time // when something last was
	spoke  bool      // it was a report
	out    []Pass    // reports, at most maxReports
	news   []rooms.Event
}

// offer is a file that was offered, as one end sees it.
type offer struct {
	n    int
	seq  uint64
	from rooms.Person
	file rooms.File
	key  seal.FileKey
	id   seal.FileID
	give *give // nil: it is somebody else's, or over
	take *take // nil: it is not being taken
	mine bool
	has  bool // it was taken whole
	over bool
	told time.Time // when its progress last was
}

// refuse is why something can't be done, in a sentence.
func refuse(sentence string) *rooms.Error {
	return &rooms.Error{Code: rooms.NotAllowed, Message: sentence}
}

// News are the events since the last call, for the person.
func (d *Desk) News() (news []rooms.Event) {
	news, d.news = d.news, nil
	return news
}

// Welcome begins a place, or goes on with one. What was on its way in another
// place has an end.
func (d *Desk) Welcome(w *rooms.Welcome) {
	d.you, d.here = w.You.ID, nil
	for _, m := range w.Members {
		d.Joined(m)
	}
	if w.Resumed {
		return
	}
	for _, o := range d.offers {
		d.end(o, "The connection was lost for too long.")
	}
}

// Joined takes down that somebody is here.
func (d *Desk) Joined(m rooms.Member) {
	if m.ID != d.you {
		d.here = append(d.here, m.ID)
	}
}

// Offered takes down an offer, which [rooms.CleanFile] has to accept. content is there if it is this end's own.
func (d *Desk) Offered(e *rooms.Offered, content Content) {
	d.count++
	o := &offer{n: d.count, seq: e.Seq, from: e.From, file: e.File, key: seal.FileKey([]byte(e.File.Key)), mine: e.From.ID == d.you}
	o.id = o.key.ID()
	if content != nil {
		o.give = &give{key: o.key, size: e.File.Size, content: content}
	}
	o.over = o.mine && content == nil // of an earlier connection, whose end forgot it
	d.offers = append(d.offers, o)
	d.bound()
	d.tell(o, "")
}

// bound forgets the oldest offers that nobody here gives or takes.
func (d *Desk) bound() {
	for i := 0; i < len(d.offers) && len(d.offers) > MaxKnown; {
		if o := d.offers[i]; o.give != nil || o.take != nil {
			i++
			continue
		}
		d.offers = append(d.offers[:i], d.offers[i+1:]...)
	}
}

// Giving is how many files this end offers.
func (d *Desk) Giving() (n int) {
	for _, o := range d.offers {
		if o.give != nil {
			n++
		}
	}
	return n
}

func (d *Desk) taking() (n int) {
	for _, o := range d.offers {
		if o.take != nil {
			n++
		}
	}
	return n
}

// window is how far each of the files that are taken now may be asked for.
func (d *Desk) window() uint32 { return uint32(max(Window/max(d.taking(), 1), WindowLeast)) }

// find returns the offer of a number, or for 0 the newest that fits.
func (d *Desk) find(n int, fits func(*offer) bool) *offer {
	for i := len(d.offers) - 1; i >= 0; i-- {
		if o := d.offers[i]; n == o.n || n == 0 && fits(o) {
			return o
		}
	}
	return nil
}

// Takeable returns the name of the file that Take would take, or why it can't
// be.
func (d *Desk) Takeable(n int) (name string, err error) {
	o := d.find(n, func(o *offer) bool { return !o.mine && !o.over && !o.has && o.take == nil })
	switch {
	case o == nil && n == 0:
		return "", refuse("No file is offered here that could be taken.")
	case o == nil:
		return "", refuse("No file of that number is offered here.")
	case o.mine:
		return "", refuse("That file is your own.")
	case o.take != nil:
		return "", refuse("That file is being taken already.")
	case o.over:
		return "", refuse("That file is not offered any more.")
	case d.taking() >= MaxTakes:
		return "", refuse("That is more than can be taken at once. Wait for one to be there, or /cancel one.")
	}
	return rooms.CleanFileName(o.file.Name), nil
}

// Take begins to take a file that is takeable, and returns its number.
func (d *Desk) Take(n int, sink Sink, now time.Time) int {
	o := d.find(n, func(o *offer) bool { return !o.mine && !o.over && !o.has && o.take == nil })
	o.has = false
	o.take = newTake(o.key, o.from.ID, o.file.Size, o.file.Sum, sink, now)
	d.report(o.take.ask(want, d.window()))
	d.tell(o, "")
	return o.n
}

// Cancel stops taking a file, or offering one of one's own.
func (d *Desk) Cancel(n int) error {
	o := d.find(n, func(o *offer) bool { return o.give != nil || o.take != nil })
	switch {
	case o == nil && n == 0:
		return refuse("No file is on its way that could be stopped.")
	case o == nil:
		return refuse("No file of that number is offered here.")
	case o.take != nil:
		d.stop(o, "You stopped taking it.")
	case o.give != nil:
		d.withdraw(o, "You offer it no more.")
	default:
		return refuse("You are not taking that file.")
	}
	return nil
}

// stop ends taking a file that may still be taken anew.
func (d *Desk) stop(o *offer, why string) {
	d.report(reportTo(o.from.ID, o.key, report{kind: quit}))
	o.take.sink.Drop()
	o.take = nil
	d.tell(o, why)
}

// end makes an offer one that can't be taken any more.
func (d *Desk) end(o *offer, why string) {
	if o.over {
		return
	}
	told := o.mine || o.take != nil || !o.has
	if o.take != nil {
		o.take.sink.Drop()
		o.take = nil
	}
	if o.give != nil {
		_ = o.give.content.Close() // it was only read
		o.give = nil
		d.ended = append(d.ended, o.key)
		d.ended = d.ended[max(len(d.ended)-MaxEnded, 0):]
	}
	o.over = true
	if told {
		d.tell(o, why)
	}
}

// Close ends everything, quietly.
func (d *Desk) Close() {
	for _, o := range d.offers {
		d.end(o, "")
	}
	d.news, d.out = nil, nil
}

// Left ends what somebody offered, and what they took.
func (d *Desk) Left(p rooms.Person) {
	d.here = slices.DeleteFunc(d.here, func(id string) bool { return id == p.ID })
	for _, o := range d.offers {
		if o.from.ID == p.ID && !o.over {
			d.end(o, o.from.Nick+" has left, and the file with them.")
		} else if o.give != nil && o.give.forget(p.ID) {
			d.tell(o, "")
		}
	}
}

// Passed takes what somebody passed. What does not belong to any file here, or
// comes from somebody who has no business with it, is nothing.
func (d *Desk) Passed(p *rooms.Passed, now time.Time) {
	id, ok := seal.FileOf(p.Body)
	if !ok {
		return
	}
	for _, o := range d.offers {
		if o.id != id || o.give == nil && o.from.ID != p.From {
			continue
		}
		text, err := o.key.Open(p.Body)
		if err != nil {
			return
		}
		if o.give != nil {
			d.reported(o, p.From, text, now)
		} else {
			d.given(o, text, now)
		}
		return
	}
	for _, key := range d.ended {
		if key.ID() == id {
			d.asked(key, p)
			return
		}
	}
}

// reported takes a report of somebody who takes.
func (d *Desk) reported(o *offer, from string, text []byte, now time.Time) {
	r, err := decodeReport(text, chunksOf(o.file.Size))
	if err != nil || from == d.you {
		return
	}
	before := *o.give
	if !o.give.report(from, r, now) {
		return
	}
	if len(before.takers) != len(o.give.takers) || before.taken != o.give.taken {
		d.tell(o, "")
	} else {
		d.progress(o, now)
	}
}

// given takes what the offerer passed.
func (d *Desk) given(o *offer, text []byte, now time.Time) {
	if r, err := decodeReport(text, chunksOf(o.file.Size)); err == nil {
		if r.kind == withdrawn {
			d.end(o, o.from.Nick+" offers it no more.")
		}
		return
	}
	n, data, err := decodeChunk(text)
	switch {
	case err != nil:
		return
	case o.take == nil && o.has:
		d.report(reportTo(o.from.ID, o.key, report{kind: done})) // which was lost
		return
	case o.take == nil:
		return
	}
	answer, whole, err := o.take.chunk(n, data, d.window(), now)
	d.report(answer...)
	switch {
	case err != nil:
		d.stop(o, rooms.Sentence(err.Error())+" Nothing was saved.")
	case whole:
		d.keep(o)
	default:
		d.progress(o, now)
	}
}

// keep keeps a file that is whole.
func (d *Desk) keep(o *offer) {
	name, err := o.take.sink.Keep()
	if err != nil {
		d.stop(o, "It could not be saved: "+err.Error()+".")
		return
	}
	d.report(reportTo(o.from.ID, o.key, report{kind: done}))
	o.take, o.has = nil, true
	d.tell(o, "Saved as "+name+".")
}

// asked tells somebody who asks for a file of an offer that has ended.
func (d *Desk) asked(key seal.FileKey, p *rooms.Passed) {
	text, err := key.Open(p.Body)
	if err != nil {
		return
	}
	if r, err := decodeReport(text, 1<<32-1); err == nil && (r.kind == want || r.kind == again) {
		d.report(reportTo(p.From, key, report{kind: withdrawn}))
	}
}

// maxReports is how many reports wait to be passed, two for each taker of one
// file. What does not fit is asked about again.
const maxReports = 2 * MaxTakers

func (d *Desk) report(passes ...Pass) {
	d.out = append(d.out, passes[:min(len(passes), maxReports-len(d.out))]...)
}

// Step does what is due. It returns what to pass, if ok, and when to come back at
// the latest; zero: when something happens.
func (d *Desk) Step(now time.Time) (p Pass, ok bool, due time.Time) {
	for _, o := range d.offers {
		switch {
		case o.take != nil:
			answer, expired := o.take.tick(d.window(), now)
			d.report(answer...)
			if expired {
				d.stop(o, "Nothing more came of it. Nothing was saved.")
			}
		case o.give != nil && o.give.tick(now):
			d.tell(o, "")
		}
	}
	if !now.Before(d.passed.Add(PassEvery)) {
		if p, ok = d.next(now); ok {
			d.passed = now
		}
	}
	if len(d.out) > 0 {
		due = d.passed.Add(PassEvery)
	}
	for _, o := range d.offers {
		switch {
		case o.take != nil:
			due = sooner(due, o.take.due())
		case o.give != nil:
			due = sooner(due, o.give.due())
			if o.give.eager() != nil {
				due = sooner(due, d.passed.Add(PassEvery))
			}
		}
	}
	return p, ok, due
}

// next is what to pass next: a report or a chunk, in turns if there are both.
func (d *Desk) next(now time.Time) (p Pass, ok bool) {
	of, taker := d.eager()
	if len(d.out) > 0 && (taker == nil || !d.spoke) {
		p, d.out, d.spoke = d.out[0], d.out[1:], true
		return p, true
	}
	d.spoke = false
	if taker == nil {
		return p, false
	}
	p, err := of.give.pass(taker, now)
	if err != nil {
		d.withdraw(of, "It can't be read any more. It is not offered any longer.")
	}
	return p, err == nil
}

// eager is whoever has waited longest for a chunk of any file, or nil.
func (d *Desk) eager() (of *offer, first *taker) {
	for _, o := range d.offers {
		if o.give == nil {
			continue
		}
		if t := o.give.eager(); t != nil && (first == nil || t.served.Before(first.served)) {
			of, first = o, t
		}
	}
	return of, first
}

// withdraw ends an offer of one's own, and tells all who are here: whoever has not begun to
// take it is not to try. Who is cut off meanwhile learns it when they do.
func (d *Desk) withdraw(o *offer, why string) {
	for to := range slices.Chunk(d.here, rooms.MaxPassTo) {
		d.report(Pass{To: slices.Clone(to), Body: o.key.Seal(report{kind: withdrawn}.encode())})
	}
	d.end(o, why)
}

// progress tells how far a file is, if that was not told just now.
func (d *Desk) progress(o *offer, now time.Time) {
	if now.Sub(o.told) >= ProgressEvery {
		o.told = now
		d.tell(o, "")
	}
}

func (d *Desk) tell(o *offer, text string) {
	t := &rooms.Transfer{
		Offer: o.seq, N: o.n, Name: rooms.CleanFileName(o.file.Name), Size: o.file.Size, From: o.from, Mine: o.mine,
		State: rooms.TransferOpen, Text: text,
	}
	if o.give != nil {
		t.Takers, t.Taken = len(o.give.takers), o.give.taken
	}
	switch {
	case o.over:
		t.State = rooms.TransferOver
	case o.take != nil:
		t.State, t.Done = rooms.TransferRunning, o.take.bytes()
	case t.Takers > 0:
		t.State, t.Done = rooms.TransferRunning, o.give.least()
	case o.has:
		t.State, t.Done = rooms.TransferDone, o.file.Size
	}
	d.news = append(d.news, t)
}
