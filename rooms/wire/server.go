package wire

import (
	"bytes"
	"strings"
	"time"

	"sotto/rooms"
)

// ServerFrame is what a server sends: an event, how somebody's knock stands, or the bye
// that ends it all. Exactly one of its fields is set.
type ServerFrame struct {
	Event   rooms.Event
	Waiting *Waiting
	Bye     *rooms.Ended
}

// jsonForm is the key of an event's JSON among its forms; the value is []byte.
type jsonForm struct{}

// AppendEvent appends an event. One that is shared by many readers is encoded
// once, whoever asks first.
func AppendEvent(buf []byte, event rooms.Event) []byte {
	forms := rooms.FormsOf(event)
	if forms == nil {
		return encode(buf, event)
	}
	form := forms.Form(jsonForm{}, func() any { return bytes.Clone(encode(buf[len(buf):], event)) })
	return append(buf, form.([]byte)...)
}

// encode writes an event. One that has no frame, which is none of package
// rooms's, panics.
func encode(buf []byte, event rooms.Event) []byte {
	switch e := event.(type) {
	case *rooms.Welcome:
		f := begin(buf, "welcome").uint("v", Version).str("room", string(e.Room)).str("kind", string(e.Kind)).
			text("topic", e.Topic).member("you", present(e.You)).key("members")
		f = append(f, '[')
		for i, m := range e.Members {
			if i > 0 {
				f = append(f, ',')
			}
			f = appendMember(f, present(m))
		}
		f = append(f, ']')
		return f.rules(e.Rules).uint("seq", e.Seq).text("ticket", e.Ticket).flag("resumed", e.Resumed).flag("voice", e.Voice).close()
	case *rooms.Said:
		f := begin(buf, "said").uint("seq", e.Seq).at(e.At).person("from", e.From).str("text", e.Text).flag("action", e.Action)
		if e.Re != 0 {
			f = f.uint("re", e.Re)
		}
		return f.texts("options", e.Options).flag("gone", e.Gone).text("id", e.ID).close()
	case *rooms.Whispered:
		return begin(buf, "whispered").uint("wseq", e.WSeq).at(e.At).person("from", e.From).person("to", e.To).
			str("text", e.Text).text("id", e.ID).close()
	case *rooms.Sealed:
		return appendSealed(buf, e)
	case *rooms.Offered:
		return begin(buf, "offered").uint("seq", e.Seq).at(e.At).person("from", e.From).file("file", e.File).text("id", e.ID).close()
	case *rooms.Passed:
		f := appendString(append(begin(buf, "passed").key("from"), `{"id":`...), e.From)
		return frame(append(f, '}')).bytes("body", e.Body).close()
	case *rooms.Joined:
		return begin(buf, "joined").uint("seq", e.Seq).member("member", e.Member).close()
	case *rooms.Left:
		return begin(buf, "left").uint("seq", e.Seq).member("member", e.Member).str("reason", string(e.Reason)).text("why", e.Why).close()
	case *rooms.Renamed:
		return begin(buf, "renamed").uint("seq", e.Seq).member("member", e.Member).str("was", e.Was).text("id", e.ID).close()
	case *rooms.TopicSet:
		return begin(buf, "topic").uint("seq", e.Seq).person("from", e.From).str("text", e.Text).text("id", e.ID).close()
	case *rooms.Away:
		return begin(buf, "away").uint("seq", e.Seq).member("member", e.Member).close()
	case *rooms.AsideSet:
		f := begin(buf, "aside")
		if e.Seq != 0 {
			f = f.uint("seq", e.Seq)
		}
		return f.member("member", e.Member).text("id", e.ID).close()
	case *rooms.TypingNow:
		f := append(begin(buf, "typing").key("member"), `{"id":`...)
		return append(appendString(f, e.Member), "}}"...)
	case *rooms.VoiceNow:
		return encodeVoiceNow(buf, e)
	case *rooms.VoiceAnswered:
		return encodeVoiceAnswered(buf, e)
	case *rooms.Notice:
		return begin(buf, "notice").str("code", string(e.Code)).str("text", e.Text).close()
	case *rooms.Unconfirmed: // of a sealed room's own end, as is the next: no server can say it
		f := begin(buf, "unconfirmed").uint("count", uint64(e.Count))
		if e.Lasting > 0 {
			f = f.uint("lasting", uint64(e.Lasting))
		}
		return f.close()
	case *rooms.Compared:
		f := begin(buf, "compared")
		if !e.At.IsZero() {
			return f.at(e.At).uint("people", uint64(e.People)).close()
		}
		return f.text("changes", strings.Join(e.Changes, ", ")).close()
	case *rooms.Gap:
		f := begin(buf, "gap").uint("missed", e.Missed).uint("seq", e.Seq)
		if e.From.ID != "" {
			f = f.person("from", e.From)
		}
		return f.close()
	case *rooms.Synced:
		return begin(buf, "synced").str("id", e.ID).close()
	case *rooms.Refused:
		return begin(buf, "error").str("code", string(e.Err.Code)).str("message", e.Err.Message).wait(e.Err.Wait).text("id", e.ID).close()
	case *rooms.Held:
		f := begin(buf, "held").text("id", e.ID).key("fields")
		f = append(f, '[')
		for i, field := range e.Fields {
			if i > 0 {
				f = append(f, ',')
			}
			f = appendString(append(f, `{"name":`...), field.Name)
			f = f.str("value", field.Value).str("why", field.Why).close()
		}
		return frame(append(f, ']')).close()
	}
	if frame, ok := encodeMended(buf, event); ok {
		return frame
	}
	if frame, ok := encodeGoverning(buf, event); ok {
		return frame
	}
	panic("wire: this event has no frame")
}

// AppendBye appends the last frame of a connection.
func AppendBye(buf []byte, why *rooms.Ended) []byte {
	return begin(buf, "bye").str("code", string(why.Code)).str("message", why.Message).boolean("retry", why.Retry).text("why", why.Why).close()
}

// wait appends how long an op has to wait, in milliseconds, if it has to.
func (f frame) wait(d time.Duration) frame {
	if d == 0 {
		return f
	}
	return f.uint("wait", uint64(d.Milliseconds()))
}

func (f frame) at(t time.Time) frame { return f.uint("at", uint64(t.UnixMilli())) }

func (f frame) member(key string, m rooms.Member) frame { return appendMember(f.key(key), m) }

func appendMember(f frame, m rooms.Member) frame {
	f = appendString(append(f, `{"id":`...), m.ID)
	if m.Watch {
		m.Nick = "" // whoever reads this makes their number of the id
	}
	f = f.str("nick", m.Nick).str("via", string(m.Via)).flag("away", m.Away).
		aside(m.Aside).flag("host", m.Host).flag("muted", m.Muted).flag("speaks", m.Speaks).flag("watch", m.Watch)
	if m.Hello != "" {
		f = f.bytes("hello", []byte(m.Hello))
	}
	return f.close()
}

// present is a member as a welcome shows them: a frame of its own says that they are away, or
// not all of a full room's would fit.
func present(m rooms.Member) rooms.Member {
	m.Aside = rooms.Aside{}
	return m
}

// aside appends why somebody is away, which may be nothing, if they are.
func (f frame) aside(a rooms.Aside) frame {
	if !a.On {
		return f
	}
	return f.str("aside", a.Text)
}

func (f frame) person(key string, p rooms.Person) frame {
	f = appendString(append(f.key(key), `{"id":`...), p.ID)
	return f.str("nick", p.Nick).close()
}

// DecodeServer reads one frame from a server, and cleans all of it that anybody sees.
// The error is an *[rooms.Error]: UnknownType for a type that this version doesn't
// know, which a client passes over, and BadFrame for what is no frame.
func DecodeServer(frame []byte) (ServerFrame, error) {
	f, err := decodeServer(frame)
	if err != nil {
		return ServerFrame{}, err
	}
	switch {
	case f.Bye != nil:
		f.Bye = farewell(f.Bye)
	case f.Event != nil:
		if refusal := foreign(f.Event); refusal != nil {
			return ServerFrame{}, refusal
		}
	}
	return f, nil
}

// decodeServer reads a frame as it is.
func decodeServer(frame []byte) (ServerFrame, error) {
	o, err := parse(frame)
	if err != nil {
		return ServerFrame{}, err
	}
	o.must("t")
	t := o.str("t")
	if o.err != nil {
		return ServerFrame{}, o.err
	}
	var f ServerFrame
	switch t {
	case "bye":
		f.Bye = &rooms.Ended{Code: rooms.Code(o.word("code")), Message: o.str("message"), Retry: o.bool("retry"), Why: o.str("why")}
	case "waiting":
		f.Waiting = o.waiting()
	default:
		f.Event = o.event(t)
	}
	if o.err != nil {
		return ServerFrame{}, o.err
	}
	return f, nil
}

func (o *object) event(t string) rooms.Event {
	switch t {
	case "welcome":
		if o.uint("v") != Version {
			o.complain("The server speaks another version of this protocol (%q).", "v")
		}
		e := &rooms.Welcome{
			Room: rooms.RoomName(o.word("room")), Kind: rooms.Kind(o.word("kind")), Topic: o.str("topic"), You: o.member("you"),
			Rules: o.rules(), Seq: o.number("seq"), Ticket: o.token("ticket"), Resumed: o.bool("resumed"), Voice: o.bool("voice"),
		}
		o.list("members", func(m *object) { e.Members = append(e.Members, m.asMember()) })
		return e
	case "said":
		o.must("text")
		return &rooms.Said{
			Seq: o.number("seq"), At: o.at(), From: o.person("from"), Text: o.str("text"),
			Action: o.bool("action"), Re: o.uint("re"), Options: o.texts("options"), Gone: o.bool("gone"), ID: o.id("id"),
		}
	case "whispered":
		o.must("text")
		return &rooms.Whispered{
			WSeq: o.number("wseq"), At: o.at(), From: o.person("from"), To: o.person("to"), Text: o.str("text"), ID: o.id("id"),
		}
	case "sealed":
		return o.sealed()
	case "offered":
		return &rooms.Offered{Seq: o.number("seq"), At: o.at(), From: o.person("from"), File: o.file("file"), ID: o.id("id")}
	case "passed":
		o.must("body")
		return &rooms.Passed{From: o.person("from").ID, Body: o.bytes("body")}
	case "joined":
		return &rooms.Joined{Seq: o.number("seq"), Member: o.member("member")}
	case "left":
		return &rooms.Left{Seq: o.number("seq"), Member: o.member("member"), Reason: rooms.LeaveReason(o.word("reason")), Why: o.str("why")}
	case "renamed":
		return &rooms.Renamed{Seq: o.number("seq"), Member: o.member("member"), Was: o.word("was"), ID: o.id("id")}
	case "topic":
		o.must("text")
		return &rooms.TopicSet{Seq: o.number("seq"), From: o.person("from"), Text: o.str("text"), ID: o.id("id")}
	case "away":
		return &rooms.Away{Seq: o.number("seq"), Member: o.member("member")}
	case "aside":
		return &rooms.AsideSet{Seq: o.uint("seq"), Member: o.member("member"), ID: o.id("id")}
	case "typing":
		return &rooms.TypingNow{Member: o.person("member").ID}
	case "voice":
		return o.voice()
	case "notice":
		return &rooms.Notice{Code: rooms.Code(o.word("code")), Text: o.str("text")}
	case "gap":
		return &rooms.Gap{Missed: o.number("missed"), Seq: o.number("seq")}
	case "synced":
		return &rooms.Synced{ID: o.id("id")}
	case "error":
		return &rooms.Refused{ID: o.id("id"), Err: &rooms.Error{Code: rooms.Code(o.word("code")), Message: o.str("message"), Wait: time.Duration(min(o.uint("wait"), maxWait)) * time.Millisecond}}
	case "held":
		e := &rooms.Held{ID: o.id("id")}
		o.list("fields", func(f *object) {
			e.Fields = append(e.Fields, rooms.HeldField{Name: f.str("name"), Value: f.str("value"), Why: f.str("why")})
		})
		return e
	}
	if event, ok := o.mended(t); ok {
		return event
	}
	if event, ok := o.governing(t); ok {
		return event
	}
	o.err = unknownType
	return nil
}

// maxWait is the longest wait that is read as it stands, in milliseconds.
const maxWait = uint64(rooms.MaxSlow / time.Millisecond)

// word is a string that must be there.
func (o *object) word(key string) string {
	o.must(key)
	return o.str(key)
}

// number is a uint that must be there.
func (o *object) number(key string) uint64 {
	o.must(key)
	return o.uint(key)
}

func (o *object) at() time.Time { return time.UnixMilli(int64(o.number("at"))) }

func (o *object) person(key string) rooms.Person {
	inner := o.object(key)
	inner.must("id")
	p := rooms.Person{ID: inner.token("id"), Nick: inner.str("nick")}
	o.adopt(inner)
	return p
}

func (o *object) member(key string) rooms.Member {
	inner := o.object(key)
	m := inner.asMember()
	o.adopt(inner)
	return m
}

func (o *object) asMember() rooms.Member {
	o.must("id")
	return rooms.Member{ID: o.token("id"), Nick: o.word("nick"), Via: rooms.Via(o.word("via")), Away: o.bool("away"), Aside: rooms.Aside{On: o.get("aside") != nil, Text: o.str("aside")}, Hello: string(o.bytes("hello")),
		Host: o.bool("host"), Muted: o.bool("muted"), Speaks: o.bool("speaks"), Watch: o.bool("watch")}
}
