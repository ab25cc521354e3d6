package voice

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sotto/rooms"
)

// Packet is 20 ms of sound, more or less, of one person.
type Packet struct {
	Sequence  uint16
	Timestamp uint32 // of a clock of 48 kHz
	Marker    bool   // a pause was before it, or somebody else
	Level     uint8  // RFC 6464: decibels below the loudest, 127 is silence; 127 in sealed rooms
	Payload   []byte // at most MaxPayload bytes; valid during the call alone
}

// Receiver hears what the others say.
type Receiver interface {
	// Hear takes a packet that somebody said, by their member id, for one of the receiver's
	// slots. Sequence and time are continuous in each, whoever has it. It never blocks and
	// calls nothing of its party; of one party it is called by one goroutine at a time.
	Hear(slot int, from string, p Packet)
}

// Party is one person in their room's voice. Its methods may be called from several
// goroutines, but Say, which is one person speaking.
type Party struct {
	call  *call
	seat  *rooms.Seat
	id    string
	to    Receiver
	ended chan struct{}

	packets, bytes rooms.Limiter
	muted          atomic.Bool
	silent         atomic.Bool // nobody lets them speak
	loudness       loudness

	hearing sync.Mutex // around what follows, and Hear
	slots   []slot
	lost    map[*Party]time.Time // when another last lost a slot here

	mu   sync.Mutex
	stop func() bool // forgets the context
	why  error       // set once it has ended
	told rooms.Voice // what the room knows
	at   time.Time   // when it was last told
}

func newParty(in *call, seat *rooms.Seat, slots int, to Receiver) *Party {
	p := &Party{
		call: in, seat: seat, id: seat.ID(), to: to, ended: make(chan struct{}),
		packets: rooms.NewLimiter(PacketRate, PacketBurst), bytes: rooms.NewLimiter(ByteRate, ByteBurst),
		slots: make([]slot, max(0, slots)), lost: make(map[*Party]time.Time),
	}
	p.muted.Store(true)
	return p
}

// Say passes a packet on to whoever hears this person. Of who is muted, may not speak or
// speaks faster than [PacketRate] and [ByteRate], it is dropped.
func (p *Party) Say(packet Packet) {
	now := time.Now()
	size := len(packet.Payload)
	if p.muted.Load() || p.silent.Load() || size == 0 || size > MaxPayload || p.isOver() ||
		p.packets.Take(now) > 0 || p.bytes.TakeN(now, float64(size)) > 0 {
		return
	}
	if p.call.sealed || size <= quietSize {
		packet.Level = 127
	}
	packet.Level = max(packet.Level, loudest)
	p.loudness.heard(packet.Level, now)
	all := p.call.all()
	for _, other := range all {
		if other != p {
			other.hear(p, packet, now, all)
		}
	}
}

// hear passes on what another says, if there is a slot for it.
func (p *Party) hear(from *Party, packet Packet, now time.Time, all []*Party) {
	p.hearing.Lock()
	defer p.hearing.Unlock()
	i := p.slotOf(from, now, all)
	if i < 0 || p.isOver() {
		return
	}
	if next, ok := p.slots[i].next(packet, now); ok {
		p.to.Hear(i, from.id, next)
	}
}

// slotOf is the slot in which another is heard, or -1. The caller holds hearing, as that of
// all below.
func (p *Party) slotOf(from *Party, now time.Time, all []*Party) int {
	free, weakest, least := -1, -1, 0
	for i := range p.slots {
		s := &p.slots[i]
		switch {
		case s.of == from:
			return i
		case s.of == nil || s.of.isOver():
			if free < 0 {
				free = i
			}
		default:
			if loud := s.of.loudness.at(now); weakest < 0 || loud < least {
				weakest, least = i, loud
			}
		}
	}
	if free < 0 && !p.call.sealed && weakest >= 0 {
		loud, breathes := from.loudness.at(now), from.loudness.lasts(now) < hold
		if loud >= hushed && loud >= least+margin && (breathes || least < hushed) {
			free = weakest
		} else if loud >= speaks {
			free = p.given(from, breathes, now, all)
		}
	}
	if free >= 0 {
		p.give(free, from, now)
	}
	return free
}

// given is the slot that one who speaks gets without being louder, or -1: of those whose
// holders make no pause the one that was held longest. Who does make pauses gets it at once.
// Those who make none take turns, and take no slot from anybody else who speaks.
func (p *Party) given(from *Party, breathes bool, now time.Time, all []*Party) int {
	oldest := -1
	for i := range p.slots {
		s := &p.slots[i]
		if s.of.loudness.lasts(now) < hold || !breathes && now.Sub(s.since) < hold {
			continue
		}
		if oldest < 0 || s.since.Before(p.slots[oldest].since) {
			oldest = i
		}
	}
	if oldest >= 0 && !breathes && !p.isNext(from, now, all) {
		return -1
	}
	return oldest
}

// isNext reports whether nobody else who speaks and has no slot has gone without one for
// longer.
func (p *Party) isNext(from *Party, now time.Time, all []*Party) bool {
	for _, other := range all {
		if other == p || other == from || !p.lost[other].Before(p.lost[from]) || p.has(other) {
			continue
		}
		if other.loudness.at(now) >= speaks {
			return false
		}
	}
	return true
}

// has reports whether another is heard.
func (p *Party) has(other *Party) bool {
	return slices.ContainsFunc(p.slots, func(s slot) bool { return s.of == other })
}

// give gives a slot to another, and notes when whoever had it lost it. As many are noted as
// are in the call.
func (p *Party) give(i int, to *Party, now time.Time) {
	if was := p.slots[i].of; was != nil {
		maps.DeleteFunc(p.lost, func(of *Party, _ time.Time) bool { return of.isOver() })
		if !was.isOver() {
			p.lost[was] = now
		}
	}
	p.slots[i].take(to, now)
}

// Connected says that sound can come and go. Who has not said so gives way, after a few
// seconds, to somebody else for whom there is no place.
func (p *Party) Connected() { p.call.connected(p) }

// Mute stops or starts what this person says. Who comes in is muted.
func (p *Party) Mute(on bool) {
	p.muted.Store(on)
	if on {
		p.loudness.hush()
	}
}

// Close takes the party out of the call: nothing is passed on to it or from it any more.
func (p *Party) Close() { p.end(errLeft) }

// Ended is closed once the party is over.
func (p *Party) Ended() <-chan struct{} { return p.ended }

// Why is a sentence about why the party is over, or nil.
func (p *Party) Why() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.why
}

// Others are those who are in the call beside this one, by their ids: in which order they
// came, nobody is told.
func (p *Party) Others() []rooms.VoiceNow {
	parties := slices.DeleteFunc(slices.Clone(p.call.all()), func(other *Party) bool { return other == p })
	slices.SortFunc(parties, func(a, b *Party) int { return strings.Compare(a.id, b.id) })
	others := make([]rooms.VoiceNow, len(parties))
	for i, other := range parties {
		how := other.how()
		others[i] = rooms.VoiceNow{Member: other.id, In: true, Muted: how.Muted, Speaking: how.Speaking}
	}
	return others
}

func (p *Party) isOver() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

func (p *Party) end(why error) {
	p.mu.Lock()
	first := p.why == nil
	stop := p.stop
	if first {
		p.why = why
		close(p.ended)
	}
	p.mu.Unlock()
	if !first {
		return
	}
	if stop != nil {
		stop()
	}
	p.call.remove(p)
	if why != errReplaced { // else it is the same member, who is still there
		_ = p.seat.Do(context.Background(), rooms.Voice{}) // fails only for who is gone already
	}
}

// how is what the room is to know of this person.
func (p *Party) how() rooms.Voice {
	muted := p.muted.Load() || p.silent.Load()
	return rooms.Voice{In: true, Muted: muted, Speaking: !muted && !p.call.sealed && p.loudness.speaks(time.Now())}
}

// look ends a party that may not be there any more, and tells how it is.
func (p *Party) look(now time.Time) {
	speech, err := p.seat.Speech()
	switch {
	case err != nil:
		p.end(err)
		return
	case speech.Elsewhere:
		p.end(errElsewhere)
		return
	}
	if p.silent.Swap(speech.Silent != nil) != (speech.Silent != nil) {
		p.loudness.hush()
	}
	p.tell(now)
}

// tell tells the room how this person is, if that is new and not too soon, or long ago.
func (p *Party) tell(now time.Time) {
	how := p.how()
	p.mu.Lock()
	since := now.Sub(p.at)
	switch {
	case p.why != nil:
		p.mu.Unlock()
		return
	case since >= rooms.VoiceEvery:
	case how == p.told,
		how.Muted == p.told.Muted && since < markEvery,
		since < muteEvery:
		p.mu.Unlock()
		return
	}
	p.told, p.at = how, now
	p.mu.Unlock()
	_ = p.seat.Do(context.Background(), how) // who is gone is seen at the next look
}
