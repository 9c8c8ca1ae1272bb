// The move from the server alone to a CouchDB behind the same origin, with everything that can be had here: the real
// program, what stands for CouchDB (`support/couchdb.mjs`), and a proxy that does what `tools/Caddyfile.couchdb` says;
// where Caddy is installed, Caddy with that file.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import PouchDB from "pouchdb";
import memory from "pouchdb-adapter-memory";
import * as couchdb from "./support/couchdb.mjs";
import { recorded } from "./support/events.mjs";
import { ask } from "./support/http.mjs";
import { server } from "./support/posyandu-server.mjs";
import { proxies } from "./support/proxy.mjs";

PouchDB.plugin(memory);

const PHOTOS = 12;
const ERASED = 40;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks until it is so; the last answer. */
async function until(what, act) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await act();
    if (found) return found;
    await pause(100);
  }
  throw new Error(`${what}: never`);
}

/** What a database holds, as one text a document, with revisions and the bytes of photos. */
async function held(origin, database, auth) {
  const { json } = await ask(origin, `/${database}/_changes?limit=5000`, { auth });
  const docs = json.results.filter(({ id }) => !id.startsWith("_")).map(({ id, changes: [{ rev }] }) => ({ id, rev }));
  const all = new Map();
  for (let from = 0; from < docs.length; from += 200) {
    const options = { method: "POST", body: { docs: docs.slice(from, from + 200) }, auth };
    const { json } = await ask(origin, `/${database}/_bulk_get?revs=true&attachments=true`, options);
    for (const { docs: [{ ok }] } of json.results) {
      const { _attachments, ...doc } = ok;
      const photo = _attachments?.["foto.jpg"].data;
      all.set(doc._id, JSON.stringify({ ...Object.fromEntries(Object.entries(doc).sort(([a], [b]) => (a < b ? -1 : 1))), photo }));
    }
  }
  return all;
}

const secret = randomBytes(24).toString("hex");
let running;
let couch;
let env;
let drafts;
let fresh;
let ani;
let stranger;
let path;
let uuid;
const wrote = [];

/** A subcommand that speaks to the CouchDB. */
async function command(...words) {
  const tried = await running.tried([...words, "--couchdb", couch.origin], env);
  wrote.push(tried.said);
  return tried;
}

const sum = ({ said }) => said.trim().split("\n").at(-1).replace(/^posyandu-server: \d+ databases: /, "");
const push = (origin, database, docs, who) => ask(origin, `/${database}/_bulk_docs`, { method: "POST", body: { new_edits: false, docs }, ...who });

before(async () => {
  couch = await couchdb.start(secret);
  running = await server();
  env = { COUCHDB_USER: couch.admin.name, COUCHDB_PASSWORD: couch.admin.password };
  path = join(running.data, "couchdb.secret");
  await writeFile(path, `${secret}\n`, { mode: 0o600 });
  drafts = await recorded({ events: 1200, photos: PHOTOS, erased: ERASED, seed: 11 });
  const gone = new Set(drafts.tombstones.map((it) => it._id));
  // The last ones are recorded after the move.
  const isLate = (it, index) => index >= 1000 && !gone.has(it._id) && !it.kind.startsWith("data.");
  fresh = drafts.posyandu.filter(isLate);
  drafts.early = drafts.posyandu.filter((it, index) => !isLate(it, index));
  ani = await running.connect(drafts.phone);
  const other = (what) => createHash("sha256").update(`Umpama ${what}`).digest("hex").slice(0, 32);
  const theirs = { device: other("device"), person: other("person"), key: drafts.phone.root, key_seed: drafts.phone.root_seed };
  stranger = await running.connect({ ...drafts.phone, ...theirs, scope: `posyandu-${other("scope")}` }, "Umpama Mawar");
  uuid = (await ask(running.origin, "/")).json.uuid;
  for (const [database, docs] of [[ani.database, [...drafts.early, ...drafts.tombstones]], [ani.photos, drafts.aduan]]) {
    for (let from = 0; from < docs.length; from += 500) {
      assert.deepEqual((await push(running.origin, database, docs.slice(from, from + 500), { auth: ani.account })).json, []);
    }
  }
});
after(async () => {
  await running?.stop();
  await couch?.stop();
});

describe("copy", () => {
  test("says why it cannot, and fails", async () => {
    const wrong = await running.tried(["copy", "--couchdb", couch.origin], { ...env, COUCHDB_PASSWORD: "salah-umpama" });
    assert.equal(wrong.code, 1);
    assert.match(wrong.said, /wants its administrator/);
    assert.doesNotMatch(wrong.said, /salah-umpama/);
    const nobody = await running.tried(["copy", "--couchdb", "http://127.0.0.1:9"], env);
    assert.deepEqual([nobody.code, /does not answer/.test(nobody.said)], [1, true]);
    const stays = await command("copy", "tabel-9901");
    assert.deepEqual([stays.code, /no database that moves/.test(stays.said)], [1, true]);
    couch.failing.add(ani.photos);
    const failed = await command("copy", ani.photos);
    couch.failing.clear();
    assert.deepEqual([failed.code, /answered 503/.test(failed.said)], [1, true]);
  });

  test("what the couchdb refuses is counted and said, and is no success", async () => {
    const [id] = (await held(running.origin, stranger.database, stranger.account)).keys();
    couch.refusing.add(id);
    const refused = await command("copy", stranger.database);
    couch.refusing.clear();
    assert.equal(refused.code, 1);
    assert.match(refused.said, /0 were there, 1 refused \(contoh\)[^]*the couchdb refused 1 documents, the last one because of "contoh"/);
  });

  test("carries every event, tombstone and photo as it is, and a second time nothing", async () => {
    // What is too much at once goes in halves.
    couch.most = 200_000;
    const first = await command("copy");
    assert.equal(first.code, 0, first.said);
    const [, events, photos, stones, there] = sum(first).match(/^(\d+) events, (\d+) photos and (\d+) tombstones carried, (\d+) were there$/).map(Number);
    assert.deepEqual({ photos, stones, there }, { photos: PHOTOS, stones: ERASED, there: 0 });
    for (const database of [ani.database, ani.photos, stranger.database]) {
      const who = database === stranger.database ? stranger : ani;
      const here = await held(running.origin, database, who.account);
      assert.deepEqual(await held(couch.origin, database, couch.admin), here);
      assert.ok(here.size > 0);
    }
    assert.equal((await held(couch.origin, ani.database, couch.admin)).size + (await held(couch.origin, ani.photos, couch.admin)).size > 1000, true);
    assert.ok(events > 1000);
    const again = await command("copy");
    assert.equal(again.code, 0);
    assert.equal(sum(again), `0 events, 0 photos and 0 tombstones carried, ${events + photos + stones} were there`);
    assert.ok(!couch.asked.some(({ line }) => line.includes("tabel-")), "the roster stays");
    assert.ok(couch.asked.some(({ line }) => line === `POST /${ani.database}/_compact`), "what was erased goes from the disk, too");
  });

  test("puts rules right before it carries anything", async () => {
    const design = `/${ani.database}/_design/posyandu`;
    await ask(couch.origin, design, { method: "PUT", auth: couch.admin, body: { validate_doc_update: "function () {}", language: "javascript" } });
    assert.equal((await command("copy", ani.database)).code, 0);
    assert.match((await ask(couch.origin, design, { auth: couch.admin })).json.validate_doc_update, /not_event/);
  });
});

for (const [name, stand] of Object.entries(proxies)) {
  describe(`behind ${name}`, () => {
    let front;
    let at;
    let cookie;
    before(async () => {
      const words = ["--couchdb", couch.origin, "--couchdb-secret", path, "--door", "127.0.0.1:0", "--session-seconds", "5"];
      const before = running.said().length;
      await running.again(words, env);
      const door = await until("the door", () => running.said().slice(before).match(/asks at (http:\S+)\/_pintu\n/)?.[1]);
      front = await stand({ app: running.origin, door, couchdb: couch.origin });
      at = front.origin;
      await until("the database", async () => (await ask(at, `/${ani.database}`, { auth: ani.account })).status === 200);
      await until("the photos", async () => (await ask(at, `/${ani.photos}`, { auth: ani.account })).status === 200);
      const signed = await ask(at, "/_session", { method: "POST", body: ani.account });
      assert.equal(signed.status, 200);
      cookie = signed.headers.get("set-cookie").split(";")[0];
      couch.asked.length = 0;
    });
    after(() => front?.stop());

    test("a phone pushes and pulls as before, with its session, and the server is the same", async () => {
      assert.equal((await ask(at, "/")).json.uuid, uuid);
      const docs = fresh.splice(0, 20);
      const body = gzipSync(JSON.stringify({ new_edits: false, docs }));
      const headers = { "content-type": "application/json", "content-encoding": "gzip" };
      const pushed = await ask(at, `/${ani.database}/_bulk_docs`, { method: "POST", body, headers, cookie });
      assert.deepEqual({ status: pushed.status, json: pushed.json }, { status: 201, json: [] });
      const { json: diff } = await ask(at, `/${ani.database}/_revs_diff`, { method: "POST", cookie, body: Object.fromEntries(docs.map((it) => [it._id, [it._rev]])) });
      assert.deepEqual(diff, {});
      const { json: page } = await ask(at, `/${ani.database}/_changes?include_docs=true&limit=5000`, { cookie });
      const ids = new Set(page.results.map(({ id }) => id));
      assert.ok(docs.every((it) => ids.has(it._id)) && ids.size > 1000);
      const photo = drafts.aduan.find((it) => it._attachments);
      const { raw, status } = await ask(at, `/${ani.photos}/${photo._id}/foto.jpg`, { cookie });
      assert.equal(status, 200);
      assert.equal(createHash("sha256").update(raw).digest("hex"), photo.data.sha256);
      const log = `/${ani.database}/_local/${"a".repeat(32)}`;
      assert.equal((await ask(at, log, { method: "PUT", cookie, body: { history: [] } })).status, 201);
      assert.deepEqual((await ask(at, log, { cookie })).json.history, []);
      // They went there, and under which name.
      const told = couch.asked.filter(({ line }) => line.includes(ani.database));
      assert.ok(told.length >= 5);
      for (const { who, roles, headers } of told) {
        if (who === couch.admin.name) continue;
        assert.equal(who, ani.account.name);
        assert.deepEqual(roles, [`baca:${ani.database}`, `tulis:${ani.database}`]);
        assert.deepEqual([headers.cookie, headers.authorization], [undefined, undefined], "session and secret are none of CouchDB's business");
      }
      const inside = await ask(running.origin, `/${ani.database}/${docs[0]._id}`, { auth: ani.account });
      assert.equal(inside.status, 404, "the server alone no longer has everything");
    });

    test("PouchDB pulls it all and pushes through it", async () => {
      const remote = new PouchDB(`${at}/${ani.database}`, { skip_setup: true, auth: { username: ani.account.name, password: ani.account.password } });
      const store = new PouchDB(`pindah-${name}`, { adapter: "memory", revs_limit: 10 });
      const pulled = await store.replicate.from(remote, { batch_size: 500 });
      assert.deepEqual({ ok: pulled.ok, errors: pulled.errors }, { ok: true, errors: [] });
      assert.ok(pulled.docs_written > 1000);
      const docs = fresh.splice(0, 5);
      await store.bulkDocs(docs, { new_edits: false });
      const pushed = await store.replicate.to(remote, { batch_size: 500 });
      assert.deepEqual({ ok: pulled.ok, failed: pushed.doc_write_failures }, { ok: true, failed: 0 });
      assert.equal((await ask(couch.origin, `/${ani.database}/${docs[4]._id}`, { auth: couch.admin })).status, 200);
      await store.destroy();
    });

    test("a session that is used is renewed, by the server and not by CouchDB", async () => {
      const signed = await ask(at, "/_session", { method: "POST", body: ani.account });
      const own = signed.headers.get("set-cookie").split(";")[0];
      await pause(700);
      const { headers, status } = await ask(at, `/${ani.database}/_changes?limit=1`, { cookie: own });
      assert.equal(status, 200);
      const [renewed, ...more] = headers.getSetCookie();
      assert.deepEqual(more, []);
      assert.match(renewed, /^AuthSession=[\w-]{60,}; .*HttpOnly/);
      const { json } = await ask(at, "/_session", { cookie: renewed.split(";")[0] });
      assert.equal(json.userCtx.name, ani.account.name);
      assert.deepEqual((await ask(at, `/${ani.database}`, { auth: ani.account })).headers.getSetCookie(), []);
    });

    test("nobody reads what is another posyandu's, and who only drops something reads nothing", async () => {
      const said = async (path, options) => {
        const { status, json } = await ask(at, path, options);
        return [status, json?.error];
      };
      const titipan = { _id: "5".repeat(32), _rev: `1-${"5".repeat(32)}`, v: 1, kind: "sealed", salt: "A".repeat(43), slots: [], body: "Y29udG9o" };
      await until("titipan", async () => (await ask(at, "/titipan-9901", { auth: ani.account })).status === 200);
      couch.asked.length = 0;
      for (const [path, options, expected] of [
        [`/${ani.database}/_changes`, { auth: stranger.account }, [403, "forbidden"]],
        [`/${ani.database}/${fresh[0]._id}`, { auth: stranger.account }, [403, "forbidden"]],
        [`/${ani.database}/_bulk_docs`, { method: "POST", body: { docs: [], new_edits: false }, auth: stranger.account }, [403, "forbidden"]],
        [`/${ani.database}/_changes`, {}, [401, "unauthorized"]],
        [`/${ani.database}/_changes`, { cookie: "AuthSession=salah" }, [401, "unauthorized"]],
        [`/${ani.database}/_changes`, { auth: { ...ani.account, password: "salah" } }, [401, "unauthorized"]],
        [`/${ani.database}/_changes`, { auth: couch.admin }, [401, "unauthorized"]],
        ["/titipan-9901/_changes", { auth: ani.account }, [403, "forbidden"]],
        [`/titipan-9901/${titipan._id}`, { auth: ani.account }, [403, "forbidden"]],
        ["/titipan-9901/_bulk_get", { method: "POST", body: { docs: [{ id: titipan._id }] }, auth: ani.account }, [403, "forbidden"]],
        ["/titipan-9901/_revs_diff", { method: "POST", body: { a: ["1-a"] }, headers: { "x-http-method-override": "GET" }, auth: ani.account }, [200, undefined]],
        ["/rekap-9901/_changes", { auth: ani.account }, [403, "forbidden"]],
        [`/${ani.database}/_all_docs`, { auth: ani.account }, [404, "not_found"]],
        [`/${ani.database}/_design/posyandu`, { auth: ani.account }, [404, "not_found"]],
        [`/${ani.database}/_changes?feed=continuous`, { auth: ani.account }, [400, "bad_request"]],
      ]) {
        assert.deepEqual(await said(path, options), expected, `${options.method ?? "GET"} ${path}`);
      }
      const dropped = await push(at, "titipan-9901", [titipan], { auth: ani.account });
      assert.deepEqual([dropped.status, dropped.json], [201, []]);
      const passed = couch.asked.filter(({ who }) => who !== couch.admin.name);
      assert.deepEqual(passed.map(({ line }) => line), ["POST /titipan-9901/_revs_diff", "POST /titipan-9901/_bulk_docs"]);
      assert.ok(passed.every(({ headers, roles }) => !headers["x-http-method-override"] && roles.join() === "tulis:titipan-9901"));
    });

    test("what a phone says of itself is not believed", async () => {
      const forged = { "x-auth-couchdb-username": "admin", "x-auth-couchdb-roles": "_admin", "x-auth-couchdb-token": "0".repeat(64) };
      const ways = { "x-forwarded-method": "GET", "x-forwarded-uri": `/${ani.database}` };
      assert.equal((await ask(at, `/${ani.database}/_security`, { headers: forged })).status, 401);
      couch.asked.length = 0;
      const looked = await ask(at, `/${ani.database}/_changes?limit=1`, { headers: { ...forged, ...ways }, auth: ani.account });
      assert.equal(looked.status, 200);
      const [{ who, roles }] = couch.asked.filter((it) => it.line.includes("_changes"));
      assert.deepEqual([who, roles], [ani.account.name, [`baca:${ani.database}`, `tulis:${ani.database}`]]);
      const made = { method: "PUT", body: {}, headers: { ...forged, ...ways }, auth: ani.account };
      assert.equal((await ask(at, `/${ani.database}/_security`, made)).status, 405, "its own words for what it asks are not heard");
      // Nobody but the proxy finds the door, and no answer carries what CouchDB would believe.
      const door = await ask(at, "/_pintu", { headers: ways, auth: ani.account });
      assert.equal(door.status, 404);
      for (const { headers } of [looked, door]) assert.ok(![...headers.keys()].some((it) => it.startsWith("x-auth-")));
      const direct = { headers: { ...forged, "x-auth-couchdb-username": ani.account.name } };
      assert.equal((await ask(couch.origin, `/${ani.database}`, direct)).status, 401, "nor does CouchDB believe roles without the token");
    });

    test("a log that is not there makes a phone compare everything and send what is missing", async () => {
      // As `sync::protocol::log` does: where the two halves have no entry in common, everything is offered again.
      const recordedByHer = [...drafts.early.slice(500, 560), ...fresh.splice(0, 7)];
      const missingBefore = recordedByHer.slice(-7).map((it) => it._id).sort();
      const log = `/${ani.database}/_local/${randomBytes(16).toString("hex")}`;
      const entry = { session_id: "kantor-lama", recorded_seq: String(recordedByHer.length) };
      const run = async (own) => {
        const { status, json } = await ask(at, log, { auth: ani.account });
        const agrees = status === 200 && json.history.some((it) => own && it.session_id === own.session_id && it.recorded_seq === own.recorded_seq);
        if (agrees) return { own, sent: [] };
        assert.equal(own && status, own ? 404 : undefined);
        const body = Object.fromEntries(recordedByHer.map((it) => [it._id, [it._rev]]));
        const { json: lacking } = await ask(at, `/${ani.database}/_revs_diff`, { method: "POST", body, auth: ani.account });
        const docs = recordedByHer.filter((it) => lacking[it._id]);
        assert.deepEqual((await push(at, ani.database, docs, { auth: ani.account })).json, []);
        const now = { session_id: "kantor-baru", recorded_seq: entry.recorded_seq };
        const kept = await ask(at, log, { method: "PUT", body: { replication_id_version: 1, history: [now] }, auth: ani.account });
        assert.equal(kept.status, 201);
        return { own: now, sent: docs.map((it) => it._id).sort() };
      };
      const first = await run(entry);
      assert.deepEqual(first.sent, missingBefore);
      assert.deepEqual((await run(first.own)).sent, []);
      const there = await held(couch.origin, ani.database, couch.admin);
      assert.ok(recordedByHer.every((it) => there.has(it._id)));
    });

    test("who still reached the server alone is carried after", async () => {
      const docs = fresh.splice(0, 3);
      assert.deepEqual((await push(running.origin, ani.database, docs, { auth: ani.account })).json, []);
      await until("carried", async () => (await ask(at, `/${ani.database}/${docs[2]._id}`, { auth: ani.account })).status === 200);
    });
  });
}

describe("after the move", () => {
  test("copy --back brings what phones wrote, and refuses what nobody should believe", async () => {
    const forged = { ...fresh[0], data: { ...fresh[0].data, nama: "Umpama Palsu" } };
    assert.deepEqual((await push(couch.origin, ani.database, [forged], { auth: couch.admin })).json, [], "CouchDB checks no hash");
    // What was sealed by nobody, too.
    const back = await command("copy", "--back");
    assert.equal(back.code, 0, back.said);
    assert.match(back.said, new RegExp(`${ani.database}: \\d+ events, 0 photos and 0 tombstones carried, \\d+ were there, 1 refused \\(altered\\)`));
    const here = await held(running.origin, ani.database, ani.account);
    const there = await held(couch.origin, ani.database, couch.admin);
    there.delete(forged._id);
    assert.deepEqual(new Map([...here].sort()), new Map([...there].sort()));
    const again = await command("copy", "--back", ani.database);
    assert.match(sum(again), /^0 events, 0 photos and 0 tombstones carried/);
  });

  test("what is erased by order goes from the CouchDB", async () => {
    couch.asked.length = 0;
    const gone = new Set(drafts.tombstones.map((it) => it._id));
    const person = drafts.early.find((it) => it.kind === "sasaran.registered" && !gone.has(it._id));
    const seen = async () => (await ask(couch.origin, `/${ani.database}/${person._id}?open_revs=all`, { auth: couch.admin })).json[0].ok;
    assert.equal((await seen()).data.nama, person.data.nama);
    wrote.push(await running.command("erase", "--db", ani.database, "--subject", person.subject, "--yes"));
    await until("erased", async () => (await seen())._deleted);
    assert.equal((await seen()).data, undefined);
    // A phone that has it still brings nothing back.
    assert.deepEqual((await push(couch.origin, ani.database, [person], { auth: couch.admin })).json, []);
    assert.equal((await seen())._deleted, true);
    await until("compacted", async () => couch.asked.some(({ line }) => line === `POST /${ani.database}/_compact`));
    const { json } = await ask(couch.origin, `/${ani.database}/_changes?include_docs=true&limit=5000`, { auth: couch.admin });
    const order = json.results.find(({ doc }) => doc?.kind === "data.erased" && doc.subject === `hapus:${person.subject}`);
    assert.ok(order, "phones hear whose word it was");
  });

  test("a posyandu that begins now begins there", async () => {
    const other = await recorded({ events: 30, seed: 12 });
    const dewi = await running.connect({ ...other.phone, person: "7".repeat(32) }, "Misal Kenanga");
    const found = await until("made", async () => {
      const { json, status } = await ask(couch.origin, `/${dewi.database}/_changes?include_docs=true`, { auth: couch.admin });
      return status === 200 && json.results.find(({ doc }) => doc?.kind === "roster.adopted");
    });
    assert.ok(found, "its root is adopted there");
    const { json } = await ask(couch.origin, `/${dewi.database}/_security`, { auth: couch.admin });
    assert.ok(json.members.roles.includes(`baca:${dewi.database}`));
  });

  test("nothing of it is written anywhere", async () => {
    await running.end();
    wrote.push(running.said(), await running.command("access", "--limit", "1000"));
    const all = wrote.join("\n");
    assert.match(all, /\twrite\t/);
    const token = couch.asked.map(({ headers }) => headers["x-auth-couchdb-token"]).find(Boolean);
    for (const [what, text] of Object.entries({ secret, password: couch.admin.password, hers: ani.account.password, token })) {
      if (text) assert.ok(!all.includes(text), `${what} was written`);
    }
  });
});
