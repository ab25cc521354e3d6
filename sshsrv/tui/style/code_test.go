package style

import (
	"strings"
	"testing"
	"time"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/theme"
)

func TestCodeIsColoured(t *testing.T) {
	for _, test := range []struct {
		lang, code, word string
		want             theme.Style
	}{
		{"go", "func f() {}", "func", theme.Keyword},
		{"Go", "return \"s\"", "\"s\"", theme.String},
		{"py", "# why\nx = 1", "# why", theme.Comment},
		{"rust", "let x = 42;", "42", theme.Number},
		{"diff", "-old\n+new", "-old", theme.CodeError},
		{"c++", "int main() {}", "int", theme.Type},
		{"", "func f() {}", "func", theme.Code},
		{"klingon", "func f() {}", "func", theme.Code},
	} {
		var got theme.Style
		for _, token := range tokens(markup.Code{Lang: test.lang, Text: test.code}) {
			if strings.Contains(token.text, test.word) {
				got = token.style
				break
			}
		}
		if got != test.want {
			t.Errorf("%s: %q in %q is in style %d, want %d", test.lang, test.word, test.code, got, test.want)
		}
	}
}

// TestTokensAreTheCode gives every lexer code that it does not expect.
func TestTokensAreTheCode(t *testing.T) {
	for name := range languages {
		lexer := language(name)
		if lexer == nil {
			t.Errorf("there is no lexer for %q", name)
			continue
		}
		for _, code := range []string{
			"", "\n", "x", "\n\n  x\n\n", "a\tb", "\"unclosed", "'", "/* unclosed", "<a href=\"x", "漢字 é ☃", "{{{{((((",
			"fn main() {\n\tprintln!(\"hi\"); // x\n}\n", "key: [value, 1.5e3]\n", "$x = <<EOT\nx\nEOT\n", "```\n", strings.Repeat("\\", 9),
		} {
			pieces, ok := lex(lexer, code, time.Hour)
			if !ok {
				continue
			}
			var whole strings.Builder
			for _, p := range pieces {
				whole.WriteString(p.text)
			}
			if whole.String() != code {
				t.Errorf("%s: %q became %q", name, code, whole.String())
			}
		}
	}
}

func TestDeadlineLeavesTheRestPlain(t *testing.T) {
	code := strings.Repeat("func f() {}\n", 100)
	pieces, ok := lex(language("go"), code, 0)
	if !ok || len(pieces) == 0 || pieces[len(pieces)-1].style != theme.Code || len(pieces[len(pieces)-1].text) < len(code)/2 {
		t.Errorf("%v, %d pieces", ok, len(pieces))
	}
}

func TestPurse(t *testing.T) {
	var p purse
	now := time.Unix(1e9, 0)
	if !p.open(now) {
		t.Fatal("a new purse is empty")
	}
	p.spend(purseFull+time.Second, now)
	if p.open(now) {
		t.Error("an overspent purse is open")
	}
	if p.open(now.Add(purseShare*time.Second - time.Millisecond)) {
		t.Error("it opened too early")
	}
	if !p.open(now.Add(purseShare*time.Second + purseShare*time.Millisecond)) {
		t.Error("it did not open again")
	}
}

func TestHostileCodeEndsSoon(t *testing.T) {
	const size = 4000
	for name, unit := range map[string]string{
		"go": "\"\\", "js": "/", "ts": "`${", "python": "f'{", "perl": "m{", "ruby": "%w(", "bash": "$((", "c": "/*", "cpp": "R\"(",
		"html": "<!--", "xml": "<a ", "yaml": "- ? ", "css": "a:b(", "sql": "'", "php": "<?php <<<", "haskell": "{-", "lua": "[[",
		"rust": "r#\"", "kotlin": "\"\"\"", "nix": "''", "elixir": "~s(", "scala": "`", "make": "$(", "json": "[{\"", "toml": "[[",
	} {
		code := strings.Repeat(unit, size/len(unit))
		lexer := language(name)
		lex(lexer, "", time.Hour) // compiles its rules
		start := time.Now()
		lex(lexer, code, maxColouring)
		// One step may overrun the deadline, by what the lexer's own limit and a
		// slow machine allow; what must not happen is that it takes for ever.
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %q took %v", name, unit, took)
		}
	}
}
