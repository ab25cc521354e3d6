package seal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"sotto/rooms"
)

// Conn is a seat in a sealed room as the server gives it: it carries [rooms.Seal]
// and [rooms.Sealed] and knows nothing of what is in them.
type Conn interface {
	Do(ctx context.Context, op rooms.Op) error
	Next(ctx context.Context) ([]rooms.Event, error)
	Close() error
}

// Codes of notices that only a sealed room's own members can give.
const (
	Ghost         rooms.Code = "ghost"          // somebody without the secret tried to come in
	Forged        rooms.Code = "forged"         // something did not prove to be genuine
	RosterDiffers rooms.Code = "roster_differs" // a member is shown other people than we are
)

const (
	// ConfirmWait is how long a welcome waits for the people who are there to
	// say who they are: a slow link's round trip. Whoever is later is shown later.
	ConfirmWait = 2 * time.Second
	// DifferFor is how long two members may see different people before it is
	// said: joins and leaves reach them at different times.
	DifferFor = 5 * time.Second
	// maxPast is how many rosters of that time are remembered: a room's worth of
	// people who come at once. If more do, what is late may be called different.
	maxPast = MaxMembers
	// maxReferences is how many messages can be answered: what a screen keeps.
	maxReferences = 2000
	// unsentMost is how many messages may wait for their own copy to come back.
	unsentMost = 256
	// flightMost is how many of them may be on their way at a time, and how many
	// leave at once before they are paced by the server's own rate. Both are half
	// of the server's burst, so that none is refused: whatever the network does to
	// the time between them, in no span does the server meet more than what was on
	// its way before, one burst of ours, and what our rate let out in it.
	flightMost = rooms.SealedBurst / 2
)

// Seat makes a sealed room look like an open one: it takes and gives the same ops
// and events, in the clear, on this side of the encryption. Numbers of events are
// its own. Do and Next may be called from two goroutines.
type Seat struct {
	conn Conn
	room *Room
	name rooms.RoomName // what the people here call it
	says rooms.Limiter  // of words, since the server can't tell which they are
	pace rooms.Limiter  // of what leaves, so that nothing is refused once it is sealed

	mu         sync.Mutex
	session    *Session
	down       bool     // the connection is lost
	holding    bool     // from a loss until what was under way is said again
	resend     string   // id of the barrier after which that is
	barriers   int      // so far, to number them
	coming     *Session // of a place that was asked for; nil: none was
	people     people
	you        *person
	wish       string
	topic      topic
	seq        uint64
	numbers    map[reference]uint64 // of messages that can be answered
	messages   map[uint64]reference // the same, the other way
	oldest     uint64
	unsent     []unsent
	flying     int       // how many of them, the first ones, are on their way
	due        time.Time // when Next looks again by itself; zero: when something comes
	over       error     // why the connection is
	greeting   time.Time // until when the welcome waits; zero: it does not
	resumed    bool
	expires    time.Time // when the keys of a place whose connection is lost die; zero: it is not lost
	own        [16]byte  // our roster hash
	past       []past    // those before, oldest first
	ghosts     int
	forged     int
	typingAt   time.Time
	excused    uint64        // missing messages that the server has told of already
	events     []rooms.Event // ready for Next
	afterwards []rooms.Event // what waits for the welcome
}

// past is a roster that we saw, and until when.
type past struct {
	roster [16]byte
	until  time.Time
}

// unsent is a message whose own copy has not come back.
type unsent struct {
	op   rooms.Seal
	id   string // the caller's
	what payload
	to   string // member id of a whisper
	at   reference
	sum  [32]byte
}

// NewSeat returns a seat for one room, before it is in it. Every join of the
// connection must carry a fresh [Seat.Hello].
func NewSeat(room *Room, name rooms.RoomName, nick string) *Seat {
	s := &Seat{
		room: room, name: name, wish: nick,
		says: rooms.NewLimiter(rooms.DefaultSayRate, rooms.DefaultSayRate*rooms.SayBurst),
		pace: rooms.NewLimiter(rooms.SealedRate, flightMost),
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
	s.session, s.coming = s.coming, nil
	s.people = newPeople()
	s.numbers, s.messages, s.oldest = map[reference]uint64{}, map[uint64]reference{}, s.seq+1
	s.giveUp()
	s.excused = 0
	s.own, s.past = [16]byte{}, nil
}

// giveUp tells of what was under way that nobody can know what became of it.
func (s *Seat) giveUp() {
	for _, u := range s.unsent {
		if u.id != "" {
			s.events = append(s.events, refuse(u.id, rooms.Uncertain, "The place was lost before this was delivered. It may or may not have arrived."))
		}
	}
	s.unsent, s.flying = nil, 0
}

func (s *Seat) forget() {
	if s.session != nil {
		s.session.forget()
	}
	s.you = nil
	s.holding = false
}

// Attach gives the seat its connection, whose join carried the last Hello.
func (s *Seat) Attach(conn Conn) { s.conn = conn }

// Close ends the connection and forgets the keys.
func (s *Seat) Close() error {
	err := s.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget()
	return err
}

// SafetyWords are the twelve words to read aloud: the same for everybody who sees
// the same people, and for nobody else.
func (s *Seat) SafetyWords() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == nil {
		return nil // before the welcome
	}
	return s.room.SafetyWords(s.session.Peers())
}

// SayWait says how long until a Say would pass the rate limit.
func (s *Seat) SayWait() time.Duration { return s.says.Peek(time.Now()) }

// Ease waits while much waits to leave, if the connection knows of that.
func (s *Seat) Ease(ctx context.Context) error {
	if c, ok := s.conn.(interface{ Ease(context.Context) error }); ok {
		return c.Ease(ctx)
	}
	return nil
}

// Do asks for an op, as [rooms.Seat.Do]. Refusals come as events.
func (s *Seat) Do(ctx context.Context, op rooms.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.unsent)
	send, refused := s.prepare(op)
	switch {
	case refused != nil:
		s.events = append(s.events, refused)
		return s.rouse(ctx, time.Now())
	case send != nil:
		return s.conn.Do(ctx, send)
	case len(s.unsent) == before:
		return nil // nothing to pass on
	}
	// The order of sealing is the order of sending: the chains stand in between.
	now := time.Now()
	wait, err := s.flush(ctx, now)
	if err == nil && wait > 0 {
		err = s.rouse(ctx, now.Add(wait))
	}
	return err
}

// flush hands over to the connection what was sealed, as much as may leave now,
// and returns when more may; 0: when something has come, or nothing waits.
func (s *Seat) flush(ctx context.Context, now time.Time) (wait time.Duration, err error) {
	for !s.holding && s.flying < min(len(s.unsent), flightMost) {
		if wait := s.pace.Take(now); wait > 0 {
			return wait, nil
		}
		if err := s.conn.Do(ctx, s.unsent[s.flying].op); err != nil {
			return 0, err
		}
		s.flying++
	}
	return 0, nil
}

// rouse sees to it that whoever waits in Next looks again by then.
func (s *Seat) rouse(ctx context.Context, by time.Time) error {
	if !s.due.IsZero() && !s.due.After(by) {
		return nil
	}
	s.due = by
	return s.conn.Do(ctx, rooms.Sync{ID: wake})
}

// wake is the id of barriers that wake up Next, and resendPrefix begins those that
// decide what has to be said again.
const (
	wake         = "seal:wake"
	resendPrefix = "seal:resend:"
)

// prepare seals an op, or refuses it, or returns what is for the connection as it
// is.
func (s *Seat) prepare(op rooms.Op) (send rooms.Op, refused *rooms.Refused) {
	if id, words := wordsOf(op); words && s.down {
		return nil, refuse(id, rooms.Undelivered, "The connection is down just now. Nothing was sent.")
	}
	switch op := op.(type) {
	case rooms.Say:
		text, refused := s.words(op.Text, op.ID)
		if refused != nil {
			return nil, refused
		}
		p := payload{T: "say", Text: text, Action: op.Action}
		if ref, known := s.messages[op.Re]; known {
			p.Re = &ref
		}
		return nil, s.pack(op.ID, p, nil)
	case rooms.Whisper:
		to := s.people.byID[op.To]
		if to == nil || !to.shown || to == s.you {
			return nil, refuse(op.ID, rooms.UnknownMember, "Nobody else with that number is in this room. They may have left.")
		}
		text, refused := s.words(op.Text, op.ID)
		if refused != nil {
			return nil, refused
		}
		return nil, s.pack(op.ID, payload{T: "whisper", Text: text}, to)
	case rooms.Rename:
		nick, err := rooms.ParseNick(op.Nick)
		if err != nil {
			return nil, refuse(op.ID, rooms.BadNick, err.Error())
		}
		if s.people.taken(nick, s.you) {
			return nil, refuse(op.ID, rooms.NickTaken, "That name, or one that looks like it, is taken in this room.")
		}
		return nil, s.pack(op.ID, payload{T: "nick", Nick: nick.String()}, nil)
	case rooms.SetTopic:
		text := rooms.CleanTopic(op.Text)
		if len(text) > rooms.MaxTopicBytes {
			return nil, refuse(op.ID, rooms.TooLong, fmt.Sprintf("A topic has at most %d bytes.", rooms.MaxTopicBytes))
		}
		return nil, s.pack(op.ID, payload{T: "topic", Text: text}, nil)
	case rooms.Offer:
		offered, err := rooms.CleanFile(op.File)
		if refusal := (*rooms.Error)(nil); errors.As(err, &refusal) {
			return nil, refuse(op.ID, refusal.Code, refusal.Message)
		}
		if refused := s.spendSay(op.ID); refused != nil {
			return nil, refused
		}
		return nil, s.pack(op.ID, payload{T: "offer", File: fileOf(offered)}, nil)
	case rooms.Typing:
		now := time.Now()
		if s.down || s.flying < len(s.unsent) || now.Sub(s.typingAt) < rooms.TypingEvery {
			return nil, nil // it would come too late
		}
		s.typingAt = now
		return nil, s.pack("", payload{T: "typing"}, nil)
	}
	return op, nil // pass, sync, ack, inspect, leave: nothing in them is anybody's words
}

// wordsOf returns the id of an op that is sealed, for which somebody waits.
func wordsOf(op rooms.Op) (id string, words bool) {
	switch op := op.(type) {
	case rooms.Say:
		return op.ID, true
	case rooms.Whisper:
		return op.ID, true
	case rooms.Rename:
		return op.ID, true
	case rooms.SetTopic:
		return op.ID, true
	case rooms.Offer:
		return op.ID, true
	}
	return "", false
}

func (s *Seat) words(text, id string) (string, *rooms.Refused) {
	text = rooms.Clean(text)
	if text == "" {
		return "", refuse(id, rooms.BadFrame, "There is nothing in that message that can be shown.")
	}
	if err := rooms.CheckText(text); err != nil {
		return "", refuse(id, rooms.TooLong, err.Error())
	}
	return text, s.spendSay(id)
}

func (s *Seat) spendSay(id string) *rooms.Refused {
	if wait := s.says.Take(time.Now()); wait > 0 {
		return refuse(id, rooms.RateLimited, rooms.TooFast(wait))
	}
	return nil
}

func refuse(id string, code rooms.Code, message string) *rooms.Refused {
	return &rooms.Refused{ID: id, Err: &rooms.Error{Code: code, Message: message}}
}

// pack seals a payload for everybody or for one, and keeps it until its own copy
// has come back.
func (s *Seat) pack(id string, p payload, to *person) *rooms.Refused {
	if s.you == nil || len(s.unsent) >= unsentMost {
		return refuse(id, rooms.NotAllowed, "The connection is not up to that yet. Try again in a moment.")
	}
	var receivers []ID
	u := unsent{id: id, what: p, at: reference{s.session.me.ID, s.session.sent}}
	if to != nil {
		receivers, u.to = []ID{to.peer}, to.ID
	}
	sealed, err := s.session.Seal(p.encode(), receivers...)
	if err != nil {
		return refuse(id, rooms.NotAllowed, err.Error())
	}
	u.op = rooms.Seal{ID: fmt.Sprintf("%x", u.at.Number), Body: sealed.Body, Wraps: make(map[string][]byte, len(sealed.Wraps))}
	for peer, wrap := range sealed.Wraps {
		u.op.Wraps[s.people.byPeer[peer].ID] = wrap
	}
	u.sum = sha256.Sum256(sealed.Body)
	s.unsent = append(s.unsent, u)
	return nil
}

// settle takes a message off those whose fate is open.
func (s *Seat) settle(i int) unsent {
	u := s.unsent[i]
	s.unsent = slices.Delete(s.unsent, i, i+1)
	if i < s.flying {
		s.flying--
	}
	return u
}

// Next waits for events, as [rooms.Seat.Next].
func (s *Seat) Next(ctx context.Context) ([]rooms.Event, error) {
	for {
		events, until, err := s.step(ctx)
		if len(events) > 0 || err != nil {
			return events, err
		}
		wait, cancel := ctx, context.CancelFunc(func() {})
		if !until.IsZero() {
			wait, cancel = context.WithDeadline(ctx, until)
		}
		heard, err := s.conn.Next(wait)
		cancel()
		if err != nil && (!errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil) {
			if ctx.Err() != nil {
				return nil, err
			}
			s.end(err)
		}
		for _, e := range heard {
			if err := s.take(ctx, e); err != nil {
				return nil, err
			}
		}
	}
}

// end notes why the connection is over.
func (s *Seat) end(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = why
	if !errors.Is(why, io.EOF) { // whoever leaves needs no answers
		s.giveUp()
	}
}

// step sends what may leave, and returns what can be handed out now, or when to
// look again, or why nothing will come.
func (s *Seat) step(ctx context.Context) (events []rooms.Event, until time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	wait, _ := s.flush(ctx, now) // an error says that the seat is over, and Next of the connection why
	if events, until = s.ready(now); len(events) > 0 {
		return events, until, nil
	}
	if wait > 0 && (until.IsZero() || now.Add(wait).Before(until)) {
		until = now.Add(wait)
	}
	s.due = until
	return nil, until, s.over
}

// ready returns what can be handed out now, or when to look again.
func (s *Seat) ready(now time.Time) (events []rooms.Event, until time.Time) {
	if !s.greeting.IsZero() {
		if now.Before(s.greeting) && s.unconfirmed() {
			return nil, s.greeting
		}
		s.greeting = time.Time{}
		s.events = append(s.events, s.welcome())
		s.events = append(s.events, s.afterwards...)
		s.afterwards = nil
	}
	until = s.compareRosters(now)
	switch {
	case s.expires.IsZero():
	case !now.Before(s.expires):
		s.expires = time.Time{}
		s.forget()
		s.session = nil
	case until.IsZero() || s.expires.Before(until):
		until = s.expires
	}
	events, s.events = s.events, nil
	return events, until
}

func (s *Seat) unconfirmed() bool {
	for _, m := range s.people.order {
		if !m.shown {
			return true
		}
	}
	return false
}

func (s *Seat) welcome() *rooms.Welcome {
	return &rooms.Welcome{
		Room: s.name, Kind: rooms.KindSealed, Topic: s.topic.Text, You: s.you.Member,
		Members: s.people.shownMembers(), Seq: s.seq, Resumed: s.resumed,
	}
}
