package rooms

import (
	"fmt"
	"time"
)

// unmute ends a mute when its time is over. Nobody asks for it but a timer.
type unmute struct {
	member string
	till   time.Time // which mute: another may have taken its place
}

// admitMute checks the bounds of a mute.
func (p *place) admitMute(op Mute) (Op, *Refused) {
	switch {
	case p.room.kind == KindSealed:
		return nil, &Refused{ID: op.ID, Err: errSealedRule}
	case op.For != 0 && (op.For < MinMute || op.For > MaxMute):
		return nil, refusal(op.ID, NotAllowed, fmt.Sprintf("Somebody is muted for %d seconds to %d hours.", int(MinMute.Seconds()), int(MaxMute.Hours())))
	}
	return op, p.spendSay(op.ID, op)
}

// admitLetSpeak refuses what means nothing in a sealed room.
func (p *place) admitLetSpeak(op LetSpeak) (Op, *Refused) {
	if p.room.kind == KindSealed {
		return nil, &Refused{ID: op.ID, Err: errSealedRule}
	}
	return op, p.spendSay(op.ID, op)
}

func (r *room) mute(m *member, at time.Time, op Mute) {
	to := r.subject(m, op.ID, op.To)
	switch {
	case to == nil, !r.spoken(to, m, op.ID):
	case to == m:
		m.place.turnDown(refusal(op.ID, NotAllowed, "You can't mute yourself, nor let yourself speak again."), 0)
	case op.For == 0 && !to.Muted:
		m.place.turnDown(refusal(op.ID, NotAllowed, "They are not muted."), 0)
	default:
		r.setMuted(to, op.For, at, m, op.ID)
	}
}

// setMuted keeps somebody from speaking for so long, or no longer, as by asked; nil: their
// time is over.
func (r *room) setMuted(m *member, d time.Duration, at time.Time, by *member, id string) {
	was := m.Muted
	m.Muted = d > 0
	m.silence(at, d)
	seq := r.next()
	r.tellDone(by, id, func(id string) Event {
		return &Muted{Seq: seq, Member: m.Member, For: d, was: was, ID: id}
	})
}

// silence notes until when somebody may not speak, and has it asked for then that they may
// again.
func (m *member) silence(at time.Time, d time.Duration) {
	p := m.place
	if p.unmute != nil {
		p.unmute.Stop()
	}
	m.mutedTill, p.unmute = time.Time{}, nil
	if d == 0 {
		return
	}
	till := at.Add(d)
	m.mutedTill = till
	p.unmute = time.AfterFunc(d, func() { p.room.publish("", unmute{p.id, till}) })
}

// mutedFor is how long somebody still may not speak, in whole seconds.
func (m *member) mutedFor() time.Duration {
	if m.mutedTill.IsZero() {
		return 0
	}
	return max(time.Second, time.Until(m.mutedTill).Round(time.Second))
}

// unmute ends a mute whose time is over.
func (r *room) unmute(at time.Time, op unmute) {
	if m := r.roster.byID[op.member]; m != nil && m.Muted && m.mutedTill.Equal(op.till) {
		r.setMuted(m, 0, at, nil, "")
	}
}

func (r *room) letSpeak(m *member, op LetSpeak) {
	to := r.subject(m, op.ID, op.To)
	switch {
	case to == nil, !r.spoken(to, m, op.ID):
	case to.Speaks == op.On && op.On:
		m.place.turnDown(refusal(op.ID, NotAllowed, "They have voice already."), 0)
	case to.Speaks == op.On:
		m.place.turnDown(refusal(op.ID, NotAllowed, "They have no voice that could be taken."), 0)
	default:
		to.Speaks = op.On
		seq := r.next()
		r.tellDone(m, op.ID, func(id string) Event { return &SpeakSet{Seq: seq, Member: to.Member, ID: id} })
	}
}
