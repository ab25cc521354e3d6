package line

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// piped is somebody in line mode, in a room of a real hub.
type piped struct {
	keys chan []byte

	mu       sync.Mutex
	out, err bytes.Buffer
}

func (p *piped) Chunks() <-chan []byte { return p.keys }
func (p *piped) Release()              {}

// stream is one of the two that it writes to.
type stream struct {
	p  *piped
	to *bytes.Buffer
}

func (s stream) Write(b []byte) (int, error) {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	return s.to.Write(b)
}

// A piece is what comes after a while; nothing: the end of input.
type piece struct {
	after time.Duration
	text  string
}

// What is piped is said, whatever it is; what a hand types is not, if it is a
// command.
func TestHand(t *testing.T) {
	const ms = time.Millisecond
	end := func(after time.Duration) piece { return piece{after, ""} }
	for name, test := range map[string]struct {
		is        Hand
		listen    bool
		pieces    []piece
		said      []string
		explained string // what is said to whoever types; empty: nothing
		introduce bool
	}{
		"words":                  {pieces: []piece{{0, "hello\n"}, end(0)}, said: []string{"hello"}},
		"a piped command":        {pieces: []piece{{0, "/help\n"}, end(0)}, said: []string{"/help"}},
		"one of a slow network":  {pieces: []piece{{0, "/help\n"}, end(900 * ms)}, said: []string{"/help"}},
		"one without its end":    {pieces: []piece{{0, "/help"}, end(0)}, said: []string{"/help"}},
		"a piped whisper":        {pieces: []piece{{500 * ms, "/msg bob psst\n"}, end(50 * ms)}, said: []string{"/msg bob psst"}},
		"a late one":             {pieces: []piece{{5 * time.Second, "/msg bob my secret\n"}, end(50 * ms)}, explained: "/msg", introduce: true},
		"a late one without end": {pieces: []piece{{5 * time.Second, "/msg bob my secret"}, end(50 * ms)}, explained: "/msg", introduce: true},
		"an early one, no end":   {pieces: []piece{{500 * ms, "/msg bob my secret"}, end(400 * ms)}, explained: "/msg"},
		"an early command":       {pieces: []piece{{500 * ms, "/nick bob"}, end(1200 * ms)}, explained: "/nick"},
		"one after words":        {pieces: []piece{{500 * ms, "hello\n"}, {300 * ms, "/msg bob my secret\n"}, end(50 * ms)}, said: []string{"hello"}, explained: "/msg"},
		"and without its end":    {pieces: []piece{{500 * ms, "hello\n"}, {300 * ms, "/msg bob my secret"}, end(50 * ms)}, said: []string{"hello"}, explained: "/msg"},
		"pasted after words":     {pieces: []piece{{500 * ms, "hello\n"}, {300 * ms, "1\n2\n3\n4\n/msg bob my secret\n"}, end(50 * ms)}, said: []string{"hello", "1", "2", "3", "4"}, explained: "/msg"},
		"words without an end":   {pieces: []piece{{500 * ms, "hello\n"}, {300 * ms, "there"}, end(50 * ms)}, said: []string{"hello", "there"}},
		"in two pieces":          {pieces: []piece{{0, "hello\n/msg bob"}, {300 * ms, " my secret\n"}, end(50 * ms)}, said: []string{"hello"}, explained: "/msg"},
		"a slip at the slash":    {pieces: []piece{{0, ".msg bob my secret\n"}, end(5 * time.Second)}, explained: "/msg"},
		"a slow program": {pieces: []piece{{3 * time.Second, "/home\n"}, {700 * ms, "/home 95% full\n"}, {700 * ms, "/tmp full\n"}, {700 * ms, "/mnt\n"}, {700 * ms, "/dev\n"},
			{700 * ms, "/nix\n"}, {700 * ms, "/usr ok\n"}, {700 * ms, "/ is full\n"}, {700 * ms, "/msgs/3\n"}, {700 * ms, "-me too\n"}, end(0)},
			said: []string{"/home", "/home 95% full", "/tmp full", "/mnt", "/dev", "/nix", "/usr ok", "/ is full", "/msgs/3", "-me too"}, introduce: true},
		"many commands":          {pieces: []piece{{3 * time.Second, strings.Repeat("/me too\n", 1000)}, {time.Second, "/who\n"}, end(0)}, explained: "/who", introduce: true},
		"a path in pieces":       {pieces: []piece{{3 * time.Second, "see usr"}, {700 * ms, "/help\n"}, end(0)}, said: []string{"see usr/help"}, introduce: true},
		"a long line in pieces":  {pieces: []piece{{0, strings.Repeat("x", handBytes+1)}, {700 * ms, "/help\n"}, end(0)}, said: []string{strings.Repeat("x", handBytes+1) + "/help"}},
		"a typed command":        {pieces: []piece{{5 * time.Second, "/help\n"}, {time.Minute, "hello\n"}, end(time.Second)}, said: []string{"hello"}, explained: "/help", introduce: true},
		"typed ahead":            {pieces: []piece{{0, "/nick bob\n"}, end(5 * time.Second)}, explained: "/nick"},
		"a typed whisper":        {pieces: []piece{{3 * time.Second, "/msg bob my secret\n"}, end(400 * ms)}, explained: "/msg", introduce: true},
		"and its answer":         {pieces: []piece{{0, "/reply my secret\r\n"}, {150 * ms, "hello\n"}, end(time.Second)}, said: []string{"hello"}, explained: "/reply"},
		"typed ahead, together":  {pieces: []piece{{0, "hello\n/msg bob my secret\nthere\n"}, end(5 * time.Second)}, said: []string{"hello", "there"}, explained: "/msg"},
		"a slip":                 {pieces: []piece{{0, "/mgs bob my secret\n"}, end(5 * time.Second)}, explained: "begins like a command"},
		"a piped slip":           {pieces: []piece{{0, "/mgs bob hello\n"}, end(50 * ms)}, said: []string{"/mgs bob hello"}},
		"an early slip":          {pieces: []piece{{500 * ms, "/w bob my secret"}, end(400 * ms)}, explained: "begins like a command"},
		"behind another break":   {pieces: []piece{{3 * time.Second, "see\r/msg bob my secret\n"}, end(5 * time.Second)}, explained: "/msg", introduce: true},
		"a path at a terminal":   {is: Always, pieces: []piece{{0, "/etc/passwd is long\n"}, end(5 * time.Second)}, explained: "begins like a command"},
		"in full-width forms":    {pieces: []piece{{0, "／msg bob my secret\n"}, end(5 * time.Second)}, explained: "/msg"},
		"behind what isn't seen": {pieces: []piece{{0, "\u200e/msg bob my secret\n"}, end(5 * time.Second)}, explained: "/msg"},
		"a slash alone":          {pieces: []piece{{0, "/ msg bob my secret\n"}, end(5 * time.Second)}, explained: "/msg"},
		"a path":                 {pieces: []piece{{0, "/etc/passwd is long\n"}, end(5 * time.Second)}, said: []string{"/etc/passwd is long"}},
		"two slashes":            {pieces: []piece{{0, "//help\n"}, end(5 * time.Second)}, said: []string{"//help"}},
		"a program's lines":      {pieces: []piece{{0, "1\n2\n/help\n4\n/who\n"}, end(time.Minute)}, said: []string{"1", "2", "/help", "4", "/who"}},
		"one by one":             {pieces: []piece{{0, "/help\n"}, {20 * ms, "2\n"}, {20 * ms, "3\n"}, {20 * ms, "4\n"}, {20 * ms, "/who\n"}, end(time.Minute)}, said: []string{"/help", "2", "3", "4", "/who"}},
		"within a line":          {pieces: []piece{{0, "/help\n2"}, end(0)}, said: []string{"/help", "2"}},
		"a program that stays":   {listen: true, pieces: []piece{{5 * time.Second, "/help\n"}, end(0)}, said: []string{"/help"}},
		"known to be none":       {is: Never, pieces: []piece{{0, "/help\n"}, end(time.Minute)}, said: []string{"/help"}},
		"known to be one":        {is: Always, pieces: []piece{{time.Second, "/msg bob my secret\n"}, {0, "hello\n"}, end(0)}, said: []string{"hello"}, explained: "/msg", introduce: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hub := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
				bob, err := hub.Join(t.Context(), rooms.Visitor{Room: "lobby", Nick: "bob", Via: rooms.ViaWeb})
				if err != nil {
					t.Fatal(err)
				}
				p := &piped{keys: make(chan []byte)}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				over := make(chan error, 1)
				v := Visit{
					Room: "lobby", In: p, Out: stream{p, &p.out}, Err: stream{p, &p.err}, Hand: test.is,
					Enter: func(ctx context.Context, room, nick string) (Seat, error) {
						return hub.Join(ctx, rooms.Visitor{Room: room, Nick: nick, Via: rooms.ViaPipe})
					},
					Invite: func(string, string) rooms.Invitation { return rooms.Invitation{SSH: "ssh -t chat.example lobby"} },
				}
				go func() { over <- v.Pipe(ctx, test.listen) }()
				synctest.Wait()
				for _, piece := range test.pieces {
					time.Sleep(piece.after)
					if piece.text == "" {
						close(p.keys)
						break
					}
					p.keys <- []byte(piece.text)
					synctest.Wait()
				}
				time.Sleep(time.Minute)
				cancel()
				err = <-over
				var kept *rooms.Error
				if errors.As(err, &kept) != (test.explained != "" && !test.listen) || kept != nil && !strings.Contains(kept.Message, "--json") || kept == nil && err != nil && !test.listen {
					t.Error(err)
				}
				if got := texts(bob); !slices.Equal(got, test.said) {
					t.Errorf("said is %q, want %q", got, test.said)
				}
				told := p.err.String()
				if explained := strings.Contains(told, "-- not said: that "); explained != (test.explained != "") || !strings.Contains(told, test.explained) {
					t.Errorf("told is %q, want %q", told, test.explained)
				}
				if n := strings.Count(told, "-- not said"); n > 2*handLines {
					t.Errorf("%d lines are explained", n)
				}
				if strings.Contains(told, "secret") || strings.Contains(told, "-- line mode:") != test.introduce || strings.Contains(told, "-- ") && !strings.Contains(told, "ssh -t chat.example lobby") {
					t.Errorf("told is %q", told)
				}
				if strings.Contains(p.out.String(), "line mode") || strings.Contains(p.out.String(), "not said") {
					t.Errorf("among what happens is %q", p.out.String())
				}
			})
		})
	}
}

// However input is cut into pieces, all of it is said in order if it ends soon; if it
// does not, no more is missing than a hand's commands.
func FuzzHand(f *testing.F) {
	f.Add([]byte("hello\n/msg bob x\n/etc\n"), uint8(3), true)
	f.Fuzz(func(t *testing.T, input []byte, size uint8, ends bool) {
		h := hand{here: func(string) bool { return true }}
		now := time.Unix(1e9, 0)
		var said []byte
		explained := 0
		explain := func(string) { explained++ }
		for rest := input; len(rest) > 0; {
			n := min(int(size)%64+1, len(rest))
			said = append(said, h.take(rest[:n], now, explain)...)
			rest = rest[n:]
		}
		if !ends {
			said = append(said, h.wait(explain)...)
		}
		said = append(said, h.finish(explain)...)
		if explained == 0 && !bytes.Equal(said, input) || explained > 0 && ends {
			t.Fatalf("of %q is said %q, and %d are explained", input, said, explained)
		}
		if explained > handLines+1 { // and one that has not ended
			t.Fatalf("%d of %q are explained", explained, input)
		}
	})
}
