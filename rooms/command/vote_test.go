package command

import (
	"slices"
	"testing"
)

func TestVote(t *testing.T) {
	for line, want := range map[string]Input{
		"/vote bob":     Vote{Nick: "bob"},
		"/vote @bob:":   Vote{Nick: "bob"},
		"/vote yes":     Vote{Nick: "yes"},
		"/vote No ":     Vote{Nick: "No"},
		"/vote":         Problem{Command: "vote", Reason: Missing, Arg: "nick"},
		"/vote bob yes": Problem{Command: "vote", Reason: Extra},
	} {
		if have := Parse(line); have != want {
			t.Errorf("%q is %#v, want %#v", line, have, want)
		}
	}
	entry, _ := Lookup("vote")
	if usage := entry.Usage(); usage != "/vote NICK|yes|no" {
		t.Errorf("written as %s", usage)
	}
	var offered []string
	for _, c := range Complete("/vote ", 6, Names{Members: func() []string { return []string{"bob"} }}).Candidates {
		offered = append(offered, c.Text)
	}
	if !slices.Equal(offered, []string{"bob", "yes", "no"}) {
		t.Errorf("offered are %q", offered)
	}
}
