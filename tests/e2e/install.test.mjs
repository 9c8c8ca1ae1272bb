// Installing, and keeping the data: what the app offers, asks and says, and when.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { phone, serve } from "./support/app.mjs";
import { assertAccessible, assertFits } from "./support/kader.mjs";

let server;
before(async () => (server = await serve()));
after(() => server.stop());

// ---- Browsers inside other apps ---------------------------------------------------------------

const agent = (device, rest = "") =>
  `Mozilla/5.0 (Linux; Android 10; ${device}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36${rest}`;
const AGENTS = [
  { name: "Chrome", userAgent: agent("K"), isInside: false },
  { name: "a web view", userAgent: agent("SM-A107F Build/QP1A; wv"), isInside: true },
  { name: "Facebook", userAgent: agent("SM-A107F", " [FBAN/EMA;FBLC/id_ID;FBAV/400.0.0.1.2]"), isInside: true },
];

for (const { name, userAgent, isInside } of AGENTS) {
  test(`in ${name} the first screen ${isInside ? "sends her to Chrome" : "says nothing of Chrome"}`, async () => {
    const { page, close } = await phone({ userAgent });
    try {
      await page.goto(server.origin);
      await page.getByRole("button", { name: "Langsung pakai di HP ini" }).waitFor();
      const link = page.getByRole("link", { name: "Buka di Chrome" });
      assert.equal(await link.count(), isInside ? 1 : 0);
      if (!isInside) return;
      const { host } = new URL(server.origin);
      assert.equal(await link.getAttribute("href"), `intent://${host}/#Intent;scheme=https;package=com.android.chrome;end`);
      await page.getByText("yang ditulis di sini tidak terbawa ke Chrome").waitFor();
      await assertAccessible(page, `first screen in ${name}`);
      await assertFits(page, `first screen in ${name}`);
    } finally {
      await close();
    }
  });
}
