// Files that go from phone to phone by hand.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { until } from "./app.mjs";
import { go } from "./buku.mjs";
import { words } from "./kader.mjs";

/** Makes a file and keeps it; answers its text. The phone takes downloads. */
export async function makeFile(page, what) {
  await go(page, "/kirim/berkas");
  const choice = page.getByRole("radio", { name: what });
  await choice.check({ force: true });
  const count = (await words(page.locator("label", { has: choice }))).match(/(\d+) catatan/)[1];
  await page.getByRole("button", { name: "Siapkan berkas" }).click();
  const ready = page.getByRole("heading", { name: "Berkas siap" });
  await ready.waitFor({ timeout: 60_000 });
  assert.ok(await words(page.getByText(/^posyandu-kiriman-/)).then((it) => it.includes(` · ${count} catatan · `)), "as many as were promised");
  await until(() => ready.evaluate((it) => it === document.activeElement));
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Simpan di HP" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^posyandu-kiriman-\d{4}-\d\d-\d\d\.txt$/);
  await page.getByText("Berkas terakhir dibagikan atau disimpan").waitFor();
  return readFile(await download.path(), "utf8");
}

/** Gives a file to the page and looks into it. */
export async function lookInto(page, text, name = "posyandu.txt") {
  await page.locator("#kiriman").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Lihat isinya" }).click();
}

/** Takes in what a file brings; answers what was said of it before and after. */
export async function takeIn(page, text) {
  await go(page, "/kirim/berkas");
  await lookInto(page, text);
  const take = page.getByRole("button", { name: "Masukkan", exact: true });
  await take.waitFor({ timeout: 30_000 });
  const inside = page.locator(".notice", { has: page.locator("#isi") });
  const before = await words(inside);
  await take.click();
  await page.getByText(/sudah masuk\.$/).waitFor({ timeout: 30_000 });
  return { before, after: await words(inside) };
}

/** The same bytes, changed, in an armour that is right. */
export function forged(text, change) {
  const lines = text.trim().split("\n");
  const bytes = change(Buffer.from(lines.slice(1, -1).join(""), "base64"));
  const body = bytes.toString("base64").replace(/.{1,76}/g, "$&\n");
  return `${lines[0]}\n${body}SELESAI ${createHash("sha256").update(bytes).digest("hex")}\n`;
}
