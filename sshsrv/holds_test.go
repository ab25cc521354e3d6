package sshsrv

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/voice/pipe"
	"sotto/sshsrv/line"
)

// held opens a server that hands out whoever it holds memory for.
func held(t *testing.T) (*house, chan rooms.Holder, chan struct{}) {
	holders, gone := make(chan rooms.Holder, 1), make(chan struct{})
	h := buildInMemory(t, withVoice, func(cfg *Config) {
		cfg.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return ctx }
		cfg.Hold = func(_ context.Context, holder rooms.Holder) func() {
			holders <- holder
			return func() { close(gone) }
		}
	})
	return h, holders, gone
}

// A connection holds what its sessions do and what was sent ahead of them. It is
// held until it has ended.
func TestConnectionHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, holders, gone := held(t)
		begin := make(chan struct{})
		h.server.screen = func(ctx context.Context, v visit) error {
			v.holds.set(1000, 100)
			<-begin
			return echoScreen(ctx, v)
		}
		h.serve()
		client := h.dial()
		holder := <-holders
		if bytes, spare := holder.Holds(); bytes != connBytes || spare != 0 {
			t.Errorf("a connection without a session holds %d, and %d to spare", bytes, spare)
		}
		for n := 1; n <= 2; n++ {
			g := session(t, client)
			g.terminal("xterm", 80, 24)
			g.start("den")
			synctest.Wait()
			if bytes, spare := holder.Holds(); bytes < connBytes+n*(sessionBytes+1000) || spare != n*100 {
				t.Errorf("with %d sessions it holds %d, and %d to spare", n, bytes, spare)
			}
			before, _ := holder.Holds()
			g.says(strings.Repeat("x", 20_000))
			synctest.Wait()
			if bytes, _ := holder.Holds(); bytes < before+20_000 {
				t.Errorf("of 20,000 bytes sent ahead it counts %d", bytes-before)
			}
		}
		close(begin)
		client.Close()
		<-gone
	})
}

// Asked to shed, every session is. Told to give way, every session is told why, and
// the connection ends, also under a client that reads nothing.
func TestConnectionGivesWay(t *testing.T) {
	for name, deaf := range map[string]bool{"to one that reads": false, "to one that doesn't": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, holders, gone := held(t)
				shed := make(chan struct{}, 2)
				h.server.screen = func(ctx context.Context, v visit) error {
					select {
					case <-v.holds.shed:
						shed <- struct{}{}
					case <-ctx.Done():
						return context.Cause(ctx)
					}
					if deaf {
						_, err := io.Copy(v.out, endless{})
						return err
					}
					<-ctx.Done()
					return context.Cause(ctx)
				}
				h.serve()
				client := h.dial()
				holder := <-holders
				first, second := session(t, client), session(t, client)
				for _, g := range []*guest{first, second} {
					g.terminal("xterm", 80, 24)
					g.start("den")
				}
				synctest.Wait()
				holder.Shed()
				holder.Shed() // while it is being done
				<-shed
				<-shed
				synctest.Wait()
				began := time.Now()
				holder.GiveWay(&rooms.Ended{Code: rooms.TooMany, Message: "There is no room left."})
				<-gone
				if took := time.Since(began); took > CutGrace+StallGrace {
					t.Errorf("it is gone after %v", took)
				}
				if !deaf && (!strings.Contains(first.err.String(), "no room left") || !strings.Contains(second.err.String(), "no room left")) {
					t.Errorf("they are told %q and %q", first.err, second.err)
				}
			})
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// What a mode without a screen keeps is counted: of lines as they are held back
// while somebody types, of pipes and programs what it may come to.
func TestLineModesHold(t *testing.T) {
	for name, c := range map[string]struct {
		command, term string
		least         int
	}{
		"a pipe":            {"den --listen", "", line.PipeHolds},
		"a voice":           {"den --voice --listen", "", pipe.Holds},
		"a program":         {"den --json --listen", "", line.FramesHold},
		"lines that follow": {"den --plain --nick zoe", "xterm", 9 * 1000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, holders, gone := held(t)
				h.serve()
				client := h.dial()
				holder := <-holders
				g := session(t, client)
				if c.term != "" {
					g.terminal(c.term, 80, 24)
				}
				g.start(c.command)
				synctest.Wait()
				if c.term != "" {
					if _, err := io.WriteString(g.in, "a line that is being typed"); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
				}
				seat, err := h.hub.Join(t.Context(), rooms.Visitor{Room: "den"})
				if err != nil {
					t.Fatal(err)
				}
				for range 20 {
					if err := seat.Do(t.Context(), rooms.Say{Text: strings.Repeat("x", 1000)}); err != nil {
						t.Fatal(err)
					}
					time.Sleep(10 * time.Millisecond)
				}
				synctest.Wait()
				if bytes, _ := holder.Holds(); bytes < connBytes+sessionBytes+c.least {
					t.Errorf("it holds %d bytes beside what it costs in any case", bytes-connBytes-sessionBytes)
				}
				seat.Close()
				client.Close()
				<-gone
			})
		})
	}
}
