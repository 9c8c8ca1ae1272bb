// Who may open the book: founding, PIN, recovery code, colleagues, clock, a copy for another phone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { fillPerson, go, idIn, openDay, register } from "./support/buku.mjs";
import {
  PIN, addKader, assertAccessible, assertAccessibleInBoth, assertFits, assertRefused, filesWith, found, lock, next, openAs, typeBack,
  typePin, typePlace, unlock, writeNewCode,
} from "./support/kader.mjs";

/** Of a girl born on 12 December 2024. */
const NIK = "3325015212240001";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

/** Runs `story` on a phone of its own. */
async function onPhone(story, options) {
  const device = await phone(options);
  try {
    await device.page.goto(server.origin);
    await device.page.locator("#awal").waitFor({ state: "detached" });
    return await story(device.page, device);
  } finally {
    await device.close();
  }
}

for (const colorScheme of ["light", "dark"]) {
  test(`founding is clean for screen readers, ${colorScheme}`, () =>
    onPhone(async (page) => {
      await page.getByRole("button", { name: "Langsung pakai di HP ini" }).waitFor();
      await assertAccessible(page, "first screen");
      await assertFits(page, "first screen");
      await page.getByRole("button", { name: "Langsung pakai di HP ini" }).click();
      await next(page);
      await assertRefused(page, "#nama", "Belum terisi.", "");
      await assertAccessible(page, "posyandu step with an error");
      await page.getByLabel("Apa nama posyandunya?").fill("Melati Contoh");
      await next(page);
      await assertAccessible(page, "place step");
      await typePlace(page);
      await assertAccessible(page, "kader step");
      await page.getByLabel("Nama panggilan").fill("Bu Ani Rekaan");
      await next(page);
      await assertAccessible(page, "phones step");
      await next(page);
      await assertAccessible(page, "pin step");
      await page.getByLabel("PIN, 6 sampai 12 angka").fill(PIN);
      await page.getByLabel("Sekali lagi").fill(PIN);
      await page.getByRole("button", { name: "Mulai pakai" }).click();
      await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor({ timeout: 60_000 });
      await assertAccessible(page, "recovery code");
      await assertFits(page, "recovery code");
      const groups = await page.locator(".code__group").allTextContents();
      await page.getByRole("button", { name: "Sudah saya tulis" }).click();
      await assertAccessible(page, "recovery code, typed back");
      await typeBack(page, groups);
      await page.getByRole("link", { name: "Cari warga" }).waitFor();
      await assertAccessible(page, "beranda");
      await lock(page);
      await assertAccessible(page, "lock screen");
      await assertFits(page, "lock screen");
    }, { colorScheme }));
}

test("PIN 123456 is refused with a sentence, and stays as typed", () =>
  onPhone(async (page) => {
    await page.getByRole("button", { name: "Langsung pakai di HP ini" }).click();
    await page.getByLabel("Apa nama posyandunya?").fill("Melati Contoh");
    await next(page);
    await typePlace(page);
    await page.getByLabel("Nama panggilan").fill("Bu Ani Rekaan");
    await next(page);
    await next(page);
    await page.getByLabel("PIN, 6 sampai 12 angka").fill("123456");
    await page.getByLabel("Sekali lagi").fill("123456");
    await page.getByRole("button", { name: "Mulai pakai" }).click();
    await assertRefused(page, "#pin", "Angka urut mudah ditebak.", "123456");
  }));

test("wrong PINs make her wait, and a restart does not shorten it", () =>
  onPhone(async (page) => {
    await found(page);
    await lock(page);
    // Where she pressed, and what stands for the digits, are tied to the sentence.
    const tied = page.locator("[aria-describedby=pin-salah]");
    const said = page.locator("#pin-salah");
    for (let left = 3; left >= 1; left--) {
      await typePin(page, "111222");
      await said.getByText(`PIN belum cocok. Masih boleh ${left} kali lagi.`).waitFor({ timeout: 30_000 });
    }
    assert.equal(await tied.count(), 2);
    await tied.and(page.getByRole("button", { name: "Buka", exact: true })).waitFor();
    await assertAccessibleInBoth(page, "a wrong PIN");
    await typePin(page, "111222");
    await page.locator(".lock__say").getByText(/belum cocok|Tunggu/).waitFor({ timeout: 30_000 });
    await typePin(page, "111222");
    await page.getByText(/Tunggu \d+ detik/).waitFor({ timeout: 30_000 });
    await assertAccessibleInBoth(page, "a wait after wrong PINs");
    // A passphrase has a field of its own, and the sentence stands there.
    await page.getByRole("button", { name: "Pakai kata sandi" }).click();
    await assertRefused(page, "#sandi", /Tunggu \d+ detik/, "");
    assert.equal(await said.innerText(), "");
    await assertAccessibleInBoth(page, "a wait before a passphrase");
    const left = async () => Number((await page.getByText(/Tunggu \d+ detik/).innerText()).match(/\d+/)[0]);
    const before = await left();
    await page.reload();
    await page.getByText(/Tunggu \d+ detik/).waitFor({ timeout: 30_000 });
    const after = await left();
    assert.ok(after >= before - 10 && after <= before, `a restart does not shorten it: ${before}, then ${after}`);
    // Even the right PIN has to wait.
    await typePin(page, PIN);
    await page.getByText(/Tunggu \d+ detik/).waitFor();
    assert.equal(await page.getByText("Siapa yang memakai?").count(), 1);
  }));

test("nothing that was typed lies readable on the phone", async () => {
  const device = await phone();
  try {
    const { page } = device;
    await page.goto(server.origin);
    await found(page, { posyandu: "Kencana Mustahil", kader: "Bu Wurdani", desa: "Kampung Antahberantah" });
    const person = { nama: "Gendhuk Khayalwati", nik: NIK, lahir: "12/12/2024", kelamin: "Perempuan" };
    await register(page, { ...person, ibu: "Kartinem Reksabumi", kepala: "Sastro Angenangen" });
    await go(page, "/warga?lihat=orang");
    await page.locator(".row__name", { hasText: person.nama }).waitFor();
    // A draft too, and as a control a word that is kept as it is.
    await go(page, "/warga/baru");
    await page.locator("#nama").fill("Setengah Jadiwati");
    await page.evaluate(
      (word) =>
        new Promise((done, fail) => {
          const opening = indexedDB.open("kendali");
          opening.onupgradeneeded = () => opening.result.createObjectStore("kata");
          opening.onerror = () => fail(opening.error);
          opening.onsuccess = () => {
            const writing = opening.result.transaction("kata", "readwrite", { durability: "strict" });
            writing.objectStore("kata").put({ nama: word, nik: "1234567890123456" }, 1);
            writing.oncomplete = done;
          };
        }),
      "Kendali Terbaca",
    );
    await go(page, "/");
    await lock(page);
    assert.equal(await page.getByText("Bu Wurdani").first().isVisible(), true, "she sees her own name");
    await device.close({ keep: true });
    for (const word of ["Kendali Terbaca", "1234567890123456"]) {
      assert.notDeepEqual(await filesWith(device.folder, [word]), [], `${word} is found where it is not sealed`);
    }
    const words = ["Kencana Mustahil", "Bu Wurdani", "Antahberantah", "0812 0000 0001", PIN];
    words.push(person.nama, "Khayalwati", NIK, "Kartinem", "Reksabumi", "Angenangen", "Setengah Jadiwati");
    assert.deepEqual(await filesWith(device.folder, words), []);
  } finally {
    await device.close();
  }
});

test("a forgotten PIN: the code on paper opens the book and sets a new one", () =>
  onPhone(async (page) => {
    const groups = await found(page);
    await lock(page);
    await page.getByRole("button", { name: "Lupa PIN" }).click();
    await assertAccessible(page, "forgotten PIN");
    await page.getByLabel("Kode pemulihan").fill("salah");
    await page.getByLabel("PIN baru").fill("740281");
    await page.getByRole("button", { name: "Buka dan pakai PIN baru" }).click();
    await assertRefused(page, "#kode", "Kode pemulihan belum cocok.", "salah");
    await page.getByLabel("Kode pemulihan").fill(groups.join(" ").toLowerCase());
    await page.getByRole("button", { name: "Buka dan pakai PIN baru" }).click();
    await page.getByRole("heading", { name: "Menu" }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Kunci buku" }).click();
    await unlock(page, "740281");
  }));

test("a passphrase of letters takes the place of the PIN, and opens the book", () =>
  onPhone(async (page) => {
    await found(page);
    await go(page, "/menu/pin");
    assert.equal(await page.locator("#pin-baru").getAttribute("inputmode"), "numeric");
    await page.locator("#pin-lama").fill(PIN);
    await page.getByRole("button", { name: "Pakai kata sandi" }).click();
    assert.equal(await page.locator("#pin-baru").getAttribute("inputmode"), "text", "a phone shows letters");
    assert.equal(await page.locator("#pin-lama").inputValue(), PIN, "what was typed stays");
    await page.locator("#pin-baru").fill("melati");
    await page.getByRole("button", { name: "Simpan", exact: true }).click();
    await assertRefused(page, "#pin-baru", "10 huruf", "melati");
    await page.locator("#pin-baru").fill("bunga melati wangi");
    await page.getByRole("button", { name: "Simpan", exact: true }).click();
    await page.getByRole("status").getByText(/sudah diganti/i).waitFor({ timeout: 30_000 });
    await go(page, "/");
    await lock(page);
    await page.getByRole("button", { name: "Pakai kata sandi" }).click();
    await page.getByLabel("Kata sandi").fill("bunga melati wangi");
    await page.getByRole("button", { name: "Buka", exact: true }).click();
    await page.getByRole("heading", { name: "Menu" }).waitFor({ timeout: 60_000 });
  }));

test("a second kader gets her own PIN and code on the same phone", () =>
  onPhone(async (page) => {
    await found(page);
    await page.getByRole("link", { name: "Menu" }).click();
    await page.getByRole("link", { name: /Kader di HP ini/ }).click();
    await assertAccessible(page, "kader page");
    await page.getByLabel("Nama panggilan").fill("Bu Dewi Contoh");
    await page.getByLabel("PIN, 6 sampai 12 angka").fill("580316");
    await page.getByRole("button", { name: "Tambahkan" }).click();
    await page.getByText("Tulis kode ini di kertas").waitFor({ timeout: 60_000 });
    await page.getByRole("link", { name: "Kembali" }).click();
    await page.getByRole("button", { name: "Kunci buku" }).click();
    await page.getByRole("radio", { name: "Bu Dewi Contoh" }).check({ force: true });
    await unlock(page, "580316");
    await page.getByText("Kode pemulihan belum ditulis").waitFor();
  }));

test("after a colleague gave a new PIN, the old code opens what was begun before", () =>
  onPhone(async (page) => {
    const groups = await found(page);
    await go(page, "/menu/kader");
    const dewi = { nama: "Bu Dewi Contoh", pin: "580316" };
    await addKader(page, dewi);
    await go(page, "/warga/baru");
    await page.locator("#nama").fill("Kencana Rekaan");
    await go(page, "/");
    await lock(page);
    await openAs(page, dewi);
    await go(page, "/menu/kader");
    await page.getByRole("button", { name: "Beri PIN baru untuk Bu Ani Rekaan" }).click();
    await page.locator("#pin-teman").fill("271904");
    await page.getByRole("button", { name: "Beri PIN baru", exact: true }).click();
    await page.getByText("Tulis kode ini di kertas").waitFor({ timeout: 60_000 });
    await go(page, "/");
    await lock(page);
    await openAs(page, { nama: "Bu Ani Rekaan", pin: "271904" });
    await writeNewCode(page);
    await page.getByRole("heading", { name: "Menu" }).waitFor();
    await page.getByRole("link", { name: "Buka catatan lama saya" }).click();
    await assertAccessibleInBoth(page, "old code");
    await assertFits(page, "old code");
    await page.getByLabel("Kode pemulihan").fill("salah");
    await page.getByRole("button", { name: "Buka", exact: true }).click();
    await assertRefused(page, "#kode", "Kode pemulihan belum cocok.", "salah");
    await page.getByLabel("Kode pemulihan").fill(groups.join(" ").toLowerCase());
    await page.getByRole("button", { name: "Buka", exact: true }).click();
    await page.getByText("Sudah terbuka.").waitFor({ timeout: 30_000 });
    await go(page, "/warga/baru");
    await page.getByRole("button", { name: "Lanjutkan" }).click();
    assert.equal(await page.locator("#nama").inputValue(), "Kencana Rekaan");
    await go(page, "/menu");
    await page.getByText(/terpakai/).waitFor();
    assert.equal(await page.getByRole("link", { name: "Buka catatan lama saya" }).count(), 0);
  }));

test("a phone clock in 2031 is asked about before anything is saved", async () => {
  const device = await phone({ serviceWorkers: "block" });
  try {
    const ahead = 5 * 365 * 86_400_000;
    await device.context.route("**/worker.js*", async (route) => {
      const response = await route.fetch();
      const body = `const realNow = Date.now; Date.now = () => realNow() + ${ahead};\n${await response.text()}`;
      await route.fulfill({ response, body });
    });
    await device.page.goto(server.origin);
    await device.page.getByRole("heading", { name: "Hari ini tanggal berapa?" }).waitFor({ timeout: 30_000 });
    await assertAccessible(device.page, "clock page");
    await device.page.getByLabel("Kalau bukan, hari ini tanggal").fill("31/02/2027");
    await next(device.page);
    await assertRefused(device.page, "#hari-ini", "Tidak ada tanggal 31 Februari 2027.", "31/02/2027");
    await device.page.getByLabel("Kalau bukan, hari ini tanggal").fill("22/11/2026");
    await next(device.page);
    await found(device.page);
    await device.page.getByText("Minggu 22\u00a0November").waitFor();
  } finally {
    await device.close();
  }
});

/** A phone whose worker's clock is `ahead` of the true one, ms: to be set whenever it likes. */
async function withClock(story) {
  const device = await phone({ serviceWorkers: "block" });
  try {
    await device.context.route("**/worker.js*", async (route) => {
      const response = await route.fetch();
      const clock = "self.ahead = 0; const realNow = Date.now; Date.now = () => realNow() + self.ahead;";
      await route.fulfill({ response, body: `${clock}\n${await response.text()}` });
    });
    await device.page.goto(server.origin);
    await found(device.page);
    const [worker] = device.page.workers();
    await story(device.page, (ahead) => worker.evaluate((it) => (self.ahead = it), ahead));
  } finally {
    await device.close();
  }
}

test("a clock that jumps to 2031 while she types: nothing is saved, and what she typed stays", () =>
  withClock(async (page, setAhead) => {
    await go(page, "/warga/baru");
    await fillPerson(page, { nama: "Damar Rekaan", ibu: "Wulan Umpama", kepala: "Hendra Rekaan" });
    await setAhead(5 * 365 * 86_400_000);
    await page.getByRole("button", { name: "Simpan", exact: true }).click();
    await page.getByText("Tanggal di HP ini perlu dipastikan dulu. Belum ada yang disimpan.").waitFor();
    assert.equal(await page.locator("#nama").inputValue(), "Damar Rekaan");
    assert.equal(await page.locator("#ibu").inputValue(), "Wulan Umpama");
    // Set right again by hand, it is saved as it stands there.
    await setAhead(0);
    await page.getByRole("button", { name: "Simpan", exact: true }).click();
    await page.getByText("Damar Rekaan sudah didaftarkan").waitFor();
  }));

test("a clock that jumped to 2031 overnight is asked about before the book is used", async () => {
  const device = await phone({ serviceWorkers: "block" });
  let ahead = 0;
  try {
    const { page } = device;
    await device.context.route("**/worker.js*", async (route) => {
      const response = await route.fetch();
      const clock = `const realNow = Date.now; Date.now = () => realNow() + ${ahead};`;
      await route.fulfill({ response, body: `${clock}\n${await response.text()}` });
    });
    await page.goto(server.origin);
    await found(page);
    ahead = 5 * 365 * 86_400_000;
    await page.reload();
    await unlock(page);
    await page.getByRole("heading", { name: "Hari ini tanggal berapa?" }).waitFor({ timeout: 30_000 });
    const today = new Date();
    await page.getByLabel("Kalau bukan, hari ini tanggal").fill(`${today.getDate()}/${today.getMonth() + 1}/${today.getFullYear()}`);
    await next(page);
    await page.getByRole("link", { name: "Cari warga" }).waitFor();
    await openDay(page);
    assert.equal(idIn(page).slice(0, 4), String(today.getFullYear()));
  } finally {
    await device.close();
  }
});

test("a copy from an old phone opens on a new one with the code on paper", () =>
  onPhone(async (page, old) => {
    const groups = await found(page, { kader: "Bu Ani Rekaan" });
    await page.getByRole("link", { name: "Menu" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Simpan berkas cadangan" }).click(),
    ]);
    const path = await download.path();
    const text = await readFile(path, "utf8");
    assert.ok(text.startsWith("POSYANDU 6 SPM CADANGAN 1\n"));
    await onPhone(async (fresh) => {
      await fresh.getByRole("button", { name: "Punya berkas cadangan? Pulihkan" }).click();
      await assertAccessible(fresh, "restore page");
      await fresh.getByRole("button", { name: "Lihat isinya" }).click();
      await assertRefused(fresh, "#berkas", "Pilih berkasnya dulu.");
      const give = async (name, content) => {
        await fresh.getByLabel("Berkas cadangan").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
        await fresh.getByRole("button", { name: "Lihat isinya" }).click();
      };
      await give("lain.txt", "halo");
      await assertRefused(fresh, "#berkas", "Ini bukan berkas dari aplikasi Posyandu.");
      await give("potong.txt", text.slice(0, text.length / 2));
      await assertRefused(fresh, "#berkas", "Berkas ini terpotong.");
      await give("posyandu.txt", text);
      // Nothing is written before she has seen what it is.
      await fresh.getByText(/^Dibuat .* · 3 catatan · 1 kader$/).waitFor();
      await assertAccessible(fresh, "what a backup holds");
      await fresh.getByRole("button", { name: "Pulihkan", exact: true }).click();
      await fresh.getByText("Siapa yang memakai?").waitFor();
      await fresh.getByRole("button", { name: "Lupa PIN" }).click();
      await fresh.getByLabel("Kode pemulihan").fill(groups.join("-"));
      await fresh.getByLabel("PIN baru").fill("740281");
      await fresh.getByRole("button", { name: "Buka dan pakai PIN baru" }).click();
      await fresh.getByRole("heading", { name: "Posyandu Melati Contoh" }).waitFor({ timeout: 60_000 });
      await fresh.getByText("Bu Ani Rekaan").first().waitFor();
    });
  }, { acceptDownloads: true }));

test("two tabs of one phone follow each other", () =>
  onPhone(async (page, device) => {
    await found(page);
    const second = await device.context.newPage();
    await second.goto(server.origin);
    await unlock(second);
    await second.getByRole("button", { name: "Buka hari ini" }).waitFor();
    await page.getByRole("button", { name: "Buka hari ini" }).click();
    await second.getByRole("link", { name: "Lanjutkan hari buka" }).waitFor();
  }));

test("a place typed without the list gets its code later, and the list says what is not in it", () =>
  onPhone(async (page) => {
    await page.route("**/wilayah/**", (route) => route.abort());
    await found(page);
    const nudge = page.getByRole("link", { name: "Desa belum dipilih dari daftar. Lengkapi" });
    await nudge.waitFor();
    await page.unroute("**/wilayah/**");
    await nudge.click();
    await page.getByLabel("Kabupaten atau kota").fill("Kabupaten Umpami");
    await page.locator("#desa").fill("Harapan");
    await page.getByRole("button", { name: "Simpan", exact: true }).click();
    await assertRefused(page, "#kabupaten", "Pilih dari daftar di bawah.", "Kabupaten Umpami");
    await page.getByLabel("Kabupaten atau kota").fill("kabupaten bogor");
    await page.locator(".suggest__one").first().click();
    assert.equal(await page.getByLabel("Kabupaten atau kota").inputValue(), "Kabupaten Bogor");
    await page.locator(".suggest__one").filter({ hasText: "Harapanjaya" }).first().click();
    // What was chosen is still chosen when she comes back to it.
    await go(page, "/menu");
    await page.getByRole("link", { name: /Posyandu ini/ }).click();
    await page.getByText("Isian yang tadi belum selesai, sudah dikembalikan.").waitFor();
    assert.equal(await page.locator("#desa").inputValue(), "Harapanjaya");
    await page.getByRole("radio", { name: /KBM, atau kurva/ }).evaluate((it) => it.click());
    await assertAccessible(page, "this posyandu");
    await page.getByRole("button", { name: "Simpan", exact: true }).click();
    await page.getByRole("status").getByText("Keterangan posyandu disimpan").waitFor();
    await page.goto(server.origin);
    await unlock(page);
    await page.getByRole("link", { name: "Cari warga" }).waitFor();
    assert.equal(await nudge.count(), 0);
    await page.getByRole("link", { name: "Menu" }).click();
    await page.getByRole("link", { name: /Posyandu ini/ }).click();
    assert.equal(await page.getByRole("radio", { name: /KBM, atau kurva/ }).isChecked(), true);
    assert.equal(await page.getByLabel("Desa atau kelurahan").inputValue(), "Harapanjaya");
  }));

test("the posyandu's name and a number that changed are the ones shown from then on", () =>
  onPhone(async (page) => {
    await found(page);
    await go(page, "/menu/posyandu");
    await page.locator("#bidan").waitFor();
    assert.equal(await page.locator("#bidan").inputValue(), "0812 0000 0001");
    const save = page.getByRole("button", { name: "Simpan", exact: true });
    await page.locator("#nama").fill(" ");
    await page.locator("#bidan").fill("0812 0000 0009");
    await page.locator("#nomor").fill("3325-0001");
    await save.click();
    await assertRefused(page, "#nama", "Belum terisi.", " ");
    await page.locator("#nama").fill("Kenanga Umpama");
    await save.click();
    await page.getByRole("status").getByText("Keterangan posyandu disimpan").waitFor();
    // Taken back, the page says what the book says.
    await page.getByRole("button", { name: "Urungkan" }).click();
    await page.getByRole("button", { name: "Urungkan" }).waitFor({ state: "detached" });
    await go(page, "/menu/posyandu");
    await page.locator("#bidan").waitFor();
    assert.equal(await page.locator("#bidan").inputValue(), "0812 0000 0001");
    await page.locator("#nama").fill("Kenanga Umpama");
    await page.locator("#bidan").fill("0812 0000 0009");
    await page.locator("#nomor").fill("3325-0001");
    await save.click();
    await page.getByRole("status").getByText("Keterangan posyandu disimpan").waitFor();
    await go(page, "/aduan/darurat");
    await page.getByText("0812 0000 0009").first().waitFor();
    assert.equal(await page.getByText("0812 0000 0001").count(), 0);
    await page.goto(server.origin);
    await unlock(page);
    await page.getByText("Kenanga Umpama").first().waitFor();
    await go(page, "/menu/posyandu");
    await page.locator("#nomor").waitFor();
    assert.equal(await page.locator("#nomor").inputValue(), "3325-0001");
    await go(page, "/");
    await lock(page);
    await page.getByText("Kenanga Umpama").first().waitFor();
  }));
