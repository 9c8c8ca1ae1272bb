// The battery is pulled while she saves: what was confirmed on the screen is there afterwards, the rest is whole or absent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { serve, until } from "./support/app.mjs";
import { bornMonthsAgo, choose, enter, go, measure, openDay, press, register, weigh } from "./support/buku.mjs";
import { found } from "./support/kader.mjs";
import { assertNoTrouble, confirmations, killable, profile } from "./support/killable.mjs";

const ROUNDS = process.env.POSYANDU_SOAK ? 50 : 10;
const RANGE_MS = 300;

let server;
before(async () => (server = await serve()));
after(() => server.stop());

/** Random times that cover the whole range, denser at its begin, where the save is under way; in random order. */
function times(count) {
  const parts = Array.from({ length: count }, (_, part) => ((part + Math.random()) / count) ** 2 * RANGE_MS);
  return parts.map((ms) => ({ ms, by: Math.random() })).sort((a, b) => a.by - b.by).map(({ ms }) => Math.round(ms));
}

/** A tap whose answer nobody waits for: the page may be dead before it comes. */
function tap(page, words) {
  const press = (name) => [...document.querySelectorAll("button")].find((it) => it.textContent.trim() === name).click();
  page.evaluate(press, words).catch(() => {});
}

const NUMBER = /(\d+,\d+)\skg · (\d+,\d+)\scm/;
const oneDecimal = (tenths) => `${Math.floor(tenths / 10)},${tenths % 10}`;

/** Registering: the person with all her data, or her unfinished form. */
const registering = {
  async begin(page, round, book) {
    const nama = `Rekaan ${"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[round % 26]}${"aeiou"[Math.floor(round / 26)]}ksara`;
    await go(page, `/warga/baru?keluarga=${book.keluarga}`);
    await page.locator("#nama").fill(nama);
    await choose(page.getByRole("radio", { name: "Perempuan" }));
    await page.locator("#lahir").fill(bornMonthsAgo(20 + round));
    await page.locator("#ibu").fill("Wulan Umpama");
    await choose(page.locator("#alasan").getByRole("radio").first());
    await page.locator("#hubungan").selectOption("cucu");
    await choose(page.getByRole("radio", { name: "Setuju, cap jempol di kertas" }));
    return { nama, strike: () => tap(page, "Simpan") };
  },
  isConfirmed: ({ nama }, shown) => shown.some((it) => it.saved === `${nama} sudah didaftarkan`),
  async look(page, { nama }, isConfirmed, book) {
    await go(page, "/cari");
    await page.locator("#cari-warga").fill(nama);
    await page.locator(".search__count [role=status]").waitFor();
    const hit = page.locator("a.row", { hasText: nama });
    const isThere = (await hit.count()) > 0;
    assert.ok(isThere || !isConfirmed, `${nama} was confirmed and is gone`);
    if (isThere) {
      await hit.click();
      await page.locator(".facts").waitFor();
      const facts = await page.locator(".facts dt").allTextContents();
      assert.deepEqual(facts, ["NIK", "Lahir", "Kelamin", "Ibu", "Hubungan", "Persetujuan"], `${nama} is not whole`);
      assert.equal(await page.locator(`a[href="/keluarga/${book.keluarga}"]`).count(), 1, `${nama} has no family`);
      book.registered.push(nama);
    }
    // The end of the draft is one transaction with the save: never both, and only a blank form has neither.
    await go(page, `/warga/baru?keluarga=${book.keluarga}`);
    const unfinished = page.getByText(`Isian ${nama} belum selesai. Lanjutkan?`);
    await unfinished.or(page.locator("#nama")).first().waitFor();
    const isUnfinished = (await unfinished.count()) > 0;
    assert.ok(!(isThere && isUnfinished), `${nama} is registered, and her form is offered again`);
    if (isUnfinished) await page.getByRole("button", { name: "Hapus", exact: true }).click();
    return isThere;
  },
};

/** Measuring anew: weight and length of this round, or both of the round before and the typed ones as a draft. */
const measuring = {
  async begin(page, round, book) {
    // Never the numbers of the measuring before, and never so many that they would be asked about.
    const now = [oneDecimal(80 + (round % 15)), oneDecimal(730 + (round % 15))];
    const who = { sesi: book.sesi, orang: book.weighed };
    for (const [place, key] of ["bb", "tb"].entries()) {
      await measure(page, who, key);
      await page.locator(`#${key}`).fill(now[place]);
      // Confirmed as a draft before the tap: these must not be lost in any case.
      await page.getByText(/Tersimpan di HP/).waitFor();
    }
    await measure(page, who, "lila");
    return { now, old: book.numbers, strike: () => tap(page, "Lanjut") };
  },
  isConfirmed: (_, shown) => shown.some((it) => it.saved === "Hasil Damar disimpan"),
  async look(page, { now, old }, isConfirmed, book) {
    await go(page, `/sesi/${book.sesi}/hasil/${book.weighed}`);
    const head = page.locator(".person__line");
    await head.waitFor();
    const [, kg, cm] = (await head.textContent()).match(NUMBER);
    const isThere = kg === now[0];
    assert.ok(isThere || !isConfirmed, `${now} was confirmed, and ${kg} kg stands there`);
    assert.deepEqual([kg, cm], isThere ? now : old, "half of a measuring was saved");
    if (!isThere) {
      for (const [place, key] of ["bb", "tb"].entries()) {
        await measure(page, { sesi: book.sesi, orang: book.weighed }, key);
        assert.equal(await page.locator(`#${key}`).inputValue(), now[place], "the kept number is gone");
      }
    }
    book.numbers = [kg, cm];
    return isThere;
  },
};

/** Typing: at least what was said to be kept stands there again, and nothing that was never typed. */
const typing = {
  async begin(page, round, book) {
    await measure(page, { sesi: book.sesi, orang: book.typed });
    const field = page.locator("#bb");
    const before = await field.inputValue();
    const steps = [before];
    const keys = [];
    for (let text = before; text; text = text.slice(0, -1)) {
      keys.push("Hapus satu angka");
      steps.push(text.slice(0, -1));
    }
    for (const key of `${10 + round},${round % 10}5`) {
      keys.push(key);
      steps.push(steps.at(-1) + key);
    }
    const type = (all) => {
      const find = (key) =>
        [...document.querySelectorAll(".pad button")].find(
          (it) => it.getAttribute("aria-label") === key || it.textContent.trim() === key || (key === "," && /koma/.test(it.textContent)),
        );
      const next = () => {
        find(all.shift()).click();
        if (all.length) setTimeout(next, 25);
      };
      next();
    };
    return { steps, strike: () => page.evaluate(type, keys).catch(() => {}) };
  },
  isConfirmed: ({ steps }, shown) => shown.some((it) => it.draft && steps.includes(it.draft)),
  async look(page, { steps }, _, book, shown) {
    await measure(page, { sesi: book.sesi, orang: book.typed });
    const text = await page.locator("#bb").inputValue();
    assert.ok(steps.includes(text), `"${text}" was never typed`);
    // Where a text stood there twice, on the way down and up again, the doubt is in favor of the app.
    const least = Math.max(0, ...shown.map((it) => steps.indexOf(it.draft)));
    assert.ok(steps.lastIndexOf(text) >= least, `"${steps[least]}" was confirmed, and "${text}" stands there`);
    return steps.lastIndexOf(text) > 0;
  },
};

test(`power lost at a random moment around a save, ${ROUNDS} times, and for each kind once as it is confirmed`, async (t) => {
  const { folder, remove } = await profile();
  const kinds = [registering, measuring, typing];
  // Whatever the machine's speed: what the app says when it has saved is seen, or the test fails.
  const delays = [...times(ROUNDS), ...kinds.map(() => null)];
  let phone = await killable(folder);
  try {
    await phone.page.goto(server.origin);
    await found(phone.page);
    const book = { registered: [], numbers: ["8,6", "73,1"] };
    book.sesi = await openDay(phone.page);
    ({ orang: book.weighed, keluarga: book.keluarga } = await register(phone.page, { nama: "Damar Rekaan", ibu: "Wulan Umpama" }));
    ({ orang: book.typed } = await register(phone.page, { nama: "Sekar Contoh", lahir: bornMonthsAgo(30), keluarga: book.keluarga }));
    await weigh(phone.page, { sesi: book.sesi, orang: book.weighed });
    let shown = await confirmations(phone.context);
    await enter(phone.page, server.origin);

    const count = { there: 0, confirmed: kinds.map(() => 0) };
    for (const [round, delay] of delays.entries()) {
      const place = round % kinds.length;
      const kind = kinds[place];
      const save = await kind.begin(phone.page, round, book);
      // Sentences of what came before are no confirmations of this save.
      await phone.page.locator(".undo").waitFor({ state: "detached" });
      shown.length = 0;
      save.strike();
      const begun = Date.now();
      if (delay === null) await until(() => kind.isConfirmed(save, shown));
      else await pause(delay);
      const waited = Date.now() - begun;
      await phone.kill();
      const seen = [...shown];
      const isConfirmed = kind.isConfirmed(save, seen);

      phone = await killable(folder);
      shown = await confirmations(phone.context);
      // The try is counted before the PIN is looked at, and the right one clears the count: no wait builds up here.
      await enter(phone.page, server.origin).catch(async (error) => {
        const screen = await phone.page.locator("body").innerText().catch(String);
        throw new Error(`the app does not open after round ${round + 1}: ${screen.replace(/\s+/g, " ")}`, { cause: error });
      });
      await assertNoTrouble(phone.page);
      const isThere = await kind.look(phone.page, save, isConfirmed, book, seen);
      await assertNoTrouble(phone.page);
      count.confirmed[place] += isConfirmed ? 1 : 0;
      count.there += isThere ? 1 : 0;
      t.diagnostic(`killed ${waited} ms after the tap: ${isConfirmed ? "confirmed" : "not confirmed"}, ${isThere ? "there" : "absent"}`);
    }

    // Everybody who was ever found there still is, and nobody else.
    await go(phone.page, "/warga?lihat=orang");
    await phone.page.locator(".rows a.row").first().waitFor();
    const names = await phone.page.locator(".rows .row__name").allTextContents();
    assert.deepEqual(names.toSorted(), [...book.registered, "Damar Rekaan", "Sekar Contoh"].toSorted());
    const confirmed = count.confirmed.reduce((sum, it) => sum + it, 0);
    t.diagnostic(`${confirmed} of ${delays.length} saves were confirmed before the kill, ${count.there} were there after it`);
    assert.ok(count.confirmed.every((it) => it > 0), `confirmed, for each kind: ${count.confirmed}`);
  } finally {
    await phone.kill();
    await remove();
  }
});
