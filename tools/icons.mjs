// Draws the app's icons: six petals for the six sectors, in the colors of style/tokens.css.
//
//   node tools/icons.mjs     writes public/icons/ (kept in the repository; run again when tokens change)
//
// PNGs carry a palette of 16 colors, which makes them a fifteenth of what a browser would write.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

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
const picture = (reach, ground) => {
  const size = 64 / reach;
  const edge = (64 - size) / 2;
  const paper = ground ? `<rect x="${edge}" y="${edge}" width="${size}" height="${size}" fill="${ground}"/>` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${edge} ${edge} ${size} ${size}">${paper}${flower}</svg>`;
};

const CRC = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
const chunk = (kind, data) => {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return whole;
};

/** As many as four bits can say; a petal then has one step between its color and the ground. */
const COLORS = 16;
const PURE = 7;

/** A PNG of few opaque colors: the pure ones, then those that all others miss most; others by the nearest. */
function png(size, pixels) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    const color = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const all = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  const palette = all.slice(0, PURE).map(([color]) => color);
  const errors = new Map(all.map(([color]) => [color, Math.min(...palette.map((it) => far(color, it)))]));
  while (palette.length < COLORS) {
    const gain = (one) => all.reduce((sum, [color, count]) => sum + count * Math.max(0, errors.get(color) - far(color, one)), 0);
    const [best] = all.map(([color]) => [color, gain(color)]).reduce((a, b) => (b[1] > a[1] ? b : a));
    palette.push(best);
    for (const [color, error] of errors) errors.set(color, Math.min(error, far(color, best)));
  }
  const nearest = new Map(
    all.map(([color]) => [color, palette.reduce((best, it, at) => (far(color, it) < far(color, palette[best]) ? at : best), 0)]),
  );
  const rows = Buffer.alloc(size * (size / 2 + 1));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = 4 * (y * size + x);
      const index = nearest.get((pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]);
      rows[y * (size / 2 + 1) + 1 + (x >> 1)] |= x & 1 ? index : index << 4;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([4, 3, 0, 0, 0], 8);
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("PLTE", colors),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

await mkdir(out, { recursive: true });
await writeFile(join(out, "kembang.svg"), picture(0.94));

const browser = await chromium.launch({ executablePath: process.env.CHROME, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
// A maskable icon may lose everything outside the inner circle of 80 %.
for (const [name, size, reach] of [
  ["icon-192", 192, 0.94],
  ["icon-512", 512, 0.94],
  ["maskable-192", 192, 0.82],
  ["maskable-512", 512, 0.82],
]) {
  const source = `data:image/svg+xml,${encodeURIComponent(picture(reach, token("ground")))}`;
  const pixels = await page.evaluate(
    async ([url, side]) => {
      const image = new Image(side, side);
      image.src = url;
      await image.decode();
      const canvas = new OffscreenCanvas(side, side).getContext("2d");
      canvas.drawImage(image, 0, 0, side, side);
      return Array.from(canvas.getImageData(0, 0, side, side).data);
    },
    [source, size],
  );
  const bytes = png(size, pixels);
  await writeFile(join(out, `${name}.png`), bytes);
  console.log(`${name}.png ${bytes.length}`);
}
await browser.close();
