// An open day on which two hundred are expected, on the smallest screen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { openDay } from "./support/buku.mjs";
import { assertFits } from "./support/kader.mjs";
import { PHONE, outOfReach } from "./support/look.mjs";

/** Families of the practice, enough for two hundred children below ten. */
const FAMILIES = 130;
const MOST_FOUND = 20;

let server, device, page, sesi;
before(async () => {
  server = await serve();
  device = await phone({ viewport: PHONE });
  page = device.page;
  await page.goto(server.origin);
  await page.getByText("Coba dulu").waitFor();
  await page.evaluate((families) => sessionStorage.setItem("latihan", String(families)), FAMILIES);
  await page.reload();
  await page.getByRole("navigation", { name: "Halaman utama" }).waitFor({ timeout: 600_000 });
  page.setDefaultTimeout(30_000);
  sesi = await openDay(page);
});
after(async () => {
  await device?.close();
  await server.stop();
});

const rows = () => page.locator(".rows > .row");
const absent = async () => Number((await page.getByRole("button", { name: /^Belum \d/ }).innerText()).match(/\d+/)[0]);

test("all of them are on the list, the last one can be reached and marked, and nothing scrolls sideways", async () => {
  const expected = await absent();
  assert.ok(expected >= 200, `${expected} are expected`);
  assert.equal(await rows().count(), expected);
  await assertFits(page, "a crowd");
  assert.deepEqual(await outOfReach(page, ".segments__one, .steps__link, .day__foot *:is(a, button)"), []);
  const last = rows().last();
  assert.ok((await last.boundingBox()).y > 10 * PHONE.height, "the list is longer than the screen");
  const nama = await last.locator(".row__name").innerText();
  await last.getByRole("button").click();
  await page.locator(".undo__what").getByText(`${nama} hadir`, { exact: true }).waitFor();
  await page.getByRole("button", { name: `Belum ${expected - 1}`, exact: true }).waitFor();
  await page.getByRole("button", { name: "Sudah datang 1", exact: true }).waitFor();
  assert.equal(await rows().count(), expected - 1 + 1, "one waits, the others are still expected");
  const onScreen = await last.evaluate((it) => scrollY > 0 && it.getBoundingClientRect().top < innerHeight);
  assert.ok(onScreen, "she stays where she was in the list");
  await assertFits(page, "a crowd, one came");
});

test("a few letters find her among all of them", async () => {
  await page.getByRole("link", { name: "Cari atau daftarkan orang lain" }).click();
  const find = page.locator("#cari-warga");
  const shown = page.locator("main .row");
  await find.fill("a");
  await shown.first().waitFor();
  assert.equal(await shown.count(), MOST_FOUND, "not all at once");
  await find.fill("Zahra");
  await shown.locator("mark, .row__name", { hasText: "Zahra" }).first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("main .row__name")].every((it) => it.textContent.includes("Zahra")));
  const narrowed = await shown.count();
  assert.ok(narrowed > 0 && narrowed < MOST_FOUND, `${narrowed} are called Zahra`);
  await assertFits(page, "found in a crowd");
  await page.goBack();
  await page.getByRole("heading", { name: "Hari buka" }).waitFor();
});
