package rooms

import (
	"fmt"
	"math"
	"time"
)

// admit cleans an op and checks what can be known before it has its place in
// the order: sizes, names, rates. What depends on the others in the room is
// decided when the log returns the op.
func (p *place) admit(op Op) (Op, *Refused) {
	if refused := p.watches(op); refused != nil {
		return nil, refused
	}
	if op, ok := op.(Pass); ok {
		return p.admitPass(op)
	}
	if admitted, refused, ok := p.admitPower(op); ok {
		return admitted, refused
	}
	if p.room.kind == KindSealed {
		return p.admitSealed(op)
	}
	switch op := op.(type) {
	case Say:
		return p.admitSay(op)
	case Amend:
		text, err := words(op.Text, op.ID)
		if err != nil {
			return nil, err
		}
		op.Text = text
		return op, p.spendSay(op.ID, op)
	case React:
		return p.admitReact(op)
	case Retract:
		return op, p.spendSay(op.ID, op)
	case Whisper:
		text, err := words(op.Text, op.ID)
		if err != nil {
			return nil, err
		}
		op.Text = text
		return op, p.spendSay(op.ID, op)
	case SetTopic:
		op.Text = Apart(CleanTopic(op.Text))
		if len(op.Text) > MaxTopicBytes {
			return nil, refusal(op.ID, TooLong, fmt.Sprintf("A topic has at most %d bytes.", MaxTopicBytes))
		}
		return op, p.spendSay(op.ID, op)
	case SetAside:
		return p.admitAside(op)
	case Rename:
		nick, err := ParseNick(op.Nick)
		if err != nil {
			return nil, &Refused{ID: op.ID, Err: asError(err)}
		}
		if wait := p.renames.Peek(time.Now()); wait > 0 {
			return nil, refusal(op.ID, RateLimited, fmt.Sprintf("You can change your name once in %d seconds.", int(RenameEvery.Seconds())))
		}
		renames := rename{op.ID, nick}
		return renames, p.inTurn(op.ID, renames.opFacts().said, time.Now())
	case Offer:
		return p.admitOffer(op)
	default:
		return nil, refusal("", NotAllowed, "That can't be done here.")
	}
}

// admitSealed lets nothing but sealed messages into a sealed room. What is in
// them is checked by whoever opens them.
func (p *place) admitSealed(op Op) (Op, *Refused) {
	seal, sealed := op.(Seal)
	if offer, ok := op.(Offer); ok {
		return nil, refusal(offer.ID, NotAllowed, "In a sealed room a file is offered by a sealed message.")
	}
	if !sealed {
		return nil, refusal(IDOf(op), NotAllowed, "In a sealed room nothing is said in the clear.")
	}
	if len(seal.Body) > MaxSealedBytes || len(seal.Wraps) > SealedRoomSize {
		return nil, refusal(seal.ID, TooLong, fmt.Sprintf("A sealed message has at most %d bytes and %d wraps.", MaxSealedBytes, SealedRoomSize))
	}
	wraps := 0
	for _, wrap := range seal.Wraps {
		if wraps += len(wrap); len(wrap) > MaxWrapBytes || wraps > MaxWrapsBytes {
			return nil, refusal(seal.ID, TooLong, fmt.Sprintf("A wrap has at most %d bytes, and all of a message %d.", MaxWrapBytes, MaxWrapsBytes))
		}
	}
	if wait := p.order.overtakes(time.Now(), seal.ID); wait > 0 {
		return nil, refusal(seal.ID, RateLimited, "What you sealed before this has to wait, and nobody could open it behind this. Send a sync that names this as refused, or wait "+about(wait)+", and send both again.")
	}
	refused := p.spendSay(seal.ID, seal)
	if refused != nil && refused.Err.Code == RateLimited {
		p.order.refuse(time.Now(), seal.ID)
	}
	return seal, refused
}

// words cleans a text.
func words(text, id string) (string, *Refused) {
	text = Clean(text)
	if text == "" {
		return "", refusal(id, BadFrame, "There is nothing in that message that can be shown.")
	}
	if err := CheckText(text); err != nil {
		return "", &Refused{ID: id, Err: asError(err)}
	}
	return Apart(text), nil
}

// spendSay takes what an op says off what this place and all in the room may say.
func (p *place) spendSay(id string, op Op) *Refused {
	now, sealed := time.Now(), 0.0
	if seal, ok := op.(Seal); ok {
		sealed = float64(overhead + sealedBytes(seal))
	}
	if wait := max(p.says.Peek(now), p.sealed.PeekN(now, sealed)); wait > 0 {
		return refusal(id, RateLimited, TooFast(wait))
	}
	if busy := p.inTurn(id, op.opFacts().said, now); busy != nil {
		return busy
	}
	p.says.Owe(now, 1)
	p.sealed.Owe(now, sealed)
	return nil
}

// inTurn takes so many bytes off what all in the room may say, unless others are first.
func (p *place) inTurn(id string, bytes int, now time.Time) *Refused {
	if !p.room.paced() {
		return nil
	}
	if wait := p.room.pace.say(&p.talk, p.voices, bytes, now); wait > 0 {
		return refusal(id, RateLimited, tooBusy(wait))
	}
	return nil
}

// TooFast is what whoever says more than the room takes is told, and in how long it
// takes more.
func TooFast(wait time.Duration) string {
	return "You are sending faster than this room allows. Wait " + about(wait) + " and send it again."
}

// tooBusy is what whoever has to wait for others is told.
func tooBusy(wait time.Duration) string {
	return "This room is busy: so much is said that not everybody could read it. Wait " + about(wait) + " and send it again."
}

func about(wait time.Duration) string {
	if seconds := int(math.Ceil(wait.Seconds())); seconds > 1 {
		return fmt.Sprintf("%d seconds", seconds)
	}
	return "a second"
}

func refusal(id string, code Code, message string) *Refused {
	return &Refused{ID: id, Err: &Error{Code: code, Message: message}}
}
