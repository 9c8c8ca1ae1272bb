// The form in which the wasm travels: the same bytes in an order in which brotli finds more alike.
//
// In a wasm file instructions and their numbers alternate: which local, which offset, which function. Here the
// instructions stand together, and the numbers stand by kind. Built so, the app is a sixth smaller on the way.
// public/unpack.js makes the file again on the phone. Numbers are LEB128 as in wasm:
//
//   3 (the form), length of the wasm, size of its code section, functions, steps,
//   rows of bytes that are written as what is added to those of the row before: (second row, end, length of a row)...
//   symbols: of each byte of the steps (kind, stream, spread, group, bytes)... what it writes, and what follows it,
//            or (5, byte, byte), which stands for two others
//   lengths of the streams, and the streams
//
// Kind: 0, 1, 2 numbers follow; 3 a count and one more than so many; 4, 8 so many bytes. They come from the stream,
// or, spread, from the stream that lies as far behind it as the group of a step beside: 1 the next, 2 the one before.
// Streams: 0 the steps, 1 what stands before the code's size, 2 what stands behind it, 3 the locals, then by kind.
import { contexts } from "./contexts.mjs";
import { Section, joined, leb, reader, sections } from "./wasm.mjs";

const FORM = 3;
/** A step is a byte. */
const SYMBOLS = 256;
/** The kind of a symbol that stands for two others. */
const PAIR = 5;

/** A step beside tells what a number is: an offset to add, a place to load from, what to store. */
const GROUPS = 18;
function group(code) {
  if (code === 0x20) return 1;
  if (code === 0x21) return 2;
  if (code === 0x22) return 3;
  if (code >= 0x28 && code <= 0x35) return 4;
  if (code === 0x37) return 12;
  if (code >= 0x36 && code <= 0x3e) return 5;
  if (code === 0x41) return 6;
  if (code === 0x42) return 13;
  if (code === 0x1b) return 14;
  if (code === 0x10) return 7;
  if (code === 0x04 || code === 0x0d || code === 0x45) return 8;
  if (code >= 0x46 && code <= 0x66) return 9;
  if (code === 0x6a) return 10;
  if (code === 0x6b) return 15;
  if (code >= 0x71 && code <= 0x73) return 16;
  if (code >= 0x74 && code <= 0x76) return 17;
  if (code >= 0x67 && code <= 0xc4) return 11;
  return 0;
}

const [NEXT, BEFORE] = [1, 2];

// Codes from..to, bytes that the symbol stands for, kind of what follows, and which numbers are alike.
const SHAPES = [
  [0x00, 0x01, 1, 0],
  [0x02, 0x04, 2, 0],
  [0x05, 0x0b, 1, 0],
  [0x0c, 0x0c, 1, 1, "break"],
  [0x0d, 0x0d, 1, 1, "break if"],
  [0x0e, 0x0e, 1, 3, "break by table"],
  [0x0f, 0x0f, 1, 0],
  [0x10, 0x10, 1, 1, "call", BEFORE],
  [0x11, 0x11, 1, 2, "call by table"],
  [0x1a, 0x1b, 1, 0],
  [0x20, 0x20, 1, 1, "local", NEXT],
  [0x21, 0x21, 1, 1, "local set"],
  [0x22, 0x22, 1, 1, "local tee", NEXT],
  [0x23, 0x24, 1, 1, "global"],
  [0x25, 0x26, 1, 1, "table"],
  [0x28, 0x35, 2, 1, "load", BEFORE],
  [0x36, 0x3e, 2, 1, "store"],
  [0x3f, 0x40, 2, 0],
  [0x41, 0x41, 1, 1, "number", NEXT],
  [0x42, 0x42, 1, 1, "long number", NEXT],
  [0x43, 0x43, 1, 4, "float"],
  [0x44, 0x44, 1, 8, "float"],
  [0x45, 0xc4, 1, 0],
  [0xd0, 0xd0, 1, 1, "table"],
  [0xd1, 0xd1, 1, 0],
  [0xd2, 0xd2, 1, 1, "table"],
];
// Behind 0xfc.
const MORE_SHAPES = [
  [0, 7, 2, 0],
  [10, 10, 2, 2, "memory"],
  [11, 11, 2, 1, "memory"],
  [15, 17, 2, 1, "table"],
];
/** A constant of four bytes is an address of data, and those are alike. */
const ADDRESS = [0x41, 0x41, 1, 1, "address", NEXT];

function shapeAt(code, at) {
  const isMore = code[at] === 0xfc;
  const which = isMore ? code[at + 1] : code[at];
  if (which === 0x41 && !isMore && numberEnd(code, at + 1) === at + 5) return ADDRESS;
  const shape = (isMore ? MORE_SHAPES : SHAPES).find(([from, to]) => which >= from && which <= to);
  if (!shape) throw new Error(`pack: nobody taught it the instruction 0x${code[at].toString(16)} ${which}`);
  return shape;
}

function numberEnd(code, at) {
  let end = at;
  while (code[end++] & 128);
  return end;
}

/** Reads a code section: its steps as symbols, and everything else by kind. */
function taken(code) {
  const symbols = new Map();
  const steps = [];
  const numbers = new Map();
  const put = (name, from, to) => {
    if (!numbers.has(name)) numbers.set(name, []);
    numbers.get(name).push(code.subarray(from, to));
    return to;
  };
  const symbolOf = (bytes, [, , , kind, name, spread = 0]) => {
    const key = `${bytes.toString("hex")} ${name}`;
    if (!symbols.has(key)) symbols.set(key, { index: symbols.size, kind, name, spread, group: group(bytes[0]), bytes });
    return symbols.get(key);
  };
  const input = reader(code);
  const functions = input.number();
  // A number that is spread waits for the step behind it.
  let waiting = null;
  let before = 0;
  for (let done = 0; done < functions; done++) {
    const length = input.number();
    let at = input.at();
    const end = at + length;
    input.take(length);
    const groups = reader(code.subarray(at)).number();
    const from = at;
    at = numberEnd(code, at);
    for (let left = groups; left > 0; left--) at = numberEnd(code, at) + 1;
    put("locals", from, at);
    while (at < end) {
      const shape = shapeAt(code, at);
      const next = at + shape[2];
      const symbol = symbolOf(code.subarray(at, next), shape);
      if (waiting) put(`${waiting.name} ${symbol.group}`, waiting.from, waiting.to);
      waiting = null;
      steps.push(symbol.index);
      at = next;
      if (symbol.kind > 3) at = put(symbol.name, at, at + symbol.kind);
      else {
        let count = symbol.kind;
        if (count === 3) {
          count = reader(code.subarray(at)).number() + 1;
          at = put(symbol.name, at, numberEnd(code, at));
        }
        for (; count > 0; count--) {
          const to = numberEnd(code, at);
          if (symbol.spread === NEXT) waiting = { name: symbol.name, from: at, to };
          else put(symbol.spread === BEFORE ? `${symbol.name} ${before}` : symbol.name, at, to);
          at = to;
        }
      }
      before = symbol.group;
    }
  }
  return { functions, symbols: [...symbols.values()], steps, numbers };
}

/** Writes the pairs that come most as one symbol each, again and again. */
function paired(steps, first) {
  let text = steps;
  const pairs = [];
  while (first + pairs.length < SYMBOLS) {
    const counts = new Uint32Array(65536);
    for (let at = 1; at < text.length; at++) counts[(text[at - 1] << 8) | text[at]] += 1;
    const most = counts.indexOf(Math.max(...counts));
    const [left, right] = [most >> 8, most & 255];
    const shorter = [];
    for (let at = 0; at < text.length; at++) {
      const isPair = text[at] === left && text[at + 1] === right;
      shorter.push(isPair ? first + pairs.length : text[at]);
      if (isPair) at += 1;
    }
    text = shorter;
    pairs.push([left, right]);
  }
  return { text: Buffer.from(text), pairs };
}

/** Imports and exports have names that count: the longest row of them that have the same length. */
function rows(wasm) {
  const input = reader(wasm.subarray(8));
  const found = [];
  while (!input.isDone()) {
    const [id] = input.take(1);
    const end = input.number() + input.at();
    if (id === Section.IMPORTS || id === Section.EXPORTS) {
      let best = [0, 0, 0];
      let [from, length] = [0, 0];
      for (let left = input.number(); left > 0; left--) {
        const start = input.at();
        input.text();
        if (id === Section.IMPORTS) input.text();
        const [kind] = input.take(1);
        // Of a table or memory the limits, of a table or global the type.
        if (id === Section.IMPORTS && (kind === 1 || kind === 3)) input.take(1);
        const flags = input.number();
        if (id === Section.IMPORTS && (kind === 1 || kind === 2)) for (let more = flags & 1; more >= 0; more--) input.number();
        if (input.at() - start !== length) [from, length] = [input.at(), input.at() - start];
        if (input.at() - from > best[1] - best[0]) best = [from, input.at(), length];
      }
      if (best[2] > 0) found.push(best.map((it, index) => (index < 2 ? it + 8 : it)));
    }
    input.take(end - input.at());
  }
  return found;
}

/** The packed form of a wasm file. */
export function packed(wasm) {
  const all = sections(wasm);
  const place = all.findIndex(({ id }) => id === Section.CODE);
  const code = all[place].content;
  const { functions, symbols, steps, numbers } = taken(code);
  if (symbols.length > SYMBOLS) throw new Error("pack: more kinds of instructions than a byte can tell");
  const { text, pairs } = paired(steps, symbols.length);
  const names = contexts(text);

  const before = Buffer.concat([joined(all.slice(0, place)), Buffer.from([Section.CODE])]);
  const after = joined(all.slice(place + 1)).subarray(8);
  const counted = rows(wasm);
  for (const [from, until, length] of counted) {
    for (let at = until - 1; at >= from; at--) before[at] -= before[at - length];
  }
  const streams = [text.map((symbol) => names[symbol]), before, after, Buffer.concat(numbers.get("locals") ?? [])];
  const first = new Map();
  for (const { name, spread } of symbols.filter(({ kind }) => kind > 0)) {
    if (first.has(name)) continue;
    first.set(name, streams.length);
    const parts = spread ? Array.from({ length: GROUPS }, (_, behind) => `${name} ${behind}`) : [name];
    streams.push(...parts.map((it) => Buffer.concat(numbers.get(it) ?? [])));
  }
  const list = (items, write) => [leb(items.length), ...items.flatMap(write)];
  const head = [FORM, wasm.length, code.length, functions, steps.length].map(leb);
  const table = [];
  symbols.forEach(({ index, kind, name, spread, group, bytes }) => {
    table[names[index]] = [kind, first.get(name) ?? 0, spread, group, bytes.length, ...bytes];
  });
  pairs.forEach((pair, at) => (table[names[symbols.length + at]] = [PAIR, ...pair.map((symbol) => names[symbol])]));
  const keys = [...list(counted, (row) => row.map(leb)), ...list(table, (row) => row.map(leb)), ...list(streams, (it) => [leb(it.length)])];
  return Buffer.concat([...head, ...keys, ...streams]);
}
