package wire

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"sotto/rooms"
)

// examples reads the JSON of docs/PROTOCOL.md: a frame a line, in fences under
// the heading that says who sends them.
func examples(t testing.TB) (client, server []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	var from *[]string
	fenced := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "### From the client":
			from = &client
		case line == "### From the server":
			from = &server
		case strings.HasPrefix(line, "## "):
			from = nil
		case line == "```json":
			fenced = true
		case strings.HasPrefix(line, "```"):
			fenced = false
		case fenced && from == nil:
			t.Fatalf("an example that nobody sends: %s", line)
		case fenced:
			*from = append(*from, line)
		}
	}
	return client, server
}

func same(t *testing.T, have []byte, want string) {
	t.Helper()
	var h, w any
	if err := json.Unmarshal(have, &h); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, have)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, want)
	}
	if !reflect.DeepEqual(h, w) {
		t.Errorf("\nhave %s\nwant %s", have, want)
	}
}

func typeOf(t *testing.T, frame string) string {
	t.Helper()
	var f struct{ T string }
	if err := json.Unmarshal([]byte(frame), &f); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, frame)
	}
	return f.T
}

func encodeClient(f ClientFrame) []byte {
	switch {
	case f.Join != nil:
		return AppendJoin(nil, *f.Join)
	case f.Knock != nil:
		return AppendKnock(nil, *f.Knock)
	case f.Resume != nil:
		return AppendResume(nil, *f.Resume)
	}
	return AppendOp(nil, f.Op)
}

func encodeServer(f ServerFrame) []byte {
	switch {
	case f.Bye != nil:
		return AppendBye(nil, f.Bye)
	case f.Waiting != nil:
		return AppendWaiting(nil, *f.Waiting)
	}
	return AppendEvent(nil, f.Event)
}

func TestDocumentedClientFrames(t *testing.T) {
	client, _ := examples(t)
	seen := map[string]bool{}
	for _, example := range client {
		seen[typeOf(t, example)] = true
		f, refused := DecodeClient([]byte(example))
		if refused != nil {
			t.Errorf("%s: %v", example, refused.Err)
			continue
		}
		same(t, encodeClient(f), example)
	}
	for _, want := range []string{"join", "knock", "say", "whisper", "nick", "topic", "typing", "seal", "offer", "pass", "sync", "ack", "held", "leave",
		"rules", "claim", "host", "key", "remove", "mute", "speak", "admit", "deny", "invite", "uninvite", "vote", "burn", "leap", "react", "retract", "amend", "aside", "voice"} {
		if !seen[want] {
			t.Errorf("docs/PROTOCOL.md has no example of the client's %s", want)
		}
	}
}

func TestDocumentedServerFrames(t *testing.T) {
	_, server := examples(t)
	seen := map[string]bool{}
	for _, example := range server {
		seen[typeOf(t, example)] = true
		f, err := decodeServer([]byte(example))
		if err != nil {
			t.Errorf("%s: %v", example, err)
			continue
		}
		same(t, encodeServer(f), example)
	}
	for _, want := range []string{
		"welcome", "said", "whispered", "sealed", "offered", "passed", "joined", "left", "renamed", "topic", "away", "typing", "notice", "gap", "synced", "held", "error", "bye",
		"rules", "host", "key", "muted", "speak", "vote", "knocking", "knocked", "waiting", "invited", "leapt",
		"reacted", "retracted", "amended", "aside", "voice",
	} {
		if !seen[want] {
			t.Errorf("docs/PROTOCOL.md has no example of the server's %s", want)
		}
	}
}

// TestDocumentedCodes holds the tables of codes against the constants.
func TestDocumentedCodes(t *testing.T) {
	text, err := os.ReadFile("../../docs/PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []rooms.Code{
		rooms.BadFrame, rooms.BadRoom, rooms.BadNick, rooms.BadTicket, rooms.NickTaken, rooms.TooLong, rooms.RateLimited, rooms.RoomFull,
		rooms.NotAllowed, rooms.UnknownType, rooms.UnknownMember, rooms.Slow, rooms.Shutdown, rooms.Replaced, rooms.TooMany, rooms.Timeout,
		rooms.AtTheDoor, rooms.Locked, rooms.NotHost, rooms.MutedNow, rooms.QuietNow, rooms.TooSoon, rooms.BadKey, rooms.UnknownKnock, rooms.UnknownMessage,
		rooms.Removed, rooms.Denied, rooms.Burned, rooms.NoVoice,
	} {
		if !strings.Contains(string(text), "\n| `"+string(code)+"` |") {
			t.Errorf("docs/PROTOCOL.md does not list the code %s", code)
		}
	}
}

func TestRefusedFrames(t *testing.T) {
	deep := `{"t":"typing","x":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`
	for _, c := range []struct {
		name, frame string
		code        rooms.Code
		id          string
	}{
		{"nothing", ``, rooms.BadFrame, ""},
		{"no JSON", `hello`, rooms.BadFrame, ""},
		{"half a frame", `{"t":"say","text":"a`, rooms.BadFrame, ""},
		{"two frames", `{"t":"typing"}{"t":"typing"}`, rooms.BadFrame, ""},
		{"a list", `[]`, rooms.BadFrame, ""},
		{"a number", `1`, rooms.BadFrame, ""},
		{"no type", `{}`, rooms.BadFrame, ""},
		{"type of the wrong type", `{"t":1}`, rooms.BadFrame, ""},
		{"unknown type", `{"t":"shout","id":"x"}`, rooms.UnknownType, "x"},
		{"keys are exact", `{"T":"typing"}`, rooms.BadFrame, ""},
		{"type twice", `{"t":"typing","t":"leave"}`, rooms.BadFrame, ""},
		{"type twice, one escaped", `{"t":"typing","\u0074":"leave"}`, rooms.BadFrame, ""},
		{"text twice", `{"t":"say","text":"a","text":"b","id":"x"}`, rooms.BadFrame, "x"},
		{"text of the wrong type", `{"t":"say","text":["a"],"id":"x"}`, rooms.BadFrame, "x"},
		{"text is null", `{"t":"say","text":null}`, rooms.BadFrame, ""},
		{"no text", `{"t":"say"}`, rooms.BadFrame, ""},
		{"action of the wrong type", `{"t":"say","text":"a","action":1}`, rooms.BadFrame, ""},
		{"re is negative", `{"t":"say","text":"a","re":-1}`, rooms.BadFrame, ""},
		{"re is a fraction", `{"t":"say","text":"a","re":1.5}`, rooms.BadFrame, ""},
		{"re is too great", `{"t":"say","text":"a","re":9007199254740992}`, rooms.BadFrame, ""},
		{"id of the wrong type", `{"t":"say","text":"a","id":1}`, rooms.BadFrame, ""},
		{"id too long", `{"t":"say","text":"a","id":"` + strings.Repeat("x", 65) + `"}`, rooms.BadFrame, ""},
		{"to too long", `{"t":"whisper","text":"a","to":"` + strings.Repeat("x", 65) + `"}`, rooms.BadFrame, ""},
		{"no room", `{"t":"join"}`, rooms.BadFrame, ""},
		{"ticket of the wrong type", `{"t":"join","ticket":1,"seq":1}`, rooms.BadFrame, ""},
		{"ticket without seq", `{"t":"join","ticket":"x"}`, rooms.BadFrame, ""},
		{"offer without a file", `{"t":"offer","id":"x"}`, rooms.BadFrame, "x"},
		{"offer of half a file", `{"t":"offer","file":{"name":"a","size":1,"key":"AA"}}`, rooms.BadFrame, ""},
		{"offer of a file without a number", `{"t":"offer","file":{"name":"a","size":"1","key":"AA","sum":"AA"}}`, rooms.BadFrame, ""},
		{"pass to nothing", `{"t":"pass","body":"AA"}`, rooms.BadFrame, ""},
		{"pass to objects", `{"t":"pass","to":[{}],"body":"AA"}`, rooms.BadFrame, ""},
		{"pass to a long id", `{"t":"pass","to":["` + strings.Repeat("x", 65) + `"],"body":"AA"}`, rooms.BadFrame, ""},
		{"pass of padded bytes", `{"t":"pass","to":["b"],"body":"AA=="}`, rooms.BadFrame, ""},
		{"pass of nothing", `{"t":"pass","to":["b"],"id":"x"}`, rooms.BadFrame, "x"},
		{"sync without id", `{"t":"sync"}`, rooms.BadFrame, ""},
		{"ack without seq", `{"t":"ack"}`, rooms.BadFrame, ""},
		{"not UTF-8", "{\"t\":\"say\",\"text\":\"\xff\"}", rooms.BadFrame, ""},
		{"too deep", deep, rooms.BadFrame, ""},
		{"too long", `{"t":"say","text":"` + strings.Repeat("x", MaxFrameBytes) + `"}`, rooms.TooLong, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, refused := DecodeClient([]byte(c.frame))
			if refused == nil {
				t.Fatalf("is read as %+v", f)
			}
			if refused.Err.Code != c.code || refused.ID != c.id || !strings.HasSuffix(refused.Err.Message, ".") {
				t.Errorf("have %q id %q: %s, want %q id %q and a sentence", refused.Err.Code, refused.ID, refused.Err.Message, c.code, c.id)
			}
		})
	}
}

func TestLenientFrames(t *testing.T) {
	for frame, want := range map[string]rooms.Op{
		` { "t" : "say" , "x" : {"t":"leave","y":[1,"}]",{}]} , "text" : "a" , "re" : 7 } `: rooms.Say{Text: "a", Re: 7},
		`{"text":"\u0061\ud83d\ude00\"","t":"say"}`:                                         rooms.Say{Text: "a😀\""},
		`{"\u0074":"typing"}`:                     rooms.Typing{},
		`{"t":"typing","text":5,"id":[]}`:         rooms.Typing{},
		`{"t":"say","text":"a","id":null}`:        rooms.Say{Text: "a"},
		`{"t":"ack","seq":5}`:                     rooms.Ack{Seq: 5},
		`{"t":"say","text":"","x":1e99,"y":true}`: rooms.Say{},
	} {
		f, refused := DecodeClient([]byte(frame))
		if refused != nil {
			t.Errorf("%s: %v", frame, refused.Err)
		} else if !reflect.DeepEqual(f.Op, want) {
			t.Errorf("%s: have %#v, want %#v", frame, f.Op, want)
		}
	}
}

func TestSplit(t *testing.T) {
	var have []string
	for frame := range Split([]byte("{\"t\":\"typing\"}\r\n\n {\"t\":\"leave\"}\n")) {
		have = append(have, string(frame))
	}
	if want := []string{`{"t":"typing"}`, `{"t":"leave"}`}; !reflect.DeepEqual(have, want) {
		t.Errorf("have %q, want %q", have, want)
	}
}

func TestStringsSurvive(t *testing.T) {
	for _, s := range []string{"", "<b>&amp;</b>", "\x00\x1f\x7f\u2028", "\"\\\n\t\r/", "😀 e\u0301", "\uFFFD"} {
		frame := AppendOp(nil, rooms.Say{Text: s})
		f, refused := DecodeClient(frame)
		if refused != nil {
			t.Errorf("%q: %v", s, refused.Err)
		} else if f.Op.(rooms.Say).Text != s {
			t.Errorf("%q comes back as %q", s, f.Op.(rooms.Say).Text)
		}
	}
	// Nothing that a terminal would obey, or show as something else, stands in a frame
	// as it is: people read frames there too.
	for r := range rune(0x2100) {
		raw := string(appendString(nil, string(r)))
		if visible := !unicode.Is(unicode.Cc, r) && !unicode.Is(unicode.Bidi_Control, r) && r != 0x2028 && r != 0x2029; !visible && strings.ContainsRune(raw, r) {
			t.Errorf("%U stands raw in %q", r, raw)
		}
		var back string
		if err := json.Unmarshal([]byte(raw), &back); err != nil || back != string(r) {
			t.Errorf("%U is written as %s, which reads as %q, %v", r, raw, back, err)
		}
	}
	if have := string(appendString(nil, "a\xffb<&>")); have != `"a`+"\uFFFD"+`b<&>"` {
		t.Errorf("have %s", have)
	}
}

// TestLargestFramesFit checks the frames that the limit was chosen for.
func TestLargestFramesFit(t *testing.T) {
	longest := strings.Repeat("W", rooms.MaxNickBytes)
	w := &rooms.Welcome{
		Room: rooms.RoomName(strings.Repeat("r", rooms.MaxRoomNameBytes)), Kind: rooms.KindOpen, Seq: maxNumber,
		Topic: strings.Repeat("\"", rooms.MaxTopicBytes), Ticket: strings.Repeat("t", 22), Resumed: true,
	}
	for range rooms.MaxRoomSize {
		w.Members = append(w.Members, rooms.Member{ID: "01234567", Nick: longest, Via: rooms.ViaNative, Away: true,
			Aside: rooms.Aside{On: true, Text: strings.Repeat("\"", rooms.MaxAsideBytes)}})
	}
	if n := len(AppendEvent(nil, w)); n > MaxFrameBytes {
		t.Errorf("a full room's welcome takes %d bytes", n)
	}
	said := &rooms.Said{Seq: maxNumber, Text: strings.Repeat("\x01", rooms.MaxTextBytes), From: rooms.Person{Nick: longest}}
	if n := len(AppendEvent(nil, said)); n > MaxFrameBytes {
		t.Errorf("the longest message takes %d bytes", n)
	}
	seal := rooms.Seal{ID: strings.Repeat("i", rooms.MaxIDBytes), Body: make([]byte, rooms.MaxSealedBytes), Wraps: map[string][]byte{}}
	for i := range rooms.SealedRoomSize {
		seal.Wraps[fmt.Sprintf("%08d", i)] = make([]byte, rooms.MaxWrapsBytes/rooms.SealedRoomSize)
	}
	if n := len(AppendOp(nil, seal)); n > MaxFrameBytes {
		t.Errorf("the largest sealed message takes %d bytes", n)
	}
	pass := rooms.Pass{ID: seal.ID, Body: make([]byte, rooms.MaxPassBytes)}
	for range rooms.MaxPassTo {
		pass.To = append(pass.To, strings.Repeat("i", rooms.MaxIDBytes))
	}
	if n := len(AppendOp(nil, pass)); n > MaxFrameBytes {
		t.Errorf("the largest pass takes %d bytes", n)
	}
}

func TestSharedEventsAreEncodedOnce(t *testing.T) {
	for _, event := range []rooms.Event{
		&rooms.Said{}, &rooms.Joined{}, &rooms.Left{}, &rooms.Renamed{}, &rooms.TopicSet{}, &rooms.Away{}, &rooms.AsideSet{}, &rooms.TypingNow{}, &rooms.VoiceNow{},
		&rooms.Offered{}, &rooms.Passed{},
	} {
		buf := AppendEvent(make([]byte, 0, 1024), event)
		if n := testing.AllocsPerRun(10, func() { AppendEvent(buf[:0], event) }); n != 0 {
			t.Errorf("%T: %v allocations for a second reader", event, n)
		}
	}
}

func FuzzDecodeClient(f *testing.F) {
	client, _ := examples(f)
	for _, example := range client {
		f.Add([]byte(example))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		have, refused := DecodeClient(frame)
		if refused != nil {
			if refused.Err.Message == "" {
				t.Errorf("%q is refused without a word", frame)
			}
			return
		}
		again, refused := DecodeClient(encodeClient(have))
		if refused != nil || !reflect.DeepEqual(again, have) {
			t.Errorf("%q is %+v, then %+v (%v)", frame, have, again, refused)
		}
	})
}

func FuzzDecodeServer(f *testing.F) {
	_, server := examples(f)
	for _, example := range server {
		f.Add([]byte(example))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		have, err := decodeServer(frame)
		if err != nil {
			return
		}
		encoded := encodeServer(have)
		if len(encoded) > MaxFrameBytes {
			return // what was written with fewer escapes than we write
		}
		again, err := decodeServer(encoded)
		if err != nil {
			t.Fatalf("%q: %v", frame, err)
		}
		if twice := encodeServer(again); string(twice) != string(encoded) {
			t.Errorf("%q is %s, then %s", frame, encoded, twice)
		}
	})
}

func BenchmarkSaid(b *testing.B) {
	from := rooms.Person{ID: "0123456789abcdef", Nick: "quiet-otter"}
	text := strings.Repeat("a sentence of usual length ", 5)
	buf := make([]byte, 0, 1024)
	b.Run("first reader", func(b *testing.B) {
		for b.Loop() {
			buf = AppendEvent(buf[:0], &rooms.Said{Seq: 119, At: time.UnixMilli(1767225600000), From: from, Text: text})
		}
	})
	b.Run("next readers", func(b *testing.B) {
		said := &rooms.Said{Seq: 119, At: time.UnixMilli(1767225600000), From: from, Text: text}
		for b.Loop() {
			buf = AppendEvent(buf[:0], said)
		}
	})
}
