// Parts the wasm in two: what may be needed at any time, and what comes later, on first use.
//
// Gates are the functions through which src/later.rs calls what comes later. Whatever can be reached only through them
// moves; so there is no list to keep, and what anybody else calls stays. In the first file a gate calls a place at the
// end of the table, which the later file fills when it begins. The later file takes memory, tables, globals and
// functions from the first one. Functions that stand in the table stay (nobody sees who calls them), but for gates;
// texts and tables of data stay, too.
import { createRequire } from "node:module";

const require = createRequire(new URL("../tests/package.json", import.meta.url));
const { default: binaryen } = await import(require.resolve("binaryen"));

/** The compiler writes what a function was made for behind its name. */
export const GATE = /^\$"posyandu\[\w+\]::later::gate::<[^]*>"$/;

const NAME = String.raw`\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+)`;
const names = (before) => new RegExp(`\\((?:${before}) (${NAME})`, "g");
const CALLS = names("call|return_call|ref\\.func");
const GLOBALS = names("global\\.[gs]et");
const FUNCTION = new RegExp(`\\(func (${NAME})((?: \\((?:param|result)[^)]*\\))*)`);
const GLOBAL = new RegExp(`\\(global (${NAME}) (\\(mut \\w+\\)|\\w+)`);
const TABLE = new RegExp(`\\(table (${NAME}) (\\d+) .*?(\\w+)\\)`);

/** The module that the later file takes from, and what everything is called there. */
const FROM = "$";
const short = (place) => `_${place.toString(36)}`;

const kindOf = (item) => item.match(/^ \((\w+)/)?.[1];
const all = (pattern, text) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];

/** The parts of a module as text, one after the other. */
function itemsOf(wasm) {
  const module = binaryen.readBinary(wasm);
  const text = module.emitText();
  module.dispose();
  return text.replace(/^\(module\n/, "").replace(/\)\s*$/, "").split(/^(?= \()/m);
}

/** Everything that can be reached from these; a wall is found, but nothing behind it. */
function reached(from, callsOf, isWall = () => false) {
  const found = new Set();
  const waiting = [...from];
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (found.has(name)) continue;
    found.add(name);
    if (!isWall(name)) waiting.push(...(callsOf.get(name) ?? []));
  }
  return found;
}

/** First and later file as text, and how many functions moved. */
export function split(wasm, gate = GATE) {
  const items = itemsOf(wasm);
  const ofKind = (kind) => items.filter((item) => kindOf(item) === kind);
  const functions = new Map(ofKind("func").map((item) => [item.match(FUNCTION)[1], item]));
  const gates = new Set([...functions.keys()].filter((name) => gate.test(name)));
  if (gates.size === 0) throw new Error("split: no gate is left: is later::gate a function of its own?");

  const callsOf = new Map([...functions].map(([name, item]) => [name, all(CALLS, item)]));
  const roots = ["export", "start", "elem", "global"].flatMap(ofKind).flatMap((item) => item.match(new RegExp(NAME, "g")));
  const stays = reached(roots, callsOf, (name) => gates.has(name));
  const behind = reached(gates, callsOf, (name) => stays.has(name) && !gates.has(name));
  const moves = [...behind].filter((name) => functions.has(name) && (gates.has(name) || !stays.has(name)));
  const moved = new Set(moves.map((name) => functions.get(name)));
  const code = [...moved].join("");
  const used = new Set([...all(CALLS, code), ...all(GLOBALS, code)]);

  const tables = ofKind("table").map((item) => item.match(TABLE));
  const [, table, size] = tables.find(([, , , type]) => type === "funcref");

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
    const target = ` (i32.const ${Number(size) + place})`;
    return ` (func ${name}${type}\n  (call_indirect ${table}${bare}${values.join("")}${target}))\n`;
  };
  const total = Number(size) + gates.size;
  const grown = (item) => (kindOf(item) === "table" ? item.replace(/\d+ \d+ funcref/, `${total} ${total} funcref`) : item);
  const main = items.filter((item) => !moved.has(item)).map(grown);
  const filled = ` (elem (table ${table}) (i32.const ${size}) func ${[...gates].join(" ")})\n`;
  const written = (parts) => `(module\n${parts.flat().join("")})\n`;
  return {
    main: written([main, [...gates].map(through), given]),
    later: written([ofKind("type"), taken, filled, code]),
    moved: moved.size,
  };
}
