//go:build !race

package seal_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// slowly is a connection that holds for so long what its seat seals.
type slowly struct {
	rooms.Participant
	until time.Time
	held  []rooms.Op
}

func (s *slowly) Do(ctx context.Context, op rooms.Op) error {
	if _, sealed := op.(rooms.Seal); sealed {
		s.held = append(s.held, op)
		return s.pass(ctx)
	}
	return s.Participant.Do(ctx, op)
}

func (s *slowly) pass(ctx context.Context) error {
	for len(s.held) > 0 && !time.Now().Before(s.until) {
		if err := s.Participant.Do(ctx, s.held[0]); err != nil {
			return err
		}
		s.held = s.held[1:]
	}
	return nil
}

func (s *slowly) Next(ctx context.Context) ([]rooms.Event, error) {
	_ = s.pass(ctx)
	return s.Participant.Next(ctx)
}

// Two who come in under the same name are called the same at every end, whoever of them
// says so late, and whoever loses it is told.
func TestLateNamesAreAlike(t *testing.T) {
	for _, late := range [][2]int{{0, 0}, {3, 0}, {0, 3}, {8, 3}, {3, 8}, {5, 5}, {20, 0}, {0, 20}} {
		t.Run(fmt.Sprint(late), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				anna := srv.enter(t, "anna")
				settle(anna)
				delayed := func(seconds int) *end {
					srv.between = func(c rooms.Participant) rooms.Participant {
						return &slowly{Participant: c, until: time.Now().Add(time.Duration(seconds) * time.Second)}
					}
					return srv.enter(t, "otter")
				}
				first := delayed(late[0])
				settle(anna, first)
				second := delayed(late[1])
				srv.between = nil
				settle(anna, first, second)
				carl := srv.enter(t, "carl")
				ends := []*end{anna, first, second, carl}
				pass(40, ends...)
				for _, e := range ends {
					e.do(rooms.Say{Text: "whom do you show?"})
					pass(10, ends...)
				}
				for i, e := range ends {
					names := slices.Sorted(slices.Values(e.Verify().Names))
					if e.Verify().Words == nil || !slices.Equal(e.Verify().Words, anna.Verify().Words) || !slices.Contains(names, "otter") {
						t.Errorf("end %d shows %q", i, names)
					}
					if e.told(seal.RosterDiffers, "") {
						t.Errorf("end %d was told %q", i, e.texts())
					}
				}
				if you := second.Verify().Names[0]; !strings.HasPrefix(you, "guest-") {
					t.Errorf("who came second is called %q", you)
				}
				w := one[*rooms.Welcome](t, second)
				renamed := slices.ContainsFunc(second.events, func(e rooms.Event) bool {
					r, ok := e.(*rooms.Renamed)
					return ok && r.Member.ID == w.You.ID
				})
				if w.You.Nick == "otter" && !renamed {
					t.Error("and was not told")
				}
			})
		})
	}
}
