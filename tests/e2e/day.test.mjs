// A kader's open day, in words: from install to a weighed child and a numbered complaint, without a network.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, readyForOffline, serve } from "./support/app.mjs";
import { assertAccessible, assertFits, assertRefused, filesWith, found, next, unlock } from "./support/kader.mjs";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

const CHILD = "Damar Rekaan";

/** Registers a child in a new family; the form stands open. */
async function fillChild(page, { nama = CHILD, lahir = "12/12/2025", nik = "", ibu = "Wulan Umpama" } = {}) {
  await page.locator("#nama").fill(nama);
  await page.getByRole("radio", { name: "Laki-laki" }).check({ force: true });
  await page.locator("#lahir").fill(lahir);
  await page.locator("#ibu").fill(ibu);
  if (nik) await page.locator("#nik").fill(nik);
  else await page.locator("#alasan").getByRole("radio").first().check({ force: true });
  await page.locator("#hubungan").selectOption({ index: 3 });
  const newFamily = page.getByRole("button", { name: "Keluarga baru" });
  if (await newFamily.isVisible()) await newFamily.click();
  await page.locator("#nama-kepala").fill("Hendra Rekaan");
  await page.locator("#rt").fill("3");
  await page.getByRole("radio", { name: /Setuju, diucapkan/ }).check({ force: true });
  await page.locator("#saksi").fill("Bu Dewi Contoh");
}

const press = async (page, keys) => {
  for (const key of keys) await page.getByRole("button", { name: key === "," ? /koma/ : key, exact: key !== "," }).click();
};

test("a whole open day without a network", async () => {
  const device = await phone();
  const { page, context } = device;
  try {
    await page.goto(server.origin);
    await page.locator("#awal").waitFor({ state: "detached" });
    await readyForOffline(page);
    await context.setOffline(true);

    await found(page);
    await page.getByRole("button", { name: "Buka hari ini" }).click();
    await page.getByRole("heading", { name: "Hari buka" }).waitFor();
    await assertAccessible(page, "open day, empty");
    await assertFits(page, "open day");

    // Nobody is registered yet: find first, then register from "tidak ditemukan".
    await page.getByRole("link", { name: "Cari atau daftarkan orang lain" }).click();
    await page.locator("#cari-warga").fill("damar");
    await page.getByRole("link", { name: "Daftarkan orang baru" }).click();
    await page.getByRole("heading", { name: "Orang baru" }).waitFor();
    await assertAccessible(page, "register a person");
    await fillChild(page, { lahir: "31/02/2025" });
    await page.getByRole("button", { name: "Simpan" }).click();
    await assertRefused(page, "#lahir", "Tidak ada tanggal 31 Februari 2025.", "31/02/2025");
    await fillChild(page, { nik: "332501121225000" });
    await page.getByRole("button", { name: "Simpan" }).click();
    await assertRefused(page, "#nik", "Baru 15 angka, perlu 16.", "332501121225000");
    await page.locator("#nik").fill("");
    await fillChild(page);
    await page.getByRole("button", { name: "Simpan" }).click();
    await page.getByText(CHILD).first().waitFor();

    // To the scales.
    await page.goto(`${server.origin}/sesi`);
    await unlock(page);
    await page.getByRole("link", { name: /Lanjutkan/ }).first().click();
    await page.getByRole("link", { name: /Ukur/ }).first().click();
    await page.getByText("Berapa beratnya?").waitFor();
    await assertAccessible(page, "weighing");
    await assertFits(page, "weighing");
    await press(page, "85");
    await page.getByRole("button", { name: "Lanjut" }).click();
    await page.getByText("85 kg tidak mungkin.").waitFor();
    await page.getByRole("button", { name: "Hapus satu angka" }).click();
    await press(page, ",6");
    await page.getByText(/Tersimpan di HP/).waitFor();
    await page.getByRole("button", { name: "Lanjut" }).click();
    await page.getByText(/panjang|tinggi/i).first().waitFor();
    await press(page, "73,1");
    await page.getByRole("button", { name: "Lanjut" }).click();
    for (let left = 0; left < 2; left++) {
      if (await page.getByRole("button", { name: "Tidak diukur" }).isVisible()) {
        await page.getByRole("button", { name: "Tidak diukur" }).click();
      }
    }
    await page.locator(".verdict").waitFor();
    await assertAccessible(page, "result");
    await assertFits(page, "result");
    await page.getByText("Urungkan").waitFor();
  } finally {
    await device.close();
  }
});
