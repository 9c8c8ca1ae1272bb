// Late in the evening, when it is tomorrow already in the east of Indonesia.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFile, takeIn } from "./support/berkas.mjs";
import { go, register } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { allSent, away, back, comeIn, has, hear } from "./support/kirim.mjs";

const HOUR = 3_600_000;

/** From now to a quarter past ten in the evening of the same day in western Indonesia. */
function untilLate() {
  const west = new Date(Date.now() + 7 * HOUR);
  return Date.UTC(west.getUTCFullYear(), west.getUTCMonth(), west.getUTCDate(), 15, 15) - Date.now();
}

test("what was recorded in the evening before the phone was lost counts, also when the office strikes it the same evening", async () => {
  const k = await kantor({ isWired: true });
  const date = untilLate();
  k.wire.rule = () => ({ date });
  const devices = [];
  try {
    for (const nama of ["Ani Rekaan", "Dewi Umpama"]) devices.push(await comeIn(nama, k, { acceptDownloads: true }));
    const [ani, dewi] = devices;
    await back(ani);
    await allSent(ani.page);
    await away(ani, dewi);
    await register(ani.page, { nama: "Fajar Rekaan" });
    await takeIn(dewi.page, await makeFile(ani.page, /Yang belum terkirim/));
    await has(dewi.page, ["Fajar Rekaan"], { asks: false });
    await k.run("user strike", "--lost", "--user", k.id("Ani Rekaan"));
    const since = k.wire.log.length;
    await back(dewi);
    await go(dewi.page, "/");
    await allSent(dewi.page);
    await hear(dewi.page);
    await allSent(dewi.page);
    assert.ok(k.wire.log.slice(since).some((it) => it.path.endsWith("/_bulk_docs")));
    await has(dewi.page, ["Fajar Rekaan"], { asks: false, seconds: 10 });
  } finally {
    for (const device of devices) await device.close();
    await k.end();
  }
});
