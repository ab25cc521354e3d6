package native

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"sotto/rooms/seal"
)

// dialogue is somebody at a terminal who is asked something.
type dialogue struct {
	t      *testing.T
	hand   *os.File // what they type
	seat   *os.File // where it is asked
	mu     sync.Mutex
	more   *sync.Cond
	screen string
	over   bool
}

// begin starts ask, at a terminal, and ends it with the test.
func begin(t *testing.T, ask func(seat *os.File)) *dialogue {
	t.Helper()
	d := &dialogue{t: t}
	d.more = sync.NewCond(&d.mu)
	var err error
	if d.hand, d.seat, err = pty.Open(); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		ask(d.seat)
		d.seat.Close()
	})
	all.Go(func() {
		for b := make([]byte, 1<<10); ; {
			n, err := d.hand.Read(b)
			d.mu.Lock()
			d.screen += string(b[:n])
			d.over = d.over || err != nil
			d.mu.Unlock()
			d.more.Broadcast()
			if err != nil {
				return
			}
		}
	})
	t.Cleanup(func() {
		d.hand.Close()
		all.Wait()
	})
	return d
}

// asked waits until something stands on the screen below what was asked before.
func (d *dialogue) asked(what string) {
	d.t.Helper()
	late := time.AfterFunc(10*time.Second, func() {
		d.mu.Lock()
		d.over = true
		d.mu.Unlock()
		d.more.Broadcast()
	})
	defer late.Stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		if _, behind, found := strings.Cut(d.screen, what); found {
			d.screen = behind
			return
		}
		if d.over {
			d.t.Fatalf("%q is not asked; there is %q", what, d.screen)
		}
		d.more.Wait()
	}
}

func (d *dialogue) types(keys string) {
	d.t.Helper()
	if _, err := d.hand.WriteString(keys); err != nil {
		d.t.Fatal(err)
	}
}

const rightWords = "abandon ability zoo zebra wrong exact ocean"

// Whoever mistypes a word is asked for that one again, and what was right is kept.
func TestWordsAreAskedForAgain(t *testing.T) {
	want, err := seal.PassphraseSecret(rightWords)
	if err != nil {
		t.Fatal(err)
	}
	type turn struct{ asked, typed string }
	for name, turns := range map[string][]turn{
		"a typo":              {{"The 7 words", "abandon ability zoos zebra wrong exact ocean\r"}, {`did you mean "zoo"?`, ""}, {"Enter for that, or word 3", "\r"}},
		"another word":        {{"The 7 words", "abandon ability qqqqqqqqq zebra wrong exact ocean\r"}, {"word 3 is none of the list", ""}, {"Word 3", "\r"}, {"Word 3", "Zoo.\r"}},
		"two typos":           {{"The 7 words", "abandn ability zoo zebra wrong exact oecan\r"}, {"or word 1", "\r"}, {"or word 7", "ocean\r"}},
		"a typo in the other": {{"The 7 words", "abandn ability zoo zebra wrong exact ocean\r"}, {"or word 1", "abandom\r"}, {"or word 1", "abandon\r"}},
		"all anew":            {{"The 7 words", "abandon able zoos zebra wrong exact ocean\r"}, {"or word 3", rightWords + "\r"}},
		"too few":             {{"The 7 words", "abandon ability zoo\r"}, {"you typed 3", ""}, {"The rest, or all 7 anew", "zebra wrong exact ocean\r"}},
		"too many":            {{"The 7 words", rightWords + " ocean\r"}, {"you typed 8", ""}, {"The 7 words", rightWords + "\r"}},
		"none":                {{"The 7 words", "\r"}, {"you typed 0", ""}, {"The 7 words", rightWords + "\r"}},
		"words over lines":    {{"The 7 words", "abandon ability zoo\rzebra wrong\r\nexact ocean\r"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got seal.Secret
			var err error
			done := make(chan struct{})
			d := begin(t, func(seat *os.File) {
				defer close(done)
				got, err = ReadWords(t.Context(), seat, seat)
			})
			for _, turn := range turns {
				d.asked(turn.asked)
				if turn.typed != "" {
					d.types(turn.typed)
				}
			}
			<-done
			if err != nil || got != want {
				t.Errorf("they open another room: %v", err)
			}
		})
	}
}

// A link that was wrapped is taken whole also from a terminal that does not mark what
// is pasted; one that lacks its end is asked for again.
func TestLinkIsAskedForAgain(t *testing.T) {
	key := seal.NewSecret().String()
	type turn struct{ asked, typed string }
	for name, turns := range map[string][]turn{
		"whole":               {{"The link", "https://chat.example/s/#" + key + "\r"}},
		"wrapped in its key":  {{"The link", "https://chat.example/s/#" + key[:9] + "\r" + key[9:] + "\r"}},
		"wrapped before it":   {{"The link", "https://chat.example/s/\r\n#" + key + "\n"}},
		"wrapped in the host": {{"The link", "https://chat.exam\rple/s/#" + key + "\r"}},
		"in three":            {{"The link", "https://chat.example/s/#" + key[:9] + "\r" + key[9:20] + "\r" + key[20:] + "\r"}},
		"cut":                 {{"The link", "https://chat.example/s/#" + key[3:] + "\r"}, {"has lost its end", ""}, {"The link", "https://chat.example/s/#" + key + "\r"}},
		"no link":             {{"The link", "hello\r"}, {"that is not an address", ""}, {"The link", "https://chat.example/s/#" + key + "\r"}},
		"mended":              {{"The link", "https://chat.example/s/\x15https://chat.example/s/#" + key + "\r"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got Address
			var err error
			done := make(chan struct{})
			d := begin(t, func(seat *os.File) {
				defer close(done)
				got, err = ReadAddress(t.Context(), seat, seat)
			})
			for _, turn := range turns {
				d.asked(turn.asked)
				if turn.typed != "" {
					d.types(turn.typed)
				}
			}
			<-done
			if err != nil || got.Secret == nil || got.Link() != "https://chat.example/s/#"+key {
				t.Errorf("%v, %v", got.Server, err)
			}
		})
	}
}

// Whoever is asked can end it, and the end of input does.
func TestQuestionIsGivenUp(t *testing.T) {
	for name, typed := range map[string]string{"interrupted": "abandon\x03", "ended": "\x04"} {
		t.Run(name, func(t *testing.T) {
			var err error
			done := make(chan struct{})
			d := begin(t, func(seat *os.File) {
				defer close(done)
				_, err = ReadWords(t.Context(), seat, seat)
			})
			d.asked("The 7 words")
			d.types("abandn ability zoo zebra wrong exact ocean\r")
			d.asked("or word 1")
			d.types(typed)
			<-done
			if !errors.Is(err, errGivenUp) {
				t.Error(err)
			}
		})
	}
}

// A program is not asked: one line is its answer, and not a byte more is read.
func TestProgramsAreNotAsked(t *testing.T) {
	for typed, want := range map[string]string{
		rightWords + "\nhello\n":                          "",
		"abandn ability zoo zebra wrong exact ocean\nx\n": "word 1 is none of the list",
		"abandon ability\nzoo zebra wrong exact ocean\n":  "you typed 2",
		"": "you typed 0",
	} {
		in, out, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.WriteString(typed); err != nil {
			t.Fatal(err)
		}
		out.Close()
		_, err = ReadWords(t.Context(), in, os.Stderr)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", typed, err)
		}
		in.Close()
	}
}
