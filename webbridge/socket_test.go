package webbridge

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
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

// asksToUpgrade makes a request that of a browser for a WebSocket.
func asksToUpgrade(req *http.Request) {
	req.Header.Set("Connection", "keep-alive, Upgrade")
	req.Header.Set("Upgrade", "websocket")
	req.Header.Set("Sec-WebSocket-Version", "13")
	req.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
	req.Header.Set("Sec-WebSocket-Protocol", "other, sotto.v1")
}

// What a proxy left out is named, with what mends it, and by which Host one came.
func TestWhatAProxyLeftOutIsNamed(t *testing.T) {
	r := start(t)
	port := r.addr[strings.LastIndex(r.addr, ":"):]
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
		says   []string
	}{
		"no Upgrade":    {func(r *http.Request) { r.Header.Del("Upgrade") }, http.StatusUpgradeRequired, []string{"without the header Upgrade: websocket", "proxy_set_header Upgrade $http_upgrade;", "\nHost: 127.0.0.1" + port}},
		"no Connection": {func(r *http.Request) { r.Header.Set("Connection", "close") }, http.StatusUpgradeRequired, []string{"without the header Connection: upgrade"}},
		"asked plainly": {func(r *http.Request) { clear(r.Header) }, http.StatusBadRequest, []string{"subprotocol sotto.v1", "\nHost: 127.0.0.1" + port + "\n"}},
		"no Host": {func(r *http.Request) { r.Header.Set("Origin", "https://chat.example") }, http.StatusForbidden,
			[]string{"leaves the header Host out", "proxy_set_header Host $http_host;", "\nHost: 127.0.0.1" + port + "\n"}},
		"a Host of signs": {func(r *http.Request) { r.Host = "a b" }, http.StatusForbidden, []string{"--public-url", "pass the header Host on", "\nHost: -\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			response := r.get("/ws", func(req *http.Request) { asksToUpgrade(req); c.change(req) })
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d", response.StatusCode, c.status)
			}
			if kind := response.Header.Get("Content-Type"); kind != "text/plain; charset=utf-8" || response.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("it is %q", kind)
			}
			wantIn(t, body(t, response), c.says...)
		})
	}
}

func TestHandshakeRefusals(t *testing.T) {
	r := start(t)
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"as it should be":     {func(*http.Request) {}, http.StatusSwitchingProtocols},
		"own origin":          {func(r *http.Request) { r.Header.Set("Origin", "http://"+r.URL.Host) }, http.StatusSwitchingProtocols},
		"no subprotocol":      {func(r *http.Request) { r.Header.Del("Sec-WebSocket-Protocol") }, http.StatusBadRequest},
		"another subprotocol": {func(r *http.Request) { r.Header.Set("Sec-WebSocket-Protocol", "sotto.v2") }, http.StatusBadRequest},
		"no upgrade":          {func(r *http.Request) { r.Header.Del("Upgrade") }, http.StatusUpgradeRequired},
		"foreign origin":      {func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		"opaque origin":       {func(r *http.Request) { r.Header.Set("Origin", "null") }, http.StatusForbidden},
		"two origins":         {func(r *http.Request) { r.Header["Origin"] = []string{"http://" + r.URL.Host, "http://" + r.URL.Host} }, http.StatusForbidden},
		"rebound name": {func(r *http.Request) {
			r.Host = "evil.example:3000"
			r.Header.Set("Origin", "http://evil.example:3000")
		}, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			response := r.get("/ws", func(req *http.Request) { asksToUpgrade(req); c.change(req) })
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d", response.StatusCode, c.status)
			}
		})
	}
}

func TestCompressionIsOff(t *testing.T) {
	r := start(t)
	conn, response, err := websocket.Dial(context.Background(), "ws://"+r.addr+"/ws", &websocket.DialOptions{
		Subprotocols: []string{wire.Subprotocol}, CompressionMode: websocket.CompressionContextTakeover,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if extensions := response.Header.Get("Sec-WebSocket-Extensions"); extensions != "" {
		t.Errorf("the server agreed to %q", extensions)
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

// TestComingBack loses connections in three ways, the last while the old one
// still looks alive and with the new welcome lost too; nothing is missing after.
func TestComingBack(t *testing.T) {
	r := start(t)
	sayer, _ := r.join("den", "sayer")
	said := 0
	say := func(n int) {
		for range n {
			sayer.send(fmt.Sprintf(`{"t":"say","text":"%d"}`, said))
			said++
		}
		sayer.sync()
	}
	p := r.open()
	p.send(`{"t":"join","room":"den","nick":"p","resume":true}`)
	welcome := p.await("welcome")
	seq := welcome.seq()
	heard := 0
	hear := func(until int) {
		t.Helper()
		for heard < until {
			f, err := p.next()
			if err != nil {
				t.Fatalf("after %d messages: %v", heard, err)
			}
			if f["seq"] != nil {
				if f.seq() != seq+1 {
					t.Fatalf("seq %d follows %d", f.seq(), seq)
				}
				seq = f.seq()
			}
			if f["t"] == "said" {
				if f["text"] != fmt.Sprint(heard) {
					t.Fatalf("message %d is %v", heard, f)
				}
				heard++
			}
		}
	}
	resume := func() frame {
		t.Helper()
		p = r.open()
		p.send(fmt.Sprintf(`{"t":"join","ticket":"%s","seq":%d,"wseq":0}`, welcome["ticket"], seq))
		back := p.await("welcome")
		if back["resumed"] != true || back.seq() != seq || back["ticket"] == welcome["ticket"] {
			t.Fatalf("welcome back is %v after seq %d", back, seq)
		}
		return back
	}

	p.sync() // only who was heard has a place to come back to
	say(20)
	hear(10)
	p.send(fmt.Sprintf(`{"t":"ack","seq":%d,"wseq":0}`, seq))
	p.raw.Close() // with ten messages on their way
	say(20)
	welcome = resume()
	hear(said)

	// The old connection still looks alive, and is told.
	old := p
	say(10)
	welcome = resume()
	frames := old.wantClosed(websocket.StatusNormalClosure)
	if last := frames[len(frames)-1]; last["t"] != "bye" || last["code"] != "replaced" || last["retry"] != false {
		t.Errorf("the last frame of the old connection is %v", last)
	}
	hear(said)

	// The next welcome is lost: its ticket was never seen, the old one still works.
	p.sync()
	say(10)
	lost := resume()
	p.raw.Close()
	say(10)
	welcome = resume()
	hear(said)

	// The first frame after a welcome spends the old tickets.
	p.sync()
	q := r.open()
	q.send(fmt.Sprintf(`{"t":"join","ticket":"%s","seq":%d,"wseq":0}`, lost["ticket"], seq))
	q.wantRefused(rooms.BadTicket, "")
	for _, f := range sayer.sync() {
		if f["t"] == "left" || f["t"] == "joined" {
			t.Errorf("somebody noticed: %v", f)
		}
	}
}

func TestDrain(t *testing.T) {
	r := start(t)
	var inside []*peer
	for range 20 {
		p, _ := r.join("den", "")
		inside = append(inside, p)
	}
	outside := r.open()
	begun := time.Now()
	r.shutdown()
	for _, p := range append(inside, outside) {
		frames := p.wantClosed(websocket.StatusGoingAway)
		if last := frames[len(frames)-1]; last["t"] != "bye" || last["code"] != "shutdown" || last["retry"] != true {
			t.Errorf("the last frame is %v", last)
		}
	}
	if err := <-r.done; err != nil {
		t.Error(err)
	}
	r.done <- nil // for the cleanup
	if took := time.Since(begun); took > DrainTimeout+time.Second {
		t.Errorf("it took %v", took)
	}
}

// Who asks for the health of a server that can't do its work is told that much, and who
// comes all the same is let in.
func TestHealthSaysSo(t *testing.T) {
	var healthy atomic.Bool
	r := start(t, func(c *Config) { c.Healthy = healthy.Load })
	if answer := r.get("/healthz", nil); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("an unhealthy server says %s", answer.Status)
	}
	if answer := r.get("/r/den", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("its page says %s", answer.Status)
	}
	healthy.Store(true)
	if answer := r.get("/healthz", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("a healthy one says %s", answer.Status)
	}
}

func TestDrainSaysSo(t *testing.T) {
	r := start(t)
	if status := r.get("/healthz", nil).StatusCode; status != http.StatusOK {
		t.Errorf("status %d before", status)
	}
	deaf := r.open() // keeps the server draining, since it doesn't answer its close
	r.stop()
	for {
		response := r.get("/healthz", nil)
		if response.StatusCode == http.StatusServiceUnavailable {
			break
		}
	}
	refused := r.get("/ws", asksToUpgrade)
	if refused.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a new socket gets status %d", refused.StatusCode)
	}
	deaf.raw.Close()
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
