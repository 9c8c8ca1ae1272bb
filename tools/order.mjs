// Puts functions that look alike beside each other: brotli says what repeats in fewer bits when it is near.
// Worth 3 % of the packed wasm. The order itself is written as names, which wasm-opt sorts by and then drops.
import { NAMES_OF_FUNCTIONS, Section, joined, leb, reader, sections, sized, text } from "./wasm.mjs";

/** How many bytes of code are compared at a time. */
const PIECE = 4;
/** A function is put behind those that share most with the last so many. */
const NEAR = 4;
/** The code of each function. */
function codes(wasm) {
  const code = sections(wasm).find((it) => it.id === Section.CODE);
  const input = reader(code.content);
  return Array.from({ length: input.number() }, () => input.take(input.number()));
}

/** Every piece of a function once, as numbers. */
function pieces(body) {
  const all = new Set();
  for (let at = 0; at + PIECE <= body.length; at++) {
    let hash = 0;
    for (let place = 0; place < PIECE; place++) hash = (Math.imul(hash, 257) + body[at + place]) | 0;
    all.add(hash);
  }
  return all;
}

/** Indices of functions, each behind those that it shares most of its pieces with. */
function alike(bodies) {
  const sets = bodies.map(pieces);
  const holders = new Map();
  sets.forEach((set, index) => {
    for (const piece of set) {
      if (!holders.has(piece)) holders.set(piece, []);
      holders.get(piece).push(index);
    }
  });

  const bySize = bodies.map((_, index) => index).sort((a, b) => bodies[a].length - bodies[b].length || a - b);
  const left = new Set(bySize);
  const order = [];
  while (left.size > 0) {
    const shared = new Float64Array(bodies.length);
    const near = new Set(order.slice(-NEAR).flatMap((index) => [...sets[index]]));
    for (const piece of near) for (const index of holders.get(piece)) shared[index]++;
    let best = -1;
    let bestShare = 0;
    for (const index of left) {
      const share = shared[index] / (sets[index].size + 1);
      if (share > bestShare) [best, bestShare] = [index, share];
    }
    // The smallest of the rest begins another family.
    if (best < 0) [best] = left;
    left.delete(best);
    order.push(best);
  }
  return order;
}

/** The same wasm with names by which its functions are in the order that packs best. */
export function namedInOrder(wasm) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter((it) => it.kind === "function").length;
  const name = (kind, place) => kind + String(place).padStart(6, "0");
  // What is imported stays as it is.
  const names = Array.from({ length: imports }, (_, place) => name("a", place));
  alike(codes(wasm)).forEach((index, place) => (names[imports + index] = name("f", place)));
  const list = names.flatMap((it, index) => [leb(index), text(it)]);
  const content = Buffer.concat([text("name"), Buffer.from([NAMES_OF_FUNCTIONS]), sized(leb(names.length), ...list)]);
  const others = sections(wasm).filter((it) => it.id !== Section.CUSTOM);
  return joined([...others, { id: Section.CUSTOM, content }]);
}
