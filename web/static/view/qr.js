// A QR code for a short text: byte mode, error correction level M, versions 1
// to 10 (213 bytes), as ISO/IEC 18004 has it. Knows no drawing: the result is
// rows of booleans, true for dark.

// Level M, per version: [check bytes in a block, then pairs of blocks and the
// data bytes in each].
const BLOCKS = [
  null,
  [10, 1, 16], [16, 1, 28], [26, 1, 44], [18, 2, 32], [24, 2, 43],
  [16, 4, 27], [18, 4, 31], [22, 2, 38, 2, 39], [22, 3, 36, 2, 37], [26, 4, 43, 1, 44],
];
// Where the alignment patterns' centres lie, per version.
const ALIGNMENT = [
  [], [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
];
const LEVEL_M = 0b00;

// qrCode returns the modules, or null when the text is too long.
export function qrCode(text) {
  const bytes = new TextEncoder().encode(text);
  for (let version = 1; version < BLOCKS.length; version++) {
    const countBits = version < 10 ? 8 : 16;
    if (4 + countBits + 8 * bytes.length <= 8 * dataBytes(version)) return draw(version, codewords(version, countBits, bytes));
  }
  return null;
}

function blocksOf(version) {
  const [check, ...pairs] = BLOCKS[version];
  const lengths = [];
  for (let i = 0; i < pairs.length; i += 2) lengths.push(...Array(pairs[i]).fill(pairs[i + 1]));
  return { check, lengths };
}

function dataBytes(version) {
  return blocksOf(version).lengths.reduce((sum, length) => sum + length, 0);
}

// codewords: mode, length, bytes, padding, then the blocks and their checks
// interleaved.
function codewords(version, countBits, bytes) {
  let bits = "0100" + bytes.length.toString(2).padStart(countBits, "0");
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const capacity = dataBytes(version);
  bits += "0".repeat(Math.min(4, 8 * capacity - bits.length));
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const data = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  for (let pad = 0xec; data.length < capacity; pad ^= 0xec ^ 0x11) data.push(pad);

  const { check, lengths } = blocksOf(version);
  const blocks = [];
  let start = 0;
  for (const length of lengths) {
    blocks.push(data.slice(start, start + length));
    start += length;
  }
  const divisor = generator(check);
  const checks = blocks.map((block) => remainder(block, divisor));
  return [...interleave(blocks), ...interleave(checks)];
}

function interleave(blocks) {
  const out = [];
  for (let i = 0; i < Math.max(...blocks.map(({ length }) => length)); i++) {
    for (const block of blocks) if (i < block.length) out.push(block[i]);
  }
  return out;
}

// ---- Reed-Solomon over GF(256) with x⁸+x⁴+x³+x²+1 ----

function times(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> i) & 1) * a;
  }
  return product;
}

function generator(degree) {
  let polynomial = [1]; // highest power first
  let root = 1;
  for (let i = 0; i < degree; i++) {
    const next = [...polynomial, 0];
    polynomial.forEach((factor, j) => { next[j + 1] ^= times(factor, root); });
    polynomial = next;
    root = times(root, 2);
  }
  return polynomial.slice(1);
}

function remainder(data, divisor) {
  const rest = Array(divisor.length).fill(0);
  for (const byte of data) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    divisor.forEach((each, i) => { rest[i] ^= times(each, factor); });
  }
  return rest;
}

// ---- Modules ----

function draw(version, words) {
  const size = 17 + 4 * version;
  const dark = Array.from({ length: size }, () => Array(size).fill(false));
  const fixed = Array.from({ length: size }, () => Array(size).fill(false));
  const set = (x, y, on) => {
    dark[y][x] = on;
    fixed[y][x] = true;
  };
  patterns(version, size, set);
  format(size, set, 0); // takes its place; drawn again with the mask
  fill(words, size, dark, fixed);

  let best = null;
  for (let mask = 0; mask < 8; mask++) {
    const tried = dark.map((row, y) => row.map((on, x) => on !== (!fixed[y][x] && MASKS[mask](x, y))));
    format(size, (x, y, on) => { tried[y][x] = on; }, mask);
    const score = penalty(tried);
    if (best === null || score < best.score) best = { score, rows: tried };
  }
  return best.rows;
}

function patterns(version, size, set) {
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const [x, y] = [cx + dx, cy + dy];
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        if (x >= 0 && y >= 0 && x < size && y < size) set(x, y, ring !== 2 && ring !== 4);
      }
    }
  }
  const centres = ALIGNMENT[version];
  const last = centres.length - 1;
  centres.forEach((cy, i) => centres.forEach((cx, j) => {
    if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }
  }));
  if (version >= 7) {
    const bits = withCheck(version, 12, 0x1f25);
    for (let i = 0; i < 18; i++) {
      const [a, b, on] = [size - 11 + (i % 3), Math.floor(i / 3), ((bits >> i) & 1) === 1];
      set(a, b, on);
      set(b, a, on);
    }
  }
}

// format draws level and mask, twice, and the one module that is always dark.
function format(size, set, mask) {
  const bits = withCheck((LEVEL_M << 3) | mask, 10, 0x537) ^ 0x5412;
  const bit = (i) => ((bits >> i) & 1) === 1;
  for (let i = 0; i <= 5; i++) set(8, i, bit(i));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let i = 9; i < 15; i++) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i++) set(size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i++) set(8, size - 15 + i, bit(i));
  set(8, size - 8, true);
}

// withCheck appends the check bits of a BCH code.
function withCheck(value, checkBits, polynomial) {
  let rest = value;
  for (let i = 0; i < checkBits; i++) rest = (rest << 1) ^ ((rest >> (checkBits - 1)) * polynomial);
  return (value << checkBits) | rest;
}

// fill lays the bits in columns of two, up and down, around what is fixed.
function fill(words, size, dark, fixed) {
  let i = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5; // the timing column is skipped
    for (let step = 0; step < size; step++) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y][x] || i >= words.length * 8) continue;
        dark[y][x] = ((words[i >> 3] >> (7 - (i & 7))) & 1) === 1;
        i++;
      }
    }
  }
}

const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

// penalty says how hard a mask is to read: long runs, blocks, false finders,
// and too much of one colour.
function penalty(rows) {
  const size = rows.length;
  const columns = rows.map((_, x) => rows.map((row) => row[x]));
  let score = 0;
  for (const line of [...rows, ...columns]) {
    const text = line.map((on) => (on ? "1" : "0")).join("");
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) score += run.length - 2;
    for (const finder of ["10111010000", "00001011101"]) {
      for (let at = text.indexOf(finder); at >= 0; at = text.indexOf(finder, at + 1)) score += 40;
    }
  }
  let dark = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (rows[y][x]) dark++;
      if (x > 0 && y > 0 && rows[y][x] === rows[y][x - 1] && rows[y][x] === rows[y - 1][x] && rows[y][x] === rows[y - 1][x - 1]) score += 3;
    }
  }
  return score + 10 * Math.floor(Math.abs(dark * 20 - size * size * 10) / (size * size));
}
