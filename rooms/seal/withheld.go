package seal

import (
	"fmt"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal/sframe"
)

// Codes of notices about what the server does to somebody's voice. None of it is heard.
const (
	VoiceChanged  rooms.Code = "voice_changed"  // it was not as they sealed it, or came again, in another place or on another's track
	VoiceLate     rooms.Code = "voice_late"     // it came too late to be said
	VoiceWithheld rooms.Code = "voice_withheld" // it did not come
	VoiceKeyless  rooms.Code = "voice_keyless"  // its key did not
)

const (
	// judgeEvery is how often it is looked at what came.
	judgeEvery = time.Second
	// keylessFor is how long a key may be on its way.
	keylessFor = 10 * time.Second
	// settleFor is how long it may take until what somebody says comes.
	settleFor = 3 * time.Second
	// withheldFor is how many seconds without anything of somebody's, more than those with
	// something, are told of: no line is as bad while it brings anything at all.
	withheldFor = 5
	// lateFrames is how many frames that came too late are told of as one: a second of them.
	lateFrames = uint64(time.Second / sframe.FrameTime)
	// changedAtLeast is how many changed frames are told of.
	changedAtLeast = 3
)

// judge tells of what a server did to frames and keys, beyond what a line does, and says when
// to look again.
func (s *Seat) judge(v *Voice, now time.Time) (next time.Time) {
	if at := v.looked.Add(judgeEvery); now.Before(at) {
		return at
	}
	v.looked = now
	came := v.ring.Came()
	flows := came != v.came // where nothing comes at all the sound's connection is lost
	v.came = came
	for _, m := range s.people.order {
		if s.isToHear(m) {
			s.judgeOne(v, m, flows, now)
		}
	}
	return now.Add(judgeEvery)
}

func (s *Seat) judgeOne(v *Voice, m *person, flows bool, now time.Time) {
	is := &m.spoken
	counts := v.ring.Counts(sframe.Member(m.peer.ID))
	if n := int(counts.Changed); n >= changedAtLeast {
		is.changed.count = max(is.changed.count, n)
	}
	is.late.count = max(is.late.count, int(counts.Late/lateFrames))
	heard := counts.Opened != is.opened
	is.opened = counts.Opened
	switch lasts := now.Sub(is.since); {
	case heard:
		is.lost = max(0, is.lost-1)
	case is.keyed && flows && !is.muted && lasts > settleFor:
		is.lost++
	}
	if is.lost >= withheldFor {
		is.lost = 0
		is.withheld.count++
	}
	if !is.keyed && is.keyless.count == 0 && now.Sub(is.since) > keylessFor {
		is.keyless.count = 1
	}
}

// What the server does to somebody's voice, a line each, of their name and how often.
var voiceLines = []struct {
	of   func(*spoken) *lapses
	code rooms.Code
	text func(nick string, count int) string
}{
	{func(is *spoken) *lapses { return &is.changed }, VoiceChanged, func(nick string, n int) string {
		return fmt.Sprintf("The server changed, swapped or repeated what %s says in voice (frames so far: %d). None of that is played.", nick, n)
	}},
	{func(is *spoken) *lapses { return &is.late }, VoiceLate, func(nick string, n int) string {
		return fmt.Sprintf("What %s says in voice comes too late to be played (%d s of it so far): the server or the line keeps it back.", nick, n)
	}},
	{func(is *spoken) *lapses { return &is.withheld }, VoiceWithheld, func(nick string, n int) string {
		return fmt.Sprintf("Nothing comes of what %s says in voice, who is not muted as the server says (so far: %d): the server or the line keeps it back.", nick, n)
	}},
	{func(is *spoken) *lapses { return &is.keyless }, VoiceKeyless, func(nick string, _ int) string {
		return fmt.Sprintf("You can't hear %s: the key of their voice did not come. The server may keep it back.", nick)
	}},
}

// allTold reports whether there is nothing of it to tell of.
func (is *spoken) allTold() bool {
	return is.changed.allTold() && is.late.allTold() && is.withheld.allTold() && is.keyless.allTold()
}

// tellVoice tells of what was done to somebody's voice, and says when to look again.
func (s *Seat) tellVoice(m *person, now time.Time) (next time.Time) {
	for _, line := range voiceLines {
		is := line.of(&m.spoken)
		due, again := is.isDue(now)
		if due {
			s.emit(&rooms.Notice{Code: line.code, Text: line.text(m.Nick, is.count)})
		}
		next = earlier(next, again)
	}
	return next
}
