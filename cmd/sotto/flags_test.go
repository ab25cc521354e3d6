package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"sotto/rooms"
)

// values are what a flag may be told that means harm or a slip.
type values struct{ refused, taken []string }

// noNumbers are those that are none, or none that anybody means.
var noNumbers = []string{"", "-1", "-0.5", "NaN", "Inf", "+Inf", "-Inf", "1e300", "99999999999999999999", "x", "1;2"}

// flags are what every flag is told. Taken is what makes no defence weaker, or is
// documented to.
var flags = map[string]values{
	"serve --ssh-addr":      {[]string{"", "localhost", ":99999", ":-1", "2222"}, []string{":0", "127.0.0.1:2222", "[::1]:2222"}},
	"serve --http-addr":     {[]string{"", "localhost", ":99999", ":-1", "3000"}, []string{":0", "127.0.0.1:3000", "[::1]:3000"}},
	"serve --host-key":      {nil, []string{"", "memory", "env", "/some/file"}},
	"serve --public-ssh":    {[]string{"-oProxyCommand=x", "a;rm", "a b", "a:99999", "a:x", ":22", "$(x)", "a\nb"}, []string{"", "chat.example", "chat.example:22", "[::1]:22"}},
	"serve --public-url":    {[]string{"chat.example", "javascript:x", "https://", "https://a@b", "https://a/?q", "https://a/#f", "ftp://a", "https://a\nb"}, []string{"", "https://chat.example", "http://chat.example:3000/chat"}},
	"serve --room-size":     {append(noNumbers, "0", "801", "1e2"), []string{"1", "500", "800"}},
	"serve --connections":   {append(noNumbers, "0", "16001", "1e3"), []string{"1", "4096", "16000"}},
	"serve --say-rate":      {append(noNumbers, "1e-300", "1e-12", "0.001", "1001"), []string{"0", "-0", "0.01", "2", "1000"}},
	"serve --log-level":     {[]string{"", "trace", "DEBUG", "-1"}, []string{"error", "info", "debug"}},
	"serve --voice-addr":    {[]string{"localhost", ":99999", ":-1", "3000", "none"}, []string{"", "off", ":0", "127.0.0.1:3000", "[::1]:3000"}},
	"serve --voice-size":    {append(noNumbers, "0", "1", "33", "1e1"), []string{"2", "16", "32"}},
	"serve --public-voice":  {[]string{"voice.example", "a;rm:3000", "a b:3000", "a:99999", "a:0", "a:x", ":3000", "-x:1", "a\nb:1"}, []string{"", "voice.example:3000", "192.0.2.1:3000", "[2001:db8::1]:3000"}},
	"serve --redis":         {[]string{"x", "localhost:6379", "http://localhost", "redis://", "redis://:x@", "unix://", "redis://localhost/?colour=blue"}, []string{""}}, // one that makes sense wants a key
	"serve --cluster-key":   {[]string{"/some/file"}, []string{""}},                                                                                                      // which wants a Redis
	"serve --strict":        {[]string{"2", "x"}, []string{"true", "false"}},
	"serve --allow-swap":    {[]string{"2", "x"}, []string{"true", "false"}},
	"serve --tor":           {[]string{"2", "x"}, []string{"true", "false"}},
	"serve --trusted-proxy": {[]string{"x", "10.0.0", "0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "2000::/3", "::ffff:0.0.0.0/96", "10.0.0.0/33", "10.0.0.0/-1"}, []string{"", "10.0.0.0/8", "127.0.0.1", "fd00::/8", "2400:cb00::/32", "::ffff:10.0.0.1"}},
	"serve --tls-cert":      {[]string{"/a"}, []string{""}},
	"serve --tls-key":       {[]string{"/a"}, []string{""}},
	"version --assets":      {[]string{"2", "x"}, []string{"true", "false"}},
	"join --words":          {[]string{"2", "x"}, []string{"false"}},
	"join --new":            {[]string{"2", "x"}, []string{"false"}},
	"join --nick":           {nil, []string{"", "anna", "\x1b[2J"}}, // the server's affair, and said there
	"join --theme":          {[]string{"x", "0", "../dark"}, []string{"", "dark", "mono"}},
	"join --notify":         {[]string{"x", "on"}, []string{"", "off", "mentions", "all"}},
	"join --times":          {[]string{"x", "1"}, []string{"", "on", "off"}},
	"join --fold":           {[]string{"x", "1"}, []string{"", "on", "off"}},
	"join --tz":             {[]string{"x", "Local", "../UTC", "/etc/localtime"}, []string{"", "UTC", "Europe/Berlin"}},
	"join --json":           {[]string{"2", "x"}, []string{"true", "false"}},
	"join --listen":         {[]string{"2", "x"}, []string{"true", "false"}},
	"join --host":           {[]string{"2", "x"}, []string{"true", "false"}},
	"join --watch":          {[]string{"2", "x"}, []string{"false"}}, // with a room: address_test.go has those
	"join --voice":          {[]string{"2", "x"}, []string{"true", "false"}},
	"join --plain":          {[]string{"2", "x"}, []string{"true", "false"}},
	"join --send":           {nil, []string{"", "/some/file"}}, // opened later, and said then
	"join --downloads":      {nil, []string{"", "/some/folder"}},
	"join --web":            {[]string{"2", "x"}, []string{"true", "false"}},
}

// Every flag of every command is tried with what makes no sense, and a new one has to
// say what it is tried with.
func TestFlagsRefuseWhatMakesNoSense(t *testing.T) {
	parse := func(args ...string) error {
		parser, err := kong.New(&commandLine{}, kong.Name("sotto"), kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = parser.Parse(args)
		return err
	}
	parser, err := kong.New(&commandLine{})
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, command := range parser.Model.Children {
		for _, flag := range command.Flags {
			if flag.Name == "help" {
				continue
			}
			name := command.Name + " --" + flag.Name
			what, ok := flags[name]
			if !ok || len(what.refused)+len(what.taken) == 0 {
				t.Errorf("nobody says what %s is tried with", name)
				continue
			}
			tried++
			args := func(value string) []string {
				args := []string{command.Name, fmt.Sprintf("--%s=%s", flag.Name, value)}
				if command.Name == "join" {
					args = append(args, "https://chat.example/r/den")
				}
				return args
			}
			for _, value := range what.refused {
				if err := parse(args(value)...); err == nil {
					t.Errorf("%s takes %q", name, value)
				} else if !strings.Contains(err.Error(), flag.Name) && !strings.Contains(err.Error(), "there is no such theme") {
					t.Errorf("%s, told %q, says %q", name, value, err)
				}
			}
			for _, value := range what.taken {
				if err := parse(args(value)...); err != nil {
					t.Errorf("%s refuses %q: %v", name, value, err)
				}
			}
		}
	}
	if tried != len(flags) {
		t.Errorf("%d flags were tried, and %d are known", tried, len(flags))
	}
}

// Whatever rate may be set but none at all, a room of a server is bounded by what can be
// read in it.
func TestEveryRateIsALimit(t *testing.T) {
	for _, rate := range []float64{minSayRate, 2, maxSayRate} {
		c := serveCommand{SayRate: rate}
		h := rooms.NewHub(rooms.Config{SayRate: c.SayRate})
		deaf, err := h.Join(t.Context(), rooms.Visitor{Room: "den"})
		if err != nil {
			t.Fatal(err)
		}
		talker, err := h.Join(t.Context(), rooms.Visitor{Room: "den"})
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for began := time.Now(); refused == 0 && time.Since(began) < 10*time.Second; {
			if err := talker.Do(t.Context(), rooms.Say{Text: strings.Repeat("x", 1000)}); err != nil {
				t.Fatalf("at %v: %v", rate, err)
			}
			events, err := talker.Take()
			if err != nil {
				t.Fatalf("at %v: %v", rate, err)
			}
			for _, e := range events {
				if r, ok := e.(*rooms.Refused); ok && r.Err.Code == rooms.RateLimited {
					refused++
				}
			}
		}
		if _, err := deaf.Take(); err != nil || refused == 0 {
			t.Errorf("at %v messages a second a talker was refused %d times, and a slow reader has %v", rate, refused, err)
		}
	}
}
