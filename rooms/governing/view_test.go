package governing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/governing"
	"sotto/rooms/wire"
)

func TestWords(t *testing.T) {
	var script struct {
		Note      string
		Scenarios []struct {
			Name  string
			Steps []struct {
				Frame json.RawMessage
				Words string
			}
			Rules, Knocks []string
			Speaks, Host  *bool
		}
	}
	behaviour.Read(t, "governing", &script)
	for _, s := range script.Scenarios {
		var v governing.View
		for i, step := range s.Steps {
			f, err := wire.DecodeServer(step.Frame)
			if err != nil {
				t.Fatal(err)
			}
			if words := v.Happen(f.Event); words != step.Words {
				t.Errorf("%s, step %d: %q, want %q", s.Name, i, words, step.Words)
			}
		}
		var rules []string
		for _, rule := range governing.List(v.Rules) {
			rules = append(rules, rule.String())
		}
		if s.Rules != nil && !slices.Equal(rules, s.Rules) {
			t.Errorf("%s: the rules are %q, want %q", s.Name, rules, s.Rules)
		}
		if s.Knocks != nil && !slices.Equal(v.Knocking(), s.Knocks) {
			t.Errorf("%s: %q knock, want %q", s.Name, v.Knocking(), s.Knocks)
		}
		if why, speaks := v.Speaks(); s.Speaks != nil && speaks != *s.Speaks || speaks != (why == "") {
			t.Errorf("%s: %v, %q", s.Name, speaks, why)
		}
		if s.Host != nil && v.Host() != *s.Host {
			t.Errorf("%s: a host is %v", s.Name, v.Host())
		}
	}
}

func TestWhomAVoteIsAbout(t *testing.T) {
	var v governing.View
	bob := rooms.Member{ID: "b2", Nick: "bob"}
	v.Happen(&rooms.Welcome{You: rooms.Member{ID: "a1", Nick: "anna"}})
	for _, event := range []*rooms.Voting{{Member: bob, Needed: 3}, {Member: rooms.Member{ID: "a1", Nick: "anna"}, Needed: 5}, {Member: bob, Over: true}} {
		v.Happen(event)
		if about, runs := v.Vote(); runs == event.Over || runs && about.ID != event.Member.ID {
			t.Errorf("after %+v a vote about %v runs: %v", event, about, runs)
		}
	}
	v.Happen(&rooms.Voting{Member: bob, Needed: 3})
	v.Happen(&rooms.Left{Member: rooms.Member{ID: "c3"}, Reason: rooms.LeftQuit})
	if _, runs := v.Vote(); !runs {
		t.Error("a vote is over since somebody else left")
	}
	v.Happen(&rooms.Left{Member: bob, Reason: rooms.LeftRemoved})
	if _, runs := v.Vote(); runs {
		t.Error("a vote is about somebody who is gone")
	}
}

// A server that says ever more knocks is not remembered with all of them.
func TestKnocksAreBounded(t *testing.T) {
	var v governing.View
	v.Happen(&rooms.Welcome{})
	for i := range 1000 {
		v.Happen(&rooms.Knocking{Knock: fmt.Sprint(i), Nick: "bob"})
	}
	if n := len(v.Knocks); n != 32 {
		t.Errorf("%d knocks are kept", n)
	}
	last := v.Knocks[31]
	if k, ok := v.Knock(last.Name); !ok || k.ID != "999" {
		t.Errorf("%q is %v", last.Name, k)
	}
	v.Happen(&rooms.Knocking{Knock: "999", Nick: "bob"})
	if n := len(v.Knocks); n != 32 {
		t.Errorf("%d knocks are kept after one came twice", n)
	}
}

// The last host is gone once one leaves, or is made none, and no other is here.
func TestUnhosted(t *testing.T) {
	anna, bob := rooms.Member{ID: "a1", Nick: "anna", Host: true}, rooms.Member{ID: "b2", Nick: "bob"}
	unmade := rooms.Member{ID: "a1", Nick: "anna"}
	other := rooms.Member{ID: "c3", Nick: "cleo", Host: true}
	for _, c := range []struct {
		event   rooms.Event
		members []rooms.Member // afterwards
		want    bool
	}{
		{&rooms.Left{Member: anna}, []rooms.Member{bob}, true},
		{&rooms.Left{Member: anna}, []rooms.Member{bob, other}, false},
		{&rooms.Left{Member: bob}, []rooms.Member{unmade}, false},
		{&rooms.HostSet{Member: unmade}, []rooms.Member{unmade, bob}, true},
		{&rooms.HostSet{Member: unmade}, []rooms.Member{unmade, bob, other}, false},
		{&rooms.HostSet{Member: anna}, []rooms.Member{anna, bob}, false},
		{&rooms.Joined{Member: bob}, []rooms.Member{bob}, false},
	} {
		if got := governing.Unhosted(c.event, c.members); got != c.want {
			t.Errorf("%#v, with %v: %v", c.event, c.members, got)
		}
	}
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		rules rooms.Rules
		told  string
		means []string
	}{
		{rooms.Rules{}, "", nil},
		{rooms.Rules{Door: rooms.DoorOpen}, "", nil},
		{rooms.Rules{Door: rooms.DoorKnock, Slow: 30 * time.Second}, "door: knock, slow: 30 s",
			[]string{"Newcomers have to knock, and somebody inside lets them in.", "Each person may speak once in 30 seconds."}},
		{rooms.Rules{Door: rooms.DoorLocked, Fade: time.Hour}, "door: locked, fade: 1 h",
			[]string{"Nobody comes in without an invitation.", "What was said leaves everybody's screen after an hour, and others may have copied it."}},
		{rooms.Rules{Quiet: true, NoLinks: true}, "quiet: on, links: off",
			[]string{"Only hosts speak, and whom they let speak.", "People who came less than a minute ago post no links."}},
	} {
		if told := governing.Told(c.rules); told != c.told {
			t.Errorf("%+v is told as %q, want %q", c.rules, told, c.told)
		}
		var means []string
		for _, rule := range governing.List(c.rules) {
			means = append(means, rule.Means)
		}
		if !slices.Equal(means, c.means) {
			t.Errorf("%+v means %q, want %q", c.rules, means, c.means)
		}
	}
}

func TestTimes(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		time.Second: {"a second", "1 s"}, 90 * time.Second: {"90 seconds", "90 s"}, time.Minute: {"a minute", "1 min"}, 10 * time.Minute: {"10 minutes", "10 min"},
		time.Hour: {"an hour", "1 h"}, 90 * time.Minute: {"90 minutes", "90 min"}, 24 * time.Hour: {"24 hours", "24 h"}, 0: {"0 seconds", "0 s"},
	} {
		if have := [2]string{governing.Long(d), governing.Short(d)}; have != want {
			t.Errorf("%v is %q, want %q", d, have, want)
		}
	}
}
