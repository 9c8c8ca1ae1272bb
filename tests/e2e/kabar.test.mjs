// "Siapa belum kirim", as an officer of the desa sees it: who has what on her phone, and when it was last heard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { assertAccessibleInBoth, assertFits, words } from "./support/kader.mjs";
import { allSent, comeIn, hear, line, says } from "./support/kirim.mjs";

const HOURS = 3;

let k;
let ani;
let officer;
before(async () => {
  const people = [["Ani Rekaan", "kader"], ["Dewi Umpama", "kader"], ["Pak Umpama", "pengurus", "--area", "9901012001"]];
  k = await kantor({ people, isWired: true });
  ani = await comeIn("Ani Rekaan", k);
  officer = await comeIn("Pak Umpama", k, { prepare: ({ page }) => page.clock.install() });
});
after(async () => {
  await ani?.close();
  await officer?.close();
  await k?.end();
});

/** What the list says of a person. */
async function row(page, nama) {
  await go(page, "/kirim");
  await page.getByRole("link", { name: "Siapa belum kirim" }).click();
  const found = page.locator(".row", { has: page.locator(".row__name", { hasText: nama }) });
  await found.waitFor();
  return words(found);
}

test("a kader whose records wait is listed with her name, with what waits, and when her phone was heard", async () => {
  const { page } = officer;
  assert.match(await row(page, "Ani Rekaan"), /^Ani Rekaan · Contoh Melati Terakhir tersambung baru saja$/);
  const order = await page.locator(".rows .row__name").allTextContents();
  assert.deepEqual(order, ["Dewi Umpama · Contoh Melati", "Ani Rekaan · Contoh Melati"], "the longest silence first");
  assert.match(await words(page.locator(".row").first()), /belum pernah mengirim$/);

  // She records while her phone receives, says so at the end of it, and then there is no signal any more.
  const [hers] = k.wire.accounts.keys();
  let [isSaved, isTold] = [false, false];
  k.wire.rule = async (it) => {
    if (it.name !== hers) return null;
    if (isTold) return { drop: true };
    // What the posyandu has is asked for behind what is sent to it.
    if (it.isPage && it.database.startsWith("posyandu-") && !isSaved) {
      isSaved = true;
      await register(ani.page, { nama: "Damar Rekaan" });
    }
    isTold = it.is("POST", "/_kabar");
    return null;
  };
  await hear(ani.page);
  await until(() => isTold);
  await go(ani.page, "/");
  await says(ani.page, /belum terkirim/);
  const waits = await words(line(ani.page));
  assert.match(waits, /^\d+ belum terkirim · aman di HP$/);
  // A little more: her clock may lag behind the minute in which the phone was heard.
  await page.clock.fastForward((HOURS * 60 + 2) * 60_000);
  const said = await row(page, "Ani Rekaan");
  assert.match(said, new RegExp(`^Ani Rekaan · Contoh Melati Terakhir tersambung ${HOURS}\\sjam lalu ${waits} menunggu sejak \\d+ \\S+ \\d{4}$`));
  await assertAccessibleInBoth(page, "who has not sent");
  await assertFits(page, "who has not sent");

  // With a signal again it all arrives, and the list says so.
  k.wire.calm();
  await hear(ani.page);
  await allSent(ani.page);
  await until(async () => !(await row(page, "Ani Rekaan")).includes("belum terkirim"));
});
