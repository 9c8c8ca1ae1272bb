// A damaged disk: the kader is told what cannot be read, and goes on with the rest.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { enter, go, register } from "./support/buku.mjs";
import { assertAccessible, assertFits, found } from "./support/kader.mjs";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

/** Turns one bit of the newest event, or says what its body is. */
const newest = (page, isDamaged) =>
  page.evaluate(async (isDamaged) => {
    const settled = (request) =>
      new Promise((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
    const db = await settled(indexedDB.open("posyandu6"));
    const events = db.transaction("events", "readwrite").objectStore("events");
    const all = await settled(events.getAll());
    const row = all.sort((a, b) => a.seq - b.seq).at(-1);
    if (isDamaged) {
      row.body[row.body.length - 1] ^= 1;
      await settled(events.put(row));
    }
    db.close();
    return { id: row.id, body: Array.from(row.body).join() };
  }, isDamaged);

test("a record that does not open is told of on the first tab and in the menu, and the rest goes on", async () => {
  const device = await phone();
  const { page } = device;
  try {
    page.setDefaultTimeout(15_000);
    await page.goto(server.origin);
    await found(page);
    assert.equal(await page.getByText(/rusak/).count(), 0);
    await go(page, "/menu");
    await page.getByText(/terpakai/).waitFor();
    assert.equal(await page.getByText(/rusak/).count(), 0);
    const { orang } = await register(page, { nama: "Damar Rekaan" });
    await register(page, { nama: "Bayu Umpama", kepala: "Darmo Umpama" });
    const damaged = await newest(page, true);

    await enter(page, server.origin);
    await page.getByRole("link", { name: "1 catatan di HP ini rusak. Lihat" }).click();
    const notice = page.getByRole("status").filter({
      hasText:
        "1 catatan di HP ini rusak dan tidak bisa dibuka. Catatan lain aman. Simpan berkas cadangan di bawah, lalu " +
        "beri tahu pengurus atau bidan.",
    });
    await notice.waitFor();
    await page.getByRole("button", { name: "Simpan berkas cadangan" }).waitFor();
    await assertAccessible(page, "menu, a damaged record");
    await assertFits(page, "menu, a damaged record");

    await go(page, `/warga/${orang}`);
    await page.getByRole("heading", { name: "Damar Rekaan" }).waitFor();
    assert.deepEqual(await newest(page, false), damaged, "it stays as it is");
    await register(page, { nama: "Ratih Contoh", kepala: "Yusuf Andaikata" });
    await enter(page, server.origin, "/menu");
    await notice.waitFor();
  } finally {
    await device.close();
  }
});
