package wire

import (
	"hash/fnv"
	"strings"

	"sotto/rooms"
)

// What comes from a server is trusted no more than what comes from a person. Here it
// is cleaned and bounded before anybody sees it: every name is one, every text is what
// the room's own cleaner leaves of it, lists are closed, times are about now. What the
// server itself has to say stands behind [serverSays], and is not said at all where its
// code is known: then the words are this program's.

const (
	// serverSays stands before a server's own words.
	serverSays = "The server says: "
	// maxSentence is the most of them that is shown, in bytes: two lines.
	maxSentence = 200
	// maxHeld is how many fields a server may say that it holds about a place.
	maxHeld = 500
)

// ownWords are what this program says of a refusal or an end whose code says it all.
var ownWords = map[rooms.Code]string{
	rooms.BadRoom:        "A room's name is a to z, 0 to 9 and -, at most 64 of them, and begins with no -.",
	rooms.BadNick:        "A name is letters and digits of any script, with - _ and . but no spaces, at most 24 bytes and 16 columns.",
	rooms.BadTicket:      "That place can't be taken back any more. Join the room again.",
	rooms.NickTaken:      "That name, or one that looks like it, is taken in this room.",
	rooms.RateLimited:    "You are sending faster than this room allows. Try again in a moment.",
	rooms.RoomFull:       "This room is full. Try again later, or take another room.",
	rooms.UnknownType:    "The server does not know that.",
	rooms.UnknownMember:  "Nobody with that number is in this room. They may have left.",
	rooms.Slow:           "This connection could not keep up with what was said.",
	rooms.Shutdown:       "The server is shutting down.", // whether the room goes on at others is not known here
	rooms.Replaced:       "This place was taken over by a newer connection with its ticket.",
	rooms.AtTheDoor:      "Whoever is in this room decides who comes in. Knock, and wait.",
	rooms.Locked:         "This room is locked. Who has an invitation comes in.",
	rooms.NotHost:        "Only a host of this room can do that. /host WORDS makes you one, if you know its key.",
	rooms.MutedNow:       "A host has muted you for a while.",
	rooms.QuietNow:       "This room is quiet: hosts speak, and those whom they let speak.",
	rooms.TooSoon:        "This room is slow: wait a moment before you say more.",
	rooms.BadKey:         "That is not a key of this room.",
	rooms.NoInvite:       "That invitation is not good here: it was used, its time is over, it was voided, or it is for watching alone. Ask for another.",
	rooms.UnknownMessage: "That message is not known here any more: it was not said in this room, or too long ago.",
	rooms.UnknownKnock:   "Nobody knocks by that number. They may have gone.",
	rooms.Removed:        "You were removed from this room.",
	rooms.Denied:         "You were not let in.",
	rooms.Unreachable:    "The servers that share this room can't reach each other, so that was not said.",
	rooms.Burned:         "A host has ended this room for everybody.",
	rooms.Timeout:        "The server heard nothing from this program for too long.",
}

// ownNotices are what it says of a notice.
var ownNotices = map[rooms.Code]string{
	rooms.BadNick:   "That is no name here. You were given another.",
	rooms.NickTaken: "That name, or one that looks like it, is taken in this room. You were given another.",
	rooms.MadeHost:  "You made this room and are its host. /key shows the words that make others hosts, /rules what a host can do.",
	rooms.RoomFull:  "Somebody wanted to come in, but this room is full.",

	rooms.Unreachable: "The servers that share this room can't reach each other. What you say waits until they do, or comes back to you.",
	rooms.Reachable:   "The servers that share this room reach each other again.",
}

// known is a code with which a server may refuse or end something, or what stands for
// all that this program does not know: machines act on codes.
func known(code rooms.Code) rooms.Code {
	switch code {
	case rooms.BadFrame, rooms.TooLong, rooms.NotAllowed, rooms.TooMany, rooms.NoVoice:
		return code
	}
	if _, ok := ownWords[code]; ok {
		return code
	}
	return rooms.FromServer
}

// said is what is shown of a server's words.
func said(own map[rooms.Code]string, code rooms.Code, text string) string {
	if words, known := own[code]; known {
		return words
	}
	return serverSays + line(text, maxSentence)
}

// farewell is what is shown of the last words of a server. Why somebody was removed is a
// person's word.
func farewell(why *rooms.Ended) *rooms.Ended {
	if why.Code == rooms.Removed {
		return rooms.ByRemoval(line(why.Why, rooms.MaxReasonBytes))
	}
	return &rooms.Ended{Code: known(why.Code), Message: said(ownWords, why.Code, why.Message), Retry: why.Retry}
}

// line is a clean text of one line and at most so many bytes.
func line(text string, most int) string {
	text = rooms.CleanTopic(rooms.Shorten(text, 4*most)) // no more than that is looked at
	if len(text) <= most {
		return text
	}
	return strings.TrimSpace(rooms.Shorten(text, most-len("…"))) + "…"
}

// words is a clean text, as much of it as a message may have.
func words(text string) string {
	text = rooms.Clean(text)
	if rooms.CheckText(text) == nil {
		return text
	}
	text = rooms.Shorten(text, rooms.MaxTextBytes-len("…"))
	lines := 0
	for i := range len(text) {
		if text[i] != '\n' {
			continue
		}
		if lines++; lines == rooms.MaxTextLines {
			text = text[:i]
			break
		}
	}
	return rooms.Clean(text + "…")
}

// nick is a name that can be shown: another goes by a number of what it was.
func nick(name string) string {
	if name == "" {
		return "" // in a sealed room, where the server knows none
	}
	if n, err := rooms.ParseNick(name); err == nil && n.String() == name || rooms.IsPlaceholder(name) {
		return name
	}
	h := fnv.New32a()
	h.Write([]byte(name)) // never fails
	return rooms.Placeholder(h.Sum32()).String()
}

// reaction is a reaction as it is known here. Of what is newer, or none, becomes what a
// cleaner makes of a character that it does not know.
func reaction(text string) string {
	if known, ok := rooms.CleanReaction(text); ok {
		return known
	}
	return "\ufffd"
}

func cleanPerson(p *rooms.Person) { p.Nick = nick(p.Nick) }

func cleanMember(m *rooms.Member) {
	m.Nick = nick(m.Nick)
	m.Aside.Text = line(m.Aside.Text, rooms.MaxAsideBytes)
	if m.Watch { // who has no name, and no say
		m.Nick, m.Aside, m.Host, m.Muted, m.Speaks = rooms.WatcherNumber(m.ID), rooms.Aside{}, false, false, false
	}
	switch m.Via {
	case rooms.ViaSSH, rooms.ViaWeb, rooms.ViaPipe, rooms.ViaNative:
	default:
		m.Via = rooms.ViaOther
	}
}

// foreign cleans an event that a server sent, or says what can't be.
func foreign(event rooms.Event) *rooms.Error {
	switch e := event.(type) {
	case *rooms.Welcome:
		if e.Kind != rooms.KindOpen && e.Kind != rooms.KindSealed {
			return badFrame("That is no kind of room that this program knows.")
		}
		if name, err := rooms.ParseRoomName(string(e.Room)); err != nil || name != e.Room {
			return badFrame("A welcome names no room.")
		}
		e.Topic = line(e.Topic, rooms.MaxTopicBytes)
		cleanMember(&e.You)
		for i := range e.Members {
			cleanMember(&e.Members[i])
		}
		return foreignRules(&e.Rules)
	case *rooms.Said:
		e.At = rooms.CleanTime(e.At)
		cleanPerson(&e.From)
		if e.Gone {
			e.Text, e.Options = "", nil
			return nil
		}
		e.Text = words(e.Text)
		for i, option := range e.Options {
			e.Options[i] = line(option, rooms.MaxOptionBytes)
		}
	case *rooms.Whispered:
		e.At = rooms.CleanTime(e.At)
		cleanPerson(&e.From)
		cleanPerson(&e.To)
		e.Text = words(e.Text)
	case *rooms.Offered:
		cleanPerson(&e.From)
		e.At = rooms.CleanTime(e.At)
		file, err := rooms.CleanFile(e.File)
		if err != nil {
			return badFrame("An offer is of no file.")
		}
		e.File = file
	case *rooms.Joined:
		cleanMember(&e.Member)
	case *rooms.Left:
		cleanMember(&e.Member)
		switch e.Reason {
		case rooms.LeftQuit, rooms.LeftLost, rooms.LeftSlow, rooms.LeftShutdown, rooms.LeftRemoved:
		default:
			e.Reason = rooms.LeftQuit
		}
		e.Why = line(e.Why, rooms.MaxReasonBytes)
	case *rooms.Renamed:
		cleanMember(&e.Member)
		e.Was = nick(e.Was)
	case *rooms.TopicSet:
		cleanPerson(&e.From)
		e.Text = line(e.Text, rooms.MaxTopicBytes)
	case *rooms.Away:
		cleanMember(&e.Member)
	case *rooms.AsideSet:
		cleanMember(&e.Member)
	case *rooms.Notice:
		e.Text = said(ownNotices, e.Code, e.Text)
		if _, known := ownNotices[e.Code]; !known {
			e.Code = rooms.FromServer
		}
	case *rooms.Refused:
		e.Err = &rooms.Error{Code: known(e.Err.Code), Message: said(ownWords, e.Err.Code, e.Err.Message), Wait: e.Err.Wait}
	case *rooms.Held:
		e.Fields = e.Fields[:min(len(e.Fields), maxHeld)]
		for i, f := range e.Fields {
			e.Fields[i] = rooms.HeldField{Name: line(f.Name, maxSentence), Value: line(f.Value, maxSentence), Why: line(f.Why, maxSentence)}
		}
	case *rooms.VoiceAnswered:
		if len(e.Members) > rooms.MaxVoiceSize {
			return badFrame("More people are in voice than can be.")
		}
		if strings.ContainsFunc(e.Answer, func(r rune) bool { return (r < ' ' || r > '~') && r != '\r' && r != '\n' }) {
			return badFrame("An answer is no SDP.")
		}
	case *rooms.Sealed:
		e.At = rooms.CleanTime(e.At)
	case *rooms.Reacted:
		cleanPerson(&e.From)
		e.Emoji = reaction(e.Emoji)
	case *rooms.Retracted:
		cleanPerson(&e.From)
	case *rooms.Amended:
		cleanPerson(&e.From)
		e.Text = words(e.Text)
	default:
		return foreignGoverning(event)
	}
	return nil
}
