// Phones that are connected: how they come in, what they say of sending, and the network that comes and goes.
import assert from "node:assert/strict";
import { phone, readyForOffline, until } from "./app.mjs";
import { go } from "./buku.mjs";
import { PIN, typeBack, words } from "./kader.mjs";

export const line = (page) => page.locator("a.sent [role=status]");
/** Waits until the line says this; where it does not, what it says and what went over the wire is told. */
export async function says(page, what, seconds = 40) {
  let said = "";
  try {
    await until(async () => what.test((said = await words(line(page)).catch(() => ""))), seconds);
  } catch (cause) {
    throw new Error(`the line does not say ${what}, but "${said}"`, { cause });
  }
}
export const allSent = (page, seconds) => says(page, /^Semua terkirim/, seconds);
/** All that a server takes; who told of a complaint is sealed for readers that it does not reach yet. */
export const allButSealed = (page, seconds) => says(page, /^\d+ hanya di HP ini$/, seconds);

/** From a link on an empty phone to the open book; nothing is waited for that comes by itself. */
export async function followLink(page, link, nama, { pin = PIN, onBegin } = {}) {
  await page.goto(link);
  await page.getByRole("heading", { name: nama }).waitFor({ timeout: 30_000 });
  assert.equal(new URL(page.url()).hash, "", "the code does not stay in the address");
  await page.getByLabel("PIN, 6 sampai 12 angka").fill(pin);
  await page.getByLabel("Sekali lagi").fill(pin);
  await onBegin?.();
  await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
  await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor({ timeout: 60_000 });
  const groups = await page.locator(".code__group").allTextContents();
  await page.getByRole("button", { name: "Sudah saya tulis" }).click();
  await typeBack(page, groups);
  await page.getByRole("link", { name: "Menu" }).waitFor();
}

/**
 * Comes in by a link on an empty phone; answers the phone with the book open and everything fetched. `prepare` is done
 * with the phone before it loads anything.
 */
export async function comeIn(nama, k, { prepare, ...options } = {}) {
  const device = await phone(options);
  try {
    const { page } = device;
    await prepare?.(device);
    await followLink(page, await k.link(nama), nama);
    if (options.serviceWorkers !== "block") await readyForOffline(page);
    await allSent(page);
    return device;
  } catch (error) {
    await device.close();
    throw error;
  }
}

export const away = async (...devices) => Promise.all(devices.map((it) => it.context.setOffline(true)));

/** What the browser says of the network is not believed, but tried. */
export const hear = (page) => page.evaluate(() => window.dispatchEvent(new Event("online")));

export async function back(...devices) {
  for (const { context, page } of devices) {
    await context.setOffline(false);
    await hear(page);
  }
}

/**
 * Waits until the book of a phone has these people, each once. As long as they are not there it asks for news, unless
 * they are to come by themselves.
 */
export async function has(page, people, { seconds = 60, asks = true } = {}) {
  let seen = [];
  let asked = 0;
  try {
    await until(async () => {
      if (asks && Date.now() - asked > 3_000) {
        await hear(page);
        asked = Date.now();
      }
      await go(page, "/warga?lihat=orang");
      // The list is drawn after the page.
      const all = page.locator(".rows .row__name");
      await all.first().waitFor({ timeout: 1_000 }).catch(() => {});
      seen = await all.allTextContents();
      return people.every((it) => seen.filter((name) => name === it).length === 1);
    }, seconds);
  } catch (cause) {
    throw new Error(`${people} are not all there, each once: ${seen}`, { cause });
  }
}
