// Puts functions that look alike beside each other: brotli says what repeats in fewer bits when it is near.
// Worth 3 % of the packed wasm. The order itself is written as names, which wasm-opt sorts by and then drops.

/** How many bytes of code are compared at a time. */
const PIECE = 5;
/** A function is put behind those that share most with the last so many. */
const NEAR = 4;
/** What more functions than this contain says nothing about any of them. */
const COMMON = 400;

const FUNCTIONS = 10;

function reader(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte & 128);
    return value;
  };
  const skip = (count) => bytes.subarray(at, (at += count));
  return { number, skip, done: () => at >= bytes.length, at: () => at };
}

/** The sections of a wasm but for its names, and the code of each function. */
function sections(bytes) {
  const input = reader(bytes);
  const kept = [bytes.subarray(0, 8)];
  const bodies = [];
  while (!input.done()) {
    const start = input.at();
    const [id] = input.skip(1);
    const content = input.skip(input.number());
    const whole = bytes.subarray(start, input.at());
    const isNames = id === 0 && Buffer.from(content.subarray(1, 5)).toString() === "name";
    if (!isNames) kept.push(whole);
    if (id !== FUNCTIONS) continue;
    const code = reader(Buffer.concat([Buffer.alloc(8), content]));
    for (let left = code.number(); left > 0; left--) bodies.push(code.skip(code.number()));
  }
  return { kept, bodies };
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
  for (const [piece, all] of holders) if (all.length < 2 || all.length >= COMMON) holders.delete(piece);

  const bySize = bodies.map((_, index) => index).sort((a, b) => bodies[a].length - bodies[b].length || a - b);
  const left = new Set(bySize);
  const order = [];
  while (left.size > 0) {
    const shared = new Float64Array(bodies.length);
    const near = new Set(order.slice(-NEAR).flatMap((index) => [...sets[index]]));
    for (const piece of near) for (const index of holders.get(piece) ?? []) shared[index]++;
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

const leb = (value) => {
  const bytes = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>>= 7;
  } while (value > 0);
  return Buffer.from(bytes);
};
const sized = (...parts) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([leb(content.length), content]);
};

/** The same wasm with names by which its functions are in the order that packs best. */
export function namedInOrder(bytes) {
  const { kept, bodies } = sections(bytes);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).filter((it) => it.kind === "function").length;
  const names = [];
  alike(bodies).forEach((index, place) => (names[index] = `f${String(place).padStart(6, "0")}`));
  const list = names.map((name, index) => Buffer.concat([leb(imports + index), sized(Buffer.from(name))]));
  const functionNames = Buffer.concat([Buffer.from([1]), sized(leb(list.length), ...list)]);
  return Buffer.concat([...kept, Buffer.from([0]), sized(sized(Buffer.from("name")), functionNames)]);
}
