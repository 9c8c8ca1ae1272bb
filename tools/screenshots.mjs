// Takes the pictures that the install dialog shows: the release build in dist/ with practice data, on a narrow phone.
//
//   node tools/screenshots.mjs [dist]     writes public/screenshots/<order>-<label>.png (kept in the repository)
//
// The next release build lists them in the manifest (tools/finish.mjs); the service worker does not keep them.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { phone, root, serve } from "../tests/e2e/support/app.mjs";
import { openDay, press } from "../tests/e2e/support/buku.mjs";
import { pixelsOf, png } from "./png.mjs";

const SIZE = [360, 640];
/** A phone loads them for one dialog, where they are small, and they share their room with what comes later. */
const MOST = 21 * 1024;
/** The chart needs all that four bits can tell; text looks the same with fewer. */
const [FEW, MANY] = [7, 16];
const out = join(root, "public/screenshots");
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const server = await serve(process.argv[2] && resolve(process.argv[2]));
const { page, context, close } = await phone({ viewport: { width: SIZE[0], height: SIZE[1] }, deviceScaleFactor: 1 });
const blank = await context.newPage();
let total = 0;

async function keep(name, colors) {
  // Without the line that takes the last save back, without the caret, and without the stripes behind "Data latihan".
  await page.locator(".undo").waitFor({ state: "detached", timeout: 15_000 });
  await page.evaluate(() => {
    document.activeElement?.blur();
    document.querySelector(".practice").style.backgroundImage = "none";
    scrollTo(0, 0);
  });
  await page.waitForFunction(() => scrollY === 0);
  const taken = await page.screenshot({ caret: "hide", animations: "disabled" });
  const pixels = await pixelsOf(blank, `data:image/png;base64,${taken.toString("base64")}`, ...SIZE);
  const bytes = await png(...SIZE, pixels, 4, colors);
  await writeFile(join(out, `${name}.png`), bytes);
  total += bytes.length;
  console.log(`${name}.png ${bytes.length}`);
}

const next = () => page.getByRole("button", { name: "Lanjut", exact: true }).click();

try {
  await page.goto(`${server.origin}/?latihan`);
  await page.getByRole("link", { name: "Cari warga" }).waitFor({ timeout: 120_000 });
  await openDay(page);
  const young = { hasText: /\d\sbulan/ };
  const children = page.locator(".rows .row", { ...young, has: page.getByRole("button", { name: /hadir/i }) });
  await children.first().waitFor();
  for (let come = 0; come < 4; come += 1) await children.first().getByRole("button").click();
  await page.getByText("4 orang menunggu").first().waitFor();
  await keep("1-Hari-buka-posyandu", FEW);

  // A child who gained: her last weight and 400 g more. Who was away last month has nothing to be compared with.
  const day = page.url();
  for (let hasGained = false; !hasGained; ) {
    await page.goto(day);
    await page.locator(".rows--wait a.row", young).first().click();
    await page.locator("#bb").waitFor();
    const last = Number((await page.locator(".reading__last b").textContent()).match(/[\d,]+/)[0].replace(",", "."));
    await press(page, (last + 0.4).toFixed(1).replace(".", ","));
    await next();
    for (const key of ["tb", "lk", "lila"]) {
      await page.locator(`#${key}`).or(page.locator(".verdict")).first().waitFor();
      if (await page.locator(`#${key}`).isVisible()) await page.getByRole("button", { name: "Tidak diukur" }).click();
    }
    hasGained = /naik/i.test(await page.locator(".verdict").textContent());
  }
  await keep("2-Hasil-timbang-langsung-terlihat", MANY);
  console.log(`together ${total}`);
  if (total > MOST) throw new Error(`more than ${MOST} bytes`);
} finally {
  await close();
  await server.stop();
}
