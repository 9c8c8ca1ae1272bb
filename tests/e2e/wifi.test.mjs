// "Foto hanya lewat Wi-Fi": what the browser says of the network decides about photos, and about nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, chooseKind, place, reporter, send, tell } from "./support/aduan.mjs";
import { inWorker, until, workerOf } from "./support/app.mjs";
import { choose, go } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { allButSealed, comeIn, hear, says } from "./support/kirim.mjs";
import { camera } from "./support/photos.mjs";

let k;
let ani;
before(async () => {
  k = await kantor({ people: [["Ani Rekaan", "kader"]], isWired: true });
  const prepare = ({ context }) =>
    inWorker(context, {
      before: `self.net = { type: "cellular" }; Object.defineProperty(navigator, "connection", { get: () => self.net });`,
    });
  ani = await comeIn("Ani Rekaan", k, { serviceWorkers: "block", prepare });
});
after(async () => {
  await ani?.close();
  await k?.end();
});

test("by the mobile network a photo waits while the words go, and by Wi-Fi it goes, too", async () => {
  const { page } = ani;
  const told = [];
  k.wire.rule = (it) => (it.is("POST", "/_kabar") && told.push(it.json.unsent), null);
  await go(page, "/kirim");
  await choose(page.getByRole("checkbox", { name: "Foto hanya lewat Wi-Fi" }));
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await chooseKind(page);
  await tell(page, { judul: "Lampu depan musala mati", uraian: "Lampu di depan musala mati sejak minggu lalu." });
  await place(page, { rt: "3", keluarga: "20" });
  await reporter(page, { nama: "Wati Rekaan" });
  const buffer = await camera(page, { width: 800, height: 600 });
  await page.locator("#foto").setInputFiles({ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer });
  await page.locator(".photo__img").waitFor();
  await choose(page.locator("#agrees_foto"));
  const aduan = await send(page);
  const held = async () => (await k.wire.held("aduan")).filter((it) => it.subject.includes(aduan));
  const photos = async () => (await held()).filter((it) => it.kind.startsWith("foto."));

  await go(page, "/");
  await says(page, /^1 belum terkirim · aman di HP$/);
  await until(() => told.at(-1) === 1);
  assert.ok((await held()).some((it) => it.data.judul === "Lampu depan musala mati"), "the words went");
  assert.deepEqual(await photos(), []);
  await go(page, "/kirim");
  await page.getByText(/^1 foto, \d+\sKB, menunggu$/).waitFor();
  await go(page, `/aduan/${aduan}`);
  await page.getByText("Belum terkirim, aman di HP").waitFor();
  // Asked to go, it still does not.
  await go(page, "/kirim");
  const runs = told.length;
  await page.getByRole("button", { name: "Kirim sekarang" }).click();
  await until(() => told.length > runs);
  assert.deepEqual(await photos(), []);

  await workerOf(page).evaluate(() => (self.net = { type: "wifi" }));
  await hear(page);
  await go(page, "/");
  await allButSealed(page);
  assert.deepEqual((await photos()).map((it) => Object.keys(it._attachments)), [["foto.jpg"]]);
  await go(page, "/kirim");
  assert.equal(await page.getByText(/foto, .* menunggu/).count(), 0);
});
