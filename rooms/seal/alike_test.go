package seal_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// shown is a message as somebody shows it by what they were told.
type shown struct {
	text      string
	gone      bool
	reactions map[string][]string
}

// Whoever was there from the beginning shows the same, whatever is said, changed, taken
// back and reacted to at once, over an honest server that is too busy now and then.
func TestAllShowTheSameOfIt(t *testing.T) {
	reactions, gone, changed := 0, 0, 0 // in all runs: who comes first is not in a seed's hand
	for seed := range uint64(8) {
		synctest.Test(t, func(t *testing.T) {
			dice := rand.New(rand.NewPCG(seed, 18))
			srv := newServer()
			begun := false
			srv.between = func(c rooms.Participant) rooms.Participant {
				r, busy := &relay{Participant: c}, false
				r.takes = func(op rooms.Op) bool {
					switch op := op.(type) {
					case rooms.Sync:
						busy = busy && len(r.inject) > 0 // its sender does not know yet
					case rooms.Seal:
						if busy = busy || begun && dice.IntN(12) == 0; busy { // so is all that could be behind it
							r.inject = append(r.inject, &rooms.Refused{ID: op.ID, Err: &rooms.Error{Code: rooms.RateLimited, Message: "The room is busy."}})
							return false
						}
					}
					return true
				}
				return r
			}
			nicks := []string{"anna", "bob", "carl", "dora"}
			var all []*end
			for _, nick := range nicks {
				all = append(all, srv.enter(t, nick))
				settle(all...)
			}
			pass(3, all...)
			begun = true
			state := make([][]shown, len(all)) // by the order in which it was said
			index := make([]map[uint64]int, len(all))
			for i := range all {
				index[i] = map[uint64]int{}
			}
			take := func() {
				settle(all...)
				for i, e := range all {
					for _, event := range e.events {
						switch event := event.(type) {
						case *rooms.Said:
							index[i][event.Seq] = len(state[i])
							state[i] = append(state[i], shown{event.Text, event.Gone, map[string][]string{}})
						case *rooms.Amended:
							state[i][index[i][event.Re]].text = event.Text
						case *rooms.Retracted:
							state[i][index[i][event.Re]] = shown{gone: true}
						case *rooms.Reacted:
							m := state[i][index[i][event.Re]].reactions
							m[event.Emoji] = slices.DeleteFunc(m[event.Emoji], func(nick string) bool { return nick == event.From.Nick })
							if event.On {
								m[event.Emoji] = append(m[event.Emoji], event.From.Nick)
							}
						case *rooms.Notice, *rooms.Gap:
							t.Errorf("seed %d: %s is told %+v", seed, nicks[i], event)
						}
					}
					e.events = nil
				}
			}
			for range 150 {
				for range 1 + dice.IntN(4) { // at once
					i := dice.IntN(len(all))
					var seqs []uint64
					for seq := range index[i] {
						seqs = append(seqs, seq)
					}
					slices.Sort(seqs)
					re := uint64(1)
					if len(seqs) > 0 {
						re = seqs[max(0, len(seqs)-1-dice.IntN(4))]
					}
					switch dice.IntN(10) {
					case 0, 1:
						all[i].do(rooms.Say{Text: fmt.Sprint("words ", dice.Uint64())})
					case 2, 3, 4:
						all[i].do(rooms.Amend{Re: re, Text: fmt.Sprint("others ", dice.Uint64())})
					case 5:
						all[i].do(rooms.Retract{Re: re})
					default:
						all[i].do(rooms.React{Re: re, Emoji: []string{"👍", "🎉", "❤️"}[dice.IntN(3)], On: dice.IntN(3) > 0})
					}
				}
				time.Sleep(time.Second)
				take()
			}
			for i := range all {
				if !reflect.DeepEqual(state[i], state[0]) {
					t.Errorf("seed %d: %s shows\n%+v, and anna\n%+v", seed, nicks[i], state[i], state[0])
				}
			}
			for _, m := range state[0] {
				if m.gone {
					gone++
				}
				if strings.HasPrefix(m.text, "others") {
					changed++
				}
				for _, who := range m.reactions {
					reactions += len(who)
				}
			}
		})
	}
	if reactions < 100 || gone < 30 || changed < 30 {
		t.Errorf("%d reactions, %d taken back, %d changed show little", reactions, gone, changed)
	}
}
