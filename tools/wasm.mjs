// A wasm file as its sections, for the scripts that make it smaller. Knows numbers and lengths, no instructions.

/** Reads numbers and bytes, one after the other. */
export function reader(bytes) {
  let at = 0;
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
  const take = (count) => bytes.subarray(at, (at += count));
  const text = () => take(number()).toString();
  return { number, take, text, rest: () => bytes.subarray(at), at: () => at, isDone: () => at >= bytes.length };
}

/** A number in as many bytes as it needs. */
export function leb(value) {
  const bytes = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>>= 7;
  } while (value > 0);
  return Buffer.from(bytes);
}

/** Parts behind their length. */
export function sized(...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([leb(content.length), content]);
}

/** A text behind its length. */
export const text = (words) => sized(Buffer.from(words));

/** Custom, imports, exports, code: the sections that the scripts know. */
export const Section = { CUSTOM: 0, IMPORTS: 2, EXPORTS: 7, CODE: 10 };

const HEADER = 8;

export function sections(bytes) {
  const input = reader(bytes.subarray(HEADER));
  const all = [];
  while (!input.isDone()) {
    const [id] = input.take(1);
    all.push({ id, content: input.take(input.number()) });
  }
  return all;
}

export function joined(all) {
  const parts = all.map(({ id, content }) => Buffer.concat([Buffer.from([id]), sized(content)]));
  return Buffer.concat([Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]), ...parts]);
}

/** The same file with one section made anew. */
export function withSection(bytes, id, change) {
  return joined(sections(bytes).map((it) => (it.id === id ? { id, content: change(reader(it.content)) } : it)));
}

/** In the section of names, the part with those of functions. */
export const NAMES_OF_FUNCTIONS = 1;

/** What each function is called, by its place among imported and own ones; empty when the names were thrown away. */
export function functionNames(bytes) {
  const names = [];
  for (const { id, content } of sections(bytes)) {
    const input = reader(content);
    if (id !== Section.CUSTOM || input.text() !== "name") continue;
    while (!input.isDone()) {
      const [part] = input.take(1);
      const list = reader(input.take(input.number()));
      if (part !== NAMES_OF_FUNCTIONS) continue;
      for (let count = list.number(); count > 0; count--) names[list.number()] = list.text();
    }
  }
  return names;
}
