package sshsrv

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"sotto/rooms"
	"sotto/sshsrv/tui/settings"
)

func TestParseRequest(t *testing.T) {
	tests := []struct {
		line     string
		terminal bool
		want     request
		err      error
	}{
		{"lobby", true, request{room: "lobby"}, nil},
		{"lobby", false, request{room: "lobby"}, nil},
		{"Lobby", false, request{room: "Lobby"}, nil}, // the room folds it
		{"", true, request{}, nil},
		{"  lobby\t--plain ", true, request{room: "lobby", plain: true}, nil},
		{"--plain", true, request{plain: true}, nil},
		{"lobby --plain", false, request{room: "lobby", plain: true}, nil},
		{"--nick Zoë lobby", false, request{room: "lobby", nick: "Zoë"}, nil},
		{"lobby --nick=zoe --listen --json", false, request{room: "lobby", nick: "zoe", listen: true, json: true}, nil},
		{"lobby --nick -_-", false, request{room: "lobby", nick: "-_-"}, nil},
		{"lobby --nick a/b", false, request{room: "lobby", nick: "a/b"}, nil}, // the room gives another
		{"lobby --theme light", true, request{room: "lobby", Settings: settings.Settings{Theme: "light"}}, nil},
		{"--theme=ember-dark", true, request{Settings: settings.Settings{Theme: "ember-dark"}}, nil},
		{"lobby --invite Zm9yIGV4YW1wbGUgb25seQ", true, request{room: "lobby", token: "Zm9yIGV4YW1wbGUgb25seQ"}, nil},
		{"--invite=Zm9y lobby --json", false, request{room: "lobby", token: "Zm9y", json: true}, nil},
		{"lobby --invite", true, request{}, errNoToken},
		{"--invite Zm9y", true, request{}, errNoToken},
		{"lobby --invite a --invite b", true, request{}, errTwice},
		{"lobby --invite $HOME", true, request{}, errShell},
		{"lobby --theme", true, request{}, errNoTheme},
		{"lobby --theme --plain", true, request{}, errNoTheme},
		{"lobby --theme light --theme dark", true, request{}, errTwice},
		{"lobby --theme light", false, request{}, errNoColours},
		{"lobby --theme light --plain", true, request{}, errNoColours},
		{"lobby --theme pink", true, request{}, usage("There is no such theme. There are: sotto, ember, tide, contrast, mono, auto, dark, light.")},
		{"lobby --notify all --times on --fold off --tz europe/berlin --theme light", true, request{room: "lobby", Settings: settings.Settings{Theme: "light", Notify: "all", Times: "on", Fold: "off", Zone: "Europe/Berlin"}}, nil},
		{"lobby --plain --tz=Asia/Tokyo --times=on", true, request{room: "lobby", plain: true, Settings: settings.Settings{Times: "on", Zone: "Asia/Tokyo"}}, nil},
		{"lobby --tz ../../etc/passwd", true, request{}, usage("--tz takes a time zone as Europe/Berlin is one, or UTC.")},
		{"lobby --tz Local", true, request{}, usage("--tz takes a time zone as Europe/Berlin is one, or UTC.")},
		{"lobby --times", true, request{}, usage("--times needs on or off after it.")},
		{"lobby --times on --times off", true, request{}, errTwice},
		{"lobby --notify sometimes", true, request{}, usage("--notify takes off, mentions or all.")},
		{"lobby --notify $x", true, request{}, errShell},
		{"lobby --fold on --plain", true, request{}, errNoFolds},
		{"lobby --tz UTC", false, request{}, errNobody},
		{"lobby --times on --json", false, request{}, errNobody},
		{"", false, request{}, errNoRoom},
		{"--listen", false, request{}, errNoRoom},
		{"lobby --listen", true, request{}, errTerminal},
		{"lobby --json", true, request{}, errTerminal},
		{"lobby --json --plain", false, request{}, errPlainJSON},
		{"lobby --json --host", false, request{room: "lobby", json: true, host: true}, nil},
		{"lobby --host", true, request{room: "lobby", host: true}, nil},
		{"lobby --watch", true, request{room: "lobby", watch: true}, nil},
		{"lobby --watch --plain --invite Zm9y", true, request{room: "lobby", watch: true, plain: true, token: "Zm9y"}, nil},
		{"--json --watch lobby --listen", false, request{room: "lobby", watch: true, json: true, listen: true}, nil},
		{"--watch", true, request{}, errWatch},
		{"lobby --watch --nick zoe", true, request{}, errNameless},
		{"lobby --watch --host", false, request{}, errNameless},
		{"lobby --watch --watch", true, request{}, errTwice},
		{"lobby --host --host", false, request{}, errTwice},
		{"lobby --listen --listen", false, request{}, errTwice},
		{"lobby --nick a --nick b", false, request{}, errTwice},
		{"lobby --nick", false, request{}, errNoNick},
		{"lobby --nick --plain", false, request{}, errNoNick},
		{"lobby --nick=", false, request{}, errNoNick},
		{"lobby cellar", false, request{}, errTwoRooms},
		{"lobby --voice", false, request{room: "lobby", voice: true}, nil},
		{"--voice lobby --listen --nick zoe --host --invite=Zm9y", false, request{room: "lobby", voice: true, listen: true, nick: "zoe", host: true, token: "Zm9y"}, nil},
		{"s/ --voice", false, request{sealed: true, voice: true}, nil},
		{"--voice", false, request{}, errNoRoom},
		{"lobby --voice", true, request{}, errVoiceTerm},
		{"lobby --voice --plain", true, request{}, errVoiceTerm},
		{"lobby --voice --json", false, request{}, errVoiceText},
		{"lobby --voice --plain", false, request{}, errVoiceText},
		{"lobby --voice --watch", false, request{}, errVoiceEyes},
		{"den,ops --voice", false, request{}, errVoiceRoom},
		{"lobby --voice --voice", false, request{}, errTwice},
		{"lobby --voice --theme light", false, request{}, errNoColours},
		{"den,ops", true, request{room: "den", more: []string{"ops"}}, nil},
		{"den,ops,Den,lab --nick zoe", true, request{room: "den", more: []string{"ops", "lab"}, nick: "zoe"}, nil},
		{"--watch a,b,c,d,e,f,g,h", true, request{room: "a", more: []string{"b", "c", "d", "e", "f", "g", "h"}, watch: true}, nil},
		{"a,b,c,d,e,f,g,h,a", true, request{room: "a", more: []string{"b", "c", "d", "e", "f", "g", "h"}}, nil},
		{"a,b,c,d,e,f,g,h,i", true, request{}, errManyRooms},
		{"den,ops", false, request{}, errOneLine},
		{"den,ops --plain", true, request{}, errOneLine},
		{"den,ops --json", false, request{}, errOneLine},
		{"den,ops --listen", false, request{}, errOneLine},
		{"den,ops --invite abc", true, request{}, errOneInvite},
		{"den, ops", true, request{}, errCommas},
		{"den,,ops", true, request{}, errCommas},
		{",den", false, request{}, errCommas},
		{"lobby -t", false, request{}, errOption("-t")},
		{"lobby --help", false, request{}, errOption("--help")},
		{"lobby -- --nick zoe", true, request{}, errOption("--")},
		{"lobby --Passwort123=x", true, request{}, errOption("--Passwort123")},
		{"lobby; ls", false, request{}, errShell},
		{"lobby | cat", false, request{}, errShell},
		{"'lobby'", false, request{}, errShell},
		{"$(reboot)", false, request{}, errShell},
		{"lobby --nick `id`", false, request{}, errShell},
		{"lobby > /tmp/x", false, request{}, errShell},
		{"lobby --nick a\x1b[2J", false, request{}, errShell},
		{"lobby \xff", false, request{}, errShell},
	}
	for _, test := range tests {
		got, err := parseRequest(test.line, test.terminal)
		if !reflect.DeepEqual(got, test.want) || err != test.err {
			t.Errorf("parseRequest(%q, %v) = %+v, %v; want %+v, %v", test.line, test.terminal, got, err, test.want, test.err)
		}
	}
	for word, want := range map[string]string{
		"--":       "The word -- means nothing here: leave it out. There are --nick",
		"--s3cret": "There is no such option here. There are --nick",
	} {
		if got := errOption(word).Error(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", word, got)
		}
	}
	for _, line := range []string{"a/b", "../etc", "späti", "🦦", "-", "a_b", strings.Repeat("x", 65), "a*", "den,s/x", "den,a_b"} {
		if _, err := parseRequest(line, false); err == nil {
			t.Errorf("room %q is let in", line)
		}
	}
}

// What is refused is refused by a sentence, and none of it is repeated but a room's
// name that may have been meant.
func TestHostileCommandLines(t *testing.T) {
	h := open(t)
	for _, line := range []string{
		"lobby; rm -rf canary", "canary/canary", "🦦canary", "canary\x1b]0;canary\x07", strings.Repeat("canary", 2000),
		"lobby --canary", "lobby --theme canary", "lobby canary canary", "--nick canary", "--json", "lobby --nick 'canary canary'", "\x00canary", "canary\xff\xfe",
	} {
		g := h.run(line)
		g.ends(exitUsage, ".\n")
		stderr, meant, hinted := strings.Cut(g.err.String(), " Perhaps you mean ")
		if hinted {
			meant, stderr = strings.TrimSuffix(meant, ".\n"), stderr+"\n"
		}
		if _, err := rooms.ParseRoomName(meant); hinted && err != nil {
			t.Errorf("%.40q leads to %q", line, meant)
		}
		if strings.Contains(stderr, "canary") || strings.Count(stderr, "\n") != 1 ||
			strings.ContainsFunc(strings.TrimSuffix(stderr, "\n"), unicode.IsControl) {
			t.Errorf("%.40q is answered by %q", line, stderr)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	for _, seed := range []string{"lobby", "lobby --nick zoe --plain", "--nick", "a b", "x --json=1", "\x1b[31m", "--nick=é"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, line string, terminal bool) {
		req, err := parseRequest(line, terminal)
		switch {
		case err != nil && !reflect.DeepEqual(req, request{}):
			t.Errorf("%q is refused and means %+v", line, req)
		case err == nil && !terminal && req.room == "":
			t.Errorf("%q has no room and no terminal", line)
		case err == nil && !strings.Contains(line, req.room), err == nil && !strings.Contains(line, req.nick):
			t.Errorf("%q means %+v, which is not in it", line, req)
		}
		if again, second := parseRequest(strings.Join(strings.Fields(line), " "), terminal); !reflect.DeepEqual(again, req) || second != err && err == nil {
			t.Errorf("blanks change the meaning of %q", line)
		}
	})
}

// TestRefusalsBreakBetweenWords: what is wrong with a command line is read on a terminal
// of any width.
func TestRefusalsBreakBetweenWords(t *testing.T) {
	h := open(t)
	for _, columns := range []int{20, 40, 69, 80} {
		for _, line := range []string{"lobby --theme pink", "lobby --canary", "lobby;"} {
			g := session(t, h.dial())
			g.terminal("xterm", columns, 24)
			g.start(line)
			g.ends(exitUsage, ".")
			said := g.err.String()
			for row := range strings.SplitSeq(said, "\r\n") {
				if len(row) > columns {
					t.Errorf("%q is wider than %d columns", row, columns)
				}
			}
			_, err := parseRequest(line, true)
			if whole := strings.Join(strings.Fields(said), " "); whole != err.Error() {
				t.Errorf("at %d columns it says %q, want %q", columns, whole, err)
			}
		}
	}
}
