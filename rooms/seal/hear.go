package seal

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sotto/rooms"
)

// take turns one event of the connection into what it means.
func (s *Seat) take(ctx context.Context, event rooms.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == nil {
		switch event.(type) {
		case *rooms.Welcome, *rooms.Link, *rooms.Refused:
		default:
			s.suspect() // there is no place for anything else to happen in
			return nil
		}
	}
	switch e := event.(type) {
	case *rooms.Welcome:
		return s.arrive(ctx, e)
	case *rooms.Joined:
		s.meet(e.Member)
		s.rosterChanged()
		if m := s.people.byID[e.Member.ID]; m != nil {
			s.confirm(m)
		}
	case *rooms.Left:
		s.part(e.Member.ID, e.Reason)
		s.rosterChanged()
	case *rooms.Away:
		if m := s.people.byID[e.Member.ID]; m != nil && m.Away != e.Member.Away {
			m.Away = e.Member.Away
			if m.shown {
				s.emit(&rooms.Away{Seq: s.next(), Member: m.Member})
			}
		}
	case *rooms.Sealed:
		switch {
		case s.you == nil:
			s.suspect()
		case e.From == s.you.ID:
			s.ownCopy(e)
		default:
			s.open(e)
		}
	case *rooms.Gap:
		s.excused += e.Missed
		s.emit(&rooms.Gap{Missed: e.Missed, Seq: s.seq})
	case *rooms.Synced:
		switch {
		case e.ID == wake:
		case e.ID == s.resend && s.holding:
			s.holding = false // whose own copies have not come did not happen: they go again
		case strings.HasPrefix(e.ID, resendPrefix): // of a connection that was lost again
		default:
			s.emit(e)
		}
	case *rooms.Passed: // its bytes prove themselves to whoever has the file's key
		if s.people.byID[e.From] != nil && s.greeting.IsZero() {
			s.emit(e)
		}
	case *rooms.Refused:
		s.refused(e)
	case *rooms.Link:
		s.expires, s.down = time.Time{}, !e.Up
		if !e.Up {
			s.expires = time.Now().Add(rooms.ResumeWindow)
			s.hold()
		}
		s.emit(e)
	case *rooms.Notice, *rooms.Held:
		s.emit(e)
	default:
		s.suspect() // in a sealed room nothing else is said
	}
	return nil
}

func (s *Seat) next() uint64 {
	s.seq++
	return s.seq
}

// emit hands an event out; while the welcome waits, after it. Who is here and
// what the topic is the welcome will tell itself.
func (s *Seat) emit(e rooms.Event) {
	if s.greeting.IsZero() {
		s.events = append(s.events, e)
		return
	}
	switch e.(type) {
	case *rooms.Joined, *rooms.Left, *rooms.Renamed, *rooms.Away, *rooms.TopicSet:
	default:
		s.afterwards = append(s.afterwards, e)
	}
}

// arrive begins a place, or goes on with it after a lost connection.
func (s *Seat) arrive(ctx context.Context, w *rooms.Welcome) error {
	asked := !w.Resumed && s.coming != nil || w.Resumed && s.you != nil && w.You.ID == s.you.ID
	if w.Kind != rooms.KindSealed || string(w.Room) != s.room.Name() || !asked {
		return &rooms.Ended{Code: rooms.NotAllowed, Message: "The server put us into another place than the sealed one that was asked for. The connection was ended."}
	}
	s.resumed = w.Resumed
	if w.Resumed {
		if s.greeting.IsZero() { // otherwise there was none yet, and it comes when it is ready
			s.events = append(s.events, s.welcome())
		}
		s.hold()
		s.barriers++
		s.resend = resendPrefix + strconv.Itoa(s.barriers)
		return s.conn.Do(ctx, rooms.Sync{ID: s.resend})
	}
	s.begin()
	s.you = &person{Member: w.You, peer: s.session.me.ID, shown: true}
	for _, m := range w.Members { // in the order of arrival
		if m.ID == w.You.ID && s.people.byID[m.ID] == nil {
			s.people.add(s.you)
			s.people.name(s.you, s.wish)
		} else if m.ID != w.You.ID {
			s.meet(m)
		}
	}
	for _, m := range s.people.order {
		m.before = m != s.you
	}
	s.rosterChanged()
	s.greeting = time.Now().Add(ConfirmWait)
	s.confirm(nil)
	return nil
}

// hold keeps back what is sealed, from a loss until it is known what has to be said
// again before it.
func (s *Seat) hold() { s.holding, s.flying = s.session != nil, 0 }

// meet checks the hello of somebody whom the server shows.
func (s *Seat) meet(m rooms.Member) {
	if s.people.byID[m.ID] != nil {
		return
	}
	peer, err := s.room.Meet([]byte(m.Hello))
	if err == nil && s.people.byPeer[peer.ID] == nil {
		err = s.session.Add(peer)
	} else if err == nil {
		err = ErrGhost // somebody else's hello, a second time
	}
	if err != nil {
		if s.ghosts++; worthSaying(s.ghosts) {
			s.emit(&rooms.Notice{Code: Ghost, Text: fmt.Sprintf(
				"Somebody without this room's key tried to come in (%d so far). They were not let in and can read nothing.", s.ghosts)})
		}
		return
	}
	m.Nick = ""
	s.people.add(&person{Member: m, peer: peer.ID})
}

// part forgets somebody, and the keys shared with them.
func (s *Seat) part(id string, reason rooms.LeaveReason) {
	m := s.people.byID[id]
	if m == nil || m == s.you {
		return
	}
	s.people.remove(m)
	s.session.Remove(m.peer)
	if m.shown {
		s.emit(&rooms.Left{Seq: s.next(), Member: m.Member, Reason: reason})
	}
}

// confirm tells one member, or all, who we are: only somebody with the secret
// and a fresh key can. If too much is under way it is left out; the next message
// names us too.
func (s *Seat) confirm(to *person) {
	p := payload{T: "confirm", Nick: s.you.Nick}
	if s.topic.At != 0 {
		p.Topic = &s.topic
	}
	_ = s.pack("", p, to)
}

// open opens what the server passed on.
func (s *Seat) open(e *rooms.Sealed) {
	m := s.people.byID[e.From]
	if m == nil || sender(e.Body) != m.peer { // before it is opened, which can be done but once
		s.suspect()
		return
	}
	o, err := s.session.Open(e.Body, e.Wrap)
	if err != nil {
		s.suspect()
		return
	}
	if missing := uint64(o.Missing); missing > s.excused {
		s.emit(&rooms.Gap{Missed: missing - s.excused, Seq: s.seq})
		s.excused = 0
	} else {
		s.excused -= missing
	}
	s.compare(m, o.RosterHash)
	p, err := decodePayload(o.Plaintext)
	if err != nil {
		s.suspect()
		return
	}
	if !m.shown {
		s.introduce(m, p.Nick)
		m.shown = true
		s.emit(&rooms.Joined{Seq: s.next(), Member: m.Member})
	}
	s.happened(p, m, e.At, reference{o.From, o.Number}, "", s.you)
}

// introduce names somebody by their first message, and tells of whoever lost a
// name by it. Our own name gives way only until our welcome: afterwards people know
// us by it.
func (s *Seat) introduce(m *person, claim string) {
	you := s.you
	if s.greeting.IsZero() {
		you = nil
	}
	if loser, was := s.people.introduce(m, you, claim); loser != nil {
		s.emit(&rooms.Renamed{Seq: s.next(), Member: loser.Member, Was: was})
	}
}

// ownCopy is our own message coming back in the room's order: it happened.
func (s *Seat) ownCopy(e *rooms.Sealed) {
	sum := sha256.Sum256(e.Body)
	i := slices.IndexFunc(s.unsent, func(u unsent) bool { return u.sum == sum })
	if i < 0 {
		s.suspect()
		return
	}
	u := s.settle(i)
	s.happened(u.what, s.you, e.At, u.at, u.id, s.people.byID[u.to])
}

// happened makes events of a payload.
func (s *Seat) happened(p payload, from *person, at time.Time, ref reference, id string, to *person) {
	switch p.T {
	case "say":
		said := &rooms.Said{Seq: s.next(), At: at, From: from.Person(), Text: p.Text, Action: p.Action, ID: id}
		if p.Re != nil {
			said.Re = s.numbers[*p.Re]
		}
		s.remember(ref, said.Seq)
		s.emit(said)
	case "whisper":
		w := &rooms.Whispered{At: at, From: from.Person(), Text: p.Text, ID: id}
		if to != nil {
			w.To = to.Person()
		}
		s.emit(w)
	case "offer":
		offered, err := p.File.file()
		if err != nil {
			s.suspect() // ours and theirs were checked before
			return
		}
		s.emit(&rooms.Offered{Seq: s.next(), At: at, From: from.Person(), File: offered, ID: id})
	case "confirm", "nick":
		if p.T == "confirm" && p.Topic != nil && p.Topic.At > s.topic.At {
			s.setTopic(from, *p.Topic, "")
		}
		was := from.Nick
		if from != s.you || p.T == "nick" {
			s.people.name(from, p.Nick)
		}
		if from == s.you && p.T == "nick" {
			s.wish = from.Nick
		}
		if from.Nick != was {
			s.emit(&rooms.Renamed{Seq: s.next(), Member: from.Member, Was: was, ID: id})
		}
	case "topic":
		s.setTopic(from, topic{p.Text, at.UnixMilli()}, id)
	case "typing":
		if from != s.you {
			s.emit(&rooms.TypingNow{Member: from.ID})
		}
	}
}

func (s *Seat) setTopic(from *person, t topic, id string) {
	changed := t.Text != s.topic.Text
	s.topic = t
	if changed || id != "" {
		s.emit(&rooms.TopicSet{Seq: s.next(), From: from.Person(), Text: t.Text, ID: id})
	}
}

// remember keeps which message a number stands for, for a while.
func (s *Seat) remember(ref reference, seq uint64) {
	s.numbers[ref], s.messages[seq] = seq, ref
	for len(s.messages) > maxReferences {
		if old, known := s.messages[s.oldest]; known {
			delete(s.messages, s.oldest)
			delete(s.numbers, old)
		}
		s.oldest++
	}
}

// refused passes on that an op of ours did not happen.
func (s *Seat) refused(r *rooms.Refused) {
	if i := slices.IndexFunc(s.unsent, func(u unsent) bool { return u.op.ID == r.ID }); i >= 0 {
		if u := s.settle(i); u.id != "" {
			s.emit(&rooms.Refused{ID: u.id, Err: r.Err})
		}
		return
	}
	if r.ID != wake && !strings.HasPrefix(r.ID, resendPrefix) {
		s.emit(r)
	}
}

// suspect counts what did not prove to be genuine.
func (s *Seat) suspect() {
	if s.forged++; worthSaying(s.forged) {
		s.emit(&rooms.Notice{Code: Forged, Text: fmt.Sprintf(
			"Something reached you that no member of this room sealed, or that came twice (%d so far). It was dropped. The server or the network may be tampering.", s.forged)})
	}
}

// worthSaying reports whether the nth time of the same thing is the first, second,
// fourth, eighth …, so that a hostile server can't fill the screen with warnings.
func worthSaying(n int) bool { return n&(n-1) == 0 }

// rosterChanged notes whom we see now. What others say they see is measured
// against it.
func (s *Seat) rosterChanged() {
	hash := s.session.RosterHash()
	if hash == s.own {
		return // it was a ghost who came or went
	}
	now := time.Now()
	s.past = slices.DeleteFunc(s.past, func(p past) bool { return now.Sub(p.until) >= DifferFor })
	if len(s.past) == maxPast {
		s.past = slices.Delete(s.past, 0, 1)
	}
	s.past = append(s.past, past{s.own, now})
	s.own = hash
	for _, m := range s.people.order {
		if m.roster == s.own {
			m.differs = time.Time{}
		}
	}
}

// compare notes whom a member sees. For a moment after a change, the state before
// it is no difference: the change may not have reached them. When several people
// come at once, that goes for each of the states between.
func (s *Seat) compare(m *person, roster [16]byte) {
	now := time.Now()
	m.roster = roster
	late := func(p past) bool { return roster == p.roster && now.Sub(p.until) < DifferFor }
	switch {
	case roster == s.own, slices.ContainsFunc(s.past, late):
		m.differs, m.told = time.Time{}, false
	case m.differs.IsZero():
		m.differs = now
	}
}

// compareRosters tells of differences that have lasted, or when to look again.
func (s *Seat) compareRosters(now time.Time) (until time.Time) {
	for _, m := range s.people.order {
		if m.differs.IsZero() || m.told {
			continue
		}
		due := m.differs.Add(DifferFor)
		if !now.Before(due) {
			m.told = true
			s.emit(&rooms.Notice{Code: RosterDiffers, Text: fmt.Sprintf(
				"%s is shown other people in this room than you are. The server may be hiding somebody. Compare /verify.", m.Nick)})
		} else if until.IsZero() || due.Before(until) {
			until = due
		}
	}
	return until
}
