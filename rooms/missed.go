package rooms

import "slices"

// mends is what became, during a hole, of messages that its owner may have from before it:
// reactions and changes in their order, so that they stand as with those who stayed, the
// newest text alone of each message, and all that was taken back. Over its bounds
// ([MissedMends], [MissedMendBytes]) what comes later is part of the gap, but for what was
// taken back: that has to go from every screen, and there are no more such messages than a
// room remembers. The zero value is empty.
type mends struct {
	kept  []*entry // shared with all who missed the same
	bytes int      // of the texts among them
}

// note notes what became of a message, if it was said before from.
func (m *mends) note(e *entry, re, from uint64) {
	if re >= from {
		return
	}
	switch ev := e.event.(type) {
	case *Retracted:
		m.drop(func(old *entry) bool { return mendOf(old.event) == re })
	case *Amended:
		older := slices.IndexFunc(m.kept, func(old *entry) bool {
			was, ok := old.event.(*Amended)
			return ok && was.Re == re
		})
		freed, fits := 0, len(m.kept) < MissedMends
		if older >= 0 {
			freed, fits = BytesOf(m.kept[older].event), true
		}
		if !fits || m.bytes-freed+len(ev.Text) > MissedMendBytes {
			return
		}
		if older >= 0 {
			m.kept = slices.Delete(m.kept, older, older+1)
		}
		m.bytes += len(ev.Text) - freed
	default:
		if len(m.kept) >= MissedMends {
			return
		}
	}
	m.kept = append(m.kept, e)
}

// drop lets go of some.
func (m *mends) drop(which func(*entry) bool) {
	m.kept = slices.DeleteFunc(m.kept, func(e *entry) bool {
		if !which(e) {
			return false
		}
		if amended, ok := e.event.(*Amended); ok {
			m.bytes -= len(amended.Text)
		}
		return true
	})
}

// mendOf is the number of the message that an event is about.
func mendOf(event Event) uint64 {
	switch e := event.(type) {
	case *Reacted:
		return e.Re
	case *Amended:
		return e.Re
	case *Retracted:
		return e.Re
	}
	return 0
}

// holds is what they cost, in bytes.
func (m *mends) holds() (bytes int) {
	for _, e := range m.kept {
		bytes += e.size / e.readers
	}
	return bytes
}

// told is what its owner is told of them.
func (m *mends) told() (changes []difference) {
	for _, e := range m.kept {
		changes = append(changes, func(seq uint64) Event {
			switch e := e.event.(type) {
			case *Reacted:
				return &Reacted{Seq: seq, From: e.From, Re: e.Re, Emoji: e.Emoji, On: e.On}
			case *Amended:
				return &Amended{Seq: seq, From: e.From, Re: e.Re, Text: e.Text}
			default:
				retracted := e.(*Retracted)
				return &Retracted{Seq: seq, From: retracted.From, Re: retracted.Re}
			}
		})
	}
	return changes
}
