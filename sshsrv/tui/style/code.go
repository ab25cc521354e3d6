package style

import (
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/theme"
)

// A token is a piece of code in one style.
type token struct {
	text  string
	style theme.Style
}

// Colouring code runs somebody's text through regular expressions, which can
// be made slow. So it is paid from a purse that all messages of the process
// share: when it is empty, code is shown in one colour until some time is back.
// The lexers' own limit on a single expression (250 ms) is kept by a clock that
// regexp2 starts and that ends by itself a good second after its last use.
const (
	// purseFull is how much work may be done at once, about fifty ordinary
	// blocks of code.
	purseFull = 2 * time.Second
	// purseShare is which part of a core it is in the long run: one in
	// purseShare.
	purseShare = 10
	// maxColouring is how long one block is coloured; the rest of it is plain.
	maxColouring = 100 * time.Millisecond
)

// A purse holds time that may be spent.
type purse struct {
	mu   sync.Mutex
	debt time.Duration // spent and not yet back, at the time of at
	at   time.Time
}

var colouring purse

// open reports whether there is something to spend.
func (p *purse) open(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle(now)
	return p.debt < purseFull
}

func (p *purse) spend(d time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle(now)
	p.debt += d
}

func (p *purse) settle(now time.Time) {
	p.debt = max(0, p.debt-now.Sub(p.at)/purseShare)
	p.at = now
}

// tokens cuts code into pieces by its language. The pieces together are the
// code, whatever the lexer says.
func tokens(code markup.Code) []token {
	plain := []token{{code.Text, theme.Code}}
	lexer := language(code.Lang)
	if lexer == nil {
		return plain
	}
	start := time.Now()
	if !colouring.open(start) {
		return plain
	}
	pieces, ok := lex(lexer, code.Text, maxColouring)
	now := time.Now()
	colouring.spend(now.Sub(start), now)
	if !ok {
		return plain
	}
	return pieces
}

// lex runs a lexer for at most so long, not counting the time that it takes to
// get ready on its first use. It reports false if the lexer failed or said
// anything but the code.
func lex(lexer chroma.Lexer, code string, limit time.Duration) (pieces []token, ok bool) {
	defer func() {
		// Lexers panic over their own rules, e.g. "unknown state".
		if recover() != nil {
			pieces, ok = nil, false
		}
	}()
	next, err := lexer.Tokenise(nil, code)
	if err != nil {
		return nil, false
	}
	rest, deadline := code, time.Now().Add(limit)
	for t := next(); t != chroma.EOF && rest != ""; t = next() {
		text := t.Value[:min(len(t.Value), len(rest))] // lexers append a line feed
		if !strings.HasPrefix(rest, text) {
			return nil, false
		}
		rest = rest[len(text):]
		style := styleOf(t.Type)
		if n := len(pieces); n > 0 && pieces[n-1].style == style {
			pieces[n-1].text += text
		} else if text != "" {
			pieces = append(pieces, token{text, style})
		}
		if time.Now().After(deadline) {
			break
		}
	}
	if rest != "" {
		pieces = append(pieces, token{rest, theme.Code})
	}
	return pieces, true
}

// styleOf gives a token's type a meaning of the theme.
func styleOf(t chroma.TokenType) theme.Style {
	switch {
	case t.InCategory(chroma.Comment):
		return theme.Comment
	case t == chroma.KeywordType, t == chroma.NameClass, t == chroma.NameBuiltin, t == chroma.NameTag:
		return theme.Type
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord:
		return theme.Keyword
	case t == chroma.NameFunction, t == chroma.NameFunctionMagic, t == chroma.NameDecorator, t == chroma.NameAttribute:
		return theme.Func
	case t.InSubCategory(chroma.LiteralString), t == chroma.GenericInserted:
		return theme.String
	case t.InSubCategory(chroma.LiteralNumber):
		return theme.Number
	case t == chroma.GenericDeleted:
		return theme.CodeError
	case t == chroma.GenericHeading, t == chroma.GenericSubheading:
		return theme.Keyword
	}
	return theme.Code
}

// languages are those that are coloured, by the names that people write behind
// a fence: what people paste to each other, rather than all that can be lexed.
var languages = map[string]string{
	"bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash", "console": "console",
	"c": "c", "h": "c", "cpp": "cpp", "c++": "cpp", "cc": "cpp", "cs": "c#", "csharp": "c#", "c#": "c#",
	"clojure": "clojure", "css": "css", "diff": "diff", "patch": "diff", "dockerfile": "docker", "docker": "docker",
	"elixir": "elixir", "go": "go", "golang": "go", "haskell": "haskell", "hs": "haskell", "html": "html",
	"ini": "ini", "java": "java", "javascript": "js", "js": "js", "jsx": "js", "json": "json",
	"kotlin": "kotlin", "kt": "kotlin", "lua": "lua", "make": "make", "makefile": "make", "nginx": "nginx",
	"nix": "nix", "perl": "perl", "pl": "perl", "php": "php", "protobuf": "protobuf", "proto": "protobuf",
	"python": "python", "py": "python", "r": "r", "ruby": "ruby", "rb": "ruby", "rust": "rust", "rs": "rust",
	"scala": "scala", "sql": "sql", "swift": "swift", "terraform": "terraform", "tf": "terraform", "hcl": "terraform",
	"toml": "toml", "typescript": "ts", "ts": "ts", "tsx": "ts", "xml": "xml", "svg": "xml",
	"yaml": "yaml", "yml": "yaml", "zig": "zig",
}

// language returns the lexer of a language, nil if it is not coloured.
func language(name string) chroma.Lexer {
	known, ok := languages[strings.ToLower(name)]
	if !ok {
		return nil
	}
	return lexers.Get(known)
}
