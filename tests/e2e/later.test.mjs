// What comes later, on first use: the practice. It needs a network once, is checked, and no update takes it away.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { dist, phone, readyForOffline, root, serve, until, versionOf } from "./support/app.mjs";
import { go } from "./support/buku.mjs";
import { assertAccessibleInBoth, found } from "./support/kader.mjs";

const run = promisify(execFile);
const restamp = (from, to, version) => run(process.execPath, [join(root, "tools/finish.mjs"), "--restamp", from, to, version]);

let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), "posyandu-later-"))));
after(() => rm(folder, { recursive: true, force: true }));

const laterOf = async (build) => (await readdir(join(build, "later"))).find((name) => /^posyandu-.*\.pack$/.test(name));
const packed = (file) => ["", ".br", ".gz"].map((ending) => file + ending);

/** A build whose second file has another name, as if it were another one. */
async function anotherLater(version) {
  const build = join(folder, `source-${version}`);
  await cp(dist, build, { recursive: true });
  const name = await laterOf(build);
  const other = name.replace(/-\w{4}/, "-0000");
  for (const [from, to] of packed(name).map((it, at) => [it, packed(other)[at]])) {
    await rename(join(build, "later", from), join(build, "later", to));
  }
  const glue = join(build, (await readdir(build)).find((it) => /^posyandu-\w+\.js$/.test(it)));
  await writeFile(glue, (await readFile(glue, "utf8")).replace(name, other));
  for (const file of packed(glue).slice(1)) await rm(file);
  const to = join(folder, version);
  await restamp(build, to, version);
  return { build: to, path: `/later/${other}` };
}

/** A build that lacks the second file, and what puts it there. */
async function withoutLater(name) {
  const build = join(folder, name);
  await cp(dist, build, { recursive: true });
  await rm(join(build, "later"), { recursive: true });
  return { build, bring: () => cp(join(dist, "later"), join(build, "later"), { recursive: true }) };
}

const isKept = (page, path) => page.evaluate((url) => caches.match(url).then(Boolean), path);
const practise = (page) => page.getByRole("button", { name: "Coba dulu, data latihan" }).click();
const practised = (page) => page.getByRole("link", { name: "Cari warga" }).waitFor({ timeout: 60_000 });
const refused = (page) => page.getByRole("alert").getByText("Belum ada sinyal, atau komputer kantor belum menjawab.").waitFor();
const again = (page) => page.getByRole("button", { name: "Coba lagi" }).click();
/** Throws the practice away, so that it must be invented anew. */
async function forget(page) {
  await go(page, "/menu");
  await page.getByRole("button", { name: "Hapus latihan" }).click();
  await page.getByRole("button", { name: "Coba dulu, data latihan" }).waitFor();
}

test("practised once, it can be begun anew without a network", async () => {
  const server = await serve();
  const { page, context, close } = await phone();
  const path = `/later/${await laterOf(dist)}`;
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    await practise(page);
    await practised(page);
    await until(() => isKept(page, path));
    await server.stop();
    await context.setOffline(true);
    await forget(page);
    await page.reload();
    await practise(page);
    await practised(page);
  } finally {
    await close();
    await server.stop();
  }
});

test("an app that is in use fetches it by itself", async () => {
  const server = await serve();
  const { page, close } = await phone();
  const path = `/later/${await laterOf(dist)}`;
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    await page.reload();
    await until(() => isKept(page, path));
  } finally {
    await close();
    await server.stop();
  }
});

test("without a network it says what it needs, the rest works, and with one it comes", async () => {
  const { build, bring } = await withoutLater("lacking");
  let server = await serve(build);
  const { page, context, close } = await phone();
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    await server.stop();
    await context.setOffline(true);

    await practise(page);
    await refused(page);
    await assertAccessibleInBoth(page, "no practice without a network");
    await again(page);
    await refused(page);
    await page.reload();
    await refused(page);
    await page.getByRole("button", { name: "Kembali" }).click();
    await page.getByRole("heading", { name: "Bagaimana Ibu mau mulai?" }).waitFor();
    assert.equal(await page.getByText("Bukan orang sungguhan").count(), 0);
    await found(page);
    await page.goto(`${server.origin}/?latihan`);
    await refused(page);

    await bring();
    server = await serve(build, server.port);
    await context.setOffline(false);
    await again(page);
    await practised(page);
    await page.getByText("Bukan orang sungguhan").waitFor();
  } finally {
    await close();
    await server.stop();
  }
});

for (const [what, isListed] of [
  ["on the way: refused, and fetched again", false],
  ["before it was built: refused", true],
]) {
  test(`a second file that was damaged ${what}`, async () => {
    const source = join(folder, `damaged-${isListed}`);
    const build = isListed ? `${source}-listed` : source;
    await cp(dist, source, { recursive: true });
    const name = await laterOf(source);
    const file = join(source, "later", name);
    const right = await readFile(file);
    const wrong = Buffer.from(right);
    wrong[wrong.length >> 1] ^= 1;
    await writeFile(file, wrong);
    for (const zipped of packed(file).slice(1)) await rm(zipped);
    if (isListed) await restamp(source, build, "damaged");
    let server = await serve(build);
    const { page, close } = await phone();
    try {
      await page.goto(server.origin);
      await readyForOffline(page);
      await practise(page);
      await refused(page);
      assert.equal(await isKept(page, `/later/${name}`), isListed, "what is not as listed is not kept");
      if (isListed) return;
      await server.stop();
      await writeFile(file, right);
      server = await serve(build, server.port);
      await again(page);
      await practised(page);
      await until(() => isKept(page, `/later/${name}`));
    } finally {
      await close();
      await server.stop();
    }
  });
}

test("an update brings what was used before, also when the way back is cut", async () => {
  const two = await anotherLater("two");
  let server = await serve();
  const { page, context, close } = await phone();
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    await practise(page);
    await practised(page);
    await until(() => laterOf(dist).then((name) => isKept(page, `/later/${name}`)));

    await server.stop();
    server = await serve(two.build, server.port);
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      while (!registration.waiting) await new Promise((done) => setTimeout(done, 20));
    });
    assert.equal(await isKept(page, two.path), true, "whole with it, before it is asked for");
    await server.stop();
    await context.setOffline(true);
    await page.getByRole("button", { name: "Perbarui" }).click();
    await until(async () => (await versionOf(page).catch(() => "")) === "two");
    await forget(page);
    await page.reload();
    await practise(page);
    await practised(page);
  } finally {
    await close();
    await server.stop();
  }
});

test("first used while a new version waits, it comes with that one, too", async () => {
  const three = await anotherLater("three");
  const { build, bring } = await withoutLater("waited");
  let server = await serve(build);
  const { page, close } = await phone();
  try {
    await page.goto(server.origin);
    await readyForOffline(page);
    await server.stop();
    server = await serve(three.build, server.port);
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      while (!registration.waiting) await new Promise((done) => setTimeout(done, 20));
    });
    assert.equal(await isKept(page, three.path), false);
    await server.stop();
    await bring();
    await cp(join(build, "later"), join(three.build, "later"), { recursive: true });
    server = await serve(three.build, server.port);
    await practise(page);
    await practised(page);
    await until(() => isKept(page, three.path));
  } finally {
    await close();
    await server.stop();
  }
});
