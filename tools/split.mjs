// Parts the wasm in two: what may be needed at any time, and what comes later, on first use.
//
// Gates are the functions through which src/later.rs calls what comes later. Whatever can be reached only through them
// moves: functions, those that are called through the table (closures, methods of `dyn` types), texts, tables of data.
// So there is no list to keep, and what anybody else asks for stays, and so does what nobody seems to ask for.
//
// What points to what is known for data from the linker (tools/objects.mjs). In code a place of the table is told from
// other numbers because tools/link.mjs counts them from TABLE_BASE; here they get small numbers again. A number that might
// be the address of a piece of data is taken for one. In the first file a gate calls a place at the end of the table,
// which the later file fills when it begins, as it fills its part of memory: each piece keeps its address, and is zero
// before. The later file takes memory, tables, globals and functions from the first one.
import { createRequire } from "node:module";
import { exportsAs, exportsOf } from "./glue.mjs";
import { TABLE_BASE, segmentsOf } from "./objects.mjs";
import { Section, withSection } from "./wasm.mjs";

const require = createRequire(new URL("../tests/package.json", import.meta.url));
const { default: binaryen } = await import(require.resolve("binaryen"));

/** The compiler writes what a function was made for behind its name. */
export const GATE = /^\$"posyandu\[\w+\]::later::gate::<[^]*>"$/;

const NAME = String.raw`\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+)`;
const names = (before) => new RegExp(`\\((?:${before}) (${NAME})`, "g");
const CALLS = names("call|return_call|ref\\.func");
const GLOBALS = names("global\\.[gs]et");
const NUMBERS = /\bi32\.const (\d+)|\boffset=(\d+)/g;
const FUNCTION = new RegExp(`\\(func (${NAME})((?: \\((?:param|result)[^)]*\\))*)`);
const GLOBAL = new RegExp(`\\(global (${NAME}) (\\(mut \\w+\\)|\\w+)`);
const TABLE = new RegExp(`\\(table (${NAME}) (\\d+) .*?(\\w+)\\)`);
const FIRST = new RegExp(`\\(elem [^]*?\\(i32\\.const (\\d+)\\)`);

/** The module that the later file takes from, and what everything is called there. */
const FROM = "$";
/** All of the same length, as they pack best. */
const short = (place) => `_${(place + 36).toString(36)}`;

const kindOf = (item) => item.match(/^ \((\w+)/)?.[1];
const all = (pattern, text) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
const slotOf = (number, count) => (number >= TABLE_BASE && number < TABLE_BASE + count ? number - TABLE_BASE : undefined);

/** The parts of a module as text, one after the other. */
function itemsOf(wasm) {
  const module = binaryen.readBinary(wasm);
  const text = module.emitText();
  module.dispose();
  return text.replace(/^\(module\n/, "").replace(/\)\s*$/, "").split(/^(?= \()/m);
}

/** Everything that can be reached from these; a wall is found, but nothing behind it. */
function reached(from, pointsOf, isWall = () => false) {
  const found = new Set();
  const waiting = [...from];
  while (waiting.length > 0) {
    const it = waiting.pop();
    if (found.has(it)) continue;
    found.add(it);
    if (!isWall(it)) waiting.push(...(pointsOf.get(it) ?? []));
  }
  return found;
}

/** Bytes of memory as text. */
const quoted = (bytes) => `"${[...bytes].map((it) => `\\${it.toString(16).padStart(2, "0")}`).join("")}"`;

/** Refuses to go on where data are not as the linker laid them out. */
function checkData(wasm, laid) {
  for (const { address, bytes } of segmentsOf(wasm)) {
    const segment = laid.find((it) => it.address === address);
    if (!segment?.bytes.subarray(0, bytes.length).equals(bytes)) {
      throw new Error("split: data stand elsewhere than the linker put them");
    }
  }
}

/**
 * First and later file as text, and what moved: functions, bytes of data, places of the table. `laid` is what
 * `objectsOf` read in the file of the compiler.
 */
export function split(wasm, laid, gate = GATE) {
  checkData(wasm, laid.segments);
  const items = itemsOf(wasm);
  const ofKind = (kind) => items.filter((item) => kindOf(item) === kind);
  const functions = new Map(ofKind("func").map((item) => [item.match(FUNCTION)[1], item]));
  const gates = new Set([...functions.keys()].filter((name) => gate.test(name)));
  if (gates.size === 0) throw new Error("split: no gate is left: is later::gate a function of its own?");

  const tables = ofKind("table").map((item) => item.match(TABLE));
  const [, table] = tables.find(([, , , type]) => type === "funcref");
  const elements = ofKind("elem").filter((item) => FIRST.test(item));
  const slots = [];
  for (const item of elements) {
    const first = Number(item.match(FIRST)[1]) - TABLE_BASE;
    const listed = item.slice(item.match(FIRST).index + item.match(FIRST)[0].length).match(new RegExp(NAME, "g")) ?? [];
    listed.filter((name) => functions.has(name) || name !== table).forEach((name, at) => (slots[first + at] = name));
  }

  // Who points to what. Functions are names, pieces of memory themselves, places of the table are numbers.
  const pointsOf = new Map();
  for (const [name, item] of functions) {
    const to = new Set(all(CALLS, item));
    for (const [, constant, offset] of item.matchAll(NUMBERS)) {
      const number = Number(constant ?? offset);
      const slot = slotOf(number, slots.length);
      if (slot !== undefined) to.add(slot);
      for (const address of [number, ...(laid.strays.get(number) ?? [])]) {
        const piece = laid.pieceAt(address);
        if (piece) to.add(piece);
      }
    }
    pointsOf.set(name, to);
  }
  for (const piece of laid.pieces) {
    const to = new Set([...piece.points].map(laid.pieceAt).filter(Boolean));
    for (const { slot } of piece.slots) to.add(slot - TABLE_BASE);
    pointsOf.set(piece, to);
  }
  slots.forEach((name, slot) => pointsOf.set(slot, new Set([name])));

  const fixed = ["export", "start", "global"].flatMap(ofKind).flatMap((item) => item.match(new RegExp(NAME, "g")));
  const known = reached([...fixed, ...gates], pointsOf);
  const unknown = [...laid.pieces, ...slots.keys()].filter((it) => !known.has(it));
  const stays = reached([...fixed, ...unknown], pointsOf, (it) => gates.has(it));
  const behind = reached(gates, pointsOf, (it) => stays.has(it) && !gates.has(it));
  const isMoved = (it) => behind.has(it) && (gates.has(it) || !stays.has(it));
  const moves = [...functions.keys()].filter(isMoved);
  const pieces = laid.pieces.filter(isMoved);

  // Places of the table: those that stay, those that move, gates.
  const order = [...slots.keys()].filter((it) => !isMoved(it));
  const first = 1 + order.length;
  order.push(...[...slots.keys()].filter(isMoved));
  const placeOf = new Map(order.map((slot, at) => [slot, 1 + at]));
  const end = 1 + order.length;
  const renumbered = (text) =>
    text.replace(/\bi32\.const (\d+)/g, (whole, number) => {
      const slot = slotOf(Number(number), slots.length);
      return slot === undefined ? whole : `i32.const ${placeOf.get(slot)}`;
    });

  const memory = laid.segments.map(({ address, bytes }) => ({ address, bytes: Buffer.from(bytes) }));
  const within = (address) => memory.find((it) => address >= it.address && address < it.address + it.bytes.length);
  for (const { at, slot } of laid.pieces.flatMap((it) => it.slots)) {
    const segment = within(at);
    segment.bytes.writeUInt32LE(placeOf.get(slot - TABLE_BASE), at - segment.address);
  }
  // Neighbors travel as one, with the bytes between them that belong to nobody.
  const parts = [];
  let before;
  laid.pieces.forEach((piece, at) => {
    const segment = isMoved(piece) && within(piece.start);
    if (segment) {
      const last = before === at - 1 && parts.at(-1);
      if (last && last.segment === segment && piece.start - last.end < 16) last.end = piece.end;
      else parts.push({ segment, start: piece.start, end: piece.end });
      before = at;
    }
  });
  const filled = parts.map(({ segment, start, end: until }) => {
    const bytes = Buffer.from(segment.bytes.subarray(start - segment.address, until - segment.address));
    return ` (data (i32.const ${start}) ${quoted(bytes)})\n`;
  });
  for (const { segment, start, end: until } of parts) segment.bytes.fill(0, start - segment.address, until - segment.address);

  const listed = (from, until) => order.slice(from - 1, until - 1).map((slot) => slots[slot]);
  const entries = ` (elem (table ${table}) (i32.const ${first}) func ${[...listed(first, end), ...gates].join(" ")})\n`;
  const code = renumbered(moves.map((name) => functions.get(name)).join(""));
  const used = new Set([...all(CALLS, code), ...all(GLOBALS, code), ...listed(first, end)]);

  // The same thing as the first file gives it and as the later one takes it.
  const given = [];
  const taken = [];
  const hand = (what, type = "") => {
    taken.push(` (import "${FROM}" "${short(given.length)}" (${what}${type}))\n`);
    given.push(` (export "${short(given.length)}" (${what}))\n`);
  };
  for (const item of ofKind("memory")) hand(item.match(/memory \$\S+/)[0], " 0");
  for (const [, name, , type] of tables) {
    if (name === table || code.includes(name)) hand(`table ${name}`, ` 0 ${type}`);
  }
  for (const [, name, type] of ofKind("global").map((item) => item.match(GLOBAL))) {
    if (used.has(name)) hand(`global ${name}`, ` ${type}`);
  }
  const declared = [...ofKind("import"), ...functions.values()].map((item) => item.match(FUNCTION)).filter(Boolean);
  for (const [, name, type] of declared) {
    if (used.has(name) && !moves.includes(name)) hand(`func ${name}`, type);
  }

  const through = (name, place) => {
    const type = functions.get(name).match(FUNCTION)[2];
    const bare = type.replace(/\(param \$\S+ /g, "(param ");
    const values = all(/\(param (\$\S+) /g, type).map((it) => ` (local.get ${it})`);
    return ` (func ${name}${type}\n  (call_indirect ${table}${bare}${values.join("")} (i32.const ${end + place})))\n`;
  };
  const total = end + gates.size;
  const movedText = new Set(moves.map((name) => functions.get(name)));
  const main = items
    .filter((item) => !movedText.has(item) && !elements.includes(item) && kindOf(item) !== "data")
    .map((item) => (kindOf(item) === "table" ? item.replace(/\d+ \d+ funcref/, `${total} ${total} funcref`) : item))
    .map((item) => (kindOf(item) === "func" ? renumbered(item) : item));
  const data = memory.map(({ address, bytes }) => ` (data (i32.const ${address}) ${quoted(bytes)})\n`);
  const table0 = ` (elem (table ${table}) (i32.const 1) func ${listed(1, first).join(" ")})\n`;
  const written = (all) => `(module\n${all.flat().join("")})\n`;
  return {
    main: written([main, [...gates].map(through), table0, data, given]),
    later: written([ofKind("type"), taken, entries, filled, code]),
    moved: { functions: moves.length, places: end - first, bytes: parts.reduce((sum, it) => sum + it.end - it.start, 0) },
    dead: { places: [...slots.keys()].filter((it) => !known.has(it)).length, bytes: unknown.filter((it) => it.end).reduce((sum, it) => sum + it.end - it.start, 0) },
  };
}

/**
 * The first file with what it hands to the later one in the order of its places, under names in this order, and the
 * text of the later file with the same names, in the same order: so each differs from the one before by little.
 */
export function handedInOrder(wasm, later) {
  const isHanded = ({ name }) => name.startsWith("_");
  const names = new Map();
  const first = withSection(wasm, Section.EXPORTS, (input) => {
    const exported = exportsOf(input);
    const handed = exported.filter(isHanded).sort((a, b) => a.kind[0] - b.kind[0] || a.index - b.index);
    handed.forEach(({ name }, place) => names.set(name, short(place)));
    return exportsAs([...exported.filter((it) => !isHanded(it)), ...handed.map((it) => ({ ...it, name: names.get(it.name) }))]);
  });
  const taken = [...later.matchAll(/^ \(import "\$" "(\w+)" .*\n/gm)];
  const places = [...names.keys()];
  taken.sort((a, b) => places.indexOf(a[1]) - places.indexOf(b[1]));
  const imports = taken.map(([line, name]) => line.replace(`"${name}"`, `"${names.get(name)}"`)).join("");
  const [from] = taken.map(({ index }) => index).sort((a, b) => a - b);
  const others = later.replace(/^ \(import "\$" .*\n/gm, "");
  return { first, later: others.slice(0, from) + imports + others.slice(from) };
}
