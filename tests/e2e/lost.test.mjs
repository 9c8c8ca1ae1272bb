// Phones change hands: one is lost, one lies locked in a drawer, one is used by two people.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { phone, until } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { PIN, addKader, found, lock, openAs, typePin, unlock } from "./support/kader.mjs";
import { kantor } from "./support/kantor.mjs";
import { allSent, back, comeIn, followLink, has, hear } from "./support/kirim.mjs";

const UNSEEN_MS = 5 * 60_000;
const CITRA = { nama: "Citra Misal", pin: "580316" };

let k;
let ani;
before(async () => {
  k = await kantor({ people: ["Ani Rekaan", "Dewi Umpama", "Eni Contoh", CITRA.nama].map((nama) => [nama, "kader"]), isWired: true });
  ani = await comeIn("Ani Rekaan", k);
});
beforeEach(() => k.wire.calm());
after(async () => {
  await ani?.close();
  await k?.end();
});

/** Accounts as `user list` tells them: name of the person, of the account, and whether it is struck. */
async function accounts(office = k) {
  const all = [];
  let nama;
  for (const text of (await office.run("user list")).split("\n")) {
    const words = text.split("\t");
    if (words[0]) nama = words[1];
    else all.push({ nama, account: words[1], isStruck: words[2] === "struck" });
  }
  return all;
}

/** How many rows every object store of the phone's database holds. */
const rows = (page) =>
  page.evaluate(
    () =>
      new Promise((done, fail) => {
        const opening = indexedDB.open("posyandu6");
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const names = [...db.objectStoreNames];
          if (names.length === 0) return done({});
          const reading = db.transaction(names);
          const counts = {};
          for (const name of names) reading.objectStore(name).count().onsuccess = ({ target }) => (counts[name] = target.result);
          reading.oncomplete = () => (db.close(), done(counts));
        };
      }),
  );

test("a lost phone that was locked is struck, wipes itself when it connects, and nobody else notices", async () => {
  const dewi = await comeIn("Dewi Umpama", k);
  try {
    await register(ani.page, { nama: "Bayu Rekaan" });
    await has(dewi.page, ["Bayu Rekaan"]);
    await go(dewi.page, "/");
    await lock(dewi.page);
    const before = await rows(dewi.page);
    assert.ok(before.events > 0);

    const { account } = (await accounts()).find((it) => it.nama === "Dewi Umpama");
    await k.run("user strike", "--lost", "--account", account);
    assert.deepEqual(
      (await accounts()).filter((it) => it.isStruck).map((it) => it.account),
      [account],
    );
    // As long as nobody opens the book nothing is known of it; whoever found it cannot. Its owner's PIN brings it there.
    await dewi.page.getByText("Siapa yang memakai?").waitFor();
    await typePin(dewi.page, PIN);
    await dewi.page.getByText(/HP ini dilaporkan hilang/).waitFor({ timeout: 60_000 });
    const left = await rows(dewi.page);
    assert.equal(left.events ?? 0, 0, JSON.stringify(left));
    await dewi.page.goto(k.origin);
    await dewi.page.getByRole("button", { name: "Langsung pakai di HP ini" }).waitFor({ timeout: 30_000 });

    await register(ani.page, { nama: "Candra Rekaan" });
    await go(ani.page, "/");
    await allSent(ani.page);
    await has(ani.page, ["Bayu Rekaan", "Candra Rekaan"]);
  } finally {
    await dewi.close();
  }
});

test("a phone whose account ended without being lost keeps what it has, sends nothing more, and says so", async () => {
  const eni = await comeIn("Eni Contoh", k);
  try {
    // Struck without being lost: the end of a duty. It sends and fetches no more, and keeps what it has.
    const { account } = (await accounts()).find((it) => it.nama === "Eni Contoh");
    await k.run("user strike", "--account", account);
    await register(eni.page, { nama: "Dimas Rekaan" });
    await hear(eni.page);
    await go(eni.page, "/kirim");
    await eni.page.getByText(/Minta tautan baru pada pengurus|sudah diakhiri/).waitFor({ timeout: 60_000 });
    await has(eni.page, ["Bayu Rekaan", "Dimas Rekaan"], { asks: false });
    const held = await k.wire.held("posyandu", (await accounts()).find((it) => it.nama === "Ani Rekaan").account);
    assert.ok(held.every((it) => it.data?.nama !== "Dimas Rekaan"), "an account that ended sends nothing");
  } finally {
    await eni.close();
  }
});

const setHidden = (page, hidden) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);

test("locked out of sight and opened again, what a colleague recorded comes by itself", async () => {
  // A phone of her own: the clock of the page is set by hand.
  const device = await phone();
  try {
    const { page } = device;
    await page.clock.install();
    const link = await k.link("Ani Rekaan");
    await followLink(page, link, "Ani Rekaan");
    await allSent(page);
    await setHidden(page, true);
    await page.clock.fastForward(UNSEEN_MS);
    await until(() => page.evaluate(() => document.body.innerText.includes("Siapa yang memakai?")));
    await register(ani.page, { nama: "Elang Rekaan" });
    await go(ani.page, "/");
    await allSent(ani.page);
    await setHidden(page, false);
    await unlock(page);
    await page.getByRole("link", { name: "Cari warga" }).waitFor();
    await has(page, ["Elang Rekaan"], { asks: false });
    // And what she records goes.
    await register(page, { nama: "Fitri Rekaan" });
    await go(page, "/");
    await allSent(page);
    await has(ani.page, ["Fitri Rekaan"]);
  } finally {
    await device.close();
  }
});

test("two people on one phone: nobody acts in the other's name, and what each recorded arrives", async () => {
  // Only a phone that began alone can add a colleague by itself.
  const k = await kantor({ people: ["Ani Rekaan", "Dewi Umpama", CITRA.nama].map((nama) => [nama, "kader"]), isWired: true });
  const shared = await phone();
  let ani;
  try {
    const { page, context } = shared;
    await page.goto(k.origin);
    await found(page, { posyandu: "Contoh Melati", kader: "Dewi Umpama" });
    await page.goto(await k.link("Dewi Umpama"));
    await unlock(page);
    await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
    await page.getByRole("heading", { name: "Kirim dan terima" }).waitFor({ timeout: 30_000 });
    ani = await comeIn("Ani Rekaan", k);
    const nameOf = async (nama) => (await accounts(k)).filter((it) => it.nama === nama && !it.isStruck).at(-1)?.account;
    const dewi = await nameOf("Dewi Umpama");
    await go(page, "/menu");
    await page.getByRole("link", { name: /Kader di HP ini/ }).click();
    await addKader(page, CITRA);
    await go(page, "/");
    await allSent(page);

    // Her book is closed: nothing of hers goes, and the browser is nobody for the server.
    await lock(page);
    await until(async () => (await context.cookies(k.origin)).every((it) => it.name !== "AuthSession" || !it.value), 20);
    await openAs(page, CITRA);
    const from = k.wire.log.length;
    await register(page, { nama: "Galih Rekaan" });
    await hear(page);
    await go(page, "/kirim");
    await page.getByText("HP ini belum tersambung").waitFor();
    const acted = k.wire.log.slice(from).filter((it) => it.name === dewi || it.path === "/_session");
    assert.deepEqual(acted, [], "while a colleague has the book open nothing goes in the name of the first");

    // With a link of her own she is somebody herself.
    await page.goto(await k.link(CITRA.nama));
    await openAs(page, CITRA);
    await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
    await page.getByRole("heading", { name: "Kirim dan terima" }).waitFor({ timeout: 30_000 });
    const since = k.wire.log.length;
    await register(page, { nama: "Hasan Rekaan" });
    await go(page, "/");
    await allSent(page);
    const citra = await nameOf(CITRA.nama);
    const names = new Set(k.wire.log.slice(since).map((it) => it.name).filter(Boolean));
    assert.deepEqual([...names], [citra]);
    await has(ani.page, ["Galih Rekaan", "Hasan Rekaan"]);

    // And back: the first one's session is hers again, nothing is typed but her PIN.
    await lock(page);
    await openAs(page, { nama: "Dewi Umpama", pin: PIN });
    const again = k.wire.log.length;
    await register(page, { nama: "Indah Rekaan" });
    await go(page, "/");
    await allSent(page);
    assert.ok(k.wire.log.slice(again).filter((it) => it.path.endsWith("/_bulk_docs")).every((it) => it.name === dewi));
    await back(ani);
    await has(ani.page, ["Galih Rekaan", "Hasan Rekaan", "Indah Rekaan"]);
  } finally {
    await shared.close();
    await ani?.close();
    await k.end();
  }
});
