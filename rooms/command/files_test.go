package command

import "testing"

func TestFileCommands(t *testing.T) {
	for line, want := range map[string]Input{
		"/send":                      Send{},
		"/send my plan.pdf ":         Send{File: "my plan.pdf"},
		"/take":                      Take{},
		"/take 12":                   Take{Number: 12},
		"/take #3":                   Take{Number: 3},
		"/take plan.pdf":             Problem{Command: "take", Reason: BadChoice, Arg: "number"},
		"/take -1":                   Problem{Command: "take", Reason: BadChoice, Arg: "number"},
		"/take 18446744073709551617": Problem{Command: "take", Reason: BadChoice, Arg: "number"},
		"/take 1 2":                  Problem{Command: "take", Reason: Extra},
		"/cancel 2":                  Cancel{Number: 2},
		"/cancel":                    Cancel{},
	} {
		if have := Parse(line); have != want {
			t.Errorf("%q is %#v, want %#v", line, have, want)
		}
	}
}
