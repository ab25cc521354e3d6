//go:build e2e

package prove

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"sotto/cmd/sotto/e2e"
)

// observer is a member of a sealed room, made of the formulas of docs/SEALED.md, to
// have every key that the others share with it in its hands. It does all that a
// member must, and so is shown, steps and is asked like any other. What it can't do
// is to disbelieve: names that clash end the test.
type observer struct {
	keyring
	t                 *testing.T
	socket            *e2e.Socket
	room, kHello, psk []byte
	private           *ecdh.PrivateKey
	id                []byte
	nick              string

	mu       sync.Mutex
	more     chan struct{} // closed and replaced when something came
	broken   error
	pairs    map[string]*pair // by the server's number of their place
	heard    []string
	topic    string
	topicAt  int64
	number   uint32
	past     []byte
	owed     []claim // to the others: what we heard
	compared int     // claims of others
	epoch    uint32
	view     []byte
	fileKey  needle            // of the last file that was offered
	voices   map[string]needle // the newest key of each who is in voice, by their name
}

// tick is how often the witness looks at what is due. The server's answers are its
// clock.
const tick = time.Second

// witness enters and takes part until the test ends. It is there once it shows so
// many others.
func witness(t *testing.T, s *e2e.Server, secret []byte, nick string, others int) *observer {
	t.Helper()
	prk := mac([]byte("sotto/v2 extract"), secret)
	o := &observer{
		t: t, nick: nick, private: newKeys(), room: expand(prk, "id")[:16], kHello: expand(prk, "hello"), psk: expand(prk, "psk"),
		more: make(chan struct{}), pairs: make(map[string]*pair), view: make([]byte, 32),
	}
	o.id = memberID(o.room, o.public())
	o.past = pastOf(o.room, o.id)
	o.keep("the room's secret", secret)
	o.keep("the extracted key", prk)
	o.keep("the hello key", o.kHello)
	o.keep("the pre-shared key", o.psk)
	o.keep("the witness's private key", o.private.Bytes())
	o.socket = s.Dial(t)
	hello := slices.Concat([]byte{2}, o.public(), mac(o.kHello, []byte{2}, o.room, o.id, o.public()))
	o.socket.Send(e2e.Frame{"t": "join", "room": hex.EncodeToString(o.room), "hello": encode(hello)})
	welcome := o.socket.Await("welcome")
	members, _ := welcome["members"].([]any)
	you, _ := welcome["you"].(map[string]any)
	for _, m := range members {
		if member, _ := m.(map[string]any); member["id"] != you["id"] {
			must(t, o.meet(member, true))
		}
	}
	must(t, o.greet())

	ctx, leave := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(o.run)
	running.Go(func() { o.keepTime(ctx) })
	t.Cleanup(func() {
		leave()
		o.socket.Conn.CloseNow()
		running.Wait()
		if o.broken != nil && !strings.Contains(o.broken.Error(), "use of closed network connection") {
			t.Errorf("the witness: %v", o.broken)
		}
	})
	o.until(fmt.Sprintf("%d others", others), func() bool { return len(o.shown()) == others })
	return o
}

func (o *observer) public() []byte { return o.private.PublicKey().Bytes() }

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// run takes what comes.
func (o *observer) run() {
	for {
		f, err := o.socket.Next()
		o.mu.Lock()
		if err == nil {
			err = o.take(f)
		}
		if o.broken == nil {
			o.broken = err
		}
		broken := o.broken != nil
		close(o.more)
		o.more = make(chan struct{})
		o.mu.Unlock()
		if broken {
			return
		}
	}
}

func (o *observer) keepTime(ctx context.Context) {
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			if o.send(e2e.Frame{"t": "sync", "id": "tick"}) != nil {
				return // run sees why
			}
		}
	}
}

func (o *observer) send(f e2e.Frame) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), e2e.Patience)
	defer cancel()
	return o.socket.Conn.Write(ctx, websocket.MessageText, data)
}

// take is what a frame of the server does. Everything it refuses ends the witness:
// nobody here has a reason to do it.
func (o *observer) take(f e2e.Frame) error {
	member, _ := f["member"].(map[string]any)
	switch f.Type() {
	case "joined":
		return o.meet(member, false)
	case "left":
		if p := o.pairs[f.Member()]; p != nil {
			delete(o.pairs, f.Member())
			o.owed = slices.DeleteFunc(o.owed, func(c claim) bool { return bytes.Equal(c.id, p.id) })
			if p.shown {
				o.look()
			}
		}
	case "sealed":
		from, _ := f["from"].(map[string]any)
		p := o.pairs[fmt.Sprint(from["id"])]
		if p == nil {
			return nil // its own
		}
		at, _ := f["at"].(float64)
		return o.open(p, fmt.Sprint(f["body"]), fmt.Sprint(f["wrap"]), int64(at))
	case "synced":
		return o.doWhatIsDue()
	case "error", "bye", "gap":
		return fmt.Errorf("the server: %v", f)
	}
	return nil
}

func (o *observer) meet(member map[string]any, host bool) error {
	hello, err := base64.RawURLEncoding.DecodeString(fmt.Sprint(member["hello"]))
	if err != nil {
		return err
	}
	p, err := meet(&o.keyring, o.room, o.kHello, o.psk, o.private, fmt.Sprint(member["id"]), host, hello)
	if err == nil {
		o.pairs[p.place] = p
	}
	return err
}

// shown are the members whom the witness shows, without itself.
func (o *observer) shown() (all []*pair) {
	for _, p := range o.pairs {
		if p.shown {
			all = append(all, p)
		}
	}
	return all
}

// look has the view made anew: somebody is shown or not any more, or has another
// name.
func (o *observer) look() {
	type person struct {
		key  []byte
		nick string
	}
	all := []person{{o.public(), o.nick}}
	for _, p := range o.shown() {
		all = append(all, person{p.theirs, p.nick})
	}
	slices.SortFunc(all, func(a, b person) int { return bytes.Compare(a.key, b.key) })
	seen := slices.Concat([]byte("sotto/v2 view\x00"), o.room)
	for _, p := range all {
		seen = append(append(append(seen, p.key...), byte(len(p.nick))), p.nick...)
	}
	o.epoch, o.view = o.epoch+1, hash(seen)
}

// agrees reports whether everybody who is shown said last that they see what the
// witness sees.
func (o *observer) agrees() bool {
	return !slices.ContainsFunc(o.shown(), func(p *pair) bool { return !bytes.Equal(p.view, o.view) })
}

// greet greets all who were here before.
func (o *observer) greet() error {
	if len(o.pairs) == 0 {
		return nil
	}
	share := newKeys()
	body, k := o.makeBody(false, make([]byte, 32), share.PublicKey().Bytes())
	var wraps []e2e.Frame
	for _, p := range o.pairs {
		p.share = share
		context := slices.Concat(hash(body), p.id)
		key := expand(p.greet, "wrap", context)
		o.saw("a wrapping key", key)
		wraps = append(wraps, e2e.Frame{"to": p.place, "wrap": encode(append([]byte{4}, enclose(key, append(context, 4), k)...))})
	}
	return o.send(e2e.Frame{"t": "seal", "body": encode(body), "wraps": wraps})
}

// makeBody seals a text under a fresh key, with the view that is told.
func (o *observer) makeBody(all bool, view, text []byte) (body, k []byte) {
	k = make([]byte, 32)
	rand.Read(k)
	h := header{toAll: all, number: o.number, epoch: o.epoch, view: view, past: o.past}
	if all {
		o.number++
		h.number = o.number
		claimed := o.owed[:min(len(o.owed), 8)]
		o.owed = slices.Clone(o.owed[len(claimed):])
		text = toAll(claimed, text)
		o.past = pastWith(o.past, o.number, text)
	}
	head, key := h.bytes(o.room, o.id, k), expand(k, "body")
	o.saw("a message key", k)
	o.saw("a message key", key)
	return append(head, enclose(key, head, pad(text))...), k
}

// seal says something to these.
func (o *observer) seal(to []*pair, all bool, said e2e.Frame) error {
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	view := o.view
	if slices.ContainsFunc(to, func(p *pair) bool { return !p.shown }) {
		view = make([]byte, 32)
	}
	body, k := o.makeBody(all, view, text)
	wraps := []e2e.Frame{}
	for _, p := range to {
		wrap, err := p.wrap(body, k)
		if err != nil {
			return err
		}
		wraps = append(wraps, e2e.Frame{"to": p.place, "wrap": encode(wrap)})
	}
	return o.send(e2e.Frame{"t": "seal", "body": encode(body), "wraps": wraps})
}

// doWhatIsDue steps and answers.
func (o *observer) doWhatIsDue() error {
	var due []*pair
	for _, p := range o.pairs {
		if p.owed && time.Since(p.answered) >= time.Second {
			if err := o.answer(p); err != nil {
				return err
			}
		}
		if p.shown && p.due() && len(due) < 8 {
			due = append(due, p)
		}
	}
	if len(due) == 0 {
		return nil
	}
	return o.seal(due, false, e2e.Frame{"t": "step"})
}

// answer tells whom the witness shows.
func (o *observer) answer(p *pair) error {
	p.owed, p.answered = false, time.Now()
	shown := []e2e.Frame{{"id": hex.EncodeToString(o.id), "nick": o.nick}}
	for _, other := range o.shown() {
		shown = append(shown, e2e.Frame{"id": hex.EncodeToString(other.id), "nick": other.nick})
	}
	return o.seal([]*pair{p}, false, e2e.Frame{"t": "view", "shown": shown})
}

// open opens a message, and keeps every key on the way.
func (o *observer) open(p *pair, coded, codedWrap string, at int64) error {
	body, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil {
		return err
	}
	wrap, err := base64.RawURLEncoding.DecodeString(codedWrap)
	if err != nil || len(wrap) == 0 {
		return fmt.Errorf("no wrap: %v", err)
	}
	h, err := readHeader(o.room, p.id, body)
	if err != nil {
		return err
	}
	k, err := p.unwrap(o.id, body, wrap)
	if err != nil {
		return err
	}
	text, err := openBody(&o.keyring, k, body)
	if err != nil {
		return err
	}
	if wrap[0] == 4 {
		return o.host(p, text)
	}
	p.view = mask(h.view, k)
	next := p.number
	if h.toAll {
		next++
	}
	if p.number > 0 && (h.number != next || !bytes.Equal(p.past, h.past)) {
		return fmt.Errorf("%s said something behind %x, number %d; what came was %x, number %d", p.nick, h.past, h.number, p.past, p.number)
	}
	if h.toAll {
		p.number, p.past = h.number, pastWith(h.past, h.number, text)
		p.said[p.number] = p.past
		o.owe(claim{p.id, p.number, p.past})
		claims, said, err := readToAll(text)
		if err != nil {
			return err
		}
		if err := o.check(p, claims); err != nil {
			return err
		}
		text = said
	}
	return o.listen(p, text, h.toAll, at)
}

// owe keeps what the others are to be told that we heard. Nothing is ever missing here.
func (o *observer) owe(c claim) {
	same := func(before claim) bool { return bytes.Equal(before.id, c.id) }
	if i := slices.IndexFunc(o.owed, same); i >= 0 {
		o.owed[i] = c
		return
	}
	o.owed = append(o.owed, c)
}

// check compares what somebody was told by others with what the witness was.
func (o *observer) check(from *pair, claims []claim) error {
	for _, c := range claims {
		for _, p := range o.pairs {
			if past := p.said[c.number]; past != nil && bytes.Equal(p.id, c.id) {
				if o.compared++; !bytes.Equal(past, c.past) {
					return fmt.Errorf("%s heard %x of %s, number %d, the witness %x", from.nick, c.past, p.nick, c.number, past)
				}
			}
		}
	}
	return nil
}
