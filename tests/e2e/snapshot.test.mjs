// A snapshot is a cache: whatever becomes of it, the book opens with everything that was saved.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve, until } from "./support/app.mjs";
import { go } from "./support/buku.mjs";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

/** Does something to the practice's snapshot; answers how many chunks there are then, and a sum over their bytes. */
const snapshot = (page, change = "") =>
  page.evaluate(
    (what) =>
      new Promise((done, fail) => {
        const opening = indexedDB.open("posyandu6-latihan");
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
          const writing = opening.result.transaction("snapshots", "readwrite");
          const store = writing.objectStore("snapshots");
          const [keys, values] = [store.getAllKeys(), store.getAll()];
          let chunks = [];
          values.onsuccess = () => {
            chunks = values.result;
            const last = chunks.length - 1;
            if (what === "altered") {
              chunks[last][chunks[last].length >> 1] ^= 1;
              store.put(chunks[last], keys.result[last]);
            } else if (what === "cut") {
              store.delete(keys.result[last]);
            } else if (what === "gone") {
              store.clear();
            }
          };
          writing.onabort = () => fail(writing.error);
          writing.oncomplete = () => {
            opening.result.close();
            const sum = chunks.reduce((all, chunk) => chunk.reduce((some, byte) => (some * 31 + byte) | 0, all), 0);
            done({ count: chunks.length, sum });
          };
        };
      }),
    change,
  );

/** A month that is over, with an open day in it. */
const bulan = new Date(Date.now() - 31 * 24 * 3600 * 1000).toISOString().slice(0, 7);

/** People, open days, and the numbers of a month: what stands on the screens that read everything. */
async function shown(page) {
  const all = [];
  for (const [address, there] of [
    ["/warga?lihat=orang", ".rows a.row"],
    ["/sesi", ".rows a.row"],
    [`/laporan?bulan=${bulan}`, ".rows a.row"],
  ]) {
    await go(page, address);
    await page.locator(there).first().waitFor();
    all.push(await page.locator("main").innerText());
  }
  return all;
}

test("a snapshot that is damaged, cut off or gone costs time, and nothing else", async () => {
  const device = await phone();
  const { page } = device;
  const open = async () => {
    await page.reload();
    await page.getByRole("navigation", { name: "Halaman utama" }).waitFor({ timeout: 120_000 });
  };
  try {
    await page.goto(server.origin);
    await page.getByText("Coba dulu").waitFor();
    await page.evaluate(() => sessionStorage.setItem("latihan", "8"));
    await open();
    const whole = await shown(page);
    await open();
    assert.deepEqual(await shown(page), whole, "read from the snapshot");
    for (const change of ["altered", "cut", "gone"]) {
      const before = await snapshot(page, change);
      assert.ok(before.count > 1, "there was a snapshot to damage");
      await open();
      assert.deepEqual(await shown(page), whole, `snapshot ${change}`);
      await until(async () => {
        const now = await snapshot(page);
        return now.count === before.count && now.sum !== before.sum;
      });
    }
  } finally {
    await device.close();
  }
});
