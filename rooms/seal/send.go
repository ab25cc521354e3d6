package seal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
)

// prepare turns an op into a message, or into one to pass on as it is, or refuses
// it.
func (s *Seat) prepare(op rooms.Op) (o *dispatch, pass rooms.Op, refused *rooms.Refused) {
	switch words := rooms.HasWords(op); {
	case words && s.outage.down:
		return nil, nil, refuse(rooms.IDOf(op), rooms.Undelivered, "The connection is down just now. Nothing was sent.")
	case words && s.stage != inside: // who is here is not known yet
		return nil, nil, refuse(rooms.IDOf(op), rooms.NotAllowed, "You are not in the room yet. Try again in a moment.")
	}
	switch op := op.(type) {
	case rooms.Say:
		p := payload{T: "say", Action: op.Action}
		if len(op.Options) > 0 {
			var err error
			if p.Options, err = rooms.CleanOptions(op.Options); err != nil {
				return nil, nil, refusal(op.ID, err)
			}
			if op.Action {
				return nil, nil, refuse(op.ID, rooms.BadFrame, "A poll asks something, and is nothing that somebody does.")
			}
		}
		var refused *rooms.Refused
		if p.Text, refused = s.words(op.Text, op.ID); refused != nil {
			return nil, nil, refused
		}
		if ref, known := s.names.hashes[op.Re]; known {
			p.Re = &ref
		}
		return s.compose(op.ID, p)
	case rooms.React, rooms.Retract, rooms.Amend:
		return s.prepareMending(op)
	case rooms.Whisper:
		to := s.people.byID[op.To]
		if to == nil || !to.shown || to == s.you {
			return nil, nil, refuse(op.ID, rooms.UnknownMember, "Nobody else with that number is in this room. They may have left.")
		}
		text, refused := s.words(op.Text, op.ID)
		if refused != nil {
			return nil, nil, refused
		}
		return s.compose(op.ID, payload{T: "whisper", Text: text}, to)
	case rooms.Rename:
		nick, err := rooms.ParseNick(op.Nick)
		if err != nil {
			return nil, nil, refuse(op.ID, rooms.BadNick, err.Error())
		}
		if s.people.taken(nick, s.you) {
			return nil, nil, refuse(op.ID, rooms.NickTaken, "That name, or one that looks like it, is taken in this room.")
		}
		return s.compose(op.ID, payload{T: "nick", Nick: nick.String()})
	case rooms.SetTopic:
		text := rooms.CleanTopic(op.Text)
		if len(text) > rooms.MaxTopicBytes {
			return nil, nil, refuse(op.ID, rooms.TooLong, fmt.Sprintf("A topic has at most %d bytes.", rooms.MaxTopicBytes))
		}
		return s.compose(op.ID, payload{T: "topic", Text: text})
	case rooms.SetAside:
		return s.stepAside(op)
	case rooms.Offer:
		offered, err := rooms.CleanFile(op.File)
		if err != nil {
			return nil, nil, refusal(op.ID, err)
		}
		if refused := s.spendSay(op.ID); refused != nil {
			return nil, nil, refused
		}
		return s.compose(op.ID, payload{T: "offer", File: fileOf(offered)})
	case rooms.Leap:
		return s.leap(op)
	case rooms.Typing:
		now := time.Now()
		if s.outage.down || s.sending.slow() || now.Sub(s.typed) < rooms.TypingEvery {
			return nil, nil, nil // it would come too late
		}
		if slices.ContainsFunc(s.people.order, func(m *person) bool { return m.told && !m.shown }) {
			return nil, nil, nil // they would miss something, and not know that it was no more than that
		}
		s.typed = now
		return s.compose("", payload{T: "typing"})
	}
	pass, refused = s.govern(op) // pass, sync, ack, inspect, leave, and what governs: nothing in them is anybody's words
	if refused != nil {
		return nil, nil, refused
	}
	return nil, pass, nil
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

// refusal is an error of package rooms as a refusal.
func refusal(id string, err error) *rooms.Refused {
	var refused *rooms.Error
	errors.As(err, &refused) // whatever package rooms refuses, it refuses with one
	return &rooms.Refused{ID: id, Err: refused}
}

func refuse(id string, code rooms.Code, message string) *rooms.Refused {
	return &rooms.Refused{ID: id, Err: &rooms.Error{Code: code, Message: message}}
}

// compose makes a message of a payload, for everybody who is shown or for some of
// them.
func (s *Seat) compose(id string, p payload, to ...*person) (*dispatch, rooms.Op, *rooms.Refused) {
	if s.stage == outside || !s.sending.hasRoom(p.T) {
		return nil, nil, refuse(id, rooms.NotAllowed, "The connection is not up to that yet. Try again in a moment.")
	}
	o := &dispatch{id: id, what: p, to: to}
	all := forAll(p.T)
	if all {
		to = s.people.order
	}
	var receivers []ID
	blind := false
	for _, m := range to {
		if m != s.you && (m.shown || !all) {
			receivers = append(receivers, m.peer.ID)
			blind = blind || !m.shown
		}
	}
	var err error
	if o.message, err = s.session.Compose(p.encode(), all, receivers...); err != nil {
		return nil, nil, refuse(id, rooms.NotAllowed, sentence(err))
	}
	o.message.blind = blind
	return o, nil, nil
}

// tell tells some members what nobody asked this seat to say. What can't be told
// now, since too much is under way, is told later or not at all.
func (s *Seat) tell(p payload, to ...*person) (told bool) {
	return len(to) > 0 && s.send(p, to...)
}

// send is tell, and to nobody in particular tells everybody who is shown.
func (s *Seat) send(p payload, to ...*person) (sent bool) {
	o, _, refused := s.compose("", p, to...)
	if refused == nil {
		s.sending.add(o)
	}
	return refused == nil
}

// flush seals what waits and hands it to the connection, as much as may leave now,
// and returns when more may; 0: when something has come, or nothing waits. The order
// of sealing is the order of sending: the chains stand in between.
func (s *Seat) flush(ctx context.Context, now time.Time) (wait time.Duration, err error) {
	for s.stage != outside {
		o, wait := s.sending.next(now)
		if o == nil {
			return wait, nil
		}
		if newest := s.sending.pacing.newest; newest != "" { // until it hears that we know, the room takes nothing that could be behind that
			if err := s.conn.Do(ctx, rooms.Sync{ID: known, Refused: newest}); err != nil {
				return 0, err
			}
			s.sending.pacing.newest = ""
		}
		if err := s.conn.Do(ctx, s.seal(o)); err != nil {
			return 0, err
		}
		o.flying = true
	}
	return 0, nil
}

// seal seals a message for those who are here now.
func (s *Seat) seal(o *dispatch) rooms.Op {
	sealed := s.session.Seal(o.message, time.Now())
	s.sending.ops++
	o.op, o.sum = fmt.Sprintf("%x", s.sending.ops), sha256.Sum256(sealed.Body)
	op := rooms.Seal{ID: o.op, Body: sealed.Body, Wraps: make(map[string][]byte, len(sealed.Wraps))}
	for peer, wrap := range sealed.Wraps {
		op.Wraps[s.people.byPeer[peer].ID] = wrap
	}
	return op
}

// isForNobody reports whether a message is a whisper to somebody who has left.
func (s *Seat) isForNobody(o *dispatch) bool {
	return o.what.T == "whisper" && s.people.byPeer[o.to[0].peer.ID] == nil
}

// giveUp tells of what was under way that nobody can know what became of it.
func (s *Seat) giveUp() {
	for _, o := range s.sending.giveUp() {
		if o.id != "" {
			s.events = append(s.events, refuse(o.id, rooms.Uncertain, "The place was lost before this was delivered. It may or may not have arrived."))
		}
	}
}

// ownCopy is our own message coming back in the room's order: it happened.
func (s *Seat) ownCopy(e *rooms.Sealed) {
	o, late := s.sending.happened(e.Body)
	if o == nil {
		s.suspect()
		return
	}
	for _, before := range late {
		s.keyRefused(before)
		s.states(before.what.T)
		if before.id != "" {
			s.emit(refuse(before.id, rooms.RateLimited, "The room was too busy for that."))
		}
	}
	if o.message.greets {
		return
	}
	if o.what.T == "ask" {
		s.asked(o.to)
		return
	}
	if s.isForNobody(o) { // in the room's order, before it was said
		s.emit(refuse(o.id, rooms.Undelivered, "Whoever it was for has left."))
		return
	}
	if o.what.T == "voice" {
		s.keyHappened(o)
		return
	}
	var to *person
	if len(o.to) > 0 {
		to = o.to[0]
	}
	s.happened(o.what, s.you, happening{at: rooms.CleanTime(e.At), hash: o.message.Hash, id: o.id, to: to})
	s.state(o)
}

// refused passes on that an op of ours did not happen.
func (s *Seat) refused(r *rooms.Refused) {
	switch o, waits := s.sending.refused(r); {
	case waits:
	case o != nil:
		s.keyRefused(o)
		if o.what.T == "ask" {
			for _, m := range o.to {
				m.doubt.refused = true
			}
		}
		if o.id != "" {
			s.states(o.what.T)
			s.emit(&rooms.Refused{ID: o.id, Err: refusalOfSealed(r.Err)})
		}
	case r.ID != known && !strings.HasPrefix(r.ID, resendPrefix):
		s.emit(r)
	}
}
