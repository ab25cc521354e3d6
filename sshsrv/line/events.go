package line

import (
	"context"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/rooms/governing"
	"sotto/sshsrv/tui/needle"
)

// maxMine is how many of this person's own messages answers are known to be to.
const maxMine = 256

// tellOf takes what happened. What this person said stands on the terminal already,
// where they typed it; it is not told to them again.
func (l *linear) tellOf(ctx context.Context, e rooms.Event) error {
	if l.answered(e) || l.stay.leaping.Heard(e) {
		return l.goOn(ctx)
	}
	l.meet(e)
	if _, left := e.(*rooms.Left); !left && l.stay.comings.line.Brought(doer(e).ID) {
		l.tellComings() // whoever speaks was seen to come
	}
	now := time.Now()
	if gone, ok := e.(*rooms.Retracted); ok {
		l.takenBack(gone.Re)
	}
	text, about := l.stay.happen(e, l.visit), uint64(0)
	own := rooms.OpOf(e) != ""
	switch e := e.(type) {
	case *rooms.Notice, *rooms.Link:
		l.noticed(e)
	case *rooms.Renamed:
		if e.Member.ID == l.stay.you.ID {
			l.wished = l.wished.Renamed(e)
		}
	case *rooms.Welcome:
		l.wished = l.wished.In(e.Kind)
		if !e.Resumed { // what is said is numbered anew
			l.seen = 0
		}
		text += l.fading()
		if l.phase == arriving {
			l.phase = talking
		}
	case *rooms.Said:
		if own {
			l.stay.mine = append(l.stay.mine[max(0, len(l.stay.mine)+1-maxMine):], e.Seq)
			if !l.late { // where its line stands it was not said yet
				text = pollLines(e.Options)
			}
		} else if answers := l.stay.answers(e); text != "" && answers != "" {
			l.held = append(l.held, heldLine{answers, e.Re, note("%s answers a message that was taken back", e.From.Nick)})
			text = strings.TrimPrefix(text, answers)
		}
		about = e.Seq
		l.ring(e, text, now)
	case *rooms.Reacted:
		if own {
			text, about = l.reacted(e), e.Re
		}
	case *rooms.Amended:
		if own && text != "" {
			text = note("your message is changed")
		}
		about = e.Re
		l.ring(e, text, now)
	case *rooms.Retracted:
		if of := l.stay.messages.Of(e.Re); own && of != nil && l.stay.messages.Mine(of) {
			text = note("your message is taken back")
		}
	case *rooms.Whispered:
		if own {
			text = note("only %s was told that", e.To.Nick)
		}
		l.ring(e, text, now)
	case *rooms.TopicSet:
		if own && e.Text != "" {
			text = note("the topic is set")
		}
	case *rooms.RulesSet:
		text += l.fading()
	case *rooms.Joined, *rooms.Left:
		if h, ok := comings.Of(e); ok && text != "" {
			l.stay.comings.add(h, text, now)
			if text = ""; h.More == string(rooms.LeftRemoved) {
				l.tellComings() // which explains what else is told now
			}
		}
	}
	if text != "" {
		l.hold(l.dated(e)+text, about)
	}
	if words := l.stay.asides.Happen(e, l.stay.you.ID, l.stay.find, &l.stay.ignoring); words != "" {
		l.hold(note("%s", words), 0)
	}
	if governing.Unhosted(e, l.stay.members) {
		l.tellComings() // which say that they went
		l.hold(note("%s", governing.Hostless), 0)
	}
	return l.goOn(ctx)
}

// dated is the time of what somebody said, as it stands before it; of what this person
// did themselves, and where that is not wanted, nothing.
func (l *linear) dated(e rooms.Event) string {
	var at time.Time
	switch e := e.(type) {
	case *rooms.Said:
		at = e.At
	case *rooms.Whispered:
		at = e.At
	case *rooms.Offered:
		at = e.At
	}
	if !l.times || at.IsZero() || rooms.OpOf(e) != "" {
		return ""
	}
	return at.In(l.visit.Zone).Format("15:04 ")
}

// ring rings if that is wanted of what was said, and is told as text.
func (l *linear) ring(e rooms.Event, text string, now time.Time) {
	calls := false
	switch e := e.(type) {
	case *rooms.Said:
		if e.ID != "" {
			return
		}
		calls = l.calls(e.Seq, e.Text) || slices.Contains(l.stay.mine, e.Re) && e.Re != 0
	case *rooms.Amended:
		if e.ID != "" || !l.calls(e.Re, e.Text) {
			return
		}
		calls = true
	case *rooms.Whispered:
		if e.ID != "" {
			return
		}
		calls = true
	}
	if text == "" || l.notify == "off" || l.notify == "mentions" && !calls || !l.bell.Ring(now) {
		return
	}
	l.rings = true
}

// calls reports whether the text of a message names this person or has a word that they
// chose, and none of it did before.
func (l *linear) calls(seq uint64, text string) bool {
	of := l.stay.messages.Of(seq)
	if of == nil || of.Called || !needle.Calls(text, l.stay.you.Nick) && !slices.ContainsFunc(l.words, func(word string) bool { return needle.Calls(text, word) }) {
		return false
	}
	of.Called = true
	return true
}
