// What is sealed for its readers: from the kader's phone past a server that cannot read it, to the officer who may.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { begin, chooseKind, numberOn, place, reporter, send, tell } from "./support/aduan.mjs";
import { until } from "./support/app.mjs";
import { choose, go } from "./support/buku.mjs";
import { assertAccessibleInBoth, assertFits, words } from "./support/kader.mjs";
import { kantor } from "./support/kantor.mjs";
import { allSent, away, back, comeIn, hear, says } from "./support/kirim.mjs";
import { shot } from "./support/look.mjs";
import { camera, keepPictures, pictureOf } from "./support/photos.mjs";

const STREET = { judul: "Lampu depan musala mati", uraian: "Lampu di depan musala mati sejak minggu lalu.", pelapor: "Wati Rekaan" };
const SECRET = { judul: "Teriakan tiap malam", uraian: "Tetangga mendengar teriakan tiap malam.", pelapor: "Yuni Misal" };
const OFFICER = ["Rina Contoh", "pengendali", "--area", "9901", "--area", "9901012001"];

/** The photo step, if one is given, and the end. */
async function finish(page, photo) {
  let taken;
  if (photo) {
    await page.getByRole("button", { name: "Tetap tambah foto" }).click();
    await page.locator("#foto").setInputFiles({ name: "IMG_0002.jpg", mimeType: "image/jpeg", buffer: photo });
    taken = (await pictureOf(page, page.locator(".photo__img"))).bytes;
    await choose(page.locator("#agrees_foto"));
  }
  return { id: await send(page), taken };
}

async function street(page) {
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await chooseKind(page);
  await tell(page, STREET);
  await place(page, { rt: "3", keluarga: "20" });
  await reporter(page, { nama: STREET.pelapor });
  return finish(page);
}

async function secret(page, photo) {
  await begin(page, { kata: "pungli", kategori: /pungli/ });
  await chooseKind(page);
  await tell(page, SECRET);
  await place(page, {});
  await reporter(page, { nama: SECRET.pelapor });
  return finish(page, photo);
}

/** Everything that lies in the server's folder, as text. */
async function onDisk(k) {
  const names = await readdir(k.data);
  const texts = await Promise.all(names.map((it) => readFile(join(k.data, it)).then((bytes) => bytes.toString("latin1"))));
  return texts.join("\n");
}

test("reporter, tracking code and a whole secret complaint reach the officer, and nobody on the way reads them", async () => {
  const k = await kantor({ people: [["Ani Rekaan", "kader"], ["Dewi Umpama", "kader"], OFFICER], isWired: true });
  const phones = [];
  try {
    // Nobody steers yet: it stays on the phone, and that is said.
    const ani = await comeIn("Ani Rekaan", k, { prepare: (device) => keepPictures(device.context) });
    phones.push(ani);
    const page = ani.page;
    await away(ani);
    await street(page);
    const photo = await camera(page, { width: 640, height: 480 });
    const { id, taken } = await secret(page, photo);
    const number = await numberOn(page);
    await back(ani);
    await go(page, "/");
    await says(page, /^2 hanya di HP ini$/);
    await go(page, "/aduan");
    await page.getByText(`nomor ${number} · rahasia, hanya di HP ini`).waitFor();

    // An officer comes in, and the phone hears of her.
    const rina = await comeIn("Rina Contoh", k, { prepare: (device) => keepPictures(device.context) });
    phones.push(rina);
    await go(page, "/");
    await until(async () => {
      await hear(page);
      return /^Semua terkirim/.test(await words(page.locator("a.sent [role=status]")));
    }, 60);
    const read = [...k.wire.accounts.keys()].at(-1);
    const held = await k.wire.held("titipan", read);
    // One street lamp: reporter and code. One secret: the whole, its code, its photo.
    assert.equal(held.length, 5);
    for (const it of held) assert.deepEqual(Object.keys(it).filter((name) => !name.startsWith("_")).sort(), ["body", "kind", "salt", "slots", "v"]);
    const disk = await onDisk(k);
    for (const told of [STREET.pelapor, SECRET.judul, SECRET.uraian, SECRET.pelapor, number]) {
      assert.ok(!disk.includes(told), `the server can read ${told}`);
    }
    assert.ok(disk.includes(STREET.judul), "what stands in the open is there");

    // Of the secret the kader's phone keeps number and time.
    await go(page, "/aduan");
    await page.getByText(`nomor ${number} · rahasia, sudah terkirim`).waitFor();
    await shot(page, "titipan", "kader");
    await go(page, `/aduan/${id}`);
    await page.getByText("Isinya sudah terkirim dan terkunci.").waitFor();
    assert.ok(!(await words(page.locator("main"))).includes(SECRET.uraian));
    await assertAccessibleInBoth(page, "a complaint that was handed over");
    await assertFits(page, "a complaint that was handed over");
    await shot(page, "titipan", "terkirim");

    // The officer reads it, with its reporter and its photo; a list tells nothing.
    const office = rina.page;
    await hear(office);
    await go(office, "/aduan");
    await office.getByText(`nomor ${number} · rahasia`).waitFor({ timeout: 30_000 });
    assert.ok(!(await words(office.locator("main"))).includes(SECRET.judul));
    await go(office, `/aduan/${id}`);
    await office.getByRole("heading", { name: SECRET.judul }).waitFor();
    await office.getByText(SECRET.uraian).waitFor();
    assert.equal(await words(office.locator(".turn__name")), "Tim Pengurus Harian");
    await office.getByText(SECRET.pelapor).waitFor();
    await office.locator(".photo__img").waitFor();
    assert.deepEqual((await pictureOf(office, office.locator(".photo__img"))).bytes, taken);
    await assertAccessibleInBoth(office, "a complaint for who may read it");
    await assertFits(office, "a complaint for who may read it");
    await shot(office, "titipan", "petugas");
    await go(office, "/aduan");
    await office.getByText(STREET.judul).click();
    await office.getByText(STREET.pelapor).waitFor();
    await office.getByText("Hanya petugas yang berhak yang melihat nama ini").waitFor();

    // A colleague of the kader knows nothing of it.
    const dewi = await comeIn("Dewi Umpama", k);
    phones.push(dewi);
    await go(dewi.page, "/aduan");
    await dewi.page.getByText(STREET.judul).waitFor();
    assert.ok(!(await words(dewi.page.locator("main"))).includes(number));

    // What is added afterwards goes the same way, in both directions.
    await go(page, `/aduan/${id}`);
    await page.getByRole("button", { name: "Tambah catatan" }).click();
    await page.locator("#isi").fill("Warga minta segera.");
    await page.getByRole("button", { name: "Simpan catatan" }).click();
    await until(async () => (await k.wire.held("titipan", read)).length === 6, 40);
    await go(office, `/aduan/${id}`);
    await hear(office);
    await office.getByText("Warga minta segera.").waitFor({ timeout: 60_000 });
    assert.ok(!(await onDisk(k)).includes("Warga minta segera."));
  } finally {
    for (const it of phones) await it.close();
    await k.end();
  }
});

test("a server that was set back gets sealed matter again from a phone that cannot read it any more", async () => {
  const k = await kantor({ people: [["Ani Rekaan", "kader"], OFFICER], isWired: true });
  const phones = [];
  try {
    phones.push(await comeIn("Rina Contoh", k));
    const [read] = k.wire.accounts.keys();
    const ani = await comeIn("Ani Rekaan", k);
    phones.push(ani);
    const file = join(k.folder, "kemarin.backup");
    await k.run("backup", "--to", file);
    await street(ani.page);
    await go(ani.page, "/");
    await allSent(ani.page);
    assert.equal((await k.wire.held("titipan", read)).length, 2);
    await k.restore(file);
    assert.equal((await k.wire.held("titipan", read)).length, 0);
    await until(async () => {
      await hear(ani.page);
      return (await k.wire.held("titipan", read)).length === 2;
    }, 60);
    await go(ani.page, "/");
    await allSent(ani.page);
  } finally {
    for (const it of phones) await it.close();
    await k.end();
  }
});
