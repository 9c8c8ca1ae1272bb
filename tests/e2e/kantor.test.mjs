// An office on the phone: what only a posyandu does is not offered to it, and what it may do is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go } from "./support/buku.mjs";
import { assertAccessibleInBoth, assertFits } from "./support/kader.mjs";
import { kantor } from "./support/kantor.mjs";
import { comeIn } from "./support/kirim.mjs";

const DESA = ["--area", "9901012001"];
let k;
before(async () => {
  k = await kantor({ people: [["Opi Umpama", "opd", "--area", "9901-dinas_pu"], ["Yuli Rekaan", "pemdes", ...DESA]] });
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
