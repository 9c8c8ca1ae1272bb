// The server alone, over HTTP on this machine: how fast events come in and go out, 200 phones at once, a million
// events in one file. POSYANDU_EVENTS says how many a million is today.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ask } from "../conformance/support/http.mjs";
import { lines, recorded } from "../conformance/support/events.mjs";
import { server } from "../conformance/support/posyandu-server.mjs";

const PHONES = 200;
/** What one of them brings: a busy open day. */
const DAY = 150;
const PAGE = 500;
/** Of how many events one run of the generator makes a part of the million. */
const PART = 50_000;

const p95 = (all) => all.sort((a, b) => a - b)[Math.ceil(all.length * 0.95) - 1];
const perSecond = (count, ms) => Math.round((count * 1000) / ms);

/** Megabytes of memory that the server holds now, and held at most. */
async function memory({ pid }) {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  const of = (name) => Math.round(Number(text.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))[1]) / 1024);
  return { now: of("VmRSS"), most: of("VmHWM") };
}

/** Documents as the bodies of pushes. */
function batches(docs) {
  const bodies = [];
  for (let from = 0; from < docs.length; from += PAGE) {
    bodies.push(`{"new_edits":false,"docs":[${docs.slice(from, from + PAGE).join()}]}`);
  }
  return bodies;
}

async function push({ origin }, { account, database }, bodies) {
  let refused = 0;
  for (const body of bodies) {
    const { status, json, raw } = await ask(origin, `/${database}/_bulk_docs`, { method: "POST", body, auth: account, patience: 60_000 });
    if (status !== 201) throw new Error(`push: ${status} ${raw}`);
    refused += json.length;
  }
  return refused;
}

/** Reads a database to its end, a page at a time; each page's milliseconds. */
async function pull({ origin }, { account, database }, most = Infinity) {
  const pages = [];
  let count = 0;
  for (let since = 0; pages.length < most; ) {
    const path = `/${database}/_changes?include_docs=true&limit=${PAGE}&since=${encodeURIComponent(since)}`;
    const from = performance.now();
    const { json } = await ask(origin, path, { auth: account, patience: 60_000 });
    pages.push(performance.now() - from);
    count += json.results.length;
    since = json.last_seq;
    if (json.results.length < PAGE) break;
  }
  return { count, pages };
}

/** What a phone does when it has signal again: signs in, looks how far it was, sends, reads, writes it down. */
async function visit({ origin }, { account, database }, bodies) {
  const from = performance.now();
  const signed = await ask(origin, "/_session", { method: "POST", body: account, patience: 60_000 });
  const cookie = signed.headers.get("set-cookie").split(";")[0];
  const db = async (path, options = {}) => {
    const { status, json, raw } = await ask(origin, `/${database}${path}`, { cookie, patience: 60_000, ...options });
    if (status >= 400 && status !== 404) throw new Error(`${path}: ${status} ${raw}`);
    return json;
  };
  await db("/_local/dorong");
  await db("/_local/tarik");
  for (const body of bodies) await db("/_bulk_docs", { method: "POST", body });
  const { last_seq } = await db(`/_changes?include_docs=true&limit=${PAGE}`);
  await db("/_local/dorong", { method: "PUT", body: { last_seq: DAY } });
  await db("/_local/tarik", { method: "PUT", body: { last_seq } });
  return performance.now() - from;
}

async function throughput(tell) {
  const running = await server();
  try {
    const { phone, posyandu } = await recorded({ events: 20_000, seed: 11 });
    const there = await running.connect(phone);
    const bodies = batches(posyandu.map((it) => JSON.stringify(it)));
    let from = performance.now();
    const refused = await push(running, there, bodies);
    const rate = perSecond(posyandu.length, performance.now() - from);
    tell("server: events in, one phone, 500 at a time, signatures checked", rate, "events/s", 1000, rate >= 1000 && refused === 0);
    from = performance.now();
    const { count } = await pull(running, there);
    const out = perSecond(count, performance.now() - from);
    tell("server: events out, one phone, 500 at a time", out, "events/s", 5000, out >= 5000 && count >= posyandu.length);
  } finally {
    await running.stop();
  }
}

async function crowd(tell) {
  const running = await server();
  try {
    const phones = [];
    for (let seed = 100; seed < 100 + PHONES; seed += 1) {
      const { phone, posyandu } = await recorded({ events: DAY, seed });
      const bodies = batches(posyandu.map((it) => JSON.stringify(it)));
      phones.push({ bodies, there: await running.connect(phone, `Contoh ${seed}`) });
    }
    const before = await memory(running);
    const from = performance.now();
    const times = await Promise.all(phones.map(({ there, bodies }) => visit(running, there, bodies)));
    tell(`server: ${PHONES} phones at once, ${DAY} events each, whole visit of one, p95`, Math.round(p95(times)), "ms", 30_000);
    tell(`server: ${PHONES} phones at once, until the last is done`, Math.round(performance.now() - from), "ms", 30_000);
    tell(`server: memory after ${PHONES} phones (${before.now} MB before)`, (await memory(running)).most, "MB", 250);
  } finally {
    await running.stop();
  }
}

async function million(tell) {
  const wanted = Number(process.env.POSYANDU_EVENTS ?? 1_000_000);
  const running = await server();
  try {
    const { phone } = await recorded({ events: 10, seed: 1000 });
    const there = await running.connect(phone);
    const from = performance.now();
    let count = 0;
    // Two of each part are the word of a root that nobody adopted here, so a few stay away.
    for (let seed = 1000; wanted - count > 100; seed += 1) {
      const { posyandu } = await lines({ events: Math.min(PART, wanted - count), seed });
      count += posyandu.length - (await push(running, there, batches(posyandu)));
    }
    tell(`server: ${count} events written into one database`, perSecond(count, performance.now() - from), "events/s", 500, true);
    const all = await pull(running, there, 2000);
    tell(`server: page of ${PAGE} among ${count} events, p95`, Math.round(p95(all.pages) * 10) / 10, "ms", 50);
    const { size } = await stat(join(running.data, "posyandu.sqlite")).catch(() => ({ size: 0 }));
    tell(`server: the file with ${count} events`, Math.round(size / 1e6), "MB", count / 1000);
    tell(`server: memory with ${count} events`, (await memory(running)).most, "MB", 250);
  } finally {
    await running.stop();
  }
}

/** All of it, one figure after the other. */
export async function measureServer(tell) {
  await throughput(tell);
  await crowd(tell);
  await million(tell);
}
