package rooms

import (
	"slices"
	"time"
)

// fence says that a server is gone, since that time: what it still asks did not happen. Any
// server that has the room asks for it; a second one does nothing.
type fence struct {
	node  string
	since time.Time
}

func (fence) opFacts() opFacts { return opFacts{} }

// maxFenced is how many servers a room knows that are gone: more than start anew within
// the time in which one of them may still ask for something.
const maxFenced = 64

// fence takes the places of a server that is gone for lost. Those that may be taken back
// are kept for as long as any that lost its connection then; whoever waited at its door has
// left.
func (s *state) fence(op fence) {
	if slices.Contains(s.fenced, op.node) {
		return
	}
	if len(s.fenced) == maxFenced {
		s.fenced = slices.Delete(s.fenced, 0, 1)
	}
	s.fenced = append(s.fenced, op.node)
	for _, k := range slices.Clone(s.doorway.knocks) {
		if k.node == op.node {
			s.endKnock(k, KnockGone, ErrUnanswered, nil, "")
		}
	}
	for _, m := range slices.Clone(s.roster.order) {
		switch {
		case m.node != op.node:
		case len(m.claims) == 0:
			s.depart(m, op.since, LeftLost, "", errFencedOff)
		default:
			m.gen++ // what its old connection asked is not waited for
			m.kept = op.since.Add(ResumeWindow)
		}
	}
	s.effects = append(s.effects, effect{kind: fences, id: op.node})
}

// ignore lets what a server asked not happen that was taken for gone.
func (s *state) ignore(r Record) {
	switch op := r.Op.(type) {
	case enter:
		s.turn(r.From, errUnreachable)
	case back:
		s.effects = append(s.effects, effect{kind: returns, id: r.From, try: op.try, err: errUnreachable})
	case knocks:
		s.settle(r.From, errUnreachable)
	}
}

// reopen is the first record of an epoch: the log has lost its memory, and the servers went
// on from what one of them had.
type reopen struct{}

func (reopen) opFacts() opFacts { return opFacts{} }

// reopenStride is how far numbers go on after that: further than anybody can have seen who
// was not asked, in the time in which a server that does not answer is taken for gone.
const reopenStride = 1 << 20

// counted is how many numbers somebody missed, or 0 where a stride is among them: then nobody
// knows how much that is.
func counted(missed uint64) uint64 {
	if missed >= reopenStride {
		return 0
	}
	return missed
}

// reopen leaves out the numbers that somebody may have seen, and says that it did.
func (s *state) reopen() {
	s.seq += reopenStride
	for _, m := range s.roster.order {
		m.wseq += reopenStride
	}
	s.effects = append(s.effects, effect{kind: breaks})
}

// Reopened is the record with which servers go on after their log has lost its memory, as
// the first of an epoch.
func Reopened() Record { return Record{Op: reopen{}} }

// nodes are the servers of whoever is in the room or waits at its door, but those that are
// gone.
func (s *state) nodes() (nodes []string) {
	add := func(node string) {
		if node != "" && !slices.Contains(nodes, node) && !slices.Contains(s.fenced, node) {
			nodes = append(nodes, node)
		}
	}
	for _, m := range s.roster.order {
		add(m.node)
	}
	for _, k := range s.doorway.knocks {
		add(k.node)
	}
	return nodes
}
