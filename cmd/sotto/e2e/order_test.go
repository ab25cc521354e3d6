//go:build e2e

package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"sotto/cmd/sotto/e2e"
)

// A voice is somebody who does ops at a door and writes down what they are told.
type voice struct {
	write  func(text string) error
	lines  func() (string, error) // the next line of what the door says
	frames bool                   // the door speaks frames; if not, lines
	nick   string
	others []string // ids to whisper to
	heard  []string // room events in their order
}

// Fifty people at all doors do 20,000 ops at random: what one hears is what all
// hear, in the same order. Line mode tells only what was said.
func TestOneOrderAtAllDoors(t *testing.T) {
	const people, rounds, ops = 50, 50, 8
	s := e2e.Start(t, "--say-rate=0")
	voices := make([]*voice, people)
	for i := range voices {
		nick := fmt.Sprintf("voice%d", i)
		switch i % 5 {
		case 0:
			voices[i] = sshVoice(t, s, nick, "--json")
		case 1:
			voices[i] = sshVoice(t, s, nick)
		default:
			voices[i] = socketVoice(t, s, nick)
		}
	}
	together(t, voices, func(v *voice, _ *rand.Rand) error { return v.barrier(begin) })
	for _, v := range voices {
		v.heard = nil
	}
	for round := range rounds {
		// A round is less than an outbox holds, so that nobody is ended for
		// being slow, and everybody is at a different place within it.
		together(t, voices, func(v *voice, r *rand.Rand) error {
			for n := range ops {
				if err := v.do(r, fmt.Sprintf("%s-%d-%d", v.nick, round, n)); err != nil {
					return err
				}
			}
			return v.barrier(fmt.Sprintf("%s-%d", v.nick, round))
		})
	}
	together(t, voices, func(v *voice, _ *rand.Rand) error { return v.barrier(end) })

	var all, said []string
	for _, v := range voices {
		spoken := slices.DeleteFunc(slices.Clone(v.heard), func(e string) bool { return !strings.HasPrefix(e, "said ") })
		if said == nil {
			said = spoken
		}
		same(t, v.nick+": what was said", spoken, said)
		if v.frames {
			if all == nil {
				all = v.heard
			}
			same(t, v.nick+": all events", v.heard, all)
		}
	}
	if len(said) < people*rounds*ops/2 {
		t.Errorf("only %d messages of %d ops", len(said), people*rounds*ops)
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: event %d is %q, others have %q", what, i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d events, others have %d", what, len(got), len(want))
	}
}

// together lets all voices do something at once and waits for them.
func together(t *testing.T, voices []*voice, do func(*voice, *rand.Rand) error) {
	t.Helper()
	errs := make([]error, len(voices))
	var all sync.WaitGroup
	for i, v := range voices {
		all.Go(func() { errs[i] = do(v, rand.New(rand.NewPCG(uint64(i), uint64(len(v.heard))))) })
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("%s: %v", voices[i].nick, err)
		}
	}
}

// do does one op at random. Whoever has only lines says one.
func (v *voice) do(r *rand.Rand, token string) error {
	if !v.frames {
		return v.write(token + "\n")
	}
	f := e2e.Frame{"t": "say", "text": token}
	switch r.IntN(10) {
	case 0:
		f = e2e.Frame{"t": "typing"}
	case 1:
		f = e2e.Frame{"t": "topic", "text": token}
	case 2:
		f = e2e.Frame{"t": "nick", "nick": fmt.Sprintf("other%d", r.IntN(6000))}
	case 3:
		if len(v.others) > 0 { // to nobody makes no sense, and ends who goes on with it
			f = e2e.Frame{"t": "whisper", "to": v.others[r.IntN(len(v.others))], "text": token}
		}
	}
	return v.send(f)
}

func (v *voice) send(f e2e.Frame) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return v.write(string(data) + "\n")
}

// barrier says something and listens until it has come back, which is after
// everything that happened before.
func (v *voice) barrier(mark string) error {
	own := mark + " " + v.nick
	ask := v.write
	if v.frames {
		ask = func(string) error { return v.send(e2e.Frame{"t": "sync", "id": own}) }
	}
	if err := ask(own + "\n"); err != nil {
		return err
	}
	for {
		line, err := v.lines()
		if err != nil {
			return err
		}
		if v.hear(line) == own {
			return nil
		}
	}
}

// hear writes a line down and returns what it says, if that ends a barrier.
func (v *voice) hear(line string) string {
	if !v.frames {
		_, text, said := strings.Cut(line, "> ")
		if said && strings.HasPrefix(line, "<") {
			v.said(text)
		}
		return text
	}
	var f struct {
		T, ID, Text, Was string
		Seq              int
		From, Member     struct{ ID, Nick string }
		Code, Message    string
	}
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		return ""
	}
	switch f.T {
	case "said":
		v.said(f.Text)
	case "topic", "renamed", "joined", "left":
		v.heard = append(v.heard, fmt.Sprintf("%s %d %s %s %s %s", f.T, f.Seq, f.From.ID, f.Member.ID, f.Member.Nick, f.Text))
	case "synced":
		return f.ID
	}
	return ""
}

// said writes a message down, but for those of the first and the last barrier:
// others may have stopped listening when they come.
func (v *voice) said(text string) {
	if !strings.HasPrefix(text, begin) && !strings.HasPrefix(text, end) {
		v.heard = append(v.heard, "said "+text)
	}
}

const (
	begin = "all are here"
	end   = "the end"
)

// socketVoice is somebody in a browser.
func socketVoice(t *testing.T, s *e2e.Server, nick string) *voice {
	t.Helper()
	socket, welcome := s.Join(t, "order", nick)
	v := &voice{frames: true, nick: nick, others: []string{welcome["you"].(map[string]any)["id"].(string)}}
	for _, m := range welcome["members"].([]any) {
		v.others = append(v.others, m.(map[string]any)["id"].(string))
	}
	v.write = func(text string) error {
		return socket.Conn.Write(t.Context(), websocket.MessageText, []byte(text))
	}
	var rest []string
	v.lines = func() (string, error) {
		for len(rest) == 0 {
			ctx, cancel := context.WithTimeout(t.Context(), e2e.Patience)
			_, data, err := socket.Conn.Read(ctx)
			cancel()
			if err != nil {
				return "", err
			}
			rest = strings.Split(string(data), "\n")
		}
		line := rest[0]
		rest = rest[1:]
		return line, nil
	}
	return v
}

// sshVoice is a program behind a pipe, with lines or with frames.
func sshVoice(t *testing.T, s *e2e.Server, nick string, flags ...string) *voice {
	t.Helper()
	cmd := s.SSHCommand(nil, append([]string{"order", "--listen", "--nick", nick}, flags...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	scanner := bufio.NewScanner(out)
	scanner.Buffer(nil, 1<<20)
	v := &voice{frames: len(flags) > 0, nick: nick}
	v.write = func(text string) error {
		_, err := io.WriteString(in, text)
		return err
	}
	v.lines = func() (string, error) {
		if !scanner.Scan() {
			return "", fmt.Errorf("the connection ended: %w", scanner.Err())
		}
		return scanner.Text(), nil
	}
	if _, err := v.lines(); err != nil { // it is in
		t.Fatal(err)
	}
	return v
}
