// A camera that sees the screen of another phone: photos of its codes, shown to it one after the other.
import { until } from "./app.mjs";

/** Gives the pages of a phone a camera that a test points at something: `window.lens`. */
export const camera = (page) =>
  page.addInitScript(() => {
    if (!navigator.mediaDevices) return;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1280, 720];
    const brush = canvas.getContext("2d");
    const tracks = [];
    let photos = [];
    let shot = 0;
    // Paints until the page goes: a stream without a new picture shows nothing.
    setInterval(() => {
      brush.resetTransform();
      brush.fillStyle = `rgb(${70 + (shot++ % 8)} 74 78)`;
      brush.fillRect(0, 0, 1280, 720);
      // As long as a code stands on a screen.
      const photo = photos[Math.floor(performance.now() / 600) % photos.length];
      if (!photo) return;
      // Held by a hand: smaller than the picture, a little tilted, and not quite black and white.
      brush.translate(640, 360);
      brush.rotate(0.05);
      const size = 620 / Math.max(photo.width, photo.height);
      brush.filter = "contrast(0.7) brightness(0.95)";
      brush.drawImage(photo, (-photo.width * size) / 2, (-photo.height * size) / 2, photo.width * size, photo.height * size);
      brush.filter = "none";
    }, 60);
    window.lens = {
      refuse: null,
      live: () => tracks.filter((it) => it.readyState === "live").length,
      async show(all) {
        const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        photos = await Promise.all(all.map((it) => createImageBitmap(new Blob([bytes(it)], { type: "image/png" }))));
      },
    };
    navigator.mediaDevices.getUserMedia = async () => {
      if (window.lens.refuse) throw new DOMException("no", window.lens.refuse);
      const stream = canvas.captureStream(20);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });

/** The texts of the codes on the screen. */
export const codesOn = async (page) => (await page.locator("kode-gambar").getAttribute("teks")).split("\n");

/** Photos of the codes on the screen, or of others, drawn by the same element. */
export async function photosOf(page, texts) {
  if (texts) {
    await page.evaluate(async (all) => {
      await self.posyanduCodes();
      document.querySelector("#kode-lain")?.remove();
      const element = document.createElement("kode-gambar");
      element.id = "kode-lain";
      element.innerHTML = '<div class="codes__picture" data-kode="gambar"></div>';
      element.setAttribute("teks", all.join("\n"));
      // Above everything, where no bar lies over it.
      document.querySelector("main").prepend(element);
    }, texts);
  }
  const element = texts ? page.locator("#kode-lain") : page.locator("kode-gambar").first();
  const picture = element.locator("svg");
  await picture.waitFor({ timeout: 30_000 });
  const total = texts ? texts.length : (await codesOn(page)).length;
  const photos = [];
  if (total > 1) await page.getByRole("button", { name: "Kode berikutnya" }).click();
  while (photos.length < total) {
    const which = total > 1 && (await page.locator(".codes__which").innerText());
    photos.push(await picture.screenshot());
    if (!which) continue;
    await page.getByRole("button", { name: "Kode berikutnya" }).click();
    await until(async () => (await page.locator(".codes__which").innerText()) !== which);
  }
  if (texts) await element.evaluate((it) => it.remove());
  return photos;
}

/** Points the camera at the photos, one after the other and again, until it is done. */
export async function lookAt(page, photos, isDone) {
  await page.evaluate((all) => window.lens.show(all), photos.map((it) => it.toString("base64")));
  try {
    await until(isDone, 60);
  } catch (error) {
    const screen = (await page.locator("body").innerText()).replace(/\s+/g, " ");
    throw new Error(`not read; the screen says: ${screen}`, { cause: error });
  }
  await page.evaluate(() => window.lens.show([]));
}
