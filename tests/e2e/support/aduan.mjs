// A complaint, screen by screen, as the one who takes it down fills it in.
import assert from "node:assert/strict";
import { choose, go } from "./buku.mjs";
import { next } from "./kader.mjs";

const radio = (page, group, name) => choose(page.locator(`#${group}`).getByRole("radio", { name }).first());

/** (1) What it is about, found by typing; an urgent one first shows whom to call. */
export async function begin(page, { kata, kategori }) {
  await go(page, "/aduan");
  await page.getByRole("link", { name: "Aduan baru" }).click();
  await page.locator("#kategori").fill(kata);
  await page.getByRole("button", { name: kategori }).click();
}

export async function chooseKind(page, jenis = /Keluhan/) {
  await page.locator("#jenis").waitFor();
  await radio(page, "jenis", jenis);
  await next(page);
}

/** (2) What happened. */
export async function tell(page, { uraian, judul }) {
  await page.locator("#uraian").fill(uraian);
  if (judul) await page.locator("#judul_aduan").fill(judul);
  await next(page);
}

/** (3) Where, how many families, for whom. */
export async function place(page, { rt, keluarga, untuk = /Semua warga/ }) {
  if (rt) await page.locator("#rt").fill(rt);
  await radio(page, "sifat", keluarga ? /Banyak keluarga/ : /Satu keluarga/);
  if (keluarga) await page.locator("#jumlah_terdampak_kk").fill(keluarga);
  await radio(page, "untuk_diri", untuk);
  await next(page);
}

/** (4) Who reports, and her consent; secrecy stays as it is proposed. */
export async function reporter(page, { nama, cara = /Lewat kader/, hp }) {
  await page.locator("#nama").fill(nama);
  await radio(page, "cara_hubung", cara);
  if (hp) await page.locator("#hp").fill(hp);
  await choose(page.locator("#agrees_catat"));
  await page.locator("#saksi").fill("Bu Dewi Contoh");
  await next(page);
  await page.getByRole("button", { name: "Kirim aduan" }).waitFor();
}

/** (5) Sends, and answers the id of the complaint; the receipt stands there. */
export async function send(page) {
  await page.getByRole("button", { name: "Kirim aduan" }).click();
  await page.locator(".receipt__no").waitFor();
  return new URL(page.url()).pathname.split("/").at(-2);
}

/** The check character of a number: Luhn modulo 32 over Crockford's letters. */
function checkOf(body) {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  let total = 0;
  let factor = 2;
  for (const letter of [...body].reverse()) {
    const product = letters.indexOf(letter) * factor;
    factor = 3 - factor;
    total += Math.floor(product / 32) + (product % 32);
  }
  return letters[(32 - (total % 32)) % 32];
}

/** Reads the number of a receipt and proves its last character. */
export async function numberOn(page) {
  const number = (await page.locator(".receipt__no").textContent()).replace(/\s/g, "");
  const [, body, check] = number.match(/^(\d{4}-Z[0-9A-Z]{7}-\d{4,})-([0-9A-Z])$/) ?? assert.fail(number);
  assert.equal(checkOf(body.replaceAll("-", "")), check, number);
  return number;
}
