// The app beside PouchDB 9: the same 10,000 signed events, the same server, the same Chromium, one run.
//
// PouchDB (`idb`, batches of 1,000) has a page of its own on another port and only stores what comes. The app verifies
// every hash and signature, seals, folds and shows. What is to be pushed is what was pulled: the server is set back to
// a backup that lacks it, which is how a phone comes to send so much. Requests and bytes are counted on the way between
// browser and server (`support/wire.mjs`), all lines of HTTP included.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { recorded } from "../conformance/support/events.mjs";
import { ask } from "../conformance/support/http.mjs";
import { activate } from "../conformance/support/posyandu-server.mjs";
import { until } from "../e2e/support/app.mjs";
import { kantor } from "../e2e/support/kantor.mjs";
import { allSent, followLink, hear } from "../e2e/support/kirim.mjs";
import { killable, profile } from "../e2e/support/killable.mjs";
import { wire } from "../e2e/support/wire.mjs";
import { slow } from "./slow.mjs";

const EVENTS = Number(process.env.POSYANDU_EVENTS_PEERS ?? 10_000);
const PAGE = '<!doctype html><meta charset="utf-8"><title>PouchDB</title><script src="/pouchdb.js"></script>';
const pouchFile = createRequire(import.meta.url).resolve("pouchdb/dist/pouchdb.min.js");

const isOf = (database) => (it) => it.path.startsWith(`/${database}/`) || it.path === `/${database}`;
const rate = (count, ms) => Math.round((count * 1000) / ms);

/** What went over a wire since: requests, and bytes of all of it. */
function meter(between) {
  const before = { count: between.log.length, bytes: between.bytes };
  return () => ({ requests: between.log.length - before.count, kilobytes: Math.round((between.bytes - before.bytes) / 1000) });
}

/** Milliseconds that the app spent on one database, from its first request to the answer of its last one, since `from`. */
function span(between, from, database) {
  const all = between.log.slice(from).filter(isOf(database)).filter((it) => it.status > 0);
  return Math.max(...all.map((it) => it.end)) - all[0].at;
}

/** Replicates in the page of PouchDB; milliseconds, as the page counts. */
const replicate = (page, direction, url, { name, password }) =>
  page.evaluate(
    async ([direction, url, username, password]) => {
      window.local ??= new window.PouchDB("contoh", { adapter: "idb" });
      const remote = new window.PouchDB(url, { skip_setup: true, auth: { username, password } });
      const from = performance.now();
      const result = await window.local.replicate[direction](remote, { batch_size: 1000 });
      return { ms: performance.now() - from, count: result.docs_written, failed: result.doc_write_failures, adapter: window.local.adapter };
    },
    [direction, url, name, password],
  );

/** All of it; `tell` prints a figure. */
export async function measurePeers(tell) {
  const k = await kantor({ people: ["Ani Rekaan", "Dewi Umpama", "Citra Misal"].map((it) => [it, "kader"]), isWired: true });
  const other = await wire(() => Number(new URL(k.direct).port));
  const home = await profile();
  const { page, context, kill } = await killable(home.folder);
  try {
    const { phone, posyandu } = await recorded({ events: EVENTS, seed: 31 });
    const code = async (nama) => (await k.link(nama)).match(/#1\.([\w-]{22})\./)[1];
    const { account, database } = await activate(k.direct, await code("Ani Rekaan"), phone);
    await followLink(page, await k.link("Dewi Umpama"), "Dewi Umpama");
    await allSent(page);
    await k.run("backup", "--to", `${k.folder}/kosong.backup`);
    k.wire.down();
    for (let from = 0; from < posyandu.length; from += 1000) {
      const body = { new_edits: false, docs: posyandu.slice(from, from + 1000) };
      const { status, json } = await ask(k.direct, `/${database}/_bulk_docs`, { method: "POST", body, auth: account, patience: 60_000 });
      if (status !== 201 || json.length > 0) throw new Error(`the set is not taken: ${status} ${JSON.stringify(json).slice(0, 200)}`);
    }
    other.files.set("/pouchdb.html", { type: "text/html", body: PAGE });
    other.files.set("/pouchdb.js", { type: "text/javascript", body: await readFile(pouchFile) });
    const pouch = await context.newPage();
    await pouch.goto(`${other.origin}/pouchdb.html`);
    await pouch.waitForFunction(() => "PouchDB" in window);
    const theirs = (direction) => replicate(pouch, direction, `${other.origin}/${database}`, account);

    // Pull.
    let counted = meter(other);
    const pulled = await theirs("from");
    const theirPull = { ...counted(), rate: rate(pulled.count, pulled.ms) };
    if (pulled.adapter !== "idb" || pulled.count < EVENTS) throw new Error(`PouchDB pulled ${JSON.stringify(pulled)}`);
    let from = k.wire.log.length;
    const total = (await k.wire.held("posyandu")).length;
    counted = meter(k.wire);
    k.wire.up();
    await hear(page);
    const pages = () => k.wire.log.slice(from).filter((it) => isOf(database)(it) && it.path.endsWith("/_changes") && it.end > 0);
    const logs = () => k.wire.log.slice(from).filter((it) => isOf(database)(it) && it.method === "PUT" && it.end > 0);
    await until(() => pages().length > 0 && logs().length > 0 && k.wire.log.at(-1).path.endsWith("/_changes"), 600);
    await allSent(page, 600);
    await until(() => k.wire.log.some((it, at) => at >= from && it.path === "/_kabar" && it.end > 0), 600);
    const ourPull = { ...counted(), rate: rate(total, span(k.wire, from, database)) };
    tellBoth(tell, "pull", ourPull, theirPull);

    // Push: the server is set back to before.
    k.wire.down();
    await k.restore(`${k.folder}/kosong.backup`);
    counted = meter(other);
    const pushed = await theirs("to");
    const theirPush = { ...counted(), rate: rate(pushed.count, pushed.ms) };
    if (pushed.count < EVENTS - 10) throw new Error(`PouchDB pushed ${JSON.stringify(pushed)}`);
    await k.restore(`${k.folder}/kosong.backup`);
    from = k.wire.log.length;
    counted = meter(k.wire);
    k.wire.up();
    await hear(page);
    const since = () => k.wire.log.slice(from);
    const isPush = (it) => it.path === `/${database}/_bulk_docs`;
    // It learns in a first round that the server was set back; that one is not counted.
    let asked = Date.now();
    await until(async () => {
      if (Date.now() - asked > 2000) {
        asked = Date.now();
        await hear(page);
      }
      return since().some(isPush);
    }, 300);
    const begun = from + since().slice(0, since().findIndex(isPush)).findLastIndex((it) => it.path === "/_session");
    const hasReported = (it, at, all) => it.path === "/_kabar" && it.end > 0 && all.slice(0, at).some(isPush);
    await until(() => since().some(hasReported), 900);
    const there = (await k.wire.held("posyandu")).length;
    if (there < EVENTS) throw new Error(`the app pushed so that ${there} are there`);
    const ourPush = { ...counted(), rate: rate(EVENTS, span(k.wire, begun, database)) };
    tellBoth(tell, "push", ourPush, theirPush);

    // The page's own thread, on another phone six times slower, from nothing to everything.
    await pouch.close();
    await measureThread(tell, k);
  } finally {
    await kill();
    await home.remove();
    await other.end();
    await k.end();
  }
}

function tellBoth(tell, way, ours, theirs) {
  const ratio = Math.round((ours.rate / theirs.rate) * 100) / 100;
  tell(`${way} of ${EVENTS} events, over PouchDB 9 (${ours.rate} : ${theirs.rate} documents/s)`, ratio, "times", 3, ratio >= 3);
  tell(`${way} of ${EVENTS} events: requests (PouchDB ${theirs.requests})`, ours.requests, "requests", theirs.requests, true);
  tell(`${way} of ${EVENTS} events: on the wire (PouchDB ${theirs.kilobytes})`, ours.kilobytes, "kB", theirs.kilobytes, true);
}

/** A loop of the page, to see how much slower it is. */
const loop = (page) =>
  page.evaluate(() => {
    const from = performance.now();
    let sum = 0;
    for (let step = 0; step < 2e8; step += 1) sum = (sum * 31 + step) | 0;
    return performance.now() - from + 0 * sum;
  });

async function measureThread(tell, k) {
  const home = await profile();
  const { page, context, group, kill } = await killable(home.folder);
  let end = () => {};
  try {
    await context.addInitScript(() => {
      window.longTasks = [];
      const observer = new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((it) => it.duration)));
      observer.observe({ type: "longtask", buffered: true });
    });
    // The book opens without a network, and everything comes when it is there.
    const pages = (it) => it.path.endsWith("/_changes") && it.path.includes("posyandu-");
    k.wire.rule = (it) => (it.isPage && it.database.startsWith("posyandu-") ? { status: 503 } : null);
    await followLink(page, await k.link("Citra Misal"), "Citra Misal");
    const fast = await loop(page);
    end = await slow(group, 6);
    const factor = Math.round(((await loop(page)) / fast) * 10) / 10;
    const isCounting = await page.evaluate(() => window.longTasks.splice(0).length > 0);
    if (!isCounting) throw new Error("the loop was no long task: nothing is counted");
    const from = k.wire.log.length;
    k.wire.calm();
    await hear(page);
    await until(() => k.wire.log.slice(from).some((it) => pages(it) && it.status === 200), 600);
    await until(() => k.wire.log.slice(from).some((it) => it.path === "/_kabar" && it.end > 0), 1800);
    const { longest, count } = await page.evaluate(() => ({ longest: Math.round(Math.max(0, ...window.longTasks)), count: window.longTasks.length }));
    tell(`longest task of the page's thread while ${EVENTS} events come, ${factor} times slower (${count} tasks beyond 50 ms)`, longest, "ms", 100);
  } finally {
    end();
    await kill();
    await home.remove();
  }
}
