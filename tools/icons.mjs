// Draws the app's icons: six petals for the six sectors, in the colors of style/tokens.css.
//
//   node tools/icons.mjs     writes public/icons/ (kept in the repository; run again when tokens change)
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { pixelsOf, png } from "./png.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { chromium } = createRequire(join(root, "tests/package.json"))("playwright-core");
const out = join(root, "public/icons");

const tokens = (await readFile(join(root, "style/tokens.css"), "utf8")).split("@media")[0];
const token = (name) => {
  const found = tokens.match(new RegExp(`--color-${name}:\\s*(#[0-9a-f]{6})`));
  if (!found) throw new Error(`no token --color-${name}`);
  return found[1];
};

const PETAL = "M32 29C24.5 23.5 24.5 11 32 3.5c7.5 7.5 7.5 20 0 25.5z";
const BIDANG = ["kes", "pend", "pu", "perkim", "trantib", "sos"];
const flower = BIDANG.map((name, at) => `<path fill="${token(name)}" transform="rotate(${60 * at} 32 32)" d="${PETAL}"/>`).join("");

/** The flower in a square; `reach` is the part of it that the flower may fill. */
const picture = (reach, ground, smooth = true) => {
  const size = 64 / reach;
  const edge = (64 - size) / 2;
  const paper = ground ? `<rect x="${edge}" y="${edge}" width="${size}" height="${size}" fill="${ground}"/>` : "";
  const edges = smooth ? "" : ` shape-rendering="crispEdges"`;
  return `<svg xmlns="http://www.w3.org/2000/svg"${edges} viewBox="${edge} ${edge} ${size} ${size}">${paper}${flower}</svg>`;
};

await mkdir(out, { recursive: true });
await writeFile(join(out, "kembang.svg"), picture(0.94));

const browser = await chromium.launch({ executablePath: process.env.CHROME, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
// A launcher may cut away everything outside a circle of 80 %: the flower stays within, so that one picture serves as
// it is and cut.
for (const [name, size, smooth] of [
  ["icon-192", 192, true],
  // Always shown smaller than it is, which makes its edges smooth.
  ["icon-512", 512, false],
]) {
  const source = `data:image/svg+xml,${encodeURIComponent(picture(0.89, token("ground"), smooth))}`;
  // 16 colors: a smooth petal then has one step between its color and the ground.
  const bytes = await png(size, size, await pixelsOf(page, source, size, size), 4);
  await writeFile(join(out, `${name}.png`), bytes);
  console.log(`${name}.png ${bytes.length}`);
}
await browser.close();
