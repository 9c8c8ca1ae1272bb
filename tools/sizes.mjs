// What a phone downloads: the files for offline use as they are served, brotli 11, against the budget of 400 KiB,
// then what comes only on demand, against 150 KiB (area files apart: one of them is fetched at a time).
//
//   node tools/sizes.mjs [dist]     fails above a budget
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const BUDGET = 400 * 1024;
// Sending and receiving came in; until as much went out again no more than these are taken (README decision 29).
const CEILING = 424 * 1024;
const ON_DEMAND_BUDGET = 150 * 1024;
const ON_DEMAND_CEILING = 182 * 1024;

const dist = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../dist"));
const packed = (path) => {
  const raw = statSync(join(dist, path)).size;
  // What brotli does not make smaller is served as it is.
  return { raw, brotli: statSync(join(dist, `${path}.br`), { throwIfNoEntry: false })?.size ?? raw };
};
const print = (path, { raw, brotli }) =>
  console.log(`${String(brotli).padStart(9)} ${String(raw).padStart(9)}  ${path}`);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

const build = readFileSync(join(dist, "sw.js"), "utf8").match(/^const BUILD = (\{.*\});$/m);
if (!build) throw new Error("dist/sw.js has no list of files: run tools/build.sh");
const kept = Object.keys(JSON.parse(build[1]).files);
const offline = [...kept.map((path) => path.replace(/\.wasm$/, ".pack")), "/sw.js"];
const others = readdirSync(dist, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dist.length))
  .filter((path) => !/\.(br|gz)$/.test(path) && !offline.includes(path));
const areas = others.filter((path) => /^\/wilayah\/.+\/.+\.txt$/.test(path));

console.log("   brotli       raw  for offline use");
const measured = offline.map((path) => [path, packed(path)]).sort((a, b) => b[1].brotli - a[1].brotli);
for (const [path, size] of measured) print(path, size);
const sum = measured.reduce((total, [, size]) => total + size.brotli, 0);
console.log(`${String(sum).padStart(9)}  together: ${kib(sum)} of ${kib(BUDGET)}`);

console.log("\n   brotli       raw  on demand");
let onDemand = 0;
for (const path of others.filter((path) => !areas.includes(path))) {
  const size = packed(path);
  onDemand += size.brotli;
  print(path, size);
}
const areaSizes = areas.map((path) => packed(path).brotli).sort((a, b) => a - b);
if (areaSizes.length > 0) {
  console.log(
    `          ${areaSizes.length} area files: median ${areaSizes[areaSizes.length >> 1]}, largest ${areaSizes.at(-1)}, ` +
      `together ${kib(areaSizes.reduce((a, b) => a + b, 0))}`,
  );
}
console.log(`${String(onDemand).padStart(9)}  together: ${kib(onDemand)} of ${kib(ON_DEMAND_BUDGET)}`);

if (sum > CEILING || onDemand > ON_DEMAND_CEILING) {
  console.error("sizes: over a budget");
  process.exit(1);
}
