// What lies between phone and server fails in every way there is: the work arrives all the same, or it is said why not.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { activate } from "../conformance/support/posyandu-server.mjs";
import { recorded } from "../conformance/support/events.mjs";
import { ask } from "../conformance/support/http.mjs";
import { inWorker, phone, readyForOffline, until, workerOf } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { words } from "./support/kader.mjs";
import { kantor } from "./support/kantor.mjs";
import { allSent, away, back, comeIn, followLink, has, hear, line, says } from "./support/kirim.mjs";

const KADER = ["Ani Rekaan", "Dewi Umpama", "Citra Misal"].map((nama) => [nama, "kader"]);

let k;
let one;
let two;
before(async () => {
  k = await kantor({ people: KADER, isWired: true });
  one = await comeIn("Ani Rekaan", k);
  two = await comeIn("Dewi Umpama", k);
});
beforeEach(() => k.wire.calm());
after(async () => {
  await one?.close();
  await two?.close();
  await k?.end();
});

/** A test that tells, when it fails, what went over the wire last. */
const story = (name, tell) =>
  test(name, async () => {
    try {
      await tell();
    } catch (error) {
      const now = performance.now();
      const last = k.wire.log.slice(-30).map((it) => `  ${Math.round((now - it.at) / 1000)} s ago: ${it.method} ${it.url.slice(0, 60)} ${it.status} ${it.name ?? ""}`);
      throw new Error(`${error.message}\n${last.join("\n")}`, { cause: error });
    }
  });

/** Whether a push holds what registers this person. */
const brings = (it, nama) => it.isPush && it.text.includes(`"${nama}"`);
const nameOf = (doc) => doc.data?.nama;
/** What a rule does only the first time. */
function once(when, action) {
  let isDone = false;
  return (it) => {
    if (isDone || !when(it)) return null;
    isDone = true;
    return action(it);
  };
}
const tray = async (page) => {
  await go(page, "/kirim");
  return page.locator("section.fix");
};

story("a document that was damaged on the way lies aside with its reason, and everything else is taken in", async () => {
  await away(two);
  for (const nama of ["Bayu Rekaan", "Candra Rekaan", "Dimas Rekaan"]) await register(one.page, { nama });
  await go(one.page, "/");
  await allSent(one.page);
  let damaged = 0;
  // Asked for again by its name it comes damaged again.
  k.wire.rule = (it) => {
    const isHers = (it.isPage || it.is("POST", /_bulk_get/)) && it.database.startsWith("posyandu-");
    return isHers && { alter: (text) => text.replace('"Candra Rekaan"', () => ((damaged += 1), '"Palsu Rekaan"')) };
  };
  await back(two);
  await has(two.page, ["Bayu Rekaan", "Dimas Rekaan"]);
  assert.ok(damaged > 0);
  const seen = await two.page.locator(".rows .row__name").allTextContents();
  assert.ok(!seen.includes("Palsu Rekaan"), "what is not as it was named is not in the book");
  await register(one.page, { nama: "Elang Rekaan" });
  await has(two.page, ["Bayu Rekaan", "Dimas Rekaan", "Elang Rekaan"]);
  const card = await tray(two.page);
  await card.getByText("Kiriman yang belum bisa dipakai").waitFor();
  assert.match(await words(card.first()), /rusak di jalan/);
  k.wire.calm();
});

for (const [status, error, sentence] of [
  [413, "document_too_large", /terlalu panjang/],
  [400, "doc_validation", /belum mau menerima/],
]) {
  story(`a batch that is refused whole (${status}) is halved until the offender is alone, which goes again when a person says so`, async () => {
    const [offender, ...others] = ["Fitri", "Galih", "Hasan"].map((it) => `${it} Rekaan ${status === 413 ? "Satu" : "Dua"}`);
    await away(one);
    for (const nama of [offender, ...others]) await register(one.page, { nama });
    const refused = [];
    k.wire.rule = (it) => {
      if (!brings(it, offender)) return null;
      refused.push(it.json.docs.length);
      return { status, json: { error, reason: error } };
    };
    await back(one);
    await go(one.page, "/");
    await says(one.page, /^1 perlu diperbaiki$/);
    assert.ok(refused[0] > 3, `the first batch held ${refused[0]}`);
    assert.equal(refused.at(-1), 1, `halved: ${refused}`);
    await has(two.page, others);
    const card = await tray(one.page);
    await card.getByText(`Data warga: ${offender}`).waitFor();
    assert.match(await words(card.first()), sentence);
    k.wire.calm();
    await card.getByRole("button", { name: "Kirim lagi" }).click();
    await go(one.page, "/");
    await allSent(one.page);
    await has(two.page, [offender, ...others]);
  });
}

story("an event that is refused alone lies in the tray in plain words, holds nothing up, and goes again", async () => {
  await away(one);
  for (const nama of ["Indah Rekaan", "Joko Rekaan"]) await register(one.page, { nama });
  k.wire.rule = (it) => {
    if (!brings(it, "Indah Rekaan")) return null;
    const { docs } = it.json;
    const gone = docs.find((doc) => nameOf(doc) === "Indah Rekaan");
    const said = { id: gone._id, rev: gone._rev, error: "forbidden", reason: "role" };
    const body = JSON.stringify({ new_edits: false, docs: docs.filter((doc) => doc !== gone) });
    return { body, alter: (text) => JSON.stringify([...JSON.parse(text), said]) };
  };
  await back(one);
  await go(one.page, "/");
  await says(one.page, /^1 perlu diperbaiki$/);
  await has(two.page, ["Joko Rekaan"]);
  const card = await tray(one.page);
  await card.getByText("Data warga: Indah Rekaan").waitFor();
  assert.match(await words(card.first()), /belum terdaftar untuk catatan seperti ini\. Minta pengurus/);
  k.wire.calm();
  await card.getByRole("button", { name: "Kirim lagi" }).click();
  await go(one.page, "/");
  await allSent(one.page);
  assert.equal(await (await tray(one.page)).count(), 0);
  await has(two.page, ["Indah Rekaan", "Joko Rekaan"]);
});

story("the server is killed during push and during pull, before, while and after it acts: both ends complete", async () => {
  const registered = [];
  for (const [when, how] of [
    ["before it hears", async (kill) => (await kill(), { drop: true })],
    ["while it acts", (kill) => ({ meanwhile: kill, lose: true })],
    ["when it has acted", (kill) => ({ after: kill, lose: true })],
  ]) {
    const nama = `Kartika ${when.split(" ").at(-1)}`;
    await away(one);
    await register(one.page, { nama });
    registered.push(nama);
    for (const [device, is] of [
      [one, (it) => it.isPush],
      [two, (it) => it.isPage && it.database.startsWith("posyandu-")],
    ]) {
      let isKilled = false;
      k.wire.rule = once(is, () => how(async () => (await k.kill(), (isKilled = true))));
      await back(device);
      await until(() => isKilled, 40);
      await k.start();
      k.wire.calm();
      await hear(device.page);
      await go(device.page, "/");
      await allSent(device.page);
    }
    await has(two.page, registered);
  }
  const held = (await k.wire.held("posyandu")).map(nameOf);
  for (const nama of registered) assert.equal(held.filter((it) => it === nama).length, 1, `${nama} is on the server once`);
});

story("the network goes and comes back twenty times in the middle of the traffic", async () => {
  const registered = [];
  for (let flip = 1; flip <= 20; flip += 1) {
    if (flip % 4 === 1) {
      await away(one);
      const nama = `Laras ${"ABCDE"[registered.length]}`;
      await register(one.page, { nama });
      registered.push(nama);
    }
    // Each time at another request of a round, before the server heard it or behind it.
    let left = 1 + ((flip * 7) % 10);
    k.wire.rule = (it) => {
      left -= 1;
      if (left > 0 || k.wire.isDown) return null;
      if (flip % 2) return k.wire.down(), { drop: true };
      return { after: () => k.wire.down(), lose: true };
    };
    await back(one, two);
    await until(() => k.wire.isDown, 60);
    if (flip % 3 === 0) await away(one, two);
    k.wire.calm();
    if (flip % 2 === 0) {
      await back(one, two);
      await go(one.page, "/");
      await allSent(one.page);
    }
  }
  await back(one, two);
  for (const { page } of [one, two]) {
    await go(page, "/");
    await allSent(page);
  }
  await has(one.page, registered);
  await has(two.page, registered);
});

story("a first fetch over 50 kbit/s with 800 ms comes to its end, says how far it is, and a save does not wait for it", async () => {
  const other = await kantor({ people: KADER, isWired: true });
  const device = await phone();
  try {
    // What a colleague recorded alone for months and brought.
    const { phone: colleague, posyandu } = await recorded({ events: 2500, seed: 21 });
    const code = (await other.link("Ani Rekaan")).match(/#1\.([\w-]{22})\./)[1];
    const { account, database } = await activate(other.direct, code, colleague);
    for (let from = 0; from < posyandu.length; from += 500) {
      const body = { new_edits: false, docs: posyandu.slice(from, from + 500) };
      const { status, json } = await ask(other.direct, `/${database}/_bulk_docs`, { method: "POST", body, auth: account });
      assert.deepEqual({ status, json }, { status: 201, json: [] });
    }
    const { page } = device;
    // The app itself came before, or it would wait for that, too.
    const onBegin = async () => {
      await readyForOffline(page);
      other.wire.pace = { kbit: 50, ms: 800 };
    };
    await followLink(page, await other.link("Dewi Umpama"), "Dewi Umpama", { onBegin });
    await go(page, "/");
    await says(page, /^Mengambil catatan · \d+ dari \d+$/, 120);
    const [, done, all] = (await words(line(page))).match(/(\d+) dari (\d+)/) ?? [];
    assert.ok(Number(all) > 2400 && Number(done) < Number(all), `${done} of ${all}`);
    await register(page, { nama: "Maya Rekaan" });
    const pages = () => other.wire.log.filter((it) => it.path === `/${database}/_changes` && it.end > 0).length;
    const before = pages();
    await go(page, "/");
    await allSent(page, 180);
    assert.ok(before < pages(), `she did not wait for it: ${before} of ${pages()} pages had come`);
    other.wire.calm();
    const held = await other.wire.held("posyandu");
    assert.equal(held.filter((it) => nameOf(it) === "Maya Rekaan").length, 1);
    await go(page, "/menu");
    const [, kept] = (await page.getByText(/\d+ catatan/).first().textContent()).match(/(\d+) catatan/);
    assert.ok(Number(kept) >= held.length, `${kept} of ${held.length} are on the phone`);
  } finally {
    await device.close();
    await other.end();
  }
});

story("a session that ends in the middle is begun again by itself, nothing is typed", async () => {
  for (const [nama, cut] of [
    ["Nanda Rekaan", () => ({ status: 401, json: { error: "unauthorized", reason: "contoh" } })],
    // The browser has lost it; the server says so itself.
    ["Oki Rekaan", async () => (await one.context.clearCookies(), { status: 401, json: { error: "unauthorized", reason: "contoh" } })],
  ]) {
    await away(one);
    await register(one.page, { nama });
    k.wire.rule = once((it) => it.isPush, cut);
    const before = k.wire.log.length;
    await back(one);
    await go(one.page, "/");
    await allSent(one.page);
    const since = k.wire.log.slice(before);
    const refused = since.findIndex((it) => it.status === 401);
    assert.ok(refused >= 0, "the session ended");
    assert.ok(since.slice(refused).some((it) => it.method === "POST" && it.path === "/_session"), "and another one began");
    await has(two.page, [nama]);
  }
});

story("a phone whose clock is wrong is told, its stamps are right, and stay right when it is set", async () => {
  const device = await phone({ serviceWorkers: "block" });
  try {
    const { page, context } = device;
    const clock = `self.ahead = ${47 * 60_000}; const realNow = Date.now; Date.now = () => realNow() + self.ahead;`;
    await inWorker(context, { before: clock });
    await followLink(page, await k.link("Citra Misal"), "Citra Misal");
    await allSent(page);
    await page.getByRole("link", { name: "Jam HP ini salah" }).click();
    await page.getByText(/Jam HP ini terlalu cepat 4[67]\u00a0menit/).waitFor();

    const stamped = async (nama, from) => {
      await hear(page);
      await go(page, "/");
      await allSent(page);
      const doc = (await k.wire.held("posyandu")).find((it) => nameOf(it) === nama);
      const at = parseInt(doc.at.slice(0, 12), 16);
      assert.ok(at > from - 60_000 && at < Date.now() + 60_000, `${nama} is stamped ${Math.round((at - from) / 1000)} s off`);
    };
    let from = Date.now();
    await register(page, { nama: "Putra Rekaan" });
    await stamped("Putra Rekaan", from);
    // Set once more while nobody can be asked, not as far ahead: back it can only have been set, while ahead it jumps
    // when the phone slept, too.
    await away(device);
    const setAhead = (minutes) => workerOf(page).evaluate((it) => (self.ahead = it * 60_000), minutes);
    await setAhead(17);
    from = Date.now();
    await register(page, { nama: "Qori Rekaan" });
    await back(device);
    await stamped("Qori Rekaan", from);
    await setAhead(0);
    await hear(page);
    await go(page, "/kirim");
    await page.getByText(/Jam HP ini/).waitFor({ state: "detached" });
    await go(page, "/");
    await page.getByRole("link", { name: "Cari warga" }).waitFor();
    assert.equal(await page.getByText(/Jam HP ini/).count(), 0);
  } finally {
    await device.close();
  }
});

story("a server that was restored from a backup gets what it lost from the phones, also what they had from others", async () => {
  await register(one.page, { nama: "Ratih Rekaan" });
  await go(one.page, "/");
  await allSent(one.page);
  const file = `${k.folder}/kemarin.backup`;
  await k.run("backup", "--to", file);
  await register(one.page, { nama: "Sekar Rekaan" });
  await go(one.page, "/");
  await allSent(one.page);
  await has(two.page, ["Ratih Rekaan", "Sekar Rekaan"]);
  const before = await k.wire.held("posyandu");

  // Who recorded it is away: it comes from the colleague.
  await away(one);
  await k.restore(file);
  const lost = (await k.wire.held("posyandu")).map((it) => it._id);
  assert.ok(lost.length < before.length, "something was lost");
  await hear(two.page);
  await until(async () => {
    const now = new Set((await k.wire.held("posyandu")).map((it) => it._id));
    return before.every((it) => now.has(it._id));
  }, 60);
  await register(two.page, { nama: "Tirta Rekaan" });
  await back(one);
  await has(one.page, ["Ratih Rekaan", "Sekar Rekaan", "Tirta Rekaan"]);
  // Everything was compared, so what had been damaged on its way has come whole.
  await has(two.page, ["Candra Rekaan", "Sekar Rekaan", "Tirta Rekaan"]);
});
