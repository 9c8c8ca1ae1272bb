// The lock: by her own hand, or because nobody looks. What was typed last is kept for her, and for nobody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve, until } from "./support/app.mjs";
import { enter, go, openDay, register } from "./support/buku.mjs";
import { addKader, found, lock, openAs, unlock } from "./support/kader.mjs";

const UNSEEN_MS = 5 * 60_000;
const DEWI = { nama: "Bu Dewi Contoh", pin: "580316" };

let server;
before(async () => (server = await serve()));
after(() => server.stop());

/** Says that the page is out of sight, or seen again: a headless browser shows every page for ever. */
const setHidden = (page, hidden) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);

const isLocked = (page) => page.evaluate(() => document.body.innerText.includes("Siapa yang memakai?"));
const isHidden = (page) => page.evaluate(() => document.hidden);

test("out of sight for five minutes it is locked, before anybody looks again", async () => {
  const device = await phone();
  const { page } = device;
  try {
    await page.clock.install();
    await page.goto(server.origin);
    await found(page);

    // A short look away locks nothing, however often.
    for (let turn = 0; turn < 2; turn++) {
      await setHidden(page, true);
      await page.clock.fastForward(UNSEEN_MS - 60_000);
      await setHidden(page, false);
    }
    // In sight, time does not count.
    await page.clock.fastForward(2 * UNSEEN_MS);
    await page.getByRole("link", { name: "Menu" }).click();
    await page.getByRole("heading", { name: "Menu" }).waitFor();
    assert.equal(await isLocked(page), false);

    await setHidden(page, true);
    await page.clock.fastForward(UNSEEN_MS - 5000);
    assert.equal(await isLocked(page), false);
    await page.clock.fastForward(5000);
    await until(() => isLocked(page));
    assert.equal(await isHidden(page), true, "nobody has looked yet");
    assert.equal(await page.getByRole("heading", { name: "Menu" }).count(), 0);

    await setHidden(page, false);
    await unlock(page);
    await page.getByRole("heading", { name: "Menu" }).waitFor();
  } finally {
    await device.close();
  }
});

test("a phone that slept, and ran no timer, is locked when she looks again", async () => {
  const device = await phone();
  const { page } = device;
  try {
    await page.clock.install();
    await page.goto(server.origin);
    await found(page);
    await setHidden(page, true);
    await page.clock.setFixedTime(Date.now() + 2 * UNSEEN_MS);
    assert.equal(await isLocked(page), false);
    await setHidden(page, false);
    await until(() => isLocked(page));
  } finally {
    await device.close();
  }
});

/**
 * The five minutes are over at once when the test says so. Nothing lies between the last letter and the lock then; a
 * clock moved from outside would leave time for every write.
 */
const holdTheTimer = (page) =>
  page.addInitScript((ms) => {
    const real = window.setTimeout;
    window.setTimeout = (run, after, ...rest) => (after === ms ? ((window.timeIsOver = run), 0) : real(run, after, ...rest));
  }, UNSEEN_MS);

/** Two kader on one phone; the book is open, and Bu Ani's. */
async function twoKader() {
  const device = await phone();
  const { page } = device;
  page.setDefaultTimeout(15_000);
  await holdTheTimer(page);
  await page.goto(server.origin);
  await found(page);
  await go(page, "/menu/kader");
  await addKader(page, DEWI);
  return device;
}

/** How many unfinished forms the lock screen knows of whoever is chosen there. */
const unfinished = (page) => page.locator(".lock__ask .second").innerText();

/** Types letter by letter, with less time in between than a write takes, and locks in the same breath. */
const typeAndLock = (page, field, letters, how) =>
  page.locator(field).evaluate(
    async (input, [letters, how]) => {
      for (const letter of letters) {
        input.setRangeText(letter, input.value.length, input.value.length, "end");
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        for (let turn = 0; turn < 20; turn++) await null;
      }
      if (how === "timer") {
        Object.defineProperty(document, "hidden", { configurable: true, value: true });
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        window.timeIsOver();
        return;
      }
      const menu = Object.assign(document.createElement("a"), { href: "/menu" });
      document.querySelector("main").append(menu);
      menu.click();
      menu.remove();
      const button = () => [...document.querySelectorAll("button")].find((it) => it.textContent.includes("Kunci buku"));
      await new Promise((done) => {
        const look = () => button() && (watch.disconnect(), done());
        const watch = new MutationObserver(look);
        watch.observe(document.body, { subtree: true, childList: true });
        look();
      });
      button().click();
    },
    [letters, how],
  );

test("the letters typed just before the lock are hers when she opens again, and nobody else's", async (t) => {
  const device = await twoKader();
  const { page } = device;
  try {
    const { orang } = await register(page, { nama: "Damar Rekaan" });
    const sesi = await openDay(page);
    const forms = [
      { name: "a new person", address: "/warga/baru", field: "#nama", goesOn: true },
      { name: "the card", address: `/sesi/${sesi}/kartu/${orang}?langkah=5`, field: "#edukasi-teks" },
    ];
    let kept = 0;
    for (const { name, address, field, goesOn } of forms) {
      let text = "";
      kept += 1;
      for (const how of ["button", "timer"]) {
        await t.test(`${name}, by the ${how}`, async () => {
          const again = async () => {
            await go(page, "/");
            await go(page, address);
            // What is kept is asked about first, or is in the field.
            if (goesOn && text) await page.getByRole("button", { name: "Lanjutkan" }).click();
            await page.locator(field).waitFor();
            assert.equal(await page.locator(field).inputValue(), text);
          };
          await again();
          const letters = how === "button" ? "Ratih" : " Contoh";
          await typeAndLock(page, field, letters, how);
          text += letters;
          await until(() => isLocked(page));
          assert.equal(await unfinished(page), `${kept} isian belum selesai`);
          // Where a lock by the timer leaves her, the next one comes in.
          await page.getByRole("radio", { name: DEWI.nama }).check({ force: true });
          assert.equal(await unfinished(page), "");
          await setHidden(page, false);
          await openAs(page, DEWI);
          if (how === "button") await go(page, address);
          await page.locator(field).waitFor();
          assert.equal(await page.locator(field).inputValue(), "");
          assert.equal(await page.getByText(/Ratih|Lanjutkan\?|belum selesai|sudah dikembalikan/).count(), 0);
          await lockFrom(page);
          await unlock(page);
          await again();
        });
      }
    }
  } finally {
    await device.close();
  }
});

/** Locks from wherever she is. */
async function lockFrom(page) {
  await go(page, "/");
  await lock(page);
}
