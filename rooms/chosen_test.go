package rooms_test

import (
	"testing"

	"sotto/rooms"
)

// TestChosenName: which name goes along from which room to which.
func TestChosenName(t *testing.T) {
	const link = "https://chat.example/s/#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	chosen := &rooms.Renamed{Member: rooms.Member{Nick: "by-nick"}, ID: "t1"}
	given := &rooms.Renamed{Member: rooms.Member{Nick: "given"}}
	for name, c := range map[string]struct {
		got  rooms.Chosen
		want string
	}{
		"from the door":               {rooms.Choose("pia").Toward("den"), "pia"},
		"from the door, sealed":       {rooms.Choose("pia").Toward(link), "pia"},
		"none":                        {rooms.Choose("").In(rooms.KindOpen).Toward("den"), ""},
		"open to open":                {rooms.Choose("pia").In(rooms.KindOpen).Toward("den"), "pia"},
		"open to open by its address": {rooms.Choose("pia").In(rooms.KindOpen).Toward("http://chat.example/r/x"), "pia"},
		"open to sealed":              {rooms.Choose("pia").In(rooms.KindOpen).Toward(link), ""},
		"sealed to open":              {rooms.Choose("pia").In(rooms.KindSealed).Toward("den"), ""},
		"sealed to open by address":   {rooms.Choose("pia").In(rooms.KindSealed).Toward("http://chat.example/r/x"), ""},
		"sealed to sealed":            {rooms.Choose("pia").In(rooms.KindSealed).Toward(link), ""},
		"not let into a sealed one":   {rooms.Choose("pia").Toward(link).Toward("den"), ""},
		"sealed, open, open":          {rooms.Choose("pia").In(rooms.KindSealed).Toward("a").Toward("b"), ""},
		"/nick":                       {rooms.Choose("").In(rooms.KindOpen).Renamed(chosen).Toward("den"), "by-nick"},
		"/nick in a sealed one":       {rooms.Choose("").In(rooms.KindSealed).Renamed(chosen).Toward("den"), ""},
		"a name that was given":       {rooms.Choose("").In(rooms.KindOpen).Renamed(given).Toward("den"), ""},
	} {
		if got := c.got.Nick(); got != c.want {
			t.Errorf("%s: %q goes along, want %q", name, got, c.want)
		}
	}
}
