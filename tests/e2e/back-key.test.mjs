// The key that leads back, and the phone turned on its side: where they lead, and that nothing typed is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, chooseKind, place, reporter, send, tell } from "./support/aduan.mjs";
import { phone, serve } from "./support/app.mjs";
import { fillPerson, go, measure, openDay, press, register, weigh } from "./support/buku.mjs";
import { PHONE, SIDEWAYS, outOfReach, settled } from "./support/look.mjs";
import { found, lock, next, typePlace } from "./support/kader.mjs";

let server, device, page, sesi, orang, keluarga;
before(async () => {
  server = await serve();
  device = await phone();
  page = device.page;
  page.setDefaultTimeout(15_000);
  await page.goto(server.origin);
  await found(page);
  sesi = await openDay(page);
  ({ orang, keluarga } = await register(page, { nama: "Damar Rekaan", ibu: "Wulan Umpama" }));
});
after(async () => {
  await device?.close();
  await server.stop();
});

/** Presses the key, and answers the path that it leads to. */
const back = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        addEventListener("popstate", () => done(location.pathname), { once: true });
        history.back();
      }),
  );
const at = (page, path) => page.waitForURL((url) => url.pathname === path, { waitUntil: "commit" });

/** How what was typed is found again: asked about, or there at once. */
const goesOn = () => page.getByRole("button", { name: "Lanjutkan" }).click();
const comesBack = () => page.getByText("Isian yang tadi belum selesai, sudah dikembalikan.").waitFor();

/** The screens on which something is typed: how to come there, what to type, and how it is found again. */
const forms = [
  {
    name: "a new person",
    from: () => "/cari",
    open: () => page.getByRole("link", { name: "Daftarkan orang baru" }).click(),
    type: () => page.locator("#nama").pressSequentially("Ratih Contoh"),
    again: goesOn,
    field: "#nama",
    text: "Ratih Contoh",
    main: "Simpan",
  },
  {
    name: "the data of a person",
    from: () => `/warga/${orang}`,
    open: () => page.getByRole("link", { name: "Ubah data" }).click(),
    type: async () => (await page.locator("#ibu").fill(""), await page.locator("#ibu").pressSequentially("Wulan Andaikata")),
    again: goesOn,
    field: "#ibu",
    text: "Wulan Andaikata",
    main: "Simpan",
  },
  {
    name: "the data of a family",
    from: () => `/keluarga/${keluarga}`,
    open: () => page.getByRole("link", { name: "Ubah data keluarga" }).click(),
    type: () => page.locator("#patokan").pressSequentially("dekat pos ronda"),
    again: goesOn,
    field: "#patokan",
    text: "dekat pos ronda",
    main: "Simpan",
  },
  {
    name: "the facts of the posyandu",
    from: () => "/menu",
    open: () => go(page, "/menu/posyandu"),
    type: () => page.locator("#nomor").pressSequentially("3325-0001"),
    again: comesBack,
    field: "#nomor",
    text: "3325-0001",
    main: "Simpan",
  },
  {
    name: "measuring",
    from: () => `/warga/${orang}`,
    open: () => go(page, `/sesi/${sesi}/ukur/${orang}`),
    type: () => press(page, "8,6"),
    again: comesBack,
    field: "#bb",
    text: "8,6",
    main: "Lanjut",
  },
  {
    name: "the card",
    from: () => `/warga/${orang}`,
    open: () => go(page, `/sesi/${sesi}/kartu/${orang}?langkah=5`),
    type: () => page.locator("#edukasi-teks").pressSequentially("tentang telur"),
    again: comesBack,
    field: "#edukasi-teks",
    text: "tentang telur",
    main: "Simpan",
  },
  {
    name: "a complaint",
    from: () => "/aduan",
    open: async () => {
      await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
      await chooseKind(page);
    },
    type: () => page.locator("#uraian").pressSequentially("Lampu di depan musala mati."),
    leave: async () => {
      // Where the last press leads is another test's matter.
      while ((await back(page)) === "/aduan/baru");
      await go(page, "/aduan");
    },
    again: async () => {
      await page.getByText("Belum selesai diisi").waitFor();
      await page.getByRole("link", { name: "Lanjutkan" }).click();
      await page.locator(".topbar__line", { hasText: /Langkah [23]/ }).waitFor();
      if (!(await page.locator("#uraian").isVisible())) await page.getByRole("link", { name: "Kembali" }).click();
    },
    field: "#uraian",
    text: "Lampu di depan musala mati.",
    main: "Lanjut",
    reopens: false,
  },
];

for (const form of forms) {
  test(`back out of ${form.name} half filled in, and it is there again`, async () => {
    const from = form.from();
    await go(page, from);
    await form.open();
    await page.locator(form.field).waitFor();
    await form.type();
    assert.equal(await page.locator(form.field).inputValue(), form.text);
    await (form.leave ?? (() => back(page)))();
    await at(page, from);
    if (form.reopens !== false) await form.open();
    await form.again();
    await page.locator(form.field).waitFor();
    assert.equal(await page.locator(form.field).inputValue(), form.text);
  });

  test(`${form.name} keeps what was typed when the phone is turned, and its button is there`, async () => {
    const typed = await page.locator(form.field).inputValue();
    assert.ok(typed, "the test before left the form open");
    const button = "button:is([type=submit], .pad__key--go)";
    assert.match(await page.locator(button).last().innerText(), new RegExp(form.main));
    try {
      for (const size of [SIDEWAYS, PHONE]) {
        await page.setViewportSize(size);
        await settled(page);
        assert.equal(await page.locator(form.field).inputValue(), typed);
        assert.deepEqual(await outOfReach(page, `${button}, ${form.field}`), [], `${size.width} × ${size.height}`);
      }
    } finally {
      await page.setViewportSize(PHONE);
    }
  });
}

for (const [name, address, field] of [
  ["the data of a person", () => `/warga/${orang}/ubah`, "#nama"],
  ["the data of a family", () => `/keluarga/${keluarga}/ubah`, "#patokan"],
  ["the card", () => `/sesi/${sesi}/kartu/${orang}?langkah=5`, "#edukasi-teks"],
  ["a complaint", () => `/aduan/baru?draf=${"0".repeat(31)}7&langkah=2`, "#uraian"],
]) {
  /** Opens the form with what was begun in it. */
  const open = async () => {
    await go(page, "/");
    await go(page, address());
    const goOn = page.getByRole("button", { name: "Lanjutkan" });
    await goOn.or(page.locator(field)).first().waitFor();
    if (await goOn.isVisible()) await goOn.click();
    await page.locator(field).waitFor();
  };

  test(`the letters typed just before the key that leads back are kept too, in ${name}`, async () => {
    await open();
    const text = await page.locator(field).evaluate(async (input) => {
      for (const letter of "abcdefgh") {
        // One letter, one event, and time for the page in between; less than a slow phone needs to write.
        input.setRangeText(letter, input.value.length, input.value.length, "end");
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        for (let turn = 0; turn < 20; turn++) await null;
      }
      history.back();
      return input.value;
    });
    await at(page, "/");
    await open();
    assert.equal(await page.locator(field).inputValue(), text);
  });
}

test("back from the first screen of a complaint leads to the list that it was begun from", async () => {
  await go(page, "/");
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await chooseKind(page);
  await page.locator("#uraian").waitFor();
  assert.equal(await back(page), "/aduan/baru");
  await page.getByRole("button", { name: "Ganti" }).waitFor();
  assert.equal(await back(page), "/aduan");
});

test("while a number is typed with the phone on its side, it can be seen", async () => {
  await measure(page, { sesi, orang });
  await page.setViewportSize(SIDEWAYS);
  try {
    await press(page, "5");
    const box = await page.locator(".reading__value").boundingBox();
    const hit = await page.evaluate(
      ([x, y]) => document.elementFromPoint(x, y)?.closest(".reading__value") !== null && y > 0 && y < innerHeight,
      [box.x + 10, box.y + box.height / 2],
    );
    assert.ok(hit, "the number is hidden under the pad that types it");
  } finally {
    await page.setViewportSize(PHONE);
    await press(page, ["Hapus satu angka"]);
  }
});

test("a note to a complaint that was begun is there again", async () => {
  await begin(page, { kata: "sampah menumpuk", kategori: /Sampah menumpuk/ });
  await chooseKind(page);
  await tell(page, { uraian: "Sampah di pinggir kali tidak diangkut." });
  await place(page, { rt: "4", keluarga: "10" });
  await reporter(page, { nama: "Wati Rekaan" });
  const id = await send(page);
  await go(page, `/aduan/${id}`);
  await page.getByRole("button", { name: "Tambah catatan" }).click();
  await page.locator("#isi").pressSequentially("Sudah dilihat bersama ketua RT.");
  await go(page, "/aduan");
  await go(page, `/aduan/${id}`);
  await page.getByText("Sekarang di tangan").waitFor();
  const open = page.getByRole("button", { name: "Tambah catatan" });
  if (await open.isVisible()) await open.click();
  assert.equal(await page.locator("#isi").inputValue(), "Sudah dilihat bersama ketua RT.");
});

test("back from a person leads through the family and the list to the first tab", async () => {
  await go(page, "/");
  await page.getByRole("link", { name: "Warga", exact: true }).click();
  await page.getByRole("link", { name: /Keluarga Hendra Rekaan/ }).click();
  await page.getByRole("link", { name: /Damar Rekaan/ }).click();
  for (const path of [`/keluarga/${keluarga}`, "/warga", "/"]) {
    await back(page);
    await at(page, path);
  }
  await page.getByRole("link", { name: "Cari warga" }).waitFor();
});

test("back from somebody who was searched for leads to the search, with its words", async () => {
  await go(page, "/cari");
  await page.locator("#cari-warga").fill("dam");
  await page.getByRole("link", { name: /Damar Rekaan/ }).click();
  await page.getByText("Kunjungan terakhir").waitFor();
  await back(page);
  await at(page, "/cari");
  await page.getByRole("link", { name: /Damar Rekaan/ }).waitFor();
  assert.equal(await page.locator("#cari-warga").inputValue(), "dam");
});

test("back within measuring leads to the question before, with its number", async () => {
  await go(page, `/sesi/${sesi}`);
  await measure(page, { sesi, orang });
  await page.locator("#bb").fill("8,7");
  await next(page);
  await page.locator("#tb").waitFor();
  await back(page);
  await page.locator("#bb").waitFor();
  assert.equal(await page.locator("#bb").inputValue(), "8,7");
});

test("back from the answer leads to the open day, not into the form that is done", async () => {
  await go(page, `/sesi/${sesi}`);
  await page.getByRole("heading", { name: "Hari buka" }).waitFor();
  await weigh(page, { sesi, orang }, { bb: null, tb: "73,1" });
  assert.equal(await back(page), `/sesi/${sesi}`);
});

test("back from whom to call leads to the category that was chosen", async () => {
  await begin(page, { kata: "kebakaran", kategori: "Kebakaran" });
  await page.locator(".calls a.call").first().waitFor();
  await back(page);
  await page.getByRole("button", { name: "Ganti" }).waitFor();
  await page.getByText("Kebakaran").first().waitFor();
});

test("back from a receipt never opens the form that was sent, and is out of the complaint in two presses", async () => {
  await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
  await chooseKind(page);
  await tell(page, { uraian: "Lampu di depan balai desa mati sejak kemarin." });
  await place(page, { rt: "3", keluarga: "20" });
  await reporter(page, { nama: "Wati Rekaan" });
  const id = await send(page);
  await back(page);
  // The address of a screen of the form gives way to that of the complaint.
  await page.waitForURL((url) => url.pathname !== "/aduan/baru", { waitUntil: "commit" });
  assert.equal(await page.locator("#uraian, #nama, #kategori").count(), 0);
  if (new URL(page.url()).pathname === `/aduan/${id}`) {
    await page.locator("ol.line").waitFor();
    assert.equal(await back(page), "/aduan");
  }
});

test("back does not open a book that was locked", async () => {
  await go(page, `/warga/${orang}`);
  await page.getByText("Kunjungan terakhir").waitFor();
  await go(page, "/");
  await lock(page);
  for (let times = 0; times < 2; times++) {
    await back(page);
    await settled(page);
    await page.getByText("Siapa yang memakai?").waitFor();
    assert.equal(await page.getByText("Damar Rekaan").count(), 0);
  }
});

test("back within founding leads one step back, and nothing typed is lost", async () => {
  const fresh = await phone();
  try {
    await fresh.page.goto(server.origin);
    await fresh.page.getByRole("button", { name: "Langsung pakai di HP ini" }).click();
    await fresh.page.getByLabel("Apa nama posyandunya?").fill("Melati Contoh");
    await next(fresh.page);
    await typePlace(fresh.page);
    // The screen says so itself.
    await fresh.page.getByText("Langkah 3 dari 5 · tersimpan di HP").waitFor();
    await fresh.page.getByLabel("Nama panggilan").fill("Bu Ani Rekaan");
    await fresh.page.goBack();
    assert.ok(fresh.page.url().startsWith(server.origin), `the key led out of the app, to ${fresh.page.url()}`);
    assert.equal(await fresh.page.getByLabel("Desa atau kelurahan").inputValue(), "Desa Misal");
    await next(fresh.page);
    assert.equal(await fresh.page.getByLabel("Nama panggilan").inputValue(), "Bu Ani Rekaan");
  } finally {
    await fresh.close();
  }
});

test("founding that was left halfway goes on where it stopped, as its screens promise", async () => {
  const fresh = await phone();
  try {
    await fresh.page.goto(server.origin);
    await fresh.page.getByRole("button", { name: "Langsung pakai di HP ini" }).click();
    await fresh.page.getByLabel("Apa nama posyandunya?").fill("Melati Contoh");
    await next(fresh.page);
    await fresh.page.getByText("Langkah 2 dari 5 · tersimpan di HP").waitFor();
    await fresh.page.reload();
    const begin = fresh.page.getByRole("button", { name: "Langsung pakai di HP ini" });
    await begin.or(fresh.page.getByLabel("Desa atau kelurahan")).first().waitFor();
    if (await begin.isVisible()) {
      await begin.click();
      assert.equal(await fresh.page.getByLabel("Apa nama posyandunya?").inputValue(), "Melati Contoh");
    }
  } finally {
    await fresh.close();
  }
});
