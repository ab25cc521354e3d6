package seal

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"sotto/rooms"
)

// ConfirmWait is how long a welcome waits for the people who are there to say who
// they are: a slow link's round trip. Whoever is later is shown later.
const ConfirmWait = 2 * time.Second

// AloneWait is how long it waits where none of them has: two round trips of a slow line
// through Tor. Nobody may be told that they are alone while others are on their way.
const AloneWait = 3 * ConfirmWait

// Seat makes a sealed room look like an open one: it takes and gives the same ops
// and events, in the clear, on this side of the encryption. Numbers of events are
// its own. Do and Next may be called from two goroutines.
//
// What its person says it seals to nobody whom it does not show, and it counts those
// whom it does not show (see [rooms.Unconfirmed]).
type Seat struct {
	conn rooms.Participant
	room *Room
	name rooms.RoomName // what the people here call it
	says rooms.Limiter  // of words, since the server can't tell which they are

	mu sync.Mutex // guards what follows

	coming *Session // of a place that was asked for; nil: none was
	place           // that this end has

	// Of the connection.
	sending sending
	outage  outage
	due     time.Time          // when Next looks again by itself; zero: when something comes
	waiting context.CancelFunc // ends its wait for that; nil while it does not wait

	// Of the seat, whatever its places.
	wish   string
	topic  topic
	keys   map[string]ID // for whom the server's ids stand
	knocks knocks
	seq    uint64
	// heldDue is how often the server is to show what it holds about this place.
	heldDue int
	// When this end's person last typed, and it asked, answered, and said whom it shows.
	typed, questioned, answered, listed time.Time
	leapt                               time.Time     // when this person last asked others to another room
	ghosts, forged, strangers, untaken  int           // so far
	addedUp                             time.Time     // until when the time of those who owe an answer was
	read, comparing                     comparison    // of the words that were shown last, and that were the same
	events                              []rooms.Event // ready for Next
}

// NewSeat returns a seat for one room, before it is in it. Every join of the
// connection must carry a fresh [Seat.Hello].
func NewSeat(room *Room, name rooms.RoomName, nick string) *Seat {
	s := &Seat{
		room: room, name: name, wish: nick, keys: map[string]ID{},
		says:    rooms.NewLimiter(rooms.DefaultSayRate, rooms.DefaultSayRate*rooms.SayBurst),
		sending: sending{pacing: newPacing()},
	}
	if nick == "" {
		s.wish = rooms.GenerateNick().String()
	}
	return s
}

// Hello makes a fresh identity and returns what the others are shown of it. It
// takes the place of the one before when its welcome comes.
func (s *Seat) Hello() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.coming = NewSession(s.room.NewMe())
	return s.coming.me.Hello()
}

// begin takes up the identity of a fresh place and forgets what was before it.
// Nobody can know what became of messages that were on their way there.
func (s *Seat) begin() {
	s.forget()
	s.place = place{session: s.coming, people: newPeople(), names: newReferences(s.seq + 1), recent: newRecent(), stated: map[string]stated{}}
	s.coming, s.knocks.last = nil, nil
	s.giveUp()
}

// forget ends the place: its keys are gone.
func (s *Seat) forget() {
	if s.stage != outside {
		s.endVoice()
		s.session.forget()
	}
	s.place = place{}
	s.sending.release()
}

// Attach gives the seat its connection, whose join carried the last Hello.
func (s *Seat) Attach(conn rooms.Participant) { s.conn = conn }

// Made is as of [rooms.Maker].
func (s *Seat) Made() bool {
	maker, ok := s.conn.(rooms.Maker)
	return ok && maker.Made()
}

// Close ends the connection and forgets the keys.
func (s *Seat) Close() error {
	err := s.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget()
	return err
}

// SayWait says how long until a Say would pass the rate limit.
func (s *Seat) SayWait() time.Duration { return s.says.Peek(time.Now()) }

// Ease waits while much waits to leave, if the connection knows of that.
func (s *Seat) Ease(ctx context.Context) error {
	if c, ok := s.conn.(rooms.Eased); ok {
		return c.Ease(ctx)
	}
	return nil
}

// Do asks for an op, as [rooms.Seat.Do]. Refusals come as events.
func (s *Seat) Do(ctx context.Context, op rooms.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, pass, refused := s.prepare(op)
	switch {
	case refused != nil:
		s.events = append(s.events, refused)
		s.rouse(time.Now())
		return nil
	case pass != nil:
		return s.conn.Do(ctx, pass)
	case o == nil:
		return nil // nothing to pass on
	}
	s.sending.add(o)
	now := time.Now()
	wait, err := s.flush(ctx, now)
	if err == nil && wait > 0 {
		s.rouse(now.Add(wait))
	}
	return err
}

// rouse sees to it that whoever waits in Next looks again by then. The server has no part
// in it: how often it were asked would tell it what is typed and refused here.
func (s *Seat) rouse(by time.Time) {
	if s.waiting != nil && (s.due.IsZero() || s.due.After(by)) {
		s.due = by
		s.waiting()
	}
}

// known is the id of barriers that say what we know to have been refused, and
// resendPrefix begins those that decide what has to be said again.
const (
	known        = "seal:known"
	resendPrefix = "seal:resend:"
)

// Next waits for events, as [rooms.Seat.Next].
func (s *Seat) Next(ctx context.Context) ([]rooms.Event, error) {
	for {
		events, wait, err := s.step(ctx)
		if len(events) > 0 || err != nil {
			return events, err
		}
		heard, err := s.conn.Next(wait)
		isTime := wait.Err() != nil
		s.waited()
		if err != nil && (!isTime || ctx.Err() != nil) {
			if ctx.Err() != nil {
				return nil, err
			}
			s.end(err)
		}
		if err := s.takeAll(ctx, heard); err != nil {
			return nil, err
		}
	}
}

// end notes why the connection is over, and with it the place: who burned the room does
// not wait until a screen was closed.
func (s *Seat) end(why error) {
	var ended *rooms.Ended
	if errors.As(why, &ended) && ended.Code == rooms.Removed { // no reason is given here: it would be the server's word
		why = rooms.ByRemoval("")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outage.over = why
	if !errors.Is(why, io.EOF) { // whoever leaves needs no answers
		s.giveUp()
	}
	s.forget()
}

// step sends what may leave, and returns what can be handed out now, or what to wait under
// until it is time to look again, or why nothing will come.
func (s *Seat) step(ctx context.Context) (events []rooms.Event, wait context.Context, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	events, until := s.ready(now)
	pause, _ := s.flush(ctx, now) // an error says that the seat is over, and Next of the connection why
	if len(events) > 0 {
		return events, nil, nil
	}
	if s.outage.over != nil {
		return nil, nil, s.outage.over
	}
	if pause > 0 {
		until = earlier(until, now.Add(pause))
	}
	if s.due = until; until.IsZero() {
		wait, s.waiting = context.WithCancel(ctx)
	} else {
		wait, s.waiting = context.WithDeadline(ctx, until)
	}
	return nil, wait, nil
}

// waited notes that Next waits no more.
func (s *Seat) waited() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting()
	s.waiting = nil
}

// ready does what is due, and returns what can be handed out now, or when to look
// again.
func (s *Seat) ready(now time.Time) (events []rooms.Event, until time.Time) {
	if isDue(s.outage.expires, now) {
		s.outage.expires = time.Time{}
		s.forget()
	}
	if isDue(s.sending.by, now) {
		s.outage.over = &rooms.Ended{Code: rooms.NotAllowed, Message: "The server did not say within half a minute what became of what was on its way when the connection was lost. The connection was ended."}
		s.giveUp()
		s.forget()
	}
	until = earlier(s.outage.expires, s.sending.by)
	if s.stage == entering {
		by := s.waitsUntil
		if len(s.people.shown()) == 1 {
			by = by.Add(AloneWait - ConfirmWait)
		}
		if now.Before(by) && s.people.unconfirmed() > 0 {
			return nil, earlier(until, by)
		}
		s.stage = inside
		s.events = append(append(append(s.events, s.welcome()), s.asides()...), s.afterwards...)
		s.afterwards = nil
		s.sayView()
		s.sayName()
	}
	if s.stage == inside {
		until = earlier(until, s.look(now))
	}
	events, s.events = s.events, nil
	return events, until
}

// sayView says whom we show, now that everybody has said who they are: what we told them
// until then showed fewer to each, and all would have to ask.
func (s *Seat) sayView() {
	var told []*person
	for _, m := range s.people.order {
		if m.shown && m.told {
			told = append(told, m)
		}
	}
	s.tell(payload{T: "step"}, told...)
}

// look sees to what time brings: strangers who say nothing, differences that
// last, pairs that should step.
func (s *Seat) look(now time.Time) (next time.Time) {
	next = earlier(earlier(s.watch(now), s.missed(now)), earlier(s.count(now), s.restate(now)))
	s.addUp(now)
	next = earlier(next, earlier(s.closeSums(now), s.lapsed(now)))
	next = earlier(next, s.tendVoice(now))
	if s.outage.down {
		return next // nobody could answer
	}
	next = earlier(next, s.linger(now))
	asked, again := s.ask(now)
	s.question(asked)
	next = earlier(next, again)
	if s.sending.suspended {
		return next
	}
	next = earlier(next, s.reply(now))
	due, step := s.session.Due(now, func(id ID) bool { return s.people.byPeer[id].shown })
	var peers []*person
	for _, id := range due {
		peers = append(peers, s.people.byPeer[id])
	}
	if len(peers) > 0 && !s.sending.slow() { // otherwise what waits carries the shares
		s.tell(payload{T: "step"}, peers...)
	}
	if s.sending.slow() {
		return next // and there is nothing more to do before it has left
	}
	return earlier(next, step)
}

// count tells how many hold the link and are not shown, when that has changed or lasts,
// and says when to look again.
func (s *Seat) count(now time.Time) (next time.Time) {
	lasting := 0
	for _, m := range s.people.order {
		switch at := m.since.Add(LastsAfter); {
		case m.shown || m.vouched || m.isAway(now): // of the two others it is said who they are
		case now.Before(at):
			next = earlier(next, at)
		default:
			lasting++
		}
	}
	told := rooms.Unconfirmed{Count: s.people.unconfirmed()}
	if lasting > s.lasting {
		told.Lasting = lasting
	}
	if told.Count != s.told || told.Lasting > 0 {
		s.emit(&told)
	}
	s.told, s.lasting = told.Count, lasting
	return next
}

func (s *Seat) welcome() *rooms.Welcome {
	return &rooms.Welcome{
		Room: s.name, Kind: rooms.KindSealed, Topic: s.topic.Text, You: s.you.Member,
		Members: s.people.shownMembers(), Rules: s.rules, Seq: s.seq, Resumed: s.resumed, Voice: s.offered,
	}
}
