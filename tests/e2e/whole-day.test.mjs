// An open day of a posyandu that has worked for some months, from the first child who comes to the closed book.
// The app was loaded once; then its server is gone for good.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, chooseKind, numberOn, place, reporter, send, tell } from "./support/aduan.mjs";
import { loadOnce, phone, serve } from "./support/app.mjs";
import { bornMonthsAgo, choose, enter, fillMeasures, go, measure, openDay, press, register, weigh, weighedBefore } from "./support/buku.mjs";
import { assertAccessible, assertFits, found, words } from "./support/kader.mjs";

const COMPLAINT = { judul: "Lampu depan musala mati", uraian: "Lampu di depan musala mati sejak minggu lalu.", pelapor: "Wati Rekaan" };
const COUNSEL = "“Ini bukan salah Ibu. Mari cari tahu sebabnya bersama bidan, supaya Laras cepat naik lagi.”";

const UNDECIDED = "Saran rujuk belum diputuskan";

let server, device, page, sesi, damar, sekar, laras, bayu;
const complaint = {};
before(async () => {
  server = await serve();
  device = await phone();
  page = device.page;
  page.setDefaultTimeout(15_000);
  await loadOnce(device, server);
  await server.stop();
  await found(page);
  // Arif is the first by name, so that who is announced next is never he by chance.
  const { keluarga } = await register(page, { nama: "Arif Umpama", lahir: bornMonthsAgo(50), kepala: "Darmo Umpama" });
  const child = (person) => register(page, { keluarga, ...person });
  bayu = await child({ nama: "Bayu Umpama", lahir: bornMonthsAgo(40) });
  damar = await child({ nama: "Damar Rekaan", lahir: bornMonthsAgo(11) });
  sekar = await child({ nama: "Sekar Contoh", lahir: bornMonthsAgo(30), kelamin: "Perempuan" });
  laras = await child({ nama: "Laras Misal", lahir: bornMonthsAgo(14), kelamin: "Perempuan" });
  await weighedBefore(page, damar, 1, { bb: "8,3", tb: "72" });
  // Both times less than the 200 grams a month that are asked for at her age.
  await weighedBefore(page, laras, 2, { bb: "8,9" });
  await weighedBefore(page, laras, 1, { bb: "9" });
  sesi = await openDay(page);
});
after(async () => {
  await device?.close();
  await server.stop();
});

const day = () => go(page, `/sesi/${sesi}`);
const result = (child) => go(page, `/sesi/${sesi}/hasil/${child.orang}`);
const undo = () => page.getByRole("button", { name: "Urungkan" });
const saved = (what) => page.locator(".undo__what").getByText(what, { exact: true }).waitFor();
/** Waits for a sentence, the whole of it. */
const reads = (selector, text) => page.locator(selector).getByText(text, { exact: true }).waitFor();

/** Ticks somebody on the list of who has not come. */
async function attends(nama) {
  await page.getByRole("button", { name: `${nama} hadir`, exact: true }).click();
  await saved(`${nama} hadir`);
}

/** The number beside a word of the report, and the names behind it. */
async function counted(measure) {
  await go(page, "/laporan");
  const row = page.locator(`a[href^="/laporan/${measure}?"]`);
  const count = Number(await row.locator(".skdn__no").textContent());
  await row.click();
  await page.getByText(`${count} catatan ·`).waitFor();
  await page.locator("main a.row").or(page.getByText("Tidak ada.")).first().waitFor();
  const names = await page.locator("main .row__name").allTextContents();
  assert.equal(names.length, count, measure);
  return names;
}

/** What the checklist says, once one of its titles is there: each title with its names. */
async function checklist(title) {
  await go(page, `/sesi/${sesi}/tutup`);
  await page.getByRole("heading", { name: title, exact: true }).waitFor();
  const lists = await page.locator("main .section:has(+ .rows)").evaluateAll((all) =>
    all.map((it) => [
      it.querySelector(".section__title").textContent,
      [...it.nextElementSibling.querySelectorAll(".row__name")].map((row) => row.textContent),
    ]),
  );
  return Object.fromEntries(lists);
}

test("who comes is ticked, and waits at the scales in the order of coming", async () => {
  await day();
  await page.getByRole("button", { name: "Belum 5", exact: true }).waitFor();
  await attends("Damar Rekaan");
  await attends("Sekar Contoh");
  await page.getByRole("button", { name: "Sudah datang 2", exact: true }).waitFor();
  await page.getByRole("button", { name: "Belum 3", exact: true }).waitFor();
  await reads(".steps__say", "2 orang menunggu diukur");
  assert.deepEqual(await page.locator(".rows--wait .row__name").allTextContents(), ["Damar Rekaan", "Sekar Contoh"]);
  assert.equal(await page.getByRole("button", { name: "Damar Rekaan hadir" }).count(), 0);
});

test("what he weighed last time stands there, and how it changes while she types", async () => {
  await page.locator(".rows--wait a.row", { hasText: "Damar Rekaan" }).click();
  await page.locator("#bb").waitFor();
  const last = page.locator(".reading__last");
  assert.equal(await words(last), "Bulan lalu 8,3 kg");
  assert.equal(await words(page.locator("a.later", { hasText: "Panjang badan" })), "Panjang badan lalu 72,0 cm");
  for (const [number, change] of [["8,2", "−0,1 kg"], ["8,3", "tetap"], ["8,6", "+0,3 kg"]]) {
    await page.locator("#bb").fill("");
    await press(page, number);
    await last.locator(".pill").getByText(change, { exact: true }).waitFor();
  }
  await page.getByRole("button", { name: "Lanjut", exact: true }).click();
  await page.locator("#tb").waitFor();
  assert.equal(await words(last), "Bulan lalu 72,0 cm");
  await press(page, "73,1");
  await last.locator(".pill").getByText("+1,1 cm", { exact: true }).waitFor();
});

test("the result of the first announces the second, who came after him", async () => {
  await weigh(page, { sesi, ...damar }, {});
  await saved("Hasil Damar disimpan");
  assert.equal(await page.locator(".verdict__word").innerText(), "Naik");
  assert.equal(await page.locator(".verdict__why").innerText(), "Bertambah 300 gram. Umur 11 bulan perlu paling sedikit 300 gram.");
  assert.equal(await words(page.locator(".person__line")), "11 bulan · 8,6 kg · 73,1 cm");
  const next = page.getByRole("link", { name: /^Berikutnya/ });
  assert.equal(await words(next), "Berikutnya Sekar Contoh, 2 th 6 bl");
  await next.click();
  await page.locator("#bb").waitFor();
  assert.equal(await page.locator("#judul").innerText(), "Sekar Contoh");
  assert.equal(await words(page.locator(".reading__last")), "Belum pernah diukur di sini");
  await fillMeasures(page, { bb: "12,1", tb: "89,5" });
  await saved("Hasil Sekar disimpan");
  assert.equal(await page.locator(".verdict__word").innerText(), "Timbangan pertama");
  // Nobody waits any more, so the first who is still expected.
  assert.equal(await words(page.getByRole("link", { name: /^Berikutnya/ })), "Berikutnya Arif Umpama, 4 th 2 bl");
});

test("a weighing taken back is gone from the result, the queue and the report", async () => {
  await day();
  await attends("Bayu Umpama");
  await weigh(page, { sesi, ...bayu }, { bb: "13,2", tb: null });
  await saved("Hasil Bayu disimpan");
  assert.equal(await words(page.locator(".person__line")), "3 th 4 bl · 13,2 kg");
  await undo().click();
  await reads(".verdict__word", "Tidak dapat dihitung");
  assert.equal(await words(page.locator(".person__line")), "3 th 4 bl");
  assert.equal(await page.locator(".undo").count(), 0);
  assert.deepEqual(await counted("d"), ["Damar Rekaan", "Sekar Contoh"]);
  await day();
  await reads(".steps__say", "1 orang menunggu diukur");
  assert.deepEqual(await page.locator(".rows--wait .row__name").allTextContents(), ["Bayu Umpama"]);
});

test("a correction taken back on the next page leaves what was there before", async () => {
  await weigh(page, { sesi, ...sekar }, { bb: "12,3", tb: "89,5" });
  assert.equal(await words(page.locator(".person__line")), "2 th 6 bl · 12,3 kg · 89,5 cm");
  await day();
  await saved("Hasil Sekar disimpan");
  await undo().click();
  await result(sekar);
  await page.locator(".person__line").getByText("12,1").waitFor();
  assert.equal(await words(page.locator(".person__line")), "2 th 6 bl · 12,1 kg · 89,5 cm");
});

test("a registration taken back is in no list and is not found", async () => {
  await register(page, { nama: "Tuti Keliru", kepala: "Seno Keliru" });
  await undo().click();
  await page.getByText("Catatan ini tidak ada lagi di HP ini.").waitFor();
  await go(page, "/warga?lihat=orang");
  await page.getByRole("heading", { name: "5 orang", exact: true }).waitFor();
  const names = await page.locator(".rows .row__name").allTextContents();
  assert.deepEqual(names, ["Arif Umpama", "Bayu Umpama", "Damar Rekaan", "Laras Misal", "Sekar Contoh"]);
  await go(page, "/cari");
  await page.locator("#cari-warga").fill("Keliru");
  await page.getByText("Belum ada yang cocok").waitFor();
});

test("a save may be taken back for eight seconds, and stays when nobody does", async () => {
  await weigh(page, { sesi, ...sekar }, { bb: "12,2", tb: "89,5" });
  await saved("Hasil Sekar disimpan");
  const seconds = await page.evaluate(
    () =>
      new Promise((done) => {
        const begun = performance.now();
        const look = () => document.querySelector(".undo") || done((performance.now() - begun) / 1000);
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
      }),
  );
  assert.ok(seconds > 6 && seconds < 12, `${seconds} s`);
  assert.equal(await words(page.locator(".person__line")), "2 th 6 bl · 12,2 kg · 89,5 cm");
});

test("two months without gain: the referral is suggested with its reason, and what to tell the mother", async () => {
  // Found by her name, not on the list.
  await day();
  await page.getByRole("link", { name: "Cari atau daftarkan orang lain" }).click();
  await page.locator("#cari-warga").fill("laras");
  await attends("Laras Misal");
  await page.locator(".row", { hasText: "Laras Misal" }).getByText("sudah datang").waitFor();
  await weigh(page, { sesi, ...laras }, { bb: "9,1", tb: null });
  assert.equal(await page.locator(".verdict__word").innerText(), "Tidak naik 2 kali");
  assert.equal(await page.locator(".verdict__why").innerText(), "Bertambah 100 gram. Umur 14 bulan perlu paling sedikit 200 gram.");
  assert.equal(await words(page.locator(".refer > div > .strong")), "Rujuk minggu ini");
  assert.equal(await words(page.locator(".refer > div > .second")), "Ke Puskesmas karena tidak naik 2 kali");
  assert.equal(await page.locator(".voice__say").innerText(), COUNSEL);
  await assertAccessible(page, "a referral is suggested");
  await assertFits(page, "a referral is suggested");
  assert.deepEqual(await counted("2t"), ["Laras Misal"]);
  // Nobody is referred by a suggestion, and closing says that it waits for her.
  assert.deepEqual(await counted("rujuk"), []);
  const { [UNDECIDED]: waiting, Dirujuk: referred } = await checklist(UNDECIDED);
  assert.deepEqual([waiting, referred], [["Laras Misal"], undefined]);
});

test("one tap refers as it is suggested, and can be taken back", async () => {
  await result(laras);
  await page.getByRole("button", { name: "Ya, rujuk" }).click();
  await saved("Rujukan Laras disimpan");
  await reads(".refer .strong", "Dirujuk");
  await reads(".refer .second", "Ke Puskesmas karena tidak naik 2 kali");
  await undo().click();
  await reads(".refer .strong", "Rujuk minggu ini");
  assert.deepEqual(await counted("rujuk"), []);
});

test("the referral is hers to change: reason, place and a note; result and report show it", async () => {
  await result(laras);
  await page.getByRole("link", { name: "Ubah rujukan" }).click();
  await choose(page.locator("#rujuk").getByRole("radio", { name: "Ya", exact: true }));
  assert.ok(await page.locator("#tempat").getByRole("radio", { name: "Puskesmas" }).isChecked(), "the place is suggested");
  assert.ok(await page.locator("#alasan").getByRole("checkbox", { name: "Tidak naik 2 kali" }).isChecked(), "the reason is suggested");
  await choose(page.locator("#tempat").getByRole("radio", { name: "Pustu" }));
  await choose(page.locator("#alasan").getByRole("checkbox", { name: "Sedang sakit" }));
  await page.locator("#rujuk-teks").fill("Ibunya bisa datang sore.");
  await page.getByRole("button", { name: "Simpan", exact: true }).click();
  await assertReferred();
  assert.deepEqual(await counted("rujuk"), ["Laras Misal"]);
});

/** What the result says of the changed referral. */
async function assertReferred() {
  await reads(".refer .strong", "Dirujuk");
  assert.deepEqual(await page.locator(".refer .second").allInnerTexts(), [
    "Ke Pustu karena tidak naik 2 kali, sedang sakit",
    "Ibunya bisa datang sore.",
  ]);
  assert.equal(await page.locator(".voice__say").innerText(), COUNSEL);
}

test("a complaint of the same day, in the same book, gets its number", async () => {
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await chooseKind(page);
  await tell(page, COMPLAINT);
  await place(page, { rt: "3", keluarga: "20" });
  await reporter(page, { nama: COMPLAINT.pelapor });
  complaint.id = await send(page);
  complaint.number = await numberOn(page);
  await assertListed();
});

/** The complaint runs, and its page has the number of the receipt. */
async function assertListed() {
  await go(page, "/aduan");
  await page.getByRole("button", { name: "Berjalan 1" }).waitFor();
  await page.getByRole("link", { name: new RegExp(COMPLAINT.judul) }).click();
  await page.getByText(COMPLAINT.uraian).waitFor();
  assert.equal(await words(page.locator("#judul")), complaint.number);
}

/** Drafts are looked for one after the other, and come last. */
const DRAFTS = "Isian belum selesai";
const OPEN = {
  "Belum terisi: berat badan": ["Bayu Umpama"],
  "Belum terisi: tinggi badan": ["Bayu Umpama"],
  "Belum terisi: lingkar lengan": ["Bayu Umpama"],
  [DRAFTS]: ["Bayu Umpama"],
  Dirujuk: ["Laras Misal"],
  "Aduan hari ini": [COMPLAINT.judul],
  "Belum datang": ["Arif Umpama"],
};

test("closing names who has not come and what is not filled in, forbids nothing, and can be taken back", async () => {
  await measure(page, { sesi, ...bayu });
  await press(page, "13");
  await page.getByText(/Tersimpan di HP/).waitFor();
  await day();
  await page.getByRole("link", { name: "Tutup hari buka" }).click();
  await page.getByRole("heading", { name: "Aduan hari ini" }).waitFor();
  await page.getByText("4 orang datang").waitFor();
  assert.deepEqual(await checklist(DRAFTS), OPEN);
  await assertAccessible(page, "checklist");
  await assertFits(page, "checklist");
  await page.getByText("Yang belum terisi boleh menyusul dari kertas.").waitFor();
  await page.getByRole("button", { name: "Tutup hari buka" }).click();
  await saved("Hari buka ditutup");
  await page.getByText("Yang sudah lewat").waitFor();
  await undo().click();
  await page.getByRole("link", { name: "Lanjutkan" }).waitFor();
  assert.equal(await page.getByText("Yang sudah lewat").count(), 0);
  await go(page, `/sesi/${sesi}/tutup`);
  await page.getByRole("button", { name: "Tutup hari buka" }).click();
  await page.getByText("Yang sudah lewat").waitFor();
  await day();
  await page.getByText("Hari buka ini sudah ditutup. Yang dicatat sekarang ditandai susulan.").waitFor();
});

test("after a new start without a network everything is there", async () => {
  await enter(page, server.origin, `/sesi/${sesi}?langkah=1`);
  await page.getByText("Hari buka ini sudah ditutup. Yang dicatat sekarang ditandai susulan.").waitFor();
  assert.deepEqual(await page.locator("main .row .row__name").allTextContents(), [
    "Damar Rekaan",
    "Sekar Contoh",
    "Bayu Umpama",
    "Laras Misal",
  ]);
  await result(damar);
  await reads(".verdict__word", "Naik");
  assert.equal(await words(page.locator(".person__line")), "11 bulan · 8,6 kg · 73,1 cm");
  await result(laras);
  await reads(".verdict__word", "Tidak naik 2 kali");
  await assertReferred();
  await assertListed();
  assert.deepEqual(await checklist(DRAFTS), OPEN);
  await page.getByRole("button", { name: "Buka lagi" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Tutup hari buka" }).count(), 0);
});
