// Finishes what Trunk wrote: the smallest wasm, names by content, the service worker's list, compressed copies.
//
//   node tools/finish.mjs [dist]                     after `trunk build --release`
//   node tools/finish.mjs --restamp <dist> <copy> <version>
//                                                    the same build under another version, for update tests
//
// POSYANDU_VERSION replaces the version, which otherwise is a hash of the content.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runInThisContext } from "node:vm";
import { brotliCompress, constants, gzip } from "node:zlib";
import { narrowed, withoutUnused } from "./glue.mjs";
import { objectsOf, withoutNotes } from "./objects.mjs";
import { namedInOrder } from "./order.mjs";
import { packed } from "./pack.mjs";
import { handedInOrder, split } from "./split.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { minify } = createRequire(join(root, "tests/package.json"))("terser");

// What Chrome 100 understands. The last two are encodings inside the first and the fifth.
const FEATURES = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-fptoint", "reference-types", "sign-ext"];
const WITHIN = ["bulk-memory-opt", "call-indirect-overlong"];
const ENABLE = FEATURES.map((name) => `--enable-${name === "nontrapping-fptoint" ? "nontrapping-float-to-int" : name}`);

// Passes that make fewer bytes, but bytes that repeat less: packed, the wasm is larger with them. The last cuts data
// wherever there are some zeros.
const LARGER = ["local-cse", "simplify-locals", "memory-packing"];
// Only what is tiny is written where it is called.
const INLINED = ["--one-caller-inline-max-function-size=8", "--always-inline-max-function-size=1"];
// Nothing lies in the first 1024 bytes but the last of a stack that has overflowed: what is added to an address can
// be part of the instruction that reads there.
// With the names of functions, by which the later part is found; its gates stay functions of their own.
const PASSES = [
  ...["-g", "--no-inline=*later*gate*", "--low-memory-unused", "--converge", ...INLINED, "-Oz"],
  ...LARGER.map((pass) => `--skip-pass=${pass}`),
  ...["--strip-producers", "--strip-target-features"],
];

// Trunk leaves leading zeros out.
const HASHED = /-[0-9a-f]{8,16}(?=(_bg)?\.(css|js|pack)$)/;
const COMPRESSED = /\.(br|gz)$/;
const PACKED_ALREADY = /\.(png|jpg|jpeg|webp)$/;
/** Served, but not part of what must be on the phone before the app works offline. */
const ON_DEMAND = [/^\/sw\.js$/, /^\/screenshots\//, /^\/later\//, /^\/wilayah\/(?!index\.txt$)/];

/** What the compiler wrote, before Trunk and wasm-bindgen took it. */
const COMPILED = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "wasm32-unknown-unknown/release/posyandu.wasm");

/** The second part of the wasm, until it has its last name. */
const LATER = "later.wasm";
/** What draws and reads codes, until then. */
const CODES = "codes.wasm";

/** What the phone runs to make the wasm again. */
globalThis.self = globalThis;
runInThisContext(await readFile(join(root, "public/unpack.js"), "utf8"));

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
/** As the bytes of a Uint8Array are written out. */
const digestOf = (bytes) => createHash("sha256").update(bytes).digest().join();

async function filesUnder(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Refuses a wasm whose own list of features goes beyond Chrome 100. */
function checkDeclared(bytes) {
  for (const section of WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "target_features")) {
    const text = new TextDecoder("latin1").decode(section);
    const names = text.match(/[a-z][a-z0-9-]{3,}/g) ?? [];
    const foreign = names.filter((name) => !FEATURES.includes(name) && !WITHIN.includes(name));
    if (foreign.length > 0) throw new Error(`the wasm asks for features beyond Chrome 100: ${foreign.join(", ")}`);
  }
}

function wasmOpt(...options) {
  const script = join(root, "tests/node_modules/binaryen/bin/wasm-opt");
  execFileSync(script, options, { stdio: ["ignore", "inherit", "inherit"] });
}

async function optimize(dist) {
  for (const file of (await filesUnder(dist)).filter((name) => name.endsWith(".wasm"))) {
    checkDeclared(await readFile(file));
    const before = (await stat(file)).size;
    const small = `${file}.opt`;
    await writeFile(file, withoutUnused(withoutNotes(await readFile(file))));
    wasmOpt(file, ...PASSES, "--mvp-features", ...ENABLE, "-o", small);
    const script = file.replace(/_bg\.wasm$/, ".js");
    const { wasm, glue } = narrowed(await readFile(small), await readFile(script, "utf8"));
    await writeFile(script, glue);
    await rm(small);
    const parts = split(wasm, objectsOf(await readFile(COMPILED)));
    const { functions, places, bytes } = parts.moved;
    console.log(`wasm-opt: ${before} -> ${await finished(parts.main, file)} bytes`);
    const { first, later } = handedInOrder(await readFile(file), parts.later);
    await writeFile(file, first);
    console.log(`later: ${await finished(later, join(dist, LATER))} bytes`);
    console.log(`  of it ${functions} functions, ${places} places of the table, ${bytes} bytes of data`);
  }
}

/** Writes a module, its functions in the order that packs best; how long it is. */
async function finished(text, file) {
  await writeFile(`${file}.wat`, text);
  wasmOpt(`${file}.wat`, "-g", "--remove-unused-module-elements", "--mvp-features", ...ENABLE, "-o", file);
  await rm(`${file}.wat`);
  return inOrder(file);
}

/** The same for a file. */
async function inOrder(file) {
  const small = `${file}.opt`;
  await writeFile(small, namedInOrder(await readFile(file)));
  wasmOpt(small, "--reorder-functions-by-name", "--strip-debug", "--mvp-features", ...ENABLE, "-o", small);
  // Read back with nothing but the pinned features: any other instruction fails here.
  wasmOpt(small, "--mvp-features", ...ENABLE, "-o", `${small}.check`);
  await rm(`${small}.check`);
  await rename(small, file);
  return (await stat(file)).size;
}

/** The wasm as it travels, checked byte by byte. */
async function pack(dist) {
  for (const file of (await filesUnder(dist)).filter((name) => name.endsWith(".wasm"))) {
    const wasm = await readFile(file);
    const bytes = packed(wasm);
    if (!wasm.equals(self.unpacked(bytes))) throw new Error("the packed wasm is another one when it is unpacked");
    await writeFile(file.replace(/wasm$/, "pack"), bytes);
    await rm(file);
  }
}

/** What draws and reads codes, as a wasm file that is packed with the others. */
async function optimizeCodes(dist) {
  const built = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "wasm32-unknown-unknown/release/posyandu_kode.wasm");
  checkDeclared(await readFile(built));
  const file = join(dist, CODES);
  wasmOpt(built, ...PASSES, "--mvp-features", ...ENABLE, "-o", file);
  console.log(`codes: ${await inOrder(file)} bytes`);
}

/** A packed wasm that comes later under its last name; which that is, and the hash of the wasm. */
async function named(dist, wasm, name) {
  const file = join(dist, wasm.replace(/wasm$/, "pack"));
  const bytes = await readFile(file);
  const path = `/later/${name}-${sha256(bytes).slice(0, 16)}.pack`;
  await mkdir(join(dist, "later"), { recursive: true });
  await rename(file, join(dist, path));
  return { path, digest: digestOf(self.unpacked(bytes)) };
}

/** What shows codes and reads them; answers the path of its module. */
async function writeCodes(dist) {
  const { path, digest } = await named(dist, CODES, "kode");
  const text = (await readFile(join(root, "public/kode.js"), "utf8")).replace("PACK", path).replace("SHA256", digest);
  const { code } = await minify(text, { module: true, ecma: 2020 });
  const script = `/later/kode-${sha256(code).slice(0, 16)}.js`;
  await writeFile(join(dist, script), code);
  return script;
}

/** The second part of the wasm, and what brings it behind the glue. */
async function writeLater(dist, codes) {
  const { path, digest } = await named(dist, LATER, "posyandu");
  const bring = await readFile(join(root, "public/later.js"), "utf8");
  const [glue] = (await filesUnder(dist)).filter((name) => /\/posyandu-\w+\.js$/.test(name));
  await appendFile(glue, bring.replace("PACK", path).replace("SHA256", digest).replace("CODES", codes));
}

/** Our start of the app instead of Trunk's. */
async function writeStart(dist) {
  const page = join(dist, "index.html");
  const html = await readFile(page, "utf8");
  const script = /(<script type="module">)[^]*?import[^]*?from '([^']+)'[^]*?module_or_path: '([^']+)\.wasm'[^]*?(<\/script>)/;
  const preload = /<link rel="preload" [^>]*\.wasm"[^>]*>/;
  const [, , glue, wasm] = html.match(script) ?? [];
  if (!wasm || !preload.test(html)) throw new Error("index.html does not start the app as Trunk wrote it before");
  const { code } = await minify(await readFile(join(root, "public/start.js"), "utf8"), { module: true, ecma: 2020 });
  const bytes = self.unpacked(await readFile(join(dist, `${wasm}.pack`)));
  const names = { GLUE: glue, WASM: `${wasm}.wasm`, PACK: `${wasm}.pack`, SHA256: digestOf(bytes) };
  const start = Object.entries(names).reduce((text, [place, name]) => text.replace(`"${place}"`, `"${name}"`), code);
  await writeFile(page, html.replace(preload, "").replace(script, (_, open, __, ___, close) => open + start + close));
}

/** One file of styles instead of one for each layer, in their order: together they pack better. */
async function joinStyles(dist) {
  const page = join(dist, "index.html");
  const html = await readFile(page, "utf8");
  const links = [...html.matchAll(/<link rel="stylesheet" href="\/([^"]+\.css)"[^>]*>\s*/g)];
  if (links.length < 2) throw new Error("index.html does not name the styles");
  const [[first, name]] = links;
  const layers = await Promise.all(links.map(([, layer]) => readFile(join(dist, layer), "utf8")));
  await Promise.all(links.map(([, layer]) => rm(join(dist, layer))));
  const joined = name.replace(/^\w+/, "style");
  await writeFile(join(dist, joined), layers.join("\n"));
  const shown = links.slice(1).reduce((text, [link]) => text.replace(link, ""), html);
  await writeFile(page, shown.replace(first, first.replace(name, joined)));
}

/** Styles without what only people read: space, and the long names of properties of their own. */
async function shortStyles(text) {
  const bare = text
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/\s*([{};,])\s*/g, "$1")
    .replace(/(?<=[{;][\w-]+):\s+/g, ":")
    .replace(/;}/g, "}")
    .trim();
  // A picture in the app names some of them.
  const pictures = await Promise.all((await filesUnder(join(root, "src/ui"))).map((file) => readFile(file, "utf8")));
  const used = new Set(pictures.join().match(/--[a-z][\w-]*/g));
  const own = [...new Set(bare.match(/(?<=[{;]|var\()--[a-z][\w-]*/g))].filter((name) => !used.has(name));
  const names = new Map(own.map((name, at) => [name, `--${at.toString(36)}`]));
  return bare.replace(/(?<=[{;]|var\()--[a-z][\w-]*/g, (name) => names.get(name) ?? name);
}

/** Takes out comments and indentation; in scripts also what Chrome 100 does not need. */
async function shorten(dist) {
  for (const file of await filesUnder(dist)) {
    if (file.endsWith(".js") && !file.startsWith(join(dist, "later/"))) {
      const { code } = await minify(await readFile(file, "utf8"), { module: !/(boot|sw|unpack)\.js$/.test(file), ecma: 2020 });
      await writeFile(file, code);
    } else if (file.endsWith(".css")) {
      await writeFile(file, await shortStyles(await readFile(file, "utf8")));
    } else if (file.endsWith(".html")) {
      const text = (await readFile(file, "utf8")).replace(/<!--[^]*?-->/g, "");
      await writeFile(file, text.replace(/\s*\n\s*/g, "\n").trim());
    }
  }
}

/** Pictures for the install dialog, from public/screenshots/ when they were taken: <order>-<words>.png. */
async function showScreenshots(dist) {
  const folder = join(root, "public/screenshots");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".png")).sort();
  const path = join(dist, "manifest.webmanifest");
  const manifest = JSON.parse(await readFile(path, "utf8"));
  manifest.screenshots = [];
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    manifest.screenshots.push({
      src: `/screenshots/${name}`,
      sizes: `${width}x${height}`,
      type: "image/png",
      form_factor: width < height ? "narrow" : "wide",
      label: name.replace(/^\d+-|\.png$/g, "").replaceAll("-", " "),
    });
  }
  if (names.length > 0) await cp(folder, join(dist, "screenshots"), { recursive: true });
  else delete manifest.screenshots;
  await writeFile(path, JSON.stringify(manifest));
}

/** Names by what is inside now, so that "immutable" is true. */
async function nameByContent(dist) {
  const page = join(dist, "index.html");
  let html = await readFile(page, "utf8");
  for (const file of await filesUnder(dist)) {
    // What comes later is named already, by the glue.
    if (!HASHED.test(file) || file.startsWith(join(dist, "later/"))) continue;
    const name = relative(dist, file);
    const next = name.replace(HASHED, `-${sha256(await readFile(file)).slice(0, 16)}`);
    if (!html.includes(name)) throw new Error(`index.html does not name ${name}`);
    // Without their endings: the page names the wasm as it travels and as it is kept.
    const [stem, nextStem] = [name, next].map((it) => it.replace(/\w+$/, ""));
    html = html.replaceAll(stem, nextStem);
    await rename(file, join(dist, next));
  }
  await writeFile(page, html);
}

/** Writes the version into the page and the list of files into the service worker. */
async function stamp(dist, version) {
  const page = join(dist, "index.html");
  const meta = /(<meta name="?posyandu-version"? content=)("[^"]*"|[^\s>]+)/;
  const html = await readFile(page, "utf8");
  if (!meta.test(html)) throw new Error("index.html has no place for the version");
  const withVersion = (text) => html.replace(meta, `$1"${text}"`);

  const files = {};
  const later = {};
  for (const file of await filesUnder(dist)) {
    const path = `/${relative(dist, file)}`;
    if (COMPRESSED.test(path)) continue;
    if (path.startsWith("/later/")) later[path] = sha256(await readFile(file));
    if (ON_DEMAND.some((rule) => rule.test(path))) continue;
    const bytes = path === "/index.html" ? withVersion("") : await readFile(file);
    if (path.endsWith(".pack")) files[path.replace(/pack$/, "wasm")] = sha256(self.unpacked(bytes));
    else files[path] = sha256(bytes);
  }
  const { code: worker } = await minify(await readFile(join(root, "public/sw.js"), "utf8"), {
    ecma: 2020,
    compress: { reduce_vars: false, evaluate: false, toplevel: false },
    format: { semicolons: true },
  });
  version ||= sha256(JSON.stringify(files) + worker).slice(0, 12);
  if (!/^[\w.-]{1,40}$/.test(version)) throw new Error(`not a version: ${version}`);

  await writeFile(page, withVersion(version));
  files["/index.html"] = sha256(withVersion(version));
  const place = /^const BUILD=null[,;]/;
  if (!place.test(worker)) throw new Error("public/sw.js does not begin with its place for the list");
  const list = `const BUILD = ${JSON.stringify({ version, files, later })};\n`;
  await writeFile(join(dist, "sw.js"), list + worker.replace(place, (found) => (found.endsWith(",") ? "const " : "")));
  return { version, count: Object.keys(files).length };
}

/** How brotli may say how far back something stands, NPOSTFIX and NDIRECT; tried on what is not small. */
const DISTANCES = [[0, 4], [0, 8], [0, 12], [1, 8], [1, 16], [1, 30], [2, 12], [2, 20], [2, 28]];

/** The shortest of the ways in which brotli can look at bytes; which one it is differs from file to file. */
async function brotli(bytes) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_PARAM_MODE, BROTLI_PARAM_NPOSTFIX, BROTLI_PARAM_NDIRECT } = constants;
  const small = { [constants.BROTLI_PARAM_LGBLOCK]: 16 };
  const font = { [BROTLI_PARAM_MODE]: constants.BROTLI_MODE_FONT };
  const far = (postfix, direct) => ({ ...small, [BROTLI_PARAM_NPOSTFIX]: postfix, [BROTLI_PARAM_NDIRECT]: direct });
  const more = bytes.length > 1 << 12 ? DISTANCES : [];
  const ways = [{}, font, { ...small, ...font }, far(0, 15), ...more.map((it) => far(...it))];
  const base = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const pack = promisify(brotliCompress);
  const all = await Promise.all(ways.map((way) => pack(bytes, { params: { ...base, ...way } })));
  return all.reduce((best, it) => (it.length < best.length ? it : best));
}

async function compress(dist, only = () => true) {
  const zip = promisify(gzip);
  const queue = (await filesUnder(dist)).filter((name) => !COMPRESSED.test(name) && !PACKED_ALREADY.test(name) && only(name));
  const one = async (file) => {
    const bytes = await readFile(file);
    const packed = {
      br: await brotli(bytes),
      gz: await zip(bytes, { level: 9 }),
    };
    for (const [ending, content] of Object.entries(packed)) {
      if (content.length < bytes.length) await writeFile(`${file}.${ending}`, content);
      else await rm(`${file}.${ending}`, { force: true });
    }
  };
  const lane = async () => {
    for (let file = queue.pop(); file; file = queue.pop()) await one(file);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

const args = process.argv.slice(2);
if (args[0] === "--restamp") {
  const [, from, to, version] = args;
  if (!from || !to || !version) throw new Error("usage: finish.mjs --restamp <dist> <copy> <version>");
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
  const done = await stamp(to, version);
  await compress(to, (name) => /\/(index\.html|sw\.js)$/.test(name));
  console.log(`version ${done.version}: ${done.count} files for offline use, in ${to}`);
} else {
  const dist = resolve(args[0] ?? join(root, "dist"));
  await optimize(dist);
  await optimizeCodes(dist);
  await pack(dist);
  await writeLater(dist, await writeCodes(dist));
  await writeStart(dist);
  await joinStyles(dist);
  await shorten(dist);
  await showScreenshots(dist);
  await nameByContent(dist);
  const done = await stamp(dist, process.env.POSYANDU_VERSION);
  await compress(dist);
  console.log(`version ${done.version}: ${done.count} files for offline use`);
}
