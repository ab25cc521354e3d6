package command

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

func TestParse(t *testing.T) {
	var vectors []struct {
		Line string
		Want described
	}
	behaviour.Read(t, "parse", &vectors)
	called := map[string]bool{}
	for _, v := range vectors {
		have := describe(t, Parse(v.Line))
		if !reflect.DeepEqual(have, v.Want) {
			h, _ := json.Marshal(have)
			w, _ := json.Marshal(v.Want)
			t.Errorf("%q\nhave %s\nwant %s", v.Line, h, w)
		}
		if have.Kind == "call" {
			called[*have.Name] = true
		}
	}
	for _, entry := range Table(Browser) {
		if !called[entry.Name] {
			t.Errorf("no vector calls /%s", entry.Name)
		}
	}
}

// What does nothing in a place is not offered there.
func TestCompleteWhere(t *testing.T) {
	for where, want := range map[Where]int{Terminal: 2, Lines: 0} {
		found := 0
		for _, line := range []string{"/cle", "/help them"} {
			found += len(Complete(line, len(line), Names{Commands: func() []Entry { return Table(where) }}).Candidates)
		}
		if found != want {
			t.Errorf("at %d %d commands are offered, want %d", where, found, want)
		}
	}
}

func TestComplete(t *testing.T) {
	var vectors struct {
		Source  struct{ Members, Ignored, Knocking, Rooms, Themes []string }
		Note    string
		Vectors []struct {
			Line string
			Want []string
		}
	}
	behaviour.Read(t, "complete", &vectors)
	list := func(s []string) func() []string { return func() []string { return s } }
	source := Names{Members: list(vectors.Source.Members), Ignored: list(vectors.Source.Ignored), Knocking: list(vectors.Source.Knocking), Rooms: list(vectors.Source.Rooms), Themes: list(vectors.Source.Themes)}
	for _, v := range vectors.Vectors {
		before, after, _ := strings.Cut(v.Line, "‸")
		c := Complete(before+after, len(before), source)
		have := []string{}
		for _, candidate := range c.Candidates {
			have = append(have, before[:c.Start]+candidate.Text+"‸"+after)
		}
		if !reflect.DeepEqual(have, v.Want) {
			t.Errorf("%q\nhave %q\nwant %q", v.Line, have, v.Want)
		}
		if none := Complete(before+after, len(before), Names{}); none.End != len(before) {
			t.Errorf("%q: the completion ends at %d, the cursor is at %d", v.Line, none.End, len(before))
		}
	}
}

// Completion offers whom package rooms would find, by what their names begin with.
func TestCompleteNames(t *testing.T) {
	var script struct {
		Note    string
		Rosters []struct {
			Names []string
			Asks  []struct {
				Typed, Who      string
				Nobody, Several bool
				Begins          []string
			}
		}
	}
	behaviour.Read(t, "people", &script)
	for _, roster := range script.Rosters {
		source := Names{Members: func() []string { return roster.Names }}
		for _, ask := range roster.Asks {
			line := "/ignore " + ask.Typed
			have := []string{}
			for _, c := range Complete(line, len(line), source).Candidates {
				have = append(have, c.Text)
			}
			if !reflect.DeepEqual(have, ask.Begins) {
				t.Errorf("%+q begins %+q, want %+q", ask.Typed, have, ask.Begins)
			}
		}
	}
}

func TestTableIsWellFormed(t *testing.T) {
	for _, entry := range table {
		if entry.Help == "" || entry.Where == 0 || entry.make == nil {
			t.Errorf("/%s lacks help, a place or a maker", entry.Name)
		}
		if len(entry.Name) > 9 || lower(entry.Name) != entry.Name {
			t.Errorf("/%s is longer than the hints assume, or not in lower case", entry.Name)
		}
		for i, arg := range entry.Args {
			if last := i == len(entry.Args)-1; !last && (arg.Kind.whole() || arg.Optional && !entry.Args[i+1].Optional) {
				t.Errorf("/%s: only the last argument may be text, and behind one that may be absent all may", entry.Name)
			}
			if (arg.Kind == Choice) != (len(arg.Choices) > 0) && arg.Kind != Amount && arg.Kind != Minutes && arg.Kind != Member && arg.Kind != Words {
				t.Errorf("/%s: choices belong to a choice, an amount, a member or words", entry.Name)
			}
			if arg.Default != "" && (arg.Kind != Amount || !arg.Optional) {
				t.Errorf("/%s: a default is what an amount is that is absent", entry.Name)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	var vectors []struct {
		Line string
		Want described
	}
	behaviour.Read(f, "parse", &vectors)
	for _, v := range vectors {
		f.Add(v.Line, len(v.Line)/2)
	}
	source := Names{Members: func() []string { return []string{"anna", "İ"} }}
	f.Fuzz(func(t *testing.T, line string, cursor int) {
		shown := rooms.Clean(line)
		begun := strings.TrimLeftFunc(shown, unseen)
		single := strings.HasPrefix(begun, "/") && !strings.HasPrefix(begun, "//") && !strings.HasPrefix(begun, "/／")
		in := Parse(line)
		switch in := in.(type) {
		case Say:
			if single {
				t.Errorf("%q is sent as text", line)
			}
			if !strings.HasPrefix(begun, "/") && !strings.HasPrefix(begun, "／") && in.Text != line {
				t.Errorf("%q is said as %q", line, in.Text)
			}
			if again := Parse(Speech(in.Text)); rooms.Clean(in.Text) != "" && !reflect.DeepEqual(again, in) {
				t.Errorf("%q is said again by %q as %#v", in.Text, Speech(in.Text), again)
			}
		case Msg:
			if in.Nick == "" || in.Text == "" || strings.ContainsFunc(in.Nick, rooms.Blank) {
				t.Errorf("%q is %#v", line, in)
			}
		case Unknown:
			if in.Message() == "" {
				t.Errorf("%q is %#v", line, in)
			}
		case Problem:
			if in.Message() == "" {
				t.Errorf("%q is %#v", line, in)
			}
		}
		if _, said := in.(Say); !said && in != (Blank{}) && !Begins(line) {
			t.Errorf("%q is %#v and does not begin as one", line, in)
		}
		c := Complete(line, cursor, source)
		if c.Start > c.End || c.Start < 0 || c.End > len(line) {
			t.Errorf("%q at %d: completes [%d:%d]", line, cursor, c.Start, c.End)
		}
	})
}

// What is not for all is found behind the first line too.
func TestBuried(t *testing.T) {
	var vectors []struct {
		Text string
		Want *struct {
			Line int
			Name string
		}
	}
	behaviour.Read(t, "buried", &vectors)
	for _, v := range vectors {
		line, name := Buried(v.Text)
		if v.Want == nil && line != 0 || v.Want != nil && (line != v.Want.Line || name != v.Want.Name) {
			t.Errorf("Buried(%q) is %d, %q, want %v", v.Text, line, name, v.Want)
		}
	}
}

// What a hand that misses the slash makes of a whisper is found, and ordinary talk is
// none.
func TestSlips(t *testing.T) {
	var vectors []struct {
		Text string
		Want []string
	}
	behaviour.Read(t, "slips", &vectors)
	for _, v := range vectors {
		if have := Slips(v.Text); !slices.Equal(have, v.Want) {
			t.Errorf("Slips(%q) is %q, want %q", v.Text, have, v.Want)
		}
		in := Parse(v.Text)
		_, said := in.(Say)
		for here, refused := range map[bool]bool{true: len(v.Want) > 0, false: slices.Contains(v.Want, "")} {
			got := ParseAmong(v.Text, func(string) bool { return here })
			if want := Input(Problem{Reason: Almost}); said && refused && got != want || (!said || !refused) && got != in {
				t.Errorf("%q is %#v where everybody is here: %t", v.Text, got, here)
			}
		}
	}
}

// Somebody who writes a room's name in two words is told which room that may be.
func TestExplain(t *testing.T) {
	for line, want := range map[string]string{
		"/join Other Room":               "Perhaps you mean other-room.",
		"／join  Other   Room ":           "Perhaps you mean other-room.",
		"/join комната два":              "A room name is 1 to",
		"/join https://a.example/s/#k y": "a browser opens it",
		"/nick two words":                "/nick takes less than that.",
		"/join":                          "/join needs ROOM.",
	} {
		p, ok := Parse(line).(Problem)
		if got := Explain(line, p, false); !ok || !strings.Contains(got, want) || strings.Contains(got, "#k") {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// No command bears the name of what stands at the root of a file system, nor of what
// is one slip away and read as it: line mode takes a command's very name for one.
func TestNoCommandIsAPath(t *testing.T) {
	for _, dir := range atRoot {
		for _, line := range []string{"/" + dir, "/" + dir + " 95% full", "/" + strings.ToUpper(dir), "/" + dir + "/who"} {
			if entry, ok := Called(line); ok {
				t.Errorf("%q is the command %s", line, entry.Name)
			}
			if name, ok := Whisper(line); ok {
				t.Errorf("%q whispers by %s", line, name)
			}
			if !Path(line) {
				t.Errorf("%q is no path", line)
			}
		}
		if line, name := Buried("look:\n/" + dir + " 95% full"); line != 0 {
			t.Errorf("/%s is taken for %s", dir, name)
		}
	}
}

// What programs report of file systems and servers is told from what a hand types.
func TestPath(t *testing.T) {
	for line, want := range map[string]bool{
		"/ is full": true, "/ 42G 12G 30G 30% /": true, "/srv/www 95%": true, "/index/x.html 200": true, "/img/logo.png loaded": true, "/msgs/3": true, "/msg": false,
		"/": false, "/ ": false, "/msg/bob x": false, "/join/x": false, "/mgs/bob x": false, "/w/bob x": false, "/WHISPER/bob x": false, "/ mgs bob x": false,
		"/w bob x": false, "/etcetera": false, "/x/ y": false, "//etc": false, "etc": false, "": false, "./etc": false,
	} {
		if got := Path(line); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

// TestPollSaysHowToChoose: who looks for how to vote finds it where a poll is explained.
func TestPollSaysHowToChoose(t *testing.T) {
	poll, _ := Lookup("poll")
	for _, words := range []string{"/react 1", "several"} {
		if !strings.Contains(poll.Help, words) {
			t.Errorf("%q doesn't say %q", poll.Help, words)
		}
	}
}
