// What cannot be right: each time one sentence beside its field, tied to it, and what was typed still there.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { phone, serve, until } from "./support/app.mjs";
import { begin, chooseKind, place, reporter, tell } from "./support/aduan.mjs";
import { bornMonthsAgo, fillPerson, go, measure, openDay, press, register } from "./support/buku.mjs";
import { PIN, assertAccessibleInBoth, assertRefused, found, next, typePin } from "./support/kader.mjs";
import { camera, keepPictures, pictureOf } from "./support/photos.mjs";

const FULL = "Memori HP penuh. Data terakhir belum tersimpan. Hapus foto atau video lain, lalu simpan lagi.";
// The browser believes for half a minute in the room that it found before.
const BELIEVES_MS = 31_000;

let server, device, page, sesi, child, full;
before(async () => {
  server = await serve();
  // First the phone that runs full, so that its browser has noticed when its turn comes.
  full = await fullPhone();
  device = await phone();
  page = device.page;
  await keepPictures(device.context);
  await page.goto(server.origin);
  await found(page);
  sesi = await openDay(page);
});
after(async () => {
  await device?.close();
  await full?.device.close();
  await server.stop();
});

const save = (page) => page.getByRole("button", { name: "Simpan", exact: true }).click();

/** A founded phone with a form that is filled in and not saved; then its memory is full. */
async function fullPhone() {
  const device = await phone();
  const { page } = device;
  await page.goto(server.origin);
  await found(page);
  const sesi = await openDay(page);
  const { orang } = await register(page, { nama: "Sekar Contoh" });
  await go(page, "/warga/baru");
  await fillPerson(page, { nama: "Bayu Misal", kepala: "Darmo Misal" });
  const devtools = await device.context.newCDPSession(page);
  const room = (quotaSize) => devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize });
  await room(1);
  return { device, page, sesi, orang, room, since: Date.now() };
}

/** The form of a new person, whatever was begun before. */
async function blankForm(page) {
  await go(page, "/warga");
  await go(page, "/warga/baru");
  const discard = page.getByRole("button", { name: "Hapus", exact: true });
  await discard.or(page.locator("#nama")).first().waitFor();
  if (await discard.isVisible()) await discard.click();
  await page.locator("#nama").waitFor();
}

/** The form stays, its field has the word and the eye, and nothing was saved. */
async function assertStopped(page, field, sentence, typed) {
  await assertRefused(page, `#${field}`, sentence, typed);
  await page.waitForFunction((id) => document.activeElement?.closest(`[id="${id}"]`) !== null, field);
  assert.equal(new URL(page.url()).pathname, "/warga/baru");
  assert.equal(await page.locator(".undo").count(), 0);
}

test("a day on which nobody came is closed with a word about it, and opened again", async () => {
  await go(page, `/sesi/${sesi}/tutup`);
  await page.getByText("Belum ada yang datang hari ini. Boleh ditutup, dan bisa dibuka lagi kapan saja.").waitFor();
  await page.getByText("0 orang datang").waitFor();
  await page.getByRole("button", { name: "Tutup hari buka" }).click();
  await page.getByText("Hari buka ditutup").waitFor();
  await page.getByRole("button", { name: "Buka lagi" }).click();
  await page.getByRole("heading", { name: "Hari buka" }).waitFor();
  assert.equal(await page.getByText("Hari buka ini sudah ditutup").count(), 0);
  ({ orang: child } = await register(page, { nama: "Damar Rekaan", ibu: "Wulan Umpama" }));
});

test("a weight of 85 for 8,5 asks for the comma", async () => {
  await measure(page, { sesi, orang: child });
  await press(page, "85");
  await next(page);
  await assertRefused(page, "#bb", /^85 kg tidak mungkin\. Biasanya antara .+ dan .+ kg\. Lupa koma\?$/, "85");
  await press(page, ["Hapus satu angka", ",", "5"]);
  await next(page);
  await page.locator("#tb").waitFor();
});

test("an unusual weight is asked about; confirmed, it says so and counts", async () => {
  const { orang } = await register(page, { nama: "Gading Contoh", kepala: "Laras Contoh", rt: "7" });
  await measure(page, { sesi, orang });
  await press(page, "18");
  await next(page);
  await page.getByText("Timbang ulang?").waitFor();
  await page.getByRole("button", { name: "Sudah benar" }).click();
  for (const key of ["tb", "lk", "lila"]) {
    await page.locator(`#${key}`).waitFor();
    await page.getByRole("button", { name: "Tidak diukur" }).click();
  }
  await page.getByRole("heading", { name: "Di atas garis oranye" }).waitFor();
  await page.getByText("Tidak biasa, sudah diperiksa ulang").first().waitFor();
  await page.getByText("Periksa ulang", { exact: true }).waitFor({ state: "detached" });
  // Who came, and when.
  await go(page, `/sesi/${sesi}`);
  await page.getByRole("button", { name: /^Sudah datang/ }).click();
  await page.locator(".row", { hasText: "Gading Contoh" }).getByText(/datang\s\d\d\.\d\d/).waitFor();
});

test("a height in metres is asked for in centimetres", async () => {
  await measure(page, { sesi, orang: child }, "tb");
  await page.locator("#tb").fill("0,76");
  await next(page);
  await assertRefused(page, "#tb", "Itu seperti ditulis dalam meter. Tulis dalam cm: 76?", "0,76");
});

test("a birth date in the future has not come yet", async () => {
  await blankForm(page);
  const year = new Date().getFullYear() + 1;
  await fillPerson(page, { nama: "Ratih Contoh", lahir: `1/1/${year}`, kepala: "Darmo Contoh" });
  await save(page);
  await assertStopped(page, "lahir", `1 Januari ${year} belum tiba. Lihat lagi tahunnya.`, `1/1/${year}`);
});

test("the 31st of February is no day", async () => {
  await blankForm(page);
  await fillPerson(page, { nama: "Ratih Contoh", lahir: "31/02/2025", kepala: "Darmo Contoh" });
  await save(page);
  await assertStopped(page, "lahir", "Tidak ada tanggal 31 Februari 2025.", "31/02/2025");
});

test("a NIK of 15 digits lacks one", async () => {
  await blankForm(page);
  await fillPerson(page, { nama: "Ratih Contoh", nik: "332501121225000", kepala: "Darmo Contoh" });
  await save(page);
  await assertStopped(page, "nik", "Baru 15 angka, perlu 16.", "332501121225000");
});

test("a NIK of the other sex is asked about, and may be kept", async () => {
  await blankForm(page);
  // Of a girl born on 12 December 2025: her day counts 40 more.
  const nik = "3325015212250001";
  await fillPerson(page, { nama: "Bagas Contoh", kelamin: "Laki-laki", lahir: "12/12/2025", nik, kepala: "Darmo Contoh" });
  await save(page);
  await assertStopped(page, "nik", "Menurut NIK, ini perempuan. Simpan saja?", nik);
  await page.getByRole("button", { name: "Simpan saja" }).click();
  await save(page);
  await page.getByText("Bagas Contoh sudah didaftarkan").waitFor();
});

test("a child that is registered already is shown while her name is typed, in whatever spelling", async () => {
  const lahir = bornMonthsAgo(20);
  await register(page, { nama: "Muhammad Rizki Andaikata", lahir, ibu: "Siti Umpama", kepala: "Yusuf Andaikata" });
  await blankForm(page);
  const typed = "Moh. Rizqy Andaikata";
  await fillPerson(page, { nama: typed, lahir, ibu: "Siti Oempama", kepala: "Yusuf Andaikata" });
  const known = page.locator(".known__one", { hasText: "Muhammad Rizki Andaikata" });
  // It is said in the dock: nothing that she types in moves.
  const line = page.getByRole("button", { name: /^Mungkin sudah terdaftar: / });
  await line.filter({ hasText: "Muhammad Rizki Andaikata, keluarga Yusuf Andaikata" }).waitFor();
  const stands = () => page.locator("#ibu").evaluate((it) => Math.round(it.getBoundingClientRect().top + scrollY));
  const at = await stands();
  await page.locator("#ibu").fill("");
  await line.filter({ hasText: "Muhammad Rizki" }).waitFor();
  await page.locator("#nama").fill("Bagas");
  await line.filter({ hasText: "Muhammad Rizki" }).waitFor({ state: "detached" });
  await page.locator("#ibu").fill("Siti Oempama");
  await page.locator("#nama").fill(typed);
  await line.filter({ hasText: "Muhammad Rizki" }).waitFor();
  assert.equal(await stands(), at);
  await save(page);
  await known.getByText("Nama sama, tanggal lahir sama, ibu sama").waitFor();
  await assertStopped(page, "nama", "Mungkin sudah terdaftar. Lihat dulu orang di bawah ini.", typed);
  await known.getByRole("button", { name: "Bukan, orang lain" }).click();
  await known.waitFor({ state: "detached" });
  const family = page.locator(".known__one", { hasText: "Yusuf Andaikata" });
  await family.getByRole("button", { name: "Bukan, keluarga lain" }).click();
  await line.waitFor({ state: "detached" });
  await save(page);
  await page.getByText(`${typed} sudah didaftarkan`).waitFor();
});

/** A complaint up to its photos. */
async function upToPhotos() {
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await chooseKind(page);
  await tell(page, { uraian: "Lampu di depan musala mati sejak minggu lalu." });
  await place(page, { rt: "3", keluarga: "20" });
  await reporter(page, { nama: "Wati Rekaan" });
}

const STORY = "Lampu di depan musala mati sejak minggu lalu.";
const photos = () => page.locator(".photo__img");

test("a PDF is no photo, whatever it calls itself", async () => {
  await upToPhotos();
  const pdf = Buffer.from("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n");
  for (const [name, mimeType] of [["surat.pdf", "application/pdf"], ["surat.jpg", "image/jpeg"]]) {
    await page.locator("#foto").setInputFiles({ name, mimeType, buffer: pdf });
    await assertRefused(page, "#foto", "Ini bukan foto. Pilih gambar dari kamera atau galeri.");
    assert.equal(await photos().count(), 0);
    await page.locator("main").getByText(STORY).first().waitFor();
  }
});

test("a photo of 20 MB is made small", async () => {
  const huge = await camera(page, { width: 4000, height: 2600, isGrain: true });
  assert.ok(huge.length > 20e6, `only ${huge.length} bytes`);
  await page.locator("#foto").setInputFiles({ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer: huge });
  await photos().first().waitFor({ timeout: 60_000 });
  const { bytes, width, height } = await pictureOf(page, photos().first());
  assert.ok(Math.max(width, height) <= 1280, `${width} × ${height}`);
  assert.ok(bytes.length <= 250 * 1024, `${bytes.length} bytes`);
  await page.locator("#foto-salah").getByText(/\S/).waitFor({ state: "detached" });
});

test("a file of 20 MB that cannot be opened is too large, and the photo before it stays", async () => {
  const before = await photos().count();
  const damaged = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(20 * 1024 * 1024)]);
  await page.locator("#foto").setInputFiles({ name: "IMG_0002.jpg", mimeType: "image/jpeg", buffer: damaged });
  await assertRefused(page, "#foto", "Foto ini terlalu besar untuk HP ini. Ambil foto lagi dengan ukuran lebih kecil.");
  assert.equal(await photos().count(), before);
  await page.locator("main").getByText(STORY).first().waitFor();
});

test("a fourth photo is refused, and the three before it stay", async () => {
  const add = async (width) => {
    const buffer = await camera(page, { width, height: 300 });
    await page.locator("#foto").setInputFiles({ name: "IMG_0003.jpg", mimeType: "image/jpeg", buffer });
  };
  for (const width of [400, 420]) {
    const before = await photos().count();
    await add(width);
    await until(async () => (await photos().count()) === before + 1);
  }
  const kept = () => photos().evaluateAll((all) => all.map((it) => it.src));
  const three = await kept();
  assert.equal(three.length, 3);
  await add(440);
  await assertRefused(page, "#foto", "Sudah 3 foto. Hapus satu kalau mau mengganti.");
  assert.deepEqual(await kept(), three);
  await assertAccessibleInBoth(page, "a fourth photo");
  // One less, and the next one is welcome.
  await page.getByRole("button", { name: "Hapus foto" }).first().click();
  await until(async () => (await photos().count()) === 2);
  await add(440);
  await until(async () => (await photos().count()) === 3);
  assert.equal(await page.locator("#foto-salah").innerText(), "");
});

test("a full phone says what is not saved, keeps it on the screen, and saves it when there is room again", async () => {
  const { page, sesi, orang, room, since } = full;
  await until(() => Date.now() - since > BELIEVES_MS, 40);
  const said = page.getByRole("alert").getByText(FULL);
  await page.locator("#ibu").fill("Ratna Misal");
  await page.getByText("Isian belum tersimpan di HP. Jangan tutup layar ini.").waitFor();
  assert.equal(await page.getByText("Isian ini tetap ada kalau ditinggal.").count(), 0, "nothing is called kept");
  await save(page);
  await said.waitFor();
  await assertAccessibleInBoth(page, "a full phone");
  assert.equal(await page.locator(".undo").count(), 0, "nothing is called saved");
  assert.equal(await page.locator("#nama").inputValue(), "Bayu Misal");
  assert.equal(await page.locator("#nama-kepala").inputValue(), "Darmo Misal");

  await measure(page, { sesi, orang });
  assert.equal(await said.count(), 0);
  await press(page, "8,5");
  await said.waitFor();
  assert.equal(await page.getByText(/Tersimpan di HP/).count(), 0, "nothing is called saved");
  assert.equal(await page.locator("#bb").inputValue(), "8,5");

  await room(undefined);
  await press(page, "5");
  await page.getByText(/Tersimpan di HP/).waitFor();
});

test("when there is room again, nothing goes on saying that the phone is full", async () => {
  await full.page.getByRole("alert").getByText(FULL).waitFor({ state: "detached", timeout: 5000 });
});

test("what a full phone refused is saved afterwards, as it was typed", async () => {
  const { page } = full;
  await go(page, "/warga/baru");
  await page.getByText("Isian Bayu Misal belum selesai. Lanjutkan?").waitFor();
  await page.getByRole("button", { name: "Lanjutkan" }).click();
  await save(page);
  await page.getByText("Bayu Misal sudah didaftarkan").waitFor();
  await page.locator(".facts").getByText("Setuju dicatat").waitFor();
});

test("a full phone still opens its book, to read and to take a copy out", async () => {
  // A new start of the browser, which knows nothing of the room that there was.
  await full.device.close({ keep: true });
  full.device = await phone({ profile: full.device.folder });
  const { page, context } = full.device;
  const devtools = await context.newCDPSession(page);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize: 1 });
  await page.goto(`${server.origin}/warga?lihat=orang`);
  await page.getByText("Siapa yang memakai?").waitFor({ timeout: 30_000 });
  await typePin(page, PIN);
  const said = page.locator(".lock__say").getByText(/\S/);
  const opened = page.locator(".rows").getByText("Sekar Contoh");
  await opened.or(said).first().waitFor({ timeout: 30_000 });
  assert.deepEqual(await said.allTextContents(), []);
  await go(page, "/menu");
  await page.getByRole("button", { name: "Simpan berkas cadangan" }).click();
  await page.getByText("Berkas cadangan sudah diunduh.").waitFor();
});

test("a browser that keeps nothing says so, and how to open the app", async () => {
  const device = await phone({ serviceWorkers: "block" });
  try {
    await device.context.route("**/worker.js*", async (route) => {
      const response = await route.fetch();
      const refuse = 'IDBFactory.prototype.open = () => { throw new DOMException("", "SecurityError"); };\n';
      await route.fulfill({ response, body: refuse + (await response.text()) });
    });
    await device.page.goto(server.origin);
    await device.page.getByRole("heading", { name: "Buku belum bisa dibuka" }).waitFor();
    await device.page.getByRole("alert").getByText("Buka dengan Chrome biasa, bukan mode samaran.").waitFor();
  } finally {
    await device.close();
  }
});

// The last: it leaves a database behind that this version of the app cannot open.
test("a book of a newer app does not open: it says what is safe, and throws nothing away", async () => {
  const rows = () =>
    page.evaluate(
      () =>
        new Promise((done) => {
          const request = indexedDB.open("posyandu6", 99);
          request.onsuccess = () => {
            const db = request.result;
            const count = db.transaction("events").objectStore("events").count();
            count.onsuccess = () => (db.close(), done(count.result));
          };
        }),
    );
  const before = await rows();
  assert.ok(before > 5, `${before} events`);
  await page.reload();
  await page.getByRole("heading", { name: "Buku belum bisa dibuka" }).waitFor();
  await page.getByRole("alert").getByText("Data di HP ini dibuat oleh versi yang lebih baru. Perbarui aplikasi dulu. Data aman.").waitFor();
  await page.getByText("Jangan menghapus aplikasi atau data Chrome: isi buku ada di HP ini.").waitFor();
  await page.getByRole("button", { name: "Coba lagi" }).click();
  await page.getByRole("heading", { name: "Buku belum bisa dibuka" }).waitFor();
  await page.getByText("Hapus semua dan mulai dari awal").click();
  await page.locator("#hapus").fill("hapus");
  await page.getByRole("button", { name: "Hapus semua", exact: true }).click();
  await assertRefused(page, "#hapus", "Belum ada yang dihapus. Ketik HAPUS dengan huruf besar.", "hapus");
  assert.equal(await rows(), before);
});
