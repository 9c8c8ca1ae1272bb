// What stands in the memory of a wasm file before it runs, as the linker laid it out: pieces, and what each one points
// to. Read from the file that the compiler wrote with --emit-relocs; nobody after it moves data.
import { joined, leb, reader, sections } from "./wasm.mjs";

/**
 * From here places of the table are counted until tools/split.mjs gives them small numbers again: beyond all addresses
 * of data, and not so far that wasm-opt, which thinks of every place, runs out of memory.
 */
export const TABLE_BASE = 5_177_345;

const CUSTOM = 0;
const TABLES = 4;
const ELEMENTS = 9;
const CODE = 10;
const DATA = 11;
const I32_CONST = 0x41;
const SYMBOLS = 8;
const DATA_SYMBOL = 1;
const SECTION_SYMBOL = 3;
const UNDEFINED = 0x10;
const NAMED = 0x40;
/** Kinds of places that hold an address, and those that hold a place in the table. */
const ADDRESSES = [3, 4, 5];
const SLOTS = [1, 2];
/** Those that have a number behind the symbol. */
const WITH_ADDEND = [3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25];

/** A number below zero has its highest bit set. */
function signed(input) {
  let value = 0n;
  let shift = 0n;
  let byte;
  do {
    [byte] = input.take(1);
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
  } while (byte & 128);
  return Number(BigInt.asIntN(Number(shift), value));
}

/** The notes of the linker, by name. */
function customOf(wasm) {
  const all = sections(wasm).filter(({ id }) => id === CUSTOM);
  return new Map(all.map(({ content }) => [reader(content), content]).map(([input]) => [input.text(), input.rest()]));
}

/** The file without these notes, which are wrong as soon as anything is moved. */
export function withoutNotes(wasm) {
  const isNote = ({ id, content }) => id === CUSTOM && /^(linking$|reloc\.)/.test(reader(content).text());
  return joined(sections(wasm).filter((it) => !isNote(it)));
}

/** Five bytes of a number, as the linker leaves them. */
function wide(value) {
  return Buffer.from([0, 7, 14, 21, 28].map((shift) => ((value >>> shift) & 127) | (shift < 28 ? 128 : 0)));
}

/** The file with its table counted from another number than 1. */
export function countedFrom(wasm, first) {
  const more = first - 1;
  const custom = customOf(wasm);
  const slots = (name) => relocationsOf(custom.get(name)).filter(({ kind }) => SLOTS.includes(kind));
  const moved = (content) => {
    const input = reader(content);
    const parts = [leb(input.number()), input.take(1)];
    const flags = input.number();
    parts.push(leb(flags), leb(input.number() + more));
    if (flags & 1) parts.push(leb(input.number() + more));
    return Buffer.concat([...parts, input.rest()]);
  };
  return joined(
    sections(wasm).map(({ id, content }) => {
      const bytes = Buffer.from(content);
      if (id === TABLES) return { id, content: moved(bytes) };
      if (id === ELEMENTS) {
        // One segment, of the first table, from 1.
        if (bytes.subarray(0, 5).join() !== "1,0,65,1,11") throw new Error("objects: a table of another kind");
        const from = Buffer.concat([Buffer.from([1, 0, I32_CONST]), wide(first), Buffer.from([11])]);
        return { id, content: Buffer.concat([from, bytes.subarray(5)]) };
      }
      if (id === CODE) {
        for (const { at } of slots("reloc.CODE")) {
          const value = reader(bytes.subarray(at)).number();
          wide(value + more).copy(bytes, at);
        }
      } else if (id === DATA) {
        for (const { at } of slots("reloc.DATA")) bytes.writeUInt32LE(bytes.readUInt32LE(at) + more, at);
      }
      return { id, content: bytes };
    }),
  );
}

/** Segments of a file: where each begins in its section and in memory, and its bytes. */
export function segmentsOf(wasm) {
  const input = reader(sections(wasm).find(({ id }) => id === DATA).content);
  const segments = [];
  for (let count = input.number(); count > 0; count--) {
    const flags = input.number();
    if (flags !== 0 || input.take(1)[0] !== I32_CONST) throw new Error("objects: a segment of another kind");
    const address = signed(input);
    input.take(1);
    const length = input.number();
    const at = input.at();
    segments.push({ at, address, bytes: input.take(length) });
  }
  return segments;
}

function symbolsOf(content) {
  const symbols = [];
  const input = reader(content);
  input.number();
  while (!input.isDone()) {
    const [part] = input.take(1);
    const list = reader(input.take(input.number()));
    if (part !== SYMBOLS) continue;
    for (let count = list.number(); count > 0; count--) {
      const [kind] = list.take(1);
      const flags = list.number();
      const isDefined = (flags & UNDEFINED) === 0;
      if (kind === DATA_SYMBOL) {
        list.text();
        symbols.push(isDefined ? { segment: list.number(), offset: list.number(), size: list.number() } : {});
      } else {
        list.number();
        if (kind !== SECTION_SYMBOL && (isDefined || (flags & NAMED) !== 0)) list.text();
        symbols.push({});
      }
    }
  }
  return symbols;
}

function relocationsOf(content) {
  const input = reader(content);
  input.number();
  return Array.from({ length: input.number() }, () => {
    const [kind] = input.take(1);
    const [at, symbol] = [input.number(), input.number()];
    return { kind, at, symbol, addend: WITH_ADDEND.includes(kind) ? signed(input) : 0 };
  });
}

/**
 * Pieces of memory in the order of their addresses, `{start, end, points: addresses, slots: [{at, slot}]}`, the
 * segments, and of which pieces code asks by an address that lies outside of them: `{strays: Map(address, [start])}`.
 */
export function objectsOf(wasm) {
  const custom = customOf(wasm);
  if (!custom.has("linking") || !custom.has("reloc.DATA") || !custom.has("reloc.CODE")) {
    throw new Error("objects: the compiler wrote no relocations");
  }
  const segments = segmentsOf(wasm);
  const symbols = symbolsOf(custom.get("linking")).map(({ segment, offset, size }) => {
    const place = segments[segment];
    return place && { start: place.address + offset, end: place.address + offset + size };
  });
  const pieces = [];
  const sorted = symbols.filter((it) => it && it.end > it.start).sort((a, b) => a.start - b.start || a.end - b.end);
  for (const { start, end } of sorted) {
    const last = pieces.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else pieces.push({ start, end, points: new Set(), slots: [] });
  }
  const pieceAt = finder(pieces);
  for (const { kind, at, symbol } of relocationsOf(custom.get("reloc.DATA"))) {
    const segment = segments.find((it) => at >= it.at && at < it.at + it.bytes.length);
    const address = segment.address + at - segment.at;
    const piece = pieceAt(address);
    if (!piece) throw new Error(`objects: nothing is known of what stands at ${address}`);
    if (SLOTS.includes(kind)) {
      piece.slots.push({ at: address, slot: segment.bytes.readUInt32LE(at - segment.at) });
    } else if (ADDRESSES.includes(kind)) {
      if (symbols[symbol]) piece.points.add(symbols[symbol].start);
    } else {
      throw new Error(`objects: a relocation of kind ${kind}`);
    }
  }
  const strays = new Map();
  for (const { kind, symbol, addend } of relocationsOf(custom.get("reloc.CODE"))) {
    const target = symbols[symbol];
    if (!ADDRESSES.includes(kind) || !target) continue;
    const address = target.start + addend;
    if (addend !== 0 && pieceAt(address) !== pieceAt(target.start)) {
      strays.set(address, [...(strays.get(address) ?? []), target.start]);
    }
  }
  return { pieces, segments: segments.map(({ address, bytes }) => ({ address, bytes })), strays, pieceAt };
}

/** Which piece an address lies in. */
function finder(pieces) {
  return (address) => {
    let [low, high] = [0, pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pieces[middle].end <= address) low = middle + 1;
      else high = middle;
    }
    return pieces[low]?.start <= address ? pieces[low] : undefined;
  };
}
