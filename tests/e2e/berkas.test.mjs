// Files: from phone to phone without a signal, what is refused, what the share sheet brings, and the backup.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { phone, readyForOffline, until } from "./support/app.mjs";
import { forged, lookInto, makeFile } from "./support/berkas.mjs";
import { go, measure, openDay, register, weigh } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { PIN, assertAccessibleInBoth, assertFits, assertRefused, filesWith, found, typeBack, unlock, words } from "./support/kader.mjs";

let office;
before(async () => {
  const people = ["Ani Rekaan", "Dewi Umpama", "Citra Mustahil"].map((nama) => [nama, "kader"]);
  office = await kantor({ people });
});
after(() => office.end());

const line = (page) => page.locator("a.sent [role=status]");
const says = (page, what) => until(async () => what.test(await words(line(page)).catch(() => "")), 60);
const allSent = (page) => says(page, /^Semua terkirim/);

/** Comes in by a link on an empty phone; answers the phone with the book open, and the code on paper. */
async function comeIn(nama) {
  const device = await phone({ acceptDownloads: true });
  const { page } = device;
  await page.goto(await office.link(nama));
  await page.getByRole("heading", { name: nama }).waitFor({ timeout: 60_000 });
  await page.getByLabel("PIN, 6 sampai 12 angka").fill(PIN);
  await page.getByLabel("Sekali lagi").fill(PIN);
  await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
  await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor({ timeout: 60_000 });
  const groups = await page.locator(".code__group").allTextContents();
  await page.getByRole("button", { name: "Sudah saya tulis" }).click();
  await typeBack(page, groups);
  await page.getByRole("link", { name: "Cari warga" }).waitFor();
  await readyForOffline(page);
  await allSent(page);
  return { ...device, groups };
}

async function back({ context, page }) {
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
}

/** What the share sheet does: a form is sent to the address in the manifest. */
const shareWith = (page, name, content) =>
  page.evaluate(
    ([name, content]) => {
      const form = document.createElement("form");
      Object.assign(form, { action: "/kirim/terima", method: "POST", enctype: "multipart/form-data" });
      const input = Object.assign(document.createElement("input"), { type: "file", name: "berkas" });
      const files = new DataTransfer();
      files.items.add(new File([content], name, { type: "text/plain" }));
      input.files = files.files;
      form.append(input);
      document.body.append(form);
      form.submit();
    },
    [name, content],
  );

const isWaiting = (page) => page.evaluate(() => caches.match("/.titipan").then(Boolean));

test("a visit goes from phone to phone by a file, without a network, and on to the server by whoever has one", async () => {
  const one = await comeIn("Ani Rekaan");
  const two = await comeIn("Dewi Umpama");
  let three;
  try {
    // The key that the first phone made is on both.
    for (const device of [one, two]) {
      await back(device);
      await allSent(device.page);
    }
    await one.context.setOffline(true);
    await two.context.setOffline(true);

    const damar = await register(one.page, { nama: "Damar Rekaan" });
    const sesi = await openDay(one.page);
    await weigh(one.page, { sesi, orang: damar.orang });
    const text = await makeFile(one.page, /Yang belum terkirim/);
    assert.ok(text.startsWith("POSYANDU 6 SPM KIRIMAN 1\n"));
    assert.ok(!forged(text, (it) => (assert.ok(!it.includes("Damar")), it)).includes("Damar"), "nothing is readable in it");
    await assertAccessibleInBoth(one.page, "a file that is ready");
    await assertFits(one.page, "a file that is ready");
    await go(one.page, "/");
    await says(one.page, /belum terkirim/);

    const { page } = two;
    await go(page, "/kirim/berkas");
    await page.getByRole("button", { name: "Lihat isinya" }).click();
    await assertRefused(page, "#kiriman", "Pilih berkasnya dulu.");
    for (const [content, sentence] of [
      ["halo", "bukan berkas dari aplikasi Posyandu"],
      [text.slice(0, text.length / 2), "Berkas ini terpotong"],
      [text.replace(/\n(.{20})./, (_, kept) => `\n${kept}!`), "Berkas ini rusak"],
      [text.replace("KIRIMAN 1", "KIRIMAN 2"), "versi yang lebih baru"],
      [forged(text, (it) => (it.writeUInt8(it.at(-1) ^ 1, it.length - 1), it)), "Berkas ini rusak"],
      [forged(text, (it) => (it.write("posyandu-0000", it.indexOf("posyandu-")), it)), "dari Posyandu lain"],
    ]) {
      await lookInto(page, content);
      await assertRefused(page, "#kiriman", sentence);
    }
    await assertAccessibleInBoth(page, "a file that is refused");
    await go(page, "/warga?lihat=orang");
    assert.equal(await page.getByText("Damar Rekaan").count(), 0);

    await go(page, "/kirim/berkas");
    await lookInto(page, text);
    await page.getByText(/^Dari Ani Rekaan · /).waitFor({ timeout: 30_000 });
    await page.getByText(/^\d+ catatan baru tentang 1 orang$/).waitFor();
    await assertAccessibleInBoth(page, "what a file holds");
    await assertFits(page, "what a file holds");
    await page.getByRole("button", { name: "Masukkan", exact: true }).click();
    const taken = page.getByText(/^\d+ catatan sudah masuk\.$/);
    await taken.waitFor({ timeout: 30_000 });
    await until(() => taken.evaluate((it) => it === document.activeElement));
    await page.getByRole("link", { name: "Lihat warga" }).click();
    await go(page, "/warga?lihat=orang");
    await page.getByText("Damar Rekaan").waitFor();
    await measure(page, { sesi, orang: damar.orang }, "bb");
    assert.equal(await page.locator("#bb").inputValue(), "8,6");

    await go(page, "/kirim/berkas");
    await lookInto(page, text);
    await page.getByText("Semua isi berkas ini sudah ada di HP ini.").waitFor();
    await page.getByRole("button", { name: "Tutup" }).click();

    // By the share sheet: it waits until the book is open, and is forgotten when it was looked at.
    await shareWith(page, "posyandu.txt", text);
    await unlock(page);
    await page.getByText("Ada berkas yang dibagikan ke sini.").waitFor();
    await page.getByText("Semua isi berkas ini sudah ada di HP ini.").waitFor();
    assert.equal(await isWaiting(page), true);
    await page.getByRole("button", { name: "Tutup" }).click();
    await until(async () => !(await isWaiting(page)));
    await shareWith(page, "obrolan.txt", "Damar Rekaan ditimbang tadi");
    await unlock(page);
    await assertRefused(page, "#kiriman", "Yang dibagikan bukan berkas dari aplikasi Posyandu.");
    assert.equal(await isWaiting(page), false, "nothing but our own files is kept");
    // Of what can never be opened here nothing stays; what a newer app made waits for a word.
    await shareWith(page, "posyandu.txt", text.slice(0, text.length / 2));
    await unlock(page);
    await assertRefused(page, "#kiriman", "Berkas ini terpotong");
    await until(async () => !(await isWaiting(page)));
    await shareWith(page, "posyandu.txt", text.replace("KIRIMAN 1", "KIRIMAN 2"));
    await unlock(page);
    await assertRefused(page, "#kiriman", "versi yang lebih baru");
    assert.equal(await isWaiting(page), true);
    await page.getByRole("button", { name: "Buang berkas ini" }).click();
    await until(async () => !(await isWaiting(page)));
    await shareWith(page, "posyandu.txt", `POSYANDU 6 SPM KIRIMAN 1\n${"A".repeat((32 << 20) + 1)}`);
    await unlock(page);
    await assertRefused(page, "#kiriman", "terlalu besar");
    assert.equal(await isWaiting(page), false);
    const devtools = await two.context.newCDPSession(page);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: office.origin, quotaSize: 1 });
    await shareWith(page, "posyandu.txt", text);
    await unlock(page);
    await assertRefused(page, "#kiriman", "Memori HP penuh, jadi berkas yang dibagikan belum tersimpan.");
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: office.origin });

    // The phone that made them is still without a network: the other one sends its work.
    await back(two);
    await go(page, "/");
    await allSent(page);
    three = await comeIn("Citra Mustahil");
    await until(async () => {
      await go(three.page, "/warga?lihat=orang");
      return (await three.page.getByText("Damar Rekaan").count()) > 0;
    }, 60);
    // Nothing of a person lies readable on the disk; what is not sealed is found there.
    await two.close({ keep: true });
    assert.notDeepEqual(await filesWith(two.folder, ["posyandu-app-"]), []);
    assert.deepEqual(await filesWith(two.folder, ["Damar Rekaan"]), []);
  } finally {
    await one.close();
    await two.close();
    await three?.close();
  }
});

test("a backup is looked at, restored on an empty phone with the code on paper, and adds what the phone lacks", async () => {
  const old = await phone({ acceptDownloads: true });
  let fresh, other;
  try {
    const { page } = old;
    await page.goto(office.origin);
    const groups = await found(page);
    await register(page, { nama: "Damar Rekaan" });
    const copy = async () => {
      await go(page, "/menu");
      await page.getByRole("link", { name: /^Cadangan/ }).click();
      await page.getByRole("heading", { name: "Cadangan", level: 1 }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Simpan berkas cadangan" }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^posyandu-cadangan-\d{4}-\d\d-\d\d\.txt$/);
      return readFile(await download.path(), "utf8");
    };
    const first = await copy();
    await register(page, { nama: "Kencana Mustahil" });
    // Begun, and not finished.
    await go(page, "/warga/baru");
    await page.locator("#nama").fill("Wulan Umpama");
    const second = await copy();
    const sent = await makeFile(page, /Semua catatan/);
    await go(page, "/menu");
    await page.getByText(/^Terakhir dibuat \d+/).waitFor();

    fresh = await phone();
    await fresh.page.goto(office.origin);
    await fresh.page.getByRole("button", { name: "Punya berkas cadangan? Pulihkan" }).click();
    const give = async (text) => {
      const file = { name: "posyandu.txt", mimeType: "text/plain", buffer: Buffer.from(text) };
      await fresh.page.getByLabel("Berkas cadangan").setInputFiles(file);
      await fresh.page.getByRole("button", { name: "Lihat isinya" }).click();
    };
    await give(first.replace(/SELESAI .*/, `SELESAI ${"0".repeat(64)}`));
    await assertRefused(fresh.page, "#berkas", "Berkas ini rusak.");
    await give(sent);
    await assertRefused(fresh.page, "#berkas", "Ini berkas kiriman untuk HP lain, bukan cadangan.");
    await give(first);
    await fresh.page.getByText(/^Dibuat .* catatan · 1 kader$/).waitFor();
    await fresh.page.getByRole("button", { name: "Pulihkan", exact: true }).click();
    await fresh.page.getByText("Siapa yang memakai?").waitFor();
    await fresh.page.getByRole("button", { name: "Lupa PIN" }).click();
    await fresh.page.getByLabel("Kode pemulihan").fill(groups.join("-"));
    await fresh.page.getByLabel("PIN baru").fill("740281");
    await fresh.page.getByRole("button", { name: "Buka dan pakai PIN baru" }).click();
    await fresh.page.getByRole("link", { name: "Cari warga" }).waitFor({ timeout: 60_000 });
    await go(fresh.page, "/warga?lihat=orang");
    await fresh.page.getByText("Damar Rekaan").waitFor();
    assert.equal(await fresh.page.getByText("Kencana Mustahil").count(), 0);

    await go(fresh.page, "/kirim/berkas");
    await lookInto(fresh.page, second);
    await fresh.page.getByText(/^Cadangan HP ini · /).waitFor();
    await fresh.page.getByText("1 isian yang belum selesai").waitFor();
    await fresh.page.getByRole("button", { name: "Masukkan", exact: true }).click();
    await fresh.page.getByText(/catatan dan 1 isian sudah masuk\.$/).waitFor();
    await go(fresh.page, "/kirim/berkas");
    await lookInto(fresh.page, second);
    await fresh.page.getByText("Semua isi berkas ini sudah ada di HP ini.").waitFor();
    await go(fresh.page, "/warga?lihat=orang");
    await fresh.page.getByText("Kencana Mustahil").waitFor();
    await go(fresh.page, "/warga/baru");
    await fresh.page.getByText("Isian Wulan Umpama belum selesai. Lanjutkan?").waitFor();
    await fresh.page.getByRole("button", { name: "Lanjutkan" }).click();
    await until(async () => (await fresh.page.locator("#nama").inputValue()) === "Wulan Umpama");

    // On a phone of somebody else it is not called a file of another posyandu.
    other = await phone();
    await other.page.goto(office.origin);
    await found(other.page);
    await go(other.page, "/kirim/berkas");
    await lookInto(other.page, second);
    await assertRefused(other.page, "#kiriman", "Ini cadangan HP lain.");
  } finally {
    await other?.close();
    await old.close();
    await fresh?.close();
  }
});
