package settings

import (
	"slices"
	"strings"
	"testing"
)

func TestSet(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"theme", "light", "light"}, {"theme", "ember-dark", "ember-dark"}, {"theme", "pink", ""}, {"theme", "", ""},
		{"notify", "all", "all"}, {"notify", "Mentions", "mentions"}, {"notify", "on", ""},
		{"times", "on", "on"}, {"times", "OFF", "off"}, {"times", "yes", ""}, {"times", "1", ""},
		{"fold", "off", "off"}, {"fold", "all", ""},
		{"tz", "Europe/Berlin", "Europe/Berlin"}, {"tz", "europe/berlin", "Europe/Berlin"}, {"tz", "UTC", "UTC"}, {"tz", "Etc/GMT+5", "Etc/GMT+5"},
		{"tz", "Local", ""}, {"tz", "", ""}, {"tz", "../etc/passwd", ""}, {"tz", "/etc/localtime", ""}, {"tz", "Europe", ""},
		{"tz", "Europe/../Europe/Berlin", ""}, {"tz", "right/Europe/Berlin", ""}, {"tz", "localtime", ""}, {"tz", "Europe/Berlin\x00", ""}, {"tz", "Europe/Berlin\n", ""},
		{"room", "den", ""}, {"", "", ""},
	} {
		var s Settings
		if ok := s.Set(c.name, c.value); ok != (c.want != "") {
			t.Errorf("%s %q: taken: %v", c.name, c.value, ok)
		}
		if into := s.Of(c.name); into != nil && *into != c.want {
			t.Errorf("%s %q is kept as %q", c.name, c.value, *into)
		}
	}
}

// TestEverySettingSaysWhatItTakes, and has a place.
func TestEverySettingSaysWhatItTakes(t *testing.T) {
	var s Settings
	for _, name := range Names {
		if Takes(name) == "" || s.Of(name) == nil {
			t.Errorf("%s is no setting", name)
		}
	}
}

// TestEveryZoneIsThere loads each that is offered.
func TestEveryZoneIsThere(t *testing.T) {
	if len(zones()) < 500 {
		t.Fatalf("%d zones only", len(zones()))
	}
	for _, name := range zones() {
		s := Settings{Zone: name}
		if zone := s.Location(); zone == nil || zone.String() != name || len(name) > 32 {
			t.Errorf("%s is no zone", name)
		}
	}
}

func TestOver(t *testing.T) {
	have := Settings{Theme: "light", Times: "on"}.Over(Settings{Theme: "dark", Zone: "UTC"})
	if have != (Settings{Theme: "light", Times: "on", Zone: "UTC"}) {
		t.Errorf("it is %+v", have)
	}
}

// FuzzZone: what is taken is one of the list and loads, whatever was asked for.
func FuzzZone(f *testing.F) {
	for _, s := range []string{"Europe/Berlin", "../../etc/passwd", "/dev/zero", "Local", "utc", "Europe//Berlin", "posix/UTC", strings.Repeat("a/", 99)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var s Settings
		if !s.Set("tz", value) {
			if s != (Settings{}) {
				t.Fatalf("%q left %+v", value, s)
			}
			return
		}
		if !slices.Contains(zones(), s.Zone) || !strings.EqualFold(s.Zone, value) || s.Location() == nil {
			t.Fatalf("%q is taken as %q", value, s.Zone)
		}
	})
}
