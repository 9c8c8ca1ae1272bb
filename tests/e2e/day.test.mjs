// The first open day of a new posyandu, without a network: from install over finding nobody to a weighed child.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { loadOnce, phone, serve } from "./support/app.mjs";
import { bornMonthsAgo, choose, enter, fillPerson, press } from "./support/buku.mjs";
import { assertAccessible, assertFits, assertRefused, found } from "./support/kader.mjs";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

const CHILD = "Damar Rekaan";

test("a first open day without a network", async () => {
  const device = await phone();
  const { page } = device;
  try {
    await loadOnce(device, server);
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
    await fillPerson(page, { nama: CHILD, lahir: "31/02/2025", ibu: "Wulan Umpama", kepala: "Hendra Rekaan" });
    await choose(page.getByRole("radio", { name: /Setuju, diucapkan/ }));
    await page.locator("#saksi").fill("Bu Dewi Contoh");
    await page.getByRole("button", { name: "Simpan" }).click();
    await assertRefused(page, "#lahir", "Tidak ada tanggal 31 Februari 2025.", "31/02/2025");
    await page.locator("#lahir").fill(bornMonthsAgo(11));
    await page.locator("#nik").fill("332501121225000");
    await page.getByRole("button", { name: "Simpan" }).click();
    await assertRefused(page, "#nik", "Baru 15 angka, perlu 16.", "332501121225000");
    await page.locator("#nik").fill("");
    await page.getByRole("button", { name: "Simpan" }).click();
    await page.getByText(CHILD).first().waitFor();

    // To the scales.
    await enter(page, server.origin, "/sesi");
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
