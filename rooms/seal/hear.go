package seal

import (
	"context"
	"errors"
	"strings"
	"time"

	"sotto/rooms"
)

// takeAll turns the connection's events into what they mean, and then tells those
// who said who they are who we are.
func (s *Seat) takeAll(ctx context.Context, heard []rooms.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addUp(time.Now())
	for _, e := range heard {
		if err := s.take(ctx, e); err != nil {
			return err
		}
	}
	if s.stage == outside {
		return nil
	}
	var greeted, owed []*person
	for _, m := range s.people.order {
		if waits := m.greeted || m.owed; !waits || !s.session.Linked(m.peer.ID) {
			continue // nothing can be sealed to who is not linked, nor to others together with them
		}
		if m.greeted {
			greeted = append(greeted, m)
		}
		if m.owed {
			owed = append(owed, m)
		}
	}
	for _, to := range byShown(greeted) {
		if s.tell(payload{T: "step"}, to...) {
			for _, m := range to {
				m.greeted = false
			}
		}
	}
	s.confirm(owed...)
	return nil
}

func (s *Seat) take(ctx context.Context, event rooms.Event) error {
	switch e := event.(type) {
	case *rooms.Welcome:
		return s.arrive(ctx, e)
	case *rooms.Link:
		s.linked(e, time.Now())
		return nil
	case *rooms.Silence:
		s.emit(e)
		return nil
	case *rooms.Refused:
		s.refused(e)
		return nil
	}
	if s.stage == outside {
		s.suspect() // there is no place for anything else to happen in
		return nil
	}
	switch e := event.(type) {
	case *rooms.Joined:
		s.meet(e.Member, false)
	case *rooms.Left:
		s.part(e.Member.ID, e.Reason)
	case *rooms.RulesSet, *rooms.HostSet, *rooms.Voting, *rooms.KeyShown, *rooms.Invited, *rooms.Knocking, *rooms.Knocked:
		s.governed(e)
	case *rooms.Away:
		if m := s.people.byID[e.Member.ID]; m != nil && m.Away != e.Member.Away {
			s.isNow(m, e.Member.Away, time.Now())
			if m.shown {
				s.emit(&rooms.Away{Seq: s.next(), Member: m.Member})
			}
		}
	case *rooms.Sealed:
		if e.From == s.you.ID {
			s.ownCopy(e)
			return nil
		}
		s.open(e)
	case *rooms.Gap: // excuses nothing: what is missing shows by itself
	case *rooms.Synced:
		switch {
		case e.ID == known:
		case e.ID == s.sending.barrier && s.sending.suspended:
			s.sendAnew()
		case strings.HasPrefix(e.ID, resendPrefix): // of a connection that was lost again
		default:
			s.emit(e)
		}
	case *rooms.Passed: // its bytes prove themselves to whoever has the file's key
		if m := s.people.byID[e.From]; m != nil && m.shown && s.stage == inside {
			s.emit(e)
		}
	case *rooms.VoiceNow:
		s.noteVoice(e, time.Now())
	case *rooms.VoiceAnswered:
		s.voiceAnswered(e, time.Now())
	case *rooms.Notice:
		if e.Code == rooms.MadeHost && !s.makes || e.Code == rooms.NickTaken || e.Code == rooms.BadNick { // it knows no names
			s.suspect()
			return nil
		}
		s.makes = s.makes && e.Code != rooms.MadeHost
		s.emit(e)
	case *rooms.Held: // pages of its words
		if s.heldDue == 0 {
			s.suspect()
			return nil
		}
		s.heldDue--
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

// emit hands an event out; while the welcome waits, after it. Who is here, what the topic
// is and what the rules are the welcome will tell itself.
func (s *Seat) emit(e rooms.Event) {
	if s.stage != entering {
		s.events = append(s.events, e)
		return
	}
	switch e.(type) {
	case *rooms.Joined, *rooms.Left, *rooms.Renamed, *rooms.Away, *rooms.AsideSet, *rooms.TopicSet, *rooms.RulesSet, *rooms.HostSet:
	default:
		s.afterwards = append(s.afterwards, e)
	}
}

// open opens what the server passed on.
func (s *Seat) open(e *rooms.Sealed) {
	m := s.people.byID[e.From]
	// Checked before opening: a message opens once, and its key is gone then. A
	// stranger's message to all is dropped, and counts as forged.
	if m == nil || sender(e.Body) != m.peer.ID || !m.shown && isToAll(e.Body) {
		s.suspect()
		return
	}
	o, err := s.session.Open(e.Body, e.Wrap, time.Now())
	if err != nil {
		s.suspect()
		return
	}
	if o.Greeting {
		m.greeted = true // nobody's words: they say first who they are
		return
	}
	m.skipped += uint64(o.Missing)
	p, err := decodePayload(o.Text)
	if !m.shown && (err != nil || p.T != "confirm" && p.T != "step") { // a stranger writes on nobody's screen
		s.suspect()
		return
	}
	if m.shown {
		unsealed := m.tally.add(o)
		if unsealed > 0 && !m.before && !m.missed {
			s.miss(m)
			unsealed = 0
		}
		m.skipped += unsealed
	}
	if m.shown {
		s.gap(m)
	}
	switch {
	case errors.Is(err, errKind):
		s.lapse(m, &m.newer)
		return
	case err != nil, forAll(p.T) != o.All:
		s.lapse(m, &m.broken)
		return
	case !m.shown && p.T == "step":
		m.owed = m.before && !m.told
		return
	}
	first := !m.shown
	if first {
		s.introduce(m, p.Nick)
		m.shown, m.owed, m.tally.said = true, !m.told, uint64(o.Number)
		if m.told && s.session.said > m.toldAt {
			m.greeted = true // what answers a greeting says so
		}
		for _, kind := range statements {
			s.states(kind)
		}
		if !m.before && o.Number > 0 {
			s.miss(m)
		}
		s.emit(&rooms.Joined{Seq: s.next(), Member: m.Member})
		s.gap(m)
		if m.spoken.in {
			s.emit(m.voiceNow())
		}
		s.see()
	}
	s.heard(m)
	s.compare(m, o.View, first)
	s.disagree(m, o)
	switch p.T {
	case "confirm": // says who somebody is, once; to all that is said by other words
		if first && m.before && p.Aside != nil {
			s.setAside(m, rooms.Aside{On: true, Text: p.Aside.Text}, "")
		}
		if first && m.before && p.Topic != nil {
			if at := rooms.CleanTime(time.UnixMilli(p.Topic.At)).UnixMilli(); at > s.topic.At {
				s.setTopic(m, topic{p.Topic.Text, at}, "")
			}
		}
	case "step":
		s.same(m, o.View)
	case "ask":
		m.doubt.asks = true
	case "view":
		s.answer(m, o.View, p.Shown)
	case "voice":
		k, _ := p.voiceKey() // that was read
		s.keyed(m, k, time.Now())
	default:
		s.happened(p, m, happening{at: rooms.CleanTime(e.At), hash: o.Hash, to: s.you})
	}
}

// gap tells of what is missing of somebody who is shown, by the name that they go by now.
func (s *Seat) gap(m *person) {
	if m.skipped > 0 {
		s.emit(&rooms.Gap{Missed: m.skipped, Seq: s.seq, From: m.Person()})
		m.skipped = 0
	}
}

// listed says who is shown.
func listed(shown []Shown) payload {
	p := payload{T: "view"}
	for _, m := range shown {
		p.Shown = append(p.Shown, seen{m.ID, m.Nick})
	}
	return p
}

// introduce names somebody by their first message, and tells of whoever lost a name by
// it.
func (s *Seat) introduce(m *person, claim string) {
	m.claim = claim
	loser, was := s.people.introduce(m, claim)
	if loser == nil {
		return
	}
	s.emit(&rooms.Renamed{Seq: s.next(), Member: loser.Member, Was: was})
	if loser == s.you {
		s.lostTo = m
		s.emit(rooms.AnotherNick())
		if s.stage == inside {
			s.sayName()
		}
	}
}

// sayName says what we are called, if we lost the name that some were told: not to those
// who were here before us and see for themselves who had it first, as long as that one is
// here. Whoever is shown after it has missed it, so on the way in it waits for all.
func (s *Seat) sayName() {
	if s.lostTo == nil {
		return
	}
	told, newcomers := false, false
	for _, m := range s.people.order {
		told = told || m.told
		newcomers = newcomers || m.told && !m.before
	}
	if s.people.byID[s.lostTo.ID] == s.lostTo && !newcomers {
		return
	}
	s.lostTo = nil
	if told {
		s.send(payload{T: "nick", Nick: s.you.Nick})
	}
}

// happening is what is known of a payload beside its words.
type happening struct {
	at   time.Time
	hash Hash
	id   string  // of an op of ours
	to   *person // of a whisper
}

// happened makes events of a payload.
func (s *Seat) happened(p payload, from *person, h happening) {
	switch p.T {
	case "say":
		said := &rooms.Said{Seq: s.next(), At: h.at, From: from.Person(), Text: p.Text, Action: p.Action, Options: p.Options, ID: h.id}
		if p.Re != nil {
			said.Re = s.names.numbers[*p.Re]
		}
		s.remember(said.Seq, from, h, &remembered{options: len(p.Options)})
		s.emit(said)
		if from == s.you {
			s.listen()
		}
	case "react", "retract", "amend":
		s.mend(p, from, h)
	case "whisper":
		w := &rooms.Whispered{At: h.at, From: from.Person(), Text: p.Text, ID: h.id}
		if h.to != nil {
			w.To = h.to.Person()
		}
		s.emit(w)
	case "offer":
		offered, err := p.File.file()
		if err != nil {
			s.suspect() // ours and theirs were checked before
			return
		}
		said := &rooms.Offered{Seq: s.next(), At: h.at, From: from.Person(), File: offered, ID: h.id}
		s.remember(said.Seq, from, h, &remembered{file: true})
		s.emit(said)
	case "nick":
		was := from.Nick
		winner, number := s.people.endDispute(from, p.Nick)
		s.people.name(from, p.Nick)
		if from == s.you {
			s.lostTo = nil
		}
		if from == s.you && !rooms.IsPlaceholder(from.Nick) {
			s.wish = from.Nick
		}
		if from.Nick != was {
			s.emit(&rooms.Renamed{Seq: s.next(), Member: from.Member, Was: was, ID: h.id})
		}
		s.disputeOver(winner, number)
		s.see()
	case "topic":
		s.setTopic(from, topic{p.Text, h.at.UnixMilli()}, h.id)
	case "aside":
		s.setAside(from, rooms.Aside{On: p.On, Text: p.Text}, h.id)
	case "leap":
		s.emit(&rooms.Leapt{At: h.at, From: from.Person(), Key: p.Key, ID: h.id})
	case "typing":
		if from != s.you {
			s.emit(&rooms.TypingNow{Member: from.ID})
		}
	}
}

// disputeOver tells that a dispute about a name is over, and who has it.
func (s *Seat) disputeOver(winner *person, was string) {
	if winner != nil {
		s.emit(&rooms.Renamed{Seq: s.next(), Member: winner.Member, Was: was})
	}
}

func (s *Seat) setTopic(from *person, t topic, id string) {
	changed := t.Text != s.topic.Text
	s.topic = t
	if from != s.you {
		delete(s.stated, "topic")
	}
	if changed || id != "" {
		s.emit(&rooms.TopicSet{Seq: s.next(), From: from.Person(), Text: t.Text, ID: id})
	}
}

// sentence is an error as it is shown.
func sentence(err error) string { return rooms.Sentence(err.Error()) }
