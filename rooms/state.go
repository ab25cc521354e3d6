package rooms

import "slices"

// state is what happened in a room: who is in it, as what, what was decided, and what is
// remembered of what was said. It has no lock, no clock, no chance and no way to anybody:
// the same records make the same state, and have the same effects, on every machine. Who
// is behind its members, and how they get what it tells, a [room] knows.
type state struct {
	kind    Kind
	size    int // how many people fit, as the first of them brought it
	seq     uint64
	topic   string
	topicBy Person
	roster  roster
	keys    keyring
	rules   Rules
	memory  memory
	vote    vote
	doorway doorway
	fenced  []string // servers that were taken for gone, the newest last
	burned  bool     // a host ended it, so whoever still comes in makes another

	epoch, number uint64 // of the last record

	effects []effect // of the record that is being applied
}

func newState(kind Kind) state {
	return state{kind: kind, roster: newRoster(), rules: Rules{Door: DoorOpen}, doorway: doorway{let: make(map[string]bool)}}
}

// effect is what a record leads to, for whoever has those whom it concerns.
type effect struct {
	kind  effectKind
	id    string // of whom it is about: a member, who comes in, or who knocks
	event Event
	own   Event  // for that member instead, who asked for it
	err   error  // why, or nil
	gen   uint64 // of the connection that counts, or the number of a knock
	try   string // of a return
}

type effectKind uint8

const (
	tellsAll     effectKind = iota // everybody in the room is told
	tellsOne                       // the member alone is told
	tellsKeepers                   // whoever was told of the knock with number gen is told, and the member who decided
	comes                          // whoever arrives is in, or isn't, for a reason
	returns                        // the member is back, with connection gen, or isn't here
	goes                           // the member is no longer here; the reason is for them
	waits                          // the knock is decided: they may come in, or not for a reason
	fences                         // a server was taken for gone
	breaks                         // numbers were left out, before which something may be missing
)

// apply makes a record what happened, and returns what follows from it, in its order: who
// comes in by it is told nothing of it but what the room is after it. The effects are good
// until the next record.
func (s *state) apply(r Record) []effect {
	s.effects = s.effects[:0]
	if s.number++; r.Number > 0 {
		s.epoch, s.number = r.Epoch, r.Number
	}
	s.decide(r)
	s.attend()
	s.watchVote()
	return s.effects
}

// knows reports whether a record was applied already.
func (s *state) knows(r Record) bool {
	return r.Number > 0 && (r.Epoch < s.epoch || r.Epoch == s.epoch && r.Number <= s.number)
}

func (s *state) decide(r Record) {
	if r.Node != "" && slices.Contains(s.fenced, r.Node) {
		s.ignore(r)
		return
	}
	switch op := r.Op.(type) {
	case enter:
		s.enter(r, op)
		return
	case knocks:
		s.knock(r, op)
		return
	case unknock:
		s.unknock(r.From, op)
		return
	case tick:
		s.tick(r.At)
		return
	case fence:
		s.fence(op)
		return
	case reopen:
		s.reopen()
		return
	}
	m := s.roster.byID[r.From]
	if op, ok := r.Op.(back); ok {
		s.back(m, r, op)
		return
	}
	if m == nil || m.gen != r.Gen {
		return // they have left, or a connection asked that was replaced: it did not happen
	}
	switch op := r.Op.(type) {
	case Say:
		s.say(m, r.At, op)
	case React:
		s.react(m, op)
	case Retract:
		s.retract(m, op)
	case Amend:
		s.amend(m, r.At, op)
	case Whisper:
		s.whisper(m, r.At, op)
	case rename:
		s.rename(m, op)
	case SetTopic:
		s.setTopic(m, r.At, op)
	case SetAside:
		s.setAside(m, r.At, op)
	case Seal:
		s.handSealed(m, r.At, op)
	case Offer:
		s.offer(m, r.At, op)
	case Decide:
		s.decideKnock(m, op)
	case invited:
		s.addInvitation(m, r.At, op)
	case Uninvite:
		s.uninvite(m, op)
	case Sync:
		s.tellOne(m, &Synced{ID: op.ID})
	case arrived:
		m.claims.spend()
	case absence:
		if m.Away != op.away {
			m.Away = op.away
			s.tell(&Away{Seq: s.next(), Member: m.Member})
		}
	case depart:
		s.depart(m, r.At, op.reason, "", nil)
	default:
		s.govern(m, r.At, op)
	}
}

func (s *state) next() uint64 {
	s.seq++
	return s.seq
}

// tell tells everybody.
func (s *state) tell(event Event) {
	s.effects = append(s.effects, effect{kind: tellsAll, event: event})
}

// tellOne tells one member.
func (s *state) tellOne(m *member, event Event) {
	s.effects = append(s.effects, effect{kind: tellsOne, id: m.ID, event: event})
}

// tellDone tells everybody what an op did, and its author, if it has one, with the id that
// they gave it, if they did.
func (s *state) tellDone(author *member, id string, event func(id string) Event) {
	fx := effect{kind: tellsAll, event: event("")}
	if author != nil {
		fx.id = author.ID
	}
	if id != "" {
		fx.own = event(id)
	}
	s.effects = append(s.effects, fx)
}

// goes says that somebody is in the room no more, and what they are told of it, if anything.
func (s *state) goes(m *member, why *Ended) {
	fx := effect{kind: goes, id: m.ID}
	if why != nil {
		fx.err = why
	}
	s.effects = append(s.effects, fx)
}
