package webbridge

import (
	"io/fs"
	"math/rand/v2"
	"path"
	"regexp"
	"strings"
	"testing"

	"sotto/web"
)

// The rules that uncommented, references, importLength and unjoinable keep, as regular
// expressions, which take fifty times as long.
var (
	extraRules = []*regexp.Regexp{
		regexp.MustCompile(`(?m)^[ \t]*(//.*|/\*[^*]*\*/)\n`),
		regexp.MustCompile("(?m)[ \\t]+// [^\"'`\\n]*$"),
		regexp.MustCompile(`(?m)^\s+`),
	}
	referenceRule  = regexp.MustCompile(`\b(?:from|(export const style) =) "(\.{1,2}/[^"]+)"`)
	importRule     = regexp.MustCompile(`^import \{\s*\w+(?:,\s*\w+)*,?\s*\} from "[^"]+";\n`)
	unjoinableRule = regexp.MustCompile(`^(?:import\b|export (?:\{|\*|default))`)
)

// keepsRules compares what is read by hand in a source with what the rules say.
func keepsRules(t *testing.T, source string) {
	t.Helper()
	want := source
	for _, rule := range extraRules {
		want = rule.ReplaceAllString(want, "")
	}
	if have := string(uncommented([]byte(source))); have != want {
		t.Fatalf("%q uncommented is\n%q, want\n%q", source, have, want)
	}
	found := references([]byte(source))
	rule := referenceRule.FindAllStringSubmatchIndex(source, -1)
	if len(found) != len(rule) {
		t.Fatalf("%q has the references %v, want %v", source, found, rule)
	}
	for i, r := range rule {
		if want := (reference{r[0], r[1], source[r[4]:r[5]], r[2] >= 0}); found[i] != want {
			t.Fatalf("%q has the reference %v, want %v", source, found[i], want)
		}
	}
	for at := 0; at < len(source); {
		rest := source[at:]
		if have, want := importLength([]byte(rest)), len(importRule.FindString(rest)); have != want {
			t.Fatalf("the import that %q begins with has the length %d, want %d", rest, have, want)
		}
		if have, want := unjoinable([]byte(rest)), unjoinableRule.MatchString(rest); have != want {
			t.Fatalf("that %q can't be joined is %v, want %v", rest, have, want)
		}
		n := strings.IndexByte(rest, '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
}

// TestRulesOfThePages: every file of the pages is read as the rules say.
func TestRulesOfThePages(t *testing.T) {
	read := 0
	if err := fs.WalkDir(web.FS, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".js" && path.Ext(name) != ".css" {
			return err
		}
		content, err := fs.ReadFile(web.FS, name)
		keepsRules(t, string(content))
		read++
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if read == 0 {
		t.Error("the pages have no files")
	}
}

// ruleParts are what the rules are about, in pieces.
var ruleParts = []string{
	" ", "\t", "\n", "\n", "\f", "\r", "// ", "//", "/", "*", "/*", "*/", `"`, "'", "`", `"`, ",", ", ", "a", "_9", "é", "\xff",
	"import", "import {", "import { ", "}", ` } from "`, "from ", `from "`, "./", "../", "./a.js", `";` + "\n", "export ",
	"export {", "export *", "export default", `export const style = "`, "export const style =", ";",
}

// TestRulesInAnyOrder: so is whatever can be made of their pieces.
func TestRulesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 20000 {
		b.Reset()
		for range 1 + random.IntN(16) {
			b.WriteString(ruleParts[random.IntN(len(ruleParts))])
		}
		keepsRules(t, b.String())
	}
}

func FuzzRules(f *testing.F) {
	f.Add("import {\n  a,\n} from \"./a.js\"; // one\n/* two */\n\n\t'// three'\nexport const style = \"../b.css\";")
	f.Fuzz(keepsRules)
}
