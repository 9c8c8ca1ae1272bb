// The shell: the app opens without a network, under its policy, and changes its version only when told.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { askWorker, dist, phone, readyForOffline, root, serve, until, versionOf } from "./support/app.mjs";
import { go, register } from "./support/buku.mjs";
import { assertAccessibleInBoth, found, unlock, words } from "./support/kader.mjs";

const run = promisify(execFile);
const restamp = (to, version) => run(process.execPath, [join(root, "tools/finish.mjs"), "--restamp", dist, to, version]);

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posyandu-builds-"));
  await restamp(join(folder, "two"), "two");
  await restamp(join(folder, "three"), "three");
  await restamp(join(folder, "four"), "four");
});
after(() => rm(folder, { recursive: true, force: true }));

test("the name stands there before the wasm", async () => {
  const server = await serve();
  const { page, close } = await phone();
  try {
    await page.route("**/*.pack", () => {}); // never answered
    await page.goto(server.origin, { waitUntil: "commit" });
    await page.getByRole("heading", { name: "Posyandu 6 SPM" }).waitFor();
    assert.equal(await page.locator("#awal .first__slab").isVisible(), true);
  } finally {
    await close();
    await server.stop();
  }
});

test("a start that fails says what is safe and what to do", async () => {
  const server = await serve();
  try {
    for (const missing of ["**/*_bg.pack", "**/posyandu-*.js", "**/unpack.js"]) {
      const { page, close } = await phone();
      try {
        await page.route(missing, (route) => route.abort());
        await page.goto(server.origin);
        await page.getByRole("status").filter({ hasText: "Data tetap aman" }).waitFor();
      } finally {
        await close();
      }
    }
  } finally {
    await server.stop();
  }
});

test("a wasm that came damaged is neither started nor kept", async () => {
  const damaged = join(folder, "damaged");
  await restamp(damaged, "damaged");
  const pack = join(damaged, (await readdir(damaged)).find((name) => name.endsWith(".pack")));
  await rm(`${pack}.br`);
  await rm(`${pack}.gz`);
  const bytes = await readFile(pack);
  // One letter of a text in its data: it would start, and say something else.
  const place = bytes.lastIndexOf("Posyandu");
  bytes[place] ^= 1;
  await writeFile(pack, bytes);
  const server = await serve(damaged);
  const { page, close } = await phone();
  try {
    await page.goto(server.origin);
    await page.getByRole("status").filter({ hasText: "Data tetap aman" }).waitFor();
    await until(() =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return !registration || !(registration.installing || registration.waiting || registration.active);
      }),
    );
    const kept = await page.evaluate(async () => (await caches.keys()).length > 0 && Boolean(await caches.match("/.whole")));
    assert.equal(kept, false);
  } finally {
    await close();
    await server.stop();
  }
});

test("after one visit it opens cold without a network, on every address", async () => {
  const server = await serve();
  const violations = [];
  let device = await phone();
  try {
    device.page.on("console", (message) => {
      if (/Content Security Policy|Refused/.test(message.text())) violations.push(message.text());
    });
    await device.page.goto(server.origin);
    await device.page.locator("#awal").waitFor({ state: "detached" });
    await readyForOffline(device.page);
    await device.close({ keep: true });
    await server.stop();

    device = await phone({ profile: device.folder });
    for (const path of ["/", "/warga/0123?langkah=2"]) {
      await device.page.goto(server.origin + path);
      await device.page.locator("#awal").waitFor({ state: "detached" });
    }
    assert.deepEqual(violations, []);
  } finally {
    await device.close();
    await server.stop();
  }
});

test("a kabupaten once chosen is there without a network", async () => {
  const server = await serve();
  const { page, context, close } = await phone();
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    const ask = (path) => page.evaluate((url) => fetch(url).then((it) => it.text(), () => "unreachable"), path);
    const online = await ask("/wilayah/2025/3201.txt");
    assert.match(online, /^posyandu-wilayah 1 2025 3201 /);
    await server.stop();
    await context.setOffline(true);
    assert.equal(await ask("/wilayah/2025/3201.txt"), online);
    assert.equal(await ask("/wilayah/2025/3202.txt"), "unreachable");
    assert.match(await ask("/wilayah/index.txt"), /^posyandu-wilayah 1 /);
  } finally {
    await close();
    await server.stop();
  }
});

test("the install dialog has narrow pictures, which are not kept for offline use", async () => {
  const server = await serve();
  const { page, close } = await phone();
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    const { screenshots } = await page.evaluate(() => fetch("/manifest.webmanifest").then((it) => it.json()));
    assert.ok(screenshots.length >= 2, "two pictures at least");
    for (const { src, sizes, form_factor, label } of screenshots) {
      assert.deepEqual([sizes, form_factor], ["360x640", "narrow"]);
      assert.match(label, /^[A-Z][a-zA-Z ]+$/);
      const shown = await page.evaluate(async (url) => {
        const image = new Image();
        image.src = url;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight, Boolean(await caches.match(url))];
      }, src);
      assert.deepEqual(shown, [360, 640, false], src);
    }
  } finally {
    await close();
    await server.stop();
  }
});

test("a copy with one wrong file is never called ready, and is mended", async () => {
  const broken = join(folder, "broken");
  await restamp(broken, "broken");
  const glue = (await readdir(broken)).find((name) => /^posyandu-.*\.js$/.test(name));
  const right = await readFile(join(broken, glue));
  await rm(join(broken, `${glue}.br`));
  await rm(join(broken, `${glue}.gz`));
  await appendFile(join(broken, glue), "\n// cut by a bad proxy");
  let server = await serve(broken);
  const { page, close } = await phone();
  try {
    await page.goto(server.origin);
    await page.locator("#awal").waitFor({ state: "detached" });
    const refused = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
      const worker = registration.installing;
      if (worker) await new Promise((done) => worker.addEventListener("statechange", () => worker.state === "redundant" && done()));
      return registration.active === null;
    });
    assert.equal(refused, true);
    await server.stop();
    await writeFile(join(broken, glue), right);
    server = await serve(broken, server.port);
    // The phone still holds the wrong bytes as "immutable": the worker asks past them.
    await page.reload();
    const answer = await readyForOffline(page);
    assert.equal(answer.version, "broken");
  } finally {
    await close();
    await server.stop();
  }
});

test("a lost file is noticed and fetched again", async () => {
  const server = await serve();
  const { page, close } = await phone();
  try {
    await page.goto(server.origin);
    const { version } = await readyForOffline(page);
    await page.evaluate(async (name) => {
      const cache = await caches.open(`posyandu-app-${name}`);
      await cache.delete("/worker.js");
    }, version);
    assert.equal((await askWorker(page, { type: "STATUS" })).type, "NOT_READY");
    await until(async () => (await askWorker(page, { type: "STATUS" })).type === "READY");
  } finally {
    await close();
    await server.stop();
  }
});

test("a new version waits until told, and the one before stays until the new one opened the data", async () => {
  let server = await serve();
  const { page, close } = await phone();
  const copies = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("posyandu-app-")).sort());
  const follow = async (build) => {
    await server.stop();
    server = await serve(build, server.port);
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      while (!registration.waiting) await new Promise((done) => setTimeout(done, 20));
    });
  };
  const takeOver = async () => {
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
      registration.waiting.postMessage({ type: "SKIP_WAITING" });
      await changed;
    }).catch(() => {});
    // The page may already be on its way to another version: a question asked meanwhile has no answer.
    await until(() =>
      page.evaluate(async () => (await navigator.serviceWorker.ready).active.state === "activated").catch(() => false),
    );
    await page.reload().catch(() => {});
    await page.locator("#awal").waitFor({ state: "detached" });
  };
  const opened = async (version) => {
    await page.evaluate(async (name) => (await navigator.serviceWorker.ready).active.postMessage({ type: "OPENED", version: name }), version);
    await askWorker(page, { type: "STATUS" });
  };
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    const first = await versionOf(page);
    await opened(first);

    await follow(join(folder, "two"));
    await page.reload();
    assert.equal(await versionOf(page), first, "the waiting version is not served");
    await page.locator("#awal").waitFor({ state: "detached" });
    // She works on with the old one: what waits stays whole.
    await opened(first);
    assert.equal(await page.evaluate(() => caches.open("posyandu-app-two").then((it) => it.match("/.whole")).then(Boolean)), true);

    // The new version cannot open the data: it gives way to the one that could, also without a network.
    await server.stop();
    await page.evaluate(
      () =>
        new Promise((done) => {
          const request = indexedDB.open("posyandu6", 99);
          request.onsuccess = () => done(request.result.close());
        }),
    );
    await takeOver();
    await until(async () => (await versionOf(page).catch(() => "")) === first);
    // The page may be on its way to the version in charge.
    await page.getByRole("heading", { name: "Buku belum bisa dibuka" }).waitFor();
    // Which cannot open it either: she is told so, and the two do not take turns.
    await page.evaluate(() => (window.isTheSame = true));
    await page.getByRole("button", { name: "Coba lagi" }).click();
    await page.getByRole("heading", { name: "Buku belum bisa dibuka" }).waitFor();
    await page.waitForTimeout(3000);
    assert.equal(await page.evaluate(() => window.isTheSame), true, "the page stays");
    const both = [`posyandu-app-${first}`, "posyandu-app-two"].sort().join();
    await until(async () => (await copies().catch(() => [])).join() === both);
    await until(() =>
      page
        .evaluate(() => new Promise((done) => (indexedDB.deleteDatabase("posyandu6").onsuccess = () => done(true))))
        .catch(() => false),
    );

    // The next one can, and only now the others go.
    await follow(join(folder, "three"));
    await takeOver();
    assert.equal(await versionOf(page), "three");
    await opened("three");
    await until(async () => (await copies()).length === 1);
    assert.deepEqual(await copies(), ["posyandu-app-three"]);
    assert.deepEqual(await askWorker(page, { type: "ROLLBACK" }), { type: "NO_PREVIOUS" });
  } finally {
    await close();
    await server.stop();
  }
});

/** Every question to the book takes a second longer, in the same order, as soon as the test says so. */
const slowBook = () => {
  const send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...message) {
    window.book = this;
    if (window.isSlow) setTimeout(() => send.apply(this, message), 1000);
    else send.apply(this, message);
  };
};

/** Types so many pieces after what stands there, and presses Perbarui in the same breath; then types the rest. */
const typeAndUpdate = (page, field, before, after) =>
  page.locator(field).evaluate(
    async (input, [before, after]) => {
      const type = async (piece) => {
        input.setRangeText(piece, input.value.length, input.value.length, "end");
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        for (let turn = 0; turn < 20; turn++) await null;
      };
      window.isSlow = true;
      for (const piece of before) await type(piece);
      [...document.querySelectorAll("button")].find((it) => it.textContent.includes("Perbarui")).click();
      for (const piece of after) await type(piece);
    },
    [before, after],
  );

test("Perbarui starts the new version, and the draft holds every letter", async (t) => {
  let server = await serve();
  const { page, close } = await phone();
  const nama = page.locator("#nama");
  try {
    await page.addInitScript(slowBook);
    await page.goto(server.origin);
    await readyForOffline(page);
    await found(page);
    await go(page, "/warga/baru");
    await page.locator("#ibu").fill("Ibu Sari Rekaan");
    let text = "";
    const turns = [
      { version: "two", before: [..."Ratih"], after: [], what: "letters that wait" },
      { version: "three", before: [" "], after: [], what: "one letter that is being written" },
      { version: "four", before: ["Reka"], after: ["a", "n"], what: "letters typed while it changes" },
    ];
    for (const { version, before, after, what } of turns) {
      await t.test(what, async () => {
        await server.stop();
        server = await serve(join(folder, version), server.port);
        await page.evaluate(() => navigator.serviceWorker.ready.then((it) => it.update()));
        await page.getByRole("status").filter({ hasText: "Versi baru siap" }).waitFor();
        assert.equal(await nama.inputValue(), text);
        if (version === "two") await assertAccessibleInBoth(page, "a new version waits");
        await typeAndUpdate(page, "#nama", before, after);
        text += [...before, ...after].join("");
        await until(async () => (await versionOf(page).catch(() => "")) === version);
        await unlock(page);
        assert.equal(await page.getByText("Versi baru siap").count(), 0);
        await page.getByRole("button", { name: "Lanjutkan" }).click();
        await nama.waitFor();
        assert.equal(await nama.inputValue(), text);
        assert.equal(await page.locator("#ibu").inputValue(), "Ibu Sari Rekaan");
      });
    }
  } finally {
    await close();
    await server.stop();
  }
});

test("what cannot be kept keeps the page, whatever version waits", async () => {
  let server = await serve();
  const { page, close } = await phone();
  try {
    await page.addInitScript(slowBook);
    await page.goto(server.origin);
    await readyForOffline(page);
    await found(page);
    const first = await versionOf(page);
    await go(page, "/warga/baru");
    await server.stop();
    server = await serve(join(folder, "two"), server.port);
    await page.evaluate(() => navigator.serviceWorker.ready.then((it) => it.update()));
    const ready = page.getByRole("status").filter({ hasText: "Versi baru siap" });
    await ready.waitFor();
    // As after a trap: the one who keeps drafts is gone.
    await page.evaluate(() => window.book.dispatchEvent(new Event("error")));
    await typeAndUpdate(page, "#nama", [..."Ratih"], []);
    await ready.waitFor({ state: "detached" });
    await page.getByText("Isian belum tersimpan di HP. Jangan tutup layar ini.").waitFor();
    assert.equal((await askWorker(page, { type: "STATUS" })).version, "two", "the new version is in charge");
    assert.equal(await page.locator("#nama").inputValue(), "Ratih");
    assert.equal(await versionOf(page), first);
  } finally {
    await close();
    await server.stop();
  }
});

test("what could not be taken back says so, and can be pressed again", async () => {
  const server = await serve();
  const { page, close } = await phone();
  try {
    await page.addInitScript(slowBook);
    await page.goto(server.origin);
    await found(page);
    await register(page, { nama: "Damar Rekaan" });
    const undo = page.getByRole("button", { name: "Urungkan" });
    // As after a trap: nobody is there to take it back.
    await page.evaluate(() => window.book.dispatchEvent(new Event("error")));
    await undo.click();
    const said = page.getByRole("status").getByText("Aplikasi perlu dibuka ulang. Yang sudah tersimpan tetap aman.");
    await said.waitFor();
    await undo.waitFor();
    await assertAccessibleInBoth(page, "what could not be taken back");
    assert.equal(await words(page.locator("#judul")), "Damar Rekaan");
  } finally {
    await close();
    await server.stop();
  }
});

test("the worker's half answers under the policy, also to a message sent at once", async () => {
  const server = await serve();
  const { page, close } = await phone();
  try {
    await page.goto(server.origin);
    await page.locator("#awal").waitFor({ state: "detached" });
    const answer = await page.evaluate(async () => {
      const glue = document.querySelector("link[rel=modulepreload]").href;
      const [, pack] = document.querySelector("script:not([src])").text.match(/"([^"]+\.pack)"/);
      const [packed] = await Promise.all([fetch(pack).then((it) => it.arrayBuffer()), import("/unpack.js")]);
      const worker = new Worker(`/worker.js?${new URLSearchParams({ glue })}`, { type: "module" });
      return new Promise((done, failed) => {
        worker.onmessage = (event) => done(Array.from(event.data.slice(0, 8)));
        worker.onerror = () => failed(new Error("the worker failed"));
        worker.postMessage(new WebAssembly.Module(self.unpacked(new Uint8Array(packed))));
        // Question 7: where do things stand? Before any PIN, and at once.
        // Number in four bytes, question 0, no practice, built at 0 in eight bytes.
        worker.postMessage(new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
      });
    });
    assert.deepEqual(answer, [0, 7, 0, 0, 0, 0, 0, 0], "answer 7: well, at the gate, a phone with nothing on it");
  } finally {
    await close();
    await server.stop();
  }
});

test("the page's policy lets nothing else run", async () => {
  const server = await serve();
  try {
    const answer = await fetch(server.origin, { headers: { accept: "text/html" } });
    const script = (await answer.text()).match(/<script type="module">([^]*?)<\/script>/)[1];
    const hash = createHash("sha256").update(script).digest("base64");
    const policy = answer.headers.get("content-security-policy");
    assert.ok(policy.includes(`script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}';`), policy);
    assert.ok(!/unsafe-inline|'unsafe-eval'/.test(policy), policy);
  } finally {
    await server.stop();
  }
});
