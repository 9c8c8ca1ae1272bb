// The share sheet takes a file, or is closed again; and what waits is marked on the record until it was sent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { forged } from "./support/berkas.mjs";
import { until } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { words } from "./support/kader.mjs";
import { allSent, away, back, comeIn, line, says } from "./support/kirim.mjs";

let k;
let device;
before(async () => {
  k = await kantor({ people: [["Ani Rekaan", "kader"]] });
  // A phone whose share sheet a test opens and closes.
  const prepare = ({ page }) =>
    page.addInitScript(() => {
      window.sheet = { given: [], refuse: null };
      navigator.canShare = ({ files }) => files?.every((it) => it instanceof File) ?? false;
      navigator.share = async ({ files, ...others }) => {
        if (!navigator.userActivation.isActive) throw new DOMException("no tap", "NotAllowedError");
        const given = files.map(async (it) => ({ name: it.name, type: it.type, text: await it.text(), others }));
        window.sheet.given.push(...(await Promise.all(given)));
        if (window.sheet.refuse) throw new DOMException("closed", window.sheet.refuse);
      };
    });
  device = await comeIn("Ani Rekaan", k, { prepare });
});
after(async () => {
  await device?.close();
  await k?.end();
});

let orang;

test("what waits is marked on the page of the person", async () => {
  const { page } = device;
  await away(device);
  ({ orang } = await register(page, { nama: "Damar Rekaan" }));
  await go(page, "/warga");
  await go(page, `/warga/${orang}`);
  await page.locator(".unsent", { hasText: "Belum terkirim, aman di HP" }).waitFor();
});

test("the share sheet is given the file, and when it is closed nothing is said and nothing is lost", async () => {
  const { page } = device;
  const sheet = (refuse) => page.evaluate((it) => ((window.sheet.refuse = it), window.sheet.given.splice(0)), refuse);
  await go(page, "/");
  await says(page, /belum terkirim/);
  const waits = await words(line(page));
  await go(page, "/kirim/berkas");
  await page.getByRole("button", { name: "Siapkan berkas" }).click();
  await page.getByRole("heading", { name: "Berkas siap" }).waitFor({ timeout: 30_000 });
  const share = page.getByRole("button", { name: "Bagikan", exact: true });
  const handed = page.getByText("Berkas terakhir dibagikan atau disimpan");

  await sheet("AbortError");
  const before = await words(page.locator("main"));
  await share.click();
  await until(() => page.evaluate(() => window.sheet.given.length === 1));
  await page.waitForTimeout(500);
  assert.equal(await words(page.locator("main")), before, "nobody was handed anything, and nobody is told off");
  const [first] = await sheet(null);
  assert.match(first.name, /^posyandu-kiriman-\d{4}-\d\d-\d\d\.txt$/);
  assert.deepEqual([first.type, first.others], ["text/plain", {}], "a word beside it would be sent in place of the file");
  assert.match(first.text, /^POSYANDU 6 SPM KIRIMAN 1\n([\w+/=]{1,76}\n)+SELESAI [0-9a-f]{64}\n$/);
  assert.equal(forged(first.text, (bytes) => bytes), first.text, "it is whole");

  await share.click();
  await handed.waitFor();
  assert.deepEqual(await sheet(null), [first], "the same once more");
  await go(page, "/");
  await says(page, new RegExp(`^${waits}$`));
});

test("the mark goes with the sending", async () => {
  const { page } = device;
  await back(device);
  await go(page, "/");
  await allSent(page);
  await go(page, `/warga/${orang}`);
  await page.getByRole("heading", { name: "Damar Rekaan" }).waitFor();
  assert.equal(await page.locator(".unsent").count(), 0);
});
