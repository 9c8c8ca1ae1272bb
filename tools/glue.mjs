// Makes what wasm-bindgen wrote between wasm and JavaScript smaller. It reads the glue as that one version of
// wasm-bindgen writes it (tools/versions.sh pins it), and refuses what looks otherwise.
import { Section, functionNames, leb, reader, sized, text, withSection } from "./wasm.mjs";

/** Classes of a crate below Leptos that streams bodies of HTTP; the app has no HTTP, but exports keep their code. */
const UNUSED = /^(__wbg_)?intounderlying/;
const UNUSED_CLASS = /^export class (IntoUnderlying\w+) \{\n[^]*?^\}\nif \(Symbol\.dispose\) \1\..*\n/gm;
const UNUSED_REGISTRY = /^const IntoUnderlying\w+Finalization = [^]*?;\n/gm;

/**
 * How the library writes a number with a fraction as text: 8 KB that only the message of an error of
 * indexed_db_futures asks for, "number too large", which no call of ours can meet. The app writes no such numbers:
 * what it shows is counted in whole grams and millimetres. Whoever tries ends at once, so a test sees it.
 */
const FRACTIONS = /\bfmt::float::float_to_(decimal|exponential)_common_(exact|shortest)\b/;
/** No locals; unreachable; end. */
const TRAP = Buffer.from([0, 0, 0x0b]);

const FUNCTION = 0;

export function exportsOf(input) {
  return Array.from({ length: input.number() }, () => ({ name: input.text(), kind: input.take(1), index: input.number() }));
}

export function exportsAs(all) {
  return Buffer.concat([leb(all.length), ...all.flatMap((it) => [text(it.name), it.kind, leb(it.index)])]);
}

/** The wasm without what nobody calls; wasm-opt then drops what only that needed. */
export function withoutUnused(wasm) {
  const names = functionNames(wasm);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter((it) => it.kind === "function").length;
  wasm = withSection(wasm, Section.CODE, (input) => {
    const count = input.number();
    const bodies = Array.from({ length: count }, () => input.take(input.number()));
    const kept = bodies.map((body, place) => sized(FRACTIONS.test(names[imports + place]) ? TRAP : body));
    return Buffer.concat([leb(count), ...kept]);
  });
  return withSection(wasm, Section.EXPORTS, (input) => exportsAs(exportsOf(input).filter((it) => !UNUSED.test(it.name))));
}

/** Names of one to three letters. */
const short = (place) => `$${place.toString(36)}`;

/** Wasm and glue after wasm-opt: only what the wasm still asks for, under short names. */
export function narrowed(wasm, glue) {
  const imported = new Map();
  const exported = new Map();
  const [{ module }] = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  wasm = withSection(wasm, Section.IMPORTS, (input) => {
    const parts = [];
    const count = input.number();
    for (let place = 0; place < count; place++) {
      const [from, name, [kind]] = [input.text(), input.text(), input.take(1)];
      if (from !== module || kind !== FUNCTION) throw new Error(`glue: an import of another kind: ${from} ${name}`);
      imported.set(name, short(place));
      parts.push(text("$"), text(short(place)), Buffer.from([kind]), leb(input.number()));
    }
    return Buffer.concat([leb(count), ...parts]);
  });
  wasm = withSection(wasm, Section.EXPORTS, (input) => {
    const all = exportsOf(input);
    all.forEach((it, place) => exported.set(it.name, short(place)));
    return exportsAs(all.map((it) => ({ ...it, name: exported.get(it.name) })));
  });

  glue = glue.replace(UNUSED_CLASS, "").replace(UNUSED_REGISTRY, "").replace(`"${module}": import0`, "$: import0");
  // The app starts by the default export.
  glue = glue.replace("export { initSync, ", "export { ");
  const found = new Set();
  glue = glue.replace(/^ {8}(\w+): function[^]*?^ {8}\}.*,\n/gm, (entry, name) => {
    if (!imported.has(name)) return "";
    found.add(name);
    return entry.replace(name, imported.get(name));
  });
  glue = glue.replace(/\bwasm\.(\w+)/g, (whole, name) => (exported.has(name) ? `wasm.${exported.get(name)}` : whole));
  const missing = [...imported.keys()].filter((name) => !found.has(name));
  if (missing.length > 0 || glue.includes("IntoUnderlying") || !glue.includes("$: import0")) {
    throw new Error(`glue: not as wasm-bindgen wrote it before: ${missing.join(", ")}`);
  }
  return { wasm, glue };
}
