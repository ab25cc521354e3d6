package rooms

import "time"

// Patience is how much one connection may ask for that is of no use to anybody
// else: what makes no sense is answered a few times and then ends it; what makes
// sense and is for the asker alone slows the asker down. It has no lock of its own
// but those of its limiters.
type Patience struct {
	vain  Limiter `held:"how often your program may still send what makes no sense before its connection is ended"`
	asked Limiter `held:"how much it may still ask for that is for you alone before it is read more slowly"`
}

// NewPatience returns all of it.
func NewPatience() Patience {
	return Patience{vain: NewLimiter(VainRate, VainBurst), asked: NewLimiter(AskRate, AskBurst)}
}

// ErrInVain is why a connection ends that was answered often enough.
var ErrInVain = &Ended{Code: TooMany, Message: "Too much came over this connection that makes no sense, so it ends. What was wrong with it was said each time."}

// Vain counts something that makes no sense, and reports whether it may be
// answered once more.
func (p *Patience) Vain() bool { return p.vain.Take(time.Now()) == 0 }

// Air counts bytes that say nothing, line breaks between frames say, as [AirBytes]
// to one thing that makes no sense. It reports whether there may be more.
func (p *Patience) Air(bytes int) bool {
	return bytes <= 0 || p.vain.TakeN(time.Now(), float64(bytes)/AirBytes) == 0
}

// What is asked for costs, as [Patience.asked] counts it.
const (
	costAsking  = 1  // an answer of some bytes, or none
	costRefusal = 4  // a sentence
	costHeld    = 64 // all fields of a place, under its locks
)

// ask counts an answer that costs so much, to a frame of so many bytes.
func (p *Patience) ask(cost float64, bytes int) {
	p.asked.Owe(time.Now(), cost+float64(bytes/AskBytes))
}

// wait says how long nothing more should be read.
func (p *Patience) wait() time.Duration { return p.asked.PeekN(time.Now(), 0) }

// useless reports whether a refusal is of what makes no sense. What came too early, or
// from somebody who may not speak just then, makes sense.
func (r *Refused) useless() bool {
	switch r.Err.Code {
	case RateLimited, TooSoon, MutedNow, QuietNow:
		return false
	}
	return true
}
