// Emptying a phone that goes to another posyandu or to somebody else: nothing that is only here is thrown away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, readyForOffline } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { assertAccessibleInBoth, assertFits, assertRefused, found, unlock } from "./support/kader.mjs";
import { kantor } from "./support/kantor.mjs";
import { allSent, away, back, comeIn, followLink, has, says } from "./support/kirim.mjs";

let k;
before(async () => {
  k = await kantor({ people: [["Ani Rekaan", "kader"], ["Dewi Umpama", "kader"]], isWired: true });
});
after(() => k.end());

const ONLY_HERE = "Di HP ini masih ada catatan yang belum ada di tempat lain. Belum ada yang dihapus.";
const isEmpty = (page) => page.getByRole("button", { name: "Langsung pakai di HP ini" }).waitFor({ timeout: 30_000 });

async function empty(page, word = "HAPUS") {
  await page.getByLabel("Ketik HAPUS kalau yakin").fill(word);
  await page.getByRole("button", { name: "Hapus semua", exact: true }).click();
}

test("a phone that works alone is emptied only with a backup in her hands", async () => {
  const { page, close } = await phone({ acceptDownloads: true });
  try {
    await page.goto(k.origin);
    await found(page);
    await register(page, { nama: "Sari Rekaan" });
    await go(page, "/menu");
    await page.getByRole("link", { name: "Kosongkan HP ini" }).click();
    await page.getByText("catatannya hanya ada di sini").waitFor();
    await page.getByText("Buku Posyandu Melati Contoh hilang dari HP ini").waitFor();
    await assertAccessibleInBoth(page, "emptying");
    await assertFits(page, "emptying");
    await empty(page, "hapus");
    await assertRefused(page, "#hapus", "Belum ada yang dihapus. Ketik HAPUS dengan huruf besar.", "hapus");
    await empty(page);
    await page.getByText(ONLY_HERE).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Simpan berkas cadangan" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^posyandu-cadangan-/);
    await empty(page);
    await isEmpty(page);
    assert.equal(new URL(page.url()).pathname, "/");
    await page.reload();
    await isEmpty(page);
  } finally {
    await close();
  }
});

test("what is open in another tab goes with a phone that is emptied", async () => {
  const { page, context, close } = await phone({ acceptDownloads: true });
  try {
    await page.goto(k.origin);
    await found(page);
    await register(page, { nama: "Sari Rekaan" });
    const other = await context.newPage();
    await other.goto(k.origin);
    await unlock(other);
    await go(other, "/warga?lihat=orang");
    await other.getByText("Sari Rekaan").waitFor();
    await go(page, "/kirim/kosongkan");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Simpan berkas cadangan" }).click();
    await download;
    await empty(page);
    await isEmpty(page);
    await isEmpty(other);
    assert.equal(await other.getByText("Sari Rekaan").count(), 0);
  } finally {
    await close();
  }
});

test("what the server refused is only here, also where she let it lie", async () => {
  const device = await comeIn("Ani Rekaan", k);
  const { page } = device;
  try {
    await away(device);
    await register(page, { nama: "Ujang Rekaan" });
    k.wire.rule = (it) =>
      it.isPush && it.text.includes('"Ujang Rekaan"') ? { status: 400, json: { error: "doc_validation", reason: "doc_validation" } } : null;
    await back(device);
    await go(page, "/");
    await says(page, /^1 perlu diperbaiki$/);
    await go(page, "/kirim");
    await page.locator("section.fix").getByRole("button", { name: "Biarkan di HP ini saja" }).click();
    await page.getByRole("heading", { name: "Hanya di HP ini" }).waitFor();
    await go(page, "/");
    await says(page, /^1 hanya di HP ini$/);
    await go(page, "/kirim/kosongkan");
    await page.getByText("1 catatan belum terkirim").waitFor();
    await empty(page);
    await page.getByText(ONLY_HERE).waitFor();
    k.wire.calm();
    await go(page, "/kirim");
    await page.locator("section.fix").getByRole("button", { name: "Kirim lagi" }).click();
    await go(page, "/");
    await allSent(page);
    await has(page, ["Ujang Rekaan"]);
  } finally {
    k.wire.calm();
    await device.close();
  }
});

test("a connected phone is emptied once everything is received, and may be another person's then", async () => {
  const device = await comeIn("Ani Rekaan", k);
  const { page } = device;
  try {
    await away(device);
    await register(page, { nama: "Putri Misal" });
    await go(page, "/kirim/kosongkan");
    await page.getByText(/\d+ catatan belum terkirim/).waitFor();
    await empty(page);
    await page.getByText(ONLY_HERE).waitFor();
    await go(page, "/");
    await back(device);
    await allSent(page);
    await go(page, "/kirim/kosongkan");
    await page.getByText("Semua catatan sudah terkirim.").waitFor();
    await empty(page);
    await isEmpty(page);
    await followLink(page, await k.link("Dewi Umpama"), "Dewi Umpama");
    await readyForOffline(page);
    await has(page, ["Putri Misal"]);
  } finally {
    await device.close();
  }
});
