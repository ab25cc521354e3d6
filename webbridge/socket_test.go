package webbridge

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/web"
)

func TestTwoPeople(t *testing.T) {
	r := start(t)
	anna, welcome := r.join("den", "anna")
	if welcome["room"] != "den" || welcome["ticket"] != nil || welcome["you"].(map[string]any)["via"] != "web" {
		t.Errorf("welcome is %v", welcome)
	}
	bob, _ := r.join("den", "bob")
	if joined := anna.await("joined"); joined["member"].(map[string]any)["nick"] != "bob" {
		t.Errorf("joined is %v", joined)
	}
	for i := range 5 {
		anna.send(fmt.Sprintf(`{"t":"say","text":"a%d","id":"%d"}`, i, i))
		bob.send(fmt.Sprintf(`{"t":"say","text":"b%d","id":"%d"}`, i, i))
	}
	told := func(p *peer) (log []string) {
		for len(log) < 10 {
			f := p.await("said")
			log = append(log, fmt.Sprint(f["seq"], f["from"], f["text"]))
		}
		return log
	}
	if a, b := told(anna), told(bob); strings.Join(a, "\n") != strings.Join(b, "\n") {
		t.Errorf("two orders:\n%v\n%v", a, b)
	}
	bob.send(`{"t":"leave"}`)
	bob.wantClosed(websocket.StatusNormalClosure)
	if left := anna.await("left"); left["reason"] != "quit" {
		t.Errorf("left is %v", left)
	}
}

func TestRefusedJoinMayBeRetried(t *testing.T) {
	r := start(t)
	p := r.open()
	p.send(`{"t":"say","text":"too early","id":"x"}`)
	p.wantRefused(rooms.NotAllowed, "x")
	p.send(`{"t":"join","room":"a/b"}`)
	p.wantRefused(rooms.BadRoom, "")
	p.send(`{"t":"join","room":"` + strings.Repeat("x", 10<<10) + `"}`)
	p.wantRefused(rooms.BadRoom, "")
	p.send(`{"t":"join","ticket":"forged","seq":1,"wseq":0}`)
	p.wantRefused(rooms.BadTicket, "")
	p.send("{\"t\":\"join\",\"room\":\"den\",\"nick\":\"x y\",\"host\":false}\n{\"t\":\"sync\",\"id\":\"1\"}")
	p.await("welcome")
	if notice := p.await("notice"); notice["code"] != "bad_nick" {
		t.Errorf("notice is %v", notice)
	}
	p.await("synced")
	p.send(`{"t":"join","room":"den"}`)
	p.wantRefused(rooms.NotAllowed, "")
	p.sync()
}

func TestBadFramesHarmNobody(t *testing.T) {
	r := start(t)
	p, _ := r.join("den", "p")
	for _, c := range []struct {
		frame string
		code  rooms.Code
		id    string
	}{
		{`hello`, rooms.BadFrame, ""},
		{`[1]`, rooms.BadFrame, ""},
		{`{"t":1}`, rooms.BadFrame, ""},
		{`{"t":"shout","id":"1"}`, rooms.UnknownType, "1"},
		{`{"t":"say","text":7,"id":"2"}`, rooms.BadFrame, "2"},
		{`{"t":"say","text":"a","re":-1,"id":"3"}`, rooms.BadFrame, "3"},
		{`{"t":"whisper","to":"nobody","text":"a","id":"4"}`, rooms.UnknownMember, "4"},
		{`{"t":"nick","nick":"<b>","id":"5"}`, rooms.BadNick, "5"},
		{`{"t":"say","text":"` + strings.Repeat("x", rooms.MaxTextBytes+1) + `","id":"6"}`, rooms.TooLong, "6"},
		{strings.Repeat("[", 60000), rooms.BadFrame, ""},
		{`{"t":"say","x":` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + `,"text":"a"}`, rooms.BadFrame, ""},
	} {
		p.send(c.frame)
		p.wantRefused(c.code, c.id)
	}
	p.send(`{"t":"say","text":"still here"}`)
	if f := p.await("said"); f["text"] != "still here" {
		t.Errorf("said is %v", f)
	}
}

func TestCloseCodes(t *testing.T) {
	for name, c := range map[string]struct {
		kind    websocket.MessageType
		message string
		code    websocket.StatusCode
	}{
		"binary":            {websocket.MessageBinary, `{"t":"typing"}`, websocket.StatusUnsupportedData},
		"not UTF-8":         {websocket.MessageText, "{\"t\":\"say\",\"text\":\"\xff\"}", websocket.StatusInvalidFramePayloadData},
		"too large":         {websocket.MessageText, strings.Repeat("x", wire.MaxFrameBytes+1), websocket.StatusMessageTooBig},
		"much too large":    {websocket.MessageText, strings.Repeat("x", 1<<20), websocket.StatusMessageTooBig},
		"binary, too large": {websocket.MessageBinary, strings.Repeat("x", 1<<20), websocket.StatusUnsupportedData},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			witness, _ := r.join("den", "")
			p, _ := r.join("den", "")
			go p.conn.Write(context.Background(), c.kind, []byte(c.message)) // may fail: the server stops reading
			p.wantClosed(c.code)
			if left := witness.await("left"); left["reason"] != "lost" {
				t.Errorf("left is %v", left)
			}
			q := r.open()
			q.send(`{"t":"join","room":"den","resume":true}`)
			q.await("welcome")
			go q.conn.Write(context.Background(), c.kind, []byte(c.message))
			q.wantClosed(c.code)
			r.wantSockets(1) // the place waits for its owner, the socket does not
		})
	}
}

// TestFrozenReader has one reader that never reads among others who get
// everything; it is ended, and the others learn why.
func TestFrozenReader(t *testing.T) {
	r := start(t)
	frozen, welcome := r.join("den", "frozen")
	who := welcome["you"].(map[string]any)["id"]
	var others []*peer
	for range 5 {
		p, _ := r.join("den", "")
		others = append(others, p)
	}
	begun := time.Now()
	// Far more than an outbox and the kernel's buffers hold, in portions that the
	// others have received before the next begins.
	slow := 0
	for portion := range 25 {
		for i := range 10 {
			others[0].send(fmt.Sprintf(`{"t":"say","text":"%d %s"}`, 10*portion+i, strings.Repeat("x", 3900)))
		}
		for n, p := range others {
			for i := 0; i < 10; {
				f, err := p.next()
				if err != nil {
					t.Fatalf("other %d in portion %d: %v", n, portion, err)
				}
				switch f["t"] {
				case "said":
					if !strings.HasPrefix(f["text"].(string), fmt.Sprint(10*portion+i, " ")) {
						t.Fatalf("other %d: message %d is missing", n, 10*portion+i)
					}
					i++
				case "left":
					if f["member"].(map[string]any)["id"] != who || f["reason"] != "slow" {
						t.Errorf("left is %v", f)
					}
					slow++
				}
			}
		}
	}
	if slow != len(others) {
		t.Errorf("%d of %d others learnt that the frozen one was too slow", slow, len(others))
	}
	if time.Since(begun) > WriteTimeout/2 {
		return // on so slow a machine its connection may have been cut meanwhile
	}
	// What it was told while it did not read is still there, and then the end.
	frames := frozen.wantClosed(websocket.StatusNormalClosure)
	if last := frames[len(frames)-1]; last["t"] != "bye" || last["code"] != "slow" {
		t.Errorf("the last frame is %v", last)
	}
}

// TestPacking checks that waiting events share messages, within the bound.
func TestPacking(t *testing.T) {
	r := start(t)
	p, _ := r.join("den", "p")
	var frames []string
	for i := range 200 {
		frames = append(frames, fmt.Sprintf(`{"t":"say","text":"%d %s"}`, i, strings.Repeat("\\\"", 300)))
	}
	for len(frames) > 0 {
		p.send(strings.Join(frames[:20], "\n"))
		frames = frames[20:]
	}
	messages := 0
	for said := 0; said < 200; messages++ {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		_, message, err := p.conn.Read(ctx)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if len(message) > MessageBytes {
			t.Errorf("a message of %d bytes", len(message))
		}
		said += strings.Count(string(message), `"t":"said"`)
	}
	if messages >= 200 {
		t.Errorf("200 events took %d messages", messages)
	}
}

func TestHeldNamesThisDoorsFields(t *testing.T) {
	r := start(t)
	p, _ := r.join("den", "p")
	p.send(`{"t":"held","id":"h"}`)
	held := p.await("held")
	why := map[string]string{}
	for _, f := range held["fields"].([]any) {
		field := f.(map[string]any)
		why[field["name"].(string)], _ = field["why"].(string)
	}
	for _, name := range []string{"conn", "raw", "seat", "nick", "out.entries"} {
		if why[name] == "" {
			t.Errorf("%q is not named with a reason: %v", name, why)
		}
	}
	for name, reason := range why {
		if reason == "" {
			t.Errorf("%q is held for no reason", name)
		}
	}

	// The page says the reasons in its other languages by the fields' names.
	page, err := fs.ReadFile(web.FS, "static/view/held.js")
	if err != nil {
		t.Fatal(err)
	}
	languages := func(name string) int {
		return len(regexp.MustCompile(`(?m)^    "?`+regexp.QuoteMeta(name)+`"?: `).FindAll(page, -1))
	}
	for name := range why {
		if languages(name) != 2 && languages(name[max(strings.LastIndexByte(name, '.'), 0):]) != 2 {
			t.Errorf("held.js does not say in both languages what %s is held for", name)
		}
	}
}

// TestNothingIsLogged runs a session at the most talkative level.
func TestNothingIsLogged(t *testing.T) {
	r := start(t)
	r.get("/r/secret-room", func(req *http.Request) { req.Header.Set("User-Agent", "secret-agent") })
	p, _ := r.join("secret-room", "secret-nick")
	p.send(`{"t":"say","text":"secret-text"}`)
	p.send(`secret-nonsense`)
	p.await("error")
	p.raw.Close()
	r.shutdown()
	if err := <-r.done; err != nil {
		t.Error(err)
	}
	r.done <- nil
	if log := r.log.String(); strings.Contains(log, "secret") || strings.Contains(log, "127.0.0.1") {
		t.Errorf("the log says:\n%s", log)
	}
}
