package rooms_test

import (
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

func TestNamed(t *testing.T) {
	var script struct {
		Note    string
		Rosters []struct {
			Names []string
			Asks  []struct {
				Typed, Who      string
				Nobody, Several bool
				Begins          []string // is completion's; see rooms/command
			}
		}
	}
	behaviour.Read(t, "people", &script)
	for _, roster := range script.Rosters {
		for _, ask := range roster.Asks {
			i, found := rooms.Named(roster.Names, ask.Typed)
			who := ""
			if found == rooms.OneFound {
				who = roster.Names[i]
			}
			if who != ask.Who || (found == rooms.NoneFound) != ask.Nobody || (found == rooms.SeveralFound) != ask.Several {
				t.Errorf("%+q is %+q (%d), want %+v", ask.Typed, who, found, ask)
			}
		}
	}
}
