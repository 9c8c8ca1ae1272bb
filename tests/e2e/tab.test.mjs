// Two tabs of one connected phone: one carries for both, and when it is closed the other goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { unlock } from "./support/kader.mjs";
import { allSent, comeIn, hear } from "./support/kirim.mjs";

// Not a file of the app.
const DATABASE = /^\/posyandu-[0-9a-f]{32}(\/|$)/;

/** Requests to the posyandu's database that this tab makes from now on. */
function requestsOf(page) {
  const all = [];
  page.on("request", (it) => DATABASE.test(new URL(it.url()).pathname) && all.push(`${it.method()} ${it.url()}`));
  return all;
}

test("of two tabs one carries what either of them saves, and when it is closed the other carries", async () => {
  const k = await kantor({ people: [["Ani Rekaan", "kader"]], isWired: true });
  const device = await comeIn("Ani Rekaan", k);
  try {
    const first = device.page;
    const second = await device.context.newPage();
    const [byFirst, bySecond, from] = [requestsOf(first), requestsOf(second), k.wire.log.length];
    const onWire = () => k.wire.log.slice(from).filter((it) => DATABASE.test(it.path));
    await second.goto(k.origin);
    await unlock(second);
    await allSent(second);
    const held = async () => (await k.wire.held("posyandu")).map((it) => it.data?.nama);
    const arrived = (nama) => until(async () => (await held()).includes(nama));

    for (const [page, nama] of [[first, "Bayu Rekaan"], [second, "Candra Rekaan"]]) {
      await register(page, { nama });
      await arrived(nama);
      for (const tab of [first, second]) {
        await go(tab, "/");
        await hear(tab);
        await allSent(tab);
      }
    }
    assert.deepEqual(bySecond, [], "the second asks nothing of the server");
    assert.ok(byFirst.length > 0);
    await until(() => byFirst.length === onWire().length);
    assert.equal(onWire().filter((it) => it.path.endsWith("/_bulk_docs")).length, 2, "each was sent once");

    await first.close();
    await register(second, { nama: "Dimas Rekaan" });
    await go(second, "/");
    await allSent(second);
    await arrived("Dimas Rekaan");
    assert.ok(bySecond.some((it) => it.startsWith("POST") && it.endsWith("/_bulk_docs")));
    for (const nama of ["Bayu Rekaan", "Candra Rekaan", "Dimas Rekaan"]) {
      assert.equal((await held()).filter((it) => it === nama).length, 1, nama);
    }
  } finally {
    await device.close();
    await k.end();
  }
});
