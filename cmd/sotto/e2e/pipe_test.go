//go:build e2e

package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
)

func TestPipeSaysItsLinesAndLeaves(t *testing.T) {
	s := e2e.Start(t)
	listener, _ := s.Join(t, "den", "anna")
	r := s.Run("a\nb\n", "den", "--nick", "pipe")
	if r.Code != 0 {
		t.Fatalf("exit %d: %s", r.Code, r.Err)
	}
	for _, want := range []string{"a", "b"} {
		if !strings.Contains(r.Out, "<pipe> "+want+"\n") {
			t.Errorf("its own %q did not come back to it:\n%s", want, r.Out)
		}
		if f := listener.Await("said"); f.Text() != want {
			t.Errorf("the room heard %q, want %q", f.Text(), want)
		}
	}
}

// A flood on a pipe is slowed down and joined. Nothing is lost, and a person in
// the same room does not notice.
func TestTwoThousandLines(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	anna, _ := s.Join(t, "den", "anna")
	var input, want strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&input, "line %d\n", i)
		fmt.Fprintf(&want, "line %d\n", i)
	}
	pipe := s.Pipe(t, "den", "--nick", "pipe")
	done := make(chan struct{})
	go func() {
		defer close(done)
		pipe.Send(input.String())
		pipe.CloseInput()
	}()

	var got strings.Builder
	anna.Say("still here")
	heardMyself := false
	for got.Len() < want.Len() {
		f := anna.Await("said")
		if f.Text() == "still here" {
			heardMyself = true
			continue
		}
		got.WriteString(f.Text() + "\n")
	}
	if got.String() != want.String() {
		t.Errorf("what arrived is not what was sent; it begins with %.200q", got.String())
	}
	if !heardMyself {
		t.Error("a person's own words came after the whole flood")
	}
	<-done
	if code := pipe.Wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// With --json each line of the output is one frame, and frames on the input are
// ops.
func TestJSONOverSSH(t *testing.T) {
	s := e2e.Start(t)
	anna, _ := s.Join(t, "den", "anna")
	pipe := s.Pipe(t, "den", "--json", "--nick", "bot")
	pipe.WaitFor(`"welcome"`)
	pipe.Send(`{"t":"say","text":"beep","id":"1"}` + "\n")
	anna.AwaitSaid("beep")
	pipe.Send(`{"t":"join","room":"other"}` + "\n" + `{"t":"dance"}` + "\n" + "{nonsense\n" + `{"t":"sync","id":"2"}` + "\n")
	pipe.WaitFor(`"synced"`)
	pipe.CloseInput()
	if code := pipe.Wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
	var kinds, codes []string
	for _, line := range pipe.Lines() {
		var f e2e.Frame
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Errorf("%q is no frame: %v", line, err)
			continue
		}
		kinds = append(kinds, f.Type())
		if f.Type() == "error" {
			codes = append(codes, fmt.Sprint(f["code"]))
		}
		if f.Type() == "welcome" && f["ticket"] != nil {
			t.Error("a ticket was given over ssh")
		}
	}
	if got := strings.Join(kinds[:min(6, len(kinds))], " "); got != "welcome said error error error synced" {
		t.Errorf("frames were %v", kinds)
	}
	if got := strings.Join(codes, " "); got != "not_allowed unknown_type bad_frame" {
		t.Errorf("errors were %v", codes)
	}
}

func TestListenGoesOn(t *testing.T) {
	s := e2e.Start(t)
	anna, _ := s.Join(t, "den", "anna")
	pipe := s.Pipe(t, "den", "--listen", "--nick", "log")
	pipe.CloseInput()
	pipe.WaitFor("--")
	anna.Say("one\n\ntwo")
	anna.Send(e2e.Frame{"t": "say", "text": "waves", "action": true})
	pipe.WaitFor("<anna> one")
	pipe.WaitFor("  two")
	pipe.WaitFor("* anna waves")
}

// Words that can't be understood: a sentence on stderr, nothing else.
func TestSSHWordsWithoutSense(t *testing.T) {
	s := e2e.Start(t)
	for _, words := range [][]string{
		nil, {"a", "b"}, {"den;reboot"}, {"den", "--colour"}, {"den/room"}, {"🦦"}, {strings.Repeat("x", 200)},
		{strings.Repeat("x", 10_000)}, {"$(reboot)"}, {"den", "--nick"}, {"den", "|", "cat"},
	} {
		t.Run(fmt.Sprintf("%.20q", words), func(t *testing.T) {
			r := s.Run("", words...)
			if r.Code != 2 || r.Out != "" || strings.Count(r.Err, "\n") != 1 {
				t.Errorf("exit %d, said %q, and on stderr %q", r.Code, r.Out, r.Err)
			}
		})
	}
}
