// The light Markdown of a message, read into a structure. This is the twin of
// the Go package rooms/markup, whose comment is the grammar; the vectors in its
// testdata hold both to it. It knows no DOM: what it returns is plain objects.
//
//   parse(text) -> [block]
//   block: { type: "paragraph", lines: [line] }
//          { type: "code", lang, text }
//          { type: "quote", blocks: [block] }
//          { type: "list", items: [{ marker, depth, lines: [line] }] }
//   line:  [{ text, bold?, italic?, strike?, code?, link? }], the flags true or absent

// How deep quotes and lists nest.
export const MAX_DEPTH = 4;

const MAX_ITEM_INDENT = 12;
const MAX_TICKS = 3; // backticks around code within a line

export const parse = (text) => parseBlocks(text.split("\n"), 0);

// plain returns the words of a text without what marks them.
export const plain = (text) => parse(text).map(words).join("\n");

// words are those of a block or of an item in a list.
function words({ text, blocks, items, lines }) {
  if (lines) return lines.map((line) => line.map((span) => span.text).join("")).join("\n");
  return text ?? (blocks ?? items).map(words).join("\n");
}

// ---- Blocks ----

const FENCE = /^ {0,3}(`{3,})/;
const LANG = /^[0-9A-Za-z+#._-]{0,32}$/;
const ITEM_MARKER = /^([-*]|[0-9]{1,3}\.) (?! )/;
// Something that is neither ASCII punctuation nor shows nothing (BLANK of clean.js,
// which comes later): a drawing has none.
const TELLING = /[^!-/:-@[-`{-~\t\p{Zs}\u2800\u{1d159}\u{13441}\u{13442}]/u;

function parseBlocks(lines, depth) {
  const builder = new Builder();
  const closing = longestClosing(lines);
  for (let i = 0; i < lines.length;) {
    const { ticks, rest: lang } = fence(lines[i]);
    if (ticks > 0 && LANG.test(lang) && closing[i + 1] >= ticks) {
      let end = i + 1;
      while (closingFence(lines[end]) < ticks) end++;
      builder.add({ type: "code", lang, text: lines.slice(i + 1, end).join("\n") });
      i = end + 1;
      continue;
    }
    const inner = depth < MAX_DEPTH ? quoted(lines, i) : [];
    if (inner.length > 0) {
      builder.add({ type: "quote", blocks: parseBlocks(inner, depth + 1) });
      i += inner.length;
      continue;
    }
    builder.line(lines[i]);
    i++;
  }
  builder.end();
  return builder.blocks;
}

// Gathers lines into the paragraph or list that they belong to.
class Builder {
  blocks = [];
  #paragraph = null; // lines of the paragraph that is open
  #items = null; // of the list that is open; never both
  #indents = []; // of the items around and including the last, rising
  #text = 0; // the indentation of the last item's text

  add(block) {
    this.end();
    this.blocks.push(block);
  }

  end() {
    if (this.#paragraph) this.blocks.push({ type: "paragraph", lines: this.#paragraph });
    if (this.#items) this.blocks.push({ type: "list", items: this.#items });
    this.#paragraph = this.#items = null;
    this.#indents = [];
  }

  line(line) {
    const indent = leading(line, 0, " ");
    const marker = indent <= MAX_ITEM_INDENT ? itemMarker(line.slice(indent)) : "";
    if (marker) {
      if (!this.#items) {
        this.end();
        this.#items = [];
      }
      this.#text = indent + marker.length + 1;
      this.#items.push({ marker, depth: this.#nest(indent), lines: [parseLine(line.slice(this.#text))] });
    } else if (this.#items && indent >= this.#text && indent < line.length) {
      this.#items.at(-1).lines.push(parseLine(line.slice(this.#text)));
    } else {
      if (this.#items) this.end();
      this.#paragraph ??= [];
      this.#paragraph.push(parseLine(line));
    }
  }

  #nest(indent) {
    const indents = this.#indents;
    while (indents.length > 0 && indents.at(-1) > indent) indents.pop();
    if (indents.length === 0 || (indents.length < MAX_DEPTH && indents.at(-1) < indent)) indents.push(indent);
    return indents.length - 1;
  }
}

function itemMarker(s) {
  const match = ITEM_MARKER.exec(s);
  return match && TELLING.test(s.slice(match[0].length)) ? match[1] : "";
}

// What the quote that begins at line i quotes, line by line; empty if none does.
function quoted(lines, i) {
  const inner = [];
  for (; i < lines.length && lines[i].startsWith(">"); i++) {
    const rest = lines[i].slice(1);
    const blank = leading(rest, 0, " ") === rest.length;
    if (blank ? inner.length === 0 : rest[0] !== " ") break;
    inner.push(rest[0] === " " ? rest.slice(1) : rest);
  }
  return inner;
}

// How many backticks fence a line, and what stands behind them.
function fence(line) {
  const match = FENCE.exec(line);
  if (!match) return { ticks: 0, rest: "" };
  let start = match[0].length;
  let end = line.length;
  start += leading(line, start, " ");
  while (end > start && line[end - 1] === " ") end--;
  return { ticks: match[1].length, rest: line.slice(start, end) };
}

function closingFence(line) {
  const { ticks, rest } = fence(line);
  return rest === "" ? ticks : 0;
}

// For each index the longest closing fence from that line on, so that no fence
// is searched for in vain.
function longestClosing(lines) {
  const longest = new Array(lines.length + 1).fill(0);
  for (let i = lines.length - 1; i >= 0; i--) longest[i] = Math.max(longest[i + 1], closingFence(lines[i]));
  return longest;
}

// ---- Spans ----

const STYLE = { "**": "bold", "*": "italic", "_": "italic", "~~": "strike" };

function parseLine(line) {
  if (line === "") return [];
  if (!/[*_~`:]/.test(line)) return [{ text: line }];
  const scanner = new Scanner(line);
  scanner.scan();
  return scanner.spans();
}

// Cuts a line into pieces and finds out which of them are markers. A piece is
// { start, end, style?, marker?, role? }. A role is what a marker does to the set of
// those that are open; one without is text.
class Scanner {
  #line;
  #pieces = [];
  #text = 0; // where the text begins that is in no piece yet
  #open = []; // the pieces that are open markers, at most one of each kind

  constructor(line) {
    this.#line = line;
  }

  scan() {
    const line = this.#line;
    const ticks = lastRuns(line);
    for (let i = 0; i < line.length;) {
      const c = line[i];
      if (c === "`") {
        const n = leading(line, i, "`");
        if (n <= MAX_TICKS && ticks[n] > i && marks(line, i, n)) {
          const end = nextRun(line, i + n, n);
          const [from, to] = unpad(line, i + n, end);
          this.#cut(i, end + n, { start: from, end: to, style: "code" });
          i = end;
        }
        i += n;
      } else if (c === "h" || c === "H") {
        const n = linkLength(line, i);
        if (n > 0 && !isWord(before(line, i))) this.#cut(i, i + n, { start: i, end: i + n, style: "link" });
        i += Math.max(n, 1);
      } else if (isMarker(c)) {
        let end = i + 1;
        while (end < line.length && isMarker(line[end])) end++;
        this.#cluster(i, end);
        i = end;
      } else {
        i++;
      }
    }
    this.#cut(line.length, line.length);
  }

  // Makes pieces of the text before start and of what is between start and end.
  #cut(start, end, ...pieces) {
    if (this.#text < start) this.#pieces.push({ start: this.#text, end: start });
    this.#pieces.push(...pieces);
    this.#text = end;
  }

  // Decides about the run of marker characters from start to end.
  #cluster(start, end) {
    const cluster = this.#line.slice(start, end);
    let markers = split(cluster, start, "**", "*");
    if (!markers) return;
    const prev = before(this.#line, start);
    const next = after(this.#line, end);
    if (inside(prev, next)) return;
    if (canClose(prev, next) && markers.some((m) => this.#find(m.marker) >= 0)) {
      if (this.#find("*") > this.#find("**")) markers = split(cluster, start, "*", "**");
      for (const m of markers) {
        const k = this.#find(m.marker);
        if (k < 0) continue;
        this.#open[k].role = "add";
        m.role = "delete";
        this.#open.length = k;
      }
    } else if (canOpen(prev, next, cluster)) {
      for (const m of markers) {
        const k = this.#find(m.marker);
        if (k >= 0) this.#open.splice(k, 1);
        this.#open.push(m);
      }
    } else {
      return;
    }
    this.#cut(start, end, ...markers);
  }

  #find(marker) {
    return this.#open.findIndex((piece) => piece.marker === marker);
  }

  // Joins the pieces to spans, without the markers that opened or closed.
  spans() {
    const spans = [];
    const open = new Set();
    let last = { style: null, start: 0, end: -1 };
    for (const piece of this.#pieces) {
      if (piece.role) {
        open[piece.role](piece.marker);
        continue;
      }
      const flags = {};
      for (const marker in STYLE) if (open.has(marker)) flags[STYLE[marker]] = true;
      if (piece.style) flags[piece.style] = true;
      const style = Object.keys(flags).join(" ");
      if (last.style === style && last.end === piece.start) {
        last.end = piece.end;
        spans.at(-1).text = this.#line.slice(last.start, last.end);
      } else {
        last = { style, start: piece.start, end: piece.end };
        spans.push({ text: this.#line.slice(piece.start, piece.end), ...flags });
      }
    }
    return spans;
  }
}

// The markers in a cluster, as pieces; null if a run in it is none. A run of
// three stars is the markers first and second.
function split(cluster, start, first, second) {
  const markers = [];
  for (const [run] of cluster.matchAll(/(.)\1*/g)) {
    for (const marker of run === "***" ? [first, second] : [run]) {
      if (!Object.hasOwn(STYLE, marker)) return null;
      markers.push({ start, end: start += marker.length, marker });
    }
  }
  return markers;
}

function canOpen(prev, next, cluster) {
  const begins = prev === "" || isSpace(prev);
  if (next === "" || isSpace(next)) return false;
  if (!begins && !'([{"\''.includes(prev) && (isASCII(prev) || isWord(prev))) return false;
  if (isLetter(next)) return true;
  // A sign follows: faces and drawings are made of them.
  return begins && !cluster.includes("_") && (!isASCII(next) || '"\'([{$#@&+%`'.includes(next));
}

const canClose = (prev, next) => prev !== "" && !isSpace(prev) && !isWord(next);

// Whether the run of n backticks at i may part code from the rest.
const marks = (line, i, n) => !inside(before(line, i), after(line, i + n));

// Where the last run of n backticks begins, for n up to MAX_TICKS.
function lastRuns(line) {
  const last = new Array(MAX_TICKS + 1).fill(0);
  for (let i = line.indexOf("`"); i >= 0; i = line.indexOf("`", i)) {
    const n = leading(line, i, "`");
    if (n <= MAX_TICKS && marks(line, i, n)) last[n] = i;
    i += n;
  }
  return last;
}

// Where the next run of exactly n backticks begins; there must be one.
function nextRun(line, i, n) {
  for (;;) {
    i = line.indexOf("`", i);
    const run = leading(line, i, "`");
    if (run === n && marks(line, i, n)) return i;
    i += run;
  }
}

// Leaves one space out at each end of code that has one at both, and more.
function unpad(line, start, end) {
  return /^ +[^ ].* $/s.test(line.slice(start, end)) ? [start + 1, end - 1] : [start, end];
}

// ---- Links ----

// With a port of up to five digits.
const AUTHORITY = /https?:\/\/(?:\[[0-9a-f:.]+\]|[0-9a-z](?:[0-9a-z._-]*[0-9a-z])?)(?::[0-9]{1,5}(?![0-9]))?/iy;
// What was taken for a host is a name, or the beginning of one, before an "@".
const CREDENTIALS = /^[^\s@/?#\\]*@/;
// Visible ASCII but " < > \ ^ ` { | }, everything from U+00C0 but for the blocks of
// punctuation and forms, and joiners where they show: between letters of scripts that
// have such, and in emoji.
const ADDRESS = /(?:[!#-;=?-[\]_a-z~\u00c0-\u1fff\u2070-\u2fff\u3040-\ufeff\ufff0-\u{10ffff}]|(?<=(?=[\p{L}\p{M}])[\u0600-\u0dff\u0f00-\u109f\u1780-\u1c4f])[\u200c\u200d](?=(?=[\p{L}\p{M}])[\u0600-\u0dff\u0f00-\u109f\u1780-\u1c4f])|(?<=[↔↕☀-➿⬛🌀-🫿\ufe0f])\u200d(?=[↔↕☀-➿⬛🌀-🫿]))*/uy;

function run(pattern, line, i) {
  pattern.lastIndex = i;
  return pattern.exec(line)?.[0] ?? "";
}

// How long the link is that begins at i; 0 if none does.
function linkLength(line, i) {
  const authority = run(AUTHORITY, line, i);
  i += authority.length;
  const next = after(line, i);
  if (!authority || CREDENTIALS.test(line.slice(i)) || inside("", next) || (!isASCII(next) && run(ADDRESS, next, 0))) return 0;
  if (!/[/?#]/.test(next)) return authority.length;
  const path = run(ADDRESS, line, i);
  if (inside("", after(line, i + path.length))) return 0; // nobody sees where it ends
  return authority.length + trimSentence(path);
}

// How much of a path is left without what ends the sentence around it.
function trimSentence(path) {
  let round = path.split("(").length - path.split(")").length;
  let square = path.split("[").length - path.split("]").length;
  let end = path.length;
  for (; end > 0; end--) {
    const last = path[end - 1];
    if (last === ")" && round < 0) round++;
    else if (last === "]" && square < 0) square++;
    else if (!'.,;:!?\'"*_~'.includes(last)) break;
  }
  return end;
}

// ---- Characters ----
// A character is a string of one code point; '' stands for none.

const before = (line, i) => Array.from(line.slice(Math.max(i - 2, 0), i)).at(-1) ?? "";

const after = (line, i) => Array.from(line.slice(i, i + 2))[0] ?? "";

const isMarker = (c) => "*_~".includes(c);

const isASCII = (c) => c < "\u0080";

// By BLANK of clean.js, too.
const isSpace = (c) => /^[\t\p{Zs}\u2800\u{1d159}\u{13441}\u{13442}]$/u.test(c);

// For two characters: the second is a part of what a reader sees before it, or what
// stands between them would, if it were left out, stand inside one that is seen as one.
const INSIDE = /^\u200d|\|[\p{M}\p{EMod}\u200c\u200d\u0e33\u0eb3\u1160-\u11ff\uff9e\uff9f]|\p{RI}\|\p{RI}/u;
const inside = (prev, next) => INSIDE.test(prev + "|" + next);

const isLetter = (c) => /^[\p{L}\p{M}\p{N}]$/u.test(c);

const isWord = (c) => c !== "" && c.codePointAt(0) < 0x0e00 && isLetter(c);

// How many c there are in s from i on.
function leading(s, i, c) {
  let n = 0;
  while (s[i + n] === c) n++;
  return n;
}
