// The work travels: phones of one posyandu, a server between them, and what happens when it is not there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, until } from "./support/app.mjs";
import { go, measure, openDay, register, weigh } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { PIN, addKader, assertAccessibleInBoth, filesWith, found, lock, openAs, typeBack, unlock, words } from "./support/kader.mjs";
import { allSent, away, back, comeIn as comeInto, followLink, has, hear, line, says } from "./support/kirim.mjs";
import { through } from "./support/through.mjs";

let office;
before(async () => (office = await kantor()));
after(() => office.end());

const comeIn = (nama, k = office) => comeInto(nama, k);

/** Opens a link on an empty phone, and takes up what it offers. */
async function takeUp(page, link, nama) {
  await page.goto(link);
  await page.getByRole("heading", { name: nama }).waitFor({ timeout: 30_000 });
  assert.equal(new URL(page.url()).hash, "", "the code does not stay in the address");
  await page.getByLabel("PIN, 6 sampai 12 angka").fill(PIN);
  await page.getByLabel("Sekali lagi").fill(PIN);
  await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
}

test("two phones weigh the same child without a signal, and both end with the same book", async () => {
  const one = await comeIn("Ani Rekaan", office);
  const two = await comeIn("Dewi Umpama", office);
  try {
    const damar = await register(one.page, { nama: "Damar Rekaan" });
    await go(one.page, "/");
    await allSent(one.page);
    await back(two);
    await until(async () => {
      await go(two.page, "/warga?lihat=orang");
      return (await two.page.getByText("Damar Rekaan").count()) > 0;
    }, 60);

    await away(one, two);
    const sesi = await openDay(one.page);
    assert.equal(await openDay(two.page), sesi, "the date names the day");
    // Both weigh and measure him, and find the same: nobody has to be asked.
    await weigh(one.page, { sesi, orang: damar.orang });
    await register(two.page, { nama: "Kencana Mustahil" });
    await weigh(two.page, { sesi, orang: damar.orang });
    for (const { page } of [one, two]) {
      await go(page, "/");
      await says(page, /^\d+ belum terkirim · aman di HP$/);
    }
    await back(one, two);
    await allSent(one.page);
    await allSent(two.page);
    await back(one, two);
    await until(async () => {
      await go(one.page, "/warga?lihat=orang");
      return (await one.page.getByText("Kencana Mustahil").count()) > 0;
    }, 60);
    for (const [key, value] of [["bb", "8,6"], ["tb", "73,1"]]) {
      for (const { page } of [one, two]) {
        await until(async () => {
          await go(page, "/");
          await measure(page, { sesi, orang: damar.orang }, key);
          return (await page.locator(`#${key}`).inputValue()) === value;
        }, 30);
      }
    }
  } finally {
    const names = await filesWith(one.folder, ["Damar Rekaan", "Kencana"]).catch(() => []);
    await one.close();
    await two.close();
    assert.deepEqual(names, [], "nothing of a person lies readable on the disk");
  }
});

/** Writes another name into the form of a person, for her mother. */
async function changeMother(page, orang, ibu) {
  await go(page, `/warga/${orang}/ubah`);
  await page.locator("#ibu").fill(ibu);
  await page.getByRole("button", { name: "Simpan", exact: true }).click();
  await page.waitForURL((url) => url.pathname === `/warga/${orang}`);
}

test("what two phones say differently waits in both trays until one decides", async () => {
  const k = await kantor();
  const one = await comeIn("Ani Rekaan", k);
  const two = await comeIn("Dewi Umpama", k);
  const both = [one, two];
  const question = (page) => page.getByRole("heading", { name: "Nama ibu Damar Rekaan: dua catatan berbeda" });
  try {
    const damar = await register(one.page, { nama: "Damar Rekaan", ibu: "Wulan Contoh" });
    await go(one.page, "/");
    await allSent(one.page);
    await has(two.page, ["Damar Rekaan"]);
    await away(one, two);
    await changeMother(one.page, damar.orang, "Wulandari Contoh");
    await changeMother(two.page, damar.orang, "Wulan Andaikata");
    await back(one, two);
    for (const { page } of both) {
      await go(page, "/");
      // Each hears of the other's word when it asks again.
      await until(async () => {
        await hear(page);
        return /^1 perlu diperbaiki$/.test(await words(line(page)).catch(() => ""));
      }, 60);
      await go(page, "/menu");
      await page.getByRole("link", { name: /Kirim dan terima\s*1 perlu diperbaiki/ }).waitFor();
      await go(page, "/kirim");
      await question(page).waitFor();
      for (const said of ["Wulandari Contoh, kata Ani Rekaan", "Wulan Andaikata, kata Dewi Umpama"]) {
        await page.getByText(said).waitFor();
      }
    }
    await assertAccessibleInBoth(one.page, "a question in the tray");
    await two.page.getByRole("link", { name: "Pilih yang benar" }).click();
    await two.page.waitForURL((url) => url.pathname === `/warga/${damar.orang}`);
    await two.page.getByRole("heading", { name: /mengubah nama ibu yang sama. Mana yang benar\?$/ }).waitFor();
    await two.page.getByRole("button", { name: /^Wulandari Contoh/ }).click();
    for (const { page } of both) {
      await go(page, "/");
      await until(async () => {
        await hear(page);
        return /^Semua terkirim/.test(await words(line(page)).catch(() => ""));
      }, 60);
      await go(page, "/kirim");
      await page.getByRole("button", { name: "Kirim sekarang" }).waitFor();
      assert.equal(await question(page).count(), 0);
      await go(page, `/warga/${damar.orang}`);
      await page.getByText("Wulandari Contoh").first().waitFor();
    }
  } finally {
    await one.close();
    await two.close();
    await k.end();
  }
});

test("what came damaged is asked for again, and comes whole", async () => {
  const k = await kantor();
  const way = await through(k.origin);
  const one = await comeIn("Ani Rekaan", k);
  const two = await phone();
  try {
    const told = await k.run("activation", "--user", k.id("Dewi Umpama"), "--origin", way.origin);
    await followLink(two.page, told.match(/http\S+\/aktifkan#\S+/)[0], "Dewi Umpama");
    await allSent(two.page);
    let damaged = 0;
    let asked = 0;
    way.damages = (request, body) => {
      asked += Number(request.url.endsWith("/_bulk_get"));
      if (!body.includes("Damar Rekaan")) return undefined;
      damaged += 1;
      return body.replaceAll("Damar Rekaan", "Damar Reksan");
    };
    await register(one.page, { nama: "Damar Rekaan" });
    await go(one.page, "/");
    await allSent(one.page);
    await until(async () => {
      await hear(two.page);
      return damaged > 0;
    }, 60);
    const notice = two.page.getByText("Kiriman ini rusak di jalan. HP ini meminta lagi sendiri.");
    await until(async () => {
      await go(two.page, "/");
      await go(two.page, "/kirim");
      return notice.first().waitFor({ timeout: 2_000 }).then(() => true, () => false);
    }, 30);
    way.damages = (request) => void (asked += Number(request.url.endsWith("/_bulk_get")));
    // In the middle of a wait, where it came damaged again: a minute at most.
    await has(two.page, ["Damar Rekaan"], { seconds: 150 });
    assert.ok(asked > 0, "it was asked for by its name");
    await go(two.page, "/kirim");
    await two.page.getByRole("button", { name: "Kirim sekarang" }).waitFor();
    assert.equal(await notice.count(), 0);
  } finally {
    await one.close();
    await two.close();
    await way.end();
    await k.end();
  }
});

test("a phone that began alone is connected later, and everything it has is sent", async () => {
  const k = await kantor();
  const device = await phone();
  let other;
  try {
    const { page } = device;
    await page.goto(k.origin);
    await found(page, { posyandu: "Contoh Melati", kader: "Bu Ani Rekaan" });
    await register(page, { nama: "Damar Rekaan" });
    await page.goto(await k.link("Ani Rekaan"));
    await unlock(page);
    await page.getByText("Semua catatan di HP ini akan dikirim").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
    await page.getByRole("heading", { name: "Kirim dan terima" }).waitFor({ timeout: 30_000 });
    await assertAccessibleInBoth(page, "sending");
    await go(page, "/");
    await allSent(page);
    other = await comeIn("Dewi Umpama", k);
    await until(async () => {
      await go(other.page, "/warga?lihat=orang");
      return (await other.page.getByText("Damar Rekaan").count()) > 0;
    }, 60);
    await go(other.page, "/");
    assert.match(await words(other.page.locator("h1")), /Contoh Melati/);
  } finally {
    await device.close();
    await other?.close();
    await k.end();
  }
});

test("a server that is killed while work is sent has everything it acknowledged, and the rest comes later", async () => {
  const k = await kantor();
  const device = await comeIn("Ani Rekaan", k);
  try {
    const { page } = device;
    await register(page, { nama: "Damar Rekaan" });
    await k.kill();
    await register(page, { nama: "Kencana Mustahil" });
    await go(page, "/");
    await says(page, /belum terkirim · aman di HP$/);
    await k.start();
    await back(device);
    await allSent(page);
  } finally {
    await device.close();
    await k.end();
  }
});

test("a link that was used, is cut or unknown is refused in words, and what was typed stays", async () => {
  const link = await office.link("Dewi Umpama");
  const device = await phone();
  try {
    const { page } = device;
    await page.goto(`${office.origin}/`);
    await page.getByRole("button", { name: "Punya tautan atau kode" }).click();
    for (const [typed, sentence] of [
      ["", "belum lengkap"],
      [link.slice(0, -3), "belum lengkap"],
      [link.replace(/#1\..{22}/, `#1.${"A".repeat(22)}`), "tidak dikenal"],
      [link.replace("localhost", "example.invalid"), "dari tempat lain"],
    ]) {
      await page.locator("#tautan").fill(typed);
      await page.getByRole("button", { name: "Periksa tautan" }).click();
      await page.locator("#tautan-salah").getByText(sentence).waitFor();
      assert.equal(await page.locator("#tautan").inputValue(), typed);
    }
    await assertAccessibleInBoth(page, "a link that does not count");
  } finally {
    await device.close();
  }
});

/** As if the page went out of sight, or came back. */
const show = (page, visible) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !visible);

test("what came in sight while the book was closed is sent once it is open", async () => {
  const device = await comeIn("Ani Rekaan");
  try {
    const { page } = device;
    await page.getByRole("link", { name: "Menu" }).click();
    await show(page, false);
    await page.getByRole("button", { name: "Kunci buku" }).click();
    await page.getByText("Siapa yang memakai?").waitFor();
    const session = async () => (await device.context.cookies()).filter((it) => it.name === "AuthSession" && it.value);
    await until(async () => (await session()).length === 0);
    await show(page, true);
    await unlock(page);
    await register(page, { nama: "Lestari Rekaan" });
    await go(page, "/");
    await allSent(page);
    assert.equal((await session()).length, 1);
  } finally {
    await device.close();
  }
});

test("an answer that was lost is asked for again, after the app was closed", async () => {
  const way = await through(office.origin);
  const device = await phone();
  try {
    const { page } = device;
    const told = await office.run("activation", "--user", office.id("Dewi Umpama"), "--origin", way.origin);
    const link = told.match(/http\S+\/aktifkan#\S+/)[0];
    way.loses = (request, body) => request.url === "/_activation" && body.includes('"secret"');
    await takeUp(page, link, "Dewi Umpama");
    await page.getByRole("alert").getByText("Belum ada sinyal").waitFor({ timeout: 30_000 });
    assert.ok(way.lost > 0, "the server answered, and nobody heard it");
    way.loses = () => false;
    await page.goto("about:blank");
    await takeUp(page, link, "Dewi Umpama");
    await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor({ timeout: 60_000 });
  } finally {
    await device.close();
    await way.end();
  }
});

test("a colleague who is added on a connected phone counts on the others", async () => {
  const k = await kantor();
  const device = await phone();
  let other;
  try {
    const { page } = device;
    await page.goto(k.origin);
    await found(page, { posyandu: "Umpama Mawar", kader: "Bu Ani Rekaan" });
    await page.goto(await k.link("Ani Rekaan"));
    await unlock(page);
    await page.getByText("Di HP ini namanya Posyandu Umpama Mawar").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Sambungkan", exact: true }).click();
    await page.getByRole("heading", { name: "Kirim dan terima" }).waitFor({ timeout: 30_000 });
    await go(page, "/");
    await allSent(page);
    await go(page, "/menu/kader");
    await addKader(page, { nama: "Bu Sari Umpama", pin: "582914" });
    await go(page, "/");
    await lock(page);
    await openAs(page, { nama: "Bu Sari Umpama", pin: "582914" });
    await register(page, { nama: "Kencana Mustahil" });
    await go(page, "/");
    await lock(page);
    await openAs(page, { nama: "Bu Ani Rekaan", pin: PIN });
    await go(page, "/");
    await allSent(page);
    other = await comeIn("Dewi Umpama", k);
    await until(async () => {
      await go(other.page, "/warga?lihat=orang");
      return (await other.page.getByText("Kencana Mustahil").count()) > 0;
    }, 60);
  } finally {
    await device.close();
    await other?.close();
    await k.end();
  }
});

test("an account that was ended says so, and a lost phone is empty", async () => {
  const k = await kantor();
  const one = await comeIn("Ani Rekaan", k);
  const two = await comeIn("Dewi Umpama", k);
  try {
    await k.run("user strike", "--user", k.id("Ani Rekaan"));
    await back(one);
    await go(one.page, "/kirim");
    await until(async () => {
      await back(one);
      return (await one.page.getByText("Sambungan HP ini sudah diakhiri").count()) > 0;
    }, 40);
    await k.run("user strike", "--lost", "--user", k.id("Dewi Umpama"));
    await until(async () => {
      await back(two);
      return (await two.page.getByText("HP ini dilaporkan hilang").count()) > 0;
    }, 40);
    await two.page.getByRole("button", { name: "Punya tautan atau kode" }).waitFor();
  } finally {
    await one.close();
    await two.close();
    await k.end();
  }
});
