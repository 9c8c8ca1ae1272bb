// An office on the phone: what only a posyandu does is not offered to it, and what it may do is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chooseKind, place, reporter, tell } from "./support/aduan.mjs";
import { go } from "./support/buku.mjs";
import { assertAccessibleInBoth, assertFits } from "./support/kader.mjs";
import { kantor } from "./support/kantor.mjs";
import { comeIn } from "./support/kirim.mjs";

const DESA = ["--area", "9901012001"];
let k;
before(async () => {
  const offices = [["Opi Umpama", "opd", "--area", "9901-dinas_pu"], ["Yuli Rekaan", "pemdes", ...DESA]];
  k = await kantor({ people: [...offices, ["Mira Contoh", "bidan"]] });
});
after(() => k.end());

const tabs = (page) => page.locator(".tabs__tab").allTextContents();

test("an officer of a dinas is offered neither open days nor people, and nothing she records waits for ever", async () => {
  const { page, close } = await comeIn("Opi Umpama", k);
  try {
    await page.getByText("HP ini untuk kantor. Aduan warga yang boleh Anda lihat ada di Aduan.").waitFor();
    assert.deepEqual((await tabs(page)).map((it) => it.trim()), ["Beranda", "Aduan"]);
    assert.equal(await page.getByRole("link", { name: "Cari warga" }).count(), 0);
    await assertAccessibleInBoth(page, "Beranda of an office");
    await assertFits(page, "Beranda of an office");
    await go(page, "/aduan");
    await page.getByText("Belum ada aduan yang berjalan.").waitFor();
    assert.equal(await page.getByRole("link", { name: "Aduan baru" }).count(), 0);
    // Whoever knows the address gets a sentence, and nothing is written.
    await go(page, "/sesi");
    await page.getByRole("button", { name: "Buka hari ini" }).click();
    await page.getByText("HP ini untuk kantor. Kegiatan Posyandu dicatat di HP kader.").waitFor();
    await go(page, "/");
    await page.getByText(/^Semua terkirim/).waitFor();
  } finally {
    await close();
  }
});

test("a bidan takes no complaints down: no server would have them from her", async () => {
  const { page, close } = await comeIn("Mira Contoh", k);
  try {
    await go(page, "/aduan");
    await page.getByText("Belum ada aduan yang berjalan.").waitFor();
    assert.equal(await page.getByRole("link", { name: "Aduan baru" }).count(), 0);
    // Whoever knows the address gets a sentence at the end, what was typed stays, and nothing is written.
    await go(page, `/aduan/baru?draf=${"0".repeat(31)}3&langkah=1`);
    await page.locator("#kategori").fill("lampu jalan mati");
    await page.getByRole("button", { name: "Lampu jalan mati" }).click();
    await chooseKind(page);
    await tell(page, { judul: "Lampu depan musala mati", uraian: "Lampu di depan musala mati sejak minggu lalu." });
    await place(page, { rt: "3", keluarga: "20" });
    await reporter(page, { nama: "Wati Rekaan" });
    await page.getByRole("button", { name: "Kirim aduan" }).click();
    await page.getByText("Aduan tidak bisa dikirim dari HP ini. Aduan dicatat di HP kader.").waitFor();
    await go(page, "/");
    await page.getByText(/^Semua terkirim/).waitFor();
  } finally {
    await close();
  }
});

test("a desa takes complaints down", async () => {
  const { page, close } = await comeIn("Yuli Rekaan", k);
  try {
    assert.deepEqual((await tabs(page)).map((it) => it.trim()), ["Beranda", "Aduan"]);
    await go(page, "/aduan");
    await page.getByRole("link", { name: "Aduan baru" }).waitFor();
  } finally {
    await close();
  }
});
