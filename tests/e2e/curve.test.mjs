// Below the limit and still on her curve: where the posyandu lets the curve decide, the kader is asked, and what she
// says is the letter from then on, wherever it is shown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { bornMonthsAgo, choose, go, openDay, register, weigh, weighedBefore } from "./support/buku.mjs";
import { assertAccessible, found } from "./support/kader.mjs";

let server, device, page, sesi, follower, other;
const ASK = "Naiknya di bawah batas. Apakah garisnya mengikuti kurva KMS?";
const YES = "Ya, mengikuti garis";
const NO = "Tidak mengikuti garis";

before(async () => {
  server = await serve();
  device = await phone();
  page = device.page;
  page.setDefaultTimeout(15_000);
  await page.goto(server.origin);
  await found(page);
  sesi = await openDay(page);
  follower = await slowChild("Damar Rekaan", "Hendra Rekaan");
  other = await slowChild("Bayu Umpama", "Darmo Umpama");
});
after(async () => {
  await device?.close();
  await server.stop();
});

/** Forty months old: 200 grams a month are asked for, and 190 are more than the line of such a light child rises. */
async function slowChild(nama, kepala) {
  const { orang } = await register(page, { nama, kepala, lahir: bornMonthsAgo(40) });
  await weighedBefore(page, { orang }, 1, { bb: "12,2" });
  await weigh(page, { sesi, orang }, { bb: "12,39", tb: null });
  return { nama, orang };
}

/** How the posyandu judges a gain, chosen under Menu, Posyandu ini. */
async function judgeBy(name) {
  await go(page, "/menu");
  await page.getByRole("link", { name: /Posyandu ini/ }).click();
  const choice = page.getByRole("radio", { name });
  await choice.waitFor({ state: "attached" });
  if ((await page.locator("#kabupaten").inputValue()) !== "Kabupaten Bogor") {
    await page.getByLabel("Kabupaten atau kota").fill("kabupaten bogor");
    await page.locator(".suggest__one").first().click();
    await page.locator("#desa").fill("Harapan");
    await page.locator(".suggest__one").filter({ hasText: "Harapanjaya" }).first().click();
  }
  await choose(choice);
  await page.getByRole("button", { name: "Simpan", exact: true }).click();
  await page.getByRole("status").getByText("Keterangan posyandu disimpan").first().waitFor();
}

const answer = (child) => go(page, `/sesi/${sesi}/hasil/${child.orang}`);
const question = () => page.getByText(ASK);

/** What the answer says, and that the question stands there or not. */
async function assertVerdict(letter, isAsked) {
  const [word, why] = {
    T: ["Tidak naik", "Bertambah 190 gram. Umur 40 bulan perlu paling sedikit 200 gram."],
    N: ["Naik", "Bertambah 190 gram, di bawah 200 gram, tetapi garisnya mengikuti kurva."],
  }[letter];
  await page.locator(".verdict__why").getByText(why, { exact: true }).waitFor();
  assert.equal(await page.locator(".verdict__word").innerText(), word);
  assert.equal(await question().count(), isAsked ? 1 : 0);
}

/** The letter beside the chart, the one in the table under it, and whether she is among the names that are N. */
async function assertShown({ orang, nama }, letter) {
  await go(page, `/kms/${orang}`);
  const pill = page.locator(".kmspage__say .pill");
  await pill.waitFor();
  assert.equal((await pill.innerText()).trim(), letter === "N" ? "Naik" : "Tidak naik");
  await page.locator(".kmspage__table summary").click();
  const letters = await page.locator(".datatable tbody tr:not(.datatable__more) td:last-child").allTextContents();
  assert.deepEqual(letters, [letter, "B"]);
  await go(page, "/laporan/n");
  await page.locator("a.row").or(page.getByText("Tidak ada.")).first().waitFor();
  assert.equal(await page.locator("a.row", { hasText: nama }).count(), letter === "N" ? 1 : 0);
}

test("where KBM alone decides, nobody is asked", async () => {
  await answer(follower);
  await assertVerdict("T", false);
  await assertShown(follower, "T");
});

test("where the curve may decide, she is asked, and until then it is T", async () => {
  await judgeBy(/KBM, atau kurva/);
  await answer(follower);
  await assertVerdict("T", true);
  await assertAccessible(page, "the question about the curve");
  await assertShown(follower, "T");
});

test("yes makes it N wherever it is shown, and can be taken back", async () => {
  await answer(follower);
  await page.getByRole("button", { name: YES }).click();
  await page.locator(".undo__what").getByText(YES, { exact: true }).waitFor();
  await assertVerdict("N", false);
  await page.getByRole("button", { name: "Urungkan" }).click();
  await question().waitFor();
  await assertVerdict("T", true);
  await page.getByRole("button", { name: YES }).click();
  await question().waitFor({ state: "detached" });
  await assertVerdict("N", false);
  await assertShown(follower, "N");
});

test("no leaves it T, says so, and is not asked again", async () => {
  await answer(other);
  await question().waitFor();
  await page.getByRole("button", { name: "Tidak", exact: true }).click();
  await page.locator(".undo__what").getByText(NO, { exact: true }).waitFor();
  await assertVerdict("T", false);
  await assertShown(other, "T");
  await assertShown(follower, "N");
});

test("what she said counts only as long as the posyandu lets the curve decide", async () => {
  await judgeBy(/Kenaikan minimal/);
  await answer(follower);
  await assertVerdict("T", false);
  await assertShown(follower, "T");
});

test("every chart says in words what it shows, and only of the part that is shown", async () => {
  const { orang } = await register(page, { nama: "Ratih Contoh", kepala: "Sastro Contoh", lahir: bornMonthsAgo(11) });
  await weigh(page, { sesi, orang });
  const chart = page.locator("svg.kms");
  const said = async (grafik, umur = "0-12") => {
    await go(page, `/kms/${orang}?grafik=${grafik}&umur=${umur}`);
    await chart.waitFor();
    return (await chart.getAttribute("aria-label")).replaceAll("\u00a0", " ");
  };
  const today = new Date();
  const last = `Terakhir ${today.getDate()} ${today.toLocaleString("id-ID", { month: "long" })} ${today.getFullYear()}, 8,6 kg, 73,1 cm`;
  const part = "Ratih, 0 sampai 12 bulan.";
  assert.equal(await said("bbu"), `Kartu Menuju Sehat ${part} ${last}, Berat badan normal, baru.`);
  assert.equal(await said("tbu"), `Grafik panjang atau tinggi menurut umur ${part} ${last}, Normal.`);
  assert.equal(await said("bbtb"), `Grafik berat menurut panjang atau tinggi ${part} ${last}, Gizi baik.`);
  assert.equal(await said("bbu", "24-60"), "Kartu Menuju Sehat Ratih, 24 sampai 60 bulan. Belum ada ukuran di bagian ini.");
});
