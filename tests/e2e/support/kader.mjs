// What a kader does, in words. Elements are found as she finds them: by their words.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const axePath = createRequire(import.meta.url).resolve("axe-core");

export const PIN = "493817";
const ORDER = ["pertama", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh"];

/** What is read there, as one line. */
export const words = async (locator) => (await locator.innerText()).replace(/\s+/g, " ").trim();

export const next = (page) => page.getByRole("button", { name: "Lanjut", exact: true }).click();

/** From the first screen to Beranda; answers the groups of the recovery code. */
export async function found(page, { posyandu = "Melati Contoh", kader = "Bu Ani Rekaan", pin = PIN, desa = "Desa Misal", damkar } = {}) {
  await page.getByRole("button", { name: "Langsung pakai di HP ini" }).click();
  await page.getByLabel("Apa nama posyandunya?").fill(posyandu);
  await next(page);
  await typePlace(page, desa);
  await page.getByLabel("Nama panggilan").fill(kader);
  await next(page);
  await page.getByLabel("Bidan desa").fill("0812 0000 0001");
  if (damkar) await page.getByLabel("BPBD atau Damkar").fill(damkar);
  await next(page);
  await page.getByLabel("PIN, 6 sampai 12 angka").fill(pin);
  await page.getByLabel("Sekali lagi").fill(pin);
  await page.getByRole("button", { name: "Mulai pakai" }).click();
  await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor({ timeout: 60_000 });
  const groups = await page.locator(".code__group").allTextContents();
  await page.getByRole("button", { name: "Sudah saya tulis" }).click();
  await typeBack(page, groups);
  await page.getByRole("link", { name: "Cari warga" }).waitFor();
  return groups;
}

/** A place that is in no list: said once, then taken. */
export async function typePlace(page, desa = "Desa Misal") {
  await page.getByLabel("Kabupaten atau kota").fill("Kabupaten Umpama");
  await page.getByLabel("Desa atau kelurahan").fill(desa);
  await next(page);
  await page.locator("#kabupaten-salah").getByText("Pilih dari daftar").or(page.getByLabel("Nama panggilan")).first().waitFor();
  if (await page.locator("#kabupaten").count()) await next(page);
}

/** Types the asked group of the code back. */
export async function typeBack(page, groups) {
  const question = await page.locator("label[for=kotak]").textContent();
  const group = ORDER.findIndex((word) => question.includes(word));
  await page.locator("#kotak").fill(groups[group]);
  await next(page);
}

export async function typePin(page, pin = PIN) {
  for (const digit of pin) await page.getByRole("button", { name: digit, exact: true }).click();
  await page.getByRole("button", { name: "Buka", exact: true }).click();
}

/** Opens the book on the lock screen. */
export async function unlock(page, pin = PIN) {
  await page.getByText("Siapa yang memakai?").waitFor({ timeout: 30_000 });
  await typePin(page, pin);
  await page.getByText("Siapa yang memakai?").waitFor({ state: "detached", timeout: 60_000 });
}

export async function lock(page) {
  await page.getByRole("link", { name: "Menu" }).click();
  await page.getByRole("button", { name: "Kunci buku" }).click();
  await page.getByText("Siapa yang memakai?").waitFor();
}

/** Opens the book as a colleague, on the lock screen. */
export async function openAs(page, { nama, pin }) {
  await page.getByRole("radio", { name: nama }).check({ force: true });
  await unlock(page, pin);
}

/** Whoever owes it makes a recovery code, writes it down and types it back. */
export async function writeNewCode(page) {
  await page.getByRole("button", { name: "Buat kode baru" }).click();
  const code = page.locator(".code__group");
  await code.first().waitFor({ timeout: 60_000 });
  const groups = await code.allTextContents();
  await page.getByRole("button", { name: "Sudah saya tulis" }).click();
  await typeBack(page, groups);
}

/** Adds a colleague, who writes down a code of her own; then the book is open as before. On the page of the kader. */
export async function addKader(page, { nama, pin }) {
  await page.getByLabel("Nama panggilan").fill(nama);
  await page.getByLabel("PIN, 6 sampai 12 angka").fill(pin);
  await page.getByRole("button", { name: "Tambahkan" }).click();
  await page.getByText("Tulis kode ini di kertas").waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Kembali" }).click();
  await page.getByRole("button", { name: "Kunci buku" }).click();
  await openAs(page, { nama, pin });
  await writeNewCode(page);
  await page.getByRole("heading", { name: "Menu" }).waitFor();
  await page.getByRole("button", { name: "Kunci buku" }).click();
  await unlock(page);
}

/** No violation of WCAG 2.1 A, AA or best practice on what is on the screen now. */
export async function assertAccessible(page, what) {
  if (!(await page.evaluate(() => "axe" in window))) {
    // By the DevTools protocol, so that the page's policy stays as strict as it is.
    await page.evaluate(await readFile(axePath, "utf8"));
  }
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
  assert.deepEqual(violations, [], `axe on ${what}`);
}

/** The same in both colour schemes. */
export async function assertAccessibleInBoth(page, what) {
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await assertAccessible(page, `${what}, ${colorScheme}`);
  }
}

/** Nothing scrolls sideways, no text is cut. */
export async function assertFits(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what} is ${wide} px too wide`);
}

/** The sentence beside a field, tied to it, with what was typed still there. */
export async function assertRefused(page, selector, sentence, typed) {
  const field = page.locator(selector);
  await page.locator(`${selector}-salah`).getByText(sentence).waitFor();
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.ok((await field.getAttribute("aria-describedby")).split(" ").includes(`${selector.slice(1)}-salah`));
  if (typed !== undefined) assert.equal(await field.inputValue(), typed);
}

/** Files of a folder that contain one of the words, in UTF-8 or UTF-16. */
export async function filesWith(folder, words) {
  const found = [];
  const needles = words.flatMap((word) => [Buffer.from(word, "utf8"), Buffer.from(word, "utf16le")]);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    const hit = needles.findIndex((needle) => bytes.includes(needle));
    if (hit >= 0) found.push(`${path.slice(folder.length)}: ${words[Math.floor(hit / 2)]}`);
  }
  return found;
}
