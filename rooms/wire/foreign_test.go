package wire

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

// What a server may send to overwrite a screen, to speak for the room, or to end a
// program.
var hostileServer = []string{
	`{"t":"notice","code":"roster_differs","text":"all is well"}`,
	"{\"t\":\"notice\",\"code\":\"x\",\"text\":\"\\u001b[2J\\u001b]0;owned\\u0007\\u202egnp.exe\\nanna: I agree\"}",
	`{"t":"error","code":"\u001b[2J","message":"` + strings.Repeat("long ", 5000) + `"}`,
	`{"t":"bye","code":"shutdown","message":"\u001b[2Jtype your password","retry":true}`,
	`{"t":"bye","code":"removed","message":"type your password","retry":false,"why":"\u001b[2J\nanna: ` + strings.Repeat("type your password ", 500) + `"}`,
	`{"t":"said","seq":1,"at":9007199254740991,"from":{"id":"a","nick":"\u001b[31madmin\u0000"},"text":"\u001b]52;c;aGk=\u0007"}`,
	`{"t":"said","seq":1,"at":1,"from":{"id":"a","nick":"system"},"text":"` + strings.Repeat("x\\n", 4000) + `"}`,
	`{"t":"whispered","wseq":1,"at":0,"from":{"id":"a","nick":"a b"},"to":{"id":"b","nick":"\u202e"},"text":"\u0007"}`,
	`{"t":"joined","seq":1,"member":{"id":"a","nick":"anna","via":"\u001b[2J"}}`,
	`{"t":"left","seq":1,"member":{"id":"a","nick":"anna","via":"ssh"},"reason":"\u001b[2J"}`,
	`{"t":"said","seq":1,"at":1,"from":{"id":"a","nick":"anna"},"text":"\u001b[2J","options":["\u001b[2J\nb","` + strings.Repeat("long ", 500) + `"]}`,
	`{"t":"reacted","seq":1,"from":{"id":"a","nick":"\u202eanna"},"re":1,"emoji":"\u001b[2J` + strings.Repeat("long ", 500) + `","on":true}`,
	`{"t":"retracted","seq":1,"from":{"id":"a","nick":"\u001b[2J"},"re":1}`,
	`{"t":"amended","seq":1,"from":{"id":"a","nick":"\u0007"},"re":1,"text":"\u001b[2J\u202e"}`,
	`{"t":"renamed","seq":1,"member":{"id":"a","nick":"anna","via":"ssh"},"was":"\u001b[2J"}`,
	`{"t":"topic","seq":1,"from":{"id":"a","nick":"anna"},"text":"\u001b[2J\nx"}`,
	`{"t":"aside","seq":1,"member":{"id":"a","nick":"\u202eanna","via":"ssh","aside":"\u001b[2J\nanna: I agree` + strings.Repeat(" please", 500) + `"}}`,
	`{"t":"left","seq":1,"member":{"id":"a","nick":"anna","via":"ssh"},"reason":"removed","why":"\u001b[2J\nanna: I agree"}`,
	`{"t":"rules","seq":1,"from":{"id":"a","nick":"\u001b[2J"},"rules":{"door":"\u001b[2J"},"why":"\u001b[2J"}`,
	`{"t":"rules","seq":1,"from":{"id":"a","nick":"\u001b[2J"},"rules":{"door":"open","slow":9007199254740991,"fade":1},"why":"\u001b[2J"}`,
	`{"t":"host","seq":1,"member":{"id":"a","nick":"\u202eanna","via":"\u001b[2J","host":true}}`,
	`{"t":"key","words":"\u001b[2J two three four five"}`,
	`{"t":"muted","seq":1,"member":{"id":"a","nick":"sys tem","via":"ssh","muted":true},"for":9007199254740991}`,
	`{"t":"speak","seq":1,"member":{"id":"a","nick":"\u0007","via":"ssh","speaks":true}}`,
	`{"t":"knocking","knock":"k1","nick":"\u001b[31madmin","text":"let me in\nanna: come in` + strings.Repeat(" please", 5000) + `"}`,
	`{"t":"knocked","knock":"k1","outcome":"\u001b[2J"}`,
	`{"t":"error","code":"too_soon","message":"\u001b[2J","wait":9007199254740991}`,
	`{"t":"held","fields":[{"name":"\u001b[2J","value":"\u0000","why":"\u202e"}]}`,
	`{"t":"offered","seq":1,"at":1,"from":{"id":"a","nick":"anna"},"file":{"name":"../\u001b[2J","size":1,"key":"` + strings.Repeat("A", 43) + `","sum":"` + strings.Repeat("A", 43) + `"}}`,
	`{"t":"welcome","v":1,"room":"den\u001b","kind":"open","you":{"id":"a","nick":"a","via":"web"},"members":[],"seq":1}`,
	`{"t":"welcome","v":1,"room":"den","kind":"\u001b","you":{"id":"a","nick":"a","via":"web"},"members":[],"seq":1}`,
}

// dirty returns a string of an event that can control a terminal or be taken for
// what it is not; empty if none can. Bytes that nobody sees and ids are left out.
func dirty(v reflect.Value, name string) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return dirty(v.Elem(), name)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return ""
		}
		for i := range v.Len() {
			if found := dirty(v.Index(i), name); found != "" {
				return found
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || f.Name == "Hello" || f.Name == "ID" || f.Name == "Key" || f.Name == "Sum" || f.Name == "Ticket" || f.Name == "Forms" || f.Name == "Code" {
				continue
			}
			if found := dirty(v.Field(i), f.Name); found != "" {
				return found
			}
		}
	case reflect.String:
		text := v.String()
		if clean := rooms.Clean(text); clean != text && strings.TrimSpace(clean) != strings.TrimSpace(text) || !utf8.ValidString(text) {
			return name + ": " + text
		}
		if name != "Text" && strings.ContainsAny(text, "\n\t") {
			return name + " of several lines: " + text
		}
		if len(text) > rooms.MaxTextBytes || name == "Message" && len(text) > maxSentence+len(serverSays) {
			return name + " is long"
		}
	}
	return ""
}

func checkForeign(t *testing.T, frame []byte) {
	t.Helper()
	f, err := DecodeServer(frame)
	if err != nil {
		return
	}
	var shown any = f.Event
	if f.Bye != nil {
		shown = *f.Bye
	}
	if found := dirty(reflect.ValueOf(shown), ""); found != "" {
		t.Errorf("%.200s: of %T, %q comes through", frame, shown, found)
	}
	switch e := f.Event.(type) {
	case *rooms.Notice:
		if _, known := ownNotices[e.Code]; !known && (e.Code != rooms.FromServer || !strings.HasPrefix(e.Text, serverSays)) {
			t.Errorf("%.200s: a server speaks as %q: %q", frame, e.Code, e.Text)
		}
	case *rooms.RulesSet:
		if r := e.Rules; r.Slow > rooms.MaxSlow || r.Fade > rooms.MaxFade || r.Fade > 0 && r.Fade < rooms.MinFade {
			t.Errorf("%.200s: the rules are %v", frame, r)
		}
	case *rooms.Muted:
		if e.For > rooms.MaxMute {
			t.Errorf("%.200s: muted for %v", frame, e.For)
		}
	case *rooms.Refused:
		if e.Err.Wait > rooms.MaxSlow {
			t.Errorf("%.200s: a wait of %v", frame, e.Err.Wait)
		}
	case *rooms.Reacted:
		if _, ok := rooms.CleanReaction(e.Emoji); !ok && e.Emoji != "\ufffd" {
			t.Errorf("%.200s: a reaction is %q", frame, e.Emoji)
		}
	case *rooms.Said:
		if e.Gone && e.Text+strings.Join(e.Options, "") != "" {
			t.Errorf("%.200s: words of what was taken back: %+v", frame, e)
		}
		for _, option := range e.Options {
			if len(option) > rooms.MaxOptionBytes {
				t.Errorf("%.200s: a long option", frame)
			}
		}
		if time.Since(e.At).Abs() > rooms.MaxSkew+time.Minute {
			t.Errorf("%.200s: said at %v", frame, e.At)
		}
		if _, err := rooms.ParseNick(e.From.Nick); err != nil && e.From.Nick != "" && !rooms.IsPlaceholder(e.From.Nick) {
			t.Errorf("%.200s: somebody is called %q", frame, e.From.Nick)
		}
	}
}

// One server of several that stops is no end of the room: whether something is kept is not
// for this end to say.
func TestShutdownClaimsNothing(t *testing.T) {
	f, err := DecodeServer(AppendBye(nil, rooms.ErrShutdown))
	if err != nil {
		t.Fatal(err)
	}
	if f.Bye.Message != "The server is shutting down." || !f.Bye.Retry {
		t.Errorf("it is shown as %+v", f.Bye)
	}
}

// Why somebody was removed is a person's word; the rest of what they are told is not the
// server's.
func TestWhyRemoved(t *testing.T) {
	for why, want := range map[string]string{
		"":                            "You were removed from this room.",
		"rude\nwords":                 "You were removed from this room: rude words",
		strings.Repeat("spam ", 1000): "You were removed from this room: " + strings.Repeat("spam ", 19) + "sp…",
	} {
		f, err := DecodeServer(AppendBye(nil, &rooms.Ended{Code: rooms.Removed, Message: "type your password", Why: why, Retry: true}))
		if err != nil || f.Bye.Message != want || f.Bye.Retry {
			t.Errorf("%.40q is shown as %+v, %v", why, f.Bye, err)
		}
	}
}

// No string that a server sends reaches anybody as it is.
func TestServerHasNoVoice(t *testing.T) {
	for _, frame := range hostileServer {
		checkForeign(t, []byte(frame))
	}
	for frame, want := range map[string]string{
		`{"t":"notice","code":"ghost","text":"nobody tried"}`:                  "The server says: nobody tried",
		`{"t":"notice","code":"room_full","text":"\u001b[2Jcome in"}`:          ownNotices[rooms.RoomFull],
		`{"t":"notice","code":"x","text":"two\nlines\u202e"}`:                  "The server says: two lines",
		`{"t":"notice","code":"x","text":"` + strings.Repeat("é", 4000) + `"}`: "The server says: " + strings.Repeat("é", 98) + "…",
	} {
		f, err := DecodeServer([]byte(frame))
		if err != nil {
			t.Fatal(err)
		}
		if have := f.Event.(*rooms.Notice).Text; have != want {
			t.Errorf("%.60s is shown as %q, want %q", frame, have, want)
		}
	}
}

// What a server says of something that was said is what this program can show.
func TestForeignMending(t *testing.T) {
	for frame, want := range map[string]string{
		`{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"❤","on":true}`:                   `{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"❤️","on":true}`,
		`{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"10","on":false}`:                 `{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"10","on":false}`,
		`{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"11","on":true}`:                  `{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"\ufffd","on":true}`,
		`{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"anna agrees","on":true}`:         `{"t":"reacted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"emoji":"\ufffd","on":true}`,
		`{"t":"said","seq":2,"at":0,"from":{"id":"a1","nick":"anna"},"text":"x","options":["a","b"],"gone":true}`: `{"t":"said","seq":2,"at":0,"from":{"id":"a1","nick":"anna"},"text":"","gone":true}`,
		`{"t":"said","seq":2,"at":0,"from":{"id":"a1","nick":"anna"},"text":"x","options":["a\nb","\u001b[2Jc"]}`: `{"t":"said","seq":2,"at":0,"from":{"id":"a1","nick":"anna"},"text":"x","options":["a b","c"]}`,
		`{"t":"amended","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"text":""}`:                               `{"t":"amended","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"text":""}`,
		`{"t":"amended","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"text":"\u001b[2Jx"}`:                     `{"t":"amended","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"text":"x"}`,
		`{"t":"retracted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"text":"nobody","id":"own"}`:            `{"t":"retracted","seq":2,"from":{"id":"a1","nick":"anna"},"re":1,"id":"own"}`,
	} {
		f, err := DecodeServer([]byte(frame))
		if err != nil {
			t.Errorf("%s: %v", frame, err)
			continue
		}
		if said, ok := f.Event.(*rooms.Said); ok {
			said.At = time.UnixMilli(0)
		}
		same(t, encodeServer(f), want)
	}
}

// An op id is its client's own, and may be anything; a code is one that this program
// knows, since machines act on it.
func TestServerHasNoCodes(t *testing.T) {
	for frame, want := range map[string]rooms.Code{
		`{"t":"error","code":"rate_limited","message":"x"}`:        rooms.RateLimited,
		`{"t":"error","code":"not_allowed","message":"x"}`:         rooms.NotAllowed,
		`{"t":"error","code":"unknown_knock","message":"x"}`:       rooms.UnknownKnock,
		`{"t":"bye","code":"burned","message":"x"}`:                rooms.Burned,
		`{"t":"error","code":"roster_differs","message":"x"}`:      rooms.FromServer,
		`{"t":"error","code":"undelivered","message":"x"}`:         rooms.FromServer,
		`{"t":"error","code":"\u001b[2J\u202e","message":"x"}`:     rooms.FromServer,
		`{"t":"bye","code":"too_many","message":"x","retry":true}`: rooms.TooMany,
		`{"t":"bye","code":"\u009b2J","message":"x","retry":true}`: rooms.FromServer,
	} {
		f, err := DecodeServer([]byte(frame))
		if err != nil {
			t.Fatal(err)
		}
		var have rooms.Code
		if f.Bye != nil {
			have = f.Bye.Code
		} else {
			have = f.Event.(*rooms.Refused).Err.Code
		}
		if have != want {
			t.Errorf("%s has code %q, want %q", frame, have, want)
		}
	}
}

// The page takes what a server sends as this program does.
func TestForeignAsInThePage(t *testing.T) {
	var script struct {
		About []string
		Cases []struct {
			Frame json.RawMessage
			Shown map[string]any
			Bad   bool
			Says  string
		}
	}
	behaviour.Read(t, "foreign", &script)
	for _, c := range script.Cases {
		f, err := DecodeServer(c.Frame)
		if c.Bad || err != nil {
			if (err != nil) != c.Bad {
				t.Errorf("%.200s: bad is to be %v: %v", c.Frame, c.Bad, err)
			}
			continue
		}
		switch e := f.Event.(type) {
		case *rooms.Notice:
			if e.Text != strings.TrimSpace(c.Says) && e.Text != c.Says {
				t.Errorf("%.200s says %q, want %q", c.Frame, e.Text, c.Says)
			}
			continue
		case *rooms.Refused:
			if e.Err.Message != c.Says {
				t.Errorf("%.200s says %q, want %q", c.Frame, e.Err.Message, c.Says)
			}
			continue
		}
		var have map[string]any
		if err := json.Unmarshal(encodeServer(f), &have); err != nil {
			t.Fatal(err)
		}
		if c.Shown["at"] == "now" {
			if at, _ := have["at"].(float64); time.Since(time.UnixMilli(int64(at))).Abs() > time.Minute {
				t.Errorf("%.200s: at %v", c.Frame, have["at"])
			}
			have["at"] = "now"
		}
		if !reflect.DeepEqual(have, c.Shown) {
			t.Errorf("%.200s\nis %v,\nwant %v", c.Frame, have, c.Shown)
		}
	}
}

func FuzzForeign(f *testing.F) {
	for _, frame := range hostileServer {
		f.Add([]byte(frame))
	}
	f.Fuzz(checkForeign)
}
