package term

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

func TestDetect(t *testing.T) {
	for _, test := range []struct {
		name, colorTerm string
		noColor         bool
		want            Features
	}{
		{"xterm-256color", "", false, Features{colorprofile.ANSI256, true}},
		{"xterm-256color", "truecolor", false, Features{colorprofile.TrueColor, true}},
		{"xterm-256color", "24bit", true, Features{colorprofile.ASCII, true}},
		{"tmux-256color", "truecolor", false, Features{colorprofile.TrueColor, true}},
		{"screen", "", false, Features{colorprofile.ANSI, true}},
		{"screen.xterm-256color", "", false, Features{colorprofile.ANSI256, true}},
		{"xterm", "", false, Features{colorprofile.ANSI, true}},
		{"xterm-kitty", "", false, Features{colorprofile.TrueColor, true}},
		{"alacritty", "", false, Features{colorprofile.TrueColor, true}},
		{"xterm-direct", "", false, Features{colorprofile.TrueColor, true}},
		{"linux", "truecolor", false, Features{colorprofile.ANSI, false}},
		{"putty-256color", "", false, Features{colorprofile.ANSI256, true}},
		{"vt220", "", false, Features{colorprofile.ASCII, false}},
		{"xterm-mono", "", false, Features{colorprofile.ASCII, false}},
		{"dumb", "truecolor", false, Features{colorprofile.ASCII, false}},
		{"", "", false, Features{colorprofile.ASCII, false}},
	} {
		if got := Detect(test.name, test.colorTerm, test.noColor); got != test.want {
			t.Errorf("%q, %q, %v: got %v, want %v", test.name, test.colorTerm, test.noColor, got, test.want)
		}
	}
}

// Every mode that Enter and painting change is as it was after Leave, and
// nothing is left on the screen, the terminal having an alternate screen or not.
func TestLeaveUndoesEnter(t *testing.T) {
	for _, f := range []Features{{colorprofile.TrueColor, true}, {colorprofile.ANSI, false}} {
		terminal := vt.NewEmulator(20, 4)
		modes := map[ansi.Mode]bool{}
		title := "shell"
		terminal.SetCallbacks(vt.Callbacks{
			EnableMode:  func(mode ansi.Mode) { modes[mode] = true },
			DisableMode: func(mode ansi.Mode) { delete(modes, mode) },
			Title:       func(t string) { title = t },
		})
		terminal.WriteString("\x1b[?7h\x1b[?25h$ ssh")
		before := len(modes)
		terminal.Write(f.Enter(nil))
		if len(modes) <= before || !terminal.IsAltScreen() {
			t.Errorf("entered with %v", modes)
		}
		terminal.WriteString("\x1b[?2026h\x1b[?7l\x1b[?25l\x1b[2;3r\x1b[1;41msomething said")
		terminal.Write(f.Leave(nil))
		if len(modes) != before || terminal.IsAltScreen() {
			t.Errorf("left with %v", modes)
		}
		if got := strings.TrimSpace(terminal.String()); got != "$ ssh" {
			t.Errorf("left %q on the screen", got)
		}
		if got := terminal.CursorPosition(); got.X != 5 || got.Y != 0 {
			t.Errorf("left the cursor at %v", got)
		}
		terminal.WriteString("\r\n1\r\n2\r\n3\r\n4") // over the margins
		if got := strings.TrimSpace(terminal.String()); got != "1\n2\n3\n4" {
			t.Errorf("then wrote %q", got)
		}
		if cell := terminal.CellAt(0, 0); !cell.Style.IsZero() {
			t.Errorf("left style %v", cell.Style)
		}
		if f.Strings == (title == "shell") {
			t.Errorf("title %q", title)
		}

		plain := vt.NewEmulator(20, 4) // as one without an alternate screen
		plain.WriteString("something said\r\nmore\x1b[2;3r\x1b[1;41m")
		plain.Write(f.Leave(nil))
		if got := strings.TrimSpace(plain.String()); got != "" {
			t.Errorf("left %q on the screen", got)
		}
	}
}

// A terminal that may print what it does not know is not asked.
func TestAsk(t *testing.T) {
	if got := (Features{Profile: colorprofile.ANSI}).Ask(nil); len(got) > 0 {
		t.Errorf("asked %q", got)
	}
	if got := string((Features{Strings: true}).Ask(nil)); got[len(got)-len(Fence):] != Fence {
		t.Errorf("%q does not end with the fence", got)
	}
}
