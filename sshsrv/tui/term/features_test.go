package term

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"sotto/sshsrv/tui/cells"
)

func TestDetect(t *testing.T) {
	for _, test := range []struct {
		name, colorTerm string
		noColor         bool
		want            Features
	}{
		{"xterm-256color", "", false, Features{Profile: colorprofile.ANSI256, Strings: true, Cursor: true}},
		{"xterm-256color", "truecolor", false, Features{Profile: colorprofile.TrueColor, Strings: true, Cursor: true}},
		{"xterm-256color", "24bit", true, Features{Profile: colorprofile.ASCII, Strings: true, Cursor: true}},
		{"tmux-256color", "truecolor", false, Features{Profile: colorprofile.TrueColor, Strings: true, Cursor: true}},
		{"screen", "", false, Features{Profile: colorprofile.ANSI, Strings: true, Cursor: true, Upright: true}},
		{"screen.xterm-256color", "", false, Features{Profile: colorprofile.ANSI256, Strings: true, Cursor: true, Upright: true}},
		{"xterm", "", false, Features{Profile: colorprofile.ANSI, Strings: true, Cursor: true}},
		{"xterm-kitty", "", false, Features{Profile: colorprofile.TrueColor, Strings: true, Cursor: true}},
		{"alacritty", "", false, Features{Profile: colorprofile.TrueColor, Strings: true, Cursor: true}},
		{"xterm-direct", "", false, Features{Profile: colorprofile.TrueColor, Strings: true, Cursor: true}},
		{"linux", "truecolor", false, Features{Profile: colorprofile.ANSI, Strings: false, Cursor: true, Upright: true}},
		{"putty-256color", "", false, Features{Profile: colorprofile.ANSI256, Strings: true, Cursor: true}},
		{"vt220", "", false, Features{Profile: colorprofile.ASCII, Strings: false, Cursor: false}},
		{"xterm-mono", "", false, Features{Profile: colorprofile.ASCII, Strings: false, Cursor: false}},
		{"dumb", "truecolor", false, Features{Profile: colorprofile.ASCII, Strings: false, Cursor: false}},
		{"", "", false, Features{Profile: colorprofile.ASCII, Strings: false, Cursor: false}},
	} {
		if got := Detect(test.name, test.colorTerm, test.noColor); got != test.want {
			t.Errorf("%q, %q, %v: got %v, want %v", test.name, test.colorTerm, test.noColor, got, test.want)
		}
	}
}

// Every mode that Enter and painting change is as it was after Leave, and
// nothing is left on the screen, the terminal having an alternate screen or not.
func TestLeaveUndoesEnter(t *testing.T) {
	for _, f := range []Features{{Profile: colorprofile.TrueColor, Strings: true, Cursor: true}, {Profile: colorprofile.ANSI, Cursor: true}, {Profile: colorprofile.ANSI, Cursor: true, Still: true}} {
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

// A terminal that may print what it does not know is asked where its cursor is, and
// nothing else; one that can't show the probes is not even that.
func TestAsk(t *testing.T) {
	for _, f := range []Features{{Profile: colorprofile.ASCII}, {Profile: colorprofile.ASCII, Strings: false, Cursor: false}} {
		if got := f.Ask(nil, true); len(got) > 0 {
			t.Errorf("asked %q", got)
		}
	}
	console := string(Features{Cursor: true}.Ask(nil, true))
	if strings.Contains(console, "\x1b]") || strings.Contains(console, "?") || strings.Count(console, "\x1b[6n") != len(cells.Probes) {
		t.Errorf("a console is asked %q", console)
	}
	if got := (Features{Cursor: true}).Ask(nil, false); len(got) > 0 {
		t.Errorf("a small console is asked %q", got)
	}
	if got := string((Features{Strings: true}).Ask(nil, false)); !strings.HasSuffix(got, Fence) || strings.Contains(got, "6n") {
		t.Errorf("asked %q", got)
	}
}

// What is printed to be measured is not seen, and what is on the screen then is
// painted over.
func TestProbesLeaveNothing(t *testing.T) {
	terminal := vt.NewEmulator(40, 4)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		io.Copy(io.Discard, terminal)
	}()
	defer func() {
		terminal.InputPipe().(io.Closer).Close()
		<-answered
	}()
	f := Detect("xterm-256color", "", false)
	terminal.Write(f.Ask(f.Enter(nil), true))
	for x := range 40 {
		for y := range 4 {
			if cell := terminal.CellAt(x, y); y != ProbeRow && cell.Content != " " && cell.Content != "" {
				t.Errorf("cell %d,%d is %q", x, y, cell.Content)
			} else if cell.Content != " " && cell.Content != "" && cell.Style.Attrs&uv.AttrConceal == 0 {
				t.Errorf("cell %d,%d is %q, for all to see", x, y, cell.Content)
			}
		}
	}
}
