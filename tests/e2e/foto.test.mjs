// A photo that another phone took: fetched when somebody wants to see it, piece by piece, and no piece twice.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { begin, chooseKind, place, reporter, send, tell } from "./support/aduan.mjs";
import { until } from "./support/app.mjs";
import { choose, go } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { assertAccessibleInBoth, assertFits, filesWith, unlock } from "./support/kader.mjs";
import { allButSealed, away, back, comeIn, hear } from "./support/kirim.mjs";
import { shot } from "./support/look.mjs";
import { camera, keepPictures, pictureOf } from "./support/photos.mjs";

const PIECE = 64 * 1024;
const KB = (bytes) => `${Math.ceil(bytes / 1024)}\u00a0KB`;
const NO_ANSWER = "Belum ada sinyal, atau komputer kantor belum menjawab.";

let k;
let ani;
let dewi;
let aduan;
/** As Ani's phone made them. */
const photos = [];

before(async () => {
  k = await kantor({ isWired: true });
  ani = await comeIn("Ani Rekaan", k);
  dewi = await comeIn("Dewi Umpama", k);
  for (const { context, page } of [ani, dewi]) {
    await keepPictures(context);
    await page.reload();
    await unlock(page);
  }
});
beforeEach(() => k.wire.calm());
after(async () => {
  await ani?.close();
  await dewi?.close();
  await k?.end();
});

const figure = (at) => dewi.page.locator("figure.photo").nth(at);
const button = (at) => figure(at).getByRole("button");
const says = (at, text) => figure(at).getByRole("button", { name: text, exact: true }).waitFor();
const isPhoto = (it) => it.is("GET", "/foto.jpg");
/** Answers that brought bytes of photos since, oldest first. */
const came = (since) => k.wire.log.slice(since).filter((it) => it.path.endsWith("/foto.jpg"));
const sum = (all) => all.reduce((total, it) => total + it.down, 0);

/** Fetches until the line breaks in the second piece: the first one is kept. */
async function breakOff(at) {
  let asked = 0;
  k.wire.rule = (it) => (isPhoto(it) && (asked += 1) === 2 ? { keep: 10_000 } : null);
  await button(at).click();
  await says(at, `Ambil sisa foto · ${KB(photos[at].length - PIECE)}`);
  await figure(at).getByText(NO_ANSWER).waitFor();
  k.wire.calm();
}

/** Names of what stands in a store of Dewi's phone; with `isEnd` nothing stands there any more. */
const inStore = (name, isEnd = false) =>
  dewi.page.evaluate(
    ([name, isEnd]) =>
      new Promise((done, fail) => {
        const opening = indexedDB.open("posyandu6");
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
          const going = opening.result.transaction(name, "readwrite");
          const names = going.objectStore(name).getAllKeys();
          if (isEnd) going.objectStore(name).clear();
          going.oncomplete = () => (opening.result.close(), done(names.result.map(String)));
        };
      }),
    [name, isEnd],
  );

/** How many photos of this phone wait for their rest. */
const begun = async () => (await inStore("meta")).filter((it) => it.startsWith("foto:begun:")).length;

/** Photos that came are not on this phone any more. */
async function forgetPhotos() {
  await inStore("blobs", true);
  await go(dewi.page, "/aduan");
  await go(dewi.page, `/aduan/${aduan}`);
  await button(0).waitFor();
}

async function shown(at) {
  const { bytes } = await pictureOf(dewi.page, figure(at).locator(".photo__img"));
  assert.deepEqual(bytes, photos[at]);
}

test("a complaint with photos comes to another phone without them, and their size is said", async () => {
  const { page } = ani;
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await chooseKind(page);
  await tell(page, { judul: "Lampu depan musala mati", uraian: "Lampu di depan musala mati sejak minggu lalu." });
  await place(page, { rt: "3", keluarga: "20" });
  await reporter(page, { nama: "Wati Rekaan" });
  for (let at = 0; at < 3; at += 1) {
    const buffer = await camera(page, { width: 1200, height: 900, isGrain: true });
    await page.locator("#foto").setInputFiles({ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer });
    const { bytes } = await pictureOf(page, page.locator(".photo__img").nth(at));
    assert.ok(bytes.length > 2 * PIECE, `${bytes.length} bytes are no three pieces`);
    photos.push(bytes);
  }
  await choose(page.locator("#agrees_foto"));
  aduan = await send(page);
  await go(page, "/");
  await allButSealed(page);
  await until(async () => {
    await hear(dewi.page);
    await go(dewi.page, `/aduan/${aduan}`);
    await dewi.page.locator("figure.photo, .notice").first().waitFor({ timeout: 3_000 }).catch(() => {});
    return (await dewi.page.locator("figure.photo").count()) === 3;
  }, 60);
  for (const at of photos.keys()) await says(at, `Ambil foto · ${KB(photos[at].length)}`);
  assert.equal(came(0).length, 0, "nothing is fetched before somebody wants to see it");
});

test("a photo that breaks off in the middle goes on where it was, also after a new start", async () => {
  await breakOff(0);
  assert.equal(await begun(), 1);
  await dewi.page.reload();
  await unlock(dewi.page);
  await go(dewi.page, `/aduan/${aduan}`);
  await says(0, `Ambil sisa foto · ${KB(photos[0].length - PIECE)}`);
  assert.deepEqual(await filesWith(dewi.folder, [photos[0].subarray(2_000, 2_024)]), [], "nothing of it lies readable on the disk");
  const before = k.wire.log.length;
  await button(0).click();
  await shown(0);
  const rest = came(before);
  assert.equal(sum(rest), photos[0].length - PIECE, "only the rest is asked for");
  assert.ok(rest.every((it) => it.status === 206), JSON.stringify(rest));
  assert.equal(await begun(), 0);
  console.log(`photo: ${photos[0].length} bytes, broke off after ${PIECE}, then ${rest.map((it) => it.down).join(" + ")}`);
  // It is whole: without a network, and after a new start.
  await away(dewi);
  await dewi.page.reload();
  await unlock(dewi.page);
  await go(dewi.page, `/aduan/${aduan}`);
  await shown(0);
  await back(dewi);
});

test("how much of it came is said while it comes, also when the page was left", async () => {
  const { page } = dewi;
  const all = KB(photos[1].length);
  k.wire.pace = { kbit: 200, ms: 200 };
  await button(1).click();
  await says(1, `Mengambil 0 dari ${all}`);
  await says(1, `Mengambil 64 dari ${all}`);
  await button(1).scrollIntoViewIfNeeded();
  await shot(page, "photo in the middle", "light");
  await go(page, "/aduan");
  await go(page, `/aduan/${aduan}`);
  await says(1, `Mengambil 128 dari ${all}`);
  await shown(1);
});

test("what is left of a photo is asked for by a button that everybody can read", async () => {
  await breakOff(2);
  await assertAccessibleInBoth(dewi.page, "a photo that broke off");
  await assertFits(dewi.page, "a photo that broke off");
  // What is shown of the book is drawn anew whenever something comes: why it is not there stays.
  await go(dewi.page, "/aduan");
  await go(dewi.page, `/aduan/${aduan}`);
  await figure(2).getByText(NO_ANSWER).waitFor();
  await shot(dewi.page, "photo that broke off", "light");
});

test("a server that knows no pieces sends everything, and it is taken", async () => {
  k.wire.rule = (it) => {
    if (isPhoto(it)) delete it.headers.range;
    return null;
  };
  const before = k.wire.log.length;
  await button(2).click();
  await shown(2);
  assert.deepEqual(came(before).map((it) => [it.status, it.down]), [[200, photos[2].length]]);
  assert.equal(await begun(), 0);
});

test("a damaged piece is thrown away, and the photo is fetched anew", async () => {
  await forgetPhotos();
  await breakOff(0);
  let asked = 0;
  k.wire.rule = (it) => (isPhoto(it) && (asked += 1) === 1 ? { spoil: 500 } : null);
  const before = k.wire.log.length;
  await button(0).click();
  await shown(0);
  assert.equal(sum(came(before)), 2 * photos[0].length - PIECE);
  assert.equal(await begun(), 0);
});

test("what the server never had as it was promised is not fetched for ever", async () => {
  await forgetPhotos();
  k.wire.rule = (it) => (isPhoto(it) ? { spoil: 500 } : null);
  const before = k.wire.log.length;
  await button(0).click();
  await figure(0).getByText(NO_ANSWER).waitFor();
  await says(0, `Ambil foto · ${KB(photos[0].length)}`);
  assert.equal(sum(came(before)), 2 * photos[0].length);
  assert.equal(await begun(), 0);
});

test("photos only by Wi-Fi is said and kept, and whoever wants to see one fetches it all the same", async () => {
  const { page } = dewi;
  await go(page, "/kirim");
  const only = page.getByRole("checkbox", { name: "Foto hanya lewat Wi-Fi" });
  await choose(only);
  await page.reload();
  await unlock(page);
  await go(page, "/kirim");
  await until(() => only.isChecked());
  await go(page, `/aduan/${aduan}`);
  await says(0, `Ambil foto · ${KB(photos[0].length)}`);
  await button(0).click();
  await shown(0);
});
