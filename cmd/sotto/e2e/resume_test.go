//go:build e2e

package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// outage is how long the browser's connection is gone.
const outage = 20 * time.Second

// A browser's connection dies without the server noticing; 300 messages are
// said meanwhile. All of them are there after the return, once each, in order,
// and nobody saw it leave.
func TestBrowserComesBackWithoutAHole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		welcomeLost bool // the first return gets no answer
	}{{"at the first try", false}, {"after a welcome that was lost", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := e2e.Start(t, "--say-rate=0")
			cable := e2e.NewCable(t, s.Web)
			watcher, _ := s.Join(t, "den", "watcher")
			page := e2e.Open(t, "http://"+cable.Addr+"/r/den")
			page.WaitFor("You are")
			browser := watcher.Await("joined").Member()
			page.Say("before the cut")
			watcher.AwaitSaid("before the cut")
			page.WaitFor("before the cut")

			// What is said first dies in the socket's buffers; then the browser
			// notices, and the server does not.
			speakers := []*e2e.Socket{join(t, s, "anna"), join(t, s, "bert"), join(t, s, "carl")}
			page.WaitFor("carl")
			cable.Mute()
			cable.Set(e2e.Down)
			began := time.Now()
			say := func(from, to int) {
				for i := from; i < to; i++ {
					text := fmt.Sprintf("word-%03d", i)
					speakers[i%len(speakers)].Say(text)
					watcher.AwaitSaid(text)
				}
			}
			say(0, 100)
			page.Say("just before the cut")
			cable.CutClients()
			page.WaitUntil(`document.getElementById("banner").hidden === false`)
			say(100, 300)
			if c.welcomeLost {
				before, _ := cable.Connections()
				cable.Set(e2e.Oneway)
				waitConnections(t, cable, before+1)
			}
			<-time.After(outage - time.Since(began)) // the outage itself is what is tested
			cable.CutClients()
			cable.Set(e2e.Whole)

			page.WaitFor("word-299")
			page.WaitUntil(`document.getElementById("banner").hidden === true`)
			var want []string
			for i := range 300 {
				want = append(want, fmt.Sprintf("word-%03d", i))
			}
			if got := words(page.Messages()); !slices.Equal(got, want) {
				t.Errorf("after the return the page has\n%v", got)
			}

			// The op from the edge happened for everybody or for nobody, and the
			// page says which.
			page.WaitUntil(`document.querySelectorAll(".sending").length === 0`)
			watcher.Say("the end")
			watcher.AwaitSaid("the end")
			happened := 0
			for _, f := range watcher.Seen[1:] {
				if f.Type() == "left" && f.Member() == browser {
					t.Errorf("somebody saw the browser leave: %v", f)
				}
				if f.Text() == "just before the cut" {
					happened++
				}
			}
			page.WaitFor("the end")
			shown := count(page.Messages(), "just before the cut")
			if happened > 1 || shown != happened {
				t.Errorf("it happened %d times and the page shows it %d times", happened, shown)
			}
			if happened == 0 {
				page.WaitUntil(`document.querySelectorAll(".unsent").length === 1`)
			}
		})
	}
}

func join(t *testing.T, s *e2e.Server, nick string) *e2e.Socket {
	t.Helper()
	socket, _ := s.Join(t, "den", nick)
	return socket
}

func waitConnections(t *testing.T, cable *e2e.Cable, n int) {
	t.Helper()
	deadline := time.After(e2e.Patience)
	for {
		have, more := cable.Connections()
		if have >= n {
			return
		}
		select {
		case <-more:
		case <-deadline:
			t.Fatalf("there were %d connections, want %d", have, n)
		}
	}
}

func words(messages []string) (found []string) {
	for _, m := range messages {
		if strings.HasPrefix(m, "word-") {
			found = append(found, m)
		}
	}
	return found
}

func count(messages []string, text string) (n int) {
	for _, m := range messages {
		if m == text {
			n++
		}
	}
	return n
}
