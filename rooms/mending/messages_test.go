package mending

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

// TestMessages plays what the screen and the browser's page play as well, as far as it is
// kept here: not in which order people reacted, nor who took something back.
func TestMessages(t *testing.T) {
	type reaction struct {
		Emoji string
		Names []string
		Mine  bool
	}
	type option struct {
		Option string
		Count  int
		Mine   bool
	}
	type shown struct {
		As, Text, By  string
		Changed, Gone bool
		Reactions     []reaction
		Poll          []option
	}
	var script struct {
		Note  string
		Cases []struct {
			Name  string
			Steps []struct {
				Do, By, As, Text, Re, Emoji string
				Options                     []string
				Gone                        bool
				Count, Calls                *int
				Shows                       []shown
			}
		}
	}
	behaviour.Read(t, "mending", &script)
	for _, c := range script.Cases {
		t.Run(c.Name, func(t *testing.T) {
			ignored := map[string]bool{}
			nicks := map[string]string{}
			m := Messages{Keep: 10, Names: 20, Begins: func(text string) string { return text }, Hidden: func(who rooms.Person) bool { return ignored[who.ID] }}
			m.Happen(&rooms.Welcome{You: rooms.Member{ID: "low-fern"}}, time.Now())
			seq, seqs := uint64(0), map[string]uint64{"never": 999}
			for i, step := range c.Steps {
				from := rooms.Person{ID: step.By, Nick: step.By}
				if nick, ok := nicks[step.By]; ok {
					from.Nick = nick
				}
				seq++
				re := seqs[step.Re]
				switch step.Do {
				case "say", "act":
					seqs[step.As] = seq
					m.Happen(&rooms.Said{Seq: seq, From: from, Text: step.Text, Action: step.Do == "act", Options: step.Options, Gone: step.Gone}, time.Now())
				case "react", "unreact":
					m.Happen(&rooms.Reacted{Seq: seq, From: from, Re: re, Emoji: step.Emoji, On: step.Do == "react"}, time.Now())
				case "amend":
					m.Happen(&rooms.Amended{Seq: seq, From: from, Re: re, Text: step.Text}, time.Now())
				case "retract":
					m.Happen(&rooms.Retracted{Seq: seq, From: from, Re: re}, time.Now())
				case "renamed":
					nicks[step.By] = step.Text
				case "ignore", "unignore":
					ignored[step.By] = step.Do == "ignore"
				}
				for _, want := range step.Shows {
					of := m.Of(seqs[want.As])
					if of == nil {
						if !want.Gone {
							t.Errorf("step %d: %q is not kept", i, want.As)
						}
						continue
					}
					have := shown{As: want.As, By: want.By, Text: of.Begins, Changed: len(of.Before) > 0, Gone: of.Gone}
					for _, text := range of.Options {
						have.Poll = append(have.Poll, option{Option: text})
					}
					for _, r := range m.Shown(of) {
						if n, err := strconv.Atoi(r.Emoji); err == nil {
							have.Poll[n-1].Count, have.Poll[n-1].Mine = r.Count, r.Mine
							continue
						}
						is := reaction{Emoji: r.Emoji, Mine: r.Mine}
						for _, by := range r.By {
							is.Names = append(is.Names, by.Nick)
						}
						have.Reactions = append(have.Reactions, is)
					}
					for j := range want.Reactions {
						want.Reactions[j].Names = slices.DeleteFunc(want.Reactions[j].Names, func(nick string) bool { return nick == "low-fern" })
						if len(want.Reactions[j].Names) == 0 {
							want.Reactions[j].Names = nil
						}
					}
					if !reflect.DeepEqual(have, want) {
						t.Errorf("step %d:\nhave %+v\nwant %+v", i, have, want)
					}
				}
			}
		})
	}
}

// However many react, and however often something is changed, no more is kept than is said.
func TestMessagesAreBounded(t *testing.T) {
	m := Messages{Keep: 3, Names: 2, Begins: func(text string) string { return text }}
	m.Happen(&rooms.Welcome{You: rooms.Member{ID: "you"}}, time.Now())
	for seq := range uint64(10) {
		m.Happen(&rooms.Said{Seq: seq + 1, From: rooms.Person{ID: "1", Nick: "anna"}, Text: "secret"}, time.Now())
	}
	for i := range 100 {
		id := fmt.Sprint("p", i)
		m.Happen(&rooms.Reacted{Re: 10, From: rooms.Person{ID: id, Nick: id}, Emoji: "👍", On: true}, time.Now())
		m.Happen(&rooms.Reacted{Re: 10, From: rooms.Person{ID: id, Nick: id}, Emoji: fmt.Sprint("e", i), On: true}, time.Now())
		m.Happen(&rooms.Amended{Re: 10, From: rooms.Person{ID: "1"}, Text: fmt.Sprint("secret ", i)}, time.Now())
	}
	of := m.Of(10)
	if m.Of(7) != nil || m.Of(8) == nil || len(of.Reactions) != rooms.MaxReactionKinds || of.Reactions[0].Count != 100 || len(of.Reactions[0].By) != 2 || len(of.Before) != maxBefore {
		t.Errorf("%+v", of)
	}
	for i := range 100 {
		m.Happen(&rooms.Reacted{Re: 10, From: rooms.Person{ID: fmt.Sprint("p", i)}, Emoji: "👍"}, time.Now())
	}
	if of.Reactions[0].Emoji == "👍" {
		t.Errorf("what nobody has there any more is %+v", of.Reactions[0])
	}
	if !of.Was("secret 99") || !of.Was("secret 90") || of.Was("") {
		t.Error("what it was is not known")
	}
	m.Happen(&rooms.Retracted{Re: 10, From: rooms.Person{ID: "1"}}, time.Now())
	if of.Was("secret 99") || of.Begins != "" || len(of.Reactions) > 0 || m.Reacted(99) != nil {
		t.Errorf("%+v is kept of what was taken back", of)
	}
}
