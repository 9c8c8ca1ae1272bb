// Pictures as a camera makes them, and what the app makes of them.

/** Keeps every picture that the page shows, so that its bytes can be looked at. Before the first page. */
export const keepPictures = (context) =>
  context.addInitScript(() => {
    window.shownPictures = [];
    const real = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      const url = real(blob);
      window.shownPictures.push([url, blob]);
      return url;
    };
  });

/** Bytes of a picture that stands on the screen, and how large it is drawn by itself. */
export async function pictureOf(page, img) {
  await img.waitFor();
  const { base64, width, height } = await img.evaluate(async (it) => {
    await it.decode();
    const [, blob] = window.shownPictures.find(([url]) => url === it.src);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return { base64: btoa(text), width: it.naturalWidth, height: it.naturalHeight };
  });
  return { bytes: Buffer.from(base64, "base64"), width, height };
}

/** A JPEG drawn in the page: a picture, or grain that no compression makes small. */
export async function camera(page, { width, height, isGrain = false }) {
  const base64 = await page.evaluate(
    async ([width, height, isGrain]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d");
      if (isGrain) {
        const image = context.createImageData(width, height);
        for (let at = 0; at < image.data.length; at += 65_536) crypto.getRandomValues(image.data.subarray(at, at + 65_536));
        for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
        context.putImageData(image, 0, 0);
      } else {
        const colours = context.createLinearGradient(0, 0, width, height);
        colours.addColorStop(0, "#0b5a41");
        colours.addColorStop(1, "#f7ad1f");
        context.fillStyle = colours;
        context.fillRect(0, 0, width, height);
      }
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", isGrain ? 1 : 0.9));
      return new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(",")[1]);
        reader.readAsDataURL(blob);
      });
    },
    [width, height, isGrain],
  );
  return Buffer.from(base64, "base64");
}

/** The same JPEG with an EXIF block as phones write it: make of the camera, and where it was taken. */
export function withExif(jpeg, make, place) {
  const text = (words) => Buffer.from(`${words}\0`, "latin1");
  const [maker, where] = [text(make), text(place)];
  const entry = (tag, bytes, at) => {
    const it = Buffer.alloc(12);
    it.writeUInt16LE(tag, 0);
    it.writeUInt16LE(2, 2); // ASCII
    it.writeUInt32LE(bytes.length, 4);
    it.writeUInt32LE(at, 8);
    return it;
  };
  const head = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 2, 0]);
  const after = head.length + 2 * 12 + 4;
  // 0x010f: make; 0x010e: description.
  const directory = [entry(0x010e, where, after + maker.length), entry(0x010f, maker, after), Buffer.alloc(4)];
  const tiff = Buffer.concat([head, ...directory, maker, where]);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const marker = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, body, jpeg.subarray(2)]);
}

/** Names of the blocks of a JPEG in front of its picture: `e0`, `e1` is EXIF. */
export function blocksOf(jpeg) {
  const blocks = [];
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    blocks.push(jpeg[at + 1].toString(16));
  }
  return blocks;
}
