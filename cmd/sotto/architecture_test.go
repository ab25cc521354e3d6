package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// picture is the one in docs/ARCHITECTURE.md: what each part may reach,
// directly or through others. A name that ends in /… means all below it too.
var picture = []struct {
	part  string
	ours  []string // besides the part itself
	never []string // of others, standard library among them
}{
	{"sotto/rooms", []string{"sotto/rooms/bip39", "sotto/rooms/emoji"}, []string{"net", "net/http", "github.com/pion/…", "charm.land/…", "golang.org/x/crypto/ssh"}},
	{"sotto/rooms/…", []string{"sotto/rooms"}, []string{"net", "net/http", "github.com/pion/…", "charm.land/…", "golang.org/x/crypto/ssh"}},
	{"sotto/rooms/cluster", []string{"sotto/rooms/…"}, []string{"sotto/rooms/cluster/redis", "github.com/redis/…"}},
	{"sotto/rooms/cluster/redis", []string{"sotto/rooms/…"}, []string{"net/http", "charm.land/…", "golang.org/x/crypto/ssh"}},
	{"sotto/sshsrv", []string{"sotto/sshsrv/…", "sotto/rooms/…"}, []string{"github.com/coder/websocket", "github.com/pion/…"}},
	{"sotto/sshsrv/tui/…", []string{"sotto/rooms/…"}, []string{"charm.land/wish/…", "charm.land/ssh", "golang.org/x/crypto/ssh"}},
	{"sotto/sshsrv/line/…", []string{"sotto/sshsrv/tui/…", "sotto/rooms/…"}, []string{"charm.land/wish/…", "charm.land/ssh", "golang.org/x/crypto/ssh"}},
	{"sotto/webbridge", []string{"sotto/rooms/…", "sotto/web"}, []string{"github.com/pion/…"}},
	{"sotto/webbridge/…", []string{"sotto/rooms/…", "sotto/web"}, []string{"charm.land/…", "golang.org/x/crypto/ssh"}},
	{"sotto/web", nil, []string{"net", "net/http"}},
}

// apart are packages that a line of their own is about, and no wider one.
var apart = map[string]bool{"sotto/rooms": true, "sotto/rooms/cluster/redis": true}

func TestImportPicture(t *testing.T) {
	for pkg, deps := range dependencies(t) {
		for _, rule := range picture {
			if !covers(rule.part, pkg) || apart[pkg] && rule.part != pkg {
				continue
			}
			for _, dep := range deps {
				ours := dep == "sotto" || strings.HasPrefix(dep, "sotto/")
				switch {
				case ours && !covers(rule.part, dep) && !slices.ContainsFunc(rule.ours, func(may string) bool { return covers(may, dep) }):
					t.Errorf("%s reaches %s; the picture does not have that line", pkg, dep)
				case slices.ContainsFunc(rule.never, func(no string) bool { return covers(no, dep) }):
					t.Errorf("%s reaches %s; it must not know it", pkg, dep)
				}
			}
		}
	}
}

func covers(pattern, pkg string) bool {
	below, deep := strings.CutSuffix(pattern, "/…")
	return pkg == below || deep && strings.HasPrefix(pkg, below+"/")
}

// dependencies returns what each package of the module reaches, tests aside.
func dependencies(t *testing.T) map[string][]string {
	t.Helper()
	type listed struct {
		ImportPath string
		Deps       []string
	}
	reached := make(map[string][]string)
	for _, pkg := range list[listed](t, "sotto/...") {
		reached[pkg.ImportPath] = pkg.Deps
	}
	if len(reached) < 5 {
		t.Fatalf("go list found only %d packages", len(reached))
	}
	return reached
}

func list[T any](t *testing.T, args ...string) (all []T) {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json"}, args...)...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list %v: %v", args, err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var one T
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
}

// leastVersions are the oldest that may be used; older ones have holes that are
// known, or do not build together.
var leastVersions = map[string]string{
	"charm.land/wish/v2":                  "v2.0.2", // before: CVE-2026-41589
	"charm.land/ssh":                      "v0.4.1",
	"charm.land/bubbletea/v2":             "v2.0.10",
	"charm.land/lipgloss/v2":              "v2.0.6",
	"charm.land/bubbles/v2":               "v2.2.1",
	"golang.org/x/crypto":                 "v0.58.0", // before v0.56: several in ssh
	"github.com/coder/websocket":          "v1.8.15",
	"github.com/charmbracelet/x/vt":       "v0.0.0-20260906004030",
	"github.com/ergochat/confusables":     "v0.0.0-20201108231250",
	"github.com/chromedp/chromedp":        "v0.23.0",
	"github.com/landlock-lsm/go-landlock": "v0.11.0",
	"github.com/pion/webrtc/v4":           "v4.2.26",
	"github.com/pion/ice/v4":              "v4.4.8",
}

func TestDependenciesAreNotTooOld(t *testing.T) {
	used := make(map[string]string)
	for _, module := range list[struct{ Path, Version string }](t, "-m", "all") {
		used[module.Path] = module.Version
	}
	for path, least := range leastVersions {
		if have, ok := used[path]; ok && older(have, least) {
			t.Errorf("%s is at %s; it must be at least %s", path, have, least)
		}
	}
	if used["golang.org/x/crypto"] == "" {
		t.Fatal("go list does not name the modules in use")
	}
}

// older compares versions as these modules write them: numbers, and a date for
// those that have none.
func older(a, b string) bool {
	return slices.Compare(numbers(a), numbers(b)) < 0
}

func numbers(version string) (ns []int) {
	for _, field := range strings.FieldsFunc(strings.TrimPrefix(version, "v"), func(r rune) bool { return r == '.' || r == '-' }) {
		n, err := strconv.Atoi(field)
		if err != nil {
			break // a pseudo-version's commit
		}
		ns = append(ns, n)
	}
	return ns
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"v2.0.2", "v2.0.10", true},
		{"v2.0.10", "v2.0.10", false},
		{"v2.1.0", "v2.0.10", false},
		{"v0.0.0-20201108231250-4ab98ab61fb1", "v0.0.0-20201108231250", false},
		{"v0.0.0-20191108231250-4ab98ab61fb1", "v0.0.0-20201108231250", true},
	} {
		if got := older(c.a, c.b); got != c.want {
			t.Errorf("older(%s, %s) = %v", c.a, c.b, got)
		}
	}
}

// The top of the tree holds these and nothing else, so that a stranger sees at
// once what there is.
func TestTopLevel(t *testing.T) {
	layout := strings.Fields("cmd sshsrv rooms webbridge web docs go.mod go.sum README.md LICENSE Makefile .ci .gitignore")
	out, err := exec.Command("git", "-C", "../..", "ls-tree", "--name-only", "HEAD").Output()
	if err != nil {
		// Not a checkout, or no git: an unpacked archive has no more than its files.
		entries, err := os.ReadDir("../..")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != ".git" {
				out = fmt.Appendln(out, e.Name())
			}
		}
	}
	for _, name := range strings.Fields(string(out)) {
		if !slices.Contains(layout, name) {
			t.Errorf("%s does not belong to the top level", name)
		}
	}
}
