// People, their particulars, their numbers, where they went, what they agreed to, and records that are one person.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, chooseKind, place, reporter, send, tell } from "./support/aduan.mjs";
import { loadOnce, phone, serve, until } from "./support/app.mjs";
import { bornMonthsAgo, choose, enter, fillPerson, go, openDay, register, weighedBefore } from "./support/buku.mjs";
import { assertRefused, found, words } from "./support/kader.mjs";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

const save = (page) => page.getByRole("button", { name: "Simpan", exact: true }).click();
const fact = (page, name) => page.locator(`dl.facts dt:text-is("${name}") + dd`);
const radio = (page, group, name) => choose(page.locator(`#${group}`).getByRole("radio", { name, exact: true }));
/** What was typed just now is in the draft: the queue of drafts is written before the address changes. */
const leaveAndComeBack = async (page, address) => {
  await go(page, "/warga");
  await page.getByRole("heading", { name: "Warga" }).waitFor();
  await enter(page, server.origin, address);
};

async function newBook(walk) {
  const device = await phone();
  try {
    await loadOnce(device, server);
    await found(device.page);
    await walk(device.page);
  } finally {
    await device.close();
  }
}

test("particulars are asked by age, kept while typed, shown on the page, and taken back", () =>
  newBook(async (page) => {
    const damar = await register(page, { nama: "Damar Rekaan" });
    await page.getByRole("link", { name: /Data tambahan 6 belum ditanya/ }).click();
    await page.locator("#anak_ke").fill("dua");
    assert.equal(await page.locator("#pendidikan").count(), 0, "of no child");
    await save(page);
    await assertRefused(page, "#anak_ke", "Tulis angka", "dua");
    await page.locator("#anak_ke").fill("2");
    await page.locator("#ayah").fill("Hendra Rekaan");
    const imd = page.locator("#imd").getByRole("radio", { name: "Ya", exact: true });
    await choose(imd);
    await page.waitForTimeout(800);
    await choose(imd);
    assert.equal(await page.locator("#imd :checked").count(), 0, "pressed again, it is not asked");
    await imd.evaluate((input) => [input.click(), input.click()]);
    assert.ok(await imd.isChecked(), "two quick presses are one");
    await radio(page, "imd", "Tidak");
    await leaveAndComeBack(page, `/warga/${damar.orang}/tambahan`);
    assert.equal(await page.locator("#ayah").inputValue(), "Hendra Rekaan");
    await page.locator("#disabilitas").selectOption("tidak_ada");
    await radio(page, "jkn", "Ada, dibayar pemerintah (PBI)");
    await save(page);
    await page.getByText("Data Damar Rekaan disimpan").waitFor();
    const known = { "Nama ayah": "Hendra Rekaan", "Anak ke": "2", IMD: "Tidak", Disabilitas: "Tidak ada" };
    for (const [name, value] of Object.entries(known)) assert.equal(await words(fact(page, name)), value);
    assert.match(await words(fact(page, "JKN atau BPJS")), /PBI/);
    assert.equal(await fact(page, "Golongan darah").count(), 0, "nobody asked, so nothing is said");
    await page.getByRole("link", { name: /Data tambahan 1 belum ditanya/ }).waitFor();
    await page.getByRole("button", { name: "Urungkan" }).click();
    await page.getByRole("link", { name: /Data tambahan 6 belum ditanya/ }).waitFor();

    // Where the posyandu belongs stands beside the family's address.
    await go(page, "/menu/posyandu");
    await page.locator("#nama-puskesmas").fill("Contoh Timur");
    await page.locator("#nama-pustu").fill("Pustu Misal");
    await save(page);
    await page.getByText("disimpan").first().waitFor();
    await go(page, `/keluarga/${damar.keluarga}`);
    assert.equal(await words(fact(page, "Puskesmas")), "Contoh Timur");
    assert.equal(await words(fact(page, "Pustu")), "Pustu Misal");
    assert.match(await words(fact(page, "Desa")), /Desa Misal/);
  }));

test("a NIK offers what is blank, never changes what was typed, and who has none is listed", () =>
  newBook(async (page) => {
    await go(page, "/warga/baru");
    await page.locator("#nik").fill("3325015205900001");
    await page.getByRole("button", { name: "Isi dari NIK: 12 Mei 1990 · Perempuan" }).click();
    assert.match(await page.locator("#lahir").inputValue(), /^12\/0?5\/1990$/);
    assert.ok(await page.getByRole("radio", { name: "Perempuan", exact: true }).isChecked());
    assert.equal(await page.getByRole("button", { name: /^Isi dari NIK/ }).count(), 0);
    await page.locator("#lahir").fill("13/5/1990");
    await page.locator("#nik").fill("3325015205900002");
    assert.equal(await page.getByRole("button", { name: /^Isi dari NIK/ }).count(), 0);
    assert.equal(await page.locator("#lahir").inputValue(), "13/5/1990");
    // Six years or a hundred and six: she says which.
    await page.locator("#lahir").fill("");
    await page.locator("#nik").fill("3325010101200001");
    const offers = page.getByRole("button", { name: /^Isi dari NIK/ });
    await until(async () => (await offers.count()) === 2);
    const said = (await offers.allTextContents()).map((it) => it.replace(/\s/g, " "));
    assert.deepEqual(said, ["Isi dari NIK: 1 Januari 2020", "Isi dari NIK: 1 Januari 1920"]);

    // What is left unfinished waits; here it is thrown away.
    await go(page, "/warga");
    await go(page, "/warga/baru");
    await page.getByRole("button", { name: "Hapus", exact: true }).click();
    const sekar = await register(page, { nama: "Sekar Umpama", kelamin: "Perempuan", kepala: "Joko Umpama" });
    await go(page, "/warga");
    await page.getByRole("link", { name: /NIK belum ada 1 orang/ }).click();
    const row = page.getByRole("link", { name: /Sekar Umpama/ });
    assert.match(await words(row), /Bayi baru lahir/);
    await row.click();
    await page.getByRole("link", { name: "Ubah data" }).click();
    const born = bornMonthsAgo(11).split("/").map(Number);
    const two = (number) => String(number).padStart(2, "0");
    await page.locator("#nik").fill(`332501${born[0] + 40}${two(born[1])}${two(born[2] % 100)}0001`);
    await save(page);
    await page.getByText("Data Sekar Umpama disimpan").waitFor();
    await enter(page, server.origin, "/warga?lihat=nik");
    await page.getByText("NIK semua warga sudah ada.").waitFor();
    assert.equal(await page.locator(`a[href="/warga/${sekar.orang}"]`).count(), 0);
  }));

test("who died, moved or went away is expected no more, stays in reports and history, and comes back by undo", () =>
  newBook(async (page) => {
    const { orang, keluarga } = await register(page, { nama: "Damar Rekaan" });
    await register(page, { nama: "Sekar Rekaan", keluarga, kelamin: "Perempuan", lahir: bornMonthsAgo(30) });
    const today = new Date();
    const month = (ago) => {
      const first = new Date(today.getFullYear(), today.getMonth() - ago, 1);
      return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, "0")}`;
    };
    await weighedBefore(page, { orang }, 1, { bb: "8,2", tb: "71" });
    const sesi = await openDay(page);
    const listed = (nama) => page.locator("main .row").filter({ hasText: nama }).count();
    const expected = async () => {
      await go(page, `/sesi/${sesi}?langkah=1`);
      await page.getByText("Sekar Rekaan").first().waitFor();
      return listed("Damar Rekaan");
    };
    assert.ok((await expected()) > 0);
    const since = `${today.getDate()}/${today.getMonth() + 1}/${today.getFullYear()}`;
    const isGone = async (answer) => {
      assert.equal(await expected(), 0, `${answer}: still expected`);
      await go(page, "/warga?lihat=nik");
      await page.getByText("Sekar Rekaan").waitFor();
      assert.equal(await listed("Damar Rekaan"), 0, `${answer}: still a task`);
      await go(page, `/laporan/d?bulan=${month(1)}`);
      await page.getByRole("link", { name: /Damar Rekaan/ }).waitFor();
      await go(page, `/warga/${orang}`);
      await page.getByText("8,2 kg · 71 cm").waitFor();
    };
    const say = async (answer, on) => {
      await go(page, `/warga/${orang}/keadaan`);
      await radio(page, "status", answer);
      if (on) await page.locator("#sejak").fill(on);
      await save(page);
      await page.getByRole("heading", { name: "Damar Rekaan" }).waitFor();
    };
    for (const [answer, line] of [
      ["Pergi untuk sementara", /Sedang pergi sejak/],
      ["Pindah", /Sudah pindah sejak/],
      ["Meninggal", /^Meninggal \d/],
    ]) {
      await say(answer, since);
      await page.getByText(line).waitFor();
      await page.getByRole("button", { name: "Urungkan" }).click();
      await page.getByText(line).waitFor({ state: "detached" });
      assert.ok((await expected()) > 0, `${answer}: taken back, and not expected`);
      await say(answer, since);
      await page.getByText(line).waitFor();
      await isGone(answer);
      await say("Tinggal di sini");
      assert.ok((await expected()) > 0, `${answer}: back, and not expected`);
    }
    // A refused date keeps what was said, and so does leaving the page in the middle.
    await go(page, `/warga/${orang}`);
    await page.getByRole("link", { name: "Pindah, pergi, atau meninggal" }).click();
    await radio(page, "status", "Pindah");
    await save(page);
    await assertRefused(page, "#sejak", "Tanggal belum terisi.", "");
    await page.locator("#sejak").fill("1/1/2020");
    await save(page);
    await assertRefused(page, "#sejak", "Tidak boleh sebelum", "1/1/2020");
    await leaveAndComeBack(page, `/warga/${orang}/keadaan`);
    await until(async () => (await page.locator("#sejak").inputValue().catch(() => "")) === "1/1/2020");
    assert.ok(await page.locator("#status").getByRole("radio", { name: "Pindah" }).isChecked());
    await page.locator("#sejak").fill(since);
    await save(page);
    await page.getByText(/Sudah pindah sejak/).waitFor();
    // Nothing of the form is left behind.
    await go(page, `/warga/${orang}/keadaan`);
    await page.locator("#status").waitFor();
    assert.equal(await page.locator("#status input:checked").count(), 0);
  }));

test("a plan, the name of a new kader and a call are there again after the page was left", () =>
  newBook(async (page) => {
    await go(page, "/sesi/rencana");
    await page.locator("#tanggal").fill("12/12/2030");
    await page.locator("#mulai").fill("09.30");
    await leaveAndComeBack(page, "/sesi/rencana");
    await until(async () => (await page.locator("#tanggal").inputValue()) === "12/12/2030");
    assert.equal(await page.locator("#mulai").inputValue(), "09.30");
    await go(page, "/menu/kader");
    await page.locator("#kader").fill("Bu Dewi Contoh");
    await page.locator("#pin").fill("580316");
    await leaveAndComeBack(page, "/menu/kader");
    await until(async () => (await page.locator("#kader").inputValue()) === "Bu Dewi Contoh");
    assert.equal(await page.locator("#pin").inputValue(), "", "a PIN is never kept");
    await begin(page, { kata: "lampu jalan mati", kategori: /Lampu jalan mati/ });
    await chooseKind(page);
    await tell(page, { uraian: "Lampu di depan musala mati sejak minggu lalu.", judul: "Lampu musala mati" });
    await place(page, { rt: "3" });
    await reporter(page, { nama: "Wati Rekaan" });
    const aduan = await send(page);
    await go(page, `/aduan/${aduan}`);
    await page.getByRole("button", { name: "Catat telepon bantuan" }).click();
    await page.locator("#nomor").selectOption({ index: 1 });
    const called = await page.locator("#nomor").inputValue();
    await page.locator("#hasil").fill("Petugas datang besok");
    await leaveAndComeBack(page, `/aduan/${aduan}`);
    await until(async () => (await page.locator("#hasil").inputValue().catch(() => "")) === "Petugas datang besok");
    assert.equal(await page.locator("#nomor").inputValue(), called);
    await save(page);
    await page.locator("#hasil").waitFor({ state: "detached" });
    // What was saved is no draft any more.
    await leaveAndComeBack(page, `/aduan/${aduan}`);
    await page.getByRole("button", { name: "Catat telepon bantuan" }).waitFor();
    assert.equal(await page.locator("#hasil").count(), 0);
  }));

test("a small form that was begun says so, and is thrown away by a press", () =>
  newBook(async (page) => {
    const { orang } = await register(page, { nama: "Damar Rekaan" });
    const status = `/warga/${orang}/keadaan`;
    const again = page.getByText("Isian yang tadi belum selesai, sudah dikembalikan.");
    const died = page.getByRole("radio", { name: "Meninggal" });
    await enter(page, server.origin, status);
    await choose(died);
    await leaveAndComeBack(page, status);
    await again.waitFor();
    assert.ok(await died.isChecked());
    await page.getByRole("button", { name: "Hapus isian" }).click();
    await page.getByRole("link", { name: /^Pindah, pergi/ }).click();
    await died.waitFor({ state: "attached" });
    await page.waitForTimeout(300);
    assert.equal(await died.isChecked(), false);
    assert.equal(await again.count(), 0);
  }));

test("two quick presses save once: one undo takes it back, and one press of the back key leaves", () =>
  newBook(async (page) => {
    await register(page, { nama: "Damar Rekaan" });
    await go(page, "/warga?lihat=orang");
    await page.getByRole("link", { name: /Damar Rekaan/ }).click();
    await page.getByRole("link", { name: /^Pindah, pergi/ }).click();
    await choose(page.getByRole("radio", { name: "Pindah" }));
    const today = new Date();
    await page.locator("#sejak").fill(`${today.getDate()}/${today.getMonth() + 1}/${today.getFullYear()}`);
    await page.getByRole("button", { name: "Simpan", exact: true }).evaluate((button) => {
      button.click();
      button.click();
    });
    const moved = page.locator(".notice").getByText(/^Sudah pindah sejak/);
    await moved.waitFor();
    await page.getByRole("button", { name: "Urungkan" }).click();
    await moved.waitFor({ state: "detached" });
    await page.goBack();
    await page.getByRole("heading", { name: /^1 orang$/ }).waitFor();
  }));

test("consent is taken back with day and name; what was recorded stays", () =>
  newBook(async (page) => {
    const { orang } = await register(page, { nama: "Damar Rekaan" });
    await page.getByRole("link", { name: /Persetujuan Setuju dicatat/ }).click();
    await page.getByText("Setuju, tanda tangan di kertas").waitFor();
    await page.getByText("Tetap boleh datang dan dilayani").waitFor();
    await page.getByRole("button", { name: "Cabut persetujuan" }).click();
    await assertRefused(page, "#oleh", "Namanya belum terisi.", "");
    await page.locator("#tanggal").fill("1/1/2020");
    await page.locator("#oleh").fill("Wulan Rekaan");
    await page.getByRole("button", { name: "Cabut persetujuan" }).click();
    await assertRefused(page, "#tanggal", "Tidak boleh sebelum", "1/1/2020");
    const today = new Date();
    await page.locator("#tanggal").fill(`${today.getDate()}/${today.getMonth() + 1}/${today.getFullYear()}`);
    await page.getByRole("button", { name: "Cabut persetujuan" }).click();
    await page.getByRole("button", { name: "Urungkan" }).click();
    await page.getByRole("link", { name: /Persetujuan Setuju dicatat/ }).click();
    await page.locator("#oleh").fill("Wulan Rekaan");
    await page.getByRole("button", { name: "Cabut persetujuan" }).click();
    await page.getByRole("link", { name: /Persetujuan Persetujuan dicabut/ }).waitFor();
    assert.match(await words(fact(page, "Persetujuan")), /^Persetujuan dicabut \d+ \w+ \d{4}$/);
    assert.equal(await page.getByRole("link", { name: /Data tambahan/ }).count(), 0);
    // Both words stand in the history, with who said and who wrote them down.
    await page.getByRole("link", { name: /Persetujuan Persetujuan dicabut/ }).click();
    const lines = page.locator("main ul.rows li");
    await until(async () => (await lines.count()) === 2);
    assert.match(await words(lines.nth(0)), /^Persetujuan dicabut .* oleh Wulan Rekaan · dicatat Bu Ani Rekaan$/);
    assert.match(await words(lines.nth(1)), /^Setuju, tanda tangan di kertas .* dicatat Bu Ani Rekaan$/);
    // An edit asks for consent again.
    await go(page, `/warga/${orang}/ubah`);
    await page.locator("#setuju").waitFor();
    await save(page);
    await page.locator("#setuju-salah").getByText("Belum terisi.").waitFor();
    await choose(page.getByRole("radio", { name: "Setuju, cap jempol di kertas" }));
    await save(page);
    await page.getByRole("link", { name: /Persetujuan Setuju dicatat/ }).click();
    await until(async () => (await lines.count()) === 3);
  }));

test("two records of one child are joined from the warning, show one history, and part again by undo", () =>
  newBook(async (page) => {
    const first = await register(page, { nama: "Damar Rekaan", ibu: "Wulan Umpama" });
    await weighedBefore(page, first, 2, { bb: "7,8", tb: "70" });
    // Registered once more: the warning is seen, and answered wrongly.
    await go(page, `/warga/baru?keluarga=${first.keluarga}`);
    await fillPerson(page, { nama: "Damar Rekan", ibu: "Wulan Umpama" });
    await page.getByRole("button", { name: /^Mungkin sudah terdaftar: Damar Rekaan/ }).click();
    await page.getByRole("button", { name: "Bukan, orang lain" }).click();
    await save(page);
    await page.getByText("Damar Rekan sudah didaftarkan").waitFor();
    const second = { orang: new URL(page.url()).pathname.split("/").at(-1) };
    await weighedBefore(page, second, 1, { bb: "8,4", tb: "72" });

    const join = async () => {
      await go(page, `/warga/${second.orang}`);
      await page.getByRole("link", { name: /Orang yang sama\?/ }).click();
      await page.locator("#cari-warga").fill("damar rekaan");
      await page.getByRole("button", { name: /Damar Rekaan/ }).click();
      await page.getByRole("button", { name: "Gabungkan" }).click();
      await page.getByText("Dua catatan dijadikan satu").waitFor();
      for (const visit of ["7,8 kg · 70 cm", "8,4 kg · 72 cm"]) await page.getByText(visit).waitFor();
    };
    const areTwo = async () => {
      await page.getByText("Dua catatan dijadikan satu").waitFor({ state: "detached" });
      for (const [who, own, other] of [
        [first, "7,8 kg · 70 cm", "8,4 kg · 72 cm"],
        [second, "8,4 kg · 72 cm", "7,8 kg · 70 cm"],
      ]) {
        await go(page, `/warga/${who.orang}`);
        await page.getByText(own).waitFor();
        assert.equal(await page.getByText(other).count(), 0);
      }
      assert.equal(await listed(), 2);
    };
    const listed = async () => {
      await go(page, "/warga?lihat=orang");
      await page.getByRole("heading", { name: /^\d orang$/ }).waitFor();
      return page.locator('.rows a[href^="/warga/"]').count();
    };
    await join();
    await page.getByRole("button", { name: "Urungkan" }).click();
    await areTwo();
    // Joined again, they are one in every list, under both addresses; and they part again long afterwards.
    await join();
    assert.equal(await listed(), 1);
    await go(page, `/warga/${first.orang}`);
    await page.getByText("8,4 kg · 72 cm").waitFor();
    await page.getByRole("button", { name: "Pisahkan lagi" }).click();
    await areTwo();
  }));
