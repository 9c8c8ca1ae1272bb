// PNGs with a palette, which makes them a tenth of what a browser would write.
import { createRequire } from "node:module";

// Packs a seventh better than zlib, for the same readers.
const { zlib } = createRequire(new URL("../tests/package.json", import.meta.url))("@gfx/zopfli");
const deflated = (bytes) =>
  new Promise((done, failed) =>
    zlib(bytes, { numiterations: 100 }, (error, packed) => (error ? failed(error) : done(Buffer.from(packed)))),
  );

/** The pixels of a picture, four bytes each, drawn by the browser. */
export const pixelsOf = (page, url, width, height) =>
  page.evaluate(
    async ([source, w, h]) => {
      const image = new Image(w, h);
      image.src = source;
      await image.decode();
      const canvas = new OffscreenCanvas(w, h).getContext("2d");
      canvas.drawImage(image, 0, 0, w, h);
      return Array.from(canvas.getImageData(0, 0, w, h).data);
    },
    [url, width, height],
  );

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

const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/** Of colors, the most frequent first: those, then the ones that all others miss most. */
function chosen(all, most, pure) {
  const palette = all.slice(0, pure).map(([color]) => color);
  const errors = new Map(all.map(([color]) => [color, Math.min(...palette.map((it) => far(color, it)))]));
  while (palette.length < Math.min(most, all.length)) {
    const gain = (one) => all.reduce((sum, [color, count]) => sum + count * Math.max(0, errors.get(color) - far(color, one)), 0);
    const [best] = all.map(([color]) => [color, gain(color)]).reduce((a, b) => (b[1] > a[1] ? b : a));
    palette.push(best);
    for (const [color, error] of errors) errors.set(color, Math.min(error, far(color, best)));
  }
  return palette;
}

/** A PNG of few opaque colors, others by the nearest: 64 with 8 bits a pixel, up to 16 with 4. */
export async function png(width, height, pixels, bits = 8, most = 16) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    const color = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const all = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const palette = bits === 4 ? chosen(all, most, Math.min(7, most >> 1)) : chosen(all, 64, 64);
  const nearest = new Map(
    all.map(([color]) => [color, palette.reduce((best, it, at) => (far(color, it) < far(color, palette[best]) ? at : best), 0)]),
  );
  const row = Math.ceil((width * bits) / 8) + 1;
  const rows = Buffer.alloc(height * row);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      const index = nearest.get((pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]);
      if (bits === 8) rows[y * row + 1 + x] = index;
      else rows[y * row + 1 + (x >> 1)] |= x & 1 ? index : index << 4;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, 3, 0, 0, 0], 8);
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("PLTE", colors),
    chunk("IDAT", await deflated(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
