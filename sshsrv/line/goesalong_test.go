package line

import (
	"context"
	"slices"
	"testing"

	"sotto/rooms"
)

// A name goes along by /join if it was chosen, from an open room to an open one.
func TestNameThatGoesAlong(t *testing.T) {
	const link = "https://chat.example/s/#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for name, c := range map[string]struct {
		nick   string
		sealed bool
		lines  []string
		want   []string // the names that are asked for
	}{
		"drawn":              {"", false, []string{"/join other\r"}, []string{"", ""}},
		"--nick":             {"zoe", false, []string{"/join other\r"}, []string{"zoe", "zoe"}},
		"/nick":              {"", false, []string{"/nick pia\r", "/join other\r", "/join third\r"}, []string{"", "pia", "pia"}},
		"into a sealed room": {"zoe", false, []string{"/join " + link + "\r"}, []string{"zoe", ""}},
		"out of one":         {"zoe", true, []string{"/join other\r", "/join third\r"}, []string{"zoe", "", ""}},
		"out of one, /nick":  {"", true, []string{"/nick pia\r", "/join http://chat.example/r/x\r"}, []string{"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, change ...func(*Visit)) {
				var asked []string
				p := sit(t, append(change, func(v *Visit) {
					v.Nick = c.nick
					enter := v.Enter
					v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
						asked = append(asked, nick)
						if rooms.IsLink(room) {
							room = "linked"
						}
						seat, err := enter(ctx, room, nick)
						if err != nil || !c.sealed || room != "lobby" {
							return seat, err
						}
						return wordless{seat.(*rooms.Seat)}, nil
					}
				})...)
				for _, line := range c.lines {
					p.types(line)
				}
				if !slices.Equal(asked, c.want) {
					t.Errorf("asked for a room as %q, want %q", asked, c.want)
				}
			})
		})
	}
}
