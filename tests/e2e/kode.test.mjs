// From the screen of one phone to the camera of another: what one draws is photographed, pixel by pixel, and shown to
// the camera of the other, tilted, smaller and grey. Drawing and reading are those of the app.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, readyForOffline, until } from "./support/app.mjs";
import { go, openDay, register, weigh } from "./support/buku.mjs";
import { camera, codesOn, lookAt, photosOf } from "./support/kamera.mjs";
import { kantor } from "./support/kantor.mjs";
import { PIN, assertAccessibleInBoth, assertFits, found, typeBack, unlock, words } from "./support/kader.mjs";

let office;
before(async () => (office = await kantor()));
after(() => office.end());

const says = (page, what) => page.getByText(what).first().waitFor({ timeout: 30_000 });

async function withCamera() {
  const device = await phone({ deviceScaleFactor: 2 });
  await camera(device.page);
  return device;
}

/** Types the PIN twice, and the recovery code back. */
async function setPin(page, button) {
  await page.getByLabel("PIN, 6 sampai 12 angka").fill(PIN);
  await page.getByLabel("Sekali lagi").fill(PIN);
  await page.getByRole("button", { name: button, exact: true }).click();
}
async function writeCode(page) {
  await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor({ timeout: 60_000 });
  const groups = await page.locator(".code__group").allTextContents();
  await page.getByRole("button", { name: "Sudah saya tulis" }).click();
  await typeBack(page, groups);
  await page.getByRole("link", { name: "Cari warga" }).waitFor();
}

/** What the codes need is on the phone, too. */
const hasCodes = (page) =>
  until(() => page.evaluate(async () => {
    const kept = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((it) => it.url)));
    return [/posyandu-\w+\.pack$/, /kode-\w+\.pack$/, /kode-\w+\.js$/].every((name) => kept.flat().some((url) => name.test(url)));
  }), 60);

/** Comes in by a link on an empty phone. */
async function comeIn(nama, k = office) {
  const device = await withCamera();
  const { page } = device;
  await page.goto(await k.link(nama));
  await page.getByRole("heading", { name: nama }).waitFor({ timeout: 30_000 });
  await setPin(page, "Sambungkan");
  await writeCode(page);
  await readyForOffline(page);
  await until(async () => /^Semua terkirim/.test(await words(page.locator("a.sent [role=status]")).catch(() => "")), 60);
  await page.evaluate(() => window.posyandu.opened());
  await hasCodes(page);
  return device;
}

/** A phone that works alone, and has what it needs without a network. */
async function alone(origin, options) {
  const device = await withCamera();
  await device.page.goto(origin);
  await readyForOffline(device.page);
  if (options) await found(device.page, options);
  await device.page.evaluate(() => window.posyandu.opened());
  await hasCodes(device.page);
  await device.context.setOffline(true);
  return device;
}

/** Hands somebody over as a kader does, from the list of the day; answers photos of her codes. */
async function give(page, sesi, orang) {
  await go(page, `/kirim/kode/serah/${sesi}/${orang}`);
  return photosOf(page);
}

/** Looks at the codes until something came of it. */
async function take(page, photos, what) {
  await go(page, "/kirim/kode");
  await go(page, "/kirim/kode/pindai");
  await says(page, "Arahkan kamera");
  await lookAt(page, photos, () => page.getByText(what).first().isVisible());
}

test("a visit goes from desk to desk without a network, and back", async () => {
  const one = await comeIn("Ani Rekaan");
  const two = await comeIn("Dewi Umpama");
  try {
    await Promise.all([one, two].map((it) => it.context.setOffline(true)));
    const { orang } = await register(one.page, { nama: "Damar Rekaan" });
    const sesi = await openDay(one.page);
    await weigh(one.page, { sesi, orang }, { bb: "8,6", tb: null });
    await one.page.getByRole("link", { name: "Serahkan ke meja berikutnya" }).click();
    const photos = await photosOf(one.page);
    console.log(`codes: a child registered and weighed today: ${photos.length}`);
    assert.ok(photos.length <= 3, `${photos.length} codes`);
    await assertAccessibleInBoth(one.page, "codes of a visit");
    await assertFits(one.page, "codes of a visit");

    await take(two.page, photos, "catatan masuk, dari Ani Rekaan.");
    await says(two.page, "Sudah ada di daftar hari ini.");
    await assertAccessibleInBoth(two.page, "a visit that came");
    assert.equal(await two.page.evaluate(() => window.lens.live()), 0, "the camera is off");
    await two.page.getByRole("link", { name: "Buka daftar hari ini" }).click();
    await two.page.locator(".rows--wait").getByText("Damar Rekaan").waitFor();
    assert.equal(await two.page.getByText("belum terverifikasi").count(), 0);
    // What was weighed at the other desk stands there, and this desk adds its own.
    await weigh(two.page, { sesi, orang }, { bb: "8,6", tb: "73,1" });

    await take(one.page, await give(two.page, sesi, orang), "masuk, dari Dewi Umpama.");
    await go(one.page, `/sesi/${sesi}/hasil/${orang}`);
    await one.page.getByText("73,1").first().waitFor();

    await take(two.page, photos, "Tidak ada yang baru");
  } finally {
    await one.close();
    await two.close();
  }
});

/**
 * An empty phone comes in beside one that lets it in; answers photos of what she asked and of the answer. With `look`
 * each screen is looked at closely.
 */
async function letIn(one, two, nama, { look = false, posyandu = "Melati Contoh" } = {}) {
  const closely = (page, what) => look && assertAccessibleInBoth(page, what);
  // The newcomer asks.
  await two.page.getByRole("button", { name: "Punya tautan atau kode" }).click();
  await two.page.getByRole("button", { name: "Gabung lewat kode dari HP teman" }).click();
  if (look) {
    await two.page.getByRole("button", { name: "Buat kode" }).click();
    await says(two.page, "Belum terisi.");
  }
  await closely(two.page, "asking to come in");
  await two.page.getByLabel("Nama panggilan").fill(nama);
  await setPin(two.page, "Buat kode");
  const asked = await photosOf(two.page);
  assert.equal(asked.length, 1);
  await closely(two.page, "the code of somebody who asks");
  await two.page.getByRole("button", { name: "Sudah, sekarang pindai kode HP teman" }).click();

  // Her colleague says hello; both see the same number.
  await go(one.page, "/menu/kader");
  await one.page.getByRole("link", { name: "Tambah HP kader" }).click();
  await lookAt(one.page, asked, () => one.page.getByRole("heading", { name: `${nama} mau gabung` }).isVisible());
  await closely(one.page, "somebody wants to come in");
  const number = await words(one.page.locator(".codes__number"));
  const hello = await photosOf(one.page);
  await lookAt(two.page, hello, () => two.page.locator(".codes__number").isVisible());
  assert.equal(await words(two.page.locator("[role=status] .codes__number")), number, "it is read aloud");
  assert.match(number, /^\d{4}$/);

  await one.page.getByRole("button", { name: "Angkanya sama, terima" }).click();
  await says(one.page, "Sudah diterima.");
  assert.equal(await words(one.page.locator(".codes__number")), number, "it stays in sight");
  const answer = await photosOf(one.page);
  const question = two.page.getByRole("heading", { name: `Masuk ke Posyandu ${posyandu}?` });
  await lookAt(two.page, answer, () => question.isVisible());
  assert.equal(await two.page.evaluate(() => window.lens.live()), 0, "the camera is off");
  assert.equal(await words(two.page.locator(".codes__number")), number);
  await until(() => question.evaluate((it) => it === document.activeElement));
  await closely(two.page, "into which posyandu");
  await two.page.getByRole("button", { name: "Ya, masuk" }).click();
  await writeCode(two.page);
  return { asked, answer };
}

test("two phones without any server become one posyandu by codes, and everything else is refused in words", async () => {
  const one = await alone(office.origin, { posyandu: "Melati Contoh", kader: "Bu Ani" });
  const two = await alone(office.origin);
  const stranger = await alone(office.origin, { posyandu: "Mawar Contoh", kader: "Bu Sari" });
  try {
    const { asked, answer } = await letIn(one, two, "Bu Dewi", { look: true });
    console.log(`codes: coming in: ${answer.length}`);

    // From now on they hand people over.
    const { orang } = await register(two.page, { nama: "Kencana Mustahil" });
    const sesi = await openDay(two.page);
    await weigh(two.page, { sesi, orang });
    const visit = await give(two.page, sesi, orang);
    console.log(`codes: a child registered, weighed and measured today: ${visit.length}`);
    await take(one.page, visit, "masuk, dari Bu Dewi.");
    await says(one.page, "Sudah ada di daftar hari ini.");
    assert.equal(await one.page.getByText("belum terverifikasi").count(), 0, "her key is known");

    // Codes that do not belong here: the camera goes on.
    await go(stranger.page, "/kirim/kode/pindai");
    await says(stranger.page, "Arahkan kamera");
    await lookAt(stranger.page, visit, () => stranger.page.getByText("dari Posyandu lain").isVisible());
    const [whole] = await codesOn(two.page);
    const damaged = whole.slice(0, -3) + (whole.at(-3) === "A" ? "B" : "A") + whole.slice(-2);
    const wrong = [
      ["https://toko.contoh.invalid/1", "Itu bukan kode Posyandu."],
      [damaged, "Kode itu rusak."],
      ["https://posyandu.contoh.invalid/aktifkan#abc", "Itu tautan dari pengurus."],
    ];
    for (const [text, sentence] of wrong) {
      const [photo] = await photosOf(two.page, [text]);
      await lookAt(stranger.page, [photo], () => stranger.page.getByText(sentence).isVisible());
    }
    assert.equal(await stranger.page.evaluate(() => window.lens.live()), 1, "the camera goes on");
    await lookAt(stranger.page, asked, () => stranger.page.getByRole("heading", { name: "Bu Dewi mau gabung" }).isVisible());
    await stranger.page.getByRole("button", { name: "Angkanya beda, batal" }).click();
    await says(stranger.page, "Arahkan kamera");
  } finally {
    for (const it of [one, two, stranger]) await it.close();
  }
});

test("a phone that a server knows lets somebody in without a signal", async () => {
  const one = await alone(office.origin, { posyandu: "Contoh Melati", kader: "Bu Ani Rekaan" });
  const two = await alone(office.origin);
  try {
    const { page } = one;
    await one.context.setOffline(false);
    await page.goto(await office.link("Ani Rekaan"));
    await unlock(page);
    await page.getByText("Semua catatan di HP ini akan dikirim").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
    await page.getByRole("heading", { name: "Kirim dan terima" }).waitFor({ timeout: 30_000 });
    await go(page, "/");
    await until(async () => /^Semua terkirim/.test(await words(page.locator("a.sent [role=status]")).catch(() => "")), 60);
    await one.context.setOffline(true);

    await letIn(one, two, "Bu Dewi", { posyandu: "Contoh Melati" });
    const { orang } = await register(two.page, { nama: "Kencana Mustahil" });
    const sesi = await openDay(two.page);
    await weigh(two.page, { sesi, orang });
    await take(page, await give(two.page, sesi, orang), "masuk, dari Bu Dewi.");
    assert.equal(await page.getByText("belum terverifikasi").count(), 0, "her key is known");
  } finally {
    await one.close();
    await two.close();
  }
});

test("without a camera a photo of the code does, and the reason is said", async () => {
  const one = await alone(office.origin, { posyandu: "Melati Contoh", kader: "Bu Ani" });
  try {
    const { page } = one;
    const { orang } = await register(page, { nama: "Damar Rekaan" });
    const sesi = await openDay(page);
    await weigh(page, { sesi, orang });
    const photos = await give(page, sesi, orang);
    // A browser that says that it reads codes, and then does not: ours reads them.
    await page.evaluate(() => {
      window.BarcodeDetector = class {
        static getSupportedFormats = async () => ["qr_code"];
        detect = () => Promise.reject(new DOMException("service unavailable", "NotSupportedError"));
      };
    });
    for (const [error, sentence] of [
      ["NotAllowedError", "Kamera belum diizinkan."],
      ["NotFoundError", "HP ini tidak punya kamera"],
      ["NotReadableError", "Kamera sedang dipakai aplikasi lain."],
    ]) {
      await page.evaluate((it) => (window.lens.refuse = it), error);
      await go(page, "/kirim/kode/pindai");
      await says(page, sentence);
      await assertAccessibleInBoth(page, error);
      await go(page, "/kirim/kode");
    }
    await go(page, "/kirim/kode/pindai");
    const file = page.locator('input[type="file"]');
    const png = (buffer) => ({ name: "kode.png", mimeType: "image/png", buffer });
    await file.setInputFiles(png(await page.screenshot()));
    await says(page, "Tidak ada kode yang terbaca di foto itu.");
    for (const photo of photos) await file.setInputFiles(png(photo));
    await says(page, "Tidak ada yang baru");
  } finally {
    await one.close();
  }
});

test("a picture that cannot be read is said only when it is one of many", async () => {
  const one = await alone(office.origin, { posyandu: "Melati Contoh", kader: "Bu Ani" });
  try {
    const { page } = one;
    await page.evaluate(() => {
      delete window.BarcodeDetector;
      const post = Worker.prototype.postMessage;
      window.failing = 0;
      Worker.prototype.postMessage = function (data, ...rest) {
        if (!data.picture || window.failing-- <= 0) return post.call(this, data, ...rest);
        queueMicrotask(() => this.onmessage({ data: { id: data.id, answer: null } }));
      };
      window.heard = [];
      addEventListener("keadaan", ({ detail }) => window.heard.push(detail), true);
    });
    const fails = (count) => page.evaluate((it) => (window.failing = it), count);
    const failed = () => until(() => page.evaluate(() => window.failing <= 0));
    await go(page, "/kirim/kode/pindai");
    await says(page, "Arahkan kamera");
    await fails(2);
    await failed();
    assert.deepEqual(await page.evaluate(() => window.heard), ["baca"]);
    await fails(20);
    await says(page, "Kode belum bisa dibaca di HP ini.");
    await failed();
    await says(page, "Arahkan kamera");
    assert.deepEqual(await page.evaluate(() => window.heard), ["baca", "rusak", "baca"]);
  } finally {
    await one.close();
  }
});

test("the camera reads the link that was sent, and is off when it is left", async () => {
  const device = await withCamera();
  try {
    const { page } = device;
    await page.goto(office.origin);
    await page.getByRole("button", { name: "Punya tautan atau kode" }).click();
    await page.getByRole("button", { name: "Pindai kode dari pengurus" }).click();
    await says(page, "Arahkan kamera");
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    assert.equal(await page.evaluate(() => window.lens.live()), 0, "out of sight it is off");
    await page.evaluate(() => {
      delete document.hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await until(() => page.evaluate(() => window.lens.live() === 1));
    const [photo] = await photosOf(page, [await office.link("Ani Rekaan")]);
    await lookAt(page, [photo], () => page.getByRole("heading", { name: "Ani Rekaan" }).isVisible());
    assert.equal(await page.evaluate(() => window.lens.live()), 0);
    assert.equal(new URL(page.url()).hash, "");
  } finally {
    await device.close();
  }
});
