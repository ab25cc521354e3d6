// Colours in fenced code, roughly: comments, strings, numbers and the keywords
// of the languages people paste most. It agrees with the terminal in what kinds
// there are, and it gives every character back in order whatever the text is.

const families = {
  c: {
    comment: String.raw`//[^\n]*|/\*[\s\S]*?(?:\*/|$)`,
    string: String.raw`"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|` + "`[^`]*`?",
  },
  hash: {
    comment: String.raw`#[^\n]*`,
    string: String.raw`"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?`,
  },
  sql: {
    comment: String.raw`--[^\n]*|/\*[\s\S]*?(?:\*/|$)`,
    string: String.raw`'(?:''|[^'])*'?|"(?:""|[^"\n])*"?`,
  },
  json: { comment: "(?!)", string: String.raw`"(?:\\.|[^"\\\n])*"?` },
};

const cLike = "break case const continue default do else enum false for if null return static struct switch this throw true try catch void while new class extends super import export from public private protected final int char bool boolean float double long short unsigned signed typedef sizeof interface package";

const languages = new Map(Object.entries({
  go: ["c", "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false iota"],
  js: ["c", "async await break case catch class const continue default delete do else export extends false finally for from function if import in instanceof let new null of return static super switch this throw true try typeof undefined var void while yield"],
  ts: ["c", "abstract any as async await boolean break case catch class const continue declare default delete do else enum export extends false finally for from function if implements import in instanceof interface keyof let namespace never new null number of private protected public readonly return static string super switch this throw true try type typeof undefined unknown var void while yield"],
  rust: ["c", "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while"],
  c: ["c", cLike],
  java: ["c", cLike],
  python: ["hash", "and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return self True try while with yield"],
  ruby: ["hash", "and begin break case class def do else elsif end ensure false for if in module next nil not or redo require rescue retry return self super then true undef unless until when while yield"],
  sh: ["hash", "case do done elif else esac exit export fi for function if in local return set shift source then unset until while"],
  yaml: ["hash", "true false null yes no"],
  toml: ["hash", "true false"],
  sql: ["sql", "add all alter and as asc between by case create delete desc distinct drop else end exists from full group having in inner insert into is join key left like limit not null on or order outer primary right select set table then union unique update values when where with"],
  json: ["json", "true false null"],
}));

const aliases = new Map(Object.entries({
  golang: "go", javascript: "js", jsx: "js", mjs: "js", typescript: "ts", tsx: "ts", rs: "rust",
  h: "c", cpp: "c", "c++": "c", cc: "c", "c#": "java", cs: "java", kotlin: "java", swift: "java", php: "c",
  py: "python", python3: "python", rb: "ruby", bash: "sh", shell: "sh", zsh: "sh", yml: "yaml", ini: "toml",
}));

const number = String.raw`\b(?:0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)\b`;

// highlight returns the text in parts: {kind, text}, where kind is "keyword",
// "string", "comment", "number" or "". A language it doesn't know is one part.
export function highlight(text, lang) {
  const typed = lang.toLowerCase();
  const name = aliases.get(typed) ?? typed;
  if (!languages.has(name)) return [{ kind: "", text }];
  const [family, words] = languages.get(name);
  const { comment, string } = families[family];
  const keyword = `\\b(?:${words.split(" ").join("|")})\\b`;
  const pattern = new RegExp(`(?<comment>${comment})|(?<string>${string})|(?<number>${number})|(?<keyword>${keyword})`, family === "sql" ? "gi" : "g");
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) parts.push({ kind: "", text: text.slice(end, match.index) });
    const [kind] = Object.entries(match.groups).find(([, part]) => part !== undefined);
    parts.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: "", text: text.slice(end) });
  return parts;
}
