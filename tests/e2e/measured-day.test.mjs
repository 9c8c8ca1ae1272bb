// What an open day says of its own work: who sits where, how few taps and how much time an entry takes, what a child
// below the red line gets to hear, and what a closed day still offers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { bornMonthsAgo, enter, go, measure, openDay, press, register, weigh } from "./support/buku.mjs";
import { assertAccessible, assertFits, found, words } from "./support/kader.mjs";

const ANI = "Bu Ani Rekaan";
/** Taps after the name, for weight and height of one child who is expected. */
const MOST_TAPS = 12;

let server, device, page, sesi;
const child = {};
before(async () => {
  server = await serve();
  device = await phone();
  page = device.page;
  page.setDefaultTimeout(15_000);
  await page.clock.install();
  await page.goto(server.origin);
  await found(page, { kader: ANI });
  const { orang, keluarga } = await register(page, { nama: "Damar Rekaan", lahir: bornMonthsAgo(11), kepala: "Hendra Rekaan" });
  child.damar = orang;
  for (const [name, nama, months] of [["sekar", "Sekar Contoh", 30], ["bayu", "Bayu Umpama", 12]]) {
    ({ orang: child[name] } = await register(page, { keluarga, nama, lahir: bornMonthsAgo(months) }));
  }
  sesi = await openDay(page);
});
after(async () => {
  await device?.close();
  await server.stop();
});

const saved = (what) => page.locator(".undo__what").getByText(what, { exact: true }).waitFor();
const reads = (selector, text) => page.locator(selector).getByText(text, { exact: true }).waitFor();

test("everybody sees who sits at which step; usual steps are chosen once, and changed for a day", async () => {
  await go(page, "/menu/kader");
  const usual = page.getByRole("group", { name: ANI });
  await page.getByText("Belum memilih langkah").waitFor();
  await usual.getByRole("button", { name: "Langkah 3 Pencatatan" }).click();
  await saved("Langkah disimpan");
  assert.equal(await usual.getByRole("button", { pressed: true }).innerText(), "3");
  await assertAccessible(page, "steps of the kader");
  await assertFits(page, "steps of the kader");

  // She comes to her own step, and whoever looks at another one sees that nobody said she sits there.
  await go(page, `/sesi/${sesi}`);
  await reads("main > .second", `Langkah 3 Pencatatan: ${ANI}`);
  assert.equal(await words(page.locator(".steps__one[aria-current=step]")), "3 Catat 0");
  await page.locator(".steps__link").nth(0).click();
  await reads("main > .second", "Langkah 1 Pendaftaran");
  await page.getByRole("group", { name: ANI }).getByRole("button", { name: "Langkah 1 Pendaftaran" }).click();
  await reads("main > .second", `Langkah 1 Pendaftaran: ${ANI}`);
  await assertAccessible(page, "steps of a day");
  await assertFits(page, "steps of a day");
  await page.getByRole("button", { name: "Urungkan" }).click();
  await reads("main > .second", "Langkah 1 Pendaftaran");
  await page.getByRole("group", { name: ANI }).getByRole("button", { name: "Langkah 1 Pendaftaran" }).click();
  await reads("main > .second", `Langkah 1 Pendaftaran: ${ANI}`);
  await go(page, "/menu/kader");
  await usual.getByRole("button", { pressed: true }).getByText("3", { exact: true }).waitFor();
});

/** Marks a child present and follows her name to the scales; from then on taps are counted. */
async function toTheScales(nama) {
  await go(page, `/sesi/${sesi}?langkah=2`);
  await page.getByRole("button", { name: `${nama} hadir`, exact: true }).click();
  await page.locator(".rows--wait a.row", { hasText: nama }).click();
  await page.locator("#bb").waitFor();
  await page.evaluate(() => {
    window.taps = 0;
    window.counts ??= addEventListener("click", (event) => (window.taps += event.isTrusted ? 1 : 0), true) ?? true;
  });
}
const next = () => page.getByRole("button", { name: "Lanjut", exact: true }).click();
const skip = () => page.getByRole("button", { name: "Tidak diukur" }).click();
const taps = () => page.evaluate(() => window.taps);

test("weight and height of a child take at most twelve taps after the name", async () => {
  await toTheScales("Damar Rekaan");
  await page.clock.fastForward(18_000);
  await press(page, "8,6");
  await next();
  await press(page, "73,1");
  await next();
  // Below two years head and arm are asked, too.
  await skip();
  await skip();
  await reads(".person__line", "11\u00a0bulan · 8,6\u00a0kg · 73,1\u00a0cm");
  assert.equal(await taps(), 11);

  await toTheScales("Sekar Contoh");
  await page.clock.fastForward(65_000);
  await press(page, "12,35");
  await next();
  await press(page, "89,5");
  await next();
  await skip();
  await reads(".person__line", "2\u00a0th 6\u00a0bl · 12,35\u00a0kg · 89,5\u00a0cm");
  assert.equal(await taps(), MOST_TAPS);
});

test("a child below the red line: word, sign, referral with its reason, what to say, and her name in the report", async () => {
  await measure(page, { sesi, orang: child.bayu });
  await page.clock.fastForward(12_000);
  // Boys of 12 months: the red line is at 6,9 kg.
  await weigh(page, { sesi, orang: child.bayu }, { bb: "6,4", tb: null });
  await saved("Hasil Bayu disimpan");
  assert.equal(await page.locator(".verdict__word").innerText(), "Di bawah garis merah");
  assert.equal(await page.locator(".verdict > svg use").getAttribute("href"), "#ikon-turun");
  assert.equal(
    await page.locator(".verdict__why").innerText(),
    "Beratnya di bawah garis merah KMS. Baru pertama kali ditimbang di posyandu ini. Bulan depan dibandingkan.",
  );
  assert.equal(await words(page.locator(".refer > div > .strong")), "Rujuk minggu ini");
  assert.equal(await words(page.locator(".refer > div > .second")), "Ke Puskesmas karena di bawah garis merah");
  assert.equal(
    await page.locator(".voice__say").innerText(),
    "“Tambah telur, ikan atau hati di setiap makan Bayu. Minggu ini kita periksa ke Puskesmas ya, Bu.”",
  );
  await assertAccessible(page, "below the red line");
  await assertFits(page, "below the red line");
  await go(page, `/kms/${child.bayu}`);
  await page.locator(".kmspage__say").waitFor();
  assert.equal(await words(page.locator(".kmspage__say")), "Baru 6,4 kg, di bawah garis merah");

  await go(page, "/laporan");
  const row = page.locator('a[href^="/laporan/bgm?"]');
  assert.equal(await words(row), "Di bawah garis merah 1");
  await row.click();
  await page.getByText("1 catatan ·").waitFor();
  assert.deepEqual(await page.locator("main .row__name").allTextContents(), ["Bayu Umpama"]);
});

test("closing says how long entries took, also after a new start", async () => {
  const say = /^Mengisi ukuran satu anak biasanya (\d+)\sdetik, paling lama 1\smenit (\d+)\sdetik\.$/;
  const told = async () => {
    const line = page.getByText(/^Mengisi ukuran satu anak/);
    await line.waitFor();
    const [, median, over] = (await line.innerText()).match(say) ?? assert.fail(await line.innerText());
    return [Number(median), Number(over)];
  };
  await go(page, `/sesi/${sesi}/tutup`);
  const [median, over] = await told();
  // What the clock was moved on by, and what the taps themselves took.
  assert.ok(median >= 18 && median < 30, `${median} s`);
  assert.ok(over >= 5 && over < 20, `1 min ${over} s`);
  await assertAccessible(page, "checklist with times");
  await enter(page, server.origin, `/sesi/${sesi}/tutup`);
  assert.deepEqual(await told(), [median, over]);
});

test("a day that is closed says so wherever closing is offered, and leads on", async () => {
  await go(page, `/sesi/${sesi}/tutup`);
  await page.getByRole("button", { name: "Tutup hari buka" }).click();
  await page.getByText("Yang sudah lewat").waitFor();
  await page.locator(`a[href^="/sesi/${sesi}"]`).click();
  await page.getByText("Hari buka ini sudah ditutup.").waitFor();
  assert.equal(await page.getByText("Tutup hari buka").count(), 0);
  await page.getByRole("link", { name: "Ringkasan hari buka" }).click();
  await page.getByRole("heading", { name: "Ringkasan hari buka" }).waitFor();
  await page.getByText("Hari buka ini sudah ditutup.").waitFor();
  assert.equal(await page.getByText("Tutup hari buka").count(), 0);
  await assertAccessible(page, "a closed day");
  await assertFits(page, "a closed day");
  await page.getByRole("link", { name: "Isi susulan" }).click();
  await page.getByRole("heading", { name: "Hari buka" }).waitFor();
  await go(page, `/sesi/${sesi}/tutup`);
  await page.getByRole("button", { name: "Buka lagi" }).click();
  await page.getByRole("heading", { name: "Hari buka", exact: true }).waitFor();
  await saved("Hari buka dibuka lagi");
  await page.getByRole("link", { name: "Tutup hari buka" }).waitFor();
});
