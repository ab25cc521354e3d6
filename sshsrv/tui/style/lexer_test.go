package style

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/markup"
	"sotto/sshsrv/tui/theme"
)

func TestCodeIsColoured(t *testing.T) {
	for _, test := range []struct {
		lang, code, word string
		want             theme.Style
	}{
		{"go", "func f() {}", "func", theme.Keyword},
		{"go", "func f() {}", "f", theme.Func},
		{"Go", "return \"s\"", "\"s\"", theme.String},
		{"go", "x := 'a' // why", "// why", theme.Comment},
		{"go", "r := '\\''", "'\\''", theme.String},
		{"go", "var n int", "int", theme.Type},
		{"go", "x := `a\nb`", "`a\nb`", theme.String},
		{"py", "# why\nx = 1", "# why", theme.Comment},
		{"py", "'''a\nb'''", "'''a\nb'''", theme.String},
		{"py", "@cached\ndef f():", "@cached", theme.Func},
		{"rust", "let x = 42;", "42", theme.Number},
		{"rust", "fn f<'a>(x: &'a T, y: &'b str) {}", " f<'a>(x: &'a T, y: &'b ", theme.Code},
		{"rust", "println!(\"\")", "println", theme.Func},
		{"diff", "-old\n+new", "-old", theme.CodeError},
		{"diff", "@@ -1 +1 @@\n-old\n+new", "+new", theme.String},
		{"c++", "int main() {}", "int", theme.Type},
		{"c", "#include <a.h>\nx", "#include <a.h>", theme.Comment},
		{"c", "x = y /* z\n*/;", "/* z\n*/", theme.Comment},
		{"sh", "echo $# ${#x} # why", "# why", theme.Comment},
		{"sh", "if true; then", "then", theme.Keyword},
		{"sh", "x='a\nb'", "'a\nb'", theme.String},
		{"console", "$ echo hi\nif then", "$ ", theme.Comment},
		{"console", "if then\n$ if x", "if then\n", theme.Code},
		{"console", "x\n$ if x", "if", theme.Keyword},
		{"sql", "SELECT a FROM b -- why", "SELECT", theme.Keyword},
		{"sql", "select 'it''s'", "'it''s'", theme.String},
		{"json", "{\"key\": \"value\"}", "\"key\"", theme.Type},
		{"json", "{\"key\": \"value\"}", "\"value\"", theme.String},
		{"yaml", "key: http://x # why", "key", theme.Type},
		{"yaml", "key: http://x # why", "# why", theme.Comment},
		{"toml", "[a.b]\nkey = 1.5e3", "[a.b]", theme.Keyword},
		{"toml", "[a.b]\nkey = 1.5e3", "1.5e3", theme.Number},
		{"ini", "; why\n[a]\nb c = d", "; why", theme.Comment},
		{"html", "<!-- why --><a href=\"x\">b</a>", "<!-- why -->", theme.Comment},
		{"html", "<a href=\"x\">b</a>", "href", theme.Func},
		{"html", "<a href=\"x\">b</a>", "\"x\"", theme.String},
		{"xml", "<?xml version='1.0'?><a:b/>", "a:b", theme.Type},
		{"css", "a { color: #fff; /* why */ }", "color", theme.Keyword},
		{"css", "@media print {}", "@media", theme.Func},
		{"lua", "--[[ a\nb ]] x", "--[[ a\nb ]]", theme.Comment},
		{"haskell", "foldl' f x -- why", "-- why", theme.Comment},
		{"haskell", "f :: Int", "Int", theme.Type},
		{"make", "all: $(x)\n\tcc # why", "all", theme.Func},
		{"dockerfile", "FROM a AS b", "FROM", theme.Keyword},
		{"nginx", "listen 80; # why", "listen", theme.Keyword},
		{"clojure", "(defn f [x] ; why\n)", "; why", theme.Comment},
		{"clojure", "(defn f [x])", "defn", theme.Keyword},
		{"nix", "x = ''a\nb'';", "''a\nb''", theme.String},
		{"tf", "resource \"a\" {}", "resource", theme.Keyword},
		{"", "func f() {}", "func f() {}", theme.Code},
		{"klingon", "func f() {}", "func f() {}", theme.Code},
	} {
		var got []token
		for _, piece := range tokens(markup.Code{Lang: test.lang, Text: test.code}) {
			if got = append(got, piece); piece == (token{test.word, test.want}) {
				got = nil
				break
			}
		}
		if got != nil {
			t.Errorf("%s: %q is in no piece of style %d of %q: %v", test.lang, test.word, test.want, test.code, got)
		}
	}
}

// whole puts pieces together.
func whole(t *testing.T, pieces []token) string {
	t.Helper()
	var b strings.Builder
	for i, p := range pieces {
		if p.text == "" || i > 0 && pieces[i-1].style == p.style {
			t.Errorf("piece %d of %q is no piece of its own", i, pieces)
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// units are what code is made of that is slow to read, or not read to its end, by
// careless lexers.
var units = []string{
	"\"\\", "/", "`${", "f'{", "m{", "%w(", "$((", "/*", "*/", "R\"(", "<!--", "-->", "<a ", "<", ">", "</", "- ? ", "a:b(", "'", "''", "<?php <<<", "{-", "-}",
	"[[", "]]", "r#\"", "\"\"\"", "~s(", "`", "$(", "[{\"", "(", ")", "{", "}", "[", "]", "\"", "#", " #", "# ", "\n#", "//", "--", "--[[", ";", "@", "@a", "$", "$a",
	"a", "a ", " ", "\t", "\n", "a\n", " \n", "a=", "a =", "a:", "a :", "\"a\" :", "a    ", "    a", "a.", "a.b", "1", "1.", "1e", "1e+", "0x", "_", "é", "漢", "\u0301", "'a", "'\\", "\\", "\\\n",
	"$ ", "\n$ ", "$ \"", "> ", "+", "-", "@@", "a!(", "A", "%", "&", "=", "==", "::", "if ", "FROM ", "ſ",
}

// TestTokensAreTheCode gives every grammar code that it does not expect, and
// wants it back, whole.
func TestTokensAreTheCode(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for _, name := range languages {
		codes := []string{
			"", "\n", "x", "\n\n  x\n\n", "a\tb", "\"unclosed", "'", "/* unclosed", "<a href=\"x", "漢字 é ☃", "{{{{((((", "\"\\", "'\\", "\\",
			"fn main() {\n\tprintln!(\"hi\"); // x\n}\n", "key: [value, 1.5e3]\n", "$x = <<EOT\nx\nEOT\n", "```\n", strings.Repeat("\\", 9),
		}
		for range 200 {
			var b strings.Builder
			for range random.IntN(20) {
				b.WriteString(units[random.IntN(len(units))])
			}
			codes = append(codes, b.String())
		}
		for _, code := range codes {
			if got := whole(t, tokens(markup.Code{Lang: name, Text: code})); got != code {
				t.Errorf("%s: %q became %q", name, code, got)
			}
		}
	}
}

// languages are all that there is a grammar for, and two that nobody knows.
var languages = append(slices.Sorted(maps.Keys(grammars)), "", "klingon")

func FuzzTokens(f *testing.F) {
	for _, name := range languages {
		f.Add(name, "if x { \"y\" } // z\n# <a b='c'>")
	}
	f.Fuzz(func(t *testing.T, lang, code string) {
		if got := whole(t, tokens(markup.Code{Lang: lang, Text: code})); got != code {
			t.Errorf("%s: %q became %q", lang, code, got)
		}
	})
}

// TestTokensAreLinear gives every grammar what would make a careless one look again
// and again: of eight times as much it would make 64 times the work. Compared are the
// fastest of a few runs, since a machine that is busy makes some of them slow.
func TestTokensAreLinear(t *testing.T) {
	read := map[*grammar]bool{}
	for name, g := range grammars {
		if read[g] {
			continue
		}
		read[g] = true
		for _, unit := range units {
			fastest := func(bytes, runs int) time.Duration {
				code := markup.Code{Lang: name, Text: strings.Repeat(unit, bytes/len(unit))}
				least := time.Hour
				for range runs {
					start := time.Now()
					tokens(code)
					least = min(least, time.Since(start))
				}
				return least
			}
			const most = 24
			for runs := 2; fastest(rooms.MaxTextBytes, runs) > most*fastest(rooms.MaxTextBytes/8, runs); runs *= 2 {
				if runs > 64 {
					t.Errorf("%s: eight times as much of %q takes more than %d times as long", name, unit, most)
					break
				}
			}
		}
	}
}

func BenchmarkTokens(b *testing.B) {
	for _, name := range []string{"go", "html", "sql", "clojure", "yaml", "console"} {
		for _, unit := range []string{"a", "é", "$ \"", "if (x) { y(\"z\"); } // why\n", "a    ", "("} {
			code := markup.Code{Lang: name, Text: strings.Repeat(unit, rooms.MaxTextBytes/len(unit))}
			b.Run(name+"/"+unit[:1], func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					tokens(code)
				}
			})
		}
	}
}
