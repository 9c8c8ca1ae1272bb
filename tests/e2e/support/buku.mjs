// Ways through the open book: from one address to another, and the saves that other tests build on.
import { unlock } from "./kader.mjs";

/** Follows a link to an address of the app, as a tap on one does: without a new start of the page. */
export async function go(page, address) {
  await page.evaluate((href) => {
    const link = document.createElement("a");
    link.href = href;
    document.querySelector("main, body").append(link);
    link.click();
    link.remove();
  }, address);
  await page.waitForURL((url) => url.pathname + url.search === address, { waitUntil: "commit" });
}

/** Starts the page anew on an address, and opens the book. */
export async function enter(page, origin, address = "/", pin) {
  await page.goto(origin + address);
  await unlock(page, pin);
}

/** The part behind the last slash, or before the last but `back` ones. */
export const idIn = (page, back = 0) => new URL(page.url()).pathname.split("/").at(-1 - back);

/** `12/5/2025`: so many months before today, as she types it; not on a day that a shorter month does not have. */
function monthsAgo(months, latestDay, today = new Date()) {
  const day = new Date(today.getFullYear(), today.getMonth() - months, Math.min(today.getDate(), latestDay));
  return `${day.getDate()}/${day.getMonth() + 1}/${day.getFullYear()}`;
}

/** The birth date of a child who has completed so many months, today and in the first days to come. */
export const bornMonthsAgo = (months) => monthsAgo(months, 10);

/** Chooses a radio button or ticks a box; not by a point on the screen, which may move while lists come and go. */
export const choose = (input) => input.evaluate((it) => it.click());

/** Fills the form of a new person as far as it is given; nothing is saved. */
export async function fillPerson(page, { nama, kelamin = "Laki-laki", lahir = bornMonthsAgo(11), ibu, nik, kepala, rt = "3" } = {}) {
  await page.locator("#nama").fill(nama);
  await choose(page.getByRole("radio", { name: kelamin, exact: true }));
  await page.locator("#lahir").fill(lahir);
  if (ibu) await page.locator("#ibu").fill(ibu);
  if (nik) await page.locator("#nik").fill(nik);
  else await choose(page.locator("#alasan").getByRole("radio").first());
  if (kepala) {
    await page.getByRole("button", { name: "Keluarga baru" }).click();
    await page.locator("#nama-kepala").fill(kepala);
    await page.locator("#rt").fill(rt);
  }
  await page.locator("#hubungan").selectOption("anak");
  await choose(page.getByRole("radio", { name: "Setuju, tanda tangan di kertas" }));
}

/** Registers a child, in a new family unless `keluarga` is the id of one; answers the ids of both. */
export async function register(page, { keluarga, ...person }) {
  await go(page, keluarga ? `/warga/baru?keluarga=${keluarga}` : "/warga/baru");
  await fillPerson(page, { ...person, kepala: keluarga ? undefined : (person.kepala ?? "Hendra Rekaan") });
  await page.getByRole("button", { name: "Simpan", exact: true }).click();
  await page.getByText(`${person.nama} sudah didaftarkan`).waitFor();
  const family = await page.locator('a[href^="/keluarga/"]').getAttribute("href");
  return { orang: idIn(page), keluarga: family.split("/").at(-1) };
}

/** Opens today's day and answers its id. */
export async function openDay(page) {
  await go(page, "/sesi");
  await page.getByRole("button", { name: "Buka hari ini" }).click();
  await page.getByRole("heading", { name: "Hari buka" }).waitFor();
  return idIn(page);
}

/** Presses keys of the number pad. */
export async function press(page, keys) {
  for (const key of keys) {
    await page.getByRole("button", key === "," ? { name: /koma/ } : { name: key, exact: true }).click();
  }
}

/** The question of one measure of a person, `bb`, `tb`, `lk` or `lila`. */
export async function measure(page, { sesi, orang }, key = "bb") {
  await go(page, `/sesi/${sesi}/ukur/${orang}?langkah=${key}`);
  await page.locator(`#${key}`).waitFor();
}

/** Answers question after question up to the result, from the first one; what is not told is not measured. */
export async function fillMeasures(page, told) {
  const asked = await page
    .locator(".reading__input, a.later")
    .evaluateAll((all) => all.map((it) => it.id || new URL(it.href).searchParams.get("langkah")));
  for (const key of asked) {
    await page.locator(`#${key}`).waitFor();
    if (told[key]) {
      // What was typed or saved before stands there.
      await page.locator(`#${key}`).fill("");
      await press(page, told[key]);
      await page.getByRole("button", { name: "Lanjut", exact: true }).click();
    } else {
      await page.getByRole("button", { name: "Tidak diukur" }).click();
    }
  }
  await page.locator(".verdict").waitFor();
}

/** Weighs and measures a child up to the answer; what is null is not measured. */
export async function weigh(page, who, { bb = "8,6", tb = "73,1" } = {}) {
  await measure(page, who);
  await fillMeasures(page, { bb, tb });
}

/** Enters from paper what was measured some months ago, so that weighings are of neighbouring months. */
export async function weighedBefore(page, { orang }, months, told) {
  await go(page, `/warga/${orang}/ukur`);
  await choose(page.getByRole("radio", { name: "Susulan dari kertas" }));
  await page.locator("#tanggal").fill(monthsAgo(months, 28));
  await page.getByRole("button", { name: "Lanjut", exact: true }).click();
  await page.locator("#bb").waitFor();
  await fillMeasures(page, told);
}
