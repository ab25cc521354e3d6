package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

// frame is a frame, or what a step says of one.
type frame map[string]any

// step is a step of resume.json, which says what each of its keys means.
type step struct {
	Connects *int
	Network  string
	Attempts *attempts
	Fickle   *attempts
	Sent     []frame
	Acked    json.RawMessage // null: none came
	Server   []frame
	Much     *struct{ From, To, Letters int }
	Raw      string
	Cut      bool
	Dies     int
	Stalls   bool
	Log      string
	Pass     int
	Do       frame
	As       string
	Taken    *bool
	Shown    []frame
	Over     string
}

// attempts are how many a client makes within so many milliseconds, and what each leads to.
type attempts struct {
	Within, Least, Most int
	Welcome             []frame
}

// played is a behaviour.
type played struct {
	Name  string
	Steps []step
}

func TestResumeScript(t *testing.T) {
	var script struct {
		About                 []string
		Enter                 []step
		Behaviours, Strangers []played
	}
	behaviour.Read(t, "resume", &script)
	play := func(b played, before []step) {
		t.Run(b.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				for i, step := range slices.Concat(before, b.Steps) {
					s.at = fmt.Sprintf("step %d", i-len(before)+1)
					s.play(step)
					synctest.Wait()
				}
			})
		})
	}
	for _, b := range script.Behaviours {
		play(b, script.Enter)
	}
	for _, b := range script.Strangers {
		play(b, nil)
	}
}

// stage is a client before a script.
type stage struct {
	t      *testing.T
	at     string
	asking chan chan client.Conn // who waits for a connection
	conn   *scripted             // the newest
	ids    map[string]string     // the client's own, by what the script calls them
	seat   *client.Seat

	mu       sync.Mutex
	down     bool
	attempts int
	shown    []frame
	ended    error
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, asking: make(chan chan client.Conn), ids: map[string]string{}}
	ctx, cancel := context.WithCancel(context.Background())
	dialled := make(chan struct{})
	go func() {
		defer close(dialled)
		seat, err := client.Dial(ctx, client.Options{
			Connect: s.connect,
			Join:    func() wire.Join { return wire.Join{Room: "den", Nick: "anna"} },
		})
		if err != nil {
			s.end(err)
			return
		}
		s.seat = seat
		for {
			events, err := seat.Next(ctx)
			if err != nil {
				s.end(err)
				return
			}
			s.mu.Lock()
			for _, e := range events {
				if n, ok := e.(*rooms.Notice); !ok || n.Code != rooms.Unreachable {
					s.shown = append(s.shown, told(e))
				}
			}
			s.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-dialled
		if s.seat != nil {
			s.seat.Close()
		}
	})
	return s
}

func (s *stage) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = err
}

// connect waits for the script to grant a connection, or fails if it says so.
func (s *stage) connect(ctx context.Context) (client.Conn, error) {
	s.mu.Lock()
	s.attempts++
	down := s.down
	s.mu.Unlock()
	if down {
		return nil, errors.New("the network is down")
	}
	granted := make(chan client.Conn, 1)
	select {
	case s.asking <- granted:
		return <-granted, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// told is an event as the script writes it.
func told(e rooms.Event) frame {
	switch e := e.(type) {
	case *rooms.Link:
		f := frame{"t": "link", "up": e.Up}
		if e.Why != nil {
			f["why"] = string(e.Why.Code)
		}
		if !e.Gone.IsZero() {
			f["anew"] = true
		}
		return f
	case *rooms.Silence:
		return frame{"t": "silence", "on": !e.Since.IsZero()}
	case *rooms.Refused:
		switch e.Err.Code {
		case rooms.Undelivered:
			return frame{"t": "unsent", "id": e.ID, "why": "lost"}
		case rooms.Uncertain:
			return frame{"t": "unsent", "id": e.ID, "why": "unknown"}
		}
	}
	var f frame
	if err := json.Unmarshal(wire.AppendEvent(nil, e), &f); err != nil {
		panic(err)
	}
	return f
}

func (s *stage) fatalf(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf(s.at+": "+format, args...)
}

func (s *stage) play(p step) {
	s.t.Helper()
	switch {
	case p.Connects != nil:
		s.connects(time.Duration(*p.Connects) * time.Millisecond)
	case p.Network != "":
		s.mu.Lock()
		s.down, s.attempts = p.Network == "down", 0
		s.mu.Unlock()
	case p.Attempts != nil:
		time.Sleep(time.Duration(p.Attempts.Within) * time.Millisecond)
		s.mu.Lock()
		n := s.attempts
		s.mu.Unlock()
		if n < p.Attempts.Least || n > p.Attempts.Most {
			s.fatalf("%d attempts, want %d to %d", n, p.Attempts.Least, p.Attempts.Most)
		}
	case p.Fickle != nil:
		s.fickle(p.Fickle)
	case p.Sent != nil:
		s.compare("sent", s.conn.take(func(f frame) bool { return f["t"] != "ack" }), p.Sent)
	case p.Acked != nil:
		s.acked(string(p.Acked))
	case p.Server != nil:
		s.conn.setDead(false)
		s.conn.say(s.message(p.Server))
	case p.Much != nil:
		var frames []frame
		for n := p.Much.From; n <= p.Much.To; n++ {
			frames = append(frames, frame{"t": "said", "seq": n, "at": 1, "from": frame{"id": "b2", "nick": "bob"}, "text": strings.Repeat("x", p.Much.Letters)})
		}
		s.conn.say(s.message(frames))
	case p.Raw != "":
		s.conn.say([]byte(p.Raw))
	case p.Cut:
		s.conn.Close()
	case p.Dies > 0:
		s.conn.setDead(true)
		select {
		case <-s.conn.closed:
		case <-time.After(time.Duration(p.Dies+1) * time.Millisecond):
			s.fatalf("the connection was not given up")
		}
	case p.Stalls:
		s.conn.setDead(true)
	case p.Log != "":
		s.conn.setAway(p.Log == "down")
	case p.Pass > 0:
		time.Sleep(time.Duration(p.Pass) * time.Millisecond)
	case p.Do != nil:
		s.do(p)
	case p.Shown != nil:
		s.mu.Lock()
		shown := s.shown
		s.shown = nil
		s.mu.Unlock()
		s.compare("shown", shown, p.Shown)
	case p.Over != "":
		s.over(p.Over)
	default:
		s.fatalf("nothing is known of this step")
	}
}

func (s *stage) connects(within time.Duration) {
	s.t.Helper()
	select {
	case granted := <-s.asking:
		s.conn = newScripted()
		granted <- s.conn
	case <-time.After(within + time.Millisecond):
		s.fatalf("no connection was asked for")
	}
}

// fickle grants every connection, and breaks it after its welcome.
func (s *stage) fickle(p *attempts) {
	s.t.Helper()
	made := 0
	for over := time.After(time.Duration(p.Within) * time.Millisecond); ; {
		select {
		case granted := <-s.asking:
			made++
			s.conn = newScripted()
			granted <- s.conn
			s.conn.say(s.message(p.Welcome))
			synctest.Wait()
			s.conn.Close()
			continue
		case <-over:
		}
		if made < p.Least || made > p.Most {
			s.fatalf("%d attempts, want %d to %d", made, p.Least, p.Most)
		}
		return
	}
}

func (s *stage) acked(want string) {
	s.t.Helper()
	acks := s.conn.take(func(f frame) bool { return f["t"] == "ack" })
	if want == "null" {
		if len(acks) > 0 {
			s.fatalf("have %v, want no ack", acks)
		}
		return
	}
	var f frame
	if err := json.Unmarshal([]byte(want), &f); err != nil {
		s.fatalf("%v", err)
	}
	if len(acks) == 0 {
		s.fatalf("no ack came")
	}
	s.compare("acked", acks[len(acks)-1:], []frame{f})
}

func (s *stage) do(p step) {
	s.t.Helper()
	id := p.As
	s.ids[p.As] = id
	var op rooms.Op = rooms.Leave{}
	if p.Do["t"] == "say" {
		op = rooms.Say{Text: p.Do["text"].(string), ID: id}
	}
	if err := s.seat.Do(context.Background(), op); err != nil {
		s.fatalf("%v: %v", p.Do, err)
	}
	if p.Taken == nil || *p.Taken {
		return
	}
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.shown); n == 0 || s.shown[n-1]["id"] != id || s.shown[n-1]["why"] != "lost" {
		s.fatalf("have %v, want that it was not taken", s.shown)
	} else {
		s.shown = s.shown[:n-1]
	}
}

func (s *stage) over(want string) {
	s.t.Helper()
	synctest.Wait()
	s.mu.Lock()
	err := s.ended
	s.mu.Unlock()
	have := fmt.Sprint(err)
	var ended *rooms.Ended
	var refused *rooms.Error
	switch {
	case errors.Is(err, io.EOF):
		have = "left"
	case errors.As(err, &ended):
		have = string(ended.Code)
	case errors.As(err, &refused):
		have = string(refused.Code)
	case strings.Contains(have, "another protocol"):
		have = "foreign"
	}
	if have != want {
		s.fatalf("the seat has ended with %s, want %s", have, want)
	}
	select {
	case <-s.asking:
		s.fatalf("a connection is asked for")
	case <-time.After(2 * time.Minute):
	}
}

// message is frames as one message, with the client's own ids in them.
func (s *stage) message(frames []frame) []byte {
	s.t.Helper()
	var lines []string
	for _, f := range frames {
		if id, ok := f["id"].(string); ok && strings.HasPrefix(id, "$") {
			f["id"] = s.ids[id]
		}
		line, err := json.Marshal(f)
		if err != nil {
			s.fatalf("%v", err)
		}
		lines = append(lines, string(line))
	}
	return []byte(strings.Join(lines, "\n"))
}

// compare compares only what want names.
func (s *stage) compare(what string, have, want []frame) {
	s.t.Helper()
	if len(have) != len(want) {
		s.fatalf("%s %v, want %v", what, have, want)
	}
	for i, w := range want {
		for key, value := range w {
			if text, ok := value.(string); ok && key == "id" && strings.HasPrefix(text, "$") {
				value = s.id(text, fmt.Sprint(have[i][key]))
			}
			if !reflect.DeepEqual(have[i][key], value) {
				s.fatalf("%s %v, want %v", what, have[i], w)
			}
		}
	}
}

// id is what the client calls what the script calls by a name. One that is new is
// the one that the client has just used.
func (s *stage) id(name, used string) string {
	s.t.Helper()
	if known, ok := s.ids[name]; ok {
		return known
	}
	for other, id := range s.ids {
		if id == used {
			s.fatalf("%s is %s already", used, other)
		}
	}
	s.ids[name] = used
	return used
}
