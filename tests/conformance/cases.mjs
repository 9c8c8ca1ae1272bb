// What a server must answer, one request or a few at a time: `[name, what comes back, what CouchDB 3.5 says]`.
//
// The words on the right are CouchDB's, from its documentation and from trying it. Where a server says something else,
// `differences.mjs` names it. What varies by nature (sequences, times, ids) is looked at, not compared.
import { createHash } from "node:crypto";
import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { ask, error, kindOf } from "./support/http.mjs";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const ids = (answer) => answer.json?.results?.map((row) => row.id);
const unknown = "00000000000000000000000000000001";
const refused = "00000000000000000000000000000002";

/** Pushes one by one: what comes in one batch, CouchDB puts in an order of its own. */
const inTurn = async (push, docs) => {
  for (const doc of docs) await push([doc]);
};

/** A live document without what a server adds to it. */
const bare = (doc) => Object.fromEntries(Object.entries(doc ?? {}).filter(([key]) => key !== "_revisions" && key !== "_attachments"));

/** The beats and the answer of a long poll, each with the milliseconds at which it came. */
async function listen({ origin, account, at }, query, meanwhile = async () => {}) {
  const begun = Date.now();
  const basic = Buffer.from(`${account.name}:${account.password}`).toString("base64");
  const stop = AbortSignal.timeout(3500);
  try {
    const response = await fetch(new URL(at(`/_changes?feed=longpoll&${query}`), origin), {
      headers: { accept: "application/json", authorization: `Basic ${basic}` },
      signal: stop,
    });
    const acting = meanwhile();
    let text = "";
    let beats = 0;
    for await (const piece of response.body) {
      const came = Buffer.from(piece).toString("utf8");
      if (/^\s+$/.test(came)) beats += 1;
      text += came;
    }
    await acting;
    return { status: response.status, json: JSON.parse(text), beats, ms: Date.now() - begun };
  } catch (failed) {
    if (stop.aborted) return { status: "no end", ms: Date.now() - begun };
    throw failed;
  }
}

export const cases = [
  // Who it is
  [
    "welcome names the server",
    async ({ anonymous }) => {
      const { status, json } = await anonymous("/");
      return { status, couchdb: json.couchdb, uuid: /^[0-9a-f]{32}$/.test(json.uuid), version: kindOf(json.version) };
    },
    { status: 200, couchdb: "Welcome", uuid: true, version: "string" },
  ],
  [
    "welcome says the same uuid again",
    async ({ anonymous }) => (await anonymous("/")).json.uuid === (await anonymous("/")).json.uuid,
    true,
  ],
  [
    "up",
    async ({ anonymous }) => {
      const { status, json } = await anonymous("/_up");
      return { status, body: json?.status };
    },
    { status: 200, body: "ok" },
  ],

  // The database
  [
    "database tells its name, its end and its beginning",
    async ({ db, database }) => {
      const { status, json } = await db("");
      const { db_name, instance_start_time } = json;
      return { status, name: db_name === database, count: kindOf(json.doc_count), began: kindOf(instance_start_time) };
    },
    { status: 200, name: true, count: "number", began: "string" },
  ],
  ["database, head only", async ({ db }) => (await db("", { method: "HEAD" })).status, 200],
  ["database that is there cannot be made", async ({ db }) => error(await db("", { method: "PUT" })), { status: 401, error: "unauthorized" }],
  [
    "database that is not there",
    async ({ signed, others }) => error(await signed(`/${others.missing}`)),
    { status: 404, error: "not_found" },
  ],
  [
    "database of others",
    async ({ signed, others }) => error(await signed(`/${others.foreign}`)),
    { status: 403, error: "forbidden" },
  ],
  [
    "names of databases are told to nobody",
    async ({ signed, database }) => {
      const { status, raw } = await signed("/_all_dbs");
      return { status, hasName: raw.includes(database) };
    },
    { status: 401, hasName: false },
  ],
  [
    "commit is a word of politeness",
    async ({ db }) => {
      const { status, json } = await db("/_ensure_full_commit", { method: "POST", body: {} });
      return { status, ok: json?.ok, began: kindOf(json?.instance_start_time) };
    },
    { status: 201, ok: true, began: "string" },
  ],

  // Writing
  [
    "events are taken with an empty list",
    async ({ push, fresh }) => {
      const { status, json } = await push(fresh(5));
      return { status, json };
    },
    { status: 201, json: [] },
  ],
  [
    "events sent again are taken again",
    async ({ push, fresh, end, db }) => {
      const docs = fresh(3);
      await push(docs);
      const before = await end();
      const { status, json } = await push(docs);
      return { status, json, moved: ids(await db(`/_changes?since=${before}`)) };
    },
    { status: 201, json: [], moved: [] },
  ],
  [
    "another body under a known revision changes nothing",
    async ({ push, fresh, db }) => {
      const [doc] = fresh(1);
      await push([doc]);
      const { status, json } = await push([{ ...doc, subject: "contoh" }]);
      return { status, json, same: (await db(`/${doc._id}`)).json.subject === doc.subject };
    },
    { status: 201, json: [], same: true },
  ],
  [
    "ordinary document is taken",
    async ({ push, fresh }) => {
      const [event] = fresh(1);
      const { status, json } = await push([{ _id: "contoh", _rev: `1-${unknown}`, nama: "Umpama" }, event]);
      return { status, json };
    },
    { status: 201, json: [] },
  ],
  [
    "second generation of a living document is taken",
    async ({ push, fresh }) => {
      const [doc] = fresh(1);
      await push([doc]);
      const child = { ...doc, _rev: `2-${unknown}`, _revisions: { start: 2, ids: [unknown, doc._id] } };
      const { status, json } = await push([child]);
      return { status, json: json.map?.(({ error, reason }) => ({ error, reason })) };
    },
    { status: 201, json: [] },
  ],
  [
    "document of a name beginning with _ stops the batch",
    async ({ push, fresh, db }) => {
      const [event] = fresh(1);
      const answer = await push([event, { _id: "_contoh", _rev: `1-${unknown}` }]);
      return { ...error(answer), taken: (await db(`/${event._id}`)).status };
    },
    { status: 400, error: "illegal_docid", taken: 404 },
  ],
  [
    "body that is no JSON",
    async ({ db }) => error(await db("/_bulk_docs", { method: "POST", body: '{"docs":[' })),
    { status: 400, error: "bad_request" },
  ],
  ["batch without documents", async ({ post }) => error(await post("/_bulk_docs", { new_edits: false })), { status: 400, error: "bad_request" }],
  [
    "lone half of a letter stops the batch",
    async ({ db, fresh }) => {
      const [event] = fresh(1);
      const poison = JSON.stringify({ ...event, subject: "x" }).replace('"subject":"x"', '"subject":"\\ud800"');
      const answer = await db("/_bulk_docs", { method: "POST", body: `{"new_edits":false,"docs":[${poison}]}` });
      return { ...error(answer), refused: Array.isArray(answer.json) ? answer.json.map((it) => it.reason) : undefined };
    },
    { status: 400, error: "bad_request", refused: undefined },
  ],
  [
    "document beyond every limit",
    async (it) => {
      const doc = { _id: refused, _rev: `1-${refused}`, kind: "contoh.long", isi: "x".repeat(9_000_000) };
      return politely(it, JSON.stringify({ new_edits: false, docs: [doc] }));
    },
    413,
  ],
  [
    "gzip body is read",
    async ({ db, fresh }) => {
      const [event] = fresh(1);
      const body = gzipSync(JSON.stringify({ new_edits: false, docs: [event] }));
      const headers = { "content-encoding": "gzip", "content-type": "application/json" };
      const { status, json } = await db("/_bulk_docs", { method: "POST", body, headers });
      return { status, json, taken: (await db(`/${event._id}`)).status };
    },
    { status: 201, json: [], taken: 200 },
  ],
  [
    "gzip body that is none",
    async ({ db }) => {
      const headers = { "content-encoding": "gzip", "content-type": "application/json" };
      return (await db("/_bulk_docs", { method: "POST", body: Buffer.from("contoh"), headers })).status;
    },
    400,
  ],
  [
    "answer as it is for whoever reads no gzip",
    async ({ push, fresh, origin, account, at }) => {
      await push(fresh(10));
      const answer = await ask(origin, at("/_changes?include_docs=true"), { auth: account, headers: { "accept-encoding": "identity" } });
      return { status: answer.status, encoding: answer.headers.get("content-encoding") };
    },
    { status: 200, encoding: null },
  ],

  // The feed
  [
    "feed tells what came, in order, and ends",
    async ({ push, fresh, end, db }) => {
      const before = await end();
      const docs = fresh(4);
      await inTurn(push, docs);
      const { status, json } = await db(`/_changes?since=${before}`);
      const inOrder = json.results.every((row, place) => row.id === docs[place]._id && row.changes.length === 1 && row.changes[0].rev === docs[place]._rev);
      const after = await db(`/_changes?since=${encodeURIComponent(json.last_seq)}`);
      return { status, inOrder, pending: json.pending, after: after.json.results, lastIsLast: json.results.at(-1).seq === json.last_seq };
    },
    { status: 200, inOrder: true, pending: 0, after: [], lastIsLast: true },
  ],
  [
    "feed in pages, with what is left",
    async ({ push, fresh, end, db }) => {
      const before = await end();
      const docs = fresh(5);
      await inTurn(push, docs);
      const first = (await db(`/_changes?since=${before}&limit=2`)).json;
      const second = (await db(`/_changes?since=${encodeURIComponent(first.last_seq)}&limit=2`)).json;
      const seen = [...first.results, ...second.results].map((row) => row.id);
      return { seen: seen.join() === docs.slice(0, 4).map((it) => it._id).join(), pending: [first.pending, second.pending] };
    },
    { seen: true, pending: [3, 1] },
  ],
  [
    "feed from a sequence in the middle of a page",
    async ({ push, fresh, end, db }) => {
      const before = await end();
      const docs = fresh(3);
      await inTurn(push, docs);
      const rows = (await db(`/_changes?since=${before}`)).json.results;
      const rest = await db(`/_changes?since=${encodeURIComponent(rows[0].seq)}`);
      return ids(rest).join() === docs.slice(1).map((it) => it._id).join();
    },
    true,
  ],
  ["feed without a limit of rows", async ({ db }) => (await db("/_changes?limit=0")).json.results.length, 0],
  [
    "feed with documents",
    async ({ push, fresh, end, db }) => {
      const before = await end();
      const [doc] = fresh(1);
      await push([doc]);
      const { json } = await db(`/_changes?since=${before}&include_docs=true`);
      return { same: JSON.stringify(sorted(bare(json.results[0].doc))) === JSON.stringify(sorted(doc)) };
    },
    { same: true },
  ],
  [
    "feed from now",
    async ({ db }) => {
      const { status, json } = await db("/_changes?since=now");
      return { status, results: json.results };
    },
    { status: 200, results: [] },
  ],
  ["feed from a sequence that is none", async ({ db }) => error(await db("/_changes?since=contoh")), { status: 400, error: "bad_request" }],
  [
    "feed asked with POST",
    async ({ push, fresh, end, post }) => {
      const before = await end();
      const docs = fresh(2);
      await inTurn(push, docs);
      const { status, json } = await post(`/_changes?since=${before}&style=all_docs`, {});
      return { status, all: json.results.map((row) => row.id).join() === docs.map((it) => it._id).join() };
    },
    { status: 200, all: true },
  ],
  [
    "long poll ends in time",
    async (it) => {
      const { status, json, ms } = await listen(it, `since=${await it.end()}&timeout=700`);
      return { status, results: json?.results, last: json && json.last_seq !== undefined, inTime: ms > 500 && ms < 3000 };
    },
    { status: 200, results: [], last: true, inTime: true },
  ],
  [
    "long poll ends with what comes",
    async (it) => {
      const docs = it.fresh(1);
      const wake = async () => {
        await pause(300);
        await it.push(docs);
      };
      // The answer's head may come with its body, so who writes does not wait for it.
      const waking = wake();
      const { status, json, ms } = await listen(it, `since=${await it.end()}&heartbeat=5000`);
      await waking;
      return { status, ids: json.results.map((row) => row.id).join() === docs[0]._id, quick: ms < 3000 };
    },
    { status: 200, ids: true, quick: true },
  ],
  [
    "long poll beats",
    async (it) => {
      const docs = it.fresh(1);
      const waking = pause(2500).then(() => it.push(docs));
      const { status, beats } = await listen(it, `since=${await it.end()}&heartbeat=1000`);
      await waking;
      return { status, beats: beats > 0 };
    },
    { status: 200, beats: true },
  ],
  [
    "long poll with something to tell does not wait",
    async (it) => {
      const before = await it.end();
      await it.push(it.fresh(1));
      const { status, json, ms } = await listen(it, `since=${before}&timeout=5000`);
      return { status, rows: json.results.length, quick: ms < 2000 };
    },
    { status: 200, rows: 1, quick: true },
  ],

  // What is missing
  [
    "missing revisions",
    async ({ push, fresh, post }) => {
      const [known, other] = fresh(2);
      await push([known]);
      const { status, json } = await post("/_revs_diff", { [known._id]: [known._rev], [other._id]: [other._rev] });
      return { status, known: json[known._id] ?? null, missing: json[other._id]?.missing?.[0] === other._rev };
    },
    { status: 200, known: null, missing: true },
  ],
  [
    "nothing is missing",
    async ({ push, fresh, post }) => {
      const [known] = fresh(1);
      await push([known]);
      const { status, json } = await post("/_revs_diff", { [known._id]: [known._rev] });
      return { status, json };
    },
    { status: 200, json: {} },
  ],
  [
    "many at once",
    async ({ push, fresh, post }) => {
      const docs = fresh(3);
      await push(docs);
      const asked = { docs: docs.map(({ _id, _rev }) => ({ id: _id, rev: _rev })) };
      const { status, json } = await post("/_bulk_get?revs=true&latest=true", asked);
      const found = json.results.flatMap((it) => it.docs.map(({ ok }) => ok));
      const revisions = found.every((ok) => ok._revisions.start === 1 && ok._revisions.ids.join() === ok._id);
      return { status, all: found.map((ok) => ok._id).sort().join() === docs.map((it) => it._id).sort().join(), revisions };
    },
    { status: 200, all: true, revisions: true },
  ],
  [
    "many at once, one of them missing",
    async ({ post }) => {
      const { status, json } = await post("/_bulk_get?revs=true", { docs: [{ id: unknown, rev: `1-${unknown}` }] });
      const [first] = json.results[0]?.docs ?? [];
      return { status, id: json.results[0]?.id === unknown, error: first?.error?.error, reason: first?.error?.reason };
    },
    { status: 200, id: true, error: "not_found", reason: "missing" },
  ],
  [
    "one document",
    async ({ push, fresh, db }) => {
      const [doc] = fresh(1);
      await push([doc]);
      const { status, json, headers } = await db(`/${doc._id}`);
      return { status, same: JSON.stringify(sorted(json)) === JSON.stringify(sorted(doc)), etag: headers.get("etag") === `"${doc._rev}"` };
    },
    { status: 200, same: true, etag: true },
  ],
  [
    "one revision, with its history",
    async ({ push, fresh, db }) => {
      const [doc] = fresh(1);
      await push([doc]);
      const { status, json } = await db(`/${doc._id}?rev=${doc._rev}&revs=true`);
      return { status, start: json._revisions.start, ids: json._revisions.ids.join() === doc._id };
    },
    { status: 200, start: 1, ids: true },
  ],
  [
    "open revisions",
    async ({ push, fresh, db }) => {
      const [doc] = fresh(1);
      await push([doc]);
      const named = await db(`/${doc._id}?revs=true&latest=true&open_revs=${encodeURIComponent(JSON.stringify([doc._rev]))}`);
      const all = await db(`/${doc._id}?open_revs=all`);
      return { status: [named.status, all.status], ids: [named, all].every(({ json }) => json.length === 1 && json[0].ok._id === doc._id) };
    },
    { status: [200, 200], ids: true },
  ],
  [
    "document that is not there",
    async ({ db }) => {
      const { status, json } = await db(`/${unknown}`);
      return { status, error: json.error, reason: json.reason };
    },
    { status: 404, error: "not_found", reason: "missing" },
  ],

  // Notes of replicators
  [
    "note that is not there",
    async ({ db }) => {
      const { status, json } = await db("/_local/tidak-ada");
      return { status, error: json.error };
    },
    { status: 404, error: "not_found" },
  ],
  [
    "note, written, read, written again",
    async ({ db }) => {
      const put = (body) => db("/_local/contoh%2B1.", { method: "PUT", body });
      const first = await put({ last_seq: 7, history: [] });
      const read = await db("/_local/contoh%2B1.");
      const second = await put({ ...read.json, last_seq: 8 });
      const again = await db("/_local/contoh%2B1.");
      return {
        status: [first.status, read.status, second.status, again.status],
        first: { ok: first.json.ok, id: first.json.id, rev: first.json.rev },
        read: { _id: read.json._id, _rev: read.json._rev, last_seq: read.json.last_seq },
        second: second.json.rev,
        again: { _rev: again.json._rev, last_seq: again.json.last_seq },
      };
    },
    {
      status: [201, 200, 201, 200],
      first: { ok: true, id: "_local/contoh+1.", rev: "0-1" },
      read: { _id: "_local/contoh+1.", _rev: "0-1", last_seq: 7 },
      second: "0-2",
      again: { _rev: "0-2", last_seq: 8 },
    },
  ],
  [
    "note over a newer one",
    async ({ db }) => {
      const put = (body) => db("/_local/umpama", { method: "PUT", body });
      await put({ last_seq: 1 });
      const { status, json } = await put({ last_seq: 2 });
      return { status, error: json.error };
    },
    { status: 201, error: undefined },
  ],
  [
    "notes are in no feed",
    async ({ db, end }) => {
      const before = await end();
      await db("/_local/misal", { method: "PUT", body: { last_seq: 1 } });
      return ids(await db(`/_changes?since=${before}`));
    },
    [],
  ],

  // Photos
  [
    "photo is a stub in its document",
    async (it) => {
      const { json, doc, bytes } = await photographed(it);
      const stub = json._attachments["foto.jpg"];
      const digest = `md5-${createHash("md5").update(bytes).digest("base64")}`;
      return { id: json._id === doc._id, ...stub, digest: stub.digest === digest, length: stub.length === bytes.length };
    },
    { id: true, content_type: "image/jpeg", revpos: 1, digest: true, length: true, stub: true },
  ],
  [
    "photo, whole",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const { status, headers, raw } = await it.signed(`${path}/foto.jpg`);
      return { status, type: headers.get("content-type"), packed: headers.get("content-encoding"), same: raw.equals(bytes) };
    },
    { status: 200, type: "image/jpeg", packed: null, same: true },
  ],
  [
    "photo has the mark of its bytes, and may be had in parts",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const { headers } = await it.signed(`${path}/foto.jpg`);
      return { etag: headers.get("etag") === tagOf(bytes), ranges: headers.get("accept-ranges") };
    },
    { etag: true, ranges: "bytes" },
  ],
  [
    "photo, head only",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const { status, headers, raw } = await it.signed(`${path}/foto.jpg`, { method: "HEAD" });
      return { status, length: headers.get("content-length") === String(bytes.length), ranges: headers.get("accept-ranges"), body: raw.length };
    },
    { status: 200, length: true, ranges: "bytes", body: 0 },
  ],
  [
    "photo that did not change",
    async (it) => {
      const { path, bytes } = await photographed(it);
      return (await it.signed(`${path}/foto.jpg`, { headers: { "if-none-match": tagOf(bytes) } })).status;
    },
    304,
  ],
  [
    "photo, the rest of it",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const { status, headers, raw } = await it.signed(`${path}/foto.jpg`, { headers: { range: "bytes=1000-" } });
      const range = headers.get("content-range") === `bytes 1000-${bytes.length - 1}/${bytes.length}`;
      return { status, range, same: raw.equals(bytes.subarray(1000)) };
    },
    { status: 206, range: true, same: true },
  ],
  [
    "photo, a piece of it",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const { status, headers, raw } = await it.signed(`${path}/foto.jpg`, { headers: { range: "bytes=0-499" } });
      const range = headers.get("content-range") === `bytes 0-499/${bytes.length}`;
      return { status, range, etag: headers.get("etag") === tagOf(bytes), same: raw.equals(bytes.subarray(0, 500)) };
    },
    { status: 206, range: true, etag: true, same: true },
  ],
  [
    "photo, a piece that is longer than what is left",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const { status, headers, raw } = await it.signed(`${path}/foto.jpg`, { headers: { range: "bytes=1000-99999999" } });
      const range = headers.get("content-range") === `bytes 1000-${bytes.length - 1}/${bytes.length}`;
      return { status, range, same: raw.equals(bytes.subarray(1000)) };
    },
    { status: 206, range: true, same: true },
  ],
  [
    "photo, all from its first byte on",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const { status, raw } = await it.signed(`${path}/foto.jpg`, { headers: { range: "bytes=0-" } });
      return { status, same: raw.equals(bytes) };
    },
    { status: 200, same: true },
  ],
  [
    "photo, the rest of it if it is the same",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const headers = { range: "bytes=1000-", "if-range": tagOf(bytes) };
      const { status, raw } = await it.signed(`${path}/foto.jpg`, { headers });
      return { status, same: raw.equals(bytes.subarray(1000)) };
    },
    { status: 206, same: true },
  ],
  [
    "photo, the rest of it if it is another",
    async (it) => {
      const { path, bytes } = await photographed(it);
      const headers = { range: "bytes=1000-", "if-range": tagOf(Buffer.from("contoh")) };
      const { status, raw } = await it.signed(`${path}/foto.jpg`, { headers });
      return { status, length: raw.length === bytes.length ? "all" : raw.length === bytes.length - 1000 ? "rest" : raw.length };
    },
    { status: 206, length: "rest" },
  ],
  ...[
    ["beyond its end", (bytes) => `bytes=${bytes.length}-`],
    ["that ends before it begins", () => "bytes=500-400"],
  ].map(([what, range]) => [
    `photo, a piece ${what}`,
    async (it) => {
      const { path, bytes } = await photographed(it);
      return error(await it.signed(`${path}/foto.jpg`, { headers: { range: range(bytes) } }));
    },
    { status: 416, error: "requested_range_not_satisfiable" },
  ]),
  [
    "photo inside its document, when asked for",
    async (it) => {
      const { path, doc, bytes } = await photographed(it);
      const { json } = await it.signed(`${path}?attachments=true`);
      const { results } = (await it.signed(`/${it.photos}/_bulk_get?revs=true&attachments=true`, { method: "POST", body: { docs: [{ id: doc._id, rev: doc._rev }] } })).json;
      const data = bytes.toString("base64");
      return { one: json._attachments["foto.jpg"].data === data, many: results[0].docs[0].ok._attachments["foto.jpg"].data === data };
    },
    { one: true, many: true },
  ],
  [
    "photo that is not there",
    async (it) => {
      const { path } = await photographed(it);
      return error(await it.signed(`${path}/lain.jpg`));
    },
    { status: 404, error: "not_found" },
  ],

  // Erasure
  [
    "tombstone ends a document",
    async ({ push, pool, end, db }) => {
      const { stone, reason } = await founded({ push, pool });
      const before = await end();
      const { status, json } = await push([reason, stone]);
      const gone = await db(`/${stone._id}`);
      const rows = (await db(`/_changes?since=${before}&include_docs=true`)).json.results;
      const row = rows.find((it) => it.id === stone._id);
      return {
        status,
        json,
        gone: { status: gone.status, error: gone.json.error, reason: gone.json.reason },
        row: { deleted: row.deleted, rev: row.changes[0].rev === stone._rev, doc: row.doc._deleted, data: row.doc.data },
      };
    },
    { status: 201, json: [], gone: { status: 404, error: "not_found", reason: "deleted" }, row: { deleted: true, rev: true, doc: true, data: undefined } },
  ],
  [
    "what was erased does not come back",
    async ({ push, pool, end, db }) => {
      const { stone, reason } = await founded({ push, pool });
      await push([reason, stone]);
      const before = await end();
      const { status, json } = await push([pool.erased.get(stone._id)]);
      return { status, json, gone: (await db(`/${stone._id}`)).status, moved: ids(await db(`/_changes?since=${before}`)) };
    },
    { status: 201, json: [], gone: 404, moved: [] },
  ],
  [
    "tombstone with its history, among many",
    async ({ push, pool, post }) => {
      const { stone, reason } = await founded({ push, pool });
      await push([reason, stone]);
      const { json } = await post("/_bulk_get?revs=true", { docs: [{ id: stone._id, rev: stone._rev }] });
      const { ok } = json.results[0].docs[0];
      const diff = await post("/_revs_diff", { [stone._id]: [stone._rev, `1-${stone._id}`] });
      return { deleted: ok._deleted, revisions: JSON.stringify(ok._revisions.ids) === JSON.stringify(stone._revisions.ids), start: ok._revisions.start, diff: diff.json };
    },
    { deleted: true, revisions: true, start: 2, diff: {} },
  ],

  // Sessions
  [
    "signing in gives a cookie that no script reads",
    async ({ anonymous, account }) => {
      const { status, json, headers } = await anonymous("/_session", { method: "POST", body: account });
      const cookie = headers.get("set-cookie") ?? "";
      return { status, ok: json.ok, name: json.name === account.name, roles: kindOf(json.roles), cookie: /^AuthSession=[^;]+;/.test(cookie), hidden: /httponly/i.test(cookie), path: /path=\//i.test(cookie) };
    },
    { status: 200, ok: true, name: true, roles: "list", cookie: true, hidden: true, path: true },
  ],
  [
    "session has an end",
    async ({ anonymous, account }) => /max-age=\d+/i.test((await anonymous("/_session", { method: "POST", body: account })).headers.get("set-cookie")),
    true,
  ],
  [
    "signing in with a form",
    async ({ anonymous, account }) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return (await anonymous("/_session", { method: "POST", body: new URLSearchParams(account).toString(), headers })).status;
    },
    200,
  ],
  [
    "cookie opens the database and names its owner",
    async ({ anonymous, account, at }) => {
      const cookie = await signIn(anonymous, account);
      const session = await anonymous("/_session", { cookie });
      return { status: session.status, ok: session.json.ok, name: session.json.userCtx.name === account.name, database: (await anonymous(at(), { cookie })).status };
    },
    { status: 200, ok: true, name: true, database: 200 },
  ],
  [
    "Basic names its owner too",
    async ({ signed, account }) => (await signed("/_session")).json.userCtx.name === account.name,
    true,
  ],
  [
    "nobody has a session",
    async ({ anonymous }) => {
      const { status, json } = await anonymous("/_session");
      return { status, name: json.userCtx.name };
    },
    { status: 200, name: null },
  ],
  [
    "wrong word, and unknown name, are one refusal",
    async ({ anonymous, account }) => {
      const wrong = await anonymous("/_session", { method: "POST", body: { ...account, password: "contoh" } });
      const nobody = await anonymous("/_session", { method: "POST", body: { ...account, name: unknown } });
      return { ...error(wrong), same: wrong.status === nobody.status && wrong.raw.equals(nobody.raw) };
    },
    { status: 401, error: "unauthorized", same: true },
  ],
  [
    "wrong word with Basic",
    async ({ anonymous, account, at }) => error(await anonymous(at(), { auth: { ...account, password: "contoh" } })),
    { status: 401, error: "unauthorized" },
  ],
  [
    "cookie that nobody gave",
    async ({ anonymous, at }) => (await anonymous(at(), { cookie: "AuthSession=Y29udG9o" })).status,
    401,
  ],
  [
    "signing out",
    async ({ anonymous, account }) => {
      const cookie = await signIn(anonymous, account);
      const { status, json, headers } = await anonymous("/_session", { method: "DELETE", cookie });
      return { status, ok: json.ok, cleared: /AuthSession=;/.test(headers.get("set-cookie") ?? "") };
    },
    { status: 200, ok: true, cleared: true },
  ],

  // Rights
  ...[
    ["read", "GET", ""],
    ["feed", "GET", "/_changes"],
    ["write", "POST", "/_bulk_docs", { new_edits: false, docs: [] }],
    ["compare", "POST", "/_revs_diff", {}],
    ["get many", "POST", "/_bulk_get", { docs: [{ id: unknown }] }],
    ["get one", "GET", `/${unknown}`],
    ["get a note", "GET", "/_local/contoh"],
    ["put a note", "PUT", "/_local/contoh", {}],
    ["see the rights", "GET", "/_security"],
  ].flatMap(([verb, method, path, body]) => [
    [`stranger may not ${verb}`, async ({ anonymous, at }) => (await anonymous(at(path), { method, body })).status, 401],
    [`neighbor may not ${verb}`, async ({ signed, others }) => (await signed(`/${others.foreign}${path}`, { method, body })).status, 403],
  ]),
  [
    "rights can be seen",
    async ({ db }) => {
      const { status, json } = await db("/_security");
      return { status, admins: kindOf(json.admins), members: kindOf(json.members) };
    },
    { status: 200, admins: "object", members: "object" },
  ],
  [
    "rights are given by nobody who only has them",
    async ({ db }) => (await db("/_security", { method: "PUT", body: { admins: {}, members: {} } })).status,
    401,
  ],
  ["database is removed by nobody who only writes in it", async ({ db }) => (await db("", { method: "DELETE" })).status, 401],
];

/** The status of a batch whose sender asks before it sends the body. */
function politely({ origin, account, at }, body) {
  return new Promise((done, fail) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), expect: "100-continue" };
    const asking = request(new URL(at("/_bulk_docs"), origin), { method: "POST", headers, auth: `${account.name}:${account.password}` });
    asking.on("continue", () => asking.end(body));
    asking.on("error", fail);
    asking.on("response", (response) => {
      response.resume();
      done(response.statusCode);
      asking.destroy();
    });
    asking.flushHeaders();
  });
}

/** Members in one order: a server may keep its own. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

async function signIn(anonymous, account) {
  const { headers } = await anonymous("/_session", { method: "POST", body: account });
  return headers.get("set-cookie").split(";")[0];
}

/** The mark that bytes have: their MD5. */
const tagOf = (bytes) => `"${createHash("md5").update(bytes).digest("base64")}"`;

/** An event with its photo on the server; where it is, and the photo's bytes. */
async function photographed({ pool, photos, signed }) {
  const doc = pool.photos[0];
  const bytes = Buffer.from(doc._attachments["foto.jpg"].data, "base64");
  const path = `/${photos}/${doc._id}`;
  const pushed = await signed(`/${photos}/_bulk_docs`, { method: "POST", body: { new_edits: false, docs: [doc] } });
  if (pushed.status !== 201 || pushed.json.length) throw new Error(`photo: ${pushed.status} ${pushed.raw}`);
  return { doc, bytes, path, json: (await signed(path)).json };
}

/** A tombstone whose event is on the server, and the event that says why it may come. */
async function founded({ push, pool }) {
  const stone = pool.tombstones.shift();
  const { status, json } = await push([...pool.founding, pool.erased.get(stone._id)]);
  if (status !== 201 || json.length) throw new Error(`erasure: ${status} ${JSON.stringify(json)}`);
  return { stone, reason: pool.reasons.get(`hapus:${stone.subject}`) };
}
