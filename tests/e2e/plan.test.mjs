// A coming open day: planned, moved, given up and taken back, opened; then two kader work in it on one phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { bornMonthsAgo, choose, go, idIn, register, weigh } from "./support/buku.mjs";
import { addKader, assertAccessible, assertFits, assertRefused, found, lock, openAs, words } from "./support/kader.mjs";

const ANI = "Bu Ani Rekaan";
const DEWI = { nama: "Bu Dewi Contoh", pin: "580316" };

let server, device, page, damar;
before(async () => {
  server = await serve();
  device = await phone();
  page = device.page;
  page.setDefaultTimeout(15_000);
  await page.goto(server.origin);
  await found(page, { kader: ANI });
  await go(page, "/menu/kader");
  await addKader(page, DEWI);
  ({ orang: damar } = await register(page, { nama: "Damar Rekaan", lahir: bornMonthsAgo(11) }));
});
after(async () => {
  await device?.close();
  await server.stop();
});

const saved = (what) => page.locator(".undo__what").getByText(what, { exact: true }).waitFor();
const undo = () => page.getByRole("button", { name: "Urungkan" }).click();

/** So many days from today, as she types it and as a title says it. */
function inDays(days) {
  const day = new Date(Date.now() + days * 86_400_000);
  const [weekday, month] = [{ weekday: "long" }, { month: "long" }].map((it) => day.toLocaleDateString("id-ID", it));
  return {
    typed: `${day.getDate()}/${day.getMonth() + 1}/${day.getFullYear()}`,
    short: `${weekday} ${day.getDate()} ${month}`,
    long: `${weekday}, ${day.getDate()} ${month} ${day.getFullYear()}`,
  };
}
const LATER = inDays(20);
const TODAY = inDays(0);

const savePlan = () => page.getByRole("button", { name: "Simpan rencana" }).click();
/** The plans that the tab lists, each with its line. */
async function plans() {
  await page.getByRole("heading", { name: "Sesi", exact: true }).waitFor();
  await page.getByText("Rencanakan hari buka").waitFor();
  return (await page.locator('a[href^="/sesi/rencana?ubah="] .row__body').allInnerTexts()).map((it) => it.replace(/\s+/g, " "));
}
const onBeranda = async () => {
  await go(page, "/");
  await page.locator(".slab__line").waitFor();
  return words(page.locator(".slab__line"));
};

test("a plan is kept on every key, and stands on Sesi and Beranda once it is saved", async () => {
  await go(page, "/sesi/rencana");
  await savePlan();
  await assertRefused(page, "#tanggal", "Tanggal belum terisi.");
  await page.locator("#tanggal").fill(LATER.typed);
  await page.locator("#tempat").fill("Balai RW 02");
  await choose(page.getByRole("checkbox", { name: ANI }));
  await go(page, "/");
  await go(page, "/sesi/rencana");
  await page.getByText("Isian yang tadi belum selesai, sudah dikembalikan.").waitFor();
  assert.equal(await page.locator("#tanggal").inputValue(), LATER.typed);
  assert.equal(await page.locator("#tempat").inputValue(), "Balai RW 02");
  assert.ok(await page.getByRole("checkbox", { name: ANI }).isChecked());
  assert.ok(!(await page.getByRole("checkbox", { name: DEWI.nama }).isChecked()));
  await savePlan();
  await saved("Rencana disimpan");
  assert.deepEqual(await plans(), [`${LATER.long} 08.00–11.00 · Balai RW 02`]);
  assert.equal(await onBeranda(), `${LATER.short} · 08.00–11.00 · Balai RW 02`);
});

test("its date, place and staff can be changed", async () => {
  await go(page, "/sesi");
  await page.getByRole("link", { name: LATER.long }).click();
  await page.getByRole("heading", { name: "Ubah rencana" }).waitFor();
  await page.locator("#tanggal").waitFor();
  assert.equal(await page.locator("#tanggal").inputValue(), LATER.typed);
  await assertAccessible(page, "a plan");
  await assertFits(page, "a plan");
  await page.locator("#tanggal").fill(TODAY.typed);
  await page.locator("#tempat").fill("Rumah Bu RT");
  await choose(page.getByRole("checkbox", { name: DEWI.nama }));
  await savePlan();
  await saved("Rencana disimpan");
  assert.deepEqual(await plans(), [`${TODAY.long} 08.00–11.00 · Rumah Bu RT`]);
  await undo();
  await page.getByRole("link", { name: LATER.long }).waitFor();
  assert.deepEqual(await plans(), [`${LATER.long} 08.00–11.00 · Balai RW 02`]);
});

test("it can be given up, which can be taken back", async () => {
  const cancel = async () => {
    await go(page, "/sesi");
    await page.getByRole("link", { name: LATER.long }).click();
    await page.getByRole("button", { name: "Batalkan rencana" }).click();
    await saved("Rencana dibatalkan");
    assert.deepEqual(await plans(), []);
  };
  await cancel();
  await undo();
  await page.getByRole("link", { name: LATER.long }).waitFor();
  await cancel();
  assert.equal(await onBeranda(), "Belum ada hari buka yang direncanakan.");
});

test("a day that is open is no plan any more, and no other is planned on it", async () => {
  await go(page, "/sesi/rencana");
  await page.locator("#tanggal").fill(TODAY.typed);
  await savePlan();
  await saved("Rencana disimpan");
  assert.deepEqual(await plans(), [`${TODAY.long} 08.00–11.00`]);
  await page.getByRole("button", { name: "Buka hari ini" }).click();
  await page.getByRole("heading", { name: "Hari buka" }).waitFor();
  assert.equal(await words(page.locator(".topbar__line")), `${TODAY.short} · 08.00–11.00`);
  const sesi = idIn(page);
  await go(page, `/sesi/rencana?ubah=${sesi}`);
  await page.getByText("Catatan ini tidak ada lagi di HP ini.").waitFor();
  await go(page, "/sesi");
  await page.getByRole("link", { name: "Lanjutkan" }).waitFor();
  assert.deepEqual(await plans(), []);
  await go(page, "/sesi/rencana");
  await page.locator("#tanggal").fill(TODAY.typed);
  await savePlan();
  await assertRefused(page, "#tanggal", "Tanggal ini sudah ada hari bukanya.", TODAY.typed);
});

test("one kader weighs and locks; the next opens with her PIN, joins, and works on at another step", async () => {
  await go(page, "/sesi");
  await page.getByRole("link", { name: "Lanjutkan" }).click();
  await page.getByRole("heading", { name: "Bertugas" }).waitFor();
  /** Whoever is on duty has a line with her steps. */
  const staff = () => page.locator(".day__foot [role=group]").evaluateAll((all) => all.map((it) => it.getAttribute("aria-label")));
  assert.deepEqual(await staff(), [ANI]);
  const sesi = idIn(page);
  const step = (number) => page.locator(".steps__link").nth(number - 1).click();
  await page.getByRole("button", { name: "Damar Rekaan hadir" }).click();
  await saved("Damar Rekaan hadir");
  await weigh(page, { sesi, orang: damar });
  await go(page, "/");
  await lock(page);
  await openAs(page, DEWI);

  await go(page, "/sesi");
  await page.getByRole("link", { name: "Lanjutkan" }).click();
  await page.getByRole("button", { name: "Saya ikut bertugas" }).click();
  await page.getByRole("group", { name: DEWI.nama }).waitFor();
  assert.deepEqual(await staff(), [ANI, DEWI.nama]);
  assert.equal(await page.getByRole("button", { name: "Saya ikut bertugas" }).count(), 0);
  await step(3);
  await page.locator(".steps__say").getByText("1 orang menunggu dicatat", { exact: true }).waitFor();
  await page.locator(".rows--wait a.row", { hasText: "Damar Rekaan" }).click();
  await choose(page.locator("#perkembangan").getByRole("radio", { name: "Lengkap", exact: true }));
  await page.getByRole("button", { name: "Simpan", exact: true }).click();
  await page.locator(".verdict").waitFor();
  assert.equal(await words(page.locator(".person__line")), "11 bulan · 8,6 kg · 73,1 cm");
  // Who did what stands with what was done.
  await page.getByText(`Ukur: ${ANI} · Catat: ${DEWI.nama}`, { exact: true }).waitFor();
});
