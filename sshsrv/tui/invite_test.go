package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
)

// A link is there to be copied: it stands in one row of any screen that is as wide,
// beside a code or not, and on a narrower one in full rows from edge to edge. It can
// be clicked wherever it is broken.
func TestLinksStandWhole(t *testing.T) {
	link := "https://chat.example/s/#" + strings.Repeat("aB3-xY7_z", 5)[:43]
	for what, in := range map[string]rooms.Invitation{
		"sealed": {SSH: "sotto join '" + link + "'", Web: link},
		"open":   {SSH: "ssh -t chat.example tea", Web: "https://chat.example/r/tea"},
		"noted":  {SSH: "ssh -t chat.example a-room-whose-name-is-longer", Web: "https://chat.example/prefix/r/a-room-whose-name-is-longer", Note: strings.Repeat("There is more to know. ", 4)},
	} {
		codes := 0
		for width := 20; width <= 200; width++ {
			for _, height := range []int{24, 50} {
				s := inRoom(t, width, height, colorprofile.TrueColor)
				s.openCard(inviteCard("invite", s.name, in))
				f := s.Frame()
				var screen []string
				clicks := 0
				for _, row := range f.Rows {
					screen = append(screen, ansi.Strip(row))
					clicks += strings.Count(row, ";"+in.Web+"\x1b\\")
				}
				for _, text := range []string{in.SSH, in.Web} {
					if len(text) <= width && !strings.Contains(strings.Join(screen, "\n"), text) {
						t.Fatalf("%s: %d×%d breaks %q:\n%s", what, width, height, text, strings.Join(screen, "\n"))
					}
					if !strings.Contains(strings.Join(screen, ""), text) {
						t.Fatalf("%s: %d×%d puts something into %q:\n%s", what, width, height, text, strings.Join(screen, "\n"))
					}
				}
				if want := (len(in.Web) + width - 1) / width; clicks != want {
					t.Errorf("%s: %d×%d: %d rows can be clicked, want %d", what, width, height, clicks, want)
				}
				if strings.Contains(strings.Join(screen, ""), "▀") {
					codes++
				}
			}
		}
		if codes < 50 {
			t.Errorf("%s: only %d screens have a code", what, codes)
		}
	}
}
