// Every screen there is, with real data: for screen readers, in both colours, with large letters, on its side.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { chooseKind, place, reporter, tell } from "./support/aduan.mjs";
import { bornMonthsAgo, choose, enter, fillPerson, go, idIn, measure, openDay, press, register, weigh } from "./support/buku.mjs";
import { Looker, fits, routeTable } from "./support/look.mjs";
import { PIN, assertAccessible, found, lock, next, typeBack } from "./support/kader.mjs";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

const looker = new Looker();
const visited = new Set();

const save = (page) => page.getByRole("button", { name: "Simpan", exact: true }).click();
const wrong = (page, field) => page.locator(`#${field}-salah`).getByText(/\S/).waitFor();
const radio = (page, group, name) => choose(page.locator(`#${group}`).getByRole("radio", { name }).first());

/** A phone that practises: sixty invented families, and two years of open days. */
async function practising() {
  const device = await phone();
  const { page } = device;
  await page.goto(server.origin);
  await page.getByRole("button", { name: "Coba dulu, data latihan" }).click();
  await page.getByRole("link", { name: "Cari warga" }).waitFor({ timeout: 120_000 });
  return device;
}

/** The routes behind the PIN, with the data of the practice. */
async function walkRoutes(page) {
  /** Opens a route of the table, waits for what it shows, looks at it. */
  const see = async (route, address, shows, name = route) => {
    await go(page, address);
    await shows(page).first().waitFor();
    assert.ok(fits(route, new URL(page.url()).pathname), `${route} leads to ${page.url()}`);
    visited.add(route);
    await looker.look(page, name);
  };
  const part = (name, walk) => looker.part(page, name, walk);
  const heading = (name) => (page) => page.getByRole("heading", { name });
  const text = (words) => (page) => page.getByText(words);
  const css = (selector) => (page) => page.locator(selector);

  // Who is visited: a child of more than a year who was weighed on the last open day, her family, somebody grown up.
  const rows = async (address) => {
    await go(page, address);
    await page.locator(".rows a.row").first().waitFor();
    return page.locator(".rows a.row").evaluateAll((all) =>
      all.map((it) => ({ id: it.getAttribute("href").split("/").at(-1), line: it.querySelector(".row__line").textContent })),
    );
  };
  await go(page, "/sesi");
  await page.getByText("Yang sudah lewat").waitFor();
  const past = new URL(await page.locator('a[href*="langkah=1"]').first().evaluate((it) => it.href)).pathname.split("/").at(-1);
  const month = past.slice(0, 7);
  const { id: child } = (await rows(`/laporan/d?bulan=${month}`)).find((it) => /^(1[2-9]|2[0-3])\sbulan/.test(it.line));
  const { id: other } = (await rows("/warga?lihat=orang")).find((it) => /^\d+\stahun/.test(it.line));
  await go(page, `/warga/${child}`);
  const nama = await page.locator("#judul").textContent();
  const family = (await page.locator('a[href^="/keluarga/"]').getAttribute("href")).split("/").at(-1);

  await part("the tabs", async () => {
    await see("/", "/", text("Buka hari ini"));
    await see("/warga", "/warga", text(/keluarga · \d+ orang/));
    await see("/warga", "/warga?lihat=orang", text(/^\d+ orang$/), "people");
    await see("/warga", "/warga?lihat=nik", css('a[aria-current="true"]'), "people without a NIK");
    await see("/sesi", "/sesi", text("Yang sudah lewat"));
    await see("/aduan", "/aduan", text("Air sungai masuk rumah"));
    await see("/laporan", `/laporan?bulan=${month}`, text("Perlu perhatian"));
    await see("/laporan/:ukuran", `/laporan/d?bulan=${month}`, css(".rows a.row"));
    await see("/laporan/:ukuran", "/laporan/bgm?bulan=2020-01", text("Tidak ada."), "names, none");
    await see("/menu", "/menu", text(/terpakai/));
    await see("/kirim", "/kirim", text("HP ini belum tersambung"));
    await see("/kirim/berkas", "/kirim/berkas", text("Latihan tidak bisa dikirim"));
    await see("/kirim/kosongkan", "/kirim/kosongkan", text("Ketik HAPUS kalau yakin"));
    await see("/kirim/kabar", "/kirim/kabar", css(".notice--danger"));
    await see("/menu/kode-lama", "/menu/kode-lama", css("#kode"));
    await see("/aktifkan", "/aktifkan", css("#tautan"));
    // Practice has no other phone; kode.test.mjs looks at these screens with real ones.
    await see("/kirim/kode", "/kirim/kode", text("Ini latihan."));
    await see("/kirim/kode/pindai", "/kirim/kode/pindai", text("Ini latihan."));
    await see("/kirim/kode/serah/:sesi/:orang", `/kirim/kode/serah/${past}/${child}`, text("Ini latihan."));
  });
  await part("find", async () => {
    await see("/cari", "/cari", text("Ketik sebagian nama"));
    await page.locator("#cari-warga").fill(nama.slice(0, 4));
    await page.locator(".rows a.row").first().waitFor();
    await looker.look(page, "found");
    await page.locator("#cari-warga").fill("xyzzy");
    await page.getByText("Belum ada yang cocok").waitFor();
    await looker.look(page, "nobody found");
    await page.getByRole("button", { name: "Kosongkan" }).click();
  });
  await part("a new person", async () => {
    await see("/warga/baru", "/warga/baru", css("#nama"));
    await save(page);
    await wrong(page, "nama");
    await wrong(page, "setuju");
    await looker.look(page, "new person, nothing filled in");
    await page.locator("#nama").fill(nama);
    await page.getByRole("button", { name: /^Mungkin sudah terdaftar/ }).click();
    await page.locator(".known__one").first().waitFor();
    await looker.look(page, "new person, known already");
    await fillPerson(page, { nama: "Bagas Perumpamaan", kepala: "Hendra Rekaan", lahir: bornMonthsAgo(15), nik: "3325015212250001" });
    await page.getByRole("button", { name: "Simpan saja" }).waitFor();
    await looker.look(page, "new person, doubts");
    await page.locator("#lahir").fill("");
    await page.locator("#nik").fill("3325010101200001");
    await page.getByRole("button", { name: /^Isi dari NIK/ }).first().waitFor();
    await looker.look(page, "new person, two births in a NIK");
    await choose(page.getByRole("radio", { name: "Hanya tahun" }));
    await page.locator("#tahun").fill("1985");
    await page.locator("#kawin").waitFor();
    await choose(page.getByRole("radio", { name: /Setuju, diucapkan/ }));
    await looker.look(page, "new person, grown up");
    await go(page, "/warga");
    await go(page, "/warga/baru");
    await page.getByText(/belum selesai. Lanjutkan\?/).waitFor();
    await looker.look(page, "unfinished person");
    await page.getByRole("button", { name: "Hapus", exact: true }).click();
    await page.locator("#nama").waitFor();
  });
  await part("a person", async () => {
    await see("/warga/:id", `/warga/${child}`, text("Kunjungan terakhir"));
    await see("/warga/:id/ubah", `/warga/${child}/ubah`, css("#nama"));
    await page.locator("#nama").fill("");
    await page.locator("#lahir").fill("31/02/2025");
    await save(page);
    await wrong(page, "nama");
    await looker.look(page, "change person, refused");
    await page.locator("#nama").fill(nama);
    for (const [who, field, name] of [[child, "anak_ke", "of a child"], [other, "pekerjaan", "of a grown-up"]]) {
      await see("/warga/:id/tambahan", `/warga/${who}/tambahan`, css(`#${field}`), `particulars ${name}`);
    }
    await go(page, `/warga/${child}/tambahan`);
    await page.locator("#anak_ke").fill("99");
    await save(page);
    await wrong(page, "anak_ke");
    await looker.look(page, "particulars, refused");
    await see("/warga/:id/persetujuan", `/warga/${child}/persetujuan`, css("#oleh"));
    await page.getByRole("button", { name: "Cabut persetujuan" }).click();
    await wrong(page, "oleh");
    await looker.look(page, "consent, nobody named");
    await page.locator("#oleh").fill("Wulan Rekaan Contoh Umpama Misal");
    await page.getByRole("button", { name: "Cabut persetujuan" }).click();
    await page.getByRole("button", { name: "Urungkan" }).waitFor();
    await looker.look(page, "a person whose consent was taken back");
    await see("/warga/:id/persetujuan", `/warga/${child}/persetujuan`, text("Kalau setuju lagi"), "consent taken back");
    await see("/warga/:id/tambahan", `/warga/${child}/tambahan`, text("Kalau setuju lagi"), "no particulars then");
    await see("/warga/:id/keadaan", `/warga/${other}/keadaan`, css("#status"));
    await save(page);
    await wrong(page, "status");
    await looker.look(page, "status, nothing chosen");
    await radio(page, "status", "Meninggal");
    await save(page);
    await wrong(page, "sejak");
    await looker.look(page, "status, no date");
    await see("/warga/:id/gabung", `/warga/${other}/gabung`, css("#cari-warga"));
    await page.locator("#cari-warga").fill(nama.slice(0, 4));
    await page.locator("button.row").first().waitFor();
    await looker.look(page, "join, found");
    await page.locator("button.row").first().click();
    await page.getByRole("button", { name: "Gabungkan" }).waitFor();
    await looker.look(page, "join, side by side");
    await page.getByRole("button", { name: "Gabungkan" }).click();
    await page.getByText("Dua catatan dijadikan satu").waitFor();
    await looker.look(page, "joined");
    await page.getByRole("button", { name: "Pisahkan lagi" }).click();
    await page.getByText("Dua catatan dijadikan satu").waitFor({ state: "detached" });
  });
  await part("a family", async () => {
    await see("/keluarga/:id", `/keluarga/${family}`, text("anggota keluarga"));
    await see("/keluarga/:id/ubah", `/keluarga/${family}/ubah`, css("#nama-kepala"));
    await page.locator("#nama-kepala").fill("");
    await page.locator("#no-kk").fill("123");
    await save(page);
    await wrong(page, "no-kk");
    await looker.look(page, "change family, refused");
  });
  await part("plans and visits elsewhere", async () => {
    await see("/sesi/rencana", "/sesi/rencana", css("#tanggal"));
    await page.getByRole("button", { name: "Simpan rencana" }).click();
    await wrong(page, "tanggal");
    await looker.look(page, "plan, no date");
    await go(page, "/sesi");
    await page.locator('a[href^="/sesi/rencana?ubah="]').first().click();
    await page.getByRole("button", { name: "Batalkan rencana" }).waitFor();
    await looker.look(page, "plan, to be changed");
    await see("/sesi/luar", "/sesi/luar", css("#cari-warga"));
    await page.locator("#cari-warga").fill(nama.slice(0, 4));
    await page.locator("a.row").first().waitFor();
    await looker.look(page, "elsewhere, found");
    await see("/warga/:orang/ukur", `/warga/${child}/ukur`, css("#asal"));
    await next(page);
    await wrong(page, "asal");
    await wrong(page, "tanggal");
    await looker.look(page, "elsewhere, nothing said");
  });
  await part("charts", async () => {
    for (const which of ["BB/U", /^(PB|TB)\/U$/, /^BB\/(PB|TB)$/]) {
      await go(page, `/kms/${child}`);
      await page.getByRole("button", { name: which }).click();
      await page.locator("svg[role=img], figure svg, .kmspage svg").first().waitFor();
      await looker.look(page, `chart ${which}`);
    }
    await see("/kms/:orang", `/kms/${child}`, css(".kmspage"));
    await page.locator("summary").click();
    await page.locator(".datatable").waitFor();
    await looker.look(page, "chart as a table");
  });
  await part("answers of a past day", async () => {
    // What was invented follows from the day: not on every day there is somebody of each kind.
    let count = 0;
    for (const measure of ["2t", "bgm", "timbang-ulang", "rujuk"]) {
      await go(page, `/laporan/${measure}?bulan=${month}`);
      await page.locator(".rows a.row").first().or(page.getByText("Tidak ada.")).waitFor();
      if ((await page.locator(".rows a.row").count()) === 0) continue;
      count += 1;
      const who = (await page.locator(".rows a.row").first().getAttribute("href")).split("/").at(-1);
      await see("/sesi/:sesi/hasil/:orang", `/sesi/${past}/hasil/${who}`, css(".verdict"), `answer of ${measure}`);
    }
    assert.ok(count >= 2, `${count} kinds of answers`);
    await see("/sesi/:sesi", `/sesi/${past}?langkah=1`, text("Hari buka ini sudah ditutup"), "a closed day");
    await see("/sesi/:sesi/tutup", `/sesi/${past}/tutup`, text("Buka lagi"), "a closed day, its list");
  });

  await go(page, "/sesi");
  const sesi = await openDay(page);
  await part("an open day", async () => {
    await see("/sesi/:sesi", `/sesi/${sesi}`, text(/Tidak ada yang menunggu|menunggu diukur/));
    await see("/sesi/:sesi/tutup", `/sesi/${sesi}/tutup`, text("Belum ada yang datang hari ini."), "closing, nobody came");
    await see("/sesi/:sesi/cari", `/sesi/${sesi}/cari`, css("#cari-warga"));
    await page.locator("#cari-warga").fill(nama);
    await page.getByRole("button", { name: `${nama} hadir` }).first().click();
    await page.getByText("Urungkan").waitFor();
    await looker.look(page, "present");
    for (const station of [1, 2, 3, 4, 5]) {
      await see("/sesi/:sesi", `/sesi/${sesi}?langkah=${station}`, css(".steps__one[aria-current=step]"), `station ${station}`);
    }
  });
  await part("measuring", async () => {
    const who = { sesi, orang: child };
    await see("/sesi/:sesi/ukur/:orang", `/sesi/${sesi}/ukur/${child}`, css("#bb"));
    // As much as last time, which nobody asks about.
    const bb = (await page.locator(".reading__last b").textContent()).replace(/[^\d,]/g, "");
    await next(page);
    await wrong(page, "bb");
    await looker.look(page, "weight, nothing typed");
    await press(page, "85");
    await next(page);
    await page.getByText("85 kg tidak mungkin.").waitFor();
    await looker.look(page, "weight, refused");
    await page.locator("#bb").fill("19");
    await next(page);
    await page.getByText("Timbang ulang?").waitFor();
    await looker.look(page, "weight, asked again");
    await page.locator("#bb").fill("");
    for (const key of ["tb", "lk", "lila"]) {
      await measure(page, who, key);
      await looker.look(page, `measuring ${key}`);
    }
    await weigh(page, who, { bb, tb: null });
    await looker.look(page, "answer of today");
  });
  await part("the card", async () => {
    for (const station of [3, 4, 5]) {
      await see("/sesi/:sesi/kartu/:orang", `/sesi/${sesi}/kartu/${child}?langkah=${station}`, css("form fieldset"), `card ${station}`);
      await save(page);
      await page.locator(".field__error").getByText(/\S/).first().waitFor();
      await looker.look(page, `card ${station}, nothing said`);
    }
    await go(page, `/sesi/${sesi}/kartu/${child}?langkah=4`);
    await radio(page, "rujuk", "Ya");
    await page.locator("#tempat").waitFor();
    await looker.look(page, "card 4, referred");
    await see("/sesi/:sesi/tutup", `/sesi/${sesi}/tutup`, text("Isian belum selesai"), "closing, something open");
  });

  await part("complaints", () => walkComplaint(page, see));
  await part("a fire", async () => {
    await go(page, "/aduan/baru?draf=00000000000000000000000000000003&langkah=1");
    await page.locator("#kategori").fill("kebakaran");
    await page.locator(".choices .bidangpick").first().click();
    await page.getByRole("button", { name: "Tidak ada sinyal?" }).waitFor();
    await looker.look(page, "whom to call, a fire");
    await page.getByRole("button", { name: "Tidak ada sinyal?" }).click();
    await page.getByText("Pukul kentongan, pakai HT").waitFor();
    // The practice has no number of its own place: there is nobody to write to.
    assert.equal(await page.locator('a[href^="sms:"]').count(), 0);
    await looker.look(page, "a fire, no signal and no number");
    await go(page, "/aduan");
    await page.getByRole("button", { name: "Buang isian ini" }).click();
    await page.getByRole("button", { name: "Ya, buang" }).click();
    await page.getByText("Belum selesai diisi").waitFor({ state: "detached" });
  });
  await part("complaints of the practice", async () => {
    await go(page, "/aduan");
    await page.getByText("Air sungai masuk rumah").waitFor();
    const rows = (await page.locator(".rows a.row").allInnerTexts()).map((it) => it.replace(/\s+/g, " ").trim());
    const among = (what) => assert.equal(rows.filter((it) => what.test(it)).length, 1, `${what}: ${rows.join(" | ")}`);
    among(/^Air sungai masuk rumah 9901-Z\S+ · Pengurus Posyandu Sampai/);
    among(/^Lampu jalan dekat musala mati 9901-.* Sampai/);
    among(/^Cara mengurus KK baru 9901-.* Lewat/);
    among(/^Layanan nomor 9901-Z\S+ · rahasia, hanya di HP ini/);
    for (const [judul, shows] of [["Air sungai masuk rumah", /Menelepon BPBD/], ["Cara mengurus KK baru", "Sudah ditanyakan ke kantor desa."]]) {
      await page.getByRole("link", { name: new RegExp(judul) }).click();
      await page.getByText(shows).waitFor();
      await looker.look(page, `practice, ${judul}`);
      await go(page, "/aduan");
    }
  });
  await part("a secret complaint", async () => {
    await go(page, "/aduan");
    await page.getByRole("link", { name: "Aduan baru" }).click();
    await page.locator("#kategori").fill("suami memukul istri");
    await page.locator(".choices .bidangpick").first().click();
    await page.getByText("Aman bicara sekarang?").waitFor();
    await looker.look(page, "is it safe to talk");
    await page.getByRole("button", { name: "Ya, aman" }).click();
    await page.locator(".calls .call").first().waitFor();
    await looker.look(page, "whom to call");
    await page.getByRole("button", { name: "Sudah menelepon, catat" }).click();
    await chooseKind(page);
    await tell(page, { uraian: "Tetangga mendengar teriakan tiap malam.", judul: "Teriakan tiap malam" });
    await place(page, { untuk: /Orang lain/ });
    await page.getByText("Untuk hal ini dijaga rahasia.").waitFor();
    await looker.look(page, "secrecy by default");
    await reporter(page, { nama: "Wati Rekaan" });
    await page.getByText("Untuk hal ini foto sebaiknya tidak ada.").waitFor();
    await looker.look(page, "secret, check and send");
    await page.getByRole("button", { name: "Kirim aduan" }).click();
    await page.getByText("Tanda terima layanan Posyandu").first().waitFor();
    await looker.look(page, "neutral receipt");
    await go(page, `/aduan/${idIn(page, 1)}`);
    await page.getByRole("button", { name: "Catat telepon bantuan" }).waitFor();
    await looker.look(page, "secret complaint");
    await go(page, "/aduan");
    await page.locator(".rows a.row").first().waitFor();
    await looker.look(page, "complaints, running");
  });
  await part("no such page", async () => {
    await go(page, "/tidak/ada");
    await page.getByText("Halaman ini tidak ada.").waitFor();
    await looker.look(page, "no such page");
  });
}

async function walkComplaint(page, see) {
  await see("/aduan/darurat", "/aduan/darurat", (it) => it.locator(".calls .call"));
  await see("/aduan/baru", "/aduan/baru?draf=00000000000000000000000000000001&langkah=1", (it) => it.locator("#kategori"));
  await next(page);
  await wrong(page, "kategori");
  await looker.look(page, "complaint 1, nothing chosen");
  await page.getByRole("button", { name: /air, jamban, jalan, sampah/ }).click();
  await page.getByRole("button", { name: "Lampu jalan mati" }).waitFor();
  await looker.look(page, "complaint 1, by picture");
  await page.getByRole("button", { name: "Lampu jalan mati" }).click();
  await page.locator("#jenis").waitFor();
  await next(page);
  await wrong(page, "jenis");
  await looker.look(page, "complaint 1, no kind");
  await radio(page, "jenis", /Keluhan/);
  await next(page);
  await page.locator("#uraian").waitFor();
  await next(page);
  await wrong(page, "uraian");
  await looker.look(page, "complaint 2, nothing told");
  await page.locator("#uraian").fill("Lampu di depan musala mati sejak minggu lalu.");
  await page.locator("#waktu_kejadian").fill("12/5/2031");
  await next(page);
  await wrong(page, "waktu_kejadian");
  await looker.look(page, "complaint 2, day to come");
  await page.locator("#waktu_kejadian").fill("");
  await next(page);
  await page.locator("#rt").waitFor();
  await next(page);
  await wrong(page, "rt");
  await looker.look(page, "complaint 3, no place");
  await page.locator("#rt").fill("3");
  await radio(page, "sifat", /Banyak keluarga/);
  await page.locator("#jumlah_terdampak_kk").fill("20");
  await radio(page, "untuk_diri", /Semua warga/);
  await next(page);
  await page.locator("#kerahasiaan").waitFor();
  await next(page);
  await wrong(page, "nama");
  await looker.look(page, "complaint 4, no reporter");
  await radio(page, "kerahasiaan", /Tidak mau menyebut nama/);
  await page.getByText("Tanpa nama, jawaban tidak bisa diantar").waitFor();
  await looker.look(page, "complaint 4, without a name");
  await radio(page, "kerahasiaan", /Petugas yang menangani/);
  await page.locator("#nama").fill("Wati Rekaan");
  await radio(page, "cara_hubung", /WhatsApp/);
  await page.locator("#hp").fill("0812 0000 0002");
  await choose(page.locator("#agrees_catat"));
  await page.locator("#saksi").fill("Bu Dewi Contoh");
  await next(page);
  await page.getByRole("button", { name: "Kirim aduan" }).waitFor();
  await looker.look(page, "complaint 5");
  await page.locator("#foto").setInputFiles({ name: "surat.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4") });
  await wrong(page, "foto");
  await looker.look(page, "complaint 5, no photo");
  await go(page, "/aduan");
  await page.getByText("Belum selesai diisi").waitFor();
  await page.getByRole("button", { name: "Buang isian ini" }).click();
  await looker.look(page, "a complaint begun");
  await page.getByRole("link", { name: "Lanjutkan" }).click();
  // What was begun goes on where it stopped.
  await page.getByRole("button", { name: "Kirim aduan" }).click();
  await page.getByText("Aduan tercatat").waitFor();
  const id = idIn(page, 1);
  await see("/aduan/:id/tanda-terima", `/aduan/${id}/tanda-terima`, (it) => it.locator(".receipt__no"));
  await see("/aduan/:id", `/aduan/${id}`, (it) => it.locator("ol.line"));
  await page.getByRole("button", { name: "Tambah catatan" }).click();
  await page.getByRole("button", { name: "Simpan catatan" }).click();
  await wrong(page, "isi");
  await looker.look(page, "note, nothing written");
  await page.locator("#isi").fill("Sudah dilihat bersama ketua RT.");
  await page.getByRole("button", { name: "Simpan catatan" }).click();
  await page.getByText("Sudah dilihat bersama ketua RT.").waitFor();
  await page.getByRole("button", { name: "Catat telepon bantuan" }).click();
  await save(page);
  await wrong(page, "nomor");
  await looker.look(page, "call, nobody chosen");
}

/** Everything before and around the routes: founding, the code, the lock, the menu, the book that does not open. */
async function walkGate(device) {
  const { page } = device;
  const part = (name, walk) => looker.part(page, name, walk);
  const look = (name) => looker.look(page, name);
  await page.goto(server.origin);
  await part("restoring", async () => {
    await page.getByRole("button", { name: "Punya berkas cadangan? Pulihkan" }).click();
    await page.getByRole("button", { name: "Lihat isinya" }).click();
    await wrong(page, "berkas");
    await look("restore, no file");
    await page.getByRole("button", { name: "Tutup" }).click();
  });
  await part("founding", async () => {
    await page.getByRole("button", { name: "Langsung pakai di HP ini" }).waitFor();
    await look("first screen");
    await page.getByRole("button", { name: "Langsung pakai di HP ini" }).click();
    await next(page);
    await wrong(page, "nama");
    await look("founding 1, nothing written");
    await page.getByLabel("Apa nama posyandunya?").fill("Melati Contoh");
    await next(page);
    await next(page);
    await wrong(page, "kabupaten");
    await look("founding 2, nothing written");
    await page.locator("#kabupaten").fill("Bog");
    await page.locator(".suggest__one").first().waitFor();
    await look("founding 2, kabupaten found");
    await page.locator(".suggest__one").first().click();
    await page.locator("#desa").fill("su");
    await page.locator(".suggest__one").first().waitFor();
    await look("founding 2, desa found");
    await page.locator(".suggest__one").first().click();
    await next(page);
    await next(page);
    await wrong(page, "kader");
    await look("founding 3, nothing written");
    await page.getByLabel("Nama panggilan").fill("Bu Ani Rekaan");
    await next(page);
    await look("founding 4");
    await next(page);
    await page.getByLabel("PIN, 6 sampai 12 angka").fill(PIN);
    await page.getByRole("button", { name: "Mulai pakai" }).click();
    await wrong(page, "pin-lagi");
    await look("founding 5, not the same");
    await page.getByLabel("Sekali lagi").fill(PIN);
    await page.getByRole("button", { name: "Mulai pakai" }).click();
    await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor({ timeout: 60_000 });
    await look("recovery code");
    await page.getByRole("button", { name: "Sudah saya tulis" }).click();
    await page.locator("#kotak").fill("XXXX");
    await next(page);
    await wrong(page, "kotak");
    await look("recovery code, typed wrongly");
  });
  await part("the code that is owed", async () => {
    await enter(page, server.origin);
    await page.getByText("Kode pemulihan belum ditulis").first().waitFor();
    await look("code owed");
    await page.getByRole("button", { name: "Buat kode baru" }).click();
    await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor();
    const groups = await page.locator(".code__group").allTextContents();
    await page.getByRole("button", { name: "Sudah saya tulis" }).click();
    await typeBack(page, groups);
    await page.getByRole("link", { name: "Cari warga" }).waitFor();
    await look("home of an empty book");
  });
  await part("empty tabs", async () => {
    for (const [address, words] of [
      ["/warga", "Belum ada warga yang didaftarkan."],
      ["/sesi", "Belum ada hari buka yang tercatat."],
      ["/aduan", "Belum ada aduan yang berjalan."],
      ["/laporan", "Perlu perhatian"],
      ["/warga/00000000000000000000000000000000", "Catatan ini tidak ada lagi di HP ini."],
    ]) {
      await go(page, address);
      await page.getByText(words).waitFor();
      await look(`empty ${address.split("/")[1]}`);
    }
  });
  await part("the menu", async () => {
    await go(page, "/menu");
    await page.getByText(/terpakai/).waitFor();
    await look("menu");
    await go(page, "/menu/posyandu");
    await page.locator("#naik").waitFor();
    await page.locator("#desa").fill("");
    await save(page);
    await wrong(page, "desa");
    visited.add("/menu/posyandu");
    await look("this posyandu, nothing written");
    await go(page, "/menu/pin");
    await page.locator("#pin-baru").fill("123456");
    await save(page);
    await wrong(page, "pin-baru");
    visited.add("/menu/pin");
    await look("PIN, refused");
    await go(page, "/menu/kader");
    await page.getByRole("button", { name: "Tambahkan" }).click();
    await wrong(page, "kader");
    visited.add("/menu/kader");
    await look("kader, nothing written");
    await page.getByLabel("Nama panggilan").fill("Bu Dewi Contoh");
    await page.getByLabel("PIN, 6 sampai 12 angka").fill("580316");
    await page.getByRole("button", { name: "Tambahkan" }).click();
    await page.getByText("Tulis kode ini di kertas").waitFor({ timeout: 60_000 });
    await look("kader added");
    await page.getByRole("button", { name: /Beri PIN baru untuk/ }).click();
    await page.locator("#pin-teman").waitFor();
    await look("a colleague's new PIN");
  });
  await part("the lock", async () => {
    await go(page, "/");
    await lock(page);
    await look("lock");
    await page.getByRole("button", { name: "Buka", exact: true }).click();
    await page.locator(".lock__say").getByText(/\S/).waitFor({ timeout: 30_000 });
    await look("lock, refused");
    await page.getByRole("button", { name: "Pakai kata sandi" }).click();
    await page.locator("#sandi").waitFor();
    await look("lock, passphrase");
    await page.getByRole("button", { name: "Pakai PIN angka" }).click();
    await page.getByRole("button", { name: "Lupa PIN" }).click();
    await page.getByRole("button", { name: "Buka dan pakai PIN baru" }).click();
    await page.locator(".field__error").getByText(/\S/).first().waitFor();
    await look("PIN forgotten, nothing written");
  });
  await part("the book that does not open", async () => {
    await page.evaluate(
      () =>
        new Promise((done) => {
          const request = indexedDB.open("posyandu6", 99);
          request.onsuccess = () => done(request.result.close());
        }),
    );
    await page.reload();
    await page.getByRole("heading", { name: "Buku belum bisa dibuka" }).waitFor();
    await look("book that does not open");
    await page.getByText("Hapus semua dan mulai dari awal").click();
    await page.getByRole("button", { name: "Hapus semua", exact: true }).click();
    await wrong(page, "hapus");
    await look("book that does not open, nothing thrown away");
  });
}

test("every route of the table opens with real data, and every screen before and around them", async (t) => {
  const rooms = await practising();
  try {
    await walkRoutes(rooms.page);
  } finally {
    await rooms.close();
  }
  const device = await phone();
  try {
    await walkGate(device);
  } finally {
    await device.close();
  }
  t.diagnostic(`${looker.screens} screens`);
  assert.deepEqual(looker.broken, []);
  const table = await routeTable();
  assert.ok(table.length > 20, "the table was not read");
  assert.deepEqual(table.filter((it) => !visited.has(it)), [], "routes that nobody visited");
  assert.deepEqual([...visited].filter((it) => !table.includes(it)), [], "visited, and not in the table");
});

test("every link that was seen on the way leads to a route of the table", async () => {
  const table = await routeTable();
  assert.ok(looker.links.size > 20);
  assert.deepEqual([...looker.links].filter((link) => !table.some((pattern) => fits(pattern, link))), []);
});

test("every screen is clean for screen readers in both colour schemes", () => {
  assert.ok(looker.screens > 50);
  assert.deepEqual(looker.unclean, []);
});

test("nothing scrolls sideways, and every button is there to be tapped", () => {
  assert.ok(looker.screens > 50);
  assert.deepEqual(looker.usual, []);
});

test("so it is with letters twice as large", () => {
  assert.ok(looker.screens > 50);
  assert.deepEqual(looker.large, []);
});

test("so it is with the phone on its side", () => {
  assert.ok(looker.screens > 50);
  assert.deepEqual(looker.sideways, []);
});

test("the line of the practice belongs to a part of the page that readers can jump to", async () => {
  const { page, close } = await practising();
  try {
    await assertAccessible(page, "home of the practice");
  } finally {
    await close();
  }
});
