// PouchDB 9 itself against `posyandu-server`: pulls what a phone recorded, and pushes it into an empty one.
//
// 1,000 events, or 10,000 with POSYANDU_SOAK=1; erasure tombstones and photos among them. What PouchDB then holds is
// compared document by document with what the phone signed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import PouchDB from "pouchdb";
import memory from "pouchdb-adapter-memory";
import { recorded } from "./support/events.mjs";
import { ask } from "./support/http.mjs";
import { server } from "./support/posyandu-server.mjs";

PouchDB.plugin(memory);

const events = process.env.POSYANDU_SOAK ? 10_000 : 1000;
const BATCH = { batch_size: 500 };
const PHOTOS = 12;

let number = 0;
const local = () => new PouchDB(`contoh-${(number += 1)}`, { adapter: "memory", revs_limit: 10 });

const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
};
/** A document without its photo and its history, as one text. */
const text = ({ _attachments, _revisions, ...doc }) => JSON.stringify(sorted(doc));

/** A document of a photo must hold the bytes that it names. */
function holdsItsPhoto(doc) {
  const bytes = Buffer.from(doc._attachments["foto.jpg"].data, "base64");
  return bytes.length === doc.data.bytes && createHash("sha256").update(bytes).digest("hex") === doc.data.sha256;
}

/** What a database holds, by id, deleted documents and photos too, read by nothing but plain requests. */
async function held({ origin }, { account }, database) {
  const rows = [];
  for (let since = 0; ; ) {
    const path = `/${database}/_changes?include_docs=true&limit=500&since=${encodeURIComponent(since)}`;
    const { json } = await ask(origin, path, { auth: account });
    rows.push(...json.results);
    since = json.last_seq;
    if (!json.results.length) break;
  }
  const docs = new Map(rows.map(({ id, doc }) => [id, doc]));
  assert.equal(docs.size, rows.length, "every document stands in the feed once");
  for (const doc of docs.values()) {
    if (!doc._attachments) continue;
    const { json } = await ask(origin, `/${database}/${doc._id}?attachments=true`, { auth: account });
    assert.ok(holdsItsPhoto(json), "the photo is the one that was signed");
  }
  return docs;
}

/** Whether what is held is exactly these living documents and these tombstones, of those that the phone made. */
function isWhole(docs, { living, tombstones }) {
  for (const doc of living) assert.equal(docs.has(doc._id) && text(docs.get(doc._id)), text(doc));
  for (const stone of tombstones) assert.equal(docs.has(stone._id) && text(docs.get(stone._id)), text(stone));
  const own = new Set([...living, ...tombstones].map((it) => it._id));
  // The server's own word: it adopted this posyandu.
  for (const doc of docs.values()) assert.ok(own.has(doc._id) || doc.kind.startsWith("roster."), `${doc.kind} is from nobody`);
}

describe(`PouchDB ${PouchDB.version} and ${events} events`, () => {
  let full;
  let empty;
  let all;
  let phone;
  const remote = (where, database, { account }) =>
    new PouchDB(`${where.origin}/${database}`, { skip_setup: true, auth: { username: account.name, password: account.password } });

  before(async () => {
    all = await recorded({ events, photos: PHOTOS, erased: 40, seed: 5 });
    const gone = new Set(all.tombstones.map((it) => it._id));
    all.living = all.posyandu.filter((it) => !gone.has(it._id));
    full = await server();
    empty = await server();
    phone = await full.connect(all.phone);
    for (const [database, docs] of [[phone.database, [...all.posyandu, ...all.tombstones]], [phone.photos, all.aduan]]) {
      for (let from = 0; from < docs.length; from += 500) {
        const body = { new_edits: false, docs: docs.slice(from, from + 500) };
        const { status, json } = await ask(full.origin, `/${database}/_bulk_docs`, { method: "POST", body, auth: phone.account });
        assert.deepEqual({ status, json }, { status: 201, json: [] });
      }
    }
  });
  after(async () => {
    await full?.stop();
    await empty?.stop();
  });

  test("pulls them, with tombstones and photos, and pushes them into an empty server", async () => {
    const phoneThere = await empty.connect(all.phone);
    for (const [kind, living, tombstones] of [["database", all.living, all.tombstones], ["photos", all.aduan, []]]) {
      const store = local();
      const pulled = await store.replicate.from(remote(full, phone[kind], phone), BATCH);
      assert.deepEqual({ ok: pulled.ok, errors: pulled.errors, failed: pulled.doc_write_failures }, { ok: true, errors: [], failed: 0 });
      for (const stone of tombstones) await assert.rejects(store.get(stone._id), { status: 404, reason: "deleted" });
      const { rows } = await store.allDocs({ include_docs: true, attachments: true });
      const docs = new Map(rows.map(({ id, doc }) => [id, doc]));
      isWhole(docs, { living, tombstones: [] });
      const photos = rows.filter(({ doc }) => doc._attachments);
      assert.equal(photos.length, kind === "photos" ? PHOTOS : 0);
      assert.ok(photos.every(({ doc }) => holdsItsPhoto(doc)));

      const pushed = await store.replicate.to(remote(empty, phoneThere[kind], phoneThere), BATCH);
      // One word is the first server's own, which adopted this posyandu; the servers of tests have one root.
      assert.deepEqual({ ok: pushed.ok, errors: pushed.errors }, { ok: true, errors: [] });
      isWhole(await held(empty, phoneThere, phoneThere[kind]), { living, tombstones });

      // Both remember how far they were.
      const again = await store.replicate.from(remote(full, phone[kind], phone), BATCH);
      const back = await store.replicate.to(remote(empty, phoneThere[kind], phoneThere), BATCH);
      assert.deepEqual([again.docs_read, back.docs_read], [0, 0]);
      await store.destroy();
    }
  });

  test("hears of what comes while it listens", async () => {
    const store = local();
    const listening = store.replicate.from(remote(full, phone.database, phone), { ...BATCH, live: true, retry: true });
    try {
      await new Promise((done) => listening.once("paused", done));
      const late = await recorded({ events: 12, seed: 6 });
      const heard = new Promise((done) => listening.on("change", ({ docs }) => docs.some((it) => it._id === late.posyandu.at(-1)._id) && done()));
      const body = { new_edits: false, docs: late.posyandu.slice(2) };
      const { json } = await ask(full.origin, `/${phone.database}/_bulk_docs`, { method: "POST", body, auth: phone.account });
      assert.deepEqual(json, []);
      await heard;
    } finally {
      listening.cancel();
      await store.destroy();
    }
  });

  test("ordinary documents are refused one by one, with a reason, and do not stop the rest", async () => {
    const another = await recorded({ events: 60, seed: 7 });
    const store = local();
    const there = await empty.connect({ ...another.phone, person: "7".repeat(32) }, "Misal Kenanga");
    const docs = another.posyandu.slice(2);
    const [altered, ...events] = docs;
    await store.bulkDocs(events.slice(0, 20), { new_edits: false });
    await store.put({ _id: "contoh", nama: "Umpama" });
    await store.put({ _id: "0".repeat(32), kind: "sasaran.registered", nama: "Umpama" });
    await store.bulkDocs([{ ...altered, subject: "diubah" }], { new_edits: false });
    await store.bulkDocs(events.slice(20), { new_edits: false });

    const refused = new Map();
    const pushing = store.replicate.to(remote(empty, there.database, there), { batch_size: 10 });
    pushing.on("denied", ({ id, error, reason }) => refused.set(id, { error, reason }));
    const { ok, doc_write_failures: failed } = await pushing;
    assert.deepEqual({ ok, failed }, { ok: true, failed: 3 });
    assert.deepEqual(Object.fromEntries(refused), {
      contoh: { error: "forbidden", reason: "not_event" },
      ["0".repeat(32)]: { error: "forbidden", reason: "not_event" },
      [altered._id]: { error: "forbidden", reason: "altered" },
    });
    const docsThere = await held(empty, there, there.database);
    for (const doc of events) assert.equal(docsThere.has(doc._id) && text(docsThere.get(doc._id)), text(doc));
    for (const id of refused.keys()) assert.ok(!docsThere.has(id));
    await store.destroy();
  });
});
