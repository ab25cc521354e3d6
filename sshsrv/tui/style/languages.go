package style

import (
	"slices"
	"strings"

	"sotto/sshsrv/tui/theme"
)

// Signs that several languages share.
var (
	doubled    = quote{open: `"`, close: `"`, escape: '\\'}
	single     = quote{open: "'", close: "'", escape: '\\'}
	character  = quote{open: "'", close: "'", escape: '\\', short: true}
	across     = quote{open: `"`, close: `"`, escape: '\\', lines: true}
	bare       = quote{open: "'", close: "'", lines: true}
	backticked = quote{open: "`", close: "`", escape: '\\', lines: true}
	raw        = quote{open: "`", close: "`", lines: true}
	tripled    = quote{open: `"""`, close: `"""`, escape: '\\', lines: true}

	slashes = quote{open: "//"}
	starred = quote{open: "/*", close: "*/", lines: true}
	hash    = quote{open: "#"}
	dashes  = quote{open: "--"}
	pragma  = quote{open: "#", first: true}
)

// words are names with a meaning of their own.
func words(keywords, types string) map[string]theme.Style {
	words := make(map[string]theme.Style)
	for _, w := range strings.Fields(keywords) {
		words[w] = theme.Keyword
	}
	for _, w := range strings.Fields(types) {
		words[w] = theme.Type
	}
	return words
}

// like is a grammar of a family with words of its own.
func like(family grammar, keywords, types string) *grammar {
	family.words = words(keywords, types)
	for _, q := range append(slices.Clone(family.comments), family.strings...) {
		family.signs[q.open[0]] = true
	}
	if family.scan == nil {
		family.scan = (*scanner).scanWords
	}
	return &family
}

// The families.
var (
	braces  = grammar{comments: []quote{slashes, starred}, strings: []quote{tripled, doubled, character}, before: "@$", calls: true, marks: true}
	clike   = grammar{comments: []quote{slashes, starred, pragma}, strings: []quote{doubled, character}, calls: true}
	scripts = grammar{comments: []quote{hash}, strings: []quote{across, bare}, before: "$", within: "-", apart: true, calls: true}
	hashed  = grammar{comments: []quote{hash}, strings: []quote{across, {open: "'", close: "'", escape: '\\', lines: true}}, before: "@$", calls: true}
	lisp    = grammar{comments: []quote{{open: ";"}}, strings: []quote{across}, before: ":*+-<>=!?&%", within: "-*+!?<>=.:/&%#'", calls: false}
	pairs   = grammar{comments: []quote{hash}, strings: []quote{tripled, doubled, {open: "'", close: "'"}}, within: "-.", key: '=', keys: theme.Func, apart: true}
)

// grammars are the languages that are coloured, by the names that people write
// behind a fence: what people paste to each other.
var grammars = func() map[string]*grammar {
	all := make(map[string]*grammar)
	add := func(names string, g *grammar) {
		for _, name := range strings.Fields(names) {
			all[name] = g
		}
	}
	sh := like(scripts, "break case continue do done elif else esac exit export fi for function if in local readonly return select set shift source then trap unset until while",
		"alias cat cd chmod command cp curl declare dirname echo eval exec find getopts git grep head kill ls make mkdir mv printf pwd read rm sed sort ssh sudo tail test touch tr type umask wait xargs")
	add("bash sh shell zsh", sh)
	add("console", &grammar{scan: prompted(sh)})
	add("diff patch", &grammar{scan: (*scanner).scanDiff})
	add("html xml svg", &grammar{scan: (*scanner).scanTag, strings: []quote{{open: `"`, close: `"`, lines: true}, bare}, comments: []quote{{open: "<!--", close: "-->", lines: true}}, within: "-.:"})

	cWords := "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch typedef union volatile while "
	cTypes := "bool char double float int int8_t int16_t int32_t int64_t long ptrdiff_t short signed size_t ssize_t uint8_t uint16_t uint32_t uint64_t unsigned void "
	add("c h", like(clike, cWords+"NULL true false", cTypes))
	add("cpp c++ cc", like(clike, cWords+"alignas alignof and catch class co_await co_return co_yield concept consteval constexpr constinit const_cast decltype delete dynamic_cast explicit export false final friend module mutable namespace new noexcept not nullptr operator or override private protected public reinterpret_cast requires static_assert static_cast template this thread_local throw true try typeid typename using virtual", cTypes+"wchar_t char8_t char16_t char32_t string string_view vector map set"))
	add("cs csharp c#", like(clike, "abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern false finally fixed for foreach get goto if implicit in interface internal is lock namespace new null operator out override params private protected public readonly record ref return sealed set sizeof stackalloc static struct switch this throw true try typeof unchecked unsafe using var virtual when where while yield", "bool byte char decimal double dynamic float int long object sbyte short string uint ulong ushort void"))
	add("go golang", like(grammar{comments: []quote{slashes, starred}, strings: []quote{raw, doubled, character}, calls: true},
		"break case chan const continue default defer else fallthrough false for func go goto if import interface iota map nil package range return select struct switch true type var",
		"any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr append cap clear close copy delete len make max min new panic print println recover"))
	add("java", like(braces, "abstract assert break case catch class const continue default do else enum extends false final finally for goto if implements import instanceof interface native new null package permits private protected public record return sealed static strictfp super switch synchronized this throw throws transient true try var volatile while yield", "boolean byte char double float int long short void String"))
	add("kotlin kt", like(braces, "abstract as break by catch class companion constructor continue crossinline data do else enum expect external false final finally for fun get if import in infix init inline inner interface internal is it lateinit noinline null object open operator out override package private protected public reified return sealed set super suspend tailrec this throw true try typealias val var vararg when where while", "Any Boolean Byte Char Double Float Int List Long Map Nothing Set Short String Unit"))
	add("scala", like(braces, "abstract case catch class def do else enum export extends extension false final finally for forSome given if implicit import infix inline lazy match new null object opaque open override package private protected return sealed super then this throw trait transparent true try type using val var while with yield", "Any AnyRef Boolean Byte Char Double Float Int List Long Map Nothing Option Seq Set Short String Unit"))
	add("swift", like(braces, "actor any as associatedtype async await break case catch class continue convenience default defer deinit didSet do else enum extension fallthrough false fileprivate final for func get guard if import in indirect infix init inout internal is lazy let mutating nil nonisolated open operator override postfix prefix private protocol public repeat required rethrows return self set some static struct subscript super switch throw throws true try typealias unowned var weak where while willSet", "Any Array Bool Character Dictionary Double Float Int Optional Self Set String UInt Void"))
	add("php", like(grammar{comments: []quote{slashes, starred, hash}, strings: []quote{across, {open: "'", close: "'", escape: '\\', lines: true}, backticked}, before: "$", calls: true},
		"abstract and as break callable case catch class clone const continue declare default do echo else elseif empty enddeclare endfor endforeach endif endswitch endwhile enum extends false final finally fn for foreach function global goto if implements include include_once instanceof insteadof interface isset list match namespace new null or print private protected public readonly require require_once return static switch throw trait true try unset use var while xor yield", "array bool float int iterable mixed never object string void self parent"))
	jsWords := "async await break case catch class const continue debugger default delete do else export extends false finally for from function get if import in instanceof let new null of return set static super switch this throw true try typeof undefined var void while with yield "
	js := grammar{comments: []quote{slashes, starred}, strings: []quote{backticked, doubled, single}, before: "@$", within: "$", calls: true, marks: true}
	add("javascript js jsx", like(js, jsWords, "Array Boolean Date Error JSON Map Math Number Object Promise RegExp Set String Symbol console document globalThis window"))
	add("typescript ts tsx", like(js, jsWords+"abstract as asserts declare enum implements infer interface is keyof module namespace override private protected public readonly satisfies type unique", "Array Map Promise Record Set any bigint boolean never number object string symbol unknown"))
	add("rust rs", like(grammar{comments: []quote{slashes, starred}, strings: []quote{{open: `r#"`, close: `"#`, lines: true}, across, character}, calls: true},
		"as async await break const continue crate dyn else enum extern false fn for if impl in let loop macro_rules match mod move mut pub ref return self static struct super trait true type union unsafe use where while yield",
		"Arc Box Err None Ok Option Rc Result Self Some String Vec bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize"))
	add("zig", like(grammar{comments: []quote{slashes}, strings: []quote{doubled, character, {open: `\\`}}, before: "@", calls: true, marks: true},
		"addrspace align allowzero and anyframe anytype asm async await break callconv catch comptime const continue defer else enum errdefer error export extern false fn for if inline linksection noalias noinline nosuspend null opaque or orelse packed pub resume return struct suspend switch test threadlocal true try undefined union unreachable usingnamespace var volatile while",
		"bool f16 f32 f64 f128 i8 i16 i32 i64 i128 isize anyerror noreturn type u8 u16 u32 u64 u128 usize void"))
	add("protobuf proto", like(clike, "enum extend extensions false import map max message oneof option optional package public repeated required reserved returns rpc service stream syntax to true weak", "bool bytes double fixed32 fixed64 float int32 int64 sfixed32 sfixed64 sint32 sint64 string uint32 uint64"))

	add("python py", like(grammar{comments: []quote{hash}, strings: []quote{tripled, {open: "'''", close: "'''", escape: '\\', lines: true}, doubled, single}, before: "@", calls: true, marks: true},
		"False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield",
		"bool bytes dict enumerate filter float frozenset int isinstance len list map max min object open print range repr reversed self set sorted str sum super tuple type zip Exception KeyError TypeError ValueError"))
	add("ruby rb", like(hashed, "BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield", "attr_accessor attr_reader attr_writer include extend lambda p print private proc protected public puts raise require require_relative"))
	add("perl pl", like(hashed, "and cmp continue do else elsif eq eval for foreach ge goto gt if last le local lt my ne next no not or our package redo return sub unless until use while xor", "chomp close defined delete die each exists join keys length map open pop print printf push ref scalar shift sort splice split sprintf substr unshift values warn"))
	add("elixir", like(grammar{comments: []quote{hash}, strings: []quote{tripled, across, single}, before: "@", within: "?!", calls: true, large: true},
		"after alias and case catch cond def defdelegate defexception defguard defimpl defmacro defmacrop defmodule defp defprotocol defstruct do else end false fn for if import in nil not or quote raise receive require rescue super throw true try unless unquote use when with", ""))
	add("r", like(grammar{comments: []quote{hash}, strings: []quote{across, {open: "'", close: "'", escape: '\\', lines: true}}, within: ".", calls: true},
		"FALSE Inf NA NULL NaN TRUE break else for function if in next repeat return while", "c character data.frame factor integer library list logical matrix numeric"))
	add("nix", like(grammar{comments: []quote{hash, starred}, strings: []quote{across, {open: "''", close: "''", lines: true}}, within: "-'", key: '=', keys: theme.Func},
		"assert else false if in inherit import let null or rec then true with", "builtins throw abort"))
	add("make makefile", like(grammar{comments: []quote{hash}, strings: []quote{doubled, single}, within: "-./%", key: ':', keys: theme.Func},
		"define else endef endif export ifdef ifeq ifndef ifneq include override private sinclude undefine unexport vpath", ""))
	add("dockerfile docker", like(scripts, "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR", ""))
	add("nginx", like(grammar{comments: []quote{hash}, strings: []quote{doubled, single}, before: "$", within: "-./", apart: true, first: true}, "on off", ""))
	add("terraform tf hcl", like(grammar{comments: []quote{hash, slashes, starred}, strings: []quote{doubled}, within: "-", key: '=', keys: theme.Func, calls: true},
		"check data dynamic else false for for_each if import in locals module moved null output provider resource terraform true variable", "any bool list map number object set string tuple"))

	add("ini", like(grammar{comments: []quote{{open: ";"}, hash}, strings: []quote{doubled}, within: "-. ", key: '=', keys: theme.Func, scan: (*scanner).scanSection}, "", ""))
	tables := pairs
	tables.scan = (*scanner).scanSection
	add("toml", like(tables, "true false", ""))
	add("yaml yml", like(grammar{comments: []quote{hash}, strings: []quote{doubled, {open: "'", close: "'"}}, within: "-./", before: "&*!", key: ':', keys: theme.Type, apart: true}, "true false null yes no on off", ""))
	add("json", like(grammar{strings: []quote{doubled}, key: ':', keys: theme.Type}, "true false null", ""))
	add("css", like(grammar{comments: []quote{starred}, strings: []quote{doubled, single}, before: "@.-", within: "-", key: ':', keys: theme.Keyword, calls: true, marks: true}, "important", ""))
	add("sql", like(grammar{comments: []quote{dashes, starred}, strings: []quote{bare, {open: `"`, close: `"`}}, anyCase: true, calls: true},
		"add all alter and any as asc begin between by cascade case check column commit conflict constraint create cross current database default delete desc distinct do drop else end except exists explain false fetch foreign from full function grant group having if in index inner insert intersect into is join key left like limit natural not null offset on or order outer over partition primary references returning revoke right rollback row rows select set table then to transaction trigger true truncate union unique update using values view when where with",
		"bigint bigserial boolean bytea char character date decimal double float int integer interval json jsonb numeric precision real serial smallint text time timestamp timestamptz uuid varchar"))
	add("lua", like(grammar{comments: []quote{{open: "--[[", close: "]]", lines: true}, dashes}, strings: []quote{{open: "[[", close: "]]", lines: true}, doubled, single}, calls: true},
		"and break do else elseif end false for function goto if in local nil not or repeat return then true until while", "ipairs pairs print require self setmetatable string table tonumber tostring type"))
	add("haskell hs", like(grammar{comments: []quote{{open: "{-", close: "-}", lines: true}, dashes}, strings: []quote{doubled, character}, within: "'", large: true},
		"as case class data default deriving do else family forall foreign hiding if import in infix infixl infixr instance let mdo module newtype of proc qualified rec then type where", ""))
	add("clojure", like(lisp, "case catch cond cond-> cond->> def defmacro defmethod defmulti defn defn- defonce defprotocol defrecord deftype do doseq dotimes false finally fn for if if-let if-not if-some import let letfn loop nil ns quote recur reify require throw true try use var when when-let when-not when-some", "assoc atom comp concat conj count deref dissoc filter first get map mapv merge partial print println reduce rest seq str swap! update"))
	return all
}()

// scanDiff takes a line of a patch.
func (s *scanner) scanDiff() {
	line := s.code[s.at:s.lineEnd()]
	style := theme.Code
	for _, sign := range []struct {
		begins string
		style  theme.Style
	}{{"@@", theme.Keyword}, {"diff ", theme.Keyword}, {"index ", theme.Keyword}, {"+", theme.String}, {"-", theme.CodeError}} {
		if strings.HasPrefix(line, sign.begins) {
			style = sign.style
			break
		}
	}
	s.take(len(line), style)
	s.take(min(1, len(s.code)-s.at), theme.Code) // the line feed
}

// prompted takes a line of a terminal: what was typed behind a prompt, in its
// shell's colours, or what was answered.
func prompted(shell *grammar) func(*scanner) {
	return func(s *scanner) {
		end := s.lineEnd()
		if line := s.code[s.at:end]; strings.HasPrefix(line, "$ ") || strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "> ") || strings.HasPrefix(line, "% ") {
			s.take(len("$ "), theme.Comment)
			typed := scanner{grammar: shell, code: s.code[:end], at: s.at, pieces: s.pieces}
			for typed.at < end {
				shell.scan(&typed)
			}
			s.at, s.pieces = typed.at, typed.pieces
		} else {
			s.takeTo(end, theme.Code)
		}
		s.take(min(1, len(s.code)-s.at), theme.Code)
	}
}

// scanSection takes the name of a section, or what scanWords takes.
func (s *scanner) scanSection() {
	if s.code[s.at] == '[' && s.begins() {
		s.takeTo(s.lineEnd(), theme.Keyword)
		return
	}
	s.scanWords()
}

// scanTag takes a tag or what is between two.
func (s *scanner) scanTag() {
	if s.comment() {
		return
	}
	if s.code[s.at] != '<' {
		next := strings.IndexByte(s.code[s.at:], '<')
		if next < 0 {
			next = len(s.code) - s.at
		}
		s.take(next, theme.Code)
		return
	}
	s.take(1, theme.Code)
	for style := theme.Type; s.at < len(s.code) && s.code[s.at] != '<'; {
		rest := s.code[s.at:]
		switch {
		case rest[0] == '>':
			s.take(1, theme.Code)
			return
		case s.literal():
		case s.beginsName(rest):
			s.take(s.nameEnd(rest), style)
			style = theme.Func // after the tag's name come attributes
		default:
			s.character()
		}
	}
}
