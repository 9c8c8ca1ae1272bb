// Two people, one phone: the one who opens it with a signal sends what the other recorded without one, in its writer's name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { phone } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { PIN, addKader, found, lock, openAs, unlock } from "./support/kader.mjs";
import { allSent, away, back, says } from "./support/kirim.mjs";

const ANI = { nama: "Ani Rekaan", pin: PIN };
const DEWI = { nama: "Dewi Umpama", pin: "580316" };

/** Connects whoever opens the book by her link. */
async function connect(page, k, who, open) {
  await page.goto(await k.link(who.nama));
  await open();
  await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
  await page.getByRole("heading", { name: "Kirim dan terima" }).waitFor({ timeout: 30_000 });
  await go(page, "/");
  await allSent(page);
}

test("what one of two recorded without a signal is sent while the other has the book open, and stays hers", async () => {
  const k = await kantor({ people: [ANI, DEWI].map((it) => [it.nama, "kader"]), isWired: true });
  const shared = await phone();
  try {
    const { page } = shared;
    const from = (nama) => k.wire.held("posyandu").then((all) => all.find((it) => it.data?.nama === nama));
    await page.goto(k.origin);
    await found(page, { posyandu: "Contoh Melati", kader: ANI.nama });
    await connect(page, k, ANI, () => unlock(page));
    await register(page, { nama: "Bayu Rekaan" });
    await go(page, "/menu/kader");
    await addKader(page, DEWI);
    await go(page, "/");
    await allSent(page);
    const [ani] = k.wire.accounts.keys();
    await lock(page);
    await connect(page, k, DEWI, () => openAs(page, DEWI));
    const dewi = [...k.wire.accounts.keys()].at(-1);
    assert.notEqual(ani, dewi);

    // Ani records without a signal, and does not finish the next one.
    await lock(page);
    await openAs(page, ANI);
    await away(shared);
    const { orang } = await register(page, { nama: "Candra Rekaan" });
    await go(page, "/warga/baru");
    await page.locator("#nama").fill("Wulan Umpama");
    await go(page, "/");
    await says(page, /^\d+ belum terkirim · aman di HP$/);
    await lock(page);

    // Dewi opens the phone where there is one.
    await back(shared);
    const since = k.wire.log.length;
    await openAs(page, DEWI);
    await register(page, { nama: "Dimas Rekaan" });
    await go(page, "/");
    await allSent(page);
    const [bayu, candra, dimas] = await Promise.all(["Bayu Rekaan", "Candra Rekaan", "Dimas Rekaan"].map(from));
    assert.equal(candra.by, bayu.by, "who recorded it signed it");
    assert.notEqual(dimas.by, bayu.by);
    const senders = k.wire.log.slice(since).filter((it) => it.path.endsWith("/_bulk_docs")).map((it) => it.name);
    assert.deepEqual([...new Set(senders)], [dewi], "and it went in the name of the one who was there");
    const form = page.getByText("Isian Wulan Umpama belum selesai. Lanjutkan?");
    await go(page, "/warga/baru");
    await page.locator("#nama").waitFor();
    await page.waitForTimeout(500);
    assert.equal(await form.count(), 0, "what Ani has begun is hers alone");
    assert.equal(await page.locator("#nama").inputValue(), "");
    await go(page, "/");
    await lock(page);

    await openAs(page, ANI);
    await go(page, "/");
    await allSent(page);
    await go(page, `/warga/${orang}`);
    await page.getByRole("heading", { name: "Candra Rekaan" }).waitFor();
    assert.equal(await page.locator(".unsent").count(), 0);
    await go(page, "/warga/baru");
    await form.waitFor();
    const names = (await k.wire.held("posyandu")).map((it) => it.data?.nama);
    assert.equal(names.filter((it) => it === "Candra Rekaan").length, 1);
    assert.ok(!JSON.stringify(await k.wire.held("posyandu")).includes("Wulan"));
  } finally {
    await shared.close();
    await k.end();
  }
});
