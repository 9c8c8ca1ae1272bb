// Complaints without a network: taken down, kept, kept secret, counted.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { begin, chooseKind, numberOn, place, reporter, send, tell } from "./support/aduan.mjs";
import { loadOnce, phone, serve } from "./support/app.mjs";
import { bornMonthsAgo, choose, go, openDay, register, weigh } from "./support/buku.mjs";
import { shot } from "./support/look.mjs";
import { assertAccessibleInBoth, assertFits, assertRefused, filesWith, found, lock, next, typeBack, unlock, words } from "./support/kader.mjs";
import { blocksOf, camera, keepPictures, pictureOf, withExif } from "./support/photos.mjs";

const STREET = { judul: "Lampu depan musala mati", uraian: "Lampu di depan musala mati sejak minggu lalu.", pelapor: "Wati Rekaan" };
const SECRET = { judul: "Teriakan tiap malam", uraian: "Tetangga mendengar teriakan tiap malam.", pelapor: "Yuni Misal" };
const CAMERA = { make: "Kamera Rekaan 7", place: "6.2 LS 106.8 BT Rekaan" };

let server, device, page;
const street = {};
const secret = {};
before(async () => {
  server = await serve();
  device = await phone({ permissions: ["clipboard-read", "clipboard-write"] });
  page = device.page;
  await keepPictures(device.context);
  await loadOnce(device, server);
  await found(page, { damkar: "0812 0000 0004" });
});
after(async () => {
  await device?.close();
  await server.stop();
});

/** A title is offered beside what she types, and changes none of it. */
async function proposesTitle(page) {
  const [story, title] = [page.locator("#uraian"), page.locator("#judul_aduan")];
  const offer = page.getByRole("button", { name: "Pakai: Lampu di depan musala mati sejak minggu lalu" });
  await story.fill(STREET.uraian);
  await offer.waitFor();
  await title.click();
  await page.keyboard.type("Gelap");
  assert.equal(await title.inputValue(), "Gelap");
  await story.pressSequentially(" Gelap sekali.");
  await title.focus();
  assert.equal(await title.inputValue(), "Gelap");
  await offer.click();
  assert.equal(await title.inputValue(), "Lampu di depan musala mati sejak minggu lalu");
  assert.equal(await offer.count(), 0);
  // Left empty, it is taken from the story.
  await title.fill("");
  await next(page);
  await page.locator("#sifat").waitFor();
  await page.goBack();
  assert.equal(await title.inputValue(), "Lampu di depan musala mati sejak minggu lalu");
}

test("a complaint is found by typing, told, and has its place", async () => {
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await page.getByText("Langkah 1 dari 5 · tersimpan di HP").waitFor();
  await chooseKind(page);
  await proposesTitle(page);
  await tell(page, STREET);
  await place(page, { rt: "3", keluarga: "20" });
  await page.locator("#kerahasiaan").waitFor();
  assert.ok(await page.getByRole("radio", { name: /Petugas yang menangani/ }).isChecked(), "a street lamp is no secret");
  await reporter(page, { nama: STREET.pelapor, cara: /WhatsApp/, hp: "0812 0000 0002" });
});

test("its photo is made small, and tells nothing of camera and place", async () => {
  const jpeg = withExif(await camera(page, { width: 2400, height: 1800 }), CAMERA.make, CAMERA.place);
  assert.ok(blocksOf(jpeg).includes("e1") && jpeg.includes(CAMERA.place), "the camera told where it was");
  await page.locator("#foto").setInputFiles({ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer: jpeg });
  const { bytes, width, height } = await pictureOf(page, page.locator(".photo__img"));
  assert.deepEqual([width, height], [1280, 960]);
  assert.ok(!blocksOf(bytes).includes("e1"), `blocks ${blocksOf(bytes)}`);
  for (const told of Object.values(CAMERA)) assert.ok(!bytes.includes(told));
  street.photo = bytes;
});

test("a photo needs its own yes, then the receipt shows number, code and promise", async () => {
  await page.getByRole("button", { name: "Kirim aduan" }).click();
  await assertRefused(page, "#persetujuan", "Bacakan kalimatnya dan centang kalau pelapor setuju.");
  await choose(page.locator("#agrees_foto"));
  street.id = await send(page);
  street.number = await numberOn(page);
  await page.getByRole("heading", { name: "Aduan tercatat" }).waitFor();
  street.code = await words(page.locator(".receipt__code"));
  assert.match(street.code, /^\d{3} \d{3}$/);
  const month = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember";
  const due = new RegExp(
    `^Diperiksa paling lambat (Senin|Selasa|Rabu|Kamis|Jumat), \\d{1,2} (${month}) 20\\d\\d( \\(perkiraan\\))? oleh pengurus Posyandu$`,
  );
  assert.match(await words(page.locator(".receipt__due")), due);
  await page.locator(".receipt").getByText("Posyandu Melati Contoh").waitFor();
});

test("what is shared has number and code, and neither the matter nor the reporter", async () => {
  await page.getByRole("button", { name: "Bagikan" }).click();
  await page.getByText("Teksnya sudah disalin.").waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  for (const told of [street.number, street.code]) assert.ok(text.includes(told), text);
  for (const quiet of [STREET.judul, STREET.pelapor, "Lampu", "0812"]) assert.ok(!text.includes(quiet), text);
});

test("it stands in the list, and its page tells what happened and whose turn it is", async () => {
  await page.getByRole("link", { name: "Selesai" }).click();
  await page.getByRole("button", { name: "Berjalan 1" }).waitFor();
  const row = page.getByRole("link", { name: new RegExp(STREET.judul) });
  assert.equal(await words(row.locator(".row__line")), `${street.number} · Pengurus Posyandu`);
  await row.click();
  await page.getByRole("heading", { name: STREET.judul }).waitFor();
  assert.equal(await words(page.locator("#judul")), street.number);
  const steps = await page.locator("ol.line > li").allInnerTexts();
  assert.match(steps[0], /^Diterima\s+Bu Ani Rekaan · \S+ \d+\s\S+, \d\d\.\d\d$/);
  assert.match(await words(page.locator("ol.line > li[aria-current=step]")), /^Menunggu diperiksa Pengurus Posyandu · Sampai/);
  await page.getByText(STREET.uraian).waitFor();
  await page.getByText(STREET.pelapor).waitFor();
  const { bytes } = await pictureOf(page, page.locator(".photo__img"));
  assert.deepEqual(bytes, street.photo);
});

test("violence shows whom to call before any form, and is secret by itself", async () => {
  await begin(page, { kata: "suami memukul istri", kategori: /Kekerasan dalam rumah tangga/ });
  await page.getByRole("heading", { name: "Aman bicara sekarang?" }).waitFor();
  assert.equal(await page.locator("input, textarea").count(), 0, "no form yet");
  await page.getByRole("button", { name: "Ya, aman" }).click();
  const calls = await page.locator(".calls a.call").evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  assert.ok(calls.includes("tel:110") && calls.includes("tel:129"), `${calls}`);
  // Nothing of it travels as an SMS, also without a signal.
  assert.equal(await page.evaluate(() => navigator.onLine), false);
  assert.equal(await page.locator('a[href^="sms:"], .alone').count(), 0);
  assert.equal(await page.getByRole("button", { name: "Tidak ada sinyal?" }).count(), 0);
  await page.getByRole("button", { name: "Sudah menelepon, catat" }).click();
  await chooseKind(page);
  await tell(page, SECRET);
  await place(page, { untuk: /Orang lain/ });
  await page.getByText("Untuk hal ini dijaga rahasia. Biarkan begitu kalau ragu.").waitFor();
  assert.ok(await page.getByRole("radio", { name: /Dirahasiakan semua/ }).isChecked());
  // Only the reporter's own wish lowers it.
  await choose(page.getByRole("radio", { name: /Petugas yang menangani/ }));
  await next(page);
  await assertRefused(page, "#kerahasiaan", /Hal ini dijaga rahasia\. Kalau pelapor sendiri minta lebih terbuka/);
  await choose(page.getByRole("radio", { name: /Dirahasiakan semua/ }));
  await reporter(page, { nama: SECRET.pelapor });
  await page.getByText("Untuk hal ini foto sebaiknya tidak ada. Jangan memotret korban.").waitFor();
  assert.equal(await page.locator("#foto").count(), 0);
  secret.id = await send(page);
  secret.number = await numberOn(page);
  secret.code = await words(page.locator(".receipt__code"));
  const receipt = await words(page.locator("main"));
  assert.match(receipt, /Tanda terima layanan Posyandu/);
  for (const quiet of ["aduan", "Aduan", "Kekerasan", SECRET.judul, SECRET.pelapor]) assert.ok(!receipt.includes(quiet), receipt);
  await go(page, "/aduan");
  await page.getByRole("button", { name: "Berjalan 2" }).waitFor();
  const list = await words(page.locator("main"));
  for (const quiet of ["Kekerasan", SECRET.judul, SECRET.pelapor]) assert.ok(!list.includes(quiet), list);
  assert.ok(list.includes(`Layanan nomor ${secret.number} · rahasia, hanya di HP ini`), list);
});

test("a fire without a signal: a ready SMS with the place and nobody's name, and what needs no phone", async () => {
  const link = page.locator('a[href^="sms:"]');
  const ready = async (place) => {
    const [to, text] = (await link.getAttribute("href")).split("?body=");
    assert.equal(to, "sms:081200000004");
    assert.equal(
      decodeURIComponent(text),
      `DARURAT: Kebakaran. Tempat: ${place}Desa Misal, Kabupaten Umpama. Dari Posyandu Melati Contoh. ` +
        "Telepon balik nomor ini atau Bidan desa 081200000001.",
    );
  };
  await begin(page, { kata: "kebakaran", kategori: /^Kebakaran$/ });
  // Said at once, above the numbers, which stay where they are.
  await page.getByRole("status").getByText("Tidak ada sinyal internet").waitFor();
  await page.getByText("Pukul kentongan, pakai HT, atau suruh orang lari mencari bantuan.").waitFor();
  await page.getByRole("link", { name: "Kirim SMS ke Damkar" }).waitFor();
  await ready("");
  assert.ok((await page.locator(".calls a.call").count()) >= 3);
  await assertAccessibleInBoth(page, "a fire without a signal");
  await assertFits(page, "a fire without a signal");
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    await shot(page, "a fire without a signal", colorScheme);
  }

  // With one, as far as the browser knows: a small link away.
  await device.context.setOffline(false);
  await page.goBack();
  await page.goForward();
  const ask = page.getByRole("button", { name: "Tidak ada sinyal?" });
  await ask.waitFor();
  assert.equal(await link.count(), 0);
  await shot(page, "a fire with a signal", "light");
  await ask.click();
  await ready("");
  // It goes while she looks.
  await page.goBack();
  await page.goForward();
  await ask.waitFor();
  await device.context.setOffline(true);
  await ready("");

  // Once the place was told, it is in the text.
  await page.getByRole("button", { name: "Sudah menelepon, catat" }).click();
  await chooseKind(page);
  await tell(page, { uraian: "Dapur warga terbakar, api merembet ke atap.", judul: "Dapur terbakar" });
  await place(page, { rt: "3", keluarga: "2" });
  await page.locator("#kerahasiaan").waitFor();
  await go(page, new URL(page.url()).pathname + new URL(page.url()).search.replace("langkah=4", "langkah=1&darurat=1"));
  await link.waitFor();
  await ready("RT 3, ");
  await go(page, "/aduan");
  await page.getByRole("button", { name: "Buang isian ini" }).click();
  await page.getByRole("button", { name: "Ya, buang" }).click();
  await page.getByText("Belum selesai diisi").waitFor({ state: "detached" });
});

test("the report counts this month, and each number opens as many names", async () => {
  const sesi = await openDay(page);
  const { orang, keluarga } = await register(page, { nama: "Damar Rekaan", ibu: "Wulan Umpama" });
  await register(page, { nama: "Sekar Contoh", lahir: bornMonthsAgo(30), keluarga });
  await weigh(page, { sesi, orang });
  await go(page, "/laporan");
  const links = page.locator('main a[href^="/laporan/"]');
  await links.first().waitFor();
  const counts = await links.evaluateAll((all) =>
    all.map((it) => ({ href: it.getAttribute("href"), count: Number(it.querySelector(".skdn__no").textContent) })),
  );
  const wanted = { s: 2, d: 1, n: 0, t: 0, o: 0, b: 1, "2t": 0, bgm: 0, rujuk: 0, "tidak-ditimbang": 1, datang: 1, aduan: 2 };
  assert.deepEqual(Object.fromEntries(counts.map((it) => [it.href.match(/\/laporan\/([^?]+)/)[1], it.count])), wanted);
  for (const { href, count } of counts) {
    await go(page, href);
    await page.getByText(`${count} catatan ·`).waitFor();
    if (count === 0) await page.getByText("Tidak ada.").waitFor();
    assert.equal(await page.locator(".rows a.row").count(), count, href);
  }
  await go(page, counts.find((it) => it.href.includes("/d?")).href);
  await page.getByRole("link", { name: /Damar Rekaan/ }).waitFor();
});

test("another kader of this phone sees neither what is secret nor who reported", async () => {
  await go(page, "/menu/kader");
  await page.getByLabel("Nama panggilan").fill("Bu Dewi Contoh");
  await page.getByLabel("PIN, 6 sampai 12 angka").fill("580316");
  await page.getByRole("button", { name: "Tambahkan" }).click();
  await page.getByText("Tulis kode ini di kertas").waitFor({ timeout: 60_000 });
  await go(page, "/");
  await lock(page);
  await choose(page.getByRole("radio", { name: "Bu Dewi Contoh" }));
  await unlock(page, "580316");
  await page.getByRole("button", { name: "Buat kode baru" }).click();
  await page.getByRole("button", { name: "Sudah saya tulis" }).waitFor();
  const groups = await page.locator(".code__group").allTextContents();
  await page.getByRole("button", { name: "Sudah saya tulis" }).click();
  await typeBack(page, groups);
  await page.getByRole("heading", { name: "Menu" }).waitFor();

  // What stands in the book for all is there, so that an empty screen proves nothing.
  await go(page, `/aduan/${street.id}`);
  await page.getByText(STREET.uraian).waitFor();
  const hers = await words(page.locator("body"));
  for (const quiet of [STREET.pelapor, "0812", street.code]) assert.ok(!hers.includes(quiet), hers);
  for (const address of ["/aduan", `/aduan/${secret.id}`, `/aduan/${secret.id}/tanda-terima`, `/aduan/${street.id}/tanda-terima`, "/laporan/aduan"]) {
    await go(page, address);
    await page.locator("main").getByText(/\S/).first().waitFor();
    const text = await words(page.locator("body"));
    for (const quiet of [SECRET.judul, SECRET.uraian, SECRET.pelapor, secret.code, "Kekerasan", STREET.pelapor, street.code]) {
      assert.ok(!text.includes(quiet), `${quiet} on ${address}: ${text}`);
    }
  }
});

test("nothing of the complaints lies readable on the phone", async () => {
  await device.close({ keep: true });
  try {
    const told = [STREET.judul, STREET.uraian, STREET.pelapor, SECRET.judul, SECRET.uraian, SECRET.pelapor, ...Object.values(CAMERA)];
    assert.deepEqual(await filesWith(device.folder, told), []);
  } finally {
    await rm(device.folder, { recursive: true, force: true });
  }
});
