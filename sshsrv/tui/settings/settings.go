// Package settings is how somebody wants a room to be shown to them, as they can say it
// at the door: in a command line, in variables that their ssh was told to send, or to the
// native client. Each has a closed list of what it takes, and what is kept is the list's
// own word, never the stranger's.
//
// It knows no door, and nothing of what the settings do.
package settings

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a server that is locked up, and a machine without zones, know them too

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// Settings are somebody's choices. An empty one is the usual. The tags say what each is
// held for; /privacy shows them.
type Settings struct {
	Theme  string `held:"the colours that you asked for at the door"`
	Notify string `held:"what you asked at the door to be called by"`
	Times  string `held:"whether you asked at the door for every message's time"`
	Fold   string `held:"whether you asked at the door that much at once is folded"`
	Zone   string `held:"the time zone that you named at the door"`
}

// Names are the settings' own, as options and variables name them.
var Names = []string{"theme", "notify", "times", "fold", "tz"}

// takes is what each takes, for a sentence.
var takes = map[string]string{
	"theme":  "the name of a theme, such as dark, light or mono",
	"notify": "off, mentions or all",
	"times":  "on or off",
	"fold":   "on or off",
	"tz":     "a time zone as Europe/Berlin is one, or UTC",
}

// Takes says what a setting takes, in the middle of a sentence.
func Takes(name string) string { return takes[name] }

// Of is the setting of a name, or nil.
func (s *Settings) Of(name string) *string {
	switch name {
	case "theme":
		return &s.Theme
	case "notify":
		return &s.Notify
	case "times":
		return &s.Times
	case "fold":
		return &s.Fold
	case "tz":
		return &s.Zone
	}
	return nil
}

// Set chooses what a setting is, in any case, and reports whether it takes that.
func (s *Settings) Set(name, value string) bool {
	into := s.Of(name)
	if into == nil {
		return false
	}
	chosen := ""
	switch name {
	case "theme":
		if _, ok := theme.Find(value, theme.Dark, theme.None); ok {
			chosen = rooms.Apart(strings.Clone(value)) // it may be a name and its ground
		}
	case "notify":
		chosen = among(value, "off", "mentions", "all")
	case "tz":
		chosen = among(value, zones()...)
	default:
		chosen = among(value, "on", "off")
	}
	if chosen != "" {
		*into = chosen
	}
	return chosen != ""
}

func among(value string, list ...string) string {
	if i := slices.IndexFunc(list, func(each string) bool { return strings.EqualFold(each, value) }); i >= 0 {
		return list[i]
	}
	return ""
}

// Over are these settings, and of others those that are not among these.
func (s Settings) Over(others Settings) Settings {
	for _, name := range Names {
		into := s.Of(name)
		*into = cmp.Or(*into, *others.Of(name))
	}
	return s
}

// zoneNames are all that there are, a line each: what Go's own copy of the time zones
// has. What is not among them is never looked for, so no name of a stranger's is a path.
//
//go:embed zones.txt
var zoneNames string

func zones() []string { return strings.Fields(zoneNames) }

// Location is the clock of the zone that was named, or nil if none was.
func (s Settings) Location() *time.Location {
	if s.Zone == "" {
		return nil
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil
	}
	return zone
}
