package line

import (
	"fmt"
	"time"

	"sotto/rooms"
)

// Connection says how the connection between a seat and its server is, if an event
// tells of that: a clause, and what a program is told, as the protocol has no frame
// for what only this end knows.
func Connection(e rooms.Event) (clause string, notice *rooms.Notice) {
	code := rooms.Unreachable
	switch e := e.(type) {
	case *rooms.Link:
		switch {
		case !e.Gone.IsZero():
			clause, code = "the connection is back, but your place was gone: what was said since "+e.Gone.Format("15:04")+" is lost", rooms.Reachable
		case e.Up:
			clause, code = "the connection is back", rooms.Reachable
		case e.Why != nil:
			clause = "the connection was ended, and is tried again: " + e.Why.Message
		default:
			clause = "the connection was lost; trying to come back"
		}
	case *rooms.Silence:
		if e.Since.IsZero() {
			clause, code = "the server answers again", rooms.Reachable
		} else {
			clause = fmt.Sprintf("the server has not answered for %d seconds; what was said since then may not be in the room yet", int(time.Since(e.Since).Seconds()))
		}
	default:
		return "", nil
	}
	return clause, &rooms.Notice{Code: code, Text: rooms.Sentence(clause)}
}
