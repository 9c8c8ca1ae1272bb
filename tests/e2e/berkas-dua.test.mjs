// Files in both directions: what two phones say differently, a record that is not as it was signed, and a lost phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inWorker, until, workerOf } from "./support/app.mjs";
import { makeFile, takeIn } from "./support/berkas.mjs";
import { go, measure, openDay, register, weigh } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { words } from "./support/kader.mjs";
import { allSent, away, back, comeIn, has, hear, line, says } from "./support/kirim.mjs";

const PEOPLE = ["Ani Rekaan", "Dewi Umpama", "Citra Mustahil"];

// A phone that changes what it puts into a file, where it is told to: behind the signatures, before the seal.
const spoils = {
  behind: `
    const replaced = (bytes, [from, to]) => {
      const text = String.fromCharCode(...bytes).replaceAll(from, to);
      return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    };
    const { deflated, inflated } = self;
    self.deflated = (bytes) => deflated(self.spoilt ? replaced(bytes, self.spoilt) : bytes);
    self.inflated = async (bytes, most) => {
      const whole = await inflated(bytes, most);
      return self.spoilt ? replaced(new Uint8Array(whole), [...self.spoilt].reverse()).buffer : whole;
    };`,
};

let k;
let ani;
let dewi;
let citra;
let sesi;
before(async () => {
  k = await kantor({ people: PEOPLE.map((nama) => [nama, "kader"]), isWired: true });
  ani = await comeIn("Ani Rekaan", k, { acceptDownloads: true });
  dewi = await comeIn("Dewi Umpama", k, { acceptDownloads: true });
  const prepare = ({ context }) => inWorker(context, spoils);
  citra = await comeIn("Citra Mustahil", k, { acceptDownloads: true, serviceWorkers: "block", prepare });
  // What makes and opens files is on the phone that keeps no copy of the app.
  await go(citra.page, "/kirim/berkas");
  await citra.page.getByRole("button", { name: "Siapkan berkas" }).waitFor();
  // The key that the first phone made is on all of them.
  for (const device of [ani, dewi]) {
    await back(device);
    await allSent(device.page);
  }
});
after(async () => {
  for (const device of [ani, dewi, citra]) await device?.close();
  await k?.end();
});

/** What the tray asks, and what is said there to it. */
async function asked(page) {
  await go(page, "/kirim");
  const card = page.locator("section.fix");
  await card.first().waitFor();
  return card.allInnerTexts().then((all) => all.map((it) => it.replace(/\s+/g, " ").trim()));
}

test("two phones weigh the same child and hand each other files: the same book and the same question on both", async () => {
  const damar = await register(ani.page, { nama: "Damar Rekaan" });
  await go(ani.page, "/");
  await allSent(ani.page);
  await has(dewi.page, ["Damar Rekaan"]);
  await away(ani, dewi);
  sesi = await openDay(ani.page);
  assert.equal(await openDay(dewi.page), sesi, "the date names the day");
  const who = { sesi, orang: damar.orang };
  await weigh(ani.page, who, { bb: "8,6", tb: "73,1" });
  await weigh(dewi.page, who, { bb: "8,9", tb: "73,1" });

  const fromAni = await makeFile(ani.page, /Yang belum terkirim/);
  assert.match((await takeIn(dewi.page, fromAni)).before, /^Dari Ani Rekaan .* catatan baru tentang 1 orang/);
  const fromDewi = await makeFile(dewi.page, /Yang belum terkirim/);
  assert.match((await takeIn(ani.page, fromDewi)).before, /^Dari Dewi Umpama .* catatan baru tentang 1 orang/);
  const question = await asked(ani.page);
  assert.match(question.join("\n"), /^Berat badan Damar Rekaan, \S+ \S+ \S+: dua catatan berbeda .*Pilih yang benar$/);
  for (const said of ["8,6 kg, kata Ani Rekaan", "8,9 kg, kata Dewi Umpama"]) assert.ok(question[0].includes(said), question[0]);
  assert.deepEqual(await asked(dewi.page), question);

  // By the server nothing is added to it, and nothing is there twice.
  await back(ani, dewi);
  const weights = async () => (await k.wire.held("posyandu")).flatMap((it) => it.data?.bb?.g ?? []);
  await until(async () => (await weights()).length >= 2);
  assert.deepEqual((await weights()).sort(), [8600, 8900]);
  for (const { page } of [ani, dewi]) {
    await hear(page);
    await go(page, "/");
    await says(page, /^1 perlu diperbaiki$/);
    assert.deepEqual(await asked(page), question);
  }
  await dewi.page.getByRole("link", { name: "Pilih yang benar" }).click();
  await dewi.page.getByRole("heading", { name: /mencatat berat badan yang berbeda/ }).waitFor();
  await dewi.page.getByRole("button", { name: /^8,9/ }).click();
  for (const { page } of [dewi, ani]) {
    await go(page, "/");
    await until(async () => {
      await hear(page);
      return /^Semua terkirim/.test(await words(line(page)).catch(() => ""));
    });
    await measure(page, who);
    assert.equal(await page.locator("#bb").inputValue(), "8,9");
  }
});

test("one record of a file that is not as it was signed is not used, and all others are", async () => {
  await away(citra, dewi);
  for (const nama of ["Bayu Rekaan", "Candra Rekaan", "Elang Rekaan"]) await register(citra.page, { nama });
  await workerOf(citra.page).evaluate(() => (self.spoilt = ["Candra Rekaan", "Candra Reksan"]));
  const text = await makeFile(citra.page, /Hari ini/);
  await workerOf(citra.page).evaluate(() => (self.spoilt = null));
  const { before, after } = await takeIn(dewi.page, text);
  // The maker is believed no more than the record; every other record is signed by itself.
  for (const said of [before, after]) assert.match(said, /1 disimpan saja, belum dipakai: tanda penulisnya belum dikenal/);
  assert.match(before, /^Pembuatnya belum dikenal di HP ini · .* catatan baru tentang 2 orang/);
  await has(dewi.page, ["Bayu Rekaan", "Elang Rekaan"], { asks: false });
  assert.ok((await dewi.page.locator(".rows .row__name").allTextContents()).every((it) => !it.startsWith("Candra")));
  // It goes no further, and what she really recorded comes.
  await back(citra, dewi);
  await has(dewi.page, ["Bayu Rekaan", "Candra Rekaan", "Elang Rekaan"]);
  const held = (await k.wire.held("posyandu")).map((it) => it.data?.nama);
  assert.ok(held.includes("Candra Rekaan") && !held.includes("Candra Reksan"), `${held}`);
});

test("what a lost phone handed on before it was struck arrives by whoever has it, and counts", async () => {
  await away(ani, dewi);
  const { orang } = await register(ani.page, { nama: "Fajar Rekaan" });
  await weigh(ani.page, { sesi, orang }, { bb: "8,6", tb: "73,1" });
  await takeIn(dewi.page, await makeFile(ani.page, /Yang belum terkirim/));
  await k.run("user strike", "--lost", "--user", k.id("Ani Rekaan"));
  await back(dewi);
  await go(dewi.page, "/");
  await allSent(dewi.page);
  await back(citra);
  await has(citra.page, ["Fajar Rekaan"]);
  await measure(citra.page, { sesi, orang });
  await until(async () => (await citra.page.locator("#bb").inputValue()) === "8,6");
  const fajar = (await k.wire.held("posyandu")).find((it) => it.data?.nama === "Fajar Rekaan");
  const bayu = (await k.wire.held("posyandu")).find((it) => it.data?.nama === "Damar Rekaan");
  assert.equal(fajar.by, bayu.by, "it is still hers");
  // And nobody can do anything with the phone itself.
  await back(ani);
  await ani.page.getByText("HP ini dilaporkan hilang").waitFor({ timeout: 30_000 });
});
