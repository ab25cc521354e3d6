package leaping_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/leaping"
)

// stage is a room with a host and others, from which the host leaps.
type stage struct {
	t       *testing.T
	h       *rooms.Hub
	host    *rooms.Seat
	welcome *rooms.Welcome
	others  []*rooms.Seat
	ids     []string
	fresh   atomic.Int32 // rooms that are there beside
}

func newStage(t *testing.T, others int) *stage {
	s := &stage{t: t}
	s.h = rooms.NewHub(rooms.Config{Emptied: func() { s.fresh.Add(-1) }})
	s.host, s.welcome = s.come(true)
	for range others {
		seat, w := s.come(false)
		s.others, s.ids = append(s.others, seat), append(s.ids, w.You.ID)
	}
	s.take(s.host)
	return s
}

func (s *stage) come(host bool) (*rooms.Seat, *rooms.Welcome) {
	s.t.Helper()
	seat, err := s.h.Join(s.t.Context(), rooms.Visitor{Room: "lobby", Host: host})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { seat.Close() })
	return seat, s.take(seat)[0].(*rooms.Welcome)
}

func (s *stage) take(seat *rooms.Seat) (all []rooms.Event) {
	s.t.Helper()
	for {
		events, err := seat.Take()
		if err != nil {
			s.t.Fatal(err)
		}
		if len(events) == 0 {
			return all
		}
		all = append(all, events...)
	}
}

func (s *stage) enter(ctx context.Context, where string) (*rooms.Seat, error) {
	seat, err := s.h.Join(ctx, rooms.Visitor{Room: where, Host: true})
	if err == nil && seat.Made() {
		s.fresh.Add(1)
	}
	return seat, err
}

// leaps has the host leap by a way to enter, and hears what comes back meanwhile.
func (s *stage) leaps(rules rooms.Rules, to []string, enter func(context.Context, string) (*rooms.Seat, error)) (*leaping.Leap, *rooms.Seat, error) {
	s.t.Helper()
	l := leaping.New(s.host, rooms.KindOpen, rules, "leap", to)
	type result struct {
		seat *rooms.Seat
		err  error
	}
	done := make(chan result, 1)
	ctx := l.Begin(s.t.Context())
	go func() {
		seat, err := leaping.Into(ctx, l, nil, enter)
		done <- result{seat, err}
	}()
	synctest.Wait()
	for _, e := range s.take(s.host) {
		l.Heard(e)
	}
	r := <-done
	return l, r.seat, r.err
}

func TestLeap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, 3)
		rules := rooms.Rules{Door: rooms.DoorLocked, Slow: 30 * time.Second, Fade: time.Hour, Quiet: true, NoLinks: true}
		l, seat, err := s.leaps(rules, s.ids[:2], s.enter)
		if err != nil || l.Asked() != 2 {
			t.Fatalf("%d were asked: %v", l.Asked(), err)
		}
		defer seat.Close()
		events := s.take(seat)
		welcome := events[0].(*rooms.Welcome)
		set, _ := events[len(events)-1].(*rooms.RulesSet)
		along := rules
		along.Door = rooms.DoorOpen
		if !welcome.You.Host || set == nil || set.Rules != along {
			t.Errorf("in the fresh room there are %+v and %+v", welcome.You, set)
		}
		for i, other := range s.others {
			told := false
			for _, e := range s.take(other) {
				leapt, ok := e.(*rooms.Leapt)
				told = told || ok && leapt.Room == welcome.Room
			}
			if told != (i < 2) {
				t.Errorf("number %d is told of the fresh room: %v", i, told)
			}
		}
		follower, err := s.enter(t.Context(), string(welcome.Room))
		if err != nil {
			t.Fatal(err)
		}
		defer follower.Close()
		if follower.Made() {
			t.Error("who follows makes the room")
		}
	})
}

// TestLeapFails: where anything fails nobody is told, or the host stays, and nothing is
// left of the fresh room.
func TestLeapFails(t *testing.T) {
	for name, test := range map[string]struct {
		play func(s *stage) (*rooms.Seat, error)
		code rooms.Code
		told bool
	}{
		"no host any more": {func(s *stage) (*rooms.Seat, error) {
			_, seat, err := s.leaps(rooms.Rules{}, s.ids, func(ctx context.Context, where string) (*rooms.Seat, error) {
				seat, err := s.enter(ctx, where)
				_ = s.host.Do(ctx, rooms.MakeHost{To: s.welcome.You.ID})
				return seat, err
			})
			return seat, err
		}, rooms.NotHost, false},
		"all have left": {func(s *stage) (*rooms.Seat, error) {
			_, seat, err := s.leaps(rooms.Rules{}, []string{"gone"}, s.enter)
			return seat, err
		}, rooms.UnknownMember, false},
		"twice": {func(s *stage) (*rooms.Seat, error) {
			_ = s.host.Do(s.t.Context(), rooms.Leap{ID: "before", Room: "other", To: s.ids})
			_, seat, err := s.leaps(rooms.Rules{}, s.ids, s.enter)
			return seat, err
		}, rooms.RateLimited, true},
		"taken": {func(s *stage) (*rooms.Seat, error) {
			_, seat, err := s.leaps(rooms.Rules{}, s.ids, func(ctx context.Context, where string) (*rooms.Seat, error) {
				first, err := s.enter(ctx, where)
				if err != nil {
					return nil, err
				}
				s.t.Cleanup(func() { _ = first.Do(context.Background(), rooms.Leave{}) })
				return s.enter(ctx, where)
			})
			return seat, err
		}, rooms.NotAllowed, false},
		"taken, behind a door": {func(s *stage) (*rooms.Seat, error) {
			_, seat, err := s.leaps(rooms.Rules{}, s.ids, func(context.Context, string) (*rooms.Seat, error) {
				return nil, &rooms.Error{Code: rooms.AtTheDoor, Message: "Knock."}
			})
			return seat, err
		}, rooms.NotAllowed, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, 2)
				seat, err := test.play(s)
				var refused *rooms.Error
				if seat != nil || !errors.As(err, &refused) || refused.Code != test.code || refused.Message == "" {
					t.Fatalf("%v, %v", seat, err)
				}
				for _, other := range s.others {
					for _, e := range s.take(other) {
						if leapt, ok := e.(*rooms.Leapt); ok && !test.told {
							t.Errorf("somebody is told of %s", leapt.Room)
						}
					}
				}
				if test.code != rooms.NotAllowed && s.fresh.Load() != 0 {
					t.Errorf("%d rooms are left", s.fresh.Load())
				}
			})
		})
	}
}

// mute is a room that is left which never answers.
type mute struct{ *rooms.Seat }

func (mute) Do(context.Context, rooms.Op) error { return nil }

func TestLeapWithoutAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, 1)
		for name, within := range map[string]time.Duration{"given up": time.Second, "late": time.Minute} {
			l := leaping.New(mute{s.host}, rooms.KindOpen, rooms.Rules{}, "leap", s.ids)
			ctx := l.Begin(t.Context())
			late := time.AfterFunc(within, l.GiveUp)
			seat, err := leaping.Into(ctx, l, nil, s.enter)
			late.Stop()
			var refused *rooms.Error
			if seat != nil || errors.Is(err, context.Canceled) == errors.As(err, &refused) {
				t.Errorf("%s: %v, %v", name, seat, err)
			}
			if s.fresh.Load() != 0 {
				t.Errorf("%s: %d rooms are left", name, s.fresh.Load())
			}
			l.GiveUp()
		}
		var none *leaping.Leap
		none.GiveUp()
		if none.Heard(&rooms.Synced{}) || none.Asked() != 0 {
			t.Error("a leap that is none hears something")
		}
		if err := s.host.Do(t.Context(), rooms.Leave{}); err != nil && !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	})
}
