package rooms_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// What makes no sense is answered a few times; then the seat ends, its source hears
// of it, and a program that now and again gets something wrong is not ended.
func TestAskingInVain(t *testing.T) {
	long := strings.Repeat("x", rooms.MaxTextBytes+1)
	for name, ask := range map[string]func(p *person) error{
		"a frame that is none": func(p *person) error {
			return p.Refuse(t.Context(), &rooms.Refused{Err: &rooms.Error{Code: rooms.BadFrame}})
		},
		"nothing to be shown": func(p *person) error { return p.Do(t.Context(), rooms.Say{Text: "\x00"}) },
		"too long":            func(p *person) error { return p.Do(t.Context(), rooms.Say{Text: long}) },
		"an answer to nothing": func(p *person) error {
			time.Sleep(500 * time.Millisecond) // it is something said, and has a rate
			return p.Do(t.Context(), rooms.Say{Text: "what?", Re: 1 << 40})
		},
		"a whisper to nobody": func(p *person) error {
			time.Sleep(500 * time.Millisecond)
			return p.Do(t.Context(), rooms.Whisper{To: "nobody", Text: "psst"})
		},
		"a bad name":         func(p *person) error { return p.Do(t.Context(), rooms.Rename{Nick: "a b"}) },
		"a taken name":       func(p *person) error { return p.Do(t.Context(), rooms.Rename{Nick: "witness"}) },
		"a topic too long":   func(p *person) error { return p.Do(t.Context(), rooms.SetTopic{Text: long}) },
		"a file from a pipe": func(p *person) error { return p.Do(t.Context(), rooms.Offer{}) },
		"passes from a pipe": func(p *person) error { return p.Do(t.Context(), rooms.Pass{Body: []byte("x")}) },
		"sealed in the open": func(p *person) error { return p.Do(t.Context(), rooms.Seal{}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := sourced(rooms.Config{SayRate: rooms.DefaultSayRate})
				offences := 0
				from := rooms.NewSource(1, nil, func() { offences++ })
				witness := enter(t, h, rooms.Visitor{Nick: "witness"})
				now := mustCome(t, h, from, rooms.Visitor{Via: rooms.ViaPipe})
				for range 3 * rooms.VainBurst {
					if err := ask(now); err != nil {
						t.Fatalf("ended for something each few seconds: %v", err)
					}
					now.take()
					time.Sleep(time.Duration(float64(time.Second) / rooms.VainRate))
				}
				now.do(rooms.Leave{})
				witness.take()

				p := mustCome(t, h, from, rooms.Visitor{Via: rooms.ViaPipe})
				answers := 0
				for answers <= 3*rooms.VainBurst {
					if ask(p) != nil {
						break
					}
					events, err := p.Take()
					if err != nil {
						break
					}
					if want[*rooms.Refused](t, events).Err.Code == rooms.RateLimited {
						t.Fatal("it came too early, which is something else")
					}
					answers++
				}
				if answers < rooms.VainBurst || answers > 2*rooms.VainBurst {
					t.Errorf("%d answers", answers)
				}
				if events := untilEnd(t, p, rooms.TooMany); len(events) > 0 {
					t.Errorf("before the end came %s", show(events))
				}
				if left := lefts(witness.take()); len(left) != 1 || left[0].Reason != rooms.LeftLost || offences != 1 {
					t.Errorf("left: %v; %d offences", left, offences)
				}
				if err := p.back(h); !isRefused(err, rooms.BadTicket) {
					t.Errorf("whoever was ended comes back: %v", err)
				}
			})
		})
	}
}

// Bytes that say nothing are counted like what makes no sense.
func TestAir(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		p := enter(t, h, rooms.Visitor{})
		for range 1000 {
			p.Air(500)
			p.Air(-500)
			time.Sleep(time.Second)
		}
		p.do(rooms.Sync{})
		for range rooms.VainBurst + 1 {
			p.Air(rooms.AirBytes)
		}
		untilEnd(t, p, rooms.TooMany)
	})
}

// Whoever asks for much that is for them alone is read more slowly, and never
// ended; whoever asks for it in the way of an honest program waits for nothing.
func TestAskingForMuch(t *testing.T) {
	const minute = 60
	for name, c := range map[string]struct {
		ask   func(p *person) error
		bytes int // of the frame
		most  int // in a minute
	}{
		"barriers":              {func(p *person) error { return p.Do(t.Context(), rooms.Sync{}) }, 20, rooms.AskBurst + minute*rooms.AskRate},
		"what is held":          {func(p *person) error { return p.Do(t.Context(), rooms.Inspect{}) }, 12, (rooms.AskBurst + minute*rooms.AskRate) / 64},
		"acks of nothing":       {func(p *person) error { return p.Do(t.Context(), rooms.Ack{}) }, 20, rooms.AskBurst + minute*rooms.AskRate},
		"acks as long as a say": {func(p *person) error { return p.Do(t.Context(), rooms.Ack{}) }, 60_000, (rooms.AskBurst + minute*rooms.AskRate) / 234},
		"typing":                {func(p *person) error { return p.Do(t.Context(), rooms.Typing{}) }, 14, rooms.AskBurst + minute*rooms.AskRate},
		"words that come too early": {func(p *person) error { return p.Do(t.Context(), rooms.Say{Text: "x"}) }, 30,
			(rooms.AskBurst+minute*rooms.AskRate)/4 + 10 + minute*rooms.DefaultSayRate},
		"long ones with nothing in them": {func(p *person) error { return p.Do(t.Context(), rooms.Say{Text: "x"}) }, 60_000,
			(rooms.AskBurst+minute*rooms.AskRate)/234 + 10 + minute*rooms.DefaultSayRate},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
				p := enter(t, h, rooms.Visitor{})
				ctx, cancel := context.WithTimeout(t.Context(), minute*time.Second)
				defer cancel()
				asked := 0
				for ; p.Ease(ctx) == nil; asked++ {
					p.Heard(c.bytes)
					if err := c.ask(p); err != nil {
						t.Fatalf("ended: %v", err)
					}
					p.take()
				}
				if asked > c.most+2 || asked < c.most/2 {
					t.Errorf("asked %d times in a minute, want %d at most", asked, c.most)
				}
			})
		})
	}
	t.Run("a program that waits for a barrier after each op", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := rooms.NewHub(rooms.Config{SayRate: 0})
			p := enter(t, h, rooms.Visitor{Resumable: true})
			for i := range 10_000 {
				p.Heard(40)
				p.do(rooms.Say{Text: "hello"})
				p.Heard(20)
				p.do(rooms.Sync{ID: fmt.Sprint(i)})
				p.take()
				p.do(rooms.Ack{Seq: 1 << 40})
				if pause := p.Pause(); pause > 0 {
					t.Fatalf("has to wait for %v after %d", pause, i)
				}
				time.Sleep(4 * time.Millisecond)
			}
		})
	})
}
