package rooms_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

func rulesSet(events []rooms.Event) (set []*rooms.RulesSet) {
	for _, e := range events {
		if s, ok := e.(*rooms.RulesSet); ok {
			set = append(set, s)
		}
	}
	return set
}

// A flood of newcomers who say nothing, or all the same, closes the door for a while; a
// crowd of people does not, nor one in a room where nobody has anything to lose.
func TestFlood(t *testing.T) {
	crowd := rooms.FloodSize + 1
	for name, c := range map[string]struct {
		people  int
		every   time.Duration
		says    func(i int) string
		silence bool // so far, of those who are there
		flood   bool
	}{
		"silent":        {people: crowd, flood: true},
		"few":           {people: crowd - 1},
		"slow":          {people: 2 * crowd, every: rooms.FloodWithin/rooms.FloodSize + time.Millisecond},
		"just in time":  {people: crowd, every: rooms.FloodWithin / rooms.FloodSize, flood: true},
		"all the same":  {people: crowd, says: func(int) string { return "buy" }, flood: true},
		"a class":       {people: crowd, says: func(i int) string { return fmt.Sprint("hello ", i) }},
		"one speaks":    {people: crowd, says: func(i int) string { return map[int]string{7: "hello"}[i] }},
		"they are all":  {people: crowd, silence: true},
		"a whole flood": {people: 3 * crowd, flood: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{})
				boss := doorkeeper(t, h, rooms.DoorOpen)
				if !c.silence {
					boss.do(rooms.Say{Text: "so"})
				}
				time.Sleep(rooms.FloodWithin + time.Second)
				for i := range c.people {
					p := enter(t, h, rooms.Visitor{})
					if c.says != nil {
						if text := c.says(i); text != "" {
							p.do(rooms.Say{Text: text})
						}
					}
					time.Sleep(c.every)
				}
				time.Sleep(rooms.FloodJudged)
				synctest.Wait()
				set := rulesSet(boss.take())
				switch {
				case !c.flood && len(set) > 0:
					t.Fatalf("the rules are %+v", set[0])
				case !c.flood:
					return
				case len(set) != 1 || set[0].Why != rooms.RulesFlood || set[0].Rules.Door != rooms.DoorKnock || set[0].From.ID != "":
					t.Fatalf("told is %+v", set)
				}
				if _, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"}); !isRefused(err, rooms.AtTheDoor) {
					t.Errorf("the next who comes: %v", err)
				}
				// They go on for a while: then it takes that much longer.
				time.Sleep(rooms.BridgeFor / 2)
				for range crowd {
					_, _ = h.Join(t.Context(), rooms.Visitor{Room: "lobby"})
				}
				time.Sleep(rooms.BridgeFor - time.Second)
				if set := rulesSet(boss.take()); len(set) > 0 {
					t.Errorf("not ten minutes later: %+v", set[0])
				}
				time.Sleep(rooms.FloodJudged + time.Second)
				synctest.Wait()
				if set := rulesSet(boss.take()); len(set) != 1 || set[0].Why != rooms.RulesCalm || set[0].Rules.Door != rooms.DoorOpen {
					t.Errorf("after ten quiet minutes: %+v", set)
				}
				enter(t, h, rooms.Visitor{})
			})
		})
	}
}
