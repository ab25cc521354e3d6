package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// met are the places that every event of package rooms has to be met in, and the
// events that are none of their business.
var met = []struct {
	where  string // a pattern of files
	beside []string
}{
	// A connection's own news are no server's.
	{"../../rooms/wire/*.go", []string{"Link", "Silence", "Transfer"}},
	// Bytes of files are taken below every door, and sealed bodies opened there; a
	// Synced and what is answered about voice are whoever's who asked for it.
	{"../../sshsrv/tui/events.go", []string{"Passed", "Sealed", "Synced", "VoiceAnswered"}},
	// Lines that were written can't be taken back: nobody's typing is shown, and /who asks
	// rooms.Talkers who is in voice.
	{"../../sshsrv/line/*.go", []string{"Passed", "Sealed", "TypingNow", "VoiceNow", "VoiceAnswered"}},
}

// TestEveryEventIsMet finds an event that one of the doors forgot: a switch over
// events has no compiler that counts its cases.
func TestEveryEventIsMet(t *testing.T) {
	events := eventsOfRooms(t)
	if len(events) < 20 {
		t.Fatalf("only found %q", events)
	}
	for _, m := range met {
		names := cased(t, m.where)
		for _, event := range events {
			if slices.Contains(m.beside, event) == slices.Contains(names, event) {
				t.Errorf("%s: *rooms.%s is met, and named as none of its business; or neither", m.where, event)
			}
		}
	}
}

// TestEveryFrameIsKnownInThePage: what the server writes, the page reads.
func TestEveryFrameIsKnownInThePage(t *testing.T) {
	page := read(t, "../../web/static/net/protocol.js")
	_, mending, _ := strings.Cut(read(t, "../../rooms/wire/mending.go"), "\nfunc encodeMended(") // before it stands what clients write
	frames := regexp.MustCompile(`begin\(buf, "(\w+)"\)`).FindAllStringSubmatch(read(t, "../../rooms/wire/server.go")+read(t, "../../rooms/wire/governing.go")+mending, -1)
	if !strings.Contains(fmt.Sprint(frames), "amended") {
		t.Error("what is said of something said is not looked at")
	}
	if len(frames) < 15 {
		t.Fatalf("only found %q", frames)
	}
	for _, frame := range frames {
		// Two are what a sealed room's own end tells of itself.
		if name := frame[1]; name != "unconfirmed" && name != "compared" && !strings.Contains(page, "\n  "+name+": \"") {
			t.Errorf("net/protocol.js does not know the frame %q", name)
		}
	}
}

// eventsOfRooms are the types of package rooms that are events: those with facts.
func eventsOfRooms(t *testing.T) (names []string) {
	t.Helper()
	for _, declared := range parse(t, "../../rooms/facts.go").Decls {
		if f, ok := declared.(*ast.FuncDecl); ok && f.Name.Name == "facts" {
			names = append(names, f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name)
		}
	}
	return names
}

// cased are the types of package rooms that these files have a case for, or assert.
func cased(t *testing.T, pattern string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	note := func(e ast.Expr) {
		if star, ok := e.(*ast.StarExpr); ok {
			if of, ok := star.X.(*ast.SelectorExpr); ok {
				if pkg, ok := of.X.(*ast.Ident); ok && pkg.Name == "rooms" {
					names = append(names, of.Sel.Name)
				}
			}
		}
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		ast.Inspect(parse(t, file), func(n ast.Node) bool {
			if c, ok := n.(*ast.CaseClause); ok {
				for _, e := range c.List {
					note(e)
				}
			}
			return true
		})
	}
	return names
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
