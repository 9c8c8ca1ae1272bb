// Installing, and keeping the data: what the app offers, asks and says, and when.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { FLAGS, dist, phone, readyForOffline, root, serve, until } from "./support/app.mjs";
import { begin, chooseKind, place, reporter, tell } from "./support/aduan.mjs";
import { go, openDay, register } from "./support/buku.mjs";
import { shot } from "./support/look.mjs";
import { assertAccessibleInBoth, assertFits, assertRefused, found, unlock } from "./support/kader.mjs";
import { camera } from "./support/photos.mjs";

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

/** Nothing of these lies under the dock or beyond the edge before she scrolls. */
async function assertInSight(page, all) {
  const dock = (await page.locator(".dock").boundingBox()).y;
  for (const it of all) {
    const { y, height } = await it.boundingBox();
    assert.ok(y >= 0 && y + height <= dock, `${await it.innerText()}: ends at ${y + height}, the dock begins at ${dock}`);
  }
}

for (const { name, userAgent, isInside } of AGENTS) {
  test(`in ${name} the first screen ${isInside ? "sends her to Chrome" : "says nothing of Chrome"}`, async () => {
    const { page, close } = await phone({ userAgent });
    try {
      await page.goto(server.origin);
      await page.getByRole("button", { name: "Langsung pakai di HP ini" }).waitFor();
      const link = page.getByRole("link", { name: "Buka di Chrome" });
      assert.equal(await link.count(), isInside ? 1 : 0);
      await shot(page, `first screen in ${name}`, "light");
      if (!isInside) return;
      const { host } = new URL(server.origin);
      assert.equal(await link.getAttribute("href"), `intent://${host}/#Intent;scheme=https;package=com.android.chrome;end`);
      await page.getByText("yang ditulis di sini tidak terbawa ke Chrome").waitFor();
      await assertAccessibleInBoth(page, `first screen in ${name}`);
      await assertInSight(page, [page.getByRole("button", { name: "Langsung pakai di HP ini" }), link]);
      await assertFits(page, `first screen in ${name}`);
    } finally {
      await close();
    }
  });
}

// ---- Installing -------------------------------------------------------------------------------

/** What Chrome sends when the app may be installed. Its dialog is refused. */
const browserWouldInstall = (page) =>
  page.evaluate(() => {
    const userChoice = Promise.resolve({ outcome: "dismissed", platform: "" });
    const prompt = () => {
      window.dialogs = (window.dialogs ?? 0) + 1;
      return userChoice;
    };
    dispatchEvent(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt, userChoice }));
  });
const dialogs = (page) => page.evaluate(() => window.dialogs ?? 0);

test("installing is offered after the first saved record, and not again for two weeks after a refusal", async () => {
  const DAY_S = 86_400;
  const { page, close } = await phone();
  const offer = page.getByRole("button", { name: "Pasang di layar depan" });
  const later = page.getByRole("button", { name: "Nanti saja" });
  // The menu always has it: there it is seen that the browser's word has come.
  const onBeranda = async () => {
    await browserWouldInstall(page);
    await go(page, "/menu");
    await offer.waitFor();
    assert.equal(await later.count(), 0, "in the menu there is nothing to put off");
    await go(page, "/");
    await page.locator(".slab .button").waitFor();
    return (await offer.count()) === 1;
  };
  const again = async (refusedSecondsAgo) => {
    await page.evaluate((seconds) => {
      const key = "pasang-nanti";
      if (!localStorage.getItem(key)) throw new Error("no refusal is kept");
      if (seconds) localStorage.setItem(key, String(Math.floor(Date.now() / 1000) - seconds));
    }, refusedSecondsAgo);
    await page.reload();
    await unlock(page);
    return onBeranda();
  };
  try {
    await page.goto(server.origin);
    await page.getByRole("button", { name: "Langsung pakai di HP ini" }).waitFor();
    await browserWouldInstall(page);
    await found(page);
    assert.equal(await onBeranda(), false, "nothing is saved yet");
    // A record of any kind; nobody is registered yet.
    await openDay(page);
    assert.equal(await onBeranda(), true);
    await page.getByText("Agar bisa dibuka tanpa sinyal").waitFor();
    await assertAccessibleInBoth(page, "the offer to install");

    await later.click();
    await offer.waitFor({ state: "detached" });
    assert.equal(await again(), false, "just refused");
    assert.equal(await again(14 * DAY_S - 600), false, "not two weeks ago");
    assert.equal(await again(14 * DAY_S + 600), true, "two weeks ago");
    assert.equal(await dialogs(page), 0, "the browser's dialog never opens by itself");

    // Refused in the browser's own dialog is refused too.
    await offer.click();
    await offer.waitFor({ state: "detached" });
    assert.equal(await dialogs(page), 1);
    assert.equal(await again(), false, "just refused in the dialog");
  } finally {
    await close();
  }
});

// ---- Ready without a signal -------------------------------------------------------------------

test("ready without a signal is said when every file is there, and not before", async () => {
  const folder = await mkdtemp(join(tmpdir(), "posyandu-install-"));
  const broken = join(folder, "broken");
  await promisify(execFile)(process.execPath, [join(root, "tools/finish.mjs"), "--restamp", dist, broken, "broken"]);
  const style = (await readdir(broken)).find((name) => name.endsWith(".css"));
  const right = await readFile(join(broken, style));
  await rm(join(broken, `${style}.br`));
  await rm(join(broken, `${style}.gz`));
  await appendFile(join(broken, style), "\n/* cut by a bad proxy */");
  let server = await serve(broken);
  const { page, close } = await phone();
  const ready = page.getByText("Siap dipakai tanpa sinyal ✓");
  const notReady = page.getByText("Belum siap tanpa sinyal.");
  const start = async () => {
    await page.goto(`${server.origin}/menu`);
    await unlock(page);
    await page.getByRole("heading", { name: "Menu" }).waitFor();
  };
  /** The worker has nothing to do any more, whole or not. */
  const settled = () =>
    until(() =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return !registration?.installing && !registration?.waiting;
      }),
    );
  try {
    await page.goto(server.origin);
    await found(page);
    await go(page, "/menu");
    await notReady.waitFor();
    await settled();
    assert.deepEqual([await ready.count(), await notReady.count()], [0, 1], "one file is wrong");

    await server.stop();
    await writeFile(join(broken, style), right);
    server = await serve(broken, server.port);
    await start();
    await ready.waitFor();
    assert.equal(await notReady.count(), 0);
    await readyForOffline(page);

    // A copy that lost a file is not called ready, until it is mended.
    await server.stop();
    await page.evaluate(() => caches.open("posyandu-app-broken").then((it) => it.delete("/wilayah/index.txt")));
    await start();
    await notReady.waitFor();
    await settled();
    assert.equal(await ready.count(), 0, "one file is lost");
    server = await serve(broken, server.port);
    await start();
    await ready.waitFor();
  } finally {
    await close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

// ---- Data that stays --------------------------------------------------------------------------

/** A browser that promises to keep the data, or does not; only a page may ask, a worker may look. */
const promises = (grants) => `
  StorageManager.prototype.persist = async () => {
    self.asked = (self.asked ?? 0) + 1;
    if (${grants}) await caches.open("promise").then((it) => it.put("/promise", new Response("")));
    return ${grants};
  };
  StorageManager.prototype.persisted = async () => Boolean(await caches.match("/promise"));
`;
const asked = (page) => page.evaluate(() => self.asked ?? 0);

for (const grants of [true, false]) {
  test(`the browser is asked to keep the data after the first saved record, and ${grants ? "grants" : "refuses"} it`, async () => {
    const { page, context, close } = await phone({ serviceWorkers: "block" });
    const stays = page.getByText("Data di HP ini: tetap");
    const mayGo = page.getByText("Data di HP ini: bisa terhapus bila HP penuh");
    const why = page.getByText("Chrome belum mengizinkan. Pasang di layar depan dulu, lalu minta lagi.");
    const ask = page.getByRole("button", { name: "Minta agar tetap" });
    const said = async () => [await stays.count(), await mayGo.count(), await why.count(), await ask.count()];
    try {
      await page.addInitScript(promises(grants));
      await context.route("**/worker.js*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: promises(grants) + (await response.text()) });
      });
      await page.goto(server.origin);
      await found(page);
      await go(page, "/menu");
      await mayGo.waitFor();
      assert.deepEqual(await said(), [0, 1, 0, 1]);
      assert.equal(await asked(page), 0, "nothing is saved yet");

      await register(page, { nama: "Damar Rekaan" });
      await until(async () => (await asked(page)) === 1);
      await register(page, { nama: "Sekar Contoh" });
      assert.equal(await asked(page), 1, "once in one start");
      await go(page, "/menu");
      await (grants ? stays : why).waitFor();
      assert.deepEqual(await said(), grants ? [1, 0, 0, 0] : [0, 1, 1, 1]);

      // By her own hand she may ask as often as she likes.
      if (!grants) {
        await ask.click();
        await until(async () => (await asked(page)) === 2);
        await why.waitFor();
        assert.deepEqual(await said(), [0, 1, 1, 1]);
      }
      await page.reload();
      await unlock(page);
      await (grants ? stays : mayGo).waitFor();
      assert.equal((await said())[0], grants ? 1 : 0);
    } finally {
      await close();
    }
  });
}

test("from the home screen a refusal does not tell her to put it there", async () => {
  const { page, close } = await phone({ serviceWorkers: "block" });
  try {
    await page.addInitScript(promises(false));
    await page.goto(server.origin);
    await found(page);
    await page.evaluate(() => dispatchEvent(new Event("appinstalled")));
    await until(async () => (await asked(page)) === 1);
    await go(page, "/menu");
    await page.getByText("Chrome belum mengizinkan.", { exact: true }).waitFor();
    assert.equal(await page.getByText("Pasang di layar depan dulu").count(), 0);
  } finally {
    await close();
  }
});

for (const how of ["installed while it runs", "started from the home screen"]) {
  test(`${how}, the browser is asked once more to keep the data`, async () => {
    const isHome = how.startsWith("started");
    const { page, context, close } = await phone({ serviceWorkers: "block" });
    try {
      await page.addInitScript(promises(true));
      await context.route("**/worker.js*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: promises(true) + (await response.text()) });
      });
      await page.goto(server.origin);
      await found(page);
      assert.equal(await asked(page), 0, "nothing is saved yet, and it is a tab");
      if (isHome) {
        await page.addInitScript(() => {
          const real = window.matchMedia.bind(window);
          window.matchMedia = (query) => (/standalone/.test(query) ? { matches: true } : real(query));
        });
        await page.reload();
        await page.getByText("Siapa yang memakai?").waitFor();
        assert.equal(await asked(page), 0, "nobody has opened the book");
        await unlock(page);
      } else {
        await page.evaluate(() => dispatchEvent(new Event("appinstalled")));
      }
      await until(async () => (await asked(page)) === 1);
      await go(page, "/menu");
      await page.getByText("Data di HP ini: tetap").waitFor();

      // What was granted is not asked for again.
      await page.reload();
      await unlock(page);
      await register(page, { nama: "Damar Rekaan" });
      assert.equal(await asked(page), 0);
    } finally {
      await close();
    }
  });
}

// ---- Room -------------------------------------------------------------------------------------

test("where the browser hides how much is left, only what is used is said, and nothing warns", async () => {
  const { page, close } = await phone();
  try {
    await page.goto(server.origin);
    await found(page);
    const left = await page.evaluate(() => navigator.storage.estimate().then((it) => it.quota - it.usage));
    assert.equal(left % 2 ** 30, 0, "Chrome 138 and later tell of whole GiB");
    await go(page, "/menu");
    await page.getByText(/^\d+ MB terpakai · \d+ catatan$/).waitFor();
    assert.equal(await page.getByText(/sisa/).count(), 0);
    assert.equal(await page.getByText("Memori HP hampir penuh").count(), 0);
  } finally {
    await close();
  }
});

test("below 200 MB the menu warns, below 50 MB there are no more photos", async () => {
  const MB = 1024 * 1024;
  // Chrome 138 and later hide how much is left; older phones tell.
  const { page, context, close } = await phone({ args: [...FLAGS, "--disable-features=StaticStorageQuota"] });
  const warning = page.getByText("Memori HP hampir penuh. Hapus foto atau video lain.");
  const photos = page.locator(".photo__img");
  const devtools = await context.newCDPSession(page);
  /** So much is left, beside what is in use. */
  const leave = async (megabytes) => {
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin });
    const { usage } = await page.evaluate(() => navigator.storage.estimate());
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize: usage + megabytes * MB });
  };
  const menuWarns = async () => {
    await go(page, "/");
    await go(page, "/menu");
    await page.getByText(/MB terpakai, sisa/).waitFor();
    return (await warning.count()) === 1;
  };
  const addPhoto = async () => {
    const buffer = await camera(page, { width: 400, height: 300 });
    await page.locator("#foto").setInputFiles({ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer });
  };
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    await found(page);
    await leave(230);
    assert.equal(await menuWarns(), false);
    await leave(170);
    assert.equal(await menuWarns(), true);
    await assertAccessibleInBoth(page, "little room");

    await begin(page, { kata: "lampu jalan mati", kategori: "Lampu jalan mati" });
    await chooseKind(page);
    await tell(page, { uraian: "Lampu di depan musala mati sejak minggu lalu." });
    await place(page, { rt: "3", keluarga: "20" });
    await reporter(page, { nama: "Wati Rekaan" });
    await leave(30);
    await addPhoto();
    await assertRefused(page, "#foto", "Memori HP hampir penuh. Simpan aduan tanpa foto, atau hapus foto lain dulu.");
    assert.equal(await photos.count(), 0);
    await leave(80);
    await addPhoto();
    await photos.first().waitFor();
    assert.equal(await page.locator("#foto-salah").innerText(), "");
  } finally {
    await close();
  }
});
